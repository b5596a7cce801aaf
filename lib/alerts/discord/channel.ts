/** Discord, by a webhook of one of its channels. */
import { codeOf } from '../../trading/errors.ts';
import type { WallTimer } from '../../trading/ports/clock.ts';
import type { Alert } from '../../trading/ports/outbox.ts';
import type { Channel, Delivery } from '../channel.ts';
import { createHttp, type Http } from '../http.ts';
import { readAnswer } from './answer.ts';
import { messageOf } from './message.ts';
import { Pace } from './pace.ts';
import { readWebhook } from './webhook.ts';

export interface DiscordOptions {
  /** A secret: it is in no error, reason or state. */
  webhookUrl: string;
  wall: WallTimer;
  http?: Http | undefined;
  /** A stand-in for Discord on this machine, for tests. */
  baseUrl?: string | undefined;
  timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 10_000;

/** Throws `ALERT_WEBHOOK_INVALID`. */
export function discordChannel(options: DiscordOptions): Channel {
  const { wall, http = createHttp(), timeoutMs = TIMEOUT_MS } = options;
  const webhook = readWebhook(options.webhookUrl, options.baseUrl);
  const pace = new Pace(() => wall.monotonicMs());

  async function deliver(alert: Alert): Promise<Delivery> {
    const giveUp = new AbortController();
    const callOff = wall.after(timeoutMs, () => giveUp.abort());
    pace.sent();
    try {
      const answer = await http.post(webhook.url, JSON.stringify(messageOf(alert)), giveUp.signal);
      const { delivery, blockMs } = readAnswer(answer, webhook.hide);
      pace.block(blockMs);
      return delivery;
    } catch (error) {
      const what = giveUp.signal.aborted
        ? `did not answer within ${timeoutMs / 1_000} s`
        : `could not be reached${codeText(error)}`;
      return { kind: 'later', reason: `Discord ${what}`, afterMs: undefined };
    } finally {
      callOff();
    }
  }

  return {
    name: 'discord',
    restMs: () => pace.restMs(),
    deliver,
    sendTest: () =>
      deliver({
        kind: 'message',
        key: 'test',
        accountId: undefined,
        environment: undefined,
        level: 'info',
        title: 'Test: alerts of Courtside arrive here.',
        facts: [],
        atMs: wall.nowMs(),
      }),
    close: () => http.close(),
  };
}

/** Only the code: an error's own words may hold the address. */
function codeText(error: unknown): string {
  const code = codeOf(error);
  return code === undefined || !/^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? '' : ` (${code})`;
}

/** What Discord's answer to a message comes to. */
import { z } from 'zod';
import type { Delivery } from '../channel.ts';
import type { HttpAnswer } from '../http.ts';
import { oneLine } from './text.ts';

const limited = z.object({ retry_after: z.number().nonnegative(), global: z.boolean().optional() });
const failed = z.object({ message: z.string(), code: z.number().optional() });
const LONGEST_SAID = 120;
const HOUR_MS = 3_600_000;

export interface ReadAnswer {
  delivery: Delivery;
  /** Nothing is to be sent for so long. */
  blockMs: number;
}

/** `hide` takes the secret out of what Discord says. */
export function readAnswer(answer: HttpAnswer, hide: (text: string) => string): ReadAnswer {
  const { status } = answer;
  if (status === 200 || status === 204) return { delivery: { kind: 'delivered' }, blockMs: usedUpMs(answer) };
  const said = saidBy(answer.text, hide);
  if (status === 429) return limitedBy(answer);
  if (status === 401 || status === 404) {
    const reason = `Discord does not know the webhook any more${said}: set a new one`;
    return { delivery: { kind: 'down', reason }, blockMs: 0 };
  }
  if (status === 400) return { delivery: { kind: 'refused', reason: `Discord refused the message${said}` }, blockMs: 0 };
  const afterMs = secondsMs(answer.header('retry-after'));
  return { delivery: { kind: 'later', reason: `Discord answered with HTTP status ${status}${said}`, afterMs }, blockMs: 0 };
}

function limitedBy(answer: HttpAnswer): ReadAnswer {
  const body = limited.safeParse(jsonOf(answer.text)).data;
  const afterMs = body === undefined ? secondsMs(answer.header('retry-after')) : bounded(body.retry_after * 1_000);
  const isGlobal = body?.global === true || answer.header('x-ratelimit-global') === 'true';
  const reason = isGlobal
    ? 'Discord has limited all messages of this machine'
    : 'Discord has limited the messages of this webhook';
  return { delivery: { kind: 'later', reason, afterMs }, blockMs: afterMs ?? 0 };
}

/** The message was taken and was the last that may go for now. */
function usedUpMs(answer: HttpAnswer): number {
  return answer.header('x-ratelimit-remaining') === '0' ? (secondsMs(answer.header('x-ratelimit-reset-after')) ?? 0) : 0;
}

/** In one line; cut last, for a piece of the secret would no longer be known as such. */
function saidBy(text: string, hide: (text: string) => string): string {
  const body = failed.safeParse(jsonOf(text)).data;
  if (body === undefined) return '';
  const code = body.code === undefined ? '' : `, code ${body.code}`;
  return ` (${hide(oneLine(body.message)).slice(0, LONGEST_SAID)}${code})`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secondsMs(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(\.\d{1,6})?$/.test(text) ? bounded(Number(text) * 1_000) : undefined;
}

/** Nobody waits longer than an hour for Discord without asking again. */
function bounded(ms: number): number {
  return Math.min(HOUR_MS, Math.ceil(ms));
}

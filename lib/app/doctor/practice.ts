/** Whether a practice exchange can be had on this machine: one is started in a scratch folder, asked, and ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKalshiClient } from '../../kalshi/client.ts';
import type { WallClock } from '../../kalshi/wall-clock.ts';
import type { PracticeExchange } from '../practice.ts';
import type { PracticeOptions } from '../practice-options.ts';
import { type Check, fault, ok, wordsOf } from './finding.ts';

export type OpenPractice = (options: PracticeOptions) => Promise<PracticeExchange>;

/** `options`: as a start without arguments has them; folder and port are chosen here. */
export function practiceCheck(open: OpenPractice, options: PracticeOptions, wall: WallClock): Check {
  return {
    topic: 'Practice',
    async *examine() {
      const dir = mkdtempSync(join(tmpdir(), 'courtside-doctor-'));
      try {
        const beganMs = wall.monotonicMs();
        const exchange = await open({ ...options, dir, port: 0 });
        try {
          const openMs = wall.monotonicMs() - beganMs;
          const { cash, answerMs } = await ask(exchange, wall);
          yield ok(
            `a practice exchange starts in ${Math.round(openMs)} ms, answers in ${Math.max(1, Math.round(answerMs))} ms, and lends ${cash} dollars`,
          );
        } finally {
          await exchange.close();
        }
      } catch (error) {
        yield fault(
          `no practice exchange can be started: ${wordsOf(error)}`,
          'Nothing may keep programs from 127.0.0.1 on this machine; look at the other faults first.',
        );
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}

async function ask(exchange: PracticeExchange, wall: WallClock): Promise<{ cash: string; answerMs: number }> {
  const client = createKalshiClient({ baseUrl: exchange.server.rest, credentials: exchange.member('practice'), clock: wall });
  try {
    const { balance_dollars } = await client.portfolio.balance();
    const sentMs = wall.monotonicMs();
    await client.exchange.status();
    return { cash: Number(balance_dollars).toLocaleString('en-US'), answerMs: wall.monotonicMs() - sentMs };
  } finally {
    await client.close();
  }
}

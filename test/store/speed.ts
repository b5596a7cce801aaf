/** How long an intent takes beside a bare commit of the same size, over the same way to the same database, in one run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { openStore, type Store } from '../../lib/store/index.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';
import { startPostgres, whyNoPostgres } from './postgres-server.ts';
import { DOLLAR, newAccount, requestOf } from './stage.ts';

export interface IntentSpeed {
  database: string;
  /** From asking to the answer. */
  bareP50Us: number;
  intentP50Us: number;
  intentP99Us: number;
  ratio: number;
}

const ROUNDS = 1_500;
const WARM_UP = 300;

async function measure(database: string, store: Store): Promise<IntentSpeed> {
  const { id } = await newAccount(store);
  const wide = { ...defaultLimits(), openPositions: 100, exposureTotalE6: 10_000_000 * DOLLAR, exposureTotalShareE2: 10_000 };
  await store.accounts.setLimits(id, wide);
  const [bare, intents]: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    const game = `EVENT-${i}`;
    // Most of an account's orders are over: so are these, but for the last few.
    const request = requestOf(id, { eventTicker: game, ticker: `${game}-A`, leg: 'entry', caps: { maxTotalPositions: 9 } });
    const message = JSON.stringify(request).padEnd(3_000);
    const begun = performance.now();
    await store.records.log({ accountId: id, level: 'info', category: 'trade', message, details: {}, atMs: i });
    const between = performance.now();
    const verdict = await store.orders.intend(request);
    const ended = performance.now();
    if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason}`);
    if (i >= WARM_UP) {
      bare.push(between - begun);
      intents.push(ended - between);
    }
    const life = { ...verdict.order.life, state: 'canceled' as const };
    await store.orders.learn(id, {
      clientOrderId: request.clientOrderId,
      life,
      isSettled: true,
      fills: [],
      positions: [],
      trades: [],
    });
  }
  const at = (times: number[], share: number) =>
    1_000 * (times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN);
  const [bareP50Us, intentP50Us, intentP99Us] = [at(bare, 0.5), at(intents, 0.5), at(intents, 0.99)];
  return { database, bareP50Us, intentP50Us, intentP99Us, ratio: intentP50Us / bareP50Us };
}

async function onStore(database: string, where: { file?: string; url?: string }): Promise<IntentSpeed> {
  const store = await openStore({ ...where, wall: systemClock, activity: { begin: () => () => {} } });
  try {
    return await measure(database, store);
  } finally {
    await store.close();
  }
}

/** SQLite, and PostgreSQL where it can be had. */
export async function measureIntents(): Promise<IntentSpeed[]> {
  const folder = mkdtempSync(join(tmpdir(), 'courtside-speed-'));
  try {
    const sqlite = await onStore('SQLite', { file: join(folder, 'courtside.db') });
    if (whyNoPostgres() !== '') return [sqlite];
    const server = await startPostgres({ durable: true });
    try {
      return [sqlite, await onStore('PostgreSQL', { url: server.url })];
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) console.table(await measureIntents());

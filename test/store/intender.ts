/** A program that commits intents until it is stopped: `node intender.ts OPTIONS ATTEMPT FROM TO`, begun by a line on its input. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../lib/kalshi/wall-clock.ts';
import { openStore } from '../../lib/store/index.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';
import { newAccount, requestOf, wordOf } from './stage.ts';

const [options = '{}', attempt = '0', from = '0', to = '0'] = process.argv.slice(2);
// Written through at once: what is on the line has been answered.
const say = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);

const store = await openStore({ ...JSON.parse(options), wall: systemClock, activity: { begin: () => () => {} } });
const { id } = await newAccount(store, 'shared');
await store.accounts.setLimits(id, {
  ...defaultLimits(),
  openPositions: 100,
  exposureTotalE6: 1e12,
  exposureTotalShareE2: 10_000,
});
say('ready', id);
await new Promise((resolve) => process.stdin.once('data', resolve));

async function intend(i: number): Promise<void> {
  // Exits, so that no cap stops them.
  const request = requestOf(id, { leg: 'exit', ruleId: `rule ${String(i).padStart(8, '0')}`, attempt: Number(attempt) });
  request.clientOrderId = `cs1.${i}.${attempt}`;
  say(wordOf(await store.orders.intend(request)), i, request.clientOrderId);
}

let next = Number(from);
async function work(): Promise<void> {
  while (next < Number(to)) await intend(next++);
}
await Promise.all([work(), work(), work()]);
await store.close();
process.stdin.destroy();

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../lib/store/index.ts';
import type { AccountRow } from '../../lib/trading/ports/memory.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { BOS, EVENT, LAL, PERSON, RULE, START_MS, Stage } from './stage.ts';

/** The same path on the real memory: what one life writes, the next reads. */
describe('the order path, on a database', () => {
  let folder: string;
  let store: Store;
  let row: AccountRow;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'courtside-order-path-'));
    store = await openStore({ file: join(folder, 'memory.db'), wall: new VirtualClock(), activity: { begin: () => () => {} } });
    const wish = { environment: 'practice', label: 'practice', night: 'night-1', keyFingerprint: 'f', atMs: START_MS } as const;
    row = await store.accounts.connect({ ...wish, entriesEnabled: true });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function born(stage: Stage) {
    const { account } = stage.born({ memory: store, row });
    await account.start();
    await stage.rest();
    assert.equal(account.state().status, 'armed', account.state().reason);
    return account;
  }

  async function submitted(stage: Stage, wish: ReturnType<Stage['entry']>) {
    const signal = stage.account.raise(wish);
    assert.ok(signal);
    const report = stage.account.submit(signal, { node: 'n' });
    await stage.rest();
    return report;
  }

  it('trades, is killed, and goes on where it was', async () => {
    const stage = new Stage();
    const account = await born(stage);
    stage.exchange.fates.push({ parts: 2 });
    assert.equal((await submitted(stage, stage.entry())).outcome, 'filled');
    stage.exchange.fates.push({ fillE2: 300 });
    assert.equal((await submitted(stage, stage.exit())).outcome, 'partial');
    stage.exchange.byHand({ ticker: BOS, side: 'ask', countE2: 200 });
    await stage.pass(1_000);
    await stage.rest();
    account.keepRuleState(RULE, LAL, { peakCC: 5_300 });
    assert.equal((await account.trip('odd', PERSON)).done, true);
    await stage.rest();
    const seen = () => ({
      lots: stage.account.lots({}),
      tally: stage.account.tally(RULE, EVENT),
      money: { ...stage.account.money(), atMs: 0 },
      trips: stage.account.trips(),
    });
    const before = seen();
    assert.equal(before.lots.length, 2);
    stage.lives.at(-1)?.kill();
    const { account: next } = stage.born({ memory: store, row });
    await next.start();
    await stage.rest();
    assert.deepEqual(seen(), before);
    assert.deepEqual(next.ruleState(RULE, LAL), { peakCC: 5_300 });
    assert.equal((await next.reset('manual', 'fine again', PERSON)).done, true);
    assert.equal((await submitted(stage, stage.exit())).outcome, 'filled');
    assert.deepEqual(stage.account.lots({ ruleId: RULE }), []);
    const result = await store.books.resultSince(row.id, 0);
    assert.deepEqual([result.trades, result.losses], [2, 2]);
    assert.equal(result.netE6, stage.account.money().dayPnlE6 - unrealized(stage));
  });

  it('finds an order that its predecessor sent and never heard of', async () => {
    const stage = new Stage();
    await born(stage);
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ isAnswerLost: true });
    const signal = stage.account.raise(stage.entry());
    assert.ok(signal);
    void stage.account.submit(signal, { node: 'n' });
    while (stage.exchange.placed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stage.lives.at(-1)?.kill();
    stage.exchange.frames.length = 0;
    const account = await born(stage);
    await stage.pass(1_000);
    await stage.rest();
    assert.equal(account.lots({})[0]?.countE2, 1_000);
    assert.deepEqual(
      stage.lives.at(-1)?.reports.map((one) => one.outcome),
      ['filled'],
    );
    assert.deepEqual(await store.orders.open(row.id), []);
  });
});

function unrealized(stage: Stage): number {
  return stage.account.lots({}).reduce((total, lot) => total - lot.feesE6 + (5_000 * lot.countE2 - lot.costE6), 0);
}

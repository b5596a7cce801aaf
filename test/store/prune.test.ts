import assert from 'node:assert/strict';
import { startBaseline } from '../../lib/trading/baseline.ts';
import { NEW_BREAKER_STATE, tripByHand } from '../../lib/trading/breaker.ts';
import { type Ground, onEachEngine, onEngine, SQLITE } from './engines.ts';
import { closedPosition, committed, DAY, EVENT, fillOf, held, NOW_MS, newAccount, openPosition, RULE, tradeOf } from './stage.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LINE = { level: 'info', category: 'system', details: {}, atMs: 1 } as const;

function linesOf({ store }: Ground, accountId: string) {
  return store.pages.recentActivity({ accountId, levels: undefined, categories: undefined }, { most: 9_999 });
}

/** Lets so many days go by, and waits until the memory has looked for what is old. */
async function days(ground: Ground, count: number): Promise<void> {
  for (let i = 0; i < count; i++) ground.wall.advance(DAY_MS);
  while (ground.underWay() > 0) await new Promise(setImmediate);
}

onEachEngine('what may be forgotten', (ground) => {
  it('is forgotten in its time, and nothing else ever', async () => {
    const { store } = ground;
    const { accounts, books, feeds, orders, records, rules } = store;
    const { id } = await newAccount(store);
    await records.log({ ...LINE, accountId: id, message: 'old' });
    await records.log({ ...LINE, accountId: undefined, message: 'old, of nobody' });
    const order = await committed(store, id);
    const past = { ticker: 'PAST', round: 1 };
    await books.book(id, {
      ruleId: RULE,
      ticker: 'PAST',
      eventTicker: EVENT,
      fills: [fillOf({ ticker: 'PAST' })],
      settlement: undefined,
      positions: [closedPosition(id, past)],
      trades: [tradeOf(id, past)],
    });
    await held(store, openPosition(id, { ticker: 'HELD' }));
    const [trip] = tripByHand(NEW_BREAKER_STATE, { note: 'x', atMs: NOW_MS, tradingDay: DAY }).trips;
    assert.ok(trip !== undefined);
    const stopped = { kind: 'trip', trip, actor: { kind: 'local' }, note: 'x', atMs: NOW_MS } as const;
    await rules.saveBreaker(id, NEW_BREAKER_STATE, [stopped]);
    for (const ticker of ['PAST', 'HELD']) await rules.saveRuleState(id, RULE, ticker, { peakCC: 5_000 });
    await feeds.saveBaselines('demo', [{ ticker: 'OLD', eventTicker: EVENT, state: startBaseline(NOW_MS), savedMs: NOW_MS }]);

    await days(ground, 89);
    await records.log({ ...LINE, accountId: id, message: 'new' });
    await feeds.saveBaselines('demo', [{ ticker: 'NEW', eventTicker: EVENT, state: startBaseline(NOW_MS), savedMs: NOW_MS }]);
    assert.deepEqual(
      (await linesOf(ground, id)).map(({ message }) => message),
      ['new', 'old, of nobody', 'old'],
    );
    await days(ground, 2);

    assert.deepEqual(
      (await linesOf(ground, id)).map(({ message }) => message),
      ['new'],
    );
    assert.deepEqual(await rules.ruleStates(id), new Map([[`${RULE}|HELD`, { peakCC: 5_000 }]]));
    assert.deepEqual(
      (await feeds.baselines('demo')).map(({ ticker }) => ticker),
      ['NEW'],
    );
    assert.deepEqual(await orders.open(id), [order]);
    assert.equal((await books.ledger(id, RULE, 'PAST'))?.fills.length, 1);
    assert.equal((await store.pages.positions(id, { most: 9 })).length, 2);
    assert.equal((await store.pages.trades(id, { most: 9 })).length, 1);
    assert.equal((await store.pages.trips(id, { most: 9 })).length, 1);
    assert.equal((await accounts.get(id))?.id, id);
  });

  it('leaves the last snapshot of each day, and every one of the last weeks', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const midnight = Date.UTC(2026, 4, 25);
    const snapshotAt = (atMs: number) =>
      store.records.snapshot({
        accountId: id,
        atMs,
        balanceE6: 1,
        portfolioE6: 0,
        exposureE6: 0,
        openPositions: 0,
        dayPnlE6: 0,
        totalPnlE6: 0,
        positions: [],
      });
    const old = [midnight - 5, midnight - 1, midnight, midnight + 5, midnight + DAY_MS - 1, midnight + DAY_MS];
    for (const atMs of old) await snapshotAt(atMs);
    await days(ground, 31);
    await snapshotAt(midnight + 6);
    await days(ground, 1);
    assert.deepEqual(
      (await store.pages.snapshots(id, 0)).map(({ atMs }) => atMs),
      [midnight - 1, midnight + 6, midnight + DAY_MS - 1, midnight + DAY_MS],
    );
  });

  it('is taken away in pieces, however much it is', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await Promise.all(Array.from({ length: 450 }, (_, i) => store.records.log({ ...LINE, accountId: id, message: `${i}` })));
    await days(ground, 92);
    assert.deepEqual(await linesOf(ground, id), []);
  });

  it('are the oldest lines where there are too many', async () => {
    const { store, place } = ground;
    const { id } = await newAccount(store);
    await store.records.log({ ...LINE, accountId: id, message: 'first' });
    const [first] = await linesOf(ground, id);
    const columns = 'account_id, level, category, message, details, at, stored_at';
    await place.ask(`INSERT INTO activity_log (id, ${columns})
      SELECT id + 500000, account_id, level, category, 'last', details, at, stored_at FROM activity_log WHERE id = ${first?.id}`);
    await days(ground, 1);
    assert.deepEqual(
      (await linesOf(ground, id)).map(({ message }) => message),
      ['last'],
    );
  });

  it('are alerts that nobody waits for', async () => {
    const { alerts } = ground.store;
    const atMs = ground.wall.nowMs();
    const alert = { accountId: undefined, kind: 'entry', channel: 'discord', payload: 1, atMs };
    for (const key of ['delivered', 'waiting']) await alerts.enqueue({ ...alert, key });
    const [delivered] = await alerts.due('discord', atMs, 1);
    await alerts.delivered(delivered?.id ?? 0, atMs);
    await days(ground, 92);
    assert.deepEqual(
      (await alerts.recent(9)).map(({ key }) => key),
      ['waiting'],
    );
  });
});

onEachEngine('an open memory', (ground) => {
  it('looks a minute after the start, and leaves no timer when it is closed', async () => {
    const { id } = await newAccount(ground.store);
    await ground.store.records.log({ ...LINE, accountId: id, message: 'old' });
    await ground.place.ask('UPDATE activity_log SET stored_at = 1');
    ground.wall.advance(MINUTE_MS - 1);
    assert.equal(ground.underWay(), 0);
    ground.wall.advance(1);
    await days(ground, 0);
    assert.deepEqual(await linesOf(ground, id), []);
    await ground.store.close();
    assert.equal(ground.wall.timers, 0);
  });
});

onEngine(SQLITE, 'one thing that cannot be forgotten', (ground) => {
  it('keeps nothing from the others', async () => {
    const { store, place } = ground;
    await store.records.log({ ...LINE, accountId: undefined, message: 'old' });
    await store.feeds.saveBaselines('demo', [{ ticker: 'A', eventTicker: EVENT, state: startBaseline(1), savedMs: 1 }]);
    await place.ask('UPDATE activity_log SET stored_at = 1');
    await place.ask("CREATE TRIGGER kept BEFORE DELETE ON activity_log BEGIN SELECT RAISE(ABORT, 'kept'); END");
    await days(ground, 31);
    assert.deepEqual(await store.feeds.baselines('demo'), []);
    assert.equal((await linesOf(ground, 'anybody')).length, 1);
  });
});

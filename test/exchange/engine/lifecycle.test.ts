import assert from 'node:assert/strict';
import { nextPause } from '../../../lib/exchange/engine/hours.ts';
import { seededIds } from '../../../lib/exchange/engine/ids.ts';
import { availableE6 } from '../../../lib/exchange/engine/ledger.ts';
import type { Account, MarketState } from '../../../lib/exchange/engine/state.ts';
import { AWAY, HOME, market, outcome, START_MS, type Stage, setStage } from '../stage.ts';

const HOUR_MS = 3_600_000;

describe('the life of a market on the practice exchange', () => {
  let stage: Stage;
  let long: Account;
  let short: Account;
  const home = () => stage.exchange.state.markets.get(HOME) as MarketState;
  const news = () =>
    stage.events.flatMap((event) => (event.kind === 'market' && event.market.ticker === HOME ? [event.news] : []));
  beforeEach(() => {
    stage = setStage();
    long = stage.open(100);
    short = stage.open(100);
  });

  function hold(priceCC = 6_000, countE2 = 1_000) {
    stage.place(short, { side: 'ask', priceCC, countE2 });
    stage.place(long, { priceCC, countE2 });
  }

  it('opens at its time, without a word', () => {
    stage = setStage({ markets: [market(AWAY), market(HOME, { openMs: START_MS + 1_000 })] });
    const member = stage.open(100);
    assert.equal(
      outcome(() => stage.place(member, {})),
      '409 market_closed',
    );
    stage.exchange.advanceTo(START_MS + 1_000);
    assert.equal(home().status, 'active');
    assert.deepEqual(news(), ['created']);
    assert.equal(
      outcome(() => stage.place(member, {})),
      'done',
    );
  });

  it('closes at its time, refuses cancels for a moment, then cancels what rests', () => {
    stage.perform({ kind: 'close_date', ticker: HOME, closeMs: START_MS + 60_000 });
    const { orderId } = stage.place(long, {});
    stage.exchange.advanceTo(START_MS + 60_000);
    assert.equal(
      outcome(() => stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: long.id, orderId })),
      '409 market_closed',
    );
    assert.equal(stage.exchange.apply<'cancel_all'>({ kind: 'cancel_all', accountId: long.id }), 0);
    stage.exchange.advanceTo(START_MS + 61_000);
    assert.equal(long.resting.size, 0);
    const last = stage.events.findLast((event) => event.kind === 'order');
    assert.equal(last?.reason, 'CloseCancel');
    assert.deepEqual(news(), ['created', 'close_date_updated']);
  });

  it('reopens when the close moves on before a result', () => {
    stage.perform({ kind: 'close_date', ticker: HOME, closeMs: START_MS });
    assert.equal(home().status, 'closed');
    stage.perform({ kind: 'close_date', ticker: HOME, closeMs: START_MS + HOUR_MS });
    assert.equal(home().status, 'active');
    const { orderId } = stage.place(long, {});
    stage.exchange.advanceTo(START_MS + 10_000);
    assert.ok(long.resting.has(orderId), 'the sweep of the first close does not touch it');
  });

  const results: [name: string, result: 'yes' | 'no' | 'scalar', valueCC: number, longDollars: number, shortDollars: number][] = [
    ['YES', 'yes', 10_000, 10, 0],
    ['NO', 'no', 0, 0, 10],
    ['a void at 55 cents', 'scalar', 5_500, 5.5, 4.5],
  ];
  for (const [name, result, valueCC, longDollars, shortDollars] of results) {
    it(`pays ${name} out after the settlement timer`, () => {
      hold();
      const before = [availableE6(long, 0), availableE6(short, 0)];
      stage.perform({ kind: 'determine', ticker: HOME, result, valueCC });
      assert.equal(home().status, 'determined');
      stage.exchange.advanceTo(START_MS + 299_999);
      assert.deepEqual([availableE6(long, 0), availableE6(short, 0)], before);
      stage.exchange.advanceTo(START_MS + 300_000);
      assert.equal(home().status, 'finalized');
      assert.deepEqual(
        [availableE6(long, 0), availableE6(short, 0)].map((amount, index) => amount - (before[index] ?? 0)),
        [longDollars * 1e6, shortDollars * 1e6],
      );
      const rows = stage.events.flatMap((event) => (event.kind === 'settlement' ? [event.settlement] : []));
      assert.deepEqual(
        rows.map((row) => [row.accountId, row.yesE2, row.noE2, row.revenueE6]),
        [
          [long.id, 1_000, 0, longDollars * 1e6],
          [short.id, 0, 1_000, shortDollars * 1e6],
        ],
      );
      assert.deepEqual(news(), ['created', 'determined', 'settled']);
    });
  }

  it('decides once: a second result and a later close change nothing', () => {
    hold();
    stage.perform({ kind: 'determine', ticker: HOME, result: 'yes', valueCC: 10_000 });
    stage.perform({ kind: 'determine', ticker: HOME, result: 'no', valueCC: 0 });
    stage.perform({ kind: 'close_date', ticker: HOME, closeMs: START_MS + HOUR_MS });
    assert.equal(home().result, 'yes');
    assert.equal(home().status, 'determined');
  });

  it('keeps resting orders through a pause of the market and cancels them when it ends', () => {
    const { orderId } = stage.place(long, {});
    stage.perform({ kind: 'deactivate', ticker: HOME });
    assert.equal(
      outcome(() => stage.place(long, {})),
      '409 market_inactive',
    );
    assert.ok(long.resting.has(orderId));
    stage.perform({ kind: 'activate', ticker: HOME });
    assert.equal(long.resting.size, 0);
    assert.deepEqual(news(), ['created', 'deactivated', 'activated']);
  });

  it('takes cancels but no orders while trading is paused, and nothing while the exchange is', () => {
    const halted = stage.place(long, { cancelOnPause: true });
    const kept = stage.place(long, {});
    const pause = (exchangeActive: boolean, tradingActive: boolean) =>
      stage.exchange.apply<'set_activity'>({ kind: 'set_activity', exchangeActive, tradingActive });
    pause(true, false);
    assert.ok(!long.resting.has(halted.orderId));
    assert.ok(long.resting.has(kept.orderId));
    assert.equal(
      outcome(() => stage.place(long, {})),
      '409 trading_paused',
    );
    pause(false, false);
    const cancel = () =>
      outcome(() => stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: long.id, orderId: kept.orderId }));
    assert.equal(cancel(), '503 exchange_unavailable');
    pause(true, false);
    assert.equal(cancel(), 'done');
    pause(true, true);
    assert.equal(
      outcome(() => stage.place(long, {})),
      'done',
    );
  });

  it('pauses trading on Thursdays from three to five Eastern where that is asked for', () => {
    const pause = nextPause(START_MS);
    assert.equal(new Date(pause.startMs).toISOString(), '2026-11-26T08:00:00.000Z');
    stage = setStage({ thursdayPause: true });
    assert.equal(stage.exchange.nextDueMs(), pause.startMs);
    stage.exchange.advanceTo(pause.startMs);
    assert.equal(stage.exchange.state.tradingActive, false);
    assert.equal(stage.exchange.nextDueMs(), pause.endMs);
    stage.exchange.advanceTo(pause.endMs);
    assert.equal(stage.exchange.state.tradingActive, true);
    assert.equal(nextPause(pause.endMs).startMs, pause.startMs + 7 * 86_400_000);
    assert.deepEqual(nextPause(pause.endMs - 1), pause, 'a night that starts in a pause is in it');
    stage.exchange.advanceTo(START_MS + 30 * 86_400_000);
    assert.equal(stage.exchange.nextDueMs(), undefined, 'pauses alone do not keep a night going');
  });

  it('finds the pause in summer time too', () => {
    assert.equal(new Date(nextPause(Date.UTC(2026, 6, 1)).startMs).toISOString(), '2026-07-02T07:00:00.000Z');
  });

  it('moves cash between shards and spreads it by percent', () => {
    stage = setStage({ shards: [0, 1, 2, 3] });
    const member = stage.open(100);
    const move = (fromShard: number, toShard: number, amountE6: number) =>
      stage.exchange.apply<'transfer'>({ kind: 'transfer', accountId: member.id, fromShard, toShard, amountE6 });
    move(0, 3, 30_000_000);
    assert.deepEqual([availableE6(member, 0), availableE6(member, 3)], [70_000_000, 30_000_000]);
    assert.equal(
      outcome(() => move(3, 0, 30_000_001)),
      '400 insufficient_balance',
    );
    assert.match(
      outcome(() => move(0, 7, 1)),
      /unknown exchange_index 7/,
    );
    assert.match(
      outcome(() => move(0, 1, 0)),
      /positive/,
    );
    const allocate = (...percents: number[]) =>
      stage.exchange.apply<'allocate'>({
        kind: 'allocate',
        accountId: member.id,
        allocation: percents.map((percent, exchangeIndex) => ({ exchangeIndex, percent })),
        reservation: 'max',
      });
    allocate(25, 25, 25, 25);
    assert.deepEqual(
      [0, 1, 2, 3].map((shard) => availableE6(member, shard)),
      [25_000_000, 25_000_000, 25_000_000, 25_000_000],
    );
    assert.match(
      outcome(() => allocate(60, 60)),
      /at most 100/,
    );
    const withdraw = (amountE6: number) =>
      outcome(() => stage.exchange.apply<'deposit'>({ kind: 'deposit', accountId: member.id, shard: 0, amountE6 }));
    assert.deepEqual([withdraw(-25_000_001), withdraw(-25_000_000)], ['400 insufficient_balance', 'done']);
  });

  it('takes nothing back for a winner that pays nothing before the loser has paid', () => {
    const backer = stage.open(10_000);
    const poor = stage.open(25);
    for (const ticker of [HOME, AWAY]) {
      stage.place(backer, { ticker, side: 'bid', priceCC: 5_000 });
      stage.place(poor, { ticker, side: 'ask', priceCC: 5_000 });
    }
    const spend = 1_000_000 - availableE6(poor, 0);
    stage.exchange.apply<'deposit'>({ kind: 'deposit', accountId: poor.id, shard: 0, amountE6: spend });
    stage.perform({ kind: 'determine', ticker: HOME, result: 'yes', valueCC: 10_000 });
    stage.exchange.advanceTo(START_MS + 60_000);
    stage.perform({ kind: 'determine', ticker: AWAY, result: 'no', valueCC: 0 });
    stage.exchange.advanceTo(START_MS + 310_000);
    assert.equal(availableE6(poor, 0), 1_000_000);
    stage.exchange.advanceTo(START_MS + 400_000);
    assert.equal(availableE6(poor, 0), 1_000_000, 'ten dollars come, and the ten that were returned early go');
  });

  it('gives a market back the state it closed in when its close moves on', () => {
    stage = setStage({ markets: [market(AWAY), market(HOME, { openMs: START_MS + 10_000 })] });
    const close = (ticker: string, closeMs: number) => stage.perform({ kind: 'close_date', ticker, closeMs });
    close(HOME, START_MS);
    close(HOME, START_MS + HOUR_MS);
    assert.equal(home().status, 'initialized');
    stage.exchange.advanceTo(START_MS + 10_000);
    assert.equal(home().status, 'active');
    stage.perform({ kind: 'deactivate', ticker: AWAY });
    close(AWAY, START_MS);
    close(AWAY, START_MS + HOUR_MS);
    assert.equal(stage.exchange.state.markets.get(AWAY)?.status, 'inactive');
  });

  it('holds the house to pauses, and leaves order groups alone while nothing may be canceled', () => {
    const groupId = stage.exchange.apply<'create_group'>({ kind: 'create_group', accountId: long.id, limitE2: 1_000, shard: 0 });
    const { orderId } = stage.place(long, { groupId });
    stage.exchange.apply<'set_activity'>({ kind: 'set_activity', exchangeActive: false, tradingActive: false });
    stage.perform({ kind: 'flow', ticker: HOME, side: 'ask', countE2: 500, limitCC: 5_000 });
    assert.equal(long.positions.get(home())?.quantityE2 ?? 0, 0);
    for (const kind of ['trigger_group', 'delete_group'] as const) {
      assert.equal(
        outcome(() => stage.exchange.apply({ kind, accountId: long.id, groupId })),
        '503 exchange_unavailable',
      );
    }
    stage.exchange.apply<'set_activity'>({ kind: 'set_activity', exchangeActive: true, tradingActive: true });
    stage.perform({ kind: 'close_date', ticker: HOME, closeMs: START_MS });
    stage.exchange.apply<'delete_group'>({ kind: 'delete_group', accountId: long.id, groupId });
    assert.ok(long.resting.has(orderId), 'the close takes it off a moment later');
    stage.exchange.advanceTo(START_MS + 1_000);
    assert.equal(long.resting.size, 0);
  });

  it('fills the house quote, tops it up behind what is there, and lets the crowd reach members', () => {
    const quote = (countE2: number, bidCC = 5_000) =>
      stage.perform({
        kind: 'quote',
        ticker: HOME,
        bids: [{ priceCC: bidCC, countE2 }],
        asks: [{ priceCC: bidCC + 100, countE2 }],
      });
    quote(1_000);
    stage.place(long, { priceCC: 5_000, countE2: 200 });
    quote(1_500);
    assert.equal(home().bids.best()?.totalE2, 1_700);
    stage.perform({ kind: 'flow', ticker: HOME, side: 'ask', countE2: 1_100, limitCC: 5_000 });
    assert.equal(long.positions.get(home())?.quantityE2, 100, 'first the older house order, then the member');
    quote(500, 4_000);
    assert.deepEqual(
      home().bids.levels.map((level) => [level.priceCC, level.totalE2]),
      [[4_000, 500]],
      'the rest of the member order traded with the new ask that crossed it',
    );
    stage.perform({ kind: 'deactivate', ticker: HOME });
    quote(700, 3_000);
    assert.deepEqual([home().asks.best()?.priceCC, home().asks.best()?.totalE2], [4_100, 400]);
    assert.equal(long.positions.get(home())?.quantityE2, 200);
  });

  it('makes the same ids from the same seed, and others from another', () => {
    const take = (seed: number) => {
      const ids = seededIds(seed);
      return Array.from({ length: 50 }, () => ids.next());
    };
    assert.deepEqual(take(1), take(1));
    assert.equal(new Set([...take(1), ...take(2)]).size, 100);
    for (const id of take(3)) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

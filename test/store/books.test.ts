import assert from 'node:assert/strict';
import { addFill, type Fill, openLedger } from '../../lib/trading/fills.ts';
import type { PositionRow, TradeRow } from '../../lib/trading/ports/memory.ts';
import { holdingsOf } from '../../lib/trading/position.ts';
import { onEachEngine } from './engines.ts';
import {
  closedPosition,
  committed,
  DOLLAR,
  EVENT,
  filled,
  fillOf,
  learned,
  lifeAfter,
  NOW_MS,
  newAccount,
  OTHER_RULE,
  openPosition,
  RULE,
  TICKER,
  told,
  tradeOf,
  unnumbered,
} from './stage.ts';

const MARKET = { ruleId: RULE, ticker: TICKER, eventTicker: EVENT };
const NOTHING = { ...MARKET, fills: [], settlement: undefined, positions: [], trades: [] };
const SALE = fillOf({
  orderId: 'exchange-2',
  tradeId: 'trade-9',
  side: 'ask',
  yesPriceCC: 5_200,
  atMs: NOW_MS + 600_000,
  leg: 'exit',
  exitReason: 'take_profit',
});

/** What the account makes of fills: position and trades of the round. */
function bookOf(accountId: string, fills: readonly Fill[]): { positions: PositionRow[]; trades: TradeRow[] } {
  const { open, trades } = holdingsOf(fills.reduce(addFill, openLedger(TICKER)));
  const row = { accountId, ruleId: RULE, eventTicker: EVENT, environment: 'practice' as const };
  const position = open === undefined ? closedPosition(accountId) : openPosition(accountId, { open });
  return { positions: [position], trades: trades.map((trade) => ({ ...trade, ...row })) };
}

onEachEngine('the books', (ground) => {
  it('hold each fill once, and give a ledger back in the order in which fills count', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const early = fillOf({ tradeId: 'b', atMs: NOW_MS + 10 });
    const same = fillOf({ tradeId: 'a', atMs: NOW_MS + 10, signalYesPriceCC: undefined });
    const manual = fillOf({ orderId: 'foreign', leg: undefined, atMs: NOW_MS + 10 });
    const fills = [SALE, early, same, manual];
    await store.books.book(id, { ...NOTHING, fills: fills.slice(0, 2) });
    await store.books.book(id, { ...NOTHING, fills });
    const expected = { ...MARKET, fills: [same, early, manual, SALE], settlement: undefined };
    assert.deepEqual(await store.books.ledger(id, RULE, TICKER), expected);
    assert.deepEqual(await store.books.openLedgers(id), [expected]);
    assert.equal(await store.books.ledger(id, OTHER_RULE, TICKER), undefined);
  });

  it("apply a trade once for each of the account's orders that it met", async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const both = [fillOf({ orderId: 'one' }), fillOf({ orderId: 'two' })];
    await store.books.book(id, { ...NOTHING, fills: both });
    assert.equal((await store.books.ledger(id, RULE, TICKER))?.fills.length, 2);
  });

  it('keep a market open until it is settled and nothing of it is held', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const settlement = { ticker: TICKER, valueCC: 10_000, feeE6: 0, atMs: NOW_MS + 9_000_000 };
    await store.books.book(id, { ...NOTHING, ...bookOf(id, [fillOf()]), fills: [fillOf()] });
    assert.equal((await store.books.openLedgers(id)).length, 1);
    await store.books.book(id, { ...NOTHING, settlement });
    assert.deepEqual((await store.books.openLedgers(id))[0]?.settlement, settlement, 'settled, and the position not closed yet');
    await store.books.book(id, { ...NOTHING, positions: [closedPosition(id)] });
    assert.deepEqual(await store.books.openLedgers(id), []);
    assert.deepEqual(await store.books.ledger(id, RULE, TICKER), { ...MARKET, fills: [fillOf()], settlement });
  });

  it("take an order's news as one: life, fills, position, trades, breaker and trip", async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const entry = await committed(store, id);
    await learned(store, entry, lifeAfter(entry, filled(fillOf())), { fills: [fillOf()], ...bookOf(id, [fillOf()]) });
    const exit = await committed(store, id, { leg: 'exit' });
    const trip = {
      rule: 'consecutive_losses',
      reason: 'five',
      reading: 5,
      limit: 5,
      until: { kind: 'time', atMs: NOW_MS + 9 },
      trippedMs: NOW_MS,
      tradingDay: '2026-11-19',
    } as const;
    const breaker = { trips: [trip], lossesInRow: 0, dayBase: undefined };
    const trips = [{ kind: 'trip', trip, actor: { kind: 'program' }, note: undefined, atMs: NOW_MS }] as const;
    const news = { fills: [SALE], ...bookOf(id, [fillOf(), SALE]), breaker, trips };
    for (const _ of [1, 2])
      await learned(store, exit, lifeAfter(exit, told('executed', 10_000, 'exchange-2'), filled(SALE)), news);
    assert.deepEqual((await store.books.ledger(id, RULE, TICKER))?.fills, [fillOf(), SALE]);
    assert.deepEqual(await store.rules.breaker(id), breaker);
    const [position] = await store.pages.positions(id, { most: 9 });
    assert.deepEqual(position, {
      ...closedPosition(id),
      side: 'yes',
      entryE2: 10_000,
      entryCostE6: 45 * DOLLAR,
      exitE2: 10_000,
      exitProceedsE6: 52 * DOLLAR,
      exitReason: 'take_profit',
      realizedE6: 7 * DOLLAR - 2 * 1_740_000,
      feesE6: 2 * 1_740_000,
    });
    const trades = await store.pages.trades(id, { most: 9 });
    assert.deepEqual(trades.map(unnumbered), news.trades);
    assert.equal((await store.pages.trips(id, { most: 9 })).length, 1);
  });

  it('tell a round anew when a fill arrives late', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const half = { ...SALE, countE2: 5_000 };
    const rest = { ...half, orderId: 'exchange-3', tradeId: 'trade-10', atMs: SALE.atMs + 1_000 };
    const late = { ...half, countE2: 1_000, orderId: 'exchange-0', tradeId: 'trade-8', atMs: SALE.atMs - 1_000 };
    const told = async (fills: readonly Fill[]) => {
      const book = bookOf(id, fills);
      await store.books.book(id, { ...NOTHING, ...book, fills });
      const stored = (await store.pages.trades(id, { most: 9 })).toReversed();
      assert.deepEqual(stored.map(unnumbered), book.trades);
    };
    await told([fillOf(), half, rest]);
    await told([fillOf(), late, half, { ...rest, countE2: 4_000 }]);
    // A repair that takes two of them back.
    await told([fillOf(), late]);
    const [position] = await store.pages.positions(id, { most: 9 });
    assert.deepEqual([position?.status, position?.entryE2, position?.exitE2], ['open', 10_000, 1_000]);
  });

  it('refuse a trade whose position is not told, and keep nothing of the change', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const change = { ...NOTHING, fills: [fillOf()], positions: [closedPosition(id)], trades: [tradeOf(id, { round: 2 })] };
    await assert.rejects(store.books.book(id, change), /without its position/);
    assert.equal(await store.books.ledger(id, RULE, TICKER), undefined);
  });

  it('sum up what was closed since an instant', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const none = { netE6: 0, feesE6: 0, wins: 0, losses: 0, trades: 0 };
    assert.deepEqual(await store.books.resultSince(id, 0), none);
    const nets = [4, -9, 0, 2].map((dollars) => dollars * DOLLAR);
    const trades = nets.map((netE6, i) => tradeOf(id, { round: i + 1, netE6, exitMs: NOW_MS + i * 1_000 }));
    const positions = nets.map((_, i) => closedPosition(id, { round: i + 1 }));
    await store.books.book(id, { ...NOTHING, positions, trades });
    const all = { netE6: -3 * DOLLAR, feesE6: 12 * DOLLAR, wins: 2, losses: 1, trades: 4 };
    assert.deepEqual(await store.books.resultSince(id, NOW_MS), all);
    const last = { netE6: 2 * DOLLAR, feesE6: 6 * DOLLAR, wins: 1, losses: 0, trades: 2 };
    assert.deepEqual(await store.books.resultSince(id, NOW_MS + 2_000), last);
    assert.deepEqual(await store.books.resultSince(id, NOW_MS + 3_001), none);
  });

  it('count money beyond what 32 bits hold', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const netE6 = 4_000_000_000_000_000;
    const positions = [closedPosition(id), closedPosition(id, { round: 2 })];
    const trades = [tradeOf(id, { netE6 }), tradeOf(id, { netE6, round: 2 })];
    await store.books.book(id, { ...NOTHING, positions, trades });
    assert.equal((await store.books.resultSince(id, 0)).netE6, 2 * netE6);
  });
});

import assert from 'node:assert/strict';
import type { Signal } from '../../lib/trading/cause.ts';
import { intendOrder, type OrderState } from '../../lib/trading/order-life.ts';
import { entryWish } from '../../lib/trading/order-wish.ts';
import type { StoredOrder } from '../../lib/trading/ports/memory.ts';
import { type ChartFacts, chartView } from '../../lib/web/read/chart.ts';
import {
  frozenAt,
  knownGame,
  listedGame,
  MIA,
  MINUTE_MS,
  marketOf,
  NOW_MS,
  openPosition,
  positionRow,
  RULE,
  START_MS,
  tradeRow,
} from './game.ts';

const at = (ms: number) => new Date(ms).toISOString();

/** An entry order of the rule that was decided upon then. */
function entryOrder(atMs: number, reason: string, filledE2 = 9_600, state: OrderState = 'filled'): StoredOrder {
  const signal: Signal = {
    cause: { accountId: 'a1', ruleId: RULE, ticker: MIA, round: 0, leg: 'entry', attempt: 0 },
    eventTicker: listedGame().eventTicker,
    wish: entryWish({ ticker: MIA, outcome: 'yes', askCC: 5_000, limitCC: 5_100, countE2: 9_600 }),
    exitReason: undefined,
    reason,
    notes: [],
    numbers: {},
    entryCaps: undefined,
    maxPriceMoveCC: 200,
    patienceMs: 60_000,
    actor: { kind: 'rule', id: RULE, name: 'dip' },
    atMs,
  };
  const life = { ...intendOrder(9_600, atMs), filledE2, state };
  const clientOrderId = `cs1.${atMs}`;
  const sent = { orderGroupId: undefined, sentWallMs: 0, envelope: null, isReported: true };
  return { clientOrderId, signal, lockKey: 'l', life, isSettled: true, ...sent };
}

function factsWith(change: Partial<ChartFacts>): ChartFacts {
  return {
    game: listedGame(),
    market: marketOf(MIA),
    known: knownGame(),
    baseline: frozenAt(6_500),
    points: [{ atMs: NOW_MS, bidCC: 5_200, askCC: undefined }],
    periods: [{ atMs: NOW_MS, label: 'halftime', isBreak: true }],
    scores: [{ atMs: NOW_MS, home: 52, away: 44 }],
    said: [{ atMs: NOW_MS, text: 'drop 13.0 < 15.0' }],
    rows: [],
    trades: [],
    orders: [],
    exits: { stopCC: undefined, takeCC: undefined },
    ...change,
  };
}

describe('the chart of a game', () => {
  it('tells the path, the course of the game and what was said', () => {
    assert.deepEqual(chartView(factsWith({})), {
      event: listedGame().eventTicker,
      ticker: MIA,
      team: 'MIA',
      startsAt: at(START_MS),
      startedAt: at(START_MS),
      baseline: { price: 65, grade: 'A' },
      points: [{ at: at(NOW_MS), bid: 52, ask: null }],
      periods: [{ at: at(NOW_MS), label: 'halftime', isBreak: true }],
      scores: [{ at: at(NOW_MS), home: 52, away: 44 }],
      marks: [],
      stop: null,
      take: null,
      decisions: [{ at: at(NOW_MS), text: 'drop 13.0 < 15.0' }],
    });
  });

  it('marks an entry once, however it was left, with the reason it was made for', () => {
    const entryMs = NOW_MS - 20 * MINUTE_MS;
    const part = { countE2: 4_800, entryCostE6: 24_000_000, exitProceedsE6: 33_600_000, netE6: 8_000_000 };
    const { marks } = chartView(
      factsWith({
        trades: [tradeRow(part)],
        rows: [positionRow({ open: openPosition({ countE2: 4_800, costE6: 24_000_000, openedMs: entryMs }) })],
        orders: [
          entryOrder(entryMs - 60_000, 'an older one'),
          entryOrder(entryMs - 200, 'drop 15.5 >= 15.0'),
          entryOrder(entryMs - 100, 'nothing was filled', 0, 'canceled'),
          entryOrder(entryMs + 100, 'a later one'),
        ],
      }),
    );
    assert.deepEqual(marks, [
      { at: at(entryMs), price: 50, contracts: 96, kind: 'entry', reason: 'drop 15.5 >= 15.0', profit: null },
      { at: at(NOW_MS - 2 * MINUTE_MS), price: 70, contracts: 48, kind: 'exit', reason: 'take_profit', profit: 8 },
    ]);
  });

  it('knows why before the memory knows of the fill, and where the exchange dates it before the decision', () => {
    const openedMs = NOW_MS - 20 * MINUTE_MS;
    for (const order of [entryOrder(openedMs - 100, 'why', 0, 'sent'), entryOrder(openedMs + 20, 'why')]) {
      const { marks } = chartView(factsWith({ rows: [positionRow({ open: openPosition({ openedMs }) })], orders: [order] }));
      assert.deepEqual(
        marks.map(({ reason }) => reason),
        ['why'],
      );
    }
  });

  it('marks each round of entries', () => {
    const first = tradeRow({ entryMs: NOW_MS - 40 * MINUTE_MS, exitMs: NOW_MS - 30 * MINUTE_MS, exitReason: undefined });
    const { marks } = chartView(factsWith({ trades: [tradeRow(), first] }));
    assert.deepEqual(
      marks.map(({ kind, reason }) => `${kind} ${reason}`),
      ['entry ', 'exit settled', 'entry ', 'exit take_profit'],
    );
  });

  it('shows what was traded in NO at prices of YES', () => {
    const open = openPosition({ outcome: 'no', costE6: 38_400_000 });
    const { marks, stop, take } = chartView(
      factsWith({ rows: [positionRow({ open })], exits: { stopCC: 3_000, takeCC: 6_000 } }),
    );
    assert.deepEqual([marks[0]?.price, stop, take], [60, 70, 40]);
  });

  it('shows a provisional baseline until there is a frozen one, and none where nothing was seen', () => {
    const collecting = { ...frozenAt(6_500), status: 'collecting' as const, baseline: undefined };
    const provisional = frozenAt(6_400).baseline;
    assert.equal(chartView(factsWith({ baseline: { ...collecting, provisional } })).baseline?.price, 64);
    assert.equal(chartView(factsWith({ baseline: collecting })).baseline, null);
  });
});

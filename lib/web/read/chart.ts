/** The path of one market for its chart. Prices on it are of YES, whichever outcome was traded. */
import type { BaselineView } from '../../account/contract.ts';
import { isOverOrder } from '../../trading/order-life.ts';
import type { KnownGame, ListedGame, ListedMarket } from '../../trading/ports/market-data.ts';
import type { PositionRow, StoredOrder, TradeRow } from '../../trading/ports/memory.ts';
import { type OutcomeSide, toYesPriceCC } from '../../trading/sides.ts';
import type { ChartView } from '../contract.ts';
import type { PeriodMark, ScorePoint } from '../watch/game-track.ts';
import type { PricePoint } from '../watch/price-series.ts';
import type { SaidThen } from '../watch/said-log.ts';
import { isOpenRow } from './position.ts';
import { exitWord } from './trades.ts';
import { cents, centsOrNull, contracts, dollars, iso, isoOrNull } from './units.ts';

export interface ChartFacts {
  game: ListedGame;
  market: ListedMarket;
  known: KnownGame | undefined;
  baseline: BaselineView;
  points: readonly PricePoint[];
  periods: readonly PeriodMark[];
  scores: readonly ScorePoint[];
  said: readonly SaidThen[];
  /** Of this account in this market. */
  rows: readonly PositionRow[];
  trades: readonly TradeRow[];
  orders: readonly StoredOrder[];
  /** Of what is open, in prices of its outcome. */
  exits: { stopCC: number | undefined; takeCC: number | undefined };
}

export function chartView(facts: ChartFacts): ChartView {
  const { game, market, known, baseline, points, periods, scores, said, exits } = facts;
  const measured = baseline.baseline ?? baseline.provisional;
  const outcome = facts.rows.find(isOpenRow)?.open.outcome ?? 'yes';
  const line = (priceCC: number | undefined) => (priceCC === undefined ? null : cents(toYesPriceCC(outcome, priceCC)));
  return {
    event: game.eventTicker,
    ticker: market.ticker,
    team: market.team,
    startsAt: isoOrNull(game.startMs),
    startedAt: isoOrNull(known?.state.startedMs),
    baseline: measured === undefined ? null : { price: cents(measured.valueCC), grade: measured.grade },
    points: points.map(({ atMs, bidCC, askCC }) => ({ at: iso(atMs), bid: centsOrNull(bidCC), ask: centsOrNull(askCC) })),
    periods: periods.map(({ atMs, label, isBreak }) => ({ at: iso(atMs), label, isBreak })),
    scores: scores.map(({ atMs, home, away }) => ({ at: iso(atMs), home, away })),
    marks: [...entryMarks(facts), ...exitMarks(facts)].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    stop: line(exits.stopCC),
    take: line(exits.takeCC),
    decisions: said.map(({ atMs, text }) => ({ at: iso(atMs), text })),
  };
}

type Mark = ChartView['marks'][number];

/** What a round bought: the sum of what was closed of it and what is still open. */
interface Round {
  ruleId: string;
  atMs: number;
  outcome: OutcomeSide;
  countE2: number;
  costE6: number;
}

function entryMarks({ rows, trades, orders }: ChartFacts): Mark[] {
  const rounds = new Map<string, Round>();
  const add = (part: Round): void => {
    const key = `${part.ruleId}|${part.atMs}`;
    const before = rounds.get(key);
    rounds.set(
      key,
      before === undefined ? part : { ...before, countE2: before.countE2 + part.countE2, costE6: before.costE6 + part.costE6 },
    );
  };
  for (const { ruleId, entryMs: atMs, outcome, countE2, entryCostE6: costE6 } of trades) {
    add({ ruleId, atMs, outcome, countE2, costE6 });
  }
  for (const { ruleId, open } of rows.filter(isOpenRow)) {
    add({ ruleId, atMs: open.openedMs, outcome: open.outcome, countE2: open.countE2, costE6: open.costE6 });
  }
  return [...rounds.values()].map((round) => ({
    at: iso(round.atMs),
    price: cents(toYesPriceCC(round.outcome, round.costE6 / round.countE2)),
    contracts: contracts(round.countE2),
    kind: 'entry',
    reason: entryReason(orders, round),
    profit: null,
  }));
}

function exitMarks({ trades }: ChartFacts): Mark[] {
  return trades.map((trade) => ({
    at: iso(trade.exitMs),
    price: cents(toYesPriceCC(trade.outcome, trade.exitProceedsE6 / trade.countE2)),
    contracts: contracts(trade.countE2),
    kind: 'exit',
    reason: exitWord(trade),
    profit: dollars(trade.netE6),
  }));
}

/**
 * Of the last entry order of the rule that was decided upon before the first fill, and filled, as far as the memory knows already.
 * The exchange's clock, which dates the fill, may be a little behind ours: then it is the first one after it.
 */
function entryReason(orders: readonly StoredOrder[], { ruleId, atMs }: Round): string {
  const entries = orders.filter(({ signal: { cause }, life }) => {
    const mayHaveFilled = life.filledE2 > 0 || !isOverOrder(life.state);
    return cause.ruleId === ruleId && cause.leg === 'entry' && mayHaveFilled;
  });
  const order = entries.findLast(({ signal }) => signal.atMs <= atMs) ?? entries[0];
  return order?.signal.reason ?? '';
}

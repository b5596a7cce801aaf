/** One open position as a page shows it. */
import type { AccountView, FeedView, NotedDecision } from '../../account/contract.ts';
import { costE6 } from '../../trading/money.ts';
import type { ListedGame, ListedMarket, StandingQuote } from '../../trading/ports/market-data.ts';
import type { PositionRow } from '../../trading/ports/memory.ts';
import { averagePriceCC, type OpenPosition, unrealizedE6 } from '../../trading/position.ts';
import { type Quote, quoteOf } from '../../trading/quote.ts';
import { fromYesPriceCC } from '../../trading/sides.ts';
import type { PositionView } from '../contract.ts';
import type { PricePoint } from '../watch/price-series.ts';
import { clockText } from './clock-text.ts';
import { decisionText, exitDecision, noted } from './says.ts';
import { cents, centsOrNull, coarseAge, contracts, dollars, iso, picked } from './units.ts';

const PATH_POINTS = 40;
const HIGHEST_CC = 10_000;

export interface PositionFacts {
  row: PositionRow & { open: OpenPosition };
  accountId: string;
  listed: { game: ListedGame; market: ListedMarket } | undefined;
  quote: StandingQuote | undefined;
  known: ReturnType<FeedView['known']>;
  nowMs: number;
  decisions: readonly NotedDecision[];
  underWay: ReturnType<AccountView['ordersUnderWay']>;
  /** From the entry on. */
  points: readonly PricePoint[];
}

export function isOpenRow(row: PositionRow): row is PositionFacts['row'] {
  return row.status === 'open' && row.open !== undefined;
}

/** `profit` is what selling at the bid would bring over cost and the fees paid so far; the sale's own fee is not in it. */
export function positionView(facts: PositionFacts): PositionView {
  const { row, listed, quote, known, nowMs, decisions, points } = facts;
  const { open, ticker } = row;
  const said = exitDecision(decisions, ticker, row.ruleId);
  const worthE6 = worthOf(open, listed?.market, quote?.quote);
  const { stopCC, takeCC } = exitPrices(open, said);
  return {
    id: row.id,
    account: facts.accountId,
    event: row.eventTicker,
    ticker,
    game: listed?.game.title ?? row.eventTicker,
    team: listed?.market.team ?? ticker,
    side: open.outcome,
    contracts: contracts(open.countE2),
    entry: cents(averagePriceCC(open)),
    now: nowOf(open, listed?.market, quote?.quote),
    priceAgeSeconds: coarseAge(quote?.ageMs),
    profit: worthE6 === undefined ? null : dollars(worthE6 - open.costE6 - open.feesE6),
    clock: listed === undefined ? 'no game state' : clockText(listed.game, known, nowMs),
    stop: centsOrNull(stopCC),
    take: centsOrNull(takeCC),
    openedAt: iso(open.openedMs),
    path: picked(heldPath(open, points), PATH_POINTS),
    says: said === undefined ? 'no exit rule has looked at it yet' : decisionText(said),
    pending: pendingText(facts),
  };
}

/** At the bid, or at what the market pays once that is known. E6; undefined where nobody tells. */
export function worthOf(open: OpenPosition, market: ListedMarket | undefined, quote: Quote | undefined): number | undefined {
  if (market?.resultCC !== undefined) return costE6(fromYesPriceCC(open.outcome, market.resultCC), open.countE2);
  const gainE6 = quote === undefined ? undefined : unrealizedE6(open, quote);
  return gainE6 === undefined ? undefined : open.costE6 + gainE6;
}

/**
 * Where its exit rule would sell, in prices of the held outcome: the average entry price and the distances that the rule noted. CC;
 * undefined while no rule has said so.
 */
export function exitPrices(
  open: OpenPosition,
  said: NotedDecision | undefined,
): { stopCC: number | undefined; takeCC: number | undefined } {
  const averageCC = averagePriceCC(open);
  const stopLossCC = noted(said, 'stopLossCC');
  const takeProfitCC = noted(said, 'takeProfitCC');
  return {
    stopCC: stopLossCC === undefined ? undefined : Math.max(0, averageCC - stopLossCC),
    takeCC: takeProfitCC === undefined ? undefined : Math.min(HIGHEST_CC, averageCC + takeProfitCC),
  };
}

function nowOf(open: OpenPosition, market: ListedMarket | undefined, quote: Quote | undefined): number | null {
  if (market?.resultCC !== undefined) return cents(fromYesPriceCC(open.outcome, market.resultCC));
  return quote === undefined ? null : centsOrNull(quoteOf(open.outcome, quote).bidCC);
}

function heldPath(open: OpenPosition, points: readonly PricePoint[]): PositionView['path'] {
  return points.flatMap(({ atMs, bidCC, askCC }) => {
    const yesCC = open.outcome === 'yes' ? bidCC : askCC;
    // The point that stood at the entry is older than it.
    const at = iso(Math.max(atMs, open.openedMs));
    return yesCC === undefined ? [] : [{ at, price: cents(fromYesPriceCC(open.outcome, yesCC)) }];
  });
}

function pendingText({ row, underWay }: PositionFacts): string | null {
  const orders = underWay.filter((order) => order.ticker === row.ticker);
  const unresolved = orders.find((order) => order.state === 'unresolved');
  if (unresolved !== undefined) return `unresolved: ${unresolved.reason ?? 'the outcome of an order is not known'}`;
  if (orders.some((order) => order.leg === 'exit')) return 'closing';
  return orders.length > 0 ? 'buying' : null;
}

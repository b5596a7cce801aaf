/**
 * What is older than 90 days of market time has moved to `/historical` and is shown there only; everything else is shown by
 * the live routes only.
 */
import type { MarketState } from '../../engine/state.ts';
import type { Night } from '../../night.ts';
import { nested } from '../rejection.ts';

const LIVE_MS = 90 * 86_400_000;

/** Things that ended before this market time are archived. */
export function cutoffMs(nowMs: number): number {
  return nowMs - LIVE_MS;
}

export function isArchived(market: MarketState, nowMs: number): boolean {
  return market.settledMs !== undefined && market.settledMs < cutoffMs(nowMs);
}

/** Of several markets those that live routes show; the others are passed over. */
export function liveMarkets(night: Night, tickers: readonly string[], nowMs: number): MarketState[] {
  const known = tickers.flatMap((ticker) => night.exchange.state.markets.get(ticker) ?? []);
  return known.filter((market) => !isArchived(market, nowMs));
}

/** The market that live routes show, or a 404. */
export function liveMarket(night: Night, ticker: string, nowMs: number): MarketState {
  const market = night.exchange.state.markets.get(ticker);
  if (!market || isArchived(market, nowMs)) throw nested(404, 'not_found');
  return market;
}

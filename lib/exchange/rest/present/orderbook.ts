import type { OrderbookCountFp, PriceLevel } from '../../../kalshi/schema/market.ts';
import type { PriceLevel as Level } from '../../engine/book.ts';
import type { MarketState } from '../../engine/state.ts';
import { count, otherPrice, price } from './text.ts';

/** Bids of both outcomes, ascending (the best is the last): an offer of YES at p is a bid for NO at 1 - p. */
export function presentBook(market: MarketState, depth = Number.POSITIVE_INFINITY): OrderbookCountFp {
  return {
    yes_dollars: ascending(market.bids.levels, depth, price),
    no_dollars: ascending(market.asks.levels, depth, otherPrice),
  };
}

function ascending(bestFirst: readonly Level[], depth: number, priceText: (priceCC: number) => string): PriceLevel[] {
  return bestFirst
    .slice(0, depth)
    .map(({ priceCC, totalE2 }): PriceLevel => [priceText(priceCC), count(totalE2)])
    .toReversed();
}

/** What the market bids for what is held. */
import { isEnded } from '../trading/market.ts';
import { quoteOf } from '../trading/quote.ts';
import { fromYesPriceCC, type OutcomeSide } from '../trading/sides.ts';
import type { FeedView } from './contract.ts';

/**
 * The bid of the held outcome; where nobody bids, or the feed is down, the last one that was seen: an empty book at the end of a game,
 * when the winner's market closes, is no loss. Once the result is known it is what the contract pays.
 */
export class Marks {
  readonly #feed: () => FeedView | undefined;
  readonly #last = new Map<string, number>();

  constructor(feed: () => FeedView | undefined) {
    this.#feed = feed;
  }

  markOf(ticker: string, outcome: OutcomeSide): number | undefined {
    const feed = this.#feed();
    const market = feed?.market(ticker)?.market;
    if (market !== undefined && market.resultCC !== undefined && isEnded(market.status)) {
      return fromYesPriceCC(outcome, market.resultCC);
    }
    const key = `${ticker}|${outcome}`;
    const quote = feed?.quote(ticker)?.quote;
    const bidCC = quote === undefined ? undefined : quoteOf(outcome, quote).bidCC;
    if (bidCC === undefined) return this.#last.get(key);
    this.#last.set(key, bidCC);
    return bidCC;
  }
}

import type { MarketState } from '../engine/state.ts';
import type { Frame } from './frame.ts';
import { quoteOf, tickerFrame } from './market-frames.ts';

/**
 * What the ticker channel has told of each market, so that it speaks only of changes. Whatever it holds is the market's
 * present: a market that changes while nobody follows it is forgotten.
 */
export class TickerBoard {
  private readonly told = new WeakMap<MarketState, string>();

  /** Counts a market's present as known to whoever begins to follow it now. */
  watch(market: MarketState): void {
    if (!this.told.has(market)) this.told.set(market, JSON.stringify(quoteOf(market)));
  }

  forget(market: MarketState): void {
    this.told.delete(market);
  }

  /** A followed market may have changed: what to tell at market time `atMs`, or undefined if nothing has. */
  change(market: MarketState, atMs: number): Frame | undefined {
    const quote = quoteOf(market);
    const text = JSON.stringify(quote);
    if (this.told.get(market) === text) return undefined;
    this.told.set(market, text);
    return tickerFrame(quote, atMs);
  }
}

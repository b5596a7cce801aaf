/** The night's public trades, found by market: kept up with the tape as it grows. */
import type { TradePrint } from '../engine/events.ts';
import type { Tape } from '../tape.ts';

interface MarketTrades {
  /** Oldest first. */
  readonly prints: TradePrint[];
  /** Contracts traded up to and including the print of the same index. */
  readonly volumesE2: number[];
}

export class PublicTrades {
  private readonly tape: Tape;
  private readonly markets = new Map<string, MarketTrades>();
  private list: readonly TradePrint[];
  private read = 0;

  constructor(tape: Tape) {
    this.tape = tape;
    this.list = tape.trades;
  }

  /** All trades of all markets, oldest first. */
  get all(): readonly TradePrint[] {
    return this.tape.trades;
  }

  /** A market's trades, oldest first. */
  of(ticker: string): readonly TradePrint[] {
    this.catchUp();
    return this.markets.get(ticker)?.prints ?? [];
  }

  /** Contracts traded in a market after `sinceMs`. */
  volumeSinceE2(ticker: string, sinceMs: number): number {
    this.catchUp();
    const market = this.markets.get(ticker);
    if (!market) return 0;
    const before = countUpTo(market.prints, sinceMs);
    return (market.volumesE2.at(-1) ?? 0) - (market.volumesE2[before - 1] ?? 0);
  }

  private catchUp(): void {
    const { trades } = this.tape;
    if (trades !== this.list) {
      // The tape has forgotten some: what is left is read anew.
      this.list = trades;
      this.markets.clear();
      this.read = 0;
    }
    for (; this.read < trades.length; this.read++) {
      const print = trades[this.read] as TradePrint;
      let market = this.markets.get(print.ticker);
      if (!market) {
        market = { prints: [], volumesE2: [] };
        this.markets.set(print.ticker, market);
      }
      market.prints.push(print);
      market.volumesE2.push((market.volumesE2.at(-1) ?? 0) + print.countE2);
    }
  }
}

/** How many prints are not after `atMs`. */
function countUpTo(prints: readonly TradePrint[], atMs: number): number {
  let low = 0;
  let high = prints.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((prints[middle] as TradePrint).atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

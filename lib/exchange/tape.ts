/** The public record of a night: trades, and one-minute candles of quotes and prices per market. */
import type { ExchangeEvent, TradePrint } from './engine/events.ts';
import type { MarketState } from './engine/state.ts';
import { ONE_CC } from './units.ts';

export interface Range {
  openCC: number;
  lowCC: number;
  highCC: number;
  closeCC: number;
}

/** One period. Ends at `endS` (Unix seconds) inclusive; an empty side of the book counts as 0 (bid) or 1 dollar (ask). */
export interface Candle {
  endS: number;
  bid: Range;
  ask: Range;
  /** Undefined where nothing traded in the period. */
  price: Range | undefined;
  /** The last price before the period; undefined if there was none. */
  previousCC: number | undefined;
  volumeE2: number;
  turnoverE6: number;
  openInterestE2: number;
}

const MINUTE_S = 60;

export class Tape {
  private prints: TradePrint[] = [];
  private readonly minutes = new Map<string, Candle[]>();

  /** Takes note of what happened at one instant. Quotes count as they stand at its end. */
  ingest(events: ExchangeEvent[], nowMs: number): void {
    const quoted = new Set<MarketState>();
    for (const event of events) {
      if (event.kind === 'trade') {
        this.prints.push(event.trade);
        this.printTrade(event.trade);
      } else if (event.kind === 'book') {
        quoted.add(event.market);
      }
    }
    for (const market of quoted) this.printQuote(market, nowMs);
  }

  /** Drops the trades and candles of the markets that are past. */
  forget(isPast: (ticker: string) => boolean): void {
    const past = new Set([...this.minutes.keys()].filter(isPast));
    if (past.size === 0) return;
    for (const ticker of past) this.minutes.delete(ticker);
    this.prints = this.prints.filter((print) => !past.has(print.ticker));
  }

  /** All trades that are not forgotten, oldest first. It is another list after `forget`. */
  get trades(): readonly TradePrint[] {
    return this.prints;
  }

  /**
   * Candles of `periodMinutes` whose end lies in [startS, endS], from the market's first period to the one that `nowS` lies in.
   * Periods in which nothing happened are there too, as the quote stood. With `isLatestIncluded`, where there is none in the
   * range, the last one before it is moved to the first period boundary.
   */
  candles(
    ticker: string,
    range: { startS: number; endS: number; nowS: number; periodMinutes: number; isLatestIncluded?: boolean | undefined },
  ): Candle[] {
    const { startS, nowS, periodMinutes } = range;
    const periodS = periodMinutes * MINUTE_S;
    const endS = Math.min(range.endS, ceilTo(nowS, periodS));
    const found: Candle[] = [];
    let before: Candle | undefined;
    for (const period of inPeriods(this.minutes.get(ticker) ?? [], periodS)) {
      if (period.endS > endS) break;
      if (before) fill(found, before, { startS, endS: period.endS - periodS, periodS });
      if (period.endS >= startS) found.push(period);
      before = period;
    }
    if (before) fill(found, before, { startS, endS, periodS });
    if (found.length === 0 && before && range.isLatestIncluded) return [still(before, ceilTo(startS, periodS))];
    return found;
  }

  private printTrade(trade: TradePrint): void {
    const candle = this.candleAt(trade.ticker, trade.atMs);
    candle.price = extend(candle.price, trade.priceCC);
    candle.volumeE2 += trade.countE2;
    candle.turnoverE6 += trade.countE2 * trade.priceCC;
  }

  private printQuote(market: MarketState, nowMs: number): void {
    const candle = this.candleAt(market.ticker, nowMs);
    candle.bid = extend(candle.bid, market.bids.best()?.priceCC ?? 0);
    candle.ask = extend(candle.ask, market.asks.best()?.priceCC ?? ONE_CC);
    candle.openInterestE2 = market.openInterestE2;
  }

  private candleAt(ticker: string, atMs: number): Candle {
    const endS = ceilTo(atMs / 1000, MINUTE_S);
    let minutes = this.minutes.get(ticker);
    if (!minutes) {
      minutes = [];
      this.minutes.set(ticker, minutes);
    }
    const last = minutes.at(-1);
    if (last && last.endS >= endS) return last;
    const candle = last ? still(last, endS) : emptyCandle(endS);
    minutes.push(candle);
    return candle;
  }
}

function emptyCandle(endS: number): Candle {
  const none = { openCC: 0, lowCC: 0, highCC: 0, closeCC: 0 };
  const full = { openCC: ONE_CC, lowCC: ONE_CC, highCC: ONE_CC, closeCC: ONE_CC };
  return {
    endS,
    bid: none,
    ask: full,
    price: undefined,
    previousCC: undefined,
    volumeE2: 0,
    turnoverE6: 0,
    openInterestE2: 0,
  };
}

/** A period in which nothing happened: the quote stands as the one before left it. */
function still(before: Candle, endS: number): Candle {
  return {
    endS,
    bid: flat(before.bid.closeCC),
    ask: flat(before.ask.closeCC),
    price: undefined,
    previousCC: before.price?.closeCC ?? before.previousCC,
    volumeE2: 0,
    turnoverE6: 0,
    openInterestE2: before.openInterestE2,
  };
}

function flat(priceCC: number): Range {
  return { openCC: priceCC, lowCC: priceCC, highCC: priceCC, closeCC: priceCC };
}

function extend(range: Range | undefined, priceCC: number): Range {
  if (!range) return flat(priceCC);
  return {
    openCC: range.openCC,
    lowCC: Math.min(range.lowCC, priceCC),
    highCC: Math.max(range.highCC, priceCC),
    closeCC: priceCC,
  };
}

/** Adds the periods after `before`, up to `endS` inclusive, in which nothing happened. */
function fill(found: Candle[], before: Candle, range: { startS: number; endS: number; periodS: number }): void {
  const { startS, endS, periodS } = range;
  const first = Math.max(before.endS + periodS, ceilTo(startS, periodS));
  for (let at = first; at <= endS; at += periodS) found.push(still(before, at));
}

function ceilTo(atS: number, periodS: number): number {
  return Math.ceil(atS / periodS) * periodS;
}

function* inPeriods(minutes: Candle[], periodS: number): Iterable<Candle> {
  let period: Candle | undefined;
  for (const minute of minutes) {
    const endS = ceilTo(minute.endS, periodS);
    if (period && period.endS === endS) {
      period = merged(period, minute);
    } else {
      if (period) yield period;
      period = { ...minute, endS };
    }
  }
  if (period) yield period;
}

function merged(first: Candle, then: Candle): Candle {
  return {
    endS: first.endS,
    bid: joined(first.bid, then.bid),
    ask: joined(first.ask, then.ask),
    price: first.price && then.price ? joined(first.price, then.price) : (first.price ?? then.price),
    previousCC: first.previousCC,
    volumeE2: first.volumeE2 + then.volumeE2,
    turnoverE6: first.turnoverE6 + then.turnoverE6,
    openInterestE2: then.openInterestE2,
  };
}

function joined(first: Range, then: Range): Range {
  return {
    openCC: first.openCC,
    lowCC: Math.min(first.lowCC, then.lowCC),
    highCC: Math.max(first.highCC, then.highCC),
    closeCC: then.closeCC,
  };
}

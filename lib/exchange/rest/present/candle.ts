import type { BidAskDistribution, MarketCandlestick, PriceDistribution } from '../../../kalshi/schema/candlestick.ts';
import type { MarketCandlestickHistorical } from '../../../kalshi/schema/historical.ts';
import type { Candle, Range } from '../../tape.ts';
import { count, price } from './text.ts';

export function presentCandle(candle: Candle): MarketCandlestick {
  return {
    end_period_ts: candle.endS,
    yes_bid: suffixed(candle.bid),
    yes_ask: suffixed(candle.ask),
    price: presentPrice(candle),
    volume_fp: count(candle.volumeE2),
    open_interest_fp: count(candle.openInterestE2),
  };
}

/** The same candle under the names of `/historical`, where nothing is left out but null. */
export function presentHistoricalCandle(candle: Candle): MarketCandlestickHistorical {
  const traded = candle.price && plain(candle.price);
  return {
    end_period_ts: candle.endS,
    yes_bid: plain(candle.bid),
    yes_ask: plain(candle.ask),
    price: {
      ...(traded ?? { open: null, low: null, high: null, close: null }),
      mean: traded ? price(meanCC(candle)) : null,
      previous: candle.previousCC === undefined ? null : price(candle.previousCC),
    },
    volume: count(candle.volumeE2),
    open_interest: count(candle.openInterestE2),
  };
}

function presentPrice(candle: Candle): PriceDistribution {
  return {
    ...(candle.price && { ...suffixed(candle.price), mean_dollars: price(meanCC(candle)) }),
    ...(candle.previousCC !== undefined && { previous_dollars: price(candle.previousCC) }),
  };
}

function meanCC(candle: Candle): number {
  return Math.round(candle.turnoverE6 / candle.volumeE2);
}

function plain(range: Range): { open: string; low: string; high: string; close: string } {
  return { open: price(range.openCC), low: price(range.lowCC), high: price(range.highCC), close: price(range.closeCC) };
}

function suffixed(range: Range): BidAskDistribution {
  const { open, low, high, close } = plain(range);
  return { open_dollars: open, low_dollars: low, high_dollars: high, close_dollars: close };
}

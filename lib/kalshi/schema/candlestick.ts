import { z } from 'zod';
import { decimal, integer, maybe, wireObject } from './wire.ts';

/** Null in the candle that stands for what was before the period, where its prices are told as unknown. */
export const BidAskDistribution = wireObject({
  open_dollars: decimal.nullable(),
  low_dollars: decimal.nullable(),
  high_dollars: decimal.nullable(),
  close_dollars: decimal.nullable(),
});
export type BidAskDistribution = z.infer<typeof BidAskDistribution>;

/** Left out, or null, where nothing was traded in the period. */
export const PriceDistribution = wireObject({
  open_dollars: maybe(decimal),
  low_dollars: maybe(decimal),
  high_dollars: maybe(decimal),
  close_dollars: maybe(decimal),
  mean_dollars: maybe(decimal),
  previous_dollars: maybe(decimal),
  min_dollars: maybe(decimal),
  max_dollars: maybe(decimal),
});
export type PriceDistribution = z.infer<typeof PriceDistribution>;

export const MarketCandlestick = wireObject({
  /** Unix seconds: the end of the period. */
  end_period_ts: integer,
  yes_bid: BidAskDistribution,
  yes_ask: BidAskDistribution,
  price: PriceDistribution,
  volume_fp: decimal,
  open_interest_fp: decimal,
});
export type MarketCandlestick = z.infer<typeof MarketCandlestick>;

export const GetMarketCandlesticksResponse = wireObject({ ticker: z.string(), candlesticks: z.array(MarketCandlestick) });
export type GetMarketCandlesticksResponse = z.infer<typeof GetMarketCandlesticksResponse>;

export const MarketCandlesticksResponse = wireObject({
  market_ticker: z.string(),
  candlesticks: z.array(MarketCandlestick),
});
export type MarketCandlesticksResponse = z.infer<typeof MarketCandlesticksResponse>;

export const BatchGetMarketCandlesticksResponse = wireObject({ markets: z.array(MarketCandlesticksResponse) });
export type BatchGetMarketCandlesticksResponse = z.infer<typeof BatchGetMarketCandlesticksResponse>;

/** `market_candlesticks[i]` are those of `market_tickers[i]`. */
export const GetEventCandlesticksResponse = wireObject({
  market_tickers: z.array(z.string()),
  market_candlesticks: z.array(z.array(MarketCandlestick)),
  adjusted_end_ts: integer,
});
export type GetEventCandlesticksResponse = z.infer<typeof GetEventCandlesticksResponse>;

export const PercentilePoint = wireObject({
  percentile: integer,
  raw_numerical_forecast: z.number(),
  numerical_forecast: z.number(),
  formatted_forecast: z.string(),
});
export type PercentilePoint = z.infer<typeof PercentilePoint>;

export const ForecastPercentilesPoint = wireObject({
  event_ticker: z.string(),
  end_period_ts: integer,
  period_interval: integer,
  percentile_points: z.array(PercentilePoint),
});
export type ForecastPercentilesPoint = z.infer<typeof ForecastPercentilesPoint>;

export const GetEventForecastPercentilesHistoryResponse = wireObject({ forecast_history: z.array(ForecastPercentilesPoint) });
export type GetEventForecastPercentilesHistoryResponse = z.infer<typeof GetEventForecastPercentilesHistoryResponse>;

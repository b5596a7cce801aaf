import { z } from 'zod';
import { decimal, integer, maybe, timestamp, wireObject } from './wire.ts';

/** What is older than these moments is served by `/historical` only. */
export const GetHistoricalCutoffResponse = wireObject({
  market_settled_ts: timestamp,
  trades_created_ts: timestamp,
  orders_updated_ts: timestamp,
  market_positions_last_updated_ts: maybe(timestamp),
});
export type GetHistoricalCutoffResponse = z.infer<typeof GetHistoricalCutoffResponse>;

export const BidAskDistributionHistorical = wireObject({ open: decimal, low: decimal, high: decimal, close: decimal });
export type BidAskDistributionHistorical = z.infer<typeof BidAskDistributionHistorical>;

export const PriceDistributionHistorical = wireObject({
  open: decimal.nullable(),
  low: decimal.nullable(),
  high: decimal.nullable(),
  close: decimal.nullable(),
  mean: decimal.nullable(),
  previous: decimal.nullable(),
});
export type PriceDistributionHistorical = z.infer<typeof PriceDistributionHistorical>;

/** The same candle as `MarketCandlestick`, under names without a unit. */
export const MarketCandlestickHistorical = wireObject({
  end_period_ts: integer,
  yes_bid: BidAskDistributionHistorical,
  yes_ask: BidAskDistributionHistorical,
  price: PriceDistributionHistorical,
  volume: decimal,
  open_interest: decimal,
});
export type MarketCandlestickHistorical = z.infer<typeof MarketCandlestickHistorical>;

export const GetMarketCandlesticksHistoricalResponse = wireObject({
  ticker: z.string(),
  candlesticks: z.array(MarketCandlestickHistorical),
});
export type GetMarketCandlesticksHistoricalResponse = z.infer<typeof GetMarketCandlesticksHistoricalResponse>;

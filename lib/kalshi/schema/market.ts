import { z } from 'zod';
import { cursor, decimal, details, integer, label, maybe, timestamp, wireObject } from './wire.ts';

export const MARKET_STATUSES = [
  'initialized',
  'inactive',
  'active',
  'closed',
  'determined',
  'disputed',
  'amended',
  'finalized',
] as const;
export const STRIKE_TYPES = [
  'greater',
  'greater_or_equal',
  'less',
  'less_or_equal',
  'between',
  'functional',
  'custom',
  'structured',
] as const;

/** Empty until the market is determined. */
export const MarketResult = z.enum(['yes', 'no', 'scalar', '']);
export type MarketResult = z.infer<typeof MarketResult>;

/** Orders from `start` to `end` stand on multiples of `step`. */
export const PriceRange = wireObject({ start: decimal, end: decimal, step: decimal });
export type PriceRange = z.infer<typeof PriceRange>;

export const MveSelectedLeg = wireObject({
  event_ticker: z.string().optional(),
  market_ticker: z.string().optional(),
  side: z.string().optional(),
  yes_settlement_value_dollars: maybe(decimal),
});
export type MveSelectedLeg = z.infer<typeof MveSelectedLeg>;

export const Market = wireObject({
  ticker: z.string(),
  event_ticker: z.string(),
  market_type: label(['binary', 'scalar']),
  title: z.string().optional(),
  subtitle: z.string().optional(),
  yes_sub_title: z.string(),
  no_sub_title: z.string(),
  created_time: timestamp,
  updated_time: timestamp,
  open_time: timestamp,
  close_time: timestamp,
  expected_expiration_time: maybe(timestamp),
  expiration_time: maybe(timestamp),
  latest_expiration_time: timestamp,
  settlement_timer_seconds: integer,
  status: label(MARKET_STATUSES),
  yes_bid_dollars: decimal,
  yes_bid_size_fp: decimal,
  yes_ask_dollars: decimal,
  yes_ask_size_fp: decimal,
  no_bid_dollars: decimal,
  no_ask_dollars: decimal,
  last_price_dollars: decimal,
  volume_fp: decimal,
  volume_24h_fp: decimal,
  result: MarketResult,
  can_close_early: z.boolean(),
  open_interest_fp: decimal,
  notional_value_dollars: decimal,
  previous_yes_bid_dollars: decimal,
  previous_yes_ask_dollars: decimal,
  previous_price_dollars: decimal,
  /** Gone since 2026-10-01. */
  liquidity_dollars: maybe(decimal),
  settlement_value_dollars: maybe(decimal),
  settlement_ts: maybe(timestamp),
  expiration_value: z.string(),
  /** When the result is expected, not when the game starts. */
  occurrence_datetime: maybe(timestamp),
  fee_waiver_expiration_time: maybe(timestamp),
  early_close_condition: maybe(z.string()),
  strike_type: maybe(label(STRIKE_TYPES)),
  floor_strike: maybe(z.number()),
  cap_strike: maybe(z.number()),
  functional_strike: maybe(z.string()),
  custom_strike: maybe(details),
  rules_primary: z.string(),
  rules_secondary: z.string(),
  mve_collection_ticker: maybe(z.string()),
  mve_selected_legs: maybe(z.array(MveSelectedLeg)),
  primary_participant_key: maybe(z.string()),
  price_level_structure: z.string(),
  price_ranges: z.array(PriceRange),
  is_provisional: maybe(z.boolean()),
  exchange_index: maybe(integer),
});
export type Market = z.infer<typeof Market>;

export const GetMarketResponse = wireObject({ market: Market });
export type GetMarketResponse = z.infer<typeof GetMarketResponse>;

export const GetMarketsResponse = wireObject({ markets: z.array(Market), cursor });
export type GetMarketsResponse = z.infer<typeof GetMarketsResponse>;

/** [price in dollars, contracts] */
export const PriceLevel = z.tuple([decimal, decimal]);
export type PriceLevel = z.infer<typeof PriceLevel>;

/** Bids of either outcome, each in prices of its own outcome, ascending: the best is the last. An empty side may be null. */
export const OrderbookCountFp = wireObject({
  yes_dollars: z.array(PriceLevel).nullable(),
  no_dollars: z.array(PriceLevel).nullable(),
});
export type OrderbookCountFp = z.infer<typeof OrderbookCountFp>;

export const GetMarketOrderbookResponse = wireObject({ orderbook_fp: OrderbookCountFp });
export type GetMarketOrderbookResponse = z.infer<typeof GetMarketOrderbookResponse>;

export const MarketOrderbookFp = wireObject({ ticker: z.string(), orderbook_fp: OrderbookCountFp });
export type MarketOrderbookFp = z.infer<typeof MarketOrderbookFp>;

export const GetMarketOrderbooksResponse = wireObject({ orderbooks: z.array(MarketOrderbookFp) });
export type GetMarketOrderbooksResponse = z.infer<typeof GetMarketOrderbooksResponse>;

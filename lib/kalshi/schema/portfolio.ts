import { z } from 'zod';
import { bookSide, cursor, decimal, integer, maybe, outcomeSide, timestamp, wireObject } from './wire.ts';

/** Cash on one shard, in dollars. */
export const IndexedBalance = wireObject({ exchange_index: integer, balance: decimal });
export type IndexedBalance = z.infer<typeof IndexedBalance>;

export const GetBalanceResponse = wireObject({
  /** Whole cents, cut off; `balance_dollars` is exact. */
  balance: integer,
  balance_dollars: decimal,
  /** Cents. */
  portfolio_value: integer,
  updated_ts: integer,
  balance_breakdown: maybe(z.array(IndexedBalance)),
});
export type GetBalanceResponse = z.infer<typeof GetBalanceResponse>;

/**
 * The shard of a fill, position or settlement. The specification requires it since 2026, bodies recorded as late as August lack
 * it, and no price or quantity depends on it: its absence must not hide a position.
 */
const shard = integer.optional();

export const MarketPosition = wireObject({
  ticker: z.string(),
  exchange_index: shard,
  total_traded_dollars: decimal,
  /** Negative: contracts of NO. */
  position_fp: decimal,
  market_exposure_dollars: decimal,
  realized_pnl_dollars: decimal,
  fees_paid_dollars: decimal,
  last_updated_ts: timestamp,
});
export type MarketPosition = z.infer<typeof MarketPosition>;

export const EventPosition = wireObject({
  event_ticker: z.string(),
  total_cost_dollars: decimal,
  total_cost_shares_fp: decimal,
  event_exposure_dollars: decimal,
  realized_pnl_dollars: decimal,
  fees_paid_dollars: decimal,
});
export type EventPosition = z.infer<typeof EventPosition>;

/** Both lists share the page's cursor. */
export const GetPositionsResponse = wireObject({
  market_positions: z.array(MarketPosition),
  event_positions: z.array(EventPosition),
  cursor,
});
export type GetPositionsResponse = z.infer<typeof GetPositionsResponse>;

export const Fill = wireObject({
  fill_id: z.string(),
  exchange_index: shard,
  trade_id: z.string(),
  order_id: z.string(),
  ticker: z.string(),
  market_ticker: z.string(),
  /** With `action` a relic that must not be read: direction is in `outcome_side` and `book_side`. */
  side: outcomeSide.optional(),
  action: z.enum(['buy', 'sell']).optional(),
  outcome_side: outcomeSide,
  book_side: bookSide,
  count_fp: decimal,
  yes_price_dollars: decimal,
  no_price_dollars: decimal,
  is_taker: z.boolean(),
  created_time: maybe(timestamp),
  fee_cost: decimal,
  subaccount_number: maybe(integer),
  /** Unix seconds. */
  ts: maybe(integer),
});
export type Fill = z.infer<typeof Fill>;

export const GetFillsResponse = wireObject({ fills: z.array(Fill), cursor });
export type GetFillsResponse = z.infer<typeof GetFillsResponse>;

export const Settlement = wireObject({
  ticker: z.string(),
  exchange_index: shard,
  event_ticker: z.string(),
  market_result: z.enum(['yes', 'no', 'scalar']),
  yes_count_fp: decimal,
  yes_total_cost_dollars: decimal,
  no_count_fp: decimal,
  no_total_cost_dollars: decimal,
  /** Cents. */
  revenue: integer,
  settled_time: timestamp,
  fee_cost: decimal,
  /** Cents for each contract of YES. */
  value: maybe(integer),
});
export type Settlement = z.infer<typeof Settlement>;

export const GetSettlementsResponse = wireObject({ settlements: z.array(Settlement), cursor });
export type GetSettlementsResponse = z.infer<typeof GetSettlementsResponse>;

export const GetPortfolioRestingOrderTotalValueResponse = wireObject({
  total_resting_order_value: integer,
  resting_order_value_breakdown: z.array(IndexedBalance).nullable(),
});
export type GetPortfolioRestingOrderTotalValueResponse = z.infer<typeof GetPortfolioRestingOrderTotalValueResponse>;

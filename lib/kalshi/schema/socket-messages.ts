/** What the channels say. Decimals stay text (`_dollars`, `_fp`); `_ts` are Unix seconds, `_ts_ms` epoch milliseconds. */
import { z } from 'zod';
import { id, seq, sid, ticker } from './socket-fields.ts';
import { bookSide, decimal, outcomeSide } from './wire.ts';

/** `[price in dollars, contracts]`, both text. */
const level = z.tuple([z.string(), z.string()]);
const priceRange = z.object({ start: decimal, end: decimal, step: decimal });
/** The exchange has announced the end of these fields, and nothing here reads them: no frame is refused because of one. */
const deprecatedSide = outcomeSide.optional().catch(undefined);
const deprecatedAction = z.enum(['buy', 'sell']).optional().catch(undefined);
const deprecatedFlag = z.boolean().optional().catch(undefined);
/** The market's uuid. Nothing here goes by it. */
const marketId = z.string().optional().catch(undefined);

export const orderbookSnapshotFrame = z.object({
  type: z.literal('orderbook_snapshot'),
  id: id.optional(),
  sid,
  seq,
  msg: z.object({
    market_ticker: ticker,
    market_id: marketId,
    /** Absent when that side is empty. */
    yes_dollars_fp: z.array(level).optional(),
    no_dollars_fp: z.array(level).optional(),
  }),
});

export const orderbookDeltaFrame = z.object({
  type: z.literal('orderbook_delta'),
  sid,
  seq,
  msg: z.object({
    market_ticker: ticker,
    market_id: marketId,
    price_dollars: decimal,
    /** Signed change of the level's size. */
    delta_fp: decimal,
    side: outcomeSide,
    /** These two only on a change that one's own order caused. */
    client_order_id: z.string().optional(),
    subaccount: z.int().optional(),
    ts: z.string().optional(),
    ts_ms: z.int().optional(),
  }),
});

export const tickerFrame = z.object({
  type: z.literal('ticker'),
  sid,
  msg: z.object({
    market_ticker: ticker,
    market_id: marketId,
    price_dollars: decimal,
    yes_bid_dollars: decimal,
    yes_ask_dollars: decimal,
    yes_bid_size_fp: decimal,
    yes_ask_size_fp: decimal,
    last_trade_size_fp: decimal,
    volume_fp: decimal,
    open_interest_fp: decimal,
    /** Whole dollars, signed. */
    dollar_volume: z.int(),
    dollar_open_interest: z.int(),
    ts: z.int(),
    ts_ms: z.int(),
    time: z.string(),
  }),
});

export const tradeFrame = z.object({
  type: z.literal('trade'),
  sid,
  seq,
  msg: z.object({
    trade_id: z.string(),
    market_ticker: ticker,
    yes_price_dollars: decimal,
    no_price_dollars: decimal,
    count_fp: decimal,
    /** Read taker_outcome_side. */
    taker_side: deprecatedSide,
    taker_outcome_side: outcomeSide,
    taker_book_side: bookSide,
    is_block_trade: z.boolean(),
    ts: z.int(),
    ts_ms: z.int(),
  }),
});

export const MARKET_LIFECYCLE_EVENTS = [
  'created',
  'activated',
  'deactivated',
  'close_date_updated',
  'determined',
  'settled',
  'price_level_structure_updated',
  'metadata_updated',
] as const;

const strike = {
  strike_type: z.string().optional(),
  floor_strike: z.number().optional(),
  cap_strike: z.number().optional(),
  custom_strike: z.record(z.string(), z.unknown()).optional(),
};

export const marketLifecycleFrame = z.object({
  type: z.literal('market_lifecycle_v2'),
  sid,
  seq,
  msg: z.object({
    event_type: z.enum(MARKET_LIFECYCLE_EVENTS),
    market_ticker: ticker,
    exchange_index: z.int().optional(),
    open_ts: z.int().optional(),
    close_ts: z.int().optional(),
    result: z.string().optional(),
    determination_ts: z.int().optional(),
    settlement_value: decimal.optional(),
    settled_ts: z.int().optional(),
    is_deactivated: z.boolean().optional(),
    price_level_structure: z.string().optional(),
    price_ranges: z.array(priceRange).optional(),
    yes_sub_title: z.string().optional(),
    ...strike,
    additional_metadata: z
      .object({
        name: z.string().optional(),
        title: z.string().optional(),
        yes_sub_title: z.string().optional(),
        no_sub_title: z.string().optional(),
        rules_primary: z.string().optional(),
        rules_secondary: z.string().optional(),
        can_close_early: z.boolean().optional(),
        event_ticker: z.string().optional(),
        expected_expiration_ts: z.int().optional(),
        ...strike,
      })
      .optional(),
  }),
});

export const eventLifecycleFrame = z.object({
  type: z.literal('event_lifecycle'),
  sid,
  seq,
  msg: z.object({
    event_ticker: ticker,
    exchange_index: z.int(),
    title: z.string(),
    subtitle: z.string(),
    collateral_return_type: z.string(),
    series_ticker: ticker,
    strike_date: z.int().optional(),
    strike_period: z.string().optional(),
  }),
});

export const eventFeeUpdateFrame = z.object({
  type: z.literal('event_fee_update'),
  sid,
  seq,
  msg: z.object({
    event_ticker: ticker,
    /** Null: the override is cleared and the series' own fee holds again. */
    fee_type_override: z.string().nullable(),
    fee_multiplier_override: z.number().nullable(),
  }),
});

export const fillFrame = z.object({
  type: z.literal('fill'),
  sid,
  msg: z.object({
    trade_id: z.string(),
    order_id: z.string(),
    market_ticker: ticker,
    exchange_index: z.int(),
    is_taker: z.boolean(),
    yes_price_dollars: decimal,
    count_fp: decimal,
    fee_cost: decimal,
    outcome_side: outcomeSide,
    book_side: bookSide,
    /** Read outcome_side. */
    side: deprecatedSide,
    action: deprecatedAction,
    purchased_side: deprecatedSide,
    ts: z.int(),
    ts_ms: z.int(),
    post_position_fp: decimal,
    client_order_id: z.string().optional(),
    subaccount: z.int().optional(),
  }),
});

export const userOrderFrame = z.object({
  type: z.literal('user_order'),
  sid,
  msg: z.object({
    order_id: z.string(),
    user_id: z.string(),
    ticker,
    status: z.enum(['resting', 'canceled', 'executed', 'unknown']),
    exchange_index: z.int(),
    outcome_side: outcomeSide,
    book_side: bookSide,
    /** Read outcome_side. */
    side: deprecatedSide,
    is_yes: deprecatedFlag,
    yes_price_dollars: decimal,
    fill_count_fp: decimal,
    remaining_count_fp: decimal,
    initial_count_fp: decimal,
    taker_fill_cost_dollars: decimal,
    maker_fill_cost_dollars: decimal,
    taker_fees_dollars: decimal,
    maker_fees_dollars: decimal,
    client_order_id: z.string(),
    created_time: z.string().nullable(),
    created_ts_ms: z.int().nullable(),
    order_group_id: z.string().optional(),
    self_trade_prevention_type: z.string().optional(),
    last_update_time: z.string().nullish(),
    last_updated_ts_ms: z.int().nullish(),
    expiration_time: z.string().nullish(),
    expiration_ts_ms: z.int().nullish(),
    subaccount_number: z.int().optional(),
    last_update_reason: z.string().optional(),
  }),
});

export const marketPositionFrame = z.object({
  type: z.literal('market_position'),
  sid,
  msg: z.object({
    user_id: z.string(),
    market_ticker: ticker,
    position_fp: decimal,
    position_cost_dollars: decimal,
    realized_pnl_dollars: decimal,
    fees_paid_dollars: decimal,
    position_fee_cost_dollars: decimal,
    volume_fp: decimal,
    subaccount: z.int().optional(),
  }),
});

export const orderGroupUpdateFrame = z.object({
  type: z.literal('order_group_updates'),
  sid,
  seq,
  msg: z.object({
    event_type: z.enum(['created', 'triggered', 'reset', 'deleted', 'limit_updated']),
    order_group_id: z.string(),
    /** On created and limit_updated. */
    contracts_limit_fp: decimal.optional(),
    ts_ms: z.int(),
  }),
});

export type OrderbookSnapshotFrame = z.infer<typeof orderbookSnapshotFrame>;
export type OrderbookDeltaFrame = z.infer<typeof orderbookDeltaFrame>;
export type TickerFrame = z.infer<typeof tickerFrame>;
export type TradeFrame = z.infer<typeof tradeFrame>;
export type MarketLifecycleFrame = z.infer<typeof marketLifecycleFrame>;
export type EventLifecycleFrame = z.infer<typeof eventLifecycleFrame>;
export type EventFeeUpdateFrame = z.infer<typeof eventFeeUpdateFrame>;
export type FillFrame = z.infer<typeof fillFrame>;
export type UserOrderFrame = z.infer<typeof userOrderFrame>;
export type MarketPositionFrame = z.infer<typeof marketPositionFrame>;
export type OrderGroupUpdateFrame = z.infer<typeof orderGroupUpdateFrame>;

import { z } from 'zod';
import {
  bookSide,
  cursor,
  decimal,
  ErrorResponse,
  integer,
  label,
  maybe,
  outcomeSide,
  requestObject,
  timestamp,
  unixSeconds,
  wireObject,
} from './wire.ts';

export const TimeInForce = z.enum(['good_till_canceled', 'immediate_or_cancel', 'fill_or_kill']);
export type TimeInForce = z.infer<typeof TimeInForce>;

export const SelfTradePreventionType = z.enum(['taker_at_cross', 'maker']);
export type SelfTradePreventionType = z.infer<typeof SelfTradePreventionType>;

export const OrderStatus = z.enum(['resting', 'canceled', 'executed']);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const Order = wireObject({
  order_id: z.string(),
  user_id: z.string(),
  client_order_id: z.string(),
  ticker: z.string(),
  /** With `action` a relic that must not be read: direction is in `outcome_side` and `book_side`. */
  side: outcomeSide.optional(),
  action: z.enum(['buy', 'sell']).optional(),
  outcome_side: outcomeSide,
  book_side: bookSide,
  type: label(['limit', 'market']),
  status: OrderStatus,
  /** The limit, not what fills were executed at. */
  yes_price_dollars: decimal,
  no_price_dollars: decimal,
  fill_count_fp: decimal,
  remaining_count_fp: decimal,
  initial_count_fp: decimal,
  taker_fill_cost_dollars: decimal,
  maker_fill_cost_dollars: decimal,
  taker_fees_dollars: decimal,
  maker_fees_dollars: decimal,
  expiration_time: maybe(timestamp),
  created_time: maybe(timestamp),
  last_update_time: maybe(timestamp),
  self_trade_prevention_type: maybe(label(SelfTradePreventionType.options)),
  order_group_id: maybe(z.string()),
  cancel_order_on_pause: maybe(z.boolean()),
  subaccount_number: maybe(integer),
  exchange_index: maybe(integer),
});
export type Order = z.infer<typeof Order>;

export const GetOrderResponse = wireObject({ order: Order });
export type GetOrderResponse = z.infer<typeof GetOrderResponse>;

export const GetOrdersResponse = wireObject({ orders: z.array(Order), cursor });
export type GetOrdersResponse = z.infer<typeof GetOrdersResponse>;

/** Contracts that stand before the order. */
export const GetOrderQueuePositionResponse = wireObject({ queue_position_fp: decimal });
export type GetOrderQueuePositionResponse = z.infer<typeof GetOrderQueuePositionResponse>;

export const OrderQueuePosition = wireObject({
  order_id: z.string(),
  market_ticker: z.string(),
  queue_position_fp: decimal,
});
export type OrderQueuePosition = z.infer<typeof OrderQueuePosition>;

export const GetOrderQueuePositionsResponse = wireObject({ queue_positions: z.array(OrderQueuePosition).nullable() });
export type GetOrderQueuePositionsResponse = z.infer<typeof GetOrderQueuePositionsResponse>;

export const CreateOrderV2Request = requestObject({
  ticker: z.string().min(1),
  client_order_id: z.string().optional(),
  /** `bid` buys YES (sells NO), `ask` sells YES (buys NO). */
  side: bookSide,
  count: decimal,
  /** The YES price. */
  price: decimal,
  /** Only with `good_till_canceled`. */
  expiration_time: unixSeconds.optional(),
  time_in_force: TimeInForce,
  post_only: z.boolean().optional(),
  self_trade_prevention_type: SelfTradePreventionType,
  cancel_order_on_pause: z.boolean().optional(),
  reduce_only: z.boolean().optional(),
  subaccount: integer.min(0).optional(),
  order_group_id: z.string().optional(),
  /** Left out or -1: routed by the ticker. */
  exchange_index: integer.min(-1).optional(),
});
export type CreateOrderV2Request = z.infer<typeof CreateOrderV2Request>;

/** The status is not told: resting if anything remains, executed if all was filled, else canceled. */
export const CreateOrderV2Response = wireObject({
  order_id: z.string(),
  client_order_id: maybe(z.string()),
  fill_count: decimal,
  remaining_count: decimal,
  average_fill_price: maybe(decimal),
  average_fee_paid: maybe(decimal),
  ts_ms: integer,
});
export type CreateOrderV2Response = z.infer<typeof CreateOrderV2Response>;

export const AmendOrderV2Request = requestObject({
  ticker: z.string().min(1),
  side: bookSide,
  price: decimal,
  /** What is filled plus what is wanted to remain. */
  count: decimal,
  client_order_id: z.string().optional(),
  updated_client_order_id: z.string().optional(),
  exchange_index: integer.min(-1).optional(),
});
export type AmendOrderV2Request = z.infer<typeof AmendOrderV2Request>;

export const AmendOrderV2Response = wireObject({
  order_id: z.string(),
  client_order_id: maybe(z.string()),
  remaining_count: maybe(decimal),
  fill_count: maybe(decimal),
  average_fill_price: maybe(decimal),
  average_fee_paid: maybe(decimal),
  ts_ms: integer,
});
export type AmendOrderV2Response = z.infer<typeof AmendOrderV2Response>;

/** Exactly one of `reduce_by` and `reduce_to`; down to 0 is a cancel. */
export const DecreaseOrderV2Request = requestObject({
  reduce_by: decimal.optional(),
  reduce_to: decimal.optional(),
  exchange_index: integer.min(-1).optional(),
  market_ticker: z.string().optional(),
});
export type DecreaseOrderV2Request = z.infer<typeof DecreaseOrderV2Request>;

export const DecreaseOrderV2Response = wireObject({
  order_id: z.string(),
  client_order_id: maybe(z.string()),
  remaining_count: decimal,
  ts_ms: integer,
});
export type DecreaseOrderV2Response = z.infer<typeof DecreaseOrderV2Response>;

export const CancelOrderV2Response = wireObject({
  order_id: z.string(),
  client_order_id: maybe(z.string()),
  reduced_by: decimal,
  ts_ms: integer,
});
export type CancelOrderV2Response = z.infer<typeof CancelOrderV2Response>;

export const BatchCreateOrdersV2Request = requestObject({ orders: z.array(CreateOrderV2Request).min(1) });
export type BatchCreateOrdersV2Request = z.infer<typeof BatchCreateOrdersV2Request>;

export const BatchCreateOrdersV2ResponseOrdersInner = wireObject({
  order_id: z.string().optional(),
  client_order_id: maybe(z.string()),
  fill_count: maybe(decimal),
  remaining_count: maybe(decimal),
  average_fill_price: maybe(decimal),
  average_fee_paid: maybe(decimal),
  ts_ms: maybe(integer),
  error: maybe(ErrorResponse),
}).refine(
  ({ error, order_id, fill_count, remaining_count }) =>
    isThere(error) || (isThere(order_id) && isThere(fill_count) && isThere(remaining_count)),
  'is neither an order nor an error',
);
export type BatchCreateOrdersV2ResponseOrdersInner = z.infer<typeof BatchCreateOrdersV2ResponseOrdersInner>;

/** One answer for each order, in the order of the request. */
export const BatchCreateOrdersV2Response = wireObject({ orders: z.array(BatchCreateOrdersV2ResponseOrdersInner) });
export type BatchCreateOrdersV2Response = z.infer<typeof BatchCreateOrdersV2Response>;

export const BatchCancelOrdersV2RequestOrdersInner = requestObject({
  order_id: z.string().min(1),
  subaccount: integer.min(0).optional(),
  exchange_index: integer.min(-1).optional(),
  market_ticker: z.string().optional(),
});
export type BatchCancelOrdersV2RequestOrdersInner = z.infer<typeof BatchCancelOrdersV2RequestOrdersInner>;

export const BatchCancelOrdersV2Request = requestObject({ orders: z.array(BatchCancelOrdersV2RequestOrdersInner).min(1) });
export type BatchCancelOrdersV2Request = z.infer<typeof BatchCancelOrdersV2Request>;

export const BatchCancelOrdersV2ResponseOrdersInner = wireObject({
  order_id: z.string(),
  client_order_id: maybe(z.string()),
  reduced_by: decimal,
  ts_ms: maybe(integer),
  error: maybe(ErrorResponse),
});
export type BatchCancelOrdersV2ResponseOrdersInner = z.infer<typeof BatchCancelOrdersV2ResponseOrdersInner>;

export const BatchCancelOrdersV2Response = wireObject({ orders: z.array(BatchCancelOrdersV2ResponseOrdersInner) });
export type BatchCancelOrdersV2Response = z.infer<typeof BatchCancelOrdersV2Response>;

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

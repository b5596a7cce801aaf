/** What orders are in requests and answers, one by one or in batches. */
import type { CreateOrderV2Response } from '../../../kalshi/schema/order.ts';
import type { OrderAnswer, PlaceOrder } from '../../engine/orders.ts';
import { notFound, Refusal } from '../../engine/refusal.ts';
import type { Account } from '../../engine/state.ts';
import { type BodyOf, boolean, enumeration, int, required as needed, string, struct } from '../json-body.ts';
import { average, count, price } from '../present/text.ts';
import { countFrom, priceFrom } from './amounts.ts';
import { onlyPrimary } from './subaccount.ts';

export const side = needed(enumeration('bid', 'ask'));

export const createOrder = struct('CreateOrderV2Request', {
  ticker: needed(string),
  client_order_id: string,
  side,
  count: needed(string),
  price: needed(string),
  expiration_time: int,
  time_in_force: needed(enumeration('good_till_canceled', 'immediate_or_cancel', 'fill_or_kill')),
  post_only: boolean,
  self_trade_prevention_type: needed(enumeration('taker_at_cross', 'maker')),
  cancel_order_on_pause: boolean,
  reduce_only: boolean,
  subaccount: int,
  order_group_id: string,
  exchange_index: int,
});

/** Tokens for each order that is sent, and for each that is canceled. */
export const CREATE_COST = 10;
export const CANCEL_COST = 2;

export const trading = { scope: 'write::trade', bucket: 'write' } as const;

/** Throws what keeps the order from being sent at all. */
export function orderFrom(body: BodyOf<typeof createOrder.fields>): PlaceOrder {
  const { expiration_time: expirationS } = body;
  onlyPrimary(body.subaccount);
  return {
    ticker: body.ticker,
    clientOrderId: body.client_order_id === '' ? undefined : body.client_order_id,
    side: body.side,
    countE2: countFrom('count', body.count),
    priceCC: priceFrom(body.price),
    timeInForce: body.time_in_force,
    selfTradePrevention: body.self_trade_prevention_type,
    expirationMs: expirationS === undefined ? undefined : expirationS * 1000,
    postOnly: body.post_only ?? false,
    reduceOnly: body.reduce_only ?? false,
    cancelOnPause: body.cancel_order_on_pause ?? false,
    groupId: body.order_group_id === '' ? undefined : body.order_group_id,
    exchangeIndex: body.exchange_index,
  };
}

export function presentAnswer(answer: OrderAnswer): CreateOrderV2Response {
  return {
    order_id: answer.orderId,
    client_order_id: answer.clientOrderId,
    fill_count: count(answer.fillE2),
    remaining_count: count(answer.remainingE2),
    ...(answer.averagePriceCC !== undefined && { average_fill_price: price(answer.averagePriceCC) }),
    ...(answer.averageFeeE6 !== undefined && { average_fee_paid: average(answer.averageFeeE6) }),
    ts_ms: answer.atMs,
  };
}

/** The order's id, or a refusal of an order that rests somewhere else than the request says. */
export function addressed(
  account: Account,
  orderId: string,
  address: { market_ticker?: string | undefined; exchange_index?: number | undefined; subaccount?: number | undefined },
): string {
  const { market_ticker: ticker = '', exchange_index: shard = -1, subaccount } = address;
  onlyPrimary(subaccount);
  const market = account.resting.get(orderId)?.market;
  if (market && ticker !== '' && ticker !== market.ticker) throw new Refusal(400, 'order_ticker_mismatch');
  if (market && shard !== -1 && shard !== market.shard) throw notFound();
  return orderId;
}

import type { Order } from '../../../kalshi/schema/order.ts';
import type { OrderSnapshot } from '../../engine/events.ts';
import { presentSides } from './sides.ts';
import { count, instant, money, otherPrice, planned, price } from './text.ts';

export function presentOrder(order: OrderSnapshot): Order {
  return {
    order_id: order.id,
    user_id: order.accountId,
    client_order_id: order.clientOrderId,
    ticker: order.ticker,
    ...presentSides(order.side),
    type: 'limit',
    status: order.status,
    yes_price_dollars: price(order.priceCC),
    no_price_dollars: otherPrice(order.priceCC),
    fill_count_fp: count(order.fillE2),
    remaining_count_fp: count(order.remainingE2),
    initial_count_fp: count(order.initialE2),
    taker_fill_cost_dollars: money(order.takerCostE6),
    maker_fill_cost_dollars: money(order.makerCostE6),
    taker_fees_dollars: money(order.takerFeesE6),
    maker_fees_dollars: money(order.makerFeesE6),
    ...(order.expirationMs !== undefined && { expiration_time: planned(order.expirationMs) }),
    created_time: instant(order.createdMs),
    last_update_time: instant(order.updatedMs),
    self_trade_prevention_type: order.selfTradePrevention,
    ...(order.groupId !== undefined && { order_group_id: order.groupId }),
    cancel_order_on_pause: order.cancelOnPause,
    subaccount_number: 0,
    exchange_index: order.shard,
  };
}

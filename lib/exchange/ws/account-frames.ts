/** What the private channels say, each to one account. */

import type { FillFrame, MarketPositionFrame, OrderGroupUpdateFrame, UserOrderFrame } from '../../kalshi/schema/socket.ts';
import type { ExchangeEvent, FillSnapshot, OrderReason, OrderSnapshot, PositionSnapshot } from '../engine/events.ts';
import { outcomeOf, presentSides } from '../rest/present/sides.ts';
import { count, instant, money, planned, price, seconds } from '../rest/present/text.ts';
import type { Frame } from './frame.ts';

export type GroupEvent = Extract<ExchangeEvent, { kind: 'group' }>;

/** The account itself, not one of its numbered subaccounts, which the exchange does not have. */
const PRIMARY = 0;

export function fillFrame(fill: FillSnapshot): Frame {
  const msg: FillFrame['msg'] = {
    trade_id: fill.tradeId,
    order_id: fill.orderId,
    client_order_id: fill.clientOrderId,
    market_ticker: fill.ticker,
    exchange_index: fill.shard,
    is_taker: fill.isTaker,
    ...presentSides(fill.side),
    purchased_side: outcomeOf(fill.side),
    yes_price_dollars: price(fill.priceCC),
    count_fp: count(fill.countE2),
    fee_cost: money(fill.feeE6),
    post_position_fp: count(fill.positionE2),
    ts: seconds(fill.atMs),
    ts_ms: fill.atMs,
  };
  return { type: 'fill', ticker: fill.ticker, body: JSON.stringify(msg) };
}

export function orderFrame(order: OrderSnapshot, reason: OrderReason | undefined): Frame {
  const outcome = outcomeOf(order.side);
  const msg: UserOrderFrame['msg'] = {
    order_id: order.id,
    user_id: order.accountId,
    ticker: order.ticker,
    status: order.status,
    exchange_index: order.shard,
    outcome_side: outcome,
    book_side: order.side,
    side: outcome,
    is_yes: outcome === 'yes',
    yes_price_dollars: price(order.priceCC),
    fill_count_fp: count(order.fillE2),
    remaining_count_fp: count(order.remainingE2),
    initial_count_fp: count(order.initialE2),
    taker_fill_cost_dollars: money(order.takerCostE6),
    maker_fill_cost_dollars: money(order.makerCostE6),
    taker_fees_dollars: money(order.takerFeesE6),
    maker_fees_dollars: money(order.makerFeesE6),
    client_order_id: order.clientOrderId,
    order_group_id: order.groupId,
    self_trade_prevention_type: order.selfTradePrevention,
    created_time: instant(order.createdMs),
    created_ts_ms: order.createdMs,
    last_update_time: instant(order.updatedMs),
    last_updated_ts_ms: order.updatedMs,
    subaccount_number: PRIMARY,
    last_update_reason: reason,
  };
  if (order.expirationMs !== undefined) {
    msg.expiration_time = planned(order.expirationMs);
    msg.expiration_ts_ms = order.expirationMs;
  }
  return { type: 'user_order', ticker: order.ticker, body: JSON.stringify(msg) };
}

export function positionFrame(position: PositionSnapshot): Frame {
  const msg: MarketPositionFrame['msg'] = {
    user_id: position.accountId,
    market_ticker: position.ticker,
    position_fp: count(position.quantityE2),
    position_cost_dollars: money(position.costE6),
    realized_pnl_dollars: money(position.realizedE6),
    fees_paid_dollars: money(position.feesE6),
    position_fee_cost_dollars: money(openFeesE6(position)),
    volume_fp: count(position.tradedE2),
  };
  return { type: 'market_position', ticker: position.ticker, body: JSON.stringify(msg) };
}

/** Of all fees paid in the market, the share of the contracts that are still open. */
function openFeesE6({ quantityE2, feesE6, tradedE2 }: PositionSnapshot): number {
  if (quantityE2 === 0) return 0;
  return Number((BigInt(feesE6) * BigInt(Math.abs(quantityE2))) / BigInt(tradedE2));
}

export function groupFrame(event: GroupEvent): Frame {
  const isLimitNews = event.news === 'created' || event.news === 'limit_updated';
  const msg: OrderGroupUpdateFrame['msg'] = {
    event_type: event.news,
    order_group_id: event.groupId,
    ...(isLimitNews && event.limitE2 !== undefined ? { contracts_limit_fp: count(event.limitE2) } : {}),
    ts_ms: event.atMs,
  };
  return { type: 'order_group_updates', body: JSON.stringify(msg) };
}

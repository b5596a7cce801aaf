/** What members do with orders: create, amend, decrease, cancel. Every check comes before the first change. */
import type { BookSide } from '../units.ts';
import { announceBook, announceOrder } from './announce.ts';
import { lockE6, neededE6, relock } from './collateral.ts';
import { checkGroup, groupOf } from './groups.ts';
import { availableE6, reducibleE2 } from './ledger.ts';
import {
  endOrder,
  enforceMargin,
  fillableE2,
  halfOf,
  match,
  rest,
  takeOff,
  takeOffAll,
  withdraw,
  wouldCross,
} from './matching.ts';
import { newOrder } from './new-order.ts';
import { badRequest, notFound, Refusal } from './refusal.ts';
import type { Account, ExchangeState, MarketState, OrderGroup, SelfTradePrevention, TimeInForce, WorkingOrder } from './state.ts';

export interface PlaceOrder {
  ticker: string;
  clientOrderId: string | undefined;
  side: BookSide;
  countE2: number;
  priceCC: number;
  timeInForce: TimeInForce;
  selfTradePrevention: SelfTradePrevention;
  expirationMs: number | undefined;
  postOnly: boolean;
  reduceOnly: boolean;
  cancelOnPause: boolean;
  groupId: string | undefined;
  /** Undefined or -1 routes by ticker. */
  exchangeIndex: number | undefined;
}

/** What an order came to at once. Averages are per contract; undefined where nothing traded. */
export interface OrderAnswer {
  orderId: string;
  clientOrderId: string;
  fillE2: number;
  remainingE2: number;
  averagePriceCC: number | undefined;
  averageFeeE6: number | undefined;
  atMs: number;
}

export function placeOrder(state: ExchangeState, account: Account, request: PlaceOrder): OrderAnswer {
  const market = openMarket(state, request.ticker);
  const group = request.groupId === undefined ? undefined : groupOf(account, request.groupId);
  checkPlacement(state, account, market, request, group);
  const countE2 = request.reduceOnly ? cappedE2(account, market, request) : request.countE2;
  checkFunds(account, { market, ...request }, countE2);

  const { side, timeInForce, selfTradePrevention, postOnly, cancelOnPause, expirationMs, priceCC } = request;
  const order = newOrder(state, {
    account,
    market,
    side,
    timeInForce,
    selfTradePrevention,
    postOnly,
    cancelOnPause,
    group,
    expirationMs,
    priceCC,
    initialE2: request.countE2,
    remainingE2: countE2,
  });
  order.clientOrderId = request.clientOrderId ?? state.ids.next();
  account.clientOrderIds.add(order.clientOrderId);
  match(state, order);
  finishPlacement(state, order, countE2 < request.countE2);
  return answerFor(state, order, 0, 0, 0);
}

/** Rests, executes or cancels what matching left of an order. */
function finishPlacement(state: ExchangeState, order: WorkingOrder, isCapped: boolean): void {
  if (order.status === 'canceled') return;
  if (order.group?.isTriggered && order.remainingE2 > 0) return endOrder(state, order);
  if (order.remainingE2 > 0 && order.timeInForce === 'good_till_canceled') {
    rest(state, order);
    announceOrder(state, order);
    enforceMargin(state, order.account, order.market.shard);
    const { expirationMs, account } = order;
    if (expirationMs !== undefined && account.resting.has(order.id)) {
      order.expiry = state.timers.set(expirationMs, () => takeOff(state, order, 'ExpiryCancel'));
    }
    return;
  }
  // What the position did not allow for is canceled for that reason only when all that it allowed for has traded.
  if (order.remainingE2 > 0 || isCapped) return endOrder(state, order, order.remainingE2 === 0 ? 'ReduceOnlyCancel' : undefined);
  order.status = 'executed';
  announceOrder(state, order, order.fillE2 > 0 ? 'Trade' : undefined);
}

export interface AmendOrder {
  ticker: string;
  side: BookSide;
  priceCC: number;
  /** The new total: what has traded plus what should remain. */
  countE2: number;
  clientOrderId: string | undefined;
  updatedClientOrderId: string | undefined;
}

/** A new price or a larger size loses the order's turn; a smaller size keeps it. */
export function amendOrder(state: ExchangeState, account: Account, id: string, request: AmendOrder): OrderAnswer {
  const order = restingOrder(account, id);
  const market = openMarket(state, order.market.ticker);
  if (request.ticker !== market.ticker) throw new Refusal(400, 'order_ticker_mismatch');
  if (request.side !== order.side) throw new Refusal(400, 'order_side_mismatch');
  if (request.clientOrderId !== undefined && request.clientOrderId !== order.clientOrderId) {
    throw new Refusal(400, 'order_id_and_client_order_id_mismatch');
  }
  checkPrice(market, request.priceCC);
  const remainingE2 = request.countE2 - order.fillE2;
  if (remainingE2 <= 0) throw new Refusal(400, 'invalid_order_size');
  const renamed = request.updatedClientOrderId;
  if (renamed !== undefined && renamed !== order.clientOrderId && account.clientOrderIds.has(renamed)) {
    throw new Refusal(409, 'order_already_exists');
  }
  const crosses = wouldCross({ market, side: order.side, priceCC: request.priceCC });
  if (crosses && order.postOnly) throw new Refusal(400, 'invalid_order', 'post only cross');
  const moves = request.priceCC !== order.priceCC || remainingE2 > order.remainingE2;
  if (moves) checkAmendedFunds(order, request.priceCC, remainingE2);

  const before = { fillE2: order.fillE2, costE6: costOf(order), feesE6: feesOf(order) };
  if (moves) withdraw(state, order);
  if (renamed !== undefined) {
    order.clientOrderId = renamed;
    account.clientOrderIds.add(renamed);
  }
  order.updatedMs = state.nowMs;
  order.initialE2 = request.countE2;
  if (moves) resubmit(state, order, request.priceCC, remainingE2);
  else shrinkTo(state, order, remainingE2);
  if (order.status === 'resting' && account.resting.has(order.id)) announceOrder(state, order, 'Amend');
  return answerFor(state, order, before.fillE2, before.costE6, before.feesE6);
}

/** Sends an order that was withdrawn in again, under its own id. */
function resubmit(state: ExchangeState, order: WorkingOrder, priceCC: number, remainingE2: number): void {
  const { account, market, expirationMs } = order;
  relock(state, account, market);
  order.priceCC = priceCC;
  order.remainingE2 = remainingE2;
  match(state, order);
  if (order.status === 'canceled') return;
  if (order.remainingE2 === 0) {
    order.status = 'executed';
    announceOrder(state, order, 'Trade');
  } else if (order.group?.isTriggered) {
    endOrder(state, order);
  } else {
    rest(state, order);
    if (expirationMs !== undefined) order.expiry = state.timers.set(expirationMs, () => takeOff(state, order, 'ExpiryCancel'));
    enforceMargin(state, account, market.shard);
  }
}

export interface DecreaseOrder {
  reduceByE2: number | undefined;
  reduceToE2: number | undefined;
}

export function decreaseOrder(state: ExchangeState, account: Account, id: string, request: DecreaseOrder): WorkingOrder {
  const { reduceByE2, reduceToE2 } = request;
  if ((reduceByE2 === undefined) === (reduceToE2 === undefined))
    throw badRequest('exactly one of reduce_by and reduce_to is needed');
  const order = restingOrder(account, id);
  openMarket(state, order.market.ticker);
  const target = reduceToE2 ?? order.remainingE2 - Math.min(reduceByE2 ?? 0, order.remainingE2);
  if (target > order.remainingE2 || (reduceByE2 !== undefined && reduceByE2 <= 0)) throw new Refusal(400, 'invalid_order_size');
  if (target === 0) {
    takeOff(state, order, 'Decrease');
    return order;
  }
  order.updatedMs = state.nowMs;
  shrinkTo(state, order, target);
  announceOrder(state, order, 'Decrease');
  return order;
}

function shrinkTo(state: ExchangeState, order: WorkingOrder, remainingE2: number): void {
  const byE2 = order.remainingE2 - remainingE2;
  if (byE2 === 0) return;
  halfOf(order).shrink(order, byE2);
  announceBook(state, order, order.side, order.priceCC, -byE2);
  relock(state, order.account, order.market);
}

/** Cancels a resting order; returns it with the contracts taken off. */
export function cancelOrder(state: ExchangeState, account: Account, id: string): { order: WorkingOrder; reducedE2: number } {
  const order = restingOrder(account, id);
  if (!state.exchangeActive) throw new Refusal(503, 'exchange_unavailable');
  if (order.market.status !== 'active' && order.market.status !== 'inactive') throw new Refusal(409, 'market_closed');
  return { order, reducedE2: takeOff(state, order) };
}

/** Cancels all that rests in markets that still take cancels. */
export function cancelAll(state: ExchangeState, account: Account): number {
  if (!state.exchangeActive) throw new Refusal(503, 'exchange_unavailable');
  const open = [...account.resting.values()].filter(({ market }) => market.status === 'active' || market.status === 'inactive');
  takeOffAll(state, open);
  return open.length;
}

function restingOrder(account: Account, id: string): WorkingOrder {
  const order = account.resting.get(id);
  if (!order) throw notFound();
  return order;
}

function openMarket(state: ExchangeState, ticker: string): MarketState {
  if (!state.exchangeActive) throw new Refusal(503, 'exchange_unavailable');
  const market = state.markets.get(ticker);
  if (!market) throw notFound();
  if (!state.tradingActive) throw new Refusal(409, 'trading_paused');
  if (market.status === 'inactive') throw new Refusal(409, 'market_inactive');
  if (market.status !== 'active') throw new Refusal(409, 'market_closed');
  return market;
}

function checkPlacement(
  state: ExchangeState,
  account: Account,
  market: MarketState,
  request: PlaceOrder,
  group: OrderGroup | undefined,
): void {
  const { exchangeIndex, expirationMs, timeInForce } = request;
  const isImmediate = timeInForce !== 'good_till_canceled';
  if (request.countE2 <= 0) throw new Refusal(400, 'invalid_order_size');
  checkPrice(market, request.priceCC);
  if (exchangeIndex !== undefined && exchangeIndex !== -1 && exchangeIndex !== market.shard) {
    throw badRequest(`exchange_index ${exchangeIndex} does not list ${market.ticker}`);
  }
  if (expirationMs !== undefined && isImmediate) throw badRequest('expiration_time needs time_in_force good_till_canceled');
  if (expirationMs !== undefined && expirationMs <= state.nowMs) throw badRequest('Expiration timestamp must be in the future');
  if (request.postOnly && isImmediate)
    throw new Refusal(400, 'invalid_order', 'post_only needs time_in_force good_till_canceled');
  if (request.reduceOnly && !isImmediate) {
    throw new Refusal(400, 'invalid_order', 'reduce_only needs time_in_force immediate_or_cancel or fill_or_kill');
  }
  if (group) checkGroup(group, market.shard);
  if (request.clientOrderId !== undefined && account.clientOrderIds.has(request.clientOrderId)) {
    throw new Refusal(409, 'order_already_exists');
  }
  if (request.postOnly && wouldCross({ market, ...request })) throw new Refusal(400, 'invalid_order', 'post only cross');
  if (timeInForce === 'fill_or_kill') {
    const wanted = request.reduceOnly ? cappedE2(account, market, request) : request.countE2;
    const isFilled = wanted > 0 && fillableE2({ account, market, ...request }, wanted) === wanted;
    if (!isFilled) throw new Refusal(409, 'fill_or_kill_insufficient_resting_volume');
  }
}

/** A reduce-only order is no larger than the position it reduces. */
function cappedE2(account: Account, market: MarketState, request: PlaceOrder): number {
  return Math.min(request.countE2, reducibleE2(account.positions.get(market)?.quantityE2 ?? 0, request.side));
}

function checkFunds(
  account: Account,
  order: { market: MarketState; side: BookSide; priceCC: number; timeInForce: TimeInForce },
  countE2: number,
): void {
  if (account.isHouse || countE2 === 0) return;
  const { market } = order;
  const available = availableE6(account, market.shard);
  const claim = { side: order.side, priceCC: order.priceCC, remainingE2: countE2 };
  const mayRest = order.timeInForce === 'good_till_canceled';
  const addedLock = mayRest ? lockE6(account, market, { plus: claim }) - (account.locks.get(market) ?? 0) : 0;
  const needed = Math.max(addedLock, neededE6({ account, ...order }, countE2));
  // What only reduces needs nothing, even from an empty or unfunded purse.
  if (needed > Math.max(0, available)) throw new Refusal(400, 'insufficient_balance');
}

/** As if the order were gone and a new one came: what it locks now is free to be used. */
function checkAmendedFunds(order: WorkingOrder, priceCC: number, remainingE2: number): void {
  const { account, market, side } = order;
  const available = availableE6(account, market.shard);
  const before = account.locks.get(market) ?? 0;
  const without = lockE6(account, market, { without: order });
  const lock = lockE6(account, market, { without: order, plus: { side, priceCC, remainingE2 } });
  const needed = Math.max(lock - without, neededE6({ account, market, side, priceCC }, remainingE2));
  if (needed > Math.max(0, available + before - without)) throw new Refusal(400, 'insufficient_balance');
}

/** Prices lie strictly between 0 and 1 dollar, on the market's own grid. */
export function checkPrice(market: MarketState, priceCC: number): void {
  const isOnGrid = market.listing.priceRanges.some(
    (range) => priceCC >= range.startCC && priceCC <= range.endCC && (priceCC - range.startCC) % range.stepCC === 0,
  );
  if (priceCC <= 0 || priceCC >= 10_000 || !isOnGrid) throw new Refusal(400, 'invalid_price');
}

function answerFor(
  state: ExchangeState,
  order: WorkingOrder,
  fillBeforeE2: number,
  costBeforeE6: number,
  feesBeforeE6: number,
): OrderAnswer {
  const filled = order.fillE2 - fillBeforeE2;
  const heldPriceCC = filled > 0 ? (costOf(order) - costBeforeE6) / filled : 0;
  const yesPriceCC = order.side === 'bid' ? heldPriceCC : 10_000 - heldPriceCC;
  return {
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    fillE2: filled,
    remainingE2: order.remainingE2,
    averagePriceCC: filled > 0 ? Math.round(yesPriceCC) : undefined,
    averageFeeE6: filled > 0 ? Math.round(((feesOf(order) - feesBeforeE6) * 100) / filled) : undefined,
    atMs: state.nowMs,
  };
}

function costOf(order: WorkingOrder): number {
  return order.takerCostE6 + order.makerCostE6;
}

function feesOf(order: WorkingOrder): number {
  return order.takerFeesE6 + order.makerFeesE6;
}

/** The match itself: price-time priority, the taker gets the resting price. */
import { announceBook, announceOrder, announcePosition } from './announce.ts';
import type { BookHalf } from './book.ts';
import { locksNothing, relock, relockEvent } from './collateral.ts';
import { countMatch, triggerGroup } from './groups.ts';
import { applyFill, availableE6 } from './ledger.ts';
import type { Account, CancelReason, ExchangeState, MarketState, OrderGroup, WorkingOrder } from './state.ts';

export function halfOf(order: Pick<WorkingOrder, 'market' | 'side'>): BookHalf {
  return order.side === 'bid' ? order.market.bids : order.market.asks;
}

export function otherHalf(order: Pick<WorkingOrder, 'market' | 'side'>): BookHalf {
  return order.side === 'bid' ? order.market.asks : order.market.bids;
}

/** Whether an order at this price would trade at once. */
export function wouldCross(order: Pick<WorkingOrder, 'market' | 'side' | 'priceCC'>): boolean {
  const against = otherHalf(order);
  const best = against.best();
  return best !== undefined && against.isReachedBy(order.priceCC, best.priceCC);
}

/**
 * How much of `countE2` would trade at once within the limit, as self-trade prevention lets it. Looks no further than asked.
 */
export function fillableE2(
  order: Pick<WorkingOrder, 'account' | 'market' | 'side' | 'priceCC' | 'selfTradePrevention'>,
  countE2: number,
): number {
  const against = otherHalf(order);
  let found = 0;
  for (const level of against.levels) {
    if (found >= countE2 || !against.isReachedBy(order.priceCC, level.priceCC)) break;
    for (const resting of level.orders) {
      if (resting.account !== order.account) found += resting.remainingE2;
      else if (order.selfTradePrevention === 'taker_at_cross') return Math.min(found, countE2);
    }
  }
  return Math.min(found, countE2);
}

/**
 * Trades `taker` against the book as far as its limit reaches. What is left stays in `taker.remainingE2`, which may have
 * become zero by self-trade prevention or its order group. Returns whether anything traded.
 */
export function match(state: ExchangeState, taker: WorkingOrder): boolean {
  const against = otherHalf(taker);
  const parties = new Set<Account>();
  // All or nothing: a fuse that blows on the way must not cut a fill-or-kill order in two.
  const blown = new Set<OrderGroup>();
  const blow =
    taker.timeInForce === 'fill_or_kill' ? (group: OrderGroup) => blown.add(group) : triggerGroup.bind(undefined, state);
  while (taker.remainingE2 > 0 && !taker.group?.isTriggered) {
    const level = against.best();
    if (!level || !against.isReachedBy(taker.priceCC, level.priceCC)) break;
    const maker = level.orders.values().next().value as WorkingOrder;
    if (maker.account === taker.account && !taker.account.isHouse) {
      if (taker.selfTradePrevention === 'maker') {
        takeOff(state, maker, 'SelfTradeCancel');
        continue;
      }
      endOrder(state, taker, 'SelfTradeCancel');
      break;
    }
    for (const group of trade(state, taker, maker)) blow(group);
    parties.add(taker.account).add(maker.account);
  }
  for (const group of blown) triggerGroup(state, group);
  for (const account of parties) settleUp(state, account, taker.market);
  return parties.size > 0;
}

/** One match. Returns the order groups whose limit it has reached. */
function trade(state: ExchangeState, taker: WorkingOrder, maker: WorkingOrder): OrderGroup[] {
  const { market } = taker;
  const countE2 = Math.min(taker.remainingE2, maker.remainingE2);
  const priceCC = maker.priceCC;
  const tradeId = state.ids.next();
  const interestBefore = longE2(taker, market) + longE2(maker, market);

  taker.remainingE2 -= countE2;
  halfOf(maker).shrink(maker, countE2);
  announceBook(state, maker, maker.side, priceCC, -countE2);
  for (const [order, isTaker] of [
    [taker, true],
    [maker, false],
  ] as const) {
    order.fillE2 += countE2;
    order.updatedMs = state.nowMs;
    const feeE6 = applyFill(state, order, priceCC, countE2, isTaker);
    if (!order.account.isHouse) announceFill(state, order, tradeId, priceCC, countE2, isTaker, feeE6);
  }
  const interest = longE2(taker, market) + longE2(maker, market);
  // Where both parties are one house account the position is counted twice on both sides of the difference.
  market.openInterestE2 += taker.account === maker.account ? 0 : interest - interestBefore;
  market.lastPriceCC = priceCC;
  market.lastSizeE2 = countE2;
  market.volumeE2 += countE2;
  market.turnoverE6 += priceCC * countE2;
  state.emit({
    kind: 'trade',
    trade: { tradeId, ticker: market.ticker, priceCC, countE2, takerSide: taker.side, atMs: state.nowMs },
  });
  if (maker.remainingE2 === 0) {
    maker.status = 'executed';
    forget(maker);
  }
  announceOrder(state, maker, 'Trade');
  return [maker, taker].flatMap(({ group }) => (group && countMatch(state, group, countE2) ? [group] : []));
}

function longE2(order: WorkingOrder, market: MarketState): number {
  return Math.max(0, order.account.positions.get(market)?.quantityE2 ?? 0);
}

function announceFill(
  state: ExchangeState,
  order: WorkingOrder,
  tradeId: string,
  priceCC: number,
  countE2: number,
  isTaker: boolean,
  feeE6: number,
): void {
  const { account, market } = order;
  state.emit({
    kind: 'fill',
    fill: {
      tradeId,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      accountId: account.id,
      ticker: market.ticker,
      eventTicker: market.event.ticker,
      shard: market.shard,
      side: order.side,
      priceCC,
      countE2,
      isTaker,
      feeE6,
      positionE2: account.positions.get(market)?.quantityE2 ?? 0,
      atMs: state.nowMs,
    },
  });
}

/** After a match: the position is told, locks follow it, and orders that the purse can no longer carry are taken off. */
function settleUp(state: ExchangeState, account: Account, market: MarketState): void {
  if (account.isHouse) return;
  announcePosition(state, account, market);
  relockEvent(state, account, market);
  enforceMargin(state, account, market.shard);
}

/** Takes resting orders that lock money off, newest first, until the purse is not below zero. */
export function enforceMargin(state: ExchangeState, account: Account, shard: number): void {
  if (availableE6(account, shard) >= 0) return;
  for (const order of [...account.resting.values()].toReversed()) {
    if (order.market.shard !== shard || locksNothing(order)) continue;
    takeOff(state, order, 'MarginCancel');
    if (availableE6(account, shard) >= 0) return;
  }
}

/** Puts what is left of an order on the book. */
export function rest(state: ExchangeState, order: WorkingOrder): void {
  order.status = 'resting';
  halfOf(order).add(order);
  keep(order);
  announceBook(state, order, order.side, order.priceCC, order.remainingE2);
  relock(state, order.account, order.market);
}

/** Cancels a resting order and says so. Returns the contracts that were taken off. */
export function takeOff(state: ExchangeState, order: WorkingOrder, reason?: CancelReason): number {
  const { remainingE2 } = order;
  withdraw(state, order);
  endOrder(state, order, reason);
  relock(state, order.account, order.market);
  return remainingE2;
}

/** The same for many, with each account's locks brought up to date once per market. */
export function takeOffAll(state: ExchangeState, orders: Iterable<WorkingOrder>, reason?: CancelReason): void {
  const changed = new Map<Account, Set<MarketState>>();
  for (const order of orders) {
    withdraw(state, order);
    endOrder(state, order, reason);
    const { account, market } = order;
    changed.set(account, (changed.get(account) ?? new Set()).add(market));
  }
  for (const [account, markets] of changed) for (const market of markets) relock(state, account, market);
}

/** Takes an order from the book, and from its owner's and its group's lists, whatever is to become of it. */
export function withdraw(state: ExchangeState, order: WorkingOrder): void {
  halfOf(order).remove(order);
  announceBook(state, order, order.side, order.priceCC, -order.remainingE2);
  forget(order);
}

/** Marks an order as canceled with nothing left, and says so. */
export function endOrder(state: ExchangeState, order: WorkingOrder, reason?: CancelReason): void {
  order.status = 'canceled';
  order.remainingE2 = 0;
  order.updatedMs = state.nowMs;
  announceOrder(state, order, reason);
}

function keep(order: WorkingOrder): void {
  const { account, market } = order;
  account.resting.set(order.id, order);
  const there = account.restingIn.get(market);
  if (there) there.add(order);
  else account.restingIn.set(market, new Set([order]));
  order.group?.orders.add(order);
}

function forget(order: WorkingOrder): void {
  const { account, market } = order;
  account.resting.delete(order.id);
  const there = account.restingIn.get(market);
  there?.delete(order);
  if (there?.size === 0) account.restingIn.delete(market);
  order.group?.orders.delete(order);
  if (order.expiry) order.expiry.isOff = true;
}

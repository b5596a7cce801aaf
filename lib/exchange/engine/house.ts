/** The other side of a practice night: a market maker with standing quotes, and a crowd that takes them. */

import type { Level } from '../scenario/types.ts';
import type { BookSide } from '../units.ts';
import { announceBook } from './announce.ts';
import { halfOf, match, rest, takeOff } from './matching.ts';
import { newOrder } from './new-order.ts';
import type { Account, ExchangeState, MarketState, WorkingOrder } from './state.ts';

/** A house account, which is its own name. */
export function houseAccount(name: string): Account {
  return emptyAccount({ id: name, name, isHouse: true, tier: 'house', precisionE6: 100 });
}

/** An account without money, orders or keys. */
export function emptyAccount(who: Pick<Account, 'id' | 'name' | 'isHouse' | 'tier' | 'precisionE6'>): Account {
  return {
    ...who,
    purses: new Map(),
    positions: new Map(),
    resting: new Map(),
    restingIn: new Map(),
    clientOrderIds: new Set(),
    groups: new Map(),
    keys: new Map(),
    locks: new Map(),
    returned: new Map(),
    transfers: [],
    allocation: [],
    reservation: 'max',
    feesE6: 0,
  };
}

/**
 * Makes the maker's standing orders in a market exactly `bids` and `asks`. Levels that go are taken off first; those that
 * grow get a second order behind what is there, those that shrink lose their newest contracts. What crosses a member's
 * resting order trades with it.
 */
export function setQuote(state: ExchangeState, maker: Account, market: MarketState, bids: Level[], asks: Level[]): void {
  if (!isTrading(state, market)) return;
  const standing = standingOrders(maker, market);
  const wanted = { bid: levelMap(bids), ask: levelMap(asks) };
  for (const side of ['bid', 'ask'] as const) {
    for (const [priceCC, orders] of standing[side]) {
      let excess = sizeOf(orders) - (wanted[side].get(priceCC) ?? 0);
      while (excess > 0) {
        const newest = orders.at(-1) as WorkingOrder;
        excess -= trim(state, newest, excess);
        if (newest.remainingE2 === 0) orders.pop();
      }
    }
  }
  for (const side of ['bid', 'ask'] as const) {
    for (const [priceCC, countE2] of wanted[side]) {
      const missing = countE2 - sizeOf(standing[side].get(priceCC) ?? []);
      if (missing > 0) send(state, maker, market, side, priceCC, missing, true);
    }
  }
}

/** The crowd takes what the limit reaches, and leaves nothing behind. */
export function takeLiquidity(
  state: ExchangeState,
  crowd: Account,
  market: MarketState,
  side: BookSide,
  countE2: number,
  limitCC: number,
): void {
  if (isTrading(state, market)) send(state, crowd, market, side, limitCC, countE2, false);
}

function send(
  state: ExchangeState,
  account: Account,
  market: MarketState,
  side: BookSide,
  priceCC: number,
  countE2: number,
  mayRest: boolean,
): void {
  const timeInForce = mayRest ? 'good_till_canceled' : 'immediate_or_cancel';
  const size = { initialE2: countE2, remainingE2: countE2 };
  const order = newOrder(state, { account, market, side, timeInForce, selfTradePrevention: 'maker', priceCC, ...size });
  match(state, order);
  if (mayRest && order.remainingE2 > 0) rest(state, order);
}

/** The house is held to pauses like everybody else. */
function isTrading(state: ExchangeState, market: MarketState): boolean {
  return market.status === 'active' && state.exchangeActive && state.tradingActive;
}

function trim(state: ExchangeState, order: WorkingOrder, excessE2: number): number {
  if (order.remainingE2 <= excessE2) return takeOff(state, order);
  halfOf(order).shrink(order, excessE2);
  announceBook(state, order, order.side, order.priceCC, -excessE2);
  return excessE2;
}

function standingOrders(maker: Account, market: MarketState): Record<BookSide, Map<number, WorkingOrder[]>> {
  const standing = { bid: new Map<number, WorkingOrder[]>(), ask: new Map<number, WorkingOrder[]>() };
  for (const half of [market.bids, market.asks]) {
    for (const level of half.levels) {
      const own = [...level.orders].filter((order) => order.account === maker);
      if (own.length > 0) standing[half.side].set(level.priceCC, own);
    }
  }
  return standing;
}

function levelMap(levels: Level[]): Map<number, number> {
  return new Map(levels.map((level) => [level.priceCC, level.countE2]));
}

function sizeOf(orders: WorkingOrder[]): number {
  return orders.reduce((sum, order) => sum + order.remainingE2, 0);
}

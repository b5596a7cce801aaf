/**
 * Who owns what: purses, positions, fees, collateral and pay-outs.
 *
 * Buying YES at p costs p; buying NO costs 1 - p. What reduces a position pays back instead: selling YES at p gives p, and
 * buying YES against held NO returns the pair's dollar less p. All money moves in whole micro-dollars, so that
 * purses + fees + open collateral never changes except by a deposit.
 */
import { type BookSide, ONE_CC } from '../units.ts';
import { chargeFee, modelFeeE6 } from './fees.ts';
import type { Account, EventState, ExchangeState, MarketState, Position, Purse, WorkingOrder } from './state.ts';

export function purseOf(account: Account, shard: number): Purse {
  let purse = account.purses.get(shard);
  if (!purse) {
    purse = { cashE6: 0, lockedE6: 0 };
    account.purses.set(shard, purse);
  }
  return purse;
}

export function availableE6(account: Account, shard: number): number {
  const purse = account.purses.get(shard);
  return purse ? purse.cashE6 - purse.lockedE6 : 0;
}

export function positionOf(account: Account, market: MarketState): Position {
  let position = account.positions.get(market);
  if (!position) {
    position = { quantityE2: 0, costE6: 0, realizedE6: 0, feesE6: 0, tradedE6: 0, tradedE2: 0, updatedMs: 0 };
    account.positions.set(market, position);
    market.positions.set(account, position);
  }
  return position;
}

/** How much of an order on `side` would reduce the position: the rest would open or add. */
export function reducibleE2(quantityE2: number, side: BookSide): number {
  return side === 'bid' ? Math.max(0, -quantityE2) : Math.max(0, quantityE2);
}

/** Applies one side of a match: position, cash and fee. Returns the fee charged. */
export function applyFill(state: ExchangeState, order: WorkingOrder, priceCC: number, countE2: number, isTaker: boolean): number {
  const { account, market, side } = order;
  const position = positionOf(account, market);
  const purse = purseOf(account, market.shard);
  const heldPriceCC = side === 'bid' ? priceCC : ONE_CC - priceCC;
  const reducing = Math.min(reducibleE2(position.quantityE2, side), countE2);
  const opening = countE2 - reducing;
  // Reducing sells the other outcome: against a bid that is NO, which is worth what the bid leaves of the dollar.
  const proceedsE6 = reducing * (ONE_CC - heldPriceCC);
  const outlayE6 = opening * heldPriceCC;
  if (reducing > 0) {
    const released = releasedCostE6(position, reducing);
    position.realizedE6 += proceedsE6 - released;
    position.costE6 -= released;
  }
  position.costE6 += outlayE6;
  position.quantityE2 += side === 'bid' ? countE2 : -countE2;
  position.tradedE6 += outlayE6 + proceedsE6;
  position.tradedE2 += countE2;
  position.updatedMs = state.nowMs;
  const feeE6 = account.isHouse ? 0 : charge(state, order, priceCC, countE2, isTaker);
  position.feesE6 += feeE6;
  account.feesE6 += feeE6;
  purse.cashE6 += proceedsE6 - outlayE6 - feeE6;
  returnCollateral(account, market.event);
  if (isTaker) {
    order.takerCostE6 += heldPriceCC * countE2;
    order.takerFeesE6 += feeE6;
  } else {
    order.makerCostE6 += heldPriceCC * countE2;
    order.makerFeesE6 += feeE6;
  }
  state.touched.add(account);
  return feeE6;
}

function charge(state: ExchangeState, order: WorkingOrder, priceCC: number, countE2: number, isTaker: boolean): number {
  const model = modelFeeE6(feeTermsOf(order.market), isTaker, priceCC, countE2, state.nowMs);
  const revenueE6 = (order.side === 'bid' ? -priceCC : priceCC) * countE2;
  const charged = chargeFee(model, revenueE6, order.carriedE6, order.account.precisionE6);
  order.carriedE6 = charged.carriedE6;
  return charged.feeE6;
}

export function feeTermsOf(market: MarketState): { feeType: string; multiplier: number; waivedUntilMs: undefined } {
  const { feeType, feeMultiplier } = market.event.series.listing;
  return { feeType, multiplier: feeMultiplier, waivedUntilMs: undefined };
}

/** The cost of the part that leaves a position, pro rata; the last part takes what is left, so no micro-dollar stays behind. */
function releasedCostE6(position: Position, reducingE2: number): number {
  const held = Math.abs(position.quantityE2);
  if (reducingE2 === held) return position.costE6;
  return Number((BigInt(position.costE6) * BigInt(reducingE2)) / BigInt(held));
}

/**
 * Of an event's mutually exclusive outcomes at most one comes true, so all NO positions but one are sure to pay: that part
 * of their collateral is handed back at once, and taken again when the positions go.
 */
export function returnCollateral(account: Account, event: EventState): void {
  if (account.isHouse || !isNetted(event)) return;
  const due = sureNoE2(account, event) * ONE_CC;
  const before = account.returned.get(event) ?? 0;
  if (due === before) return;
  const shard = event.markets[0]?.shard ?? 0;
  purseOf(account, shard).cashE6 += due - before;
  account.returned.set(event, due);
}

function isNetted(event: EventState): boolean {
  const type = event.listing.collateralReturnType;
  return event.listing.mutuallyExclusive && (type === 'MECNET' || type === 'DIRECNET');
}

/** NO contracts of the event that are sure to pay: all but those of the market with most. Optionally as if one position were other. */
export function sureNoE2(account: Account, event: EventState, assume?: { market: MarketState; quantityE2: number }): number {
  let sum = 0;
  let most = 0;
  for (const market of event.markets) {
    const held = market === assume?.market ? assume.quantityE2 : (account.positions.get(market)?.quantityE2 ?? 0);
    const no = Math.max(0, -held);
    sum += no;
    most = Math.max(most, no);
  }
  return sum - most;
}

/**
 * The most an order could take out of the purse if all of it traded at its limit, fee included (a better price costs less:
 * p + 0.07 p (1 - p) rises with p).
 */
export function neededE6(
  order: { account: Account; market: MarketState; side: BookSide; priceCC: number },
  countE2: number,
  nowMs: number,
): number {
  const { account, market, side, priceCC } = order;
  const quantity = account.positions.get(market)?.quantityE2 ?? 0;
  const heldPriceCC = side === 'bid' ? priceCC : ONE_CC - priceCC;
  const reducing = Math.min(reducibleE2(quantity, side), countE2);
  const cost = (countE2 - reducing) * heldPriceCC - reducing * (ONE_CC - heldPriceCC);
  let withheld = 0;
  if (isNetted(market.event)) {
    const after = quantity + (side === 'bid' ? countE2 : -countE2);
    withheld =
      (account.returned.get(market.event) ?? 0) - sureNoE2(account, market.event, { market, quantityE2: after }) * ONE_CC;
  }
  return cost + withheld + feeCeilingE6(market, priceCC, countE2, true, account.precisionE6, nowMs);
}

/** A fee with room for what rounding can add. */
function feeCeilingE6(
  market: MarketState,
  priceCC: number,
  countE2: number,
  isTaker: boolean,
  unit: number,
  nowMs: number,
): number {
  const model = Number(modelFeeE6(feeTermsOf(market), isTaker, priceCC, countE2, nowMs));
  return (Math.ceil(model / unit) + 1) * unit;
}

/** Brings the purse's lock up to date with the account's resting orders in a market. */
export function relock(state: ExchangeState, account: Account, market: MarketState): void {
  if (account.isHouse) return;
  const lock = lockE6(state, account, market);
  const before = account.locks.get(market) ?? 0;
  if (lock === before) return;
  if (lock === 0) account.locks.delete(market);
  else account.locks.set(market, lock);
  purseOf(account, market.shard).lockedE6 += lock - before;
  state.touched.add(account);
}

/** The parts of an order that say what it locks. */
export interface Claim {
  side: BookSide;
  priceCC: number;
  remainingE2: number;
}

/**
 * What the account's resting orders in a market lock, as if one more were there (`plus`) or one were not (`without`): on each side the best-priced orders
 * would trade first, so they are the ones that use up what reduces the position; the rest locks its full cost and fee.
 */
export function lockE6(
  state: ExchangeState,
  account: Account,
  market: MarketState,
  assume: { plus?: Claim; without?: WorkingOrder } = {},
): number {
  const quantity = account.positions.get(market)?.quantityE2 ?? 0;
  let lock = 0;
  for (const side of ['bid', 'ask'] as const) {
    let reducible = reducibleE2(quantity, side);
    const claims: Claim[] = ownOrders(account, market, side).filter((order) => order !== assume.without);
    if (assume.plus?.side === side) claims.push(assume.plus);
    for (const claim of bestFirst(claims, side)) {
      const reducing = Math.min(reducible, claim.remainingE2);
      reducible -= reducing;
      if (claim.remainingE2 === reducing) continue;
      const heldPriceCC = side === 'bid' ? claim.priceCC : ONE_CC - claim.priceCC;
      lock += (claim.remainingE2 - reducing) * heldPriceCC;
      lock += feeCeilingE6(market, claim.priceCC, claim.remainingE2, false, account.precisionE6, state.nowMs);
    }
  }
  return lock;
}

/** An account's resting orders on one side of a market. */
function ownOrders(account: Account, market: MarketState, side: BookSide): WorkingOrder[] {
  return [...(account.restingIn.get(market) ?? [])].filter((order) => order.side === side);
}

function bestFirst<T extends Claim>(claims: T[], side: BookSide): T[] {
  const sign = side === 'bid' ? -1 : 1;
  return claims.toSorted((a, b) => sign * (a.priceCC - b.priceCC));
}

/** What a market pays out to one position at `valueCC` per YES. */
export function payoutE6(quantityE2: number, valueCC: number): number {
  return quantityE2 >= 0 ? quantityE2 * valueCC : -quantityE2 * (ONE_CC - valueCC);
}

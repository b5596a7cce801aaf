/**
 * Who owns what: purses, positions, fees and pay-outs.
 *
 * Buying YES at p costs p; buying NO costs 1 - p. What reduces a position pays back instead: selling YES at p gives p, and
 * buying YES against held NO returns the pair's dollar less p. All money moves in whole micro-dollars, so that
 * purses + fees + open collateral never changes except by a deposit.
 */
import { type BookSide, ONE_CC } from '../units.ts';
import { returnCollateral } from './collateral.ts';
import { chargeFee, type FeeTerms, modelFeeE6 } from './fees.ts';
import type { Account, ExchangeState, MarketState, Position, Purse, WorkingOrder } from './state.ts';

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
  const feeE6 = account.isHouse ? 0 : charge(order, priceCC, countE2, isTaker);
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

function charge(order: WorkingOrder, priceCC: number, countE2: number, isTaker: boolean): number {
  const model = modelFeeE6(feeTermsOf(order.market), isTaker, priceCC, countE2);
  const revenueE6 = (order.side === 'bid' ? -priceCC : priceCC) * countE2;
  const charged = chargeFee(model, revenueE6, order.carriedE6, order.account.precisionE6);
  order.carriedE6 = charged.carriedE6;
  return charged.feeE6;
}

export function feeTermsOf(market: MarketState): FeeTerms {
  const { feeType, feeMultiplier } = market.event.series.listing;
  return { feeType, multiplier: feeMultiplier };
}

/** The cost of the part that leaves a position, pro rata; the last part takes what is left, so no micro-dollar stays behind. */
function releasedCostE6(position: Position, reducingE2: number): number {
  const held = Math.abs(position.quantityE2);
  if (reducingE2 === held) return position.costE6;
  return Number((BigInt(position.costE6) * BigInt(reducingE2)) / BigInt(held));
}

/** What a market pays out to one position at `valueCC` per YES. */
export function payoutE6(quantityE2: number, valueCC: number): number {
  return quantityE2 >= 0 ? quantityE2 * valueCC : -quantityE2 * (ONE_CC - valueCC);
}

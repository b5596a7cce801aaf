/**
 * What stands behind orders and positions: what resting orders lock, what an order may cost, and what comes back early because
 * outcomes exclude each other.
 */
import { type BookSide, ONE_CC } from '../units.ts';
import { modelFeeE6 } from './fees.ts';
import { feeTermsOf, purseOf, reducibleE2 } from './ledger.ts';
import type { Account, EventState, ExchangeState, MarketState, WorkingOrder } from './state.ts';

/** The parts of an order that say what it locks. */
export interface Claim {
  side: BookSide;
  priceCC: number;
  remainingE2: number;
}

/** A position as it might be. */
interface Assumed {
  market: MarketState;
  quantityE2: number;
}

/**
 * Brings what an account has back of its collateral in an event up to date. Of mutually exclusive outcomes at most one comes
 * true, so all NO positions but one are sure to pay: their collateral is handed back at once, and taken again when they go.
 */
export function returnCollateral(account: Account, event: EventState): void {
  if (account.isHouse || !isNetted(event)) return;
  const due = sureE6(account, event);
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

/**
 * What the account's NO positions in an event are sure to pay: all but those of the market with most. Once a market has come
 * out YES, all NO of the others is sure; that returns nothing more, but keeps what was returned until they are paid.
 */
function sureE6(account: Account, event: EventState, assumed?: Assumed): number {
  let sum = 0;
  let most = 0;
  let sumOfLosers = 0;
  for (const market of event.markets) {
    const held = market === assumed?.market ? assumed.quantityE2 : (account.positions.get(market)?.quantityE2 ?? 0);
    const no = Math.max(0, -held);
    sum += no;
    most = Math.max(most, no);
    if (market.result !== 'yes') sumOfLosers += no;
  }
  const hasWinner = event.markets.some((market) => market.result === 'yes');
  const returned = account.returned.get(event) ?? 0;
  return hasWinner ? Math.min(returned, sumOfLosers * ONE_CC) : (sum - most) * ONE_CC;
}

/** What would be taken back if the position in a market became another. */
function takenBackE6(account: Account, market: MarketState, quantityE2: number): number {
  if (!isNetted(market.event)) return 0;
  return (account.returned.get(market.event) ?? 0) - sureE6(account, market.event, { market, quantityE2 });
}

/**
 * The most an order could take out of the purse if all of it traded at its limit, fee included (a better price costs less:
 * p + 0.07 p (1 - p) rises with p).
 */
export function neededE6(
  order: { account: Account; market: MarketState; side: BookSide; priceCC: number },
  countE2: number,
): number {
  const { account, market, side, priceCC } = order;
  const quantity = account.positions.get(market)?.quantityE2 ?? 0;
  const heldPriceCC = side === 'bid' ? priceCC : ONE_CC - priceCC;
  const reducing = Math.min(reducibleE2(quantity, side), countE2);
  const cost = (countE2 - reducing) * heldPriceCC - reducing * (ONE_CC - heldPriceCC);
  const after = quantity + (side === 'bid' ? countE2 : -countE2);
  return cost + takenBackE6(account, market, after) + feeCeilingE6(account, market, priceCC, countE2, true);
}

/** A fee with room for what rounding can add. */
function feeCeilingE6(account: Account, market: MarketState, priceCC: number, countE2: number, isTaker: boolean): number {
  const unit = account.precisionE6;
  const model = Number(modelFeeE6(feeTermsOf(market), isTaker, priceCC, countE2));
  return (Math.ceil(model / unit) + 1) * unit;
}

/** Brings the purse's lock up to date with the account's resting orders in a market. */
export function relock(state: ExchangeState, account: Account, market: MarketState): void {
  if (account.isHouse) return;
  const lock = lockE6(account, market);
  const before = account.locks.get(market) ?? 0;
  if (lock === before) return;
  if (lock === 0) account.locks.delete(market);
  else account.locks.set(market, lock);
  purseOf(account, market.shard).lockedE6 += lock - before;
  state.touched.add(account);
}

/** The same after a change of position, which other markets of the event may have to answer for. */
export function relockEvent(state: ExchangeState, account: Account, market: MarketState): void {
  const { event } = market;
  for (const one of isNetted(event) ? event.markets : [market]) relock(state, account, one);
}

/**
 * What the account's resting orders in a market lock, as if one more were there (`plus`) or one were not (`without`). On each
 * side the best-priced orders would trade first, so they are the ones that use up what reduces the position; the rest locks its
 * full cost and fee. Reducing NO whose collateral was handed back locks what would have to be given back beyond the proceeds.
 */
export function lockE6(account: Account, market: MarketState, assume: { plus?: Claim; without?: WorkingOrder } = {}): number {
  const quantity = account.positions.get(market)?.quantityE2 ?? 0;
  let lock = 0;
  for (const side of ['bid', 'ask'] as const) {
    const reducible = reducibleE2(quantity, side);
    let left = reducible;
    let proceeds = 0;
    for (const claim of claimsOn(account, market, side, assume)) {
      const heldPriceCC = side === 'bid' ? claim.priceCC : ONE_CC - claim.priceCC;
      const reducing = Math.min(left, claim.remainingE2);
      left -= reducing;
      proceeds += reducing * (ONE_CC - heldPriceCC);
      if (claim.remainingE2 === reducing) continue;
      lock += (claim.remainingE2 - reducing) * heldPriceCC;
      lock += feeCeilingE6(account, market, claim.priceCC, claim.remainingE2, false);
    }
    if (side === 'bid' && left < reducible) {
      lock += Math.max(0, takenBackE6(account, market, quantity + reducible - left) - proceeds);
    }
  }
  return lock;
}

/** Whether taking this order off would free nothing. */
export function locksNothing(order: WorkingOrder): boolean {
  const { account, market } = order;
  return lockE6(account, market, { without: order }) >= (account.locks.get(market) ?? 0);
}

/** The claims on one side of a market in the order in which they would trade. */
function claimsOn(
  account: Account,
  market: MarketState,
  side: BookSide,
  { plus, without }: { plus?: Claim; without?: WorkingOrder },
): Claim[] {
  const claims: Claim[] = [];
  for (const order of account.restingIn.get(market) ?? []) if (order.side === side && order !== without) claims.push(order);
  if (plus?.side === side) claims.push(plus);
  const sign = side === 'bid' ? -1 : 1;
  return claims.toSorted((a, b) => sign * (a.priceCC - b.priceCC));
}

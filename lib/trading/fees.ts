/**
 * What a fill costs in fees, as Kalshi charges it since September 2026.
 *
 * Trade fee = rate x multiplier x C x P x (1 - P), rounded up to a micro-dollar. The balance change of the fill is then
 * brought down to the account's precision; the difference is the rounding fee. Rounding fees of one order add up, and
 * whole units of the precision are given back, never more than this fill's fee.
 * Source: Kalshi's fee schedule and its page on fee rounding (version of September 2026).
 */
import { TradingError } from './errors.ts';
import { costE6, DOLLAR_CC } from './money.ts';
import type { BookSide } from './sides.ts';

export type FeeType = 'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees';

/** How a market charges: from its event's override where there is one, else from its series. */
export interface FeeSchedule {
  type: FeeType;
  /** Usually 1; 0.5 for some series. At most four decimals count. */
  multiplier: number;
  /** No fee on fills before this time (epoch ms). */
  waivedUntilMs?: number | undefined;
}

export interface FeeFill {
  priceCC: number;
  countE2: number;
  /** The side of this party's order. */
  side: BookSide;
  isTaker: boolean;
  atMs: number;
}

export interface FeeBreakdown {
  tradeFeeE6: number;
  roundingFeeE6: number;
  rebateE6: number;
  /** What is charged: trade fee + rounding fee - rebate. */
  netE6: number;
  /** The order's accumulated rounding after this fill, to be handed in with its next one. */
  accumulatedE6: number;
}

/** Direct members keep balances of a hundredth of a cent; broker customers whole cents. */
export const DIRECT_PRECISION_E6 = 100;
export const BROKER_PRECISION_E6 = 10_000;

const TAKER_RATE_E4 = 700;
const MAKER_RATE_E4: Record<FeeType, number> = {
  quadratic: 0,
  quadratic_with_maker_fees: 175,
  quadratic_with_combo_maker_fees: 350,
};

/** Names a fee type, or throws `FEE_TYPE_UNKNOWN` (Kalshi's `flat` has a table of its own that is not published by the API). */
export function feeTypeOf(text: string): FeeType {
  if (Object.hasOwn(MAKER_RATE_E4, text)) return text as FeeType;
  throw new TradingError('FEE_TYPE_UNKNOWN', `fees of type "${text}" cannot be computed`);
}

/** The trade fee alone, in E6, rounded up to a micro-dollar. */
export function tradeFeeE6(schedule: FeeSchedule, fill: Pick<FeeFill, 'priceCC' | 'countE2' | 'isTaker' | 'atMs'>): number {
  if (schedule.waivedUntilMs !== undefined && fill.atMs < schedule.waivedUntilMs) return 0;
  const rateE4 = fill.isTaker ? TAKER_RATE_E4 : MAKER_RATE_E4[schedule.type];
  const multiplierE4 = Math.round(schedule.multiplier * 10_000);
  // rate 1e-4 x multiplier 1e-4 x count 1e-2 x price 1e-4 x price 1e-4 = 1e-18 dollars = 1e-12 micro-dollars
  const numerator =
    BigInt(rateE4 * multiplierE4) * BigInt(fill.countE2) * BigInt(fill.priceCC) * BigInt(DOLLAR_CC - fill.priceCC);
  const denominator = 1_000_000_000_000n;
  return Number((numerator + denominator - 1n) / denominator);
}

/**
 * The whole fee of one fill. `accumulatedE6` is the order's accumulated rounding so far (0 for its first fill);
 * `precisionE6` the unit that the account's balance is kept in.
 */
export function fillFee(
  schedule: FeeSchedule,
  fill: FeeFill,
  accumulatedE6 = 0,
  precisionE6: number = DIRECT_PRECISION_E6,
): FeeBreakdown {
  const tradeFee = tradeFeeE6(schedule, fill);
  const cost = costE6(fill.priceCC, fill.countE2);
  const revenue = fill.side === 'bid' ? -cost : cost;
  const exact = revenue - tradeFee;
  const roundingFeeE6 = exact - Math.floor(exact / precisionE6) * precisionE6;
  const accumulated = accumulatedE6 + roundingFeeE6;
  const wholeUnits = Math.floor(accumulated / precisionE6) * precisionE6;
  const affordable = Math.floor((tradeFee + roundingFeeE6) / precisionE6) * precisionE6;
  const rebateE6 = Math.min(wholeUnits, affordable);
  return {
    tradeFeeE6: tradeFee,
    roundingFeeE6,
    rebateE6,
    netE6: tradeFee + roundingFeeE6 - rebateE6,
    accumulatedE6: accumulated - rebateE6,
  };
}

/**
 * The most that an order of `countE2` can be charged as a taker in one fill at `limitCC` or better: what sizing sets aside. The
 * fee is largest at the price nearest to 50 cents that the limit reaches; alignment can add one unit of the precision.
 */
export function worstTakerFeeE6(
  schedule: FeeSchedule,
  order: { side: BookSide; limitCC: number; countE2: number },
  precisionE6: number = DIRECT_PRECISION_E6,
): number {
  const { side, limitCC, countE2 } = order;
  const halfCC = DOLLAR_CC / 2;
  const priceCC = side === 'bid' ? Math.min(limitCC, halfCC) : Math.max(limitCC, halfCC);
  const fee = tradeFeeE6({ ...schedule, waivedUntilMs: undefined }, { priceCC, countE2, isTaker: true, atMs: 0 });
  return (Math.ceil(fee / precisionE6) + 1) * precisionE6;
}

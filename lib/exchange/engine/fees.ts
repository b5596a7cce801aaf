/**
 * The exchange's own fee code, written from Kalshi's fee schedule and fee-rounding page (September 2026), apart from the
 * trader's code in every line. Works in exact rational arithmetic on BigInt.
 */
export interface FeeTerms {
  feeType: string;
  multiplier: number;
}

/** The fee of one fill, and the rounding that the order carries to its next fill. All in micro-dollars (E6). */
export interface ChargedFee {
  feeE6: number;
  carriedE6: number;
}

const TAKER = 0.07;
const MAKER: Record<string, number> = {
  quadratic: 0,
  quadratic_with_maker_fees: 0.0175,
  quadratic_with_combo_maker_fees: 0.035,
};

/** rate x multiplier x C x P x (1 - P) in dollars, as the exact micro-dollar amount rounded up. */
export function modelFeeE6(terms: FeeTerms, isTaker: boolean, priceCC: number, countE2: number): bigint {
  const rate = isTaker ? TAKER : (MAKER[terms.feeType] ?? 0);
  if (rate === 0 || terms.multiplier === 0) return 0n;
  const scaled = BigInt(Math.round(rate * 1e4)) * BigInt(Math.round(terms.multiplier * 1e4));
  const yes = BigInt(priceCC);
  const exactE18 = scaled * BigInt(countE2) * yes * (10_000n - yes);
  return ceilDivide(exactE18, 10n ** 12n);
}

/**
 * Charges a fill. `revenueE6` is signed: what the party's order earns (a seller of YES) or spends (a buyer, negative).
 * The balance change is floored to `precisionE6`; what the floor takes joins `carriedE6`, of which whole units come back
 * as far as this fill's own fee covers them.
 */
export function chargeFee(tradeFeeE6: bigint, revenueE6: number, carriedE6: number, precisionE6: number): ChargedFee {
  const unit = BigInt(precisionE6);
  const change = BigInt(revenueE6) - tradeFeeE6;
  const aligned = floorDivide(change, unit) * unit;
  const rounding = change - aligned;
  const carried = BigInt(carriedE6) + rounding;
  const gross = tradeFeeE6 + rounding;
  const returnable = (carried < gross ? carried : gross) / unit;
  const rebate = returnable * unit;
  return { feeE6: Number(gross - rebate), carriedE6: Number(carried - rebate) };
}

function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** How many contracts an entry buys: what the position size pays for, fee inside, then what the limits and the book leave of it. */
import { DIRECT_PRECISION_E6, type FeeSchedule, fillFee, worstTakerFeeE6 } from './fees.ts';
import { CONTRACT_E2, costE6 } from './money.ts';
import { contractsText, dollarsText } from './words.ts';

/** A ceiling from somewhere else: on what the order may cost with its fee, or on its contracts. `rule` names it in reasons. */
export type SizeCap = { rule: string; mostE6: number } | { rule: string; mostE2: number };

export interface SizingInput {
  /** The limit in prices of the outcome that is bought. */
  limitCC: number;
  positionSizeE6: number;
  fees: FeeSchedule;
  /** The unit of the account's balance. */
  precisionE6?: number;
  /** When the order would fill (epoch ms): a fee waiver may end. */
  nowMs: number;
  caps: readonly SizeCap[];
}

export interface Sizing {
  /** Whole contracts, in E2; 0 where not even one fits. */
  countE2: number;
  /** What the position size alone would buy. */
  wantedE2: number;
  /** At the limit: `countE2` x limit, and the fee of one fill there. */
  costE6: number;
  feeE6: number;
  /** Cost at the limit and the largest fee that the order can meet: what must be free for it, and what it adds to exposure. */
  setAsideE6: number;
  /** The cap that cut the size, and in words why; undefined where nothing did. */
  cappedBy: string | undefined;
  reason: string;
}

/** The largest whole number of contracts with n x limit + fee(n, limit) <= position size, then capped. */
export function sizeEntry(input: SizingInput): Sizing {
  const wantedE2 = largestE2(input, input.positionSizeE6);
  let countE2 = wantedE2;
  let cappedBy: SizeCap | undefined;
  for (const cap of input.caps) {
    const mostE2 = 'mostE6' in cap ? largestE2(input, cap.mostE6) : wholeContractsE2(cap.mostE2);
    if (mostE2 < countE2) {
      countE2 = mostE2;
      cappedBy = cap;
    }
  }
  const atLimitE6 = costE6(input.limitCC, countE2);
  return {
    countE2,
    wantedE2,
    costE6: atLimitE6,
    feeE6: feeAtLimitE6(input, countE2),
    setAsideE6: countE2 === 0 ? 0 : atLimitE6 + worstFeeE6(input, countE2),
    cappedBy: cappedBy?.rule,
    reason: reasonOf(input, countE2, wantedE2, cappedBy),
  };
}

/** Cost and fee rise together with the count, so halving the range finds the largest that fits. */
function largestE2(input: SizingInput, budgetE6: number): number {
  let fits = 0;
  let exceeds = Math.floor(Math.max(0, budgetE6) / costE6(input.limitCC, CONTRACT_E2)) + 1;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    const countE2 = middle * CONTRACT_E2;
    if (costE6(input.limitCC, countE2) + feeAtLimitE6(input, countE2) <= budgetE6) fits = middle;
    else exceeds = middle;
  }
  return fits * CONTRACT_E2;
}

function feeAtLimitE6(input: SizingInput, countE2: number): number {
  if (countE2 === 0) return 0;
  const fill = { priceCC: input.limitCC, countE2, side: 'bid' as const, isTaker: true, atMs: input.nowMs };
  return fillFee(input.fees, fill, 0, input.precisionE6 ?? DIRECT_PRECISION_E6).netE6;
}

function worstFeeE6(input: SizingInput, countE2: number): number {
  const order = { side: 'bid' as const, limitCC: input.limitCC, countE2 };
  return worstTakerFeeE6(input.fees, order, input.precisionE6 ?? DIRECT_PRECISION_E6);
}

function wholeContractsE2(countE2: number): number {
  return Math.max(0, Math.floor(countE2 / CONTRACT_E2) * CONTRACT_E2);
}

function reasonOf(input: SizingInput, countE2: number, wantedE2: number, cap: SizeCap | undefined): string {
  const size = `${contractsText(countE2)} contracts`;
  if (cap !== undefined) {
    const most = 'mostE6' in cap ? dollarsText(cap.mostE6) : `${contractsText(cap.mostE2)} contracts`;
    return `${size} instead of ${contractsText(wantedE2)}: ${cap.rule} allows ${most}`;
  }
  return countE2 === 0
    ? `${dollarsText(input.positionSizeE6)} do not pay for one contract`
    : `${size} for ${dollarsText(input.positionSizeE6)}`;
}

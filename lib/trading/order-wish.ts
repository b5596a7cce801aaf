/** What a rule wants sent: plain wishes. The order path gives them their ids, remembers them and sends them. */
import { type Quote, quoteOf } from './quote.ts';
import { type Action, type BookSide, bookSideOf, type OutcomeSide, toYesPriceCC } from './sides.ts';
import { centsText } from './words.ts';

const CENT_CC = 100;
const HIGHEST_CC = 9_900;
const LOWEST_CC = 100;

export interface OrderWish {
  ticker: string;
  action: Action;
  outcome: OutcomeSide;
  /** The limit in prices of `outcome`, and the same order as the book has it: side and YES price. */
  limitCC: number;
  side: BookSide;
  yesLimitCC: number;
  countE2: number;
  /** What cannot trade at once is dropped. */
  timeInForce: 'ioc';
  /** The exchange itself keeps it within the position. */
  reduceOnly: boolean;
  /** The price that the rule saw, of `outcome`: the ask for an entry, the bid for an exit. Slippage is measured against it. */
  signalPriceCC: number;
}

/**
 * The limit of an entry: the ask and the offset over it, at most 99 cents. Where the grid is finer than a cent the sum may lie off it;
 * whole cents never do, so it is brought down to one, though not under the ask.
 */
export function entryLimitCC(askCC: number, offsetCC: number): number {
  const target = Math.min(HIGHEST_CC, Math.floor((askCC + offsetCC) / CENT_CC) * CENT_CC);
  return Math.max(askCC, target);
}

/** The limit of an exit: the bid less the offset, at least one cent, brought up to a whole cent, though not over the bid. */
export function exitLimitCC(bidCC: number, offsetCC: number): number {
  const target = Math.max(LOWEST_CC, Math.ceil((bidCC - offsetCC) / CENT_CC) * CENT_CC);
  return Math.min(bidCC, target);
}

/** Buys `outcome` at up to `limitCC`. */
export function entryWish(order: {
  ticker: string;
  outcome: OutcomeSide;
  askCC: number;
  limitCC: number;
  countE2: number;
}): OrderWish {
  return wish('buy', order, order.askCC, false);
}

/** Sells `countE2` of `outcome`, whole position or part, into its bid. */
export function exitWish(order: {
  ticker: string;
  outcome: OutcomeSide;
  bidCC: number;
  offsetCC: number;
  countE2: number;
}): OrderWish {
  return wish('sell', { ...order, limitCC: exitLimitCC(order.bidCC, order.offsetCC) }, order.bidCC, true);
}

function wish(
  action: Action,
  order: { ticker: string; outcome: OutcomeSide; limitCC: number; countE2: number },
  signalPriceCC: number,
  reduceOnly: boolean,
): OrderWish {
  const { ticker, outcome, limitCC, countE2 } = order;
  return {
    ticker,
    action,
    outcome,
    limitCC,
    side: bookSideOf(action, outcome),
    yesLimitCC: toYesPriceCC(outcome, limitCC),
    countE2,
    timeInForce: 'ioc',
    reduceOnly,
    signalPriceCC,
  };
}

export type PriceCheck = { ok: true } | { ok: false; reason: string };

/** The look at the price right before an entry is sent: the ask may have moved at most `maxMoveCC` from the signal's, either way. */
export function checkPriceMove(entry: OrderWish, quote: Quote, maxMoveCC: number): PriceCheck {
  const { askCC } = quoteOf(entry.outcome, quote);
  if (askCC === undefined) return { ok: false, reason: 'nobody sells any more' };
  const movedCC = askCC - entry.signalPriceCC;
  if (Math.abs(movedCC) <= maxMoveCC) return { ok: true };
  const way = movedCC > 0 ? 'up' : 'down';
  return { ok: false, reason: `ask moved ${way} ${centsText(Math.abs(movedCC))} > ${centsText(maxMoveCC)} since the decision` };
}

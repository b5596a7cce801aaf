/** Fills and settlements as positions are made of them, and the order in which they count. */
import { TradingError } from './errors.ts';
import type { ExitReason } from './exit.ts';
import { DOLLAR_CC } from './money.ts';
import { type BookSide, type OutcomeSide, outcomeOf } from './sides.ts';

export interface Fill {
  ticker: string;
  orderId: string;
  tradeId: string;
  /** The side of our order in the YES book: a bid gains YES (or gives up NO), an ask the other way. */
  side: BookSide;
  yesPriceCC: number;
  countE2: number;
  feeE6: number;
  /** Epoch ms, market time. */
  atMs: number;
  /** Where our own rule or person sent the order: what for. Undefined for orders that nobody here sent. */
  leg: 'entry' | 'exit' | undefined;
  /** Of an exit: why. */
  exitReason: ExitReason | undefined;
  /** The YES price that the decision saw, that slippage is measured against. Undefined where there was no decision. */
  signalYesPriceCC: number | undefined;
}

export interface Settlement {
  ticker: string;
  /** What one YES pays: 10000, 0, or between for a scalar (void) result; NO pays the rest. */
  valueCC: number;
  feeE6: number;
  atMs: number;
}

/** All that was seen of one market by one owner (a rule, an account): fills in the order in which they count, each once. Plain JSON. */
export interface Ledger {
  ticker: string;
  fills: readonly Fill[];
  settlement: Settlement | undefined;
}

export function openLedger(ticker: string): Ledger {
  return { ticker, fills: [], settlement: undefined };
}

/** Whether two ids speak of the same fill: a trade counts once per order (one trade can meet two orders of one account). */
function isSameFill(a: Fill, b: Fill): boolean {
  return a.tradeId === b.tradeId && a.orderId === b.orderId;
}

/**
 * Adds a fill. One that is there already changes nothing (the same ledger is given back); what arrives late takes its place in time.
 * Throws `FILL_CONTRADICTS` where the fill is of another market, is impossible, or tells a known trade differently.
 */
export function addFill(ledger: Ledger, fill: Fill): Ledger {
  const problem = problemOf(ledger, fill);
  if (problem !== undefined)
    throw new TradingError('FILL_CONTRADICTS', `fill ${fill.tradeId} of order ${fill.orderId}: ${problem}`);
  const known = ledger.fills.find((one) => isSameFill(one, fill));
  if (known !== undefined) {
    const differs = known.side !== fill.side || known.yesPriceCC !== fill.yesPriceCC || known.countE2 !== fill.countE2;
    if (differs)
      throw new TradingError('FILL_CONTRADICTS', `trade ${fill.tradeId} of order ${fill.orderId} was told differently before`);
    return ledger;
  }
  const after = ledger.fills.findLastIndex((one) => compareFills(one, fill) < 0) + 1;
  return { ...ledger, fills: ledger.fills.toSpliced(after, 0, fill) };
}

/** Adds the settlement. The same one again changes nothing; another throws `SETTLEMENT_CONTRADICTS`. */
export function addSettlement(ledger: Ledger, settlement: Settlement): Ledger {
  const { valueCC, ticker } = settlement;
  const isPossible = Number.isSafeInteger(valueCC) && valueCC >= 0 && valueCC <= DOLLAR_CC && ticker === ledger.ticker;
  const known = ledger.settlement;
  if (!isPossible || (known !== undefined && known.valueCC !== valueCC)) {
    throw new TradingError('SETTLEMENT_CONTRADICTS', `settlement of ${ticker} at ${valueCC} does not fit ${ledger.ticker}`);
  }
  return known === undefined ? { ...ledger, settlement } : ledger;
}

/** Time first; within an instant what opens before what closes, then by id: so the order of arrival never matters. */
function compareFills(a: Fill, b: Fill): number {
  return a.atMs - b.atMs || legRank(a) - legRank(b) || compareText(a.orderId, b.orderId) || compareText(a.tradeId, b.tradeId);
}

function legRank(fill: Fill): number {
  return fill.leg === 'exit' ? 1 : 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function problemOf(ledger: Ledger, fill: Fill): string | undefined {
  if (fill.ticker !== ledger.ticker) return `is of ${fill.ticker}, not of ${ledger.ticker}`;
  if (!Number.isSafeInteger(fill.countE2) || fill.countE2 <= 0) return `${fill.countE2} is no count`;
  if (!Number.isSafeInteger(fill.yesPriceCC) || fill.yesPriceCC < 0 || fill.yesPriceCC > DOLLAR_CC)
    return `${fill.yesPriceCC} is no price`;
  return Number.isSafeInteger(fill.feeE6) ? undefined : `${fill.feeE6} is no fee`;
}

/** Which outcome a fill adds to, or gives up the other of. */
export function gainedOutcome(fill: Fill): OutcomeSide {
  return outcomeOf(fill.side);
}

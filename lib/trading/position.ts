/**
 * Positions, profit and round trips, from fills and settlement alone. Everything is counted in integers:
 *
 * 1. YES and NO net: what gains one gives up the other while it is held, at a dollar for the pair.
 * 2. The average is over what is open; a part that closes takes its share of cost, fees and slippage with it, and what rounding leaves
 *    (under a micro-dollar per close) stays with the rest, so nothing is lost: cash = realized - fees - cost of what is open.
 * 3. One trade is one closing order's share of one round (from flat to flat), or the settlement of what was left.
 */
import type { ExitReason } from './exit.ts';
import { type Fill, gainedOutcome, type Ledger } from './fills.ts';
import { costE6 } from './money.ts';
import { type Quote, quoteOf } from './quote.ts';
import { fromYesPriceCC, type OutcomeSide } from './sides.ts';

/** What is open now. Prices are of `outcome`. */
export interface OpenPosition {
  outcome: OutcomeSide;
  countE2: number;
  /** What the open contracts cost, without fees: over `countE2` it is the average entry price, exact. */
  costE6: number;
  /** Fees paid to open them. */
  feesE6: number;
  /** How much worse than the signals saw they were bought; undefined where a signal is missing. */
  slippageE6: number | undefined;
  openedMs: number;
  /** Counts the rounds of this ledger from 1. */
  round: number;
}

/** A round trip, or a part of one: what one closing order (or the settlement) closed. Prices are of `outcome`, totals are exact. */
export interface Trade {
  ticker: string;
  round: number;
  outcome: OutcomeSide;
  countE2: number;
  /** Totals of entry and exit; over `countE2` they are the prices. */
  entryCostE6: number;
  exitProceedsE6: number;
  grossE6: number;
  feesE6: number;
  netE6: number;
  /** Entry and exit together, positive is worse than the signals saw. A settlement has none. Undefined where a signal is missing. */
  slippageE6: number | undefined;
  exitReason: ExitReason | undefined;
  /** The closing order; undefined for a settlement. */
  exitOrderId: string | undefined;
  entryMs: number;
  exitMs: number;
}

export interface Holdings {
  open: OpenPosition | undefined;
  trades: Trade[];
  /** Gross profit of all that was closed, all fees ever paid, and the money that moved: sales and payouts less purchases and fees. */
  realizedE6: number;
  feesE6: number;
  cashE6: number;
}

interface Closing {
  countE2: number;
  priceCC: number;
  feeE6: number;
  slippageE6: number | undefined;
  orderId: string | undefined;
  reason: ExitReason | undefined;
  atMs: number;
}

/** What a ledger comes to. Pure in the set of fills: the order in which they were added does not matter. */
export function holdingsOf(ledger: Ledger): Holdings {
  const holdings: Holdings = { open: undefined, trades: [], realizedE6: 0, feesE6: 0, cashE6: 0 };
  for (const fill of ledger.fills) applyFill(holdings, ledger.ticker, fill);
  const { settlement } = ledger;
  if (settlement !== undefined) {
    pay(holdings, settlement.feeE6);
    const { open } = holdings;
    if (open !== undefined) {
      const priceCC = fromYesPriceCC(open.outcome, settlement.valueCC);
      const whole = { countE2: open.countE2, feeE6: settlement.feeE6, slippageE6: 0, orderId: undefined };
      close(holdings, ledger.ticker, open, { ...whole, priceCC, reason: 'game_finished', atMs: settlement.atMs });
    }
  }
  return holdings;
}

/** The average entry price as a number for reading, CC; rules compare with cost and count instead. */
export function averagePriceCC(open: Pick<OpenPosition, 'costE6' | 'countE2'>): number {
  return open.costE6 / open.countE2;
}

/** What selling into the bid would bring over the cost, before fees. Undefined where there is no bid for the held outcome. */
export function unrealizedE6(open: OpenPosition, quote: Quote): number | undefined {
  const { bidCC } = quoteOf(open.outcome, quote);
  return bidCC === undefined ? undefined : costE6(bidCC, open.countE2) - open.costE6;
}

/** Positive: contracts of YES; negative: of NO. */
export function netE2(holdings: Holdings): number {
  if (holdings.open === undefined) return 0;
  return holdings.open.outcome === 'yes' ? holdings.open.countE2 : -holdings.open.countE2;
}

/** Slippage in CC per contract, for reading and limits. */
export function slippageCC(trade: Pick<Trade, 'slippageE6' | 'countE2'>): number | undefined {
  return trade.slippageE6 === undefined ? undefined : trade.slippageE6 / trade.countE2;
}

function applyFill(holdings: Holdings, ticker: string, fill: Fill): void {
  const gained = gainedOutcome(fill);
  pay(holdings, fill.feeE6);
  const { open } = holdings;
  if (open === undefined || open.outcome === gained) {
    add(holdings, fill, gained, fill.countE2, fill.feeE6);
    return;
  }
  const closedE2 = Math.min(open.countE2, fill.countE2);
  const closingFeeE6 = shareOf(fill.feeE6, closedE2, fill.countE2);
  close(holdings, ticker, open, {
    countE2: closedE2,
    priceCC: fromYesPriceCC(open.outcome, fill.yesPriceCC),
    feeE6: closingFeeE6,
    slippageE6: slippageOf(fill, closedE2),
    orderId: fill.orderId,
    reason: fill.exitReason,
    atMs: fill.atMs,
  });
  // What goes beyond flat opens the other outcome.
  if (fill.countE2 > closedE2) add(holdings, fill, gained, fill.countE2 - closedE2, fill.feeE6 - closingFeeE6);
}

function add(holdings: Holdings, fill: Fill, outcome: OutcomeSide, countE2: number, feeE6: number): void {
  const cost = costE6(fromYesPriceCC(outcome, fill.yesPriceCC), countE2);
  holdings.cashE6 -= cost;
  const slippageE6 = slippageOf(fill, countE2);
  const { open } = holdings;
  if (open === undefined) {
    const round = (holdings.trades.at(-1)?.round ?? 0) + 1;
    holdings.open = { outcome, countE2, costE6: cost, feesE6: feeE6, slippageE6, openedMs: fill.atMs, round };
    return;
  }
  holdings.open = {
    ...open,
    countE2: open.countE2 + countE2,
    costE6: open.costE6 + cost,
    feesE6: open.feesE6 + feeE6,
    slippageE6: sumKnown(open.slippageE6, slippageE6),
  };
}

function close(holdings: Holdings, ticker: string, open: OpenPosition, closing: Closing): void {
  const { countE2 } = closing;
  const entryCostE6 = shareOf(open.costE6, countE2, open.countE2);
  const entryFeesE6 = shareOf(open.feesE6, countE2, open.countE2);
  const entrySlippageE6 = open.slippageE6 === undefined ? undefined : shareOf(open.slippageE6, countE2, open.countE2);
  const exitProceedsE6 = costE6(closing.priceCC, countE2);
  holdings.cashE6 += exitProceedsE6;
  holdings.realizedE6 += exitProceedsE6 - entryCostE6;
  holdings.open =
    countE2 === open.countE2
      ? undefined
      : {
          ...open,
          countE2: open.countE2 - countE2,
          costE6: open.costE6 - entryCostE6,
          feesE6: open.feesE6 - entryFeesE6,
          slippageE6: sumKnown(open.slippageE6, entrySlippageE6 === undefined ? undefined : -entrySlippageE6),
        };
  const feesE6 = entryFeesE6 + closing.feeE6;
  const grossE6 = exitProceedsE6 - entryCostE6;
  record(holdings, {
    ticker,
    round: open.round,
    outcome: open.outcome,
    countE2,
    entryCostE6,
    exitProceedsE6,
    grossE6,
    feesE6,
    netE6: grossE6 - feesE6,
    slippageE6: sumKnown(entrySlippageE6, closing.slippageE6),
    exitReason: closing.reason,
    exitOrderId: closing.orderId,
    entryMs: open.openedMs,
    exitMs: closing.atMs,
  });
}

/** Several fills of one closing order are one trade, also where those of another came between. */
function record(holdings: Holdings, part: Trade): void {
  const { exitOrderId, round } = part;
  const at = holdings.trades.findLastIndex((one) => one.exitOrderId === exitOrderId && one.round === round);
  const known = holdings.trades[at];
  if (known === undefined || exitOrderId === undefined) {
    holdings.trades.push(part);
    return;
  }
  holdings.trades[at] = {
    ...part,
    countE2: known.countE2 + part.countE2,
    entryCostE6: known.entryCostE6 + part.entryCostE6,
    exitProceedsE6: known.exitProceedsE6 + part.exitProceedsE6,
    grossE6: known.grossE6 + part.grossE6,
    feesE6: known.feesE6 + part.feesE6,
    netE6: known.netE6 + part.netE6,
    slippageE6: sumKnown(known.slippageE6, part.slippageE6),
  };
}

function pay(holdings: Holdings, feeE6: number): void {
  holdings.feesE6 += feeE6;
  holdings.cashE6 -= feeE6;
}

/** How much worse than its signal a fill was: dearer for a bid, cheaper for an ask. The same whichever outcome one counts in. */
function slippageOf(fill: Fill, countE2: number): number | undefined {
  if (fill.signalYesPriceCC === undefined) return undefined;
  const worseCC = fill.side === 'bid' ? fill.yesPriceCC - fill.signalYesPriceCC : fill.signalYesPriceCC - fill.yesPriceCC;
  return costE6(worseCC, countE2);
}

function sumKnown(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** `whole` x part / total to the nearest micro-dollar, exact before the rounding. */
function shareOf(whole: number, part: number, total: number): number {
  if (part === total) return whole;
  const numerator = 2n * BigInt(whole) * BigInt(part) + BigInt(total);
  const denominator = 2n * BigInt(total);
  const quotient = numerator / denominator;
  return Number(numerator % denominator < 0n ? quotient - 1n : quotient);
}

/**
 * Whether to leave a position now. The checks stand in a fixed order and the first that applies is the reason; everything is counted in
 * prices of the outcome that is held. Nothing here can be blocked: a breaker stops entries only.
 */
import type { GameState } from './game.ts';
import { isEnded, type MarketStatus } from './market.ts';
import { costE6 } from './money.ts';
import { exitWish, type OrderWish } from './order-wish.ts';
import type { RuleParameters } from './parameters.ts';
import { compareToSegment, type Progress, progressOf, segmentText } from './progress.ts';
import { type Quote, quoteOf } from './quote.ts';
import type { OutcomeSide } from './sides.ts';
import { centsText } from './words.ts';

export const EXIT_REASONS = [
  'take_profit',
  'stop_loss',
  'trailing_stop',
  'time_exit',
  'game_finished',
  'salvage',
  'manual',
  'emergency_stop',
  'reconciled',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];

/** The checks that a rule makes, in their order. The other reasons come from people and from the reconciler. */
export const EXIT_CHECKS = ['take_profit', 'stop_loss', 'trailing_stop', 'time_exit', 'game_finished', 'salvage'] as const;
export type ExitCheck = (typeof EXIT_CHECKS)[number];

/** What a position's exit rule remembers from quote to quote. Plain JSON, to be stored. */
export interface ExitState {
  /** The highest bid of the held outcome since the entry; undefined before the first. */
  peakCC: number | undefined;
}

export const NEW_EXIT_STATE: ExitState = { peakCC: undefined };

export interface HeldPosition {
  outcome: OutcomeSide;
  countE2: number;
  /** What these contracts cost, without fees: the average entry price is exact as this over the count. */
  costE6: number;
}

export interface ExitInput {
  nowMs: number;
  parameters: RuleParameters;
  market: { ticker: string; status: MarketStatus };
  quote: Quote | undefined;
  position: HeldPosition;
  state: ExitState;
  game: GameState | undefined;
  hasScoreSource: boolean;
  scheduledStartMs: number | undefined;
}

export interface ExitNumbers {
  /** Bid of the held outcome. */
  bidCC: number | undefined;
  /** Rounded to a hundredth of a centi-cent, for reading; decisions use the exact quotient. */
  averageCC: number;
  /** Bid less average entry price. */
  pointsCC: number | undefined;
  peakCC: number | undefined;
  progress: string;
  progressBasis: Progress['basis'];
}

interface Told {
  reason: string;
  notes: string[];
  numbers: ExitNumbers;
  state: ExitState;
}

/**
 * - `exit`: send this order, and again until the position is flat
 * - `finished`: the market trades no more; the position ends by settlement, nothing is sent
 * - `hold`: keep it; `due` names a check that applies and cannot be acted on now
 */
export type ExitDecision =
  | (Told & { kind: 'exit'; exitReason: ExitCheck; order: OrderWish })
  | (Told & { kind: 'finished'; exitReason: 'game_finished' })
  | (Told & { kind: 'hold'; due: ExitCheck | undefined });

interface Facts {
  p: RuleParameters;
  position: HeldPosition;
  status: MarketStatus;
  bidCC: number | undefined;
  peakCC: number | undefined;
  progress: Progress;
}

export function decideExit(input: ExitInput): ExitDecision {
  const facts = factsOf(input);
  const { position, bidCC, p } = facts;
  const { due, why } = firstDue(facts);
  const told: Told = {
    reason: why ?? holdReason(facts),
    notes: notesOf(facts),
    numbers: numbersOf(facts),
    state: { peakCC: facts.peakCC },
  };
  if (due === 'game_finished') return { ...told, kind: 'finished', exitReason: due };
  if (due === undefined) return { ...told, kind: 'hold', due };
  if (bidCC === undefined) return { ...told, kind: 'hold', due, reason: `${why}, but nobody buys: no bid` };
  if (facts.status !== 'open') return { ...told, kind: 'hold', due, reason: `${why}, but the market is ${facts.status}` };
  const { outcome, countE2 } = position;
  const order = exitWish({ ticker: input.market.ticker, outcome, bidCC, offsetCC: p.exitOffsetCC, countE2 });
  return { ...told, kind: 'exit', exitReason: due, order };
}

/** The first check that applies, and why. */
function firstDue(facts: Facts): { due: ExitCheck; why: string } | { due: undefined; why: undefined } {
  for (const due of EXIT_CHECKS) {
    const why = CHECKS[due](facts);
    if (why !== undefined) return { due, why };
  }
  return { due: undefined, why: undefined };
}

/** Each check: the reason to leave, or undefined. */
const CHECKS: Record<ExitCheck, (facts: Facts) => string | undefined> = {
  take_profit: (facts) => {
    const gainE6 = gainAt(facts, facts.bidCC);
    if (gainE6 === undefined || gainE6 < costE6(facts.p.takeProfitCC, facts.position.countE2)) return undefined;
    return `${pointsText(facts)} >= ${centsText(facts.p.takeProfitCC)}`;
  },
  stop_loss: (facts) => {
    const gainE6 = gainAt(facts, facts.bidCC);
    if (gainE6 === undefined || -gainE6 < costE6(facts.p.stopLossCC, facts.position.countE2)) return undefined;
    return `${pointsText(facts)} <= -${centsText(facts.p.stopLossCC)}`;
  },
  trailing_stop: ({ p, bidCC, peakCC, ...facts }) => {
    if (p.trailingStopCC === undefined || bidCC === undefined || peakCC === undefined) return undefined;
    const bestE6 = gainAt(facts, peakCC);
    if (bestE6 === undefined || bestE6 < costE6(p.trailingStartCC, facts.position.countE2)) return undefined;
    const backCC = peakCC - bidCC;
    if (backCC < p.trailingStopCC) return undefined;
    return `back ${centsText(backCC)} >= ${centsText(p.trailingStopCC)} from the peak of ${centsText(peakCC)}`;
  },
  time_exit: ({ p, progress }) => {
    if (p.exitBeforeSegment === undefined || !((compareToSegment(progress, p.exitBeforeSegment) ?? -1) >= 0)) return undefined;
    return `${progress.text} has reached ${segmentText(progress, p.league, p.exitBeforeSegment)}`;
  },
  game_finished: ({ status }) => (isEnded(status) ? `the market is ${status}: the position ends by settlement` : undefined),
  salvage: ({ p, progress, bidCC }) => {
    if (p.salvagePriceCC === undefined || bidCC === undefined || bidCC > p.salvagePriceCC) return undefined;
    if (!((compareToSegment(progress, p.salvageFromSegment) ?? -1) >= 0)) return undefined;
    return `bid ${centsText(bidCC)} <= ${centsText(p.salvagePriceCC)} after ${segmentText(progress, p.league, p.salvageFromSegment)}`;
  },
};

function factsOf(input: ExitInput): Facts {
  const { parameters: p, position, quote, nowMs, scheduledStartMs, state } = input;
  const { status } = input.market;
  // A market that has ended has no bid, whatever quote was last seen in it; nor is its clock a reason to sell.
  const bidCC = quote === undefined || isEnded(status) ? undefined : quoteOf(position.outcome, quote).bidCC;
  const game = input.hasScoreSource ? input.game : undefined;
  const progress: Progress = isEnded(status)
    ? { basis: 'unknown', period: undefined, text: `the market is ${status}` }
    : progressOf({ league: p.league, game, scheduledStartMs, nowMs, fallback: p.clockFallback });
  const peakCC = bidCC === undefined ? state.peakCC : Math.max(bidCC, state.peakCC ?? bidCC);
  return { p, position, status, bidCC, peakCC, progress };
}

/** What the position would have gained at this price: exact. */
function gainAt(facts: Pick<Facts, 'position'>, priceCC: number | undefined): number | undefined {
  return priceCC === undefined ? undefined : costE6(priceCC, facts.position.countE2) - facts.position.costE6;
}

function numbersOf(facts: Facts): ExitNumbers {
  const { position, bidCC, peakCC, progress } = facts;
  return {
    bidCC,
    averageCC: rounded(position.costE6 / position.countE2),
    pointsCC: bidCC === undefined ? undefined : rounded(bidCC - position.costE6 / position.countE2),
    peakCC,
    progress: progress.text,
    progressBasis: progress.basis,
  };
}

function rounded(priceCC: number): number {
  return Math.round(priceCC * 100) / 100;
}

function pointsText(facts: Facts): string {
  return `P&L ${centsText(numbersOf(facts).pointsCC ?? Number.NaN)}`;
}

function holdReason(facts: Facts): string {
  const { p, bidCC, position } = facts;
  if (bidCC === undefined) return `nobody buys ${position.outcome.toUpperCase()}: no bid, held`;
  return `${pointsText(facts)} between -${centsText(p.stopLossCC)} and ${centsText(p.takeProfitCC)}`;
}

function notesOf({ p, progress, status }: Facts): string[] {
  if (p.exitBeforeSegment === undefined || isEnded(status)) return [];
  if (progress.basis === 'unknown') return [`time exit is not checked: ${progress.text}`];
  return progress.basis === 'wall_clock' ? [`time exit goes by the wall clock: ${progress.text}`] : [];
}

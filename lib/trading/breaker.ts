/**
 * The breaker: whether an entry is allowed, and if not by which limit, at what reading and until when. A limit that trips keeps
 * blocking although its reading recovers; one that refuses looks at each entry anew. Exits are never blocked. Pure: the trading day
 * (New York's date, "2026-11-20") is a reading, and so is the time.
 */
import type { RiskLimits } from './limits.ts';
import type { SizeCap } from './sizing.ts';
import { dollarsText } from './words.ts';

/** In the order in which they are asked. */
export const BREAKER_RULES = ['manual', 'daily_loss', 'consecutive_losses', 'open_positions', 'exposure_total'] as const;
export type BreakerRule = (typeof BREAKER_RULES)[number];

/** When a block ends: by itself at a time or with the next trading day, by a person, or as soon as the reading allows it. */
export type Until = { kind: 'time'; atMs: number } | { kind: 'next_trading_day' } | { kind: 'reset' } | { kind: 'reading' };

export interface Trip {
  rule: BreakerRule;
  reason: string;
  /** In the rule's unit: micro-dollars, or a count. Undefined for a person's trip. */
  reading: number | undefined;
  limit: number | undefined;
  until: Until;
  trippedMs: number;
  tradingDay: string;
}

/** Plain JSON, to be stored per account. */
export interface BreakerState {
  /** Trips that still block, at most one per rule. */
  trips: readonly Trip[];
  /** Losing trades in a row, since the last win, trip or reset of the rule. */
  lossesInRow: number;
  /** The day's result from which the daily loss is counted: 0, or what it was when a person reset the rule on that day. */
  dayBase: { tradingDay: string; pnlE6: number } | undefined;
}

export const NEW_BREAKER_STATE: BreakerState = { trips: [], lossesInRow: 0, dayBase: undefined };

export interface BreakerReadings {
  nowMs: number;
  tradingDay: string;
  /** Cash and what the positions are worth. */
  capitalE6: number;
  balanceE6: number;
  /** Today's result: closed trades after fees, and the open positions' change of value. Negative: a loss. */
  dayPnlE6: number;
  /** What open positions cost and what unresolved and resting orders set aside. */
  exposureE6: number;
  /** Open positions and unresolved entries. */
  openPositions: number;
}

export interface BreakerRequest {
  leg: 'entry' | 'exit';
  /** What an entry would set aside; 0 to ask before its size is known. */
  addsE6: number;
}

export type BreakerVerdict =
  | { kind: 'allowed' }
  | { kind: 'blocked'; rule: BreakerRule; reason: string; block: Trip; all: readonly Trip[] };

export interface BreakerEvaluation {
  state: BreakerState;
  verdict: BreakerVerdict;
  /** Trips that began and ended with this evaluation: each is an event. */
  tripped: readonly Trip[];
  released: readonly Trip[];
}

/** Evaluates all limits. Without a request it only looks after the trips: to be done on every event and at intervals. */
export function evaluateBreaker(
  state: BreakerState,
  readings: BreakerReadings,
  limits: RiskLimits,
  request: BreakerRequest = { leg: 'entry', addsE6: 0 },
): BreakerEvaluation {
  const kept = state.trips.filter((trip) => !isOver(trip, readings));
  const released = state.trips.filter((trip) => isOver(trip, readings));
  const dayBase = state.dayBase?.tradingDay === readings.tradingDay ? state.dayBase : undefined;
  const current = { ...state, trips: kept, dayBase };
  const loss = dailyLoss(current, readings, limits);
  const tripped = loss === undefined ? [] : [loss];
  const trips = [...kept, ...tripped];
  const next = { ...current, trips };
  if (request.leg === 'exit') return { state: next, verdict: { kind: 'allowed' }, tripped, released };
  const all = [...trips, ...refusals(readings, limits, request)].toSorted((a, b) => rank(a) - rank(b));
  const [first] = all;
  const verdict: BreakerVerdict =
    first === undefined ? { kind: 'allowed' } : { kind: 'blocked', rule: first.rule, reason: first.reason, block: first, all };
  return { state: next, verdict, tripped, released };
}

/** Counts a closed trade (net after fees; zero is no loss). The trip, if this one was a loss too many, is in the new state. */
export function afterTrade(
  state: BreakerState,
  trade: { netE6: number; atMs: number; tradingDay: string },
  limits: RiskLimits,
): { state: BreakerState; tripped: Trip | undefined } {
  const lossesInRow = trade.netE6 < 0 ? state.lossesInRow + 1 : 0;
  if (lossesInRow < limits.consecutiveLosses) return { state: { ...state, lossesInRow }, tripped: undefined };
  const minutes = limits.consecutiveLossesPauseMin;
  const tripped: Trip = {
    rule: 'consecutive_losses',
    reason: `${lossesInRow} losses in a row: entries pause for ${minutes} minutes`,
    reading: lossesInRow,
    limit: limits.consecutiveLosses,
    until: { kind: 'time', atMs: trade.atMs + minutes * 60_000 },
    trippedMs: trade.atMs,
    tradingDay: trade.tradingDay,
  };
  // The pause answers these losses; the next ones are counted from nothing.
  return { state: { ...withoutRule(state, 'consecutive_losses', tripped), lossesInRow: 0 }, tripped };
}

/** A person stops entries; `note` is theirs. It holds until a person resets it. */
export function tripByHand(state: BreakerState, trip: { note: string; atMs: number; tradingDay: string }): BreakerState {
  const { note, atMs, tradingDay } = trip;
  const manual: Trip = {
    rule: 'manual',
    reason: `stopped by hand: ${note}`,
    reading: undefined,
    limit: undefined,
    until: { kind: 'reset' },
    trippedMs: atMs,
    tradingDay,
  };
  return withoutRule(state, 'manual', manual);
}

/**
 * A person's reset of one rule. A daily loss is counted anew from today's result as it stands, so that the reset is not undone by the
 * next evaluation; a row of losses from nothing.
 */
export function resetBreaker(
  state: BreakerState,
  rule: BreakerRule,
  readings: Pick<BreakerReadings, 'tradingDay' | 'dayPnlE6'>,
): BreakerState {
  const rest = withoutRule(state, rule);
  if (rule === 'consecutive_losses') return { ...rest, lossesInRow: 0 };
  if (rule !== 'daily_loss') return rest;
  return { ...rest, dayBase: { tradingDay: readings.tradingDay, pnlE6: readings.dayPnlE6 } };
}

/** What the limits leave of one entry's size: it is cut to the smallest of them. */
export function sizeCaps(readings: Pick<BreakerReadings, 'balanceE6' | 'capitalE6'>, limits: RiskLimits): SizeCap[] {
  const caps: SizeCap[] = [
    { rule: 'twice the default size', mostE6: 2 * limits.defaultSizeE6 },
    { rule: 'share of the balance for one position', mostE6: shareE6(readings.balanceE6, limits.positionShareE2) },
    { rule: 'ceiling of 10 % of capital for one position', mostE6: shareE6(readings.capitalE6, CEILING_SHARE_E2) },
  ];
  if (limits.largestSizeE6 !== undefined) caps.push({ rule: 'largest position size', mostE6: limits.largestSizeE6 });
  return caps;
}

/** The lesser of the dollar limit and the share of capital. */
export function dailyLossLimitE6(limits: RiskLimits, capitalE6: number): number {
  return Math.min(limits.dailyLossE6, shareE6(capitalE6, limits.dailyLossShareE2));
}

/** The lesser of the dollar limit and the share of capital. */
export function exposureLimitE6(limits: RiskLimits, capitalE6: number): number {
  return Math.min(limits.exposureTotalE6, shareE6(capitalE6, limits.exposureTotalShareE2));
}

const CEILING_SHARE_E2 = 1_000;

/** A share in hundredths of a percent, rounded down; of nothing or a debt it is nothing. */
function shareE6(amountE6: number, shareE2: number): number {
  return Number((BigInt(Math.max(0, amountE6)) * BigInt(shareE2)) / 10_000n);
}

function dailyLoss(state: BreakerState, readings: BreakerReadings, limits: RiskLimits): Trip | undefined {
  if (state.trips.some((trip) => trip.rule === 'daily_loss')) return undefined;
  const { nowMs, tradingDay, dayPnlE6, capitalE6 } = readings;
  const lossE6 = (state.dayBase?.pnlE6 ?? 0) - dayPnlE6;
  const limitE6 = dailyLossLimitE6(limits, capitalE6);
  if (lossE6 < limitE6 || lossE6 <= 0) return undefined;
  return {
    rule: 'daily_loss',
    reason: `the day has lost ${dollarsText(lossE6)} >= ${dollarsText(limitE6)}: no entries until the next trading day or a reset`,
    reading: lossE6,
    limit: limitE6,
    until: { kind: 'next_trading_day' },
    trippedMs: nowMs,
    tradingDay,
  };
}

function refusals(readings: BreakerReadings, limits: RiskLimits, request: BreakerRequest): Trip[] {
  const { nowMs, tradingDay, openPositions, exposureE6, capitalE6 } = readings;
  const base = { until: { kind: 'reading' as const }, trippedMs: nowMs, tradingDay };
  const found: Trip[] = [];
  if (openPositions >= limits.openPositions) {
    const reason = `${openPositions} of ${limits.openPositions} positions are open`;
    found.push({ ...base, rule: 'open_positions', reason, reading: openPositions, limit: limits.openPositions });
  }
  const limitE6 = exposureLimitE6(limits, capitalE6);
  const readingE6 = exposureE6 + request.addsE6;
  if (readingE6 > limitE6) {
    const reason = `${dollarsText(readingE6)} would be at risk > ${dollarsText(limitE6)}`;
    found.push({ ...base, rule: 'exposure_total', reason, reading: readingE6, limit: limitE6 });
  }
  return found;
}

function isOver(trip: Trip, readings: BreakerReadings): boolean {
  if (trip.until.kind === 'time') return readings.nowMs >= trip.until.atMs;
  return trip.until.kind === 'next_trading_day' && readings.tradingDay > trip.tradingDay;
}

function withoutRule(state: BreakerState, rule: BreakerRule, instead?: Trip): BreakerState {
  const others = state.trips.filter((trip) => trip.rule !== rule);
  return { ...state, trips: instead === undefined ? others : [...others, instead] };
}

function rank(trip: Trip): number {
  return BREAKER_RULES.indexOf(trip.rule);
}

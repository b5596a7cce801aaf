/**
 * The price before the game, measured as it goes by: one tracker per market, fed with its quotes and its game's states. The window ends
 * at the real start, so a late one moves it along.
 *
 * The standing quote is sampled at each whole minute. When the real start is known, and everything stamped up to it has been seen,
 * the median over the window is frozen and nothing changes it any more; a game that turns out not to have begun, is postponed or
 * listed anew starts the tracker afresh. The state is plain JSON.
 */
import {
  type Baseline,
  type BaselineSample,
  type Ceiling,
  MINUTE_MS,
  measureBaseline,
  sampleOf,
  WINDOW_MINUTES,
  windowMinutes,
} from './baseline-measure.ts';
import type { GameState } from './game.ts';
import type { Quote } from './quote.ts';

export type BaselineObservation =
  | { kind: 'quote'; quote: Quote }
  | { kind: 'game'; game: GameState }
  /** Only time has passed. */
  | { kind: 'tick' }
  /** The feed was lost, or the program was away, since then (epoch ms): what stood before is not known to stand any more. */
  | { kind: 'blind'; sinceMs: number }
  | { kind: 'scheduled'; startMs: number }
  /** Nobody will tell when the game begins: its scheduled start counts as the real one. */
  | { kind: 'no_score_source' }
  /** The same contest is listed as a new market, or its market was opened anew. */
  | { kind: 'relisted' };

export interface BaselineState {
  /**
   * - `collecting`: sampling, before the start or before everything up to it has been seen
   * - `frozen`: `baseline` is final
   * - `missed`: the game began and nothing valid had been seen; candles may recover it
   * - `invalid`: the game is postponed; a new announcement starts afresh
   */
  status: 'collecting' | 'frozen' | 'missed' | 'invalid';
  /** Why it is `missed` or `invalid`, or was started afresh. */
  reason: string | undefined;
  scheduledStartMs: number | undefined;
  baseline: Baseline | undefined;
  /** The real start, once known, and how it is known. */
  startMs: number | undefined;
  startCeiling: Ceiling | undefined;
  /** What was frozen when a source said that the game had not begun after all: it holds again if that was a mistake. */
  setAside: Baseline | undefined;
  /** As of when the game was last seen not to have begun. */
  lastPreMs: number | undefined;
  standing: Quote | undefined;
  /** Up to which whole minute samples were taken. */
  sampledMs: number | undefined;
  /** Valid samples of the latest `KEPT_MINUTES`, oldest first. */
  samples: BaselineSample[];
  /** The last valid sample that is no longer in `samples`, and the last valid quote. */
  olderValid: BaselineSample | undefined;
  lastValid: BaselineSample | undefined;
}

/** Long enough that a start which is reported half an hour late still has its whole window. */
const KEPT_MINUTES = 2 * WINDOW_MINUTES;
/** A start that nobody timed counts as seen when the game was last known not to have begun at most this long before. */
const SEEN_START_MS = 2 * MINUTE_MS;
const START_NOT_TIMED: Ceiling = { grade: 'B', reason: 'the start was seen and not timed' };
const START_NOT_SEEN: Ceiling = { grade: 'C', reason: 'nobody saw the start' };
const START_AS_SCHEDULED: Ceiling = { grade: 'B', reason: 'no score source: taken up to the scheduled start' };

/**
 * A tracker that has seen nothing. One that falls back to `collecting` (a false start, a new listing) knows no standing quote either:
 * hand it the one that stands.
 */
export function startBaseline(scheduledStartMs: number | undefined, reason?: string): BaselineState {
  return {
    status: 'collecting',
    reason,
    scheduledStartMs,
    baseline: undefined,
    startMs: undefined,
    startCeiling: undefined,
    setAside: undefined,
    lastPreMs: undefined,
    standing: undefined,
    sampledMs: undefined,
    samples: [],
    olderValid: undefined,
    lastValid: undefined,
  };
}

/** The next state. `nowMs` is market time and never runs back; a quote counts by its own stamp. */
export function observeBaseline(state: BaselineState, observation: BaselineObservation, nowMs: number): BaselineState {
  if (observation.kind === 'relisted') return startBaseline(state.scheduledStartMs, 'listed anew');
  return settled(observed(state, observation, nowMs), nowMs);
}

function observed(state: BaselineState, seen: Exclude<BaselineObservation, { kind: 'relisted' }>, nowMs: number): BaselineState {
  if (seen.kind === 'quote') return onQuote(state, seen.quote);
  if (seen.kind === 'game') return onGame(state, seen.game);
  if (seen.kind === 'blind') return onBlind(state, seen.sinceMs, nowMs);
  if (seen.kind === 'scheduled') return { ...state, scheduledStartMs: seen.startMs };
  return seen.kind === 'no_score_source' ? onNoScoreSource(state, nowMs) : state;
}

/** What the baseline would be if the game began now: for screens. Undefined where nothing valid was seen. */
export function provisionalBaseline(state: BaselineState, nowMs: number): Baseline | undefined {
  if (state.status !== 'collecting') return state.baseline;
  return measured(sampledUpTo(state, nowMs + 1), state.startMs ?? nowMs);
}

/** One minute of the market's history: the quote that stood at its end. */
export interface QuoteCandle {
  endMs: number;
  bidCC: number | undefined;
  askCC: number | undefined;
}

/** The baseline from candlesticks, for a program that started late: grade B at best. Undefined where none before the start is valid. */
export function baselineFromCandles(candles: readonly QuoteCandle[], startMs: number): Baseline | undefined {
  const ceiling: Ceiling = { grade: 'B', reason: 'recovered from candlesticks' };
  const before = candles.filter((one) => one.endMs <= startMs).toSorted((a, b) => a.endMs - b.endMs);
  const standingAt = (atMs: number) => before.findLast((one) => one.endMs <= atMs);
  const samples = windowMinutes(startMs)
    .map((atMs) => candleSample(standingAt(atMs), atMs))
    .filter((one) => one !== undefined);
  const [first, ...rest] = samples;
  if (first !== undefined) return measureBaseline([first, ...rest], startMs, 'candles', [ceiling]);
  const last = before.map((one) => candleSample(one, one.endMs)).findLast((one) => one !== undefined);
  return last === undefined ? undefined : measureBaseline([last], startMs, 'last_valid', [ceiling, outsideWindow(last, startMs)]);
}

function candleSample(candle: QuoteCandle | undefined, atMs: number): BaselineSample | undefined {
  if (candle === undefined) return undefined;
  const sample = sampleOf({ ...candle, bidSizeE2: 0, askSizeE2: 0, atMs }, atMs);
  return sample === undefined ? undefined : { ...sample, depthE2: undefined };
}

function onQuote(state: BaselineState, quote: Quote): BaselineState {
  if (state.status !== 'collecting') return state;
  // A late frame never replaces a younger one.
  if (state.standing !== undefined && quote.atMs < state.standing.atMs) return state;
  const next = sampledUpTo(state, quote.atMs);
  const isPregame = state.startMs === undefined || quote.atMs <= state.startMs;
  const valid = isPregame ? sampleOf(quote, quote.atMs) : undefined;
  return { ...next, standing: quote, sampledMs: next.sampledMs ?? minuteBefore(quote.atMs), lastValid: valid ?? next.lastValid };
}

function onGame(state: BaselineState, game: GameState): BaselineState {
  if (game.phase === 'postponed') {
    return { ...startBaseline(state.scheduledStartMs, 'the game is postponed'), status: 'invalid' };
  }
  if (game.phase === 'pre') return onPregame(state, game);
  if (state.status !== 'collecting' || state.startMs !== undefined) return state;
  return onBegun(state, game);
}

/** A game that was thought to be on and has not begun: the start was wrong, and so is everything that hung on it. */
function onPregame(state: BaselineState, game: GameState): BaselineState {
  const isBelieved = state.status === 'collecting' && state.startMs === undefined;
  if (isBelieved) return { ...state, lastPreMs: Math.max(game.asOfMs, state.lastPreMs ?? game.asOfMs) };
  // A state from before the one that told the start is only late.
  if (state.startMs !== undefined && game.asOfMs <= state.startMs) return state;
  const fresh = startBaseline(
    state.scheduledStartMs,
    state.status === 'invalid' ? 'announced again' : 'the game had not begun after all',
  );
  return { ...fresh, standing: state.standing, lastPreMs: game.asOfMs, setAside: state.baseline };
}

function onBegun(state: BaselineState, game: GameState): BaselineState {
  const { setAside, lastPreMs } = state;
  const startMs = game.startedMs ?? lastPreMs;
  if (setAside !== undefined && startMs !== undefined && Math.abs(startMs - setAside.startMs) <= SEEN_START_MS) {
    return { ...withoutSamples(state), status: 'frozen', reason: undefined, baseline: setAside, startMs: setAside.startMs };
  }
  if (game.startedMs !== undefined) return { ...state, startMs: game.startedMs };
  if (lastPreMs !== undefined) {
    // The last time that is certain to be before the game: whatever came later may be in-play.
    const isSeen = game.asOfMs - lastPreMs <= SEEN_START_MS;
    return { ...state, startMs: lastPreMs, startCeiling: isSeen ? START_NOT_TIMED : START_NOT_SEEN };
  }
  const { scheduledStartMs } = state;
  if (scheduledStartMs === undefined || scheduledStartMs > game.asOfMs) {
    return { ...withoutSamples(state), status: 'missed', reason: 'the game is on, and nothing tells since when' };
  }
  return { ...state, startMs: scheduledStartMs, startCeiling: START_NOT_SEEN };
}

function onNoScoreSource(state: BaselineState, nowMs: number): BaselineState {
  const { scheduledStartMs, startMs } = state;
  if (state.status !== 'collecting' || startMs !== undefined || scheduledStartMs === undefined || nowMs < scheduledStartMs)
    return state;
  return { ...state, startMs: scheduledStartMs, startCeiling: START_AS_SCHEDULED };
}

function onBlind(state: BaselineState, sinceMs: number, nowMs: number): BaselineState {
  if (state.status !== 'collecting') return state;
  const sighted = sampledUpTo(state, Math.min(sinceMs, nowMs) + 1);
  return sampledUpTo({ ...sighted, standing: undefined }, nowMs);
}

/** Freezes as soon as time is past the start: until then a quote stamped at the start may still come. */
function settled(state: BaselineState, nowMs: number): BaselineState {
  if (state.status !== 'collecting' || state.startMs === undefined || nowMs <= state.startMs) return state;
  const complete = sampledUpTo(state, state.startMs + 1);
  const baseline = measured(complete, state.startMs);
  const kept = withoutSamples(complete);
  if (baseline === undefined) return { ...kept, status: 'missed', reason: 'no valid quote was seen before the start' };
  return { ...kept, status: 'frozen', baseline };
}

function withoutSamples(state: BaselineState): BaselineState {
  return { ...state, standing: undefined, samples: [], olderValid: undefined, lastValid: undefined, setAside: undefined };
}

function measured(state: BaselineState, startMs: number): Baseline | undefined {
  const firstMs = windowMinutes(startMs)[0] ?? startMs;
  const [first, ...rest] = state.samples.filter((one) => one.atMs >= firstMs && one.atMs <= startMs);
  const ceilings = state.startCeiling === undefined ? [] : [state.startCeiling];
  if (first !== undefined) return measureBaseline([first, ...rest], startMs, 'window', ceilings);
  const last = [state.lastValid, state.samples.findLast((one) => one.atMs <= startMs), state.olderValid].find(
    (one) => one !== undefined && one.atMs <= startMs,
  );
  return last === undefined
    ? undefined
    : measureBaseline([last], startMs, 'last_valid', [...ceilings, outsideWindow(last, startMs)]);
}

function outsideWindow(last: BaselineSample, startMs: number): Ceiling {
  const minutes = Math.round((startMs - last.atMs) / MINUTE_MS);
  return { grade: 'C', reason: `no sample in the window; the last valid quote is ${minutes} minutes older than the start` };
}

/** Samples the standing quote at every whole minute before `untilMs` that was not sampled yet. */
function sampledUpTo(state: BaselineState, untilMs: number): BaselineState {
  const lastMs = minuteBefore(untilMs);
  const { standing, sampledMs } = state;
  if (sampledMs !== undefined && lastMs <= sampledMs) return state;
  if (standing === undefined || sampledMs === undefined)
    return { ...state, sampledMs: sampledMs === undefined ? undefined : lastMs };
  const firstMs = Math.max(sampledMs + MINUTE_MS, lastMs - (KEPT_MINUTES - 1) * MINUTE_MS);
  const taken: BaselineSample[] = [];
  for (let atMs = firstMs; atMs <= lastMs; atMs += MINUTE_MS) {
    const sample = sampleOf(standing, atMs);
    if (sample !== undefined) taken.push(sample);
  }
  const all = [...state.samples, ...taken];
  const keptFromMs = lastMs - (KEPT_MINUTES - 1) * MINUTE_MS;
  const kept = all.filter((one) => one.atMs >= keptFromMs);
  const dropped = all.findLast((one) => one.atMs < keptFromMs);
  return { ...state, sampledMs: lastMs, samples: kept, olderValid: dropped ?? state.olderValid };
}

/** The last whole minute that lies before this instant. */
function minuteBefore(atMs: number): number {
  return Math.ceil(atMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
}

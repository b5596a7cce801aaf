/** What the tests of the rules start from: one NBA game in Q2, one market, everything fresh. Each test changes what it is about. */
import type { Baseline } from '../../lib/trading/baseline-measure.ts';
import { decideEntry, type EntryDecision, type EntryInput } from '../../lib/trading/entry.ts';
import { type ExitInput, NEW_EXIT_STATE } from '../../lib/trading/exit.ts';
import type { FeeSchedule } from '../../lib/trading/fees.ts';
import type { GameState, League } from '../../lib/trading/game.ts';
import { checkParameters, type RuleParameters } from '../../lib/trading/parameters.ts';
import type { Quote } from '../../lib/trading/quote.ts';

export const START_MS = Date.UTC(2026, 10, 20, 0, 10);
export const MINUTE_MS = 60_000;
export const NOW_MS = START_MS + 50 * MINUTE_MS;
export const FEES: FeeSchedule = { type: 'quadratic_with_maker_fees', multiplier: 1 };

export function gameOf(change: Partial<GameState>): GameState {
  return {
    league: 'NBA',
    phase: 'live',
    period: 2,
    half: undefined,
    clockS: 400,
    homeScore: 40,
    awayScore: 44,
    startedMs: START_MS,
    asOfMs: NOW_MS,
    ...change,
  };
}

export function quoteAt(bidCC: number | undefined, askCC: number | undefined, atMs = NOW_MS, sizeE2 = 1_000_000): Quote {
  return { bidCC, bidSizeE2: bidCC === undefined ? 0 : sizeE2, askCC, askSizeE2: askCC === undefined ? 0 : sizeE2, atMs };
}

export function parametersWith(written: Record<string, unknown>, league: League = 'NBA'): RuleParameters {
  const checked = checkParameters(league, { enabled: true, ...written });
  if (!checked.ok) throw new Error(checked.problems.map((one) => one.message).join('; '));
  return checked.values;
}

export function baselineWith(change: Partial<Baseline>): Baseline {
  return {
    valueCC: 6_000,
    deviggedCC: undefined,
    grade: 'A',
    reasons: [],
    method: 'window',
    samples: 30,
    spreadCC: 100,
    depthE2: 1_000_000,
    startMs: START_MS,
    lastSampleMs: START_MS,
    ...change,
  };
}

/** An input that is entered: 60 before the game, 44/45 now. */
export function entryWith(change: Partial<EntryInput>): EntryInput {
  return {
    nowMs: NOW_MS,
    parameters: parametersWith({}),
    market: { ticker: 'GAME-A', status: 'open' },
    quote: quoteAt(4_400, 4_500),
    feedAgeMs: 100,
    baseline: baselineWith({}),
    game: gameOf({}),
    scoreReadMs: NOW_MS,
    hasScoreSource: true,
    scheduledStartMs: START_MS - 10 * MINUTE_MS,
    tally: { entriesInGame: 0, isGameHeld: false, openPositions: 0 },
    fees: FEES,
    caps: [],
    ...change,
  };
}

export function decided(change: Partial<EntryInput>): EntryDecision {
  return decideEntry(entryWith(change));
}

/** A position of 100 YES at 45 that is held: the bid is 46. */
export function exitWith(change: Partial<ExitInput>): ExitInput {
  return {
    nowMs: NOW_MS,
    parameters: parametersWith({}),
    market: { ticker: 'GAME-A', status: 'open' },
    quote: quoteAt(4_600, 4_700),
    position: { outcome: 'yes', countE2: 10_000, costE6: 45_000_000 },
    state: NEW_EXIT_STATE,
    game: gameOf({}),
    hasScoreSource: true,
    scheduledStartMs: START_MS - 10 * MINUTE_MS,
    ...change,
  };
}

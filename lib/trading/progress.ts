/** How far a game has come, and by which clock that is known: the game's own, or by choice the one on the wall. */
import type { GameState, League } from './game.ts';
import { compareInstants, END, type Instant, instantOf, nominalMinutes } from './segment.ts';
import { formatSegment } from './segment-text.ts';

/** What stands in where the game clock is not known: minutes since the start against the league's usual ones, or nothing. */
export type ClockFallback = 'wall_clock' | 'refuse';

/** Where only the period is known it decides as far as it can, before the wall clock is asked. */
export type Progress =
  | { basis: 'game_clock'; league: League; instant: Instant; text: string }
  | { basis: 'wall_clock'; league: League; minutes: number; period: number | undefined; text: string }
  | { basis: 'unknown'; period: number | undefined; text: string };

export interface ProgressInput {
  league: League;
  /** Undefined where no source tells a state of this game. */
  game: GameState | undefined;
  /** Epoch ms; used where the game's own start is not known. */
  scheduledStartMs: number | undefined;
  nowMs: number;
  fallback: ClockFallback;
}

export function progressOf(input: ProgressInput): Progress {
  const { game, league, fallback, nowMs } = input;
  if (game?.phase === 'postponed') return { basis: 'unknown', period: undefined, text: 'the game is postponed' };
  const instant = game === undefined ? undefined : instantOf(game);
  if (instant !== undefined) return { basis: 'game_clock', league, instant, text: formatSegment(league, instant) };
  const period = game?.period;
  const missing = whatIsMissing(game);
  const startMs = game?.startedMs ?? input.scheduledStartMs;
  if (fallback === 'refuse') return { basis: 'unknown', period, text: `${missing}, and the wall clock may not stand in` };
  if (startMs === undefined) return { basis: 'unknown', period, text: `${missing}, and no start time` };
  const minutes = (nowMs - startMs) / 60_000;
  return { basis: 'wall_clock', league, minutes, period, text: `minute ${Math.floor(minutes)} on the wall clock (${missing})` };
}

/** Negative before the segment, 0 at it, positive after it; undefined where the progress is not known. */
export function compareToSegment(progress: Progress, segment: Instant): number | undefined {
  if (progress.basis === 'game_clock') return compareInstants(progress.instant, segment);
  const byPeriod = comparePeriod(progress.period, segment);
  if (byPeriod !== undefined || progress.basis === 'unknown') return byPeriod;
  return progress.minutes - nominalMinutes(progress.league, segment);
}

/** The segment in the words of the clock that is used: "end of Q3", or "end of Q3 (nominal minute 102)". */
export function segmentText(progress: Progress, league: League, segment: Instant): string {
  const text = formatSegment(league, segment);
  return progress.basis === 'wall_clock' ? `${text} (nominal minute ${Math.round(nominalMinutes(league, segment))})` : text;
}

/** A period that is in play lies wholly before a later one's segments and its own end, and not before its own start. */
function comparePeriod(period: number | undefined, segment: Instant): number | undefined {
  if (period === undefined) return undefined;
  if (period !== segment.period) return period - segment.period;
  if (segment.position === END) return -1;
  return segment.position === 0 ? 1 : undefined;
}

function whatIsMissing(game: GameState | undefined): string {
  if (game === undefined) return 'no game state';
  if (game.period === undefined) return 'the source tells no period';
  return `period ${game.period}, and the source tells no more`;
}

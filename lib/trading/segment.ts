/**
 * Instants of a game that compare: earlier or later in play, whatever the wall clock says. Overtime and extra innings come after
 * regulation, breaks between their periods. What the source does not say is never guessed: then there is no instant.
 */
import type { GameState, League } from './game.ts';
import { COURSES, type Course } from './leagues.ts';

export interface Instant {
  /** 1 is the first; overtime counts on. 0 is before the start. */
  period: number;
  /** Seconds of play since the period's start, or for innings a `HALF`; `END` when the period is over. */
  position: number;
}

/** A position after everything in its period, and before the next period. */
export const END = 1_000_000;
/** Positions inside an inning. */
export const HALF = { top: 0, middle: 1, bottom: 2 } as const;
export const BEFORE_START: Instant = { period: 0, position: 0 };
export const AFTER_END: Instant = { period: 1_000, position: END };

/** Negative where `a` is earlier, 0 where they are the same, positive where it is later. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.period - b.period || a.position - b.position;
}

/**
 * Where the game stands. Undefined where the state does not say enough: a postponed game, an unknown period, half or clock, a clock
 * that the period cannot show. A break with time on the clock is an interruption inside its period, too.
 */
export function instantOf(game: GameState): Instant | undefined {
  if (game.phase === 'pre') return BEFORE_START;
  if (game.phase === 'final') return AFTER_END;
  if (game.phase === 'postponed' || game.period === undefined || game.period < 1) return undefined;
  const isBetween = game.phase === 'break' && game.isInterrupted !== true;
  const position = isBetween ? positionInBreak(game, game.period) : positionInPlay(game, game.period);
  return position === undefined ? undefined : { period: game.period, position };
}

/** Game-clock seconds to the end of regulation, 0 in overtime. Undefined for leagues without a clock and where it is not known. */
export function remainingRegulationS(game: GameState): number | undefined {
  const course = COURSES[game.league];
  if (course.clock === 'none') return undefined;
  if (game.phase === 'live' && game.period !== undefined && game.period > course.periods) return 0;
  const instant = instantOf(game);
  if (instant === undefined) return undefined;
  if (instant.period > course.periods) return 0;
  const whole = course.periods * course.periodS;
  const before = Math.max(0, instant.period - 1) * course.periodS;
  return whole - before - Math.min(instant.position, course.periodS);
}

/** Minutes after the start at which a game usually gets to this instant: what the wall-clock fallback goes by. */
export function nominalMinutes(league: League, instant: Instant): number {
  const course = COURSES[league];
  if (instant.period < 1) return 0;
  const began = (instant.period - 1) * (course.wallPlayMin + course.wallBreakMin);
  return began + shareOfPeriod(course, instant) * course.wallPlayMin;
}

/** Game-clock seconds that a period of this league has; 0 without a clock. */
export function periodSeconds(course: Course, period: number): number {
  return period <= course.periods ? course.periodS : course.overtimeS;
}

/** What a clock that runs up shows when this period starts. */
export function clockAtStartS(course: Course, period: number): number {
  const regulation = Math.min(period - 1, course.periods);
  return regulation * course.periodS + (period - 1 - regulation) * course.overtimeS;
}

function shareOfPeriod(course: Course, instant: Instant): number {
  if (instant.position === END) return 1;
  if (course.unit === 'inning') return instant.position === HALF.top ? 0 : 0.5;
  const seconds = periodSeconds(course, instant.period);
  return seconds === 0 ? 0 : Math.min(1, instant.position / seconds);
}

function positionInPlay(game: GameState, period: number): number | undefined {
  const course = COURSES[game.league];
  if (course.unit === 'inning') return game.half === undefined ? undefined : HALF[game.half];
  const seconds = periodSeconds(course, period);
  if (course.clock === 'none' || seconds === 0) return 0;
  // A shoot-out follows the two halves of extra time; it has no clock.
  if (course.clock === 'up' && period > course.periods + 2) return 0;
  return positionAtClock(course, period, game.clockS);
}

function positionAtClock(course: Course, period: number, clockS: number | undefined): number | undefined {
  if (clockS === undefined || !(clockS >= 0)) return undefined;
  const position = course.clock === 'down' ? periodSeconds(course, period) - clockS : clockS - clockAtStartS(course, period);
  return position >= 0 && position < END ? position : undefined;
}

function positionInBreak(game: GameState, period: number): number | undefined {
  const course = COURSES[game.league];
  if (course.unit === 'inning') {
    if (game.half === undefined) return undefined;
    return game.half === 'top' ? HALF.middle : END;
  }
  if (course.clock === 'none') return END;
  const position = positionAtClock(course, period, game.clockS);
  // A full clock was set for the next period already.
  const isInterruption = position !== undefined && position > 0 && position < periodSeconds(course, period);
  return isInterruption ? position : END;
}

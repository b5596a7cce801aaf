/** How a game of each league runs: periods, clock, and how long it takes on the wall. One table, nothing computed. */
import type { League } from './game.ts';

export interface Course {
  /** What the league calls a part of the game. */
  unit: 'quarter' | 'half' | 'period' | 'inning' | 'set';
  /** Periods of regulation. Tennis: of the longest match. */
  periods: number;
  /** Which way the game clock runs, where there is one. */
  clock: 'down' | 'up' | 'none';
  /** Game-clock seconds of a regulation period; 0 without a clock. */
  periodS: number;
  /** Game-clock seconds of the longest overtime that the league plays; 0 where overtime has no clock or does not exist. */
  overtimeS: number;
  /** After which period halftime is. */
  halftimeAfter: number | undefined;
  /** Usual minutes on the wall from a period's start to its end, and from there to the next start. */
  wallPlayMin: number;
  wallBreakMin: number;
}

const QUARTERS = { unit: 'quarter', periods: 4, clock: 'down', halftimeAfter: 2 } as const;

/**
 * 34 minutes with no break between are the nominal NBA clock that recorded games are read by; the other wall times are rounded
 * usual lengths. They only serve where no game clock is known, and decisions say so.
 */
export const COURSES: Readonly<Record<League, Course>> = {
  NBA: { ...QUARTERS, periodS: 720, overtimeS: 300, wallPlayMin: 34, wallBreakMin: 0 },
  WNBA: { ...QUARTERS, periodS: 600, overtimeS: 300, wallPlayMin: 30, wallBreakMin: 0 },
  NCAAW: { ...QUARTERS, periodS: 600, overtimeS: 300, wallPlayMin: 29, wallBreakMin: 0 },
  NCAAM: {
    unit: 'half',
    periods: 2,
    clock: 'down',
    halftimeAfter: 1,
    periodS: 1_200,
    overtimeS: 300,
    wallPlayMin: 56,
    wallBreakMin: 15,
  },
  NFL: { ...QUARTERS, periodS: 900, overtimeS: 900, wallPlayMin: 44, wallBreakMin: 5 },
  NCAAF: { ...QUARTERS, periodS: 900, overtimeS: 0, wallPlayMin: 46, wallBreakMin: 6 },
  MLB: {
    unit: 'inning',
    periods: 9,
    clock: 'none',
    halftimeAfter: undefined,
    periodS: 0,
    overtimeS: 0,
    wallPlayMin: 16,
    wallBreakMin: 2,
  },
  NHL: {
    unit: 'period',
    periods: 3,
    clock: 'down',
    halftimeAfter: undefined,
    periodS: 1_200,
    overtimeS: 1_200,
    wallPlayMin: 38,
    wallBreakMin: 18,
  },
  SOCCER: {
    unit: 'half',
    periods: 2,
    clock: 'up',
    halftimeAfter: 1,
    periodS: 2_700,
    overtimeS: 900,
    wallPlayMin: 48,
    wallBreakMin: 15,
  },
  TENNIS: {
    unit: 'set',
    periods: 5,
    clock: 'none',
    halftimeAfter: undefined,
    periodS: 0,
    overtimeS: 0,
    wallPlayMin: 42,
    wallBreakMin: 3,
  },
};

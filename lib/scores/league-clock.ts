/** What a period and a clock can be at all in each league. How its games usually run is trading's business. */
import type { League } from '../trading/game.ts';
import { COURSES } from '../trading/leagues.ts';

/** The highest period that is believed, overtimes and shoot-out included. */
export const MOST_PERIODS: Readonly<Record<League, number>> = {
  NBA: 14,
  WNBA: 14,
  NCAAM: 12,
  NCAAW: 14,
  NFL: 10,
  NCAAF: 14,
  MLB: 40,
  NHL: 12,
  SOCCER: 5,
  TENNIS: 5,
};

/** Seconds on the full clock of this period. Undefined where no clock runs down. */
export function fullClockS(league: League, period: number): number | undefined {
  const { clock, periods, periodS, overtimeS } = COURSES[league];
  if (clock !== 'down') return undefined;
  // College football's overtime has no clock of its own; what is shown is the quarter's.
  return period > periods && overtimeS > 0 ? overtimeS : periodS;
}

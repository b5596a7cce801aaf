import type { GameState, League } from '../../trading/game.ts';
import { COURSES } from '../../trading/leagues.ts';
import { type Fields, loose, textOf, wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { clockedState } from './clocked.ts';

const KEYS = { period: ['quarter', 'period'], clock: ['clock', 'period_remaining_time'] } as const;
/** How many periods a game has that is counted in these; overtime is no part of it. */
const PERIOD_TYPES: Readonly<Record<string, number>> = { half: 2, quarter: 4, overtime: 0 };

/** A basketball game: quarters or, in men's college basketball, halves, and a clock that runs down. */
export function basketballState(league: League, details: Fields, readMs: number): GameState {
  const type = textOf(details, 'period_type');
  const periods = type === undefined ? 0 : wordOf(PERIOD_TYPES, loose(type));
  if (periods === undefined) unclear('SCORES_PERIOD_UNKNOWN', 'period_type is not known', type);
  if (periods > 0 && periods !== COURSES[league].periods) {
    unclear('SCORES_CONTRADICTION', `${league} is not played in these periods`, type);
  }
  return clockedState(league, details, readMs, KEYS);
}

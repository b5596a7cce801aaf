import type { GameState, League } from '../../trading/game.ts';
import type { Fields } from '../fields.ts';
import { clockedState } from './clocked.ts';

const KEYS = { period: ['period', 'round'], clock: ['clock', 'final_round_time_left', 'period_remaining_time'] } as const;

/** A hockey game: periods, named `period` or generically `round`; overtime is the fourth, a shoot-out the fifth. */
export function hockeyState(league: League, details: Fields, readMs: number): GameState {
  return clockedState(league, details, readMs, KEYS);
}

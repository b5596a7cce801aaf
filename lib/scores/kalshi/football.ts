import type { GameState, League } from '../../trading/game.ts';
import type { Fields } from '../fields.ts';
import { clockedState } from './clocked.ts';

const KEYS = { period: ['quarter', 'period'], clock: ['clock', 'period_remaining_time'] } as const;

/** A football game: quarters and a clock that runs down. */
export function footballState(league: League, details: Fields, readMs: number): GameState {
  return clockedState(league, details, readMs, KEYS);
}

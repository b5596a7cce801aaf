/** The sports whose clock runs down: basketball, football, hockey. They differ in what they call period and clock. */
import type { GameState, League } from '../../trading/game.ts';
import { agreed, countdownS, countOf, type Fields, textOf } from '../fields.ts';
import { gameState } from '../standing.ts';
import { asOfMs, pointsOf, standingOf } from './details.ts';

export interface ClockedKeys {
  period: readonly string[];
  clock: readonly string[];
}

export function clockedState(league: League, details: Fields, readMs: number, keys: ClockedKeys): GameState {
  const period = agreed(keys.period, (key) => countOf(details, key));
  const clockS = agreed(keys.clock, (key) => {
    const text = textOf(details, key);
    return text === undefined ? undefined : countdownS(text);
  });
  // Period 0 is how some live data write "not begun".
  const play = { period: period === 0 ? undefined : period, half: undefined, clockS, ...pointsOf(details) };
  return gameState(league, standingOf(details), play, asOfMs(details, readMs));
}

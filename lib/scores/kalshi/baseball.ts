import type { GameState, League } from '../../trading/game.ts';
import { agreed, countOf, type Fields, loose, wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { gameState } from '../standing.ts';
import { asOfMs, pointsOf, standingOf } from './details.ts';

type Half = NonNullable<GameState['half']>;

/** `half` in words, `inning_half` also as 1 and 2. */
const HALVES: Readonly<Record<string, Half>> = {
  '1': 'top',
  t: 'top',
  top: 'top',
  '2': 'bottom',
  b: 'bottom',
  bot: 'bottom',
  bottom: 'bottom',
};
/** Said before the first pitch. */
const NO_HALF = '0';

/** A baseball game: innings in two halves, no clock. */
export function baseballState(league: League, details: Fields, readMs: number): GameState {
  const inning = agreed(['inning', 'period'], (key) => countOf(details, key));
  const half = agreed(['half', 'inning_half'], (key) => halfOf(details, key));
  const play = { period: inning === 0 ? undefined : inning, half, clockS: undefined, ...pointsOf(details) };
  return gameState(league, standingOf(details), play, asOfMs(details, readMs));
}

function halfOf(details: Fields, key: string): Half | undefined {
  const value = Object.hasOwn(details, key) ? details[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  const word = typeof value === 'string' || typeof value === 'number' ? loose(String(value)) : '';
  if (word === NO_HALF) return undefined;
  return wordOf(HALVES, word) ?? unclear('SCORES_PERIOD_UNKNOWN', `${key} is not known`, value);
}

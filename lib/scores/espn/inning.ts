/** Innings, which ESPN writes only in words: "Top 9th", "Bot 5th", "Middle 3rd", "End 6th", "Rain Delay, Top 1st". */
import type { GameState } from '../../trading/game.ts';
import { unclear } from '../reading.ts';

const INNING = /(?:^|, )(top|mid|middle|bot|bottom|end)(?: of(?: the)?)? (\d{1,2})(?:st|nd|rd|th)$/i;

export interface Inning {
  inning: number;
  half: NonNullable<GameState['half']>;
  /** After the half inning: the sides are changing. */
  isOver: boolean;
}

/** The inning in a status text, or undefined where it names none. */
export function inningIn(detail: string): Inning | undefined {
  const [, word, number] = INNING.exec(detail.trim()) ?? [];
  if (word === undefined) return undefined;
  const place = word.slice(0, 3).toLowerCase();
  const half = place === 'top' || place === 'mid' ? 'top' : 'bottom';
  return { inning: Number(number), half, isOver: place === 'mid' || place === 'end' };
}

/** The inning of a game in play, checked against the period that ESPN gives. */
export function inningOf(detail: string, period: number): Inning {
  const inning = inningIn(detail);
  if (inning === undefined) return unclear('SCORES_PERIOD_UNKNOWN', 'the half of the inning cannot be read', detail);
  if (inning.inning !== period) {
    unclear('SCORES_CONTRADICTION', 'the innings do not agree', `${detail}, period ${period}`);
  }
  return inning;
}

/** How often a game is read. All of market time but the backoff. */
import type { GamePhase } from '../trading/game.ts';

export interface PollRates {
  /** In play, and from shortly before the scheduled start until it begins. */
  liveMs: number;
  /** At any other time. */
  preGameMs: number;
  /** A game that has not begun is read as often as one in play from so long before its scheduled start... */
  earlyMs: number;
  /** ...until so long after it. */
  lateMs: number;
  /** Wall time: the wait after a first error, doubled with each further one up to the longest. */
  backoffMs: number;
  longestBackoffMs: number;
}

export const POLL_RATES: PollRates = {
  liveMs: 5_000,
  preGameMs: 60_000,
  earlyMs: 60_000,
  lateMs: 3 * 3_600_000,
  backoffMs: 1_000,
  longestBackoffMs: 60_000,
};

/** Market time between two reads of a game in this phase, undefined where nothing is known of it yet. */
export function rateMs(rates: PollRates, startMs: number, phase: GamePhase | undefined, nowMs: number): number {
  if (phase === 'live' || phase === 'break') return rates.liveMs;
  const isAboutToStart = nowMs >= startMs - rates.earlyMs && nowMs <= startMs + rates.lateMs;
  return (phase === 'pre' || phase === undefined) && isAboutToStart ? rates.liveMs : rates.preGameMs;
}

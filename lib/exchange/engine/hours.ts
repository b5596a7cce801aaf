/** Kalshi's weekly trading pause: Thursdays 03:00 to 05:00 Eastern time. */
import { easternDate, easternMs } from '../eastern.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const THURSDAY = 4;
const PAUSE_HOUR = 3;
const PAUSE_MS = 2 * HOUR_MS;

/** The pause that `fromMs` lies in, or else the next one. Times are epoch milliseconds; the end is no part of a pause. */
export function nextPause(fromMs: number): { startMs: number; endMs: number } {
  // Midnight in UTC of the Eastern calendar day: a day without hours, to count on from.
  for (let dayMs = Date.parse(easternDate(fromMs)); ; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    if (day.getUTCDay() !== THURSDAY) continue;
    const startMs = easternMs(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate(), PAUSE_HOUR, 0);
    if (startMs + PAUSE_MS > fromMs) return { startMs, endMs: startMs + PAUSE_MS };
  }
}

/** Kalshi's weekly trading pause: Thursdays 03:00 to 05:00 Eastern time. */
const EASTERN = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  weekday: 'short',
  hour: 'numeric',
  minute: 'numeric',
  hourCycle: 'h23',
});
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PAUSE_DAY = 'Thu';
const PAUSE_HOUR = 3;
const PAUSE_HOURS = 2;

/** The pause that `fromMs` lies in, or else the next one. Times are epoch milliseconds; the end is no part of a pause. */
export function nextPause(fromMs: number): { startMs: number; endMs: number } {
  const firstHour = Math.ceil((fromMs + 1) / HOUR_MS) * HOUR_MS - PAUSE_HOURS * HOUR_MS;
  // Clocks change on Sundays, so a Thursday is never more than a week and an hour of whole hours away.
  for (let atMs = firstHour; atMs <= firstHour + 8 * 24 * HOUR_MS; atMs += HOUR_MS) {
    const parts = new Map(EASTERN.formatToParts(atMs).map((part) => [part.type, part.value]));
    if (parts.get('weekday') === PAUSE_DAY && Number(parts.get('hour')) === PAUSE_HOUR) {
      return { startMs: atMs, endMs: atMs + PAUSE_HOURS * HOUR_MS };
    }
  }
  throw new Error('no Thursday within eight days');
}

/**
 * Eastern Time, which dates Kalshi's tickers and its weekly pause. The United States' rule since 2007: daylight time from 02:00 on the second Sunday
 * of March to 02:00 on the first Sunday of November.
 */
const HOUR_MS = 3_600_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

/** The UTC day of the month's n-th Sunday, at midnight. */
function sundayMs(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return Date.UTC(year, month - 1, 1 + ((7 - first) % 7) + 7 * (nth - 1));
}

function offsetMs(atMs: number): number {
  const year = new Date(atMs).getUTCFullYear();
  const daylight = atMs >= sundayMs(year, 3, 2) + 7 * HOUR_MS && atMs < sundayMs(year, 11, 1) + 6 * HOUR_MS;
  return (daylight ? -4 : -5) * HOUR_MS;
}

/** A date whose UTC fields read as the Eastern wall clock. */
function eastern(atMs: number): Date {
  return new Date(atMs + offsetMs(atMs));
}

/** The instant at which Eastern clocks show this time. In the repeated hour of November the earlier one. */
export function easternMs(year: number, month: number, day: number, hour: number, minute: number): number {
  const wallMs = Date.UTC(year, month - 1, day, hour, minute);
  const daylightMs = wallMs + 4 * HOUR_MS;
  return offsetMs(daylightMs) === -4 * HOUR_MS ? daylightMs : wallMs + 5 * HOUR_MS;
}

/** "2026-10-24" */
export function easternDate(atMs: number): string {
  return eastern(atMs).toISOString().slice(0, 10);
}

/** "26OCT24", as tickers write the Eastern calendar day. */
export function tickerDate(atMs: number): string {
  const date = eastern(atMs);
  return `${String(date.getUTCFullYear()).slice(2)}${MONTHS[date.getUTCMonth()]}${String(date.getUTCDate()).padStart(2, '0')}`;
}

/** "1840", the Eastern hour and minute in a baseball ticker. */
export function tickerTime(atMs: number): string {
  return eastern(atMs).toISOString().slice(11, 16).replace(':', '');
}

/** "Oct 24", the date in an event's subtitle. */
export function shortDate(atMs: number): string {
  const date = eastern(atMs);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  return `${month.charAt(0)}${month.slice(1).toLowerCase()} ${date.getUTCDate()}`;
}

/** "Oct 24, 2026", the date in a market's rules. */
export function longDate(atMs: number): string {
  return `${shortDate(atMs)}, ${eastern(atMs).getUTCFullYear()}`;
}

/** The Eastern calendar, by which Kalshi dates its tickers and ESPN its scoreboards. */
const EASTERN = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** "2026-10-24" of an instant (epoch ms). */
export function easternDay(atMs: number): string {
  return EASTERN.format(atMs);
}

/** Days from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** The trading day: New York's date, from its midnight to the next. */

const DATE = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const DAY_MS = 86_400_000;

/** "2026-11-20" of an instant (epoch ms). */
export function newYorkDay(atMs: number): string {
  return DATE.format(atMs);
}

/** When that day begins (epoch ms). Clocks change at two in the morning, so midnight is one of these two. */
export function dayStartMs(day: string): number {
  const summerMs = Date.parse(`${day}T00:00:00-04:00`);
  return newYorkDay(summerMs) === day ? summerMs : Date.parse(`${day}T00:00:00-05:00`);
}

/** The day after. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** Days from one calendar day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Whether this is a day of the calendar as `newYorkDay` writes it. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(Date.parse(`${text}T00:00:00Z`) || 0).toISOString().startsWith(text);
}

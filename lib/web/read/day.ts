/** The trading day, and the hour, as pages and queries speak of them. */
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });

export { dayStartMs, isDay, newYorkDay, nextDay } from '../../trading/trading-day.ts';

/** "21:14 ET" */
export function newYorkTime(atMs: number): string {
  return `${TIME.format(atMs)} ET`;
}

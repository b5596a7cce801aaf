/** The hour, as pages speak of it. */
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });

/** "21:14 ET" */
export function newYorkTime(atMs: number): string {
  return `${TIME.format(atMs)} ET`;
}

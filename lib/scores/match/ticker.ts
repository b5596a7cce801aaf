/** What an event ticker of a game says: `KXMLBGAME-26AUG071840NYMPIT` is a series, an Eastern day, with luck a time, and the teams. */

const MONTHS: readonly string[] = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const EVENT = /^([A-Z0-9]+)-(\d\d)([A-Z]{3})(\d\d)(\d{4})?([A-Z][A-Z0-9]*)$/;

export interface EventTicker {
  series: string;
  /** Eastern calendar day of the first schedule, "2026-08-07". */
  day: string;
  /** Both teams' codes without anything between them. */
  teams: string;
}

/** Undefined for a ticker that is not a game's. */
export function parseEventTicker(ticker: string): EventTicker | undefined {
  const [, series, year, month, date, , teams] = EVENT.exec(ticker) ?? [];
  const index = MONTHS.indexOf(month ?? '');
  if (series === undefined || teams === undefined || index === -1) return undefined;
  return { series, day: `20${year}-${String(index + 1).padStart(2, '0')}-${date}`, teams };
}

/** Recorded sides put together to games, and the choice among them. */
import { easternDate } from '../../eastern.ts';
import { ScenarioError } from '../errors.ts';
import { type ListedGame, nameGame } from '../listing.ts';
import { teamByCode } from '../teams.ts';
import type { RecordedLeague, RecordedSide } from './games-file.ts';

export interface RecordedGame {
  league: RecordedLeague;
  listed: ListedGame;
  /** One or two sides, in ticker order. */
  sides: readonly RecordedSide[];
  scheduledMs: number;
  startMs: number;
  firstRowMs: number;
  lastRowMs: number;
  /** YYYY-MM-DD, local where recorded, else Eastern. */
  date: string;
}

/**
 * The games of the sides, in the order of their first rows.
 * @param range first and last date (YYYY-MM-DD, both included)
 * @throws ScenarioError GAMES_NONE_SELECTED when no game is left, GAMES_FILE_INVALID when sides contradict each other
 */
export function selectGames(sides: readonly RecordedSide[], range: { from?: string; to?: string }): RecordedGame[] {
  for (const [name, date] of Object.entries(range)) {
    if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
      throw new ScenarioError('SCENARIO_OPTION_INVALID', `${name} must be YYYY-MM-DD, is "${date}"`);
    }
  }
  const byEvent = new Map<string, RecordedSide[]>();
  for (const side of sides) {
    const known = byEvent.get(side.eventTicker);
    if (known === undefined) byEvent.set(side.eventTicker, [side]);
    else known.push(side);
  }
  const games = [...byEvent.values()].map(gameOf);
  const selected = games.filter(
    ({ date }) => (range.from === undefined || date >= range.from) && (range.to === undefined || date <= range.to),
  );
  if (selected.length === 0) {
    const dates = games.map(({ date }) => date).toSorted();
    const held = dates.length === 0 ? 'holds no winner market' : `holds games from ${dates[0]} to ${dates.at(-1)}`;
    throw new ScenarioError(
      'GAMES_NONE_SELECTED',
      `no game from ${range.from ?? 'any day'} to ${range.to ?? 'any day'}: the file ${held}`,
    );
  }
  return selected.toSorted(
    (one, other) => one.firstRowMs - other.firstRowMs || (one.listed.eventTicker < other.listed.eventTicker ? -1 : 1),
  );
}

function gameOf(sides: RecordedSide[]): RecordedGame {
  sides.sort((one, other) => (one.ticker < other.ticker ? -1 : 1));
  const [first, second] = sides;
  if (first === undefined) throw new RangeError('a game has at least one side');
  if (second !== undefined) agree(first, second);
  if (sides.length > 2) throw contradiction(first, 'more than two sides are recorded');
  const { league, home, away, startMs, scheduledMs = startMs } = first;
  const listed = nameGame({
    league,
    home: teamByCode(league, home),
    away: teamByCode(league, away),
    startMs: scheduledMs,
    eventTicker: first.eventTicker,
  });
  return {
    league,
    listed,
    sides,
    scheduledMs,
    startMs,
    firstRowMs: Math.min(...sides.map(({ rows }) => rows[0]?.atMs ?? Number.POSITIVE_INFINITY)),
    lastRowMs: Math.max(...sides.map(({ rows }) => rows.at(-1)?.atMs ?? 0)),
    date: first.dateLocal ?? easternDate(startMs),
  };
}

function agree(one: RecordedSide, other: RecordedSide): void {
  if (one.ticker === other.ticker) throw contradiction(one, 'is recorded twice');
  if (one.result === other.result) throw contradiction(one, 'both sides have the same result');
  if (one.home !== other.home || one.away !== other.away || one.startMs !== other.startMs) {
    throw contradiction(one, 'the two sides differ in teams or start');
  }
}

function contradiction(side: RecordedSide, reason: string): ScenarioError {
  return new ScenarioError('GAMES_FILE_INVALID', `${side.ticker}: ${reason}`);
}

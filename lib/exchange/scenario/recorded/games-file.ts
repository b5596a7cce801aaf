/**
 * The format of recorded games: JSON lines, one line per market's YES side, with `header`, `columns` and `rows`. Prices are
 * cents, times Unix seconds. Everything is checked here, once; what comes out is in the exchange's units.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ScenarioError } from '../errors.ts';
import { isLeague, LEAGUES, type League } from '../leagues.ts';
import { Fields } from './fields.ts';
import { type RecordedRow, rowReader } from './rows.ts';

/** Leagues whose games have two outcomes, so that one recorded side tells the other. */
export type RecordedLeague = Exclude<League, 'EPL' | 'MLS'>;

/** One recorded side of a game's winner market. */
export interface RecordedSide {
  league: RecordedLeague;
  ticker: string;
  eventTicker: string;
  /** Ticker codes of the teams; of two neutral teams the first counts as away. */
  yesTeam: string;
  home: string;
  away: string;
  /** YYYY-MM-DD where the recording gives the game's local date. */
  dateLocal: string | undefined;
  scheduledMs: number | undefined;
  startMs: number;
  /** Price of YES before the start, where the recording gives one. */
  pregameCC: number | undefined;
  result: 'yes' | 'no';
  rows: readonly RecordedRow[];
}

/**
 * Reads a file of recorded games, gzipped or plain.
 * @throws ScenarioError GAMES_FILE_UNREADABLE or GAMES_FILE_INVALID, with one line that says what is wrong and where
 */
export function readGamesFile(path: string): RecordedSide[] {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScenarioError('GAMES_FILE_UNREADABLE', `${path}: cannot be read (${reason})`, { cause });
  }
  return parseGames(text.split('\n'), path);
}

/**
 * The winner markets among the lines of a games file; totals and spreads are passed over.
 * @throws ScenarioError GAMES_FILE_INVALID naming file, line and field
 */
export function parseGames(lines: Iterable<string>, fileName: string): RecordedSide[] {
  const sides: RecordedSide[] = [];
  let number = 0;
  let filled = 0;
  for (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    filled += 1;
    const side = parseSide(line, `${fileName}:${number}`);
    if (side !== undefined) sides.push(side);
  }
  if (filled === 0) throw new ScenarioError('GAMES_FILE_INVALID', `${fileName}: holds no game`);
  return sides;
}

function parseSide(line: string, where: string): RecordedSide | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ScenarioError('GAMES_FILE_INVALID', `${where}: not JSON`, { cause });
  }
  const document = Fields.of(value, where, '');
  const header = document.object('header');
  if (!isWinnerMarket(header)) return undefined;

  const league = header.text('league');
  if (!isRecordedLeague(league)) throw header.wrong('league', `"${league}" is not a league that can be replayed`);
  const ticker = header.text('ticker');
  const teams = teamsOf(header);
  const yesTeam = header.text('yes_team');
  if (yesTeam !== teams.home && yesTeam !== teams.away) throw header.wrong('yes_team', `"${yesTeam}" is neither home nor away`);
  const result = header.text('result');
  if (result !== 'yes' && result !== 'no') throw header.wrong('result', `must be "yes" or "no", is "${result}"`);
  const eventTicker = header.optionalText('event_ticker') ?? ticker.slice(0, ticker.lastIndexOf('-'));
  if (ticker !== `${eventTicker}-${yesTeam}`) throw header.wrong('ticker', `"${ticker}" is not ${eventTicker}-${yesTeam}`);
  const dateLocal = header.optionalText('date_local');
  if (dateLocal !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(dateLocal)) throw header.wrong('date_local', 'must be YYYY-MM-DD');

  return {
    league,
    ticker,
    eventTicker,
    yesTeam,
    ...teams,
    dateLocal,
    scheduledMs: header.optionalTimeMs('sched_start_ts'),
    startMs: header.timeMs('start_ts'),
    pregameCC: header.optionalPriceCC('pregame_price'),
    result,
    rows: rowsOf(document),
  };
}

function isRecordedLeague(league: string): league is RecordedLeague {
  return isLeague(league) && !LEAGUES[league].hasTieMarket;
}

/** A game's winner, or a championship decided by one game. */
function isWinnerMarket(header: Fields): boolean {
  const market = header.optionalText('market');
  if (market !== undefined && market !== 'moneyline') return false;
  return /^KX[A-Z]+GAME-/.test(header.text('ticker')) || header.texts('flags').includes('championship_market');
}

function teamsOf(header: Fields): { home: string; away: string } {
  const home = header.optionalText('home');
  const away = header.optionalText('away');
  if (home !== undefined && away !== undefined) return { home, away };
  const [first, second] = header.texts('neutral_teams');
  if (first === undefined || second === undefined) {
    throw header.wrong(home === undefined ? 'home' : 'away', 'is missing, and so are two neutral_teams');
  }
  return { away: first, home: second };
}

function rowsOf(document: Fields): RecordedRow[] {
  const read = rowReader(document.texts('columns'), (column, reason) => document.wrong(column, reason));
  const rows: RecordedRow[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const [index, values] of document.list('rows').entries()) {
    const row = read(values, index);
    if (row.atMs < lastMs) throw document.wrong(`rows[${index}].ts`, 'is earlier than the row before');
    lastMs = row.atMs;
    rows.push(row);
  }
  if (rows.length === 0) throw document.wrong('rows', 'is empty');
  return rows;
}

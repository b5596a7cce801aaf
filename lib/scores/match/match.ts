/**
 * Which of ESPN's games are the followed ones. A pair has to agree in competition, day, start and both teams, each on its side; where
 * more than one pair would do (a doubleheader), the starts decide, and where they do not, nobody does.
 */

import { daysBetween, newYorkDay } from '../../trading/trading-day.ts';
import { type ScoreReport, shown } from '../errors.ts';
import { COMPETITIONS, type CompetitionKey, competitionOf } from '../espn/competitions.ts';
import type { EspnFixture, EspnTeam } from '../espn/game.ts';
import { ESPN } from '../espn/scoreboard.ts';
import type { FollowedGame } from '../kalshi/milestone.ts';
import { codesOf, isNamed } from './teams.ts';
import { parseEventTicker } from './ticker.ts';

export interface MatchWindow {
  /** The starts may be so far apart. */
  windowMs: number;
  /** So near, they are the same of a doubleheader's two. */
  sureMs: number;
}

export const MATCH_WINDOW: MatchWindow = { windowMs: 90 * 60_000, sureMs: 30 * 60_000 };

/** A postponed game keeps its ticker for 48 hours and moves by whole days. */
const MOST_DAYS_MOVED = 2;

/** What of a followed game is compared. */
export type WantedGame = Pick<FollowedGame, 'eventTicker' | 'startMs' | 'homeName' | 'awayName'>;

interface Pair {
  wanted: WantedGame;
  game: EspnFixture;
  apartMs: number;
}

/** ESPN's game for each event ticker that has exactly one; a report for every other one. */
export function matchGames(
  wanted: readonly WantedGame[],
  games: readonly EspnFixture[],
  window: MatchWindow = MATCH_WINDOW,
): { matches: Map<string, EspnFixture>; reports: ScoreReport[] } {
  const pairs = wanted.flatMap((one) => pairsOf(one, games, window, isSameSides));
  const matches = new Map<string, EspnFixture>();
  const reports: ScoreReport[] = [];
  for (const one of wanted) {
    const own = pairs.filter((pair) => pair.wanted === one);
    const sure = own.filter((pair) => isSure(pair, pairs, window));
    const [match] = sure;
    if (match !== undefined && sure.length === 1) matches.set(one.eventTicker, match.game);
    else reports.push(own.length === 0 ? noMatch(one, games, window) : ambiguous(one, own));
  }
  return { matches, reports };
}

function pairsOf(wanted: WantedGame, games: readonly EspnFixture[], window: MatchWindow, isSame: typeof isSameSides): Pair[] {
  const ticker = parseEventTicker(wanted.eventTicker);
  const competition = competitionOf(wanted.eventTicker);
  if (ticker === undefined || competition === undefined) return [];
  const moved = daysBetween(ticker.day, newYorkDay(wanted.startMs));
  return games.flatMap((game) => {
    const apartMs = Math.abs(game.startMs - wanted.startMs);
    const isItsDay = newYorkDay(game.startMs) === ticker.day || (moved > 0 && moved <= MOST_DAYS_MOVED);
    if (apartMs > window.windowMs || !isItsDay) return [];
    return isSame(competition, wanted, ticker.teams, game) ? [{ wanted, game, apartMs }] : [];
  });
}

/** Without a rival, or near in time where every rival is not. Rivals share one of the two games. */
function isSure(pair: Pair, pairs: readonly Pair[], { sureMs }: MatchWindow): boolean {
  const rivals = pairs.filter((other) => other !== pair && (other.wanted === pair.wanted || other.game === pair.game));
  return rivals.length === 0 || (pair.apartMs <= sureMs && rivals.every(({ apartMs }) => apartMs > sureMs));
}

function isSameSides(competition: CompetitionKey, wanted: WantedGame, teams: string, game: EspnFixture): boolean {
  return haveCodes(competition, teams, game.home, game.away) || haveNames(competition, wanted, game.home, game.away);
}

function isOtherSides(competition: CompetitionKey, wanted: WantedGame, teams: string, game: EspnFixture): boolean {
  return haveCodes(competition, teams, game.away, game.home) || haveNames(competition, wanted, game.away, game.home);
}

/** Soccer's tickers name the home team first, all others the away team. */
function haveCodes(competition: CompetitionKey, teams: string, home: EspnTeam, away: EspnTeam): boolean {
  const [first, second] = COMPETITIONS[competition].league === 'SOCCER' ? [home, away] : [away, home];
  return codesOf(competition, first.abbreviation).some((one) =>
    codesOf(competition, second.abbreviation).some((other) => one + other === teams),
  );
}

function haveNames(competition: CompetitionKey, { homeName, awayName }: WantedGame, home: EspnTeam, away: EspnTeam): boolean {
  if (homeName === undefined || awayName === undefined) return false;
  return isNamed(competition, homeName, home.names) && isNamed(competition, awayName, away.names);
}

function noMatch(wanted: WantedGame, games: readonly EspnFixture[], window: MatchWindow): ScoreReport {
  const [swapped] = pairsOf(wanted, games, window, isOtherSides);
  const about = { source: ESPN, game: wanted.eventTicker };
  if (swapped === undefined) {
    const seen = shown(games.map(({ away, home }) => `${away.abbreviation} at ${home.abbreviation}`).join(', '));
    const message = `${ESPN}: none of its ${games.length} games is ${wanted.eventTicker}`;
    return { ...about, code: 'SCORES_MATCH_NONE', seen, message };
  }
  const seen = shown(`${swapped.game.away.abbreviation} at ${swapped.game.home.abbreviation}`);
  const message = `${ESPN}: has ${wanted.eventTicker} with home and away the other way round: ${seen}`;
  return { ...about, code: 'SCORES_MATCH_SIDES', seen, message };
}

function ambiguous(wanted: WantedGame, pairs: readonly Pair[]): ScoreReport {
  const seen = shown(pairs.map(({ game }) => game.id).join(', '));
  const message = `${ESPN}: ${wanted.eventTicker} cannot be told from another game of the same teams: ${seen}`;
  return { code: 'SCORES_MATCH_AMBIGUOUS', source: ESPN, game: wanted.eventTicker, seen, message };
}

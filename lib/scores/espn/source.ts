/** ESPN's scoreboards as a source: one request for each competition and Eastern day that has a game due. */
import type { GameState } from '../../trading/game.ts';
import { newYorkDay } from '../../trading/trading-day.ts';
import type { ScoreReport } from '../errors.ts';
import { getJson, type HttpOptions } from '../http.ts';
import type { FollowedGame } from '../kalshi/milestone.ts';
import { MATCH_WINDOW, type MatchWindow, matchGames } from '../match/match.ts';
import type { ScoreSource, SourceAnswer } from '../source.ts';
import { COMPETITIONS, type CompetitionKey, competitionOf } from './competitions.ts';
import type { EspnFixture } from './game.ts';
import { ESPN, type EspnGames, parseScoreboard } from './scoreboard.ts';

/** Where ESPN's scoreboards are; a setting. */
export const ESPN_BASE_URL = 'https://site.api.espn.com/apis/site/v2/sports';

/** Fetches the scoreboard of a competition on an Eastern day ("2026-10-24") and gives its body. */
export type ReadScoreboard = (competition: CompetitionKey, day: string) => Promise<unknown>;

/** More than a day of any competition has. */
const MOST_GAMES = 400;

export function scoreboardByHttp(baseUrl: string, options: HttpOptions): ReadScoreboard {
  return (competition, day) => {
    const { path, group } = COMPETITIONS[competition];
    const query = new URLSearchParams({ dates: day.replaceAll('-', ''), limit: String(MOST_GAMES) });
    if (group !== undefined) query.set('groups', group);
    return getJson(`${baseUrl.replace(/\/$/, '')}/${path}/scoreboard?${query.toString()}`, options);
  };
}

export function espnSource(readScoreboard: ReadScoreboard, window: MatchWindow = MATCH_WINDOW): ScoreSource {
  const matches = new Matches(window);
  return {
    name: ESPN,
    plan: (games) =>
      boardsOf(games).map(({ competition, day, games: followed }) => ({
        key: `${ESPN}/${competition}/${day}`,
        games: followed,
        read: async (nowMs) => {
          const raw = await readScoreboard(competition, day);
          return matches.answer(followed, parseScoreboard(raw, competition, nowMs()));
        },
      })),
    forget: (eventTicker) => matches.forget(eventTicker),
  };
}

interface Board {
  competition: CompetitionKey;
  day: string;
  games: FollowedGame[];
}

/** Games of competitions that ESPN is not asked for are in none. */
function boardsOf(games: readonly FollowedGame[]): Board[] {
  const boards = new Map<string, Board>();
  for (const game of games) {
    const competition = competitionOf(game.eventTicker);
    if (competition === undefined) continue;
    const day = newYorkDay(game.startMs);
    const key = `${competition} ${day}`;
    const board = boards.get(key) ?? { competition, day, games: [] };
    board.games.push(game);
    boards.set(key, board);
  }
  return [...boards.values()];
}

/** Which of ESPN's games is which followed one. Kept while the schedule stands: a late game's start moves, its id does not. */
class Matches {
  readonly #window: MatchWindow;
  readonly #known = new Map<string, { id: string; startMs: number }>();

  constructor(window: MatchWindow) {
    this.#window = window;
  }

  forget(eventTicker: string): void {
    this.#known.delete(eventTicker);
  }

  answer(followed: readonly FollowedGame[], board: EspnGames): SourceAnswer {
    const reports = this.#match(followed, board.fixtures);
    const games = new Map(board.games.map((game) => [game.id, game]));
    const troubles = new Map(board.reports.map((report) => [report.game, report]));
    const states = new Map<string, GameState>();
    for (const { eventTicker } of followed) {
      const id = this.#known.get(eventTicker)?.id;
      if (id === undefined) continue;
      const game = games.get(id);
      const trouble = troubles.get(id);
      if (game !== undefined) states.set(eventTicker, game.state);
      else reports.push(trouble === undefined ? gone(eventTicker, id) : { ...trouble, game: eventTicker });
    }
    return { states, reports };
  }

  /** Games that are matched already have theirs to themselves. */
  #match(followed: readonly FollowedGame[], fixtures: readonly EspnFixture[]): ScoreReport[] {
    const open = followed.filter(({ eventTicker, startMs }) => this.#known.get(eventTicker)?.startMs !== startMs);
    if (open.length === 0) return [];
    for (const { eventTicker } of open) this.forget(eventTicker);
    const taken = new Set([...this.#known.values()].map(({ id }) => id));
    const free = fixtures.filter(({ id }) => !taken.has(id));
    const { matches, reports } = matchGames(open, free, this.#window);
    for (const { eventTicker, startMs } of open) {
      const fixture = matches.get(eventTicker);
      if (fixture !== undefined) this.#known.set(eventTicker, { id: fixture.id, startMs });
    }
    return reports;
  }
}

function gone(eventTicker: string, id: string): ScoreReport {
  const message = `${ESPN}: ${eventTicker} is no longer on the scoreboard`;
  return { code: 'SCORES_MATCH_NONE', source: ESPN, game: eventTicker, seen: id, message };
}

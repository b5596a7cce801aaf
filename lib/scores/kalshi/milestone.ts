/** A Kalshi milestone as the game that it stands for. */
import { z } from 'zod';
import type { GameState, League } from '../../trading/game.ts';
import { textOf } from '../fields.ts';
import { type Reading, reading, unclear } from '../reading.ts';
import { gameState } from '../standing.ts';
import { leagueOf, type Sport, sportOf } from './leagues.ts';
import { statusStanding } from './status.ts';

/** A game that scores are followed for. Its key everywhere is the event ticker of its winner markets. */
export interface FollowedGame {
  eventTicker: string;
  milestoneId: string;
  /** Type of the milestone. */
  type: string;
  sport: Sport;
  league: League;
  /** Scheduled start, epoch ms. */
  startMs: number;
  /** As the title has them: cities, schools, clubs, players. */
  homeName: string | undefined;
  awayName: string | undefined;
  /** Structured targets, as in the markets' custom strikes. */
  homeId: string | undefined;
  awayId: string | undefined;
}

export const KALSHI_MILESTONE = 'kalshi-milestone';

const NO_PLAY = { period: undefined, half: undefined, clockS: undefined, homeScore: undefined, awayScore: undefined };
const SEPARATOR = /^(.+?) (at|@|vs\.?) (.+)$/;

const Milestone = z.object({
  id: z.string().min(1),
  type: z.string(),
  start_date: z.iso.datetime({ offset: true }),
  title: z.string(),
  primary_event_tickers: z.array(z.string()),
  details: z.record(z.string(), z.unknown()),
});

/** Reads a milestone as Kalshi sends it: a game that can be followed, or why not. */
export function parseMilestone(raw: unknown): Reading<FollowedGame> {
  const read = Milestone.safeParse(raw);
  const game = read.success ? (read.data.primary_event_tickers[0] ?? read.data.id) : undefined;
  return reading({ source: KALSHI_MILESTONE, game }, () => {
    if (!read.success) return unclear('SCORES_SHAPE_UNKNOWN', 'not a milestone as Kalshi sends them', faultOf(read.error));
    const { id, type, start_date, title, primary_event_tickers, details } = read.data;
    const eventTicker = textOf(details, 'main_game_event_ticker') ?? primary_event_tickers[0];
    if (eventTicker === undefined) return unclear('SCORES_SHAPE_UNKNOWN', 'a milestone without an event', id);
    const sport = sportOf(type);
    const league = leagueOf(sport, textOf(details, 'league'), eventTicker);
    return {
      eventTicker,
      milestoneId: id,
      type,
      sport,
      league,
      startMs: Date.parse(start_date),
      ...namesOf(sport, title),
      homeId: textOf(details, 'home_team_id'),
      awayId: textOf(details, 'away_team_id'),
    };
  });
}

/**
 * What a milestone itself says of its game: not begun, over, or called off. It says so when it changes, and not more often; between
 * live data and a milestone the live data are further along.
 */
export function milestoneState(raw: unknown, readMs: number): Reading<GameState> {
  const game = parseMilestone(raw);
  if (game.value === undefined) return game;
  const { eventTicker, league } = game.value;
  return reading({ source: KALSHI_MILESTONE, game: eventTicker }, () => {
    const status = textOf(Milestone.parse(raw).details, 'status');
    if (status === undefined) return unclear('SCORES_NOTHING_SAID', 'the milestone has no status', eventTicker);
    return gameState(league, statusStanding('status', status), NO_PLAY, readMs);
  });
}

/** American games are titled away first, soccer and tennis home first. */
function namesOf(sport: Sport, title: string): { homeName: string | undefined; awayName: string | undefined } {
  const [, first, word, second] = SEPARATOR.exec(title.trim()) ?? [];
  const isHomeFirst = (sport === 'soccer' || sport === 'tennis') && word !== 'at' && word !== '@';
  return isHomeFirst ? { homeName: first, awayName: second } : { homeName: second, awayName: first };
}

function faultOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'not an object';
}

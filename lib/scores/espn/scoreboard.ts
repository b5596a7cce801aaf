/** An ESPN scoreboard answer as the games in it. */
import { z } from 'zod';
import { type ScoreReport, ScoresError } from '../errors.ts';
import { reading, unclear } from '../reading.ts';
import { COMPETITIONS, type CompetitionKey } from './competitions.ts';
import { EspnEvent, type EspnFixture, type EspnGame, readFixture, readGame } from './game.ts';

export const ESPN = 'espn';

const Scoreboard = z.object({
  leagues: z.array(z.object({ slug: z.string() })).optional(),
  events: z.array(z.unknown()),
});

const WithId = z.object({ id: z.string() });

export interface EspnGames {
  games: EspnGame[];
  /** Everything that is played, also where how it stands was not understood. */
  fixtures: EspnFixture[];
  /** Of the events that gave no game, by ESPN's id. */
  reports: ScoreReport[];
}

/**
 * Reads a scoreboard of this competition, read at `readMs` (market time). An event that is not understood is left out and reported.
 *
 * @throws ScoresError SCORES_ANSWER_UNREADABLE when the answer is no scoreboard, or another competition's
 */
export function parseScoreboard(raw: unknown, key: CompetitionKey, readMs: number): EspnGames {
  const board = Scoreboard.safeParse(raw);
  if (!board.success)
    throw new ScoresError('SCORES_ANSWER_UNREADABLE', 'ESPN sent something that is not a scoreboard', board.error);
  const { league, slug } = COMPETITIONS[key];
  const sent = board.data.leagues?.[0]?.slug;
  if (sent !== undefined && sent !== slug) {
    throw new ScoresError('SCORES_ANSWER_UNREADABLE', `ESPN sent the scoreboard of ${sent} for that of ${slug}`);
  }
  const read: EspnGames = { games: [], fixtures: [], reports: [] };
  for (const raw of board.data.events) {
    const { value, report } = reading({ source: ESPN, game: WithId.safeParse(raw).data?.id }, () => {
      const event = EspnEvent.safeParse(raw);
      if (!event.success) return unclear('SCORES_SHAPE_UNKNOWN', 'not an event as ESPN sends them', faultOf(event.error));
      const fixture = readFixture(league, event.data);
      read.fixtures.push(fixture);
      return readGame(fixture, event.data, readMs);
    });
    if (report === undefined) read.games.push(value);
    else read.reports.push(report);
  }
  return read;
}

function faultOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'not an object';
}

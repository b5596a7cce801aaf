/** Kalshi's live data as game states. */
import { z } from 'zod';
import type { GameState, League } from '../../trading/game.ts';
import { type Fields } from '../fields.ts';
import { type Reading, reading, unclear } from '../reading.ts';
import { baseballState } from './baseball.ts';
import { basketballState } from './basketball.ts';
import { footballState } from './football.ts';
import { hockeyState } from './hockey.ts';
import { type Sport, sportOf } from './leagues.ts';
import type { FollowedGame } from './milestone.ts';
import { soccerState } from './soccer.ts';
import { tennisState } from './tennis.ts';

export const KALSHI = 'kalshi';

const LiveData = z.object({ type: z.string(), milestone_id: z.string(), details: z.record(z.string(), z.unknown()) });

const STATES: Readonly<Record<Sport, (league: League, details: Fields, readMs: number) => GameState>> = {
  basketball: basketballState,
  football: footballState,
  baseball: baseballState,
  hockey: hockeyState,
  soccer: soccerState,
  tennis: tennisState,
};

/** Reads the live data of a milestone: `{ type, milestone_id, details }`, read at `readMs` (market time). */
export function parseLiveData(
  game: Pick<FollowedGame, 'eventTicker' | 'milestoneId' | 'sport' | 'league'>,
  raw: unknown,
  readMs: number,
): Reading<GameState> {
  return reading({ source: KALSHI, game: game.eventTicker }, () => {
    const read = LiveData.safeParse(raw);
    if (!read.success) return unclear('SCORES_SHAPE_UNKNOWN', 'not live data as Kalshi sends them', raw);
    const { type, milestone_id, details } = read.data;
    if (milestone_id !== game.milestoneId) return unclear('SCORES_CONTRADICTION', 'live data of another milestone', milestone_id);
    if (sportOf(type) !== game.sport)
      return unclear('SCORES_CONTRADICTION', `live data of another sport than ${game.sport}`, type);
    if (Object.keys(details).length === 0)
      return unclear('SCORES_NOTHING_SAID', 'live data without anything in them', game.eventTicker);
    return STATES[game.sport](game.league, details, readMs);
  });
}

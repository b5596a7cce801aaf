/** One game of an ESPN scoreboard. */
import { z } from 'zod';
import type { GameState, League } from '../../trading/game.ts';
import { COURSES } from '../../trading/leagues.ts';
import { countdownS, countOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { checkHalf, playedS, soccerMinute } from '../soccer-clock.ts';
import { gameState, type Play, type Standing } from '../standing.ts';
import { inningIn, inningOf } from './inning.ts';
import { type EspnStatus, espnStatus } from './status.ts';

export interface EspnTeam {
  id: string;
  /** ESPN's own: "GS", "WSH". */
  abbreviation: string;
  /** Every name it goes by: "New York", "Yankees", "New York Yankees". */
  names: readonly string[];
}

/** Who plays and when: what a game is told by. */
export interface EspnFixture {
  id: string;
  league: League;
  /** Scheduled start, epoch ms. */
  startMs: number;
  home: EspnTeam;
  away: EspnTeam;
}

export interface EspnGame extends EspnFixture {
  state: GameState;
  /** Baseball, in play: 0 to 3. */
  outs: number | undefined;
}

const text = z.string().optional();

const Team = z.object({
  id: z.string().min(1),
  abbreviation: z.string().min(1),
  displayName: text,
  shortDisplayName: text,
  location: text,
  name: text,
});

const Competitor = z.object({ homeAway: z.enum(['home', 'away']), team: Team, score: z.unknown().optional() });

const Status = z.object({
  displayClock: text,
  period: z.number().int().min(0),
  type: z.object({ name: z.string(), state: z.enum(['pre', 'in', 'post']), detail: z.string() }),
});
type Status = z.infer<typeof Status>;

/** Seconds are left out of ESPN's dates. */
const MINUTE_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z$/;

export const EspnEvent = z.object({
  id: z.string().min(1),
  date: z.string().regex(MINUTE_DATE),
  status: Status.optional(),
  competitions: z
    .array(
      z.object({
        competitors: z.array(Competitor).length(2),
        status: Status.optional(),
        situation: z.object({ outs: z.unknown().optional() }).nullish(),
      }),
    )
    .length(1),
});

export type EspnEvent = z.infer<typeof EspnEvent>;

/** Who plays in an event that has passed the door. */
export function readFixture(league: League, { id, date, competitions }: EspnEvent): EspnFixture {
  const { home, away } = sidesOf(competitions[0]?.competitors ?? []);
  return { id, league, startMs: Date.parse(date), home: teamOf(home.team), away: teamOf(away.team) };
}

/** How the game stands; ends the reading where status, clock, period or score make no sense. */
export function readGame(fixture: EspnFixture, event: EspnEvent, readMs: number): EspnGame {
  const { league } = fixture;
  const competition = event.competitions[0];
  const status = competition?.status ?? event.status;
  if (status === undefined) return unclear('SCORES_SHAPE_UNKNOWN', 'an event without a status', event);
  const { home, away } = sidesOf(competition?.competitors ?? []);
  const scores = { homeScore: countOf(home, 'score'), awayScore: countOf(away, 'score') };
  if ((scores.homeScore === undefined) !== (scores.awayScore === undefined)) {
    unclear('SCORES_SCORE_UNKNOWN', 'only one side has a score', `${scores.homeScore}:${scores.awayScore}`);
  }
  const { standing, play } = playOf(league, espnStatus(status.type.name, status.type.state), status);
  const state = gameState(league, standing, { ...play, ...scores }, readMs);
  const outs = league === 'MLB' && status.type.state === 'in' ? countOf(competition?.situation ?? {}, 'outs') : undefined;
  if (outs !== undefined && outs > 3) unclear('SCORES_SHAPE_UNKNOWN', 'no inning has so many outs', outs);
  return { ...fixture, state, outs };
}

type Side = z.infer<typeof Competitor>;

function sidesOf(competitors: readonly Side[]): { home: Side; away: Side } {
  const home = competitors.find(({ homeAway }) => homeAway === 'home');
  const away = competitors.find(({ homeAway }) => homeAway === 'away');
  if (home === undefined || away === undefined)
    return unclear('SCORES_SHAPE_UNKNOWN', 'an event without home and away', competitors);
  return { home, away };
}

function teamOf({ id, abbreviation, ...names }: z.infer<typeof Team>): EspnTeam {
  const { location, name, displayName, shortDisplayName } = names;
  return { id, abbreviation, names: [location, displayName, shortDisplayName, name].filter((one) => one !== undefined) };
}

type PlayClock = Pick<Play, 'period' | 'half' | 'clockS'>;

const NO_PLAY: PlayClock = { period: undefined, half: undefined, clockS: undefined };

function playOf(league: League, meaning: EspnStatus, status: Status): { standing: Standing; play: PlayClock } {
  const { standing } = meaning;
  const isOff = standing === 'pre' || standing === 'postponed';
  // Before the start ESPN shows period 0 or 1.
  if (isOff) return { standing, play: { ...NO_PLAY, period: status.period === 0 ? undefined : status.period } };
  if (status.period === 0) return unclear('SCORES_PERIOD_UNKNOWN', 'a game in play without a period', status.type.name);
  if (league === 'MLB') return baseballPlay(standing, status);
  if (league === 'SOCCER') return { standing, play: soccerPlay(meaning, status) };
  checkNamed(league, meaning, status);
  return { standing, play: { period: status.period, half: undefined, clockS: downClock(status) } };
}

function baseballPlay(standing: Standing, { period, type: { detail } }: Status): { standing: Standing; play: PlayClock } {
  // A delay may or may not say in which half.
  const isSaid = standing === 'live' || inningIn(detail) !== undefined;
  const { half, isOver } = isSaid ? inningOf(detail, period) : { half: undefined, isOver: false };
  return { standing: isOver && standing !== 'final' ? 'break' : standing, play: { ...NO_PLAY, period, half } };
}

function soccerPlay({ standing, soccerPeriod }: EspnStatus, { period, displayClock, type }: Status): PlayClock {
  // In the interval some answers already count the half that comes.
  const isNamed = soccerPeriod === undefined || soccerPeriod === period || standing === 'break';
  if (!isNamed) unclear('SCORES_CONTRADICTION', 'status and period do not agree', `${type.name}, period ${period}`);
  const inPlay = soccerPeriod ?? period;
  const hasMinute = (standing === 'live' || standing === 'interrupted') && inPlay <= 4;
  if (!hasMinute || displayClock === undefined || displayClock === '') return { ...NO_PLAY, period: inPlay };
  const minute = soccerMinute(displayClock);
  checkHalf(inPlay, minute);
  return { period: inPlay, half: undefined, clockS: playedS(minute) };
}

function checkNamed(league: League, { isHalftime, isSoccerOnly }: EspnStatus, { period, type }: Status): void {
  const isWrongHalf = isHalftime === true && period !== COURSES[league].halftimeAfter;
  if (isWrongHalf || isSoccerOnly === true) {
    unclear('SCORES_CONTRADICTION', `${league} has no such status in this period`, `${type.name}, period ${period}`);
  }
}

function downClock({ displayClock }: Status): number | undefined {
  return displayClock === undefined || displayClock === '' ? undefined : countdownS(displayClock);
}

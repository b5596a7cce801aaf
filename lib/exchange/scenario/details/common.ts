/** What the live data of every sport share, in Kalshi's spelling. Times on the wire are Unix seconds. */
import type { ListedGame } from '../listing.ts';
import type { PlayEvent } from '../types.ts';

export type Details = Record<string, unknown>;

export type GameStatus = 'not_started' | 'live' | 'closed' | 'postponed' | 'cancelled';

/** Undefined is not known, which is left out; it never reads as zero. */
export interface Score {
  home: number;
  away: number;
}

export interface LastPlay {
  description: string;
  atMs: number;
}

/** Of which side a game is seen: who scored, who has the ball, who won. */
export type Competitor = 'home' | 'away';

export interface LiveState {
  status: GameStatus;
  /** Halftime, intermission or the like, while the game is live. */
  pause: string | undefined;
  score: Score | undefined;
  /** '' until decided, and for a draw. */
  winner: Competitor | '';
  lastPlay: LastPlay | undefined;
  updatedMs: number;
}

export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

/** "MM:SS" */
export function clockText(secondsLeft: number): string {
  const whole = Math.ceil(secondsLeft);
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}

/** "1st", "2nd", "3rd", "4th", ... */
export function ordinal(number: number): string {
  const suffix = number % 100 > 10 && number % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${suffix}`;
}

/** The fields that American sports share. */
export function pointsDetails(game: ListedGame, state: LiveState): Details {
  const details: Details = { home_id: game.home.targetId, away_id: game.away.targetId, status: state.status };
  if (state.score !== undefined) {
    details['home_points'] = state.score.home;
    details['away_points'] = state.score.away;
  }
  details['widget_status'] = widgetStatus(state);
  details['winner'] = state.winner;
  if (state.lastPlay !== undefined) details['last_play'] = lastPlayDetails(state.lastPlay);
  details['last_updated_ts'] = seconds(state.updatedMs);
  return details;
}

/** The misspelt key is Kalshi's own. */
export function lastPlayDetails(play: LastPlay): Details {
  return { description: play.description, occurence_ts: seconds(play.atMs) };
}

function widgetStatus({ status, pause }: LiveState): string {
  if (status === 'live') return pause ?? 'inprogress';
  return { not_started: 'scheduled', closed: 'finished', postponed: 'postponed', cancelled: 'cancelled' }[status];
}

/** One play for the play-by-play feed. */
export function playEvent(play: {
  period: number;
  type: string;
  clock: string;
  competitor: Competitor | undefined;
  description: string;
  score: Score;
  extra?: Record<string, unknown>;
}): PlayEvent {
  return {
    period: play.period,
    event: {
      type: 'event',
      event_type: play.type,
      clock: play.clock,
      ...(play.competitor === undefined ? {} : { competitor: play.competitor }),
      ...play.extra,
      description: play.description,
      home_points: play.score.home,
      away_points: play.score.away,
    },
  };
}

/** Live data of a soccer game, in the shape recorded on Kalshi in September 2026. */
import { type Details, type LastPlay, type LiveState, lastPlayDetails, type Score } from './common.ts';

export interface SignificantEvent {
  event_type: 'score_change' | 'yellow_card' | 'red_card';
  player: string;
  /** "62'" or "90+1'" */
  time: string;
}

export interface SoccerState extends LiveState {
  /** Undefined before the kick-off. */
  half: '1H' | 'HT' | '2H' | 'FT' | undefined;
  /** As shown: "62'" or "45+2'". */
  time: string;
  score: Score;
  /** The score at the end of the first half, once it has ended. */
  firstHalf: Score | undefined;
  events: Readonly<Record<'home' | 'away', readonly SignificantEvent[]>>;
}

export function soccerDetails(state: SoccerState): Details {
  const details: Details = {
    status: state.status,
    status_text: statusText(state),
    match_status: matchStatus(state),
    home_same_game_score: state.score.home,
    away_same_game_score: state.score.away,
    home_significant_events: [...state.events.home],
    away_significant_events: [...state.events.away],
    period_scores: periodScores(state),
    coverage: {},
    winner: state.winner,
  };
  if (state.half !== undefined) {
    details['half'] = state.half;
    details['time'] = state.time;
  }
  const lastPlay: LastPlay | undefined = state.lastPlay;
  if (lastPlay !== undefined) details['last_play'] = lastPlayDetails(lastPlay);
  return details;
}

function statusText({ status, half, time }: SoccerState): string {
  if (status === 'postponed') return 'Postponed';
  if (status === 'cancelled') return 'Cancelled';
  if (half === undefined) return 'Not started';
  return { '1H': `1st - ${time}`, HT: 'Half-Time', '2H': `2nd - ${time}`, FT: 'Full-Time' }[half];
}

function matchStatus({ status, half }: SoccerState): string {
  if (half === undefined) return status;
  return { '1H': '1st_half', HT: 'halftime', '2H': '2nd_half', FT: 'ended' }[half];
}

function periodScores({ half, score, firstHalf }: SoccerState): Details[] {
  if (half === undefined) return [];
  const first = firstHalf ?? score;
  const periods: Details[] = [{ number: 1, type: 'regular_period', home_score: first.home, away_score: first.away }];
  if (half === '2H' || half === 'FT') {
    const home_score = score.home - first.home;
    periods.push({ number: 2, type: 'regular_period', home_score, away_score: score.away - first.away });
  }
  return periods;
}

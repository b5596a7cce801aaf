import type { GameState, League } from '../../trading/game.ts';
import { type Fields, loose, scoresOf, textOf, wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { checkHalf, extraPeriod, playedS, type SoccerMinute, soccerMinute } from '../soccer-clock.ts';
import { gameState, type Standing, together } from '../standing.ts';
import { asOfMs, standingOf } from './details.ts';
import { statusStanding } from './status.ts';

interface Stage {
  standing: Standing;
  /** `extra`: one of extra time's halves, the minute says which. */
  period?: number | 'extra';
}

/** What `half` and `match_status` say beyond the words that every sport's status has. */
const STAGES: Readonly<Record<string, Stage>> = {
  '1h': { standing: 'live', period: 1 },
  '1st': { standing: 'live', period: 1 },
  '1sthalf': { standing: 'live', period: 1 },
  ht: { standing: 'break', period: 1 },
  halftime: { standing: 'break', period: 1 },
  '2h': { standing: 'live', period: 2 },
  '2nd': { standing: 'live', period: 2 },
  '2ndhalf': { standing: 'live', period: 2 },
  ft: { standing: 'final' },
  fulltime: { standing: 'final' },
  awaitingextratime: { standing: 'break', period: 2 },
  et: { standing: 'live', period: 'extra' },
  overtime: { standing: 'live', period: 'extra' },
  '1stextra': { standing: 'live', period: 3 },
  extratimehalftime: { standing: 'break', period: 3 },
  '2ndextra': { standing: 'live', period: 4 },
  awaitingpenalties: { standing: 'break', period: 4 },
  penalties: { standing: 'live', period: 5 },
  aet: { standing: 'final', period: 4 },
  ap: { standing: 'final', period: 5 },
};

/** A soccer game: two halves with a clock that runs up, in cups extra time (periods 3 and 4) and penalties (5). */
export function soccerState(league: League, details: Fields, readMs: number): GameState {
  const stages = ['half', 'match_status'].flatMap((key) => stageOf(details, key) ?? []);
  const standing = stages.reduce((sum, stage) => together(sum, stage.standing), standingOf(details));
  const time = textOf(details, 'time');
  const minute = time === undefined ? undefined : soccerMinute(time);
  const period = periodOf(stages, minute);
  if (period !== undefined && minute !== undefined && standing !== 'final') checkHalf(period, minute);
  const { home, away } = scoresOf(details, 'home_same_game_score', 'away_same_game_score');
  const clockS = minute === undefined ? undefined : playedS(minute);
  const play = { period, half: undefined, clockS, homeScore: home, awayScore: away };
  return gameState(league, standing, play, asOfMs(details, readMs));
}

function stageOf(details: Fields, key: string): Stage | undefined {
  const word = textOf(details, key);
  if (word === undefined) return undefined;
  return wordOf(STAGES, loose(word)) ?? { standing: statusStanding(key, word) };
}

function periodOf(stages: readonly Stage[], minute: SoccerMinute | undefined): number | undefined {
  const periods = new Set(stages.flatMap(({ period }) => (period === 'extra' ? extraOf(stages, minute) : (period ?? []))));
  if (periods.size > 1) unclear('SCORES_CONTRADICTION', 'half and match_status do not agree', [...periods].join(' and '));
  return [...periods][0];
}

/** The other word may say which half of extra time it is; else the minute has to. */
function extraOf(stages: readonly Stage[], minute: SoccerMinute | undefined): number {
  const named = stages.find(({ period }) => typeof period === 'number' && period > 2)?.period;
  if (typeof named === 'number') return named;
  if (minute === undefined) unclear('SCORES_PERIOD_UNKNOWN', 'extra time without a minute', 'ET');
  return extraPeriod(minute);
}

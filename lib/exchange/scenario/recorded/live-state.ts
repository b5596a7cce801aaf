/**
 * The state of a recorded game. A recorded inning and score are used as of their own row. Where none is recorded a nominal clock
 * runs from the start: periods of a fixed length on the wall, the game clock falling evenly within each, the score not known.
 */
import { baseballDetails } from '../details/baseball.ts';
import { basketballDetails } from '../details/basketball.ts';
import type { Competitor, Details, GameStatus, LiveState } from '../details/common.ts';
import { footballDetails } from '../details/football.ts';
import { hockeyDetails } from '../details/hockey.ts';
import type { RecordedGame } from './games.ts';
import type { RecordedLeague } from './games-file.ts';
import type { QuoteRow } from './rows.ts';

interface NominalClock {
  periods: number;
  wallMs: number;
  clockS: number;
}

const MINUTE_MS = 60_000;
/** 34 minutes are the recordings' own convention for the NBA; the others are the leagues' usual lengths. */
const NOMINAL: Readonly<Partial<Record<RecordedLeague, NominalClock>>> = {
  NBA: { periods: 4, wallMs: 34 * MINUTE_MS, clockS: 720 },
  NFL: { periods: 4, wallMs: 48 * MINUTE_MS, clockS: 900 },
  NHL: { periods: 3, wallMs: 50 * MINUTE_MS, clockS: 1200 },
};

/** `details` of the game's live data at this instant; `inning` is the newest recorded one. */
export function recordedDetails(game: RecordedGame, status: GameStatus, atMs: number, inning: QuoteRow['inning']): Details {
  const started = status !== 'not_started';
  const state: LiveState = {
    status,
    pause: undefined,
    score: inning?.score,
    winner: status === 'closed' ? winnerOf(game) : '',
    lastPlay: undefined,
    updatedMs: atMs,
  };
  const period = started ? nominalPeriod(game, atMs) : undefined;
  const clockS = period?.clockS ?? 0;
  const details: Readonly<Record<RecordedLeague, () => Details>> = {
    NBA: () => basketballDetails(game.listed, { ...state, quarter: period?.number, clockS }),
    NFL: () => footballDetails(game.listed, { ...state, quarter: period?.number, clockS, situation: undefined }),
    NHL: () => hockeyDetails(game.listed, { ...state, period: period?.number, clockS }),
    MLB: () =>
      baseballDetails(game.listed, {
        ...state,
        inning: inning?.inning,
        half: inning?.half ?? 'top',
        outs: undefined,
        bases: undefined,
      }),
  };
  return details[game.league]();
}

function nominalPeriod(game: RecordedGame, atMs: number): { number: number; clockS: number } | undefined {
  const nominal = NOMINAL[game.league];
  if (nominal === undefined) return undefined;
  const playedMs = Math.min(Math.max(atMs - game.startMs, 0), nominal.periods * nominal.wallMs);
  const number = Math.min(nominal.periods, Math.floor(playedMs / nominal.wallMs) + 1);
  const leftMs = number * nominal.wallMs - playedMs;
  return { number, clockS: (leftMs * nominal.clockS) / nominal.wallMs };
}

function winnerOf({ sides, listed }: RecordedGame): Competitor | '' {
  const [side] = sides;
  if (side === undefined) return '';
  const yesIsHome = side.yesTeam === listed.home.code;
  return yesIsHome === (side.result === 'yes') ? 'home' : 'away';
}

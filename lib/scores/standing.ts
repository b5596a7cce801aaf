/** From a source's words about a game to its phase. The words are in a table of each source; here is what they can mean. */
import type { GamePhase, GameState, League } from '../trading/game.ts';
import { fullClockS, MOST_PERIODS } from './league-clock.ts';
import { unclear } from './reading.ts';

/** A phase, or a delay: before the start or in the game, or for certain in the game (`interrupted`). */
export type Standing = GamePhase | 'delayed' | 'interrupted';

/** What else a source says about a game. */
export interface Play {
  period: number | undefined;
  half: GameState['half'];
  clockS: number | undefined;
  homeScore: number | undefined;
  awayScore: number | undefined;
}

/**
 * What two words of the same source say together: a pause is part of live play, a delay can be in any part of it (that it stands at the
 * end of a period is then not believed), and that a game is called off weighs more than a word that only says it is not being played.
 * Anything else is a contradiction.
 */
export function together(one: Standing, other: Standing): Standing {
  if (one === other) return one;
  const said = new Set([one, other]);
  const both = (a: Standing, b: Standing): boolean => said.has(a) && said.has(b);
  if (both('live', 'break')) return 'break';
  const stopped = said.has('delayed') || said.has('interrupted');
  if (stopped && (said.has('live') || said.has('break') || both('delayed', 'interrupted'))) return 'interrupted';
  if (both('pre', 'delayed')) return 'pre';
  if (both('postponed', 'pre') || both('postponed', 'final') || both('postponed', 'delayed')) return 'postponed';
  return unclear('SCORES_CONTRADICTION', 'the game cannot be both', `${one} and ${other}`);
}

/** The state of a game, once everything said about it makes sense together. Ends the reading where it does not. */
export function gameState(league: League, standing: Standing, play: Play, asOfMs: number): GameState {
  checkPlay(league, play);
  const phase = phaseOf(league, standing, play);
  const begun = phase !== 'pre';
  if (!begun && isUnderway(play)) {
    const { period, homeScore, awayScore } = play;
    unclear('SCORES_CONTRADICTION', 'a game that has not begun is being played', `period ${period}, ${homeScore}:${awayScore}`);
  }
  return {
    league,
    phase,
    period: begun ? play.period : undefined,
    half: begun ? play.half : undefined,
    ...(phase === 'break' && standing !== 'break' ? { isInterrupted: true } : {}),
    clockS: begun ? play.clockS : undefined,
    homeScore: play.homeScore,
    awayScore: play.awayScore,
    startedMs: undefined,
    asOfMs,
  };
}

function checkPlay(league: League, { period, clockS }: Play): void {
  if (period !== undefined && (period < 1 || period > MOST_PERIODS[league])) {
    unclear('SCORES_PERIOD_UNKNOWN', `${league} has no such period`, period);
  }
  if (clockS !== undefined && clockS > (fullClockS(league, period ?? 1) ?? Number.POSITIVE_INFINITY)) {
    unclear('SCORES_CLOCK_UNKNOWN', `more than a full clock of ${league}`, `${clockS} s in period ${period}`);
  }
}

/** Certainly begun. Many sources show period 1 with a full clock and 0:0 before the start too. */
function isUnderway({ period = 0, homeScore = 0, awayScore = 0 }: Play): boolean {
  return period > 1 || homeScore > 0 || awayScore > 0;
}

function phaseOf(league: League, standing: Standing, play: Play): GamePhase {
  if (standing === 'interrupted') return 'break';
  return standing === 'delayed' ? delayedPhase(league, play) : standing;
}

/** A delay is a break of a game that has begun, and the time before it of one that has not; some tell not which. */
function delayedPhase(league: League, play: Play): GamePhase {
  if (isUnderway(play)) return 'break';
  const { period, clockS } = play;
  if (period === undefined) return 'pre';
  if (clockS !== undefined && clockS < (fullClockS(league, period) ?? 0)) return 'break';
  return unclear('SCORES_STATUS_UNKNOWN', 'delayed, but before the start or in the first period is not said', `period ${period}`);
}

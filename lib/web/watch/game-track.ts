/** What a chart shows of a game besides its price: when its periods and breaks began, and how the score went. */
import type { GameState } from '../../trading/game.ts';
import { COURSES } from '../../trading/leagues.ts';
import { END, instantOf } from '../../trading/segment.ts';
import { formatSegment } from '../../trading/segment-text.ts';
import { Thinned } from './thinned.ts';

export interface PeriodMark {
  atMs: number;
  label: string;
  isBreak: boolean;
}

export interface ScorePoint {
  atMs: number;
  home: number;
  away: number;
}

const MOST_PERIODS = 60;
const MOST_SCORES = 300;

export class GameTrack {
  readonly #periods = new Thinned<PeriodMark>(MOST_PERIODS);
  readonly #scores = new Thinned<ScorePoint>(MOST_SCORES);
  #seen: GameState | undefined;

  /** Market time; the same state again costs nothing. */
  see(state: GameState): void {
    if (state === this.#seen) return;
    this.#seen = state;
    const atMs = state.asOfMs;
    const mark = markOf(state);
    if (mark !== undefined && mark.label !== this.#periods.last?.label) this.#periods.add({ atMs, ...mark });
    const { homeScore: home, awayScore: away } = state;
    const last = this.#scores.last;
    if (home === undefined || away === undefined || (last?.home === home && last.away === away)) return;
    this.#scores.add({ atMs, home, away });
  }

  periods(): readonly PeriodMark[] {
    return this.#periods.points();
  }

  scores(): readonly ScorePoint[] {
    return this.#scores.points();
  }
}

function markOf(state: GameState): Omit<PeriodMark, 'atMs'> | undefined {
  const { phase, period, league } = state;
  if (period === undefined || period < 1) return undefined;
  if (phase === 'live') return { label: periodLabel(state, period), isBreak: false };
  if (phase !== 'break') return undefined;
  const instant = instantOf(state);
  const label = instant?.position === END ? formatSegment(league, instant) : `break in ${periodLabel(state, period)}`;
  return { label, isBreak: true };
}

/** `Q2`, `1st half`, `OT1`, `6th`. */
function periodLabel({ league }: GameState, period: number): string {
  const course = COURSES[league];
  if (course.clock === 'up' && period === 1) return '1st half';
  const isInning = course.unit === 'inning';
  const text = formatSegment(league, { period, position: isInning ? END : 0 });
  return text.replace(isInning ? /^end of / : /^start of /, '');
}

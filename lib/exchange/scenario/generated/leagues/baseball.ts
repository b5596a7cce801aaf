/**
 * MLB. Plate appearances over outs and bases: nine innings, the home half of the ninth only when needed, extra innings with a
 * runner on second, walk-offs. Edge is in runs per game.
 *
 * Win probability: runs ahead, plus the runs to be expected from the bases and outs of the inning (the run expectancy of
 * G. Lindsey, "An investigation of strategies in baseball", 1963), plus the edge's share of the innings left, with a normal error
 * whose variance is that of the half innings left (see `normalMargin`); a level score goes to extra innings.
 */
import { baseballDetails, type Half } from '../../details/baseball.ts';
import { type Competitor, playEvent } from '../../details/common.ts';
import type { Random } from '../../random.ts';
import { normalCdf, normalMargin } from '../chances.ts';
import { type Fair, type GameSetup, type Happening, type LeagueModel, type Moment, twoWay, winnerOf } from '../model.ts';
import { Roster } from '../players.ts';

const INNINGS = 9;
/** Of the runs of one half inning; measured on this score process. */
const HALF_INNING_VARIANCE = 0.95;
const SECOND_MS = 1000;
const BETWEEN_HALVES_MS = 140_000;
/** Runs to be expected with nobody on, by outs. */
const EMPTY_RUNS = [0.49, 0.26, 0.1] as const;
/** What a runner on first, second, third adds, by outs. */
const RUNNER_RUNS = [
  [0.38, 0.62, 0.86],
  [0.26, 0.42, 0.69],
  [0.12, 0.22, 0.26],
] as const;

type Bases = [boolean, boolean, boolean];

interface State {
  atMs: number;
  inning: number;
  half: Half;
  outs: number;
  bases: Bases;
  score: Record<Competitor, number>;
}

export const baseball: LeagueModel = {
  drawEdge: (random) => random.normal(0.25, 0.85),
  fairBefore: (edge) => fairOf(edge, 0, 2 * INNINGS),
  idleDetails: (listed, status, atMs) =>
    baseballDetails(listed, {
      status,
      pause: undefined,
      score: { home: 0, away: 0 },
      winner: '',
      lastPlay: undefined,
      updatedMs: atMs,
      inning: undefined,
      half: 'top',
      outs: undefined,
      bases: undefined,
    }),

  *play(setup) {
    const { startMs, listed } = setup;
    const state: State = {
      atMs: startMs,
      inning: 1,
      half: 'top',
      outs: 0,
      bases: [false, false, false],
      score: { home: 0, away: 0 },
    };
    const rosters = { home: new Roster(listed.home.targetId), away: new Roster(listed.away.targetId) };
    yield momentOf(setup, state, { type: 'period_start', description: 'Play ball', competitor: undefined });
    for (;;) {
      while (state.outs < 3 && !isWalkOff(state)) yield playAppearance(setup, state, rosters);
      if (isDecided(state)) break;
      yield* changeSides(setup, state);
    }
    state.atMs += 5 * SECOND_MS;
    yield momentOf(setup, state, { type: 'match_ended', description: 'Game over', competitor: undefined, final: true });
  },
};

function battingSide({ half }: State): Competitor {
  return half === 'top' ? 'away' : 'home';
}

function isWalkOff({ inning, half, score }: State): boolean {
  return inning >= INNINGS && half === 'bottom' && score.home > score.away;
}

/** At the end of a half inning. */
function isDecided({ inning, half, score }: State): boolean {
  if (inning < INNINGS) return false;
  return half === 'top' ? score.home > score.away : score.home !== score.away;
}

function playAppearance(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>): Moment {
  const { random, edge } = setup;
  const side = battingSide(state);
  const player = rosters[side].anyone(random);
  state.atMs += random.whole(55, 125) * SECOND_MS + (random.chance(0.04) ? 150 * SECOND_MS : 0);
  const happening = bat(state, random, (side === 'home' ? edge : -edge) * 0.058, player);
  return momentOf(setup, state, { competitor: side, ...happening });
}

/** One plate appearance: about 32 % reach base, more or fewer by the share `lift`. */
function bat(state: State, random: Random, lift: number, player: string): Omit<Happening, 'competitor'> {
  const draw = random.next() / (1 + lift);
  const before = state.score[battingSide(state)];
  const scored = (): string => {
    const runs = state.score[battingSide(state)] - before;
    return runs === 0 ? '' : `, ${runs === 1 ? 'a run scores' : `${runs} runs score`}`;
  };
  if (draw < 0.09) {
    walk(state);
    return { type: 'walk', description: `${player} walks${scored()}` };
  }
  if (draw < 0.232) {
    advance(state, 1, random);
    return { type: 'single', description: `${player} singles${scored()}` };
  }
  if (draw < 0.278) {
    advance(state, 2, random);
    return { type: 'double', description: `${player} doubles${scored()}` };
  }
  if (draw < 0.282) {
    advance(state, 3, random);
    return { type: 'triple', description: `${player} triples${scored()}` };
  }
  if (draw < 0.318) {
    advance(state, 4, random);
    return { type: 'home_run', description: `${player} homers${scored()}` };
  }
  return putOut(state, random, player, scored);
}

function putOut(state: State, random: Random, player: string, scored: () => string): Omit<Happening, 'competitor'> {
  state.outs += 1;
  const [first, , third] = state.bases;
  if (random.chance(0.33)) return { type: 'strikeout', description: `${player} strikes out` };
  if (first && state.outs < 3 && random.chance(0.17)) {
    state.outs += 1;
    state.bases = [false, false, state.bases[1]];
    return { type: 'double_play', description: `${player} grounds into a double play` };
  }
  if (third && state.outs < 3 && random.chance(0.45)) {
    state.bases[2] = false;
    state.score[battingSide(state)] += 1;
    return { type: 'sacrifice_fly', description: `${player} flies out${scored()}` };
  }
  return { type: 'out', description: `${player} ${random.chance(0.5) ? 'grounds' : 'flies'} out` };
}

function walk(state: State): void {
  const [first, second, third] = state.bases;
  if (first && second && third) state.score[battingSide(state)] += 1;
  state.bases = [true, first || second, third || (first && second)];
}

/** A hit for `reach` bases: runners take at least as many; from second on a single, and from first on a double, about half score. */
function advance(state: State, reach: number, random: Random): void {
  const side = battingSide(state);
  const next: Bases = [false, false, false];
  for (const from of [2, 1, 0] as const) {
    if (!state.bases[from]) continue;
    const extra = reach < 3 && from > 0 === (reach === 1) && random.chance(reach === 1 ? 0.6 : 0.45) ? 1 : 0;
    land(from + reach + extra);
  }
  land(reach - 1);
  state.bases = next;

  function land(base: number): void {
    if (base > 2) state.score[side] += 1;
    else if (next[base] === true) land(base - 1);
    else next[base] = true;
  }
}

function* changeSides(setup: GameSetup, state: State): Generator<Moment> {
  state.atMs += 5 * SECOND_MS;
  state.outs = 3;
  state.bases = [false, false, false];
  const { inning, half } = state;
  const where = `${half === 'top' ? 'Middle' : 'End'} of inning ${inning}`;
  yield momentOf(setup, state, { type: 'period_end', description: where, competitor: undefined, pause: 'break' });
  state.atMs += BETWEEN_HALVES_MS;
  if (half === 'bottom') state.inning += 1;
  state.half = half === 'top' ? 'bottom' : 'top';
  state.outs = 0;
  if (state.inning > INNINGS) state.bases = [false, true, false];
  yield momentOf(setup, state, { type: 'period_start', description: 'Ball in play', competitor: undefined });
}

function fairOf(edge: number, expectedMargin: number, halvesLeft: number): Fair {
  const deviation = Math.sqrt(HALF_INNING_VARIANCE * halvesLeft);
  const { ahead, level } = normalMargin(expectedMargin + (edge * halvesLeft) / (2 * INNINGS), deviation);
  return twoWay(ahead + level * normalCdf(0.06 + edge / 6));
}

/** Expected margin and half innings left, counting the one that is on by the outs still to be made. */
function outlook({ inning, half, outs, bases, score }: State): { margin: number; halvesLeft: number } {
  const lastHalf = 2 * Math.max(INNINGS, inning);
  const doneHalves = 2 * (inning - 1) + (half === 'top' ? 0 : 1);
  const margin = score.home - score.away;
  if (outs >= 3) return { margin, halvesLeft: lastHalf - doneHalves - 1 };
  const [first, second, third] = RUNNER_RUNS[outs] ?? RUNNER_RUNS[0];
  const runs = (bases[0] ? first : 0) + (bases[1] ? second : 0) + (bases[2] ? third : 0);
  const share = 1 - (EMPTY_RUNS[outs] ?? 0) / EMPTY_RUNS[0];
  const beyondUsual = runs - EMPTY_RUNS[0] * share;
  const spread = (3 - outs) / 3 + (bases.filter(Boolean).length * (3 - outs)) / 9;
  return { margin: margin + (half === 'bottom' ? beyondUsual : -beyondUsual), halvesLeft: lastHalf - doneHalves - 1 + spread };
}

function momentOf(setup: GameSetup, state: State, happening: Happening): Moment {
  const { inning, half, score, atMs } = state;
  const final = happening.final === true;
  const { margin, halvesLeft } = outlook(state);
  const { type, description, competitor } = happening;
  const decided = isWalkOff(state) || (state.outs >= 3 && isDecided(state));
  return {
    atMs,
    final,
    fair: decided ? twoWay(score.home > score.away ? 1 : 0) : fairOf(setup.edge, margin, halvesLeft),
    details: baseballDetails(setup.listed, {
      status: final ? 'closed' : 'live',
      pause: happening.pause,
      score: { ...score },
      winner: final ? winnerOf(score) : '',
      lastPlay: { description, atMs },
      updatedMs: atMs,
      inning,
      half,
      outs: Math.min(state.outs, 3),
      bases: [...state.bases],
    }),
    play: playEvent({ period: inning, type, clock: '', competitor, description, score, extra: { half } }),
  };
}

/**
 * NHL. Goals come at random (Poisson) over three periods, faster in the last two minutes when the side behind takes its goalkeeper
 * out; a level score goes to five minutes of sudden death and then to a shoot-out. Edge is in goals per game.
 *
 * Win probability: the two Poisson numbers of goals still to come (see `poissonMargin`); a level score is decided by overtime.
 */
import { type Competitor, clockText, playEvent } from '../../details/common.ts';
import { hockeyDetails } from '../../details/hockey.ts';
import type { Random } from '../../random.ts';
import { poissonMargin } from '../chances.ts';
import { type Fair, type GameSetup, type Happening, type LeagueModel, type Moment, other, twoWay, winnerOf } from '../model.ts';
import { Roster } from '../players.ts';

const PERIOD_S = 1200;
const OVERTIME_S = 300;
const GAME_S = 3 * PERIOD_S;
const GOALS_PER_SIDE = 3.05;
/** Three against three, goals come more than twice as often. */
const OVERTIME_PACE = 2.4;
const EMPTY_NET_S = 120;
const SHOOTOUT_ROUNDS = 3;
const SHOOTOUT_CONVERSION = 0.32;
const WALL_PER_CLOCK = 1.85;
const SECOND_MS = 1000;
const INTERMISSION_MS = 1_080_000;
const QUIET_PLAYS = [
  { type: 'shot_saved', text: 'shot saved' },
  { type: 'shot_missed', text: 'shot wide' },
  { type: 'face_off', text: 'wins the face-off' },
  { type: 'hit', text: 'hit' },
  { type: 'penalty', text: 'two minutes for tripping' },
] as const;

interface State {
  atMs: number;
  period: number;
  clockS: number;
  score: Record<Competitor, number>;
}

export const hockey: LeagueModel = {
  drawEdge: (random) => random.normal(0.25, 0.75),
  fairBefore: (edge) => fairOf(edge, 0, GAME_S),
  idleDetails: (listed, status, atMs) =>
    hockeyDetails(listed, {
      status,
      pause: undefined,
      score: { home: 0, away: 0 },
      winner: '',
      lastPlay: undefined,
      updatedMs: atMs,
      period: undefined,
      clockS: PERIOD_S,
    }),

  *play(setup) {
    const { startMs, listed, random } = setup;
    const state: State = { atMs: startMs, period: 1, clockS: PERIOD_S, score: { home: 0, away: 0 } };
    const rosters = { home: new Roster(listed.home.targetId), away: new Roster(listed.away.targetId) };
    yield momentOf(setup, state, { type: 'period_start', description: 'Puck drop', competitor: undefined });
    while (state.period <= 4) {
      while (state.clockS > 0 && !isSuddenDeathOver(state)) yield skate(setup, state, rosters);
      if (state.period >= 3 && winnerOf(state.score) !== '') break;
      yield* intermission(setup, state);
    }
    if (state.period === 5) yield* shootOut(setup, state, rosters, random);
    state.atMs += 4 * SECOND_MS;
    yield momentOf(setup, state, { type: 'match_ended', description: 'End of game', competitor: undefined, final: true });
  },
};

function isSuddenDeathOver({ period, score }: State): boolean {
  return period === 4 && winnerOf(score) !== '';
}

/** Goals per second of game clock. */
function rate(
  edge: number,
  side: Competitor,
  state: { period: number; clockS: number; score: Record<Competitor, number> },
): number {
  const goals = Math.max(0.8, GOALS_PER_SIDE + (side === 'home' ? edge : -edge) / 2);
  const gap = Math.abs(state.score.home - state.score.away);
  const emptyNet = state.period === 3 && state.clockS <= EMPTY_NET_S && gap > 0 && gap <= 2;
  const pace = state.period === 4 ? OVERTIME_PACE : emptyNet ? (state.score[side] > state.score[other(side)] ? 4.5 : 1.8) : 1;
  return (goals / GAME_S) * pace;
}

function skate(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>): Moment {
  const { random, edge } = setup;
  const usedS = Math.min(state.clockS, random.whole(8, 34));
  const homeChance = usedS * rate(edge, 'home', state);
  const awayChance = usedS * rate(edge, 'away', state);
  state.clockS -= usedS;
  state.atMs += Math.round(usedS * WALL_PER_CLOCK * SECOND_MS);
  const draw = random.next();
  const scorer = draw < homeChance ? 'home' : draw < homeChance + awayChance ? 'away' : undefined;
  if (scorer !== undefined) {
    state.score[scorer] += 1;
    const description = `Goal by ${rosters[scorer].anyone(random)}`;
    const moment = momentOf(setup, state, { type: 'score_change', description, competitor: scorer });
    state.atMs += 40 * SECOND_MS;
    return moment;
  }
  const side: Competitor = random.chance(0.5) ? 'home' : 'away';
  const quiet = random.pick(QUIET_PLAYS);
  return momentOf(setup, state, {
    type: quiet.type,
    description: `${rosters[side].anyone(random)}: ${quiet.text}`,
    competitor: side,
  });
}

function* intermission(setup: GameSetup, state: State): Generator<Moment> {
  state.atMs += 5 * SECOND_MS;
  const { period } = state;
  const description = period > 3 ? 'End of overtime' : `End of period ${period}`;
  yield momentOf(setup, state, { type: 'period_end', description, competitor: undefined, pause: 'intermission' });
  state.atMs += period >= 3 ? 90 * SECOND_MS : INTERMISSION_MS;
  state.period += 1;
  state.clockS = state.period === 4 ? OVERTIME_S : state.period === 5 ? 0 : PERIOD_S;
  const opening = state.period === 5 ? 'Shoot-out' : 'Face-off';
  yield momentOf(setup, state, { type: 'period_start', description: opening, competitor: undefined });
}

/** Three shots each, then pairs until one side leads; the winner is credited one goal. */
function* shootOut(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>, random: Random): Generator<Moment> {
  const goals = { home: 0, away: 0 };
  const taken = { home: 0, away: 0 };
  let side: Competitor = 'away';
  while (!isShootOutOver(goals, taken)) {
    state.atMs += random.whole(28, 45) * SECOND_MS;
    const scored = random.chance(SHOOTOUT_CONVERSION);
    goals[side] += scored ? 1 : 0;
    taken[side] += 1;
    const description = `${rosters[side].anyone(random)} ${scored ? 'scores' : 'is stopped'} in the shoot-out`;
    yield momentOf(
      setup,
      state,
      { type: 'shootout_attempt', description, competitor: side },
      0.5 + 0.2 * (goals.home - goals.away),
    );
    side = other(side);
  }
  state.score[goals.home > goals.away ? 'home' : 'away'] += 1;
}

function isShootOutOver(goals: Record<Competitor, number>, taken: Record<Competitor, number>): boolean {
  const left = (side: Competitor): number => Math.max(0, SHOOTOUT_ROUNDS - taken[side]);
  if (taken.home >= SHOOTOUT_ROUNDS && taken.away === taken.home) return goals.home !== goals.away;
  if (taken.away > SHOOTOUT_ROUNDS) return false;
  return goals.home > goals.away + left('away') || goals.away > goals.home + left('home');
}

function fairOf(edge: number, margin: number, leftS: number): Fair {
  const late = leftS < EMPTY_NET_S && margin !== 0 ? 1.5 : 1;
  const homeLeft = (late * leftS * Math.max(0.8, GOALS_PER_SIDE + edge / 2)) / GAME_S;
  const awayLeft = (late * leftS * Math.max(0.8, GOALS_PER_SIDE - edge / 2)) / GAME_S;
  const { ahead, level } = poissonMargin(margin, homeLeft, awayLeft);
  return twoWay(ahead + level * overtimeChance(edge));
}

/** Of the home side, level after regulation: the edge counts for half the overtimes, the shoot-out is a coin. */
function overtimeChance(edge: number): number {
  return 0.5 + edge / (8 * GOALS_PER_SIDE);
}

function momentOf(setup: GameSetup, state: State, happening: Happening, shootOutChance?: number): Moment {
  const { period, clockS, score, atMs } = state;
  const final = happening.final === true;
  const margin = score.home - score.away;
  const leftS = clockS + Math.max(0, 3 - period) * PERIOD_S;
  const { type, description, competitor } = happening;
  const decided = final || (period >= 4 && margin !== 0);
  const open = period >= 4 ? twoWay(shootOutChance ?? overtimeChance(setup.edge)) : fairOf(setup.edge, margin, leftS);
  return {
    atMs,
    final,
    fair: decided ? twoWay(margin > 0 ? 1 : 0) : open,
    details: hockeyDetails(setup.listed, {
      status: final ? 'closed' : 'live',
      pause: happening.pause,
      score: { ...score },
      winner: final ? winnerOf(score) : '',
      lastPlay: { description, atMs },
      updatedMs: atMs,
      period,
      clockS,
    }),
    play: playEvent({ period, type, clock: clockText(clockS), competitor, description, score }),
  };
}

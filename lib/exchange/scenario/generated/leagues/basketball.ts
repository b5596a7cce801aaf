/**
 * NBA. Possessions alternate; each lasts about 14 s of game clock and brings 0 to 3 points. A slow "hand" that runs hot or cold
 * makes the runs in which favourites fall behind. Edge is in points.
 *
 * Win probability: margin, plus half a possession for the side that has the ball, plus the edge's share of the time left, with a normal error whose variance falls with the time left
 * (see `normalMargin`); a level score goes to overtime, which the edge decides by a tenth of a point's worth per minute.
 */
import { basketballDetails } from '../../details/basketball.ts';
import { type Competitor, clockText, playEvent } from '../../details/common.ts';
import type { Random } from '../../random.ts';
import { normalCdf, normalMargin } from '../chances.ts';
import { type Fair, type GameSetup, type Happening, type LeagueModel, type Moment, other, twoWay, winnerOf } from '../model.ts';
import { Roster } from '../players.ts';

const QUARTER_S = 720;
const OVERTIME_S = 300;
const GAME_S = 4 * QUARTER_S;
const POSSESSION_S = 14;
/** Half of the points that a possession brings: what it is worth to be the next to have the ball. */
const BALL_POINTS = 0.56;
/** Deviation of the final margin seen from the start; measured on this score process. */
const MARGIN_DEVIATION = 15.7;
/** Wall time per second of game clock, without the pauses between quarters. */
const WALL_PER_CLOCK = 1.65;
const SECOND_MS = 1000;
const QUARTER_BREAK_MS = 150_000;
const HALFTIME_MS = 900_000;

interface State {
  atMs: number;
  quarter: number;
  clockS: number;
  score: Record<Competitor, number>;
  ball: Competitor;
  /** How far the home team's chances are up, the visitors' down, by the run of play. */
  hand: number;
}

export const basketball: LeagueModel = {
  drawEdge: (random) => random.normal(2.3, 5.5),
  fairBefore: (edge) => fairOf(edge, 0, GAME_S),
  idleDetails: (listed, status, atMs) =>
    basketballDetails(listed, {
      status,
      pause: undefined,
      score: { home: 0, away: 0 },
      winner: '',
      lastPlay: undefined,
      updatedMs: atMs,
      quarter: undefined,
      clockS: QUARTER_S,
    }),

  *play(setup) {
    const { random, startMs } = setup;
    const ball: Competitor = random.chance(0.5) ? 'home' : 'away';
    const state: State = { atMs: startMs, quarter: 1, clockS: QUARTER_S, score: { home: 0, away: 0 }, ball, hand: 0 };
    const rosters = { home: new Roster(setup.listed.home.targetId), away: new Roster(setup.listed.away.targetId) };
    yield momentOf(setup, state, { type: 'jump_ball', description: 'Jump ball', competitor: ball });
    for (;;) {
      while (state.clockS > 0) yield playPossession(setup, state, rosters);
      if (state.quarter >= 4 && state.score.home !== state.score.away) break;
      yield* pauseBetween(setup, state);
    }
    state.atMs += 4 * SECOND_MS;
    yield momentOf(setup, state, { type: 'match_ended', description: 'End of game', competitor: undefined, final: true });
  },
};

function playPossession(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>): Moment {
  const { random, edge } = setup;
  const usedS = Math.min(state.clockS, Math.round(Math.min(Math.max(random.normal(POSSESSION_S, 5), 3), 24)));
  state.clockS -= usedS;
  state.atMs += Math.round(usedS * WALL_PER_CLOCK * SECOND_MS) + stoppageMs(random);
  state.hand = 0.94 * state.hand + random.normal(0, 0.026);

  const side = state.ball;
  const sign = side === 'home' ? 1 : -1;
  const lift = sign * (edge / 230 + state.hand);
  const points = drawPoints(random, lift);
  state.score[side] += points;
  state.ball = other(side);
  const player = rosters[side].anyone(random);
  const miss = random.chance(0.25)
    ? { type: 'turnover', description: `Turnover by ${player}` }
    : { type: 'shot_missed', description: `${player} misses` };
  const made = {
    type: 'score_change',
    description: points === 1 ? `${player} makes a free throw` : `${player} scores ${points}`,
  };
  return momentOf(setup, state, { ...(points > 0 ? made : miss), competitor: side });
}

/** 1.13 points on average, more or fewer by `lift`. */
function drawPoints(random: Random, lift: number): number {
  const draw = random.next();
  const scale = Math.min(Math.max(1 + lift / 1.13, 0.3), 1.7);
  if (draw < 0.42 * scale) return 2;
  if (draw < 0.505 * scale) return 3;
  return draw < 0.54 * scale ? 1 : 0;
}

/** Whistles and free throws, now and then a time-out. */
function stoppageMs(random: Random): number {
  const draw = random.next();
  if (draw < 0.035) return random.whole(75, 130) * SECOND_MS;
  return draw < 0.25 ? random.whole(12, 40) * SECOND_MS : 0;
}

function* pauseBetween(setup: GameSetup, state: State): Generator<Moment> {
  const isHalf = state.quarter === 2;
  state.atMs += 5 * SECOND_MS;
  const name = state.quarter > 4 ? 'overtime' : `quarter ${state.quarter}`;
  const ended = { type: 'period_end', description: `End of ${name}`, competitor: undefined };
  yield momentOf(setup, state, { ...ended, pause: isHalf ? 'halftime' : 'break' });
  state.atMs += isHalf ? HALFTIME_MS : QUARTER_BREAK_MS;
  state.quarter += 1;
  state.clockS = state.quarter > 4 ? OVERTIME_S : QUARTER_S;
  state.hand = 0;
  yield momentOf(setup, state, { type: 'period_start', description: 'Ball in play', competitor: undefined });
}

function fairOf(edge: number, margin: number, leftS: number): Fair {
  const left = leftS / GAME_S;
  const { ahead, level } = normalMargin(margin + edge * left, MARGIN_DEVIATION * Math.sqrt(left));
  return twoWay(ahead + level * normalCdf((edge * OVERTIME_S) / GAME_S / (MARGIN_DEVIATION * Math.sqrt(OVERTIME_S / GAME_S))));
}

function momentOf(setup: GameSetup, state: State, happening: Happening): Moment {
  const { quarter, clockS, score, atMs } = state;
  const margin = score.home - score.away;
  const final = happening.final === true;
  const leftS = clockS + Math.max(0, 4 - quarter) * QUARTER_S;
  const ballPoints = (state.ball === 'home' ? BALL_POINTS : -BALL_POINTS) * Math.min(1, clockS / POSSESSION_S);
  const { type, description, competitor } = happening;
  return {
    atMs,
    final,
    fair: final ? twoWay(margin > 0 ? 1 : 0) : fairOf(setup.edge, margin + ballPoints, leftS),
    details: basketballDetails(setup.listed, {
      status: final ? 'closed' : 'live',
      pause: happening.pause,
      score: { ...score },
      winner: final ? winnerOf(score) : '',
      lastPlay: { description, atMs },
      updatedMs: atMs,
      quarter,
      clockS,
    }),
    play: playEvent({ period: quarter, type, clock: clockText(clockS), competitor, description, score }),
  };
}

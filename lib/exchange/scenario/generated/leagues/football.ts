/**
 * NFL. Play by play: downs, yards, punts, turnovers, field goals, touchdowns with the extra point, four quarters and one overtime
 * of ten minutes in which both sides get the ball; still level after it is a draw. Edge is in points.
 *
 * Win probability: margin, plus what the ball is worth where it lies, plus the edge's share of the time left, with a normal error
 * whose variance falls with the time left (see `normalMargin`). The ball's worth is a straight line through the expected points of
 * V. Carter and R. Machol ("Operations research on football", 1971): nearly nothing on the own 15, 4.5 points on the goal line.
 */
import { type Competitor, clockText, playEvent } from '../../details/common.ts';
import { footballDetails, type Situation } from '../../details/football.ts';
import type { Random } from '../../random.ts';
import { normalMargin } from '../chances.ts';
import { type Fair, type GameSetup, type Happening, type LeagueModel, type Moment, other, twoWay, winnerOf } from '../model.ts';
import { Roster } from '../players.ts';

const QUARTER_S = 900;
const OVERTIME_S = 600;
const GAME_S = 4 * QUARTER_S;
/** Deviation of the final margin seen from the start; measured on this score process. */
const MARGIN_DEVIATION = 12.7;
const SECOND_MS = 1000;
const QUARTER_BREAK_MS = 120_000;
const HALFTIME_MS = 780_000;

interface State {
  atMs: number;
  quarter: number;
  clockS: number;
  score: Record<Competitor, number>;
  situation: Situation;
  opening: Competitor;
  /** Possessions of the overtime that have ended. */
  overtimeDrives: number;
}

export const football: LeagueModel = {
  drawEdge: (random) => random.normal(1.8, 5.5),
  fairBefore: (edge) => fairOf(edge, 0, GAME_S),
  idleDetails: (listed, status, atMs) =>
    footballDetails(listed, {
      status,
      pause: undefined,
      score: { home: 0, away: 0 },
      winner: '',
      lastPlay: undefined,
      updatedMs: atMs,
      quarter: undefined,
      clockS: QUARTER_S,
      situation: undefined,
    }),

  *play(setup) {
    const { random, startMs, listed } = setup;
    const opening: Competitor = random.chance(0.5) ? 'home' : 'away';
    const score = { home: 0, away: 0 };
    const state: State = {
      atMs: startMs,
      quarter: 1,
      clockS: QUARTER_S,
      score,
      opening,
      situation: firstDown(opening, 30),
      overtimeDrives: 0,
    };
    const rosters = { home: new Roster(listed.home.targetId), away: new Roster(listed.away.targetId) };
    yield momentOf(setup, state, { type: 'kickoff', description: 'Kickoff', competitor: other(opening) });
    while (!isDecided(state)) {
      if (state.clockS > 0) yield playDown(setup, state, rosters);
      else yield* pauseBetween(setup, state);
    }
    state.atMs += 5 * SECOND_MS;
    yield momentOf(setup, state, { type: 'match_ended', description: 'End Game', competitor: undefined, final: true });
  },
};

function isDecided({ quarter, clockS, score, overtimeDrives }: State): boolean {
  const level = score.home === score.away;
  if (quarter === 5) return clockS === 0 || (overtimeDrives >= 2 && !level);
  return quarter === 4 && clockS === 0 && !level;
}

function playDown(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>): Moment {
  const { random } = setup;
  const side = state.situation.possession;
  const player = rosters[side].anyone(random);
  const happening = state.situation.down === 4 && !goesForIt(setup, state) ? kick(setup, state) : scrimmage(setup, state, player);
  return momentOf(setup, state, { competitor: side, ...happening });
}

/** A run or a pass. Better offences gain more: a point of edge is worth a few hundredths of a yard per play. */
function scrimmage(setup: GameSetup, state: State, player: string): Omit<Happening, 'competitor'> {
  const { random, edge } = setup;
  const { situation } = state;
  const side = situation.possession;
  const lift = (side === 'home' ? edge : -edge) * 0.085;
  const isPass = random.chance(0.58);
  if (random.chance(isPass ? 0.024 : 0.009)) {
    runClock(state, 7, random);
    const yards = 100 - Math.min(99, situation.yards + (isPass ? random.whole(2, 22) : 0));
    turnOver(state, yards);
    return { type: 'turnover', description: isPass ? `${player} pass intercepted` : `${player} fumbles, ball lost` };
  }
  const incomplete = isPass && random.chance(0.355 - lift * 0.02);
  const gain = incomplete ? 0 : Math.round((isPass ? random.exponential(12.5) - 1.9 : random.exponential(5.9) - 0.8) + lift);
  runClock(state, incomplete ? 7 : 36, random);
  const gained = Math.min(gain, 100 - situation.yards);
  const yards = Math.max(1, situation.yards + gained);
  if (yards >= 100) return touchdown(setup, state, player);
  const toGo = situation.toGo - (yards - situation.yards);
  const description = incomplete
    ? `${player} pass incomplete`
    : `${player} ${isPass ? 'pass' : 'run'} for ${yards - situation.yards} yards`;
  if (toGo <= 0) state.situation = firstDown(side, yards);
  else if (situation.down === 4) turnOver(state, 100 - yards);
  else state.situation = { possession: side, down: situation.down + 1, toGo, yards };
  return { type: isPass ? 'pass' : 'rush', description };
}

function touchdown({ random }: GameSetup, state: State, player: string): Omit<Happening, 'competitor'> {
  const side = state.situation.possession;
  const extra = random.chance(0.92) ? (random.chance(0.06) ? 2 : 1) : 0;
  state.score[side] += 6 + extra;
  state.atMs += 90 * SECOND_MS;
  kickOff(state, random);
  return { type: 'touchdown', description: `${player} touchdown` };
}

function kick({ random }: GameSetup, state: State): Omit<Happening, 'competitor'> {
  const { situation } = state;
  runClock(state, 8, random);
  if (situation.yards < 62) {
    turnOver(state, Math.max(8, 100 - situation.yards - random.whole(36, 50)));
    return { type: 'punt', description: 'Punt' };
  }
  if (random.chance(1.02 - (100 - situation.yards) * 0.0085)) {
    state.score[situation.possession] += 3;
    state.atMs += 45 * SECOND_MS;
    kickOff(state, random);
    return { type: 'field_goal', description: `Field goal is good from ${117 - situation.yards} yards` };
  }
  turnOver(state, Math.max(20, 100 - situation.yards + 7));
  return { type: 'field_goal_missed', description: `Field goal is no good from ${117 - situation.yards} yards` };
}

/** On fourth and short near midfield, or when time runs out on the side behind. */
function goesForIt({ random }: GameSetup, { situation, quarter, clockS, score }: State): boolean {
  const behind = score[other(situation.possession)] - score[situation.possession];
  if (quarter >= 4 && clockS < 240 && (behind > 3 || (behind > 0 && situation.yards < 62))) return true;
  return situation.toGo <= 2 && situation.yards > 40 && situation.yards < 65 && random.chance(0.5);
}

function runClock(state: State, typicalS: number, random: Random): void {
  const usedS = Math.min(state.clockS, Math.max(4, Math.round(random.normal(typicalS, 4))));
  state.clockS -= usedS;
  state.atMs += (usedS + random.whole(18, 50)) * SECOND_MS + (random.chance(0.06) ? 110 * SECOND_MS : 0);
}

function firstDown(possession: Competitor, yards: number): Situation {
  return { possession, down: 1, toGo: Math.min(10, 100 - yards), yards };
}

function turnOver(state: State, yards: number): void {
  if (state.quarter === 5) state.overtimeDrives += 1;
  state.situation = firstDown(other(state.situation.possession), Math.min(Math.max(Math.round(yards), 1), 99));
}

function kickOff(state: State, random: Random): void {
  turnOver(state, random.chance(0.65) ? 30 : random.whole(15, 42));
}

function* pauseBetween(setup: GameSetup, state: State): Generator<Moment> {
  const { quarter } = state;
  const isHalf = quarter === 2;
  state.atMs += 6 * SECOND_MS;
  const happening = {
    type: 'period_end',
    description: isHalf ? 'End of half' : `End of quarter ${quarter}`,
    competitor: undefined,
  };
  yield momentOf(setup, state, { ...happening, pause: isHalf ? 'halftime' : 'break' });
  state.atMs += isHalf ? HALFTIME_MS : QUARTER_BREAK_MS;
  state.quarter += 1;
  state.clockS = state.quarter === 5 ? OVERTIME_S : QUARTER_S;
  if (isHalf) state.situation = firstDown(other(state.opening), 30);
  if (state.quarter === 5) state.situation = firstDown(setup.random.chance(0.5) ? 'home' : 'away', 30);
  yield momentOf(setup, state, { type: 'period_start', description: 'Ball in play', competitor: undefined });
}

function ballWorth({ possession, yards, down }: Situation): number {
  const points = (0.053 * (yards - 15) - 0.35 * (down - 1)) * (down === 4 && yards < 60 ? 0.2 : 1);
  return possession === 'home' ? points : -points;
}

function fairOf(edge: number, expectedMargin: number, leftS: number): Fair {
  const left = leftS / GAME_S;
  const { ahead, level } = normalMargin(expectedMargin + edge * left, MARGIN_DEVIATION * Math.sqrt(left));
  return twoWay(ahead + level / 2);
}

function momentOf(setup: GameSetup, state: State, happening: Happening): Moment {
  const { quarter, clockS, score, atMs, situation } = state;
  const margin = score.home - score.away;
  const final = happening.final === true;
  const leftS = clockS + Math.max(0, 4 - quarter) * QUARTER_S;
  const { type, description, competitor } = happening;
  const worth = ballWorth(situation) * Math.min(1, leftS / 60);
  const details = footballDetails(setup.listed, {
    status: final ? 'closed' : 'live',
    pause: happening.pause,
    score: { ...score },
    winner: '',
    lastPlay: { description, atMs },
    updatedMs: atMs,
    quarter,
    clockS,
    situation,
  });
  return {
    atMs,
    final,
    fair: final ? twoWay(margin > 0 ? 1 : margin < 0 ? 0 : 0.5) : fairOf(setup.edge, margin + worth, leftS),
    details,
    // As seen on Kalshi, a finished football game has no winner in its live data until the result is official.
    ...(final ? { decided: { ...details, winner: winnerOf(score) } } : {}),
    play: playEvent({ period: quarter, type, clock: clockText(clockS), competitor, description, score }),
  };
}

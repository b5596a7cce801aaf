/**
 * EPL and MLS. Goals come at random (Poisson) over two halves of 45 minutes and their stoppage time; a red card slows its side. A
 * draw is a result of its own. Edge is in goals per game.
 *
 * Win probability: the two Poisson numbers of goals still to come (see `poissonMargin`).
 */
import { type Competitor, playEvent } from '../../details/common.ts';
import { type SignificantEvent, type SoccerState, soccerDetails } from '../../details/soccer.ts';
import type { Random } from '../../random.ts';
import { poissonMargin } from '../chances.ts';
import { type Fair, type GameSetup, type LeagueModel, type Moment, other, winnerOf } from '../model.ts';
import { Roster } from '../players.ts';

const HALF_S = 2700;
const HALFTIME_MS = 900_000;
const SECOND_MS = 1000;
const GOALS_PER_GAME = 2.8;
/** Of full strength, with a man sent off; the other side gains as much as half of it. */
const TEN_MEN = 0.65;
const QUIET_PLAYS = [
  { type: 'free_kick', text: 'Free kick' },
  { type: 'corner_kick', text: 'Corner' },
  { type: 'shot_on_target', text: 'Shot saved' },
  { type: 'shot_off_target', text: 'Shot wide' },
  { type: 'throw_in', text: 'Throw-in' },
  { type: 'goal_kick', text: 'Goal kick' },
] as const;

interface State {
  atMs: number;
  half: NonNullable<SoccerState['half']>;
  /** Played in the half, stoppage time included. */
  playedS: number;
  stoppageS: Record<'1H' | '2H', number>;
  score: Record<Competitor, number>;
  firstHalf: { home: number; away: number } | undefined;
  events: Record<Competitor, SignificantEvent[]>;
  sentOff: Record<Competitor, number>;
}

interface Happening {
  type: string;
  description: string;
  competitor: Competitor | undefined;
  player?: string;
  final?: boolean;
}

export const soccer: LeagueModel = {
  drawEdge: (random) => random.normal(0.35, 0.8),
  fairBefore: (edge) => fairOf(edge, 0, 2 * HALF_S, { home: 0, away: 0 }),
  idleDetails: (_listed, status, atMs) =>
    soccerDetails({
      status,
      pause: undefined,
      score: { home: 0, away: 0 },
      winner: '',
      lastPlay: undefined,
      updatedMs: atMs,
      half: undefined,
      time: '',
      firstHalf: undefined,
      events: { home: [], away: [] },
    }),

  *play(setup) {
    const { startMs, listed, random } = setup;
    const state: State = {
      atMs: startMs,
      half: '1H',
      playedS: 0,
      stoppageS: { '1H': random.whole(60, 270), '2H': random.whole(180, 480) },
      score: { home: 0, away: 0 },
      firstHalf: undefined,
      events: { home: [], away: [] },
      sentOff: { home: 0, away: 0 },
    };
    const rosters = { home: new Roster(listed.home.targetId), away: new Roster(listed.away.targetId) };
    yield momentOf(setup, state, { type: 'period_start', description: 'Kick-off', competitor: undefined });
    yield* playHalf(setup, state, rosters, '1H');
    state.atMs += 5 * SECOND_MS;
    state.half = 'HT';
    state.firstHalf = { ...state.score };
    yield momentOf(setup, state, { type: 'period_end', description: 'First half ended', competitor: undefined });
    state.atMs += HALFTIME_MS;
    state.half = '2H';
    state.playedS = 0;
    yield momentOf(setup, state, { type: 'period_start', description: 'Second half begins', competitor: undefined });
    yield* playHalf(setup, state, rosters, '2H');
    state.atMs += 5 * SECOND_MS;
    state.half = 'FT';
    yield momentOf(setup, state, { type: 'match_ended', description: 'Match ended', competitor: undefined, final: true });
  },
};

function* playHalf(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>, half: '1H' | '2H'): Generator<Moment> {
  while (state.playedS < HALF_S + state.stoppageS[half]) {
    yield playOn(setup, state, rosters, HALF_S + state.stoppageS[half] - state.playedS);
  }
}

function playOn(setup: GameSetup, state: State, rosters: Record<Competitor, Roster>, leftInHalfS: number): Moment {
  const { random, edge } = setup;
  const usedS = Math.min(random.whole(18, 50), leftInHalfS);
  state.playedS += usedS;
  state.atMs += usedS * SECOND_MS;
  const homeChance = (usedS / (2 * HALF_S)) * strength(edge, 'home', state.sentOff);
  const awayChance = (usedS / (2 * HALF_S)) * strength(edge, 'away', state.sentOff);
  const draw = random.next();
  const scorer = draw < homeChance ? 'home' : draw < homeChance + awayChance ? 'away' : undefined;
  const side = scorer ?? (random.chance(0.5) ? 'home' : 'away');
  const player = rosters[side].anyone(random);
  return momentOf(setup, state, scorer === undefined ? quietPlay(state, random, side, player, setup) : goal(state, side, player));
}

function goal(state: State, side: Competitor, player: string): Happening {
  state.score[side] += 1;
  state.events[side].push({ event_type: 'score_change', player, time: timeText(state) });
  return { type: 'score_change', description: `Goal by ${player}`, competitor: side, player };
}

function quietPlay(state: State, random: Random, side: Competitor, player: string, { listed }: GameSetup): Happening {
  const draw = random.next();
  const card = draw < 0.0008 ? 'red_card' : draw < 0.022 ? 'yellow_card' : undefined;
  if (card !== undefined) {
    if (card === 'red_card') state.sentOff[side] += 1;
    state.events[side].push({ event_type: card, player, time: timeText(state) });
    return { type: card, description: `${card === 'red_card' ? 'Red' : 'Yellow'} card for ${player}`, competitor: side, player };
  }
  const { type, text } = random.pick(QUIET_PLAYS);
  return { type, description: `${text} ${listed[side].name}.`, competitor: side };
}

/** Goals that a side scores in ninety minutes. Stoppage time is part of them. */
function strength(edge: number, side: Competitor, sentOff: Record<Competitor, number>): number {
  const full = Math.max(0.3, GOALS_PER_GAME / 2 + (side === 'home' ? edge : -edge) / 2);
  return full * TEN_MEN ** sentOff[side] * ((1 + 1 / TEN_MEN) / 2) ** sentOff[other(side)];
}

function fairOf(edge: number, margin: number, leftS: number, sentOff: Record<Competitor, number>): Fair {
  const left = leftS / (2 * HALF_S);
  const { ahead, level, behind } = poissonMargin(
    margin,
    left * strength(edge, 'home', sentOff),
    left * strength(edge, 'away', sentOff),
  );
  return { home: ahead, tie: level, away: behind };
}

/** "62'", in stoppage time "45+2'". */
function timeText({ half, playedS }: State): string {
  if (half === 'HT') return "45'";
  if (half === 'FT') return "90'";
  const base = half === '1H' ? 0 : 45;
  const minute = Math.floor(Math.max(0, playedS - 1) / 60) + 1;
  return minute > 45 ? `${base + 45}+${minute - 45}'` : `${base + minute}'`;
}

/** The usual stoppage time is expected until it is announced at the end of the half. */
function leftS({ half, playedS, stoppageS }: State): number {
  if (half === 'FT') return 0;
  const usual = { '1H': 160, '2H': 330 };
  if (half === 'HT') return HALF_S + usual['2H'];
  const stoppage = playedS > HALF_S - 60 ? stoppageS[half] : usual[half];
  return HALF_S + stoppage - playedS + (half === '1H' ? HALF_S + usual['2H'] : 0);
}

function momentOf(setup: GameSetup, state: State, happening: Happening): Moment {
  const { atMs, half, score, playedS } = state;
  const final = happening.final === true;
  const margin = score.home - score.away;
  const { type, description, competitor, player } = happening;
  const result: Fair = { home: margin > 0 ? 1 : 0, tie: margin === 0 ? 1 : 0, away: margin < 0 ? 1 : 0 };
  const time = timeText(state);
  return {
    atMs,
    final,
    fair: final ? result : fairOf(setup.edge, margin, leftS(state), state.sentOff),
    details: soccerDetails({
      status: final ? 'closed' : 'live',
      pause: undefined,
      score: { ...score },
      winner: final ? winnerOf(score) : '',
      lastPlay: { description, atMs },
      updatedMs: atMs,
      half,
      time,
      firstHalf: state.firstHalf,
      events: state.events,
    }),
    play: playEvent({
      period: half === '1H' || half === 'HT' ? 1 : 2,
      type,
      clock: `${String(Math.floor(playedS / 60) + (half === '2H' ? 45 : 0)).padStart(2, '0')}:${String(playedS % 60).padStart(2, '0')}`,
      competitor,
      description,
      score,
      extra: {
        match_time: Number.parseInt(time, 10),
        stoppage_time: time.includes('+') ? Number.parseInt(time.split('+')[1] ?? '', 10) : null,
        ...(player === undefined ? {} : { player_name: player }),
      },
    }),
  };
}

/**
 * The nights of a generated season: who plays whom and when, who starts late, what is postponed. The practice leagues play every
 * night of the year, all of them in the evening; their real calendars are not followed.
 */
import { easternMs } from '../../eastern.ts';
import type { League } from '../leagues.ts';
import { type ListedGame, nameGame } from '../listing.ts';
import { Random } from '../random.ts';
import { type Team, teamsOf } from '../teams.ts';
import { MODELS } from './leagues/index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** From the start of the scenario to the first game: a whole pre-game window of 30 minutes, and a little more. */
const FIRST_GAME_AFTER_MS = 33 * MINUTE_MS;
/** The next night is listed while the one before is being played. */
const LISTED_AHEAD_MS = 21 * 60 * MINUTE_MS;
const POSTPONED = 0.03;
const ALL_LEAGUES: readonly League[] = ['NBA', 'NFL', 'MLB', 'NHL', 'EPL', 'MLS'];

/**
 * A game that is not played as scheduled. Moved: announced, trading halted for a few minutes, then open for the next day, as the
 * rules keep a market open for 48 hours. Void: no new date within them; it settles at the last fair price.
 */
export interface Postponement {
  kind: 'moved' | 'void';
  announcedMs: number;
}

export interface GamePlan {
  listed: ListedGame;
  league: League;
  edge: number;
  listedMs: number;
  scheduledMs: number;
  /** The real start, of a moved game on its new day. */
  startMs: number;
  postponement: Postponement | undefined;
  random: Random;
}

export interface SeasonOptions {
  seed: number;
  /** Market time of the scenario's start. */
  startMs: number;
  gamesPerNight: number;
  leagues: readonly League[];
}

/** 18:27 Eastern on a day of late October 2026, when all leagues play, so that the first game is scheduled at 19:00. */
export function defaultStartMs(seed: number): number {
  return easternMs(2026, 10, 21 + new Random(seed, 'day').whole(0, 7), 18, 27);
}

export function defaultLeagues(): readonly League[] {
  return ALL_LEAGUES;
}

/** Every night's games, in the order in which they are listed. Unbounded. */
export function* season(options: SeasonOptions): Generator<GamePlan> {
  for (let night = 0; ; night++) yield* nightOf(options, night);
}

function nightOf(options: SeasonOptions, night: number): GamePlan[] {
  const random = new Random(options.seed, 'night', night);
  const firstMs = options.startMs + FIRST_GAME_AFTER_MS + night * DAY_MS;
  const listedMs = night === 0 ? options.startMs : firstMs - LISTED_AHEAD_MS;
  const taken = new Set<string>();
  let afterFirstMs = 0;
  return leaguesOfNight(options, random).map((league, index) => {
    const [away, home] = drawTeams(league, random, taken);
    const scheduledMs = firstMs + afterFirstMs;
    afterFirstMs += random.whole(2, 7) * 5 * MINUTE_MS;
    const listed = nameGame({ league, home, away, startMs: scheduledMs });
    const isOpener = index === 0;
    const gameRandom = new Random(options.seed, 'night', night, 'game', index);
    return { listed, league, listedMs, scheduledMs, random: gameRandom, ...courseOf(league, scheduledMs, gameRandom, isOpener) };
  });
}

/** Basketball first and then all leagues in turn; a night without basketball only where it was not asked for. */
function leaguesOfNight({ leagues, gamesPerNight }: SeasonOptions, random: Random): League[] {
  const night: League[] = leagues.includes('NBA') ? ['NBA'] : [];
  while (night.length < gamesPerNight) {
    night.push(...random.shuffled(leagues.filter((league) => league !== night.at(-1) || leagues.length === 1)));
  }
  return night.slice(0, gamesPerNight);
}

function drawTeams(league: League, random: Random, taken: Set<string>): [Team, Team] {
  const free = teamsOf(league).filter((team) => !taken.has(team.targetId));
  const [away, home] = random.shuffled(free);
  if (away === undefined || home === undefined) throw new RangeError(`not enough teams in ${league} for one night`);
  taken.add(away.targetId);
  taken.add(home.targetId);
  return [away, home];
}

/** Strength, lateness and postponement. A night's opener has a clear favourite, starts nearly on time and is always played. */
function courseOf(
  league: League,
  scheduledMs: number,
  random: Random,
  isOpener: boolean,
): Pick<GamePlan, 'edge' | 'startMs' | 'postponement'> {
  const lateMs = latenessMs(random);
  if (isOpener) {
    return { edge: clearEdge(league, random), startMs: scheduledMs + Math.min(lateMs, 2 * MINUTE_MS), postponement: undefined };
  }
  const edge = MODELS[league].drawEdge(random);
  if (!random.chance(POSTPONED)) return { edge, startMs: scheduledMs + lateMs, postponement: undefined };
  const kind = random.chance(0.5) ? 'moved' : 'void';
  const announcedMs = scheduledMs + random.whole(-25, 15) * MINUTE_MS;
  return { edge, startMs: scheduledMs + (kind === 'moved' ? DAY_MS : 0) + lateMs, postponement: { kind, announcedMs } };
}

/** A third on time, the others up to 12 minutes late. */
function latenessMs(random: Random): number {
  return random.chance(1 / 3) ? 0 : Math.round(random.between(0, 12 * MINUTE_MS) / 1000) * 1000;
}

/** An edge that makes one team a favourite of 58 to 70 cents. */
function clearEdge(league: League, random: Random): number {
  const model = MODELS[league];
  for (;;) {
    const edge = model.drawEdge(random);
    const { home, away } = model.fairBefore(edge);
    const favourite = Math.max(home, away);
    if (favourite >= 0.58 && favourite <= 0.7) return edge;
  }
}

/** What a league's model gives to the market: a game as a sequence of moments. */
import type { Competitor, Details, GameStatus } from '../details/common.ts';
import type { ListedGame } from '../listing.ts';
import type { Random } from '../random.ts';
import type { PlayEvent } from '../types.ts';

/** What YES of each outcome is worth, in dollars; the three add up to 1. */
export interface Fair {
  home: number;
  away: number;
  /** Of the third market; 0 in leagues without one. */
  tie: number;
}

/** The state of a game after something has happened. */
export interface Moment {
  atMs: number;
  fair: Fair;
  details: Details;
  play: PlayEvent | undefined;
  /** What the live data say once the result is official, where that differs. */
  decided?: Details;
  /** The last moment of the game: `fair` is the result. */
  final: boolean;
}

/** What happens at a moment, before it is put into the league's live data. */
export interface Happening {
  type: string;
  description: string;
  competitor: Competitor | undefined;
  /** What the break that begins with it is called. */
  pause?: string;
  final?: boolean;
}

export interface GameSetup {
  listed: ListedGame;
  /** Strength of the home team less that of the visitors, in the league's own unit; see each model. */
  edge: number;
  startMs: number;
  random: Random;
}

export interface LeagueModel {
  /** A game's edge, home advantage included, as it varies over a season. */
  drawEdge(random: Random): number;
  fairBefore(edge: number): Fair;
  /** Live data of a game that is not on: not started, postponed or cancelled. */
  idleDetails(listed: ListedGame, status: GameStatus, atMs: number): Details;
  /** The game from its first moment, at `startMs`, to the final one. Times rise strictly. */
  play(setup: GameSetup): Generator<Moment>;
}

export function other(side: Competitor): Competitor {
  return side === 'home' ? 'away' : 'home';
}

/** The value of both teams' markets where there is no third one: a draw pays each half. */
export function twoWay(home: number): Fair {
  return { home, away: 1 - home, tie: 0 };
}

export function winnerOf(score: Readonly<Record<Competitor, number>>): Competitor | '' {
  return score.home === score.away ? '' : score.home > score.away ? 'home' : 'away';
}

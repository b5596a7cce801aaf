/** What the poller asks: a source plans which requests give the games that are due, and reads them. */
import type { GameState } from '../trading/game.ts';
import type { ScoreReport } from './errors.ts';
import type { FollowedGame } from './kalshi/milestone.ts';

export interface SourceAnswer {
  /** By event ticker. */
  states: ReadonlyMap<string, GameState>;
  reports: readonly ScoreReport[];
}

/** One thing to fetch. */
export interface SourceRequest {
  /** What fails together: after an error, requests with this key wait. */
  key: string;
  games: readonly FollowedGame[];
  /** Fetches and parses; `nowMs` is market time. Rejects where nothing could be read. */
  read(nowMs: () => number): Promise<SourceAnswer>;
}

export interface ScoreSource {
  /** Appears as a state's source. */
  readonly name: string;
  /** How to read these games. Those that it does not have are in no request. */
  plan(games: readonly FollowedGame[]): readonly SourceRequest[];
  /** A game is no longer followed. */
  forget?(eventTicker: string): void;
}

/** What everybody may see of an environment's markets and games, as the feed needs it. */
import type { QuoteCandle } from '../baseline.ts';
import type { FeeSchedule } from '../fees.ts';
import type { GameState, League } from '../game.ts';
import type { MarketStatus } from '../market.ts';
import type { Quote } from '../quote.ts';

/** One market of a game that may be followed. */
export interface ListedMarket {
  ticker: string;
  /** The outcome's name: a team, a player, a draw. */
  team: string;
  title: string;
  status: MarketStatus;
  /** Once determined: what one YES pays, CC. */
  resultCC: number | undefined;
  fees: FeeSchedule;
  /** The shard that lists it; undefined where nobody says: then the exchange finds it by the ticker. */
  exchangeIndex: number | undefined;
}

/** A game with its winner markets, in ticker order. */
export interface ListedGame {
  eventTicker: string;
  seriesTicker: string;
  league: League;
  title: string;
  home: string | undefined;
  away: string | undefined;
  /** Scheduled start, epoch ms; undefined where nobody tells. */
  startMs: number | undefined;
  /** Whether a score source can be asked about it. */
  hasScoreSource: boolean;
  markets: readonly ListedMarket[];
}

/** Which games to follow; empty lists choose nothing. */
export interface GameChoice {
  leagues: readonly League[];
  series: readonly string[];
  tickers: readonly string[];
}

export interface DataHealth {
  kind: 'blind' | 'degraded' | 'connected';
  /** Since anything was heard, ms; undefined before the first. */
  heardAgeMs: number | undefined;
  reason: string;
}

export interface StandingQuote {
  quote: Quote;
  source: 'socket' | 'rest';
  /** Age of the feed, wall ms: how long ago this was known to be so. */
  ageMs: number;
}

export interface BookLevels {
  /** Best first, prices of YES. */
  bids: readonly { priceCC: number; countE2: number }[];
  asks: readonly { priceCC: number; countE2: number }[];
}

export interface MarketDataListener {
  /** The market's quote has changed, or its source, or it has gone. Synchronous; the hot path. */
  quote?(ticker: string): void;
  /** The market's status or result has changed. */
  market?(ticker: string, status: MarketStatus, resultCC: number | undefined): void;
  /** A new game or market was announced: the list should be read again. */
  listed?(): void;
  health?(health: DataHealth): void;
}

/** One environment's public data; shared by all accounts of it. */
export interface MarketData {
  open(): Promise<void>;
  close(): Promise<void>;
  /** Games that are open or will open within the horizon, or whose markets are not settled yet. Throws a VenueFailure. */
  list(choice: GameChoice): Promise<ListedGame[]>;
  follow(tickers: readonly string[], by: object): void;
  drop(tickers: readonly string[], by: object): void;
  quote(ticker: string): StandingQuote | undefined;
  depth(ticker: string, levels: number): BookLevels | undefined;
  /** One-minute candles, oldest first. Throws a VenueFailure. */
  candles(ticker: string, fromMs: number, toMs: number): Promise<QuoteCandle[]>;
  listen(listener: MarketDataListener): () => void;
  health(): DataHealth;
  /** Resolves when everything that the exchange had sent before the call has been taken in. */
  caughtUp(): Promise<void>;
}

/** Who says what of a game. */
export interface KnownGame {
  state: GameState;
  source: string;
  /** When that was read, market time. */
  readMs: number;
}

export interface ScoreProblem {
  code: string;
  eventTicker: string | undefined;
  message: string;
}

/** Live game states of an environment. */
export interface Scores {
  follow(game: ListedGame): void;
  forget(eventTicker: string): void;
  game(eventTicker: string): KnownGame | undefined;
  listen(listener: { changed?(eventTicker: string, game: KnownGame): void; problem?(problem: ScoreProblem): void }): () => void;
  /** Reads every followed game now, and resolves when that is done. */
  refresh(): Promise<void>;
  close(): void;
}

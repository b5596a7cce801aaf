/**
 * What a night on the practice exchange is made of. A scenario is a pure, deterministic source of timed events: the same
 * options give the same events, so a night that is started again after a crash runs on as it would have.
 *
 * Units: prices CC (1/10,000 dollar), contracts E2 (hundredths), times epoch milliseconds of market time.
 */
import type { BookSide } from '../units.ts';

export interface Level {
  priceCC: number;
  countE2: number;
}

export interface PriceRange {
  startCC: number;
  endCC: number;
  stepCC: number;
}

export interface SeriesListing {
  ticker: string;
  title: string;
  category: string;
  /** Sport as Kalshi tags it: "Basketball", "Football", "Baseball", "Hockey", "Soccer". */
  tags: string[];
  frequency: string;
  feeType: string;
  feeMultiplier: number;
  exchangeIndex: number;
  /** As in the event's product metadata, e.g. "Pro Basketball". */
  competition: string;
}

export interface EventListing {
  ticker: string;
  seriesTicker: string;
  title: string;
  subTitle: string;
  mutuallyExclusive: boolean;
  /** "MECNET" for a game with mutually exclusive outcomes, "" otherwise. */
  collateralReturnType: string;
  exchangeIndex: number;
  /** e.g. { competition: "Pro Basketball", competition_scope: "Game" } */
  productMetadata: Record<string, unknown>;
}

export interface MarketListing {
  ticker: string;
  eventTicker: string;
  title: string;
  yesSubTitle: string;
  noSubTitle: string;
  rulesPrimary: string;
  rulesSecondary: string;
  openMs: number;
  /** Padded by about two weeks, as Kalshi does; moved forward when the result is known. */
  closeMs: number;
  expectedExpirationMs: number;
  settlementTimerS: number;
  priceLevelStructure: string;
  priceRanges: PriceRange[];
  /** e.g. { basketball_team: <structured target id> } */
  customStrike: Record<string, string>;
  earlyCloseCondition: string;
}

export interface TargetListing {
  id: string;
  name: string;
  /** e.g. "basketball_team" */
  type: string;
  details: Record<string, unknown>;
}

export interface MilestoneListing {
  id: string;
  /** basketball_game, football_game, baseball_game, hockey_game, soccer_tournament_multi_leg */
  type: string;
  title: string;
  category: string;
  startMs: number;
  endMs: number | undefined;
  relatedEventTickers: string[];
  primaryEventTickers: string[];
  notificationMessage: string;
  /** Holds at least league, home_team_id, away_team_id, main_game_event_ticker. */
  details: Record<string, unknown>;
}

/** One play of a game, in the shape that Kalshi's play-by-play uses. */
export interface PlayEvent {
  period: number;
  event: Record<string, unknown>;
}

export type ScenarioAction =
  | { kind: 'series'; series: SeriesListing }
  | { kind: 'target'; target: TargetListing }
  | { kind: 'event'; event: EventListing; markets: MarketListing[] }
  | { kind: 'milestone'; milestone: MilestoneListing }
  /** Changes a milestone that is already listed (rescheduled, ended). */
  | { kind: 'milestone_update'; id: string; change: Partial<Pick<MilestoneListing, 'startMs' | 'endMs' | 'details'>> }
  /** The market maker's whole standing quote in a market: best level first on each side. Replaces the one before. */
  | { kind: 'quote'; ticker: string; bids: Level[]; asks: Level[] }
  /** Somebody else takes liquidity: an immediate-or-cancel order of the crowd. */
  | { kind: 'flow'; ticker: string; side: BookSide; countE2: number; limitCC: number }
  /** The whole `details` of a milestone's live data. */
  | { kind: 'live'; milestoneId: string; details: Record<string, unknown> }
  | { kind: 'play'; milestoneId: string; play: PlayEvent }
  | { kind: 'close_date'; ticker: string; closeMs: number }
  | { kind: 'deactivate'; ticker: string }
  | { kind: 'activate'; ticker: string }
  /** `valueCC` is what YES pays: 10000, 0, or between for a scalar (void) result. */
  | { kind: 'determine'; ticker: string; result: 'yes' | 'no' | 'scalar'; valueCC: number };

/** Everything that happens at one instant, in the order in which it is applied. */
export interface ScenarioEvent {
  atMs: number;
  actions: ScenarioAction[];
}

export interface Scenario {
  /** Market time at which the night starts; no event is earlier. */
  readonly startMs: number;
  /** The events in time order (equal times in the order given). May be unbounded. Started anew by each call. */
  events(): Iterable<ScenarioEvent>;
}

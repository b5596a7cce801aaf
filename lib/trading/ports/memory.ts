/** The memory, as accounts and feeds need it. Everything that is answered has been committed; failures are MemoryFailures. */

import type { BaselineState } from '../baseline.ts';
import type { Baseline } from '../baseline-measure.ts';
import type { BreakerRule, BreakerState, Trip } from '../breaker.ts';
import type { Actor, Signal } from '../cause.ts';
import type { Fill, Settlement } from '../fills.ts';
import type { GameState, League } from '../game.ts';
import type { RiskLimits } from '../limits.ts';
import type { OrderLife } from '../order-life.ts';
import type { OpenPosition, Trade } from '../position.ts';
import type { Environment } from './venue.ts';

/**
 * `STORE_UNAVAILABLE` (cannot be reached, closed), `STORE_NEWER` (made by a newer program), `STORE_LOCKED`, `STORE_FULL`,
 * `STORE_READ_ONLY`, `STORE_FAILED` (a defect). The message says what to do.
 */
export interface MemoryFailure extends Error {
  code: string;
}

/** The row of one account. */
export interface AccountRow {
  id: string;
  userId: string;
  environment: Environment;
  /** Tells accounts of one user and environment apart; on practice also the night. */
  label: string;
  night: string;
  /** A digest of the key id: tells whether the key has changed. Never the key. */
  keyFingerprint: string;
  /** The person's switch: whether entries are wanted at all. */
  entriesEnabled: boolean;
  limits: RiskLimits;
  /** Numbers for alert channels and reports are elsewhere; what is here decides. */
  createdMs: number;
}

export interface AccountWish {
  environment: Environment;
  label: string;
  night: string;
  keyFingerprint: string;
  /** Of a row that is made now. */
  entriesEnabled: boolean;
  atMs: number;
}

/** An order as it is remembered. */
export interface StoredOrder {
  clientOrderId: string;
  signal: Signal;
  lockKey: string;
  life: OrderLife;
  /** Its lock is free: proven over, and every filled contract accounted for. */
  isSettled: boolean;
  orderGroupId: string | undefined;
  /** When it was signed and sent, wall time; undefined: not sent. */
  sentWallMs: number | undefined;
  /** Given to whoever emits the outcome, perhaps a successor: plain JSON. */
  envelope: unknown;
  /** The outcome has been emitted. */
  isReported: boolean;
}

/** What the account knows that the transaction cannot: prices and balances as of now. */
export interface IntentReadings {
  nowMs: number;
  /** New York's date, `2026-11-20`. */
  tradingDay: string;
  capitalE6: number;
  balanceE6: number;
  dayPnlE6: number;
}

export interface IntentRequest {
  clientOrderId: string;
  signal: Signal;
  readings: IntentReadings;
  /** What an entry sets aside at most, fee included; 0 for exits. */
  setsAsideE6: number;
  orderGroupId: string | undefined;
  envelope: unknown;
}

/** Why an intent was not committed. */
export type IntentRefusal =
  /** The same cause has been committed before, or a double signal of it. */
  | 'duplicate'
  /** Another order holds the lock. */
  | 'locked'
  | 'entries_off'
  | 'breaker'
  | 'game_full'
  | 'positions_full'
  | 'averaging_down';

/** Trips that began and ended with it are on record already. */
export type IntentVerdict =
  | { kind: 'committed'; order: StoredOrder; breaker: BreakerState; tripped: readonly Trip[]; released: readonly Trip[] }
  | {
      kind: 'refused';
      refusal: IntentRefusal;
      rule: BreakerRule | undefined;
      reason: string;
      breaker: BreakerState;
      tripped: readonly Trip[];
      released: readonly Trip[];
    };

/** A position of one rule in one market, and what it has come to. */
export interface PositionRow {
  /** Of (account, rule, market, round). */
  id: string;
  accountId: string;
  ruleId: string;
  ticker: string;
  eventTicker: string;
  /** As its trades and its open part count it: from 1. */
  round: number;
  status: 'open' | 'closed';
  open: OpenPosition | undefined;
  openedMs: number;
  closedMs: number | undefined;
}

export interface TradeRow extends Trade {
  accountId: string;
  ruleId: string;
  eventTicker: string;
  environment: Environment;
}

/** What one order's news comes to; committed as one. */
export interface OrderNews {
  clientOrderId: string;
  life: OrderLife;
  isSettled: boolean;
  sentWallMs?: number;
  isReported?: boolean;
  fills: readonly Fill[];
  /** Positions that the fills changed, whole, with every trade of their round. */
  positions: readonly PositionRow[];
  trades: readonly TradeRow[];
  breaker?: BreakerState;
  trips?: readonly TripEvent[];
}

/** A trip or a reset, for the record. */
export interface TripEvent {
  kind: 'trip' | 'release' | 'reset';
  trip: Trip;
  actor: Actor;
  note: string | undefined;
  atMs: number;
}

/** Fills and settlement of one market of one rule, as stored. */
export interface StoredLedger {
  ruleId: string;
  ticker: string;
  eventTicker: string;
  fills: readonly Fill[];
  settlement: Settlement | undefined;
}

export const LOG_CATEGORIES = ['system', 'trade', 'config', 'alert', 'auth'] as const;
export type LogCategory = (typeof LOG_CATEGORIES)[number];
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One line of the activity log. */
export interface LogLine {
  accountId: string | undefined;
  level: LogLevel;
  category: LogCategory;
  /** One sentence for the user. */
  message: string;
  details: Readonly<Record<string, unknown>>;
  atMs: number;
}

export interface Snapshot {
  accountId: string;
  atMs: number;
  balanceE6: number;
  portfolioE6: number;
  exposureE6: number;
  openPositions: number;
  dayPnlE6: number;
  totalPnlE6: number;
  positions: readonly unknown[];
}

/** What a feed remembers of one market's baseline. */
export interface StoredBaseline {
  ticker: string;
  eventTicker: string;
  state: BaselineState;
  savedMs: number;
}

export interface TrackedGameRow {
  ticker: string;
  eventTicker: string;
  league: League;
  title: string;
  team: string;
  startMs: number | undefined;
  game: GameState | undefined;
  progress: string;
  isLive: boolean;
  isFinished: boolean;
  baseline: Baseline | undefined;
  priceCC: number | undefined;
  atMs: number;
}

export interface AccountMemory {
  /** Finds the row of (local user, environment, label, night), or makes it. A changed fingerprint is stored. */
  connect(wish: AccountWish): Promise<AccountRow>;
  get(accountId: string): Promise<AccountRow | undefined>;
  list(environment?: Environment): Promise<AccountRow[]>;
  setEntries(accountId: string, isEnabled: boolean): Promise<void>;
  setLimits(accountId: string, limits: RiskLimits): Promise<void>;
  verified(accountId: string, atMs: number, balanceE6: number): Promise<void>;
}

export interface OrderMemory {
  /**
   * One transaction: the switch, the breaker, the lock and the caps are checked against what is committed (unresolved orders counted
   * in), and the intent is committed, or refused with the reason. Exits pass breaker and caps; their lock is held by another exit
   * only while that is neither over nor unresolved.
   */
  intend(request: IntentRequest): Promise<IntentVerdict>;
  /** Commits what was learned of an order, with all that follows from it. */
  learn(accountId: string, news: OrderNews): Promise<void>;
  /** Every order that is not settled, or whose outcome was not emitted. */
  open(accountId: string): Promise<StoredOrder[]>;
  byClientOrderId(accountId: string, clientOrderId: string): Promise<StoredOrder | undefined>;
  /** Every order of the market, oldest first. */
  ofMarket(accountId: string, ticker: string): Promise<StoredOrder[]>;
  /** The orders of entry and exit legs in events that are not over: what tallies and rounds are counted from. */
  ofEvents(accountId: string, eventTickers: readonly string[]): Promise<StoredOrder[]>;
  reported(accountId: string, clientOrderId: string): Promise<void>;
}

export interface BookMemory {
  /** Ledgers of markets with an open position, or not settled yet. */
  openLedgers(accountId: string): Promise<StoredLedger[]>;
  ledger(accountId: string, ruleId: string, ticker: string): Promise<StoredLedger | undefined>;
  /** Fills that belong to no order of ours, a settlement, a repair: with all that follows, as one. */
  book(
    accountId: string,
    change: {
      ruleId: string;
      ticker: string;
      eventTicker: string;
      fills: readonly Fill[];
      settlement: Settlement | undefined;
      positions: readonly PositionRow[];
      trades: readonly TradeRow[];
      breaker?: BreakerState;
      trips?: readonly TripEvent[];
    },
  ): Promise<void>;
  /** Result after fees of trades closed on or after then, and wins and losses among them. */
  resultSince(
    accountId: string,
    sinceMs: number,
  ): Promise<{ netE6: number; feesE6: number; wins: number; losses: number; trades: number }>;
}

export interface RuleMemory {
  breaker(accountId: string): Promise<BreakerState>;
  /** Stored trips that `state` does not have stay, unless an event ends them: another program may have stored them. */
  saveBreaker(accountId: string, state: BreakerState, events: readonly TripEvent[]): Promise<void>;
  /** Of every rule of the account, by `ruleId|ticker`. Plain JSON. */
  ruleStates(accountId: string): Promise<Map<string, unknown>>;
  saveRuleState(accountId: string, ruleId: string, ticker: string, state: unknown): Promise<void>;
}

export interface FeedMemory {
  /** `feedKey` names the environment, on practice with its night. */
  baselines(feedKey: string): Promise<StoredBaseline[]>;
  saveBaselines(feedKey: string, baselines: readonly StoredBaseline[]): Promise<void>;
  saveTracked(accountId: string, rows: readonly TrackedGameRow[]): Promise<void>;
}

export interface RecordMemory {
  log(line: LogLine): Promise<void>;
  snapshot(snapshot: Snapshot): Promise<void>;
  orphan(accountId: string, orphan: OrphanRow): Promise<void>;
  openOrphans(accountId: string): Promise<OrphanRow[]>;
}

/** An order or position that the exchange has and we did not remember. */
export interface OrphanRow {
  id: string;
  ticker: string;
  orderId: string | undefined;
  side: 'bid' | 'ask';
  countE2: number;
  priceCC: number | undefined;
  detectedMs: number;
  resolvedMs: number | undefined;
  action: 'ADOPTED' | 'MANUAL_CLOSE' | 'AUTO_CLOSE' | 'FALSE_POSITIVE' | undefined;
}

/** The alerts that are to be delivered: stored first, then sent. */
export interface AlertMemory {
  /** The same key again on the same channel changes nothing and answers false. */
  enqueue(alert: {
    key: string;
    accountId: string | undefined;
    kind: string;
    channel: string;
    payload: unknown;
    atMs: number;
  }): Promise<boolean>;
  /** Not delivered, not given up, due by then; oldest first. */
  due(channel: string, nowMs: number, most: number): Promise<StoredAlert[]>;
  delivered(id: number, atMs: number): Promise<void>;
  failed(id: number, failure: { reason: string; nextMs: number | undefined }): Promise<void>;
  recent(most: number): Promise<StoredAlert[]>;
}

export interface StoredAlert {
  id: number;
  key: string;
  accountId: string | undefined;
  kind: string;
  channel: string;
  payload: unknown;
  state: 'waiting' | 'delivered' | 'given_up';
  attempts: number;
  reason: string | undefined;
  /** Wall time. */
  createdMs: number;
  nextMs: number | undefined;
  deliveredMs: number | undefined;
}

export interface Memory {
  accounts: AccountMemory;
  orders: OrderMemory;
  books: BookMemory;
  rules: RuleMemory;
  feeds: FeedMemory;
  records: RecordMemory;
  alerts: AlertMemory;
  /** Whether commits are possible now; `reason` says why not, and what to do. */
  health(): { isHealthy: boolean; code: string | undefined; reason: string };
  onHealth(listener: () => void): () => void;
}

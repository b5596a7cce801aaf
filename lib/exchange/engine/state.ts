import type {
  EventListing,
  MarketListing,
  MilestoneListing,
  PlayEvent,
  SeriesListing,
  TargetListing,
} from '../scenario/types.ts';
import type { BookSide } from '../units.ts';
import type { BookHalf } from './book.ts';
import type { ExchangeEvent, OrderReason } from './events.ts';
import type { Ids } from './ids.ts';
import type { Timer, Timers } from './timers.ts';

export type MarketStatus = 'initialized' | 'active' | 'inactive' | 'closed' | 'determined' | 'finalized';
export type TimeInForce = 'good_till_canceled' | 'immediate_or_cancel' | 'fill_or_kill';
export type SelfTradePrevention = 'taker_at_cross' | 'maker';
export type OrderStatus = 'resting' | 'canceled' | 'executed';

export interface MarketState {
  readonly ticker: string;
  /** The UUID by which socket frames also name the market. */
  readonly id: string;
  readonly listing: MarketListing;
  readonly event: EventState;
  readonly shard: number;
  readonly bids: BookHalf;
  readonly asks: BookHalf;
  readonly positions: Map<Account, Position>;
  status: MarketStatus;
  /** What it was when it closed: it comes back to that when the close moves on. */
  statusBeforeClose: MarketStatus;
  closeMs: number;
  closeTimer: Timer | undefined;
  createdMs: number;
  updatedMs: number;
  lastPriceCC: number;
  lastSizeE2: number;
  volumeE2: number;
  /** Money traded, at YES prices. */
  turnoverE6: number;
  openInterestE2: number;
  result: '' | 'yes' | 'no' | 'scalar';
  valueCC: number | undefined;
  determinedMs: number | undefined;
  /** When a determined market pays out. */
  payoutMs: number | undefined;
  settledMs: number | undefined;
}

export interface EventState {
  readonly ticker: string;
  readonly listing: EventListing;
  readonly series: SeriesState;
  readonly markets: MarketState[];
  updatedMs: number;
}

export interface SeriesState {
  readonly listing: SeriesListing;
  readonly events: EventState[];
  updatedMs: number;
}

export interface MilestoneState {
  listing: MilestoneListing;
  live: Record<string, unknown> | undefined;
  plays: PlayEvent[];
  updatedMs: number;
}

/** An account's holding in one market. `quantityE2` is positive for YES, negative for NO. */
export interface Position {
  quantityE2: number;
  /** What the open quantity cost, at prices of the side held. */
  costE6: number;
  realizedE6: number;
  feesE6: number;
  /** Everything ever bought and sold here, at prices of the side held. */
  tradedE6: number;
  tradedE2: number;
  updatedMs: number;
}

/** One shard's purse. What may be spent is cash less what resting orders have locked. */
export interface Purse {
  cashE6: number;
  lockedE6: number;
}

export interface ApiKey {
  id: string;
  name: string;
  publicKeyPem: string;
  scopes: string[];
}

export interface Account {
  readonly id: string;
  readonly name: string;
  /** The house makes the market: unlimited funds, no fees, no private messages. */
  readonly isHouse: boolean;
  readonly precisionE6: number;
  readonly purses: Map<number, Purse>;
  readonly positions: Map<MarketState, Position>;
  /** By id, in the order in which they came to rest. */
  readonly resting: Map<string, WorkingOrder>;
  /** The same by market. */
  readonly restingIn: Map<MarketState, Set<WorkingOrder>>;
  /** Every client order id ever taken: they are never free again. */
  readonly clientOrderIds: Set<string>;
  readonly groups: Map<string, OrderGroup>;
  readonly keys: Map<string, ApiKey>;
  /** What each market's resting orders lock. */
  readonly locks: Map<MarketState, number>;
  /** Collateral handed back because an event's outcomes exclude each other. */
  readonly returned: Map<EventState, number>;
  readonly transfers: Transfer[];
  allocation: { exchangeIndex: number; percent: number }[];
  reservation: string;
  tier: string;
  /** All fees ever charged. */
  feesE6: number;
}

export interface Transfer {
  id: string;
  fromShard: number;
  toShard: number;
  amountE6: number;
  atMs: number;
}

export interface OrderGroup {
  readonly id: string;
  readonly account: Account;
  readonly shard: number;
  limitE2: number | undefined;
  isTriggered: boolean;
  /** Matches of the last 15 seconds, oldest first, and their sum. */
  readonly matched: { atMs: number; countE2: number }[];
  matchedE2: number;
  readonly orders: Set<WorkingOrder>;
}

export interface WorkingOrder {
  readonly id: string;
  readonly account: Account;
  readonly market: MarketState;
  readonly side: BookSide;
  readonly timeInForce: TimeInForce;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly postOnly: boolean;
  readonly cancelOnPause: boolean;
  readonly group: OrderGroup | undefined;
  readonly expirationMs: number | undefined;
  readonly createdMs: number;
  clientOrderId: string;
  priceCC: number;
  status: OrderStatus;
  initialE2: number;
  remainingE2: number;
  fillE2: number;
  takerCostE6: number;
  makerCostE6: number;
  takerFeesE6: number;
  makerFeesE6: number;
  /** Rounding overpaid so far, carried from fill to fill. */
  carriedE6: number;
  /** Set while it rests with an expiry. */
  expiry: Timer | undefined;
  updatedMs: number;
}

/** Everything the exchange is. Plain data with ids and timers; the functions beside it are its behaviour. */
export interface ExchangeState {
  nowMs: number;
  readonly ids: Ids;
  readonly timers: Timers;
  readonly series: Map<string, SeriesState>;
  readonly events: Map<string, EventState>;
  readonly markets: Map<string, MarketState>;
  readonly milestones: Map<string, MilestoneState>;
  readonly targets: Map<string, { listing: TargetListing; updatedMs: number }>;
  readonly accounts: Map<string, Account>;
  readonly accountByKey: Map<string, Account>;
  readonly shards: number[];
  /** Accounts whose purses changed since they were last announced. */
  readonly touched: Set<Account>;
  exchangeActive: boolean;
  tradingActive: boolean;
  readonly emit: (event: ExchangeEvent) => void;
}

export type CancelReason = Exclude<OrderReason, 'Trade' | 'Amend'>;

/** One account at one exchange, as the order path needs it. Results are told as data: what is not known is not thrown. */
import type { BookSide, OutcomeSide } from '../sides.ts';

export const ENVIRONMENTS = ['practice', 'paper', 'demo', 'live', 'replay'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export type VenueOrderStatus = 'resting' | 'executed' | 'canceled';

/** An order as the exchange has it. */
export interface VenueOrder {
  orderId: string;
  clientOrderId: string;
  ticker: string;
  side: BookSide;
  outcome: OutcomeSide;
  status: VenueOrderStatus;
  /** The limit, as a YES price. */
  yesPriceCC: number;
  initialE2: number;
  filledE2: number;
  remainingE2: number;
  takerCostE6: number;
  makerCostE6: number;
  feesE6: number;
  orderGroupId: string | undefined;
  createdMs: number | undefined;
  updatedMs: number | undefined;
  expiresMs: number | undefined;
  exchangeIndex: number | undefined;
}

/** One trade of an order of ours. */
export interface VenueFill {
  /** The trade's id. */
  fillId: string;
  orderId: string;
  /** Only the fill stream tells it. */
  clientOrderId?: string | undefined;
  ticker: string;
  side: BookSide;
  outcome: OutcomeSide;
  yesPriceCC: number;
  countE2: number;
  feeE6: number;
  isTaker: boolean;
  atMs: number | undefined;
  exchangeIndex: number | undefined;
}

export interface VenuePosition {
  ticker: string;
  /** Positive: contracts of YES; negative: of NO. */
  netE2: number;
  exposureE6: number;
  realizedE6: number;
  feesE6: number;
  updatedMs: number;
  exchangeIndex: number | undefined;
}

export interface VenueBalance {
  cashE6: number;
  /** What the positions are worth; Kalshi tells it in whole cents. */
  portfolioE6: number;
  byShard: { exchangeIndex: number; cashE6: number }[];
  atMs: number;
}

export interface VenueSettlement {
  ticker: string;
  /** What one YES paid, CC: 10000, 0, or between for a scalar (void) result. */
  valueCC: number;
  /** Of the settlement itself, not of the fills before it. */
  feeE6: number;
  atMs: number;
}

/** An order to be placed. Always a limit order; `ioc` drops what does not trade at once. */
export interface NewOrder {
  clientOrderId: string;
  ticker: string;
  side: BookSide;
  yesLimitCC: number;
  countE2: number;
  timeInForce: 'ioc' | 'gtc';
  /** The exchange keeps it within the position. Only with `ioc`. */
  reduceOnly: boolean;
  cancelOnPause: boolean;
  orderGroupId: string | undefined;
  purpose: 'entry' | 'exit';
}

/**
 * What became of a call that places an order.
 * - `told`: the exchange has it, and this is how it stands
 * - `refused`: the exchange has stated that it does not take it, or it surely never left
 * - `unknown`: it may be there (timeout, lost connection, 5xx, unreadable, "exists already"): look it up
 */
export type Placed =
  | { kind: 'told'; orderId: string; status: VenueOrderStatus; filledE2: number; remainingE2: number }
  | { kind: 'refused'; code: string; reason: string }
  | { kind: 'unknown'; code: string; reason: string };

/** `done`: canceled now, with what had been filled · `unknown`: not found, or no answer: look it up · `refused`: it stands. */
export type Canceled =
  | { kind: 'done'; orderId: string }
  | { kind: 'refused'; code: string; reason: string }
  | { kind: 'unknown'; code: string; reason: string };

/** A call that only reads has failed. `code` is stable (`KALSHI_…`), the message is for the user. */
export interface VenueFailure extends Error {
  code: string;
}

export interface VenueHealth {
  /** Whether fills and orders of this account arrive: private channels subscribed, heard of lately. */
  isHealthy: boolean;
  /** Since anything was heard over the socket, ms; undefined before the first. */
  heardAgeMs: number | undefined;
  /** Why not healthy, for the user; empty when it is. */
  reason: string;
}

export interface VenueListener {
  order?(order: VenueOrder): void;
  fill?(fill: VenueFill): void;
  /** Our own client order id was seen in the book's deltas. */
  book?(seen: { clientOrderId: string; ticker: string }): void;
  health?(health: VenueHealth): void;
}

/** Reads throw a VenueFailure; everything else answers with data. */
export interface Venue {
  readonly environment: Environment;
  /** Opens connections; resolves when the exchange has accepted the credentials. Throws a VenueFailure that says why not. */
  open(): Promise<void>;
  close(): Promise<void>;
  listen(listener: VenueListener): () => void;
  health(): VenueHealth;

  place(order: NewOrder): Promise<Placed>;
  cancel(order: { orderId: string; ticker: string; exchangeIndex: number | undefined }): Promise<Canceled>;
  /**
   * A new group that stops its orders when more than so many contracts trade within 15 s. It takes orders of one shard, the first where
   * none is named. Throws a VenueFailure.
   */
  createOrderGroup(limitE2: number, exchangeIndex?: number): Promise<string>;

  /** Every order of a market, of any age and status. */
  ordersOf(ticker: string): Promise<VenueOrder[]>;
  order(orderId: string): Promise<VenueOrder | undefined>;
  resting(): Promise<VenueOrder[]>;
  /** Every order created since then (market time). */
  ordersSince(sinceMs: number): Promise<VenueOrder[]>;
  fillsOf(ticker: string): Promise<VenueFill[]>;
  fillsSince(sinceMs: number): Promise<VenueFill[]>;
  positions(): Promise<VenuePosition[]>;
  settlementsSince(sinceMs: number): Promise<VenueSettlement[]>;
  balance(): Promise<VenueBalance>;
  /** As of when (market time) reads of this account tell the truth. */
  userDataMs(): Promise<number>;
}

/** The part of the venue that only reads. Reads throw a VenueFailure. */
export type VenueReads = Pick<
  Venue,
  | 'ordersOf'
  | 'order'
  | 'resting'
  | 'ordersSince'
  | 'fillsOf'
  | 'fillsSince'
  | 'positions'
  | 'settlementsSince'
  | 'balance'
  | 'userDataMs'
>;

/** How an order stands in words of the exchange, for `witness`. */
export function standingOf(order: Pick<VenueOrder, 'orderId' | 'status' | 'filledE2'>): {
  orderId: string;
  status: VenueOrderStatus;
  filledE2: number;
} {
  const { orderId, status, filledE2 } = order;
  return { orderId, status, filledE2 };
}

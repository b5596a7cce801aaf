/** What pages and the API read of the memory, besides what accounts and feeds hold. Failures are MemoryFailures. */
import type { LogCategory, LogLevel, LogLine, Snapshot, StoredAlert, StoredOrder, TradeRow } from '../trading/ports/memory.ts';

/** A committed line; ids rise with every line that is committed. */
export interface StoredLine extends LogLine {
  id: number;
}

export interface ActivityFilter {
  /** Lines of this account and those of no account; undefined: only those of no account. */
  accountId: string | undefined;
  /** Undefined: all. */
  levels: readonly LogLevel[] | undefined;
  categories: readonly LogCategory[] | undefined;
}

/** Either bound may be absent; both are exclusive. The newest `most` of what lies between are answered. */
export interface ActivityCursor {
  afterId?: number;
  beforeId?: number;
  most: number;
}

/** Closed at or after `sinceMs` and before `untilMs` (market time). */
export interface TradeRange {
  sinceMs: number;
  untilMs: number;
  most: number;
}

export interface PagesReads {
  /** Newest first. */
  recentActivity(filter: ActivityFilter, cursor: ActivityCursor): Promise<StoredLine[]>;
  /** Newest first. */
  trades(accountId: string, range: TradeRange): Promise<TradeRow[]>;
  /** Every order of the market, oldest first. */
  ordersOf(accountId: string, ticker: string): Promise<StoredOrder[]>;
  /** Oldest first. */
  snapshots(accountId: string, sinceMs: number): Promise<Snapshot[]>;
  /** Newest first. */
  alerts(most: number): Promise<StoredAlert[]>;
}

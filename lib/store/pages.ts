/** What pages and reports read: history, newest first, a piece at a time. Nothing here stands in front of an order. */
import type { Knex } from 'knex';
import type { ExitReason } from '../trading/exit.ts';
import type {
  LogCategory,
  LogLevel,
  PositionRow,
  Snapshot,
  StoredAlert,
  StoredOrder,
  TrackedGameRow,
  TradeRow,
} from '../trading/ports/memory.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { OpenPosition } from '../trading/position.ts';
import type { OutcomeSide } from '../trading/sides.ts';
import { recentAlerts } from './alerts.ts';
import { type DocumentOf, readDocument } from './document.ts';
import { trackedGameOf } from './feeds.ts';
import { reads } from './operation.ts';
import { ORDER_COLUMNS, type OrderColumns, storedOrderOf } from './order-row.ts';
import { ordersOfMarket } from './orders.ts';
import { type StoredLine, snapshotOf, storedLineOf } from './records.ts';
import { type TripRecord, tripRecordOf } from './rules.ts';

export interface ActivityFilter {
  /** Lines of this account and those of no account; undefined: only those of no account. */
  accountId: string | undefined;
  /** Undefined: all. */
  levels: readonly LogLevel[] | undefined;
  categories: readonly LogCategory[] | undefined;
}

/** Either bound may be absent; both are exclusive. */
export interface IdRange {
  afterId?: number;
  beforeId?: number;
  most: number;
}

/** The last row that was seen: what comes next is older. */
export interface Seen<Id> {
  atMs: number;
  id: Id;
}

export interface TimeRange<Id> {
  /** Inclusive, market time. */
  sinceMs?: number;
  /** Exclusive. */
  untilMs?: number;
  before?: Seen<Id>;
  most: number;
}

export interface StoredTrade extends TradeRow {
  id: number;
}

/** A position with what its round has come to so far. Prices are totals over quantities. */
export interface PositionHistory extends PositionRow {
  side: OutcomeSide | undefined;
  entryE2: number;
  entryCostE6: number;
  exitE2: number;
  exitProceedsE6: number;
  exitReason: ExitReason | undefined;
  /** After fees, of what was closed. */
  realizedE6: number;
  feesE6: number;
}

/** An order without the message that it came from. */
export interface OrderHistory extends Omit<StoredOrder, 'envelope'> {
  id: number;
}

/** The reading side of the memory: over a connection of its own that cannot write. Failures are StoreErrors. */
export interface Pages {
  /** The newest `most` lines of the range, newest first. */
  recentActivity(filter: ActivityFilter, range: IdRange): Promise<StoredLine[]>;
  /** By the time they were closed, newest first. */
  trades(accountId: string, range: TimeRange<number>): Promise<StoredTrade[]>;
  /** As they were intended, newest first. */
  orders(accountId: string, range: IdRange): Promise<OrderHistory[]>;
  /** Every order of the market, oldest first. */
  ordersOf(accountId: string, ticker: string): Promise<StoredOrder[]>;
  /** By the time they were opened, newest first. */
  positions(accountId: string, range: TimeRange<string>): Promise<PositionHistory[]>;
  /** Oldest first. */
  snapshots(accountId: string, sinceMs: number): Promise<Snapshot[]>;
  /** Newest first. */
  alerts(most: number): Promise<StoredAlert[]>;
  /** Those that were told of since then, by event and ticker. */
  trackedGames(accountId: string, sinceMs: number): Promise<TrackedGameRow[]>;
  /** Newest first, with how each ended. */
  trips(accountId: string, range: IdRange): Promise<TripRecord[]>;
}

function within(query: Knex.QueryBuilder, { afterId, beforeId, most }: IdRange): Knex.QueryBuilder {
  if (afterId !== undefined) query.where('id', '>', afterId);
  if (beforeId !== undefined) query.where('id', '<', beforeId);
  return query.orderBy('id', 'desc').limit(most);
}

function during<Id extends string | number>(
  query: Knex.QueryBuilder,
  column: string,
  { sinceMs, untilMs, before, most }: TimeRange<Id>,
): Knex.QueryBuilder {
  if (sinceMs !== undefined) query.where(column, '>=', sinceMs);
  if (untilMs !== undefined) query.where(column, '<', untilMs);
  if (before !== undefined) query.whereRaw(`(${column}, id) < (?, ?)`, [before.atMs, before.id]);
  return query
    .orderBy([
      { column, order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(most);
}

async function recentActivity(db: Knex, { filter, range }: { filter: ActivityFilter; range: IdRange }): Promise<StoredLine[]> {
  const { accountId, levels, categories } = filter;
  const newest = async (query: Knex.QueryBuilder) => {
    if (levels !== undefined) query.whereIn('level', levels);
    if (categories !== undefined) query.whereIn('category', categories);
    // PostgreSQL does not see by itself that lines of no account are in the order of their ids, too.
    return within(query.orderBy('account_id', 'desc'), range).select<Parameters<typeof storedLineOf>[0][]>('*');
  };
  // One after the other, for each can walk the index.
  const common = await newest(db('activity_log').whereNull('account_id'));
  const own = accountId === undefined ? [] : await newest(db('activity_log').where({ account_id: accountId }));
  const found = [...common, ...own].toSorted((a, b) => b.id - a.id);
  return found.slice(0, range.most).map(storedLineOf);
}

interface TradeColumns {
  id: number;
  account_id: string;
  rule_id: string;
  ticker: string;
  event_ticker: string;
  environment: Environment;
  round: number;
  outcome: OutcomeSide;
  count: number;
  entry_cost: number;
  exit_proceeds: number;
  gross_pnl: number;
  fees: number;
  net_pnl: number;
  slippage: number | null;
  exit_reason: ExitReason | null;
  exit_order_id: string | null;
  entry_at: number;
  exit_at: number;
}

function tradeOf(row: TradeColumns): StoredTrade {
  return {
    id: row.id,
    accountId: row.account_id,
    ruleId: row.rule_id,
    ticker: row.ticker,
    eventTicker: row.event_ticker,
    environment: row.environment,
    round: row.round,
    outcome: row.outcome,
    countE2: row.count,
    entryCostE6: row.entry_cost,
    exitProceedsE6: row.exit_proceeds,
    grossE6: row.gross_pnl,
    feesE6: row.fees,
    netE6: row.net_pnl,
    slippageE6: row.slippage ?? undefined,
    exitReason: row.exit_reason ?? undefined,
    exitOrderId: row.exit_order_id ?? undefined,
    entryMs: row.entry_at,
    exitMs: row.exit_at,
  };
}

interface PositionColumns {
  id: string;
  account_id: string;
  rule_id: string;
  ticker: string;
  event_ticker: string;
  round: number;
  status: 'open' | 'closed';
  side: OutcomeSide | null;
  open: DocumentOf<OpenPosition> | null;
  entry_quantity: number;
  entry_cost: number;
  exit_quantity: number;
  exit_proceeds: number;
  exit_reason: ExitReason | null;
  realized_pnl: number;
  fees: number;
  opened_at: number;
  closed_at: number | null;
}

function positionOf(row: PositionColumns): PositionHistory {
  return {
    id: row.id,
    accountId: row.account_id,
    ruleId: row.rule_id,
    ticker: row.ticker,
    eventTicker: row.event_ticker,
    round: row.round,
    status: row.status,
    open: row.open === null ? undefined : readDocument(row.open),
    openedMs: row.opened_at,
    closedMs: row.closed_at ?? undefined,
    side: row.side ?? undefined,
    entryE2: row.entry_quantity,
    entryCostE6: row.entry_cost,
    exitE2: row.exit_quantity,
    exitProceedsE6: row.exit_proceeds,
    exitReason: row.exit_reason ?? undefined,
    realizedE6: row.realized_pnl,
    feesE6: row.fees,
  };
}

function orderHistoryOf(row: OrderColumns): OrderHistory {
  const { envelope: _, ...order } = storedOrderOf(row);
  return { ...order, id: row.id };
}

export interface OfAccount<Range> {
  accountId: string;
  range: Range;
}

export const pageOperations = {
  'pages.recentActivity': reads(recentActivity),
  'pages.trades': reads(async (db, { accountId, range }: OfAccount<TimeRange<number>>) => {
    const query = during(db('trades').where({ account_id: accountId }), 'exit_at', range);
    return (await query.select<TradeColumns[]>('*')).map(tradeOf);
  }),
  'pages.orders': reads(async (db, { accountId, range }: OfAccount<IdRange>) => {
    const columns = ORDER_COLUMNS.map((name) => (name === 'envelope' ? db.raw(`'null' AS envelope`) : name));
    const found: OrderColumns[] = await within(db('orders').where({ account_id: accountId }), range).select(...columns);
    return found.map(orderHistoryOf);
  }),
  'pages.ordersOf': reads(ordersOfMarket),
  'pages.positions': reads(async (db, { accountId, range }: OfAccount<TimeRange<string>>) => {
    const query = during(db('positions').where({ account_id: accountId }), 'opened_at', range);
    return (await query.select<PositionColumns[]>('*')).map(positionOf);
  }),
  'pages.snapshots': reads(async (db, { accountId, sinceMs }: { accountId: string; sinceMs: number }) => {
    const query = db('account_snapshots').where({ account_id: accountId }).where('at', '>=', sinceMs).orderBy('at');
    return (await query.select<Parameters<typeof snapshotOf>[0][]>('*')).map(snapshotOf);
  }),
  'pages.alerts': reads(recentAlerts),
  'pages.trackedGames': reads(async (db, { accountId, sinceMs }: { accountId: string; sinceMs: number }) => {
    const query = db('tracked_games').where({ account_id: accountId }).where('updated_at', '>=', sinceMs);
    const found = await query.orderBy(['event_ticker', 'ticker']).select<Parameters<typeof trackedGameOf>[0][]>('*');
    return found.map(trackedGameOf);
  }),
  'pages.trips': reads(async (db, { accountId, range }: OfAccount<IdRange>) => {
    const query = within(db('kill_switch_events').where({ account_id: accountId }), range);
    return (await query.select<Parameters<typeof tripRecordOf>[0][]>('*')).map(tripRecordOf);
  }),
};

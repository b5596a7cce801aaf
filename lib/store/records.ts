/** The record: the activity log, snapshots of the account, and what was found at the exchange that nobody remembered. */
import type { Knex } from 'knex';
import type { LogCategory, LogLevel, LogLine, OrphanRow, Snapshot } from '../trading/ports/memory.ts';
import { readPlain, writePlain } from './document.ts';
import { reads, records, recordsOnce, writes } from './operation.ts';

/** A committed line. Of two that one program has asked for, the later has the higher id, and is not there before the other. */
export interface StoredLine extends LogLine {
  id: number;
}

interface LineColumns {
  id: number;
  account_id: string | null;
  level: LogLevel;
  category: LogCategory;
  message: string;
  details: string;
  at: number;
}

export function storedLineOf(row: LineColumns): StoredLine {
  return {
    id: row.id,
    accountId: row.account_id ?? undefined,
    level: row.level,
    category: row.category,
    message: row.message,
    details: { ...(readPlain(row.details) as Record<string, unknown>) },
    atMs: row.at,
  };
}

interface SnapshotColumns {
  account_id: string;
  at: number;
  balance: number;
  portfolio_value: number;
  exposure: number;
  open_positions: number;
  positions: string;
  daily_pnl: number;
  total_pnl: number;
}

export function snapshotOf(row: SnapshotColumns): Snapshot {
  return {
    accountId: row.account_id,
    atMs: row.at,
    balanceE6: row.balance,
    portfolioE6: row.portfolio_value,
    exposureE6: row.exposure,
    openPositions: row.open_positions,
    dayPnlE6: row.daily_pnl,
    totalPnlE6: row.total_pnl,
    positions: readPlain(row.positions) as unknown[],
  };
}

interface OrphanColumns {
  id: string;
  ticker: string;
  order_id: string | null;
  side: OrphanRow['side'];
  size: number;
  price: number | null;
  detected_at: number;
  resolved_at: number | null;
  resolution_action: OrphanRow['action'] | null;
}

function orphanOf(row: OrphanColumns): OrphanRow {
  return {
    id: row.id,
    ticker: row.ticker,
    orderId: row.order_id ?? undefined,
    side: row.side,
    countE2: row.size,
    priceCC: row.price ?? undefined,
    detectedMs: row.detected_at,
    resolvedMs: row.resolved_at ?? undefined,
    action: row.resolution_action ?? undefined,
  };
}

async function log(db: Knex, { line, storedMs }: { line: LogLine; storedMs: number }): Promise<void> {
  await db('activity_log').insert({
    account_id: line.accountId ?? null,
    level: line.level,
    category: line.category,
    message: line.message,
    details: writePlain(line.details),
    at: line.atMs,
    stored_at: storedMs,
  });
}

/** One for each instant of an account: a later one of the same instant replaces it. */
async function snapshot(db: Knex, { snapshot: one, storedMs }: { snapshot: Snapshot; storedMs: number }): Promise<void> {
  await db('account_snapshots')
    .insert({
      account_id: one.accountId,
      at: one.atMs,
      balance: one.balanceE6,
      portfolio_value: one.portfolioE6,
      exposure: one.exposureE6,
      open_positions: one.openPositions,
      positions: writePlain(one.positions),
      daily_pnl: one.dayPnlE6,
      total_pnl: one.totalPnlE6,
      stored_at: storedMs,
    })
    .onConflict(['account_id', 'at'])
    .merge();
}

async function orphan(db: Knex, { accountId, orphan: one }: { accountId: string; orphan: OrphanRow }): Promise<void> {
  await db('orphaned_orders')
    .insert({
      account_id: accountId,
      id: one.id,
      ticker: one.ticker,
      order_id: one.orderId ?? null,
      side: one.side,
      size: one.countE2,
      price: one.priceCC ?? null,
      detected_at: one.detectedMs,
      resolved: one.resolvedMs === undefined ? 0 : 1,
      resolved_at: one.resolvedMs ?? null,
      resolution_action: one.action ?? null,
    })
    .onConflict(['account_id', 'id'])
    .merge();
}

export const recordOperations = {
  // Whoever follows the log asks for what comes after the last id that it knows.
  'records.log': { ...recordsOnce(log), queueOf: () => 'log' },
  'records.snapshot': records(snapshot),
  'records.orphan': writes(orphan),
  'records.openOrphans': reads(async (db, accountId: string) => {
    const found = await db('orphaned_orders')
      .where({ account_id: accountId, resolved: 0 })
      .orderBy(['detected_at', 'id'])
      .select<OrphanColumns[]>('*');
    return found.map(orphanOf);
  }),
};

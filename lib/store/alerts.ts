/** The alerts that are to be delivered. */
import type { Knex } from 'knex';
import type { AlertMemory, StoredAlert } from '../trading/ports/memory.ts';
import { readPlain, writePlain } from './document.ts';
import { unknownThing } from './errors.ts';
import { reads, records, recordsOnce } from './operation.ts';

interface AlertColumns {
  id: number;
  key: string;
  account_id: string | null;
  kind: string;
  channel: string;
  payload: string;
  state: StoredAlert['state'];
  attempts: number;
  reason: string | null;
  created_at: number;
  next_at: number | null;
  delivered_at: number | null;
}

function alertOf(row: AlertColumns): StoredAlert {
  return {
    id: row.id,
    key: row.key,
    accountId: row.account_id ?? undefined,
    kind: row.kind,
    channel: row.channel,
    payload: readPlain(row.payload),
    state: row.state,
    attempts: row.attempts,
    reason: row.reason ?? undefined,
    createdMs: row.created_at,
    nextMs: row.next_at ?? undefined,
    deliveredMs: row.delivered_at ?? undefined,
  };
}

async function enqueue(db: Knex, alert: Parameters<AlertMemory['enqueue']>[0]): Promise<boolean> {
  const made = await db('alerts')
    .insert({
      key: alert.key,
      channel: alert.channel,
      account_id: alert.accountId ?? null,
      kind: alert.kind,
      payload: writePlain(alert.payload),
      state: 'waiting',
      attempts: 0,
      created_at: alert.atMs,
      next_at: alert.atMs,
    })
    .onConflict(['channel', 'key'])
    .ignore()
    .returning<{ id: number }[]>('id');
  return made.length > 0;
}

async function change(db: Knex, id: number, values: Record<string, unknown>): Promise<void> {
  const changed = await db('alerts')
    .where({ id })
    .update({ ...values, attempts: db.raw('attempts + 1') });
  if (changed === 0) throw unknownThing(`alert ${id}`);
}

async function found(query: Knex.QueryBuilder): Promise<StoredAlert[]> {
  const rows = await query.select<AlertColumns[]>('*');
  return rows.map(alertOf);
}

export function recentAlerts(db: Knex, most: number): Promise<StoredAlert[]> {
  return found(db('alerts').orderBy('id', 'desc').limit(most));
}

export const alertOperations = {
  'alerts.enqueue': records(enqueue),
  'alerts.due': reads((db, { channel, nowMs, most }: { channel: string; nowMs: number; most: number }) =>
    found(db('alerts').where({ channel, state: 'waiting' }).where('next_at', '<=', nowMs).orderBy('id').limit(most)),
  ),
  'alerts.delivered': records((db, { id, atMs }: { id: number; atMs: number }) =>
    change(db, id, { state: 'delivered', delivered_at: atMs, next_at: null }),
  ),
  'alerts.failed': recordsOnce((db, { id, reason, nextMs }: { id: number; reason: string; nextMs: number | undefined }) =>
    change(db, id, { state: nextMs === undefined ? 'given_up' : 'waiting', reason, next_at: nextMs ?? null }),
  ),
  'alerts.recent': reads(recentAlerts),
};

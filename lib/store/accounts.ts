/** Accounts: who trades where, whether entries are wanted, and the limits. */
import type { Knex } from 'knex';
import { NEW_BREAKER_STATE } from '../trading/breaker.ts';
import { defaultLimits, type RiskLimits } from '../trading/limits.ts';
import type { AccountRow, AccountWish } from '../trading/ports/memory.ts';
import type { Environment } from '../trading/ports/venue.ts';
import { type DocumentOf, readDocument, writeDocument } from './document.ts';
import { unknownThing } from './errors.ts';
import { holding, reads, rowsOf, writes, writesFor } from './operation.ts';

const LOCAL_USER = 'local';

interface Columns {
  id: string;
  user_id: string;
  environment: Environment;
  label: string;
  night: string;
  key_fingerprint: string;
  created_at: number;
  bot_enabled: number;
  limits: DocumentOf<RiskLimits>;
}

/** Settings that a newer program has more of than the stored ones have their defaults. */
export function readLimits(text: DocumentOf<RiskLimits>): RiskLimits {
  return { ...defaultLimits(), ...readDocument(text) };
}

function rowOf(columns: Columns): AccountRow {
  return {
    id: columns.id,
    userId: columns.user_id,
    environment: columns.environment,
    label: columns.label,
    night: columns.night,
    keyFingerprint: columns.key_fingerprint,
    entriesEnabled: columns.bot_enabled === 1,
    limits: readLimits(columns.limits),
    createdMs: columns.created_at,
  };
}

async function rowsWhere(db: Knex, where: Readonly<Record<string, string>>): Promise<AccountRow[]> {
  const found = await db('kalshi_accounts')
    .join('global_settings', 'global_settings.account_id', 'kalshi_accounts.id')
    .where(where)
    .orderBy(['created_at', 'id'])
    .select<Columns[]>('kalshi_accounts.*', 'bot_enabled', 'limits');
  return found.map(rowOf);
}

async function connect(db: Knex, { id, wish }: { id: string; wish: AccountWish }): Promise<AccountRow> {
  const { environment, label, night, keyFingerprint, entriesEnabled, atMs } = wish;
  const name = { user_id: LOCAL_USER, environment, label, night };
  const made = await db('kalshi_accounts')
    .insert({ ...name, id, key_fingerprint: keyFingerprint, created_at: atMs })
    .onConflict(['user_id', 'environment', 'label', 'night'])
    .ignore()
    .returning<{ id: string }[]>('id');
  if (made.length > 0) {
    await db('global_settings').insert({
      account_id: id,
      bot_enabled: entriesEnabled ? 1 : 0,
      limits: writeDocument(defaultLimits()),
    });
    await db('breaker_states').insert({ account_id: id, state: writeDocument(NEW_BREAKER_STATE) });
  } else {
    await db('kalshi_accounts')
      .where(name)
      .whereNot({ key_fingerprint: keyFingerprint })
      .update({ key_fingerprint: keyFingerprint, is_connected: 0 });
  }
  const [row] = await rowsWhere(db, name);
  if (row === undefined) throw unknownThing(`account ${label} of ${environment}`);
  return row;
}

/**
 * To begin a transaction with that decides on what is committed of the account, or changes it: nobody else does either before it ends.
 */
export async function holdAccount(db: Knex, accountId: string): Promise<void> {
  const held = await rowsOf(db, `SELECT id FROM kalshi_accounts WHERE id = ? ${holding(db)}`, [accountId]);
  if (held.length === 0) throw unknownThing(`account ${accountId}`);
}

export interface Switching {
  accountId: string;
  isEnabled: boolean;
}

export interface Limiting {
  accountId: string;
  limits: RiskLimits;
}

/** Once it is answered, no intent is committed that was checked against what was set before. */
async function set(db: Knex, accountId: string, settings: { bot_enabled: number } | { limits: string }): Promise<void> {
  await holdAccount(db, accountId);
  await db('global_settings').where({ account_id: accountId }).update(settings);
}

export interface Verified {
  accountId: string;
  atMs: number;
  balanceE6: number;
}

async function verified(db: Knex, { accountId, atMs, balanceE6 }: Verified): Promise<void> {
  const columns = { is_connected: 1, last_verified_at: atMs, account_balance: balanceE6 };
  const changed = await db('kalshi_accounts').where({ id: accountId }).update(columns);
  if (changed === 0) throw unknownThing(`account ${accountId}`);
}

export const accountOperations = {
  'accounts.connect': writes(connect),
  'accounts.get': reads(async (db, accountId: string) => (await rowsWhere(db, { 'kalshi_accounts.id': accountId }))[0]),
  'accounts.list': reads((db, environment: Environment | undefined) =>
    rowsWhere(db, environment === undefined ? {} : { environment }),
  ),
  'accounts.setEntries': writesFor(
    ({ accountId }: Switching) => accountId,
    (db, { accountId, isEnabled }) => set(db, accountId, { bot_enabled: isEnabled ? 1 : 0 }),
  ),
  'accounts.setLimits': writesFor(
    ({ accountId }: Limiting) => accountId,
    (db, { accountId, limits }) => set(db, accountId, { limits: writeDocument(limits) }),
  ),
  'accounts.verified': writes(verified),
};

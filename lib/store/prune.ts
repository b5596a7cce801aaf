/**
 * What is forgotten, a piece at a time. Orders, fills, ledgers, positions, trades, trips and orphans never are. Each piece says how many
 * rows it took: none means that nothing is left. `beforeMs` is wall time.
 */
import type { Knex } from 'knex';
import { records } from './operation.ts';

/** So short that an order does not wait for it. */
const ROWS_PER_PIECE = 200;
const DAY_MS = 86_400_000;
/** However young they are, no more lines are kept: something may say the same at every turn. */
const MOST_LINES = 500_000;

export interface Piece {
  beforeMs: number;
}

async function activity(db: Knex, { beforeMs }: Piece): Promise<number> {
  const some = () => db('activity_log').select('id').limit(ROWS_PER_PIECE);
  const [newest] = await db('activity_log').max<{ id: number | null }[]>('id as id');
  // Each on its own, for each has an index.
  const surplus = some().where('id', '<=', (newest?.id ?? 0) - MOST_LINES);
  const taken = await db('activity_log').whereIn('id', surplus).delete();
  if (taken > 0) return taken;
  return db('activity_log')
    .whereIn('id', some().where('stored_at', '<', beforeMs))
    .delete();
}

/** The last of each day stays: what an account came to can be seen for as long as it exists. */
function snapshots(db: Knex, { beforeMs }: Piece): Promise<number> {
  const isLaterThatDay = `EXISTS (SELECT 1 FROM account_snapshots later WHERE later.account_id = one.account_id
    AND later.at > one.at AND later.at < one.at - one.at % ${DAY_MS} + ${DAY_MS})`;
  const old = db({ one: 'account_snapshots' })
    .select('one.account_id', 'one.at')
    .where('one.stored_at', '<', beforeMs)
    .whereRaw(isLaterThatDay)
    .limit(ROWS_PER_PIECE);
  return db('account_snapshots').whereIn(['account_id', 'at'], old).delete();
}

/** A state of a market that is still held stays. */
function ruleStates(db: Knex, { beforeMs }: Piece): Promise<number> {
  const isHeld = `EXISTS (SELECT 1 FROM positions held WHERE held.account_id = one.account_id AND held.rule_id = one.rule_id
    AND held.ticker = one.ticker AND held.status = 'open')`;
  const old = db({ one: 'rule_states' })
    .select('one.account_id', 'one.rule_id', 'one.ticker')
    .where('one.stored_at', '<', beforeMs)
    .whereRaw(`NOT ${isHeld}`)
    .limit(ROWS_PER_PIECE);
  return db('rule_states').whereIn(['account_id', 'rule_id', 'ticker'], old).delete();
}

function oldOf(table: string, key: readonly string[]) {
  return (db: Knex, { beforeMs }: Piece): Promise<number> => {
    const old = db(table)
      .select(...key)
      .where('stored_at', '<', beforeMs)
      .limit(ROWS_PER_PIECE);
    return db(table).whereIn(key, old).delete();
  };
}

/** One that waits is still to be delivered. */
function alerts(db: Knex, { beforeMs }: Piece): Promise<number> {
  const old = db('alerts').select('id').whereNot({ state: 'waiting' }).where('created_at', '<', beforeMs).limit(ROWS_PER_PIECE);
  return db('alerts').whereIn('id', old).delete();
}

export const pruneOperations = {
  'prune.activity': records(activity),
  'prune.snapshots': records(snapshots),
  'prune.ruleStates': records(ruleStates),
  'prune.baselines': records(oldOf('baselines', ['feed_key', 'ticker'])),
  'prune.trackedGames': records(oldOf('tracked_games', ['account_id', 'ticker'])),
  'prune.alerts': records(alerts),
};

import type { Knex } from 'knex';

/**
 * When a row was last written, wall time: what may be forgotten goes by that. Market time would not do, for a practice night of old
 * games is old from its first minute.
 */
const MARKED = ['activity_log', 'account_snapshots', 'rule_states', 'baselines', 'tracked_games'];

export async function markStoring(db: Knex): Promise<void> {
  for (const name of MARKED) {
    await db.schema.alterTable(name, (table) => {
      table.bigInteger('stored_at').notNullable().defaultTo(0);
    });
    await db(name).update({ stored_at: Date.now() });
    await db.schema.alterTable(name, (table) => {
      table.index(['stored_at']);
    });
  }
}

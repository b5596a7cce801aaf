import type { Knex } from 'knex';

/** Whoever looks for a market's positions looks for the open ones, and these have an index of their own. */
export async function dropRoundsIndex(db: Knex): Promise<void> {
  await db.schema.alterTable('positions', (table) => {
    table.dropIndex(['account_id', 'rule_id', 'ticker']);
  });
}

import type { Knex } from 'knex';

export async function createFeeds(db: Knex): Promise<void> {
  await db.schema.createTable('rule_states', (table) => {
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('state').notNullable();
    table.primary(['account_id', 'rule_id', 'ticker']);
  });

  await db.schema.createTable('baselines', (table) => {
    table.text('feed_key').notNullable();
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.text('state').notNullable();
    table.bigInteger('saved_at').notNullable();
    table.primary(['feed_key', 'ticker']);
  });

  await db.schema.createTable('tracked_games', (table) => {
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.text('sport').notNullable();
    table.text('event_title').notNullable();
    table.text('team').notNullable();
    table.bigInteger('start_time');
    table.text('current_segment').notNullable();
    table.integer('time_remaining_seconds');
    table.integer('is_live').notNullable();
    table.integer('is_finished').notNullable();
    table.text('game');
    table.text('baseline');
    table.text('baseline_grade');
    table.integer('baseline_samples');
    table.bigInteger('captured_at');
    table.integer('current_price');
    table.bigInteger('updated_at').notNullable();
    table.primary(['account_id', 'ticker']);
  });
}

import type { Knex } from 'knex';

export async function createRecords(db: Knex): Promise<void> {
  await db.schema.createTable('activity_log', (table) => {
    table.increments('id');
    table.text('account_id').references('id').inTable('kalshi_accounts');
    table.text('level').notNullable();
    table.text('category').notNullable();
    table.text('message').notNullable();
    table.text('details').notNullable();
    table.bigInteger('at').notNullable();
    table.index(['account_id', 'id']);
  });

  await db.schema.createTable('account_snapshots', (table) => {
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.bigInteger('at').notNullable();
    table.bigInteger('balance').notNullable();
    table.bigInteger('portfolio_value').notNullable();
    table.bigInteger('exposure').notNullable();
    table.integer('open_positions').notNullable();
    table.text('positions').notNullable();
    table.bigInteger('daily_pnl').notNullable();
    table.bigInteger('total_pnl').notNullable();
    table.primary(['account_id', 'at']);
  });

  await db.schema.createTable('orphaned_orders', (table) => {
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('id').notNullable();
    table.text('ticker').notNullable();
    table.text('order_id');
    table.text('side').notNullable();
    table.bigInteger('size').notNullable();
    table.integer('price');
    table.bigInteger('detected_at').notNullable();
    table.integer('resolved').notNullable();
    table.bigInteger('resolved_at');
    table.text('resolution_action');
    table.primary(['account_id', 'id']);
  });

  await db.schema.createTable('alerts', (table) => {
    table.increments('id');
    table.text('key').notNullable();
    table.text('channel').notNullable();
    table.text('account_id').references('id').inTable('kalshi_accounts');
    table.text('kind').notNullable();
    table.text('payload').notNullable();
    table.text('state').notNullable();
    table.integer('attempts').notNullable();
    table.text('reason');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('next_at');
    table.bigInteger('delivered_at');
    table.unique(['channel', 'key']);
    table.index(['channel', 'state', 'next_at']);
  });

  // Holds nothing: what is written here and taken away again proves that commits are possible.
  await db.schema.createTable('probes', (table) => {
    table.integer('id').primary();
    table.text('filler').notNullable();
  });
}

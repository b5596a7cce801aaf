import type { Knex } from 'knex';

export async function createOrders(db: Knex): Promise<void> {
  await db.schema.createTable('orders', (table) => {
    table.increments('id');
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('client_order_id').notNullable().unique();
    table.text('order_id');
    table.text('order_group_id');
    // The request that committed it: a repetition of that very request is told apart from another one.
    table.text('intent').notNullable();
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.integer('round').notNullable();
    table.text('leg').notNullable();
    table.integer('attempt').notNullable();
    table.text('lock_key').notNullable();
    table.integer('holds_lock').notNullable();
    table.text('state').notNullable();
    table.integer('is_settled').notNullable();
    table.integer('is_reported').notNullable();
    // Of an entry: it takes one of the rule's entries in the event, unless it is proven over with nothing filled.
    table.integer('is_counted').notNullable();
    table.text('action').notNullable();
    table.text('outcome').notNullable();
    table.integer('price').notNullable();
    table.bigInteger('count').notNullable();
    table.bigInteger('filled').notNullable();
    table.bigInteger('sets_aside').notNullable();
    // What of it is not in a position yet.
    table.bigInteger('still_aside').notNullable();
    table.text('reason');
    table.bigInteger('intended_at').notNullable();
    table.bigInteger('sent_wall_at');
    table.text('signal').notNullable();
    table.text('life').notNullable();
    table.text('envelope').notNullable();
    // Finds the orders of a market too.
    table.unique(['account_id', 'ticker', 'rule_id', 'round', 'leg', 'attempt']);
    table.index(['account_id', 'event_ticker', 'rule_id']);
  });
  await db.raw('CREATE UNIQUE INDEX orders_held_lock ON orders (lock_key) WHERE holds_lock = 1');
  await db.raw('CREATE INDEX orders_unsettled ON orders (account_id) WHERE is_settled = 0');
  await db.raw('CREATE INDEX orders_unreported ON orders (account_id) WHERE is_settled = 1 AND is_reported = 0');

  await db.schema.createTable('ledgers', (table) => {
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.integer('settlement_value');
    table.bigInteger('settlement_fee');
    table.bigInteger('settled_at');
    table.primary(['account_id', 'rule_id', 'ticker']);
  });

  await db.schema.createTable('fills', (table) => {
    table.increments('id');
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('order_id').notNullable();
    table.text('trade_id').notNullable();
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('side').notNullable();
    table.integer('yes_price').notNullable();
    table.bigInteger('count').notNullable();
    table.bigInteger('fee').notNullable();
    table.bigInteger('filled_at').notNullable();
    table.text('leg');
    table.text('exit_reason');
    table.integer('signal_yes_price');
    table.unique(['account_id', 'order_id', 'trade_id']);
    table.index(['account_id', 'rule_id', 'ticker']);
  });

  await db.schema.createTable('positions', (table) => {
    table.text('id').primary();
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.integer('round').notNullable();
    table.text('status').notNullable();
    table.text('side');
    table.text('open');
    // What the open part cost: 0 once closed.
    table.bigInteger('open_cost').notNullable();
    table.bigInteger('entry_quantity').notNullable();
    table.bigInteger('entry_cost').notNullable();
    table.bigInteger('exit_quantity').notNullable();
    table.bigInteger('exit_proceeds').notNullable();
    table.text('exit_reason');
    table.bigInteger('realized_pnl').notNullable();
    table.bigInteger('fees').notNullable();
    table.bigInteger('opened_at').notNullable();
    table.bigInteger('closed_at');
    table.index(['account_id', 'rule_id', 'ticker']);
    table.index(['account_id', 'opened_at', 'id']);
  });
  await db.raw(`CREATE INDEX positions_open ON positions (account_id) WHERE status = 'open'`);

  await db.schema.createTable('trades', (table) => {
    table.increments('id');
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('rule_id').notNullable();
    table.text('ticker').notNullable();
    table.text('event_ticker').notNullable();
    table.text('environment').notNullable();
    table.integer('round').notNullable();
    // Which of its round's: from 0.
    table.integer('part').notNullable();
    table.text('outcome').notNullable();
    table.bigInteger('count').notNullable();
    table.bigInteger('entry_cost').notNullable();
    table.bigInteger('exit_proceeds').notNullable();
    table.bigInteger('gross_pnl').notNullable();
    table.bigInteger('fees').notNullable();
    table.bigInteger('net_pnl').notNullable();
    table.bigInteger('slippage');
    table.text('exit_reason');
    table.text('exit_order_id');
    table.bigInteger('entry_at').notNullable();
    table.bigInteger('exit_at').notNullable();
    table.unique(['account_id', 'rule_id', 'ticker', 'round', 'part']);
    table.index(['account_id', 'exit_at', 'id']);
  });
}

import type { Knex } from 'knex';

/** The user who is at this machine; until sign-in exists there is no other. */
const LOCAL_USER = 'local';

export async function createAccounts(db: Knex): Promise<void> {
  await db.schema.createTable('users', (table) => {
    table.text('id').primary();
    table.text('role').notNullable();
    table.integer('is_active').notNullable();
    table.bigInteger('created_at').notNullable();
  });
  await db('users').insert({ id: LOCAL_USER, role: 'owner', is_active: 1, created_at: Date.now() });

  await db.schema.createTable('kalshi_accounts', (table) => {
    table.text('id').primary();
    table.text('user_id').notNullable().references('id').inTable('users');
    table.text('environment').notNullable();
    table.text('label').notNullable();
    table.text('night').notNullable();
    table.text('key_fingerprint').notNullable();
    table.text('api_key_id_encrypted');
    table.text('private_key_encrypted');
    table.integer('is_connected').notNullable().defaultTo(0);
    table.bigInteger('last_verified_at');
    table.bigInteger('account_balance');
    table.bigInteger('created_at').notNullable();
    table.unique(['user_id', 'environment', 'label', 'night']);
  });

  await db.schema.createTable('global_settings', (table) => {
    table.text('account_id').primary().references('id').inTable('kalshi_accounts');
    table.integer('bot_enabled').notNullable();
    table.text('limits').notNullable();
  });

  await db.schema.createTable('breaker_states', (table) => {
    table.text('account_id').primary().references('id').inTable('kalshi_accounts');
    table.text('state').notNullable();
  });

  await db.schema.createTable('kill_switch_events', (table) => {
    table.increments('id');
    table.text('account_id').notNullable().references('id').inTable('kalshi_accounts');
    table.text('trigger_type').notNullable();
    table.text('readings').notNullable();
    table.bigInteger('triggered_at').notNullable();
    table.text('triggered_by').notNullable();
    table.text('trigger_notes');
    table.bigInteger('resolved_at');
    table.text('resolution');
    table.text('resolved_by');
    table.text('resolution_notes');
    table.unique(['account_id', 'trigger_type', 'triggered_at']);
  });
}

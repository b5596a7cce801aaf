/**
 * The steps that make the memory's tables, oldest first. Forward only: what is in a released version is never changed, only followed.
 * Names carry no extension, so that sources and what is compiled from them agree.
 */
import type { Knex } from 'knex';
import { createAccounts } from './20261120_create_accounts.ts';
import { createFeeds } from './20261120_create_feeds.ts';
import { createOrders } from './20261120_create_orders.ts';
import { createRecords } from './20261120_create_records.ts';
import { markStoring } from './20261121_mark_storing.ts';
import { dropRoundsIndex } from './20261122_drop_rounds_index.ts';

export interface Migration {
  name: string;
  up: (db: Knex) => Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  { name: '20261120_create_accounts', up: createAccounts },
  { name: '20261120_create_orders', up: createOrders },
  { name: '20261120_create_feeds', up: createFeeds },
  { name: '20261120_create_records', up: createRecords },
  { name: '20261121_mark_storing', up: markStoring },
  { name: '20261122_drop_rounds_index', up: dropRoundsIndex },
];

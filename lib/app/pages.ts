/** What pages read of the memory, on whichever database is open at the moment. */
import type { PagesReads } from '../web/pages-port.ts';
import type { DatabaseHolder } from './database.ts';

/** Each read rejects with the database's own failure while it cannot be opened. */
export function pagesOf(database: DatabaseHolder): PagesReads {
  const pages = async () => (await database.open()).pages;
  return {
    recentActivity: async (filter, cursor) => (await pages()).recentActivity(filter, cursor),
    trades: async (accountId, range) => (await pages()).trades(accountId, range),
    ordersOf: async (accountId, ticker) => (await pages()).ordersOf(accountId, ticker),
    snapshots: async (accountId, sinceMs) => (await pages()).snapshots(accountId, sinceMs),
    alerts: async (most) => (await pages()).alerts(most),
  };
}

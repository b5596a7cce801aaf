/** Orders: what was decided, what was learned of it since, and whose outcome is still owed. */
import type { Knex } from 'knex';
import type { Leg } from '../trading/cause.ts';
import type { OrderNews, StoredOrder } from '../trading/ports/memory.ts';
import { holdAccount } from './accounts.ts';
import { writeBooks } from './books.ts';
import { unknownThing } from './errors.ts';
import { type Intending, intend } from './intend.ts';
import { reads, writes, writesFor } from './operation.ts';
import { lifeColumns, ORDER_COLUMNS, type OrderColumns, storedOrderOf, wantsLock } from './order-row.ts';

interface Learner {
  id: number;
  rule_id: string;
  ticker: string;
  event_ticker: string;
  leg: Leg;
  lock_key: string;
  sets_aside: number;
}

export interface Learning {
  accountId: string;
  news: OrderNews;
}

async function learn(db: Knex, { accountId, news }: Learning): Promise<void> {
  await holdAccount(db, accountId);
  const { clientOrderId, life, isSettled } = news;
  const [order] = await db('orders')
    .where({ account_id: accountId, client_order_id: clientOrderId })
    .select<Learner[]>('id', 'rule_id', 'ticker', 'event_ticker', 'leg', 'lock_key', 'sets_aside');
  if (order === undefined) throw unknownThing(`order ${clientOrderId}`);
  await db('orders')
    .where({ id: order.id })
    .update({
      ...lifeColumns(life, isSettled, order.sets_aside),
      holds_lock: wantsLock(order.leg, life, isSettled) ? await freeLock(db, order) : 0,
      ...(news.sentWallMs === undefined ? {} : { sent_wall_at: news.sentWallMs }),
      ...(news.isReported === undefined ? {} : { is_reported: news.isReported ? 1 : 0 }),
    });
  const { rule_id: ruleId, ticker, event_ticker: eventTicker } = order;
  await writeBooks(db, accountId, { ...news, ruleId, ticker, eventTicker, settlement: undefined });
}

/** Whoever let go of a lock (unknown, or proven over by mistake) does not take it back from its successor. */
async function freeLock(db: Knex, order: Learner): Promise<0 | 1> {
  const others = await db('orders').where({ lock_key: order.lock_key, holds_lock: 1 }).whereNot({ id: order.id }).select('id');
  return others.length === 0 ? 1 : 0;
}

function ordersOf(db: Knex, accountId: string): Knex.QueryBuilder {
  return db('orders').where({ account_id: accountId }).orderBy('id');
}

async function found(query: Knex.QueryBuilder): Promise<StoredOrder[]> {
  const rows = await query.select<OrderColumns[]>(...ORDER_COLUMNS);
  return rows.map(storedOrderOf);
}

export function ordersOfMarket(db: Knex, { accountId, ticker }: { accountId: string; ticker: string }): Promise<StoredOrder[]> {
  return found(ordersOf(db, accountId).where({ ticker }));
}

/** Each half has an index of its own. */
const OPEN = `SELECT id FROM orders WHERE account_id = ? AND is_settled = 0
  UNION ALL SELECT id FROM orders WHERE account_id = ? AND is_settled = 1 AND is_reported = 0`;

export interface OneOrder {
  accountId: string;
  clientOrderId: string;
}

export const orderOperations = {
  'orders.intend': writesFor(({ request }: Intending) => request.signal.cause.accountId, intend),
  'orders.learn': writesFor(({ accountId }: Learning) => accountId, learn),
  'orders.open': reads((db, accountId: string) =>
    found(db('orders').whereRaw(`id IN (${OPEN})`, [accountId, accountId]).orderBy('id')),
  ),
  'orders.byClientOrderId': reads(async (db, { accountId, clientOrderId }: OneOrder) => {
    const [order] = await found(ordersOf(db, accountId).where({ client_order_id: clientOrderId }));
    return order;
  }),
  'orders.ofMarket': reads(ordersOfMarket),
  'orders.ofEvents': reads((db, { accountId, eventTickers }: { accountId: string; eventTickers: readonly string[] }) =>
    found(ordersOf(db, accountId).whereIn('event_ticker', eventTickers)),
  ),
  'orders.reported': writes(async (db, { accountId, clientOrderId }: OneOrder) => {
    const changed = await db('orders')
      .where({ account_id: accountId, client_order_id: clientOrderId })
      .update({ is_reported: 1 });
    if (changed === 0) throw unknownThing(`order ${clientOrderId}`);
  }),
};

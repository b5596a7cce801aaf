/** One order as its row has it. The row's columns repeat what is asked about; the documents hold the whole. */
import type { Signal } from '../trading/cause.ts';
import { isOverOrder, missingFillsE2, type OrderLife } from '../trading/order-life.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import { type DocumentOf, readDocument, readPlain, writeDocument } from './document.ts';

export const ORDER_COLUMNS = [
  'id',
  'client_order_id',
  'order_group_id',
  'lock_key',
  'is_settled',
  'is_reported',
  'sent_wall_at',
  'signal',
  'life',
  'envelope',
] as const;

export interface OrderColumns {
  id: number;
  client_order_id: string;
  order_group_id: string | null;
  lock_key: string;
  is_settled: number;
  is_reported: number;
  sent_wall_at: number | null;
  signal: DocumentOf<Signal>;
  life: DocumentOf<OrderLife>;
  envelope: string;
}

export function storedOrderOf(row: OrderColumns): StoredOrder {
  return {
    clientOrderId: row.client_order_id,
    signal: readDocument(row.signal),
    lockKey: row.lock_key,
    life: readDocument(row.life),
    isSettled: row.is_settled === 1,
    orderGroupId: row.order_group_id ?? undefined,
    sentWallMs: row.sent_wall_at ?? undefined,
    envelope: readPlain(row.envelope),
    isReported: row.is_reported === 1,
  };
}

/** What a new order's row holds, beside the request and the envelope that come as text. */
export function newOrderRow(order: StoredOrder, setsAsideE6: number) {
  const { signal, life } = order;
  const { cause, wish } = signal;
  return {
    account_id: cause.accountId,
    client_order_id: order.clientOrderId,
    order_group_id: order.orderGroupId ?? null,
    rule_id: cause.ruleId,
    ticker: cause.ticker,
    event_ticker: signal.eventTicker,
    round: cause.round,
    leg: cause.leg,
    attempt: cause.attempt,
    lock_key: order.lockKey,
    holds_lock: 1,
    is_reported: 0,
    action: wish.action,
    outcome: wish.outcome,
    price: wish.limitCC,
    sets_aside: setsAsideE6,
    intended_at: life.enteredMs.intended ?? signal.atMs,
    sent_wall_at: order.sentWallMs ?? null,
    signal: writeDocument(signal),
    ...lifeColumns(life, order.isSettled, setsAsideE6),
  };
}

/** What follows from how its life stands now. */
export function lifeColumns(life: OrderLife, isSettled: boolean, setsAsideE6: number) {
  const isNothing = isOverOrder(life.state) && life.filledE2 === 0;
  return {
    order_id: life.orderId ?? null,
    state: life.state,
    is_settled: isSettled ? 1 : 0,
    is_counted: isNothing ? 0 : 1,
    count: life.countE2,
    filled: life.filledE2,
    still_aside: isSettled ? 0 : stillAsideE6(life, setsAsideE6),
    reason: life.reason ?? null,
    life: writeDocument(life),
  };
}

/** Whether nobody else may ask for the same meanwhile: for an exit only until it is over or unknown, for the exchange caps it. */
export function wantsLock(leg: 'entry' | 'exit', life: OrderLife, isSettled: boolean): boolean {
  return leg === 'entry' ? !isSettled : !isOverOrder(life.state) && life.state !== 'unresolved';
}

/** Trades that were seen are in positions; the rest of the order still needs its share. Rounded up. */
function stillAsideE6(life: OrderLife, setsAsideE6: number): number {
  const bookedE2 = life.filledE2 - missingFillsE2(life);
  const restE2 = BigInt(Math.max(0, life.countE2 - bookedE2));
  const countE2 = BigInt(life.countE2);
  return Number((BigInt(setsAsideE6) * restE2 + countE2 - 1n) / countE2);
}

/** What a rule has done and holds, and which order would be its next: counted from remembered orders and booked fills. Pure. */
import type { Cause, Leg } from '../trading/cause.ts';
import type { EntryTally } from '../trading/entry.ts';
import { isOverOrder, missingFillsE2, type OrderLife } from '../trading/order-life.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import type { Book } from './ledger-change.ts';

export interface RuleFacts {
  ruleId: string;
  /** Of this rule, in the event asked about. */
  orders: readonly StoredOrder[];
  books: readonly Book[];
  /** Of this rule, everywhere: markets with an open lot or an entry that is not settled. */
  openTickers: ReadonlySet<string>;
  /** Markets of the event in which an entry was decided and has not become an order yet. */
  raisedTickers: ReadonlySet<string>;
}

/** Entries that filled, that may have filled, or are on their way. */
export function tallyOf(facts: RuleFacts): EntryTally {
  const { orders, books, openTickers, raisedTickers } = facts;
  const counted = new Set(entryOrderIds(books));
  const underWay = new Set(raisedTickers);
  for (const order of orders.filter(isEntry)) {
    if (!order.isSettled) underWay.add(order.signal.cause.ticker);
    if (!order.isSettled || order.life.filledE2 > 0) counted.add(order.life.orderId ?? order.clientOrderId);
  }
  const raisedOnly = [...raisedTickers].filter(
    (ticker) => !orders.some((order) => isEntry(order) && !order.isSettled && order.signal.cause.ticker === ticker),
  );
  return {
    entriesInGame: counted.size + raisedOnly.length,
    isGameHeld: underWay.size > 0 || books.some((book) => book.holdings.open !== undefined),
    openPositions: new Set([...openTickers, ...raisedTickers]).size,
  };
}

export type NextCause =
  | { kind: 'next'; cause: Cause }
  /** Another order of the same lock is not over, or was refused a moment ago. */
  | { kind: 'busy'; by: StoredOrder };

/** Orders of one rule in one market, and its book there, to the cause of its next order. */
export function nextCause(
  wanted: { accountId: string; ruleId: string; ticker: string; leg: Leg; nowMs: number },
  orders: readonly StoredOrder[],
  book: Book | undefined,
): NextCause {
  const { accountId, ruleId, ticker, leg, nowMs } = wanted;
  const own = orders.filter((order) => order.signal.cause.leg === leg);
  const by = own.find((order) => holdsLock(order)) ?? restingRefusal(own, leg, nowMs);
  if (by !== undefined) return { kind: 'busy', by };
  const completed = completedEntries(orders, book);
  const round = leg === 'entry' ? completed : Math.max(0, completed - 1);
  const before = own.filter((order) => order.signal.cause.round === round).map((order) => order.signal.cause.attempt);
  return { kind: 'next', cause: { accountId, ruleId, ticker, round, leg, attempt: Math.max(-1, ...before) + 1 } };
}

/**
 * Contracts of a lot that an order may still sell: what an exit has told sold, and is not booked yet, is gone. `isShared`: others hold the
 * same contracts in this market, so that the exchange, which caps exits at the position of all, would let two exits of this lot sell
 * theirs; what an unresolved exit may have sold is not asked for again then.
 */
export function exitableE2(countE2: number, orders: readonly StoredOrder[], isShared: boolean): number {
  const soldE2 = orders
    .filter((order) => order.signal.cause.leg === 'exit')
    .reduce((total, { life }) => total + (isShared && life.state === 'unresolved' ? unbookedE2(life) : missingFillsE2(life)), 0);
  return Math.max(0, countE2 - soldE2);
}

function unbookedE2(life: OrderLife): number {
  return life.countE2 - (life.filledE2 - missingFillsE2(life));
}

/** An entry's lock is free when it is settled; an exit's also while it is unresolved, or its fills are still to be read. */
function holdsLock(order: StoredOrder): boolean {
  if (isEntry(order)) return !order.isSettled;
  return !isOverOrder(order.life.state) && order.life.state !== 'unresolved';
}

/**
 * An exit that the exchange has refused is not repeated at each tick, but after 1, 2, 4, 8 and then every 10 seconds of market time:
 * what refuses it (a pause, a limit of calls) is made no better by haste.
 */
function restingRefusal(orders: readonly StoredOrder[], leg: Leg, nowMs: number): StoredOrder | undefined {
  if (leg === 'entry') return undefined;
  const notRefused = orders.findLastIndex((order) => order.life.state !== 'refused');
  const refused = orders.slice(notRefused + 1);
  const last = refused.at(-1);
  if (last === undefined) return undefined;
  const restMs = Math.min(10_000, 1_000 * 2 ** Math.min(refused.length - 1, 10));
  return nowMs < (last.life.enteredMs.refused ?? 0) + restMs ? last : undefined;
}

function completedEntries(orders: readonly StoredOrder[], book: Book | undefined): number {
  const ids = new Set(book === undefined ? [] : entryOrderIds([book]));
  for (const order of orders) {
    if (isEntry(order) && isOverOrder(order.life.state) && order.life.filledE2 > 0)
      ids.add(order.life.orderId ?? order.clientOrderId);
  }
  return ids.size;
}

function entryOrderIds(books: readonly Book[]): string[] {
  return books.flatMap((book) => book.ledger.fills.filter((fill) => fill.leg === 'entry').map((fill) => fill.orderId));
}

function isEntry(order: StoredOrder): boolean {
  return order.signal.cause.leg === 'entry';
}

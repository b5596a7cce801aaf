/**
 * The funnel for everything that is learned of an order or a ledger. News waits by the order it is about, in the order in which it came;
 * when its turn at the pen comes, all that waits is folded over what is committed, with fills, positions, trades and breaker, into one
 * transaction. News is dropped only when it is committed or says nothing new.
 */
import { afterTrade, type BreakerState, type Trip } from '../trading/breaker.ts';
import type { Leg } from '../trading/cause.ts';
import type { Fill, Settlement } from '../trading/fills.ts';
import { isSettledOrder, type OrderLife, type Witness, witness } from '../trading/order-life.ts';
import type { StoredOrder, TripEvent } from '../trading/ports/memory.ts';
import type { VenueFill } from '../trading/ports/venue.ts';
import type { Trade } from '../trading/position.ts';
import { FOREIGN_RULE } from '../trading/reconcile-steps.ts';
import { toYesPriceCC } from '../trading/sides.ts';
import { newYorkDay } from '../trading/trading-day.ts';
import { keyOf } from './books.ts';
import type { Ground } from './ground.ts';
import { type Book, type BookChange, bookOf, changeBook, newBook } from './ledger-change.ts';

/** What one commit has changed. */
export interface Committed {
  /** Undefined: fills of nobody's order, a settlement. */
  order: { before: StoredOrder; after: StoredOrder } | undefined;
  change: BookChange;
  contradictions: readonly string[];
  tripped: readonly Trip[];
}

/** Fills and settlements that no remembered order accounts for. */
export interface LooseNews {
  ruleId: string;
  ticker: string;
  eventTicker: string;
  fill?: { fill: VenueFill; leg: Leg | undefined };
  settlement?: Settlement;
}

interface Item {
  seen: Witness;
  fill?: VenueFill | undefined;
  sentWallMs?: number | undefined;
}

export class News {
  readonly #ground: Ground;
  readonly #committed: (what: Committed) => void;
  readonly #items = new Map<string, Item[]>();
  readonly #loose = new Map<string, LooseNews[]>();

  /** `committed` is called after each commit, in memory and database alike, and must not throw. */
  constructor(ground: Ground, committed: (what: Committed) => void) {
    this.#ground = ground;
    this.#committed = committed;
  }

  /** News of a remembered order. */
  take(clientOrderId: string, seen: Witness, more: { fill?: VenueFill; sentWallMs?: number } = {}): void {
    listIn(this.#items, clientOrderId).push({ seen, ...more });
    this.#ground.pen.keep(orderKey(clientOrderId), () => this.#commitOrder(clientOrderId));
  }

  takeLoose(news: LooseNews): void {
    const key = keyOf(news.ruleId, news.ticker);
    listIn(this.#loose, key).push(news);
    this.#ground.pen.keep(looseKey(key), () => this.#commitLoose(key));
  }

  /** Resolves when everything taken of this order is committed; rejects with what the commit failed with. */
  whenCommitted(clientOrderId: string): Promise<void> {
    return this.#ground.pen.kept(orderKey(clientOrderId));
  }

  whenLooseCommitted(ruleId: string, ticker: string): Promise<void> {
    return this.#ground.pen.kept(looseKey(keyOf(ruleId, ticker)));
  }

  async #commitOrder(clientOrderId: string): Promise<void> {
    const { books, memory, accountId, clock } = this.#ground;
    const waiting = listIn(this.#items, clientOrderId);
    const batch = [...waiting];
    const before = books.order(clientOrderId);
    if (before === undefined || batch.length === 0) return;
    const { ruleId, ticker } = before.signal.cause;
    const known = await this.#book(ruleId, ticker, before.signal.eventTicker);
    const fills = batch.flatMap(({ fill }) => (fill === undefined ? [] : [this.#fillOf(fill, before)]));
    const change = changeBook(known, { fills, settlement: undefined }, this.#ground);
    const life = fold(before.life, batch, change.book);
    const isSettled = isSettledOrder(life);
    const sentWallMs = before.sentWallMs ?? batch.find((item) => item.sentWallMs !== undefined)?.sentWallMs;
    const isNews = life !== before.life || change.book !== known || isSettled !== before.isSettled;
    const after: StoredOrder = { ...before, life, isSettled, sentWallMs };
    let tripped: readonly Trip[] = [];
    if (isNews) {
      const closed = isSettled && !before.isSettled ? closedBy(life, change.book.holdings.trades) : [];
      const counted = this.#count(closed, ruleId);
      tripped = counted.tripped;
      await memory.orders.learn(accountId, {
        clientOrderId,
        life,
        isSettled,
        ...(sentWallMs === undefined ? {} : { sentWallMs }),
        fills: change.fills,
        positions: change.positions,
        trades: change.trades,
        ...breakerNews(counted),
      });
      // That it was told may have been noted meanwhile.
      books.putOrder({ ...after, isReported: books.order(clientOrderId)?.isReported ?? before.isReported });
      books.putBook(change.book, clock.nowMs());
      if (counted.breaker !== undefined) books.breaker = counted.breaker;
    }
    waiting.splice(0, batch.length);
    if (waiting.length === 0) this.#items.delete(clientOrderId);
    const told = life.contradictions.slice(before.life.contradictions.length);
    const { side } = before.signal.wish;
    const wrongSide = change.fills
      .filter((fill) => fill.side !== side)
      .map((fill) => `fill ${fill.tradeId} is a ${fill.side}, not a ${side}`);
    this.#committed({
      order: { before, after },
      change,
      contradictions: [...told, ...change.contradictions, ...wrongSide],
      tripped,
    });
  }

  async #commitLoose(key: string): Promise<void> {
    const { books, memory, accountId, clock } = this.#ground;
    const waiting = listIn(this.#loose, key);
    const batch = [...waiting];
    const [first] = batch;
    if (first === undefined) return;
    const { ruleId, ticker, eventTicker } = first;
    const known = await this.#book(ruleId, ticker, eventTicker);
    const fills = batch.flatMap(({ fill }) => (fill === undefined ? [] : [looseFill(fill.fill, fill.leg, clock.nowMs())]));
    const settlement = batch.find((news) => news.settlement !== undefined)?.settlement;
    const change = changeBook(known, { fills, settlement }, this.#ground);
    let tripped: readonly Trip[] = [];
    if (change.book !== known) {
      const before = new Set(known.holdings.trades.map((trade) => trade.exitOrderId));
      const closed = change.book.holdings.trades.filter((trade) => !before.has(trade.exitOrderId));
      const counted = this.#count(closed, ruleId);
      tripped = counted.tripped;
      await memory.books.book(accountId, {
        ruleId,
        ticker,
        eventTicker: known.eventTicker,
        fills: change.fills,
        settlement: change.settlement,
        positions: change.positions,
        trades: change.trades,
        ...breakerNews(counted),
      });
      books.putBook(change.book, clock.nowMs());
      if (counted.breaker !== undefined) books.breaker = counted.breaker;
    }
    waiting.splice(0, batch.length);
    if (waiting.length === 0) this.#loose.delete(key);
    this.#committed({ order: undefined, change, contradictions: change.contradictions, tripped });
  }

  /** The ledger as committed; one that is not in memory may be an old one, of a market that was settled before the start. */
  async #book(ruleId: string, ticker: string, eventTicker: string): Promise<Book> {
    const { books, memory, accountId } = this.#ground;
    const known = books.book(ruleId, ticker);
    if (known !== undefined) return known;
    const stored = await memory.books.ledger(accountId, ruleId, ticker);
    const book = stored === undefined ? newBook(ruleId, ticker, eventTicker) : bookOf(stored);
    books.loadBook(book);
    return book;
  }

  /** Each trade that an order of ours (or the settlement of what it bought) has closed counts once for the breaker. */
  #count(closed: readonly Trade[], ruleId: string): { breaker: BreakerState | undefined; tripped: Trip[] } {
    const { books, limits } = this.#ground;
    if (ruleId === FOREIGN_RULE) return { breaker: undefined, tripped: [] };
    let breaker = books.breaker;
    const tripped: Trip[] = [];
    for (const trade of closed) {
      const fact = { netE6: trade.netE6, atMs: trade.exitMs, tradingDay: newYorkDay(trade.exitMs) };
      const counted = afterTrade(breaker, fact, limits());
      breaker = counted.state;
      if (counted.tripped !== undefined) tripped.push(counted.tripped);
    }
    return { breaker: closed.length === 0 ? undefined : breaker, tripped };
  }

  #fillOf(fill: VenueFill, order: StoredOrder): Fill {
    const { cause, wish, exitReason } = order.signal;
    const signalYesPriceCC = toYesPriceCC(wish.outcome, wish.signalPriceCC);
    return { ...looseFill(fill, cause.leg, this.#ground.clock.nowMs()), exitReason, signalYesPriceCC };
  }
}

/** A fill that the ledger refuses is no witness either. */
function fold(life: OrderLife, batch: readonly Item[], book: Book): OrderLife {
  let next = life;
  for (const { seen } of batch) {
    if (seen.kind === 'fill' && !isBooked(book, seen)) continue;
    next = witness(next, seen);
  }
  return next;
}

function isBooked(book: Book, seen: { orderId: string; tradeId: string; countE2: number }): boolean {
  return book.ledger.fills.some(
    (fill) => fill.orderId === seen.orderId && fill.tradeId === seen.tradeId && fill.countE2 === seen.countE2,
  );
}

function closedBy(life: OrderLife, trades: readonly Trade[]): Trade[] {
  return trades.filter((trade) => trade.exitOrderId !== undefined && trade.exitOrderId === life.orderId);
}

function breakerNews(counted: { breaker: BreakerState | undefined; tripped: readonly Trip[] }): {
  breaker?: BreakerState;
  trips?: readonly TripEvent[];
} {
  if (counted.breaker === undefined) return {};
  return { breaker: counted.breaker, trips: counted.tripped.map((trip) => tripEvent('trip', trip, trip.trippedMs)) };
}

export function tripEvent(kind: TripEvent['kind'], trip: Trip, atMs: number): TripEvent {
  return { kind, trip, actor: { kind: 'program' }, note: undefined, atMs };
}

function looseFill(fill: VenueFill, leg: Leg | undefined, nowMs: number): Fill {
  const { ticker, orderId, fillId, side, yesPriceCC, countE2, feeE6, atMs } = fill;
  return {
    ticker,
    orderId,
    tradeId: fillId,
    side,
    yesPriceCC,
    countE2,
    feeE6,
    atMs: atMs ?? nowMs,
    leg,
    exitReason: undefined,
    signalYesPriceCC: undefined,
  };
}

function listIn<T>(map: Map<string, T[]>, key: string): T[] {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made: T[] = [];
  map.set(key, made);
  return made;
}

function orderKey(clientOrderId: string): string {
  return `order|${clientOrderId}`;
}

function looseKey(key: string): string {
  return `loose|${key}`;
}

/** What is committed of one account, in memory: orders, ledgers, breaker, today's result. Whoever changes it has committed the change. */
import { type BreakerState, NEW_BREAKER_STATE } from '../trading/breaker.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import { netE2, type Trade } from '../trading/position.ts';
import { newYorkDay } from '../trading/trading-day.ts';
import { type DayResult, dayAfter, newDay } from './day.ts';
import type { Book } from './ledger-change.ts';
import type { RuleFacts } from './tally.ts';

export class Books {
  breaker: BreakerState = NEW_BREAKER_STATE;
  readonly #orders = new Map<string, StoredOrder>();
  readonly #ordersByEvent = new Map<string, Map<string, StoredOrder>>();
  readonly #unsettled = new Map<string, StoredOrder>();
  readonly #books = new Map<string, Book>();
  readonly #booksByEvent = new Map<string, Map<string, Book>>();
  readonly #open = new Map<string, Book>();
  #day: DayResult;
  /** Result after fees of all trades ever closed. */
  #totalE6 = 0;

  constructor(nowMs: number) {
    this.#day = newDay(nowMs);
  }

  order(clientOrderId: string): StoredOrder | undefined {
    return this.#orders.get(clientOrderId);
  }

  orders(): StoredOrder[] {
    return [...this.#orders.values()];
  }

  ordersOf(choice: { ruleId: string; ticker: string; eventTicker: string }): StoredOrder[] {
    return this.#ordersIn(choice.eventTicker).filter(
      ({ signal: { cause } }) => cause.ruleId === choice.ruleId && cause.ticker === choice.ticker,
    );
  }

  unsettled(): StoredOrder[] {
    return [...this.#unsettled.values()];
  }

  putOrder(order: StoredOrder): void {
    const { clientOrderId } = order;
    this.#orders.set(clientOrderId, order);
    into(this.#ordersByEvent, order.signal.eventTicker).set(clientOrderId, order);
    if (order.isSettled) this.#unsettled.delete(clientOrderId);
    else this.#unsettled.set(clientOrderId, order);
  }

  book(ruleId: string, ticker: string): Book | undefined {
    return this.#books.get(keyOf(ruleId, ticker));
  }

  books(): Book[] {
    return [...this.#books.values()];
  }

  openBooks(): Book[] {
    return [...this.#open.values()];
  }

  booksOf(ticker: string): Book[] {
    return this.books()
      .filter((book) => book.ticker === ticker)
      .toSorted((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  }

  /** One that is read from the memory: today's result knows it already. */
  loadBook(book: Book): void {
    const key = keyOf(book.ruleId, book.ticker);
    this.#books.set(key, book);
    into(this.#booksByEvent, book.eventTicker).set(key, book);
    if (book.holdings.open === undefined) this.#open.delete(key);
    else this.#open.set(key, book);
  }

  putBook(book: Book, nowMs: number): void {
    const before = this.book(book.ruleId, book.ticker);
    const was = before?.holdings.trades ?? [];
    this.#day = dayAfter(this.day(nowMs), was, book.holdings.trades);
    this.#totalE6 += netOf(book.holdings.trades) - netOf(was);
    this.loadBook(book);
  }

  totalE6(): number {
    return this.#totalE6;
  }

  day(nowMs: number): DayResult {
    if (newYorkDay(nowMs) !== this.#day.tradingDay) this.#day = newDay(nowMs);
    return this.#day;
  }

  /** What the memory says of today and of all time. */
  loadResults(day: DayResult, totalE6: number): void {
    this.#day = day;
    this.#totalE6 = totalE6;
  }

  /** Rules that have an order or a ledger here, `foreign` among them. */
  ruleIds(): Set<string> {
    const orders = this.orders().map((order) => order.signal.cause.ruleId);
    return new Set([...orders, ...this.books().map((book) => book.ruleId)]);
  }

  nets(): Map<string, number> {
    const nets = new Map<string, number>();
    for (const { ticker, holdings } of this.#open.values()) nets.set(ticker, (nets.get(ticker) ?? 0) + netE2(holdings));
    for (const [ticker, net] of nets) if (net === 0) nets.delete(ticker);
    return nets;
  }

  /** Entries that are not settled: they count as positions, and set money aside. */
  entriesUnderWay(): StoredOrder[] {
    return this.unsettled().filter((order) => order.signal.cause.leg === 'entry');
  }

  factsOf(ruleId: string, eventTicker: string, raisedTickers: ReadonlySet<string>): RuleFacts {
    const books = [...(this.#booksByEvent.get(eventTicker)?.values() ?? [])];
    const open = this.openBooks().filter((book) => book.ruleId === ruleId);
    const underWay = this.entriesUnderWay().filter((order) => order.signal.cause.ruleId === ruleId);
    return {
      ruleId,
      orders: this.#ordersIn(eventTicker).filter((order) => order.signal.cause.ruleId === ruleId),
      books: books.filter((book) => book.ruleId === ruleId),
      openTickers: new Set([...open.map((book) => book.ticker), ...underWay.map((order) => order.signal.cause.ticker)]),
      raisedTickers,
    };
  }

  #ordersIn(eventTicker: string): StoredOrder[] {
    return [...(this.#ordersByEvent.get(eventTicker)?.values() ?? [])];
  }
}

export function keyOf(ruleId: string, ticker: string): string {
  return `${ruleId}|${ticker}`;
}

function netOf(trades: readonly Trade[]): number {
  return trades.reduce((total, trade) => total + trade.netE6, 0);
}

function into<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  map.set(key, made);
  return made;
}

import { parseCountE2, parsePriceCC } from '../../trading/money.ts';
import type { OutcomeSide } from '../../trading/sides.ts';
import { Book, type BookFlaw } from '../book.ts';
import type { OrderbookDeltaFrame, OrderbookSnapshotFrame } from '../schema/socket.ts';

/** A book change that an order of this account caused: one more witness of that order. */
export interface OwnDelta {
  ticker: string;
  clientOrderId: string;
  subaccount: number | undefined;
  /** `yes`: the bids of the book changed; `no`: the asks. */
  side: OutcomeSide;
  yesPriceCC: number;
  deltaE2: number;
  /** Market time. */
  atMs: number;
}

export interface BooksOptions {
  /** Monotonic milliseconds. */
  monotonicMs: () => number;
  /** Market time, for messages that carry none. */
  marketNow: () => number;
  /** A followed book has changed, or has been found flawed. */
  onBook: (book: Book) => void;
  onOwnDelta: (delta: OwnDelta) => void;
}

/** The books of the followed markets, all of one subscription with `use_yes_price`. */
export class FollowedBooks {
  #options: BooksOptions;
  #books = new Map<string, Book>();
  #followers = new Map<string, Set<object>>();
  /** Books that are not good, with the monotonic time since when. */
  #flawed = new Map<Book, number>();

  constructor(options: BooksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#books.size;
  }

  get flawed(): ReadonlyMap<Book, number> {
    return this.#flawed;
  }

  get(ticker: string): Book | undefined {
    return this.#books.get(ticker);
  }

  /** Says whether the market is new here. */
  follow(ticker: string, by: object): boolean {
    const others = this.#followers.get(ticker);
    others?.add(by);
    if (others !== undefined) return false;
    this.#followers.set(ticker, new Set([by]));
    const book = new Book(ticker, 'yes');
    this.#books.set(ticker, book);
    this.#flawed.set(book, this.#options.monotonicMs());
    return true;
  }

  /** Says whether the market has gone with its last follower. */
  drop(ticker: string, by: object): boolean {
    const book = this.#books.get(ticker);
    const followers = this.#followers.get(ticker);
    if (book === undefined || !followers?.delete(by) || followers.size > 0) return false;
    this.#followers.delete(ticker);
    this.#flawed.delete(book);
    return this.#books.delete(ticker);
  }

  /** Takes a snapshot; gives the book of a followed market. */
  replace({ msg }: OrderbookSnapshotFrame): Book | undefined {
    const book = this.#books.get(msg.market_ticker);
    if (book === undefined) return undefined;
    if (book.replace(msg.yes_dollars_fp ?? [], msg.no_dollars_fp ?? [], this.#options.marketNow())) this.#flawed.delete(book);
    else this.#note(book);
    this.#options.onBook(book);
    return book;
  }

  /** Takes a delta; gives the book when this very delta has shown that it is flawed. */
  change({ msg }: OrderbookDeltaFrame): Book | undefined {
    const book = this.#books.get(msg.market_ticker);
    const atMs = msg.ts_ms ?? this.#options.marketNow();
    const { side } = msg;
    let yesPriceCC: number;
    let deltaE2: number;
    try {
      yesPriceCC = parsePriceCC(msg.price_dollars);
      deltaE2 = parseCountE2(msg.delta_fp);
    } catch {
      return book?.isValid ? this.flaw(book, 'unreadable') : undefined;
    }
    if (msg.client_order_id !== undefined) {
      const { market_ticker: ticker, client_order_id: clientOrderId, subaccount } = msg;
      this.#options.onOwnDelta({ ticker, clientOrderId, subaccount, side, yesPriceCC, deltaE2, atMs });
    }
    if (!book?.isValid) return undefined;
    const isValid = book.change(side, yesPriceCC, deltaE2, atMs);
    if (!isValid) this.#note(book);
    this.#options.onBook(book);
    return isValid ? undefined : book;
  }

  flaw(book: Book, flaw: BookFlaw): Book {
    book.invalidate(flaw);
    this.#note(book);
    this.#options.onBook(book);
    return book;
  }

  /** All that are good, or of these markets only. Not one is served any more when the first is announced. */
  flawAll(flaw: BookFlaw, tickers: Iterable<string> = this.#books.keys()): void {
    const good: Book[] = [];
    for (const ticker of tickers) {
      const book = this.#books.get(ticker);
      if (!book?.isValid) continue;
      book.invalidate(flaw);
      this.#note(book);
      good.push(book);
    }
    for (const book of good) this.#options.onBook(book);
  }

  #note(book: Book): void {
    if (!this.#flawed.has(book)) this.#flawed.set(book, this.#options.monotonicMs());
  }
}

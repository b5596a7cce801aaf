/**
 * Quotes and books of the followed markets, from the socket while its books are good, and by REST while they are not.
 *
 * REST is asked for a market when the socket is blind, or when the market's book has not been good for longer than the
 * patience, within a budget of requests. Its answer is marked with its age, and is thrown away when the socket's book was
 * good at any moment since the request was sent: what the socket said then is newer.
 */
import type { Quote } from '../trading/quote.ts';
import { Book, type WireLevel } from './book.ts';
import { requestInvalid } from './errors.ts';
import type { KalshiSocket } from './socket/socket.ts';
import { systemClock, type WallClock } from './wall-clock.ts';

/** One market in the answer of `GET /markets/orderbooks`: bids only, the no side in NO prices; null for an empty side. */
export interface RestOrderbook {
  ticker: string;
  orderbook_fp: { yes_dollars: readonly WireLevel[] | null; no_dollars: readonly WireLevel[] | null };
}

export type FeedSource = 'socket' | 'rest';

export interface FeedQuote {
  quote: Quote;
  source: FeedSource;
  /**
   * Milliseconds of wall time since this was known to be so. By socket: since the connection was last heard, so a quiet market on a
   * healthy socket is fresh. By REST: since the request was sent.
   */
  ageMs: number;
}

export interface MarketFeedOptions {
  socket: KalshiSocket;
  /** Order books of up to 100 markets by REST; may leave out markets it has none for. */
  fetchOrderbooks: (tickers: readonly string[]) => Promise<readonly RestOrderbook[]>;
  /** The read budget: most requests a second. More than zero. */
  readsPerS: number;
  /**
   * Called synchronously whenever a market's quote or book has changed, has changed its source, or has gone. What it throws is
   * handed to `onChangeFailed`, or goes uncaught where that is not given; the feed goes on.
   */
  onChange: (ticker: string) => void;
  onChangeFailed?: (cause: unknown) => void;
  /** A REST request has failed; the next follows within the budget. */
  onReadFailed?: (cause: unknown) => void;
  /** Market time (epoch ms): what a REST quote is stamped with, as of its request. */
  marketNow: () => number;
  clock?: WallClock;
  /** How long a market may be without a good book on an open connection before REST is asked. */
  patienceMs?: number;
  /** Least time between two REST requests for one market. */
  pollMs?: number;
}

/** A market whose socket book is not good, from when it stopped being so until it is good again. */
interface Gap {
  sinceMs: number;
  askedMs: number | undefined;
  /** The last answer by REST, and when it was asked for. */
  book: Book | undefined;
  bookAskedMs: number;
}

const MARKETS_PER_READ = 100;
/** Timers take no longer wait than this. */
const LONGEST_PACE_MS = 2 ** 31 - 1;

type Optional = 'onReadFailed' | 'onChangeFailed';

export class MarketFeed {
  #options: Required<Omit<MarketFeedOptions, Optional>> & Pick<MarketFeedOptions, Optional>;
  #paceMs: number;
  #followed = new Set<string>();
  /** Least recently asked first. */
  #gaps = new Map<string, Gap>();
  /** Calls the next turn off; undefined while none is due. */
  #cancelTurn: (() => void) | undefined;
  #isReading = false;
  #isClosed = false;
  #stopListening: () => void;

  /** Throws `KALSHI_REQUEST_INVALID` for a budget that no request fits in, or that is endless. */
  constructor(options: MarketFeedOptions) {
    this.#paceMs = 1000 / options.readsPerS;
    if (!(this.#paceMs > 0 && this.#paceMs <= LONGEST_PACE_MS)) {
      throw requestInvalid(`${options.readsPerS} is no number of requests a second to read order books with`);
    }
    this.#options = { clock: systemClock, patienceMs: 2_000, pollMs: 1_000, ...options };
    this.#stopListening = options.socket.listen({ book: (book) => this.#onBook(book) });
  }

  follow(tickers: Iterable<string>): void {
    const { socket } = this.#options;
    const followed = [...tickers];
    socket.follow(followed, this);
    for (const ticker of followed) {
      this.#followed.add(ticker);
      if (!socket.book(ticker)?.isValid) this.#open(ticker);
    }
  }

  /** Drops markets here; the socket keeps those that others follow. */
  drop(tickers: Iterable<string>): void {
    const dropped = [...tickers];
    this.#options.socket.drop(dropped, this);
    for (const ticker of dropped) {
      this.#followed.delete(ticker);
      this.#gaps.delete(ticker);
    }
  }

  /** The touch of a followed market with where it comes from, or undefined while neither source has a good book. */
  quote(ticker: string): FeedQuote | undefined {
    const { socket, clock } = this.#options;
    if (!this.#followed.has(ticker)) return undefined;
    const live = socket.book(ticker)?.quote();
    if (live !== undefined) return { quote: live, source: 'socket', ageMs: socket.heardAgeMs };
    const gap = this.#gaps.get(ticker);
    const read = gap?.book?.quote();
    if (gap === undefined || read === undefined) return undefined;
    return { quote: read, source: 'rest', ageMs: clock.monotonicMs() - gap.bookAskedMs };
  }

  /** The good book that `quote` reads; not to be edited, and not to be kept beyond this turn. */
  book(ticker: string): Book | undefined {
    if (!this.#followed.has(ticker)) return undefined;
    const live = this.#options.socket.book(ticker);
    if (live?.isValid) return live;
    const read = this.#gaps.get(ticker)?.book;
    return read?.isValid ? read : undefined;
  }

  /** Drops its markets and stops listening and reading. The socket is its owner's to close. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
    this.drop(this.#followed);
  }

  #onBook(book: Book): void {
    if (!this.#followed.has(book.ticker)) return;
    if (!book.isValid) this.#open(book.ticker);
    else if (this.#gaps.size > 0) this.#gaps.delete(book.ticker);
    this.#tell(book.ticker);
  }

  #tell(ticker: string): void {
    const { onChange, onChangeFailed } = this.#options;
    try {
      onChange(ticker);
    } catch (cause) {
      if (onChangeFailed !== undefined) onChangeFailed(cause);
      else
        queueMicrotask(() => {
          throw cause;
        });
    }
  }

  #open(ticker: string): void {
    if (this.#gaps.has(ticker)) return;
    const sinceMs = this.#options.clock.monotonicMs();
    this.#gaps.set(ticker, { sinceMs, askedMs: undefined, book: undefined, bookAskedMs: 0 });
    this.#cancelTurn ??= this.#options.clock.after(0, () => this.#turn());
  }

  /** Runs at the pace of the budget for as long as any market needs REST. */
  #turn(): void {
    this.#cancelTurn = undefined;
    if (this.#gaps.size === 0 || this.#isClosed) return;
    this.#cancelTurn = this.#options.clock.after(this.#paceMs, () => this.#turn());
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    const { clock, marketNow, fetchOrderbooks, onReadFailed } = this.#options;
    const askedMs = clock.monotonicMs();
    const asked = this.#pick(askedMs);
    if (asked.size === 0) return;
    this.#isReading = true;
    try {
      const marketAskedMs = marketNow();
      const answers = await fetchOrderbooks([...asked.keys()]);
      for (const answer of answers) this.#take(answer, asked.get(answer.ticker), askedMs, marketAskedMs);
    } catch (cause) {
      onReadFailed?.(cause);
    } finally {
      this.#isReading = false;
    }
  }

  /** The markets whose turn it is; they go to the end of the queue. */
  #pick(nowMs: number): Map<string, Gap> {
    const { socket, patienceMs, pollMs } = this.#options;
    const picked = new Map<string, Gap>();
    const readyMs = socket.isBlind ? 0 : patienceMs;
    for (const [ticker, gap] of this.#gaps) {
      if (picked.size === MARKETS_PER_READ) break;
      if (nowMs - gap.sinceMs < readyMs || (gap.askedMs !== undefined && nowMs - gap.askedMs < pollMs)) continue;
      picked.set(ticker, gap);
    }
    for (const [ticker, gap] of picked) {
      gap.askedMs = nowMs;
      this.#gaps.delete(ticker);
      this.#gaps.set(ticker, gap);
    }
    return picked;
  }

  #take(answer: RestOrderbook, gap: Gap | undefined, askedMs: number, marketAskedMs: number): void {
    const { ticker, orderbook_fp } = answer;
    // Another gap, or none: the socket had a good book, or the market was dropped, after the request was sent.
    if (gap === undefined || this.#gaps.get(ticker) !== gap) return;
    gap.book ??= new Book(ticker, 'no');
    gap.book.replace(orderbook_fp.yes_dollars ?? [], orderbook_fp.no_dollars ?? [], marketAskedMs);
    gap.bookAskedMs = askedMs;
    this.#tell(ticker);
  }
}

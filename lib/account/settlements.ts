/** Reads and books what markets have paid. A result is known before it is paid, so the exchange is asked again until it has told. */
import { addSettlement, type Settlement } from '../trading/fills.ts';
import { isEnded } from '../trading/market.ts';
import type { VenueSettlement } from '../trading/ports/venue.ts';
import { holdingsOf, netE2 } from '../trading/position.ts';
import { backoffMs } from './backoff.ts';
import type { MarketUpdate } from './contract.ts';
import { type Ground, logLine, underWay } from './ground.ts';
import type { Book } from './ledger-change.ts';
import type { News } from './news.ts';

const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 300_000;
/** Before the first fill: a settlement is always later than that. */
const SLACK_MS = 60_000;

export class Settlements {
  readonly #ground: Ground;
  readonly #news: News;
  #tries = 0;
  #callOff: (() => void) | undefined;
  #isReading = false;

  constructor(ground: Ground, news: News) {
    this.#ground = ground;
    this.#news = news;
  }

  /** A market that is held has changed its status, or been decided. */
  saw({ market }: Pick<MarketUpdate, 'market'>): void {
    if (market.status !== 'determined' && market.status !== 'finalized') return;
    if (!this.#due().some((book) => book.ticker === market.ticker)) return;
    this.#tries = 0;
    this.#soon(0);
  }

  /** Books the settlement in each ledger of its market. True where that was news. Throws a MemoryFailure. */
  async take(told: VenueSettlement): Promise<boolean> {
    const books = this.#ground.books.booksOf(told.ticker).filter((book) => book.ledger.settlement === undefined);
    for (const book of books) this.#book(book, { ...told, feeE6: this.#isPayer(book) ? told.feeE6 : 0 });
    for (const { ruleId, ticker } of books) await this.#news.whenLooseCommitted(ruleId, ticker);
    return books.length > 0;
  }

  /** Reads what was settled. Throws a VenueFailure or MemoryFailure. */
  async read(): Promise<void> {
    const due = this.#due();
    if (due.length === 0) return;
    const sinceMs = Math.min(...due.map(firstMs)) - SLACK_MS;
    for (const settlement of await this.#ground.venue.settlementsSince(sinceMs)) await this.take(settlement);
    await this.#settleOffset();
  }

  close(): void {
    this.#callOff?.();
    this.#isReading = true;
  }

  /** Lots of two rules that cancel out are no position at the exchange, which pays nothing for them: the result is booked as it is. */
  async #settleOffset(): Promise<void> {
    for (const { ticker } of this.#due()) {
      const market = this.#ground.feed()?.market(ticker)?.market;
      const netOfAll = this.#ground.books.nets().get(ticker) ?? 0;
      if (market?.status !== 'finalized' || market.resultCC === undefined || netOfAll !== 0) continue;
      await this.take({ ticker, valueCC: market.resultCC, feeE6: 0, atMs: this.#ground.clock.nowMs() });
    }
  }

  #book({ ruleId, ticker, eventTicker, ledger }: Book, settlement: Settlement): void {
    try {
      addSettlement(ledger, settlement);
    } catch (error) {
      logLine(this.#ground, 'error', 'trade', error instanceof Error ? error.message : String(error), { ticker });
      return;
    }
    this.#news.takeLoose({ ruleId, ticker, eventTicker, settlement });
  }

  /** The fee is paid once: by the first rule that held anything. */
  #isPayer(book: Book): boolean {
    const holders = this.#ground.books
      .booksOf(book.ticker)
      .filter((one) => netE2(holdingsOf({ ...one.ledger, settlement: undefined })) !== 0);
    return holders[0]?.ruleId === book.ruleId;
  }

  /** Ledgers with something open in a market that is decided. */
  #due(): Book[] {
    return this.#ground.books.openBooks().filter((book) => {
      const status = this.#ground.feed()?.market(book.ticker)?.market.status;
      return status !== undefined && isEnded(status);
    });
  }

  #soon(restMs: number): void {
    this.#callOff?.();
    this.#callOff = this.#ground.clock.after(restMs, () => {
      this.#callOff = undefined;
      if (this.#isReading) return;
      this.#isReading = true;
      void underWay(this.#ground, () => this.#readAndRest());
    });
  }

  async #readAndRest(): Promise<void> {
    await this.read().catch(() => {});
    this.#isReading = false;
    if (this.#due().length > 0) this.#soon(backoffMs(this.#tries++, FIRST_REST_MS, LONGEST_REST_MS));
  }
}

function firstMs({ ledger }: Book): number {
  return ledger.fills[0]?.atMs ?? 0;
}

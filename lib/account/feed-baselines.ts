/** Keeps a book of baselines while anybody wants one, and a while longer, so that a deploy loses none. */
import type { DataHealth, KnownGame, ListedGame } from '../trading/ports/market-data.ts';
import { BaselineBook, type BaselineBookOptions } from './baseline-book.ts';
import type { BaselineView } from './contract.ts';
import { LINGER_MS } from './feed-choices.ts';

export interface FeedBaselinesOptions extends BaselineBookOptions {
  /** All that is followed now. */
  games: () => Iterable<ListedGame>;
}

export class FeedBaselines {
  readonly #options: FeedBaselinesOptions;
  readonly #wants = new Set<object>();
  #book: BaselineBook | undefined;
  /** Resolves when the book before has been written: the next one reads what it wrote. */
  #written: Promise<void> = Promise.resolve();
  #stay: (() => void) | undefined;
  #isClosed = false;

  constructor(options: FeedBaselinesOptions) {
    this.#options = options;
  }

  /** Baselines are tracked until the answer has been called. */
  want(): () => void {
    const want = {};
    this.#wants.add(want);
    this.#stay?.();
    this.#stay = undefined;
    if (this.#book === undefined && !this.#isClosed) void this.#open();
    return () => {
      if (!this.#wants.delete(want) || this.#wants.size > 0 || this.#isClosed) return;
      this.#stay = this.#options.wall.after(LINGER_MS, () => this.#end());
    };
  }

  track(game: ListedGame): void {
    this.#book?.track(game);
  }

  forget(game: ListedGame): void {
    this.#book?.forget(game);
  }

  quote(ticker: string): void {
    this.#book?.quote(ticker);
  }

  gameState(eventTicker: string, known: KnownGame): void {
    this.#book?.gameState(eventTicker, known);
  }

  health(health: DataHealth): void {
    this.#book?.health(health);
  }

  view(ticker: string): BaselineView {
    if (this.#book !== undefined) return this.#book.view(ticker);
    return { status: 'collecting', baseline: undefined, provisional: undefined, reason: 'baselines are not tracked', samples: 0 };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stay?.();
    this.#end();
    await this.#written;
  }

  async #open(): Promise<void> {
    const book = new BaselineBook(this.#options);
    this.#book = book;
    await this.#written;
    await book.open(() => this.#options.games());
  }

  #end(): void {
    const book = this.#book;
    this.#book = undefined;
    if (book !== undefined) this.#written = this.#written.then(() => book.close());
  }
}

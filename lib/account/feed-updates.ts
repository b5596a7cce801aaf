/**
 * Tells listeners what changed: one update for each changed market and turn of the event loop, in the order of their tickers. An update
 * is made only when somebody listens.
 */

import type { Activity } from '../trading/ports/clock.ts';
import type { DataHealth, ScoreProblem } from '../trading/ports/market-data.ts';
import type { FeedListener, MarketUpdate } from './contract.ts';

export interface FeedUpdatesOptions {
  activity: Activity;
  /** Runs it when this turn of the event loop is over. */
  nextTurn: (run: () => void) => void;
  /** The market as it is now; undefined where it is not followed. */
  look: (ticker: string, kind: MarketUpdate['kind']) => MarketUpdate | undefined;
  /** Changes wait while this is so. */
  isHeldBack: () => boolean;
  /** After each round. */
  flushed: () => void;
  /** A listener has thrown. */
  onDefect: (cause: unknown) => void;
}

export class FeedUpdates {
  readonly #options: FeedUpdatesOptions;
  readonly #listeners = new Set<FeedListener>();
  readonly #changed = new Set<string>();
  /** Ends the piece of work that a round on its way is. */
  #end: (() => void) | undefined;
  #isClosed = false;

  constructor(options: FeedUpdatesOptions) {
    this.#options = options;
  }

  listen(listener: FeedListener): () => void {
    // A wrapper of its own: the same object may listen twice.
    const own: FeedListener = {
      update: listener.update && ((update) => listener.update?.(update)),
      health: (health) => listener.health?.(health),
      problem: (problem) => listener.problem?.(problem),
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** The market's update goes out at the end of this turn. */
  mark(ticker: string): void {
    this.#changed.add(ticker);
    if (this.#end === undefined) this.schedule();
  }

  /** What has changed goes out at the end of this turn. */
  schedule(): void {
    if (this.#end !== undefined || this.#changed.size === 0 || this.#isClosed || this.#options.isHeldBack()) return;
    this.#end = this.#options.activity.begin();
    this.#options.nextTurn(() => this.#flush());
  }

  forget(ticker: string): void {
    this.#changed.delete(ticker);
  }

  tick(tickers: readonly string[]): void {
    this.#send(tickers, 'tick');
  }

  health(health: DataHealth): void {
    for (const listener of this.#listeners) this.#call(() => listener.health?.({ ...health }));
  }

  problem(problem: ScoreProblem): void {
    for (const listener of this.#listeners) this.#call(() => listener.problem?.({ ...problem }));
  }

  close(): void {
    this.#isClosed = true;
    this.#changed.clear();
    this.#listeners.clear();
  }

  #flush(): void {
    const end = this.#end;
    this.#end = undefined;
    if (!this.#options.isHeldBack()) {
      const changed = [...this.#changed];
      this.#changed.clear();
      this.#send(changed.length > 1 ? changed.toSorted() : changed, 'update');
      this.#options.flushed();
    }
    end?.();
  }

  #send(tickers: readonly string[], kind: MarketUpdate['kind']): void {
    for (const ticker of tickers) {
      let update: MarketUpdate | undefined;
      for (const listener of this.#listeners) {
        if (listener.update === undefined) continue;
        update ??= this.#options.look(ticker, kind);
        if (update === undefined) break;
        try {
          listener.update(update);
        } catch (cause) {
          this.#options.onDefect(cause);
        }
      }
    }
  }

  #call(tell: () => void): void {
    try {
      tell();
    } catch (cause) {
      this.#options.onDefect(cause);
    }
  }
}

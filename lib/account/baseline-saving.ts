/** Keeps baselines in the memory: read once at the start, written as they change, one writing at a time. */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { FeedMemory, StoredBaseline } from '../trading/ports/memory.ts';
import { restMs } from './feed-backoff.ts';

export interface BaselineSavingOptions {
  key: string;
  memory: FeedMemory;
  wall: WallTimer;
  activity: Activity;
  /** The market's baseline as it is now; undefined where it is not tracked any more. */
  stored: (ticker: string) => StoredBaseline | undefined;
  /** The memory fails at this, or (undefined) works again. */
  problem: (failure: unknown) => void;
}

export class BaselineSaving {
  readonly #options: BaselineSavingOptions;
  readonly #unsaved = new Set<string>();
  #saving: Promise<void> | undefined;
  #failures = 0;
  #retry: (() => void) | undefined;
  #isClosed = false;

  constructor(options: BaselineSavingOptions) {
    this.#options = options;
  }

  /** What was remembered, by ticker. While the memory fails it is tried again, with backoff; undefined when closed before. */
  async load(): Promise<Map<string, StoredBaseline> | undefined> {
    const { key, memory, activity, problem } = this.#options;
    for (let failures = 1; !this.#isClosed; failures++) {
      const end = activity.begin();
      try {
        const stored = await memory.baselines(key);
        problem(undefined);
        return new Map(stored.map((one) => [one.ticker, one]));
      } catch (failure) {
        problem(failure);
      } finally {
        end();
      }
      await this.#pause(restMs(failures));
    }
    return undefined;
  }

  /** The market's baseline is written with the next writing. */
  mark(ticker: string): void {
    this.#unsaved.add(ticker);
    if (this.#saving === undefined && this.#retry === undefined && !this.#isClosed) this.#start();
  }

  /** Writes what is not written, once more at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.();
    await this.#saving;
    this.#start();
    await this.#saving;
  }

  #start(): void {
    this.#saving = this.#save();
  }

  async #save(): Promise<void> {
    const { key, memory, activity, wall, stored, problem } = this.#options;
    const end = activity.begin();
    // What changes in one turn is written together.
    await Promise.resolve();
    while (this.#unsaved.size > 0) {
      const tickers = [...this.#unsaved];
      this.#unsaved.clear();
      try {
        await memory.saveBaselines(
          key,
          tickers.flatMap((ticker) => stored(ticker) ?? []),
        );
        this.#failures = 0;
        problem(undefined);
      } catch (failure) {
        for (const ticker of tickers) this.#unsaved.add(ticker);
        problem(failure);
        if (!this.#isClosed) {
          this.#failures++;
          this.#retry = wall.after(restMs(this.#failures), () => {
            this.#retry = undefined;
            this.#start();
          });
        }
        break;
      }
    }
    this.#saving = undefined;
    end();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        callOff();
        this.#retry = undefined;
        resolve();
      };
      const callOff = this.#options.wall.after(ms, done);
      this.#retry = done;
    });
  }
}

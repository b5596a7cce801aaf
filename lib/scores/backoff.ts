/** Rest after errors, by the key of what failed; in wall time. */
import type { ScoreClock } from './clock.ts';
import type { PollRates } from './rates.ts';

interface Failure<T> {
  /** In a row. */
  count: number;
  /** What waits for the end of the rest; undefined once it is over. */
  waiting: T[] | undefined;
  callOff: () => void;
}

export class Backoff<T> {
  readonly #failures = new Map<string, Failure<T>>();
  readonly #wall: ScoreClock;
  readonly #rates: PollRates;
  readonly #release: (waited: readonly T[]) => void;

  /** `release` is given what has waited, when its rest is over. */
  constructor(wall: ScoreClock, rates: PollRates, release: (waited: readonly T[]) => void) {
    this.#wall = wall;
    this.#rates = rates;
    this.#release = release;
  }

  /** Lets these wait too while there is a rest on, and says whether there is. */
  join(key: string, items: readonly T[]): boolean {
    const waiting = this.#failures.get(key)?.waiting;
    waiting?.push(...items);
    return waiting !== undefined;
  }

  /** Begins a rest, twice as long as the one before. Of several requests with one key, the first to fail begins it for all. */
  fail(key: string, items: readonly T[]): void {
    if (this.join(key, items)) return;
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const { backoffMs, longestBackoffMs } = this.#rates;
    const waiting = [...items];
    const failure: Failure<T> = { count, waiting, callOff: () => {} };
    this.#failures.set(key, failure);
    failure.callOff = this.#wall.after(Math.min(longestBackoffMs, backoffMs * 2 ** (count - 1)), () => {
      failure.waiting = undefined;
      this.#release(waiting);
    });
  }

  /** A request with this key went well. A rest that is on goes on: another request of the key has failed. */
  succeed(key: string): void {
    if (this.#failures.get(key)?.waiting === undefined) this.#failures.delete(key);
  }

  close(): void {
    for (const { callOff } of this.#failures.values()) callOff();
    this.#failures.clear();
  }
}

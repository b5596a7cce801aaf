/**
 * One thing that several may hold: opened for its first holder, tried again with backoff (wall time) while it cannot be, and closed a
 * while after its last holder has let go. There is never more than one of it: a new one is opened only after the old one has closed.
 */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import { CONNECTING, DeskError, type DeskProblem, failedToOpen } from './desk-problems.ts';
import { restMs } from './feed-backoff.ts';

export interface SeatOptions<T> {
  wall: WallTimer;
  activity: Activity;
  lingerMs: number;
  /** A rejection becomes the problem, and is tried again. */
  open: () => Promise<T>;
  close: (value: T) => Promise<void>;
  /** `value` or `problem` has changed. */
  changed: () => void;
  /** Nobody has held it for long enough, and it is closed. */
  gone: () => void;
  /** Closing has failed. */
  onDefect: (cause: unknown) => void;
}

export class Seat<T> {
  readonly #options: SeatOptions<T>;
  readonly #holders = new Set<object>();
  #value: T | undefined;
  #problem: DeskProblem | undefined = CONNECTING;
  #stay: (() => void) | undefined;
  /** Wall time, monotonic. */
  #stayUntilMs = Number.NEGATIVE_INFINITY;
  #life: Promise<void> | undefined;
  #isStale = false;
  #isClosed = false;
  #nudge = () => {};
  readonly #outcomes: (() => void)[] = [];

  constructor(options: SeatOptions<T>) {
    this.#options = options;
  }

  value(): T | undefined {
    return this.#value;
  }

  /** Why there is no value. */
  problem(): DeskProblem | undefined {
    return this.#problem;
  }

  hold(by: object): void {
    this.#holders.add(by);
    this.#stay?.();
    this.#stay = undefined;
    if (this.#life === undefined && !this.#isClosed) this.#life = this.#live();
  }

  /** `lingers`: it stays open a while from now, for whoever comes next. */
  release(by: object, lingers = true): void {
    if (!this.#holders.delete(by)) return;
    const { wall, lingerMs } = this.#options;
    const nowMs = wall.monotonicMs();
    if (lingers) this.#stayUntilMs = nowMs + lingerMs;
    if (this.#holders.size > 0) return;
    if (this.#stayUntilMs <= nowMs) {
      this.#nudge();
      return;
    }
    this.#stay = wall.after(this.#stayUntilMs - nowMs, () => {
      this.#stay = undefined;
      this.#nudge();
    });
  }

  /** Closes what is open and opens it anew. */
  renew(): void {
    this.#isStale = true;
    this.#nudge();
  }

  /** Tries again now, where it is resting after a failure. */
  retry(): void {
    this.#nudge();
  }

  /** The value, once the first attempt has been made. Throws where none could be opened. */
  async settled(): Promise<T> {
    if (this.#problem === CONNECTING && this.#isWanted()) await new Promise<void>((resolve) => this.#outcomes.push(resolve));
    if (this.#value !== undefined) return this.#value;
    throw new DeskError(this.#problem ?? CONNECTING);
  }

  /** Closes it for good, whoever holds it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stay?.();
    this.#nudge();
    await this.#life;
  }

  #isWanted(): boolean {
    return !this.#isClosed && (this.#holders.size > 0 || this.#stay !== undefined);
  }

  async #live(): Promise<void> {
    for (let failures = 0; this.#isWanted(); ) {
      this.#isStale = false;
      const value = await this.#open();
      if (value === undefined) {
        failures++;
        if (this.#isWanted() && !this.#isStale) await this.#rest(restMs(failures));
        continue;
      }
      failures = 0;
      if (this.#isWanted() && !this.#isStale) this.#show(value, undefined);
      while (this.#isWanted() && !this.#isStale) await this.#rest();
      this.#show(undefined, CONNECTING);
      await this.#close(value);
    }
    this.#life = undefined;
    for (const tell of this.#outcomes.splice(0)) tell();
    this.#options.gone();
  }

  async #open(): Promise<T | undefined> {
    const end = this.#options.activity.begin();
    try {
      return await this.#options.open();
    } catch (error) {
      this.#show(undefined, failedToOpen(error));
      return undefined;
    } finally {
      end();
    }
  }

  async #close(value: T): Promise<void> {
    const end = this.#options.activity.begin();
    try {
      await this.#options.close(value);
    } catch (cause) {
      this.#options.onDefect(cause);
    } finally {
      end();
    }
  }

  #show(value: T | undefined, problem: DeskProblem | undefined): void {
    this.#value = value;
    this.#problem = problem;
    this.#options.changed();
    for (const tell of this.#outcomes.splice(0)) tell();
  }

  /** Until something has to be looked at again, or for so long. */
  #rest(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const callOff = ms === undefined ? () => {} : this.#options.wall.after(ms, resolve);
      this.#nudge = () => {
        callOff();
        resolve();
      };
    });
  }
}

/**
 * One commit at a time, in the order in which they were asked for. Memory and database stay the same by this rule: a write computes
 * what to commit from what is committed, when its turn comes, and is applied only after the database has it. What failed is kept
 * (as news, not as a finished row), stands in nobody's way, and is computed and written anew after a rest; a second commit of what a
 * failure had committed after all changes nothing, since every row is written whole under its own key.
 */
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import { backoffMs } from './backoff.ts';

const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 5_000;

interface Kept {
  task: () => Promise<void>;
  /** Asked for again since its run began. */
  again: boolean;
  state: 'queued' | 'running' | 'resting';
  failures: number;
  callOff: (() => void) | undefined;
  waiting: { resolve: () => void; reject: (error: unknown) => void }[];
}

export class Pen {
  readonly #wall: WallTimer;
  readonly #activity: Activity;
  readonly #changed: () => void;
  readonly #firsts: (() => Promise<void>)[] = [];
  readonly #queue: (() => Promise<void>)[] = [];
  readonly #kept = new Map<string, Kept>();
  readonly #owed = new Map<string, Error>();
  readonly #idle: (() => void)[] = [];
  #isWriting = false;
  #isStopped = false;

  /** `changed` is called when `trouble` may have changed. */
  constructor(wall: WallTimer, activity: Activity, changed: () => void) {
    this.#wall = wall;
    this.#activity = activity;
    this.#changed = changed;
  }

  /** Runs in turn, once; the failure is the caller's. `first`: before whatever else waits, but for other firsts. */
  write<T>(task: () => Promise<T>, first = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const turn = () => task().then(resolve, reject);
      (first ? this.#firsts : this.#queue).push(turn);
      this.#drain();
    });
  }

  /** Runs in turn, and again while it fails. Asked for again with the same key before it has begun, it runs once. */
  keep(key: string, task: () => Promise<void>): void {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.task = task;
      known.again = true;
      return;
    }
    const kept: Kept = { task, again: false, state: 'queued', failures: 0, callOff: undefined, waiting: [] };
    this.#kept.set(key, kept);
    this.#enqueue(key, kept);
  }

  /** Resolves when nothing is to be written under this key; rejects when the next try fails. */
  kept(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => kept.waiting.push({ resolve, reject }));
  }

  /** Why something that must be written is not: the latest failure. */
  trouble(): Error | undefined {
    return [...this.#owed.values()].at(-1);
  }

  /** Resolves when nothing is being written or waits for its turn; what rests after a failure is not waited for. */
  idle(): Promise<void> {
    return this.#isWriting ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  /** Calls off every retry. What is being written goes on. */
  stop(): void {
    this.#isStopped = true;
    for (const kept of this.#kept.values()) kept.callOff?.();
  }

  #enqueue(key: string, kept: Kept): void {
    kept.state = 'queued';
    this.#queue.push(() => this.#run(key, kept));
    this.#drain();
  }

  async #run(key: string, kept: Kept): Promise<void> {
    kept.state = 'running';
    kept.again = false;
    try {
      await kept.task();
    } catch (error) {
      this.#fail(key, kept, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    kept.failures = 0;
    if (this.#owed.delete(key)) this.#changed();
    if (kept.again) {
      this.#enqueue(key, kept);
      return;
    }
    this.#kept.delete(key);
    for (const one of kept.waiting) one.resolve();
  }

  #fail(key: string, kept: Kept, error: Error): void {
    kept.state = 'resting';
    this.#owed.delete(key);
    this.#owed.set(key, error);
    const waiting = kept.waiting.splice(0);
    if (!this.#isStopped) {
      kept.callOff = this.#wall.after(backoffMs(kept.failures, FIRST_REST_MS, LONGEST_REST_MS), () => this.#enqueue(key, kept));
    }
    kept.failures += 1;
    this.#changed();
    for (const one of waiting) one.reject(error);
  }

  #drain(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    void this.#writeAll(this.#activity.begin());
  }

  #next(): (() => Promise<void>) | undefined {
    return this.#firsts.shift() ?? this.#queue.shift();
  }

  async #writeAll(end: () => void): Promise<void> {
    for (let turn = this.#next(); turn !== undefined; turn = this.#next()) await turn();
    this.#isWriting = false;
    end();
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

/**
 * When the lists of games are read: as soon as something is chosen, when the exchange announces something, and every five minutes of
 * market time; after a failure again with backoff (wall time). One reading at a time; what is asked for during one follows it.
 */
import type { Activity, Clock, WallTimer } from '../trading/ports/clock.ts';
import type { GameChoice, ListedGame } from '../trading/ports/market-data.ts';
import { restMs } from './feed-backoff.ts';

export const LIST_EVERY_MS = 5 * 60_000;
/** Announcements come in swarms: the next reading of all lists starts at least so much later than the last, market time. */
const LEAST_GAP_MS = 5_000;

export interface FeedListingOptions {
  clock: Clock;
  wall: WallTimer;
  activity: Activity;
  /** All that is to be listed now, by name. */
  choices: () => Iterable<readonly [name: string, choice: GameChoice]>;
  list: (choice: GameChoice) => Promise<ListedGame[]>;
  /** `isNewer`: the market's status was told while the list was on its way. */
  took: (name: string, games: readonly ListedGame[], isNewer: (ticker: string) => boolean) => void;
  /** A round of lists is over; `failure` is why one of them is not known, undefined when all are. */
  ended: (failure: unknown) => void;
}

export class FeedListing {
  readonly #options: FeedListingOptions;
  readonly #due = new Set<string>();
  #isAllDue = false;
  #isRunning = false;
  #isClosed = false;
  #failures = 0;
  #lastAllMs = Number.NEGATIVE_INFINITY;
  #told = new Set<string>();
  /** Lists that could not be read, and why. */
  readonly #failed = new Map<string, unknown>();
  /** Each calls its timer off; undefined where none is set. */
  #next: (() => void) | undefined;
  #announcement: (() => void) | undefined;
  #retry: (() => void) | undefined;

  constructor(options: FeedListingOptions) {
    this.#options = options;
  }

  /** Reads these lists now, or all. */
  request(names?: Iterable<string>): void {
    if (names === undefined) this.#isAllDue = true;
    else for (const name of names) this.#due.add(name);
    if (!this.#isRunning && !this.#isClosed) void this.#run();
  }

  /** Something was announced: reads all lists, not too soon after the last time. */
  announced(): void {
    if (this.#announcement !== undefined || this.#isClosed) return;
    const { clock } = this.#options;
    const waitMs = this.#lastAllMs + LEAST_GAP_MS - clock.nowMs();
    if (waitMs <= 0) {
      this.request();
      return;
    }
    this.#announcement = clock.after(waitMs, () => {
      this.#announcement = undefined;
      this.request();
    });
  }

  /** A market's status was told: a list that is on its way is older. */
  told(ticker: string): void {
    if (this.#isRunning) this.#told.add(ticker);
  }

  close(): void {
    this.#isClosed = true;
    this.#next?.();
    this.#announcement?.();
    this.#retry?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const end = this.#options.activity.begin();
    // What is chosen in one turn is read in one round.
    await Promise.resolve();
    while (!this.#isClosed && (this.#isAllDue || this.#due.size > 0)) await this.#round();
    this.#isRunning = false;
    end();
  }

  async #round(): Promise<void> {
    const { clock, choices, ended } = this.#options;
    const isAll = this.#isAllDue;
    const names = new Set(this.#due);
    this.#due.clear();
    this.#isAllDue = false;
    if (isAll) this.#lastAllMs = clock.nowMs();
    const chosen = new Map(choices());
    for (const name of this.#failed.keys()) if (!chosen.has(name)) this.#failed.delete(name);
    let hasFailed = false;
    for (const [name, choice] of chosen) {
      if (isAll || names.has(name)) hasFailed = !(await this.#read(name, choice)) || hasFailed;
      if (this.#isClosed) return;
    }
    if (isAll || this.#next === undefined) this.#scheduleNext();
    this.#scheduleRetry(hasFailed);
    ended([...this.#failed.values()].at(-1));
  }

  /** Whether it went well. */
  async #read(name: string, choice: GameChoice): Promise<boolean> {
    const told = new Set<string>();
    this.#told = told;
    try {
      const games = await this.#options.list(choice);
      if (this.#isClosed) return true;
      this.#failed.delete(name);
      this.#options.took(name, games, (ticker) => told.has(ticker));
      return true;
    } catch (failure) {
      this.#failed.set(name, failure);
      return false;
    }
  }

  #scheduleRetry(hasFailed: boolean): void {
    if (this.#failed.size === 0) {
      this.#failures = 0;
      this.#retry?.();
    } else if (hasFailed) {
      this.#failures++;
      this.#retry?.();
      this.#retry = this.#options.wall.after(restMs(this.#failures), () => this.request([...this.#failed.keys()]));
    }
  }

  #scheduleNext(): void {
    this.#next?.();
    this.#next = this.#options.clock.after(LIST_EVERY_MS, () => this.request());
  }
}

import type { Clock, WallTimer } from '../trading/ports/clock.ts';

export interface MarketTimersOptions {
  wall: WallTimer;
  /** What market time is now, as far as known; may step back. */
  estimateMs: () => number;
  /** Market time over wall time; undefined: time is not known to pass by itself. */
  speed: () => number | undefined;
}

interface Timer {
  dueMs: number;
  run: () => void;
}

/** Nothing waits longer at once: an offset may have changed, and the platform's timers take no wait beyond 24 days. */
const LONGEST_WAIT_MS = 60_000;

/** Market time that never runs back, and what waits for it, on timers of the wall. */
export class MarketTimers implements Clock {
  readonly #options: MarketTimersOptions;
  /** By when they are due, then by when they were set. */
  readonly #timers: Timer[] = [];
  #reachedMs = Number.NEGATIVE_INFINITY;
  #cancelWait: () => void = () => {};
  #isClosed = false;

  constructor(options: MarketTimersOptions) {
    this.#options = options;
  }

  nowMs(): number {
    this.#reachedMs = Math.max(this.#reachedMs, Math.floor(this.#options.estimateMs()));
    return this.#reachedMs;
  }

  after(ms: number, run: () => void): () => void {
    if (this.#isClosed) return () => {};
    const timer: Timer = { dueMs: this.nowMs() + Math.max(0, ms), run };
    const behind = this.#timers.findIndex(({ dueMs }) => dueMs > timer.dueMs);
    this.#timers.splice(behind < 0 ? this.#timers.length : behind, 0, timer);
    if (this.#timers[0] === timer) this.retime();
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** Lets time be at least `atMs`: what is due by then runs first, in order, each at its own time. */
  advanceTo(atMs: number): void {
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= atMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#reachedMs = Math.max(this.#reachedMs, next.dueMs);
      runApart(next.run);
    }
    this.#reachedMs = Math.max(this.#reachedMs, atMs);
    this.retime();
  }

  /** When the first that waits is due; undefined: nobody waits. */
  get nextDueMs(): number | undefined {
    return this.#timers[0]?.dueMs;
  }

  /** To be called when the estimate or the speed has changed. */
  retime(): void {
    this.#cancelWait();
    const [next] = this.#timers;
    if (next === undefined || this.#isClosed) return;
    const speed = this.#options.speed() ?? 0;
    const leftMs = Math.max(0, next.dueMs - this.nowMs());
    if (leftMs > 0 && speed <= 0) return;
    const waitMs = leftMs === 0 ? 0 : Math.min(LONGEST_WAIT_MS, Math.ceil(leftMs / speed));
    this.#cancelWait = this.#options.wall.after(waitMs, () => this.advanceTo(this.nowMs()));
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelWait();
    this.#timers.length = 0;
  }
}

/** One that throws takes no other with it, and is not passed over in silence. */
function runApart(run: () => void): void {
  try {
    run();
  } catch (cause) {
    queueMicrotask(() => {
      throw cause;
    });
  }
}

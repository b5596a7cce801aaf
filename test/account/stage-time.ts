/** Time that only moves when it is told to: wall and market time from one counter. */
import type { Clock, WallTimer } from '../../lib/trading/ports/clock.ts';

interface Timer {
  dueMs: number;
  order: number;
  run: () => void;
}

export class VirtualTime {
  readonly startMs: number;
  /** Milliseconds of market time per millisecond of wall time. */
  readonly speed: number;
  #elapsedMs = 0;
  #count = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number, speed = 1) {
    this.startMs = startMs;
    this.speed = speed;
  }

  /** Clock and wall timer of one life; what they run ends with `die`. */
  view(): { clock: Clock; wall: WallTimer; die: () => void } {
    const own = new Set<Timer>();
    let isDead = false;
    const after = (ms: number, run: () => void) => {
      const timer = { dueMs: this.#elapsedMs + Math.max(0, ms), order: ++this.#count, run };
      if (!isDead) {
        own.add(timer);
        this.#timers.add(timer);
      }
      return () => {
        own.delete(timer);
        this.#timers.delete(timer);
      };
    };
    return {
      clock: { nowMs: () => this.marketMs(), after: (ms, run) => after(ms / this.speed, run) },
      wall: { nowMs: () => this.wallMs(), monotonicMs: () => this.#elapsedMs, after },
      die: () => {
        isDead = true;
        for (const timer of own) this.#timers.delete(timer);
      },
    };
  }

  wallMs(): number {
    return this.startMs + this.#elapsedMs;
  }

  marketMs(): number {
    return this.startMs + Math.floor(this.#elapsedMs * this.speed);
  }

  /** Until the next timer, wall ms; undefined: none. */
  untilNextMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : Math.max(0, next.dueMs - this.#elapsedMs);
  }

  /** Moves to the next timer, at most so far, and runs it. */
  step(mostMs: number): void {
    const next = this.#next();
    if (next === undefined || next.dueMs > this.#elapsedMs + mostMs) {
      this.#elapsedMs += mostMs;
      return;
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
    this.#timers.delete(next);
    next.run();
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order))
        next = timer;
    }
    return next;
  }
}

/** Lets everything run that does not wait for time. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

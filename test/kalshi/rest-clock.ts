import type { WallClock } from '../../lib/kalshi/wall-clock.ts';

interface Timer {
  atMs: number;
  run: () => void;
}

/** Time that passes when a test says so; timers run in their order, at their time. */
export class RestClock implements WallClock {
  #epochMs: number;
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(epochMs = Date.UTC(2026, 10, 20, 12, 0, 0)) {
    this.#epochMs = epochMs;
  }

  get waiting(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#elapsedMs + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    for (let next = this.#nextBefore(untilMs); next !== undefined; next = this.#nextBefore(untilMs)) {
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.run();
    }
    this.#elapsedMs = untilMs;
  }

  /** Somebody sets the machine's clock. */
  step(ms: number): void {
    this.#epochMs += ms;
  }

  #nextBefore(untilMs: number): Timer | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  }
}

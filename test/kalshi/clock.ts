import type { WallClock } from '../../lib/kalshi/wall-clock.ts';

interface Timer {
  atMs: number;
  run: () => void;
}

/** Time that passes when a test says so; timers run in their order, at their time. */
export class VirtualClock implements WallClock {
  readonly #epochMs: number;
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(epochMs = Date.UTC(2026, 10, 20, 12, 0, 0)) {
    this.#epochMs = epochMs;
  }

  /** How many are set. */
  get timers(): number {
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
    this.#elapsedMs = Math.max(this.#elapsedMs, untilMs);
  }

  #nextBefore(untilMs: number): Timer | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Rests shorter than a bound are over at once, with their time gone by; longer ones wait until the test lets time pass. */
export class BriskClock extends VirtualClock {
  readonly pauses: number[] = [];
  readonly #boundMs: number;

  constructor(boundMs: number) {
    super();
    this.#boundMs = boundMs;
  }

  override after(ms: number, run: () => void): () => void {
    if (ms >= this.#boundMs) return super.after(ms, run);
    this.pauses.push(ms);
    setImmediate(() => {
      this.advance(ms);
      run();
    });
    return () => {};
  }
}

/**
 * One tick per second of market time while anything is held, at whole seconds. After a stall there is one late tick, not one for each
 * second that was missed.
 */
import type { Clock } from '../trading/ports/clock.ts';

export const TICK_MS = 1_000;

export interface SecondTicksOptions {
  clock: Clock;
  /** Markets with an open position or an order under way. One may be named twice. */
  held: () => Iterable<string>;
  /** The held markets in ticker order. */
  tick: (tickers: readonly string[]) => void;
}

export class SecondTicks {
  readonly #options: SecondTicksOptions;
  #callOff: (() => void) | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: SecondTicksOptions) {
    this.#options = options;
  }

  /** Something may be held now. */
  wake(): void {
    if (this.#callOff !== undefined || this.#isClosed) return;
    this.#lookedMs = this.#options.clock.nowMs();
    const [first] = this.#options.held();
    if (first !== undefined) this.#arm(this.#lookedMs);
  }

  /** The same, for whoever asks often: looks once a second. */
  glance(nowMs: number): void {
    if (nowMs - this.#lookedMs >= TICK_MS) this.wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #arm(nowMs: number): void {
    const dueMs = (Math.floor(nowMs / TICK_MS) + 1) * TICK_MS;
    this.#callOff = this.#options.clock.after(dueMs - nowMs, () => this.#fire(dueMs));
  }

  #fire(dueMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    this.#callOff = undefined;
    if (nowMs < dueMs) {
      // A timer may run a little early.
      this.#callOff = this.#options.clock.after(dueMs - nowMs, () => this.#fire(dueMs));
      return;
    }
    const held = [...new Set(this.#options.held())].toSorted();
    if (held.length === 0) return;
    this.#arm(nowMs);
    this.#options.tick(held);
  }
}

/** Market time as one node has it: that of its environment, wall time while there is none. Its timers end with the node. */
import type { Clock, WallTimer } from '../trading/ports/clock.ts';

export class MarketTime implements Clock {
  readonly #market: () => Clock | undefined;
  readonly #wall: WallTimer;
  readonly #failed: (error: unknown) => void;
  readonly #pending = new Set<() => void>();

  constructor(market: () => Clock | undefined, wall: WallTimer, failed: (error: unknown) => void) {
    this.#market = market;
    this.#wall = wall;
    this.#failed = failed;
  }

  nowMs(): number {
    return (this.#market() ?? this.#wall).nowMs();
  }

  after(ms: number, run: () => void): () => void {
    const off = () => {
      this.#pending.delete(off);
      callOff();
    };
    const callOff = (this.#market() ?? this.#wall).after(ms, () => {
      this.#pending.delete(off);
      try {
        run();
      } catch (error) {
        this.#failed(error);
      }
    });
    this.#pending.add(off);
    return off;
  }

  end(): void {
    for (const off of this.#pending) off();
  }
}

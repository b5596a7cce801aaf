/**
 * A model of the sizes that stand in a book; no recording holds them. Each cent of a side has a size of its own, log-normal
 * around a few hundred contracts at the touch and growing by a quarter with every cent away from it. Near the touch sizes are
 * drawn anew now and then; deeper ones stay, as they do in a real book, so that a new quote moves few levels.
 */
import type { BookSide } from '../units.ts';
import type { Random } from './random.ts';
import type { Level } from './types.ts';

const CENT_CC = 100;
const LEVELS = 6;
const TOUCH_CONTRACTS = 450;
const GROWTH_PER_LEVEL = 1.25;
/** Share of quotes that change the size of a level at or next to the touch. */
const FRESH = 0.35;

export class Depth {
  readonly #random: Random;
  /** Multiples of the typical size, by cent. */
  readonly #sizes: Readonly<Record<BookSide, Float64Array>>;

  constructor(random: Random) {
    this.#random = random;
    this.#sizes = { bid: this.#drawAll(), ask: this.#drawAll() };
  }

  /**
   * Levels from the best price outward. `thinness` scales the sizes (below 1 after a score); `touchE2` is the recorded size of
   * the best level, where there is one.
   */
  levels(side: BookSide, bestCC: number | undefined, thinness = 1, touchE2?: number): Level[] {
    if (bestCC === undefined) return [];
    const sizes = this.#sizes[side];
    const outwardCC = side === 'bid' ? -CENT_CC : CENT_CC;
    const levels: Level[] = [];
    for (let n = 0; n < LEVELS; n++) {
      const priceCC = bestCC + n * outwardCC;
      if (priceCC < CENT_CC || priceCC > 99 * CENT_CC) break;
      const cent = priceCC / CENT_CC;
      if (n < 2 && this.#random.next() < FRESH) sizes[cent] = this.#draw();
      const contracts = TOUCH_CONTRACTS * (sizes[cent] ?? 1) * GROWTH_PER_LEVEL ** n * thinness;
      const countE2 = n === 0 && touchE2 !== undefined ? touchE2 : 100 * Math.max(1, Math.round(contracts));
      levels.push({ priceCC, countE2 });
    }
    return levels;
  }

  #draw(): number {
    return Math.exp(this.#random.normal(0, 0.8));
  }

  #drawAll(): Float64Array {
    return Float64Array.from({ length: 100 }, () => this.#draw());
  }
}

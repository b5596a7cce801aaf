import type { BookSide } from '../units.ts';
import type { WorkingOrder } from './state.ts';

/** One price of one side, its orders in time order (a Set keeps insertion order and deletes in constant time). */
export interface PriceLevel {
  priceCC: number;
  totalE2: number;
  orders: Set<WorkingOrder>;
}

/** One side of a book: levels sorted best first. */
export class BookHalf {
  readonly side: BookSide;
  readonly levels: PriceLevel[] = [];

  constructor(side: BookSide) {
    this.side = side;
  }

  best(): PriceLevel | undefined {
    return this.levels[0];
  }

  /** Whether an order of the other side at `limitCC` would trade with a level at `priceCC` of this side. */
  isReachedBy(limitCC: number, priceCC: number): boolean {
    return this.side === 'ask' ? limitCC >= priceCC : limitCC <= priceCC;
  }

  add(order: WorkingOrder): void {
    const at = this.indexOf(order.priceCC);
    let level = this.levels[at];
    if (level?.priceCC !== order.priceCC) {
      level = { priceCC: order.priceCC, totalE2: 0, orders: new Set() };
      this.levels.splice(at, 0, level);
    }
    level.orders.add(order);
    level.totalE2 += order.remainingE2;
  }

  /** Takes the order off the book, whatever is left of it. */
  remove(order: WorkingOrder): void {
    const at = this.indexOf(order.priceCC);
    const level = this.levels[at];
    if (!level?.orders.delete(order)) return;
    level.totalE2 -= order.remainingE2;
    if (level.orders.size === 0) this.levels.splice(at, 1);
  }

  /** Makes a resting order smaller in place: it keeps its turn. */
  shrink(order: WorkingOrder, byE2: number): void {
    const level = this.levels[this.indexOf(order.priceCC)];
    if (!level?.orders.has(order)) throw new Error(`order ${order.id} is not on the book`);
    level.totalE2 -= byE2;
    order.remainingE2 -= byE2;
    if (order.remainingE2 > 0) return;
    level.orders.delete(order);
    if (level.orders.size === 0) this.levels.splice(this.indexOf(order.priceCC), 1);
  }

  /** Contracts that trade before `order` does: all better prices, and those in front of it at its own. */
  aheadE2(order: WorkingOrder): number {
    let ahead = 0;
    for (const level of this.levels) {
      if (level.priceCC !== order.priceCC) {
        ahead += level.totalE2;
        continue;
      }
      for (const other of level.orders) {
        if (other === order) return ahead;
        ahead += other.remainingE2;
      }
    }
    return ahead;
  }

  /** Where a level of this price is, or would be inserted. */
  private indexOf(priceCC: number): number {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const price = (this.levels[middle] as PriceLevel).priceCC;
      const isBetter = this.side === 'ask' ? price < priceCC : price > priceCC;
      if (isBetter) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

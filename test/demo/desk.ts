/** What the steps of a round stand on. */
import type { Notebook } from './notebook.ts';
import type { OwnOrders } from './own-orders.ts';
import type { Trader } from './trader.ts';

/** A step's surroundings. */
export interface Desk {
  trader: Trader;
  orders: OwnOrders;
  notebook: Notebook;
  ticker: string;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Remembered orders of the games that are followed: rounds and tallies are counted from them, so none is counted before they are read. */
import type { Ground } from './ground.ts';

export class EventOrders {
  readonly #ground: Ground;
  readonly #loaded: (eventTickers: readonly string[]) => void;
  readonly #known = new Set<string>();
  readonly #wanted = new Set<string>();
  #isAsking = false;

  constructor(ground: Ground, loaded: (eventTickers: readonly string[]) => void) {
    this.#ground = ground;
    this.#loaded = loaded;
  }

  isLoaded(eventTicker: string): boolean {
    return this.#known.has(eventTicker);
  }

  /** Reads what is not read yet, soon; all that is wanted in one turn is one query. */
  want(eventTicker: string): void {
    if (this.#known.has(eventTicker) || this.#wanted.has(eventTicker)) return;
    this.#wanted.add(eventTicker);
    if (this.#isAsking) return;
    this.#isAsking = true;
    queueMicrotask(() => {
      this.#isAsking = false;
      this.#ground.notes.keep('events', () => this.load([]));
    });
  }

  /** Reads these, and what is wanted besides. Throws a MemoryFailure. */
  async load(eventTickers: readonly string[]): Promise<void> {
    const { memory, accountId, books } = this.#ground;
    const asked = [...new Set([...eventTickers, ...this.#wanted])].filter((one) => !this.#known.has(one));
    if (asked.length === 0) return;
    const orders = await memory.orders.ofEvents(accountId, asked);
    for (const order of orders) if (books.order(order.clientOrderId) === undefined) books.putOrder(order);
    for (const one of asked) {
      this.#known.add(one);
      this.#wanted.delete(one);
    }
    this.#loaded(asked);
  }
}

/**
 * The exchange-side fuse of entries: one order group per game and shard, made before it is needed where a rule waits only for the price. A group
 * that has fired stays the game's group: further entries of this game are refused by the exchange.
 */
import type { RiskLimits } from '../trading/limits.ts';
import { CONTRACT_E2 } from '../trading/money.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import { type Ground, underWay } from './ground.ts';

const LARGEST_FUSE_E2 = 1_000_000 * CONTRACT_E2;
/** Contracts this cheap are as many as one entry may reasonably buy. */
const CHEAP_CC = 1_000;

interface Group {
  id: string;
  limitE2: number;
}

export class OrderGroups {
  readonly #ground: Ground;
  readonly #groups = new Map<string, Group>();
  readonly #making = new Map<string, Promise<Group>>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Groups that were made before the start are used on. */
  load(orders: readonly StoredOrder[]): void {
    for (const { orderGroupId, signal } of orders) {
      if (orderGroupId === undefined) continue;
      this.#groups.set(this.#keyOf(signal.eventTicker, signal.cause.ticker), {
        id: orderGroupId,
        limitE2: fuseE2(this.#ground.limits()),
      });
    }
  }

  ready(eventTicker: string, ticker: string, countE2: number): string | undefined {
    const group = this.#groups.get(this.#keyOf(eventTicker, ticker));
    return group !== undefined && group.limitE2 >= countE2 ? group.id : undefined;
  }

  /** The game's group, made if need be. Throws a VenueFailure; the next call tries another. */
  async make(eventTicker: string, ticker: string, countE2: number): Promise<string> {
    const key = this.#keyOf(eventTicker, ticker);
    const making = this.#making.get(key) ?? this.#create(key, ticker, countE2);
    this.#making.set(key, making);
    try {
      const group = await making;
      // One that was made beforehand, for whatever would come, may be too small for this order.
      return group.limitE2 >= countE2 ? group.id : (await this.#create(key, ticker, countE2)).id;
    } finally {
      this.#making.delete(key);
    }
  }

  /** Makes it before it is needed. What fails here is tried again by the entry that needs it. */
  warm(eventTicker: string, ticker: string): void {
    if (this.ready(eventTicker, ticker, 0) !== undefined || this.#making.has(this.#keyOf(eventTicker, ticker))) return;
    void underWay(this.#ground, () => this.make(eventTicker, ticker, 0)).catch(() => {});
  }

  async #create(key: string, ticker: string, countE2: number): Promise<Group> {
    const limitE2 = Math.min(LARGEST_FUSE_E2, Math.max(fuseE2(this.#ground.limits()), 2 * countE2));
    const group = { id: await this.#ground.venue.createOrderGroup(limitE2, this.#shardOf(ticker)), limitE2 };
    this.#groups.set(key, group);
    return group;
  }

  #keyOf(eventTicker: string, ticker: string): string {
    return `${eventTicker}|${this.#shardOf(ticker) ?? ''}`;
  }

  #shardOf(ticker: string): number | undefined {
    return this.#ground.feed()?.market(ticker)?.market.exchangeIndex;
  }
}

/** Twice what the largest entry can buy at ten cents, in whole contracts. */
export function fuseE2(limits: RiskLimits): number {
  const largestE6 = Math.min(2 * limits.defaultSizeE6, limits.largestSizeE6 ?? Number.POSITIVE_INFINITY);
  return Math.min(LARGEST_FUSE_E2, Math.ceil((2 * largestE6) / CHEAP_CC / CONTRACT_E2) * CONTRACT_E2);
}

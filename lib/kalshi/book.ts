/**
 * The order book of one market, kept from snapshots and signed deltas.
 *
 * Levels are sorted lists with the best one last, so the best price is read in O(1), a level is found by bisection, and a
 * market costs memory by its levels and not by its price grid. The asks are kept by what is left of the dollar (their NO
 * price): on both sides the highest key is the best.
 *
 * A book that cannot be right (crossed, below zero, after a gap) has a flaw, and serves nothing until the next snapshot.
 */
import { DOLLAR_CC, MAX_PRICE_CC, MIN_PRICE_CC, parseCountE2, parsePriceCC } from '../trading/money.ts';
import type { Quote } from '../trading/quote.ts';
import { type BookSide, complementCC, type OutcomeSide } from '../trading/sides.ts';

/**
 * Why a book is not served: `waiting` no snapshot yet · `disconnected` the stream ended · `gap` frames of its subscription are
 * missing · `crossed` a bid at or above an ask · `negative` a level below zero · `unreadable` a frame, price or size that
 * cannot be read.
 */
export type BookFlaw = 'waiting' | 'disconnected' | 'gap' | 'crossed' | 'negative' | 'unreadable';

/** `[price in dollars, contracts]` as the wire has it. */
export type WireLevel = readonly [price: string, count: string];

export interface BookLevel {
  priceCC: number;
  sizeE2: number;
}

export class Book {
  readonly ticker: string;
  /** Market time (epoch ms) of the last message that changed the book. */
  atMs = 0;
  /** Undefined when the book is good. */
  flaw: BookFlaw | undefined = 'waiting';
  #noPricedIn: OutcomeSide;
  #bids = new Levels();
  #asks = new Levels();
  #quote: Quote | undefined;

  /**
   * `noPricedIn`: which outcome the wire prices its no-side levels in. `yes` for a socket subscription with
   * `use_yes_price: true`; `no` without it, and for order books by REST.
   */
  constructor(ticker: string, noPricedIn: OutcomeSide) {
    this.ticker = ticker;
    this.#noPricedIn = noPricedIn;
  }

  /** Replaces the whole book by a snapshot, in whatever order its levels come. Says whether the book is good. */
  replace(yes: readonly WireLevel[], no: readonly WireLevel[], atMs: number): boolean {
    this.#bids.clear();
    this.#asks.clear();
    this.#quote = undefined;
    this.flaw = this.#load('yes', yes) ?? this.#load('no', no) ?? this.#crossing();
    this.atMs = atMs;
    return this.flaw === undefined;
  }

  /**
   * Changes one level by a signed number of contracts; `priceCC` in the wire's own reading. A flawed book takes no deltas.
   * Says whether the book is good.
   */
  change(side: OutcomeSide, priceCC: number, deltaE2: number, atMs: number): boolean {
    if (this.flaw !== undefined) return false;
    if (!isPrice(priceCC)) return this.invalidate('unreadable');
    const levels = side === 'yes' ? this.#bids : this.#asks;
    this.#quote = undefined;
    this.atMs = atMs;
    if (!levels.change(this.#key(side, priceCC), deltaE2)) return this.invalidate('negative');
    // Only a level that grew can cross.
    if (deltaE2 > 0 && this.#bids.best + this.#asks.best >= DOLLAR_CC) return this.invalidate('crossed');
    return true;
  }

  /** Stops serving the book until the next snapshot. Returns false, for `return book.invalidate(...)`. */
  invalidate(flaw: BookFlaw): false {
    this.flaw = flaw;
    this.#quote = undefined;
    return false;
  }

  get isValid(): boolean {
    return this.flaw === undefined;
  }

  /** Best YES bid in CC, or undefined when there is none or the book is flawed. */
  get bidCC(): number | undefined {
    return this.flaw === undefined && this.#bids.count > 0 ? this.#bids.best : undefined;
  }

  /** Best YES ask in CC, or undefined when there is none or the book is flawed. */
  get askCC(): number | undefined {
    return this.flaw === undefined && this.#asks.count > 0 ? complementCC(this.#asks.best) : undefined;
  }

  /** The touch, or undefined while the book is flawed. The same object until the book changes; not to be edited. */
  quote(): Quote | undefined {
    if (this.flaw !== undefined) return undefined;
    this.#quote ??= {
      bidCC: this.bidCC,
      bidSizeE2: this.#bids.bestSizeE2,
      askCC: this.askCC,
      askSizeE2: this.#asks.bestSizeE2,
      atMs: this.atMs,
    };
    return this.#quote;
  }

  /** Levels of one side, best first, in YES prices; none while the book is flawed. */
  ladder(side: BookSide, most = Number.POSITIVE_INFINITY): BookLevel[] {
    const ladder: BookLevel[] = [];
    if (this.flaw !== undefined) return ladder;
    const levels = this.#side(side);
    for (let i = levels.count - 1; i >= 0 && ladder.length < most; i--) {
      const key = levels.keyAt(i);
      ladder.push({ priceCC: side === 'bid' ? key : complementCC(key), sizeE2: levels.sizeAt(i) });
    }
    return ladder;
  }

  /** Contracts on one side at `limitCC` (YES) or better: bids at or above it, asks at or below it. 0 while flawed. */
  depthE2(side: BookSide, limitCC: number): number {
    if (this.flaw !== undefined) return 0;
    const levels = this.#side(side);
    const worst = side === 'bid' ? limitCC : complementCC(limitCC);
    let depth = 0;
    for (let i = levels.count - 1; i >= 0 && levels.keyAt(i) >= worst; i--) depth += levels.sizeAt(i);
    return depth;
  }

  /** All levels as one text: two good books are equal exactly when their texts are. */
  fingerprint(): string {
    const text = (side: BookSide) => this.ladder(side).map((level) => `${level.priceCC}x${level.sizeE2}`);
    return this.flaw ?? `${text('bid').join(' ')} | ${text('ask').join(' ')}`;
  }

  #side(side: BookSide): Levels {
    return side === 'bid' ? this.#bids : this.#asks;
  }

  #key(side: OutcomeSide, priceCC: number): number {
    return side === 'yes' || this.#noPricedIn === 'no' ? priceCC : complementCC(priceCC);
  }

  #load(side: OutcomeSide, wire: readonly WireLevel[]): BookFlaw | undefined {
    const levels = side === 'yes' ? this.#bids : this.#asks;
    for (const [price, count] of wire) {
      const level = readLevel(price, count);
      if (level === undefined || !isPrice(level.priceCC)) return 'unreadable';
      const key = this.#key(side, level.priceCC);
      if (level.sizeE2 < 0) return 'negative';
      if (levels.has(key)) return 'unreadable';
      levels.change(key, level.sizeE2);
    }
    return undefined;
  }

  #crossing(): BookFlaw | undefined {
    return this.#bids.best + this.#asks.best >= DOLLAR_CC ? 'crossed' : undefined;
  }
}

/** One side's levels in ascending order of their keys. An empty side's best is 0, which is no price. */
class Levels {
  #keys: number[] = [];
  #sizes: number[] = [];

  get count(): number {
    return this.#keys.length;
  }

  get best(): number {
    return this.#keys[this.#keys.length - 1] ?? 0;
  }

  get bestSizeE2(): number {
    return this.#sizes[this.#sizes.length - 1] ?? 0;
  }

  keyAt(index: number): number {
    return this.#keys[index] ?? 0;
  }

  sizeAt(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  has(key: number): boolean {
    return this.#keys[this.#find(key)] === key;
  }

  clear(): void {
    this.#keys.length = 0;
    this.#sizes.length = 0;
  }

  /** Adds to a level, which comes and goes as it needs to. False when the level would fall below zero. */
  change(key: number, deltaE2: number): boolean {
    const at = this.#find(key);
    if (this.#keys[at] === key) {
      const size = this.sizeAt(at) + deltaE2;
      if (size === 0) this.#remove(at);
      else this.#sizes[at] = size;
      return size >= 0;
    }
    if (deltaE2 !== 0) this.#insert(at, key, deltaE2);
    return deltaE2 >= 0;
  }

  // Plain loops: on ordinary arrays copyWithin and splice cost many times as much.
  #insert(at: number, key: number, sizeE2: number): void {
    for (let i = this.count; i > at; i--) {
      this.#keys[i] = this.keyAt(i - 1);
      this.#sizes[i] = this.sizeAt(i - 1);
    }
    this.#keys[at] = key;
    this.#sizes[at] = sizeE2;
  }

  #remove(at: number): void {
    for (let i = at; i < this.count - 1; i++) {
      this.#keys[i] = this.keyAt(i + 1);
      this.#sizes[i] = this.sizeAt(i + 1);
    }
    this.#keys.pop();
    this.#sizes.pop();
  }

  /** Where the key is or belongs: the first position whose key is not below it. */
  #find(key: number): number {
    const keys = this.#keys;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keyAt(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isPrice(priceCC: number): boolean {
  return priceCC >= MIN_PRICE_CC && priceCC <= MAX_PRICE_CC;
}

function readLevel(price: string, count: string): BookLevel | undefined {
  try {
    return { priceCC: parsePriceCC(price), sizeE2: parseCountE2(count) };
  } catch {
    return undefined;
  }
}

/**
 * The markets of one subscription: what is wanted here, what the server has confirmed, what it refuses for now, and which
 * snapshots are due. `nowMs` is monotonic.
 */
export class SubscribedMarkets {
  #hasSnapshots: boolean;
  #wanted = new Set<string>();
  /** Confirmed by the server, with the time of that. */
  #held = new Map<string, number>();
  /** Not to be asked for before this time. */
  #refused = new Map<string, number>();
  #due = new Set<string>();
  /** Markets that a snapshot has come for in this subscription. */
  #known = new Set<string>();

  constructor(hasSnapshots: boolean) {
    this.#hasSnapshots = hasSnapshots;
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted;
  }

  get held(): ReadonlyMap<string, number> {
    return this.#held;
  }

  /** Subscribed markets whose snapshot is to be asked for. */
  get due(): ReadonlySet<string> {
    return this.#due;
  }

  get known(): ReadonlySet<string> {
    return this.#known;
  }

  want(ticker: string): void {
    this.#wanted.add(ticker);
    this.#refused.delete(ticker);
    // Its snapshot came while nobody wanted it.
    this.request(ticker);
  }

  unwant(ticker: string): void {
    this.#wanted.delete(ticker);
    this.#refused.delete(ticker);
    this.#due.delete(ticker);
  }

  /** A fresh snapshot of a market is due. Nothing for a market that is not subscribed. */
  request(ticker: string): void {
    if (this.#hasSnapshots && this.#held.has(ticker)) this.#due.add(ticker);
  }

  requestAll(): void {
    for (const ticker of this.#held.keys()) if (this.#wanted.has(ticker)) this.request(ticker);
  }

  /** These snapshots have been asked for. */
  asked(tickers: readonly string[]): void {
    for (const ticker of tickers) this.#due.delete(ticker);
  }

  arrived(ticker: string): void {
    this.#known.add(ticker);
    this.#refused.delete(ticker);
    this.#due.delete(ticker);
  }

  confirm(tickers: readonly string[], nowMs: number): void {
    for (const ticker of tickers) this.#held.set(ticker, nowMs);
  }

  /** The server no longer sends for these markets. Gives those that have come to be wanted again. */
  release(tickers: readonly string[]): string[] {
    for (const ticker of tickers) {
      this.#held.delete(ticker);
      this.#known.delete(ticker);
      this.#due.delete(ticker);
    }
    return tickers.filter((ticker) => this.#wanted.has(ticker));
  }

  refuse(tickers: readonly string[], untilMs: number): void {
    for (const ticker of tickers) {
      this.#refused.set(ticker, untilMs);
      this.#due.delete(ticker);
    }
  }

  isRefused(ticker: string, nowMs: number): boolean {
    const untilMs = this.#refused.get(ticker);
    return untilMs !== undefined && nowMs < untilMs;
  }

  /** Wanted, and not subscribed. */
  *missing(nowMs: number): Generator<string> {
    for (const ticker of this.#wanted) if (!this.#held.has(ticker) && !this.isRefused(ticker, nowMs)) yield ticker;
  }

  /** Subscribed, and not wanted. */
  *surplus(): Generator<string> {
    for (const ticker of this.#held.keys()) if (!this.#wanted.has(ticker)) yield ticker;
  }

  /** The subscription is over. */
  end(): void {
    this.#held.clear();
    this.#known.clear();
    this.#due.clear();
  }

  /** The connection is over, and what the server thought of any market with it. */
  reset(): void {
    this.end();
    this.#refused.clear();
  }
}

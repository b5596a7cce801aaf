/** The path of one market's quote, in bounded memory. Kept for every followed market all the time, so it is small and cheap to add to. */

export interface PricePoint {
  /** Market time. */
  atMs: number;
  bidCC: number | undefined;
  askCC: number | undefined;
}

export const MOST_POINTS = 600;
const FIRST_ROOM = 32;
const LEAST_STEP_MS = 1_000;
const NONE = -1;

/**
 * Changes only. Until it is full every change is a point; then time is cut into equal steps, each of which keeps two: the one that lies
 * farthest from where the step began, so that no spike is lost, and the last.
 */
export class PriceSeries {
  #at = new Float64Array(FIRST_ROOM);
  #bid = new Int16Array(FIRST_ROOM);
  #ask = new Int16Array(FIRST_ROOM);
  #size = 0;
  #stepMs = 0;
  #step = Number.NaN;
  #stepFrom = 0;

  get lastMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#at[this.#size - 1];
  }

  add(atMs: number, bidCC: number | undefined, askCC: number | undefined): void {
    this.#add(atMs, bidCC ?? NONE, askCC ?? NONE);
  }

  /** Oldest first, from the point that stood at `sinceMs` on. */
  points(sinceMs = Number.NEGATIVE_INFINITY): PricePoint[] {
    const points: PricePoint[] = [];
    for (let i = 0; i < this.#size; i++) {
      const nextMs = i + 1 < this.#size ? this.#atOf(i + 1) : Number.POSITIVE_INFINITY;
      if (nextMs > sinceMs) points.push({ atMs: this.#atOf(i), bidCC: known(this.#bid[i]), askCC: known(this.#ask[i]) });
    }
    return points;
  }

  #add(atMs: number, bid: number, ask: number): void {
    const last = this.#size - 1;
    if (last >= 0 && this.#bid[last] === bid && this.#ask[last] === ask) return;
    const step = this.#stepMs === 0 ? Number.NaN : Math.floor(atMs / this.#stepMs);
    if (step === this.#step && this.#size - this.#stepFrom >= 2) {
      if (this.#swing(last) > this.#swing(last - 1))
        this.#put(last - 1, this.#atOf(last), this.#bidOf(last), this.#ask[last] ?? NONE);
      this.#put(last, atMs, bid, ask);
      return;
    }
    if (this.#size === MOST_POINTS) {
      this.#thin();
      this.#add(atMs, bid, ask);
      return;
    }
    if (step !== this.#step) {
      this.#step = step;
      this.#stepFrom = this.#size;
    }
    if (this.#size === this.#at.length) this.#grow();
    this.#put(this.#size, atMs, bid, ask);
    this.#size++;
  }

  /** Lays the points again into steps of which the whole path takes half the room. Never writes past where it reads. */
  #thin(): void {
    const length = this.#size;
    const spanMs = this.#atOf(length - 1) - this.#atOf(0);
    this.#stepMs = Math.max(LEAST_STEP_MS, 2 * this.#stepMs, Math.ceil((4 * spanMs) / MOST_POINTS));
    this.#size = 0;
    this.#step = Number.NaN;
    this.#stepFrom = 0;
    for (let i = 0; i < length; i++) this.#add(this.#atOf(i), this.#bidOf(i), this.#ask[i] ?? NONE);
  }

  /** How far a point lies from the last one before its step. */
  #swing(index: number): number {
    const base = this.#stepFrom === 0 ? this.#bidOf(0) : this.#bidOf(this.#stepFrom - 1);
    return Math.abs(this.#bidOf(index) - base);
  }

  #put(index: number, atMs: number, bid: number, ask: number): void {
    this.#at[index] = atMs;
    this.#bid[index] = bid;
    this.#ask[index] = ask;
  }

  #grow(): void {
    const room = Math.min(MOST_POINTS, 2 * this.#at.length);
    const [at, bid, ask] = [new Float64Array(room), new Int16Array(room), new Int16Array(room)];
    at.set(this.#at);
    bid.set(this.#bid);
    ask.set(this.#ask);
    this.#at = at;
    this.#bid = bid;
    this.#ask = ask;
  }

  #atOf(index: number): number {
    return this.#at[index] ?? Number.NaN;
  }

  #bidOf(index: number): number {
    return this.#bid[index] ?? NONE;
  }
}

function known(price: number | undefined): number | undefined {
  return price === undefined || price === NONE ? undefined : price;
}

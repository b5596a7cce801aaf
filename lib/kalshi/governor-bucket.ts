/** What `/account/limits` says of a bucket. */
export interface BucketSize {
  /** Tokens a second. */
  refill_rate: number;
  bucket_capacity: number;
}

/** After a 429 the refill is halved, stays so for this long, and then grows back evenly. */
const HOLD_MS = 5_000;
const RECOVER_MS = 30_000;
const SLOWEST = 1 / 8;
/** Sums of fractions of tokens are off by a few ulp; a request must not wait for that. */
const ROUNDING = 1e-9;

/** A token bucket that refills continuously. Pure: the time (monotonic milliseconds) comes with each call. */
export class TokenBucket {
  #size: BucketSize;
  #tokens: number;
  #asOfMs: number;
  #pace = 1;
  #slowedAtMs = 0;
  /** Until the exchange has said that the bucket is empty, it is taken to have been full at first, whatever its size. */
  #beganFull = true;

  constructor(size: BucketSize, nowMs: number) {
    this.#size = size;
    this.#tokens = size.bucket_capacity;
    this.#asOfMs = nowMs;
  }

  get capacity(): number {
    return this.#size.bucket_capacity;
  }

  tokens(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens;
  }

  /** Share of the refill rate that is used now: 1, or less for a while after a 429. */
  pace(nowMs: number): number {
    const recovering = nowMs - this.#slowedAtMs - HOLD_MS;
    if (recovering <= 0) return this.#pace;
    return Math.min(1, this.#pace + ((1 - this.#pace) * recovering) / RECOVER_MS);
  }

  /** Takes `cost` if that leaves at least `floor` behind; says whether it did. */
  take(cost: number, floor: number, nowMs: number): boolean {
    if (this.#missing(cost, floor, nowMs) > 0) return false;
    // What rounding was forgiven must not be owed by the next, who may have a right to exactly what is left.
    this.#tokens = Math.max(this.#tokens - cost, floor);
    return true;
  }

  /** Milliseconds until `cost` could be taken above `floor`, if nothing else is taken; at the present pace, so at most. */
  waitMs(cost: number, floor: number, nowMs: number): number {
    return (this.#missing(cost, floor, nowMs) / (this.#size.refill_rate * this.pace(nowMs))) * 1000;
  }

  /** The exchange says that the bucket is empty. */
  slowDown(nowMs: number): void {
    this.#refill(nowMs);
    this.#pace = Math.max(SLOWEST, this.pace(nowMs) / 2);
    this.#slowedAtMs = nowMs;
    this.#tokens = Math.min(this.#tokens, 0);
    this.#beganFull = false;
  }

  /**
   * Another tier, or the first knowledge of it. What has been spent stays spent, and the rest of the new size is there; but what the
   * exchange has said is gone does not come back.
   */
  resize(size: BucketSize, nowMs: number): void {
    this.#refill(nowMs);
    const unspent = this.#beganFull ? this.#tokens + size.bucket_capacity - this.#size.bucket_capacity : this.#tokens;
    this.#size = size;
    this.#tokens = Math.min(Math.max(0, unspent), size.bucket_capacity);
  }

  #missing(cost: number, floor: number, nowMs: number): number {
    this.#refill(nowMs);
    return Math.max(0, cost + floor - this.#tokens - ROUNDING);
  }

  #refill(nowMs: number): void {
    const elapsedMs = nowMs - this.#asOfMs;
    if (elapsedMs <= 0) return;
    // The pace only grows, so its value at the beginning of the span never gives more than the exchange would.
    const gained = (elapsedMs / 1000) * this.#size.refill_rate * this.pace(this.#asOfMs);
    this.#tokens = Math.min(this.#size.bucket_capacity, this.#tokens + gained);
    this.#asOfMs = nowMs;
  }
}

/** Time, as the rules are served with it. */

/** Market time: windows, ages, patience, polling, schedules. On practice the exchange's own, in replay virtual. */
export interface Clock {
  /** Epoch ms. Never runs back. */
  nowMs(): number;
  /** Runs `run` once when `ms` of market time have passed; the answer calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** Wall time: network timeouts, backoff, proof that an order never arrived. */
export interface WallTimer {
  nowMs(): number;
  monotonicMs(): number;
  after(ms: number, run: () => void): () => void;
}

/**
 * Counts the work that is under way (requests, transactions, messages on a wire), so that whoever steps the world knows when it has
 * come to rest. What only waits for time to pass is not work.
 */
export interface Activity {
  /** The answer, called once, ends this piece of work. */
  begin(): () => void;
}

/**
 * How far the exchange's clock is ahead of ours, learned from the `Date` headers of its answers.
 *
 * A `Date` says the second in which the answer was made, and it was made between our sending and our receiving. So each answer
 * bounds the offset from both sides; bounds of several answers are intersected, which narrows a window of one second and a
 * round trip to little more than a round trip. Clocks drift, so old bounds widen with age; an answer that contradicts them
 * means that a clock was set, and starts afresh.
 */
export interface DateObservation {
  /** The `Date` header in epoch milliseconds: whole seconds, cut off. */
  dateMs: number;
  /** Our clock when the request was written. */
  sentMs: number;
  /** Our clock when the answer's headers arrived. */
  receivedMs: number;
}

export interface ClockOffset {
  /** To be added to our clock; 0 until something was observed. */
  readonly offsetMs: number;
  /** The offset is known to plus or minus this; infinite until something was observed. */
  readonly uncertaintyMs: number;
  observe(observation: DateObservation): void;
}

/** Servers keep the header for up to a second and renew it on a timer that may be a little late. */
const HEADER_LAG_MS = 20;
/** Two crystals of 50 ppm each. */
const DRIFT_PER_MS = 0.0001;

/** Starts without knowledge. Observations that make no sense (an answer before its request) are ignored. */
export function createClockOffset(): ClockOffset {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let asOfMs = 0;

  return {
    get offsetMs() {
      return low === Number.NEGATIVE_INFINITY ? 0 : Math.round((low + high) / 2);
    },
    get uncertaintyMs() {
      return (high - low) / 2;
    },
    observe({ dateMs, sentMs, receivedMs }) {
      if (!Number.isFinite(dateMs) || receivedMs < sentMs) return;
      const seenLow = dateMs - receivedMs;
      const seenHigh = dateMs + 1000 + HEADER_LAG_MS - sentMs;
      const widened = Math.abs(receivedMs - asOfMs) * DRIFT_PER_MS;
      low = Math.max(low - widened, seenLow);
      high = Math.min(high + widened, seenHigh);
      if (low > high) {
        low = seenLow;
        high = seenHigh;
      }
      asOfMs = receivedMs;
    },
  };
}

import { KalshiError } from './errors.ts';
import { pause, type WallClock } from './wall-clock.ts';

export interface RetryParts {
  clock: WallClock;
  /** In [0, 1). */
  random: () => number;
}

const MOST_ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 2_000;

/**
 * Repeats a read while it fails with outcome `retriable`: at most four attempts, with a random pause (up to 0.2 s, then twice
 * that, at most 2 s) between them, and none that would begin after the deadline. Each attempt is told how much time is left.
 * Writes never come here: whoever sends one decides what its failure means.
 */
export async function retryRead<T>(
  deadlineMs: number,
  attempt: (remainingMs: number) => Promise<T>,
  { clock, random }: RetryParts,
): Promise<T> {
  const endMs = clock.monotonicMs() + deadlineMs;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt(endMs - clock.monotonicMs());
    } catch (error) {
      if (!(error instanceof KalshiError) || error.outcome !== 'retriable' || failures + 1 >= MOST_ATTEMPTS) throw error;
      const backoffMs = random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures);
      if (clock.monotonicMs() + backoffMs >= endMs) throw error;
      await pause(clock, backoffMs);
    }
  }
}

import { backoffMs } from './backoff.ts';

/** How long feeds and desks rest after so many failures in a row, wall ms: a second, then twice as long each time, a minute at most. */
export function restMs(failures: number): number {
  return backoffMs(failures - 1, 1_000, 60_000);
}

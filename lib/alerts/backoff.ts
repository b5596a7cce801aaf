/** How long to wait before an alert is tried again. */

const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
const MOST_DOUBLINGS = 20;

/** Twice as long after each attempt, up to five minutes, of which a random half is taken off. `random` gives [0, 1). */
export function backoffMs(attempts: number, random: () => number): number {
  const wholeMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, MOST_DOUBLINGS));
  return Math.ceil(wholeMs * (1 - random() / 2));
}

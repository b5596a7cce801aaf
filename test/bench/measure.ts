/** Small statistics for measurements. */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share (0 to 1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Runs `once` one after the other and gives each run's microseconds. */
export async function timeEach(count: number, once: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await once(index);
    times.push((performance.now() - startedMs) * 1000);
  }
  return times;
}

const PATIENCE_MS = 60_000;
const POLL_MS = 1;

/** Looks again and again until it is so. Throws after a minute, with what was waited for. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The same for a promise: nothing runs meanwhile that could stand in the way of what is measured. */
export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS);
    promise.finally(() => clearTimeout(patience)).then(resolve, reject);
  });
}

/** The share of a core that this process gets now, of what it could use: what else runs on the machine takes the rest. */
export function coreShare(): number {
  const before = process.cpuUsage();
  const begunMs = performance.now();
  while (performance.now() - begunMs < 200);
  const { user, system } = process.cpuUsage(before);
  return Math.min(1, (user + system) / 1_000 / (performance.now() - begunMs));
}

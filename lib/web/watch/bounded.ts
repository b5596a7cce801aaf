/** Adds to a map that holds at most `most`: those that came first go first, as their games are over first. */
export function addBounded<T>(all: Map<string, T>, key: string, value: T, most: number): T {
  const [oldest] = all.keys();
  if (all.size >= most && oldest !== undefined) all.delete(oldest);
  all.set(key, value);
  return value;
}

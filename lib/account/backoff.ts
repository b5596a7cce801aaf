/** The rest before the next try: doubled each time, up to `mostMs`. `tries` counts those made. */
export function backoffMs(tries: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(tries, 20));
}

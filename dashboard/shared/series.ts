/** Points in time that a page keeps: bounded, however long it stays open. */

/** The series with a point more; over the bound, every second one of the older half goes. */
export function withPoint<Point>(series: readonly Point[], point: Point, most: number): Point[] {
  const longer = [...series, point];
  return longer.length > most ? thinnedFront(longer) : longer;
}

function thinnedFront<Point>(series: Point[]): Point[] {
  const half = Math.floor(series.length / 2);
  return series.filter((_, index) => index >= half || index % 2 === 0);
}

/** At most so many points, the first and the last always among them. */
export function thinned<Point>(series: readonly Point[], most: number): Point[] {
  if (series.length <= most) return [...series];
  const step = (series.length - 1) / (most - 1);
  const chosen = Array.from({ length: most }, (_, index) => Math.round(index * step));
  return chosen.flatMap((index) => series.slice(index, index + 1));
}

/** Index of the last point at or before a time, -1 where all are later. Points are in order of time. */
export function lastAt(times: readonly number[], atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

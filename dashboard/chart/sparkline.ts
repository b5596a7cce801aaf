/** A small line without axes. */
export interface Spark {
  line: string;
  /** Where the level is (what was paid, zero); undefined without one. */
  levelY: number | undefined;
  end: { x: number; y: number } | undefined;
}

export interface SparkPoint {
  atMs: number;
  value: number;
}

export function spark(points: readonly SparkPoint[], width: number, height: number, level?: number): Spark {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return { line: '', levelY: undefined, end: undefined };
  const values = points.map(({ value }) => value);
  if (level !== undefined) values.push(level);
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  const duration = last.atMs - first.atMs;
  const inset = 2;
  const x = ({ atMs }: SparkPoint) => round(inset + (duration === 0 ? 1 : (atMs - first.atMs) / duration) * (width - 2 * inset));
  const y = (value: number) => round(range === 0 ? height / 2 : height - inset - ((value - low) / range) * (height - 2 * inset));
  const path = points
    .map((point, index) => (index === 0 ? `M${x(point)},${y(point.value)}` : `L${x(point)},${y(point.value)}`))
    .join('');
  return { line: path, levelY: level === undefined ? undefined : y(level), end: { x: x(last), y: y(last.value) } };
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

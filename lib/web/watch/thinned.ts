/** A path of anything, in bounded memory. */

/**
 * Keeps at most `most` points over time. When it is full time is cut into equal steps, so many that half of the room is taken; the last
 * of each step stays, and the very first.
 */
export class Thinned<T extends { atMs: number }> {
  readonly #most: number;
  #stepMs = 0;
  #points: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get last(): T | undefined {
    return this.#points.at(-1);
  }

  add(point: T): void {
    if (this.#points.length > 1 && this.#isSameStep(this.last, point)) this.#points.pop();
    this.#points.push(point);
    if (this.#points.length > this.#most) this.#thin();
  }

  /** Oldest first. */
  points(sinceMs = Number.NEGATIVE_INFINITY): readonly T[] {
    return this.#points.filter(({ atMs }) => atMs >= sinceMs);
  }

  #isSameStep(a: T | undefined, b: T): boolean {
    return a !== undefined && this.#stepMs > 0 && Math.floor(a.atMs / this.#stepMs) === Math.floor(b.atMs / this.#stepMs);
  }

  #thin(): void {
    const points = this.#points;
    const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0);
    this.#stepMs = Math.max(1, 2 * this.#stepMs, Math.ceil((2 * spanMs) / this.#most));
    this.#points = points.filter((point, i) => {
      const next = points[i + 1];
      return i === 0 || next === undefined || !this.#isSameStep(point, next);
    });
    // Points that all carry one time cannot be told apart by it.
    if (this.#points.length > this.#most) this.#points.splice(1, this.#points.length - this.#most);
  }
}

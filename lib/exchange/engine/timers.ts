/** Things due at a market time, soonest first; equal times in the order in which they were set. */
export class Timers {
  private readonly heap: { atMs: number; turn: number; run: () => void }[] = [];
  private turns = 0;

  set(atMs: number, run: () => void): void {
    const entry = { atMs, turn: this.turns++, run };
    this.heap.push(entry);
    let at = this.heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** When the next one is due, or undefined. */
  nextMs(): number | undefined {
    return this.heap[0]?.atMs;
  }

  /** Takes and returns the next one if it is due by `nowMs`. */
  take(nowMs: number): { atMs: number; run: () => void } | undefined {
    const first = this.heap[0];
    if (!first || first.atMs > nowMs) return undefined;
    const last = this.heap.pop();
    if (last && last !== first) {
      this.heap[0] = last;
      this.sink();
    }
    return first;
  }

  private sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.heap.length && this.isBefore(left, least)) least = left;
      if (right < this.heap.length && this.isBefore(right, least)) least = right;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const first = this.heap[a];
    const second = this.heap[b];
    if (!first || !second) return false;
    return first.atMs < second.atMs || (first.atMs === second.atMs && first.turn < second.turn);
  }

  private swap(a: number, b: number): void {
    const held = this.heap[a];
    const other = this.heap[b];
    if (held && other) {
      this.heap[a] = other;
      this.heap[b] = held;
    }
  }
}

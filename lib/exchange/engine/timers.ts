export interface Timer {
  readonly atMs: number;
  readonly run: () => void;
  readonly turn: number;
  /** Called off: it is as if it had never been set. */
  isOff: boolean;
}

/** Things due at a market time, soonest first; equal times in the order in which they were set. */
export class Timers {
  private readonly heap: Timer[] = [];
  private turns = 0;

  set(atMs: number, run: () => void): Timer {
    const timer: Timer = { atMs, turn: this.turns++, run, isOff: false };
    this.heap.push(timer);
    let at = this.heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) break;
      this.swap(at, parent);
      at = parent;
    }
    return timer;
  }

  /** When the next one is due, or undefined. */
  nextMs(): number | undefined {
    while (this.heap[0]?.isOff) this.removeFirst();
    return this.heap[0]?.atMs;
  }

  /** Takes and returns the next one if it is due by `nowMs`. */
  take(nowMs: number): Timer | undefined {
    const dueMs = this.nextMs();
    return dueMs === undefined || dueMs > nowMs ? undefined : this.removeFirst();
  }

  private removeFirst(): Timer | undefined {
    const first = this.heap[0];
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

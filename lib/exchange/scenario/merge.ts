/**
 * Many time-ordered sources as one. A source is opened when its first event is due and forgotten when it ends, so that an
 * unbounded list of sources costs no more than those that overlap.
 */
export interface TimedSource<T extends { atMs: number }> {
  /** Not later than the source's first event. */
  openMs: number;
  events(): Iterable<T>;
}

interface Head<T> {
  event: T;
  /** Rank of the source, which orders events of one instant. */
  rank: number;
  rest: Iterator<T>;
}

/**
 * Yields every instant once, with all its events in the order of their sources.
 * `sources` must come in the order of `openMs`.
 */
export function* mergeByTime<T extends { atMs: number }>(sources: Iterable<TimedSource<T>>): Generator<T[]> {
  const waiting = sources[Symbol.iterator]();
  let upcoming = waiting.next();
  let rank = 0;
  const heap: Head<T>[] = [];

  const openDue = (): void => {
    while (upcoming.done !== true && (heap[0] === undefined || upcoming.value.openMs <= heap[0].event.atMs)) {
      const rest = upcoming.value.events()[Symbol.iterator]();
      const first = rest.next();
      if (first.done !== true) push(heap, { event: first.value, rank, rest });
      rank += 1;
      upcoming = waiting.next();
    }
  };

  for (openDue(); heap[0] !== undefined; openDue()) {
    const atMs = heap[0].event.atMs;
    const instant: T[] = [];
    while (heap[0] !== undefined && heap[0].event.atMs === atMs) {
      const head = heap[0];
      instant.push(head.event);
      const next = head.rest.next();
      if (next.done === true) removeTop(heap);
      else {
        head.event = next.value;
        sink(heap, 0);
      }
      openDue();
    }
    yield instant;
  }
}

function before<T extends { atMs: number }>(one: Head<T>, other: Head<T>): boolean {
  return one.event.atMs < other.event.atMs || (one.event.atMs === other.event.atMs && one.rank < other.rank);
}

function push<T extends { atMs: number }>(heap: Head<T>[], head: Head<T>): void {
  let at = heap.length;
  heap.push(head);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !before(head, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = head;
}

function removeTop<T extends { atMs: number }>(heap: Head<T>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0);
}

function sink<T extends { atMs: number }>(heap: Head<T>[], from: number): void {
  const head = heap[from];
  if (head === undefined) return;
  let at = from;
  for (;;) {
    let below = 2 * at + 1;
    let child = heap[below];
    if (child === undefined) break;
    const right = heap[below + 1];
    if (right !== undefined && before(right, child)) {
      child = right;
      below += 1;
    }
    if (!before(child, head)) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = head;
}

/**
 * Pages of lists that only grow at their end. A cursor names the last item that was given by its place counted from the
 * list's beginning, so items that arrive meanwhile neither shift nor double anything.
 */
export interface Window {
  limit: number;
  cursor: string | undefined;
}

export interface Page<T> {
  items: T[];
  /** "" on the last page. */
  cursor: string;
}

export function newestFirst<T>(list: readonly T[], window: Window, keep: (item: T) => boolean = () => true): Page<T> {
  return collect(list, window, keep, Math.min(place(window.cursor) ?? list.length, list.length) - 1, -1);
}

export function oldestFirst<T>(list: readonly T[], window: Window, keep: (item: T) => boolean = () => true): Page<T> {
  return collect(list, window, keep, (place(window.cursor) ?? -1) + 1, 1);
}

function collect<T>(list: readonly T[], window: Window, keep: (item: T) => boolean, from: number, step: 1 | -1): Page<T> {
  const items: T[] = [];
  let last = from;
  for (let at = from; at >= 0 && at < list.length; at += step) {
    const item = list[at] as T;
    if (!keep(item)) continue;
    if (items.length === window.limit) return { items, cursor: cursorAt(last) };
    items.push(item);
    last = at;
  }
  return { items, cursor: '' };
}

function cursorAt(at: number): string {
  return Buffer.from(`after:${at}`).toString('base64url');
}

/** Where a cursor points; undefined for none and for garbage, which Kalshi takes for none. */
function place(cursor: string | undefined): number | undefined {
  const found = /^after:(\d{1,15})$/.exec(Buffer.from(cursor ?? '', 'base64url').toString());
  return found ? Number(found[1]) : undefined;
}

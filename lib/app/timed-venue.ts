/** How long the exchange takes to answer orders: for the page's dots. */
import type { Venue } from '../trading/ports/venue.ts';

export interface TimedVenue<V extends Venue> {
  /** As the one that was given. */
  readonly venue: V;
  /** From sent to answered, of the last order that the exchange has told about; undefined before the first. */
  readonly lastMs: number | undefined;
}

/** `monotonicMs` is wall time: the answer's way does not go faster on a night that does. */
export function timedVenue<V extends Venue>(venue: V, monotonicMs: () => number): TimedVenue<V> {
  let lastMs: number | undefined;
  const place: Venue['place'] = async (order) => {
    const sentMs = monotonicMs();
    const placed = await venue.place(order);
    // What never left or was never answered has no way back to be measured.
    if (placed.kind === 'told') lastMs = monotonicMs() - sentMs;
    return placed;
  };
  return {
    venue: { ...venue, place },
    get lastMs() {
      return lastMs;
    },
  };
}

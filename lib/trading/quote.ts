import { complementCC, type OutcomeSide } from './sides.ts';

/** Best bid and ask of YES with their sizes, and when the exchange said so. */
export interface Quote {
  /** Undefined where that side of the book is empty. */
  bidCC: number | undefined;
  bidSizeE2: number;
  askCC: number | undefined;
  askSizeE2: number;
  /** Epoch milliseconds, market time, of the exchange's message that this quote comes from. */
  atMs: number;
}

/** A quote of one outcome: as given for YES, mirrored for NO (the NO bid is what is left of the dollar at the YES ask). */
export function quoteOf(outcome: OutcomeSide, quote: Quote): Quote {
  if (outcome === 'yes') return quote;
  return {
    bidCC: quote.askCC === undefined ? undefined : complementCC(quote.askCC),
    bidSizeE2: quote.askSizeE2,
    askCC: quote.bidCC === undefined ? undefined : complementCC(quote.bidCC),
    askSizeE2: quote.bidSizeE2,
    atMs: quote.atMs,
  };
}

/** The mid in half centi-cents' precision (CC, may end in .5), or undefined unless both sides stand. */
export function midCC(quote: Quote): number | undefined {
  if (quote.bidCC === undefined || quote.askCC === undefined) return undefined;
  return (quote.bidCC + quote.askCC) / 2;
}

/** Ask minus bid in CC, or undefined unless both sides stand. */
export function spreadCC(quote: Quote): number | undefined {
  if (quote.bidCC === undefined || quote.askCC === undefined) return undefined;
  return quote.askCC - quote.bidCC;
}

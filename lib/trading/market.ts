/** What a market lets anyone do. `closed` and later: it trades no more, and a position in it ends by settlement. */
export type MarketStatus = 'unopened' | 'open' | 'paused' | 'closed' | 'determined' | 'finalized';

const ENDED: ReadonlySet<MarketStatus> = new Set(['closed', 'determined', 'finalized']);

/** Whether a position in this market can only be settled: what "game finished" means for a position. */
export function isEnded(status: MarketStatus): boolean {
  return ENDED.has(status);
}

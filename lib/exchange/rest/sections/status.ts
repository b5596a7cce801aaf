import type { MarketStatus } from '../../engine/state.ts';

/** The word under which the `status` filter of lists finds a market. */
export type ListedStatus = 'unopened' | 'open' | 'paused' | 'closed' | 'settled';

const LISTED: Record<MarketStatus, ListedStatus> = {
  initialized: 'unopened',
  active: 'open',
  inactive: 'paused',
  closed: 'closed',
  determined: 'closed',
  finalized: 'settled',
};

export function listedStatus(status: MarketStatus): ListedStatus {
  return LISTED[status];
}

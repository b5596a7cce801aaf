/** What reconciliation is given and what it answers: all of it data. */
import type { Leg } from './cause.ts';
import type { Ledger } from './fills.ts';
import type { OrderLife } from './order-life.ts';
import type { OrphanRow, StoredOrder } from './ports/memory.ts';
import type { VenueFill, VenueOrder, VenuePosition, VenueSettlement } from './ports/venue.ts';

/** The rule of contracts that nobody here asked for, so that positions add up to the exchange's. */
export const FOREIGN_RULE = 'foreign';

/** Whose an order is, as far as its id proves it. */
export interface Owner {
  ruleId: string;
  leg: Leg;
}

/** As much of an order as its reconciliation needs. */
export interface RememberedOrder extends Owner {
  clientOrderId: string;
  ticker: string;
  life: OrderLife;
}

export interface RuleLedger extends Ledger {
  ruleId: string;
}

/** What the memory holds, read after the exchange was: then whatever the exchange showed has had its chance to be remembered. */
export interface Remembered {
  /** Orders that are not settled, and all others that the exchange's answers name. */
  orders: readonly RememberedOrder[];
  /** Of all markets that are not settled, and perhaps of others. */
  ledgers: readonly RuleLedger[];
  /** All that wait for a person, and all that are decided, as far as they are on record. */
  orphans: readonly OrphanRow[];
  /** Whose order this is by its id; undefined: nobody's here. */
  ownerOf(order: VenueOrder): Owner | undefined;
}

/** What the exchange answered. */
export interface ExchangeReading {
  /** Everything up to then (market time) is in the answers; what is younger may be or may not. To be asked for first. */
  asOfMs: number;
  /** Orders and fills are told from then on. */
  sinceMs: number;
  resting: readonly VenueOrder[];
  orders: readonly VenueOrder[];
  fills: readonly VenueFill[];
  positions: readonly VenuePosition[];
  settlements: readonly VenueSettlement[];
}

/** One change of the memory. To do one twice is to do it once. */
export type ReconcileStep =
  /** How a remembered order stands. */
  | { kind: 'order'; clientOrderId: string; order: VenueOrder }
  /** A fill that is missing: in the ledger of the rule that its order's id proves, or of nobody's rule, and in the life of the order. */
  | { kind: 'fill'; ruleId: string; fill: VenueFill; order: VenueOrder | undefined }
  /** For every ledger of its market. */
  | { kind: 'settle'; settlement: VenueSettlement }
  /** A remembered order that cannot be there any more: over, with what it had filled. */
  | { kind: 'end'; clientOrderId: string; reason: string; atMs: number }
  /**
   * To be put on record. `adopt`: an order whose id proves its rule; what it filled is booked by the fills · `hold`: only a person can
   * decide; adopted or ignored it counts as right, closed it may be held again · `release`: what was held is gone by itself.
   */
  | { kind: 'adopt' | 'hold' | 'release'; orphan: OrphanRow };

export const FINDING_KINDS = [
  /** An order here is still unresolved, or is on the exchange's list no more. */
  'unresolved',
  /** The exchange tells something already known differently, or does not know it. */
  'contradiction',
  /** What the exchange tells cannot be booked. */
  'unreadable',
  /** Waits for a person. */
  'orphan',
  /** Contracts that no fill explains. */
  'difference',
  /** The average price is another. */
  'average',
  /** Changed after what the answers are complete for: looked at next time. */
  'young',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface ReconcileFinding {
  kind: FindingKind;
  ticker: string;
  /** Whether entries have to wait. */
  blocks: boolean;
  /** One sentence for the user. */
  text: string;
}

export interface Reconciliation {
  /** Memory and exchange are one once the steps are done: no finding blocks. */
  agreed: boolean;
  findings: readonly ReconcileFinding[];
  /** In the order in which they are to be done. */
  steps: readonly ReconcileStep[];
}

export function rememberedOf(stored: Pick<StoredOrder, 'clientOrderId' | 'signal' | 'life'>): RememberedOrder {
  const { ruleId, leg, ticker } = stored.signal.cause;
  return { clientOrderId: stored.clientOrderId, ruleId, leg, ticker, life: stored.life };
}

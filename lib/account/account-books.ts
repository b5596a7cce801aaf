/** The account's books as the reconciler sees them, and the only doors through which it may change them. */
import type { Clock } from '../trading/ports/clock.ts';
import type { OrphanRow, StoredLedger, StoredOrder } from '../trading/ports/memory.ts';
import type { Environment, VenueFill, VenueOrder, VenueReads, VenueSettlement } from '../trading/ports/venue.ts';
import type { ReconcileRun } from './contract.ts';
import type { OrderOwner } from './order-id.ts';

/**
 * What is taken in goes through the same funnel as frames and answers do: once by (order, trade), committed before it is believed.
 * Each `take…` resolves when that is done, and rejects with the MemoryFailure where it could not be (the news is kept and written later).
 */
export interface AccountBooks {
  readonly accountId: string;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly venue: VenueReads;
  /** Every remembered order that is not settled, and every order of the events whose orders have been read. */
  orders(): readonly StoredOrder[];
  /** One remembered order, however old. Throws a MemoryFailure. */
  recall(clientOrderId: string): Promise<StoredOrder | undefined>;
  /** By rule (`foreign` is one) and market, of all markets that are not settled; those settled since the start are still there. */
  ledgers(): readonly StoredLedger[];
  /** Contracts by ticker over all rules: positive YES, negative NO. What is flat is left out. */
  nets(): ReadonlyMap<string, number>;
  /** Fills whose order is not known yet: they are in no ledger. */
  strays(): readonly VenueFill[];
  ownerOf(order: Pick<VenueOrder, 'clientOrderId' | 'ticker'>): OrderOwner;
  /** An order as the exchange lists it. One of ours is witnessed; of another only its id is noted, for its fills. */
  takeOrder(order: VenueOrder): Promise<void>;
  /** A fill as the exchange lists it: to the rule that owns its order, else to the lots of `foreign`. */
  takeFill(fill: VenueFill): Promise<void>;
  /** Books it in every ledger of the market; true where that was news. */
  takeSettlement(settlement: VenueSettlement): Promise<boolean>;
  /** Ends a remembered order that the exchange proves not to have. What it filled stays booked. */
  closeGhost(clientOrderId: string, reason: string): Promise<void>;
  /** Remembers an orphan, new or resolved, and alerts once. */
  noteOrphan(orphan: OrphanRow): Promise<void>;
  openOrphans(): Promise<OrphanRow[]>;
}

export type Reconcile = (books: AccountBooks, cause: ReconcileRun['cause']) => Promise<ReconcileRun>;

/** Fills and settlements that the exchange tells and that no ledger has, or has differently. */
import type { VenueFill, VenueSettlement } from './ports/venue.ts';
import { compareText, type Draft, fillKey, find, ledgersOf, ownerOfFill, take } from './reconcile-draft.ts';
import { orphanOf } from './reconcile-orders.ts';
import { type ExchangeReading, FOREIGN_RULE } from './reconcile-steps.ts';
import { fillText } from './reconcile-words.ts';

/** Books every fill to the rule that its order belongs to, or to nobody's, in the order of time. */
export function compareFills(draft: Draft, { fills, settlements }: Pick<ExchangeReading, 'fills' | 'settlements'>): void {
  const settled = new Set(settlements.map(({ ticker }) => ticker));
  const told = new Map(fills.map((fill) => [fillKey(fill.orderId, fill.fillId), fill]));
  const strangers: VenueFill[] = [];
  for (const [key, fill] of [...told].toSorted(([, a], [, b]) => byTime(a, b))) {
    const ruleId = draft.booked.get(key);
    if (ruleId !== undefined) compare(draft, fill, ruleId);
    else if (ownerOfFill(draft, fill) === 'nobody') strangers.push(fill);
    else book(draft, fill);
  }
  // Nothing is at stake any more where a market is settled in which nobody here has traded.
  const isOfInterest = ({ ticker }: VenueFill) => ledgersOf(draft, ticker).length > 0 || !settled.has(ticker);
  for (const fill of strangers.filter(isOfInterest)) book(draft, fill);
  findUnknown(draft, told);
}

/** Books a settlement wherever the market was traded. */
export function compareSettlements(draft: Draft, settlements: readonly VenueSettlement[]): void {
  for (const told of settlements.toSorted((a, b) => a.atMs - b.atMs || compareText(a.ticker, b.ticker))) {
    const known = ledgersOf(draft, told.ticker).map(({ settlement }) => settlement);
    if (known.includes(undefined)) take(draft, { kind: 'settle', settlement: told });
    if (known.every((settlement) => settlement === undefined || settlement.valueCC === told.valueCC)) continue;
    find(draft, 'contradiction', told.ticker, true, `${told.ticker} was settled differently before: the result has changed.`);
  }
}

function book(draft: Draft, fill: VenueFill): void {
  const { ticker, fillId, orderId } = fill;
  const owner = ownerOfFill(draft, fill);
  const order = draft.venueOrders.get(orderId);
  if (owner === undefined || fill.atMs === undefined) {
    const what = owner === undefined ? 'is of an order that the exchange does not tell of' : 'has no time';
    find(draft, 'unreadable', ticker, true, `${fillText(fill)} ${what}: it cannot be booked.`);
  } else if (owner === 'nobody') {
    take(draft, { kind: 'fill', ruleId: FOREIGN_RULE, fill, order });
  } else if ('life' in owner) {
    // The ledger of a market that was settled before may not have been read: then the order tells what is booked.
    const isLedgerRead = draft.ledgers.get(ticker)?.has(owner.ruleId) === true;
    if (isLedgerRead || owner.life.trades[fillId] === undefined) take(draft, { kind: 'fill', ruleId: owner.ruleId, fill, order });
  } else {
    adopt(draft, orderId);
    take(draft, { kind: 'fill', ruleId: owner.ruleId, fill, order });
  }
}

/** Puts on record that an order of ours was not remembered, once. */
function adopt(draft: Draft, orderId: string): void {
  const venue = draft.venueOrders.get(orderId);
  if (venue === undefined) return;
  const orphan = orphanOf(draft, venue);
  if (draft.orphans.has(orphan.id)) return;
  take(draft, { kind: 'adopt', orphan: { ...orphan, action: 'ADOPTED', resolvedMs: draft.asOfMs } });
}

/** The order may not have been told of a fill that its ledger has. */
function compare(draft: Draft, venue: VenueFill, ruleId: string): void {
  const ledger = draft.ledgers.get(venue.ticker)?.get(ruleId);
  const known = ledger?.fills.find(({ orderId, tradeId }) => orderId === venue.orderId && tradeId === venue.fillId);
  const isSame = known?.side === venue.side && known.yesPriceCC === venue.yesPriceCC && known.countE2 === venue.countE2;
  if (!isSame) {
    find(draft, 'contradiction', venue.ticker, true, `${fillText(venue)} is remembered differently.`);
    return;
  }
  if (known.feeE6 !== venue.feeE6) {
    find(draft, 'contradiction', venue.ticker, false, `${fillText(venue)} is remembered with another fee.`);
  }
  const owner = ownerOfFill(draft, venue);
  if (typeof owner !== 'object' || !('life' in owner) || owner.life.trades[venue.fillId] !== undefined) return;
  take(draft, { kind: 'fill', ruleId, fill: venue, order: draft.venueOrders.get(venue.orderId) });
}

/** Fills that are remembered and that the exchange should have told. */
function findUnknown(draft: Draft, told: ReadonlyMap<string, VenueFill>): void {
  for (const ledgers of draft.ledgers.values()) {
    for (const fill of [...ledgers.values()].flatMap((ledger) => ledger.fills)) {
      if (fill.atMs < draft.sinceMs || fill.atMs > draft.asOfMs || told.has(fillKey(fill.orderId, fill.tradeId))) continue;
      find(draft, 'contradiction', fill.ticker, true, `${fillText(fill)} is remembered, and the exchange does not know it.`);
    }
  }
}

function byTime(a: VenueFill, b: VenueFill): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0) || compareText(a.orderId, b.orderId) || compareText(a.fillId, b.fillId);
}

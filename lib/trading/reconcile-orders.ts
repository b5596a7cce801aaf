/** Orders: what the exchange tells of those that are remembered, those that are not, and those that it tells nothing of. */
import { isOverOrder, isSettledOrder, type OrderLife, witness } from './order-life.ts';
import type { OrphanRow } from './ports/memory.ts';
import type { VenueOrder } from './ports/venue.ts';
import { type Draft, find, holdUnlessDecided, ledgersOf, orderOf, release, take, toldBy } from './reconcile-draft.ts';
import type { RememberedOrder } from './reconcile-steps.ts';
import { orderText, orphanOrderText } from './reconcile-words.ts';

/** Tells remembered orders how they stand, and holds for a person what rests and is not remembered. */
export function compareOrders(draft: Draft): void {
  for (const venue of draft.venueOrders.values()) {
    const known = orderOf(draft, venue);
    if (known === undefined) receive(draft, venue);
    else compare(draft, known, venue);
  }
  releaseGone(draft);
}

/** After the fills are booked: remembered orders that are not over and that the exchange did not tell of. */
export function closeGhosts(draft: Draft): void {
  const told = new Set([...draft.venueOrders.values()].map((venue) => orderOf(draft, venue)?.clientOrderId));
  for (const order of draft.orders.values()) {
    if (isSettledOrder(order.life)) continue;
    if (!told.has(order.clientOrderId) && isOldEnough(draft, order.life)) closeGhost(draft, order);
    const { life } = draft.orders.get(order.clientOrderId) ?? order;
    if (life.state === 'unresolved') {
      find(
        draft,
        'unresolved',
        order.ticker,
        false,
        `${orderText(order)} is unresolved: ${life.reason ?? 'its outcome is unknown'}.`,
      );
    } else if (isOverOrder(life.state) && !isSettledOrder(life) && isOldEnough(draft, life)) {
      find(draft, 'unresolved', order.ticker, false, `${orderText(order)} is over, and not all of its fills are known.`);
    }
  }
}

function compare(draft: Draft, known: RememberedOrder, venue: VenueOrder): void {
  const life = witness(known.life, toldBy(venue, draft.asOfMs));
  if (isNews(known.life, life)) take(draft, { kind: 'order', clientOrderId: known.clientOrderId, order: venue });
  if (known.ticker !== venue.ticker) {
    find(draft, 'contradiction', venue.ticker, true, `${orderText(known)} is remembered for another market, ${known.ticker}.`);
  }
  const overMs = life.enteredMs[life.state] ?? 0;
  if (venue.status === 'resting' && isOverOrder(life.state) && overMs <= draft.asOfMs) {
    find(draft, 'contradiction', venue.ticker, true, `${orderText(known)} rests at the exchange, though it was over here.`);
  }
}

/** Whether a witness has said more than that it, too, was there. */
function isNews(before: OrderLife, after: OrderLife): boolean {
  return (
    before.state !== after.state ||
    before.filledE2 !== after.filledE2 ||
    before.orderId !== after.orderId ||
    before.contradictions.length !== after.contradictions.length
  );
}

/** What rests and is not remembered: nobody here watches it. What such orders have filled is seen in the fills. */
function receive(draft: Draft, venue: VenueOrder): void {
  if (venue.status !== 'resting' || !holdUnlessDecided(draft, orphanOf(draft, venue))) return;
  const from = draft.ownerOf(venue) === undefined ? 'was not sent from here' : 'was sent from here and is not remembered';
  find(draft, 'orphan', venue.ticker, true, `${orphanOrderText(venue)} ${from}: adopt, close or ignore it.`);
}

/** A held order that rests no more needs no decision: the list of resting orders is whole, but for the youngest. */
function releaseGone(draft: Draft): void {
  for (const orphan of draft.orphans.values()) {
    const { orderId, detectedMs, resolvedMs } = orphan;
    if (orderId === undefined || resolvedMs !== undefined || detectedMs > draft.asOfMs) continue;
    if (draft.venueOrders.get(orderId)?.status !== 'resting') release(draft, orphan);
  }
}

function closeGhost(draft: Draft, order: RememberedOrder): void {
  const { life, clientOrderId, ticker } = order;
  if (life.orderId === undefined || isOverOrder(life.state)) return;
  const settled = ledgersOf(draft, ticker).find(({ settlement }) => settlement !== undefined)?.settlement;
  if (settled !== undefined && settled.atMs <= draft.asOfMs) {
    take(draft, { kind: 'end', clientOrderId, reason: `${ticker} is settled.`, atMs: settled.atMs });
  } else if (life.state !== 'unresolved') {
    find(draft, 'unresolved', ticker, false, `${orderText(order)} is not on the list of the exchange any more.`);
  }
}

/** Whatever it last did is older than what the answers are complete for, and they reach back to its beginning. */
function isOldEnough(draft: Draft, life: OrderLife): boolean {
  const { intended } = life.enteredMs;
  const reaches = intended !== undefined && intended >= draft.sinceMs;
  return reaches && Math.max(...Object.values(life.enteredMs), ...Object.values(life.seenBy)) <= draft.asOfMs;
}

/** How an order that is not remembered is put on record. */
export function orphanOf(draft: Draft, venue: VenueOrder): OrphanRow {
  const { ticker, orderId, side, yesPriceCC, status, remainingE2, filledE2 } = venue;
  return {
    id: `order|${orderId}`,
    ticker,
    orderId,
    side,
    countE2: status === 'resting' ? remainingE2 : filledE2,
    priceCC: yesPriceCC,
    detectedMs: draft.asOfMs,
    resolvedMs: undefined,
    action: undefined,
  };
}

/** The memory as it will be: steps are written down and taken into account at once, so that what follows sees what came before. */
import type { Leg } from './cause.ts';
import { addFill, addSettlement, type Fill, openLedger, type Settlement } from './fills.ts';
import { type Witness, witness } from './order-life.ts';
import type { OrphanRow } from './ports/memory.ts';
import { standingOf, type VenueFill, type VenueOrder } from './ports/venue.ts';
import type {
  ExchangeReading,
  Owner,
  ReconcileFinding,
  ReconcileStep,
  Remembered,
  RememberedOrder,
  RuleLedger,
} from './reconcile-steps.ts';

export interface Draft {
  steps: ReconcileStep[];
  findings: ReconcileFinding[];
  /** By client order id. */
  orders: Map<string, RememberedOrder>;
  /** Client order ids by the exchange's id. */
  named: Map<string, string>;
  /** By market, then by rule. */
  ledgers: Map<string, Map<string, RuleLedger>>;
  /** By `fillKey`: the rule that has it. */
  booked: Map<string, string>;
  orphans: Map<string, OrphanRow>;
  ownerOf: Remembered['ownerOf'];
  asOfMs: number;
  sinceMs: number;
  /** The exchange's orders, each once, oldest first. */
  venueOrders: Map<string, VenueOrder>;
}

export function draftOf(remembered: Remembered, reading: ExchangeReading): Draft {
  const ledgers: Draft['ledgers'] = new Map();
  const booked: Draft['booked'] = new Map();
  for (const ledger of remembered.ledgers) {
    ofMarket(ledgers, ledger.ticker).set(ledger.ruleId, ledger);
    for (const fill of ledger.fills) booked.set(fillKey(fill.orderId, fill.tradeId), ledger.ruleId);
  }
  const named: Draft['named'] = new Map();
  for (const { clientOrderId, life } of remembered.orders) {
    if (life.orderId !== undefined) named.set(life.orderId, clientOrderId);
  }
  return {
    steps: [],
    findings: [],
    orders: new Map(remembered.orders.map((order) => [order.clientOrderId, order])),
    named,
    ledgers,
    booked,
    orphans: new Map(remembered.orphans.map((orphan) => [orphan.id, orphan])),
    ownerOf: (order) => remembered.ownerOf(order),
    asOfMs: reading.asOfMs,
    sinceMs: reading.sinceMs,
    venueOrders: eachOnce([...reading.orders, ...reading.resting]),
  };
}

export function fillKey(orderId: string, tradeId: string): string {
  return `${orderId}|${tradeId}`;
}

/** The remembered order that this is. */
export function orderOf(draft: Draft, venue: Pick<VenueOrder, 'orderId' | 'clientOrderId'>): RememberedOrder | undefined {
  return draft.orders.get(venue.clientOrderId) ?? draft.orders.get(draft.named.get(venue.orderId) ?? '');
}

/** The remembered order of a fill, or else whose order it is; `nobody`: not ours; undefined: its order is not known. */
export function ownerOfFill(draft: Draft, fill: VenueFill): RememberedOrder | Owner | 'nobody' | undefined {
  const venue = draft.venueOrders.get(fill.orderId);
  if (venue === undefined) return draft.orders.get(draft.named.get(fill.orderId) ?? '');
  return orderOf(draft, venue) ?? draft.ownerOf(venue) ?? 'nobody';
}

/** Ledgers of a market in the order of their rules. */
export function ledgersOf(draft: Draft, ticker: string): RuleLedger[] {
  return [...(draft.ledgers.get(ticker)?.values() ?? [])].toSorted((a, b) => compareText(a.ruleId, b.ruleId));
}

export function take(draft: Draft, step: ReconcileStep): void {
  draft.steps.push(step);
  if (step.kind === 'order') tellOrder(draft, step.clientOrderId, toldBy(step.order, draft.asOfMs));
  else if (step.kind === 'fill') takeFill(draft, step.ruleId, step.fill);
  else if (step.kind === 'settle') takeSettlement(draft, step.settlement);
  else if (step.kind === 'end') endOrder(draft, step.clientOrderId, step.atMs);
  else draft.orphans.set(step.orphan.id, step.orphan);
}

/** What a listed order witnesses. */
export function toldBy(venue: VenueOrder, asOfMs: number): Witness {
  return { kind: 'told', by: 'read', order: standingOf(venue), atMs: venue.updatedMs ?? asOfMs };
}

/**
 * Puts something before a person unless it waits already or is decided. Says whether it waits. What was held to have gone and is
 * still there waits again.
 */
export function holdUnlessDecided(draft: Draft, orphan: OrphanRow): boolean {
  const known = draft.orphans.get(orphan.id);
  if (known !== undefined && isDecided(draft, known)) return false;
  if (known?.resolvedMs !== undefined || known === undefined) take(draft, { kind: 'hold', orphan });
  return true;
}

/** Adopted or ignored for good; closed just now, so that the exchange's answers may not show it yet. */
export function isDecided(draft: Draft, { action, resolvedMs }: OrphanRow): boolean {
  if (resolvedMs === undefined) return false;
  return action === 'ADOPTED' || action === 'FALSE_POSITIVE' || resolvedMs > draft.asOfMs;
}

/** What was held is there no more. */
export function release(draft: Draft, orphan: OrphanRow): void {
  take(draft, { kind: 'release', orphan: { ...orphan, action: 'AUTO_CLOSE', resolvedMs: draft.asOfMs } });
}

export function find(draft: Draft, kind: ReconcileFinding['kind'], ticker: string, blocks: boolean, text: string): void {
  draft.findings.push({ kind, ticker, blocks, text });
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function takeFill(draft: Draft, ruleId: string, venue: VenueFill): void {
  const owner = ownerOfFill(draft, venue);
  const fill = fillOf(venue, typeof owner === 'object' ? owner.leg : undefined);
  const ledgers = ofMarket(draft.ledgers, fill.ticker);
  const ledger = ledgers.get(ruleId) ?? { ...openLedger(fill.ticker), ruleId };
  ledgers.set(ruleId, { ...addFill(ledger, fill), ruleId });
  draft.booked.set(fillKey(fill.orderId, fill.tradeId), ruleId);
  if (typeof owner !== 'object' || !('life' in owner)) return;
  const { orderId, tradeId, countE2, atMs } = fill;
  tellOrder(draft, owner.clientOrderId, { kind: 'fill', orderId, tradeId, countE2, atMs });
}

/** As its owner would book it; reasons and signals change neither position nor price. */
function fillOf(venue: VenueFill, leg: Leg | undefined): Fill {
  const { ticker, orderId, fillId, side, yesPriceCC, countE2, feeE6, atMs = 0 } = venue;
  const exitReason = undefined;
  const signalYesPriceCC = undefined;
  return { ticker, orderId, tradeId: fillId, side, yesPriceCC, countE2, feeE6, atMs, leg, exitReason, signalYesPriceCC };
}

function takeSettlement(draft: Draft, settlement: Settlement): void {
  const ledgers = ofMarket(draft.ledgers, settlement.ticker);
  for (const [ruleId, ledger] of ledgers) {
    if (ledger.settlement === undefined) ledgers.set(ruleId, { ...addSettlement(ledger, settlement), ruleId });
  }
}

function endOrder(draft: Draft, clientOrderId: string, atMs: number): void {
  const life = draft.orders.get(clientOrderId)?.life;
  if (life?.orderId === undefined) return;
  const order = { orderId: life.orderId, status: 'canceled' as const, filledE2: life.filledE2 };
  tellOrder(draft, clientOrderId, { kind: 'told', by: 'read', order, atMs });
}

function tellOrder(draft: Draft, clientOrderId: string, seen: Witness): void {
  const order = draft.orders.get(clientOrderId);
  if (order === undefined) return;
  const life = witness(order.life, seen);
  draft.orders.set(clientOrderId, { ...order, life });
  if (life.orderId !== undefined) draft.named.set(life.orderId, clientOrderId);
}

function ofMarket(ledgers: Draft['ledgers'], ticker: string): Map<string, RuleLedger> {
  const known = ledgers.get(ticker);
  if (known !== undefined) return known;
  const made = new Map<string, RuleLedger>();
  ledgers.set(ticker, made);
  return made;
}

/** Lists read one after the other may tell an order twice: the one that is further on is the later. */
function eachOnce(orders: readonly VenueOrder[]): Map<string, VenueOrder> {
  const latest = new Map<string, VenueOrder>();
  for (const order of orders) {
    const known = latest.get(order.orderId);
    if (known === undefined || isFurther(order, known)) latest.set(order.orderId, order);
  }
  const byAge = [...latest.values()].toSorted(
    (a, b) => (a.createdMs ?? 0) - (b.createdMs ?? 0) || compareText(a.orderId, b.orderId),
  );
  return new Map(byAge.map((order) => [order.orderId, order]));
}

function isFurther(order: VenueOrder, known: VenueOrder): boolean {
  if (order.filledE2 !== known.filledE2) return order.filledE2 > known.filledE2;
  return known.status === 'resting' && order.status !== 'resting';
}

/** An exchange on paper and a memory beside it, for the tests of reconciliation: plain, and with arithmetic of its own. */
import type { Leg } from '../../lib/trading/cause.ts';
import { addFill, addSettlement, type Fill, openLedger } from '../../lib/trading/fills.ts';
import { intendOrder, witness } from '../../lib/trading/order-life.ts';
import type { OrphanRow } from '../../lib/trading/ports/memory.ts';
import type { VenueFill, VenueOrder, VenuePosition, VenueSettlement } from '../../lib/trading/ports/venue.ts';
import {
  type ExchangeReading,
  FOREIGN_RULE,
  type ReconcileStep,
  type Remembered,
  type RememberedOrder,
  type RuleLedger,
} from '../../lib/trading/reconcile-steps.ts';
import { NOW_MS } from './stage.ts';

export const RULES = ['aaaaaaaa-1111-4111-8111-111111111111', 'bbbbbbbb-2222-4222-8222-222222222222'];
export const [RULE_A = '', RULE_B = ''] = RULES;
export const MARKET = 'GAME-A';

export function idOf(ruleId: string | undefined, leg: Leg, attempt: number): string {
  return ruleId === undefined ? `by-hand-${attempt}` : `cs1.${ruleId.slice(0, 8)}.0.${leg}.${attempt}.0123456789`;
}

/** An order and what it filled; the defaults are a whole entry of rule A, 10 YES at 45. */
export interface Deal {
  ruleId: string | undefined;
  leg: Leg;
  ticker: string;
  side: 'bid' | 'ask';
  countE2: number;
  fills: { yesPriceCC: number; countE2: number; feeE6: number; atMs: number }[];
  status: VenueOrder['status'];
  createdMs: number;
}

export function dealOf(change: Partial<Deal> = {}): Deal {
  const createdMs = change.createdMs ?? NOW_MS;
  const countE2 = change.countE2 ?? 1_000;
  const fills = [{ yesPriceCC: 4_500, countE2, feeE6: 20_000, atMs: createdMs + 10 }];
  return { ruleId: RULE_A, leg: 'entry', ticker: MARKET, side: 'bid', countE2, fills, status: 'executed', createdMs, ...change };
}

const filled = (deal: Deal): number => deal.fills.reduce((sum, { countE2 }) => sum + countE2, 0);

export function venueOrderOf(deal: Deal, index: number): VenueOrder {
  const filledE2 = filled(deal);
  return {
    orderId: `o-${index}`,
    clientOrderId: idOf(deal.ruleId, deal.leg, index),
    ticker: deal.ticker,
    side: deal.side,
    outcome: deal.side === 'bid' ? 'yes' : 'no',
    status: deal.status,
    yesPriceCC: 5_000,
    initialE2: deal.countE2,
    filledE2,
    remainingE2: deal.status === 'resting' ? deal.countE2 - filledE2 : 0,
    takerCostE6: 0,
    makerCostE6: 0,
    feesE6: 0,
    orderGroupId: undefined,
    createdMs: deal.createdMs,
    updatedMs: deal.fills.at(-1)?.atMs ?? deal.createdMs,
    expiresMs: undefined,
    exchangeIndex: 0,
  };
}

export function venueFillsOf(deal: Deal, index: number): VenueFill[] {
  return deal.fills.map((fill, part) => ({
    fillId: `t-${index}-${part}`,
    orderId: `o-${index}`,
    ticker: deal.ticker,
    side: deal.side,
    outcome: deal.side === 'bid' ? 'yes' : 'no',
    isTaker: true,
    exchangeIndex: 0,
    ...fill,
  }));
}

export function settlementOf(valueCC: number, change: Partial<VenueSettlement> = {}): VenueSettlement {
  return { ticker: MARKET, valueCC, feeE6: 0, atMs: NOW_MS + 1_000_000, ...change };
}

/** Positions by a running sum, the average cost by exact proportion. */
export function positionsOf(fills: readonly VenueFill[], settlements: readonly VenueSettlement[]): VenuePosition[] {
  const inTime = fills.toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  return [...Map.groupBy(inTime, ({ ticker }) => ticker)].map(([ticker, own]) => {
    let net = 0;
    let cost = 0;
    for (const { side, yesPriceCC, countE2 } of own) {
      const signed = side === 'bid' ? countE2 : -countE2;
      const paid = side === 'bid' ? yesPriceCC : 10_000 - yesPriceCC;
      const closes = Math.sign(net) === -Math.sign(signed) ? Math.min(Math.abs(net), countE2) : 0;
      cost = cost - (closes === 0 ? 0 : (cost * closes) / Math.abs(net)) + (countE2 - closes) * paid;
      net += signed;
    }
    const settlement = settlements.find((one) => one.ticker === ticker);
    const updatedMs = settlement?.atMs ?? own.at(-1)?.atMs ?? 0;
    const isOver = settlement !== undefined;
    const rest = { realizedE6: 0, feesE6: 0, updatedMs, exchangeIndex: 0 };
    return { ticker, netE2: isOver ? 0 : net, exposureE6: isOver ? 0 : Math.round(cost), ...rest };
  });
}

/** What the exchange answers of these deals; everything is older than the answers. */
export function readingOf(deals: readonly Deal[], settlements: readonly VenueSettlement[] = []): ExchangeReading {
  const orders = deals.map(venueOrderOf);
  const fills = deals.flatMap(venueFillsOf);
  return {
    asOfMs: NOW_MS + 2_000_000,
    sinceMs: 0,
    resting: orders.filter(({ status }) => status === 'resting'),
    orders,
    fills,
    positions: positionsOf(fills, settlements),
    settlements,
  };
}

/** What the memory keeps of a deal. */
export interface Kept {
  /** Undefined: the order itself is forgotten. */
  order: 'sent' | 'acknowledged' | 'whole' | undefined;
  /** Which of its fills the ledger has. */
  fills: (part: number) => boolean;
}

export const ALL: Kept = { order: 'whole', fills: () => true };

/** A memory that lives on the rules' own arithmetic, as an account's does. */
export class PaperMemory implements Remembered {
  orders: RememberedOrder[] = [];
  ledgers: RuleLedger[] = [];
  orphans: OrphanRow[] = [];

  ownerOf(order: Pick<VenueOrder, 'clientOrderId'>): ReturnType<Remembered['ownerOf']> {
    const [, rule8, , leg] = order.clientOrderId.split('.');
    const ruleId = RULES.find((id) => id.startsWith(rule8 ?? '-'));
    return ruleId === undefined ? undefined : { ruleId, leg: leg === 'exit' ? 'exit' : 'entry' };
  }

  keep(deal: Deal, index: number, kept: Kept = ALL): this {
    const { ruleId, leg, ticker } = deal;
    if (ruleId === undefined) return this;
    const clientOrderId = idOf(ruleId, leg, index);
    let life = witness(intendOrder(deal.countE2, deal.createdMs), { kind: 'sent', atMs: deal.createdMs });
    if (kept.order === 'acknowledged') {
      const order = { orderId: `o-${index}`, status: 'resting' as const, filledE2: 0 };
      life = witness(life, { kind: 'told', by: 'answer', order, atMs: deal.createdMs });
    }
    if (kept.order === 'whole') {
      const order = { orderId: `o-${index}`, status: deal.status, filledE2: filled(deal) };
      const atMs = deal.fills.at(-1)?.atMs ?? deal.createdMs;
      life = witness(life, { kind: 'told', by: 'answer', order, atMs });
    }
    if (kept.order !== undefined) {
      this.orders.push({ clientOrderId, ruleId, leg, ticker, life });
    }
    venueFillsOf(deal, index).forEach((fill, part) => {
      if (!kept.fills(part)) return;
      const own: Fill = { ...booked(fill), leg, exitReason: undefined, signalYesPriceCC: undefined };
      this.#book(ruleId, own);
      if (kept.order === 'whole') this.#seeFill(clientOrderId, own);
    });
    return this;
  }

  settle(ruleId: string, settlement: VenueSettlement): void {
    this.#put({ ...addSettlement(this.ledger(ruleId, settlement.ticker), settlement), ruleId });
  }

  /** Does a step as an account's books do. */
  apply(step: ReconcileStep): void {
    if (step.kind === 'order') {
      const { order } = step;
      const standing = { orderId: order.orderId, status: order.status, filledE2: order.filledE2 };
      this.witness(step.clientOrderId, { kind: 'told', by: 'read', order: standing, atMs: order.updatedMs ?? 0 });
    } else if (step.kind === 'fill') {
      this.#takeFill(step.fill, step.order);
    } else if (step.kind === 'settle') {
      const own = this.ledgers.filter((one) => one.ticker === step.settlement.ticker && one.settlement === undefined);
      for (const { ruleId } of own) this.settle(ruleId, step.settlement);
    } else if (step.kind === 'end') {
      const life = this.orders.find(({ clientOrderId }) => clientOrderId === step.clientOrderId)?.life;
      const order = { orderId: life?.orderId ?? '', status: 'canceled' as const, filledE2: life?.filledE2 ?? 0 };
      this.witness(step.clientOrderId, { kind: 'told', by: 'read', order, atMs: step.atMs });
    } else {
      this.orphans = [...this.orphans.filter(({ id }) => id !== step.orphan.id), step.orphan];
    }
  }

  witness(clientOrderId: string, seen: Parameters<typeof witness>[1]): void {
    this.orders = this.orders.map((order) =>
      order.clientOrderId === clientOrderId ? { ...order, life: witness(order.life, seen) } : order,
    );
  }

  ledger(ruleId: string, ticker = MARKET): RuleLedger {
    return this.ledgers.find((one) => one.ruleId === ruleId && one.ticker === ticker) ?? { ...openLedger(ticker), ruleId };
  }

  #put(ledger: RuleLedger): void {
    this.ledgers = [...this.ledgers.filter((one) => one.ruleId !== ledger.ruleId || one.ticker !== ledger.ticker), ledger];
  }

  /** To whom a fill belongs is found out anew: by the order that is remembered, by the order's id, or it is nobody's. */
  #takeFill(fill: VenueFill, venue: VenueOrder | undefined): void {
    const order = this.orders.find((one) => one.life.orderId === fill.orderId || one.clientOrderId === venue?.clientOrderId);
    const owner = order ?? (venue === undefined ? undefined : this.ownerOf(venue));
    const own = { ...booked(fill), leg: owner?.leg, exitReason: undefined, signalYesPriceCC: undefined };
    this.#book(owner?.ruleId ?? FOREIGN_RULE, own);
    if (order !== undefined) this.#seeFill(order.clientOrderId, own);
  }

  #book(ruleId: string, fill: Fill): void {
    this.#put({ ...addFill(this.ledger(ruleId, fill.ticker), fill), ruleId });
  }

  #seeFill(clientOrderId: string, { orderId, tradeId, countE2, atMs }: Fill): void {
    this.witness(clientOrderId, { kind: 'fill', orderId, tradeId, countE2, atMs });
  }
}

function booked({ fillId, ticker, orderId, side, yesPriceCC, countE2, feeE6, atMs }: VenueFill) {
  return { ticker, orderId, tradeId: fillId, side, yesPriceCC, countE2, feeE6, atMs: atMs ?? 0 };
}

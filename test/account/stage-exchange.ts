/**
 * An exchange for one account that does what it is told: how much of an order trades, which answers are lost, how far reads lag. Its
 * book-keeping is its own and plain: contracts are added up, nothing else.
 */
import type {
  Canceled,
  NewOrder,
  Placed,
  Venue,
  VenueBalance,
  VenueFill,
  VenueHealth,
  VenueListener,
  VenueOrder,
  VenuePosition,
  VenueSettlement,
} from '../../lib/trading/ports/venue.ts';
import { type Gate, PortFailure } from './stage-gate.ts';

/** What becomes of the next order. */
export interface Fate {
  /** Contracts that trade at once, at most; all of it where it is left out. */
  fillE2?: number;
  /** In how many trades. */
  parts?: number;
  /** What is left stays in the book, although it is an IOC order: a strange exchange. */
  rests?: boolean;
  refuse?: { code: string; reason: string };
  /** The order never arrives, and nobody says so. */
  isLost?: boolean;
  /** It arrives, and the answer does not. */
  isAnswerLost?: boolean;
  /** It is held up on its way: see `inTheAir`. */
  isLate?: boolean;
}

type Frame =
  | { kind: 'order'; order: VenueOrder }
  | { kind: 'fill'; fill: VenueFill }
  | { kind: 'book'; clientOrderId: string; ticker: string };

interface Readable {
  atMs: number;
  orders: VenueOrder[];
  fills: VenueFill[];
  settlements: VenueSettlement[];
  cashE6: number;
}

export class Exchange {
  readonly orders = new Map<string, VenueOrder>();
  readonly fills: VenueFill[] = [];
  readonly settlements: VenueSettlement[] = [];
  readonly groups: { limitE2: number; exchangeIndex: number | undefined }[] = [];
  /** Orders that are held up on their way: whoever runs the exchange lets them arrive, or be too late. */
  readonly inTheAir: NewOrder[] = [];
  /** Every order that arrived, in order. */
  readonly placed: NewOrder[] = [];
  /** Frames that nobody has been given yet. */
  readonly frames: Frame[] = [];
  readonly fates: Fate[] = [];
  readonly prices = new Map<string, { bidCC: number; askCC: number }>();
  cashE6 = 1_000_000_000;
  /** Frames are handed over as they come. */
  isLive = true;
  /** How the exchange answers to `health`. */
  standing: VenueHealth = { isHealthy: true, heardAgeMs: 0, reason: '' };
  readonly #nowMs: () => number;
  readonly #listeners = new Set<VenueListener>();
  readonly #history: Readable[] = [];
  /** What reads show; the last is the truth. */
  #shown = 0;
  #ids = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#keep();
  }

  venue(gate: Gate, accepts: () => PortFailure | undefined = () => undefined): Venue {
    const pass = <T>(call: string, effect: () => T, subject?: unknown): Promise<T> =>
      gate.pass(`venue.${call}`, () => structuredClone(effect()), subject);
    const own = new Set<VenueListener>();
    return {
      environment: 'practice',
      open: () =>
        pass('open', () => {
          const failure = accepts();
          if (failure !== undefined) throw failure;
        }),
      close: () =>
        pass('close', () => {
          for (const listener of own) this.#listeners.delete(listener);
        }),
      listen: (listener) => {
        own.add(listener);
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      health: () => this.standing,
      place: (order) => pass('place', () => this.arrive(order), order),
      cancel: ({ orderId }) => pass('cancel', () => this.cancel(orderId)),
      createOrderGroup: (limitE2, exchangeIndex) =>
        pass('createOrderGroup', () => `group-${this.groups.push({ limitE2, exchangeIndex })}`),
      ordersOf: (ticker) => pass('ordersOf', () => this.#read().orders.filter((order) => order.ticker === ticker)),
      order: (id) => pass('order', () => this.#read().orders.find((order) => order.orderId === id)),
      resting: () => pass('resting', () => this.#read().orders.filter((order) => order.status === 'resting')),
      ordersSince: (ms) => pass('ordersSince', () => this.#read().orders.filter((order) => (order.createdMs ?? 0) >= ms)),
      fillsOf: (ticker) => pass('fillsOf', () => this.#read().fills.filter((fill) => fill.ticker === ticker)),
      fillsSince: (ms) => pass('fillsSince', () => this.#read().fills.filter((fill) => (fill.atMs ?? 0) >= ms)),
      positions: () => pass('positions', () => this.#positionsOf(this.#read())),
      settlementsSince: (ms) => pass('settlementsSince', () => this.#read().settlements.filter((one) => one.atMs >= ms)),
      balance: () => pass('balance', () => this.#balance()),
      userDataMs: () => pass('userDataMs', () => this.#asOfMs()),
    };
  }

  /** Contracts by ticker as they are: positive YES. What is settled is nothing. */
  nets(): Map<string, number> {
    return netsOf(this.fills, this.settlements);
  }

  arrive(order: NewOrder): Placed {
    const known = [...this.orders.values()].find((one) => one.clientOrderId === order.clientOrderId);
    if (known !== undefined) return { kind: 'unknown', code: 'KALSHI_ORDER_EXISTS', reason: 'this id exists already' };
    const fate = this.fates.shift() ?? {};
    if (fate.isLost === true) return { kind: 'unknown', code: 'KALSHI_TIMEOUT', reason: 'no answer' };
    if (fate.isLate === true) {
      this.inTheAir.push(order);
      return { kind: 'unknown', code: 'KALSHI_TIMEOUT', reason: 'no answer' };
    }
    if (fate.refuse !== undefined) return { kind: 'refused', ...fate.refuse };
    const told = this.#trade(order, fate);
    return fate.isAnswerLost === true ? { kind: 'unknown', code: 'KALSHI_TIMEOUT', reason: 'no answer' } : told;
  }

  cancel(orderId: string): Canceled {
    const order = this.orders.get(orderId);
    if (order?.status !== 'resting') return { kind: 'unknown', code: 'KALSHI_NOT_FOUND', reason: 'not found' };
    this.#change({ ...order, status: 'canceled', remainingE2: 0 });
    return { kind: 'done', orderId };
  }

  /** More of a resting order trades. */
  fillResting(orderId: string, countE2: number): void {
    const order = this.orders.get(orderId);
    if (order?.status !== 'resting') return;
    const filled = Math.min(countE2, order.remainingE2);
    const remainingE2 = order.remainingE2 - filled;
    this.#addFill(order, filled);
    const status = remainingE2 === 0 ? 'executed' : 'resting';
    this.#change({ ...order, filledE2: order.filledE2 + filled, remainingE2, status });
  }

  /** Somebody trades by hand with the same credentials. */
  byHand(order: Pick<NewOrder, 'ticker' | 'side' | 'countE2'>, clientOrderId = `hand-${++this.#ids}`): void {
    this.#trade(
      { ...order, clientOrderId, yesLimitCC: order.side === 'bid' ? 9_900 : 100, reduceOnly: false, orderGroupId: undefined },
      {},
    );
  }

  settle(ticker: string, valueCC: number, feeE6 = 0): void {
    const net = this.nets().get(ticker) ?? 0;
    this.cashE6 += (net > 0 ? valueCC * net : (10_000 - valueCC) * -net) - feeE6;
    this.settlements.push({ ticker, valueCC, feeE6, atMs: this.#nowMs() });
    this.#keep();
  }

  /** Reads tell less than is true, until `catchUp`. */
  lag(): void {
    this.#shown = Math.min(this.#shown, this.#history.length - 1);
    this.isLagging = true;
  }

  catchUp(): void {
    this.isLagging = false;
    this.#shown = this.#history.length - 1;
  }

  isLagging = false;

  /** Hands over one frame; or drops it. */
  deliver(frame: Frame): void {
    for (const listener of this.#listeners) {
      if (frame.kind === 'order') listener.order?.(structuredClone(frame.order));
      else if (frame.kind === 'fill') listener.fill?.(structuredClone(frame.fill));
      else listener.book?.({ clientOrderId: frame.clientOrderId, ticker: frame.ticker });
    }
  }

  sayHealth(health: VenueHealth): void {
    this.standing = health;
    for (const listener of this.#listeners) listener.health?.(health);
  }

  #trade(
    order: Pick<NewOrder, 'clientOrderId' | 'ticker' | 'side' | 'yesLimitCC' | 'countE2' | 'reduceOnly' | 'orderGroupId'>,
    fate: Fate,
  ): Placed {
    const price = this.prices.get(order.ticker) ?? { bidCC: 4_900, askCC: 5_000 };
    const crosses = order.side === 'bid' ? order.yesLimitCC >= price.askCC : order.yesLimitCC <= price.bidCC;
    const mostE2 = order.reduceOnly ? Math.min(order.countE2, this.#reducibleE2(order)) : order.countE2;
    const filledE2 = crosses ? Math.min(mostE2, fate.fillE2 ?? mostE2) : 0;
    const isResting = fate.rests === true && filledE2 < mostE2;
    const made: VenueOrder = {
      orderId: `order-${++this.#ids}`,
      clientOrderId: order.clientOrderId,
      ticker: order.ticker,
      side: order.side,
      outcome: order.side === 'bid' ? 'yes' : 'no',
      status: isResting ? 'resting' : filledE2 === order.countE2 ? 'executed' : 'canceled',
      yesPriceCC: order.yesLimitCC,
      initialE2: order.countE2,
      filledE2,
      remainingE2: isResting ? mostE2 - filledE2 : 0,
      takerCostE6: 0,
      makerCostE6: 0,
      feesE6: 0,
      orderGroupId: order.orderGroupId,
      createdMs: this.#nowMs(),
      updatedMs: this.#nowMs(),
      expiresMs: undefined,
      exchangeIndex: 0,
    };
    if ('purpose' in order) this.placed.push(order as NewOrder);
    this.orders.set(made.orderId, made);
    const parts = Math.max(1, Math.min(fate.parts ?? 1, filledE2 / 100));
    let leftE2 = filledE2;
    for (let part = 1; part <= parts && leftE2 > 0; part++) {
      const countE2 = part === parts ? leftE2 : Math.floor(filledE2 / parts / 100) * 100;
      this.#addFill(made, countE2);
      leftE2 -= countE2;
    }
    if (isResting) this.#send({ kind: 'book', clientOrderId: made.clientOrderId, ticker: made.ticker });
    this.#change(made);
    return { kind: 'told', orderId: made.orderId, status: made.status, filledE2, remainingE2: made.remainingE2 };
  }

  #addFill(order: VenueOrder, countE2: number): void {
    if (countE2 === 0) return;
    const price = this.prices.get(order.ticker) ?? { bidCC: 4_900, askCC: 5_000 };
    const yesPriceCC = order.side === 'bid' ? price.askCC : price.bidCC;
    const feeE6 = countE2 * 100;
    const before = this.nets().get(order.ticker) ?? 0;
    const fill: VenueFill = {
      fillId: `trade-${++this.#ids}`,
      orderId: order.orderId,
      ticker: order.ticker,
      side: order.side,
      outcome: order.outcome,
      yesPriceCC,
      countE2,
      feeE6,
      isTaker: true,
      atMs: this.#nowMs(),
      exchangeIndex: 0,
    };
    this.fills.push(fill);
    this.cashE6 += cashOf(fill, before) - feeE6;
    this.#send({ kind: 'fill', fill });
  }

  #reducibleE2(order: Pick<NewOrder, 'ticker' | 'side'>): number {
    const net = this.nets().get(order.ticker) ?? 0;
    return order.side === 'ask' ? Math.max(0, net) : Math.max(0, -net);
  }

  #change(order: VenueOrder): void {
    this.orders.set(order.orderId, { ...order, updatedMs: this.#nowMs() });
    this.#send({ kind: 'order', order: { ...order } });
    this.#keep();
  }

  #send(frame: Frame): void {
    const copy = structuredClone(frame);
    if (this.isLive) queueMicrotask(() => this.deliver(copy));
    else this.frames.push(copy);
  }

  #keep(): void {
    this.#history.push({
      atMs: this.#nowMs(),
      orders: [...this.orders.values()].map((order) => ({ ...order })),
      fills: this.fills.map((fill) => ({ ...fill })),
      settlements: [...this.settlements],
      cashE6: this.cashE6,
    });
    if (!this.isLagging) this.#shown = this.#history.length - 1;
  }

  #read(): Readable {
    const shown = this.#history[this.#shown];
    if (shown === undefined) throw new PortFailure('TEST_NOTHING_SHOWN');
    return shown;
  }

  /** The truth up to just before the first thing that reads do not show yet. */
  #asOfMs(): number {
    const next = this.#history[this.#shown + 1];
    return next === undefined ? this.#nowMs() : next.atMs - 1;
  }

  #positionsOf({ fills, settlements }: Readable): VenuePosition[] {
    return [...netsOf(fills, settlements)].map(([ticker, netE2]) => ({
      ticker,
      netE2,
      exposureE6: exposureOf(fills.filter((fill) => fill.ticker === ticker)),
      realizedE6: 0,
      feesE6: 0,
      updatedMs: this.#nowMs(),
      exchangeIndex: 0,
    }));
  }

  #balance(): VenueBalance {
    const { cashE6 } = this.#read();
    return { cashE6, portfolioE6: 0, byShard: [{ exchangeIndex: 0, cashE6 }], atMs: this.#nowMs() };
  }
}

function netsOf(fills: readonly VenueFill[], settlements: readonly VenueSettlement[]): Map<string, number> {
  const nets = new Map<string, number>();
  for (const { ticker, side, countE2 } of fills)
    nets.set(ticker, (nets.get(ticker) ?? 0) + (side === 'bid' ? countE2 : -countE2));
  for (const { ticker } of settlements) nets.delete(ticker);
  for (const [ticker, net] of nets) if (net === 0) nets.delete(ticker);
  return nets;
}

/** What the contracts that are still held have cost: those that close take their average with them. */
function exposureOf(fills: readonly VenueFill[]): number {
  let net = 0;
  let cost = 0;
  for (const { side, yesPriceCC, countE2 } of fills) {
    const sign = side === 'bid' ? 1 : -1;
    const closed = Math.sign(net) === -sign ? Math.min(countE2, Math.abs(net)) : 0;
    if (closed > 0) cost -= (cost * closed) / Math.abs(net);
    cost += (countE2 - closed) * (side === 'bid' ? yesPriceCC : 10_000 - yesPriceCC);
    net += sign * countE2;
  }
  return Math.round(cost);
}

/** What a fill moves: contracts that close a pair bring their dollar back. */
function cashOf({ side, yesPriceCC, countE2 }: VenueFill, netBefore: number): number {
  const price = side === 'bid' ? yesPriceCC : 10_000 - yesPriceCC;
  const pairs = side === 'bid' ? Math.min(countE2, Math.max(0, -netBefore)) : Math.min(countE2, Math.max(0, netBefore));
  return pairs * 10_000 - price * countE2;
}

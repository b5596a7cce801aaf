/**
 * A storm over one account: every call on a port is held and let through in any order, with faults; frames are dropped, doubled and
 * reordered; orders arrive late; reads lag; somebody trades by hand; and the program dies at any of those calls and starts again. One
 * seed is one storm. When it has blown over, everything must add up.
 */
import assert from 'node:assert/strict';
import type { NewOrder } from '../../lib/trading/ports/venue.ts';
import { BOS, EVENT, LAL, type Life, OTHER_RULE, PERSON, RULE, Stage } from './stage.ts';
import type { Fate } from './stage-exchange.ts';
import { type HeldCall, HoldingGate, PortFailure } from './stage-gate.ts';
import { settled } from './stage-time.ts';

const RULES = [RULE, OTHER_RULE] as const;
const TICKERS = [LAL, BOS] as const;
/** Later an order fails the exchange's check of its timestamp. */
const TOO_LATE_MS = 30_000;

const WIDE = {
  consecutiveLosses: 100_000,
  dailyLossE6: 1e15,
  dailyLossShareE2: 1e6,
  exposureTotalE6: 1e15,
  openPositions: 1_000,
};

export interface StormFigures {
  calls: number;
  crashes: number;
  orders: number;
  filled: number;
  faults: number;
}

export class Storm {
  readonly stage: Stage;
  readonly figures: StormFigures = { calls: 0, crashes: 0, orders: 0, filled: 0, faults: 0 };
  readonly #random: () => number;
  /** Orders on their way, and when (wall time) each arrives; undefined: never. */
  readonly #air: { order: NewOrder; landsMs: number }[] = [];
  #life: Life;
  #gate: HoldingGate;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
    // In every other storm no limit is met, so that it goes on; in the rest the breaker trips where it must.
    this.stage = new Stage(seed % 2 === 0 ? {} : { limits: WIDE });
    this.stage.exchange.isLive = false;
    this.#gate = new HoldingGate();
    this.#life = this.#bear();
  }

  async blow(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.#act();
      await settled();
    }
    await this.#calm();
  }

  /** What must be true when nothing is on its way any more. */
  async check(): Promise<void> {
    const { stage } = this;
    const { database, exchange } = stage;
    const { account } = this.#life;
    this.#checkState();
    assert.deepEqual(account.trips(), database.breaker.trips);
    assert.deepEqual(account.ordersUnderWay(), [], 'nothing is left open');
    for (const { order } of database.orders.values()) {
      assert.ok(order.isSettled, `${order.clientOrderId} is settled: ${order.life.state}`);
      assert.ok(order.isReported, `${order.clientOrderId} was told`);
      assert.deepEqual(order.life.contradictions, [], `${order.clientOrderId} was never believed what it was not`);
      assert.ok(
        stage.reports.some((report) => report.clientOrderId === order.clientOrderId && report.outcome !== 'unresolved'),
        `the flow heard what became of ${order.clientOrderId}`,
      );
    }
    const causes = [...database.orders.values()].map(({ order }) => JSON.stringify(order.signal.cause));
    assert.equal(new Set(causes).size, causes.length, 'no two orders of one cause');
    const sent = [...exchange.orders.values()].filter((order) => order.clientOrderId.startsWith('cs1.'));
    assert.equal(new Set(sent.map((order) => order.clientOrderId)).size, sent.length);
    for (const order of sent)
      assert.ok(database.orders.has(order.clientOrderId), `${order.clientOrderId} was remembered before it was sent`);
    for (const order of sent) {
      const remembered = stage.stored(order.clientOrderId).life;
      assert.deepEqual([remembered.filledE2, remembered.orderId], [order.filledE2, order.orderId], order.clientOrderId);
    }
    this.#checkBooks();
    this.#checkCaps();
    assert.equal(account.money().balanceE6, exchange.cashE6, 'the balance is the exchange’s');
    assert.equal(stage.underWay, 0, 'everything is at rest');
    const before = account.lots({});
    const entries = RULES.map((rule) => account.tally(rule, EVENT));
    await this.#rebirth();
    assert.deepEqual(sorted(this.#life.account.lots({})), sorted(before), 'the memory holds what the account held');
    assert.deepEqual(
      RULES.map((rule) => this.#life.account.tally(rule, EVENT)),
      entries,
    );
  }

  #checkBooks(): void {
    const { database, exchange } = this.stage;
    const booked = [...database.ledgers.values()].flatMap((ledger) =>
      ledger.fills.map((fill) => `${fill.orderId}|${fill.tradeId}`),
    );
    const traded = exchange.fills.map((fill) => `${fill.orderId}|${fill.fillId}`);
    assert.deepEqual(booked.toSorted(), traded.toSorted(), 'every fill is booked, and once');
    for (const ticker of TICKERS) {
      const lots = this.#life.account.lots({ ticker });
      const heldE2 = lots.reduce((total, lot) => total + (lot.outcome === 'yes' ? lot.countE2 : -lot.countE2), 0);
      assert.equal(heldE2, exchange.nets().get(ticker) ?? 0, `position in ${ticker}`);
    }
    const byOrder = new Map([...exchange.orders.values()].map((order) => [order.orderId, order.clientOrderId]));
    for (const { ruleId, fills } of database.ledgers.values()) {
      for (const fill of fills) {
        const owner = database.orders.get(byOrder.get(fill.orderId) ?? '')?.order.signal.cause.ruleId ?? 'foreign';
        assert.equal(ruleId, owner, `fill ${fill.tradeId} is booked where it belongs`);
      }
    }
  }

  #checkCaps(): void {
    for (const rule of RULES)
      assert.ok(this.stage.database.entriesInGame(rule, EVENT) <= 2, 'at most two entries per game and rule');
  }

  #act(): void {
    const chance = this.#random();
    if (chance < 0.6) this.#progress();
    else if (chance < 0.74) this.#frame();
    else if (chance < 0.83) this.#tick(this.#random() < 0.3 ? 10_000 : 1_000);
    else if (chance < 0.95) this.#decide();
    else if (chance < 0.99) this.#world();
    else this.#crash();
  }

  /** One call goes a step on: it happens, or its answer arrives; or neither. */
  #progress(): void {
    const held = this.#pick(this.#gate.held);
    if (held === undefined) return;
    this.figures.calls += 1;
    if (held.isDone) {
      const isLost = this.#random() < 0.03 && mayFail(held.call);
      if (isLost) this.figures.faults += 1;
      held.answer(isLost ? failureFor(held.call) : undefined);
      return;
    }
    if (this.#random() < 0.05 && mayFail(held.call)) {
      this.figures.faults += 1;
      held.answer(failureFor(held.call));
      return;
    }
    if (held.call === 'venue.place') this.stage.exchange.fates.push(this.#fate());
    held.happen();
    this.stage.exchange.fates.length = 0;
    this.#noteAir();
  }

  #fate(): Fate {
    const chance = this.#random();
    const some = { fillE2: Math.floor(this.#random() * 11) * 100, parts: 1 + Math.floor(this.#random() * 3) };
    if (chance < 0.45) return { parts: some.parts };
    if (chance < 0.6) return some;
    if (chance < 0.68) return { refuse: { code: 'KALSHI_REFUSED', reason: 'not now' } };
    if (chance < 0.74) return { isLost: true };
    if (chance < 0.84) return { ...some, isAnswerLost: true };
    if (chance < 0.92) return { isLate: true };
    return { ...some, rests: true };
  }

  #frame(): void {
    const { frames } = this.stage.exchange;
    const frame = this.#pick(frames);
    if (frame === undefined) return;
    const chance = this.#random();
    if (chance < 0.85) frames.splice(frames.indexOf(frame), 1);
    if (chance < 0.7 || chance >= 0.85) this.stage.exchange.deliver(frame);
  }

  /** To the next timer, at most so far; what lands on the way lands in time. */
  #tick(mostMs: number): void {
    const { time } = this.stage;
    const untilLandedMs = this.#air.map(({ landsMs }) => Math.max(0, landsMs - time.wallMs()));
    time.step(Math.min(mostMs, ...untilLandedMs));
    for (const one of this.#air.filter(({ landsMs }) => landsMs <= time.wallMs())) this.#land(one);
  }

  #decide(): void {
    const { account } = this.#life;
    const ruleId = this.#pick(RULES) ?? RULE;
    const ticker = this.#pick(TICKERS) ?? LAL;
    const chance = this.#random();
    if (chance < 0.04) {
      void account.closeAll(PERSON);
      return;
    }
    const lot = this.#pick(account.lots({}));
    const caps = { maxEntriesPerGame: 2, maxTotalPositions: 5, averagingDown: true };
    const patienceMs = this.#random() < 0.5 ? 2_000 : 20_000;
    const wish =
      chance < 0.5 || lot === undefined
        ? this.stage.entry({ ruleId, ticker, entryCaps: caps, patienceMs, maxPriceMoveCC: undefined })
        : this.stage.exit({ ruleId: lot.ruleId, ticker: lot.ticker, countE2: lot.countE2, patienceMs });
    const signal = account.raise(wish);
    if (signal !== undefined && this.#random() < 0.9) void account.submit(signal, { node: 'order-node' });
    if (signal !== undefined && this.#random() < 0.1) void account.submit(signal, { node: 'order-node' });
  }

  #world(): void {
    const { exchange } = this.stage;
    const chance = this.#random();
    if (chance < 0.35) exchange.lag();
    else if (chance < 0.5) exchange.catchUp();
    else if (chance < 0.65) {
      exchange.byHand({ ticker: this.#pick(TICKERS) ?? LAL, side: this.#random() < 0.5 ? 'bid' : 'ask', countE2: 200 });
    } else {
      const resting = this.#pick([...exchange.orders.values()].filter((order) => order.status === 'resting'));
      if (resting !== undefined) exchange.fillResting(resting.orderId, 300);
    }
  }

  /** The program ends. What it had asked for may still happen, and nobody hears of it. */
  #crash(): void {
    this.figures.crashes += 1;
    const dead = this.#gate.held.splice(0);
    this.#gate.isShut = true;
    this.#life.kill();
    for (const held of dead) this.#outlive(held);
    this.#gate = new HoldingGate();
    this.#life = this.#bear();
  }

  #outlive(held: HeldCall): void {
    if (held.isDone || this.#random() < 0.5) return;
    if (held.call === 'venue.place') this.#hold(held.subject as NewOrder);
    else held.happen();
  }

  #land(one: { order: NewOrder; landsMs: number }): void {
    this.#air.splice(this.#air.indexOf(one), 1);
    this.stage.exchange.fates.push({ fillE2: Math.floor(this.#random() * 11) * 100 });
    this.stage.exchange.arrive(one.order);
    this.stage.exchange.fates.length = 0;
  }

  #noteAir(): void {
    for (const order of this.stage.exchange.inTheAir.splice(0)) this.#hold(order);
  }

  #hold(order: NewOrder): void {
    if (this.#random() < 0.3) return;
    this.#air.push({ order, landsMs: this.stage.time.wallMs() + Math.floor(this.#random() * TOO_LATE_MS) });
  }

  /** No more faults: everything that waits goes on, and time passes until nothing waits any more. */
  async #calm(): Promise<void> {
    const { stage } = this;
    const isHeard = this.#random() < 0.5;
    for (const frame of stage.exchange.frames.splice(0)) if (isHeard) stage.exchange.deliver(frame);
    const startMs = stage.time.wallMs();
    for (const endMs = startMs + 700_000; stage.time.wallMs() < endMs; ) {
      await this.#letGo();
      this.#tick(endMs - stage.time.wallMs());
      if (stage.time.wallMs() < startMs + 50_000) continue;
      stage.exchange.catchUp();
      stage.exchange.isLive = true;
    }
    await this.#letGo();
    this.figures.orders = stage.database.orders.size;
    this.figures.filled = [...stage.database.orders.values()].filter(({ order }) => order.life.filledE2 > 0).length;
  }

  async #letGo(): Promise<void> {
    await settled();
    while (this.#gate.held.length > 0) {
      for (const held of this.#gate.held.slice()) {
        if (!held.isDone) held.happen();
        held.answer();
      }
      await settled();
    }
  }

  async #rebirth(): Promise<void> {
    this.#gate.isShut = true;
    this.#life.kill();
    this.#gate = new HoldingGate();
    this.#life = this.#bear();
    await this.#letGo();
    this.#checkState();
  }

  #checkState(): void {
    const { status, code, reason } = this.#life.account.state();
    assert.ok(status === 'armed' || code === 'BREAKER_OPEN', `${status}: ${reason}`);
  }

  #bear(): Life {
    const life = this.stage.born({ gate: this.#gate });
    void life.account.start();
    return life;
  }

  #pick<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#random() * of.length)];
  }
}

/** A failure that says nothing about what happened. Calls that answer with data do not fail. */
function failureFor(call: string): PortFailure {
  return call.startsWith('venue.')
    ? new PortFailure('KALSHI_TIMEOUT', `no answer to ${call}`)
    : new PortFailure('STORE_UNAVAILABLE', `no answer to ${call}`);
}

function mayFail(call: string): boolean {
  return call !== 'venue.place' && call !== 'venue.cancel';
}

function sorted<T>(of: readonly T[]): T[] {
  return of.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Small and good enough: the same seed is the same storm. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

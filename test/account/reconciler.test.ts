import assert from 'node:assert/strict';
import type { AccountBooks } from '../../lib/account/account-books.ts';
import type { OrderOwner } from '../../lib/account/order-id.ts';
import { createReconciler } from '../../lib/account/reconciler.ts';
import type { Signal } from '../../lib/trading/cause.ts';
import { isSettledOrder } from '../../lib/trading/order-life.ts';
import { entryWish } from '../../lib/trading/order-wish.ts';
import type { OrphanRow, StoredLedger, StoredOrder } from '../../lib/trading/ports/memory.ts';
import type { VenueBalance, VenueFill, VenueOrder, VenueReads, VenueSettlement } from '../../lib/trading/ports/venue.ts';
import { holdingsOf, netE2 } from '../../lib/trading/position.ts';
import type { RememberedOrder } from '../../lib/trading/reconcile-steps.ts';
import { BriskClock } from '../kalshi/clock.ts';
import {
  ALL,
  type Deal,
  dealOf,
  type Kept,
  MARKET,
  PaperMemory,
  positionsOf,
  RULE_A,
  RULE_B,
  settlementOf,
  venueFillsOf,
  venueOrderOf,
} from '../trading/reconcile-stage.ts';
import { NOW_MS } from '../trading/stage.ts';

const LATER = NOW_MS + 60_000;
const BALANCE: VenueBalance = { cashE6: 100_000_000, portfolioE6: 0, byShard: [], atMs: NOW_MS };

/** Answers as the exchange would: each list from its beginning only, everything as of a moment. */
class PaperVenue implements VenueReads {
  deals: Deal[];
  settled: VenueSettlement[] = [];
  nowMs = LATER;
  /** How many asks for the age of the answers find them an hour old, and what is off in a position, reading by reading. */
  staleFor = 0;
  offE2: number[] = [];
  asked: string[] = [];
  failing: { call: string; error: Error } | undefined;
  /** An order that no list shows. */
  hidden: string | undefined;

  constructor(deals: readonly Deal[]) {
    this.deals = [...deals];
  }

  async userDataMs() {
    this.#ask('userDataMs');
    this.staleFor -= 1;
    return this.staleFor >= 0 ? this.nowMs - 3_600_000 : this.nowMs;
  }

  async positions() {
    this.#ask('positions');
    const off = this.offE2.shift() ?? 0;
    return positionsOf(this.deals.flatMap(venueFillsOf), this.settled).map((one) => ({ ...one, netE2: one.netE2 + off }));
  }

  async balance() {
    this.#ask('balance');
    return BALANCE;
  }

  async resting() {
    this.#ask('resting');
    return this.#orders().filter(({ status }) => status === 'resting');
  }

  async ordersSince(sinceMs: number) {
    this.#ask(`ordersSince ${sinceMs}`);
    return this.#orders().filter(({ createdMs = 0 }) => createdMs >= sinceMs);
  }

  async ordersOf(ticker: string) {
    this.#ask(`ordersOf ${ticker}`);
    return this.#orders().filter((one) => one.ticker === ticker);
  }

  async order(orderId: string) {
    this.#ask(`order ${orderId}`);
    return this.#orders().find((one) => one.orderId === orderId);
  }

  async fillsSince(sinceMs: number) {
    this.#ask(`fillsSince ${sinceMs}`);
    return this.deals.flatMap(venueFillsOf).filter(({ atMs = 0 }) => atMs >= sinceMs);
  }

  async fillsOf(ticker: string) {
    this.#ask(`fillsOf ${ticker}`);
    return this.deals.flatMap(venueFillsOf).filter((one) => one.ticker === ticker);
  }

  async settlementsSince(sinceMs: number) {
    this.#ask(`settlementsSince ${sinceMs}`);
    return this.settled.filter(({ atMs }) => atMs >= sinceMs);
  }

  #orders(): VenueOrder[] {
    return this.deals.map(venueOrderOf).filter(({ orderId }) => orderId !== this.hidden);
  }

  #ask(call: string): void {
    this.asked.push(call);
    if (this.failing !== undefined && call.startsWith(this.failing.call)) throw this.failing.error;
  }
}

/** Books over a paper memory that tell of open things only, as an account's do. */
class PaperBooks implements AccountBooks {
  readonly accountId = 'account';
  readonly environment = 'practice';
  readonly clock = { nowMs: () => LATER, after: () => () => {} };
  readonly venue: PaperVenue;
  readonly memory = new PaperMemory();
  readonly taken: string[] = [];
  failure: Error | undefined;
  #told = new Map<string, VenueOrder>();
  #unread = new Set<string>();

  constructor(venue: PaperVenue, kept: readonly Kept[] = []) {
    this.venue = venue;
    venue.deals.forEach((deal, index) => this.memory.keep(deal, index, kept[index] ?? ALL));
  }

  /** What is settled is not read again by a new process. */
  restart(): void {
    const settled = this.memory.ledgers.filter(({ settlement }) => settlement !== undefined);
    this.#unread = new Set(settled.map(({ ruleId, ticker }) => `${ruleId}|${ticker}`));
  }

  orders(): StoredOrder[] {
    return this.memory.orders.map(storedOf).filter((order) => !order.isSettled);
  }

  async recall(clientOrderId: string): Promise<StoredOrder | undefined> {
    return this.memory.orders.map(storedOf).find((order) => order.clientOrderId === clientOrderId);
  }

  ledgers(): StoredLedger[] {
    const unread = this.#unread;
    const read = this.memory.ledgers.filter(({ ruleId, ticker }) => !unread.has(`${ruleId}|${ticker}`));
    return read.map((ledger) => ({ ...ledger, eventTicker: 'GAME' }));
  }

  nets(): Map<string, number> {
    return new Map();
  }

  strays(): VenueFill[] {
    return [];
  }

  ownerOf(order: Pick<VenueOrder, 'clientOrderId' | 'ticker'>): OrderOwner {
    const owner = this.memory.ownerOf(order);
    if (owner === undefined) return { kind: 'foreign' };
    return { kind: 'rule', cause: { ...owner, accountId: this.accountId, ticker: order.ticker, round: 0, attempt: 0 } };
  }

  async takeOrder(order: VenueOrder): Promise<void> {
    this.#take(`order ${order.orderId}`);
    this.#told.set(order.orderId, order);
    this.memory.apply({ kind: 'order', clientOrderId: order.clientOrderId, order });
  }

  async takeFill(fill: VenueFill): Promise<void> {
    this.#take(`fill ${fill.fillId}`);
    this.memory.apply({ kind: 'fill', ruleId: '', fill, order: this.#told.get(fill.orderId) });
  }

  async takeSettlement(settlement: VenueSettlement): Promise<boolean> {
    this.#take(`settlement ${settlement.ticker}`);
    this.memory.apply({ kind: 'settle', settlement });
    return true;
  }

  async closeGhost(clientOrderId: string, reason: string): Promise<void> {
    this.#take(`ghost ${clientOrderId}`);
    this.memory.apply({ kind: 'end', clientOrderId, reason, atMs: LATER });
  }

  async noteOrphan(orphan: OrphanRow): Promise<void> {
    this.#take(`orphan ${orphan.id} ${orphan.action ?? 'open'}`);
    this.memory.apply({ kind: 'hold', orphan });
  }

  async openOrphans(): Promise<OrphanRow[]> {
    return this.memory.orphans.filter(({ resolvedMs }) => resolvedMs === undefined);
  }

  held(ruleId: string): number {
    return netE2(holdingsOf(this.memory.ledger(ruleId)));
  }

  #take(what: string): void {
    if (this.failure !== undefined) throw this.failure;
    this.taken.push(what);
  }
}

function storedOf({ clientOrderId, ruleId, leg, ticker, life }: RememberedOrder): StoredOrder {
  const signal: Signal = {
    cause: { accountId: 'account', ruleId, ticker, round: 0, leg, attempt: 0 },
    eventTicker: 'GAME',
    wish: entryWish({ ticker, outcome: 'yes', askCC: 4_500, limitCC: 4_600, countE2: life.countE2 }),
    exitReason: undefined,
    reason: '',
    notes: [],
    numbers: {},
    entryCaps: undefined,
    maxPriceMoveCC: undefined,
    patienceMs: 60_000,
    actor: { kind: 'program' },
    atMs: NOW_MS,
  };
  return {
    clientOrderId,
    signal,
    lockKey: '',
    life,
    isSettled: isSettledOrder(life),
    orderGroupId: undefined,
    sentWallMs: undefined,
    envelope: undefined,
    isReported: true,
  };
}

const NOTHING: Kept = { order: undefined, fills: () => false };

function run(books: AccountBooks, wall = new BriskClock(1_000)) {
  return createReconciler({ wall })(books, 'start');
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('the reconciler', () => {
  it('agrees after one reading where nothing is to be done', async () => {
    const venue = new PaperVenue([dealOf()]);
    const result = await run(new PaperBooks(venue));
    assert.deepEqual(result, { agreed: true, cause: 'start', atMs: LATER, findings: [], repairs: [], failure: undefined });
    assert.equal(venue.asked.filter((call) => call === 'positions').length, 1);
  });

  it('repairs, reads again, and says what it did', async () => {
    const exit = dealOf({ leg: 'exit', side: 'ask', countE2: 400, createdMs: NOW_MS + 1_000 });
    const venue = new PaperVenue([dealOf(), exit]);
    const books = new PaperBooks(venue, [ALL, NOTHING]);
    const result = await run(books);
    assert.equal(result.agreed, true);
    assert.deepEqual(result.repairs, [
      'The order o-1 was missing here: adopted for the rule that its id names.',
      `The fill in GAME-A, 4 YES sold at 45.0c, was missing here: booked to rule ${RULE_A}.`,
    ]);
    assert.deepEqual(books.taken, ['orphan order|o-1 ADOPTED', 'order o-1', 'fill t-1-0']);
    assert.equal(books.held(RULE_A), 600);
    assert.equal(venue.asked.filter((call) => call === 'positions').length, 2);
    assert.deepEqual((await run(books)).repairs, []);
  });

  it('brings orders up to date, books settlements, and ends what is settled away', async () => {
    const gone = dealOf({ status: 'resting', fills: [{ yesPriceCC: 4_500, countE2: 300, feeE6: 0, atMs: NOW_MS + 10 }] });
    const venue = new PaperVenue([dealOf({ ruleId: RULE_B }), gone]);
    const books = new PaperBooks(venue, [
      { order: 'acknowledged', fills: () => true },
      { order: 'acknowledged', fills: () => true },
    ]);
    venue.settled = [settlementOf(10_000, { atMs: LATER - 1_000 })];
    venue.hidden = 'o-1';
    const result = await run(books);
    assert.equal(result.agreed, true);
    assert.deepEqual(books.taken, [
      'order o-0',
      'order o-0',
      'fill t-0-0',
      'fill t-1-0',
      'settlement GAME-A',
      `ghost ${venueOrderOf(gone, 1).clientOrderId}`,
    ]);
    assert.deepEqual(
      books.memory.orders.map(({ life }) => life.state),
      ['filled', 'canceled'],
    );
  });

  it('asks for the past from the oldest open thing on, or three days back, or from the last agreement', async () => {
    const DAYS = 72 * 3_600_000;
    const flat = new PaperBooks(new PaperVenue([]));
    const reconcile = createReconciler({ wall: new BriskClock(1_000) });
    await reconcile(flat, 'start');
    assert.ok(flat.venue.asked.includes(`ordersSince ${LATER - DAYS - 600_000}`));
    await reconcile(flat, 'schedule');
    assert.ok(flat.venue.asked.includes(`ordersSince ${LATER - 600_000}`));
    for (const kept of [ALL, { order: 'sent', fills: () => false } as const]) {
      const old = new PaperBooks(new PaperVenue([dealOf({ createdMs: LATER - 2 * DAYS })]), [kept]);
      await reconcile(old, 'schedule');
      const begunMs = LATER - 2 * DAYS + (kept === ALL ? 10 : 0);
      assert.ok(old.venue.asked.includes(`settlementsSince ${begunMs - 600_000}`), old.venue.asked.join(', '));
    }
  });

  it('finds the owner of a fill whose order is older than what it read', async () => {
    const createdMs = LATER - 100 * 3_600_000;
    const old = dealOf({ ruleId: RULE_B, createdMs, fills: [{ yesPriceCC: 4_500, countE2: 1_000, feeE6: 0, atMs: LATER }] });
    const venue = new PaperVenue([dealOf({ countE2: 100 }), old]);
    const books = new PaperBooks(venue, [ALL, NOTHING]);
    const result = await run(books);
    assert.deepEqual([result.agreed, books.held(RULE_B)], [true, 1_000]);
    assert.equal(venue.asked.filter((call) => call === 'order o-1').length, 1);
  });

  it('reads the whole past of a market before it calls anything a difference', async () => {
    const venue = new PaperVenue([dealOf({ createdMs: LATER - 100 * 3_600_000 })]);
    const books = new PaperBooks(venue, [NOTHING]);
    const result = await run(books);
    assert.deepEqual([result.agreed, result.findings, books.held(RULE_A)], [true, [], 1_000]);
    assert.ok(venue.asked.includes(`fillsOf ${MARKET}`));
  });

  it('reads the whole past of a market that it has not heard of, so that it books no half of a round trip', async () => {
    const bought = dealOf({ createdMs: LATER - 100 * 3_600_000 });
    const sold = dealOf({ leg: 'exit', side: 'ask', createdMs: LATER - 1_000 });
    const books = new PaperBooks(new PaperVenue([bought, sold]), [NOTHING, NOTHING]);
    const result = await run(books);
    assert.deepEqual([result.agreed, books.held(RULE_A), books.memory.ledger(RULE_A).fills.length], [true, 0, 2]);
  });

  it('books nothing twice in markets that were settled before it began', async () => {
    const venue = new PaperVenue([dealOf()]);
    venue.settled = [settlementOf(10_000, { atMs: LATER - 1_000 })];
    const books = new PaperBooks(venue);
    for (const settlement of venue.settled) books.memory.settle(RULE_A, settlement);
    books.restart();
    const result = await run(books);
    assert.deepEqual([result.agreed, books.taken], [true, []]);
  });

  it('puts a difference before a person once two readings show it, and drops it when it is gone', async () => {
    const venue = new PaperVenue([dealOf()]);
    venue.offE2 = [500, 500, 500];
    const books = new PaperBooks(venue);
    const result = await run(books);
    assert.equal(result.agreed, false);
    assert.deepEqual(result.findings, ['GAME-A: the exchange holds 15 YES, all known fills come to 10 YES.']);
    assert.deepEqual(books.taken, ['orphan difference|GAME-A|500 open']);
    venue.offE2 = [500, 500];
    const again = await run(books);
    assert.deepEqual([again.agreed, again.repairs], [false, []]);
    const gone = await run(books);
    assert.deepEqual(gone.repairs, ['The difference in GAME-A is gone and waits for nobody any more.']);
    assert.equal(gone.agreed, true);
  });

  it('puts nothing before a person that only one reading has shown', async () => {
    const venue = new PaperVenue([dealOf()]);
    venue.offE2 = [500];
    const books = new PaperBooks(venue);
    const result = await run(books);
    assert.deepEqual([result.agreed, result.findings, books.taken], [true, [], []]);
  });

  it('waits until answers are as young as the run', async () => {
    const venue = new PaperVenue([dealOf()]);
    venue.staleFor = 3;
    const wall = new BriskClock(1_000);
    assert.equal((await run(new PaperBooks(venue), wall)).agreed, true);
    assert.equal(wall.pauses.length, 3);
    assert.equal(wall.timers, 0);
  });

  it('fails where they do not become so', async () => {
    const venue = new PaperVenue([]);
    venue.staleFor = 1_000;
    const result = await run(new PaperBooks(venue));
    assert.deepEqual([result.agreed, result.failure?.code], [false, 'RECONCILE_STALE']);
    assert.match(result.failure?.message ?? '', /lag 3598\.0 s behind/);
    assert.ok(!venue.asked.includes('positions'));
  });

  it('fails, and does not agree, where any read fails', async () => {
    const calls = [
      'userData',
      'positions',
      'resting',
      'ordersSince',
      'fillsSince',
      'settlements',
      'ordersOf',
      'fillsOf',
      'order ',
    ];
    for (const call of calls) {
      const createdMs = LATER - 100 * 3_600_000;
      const fills = [{ yesPriceCC: 1, countE2: 1_000, feeE6: 0, atMs: LATER }];
      const lost = dealOf({ ticker: call === 'order ' ? MARKET : 'GAME-B', createdMs, fills });
      const venue = new PaperVenue([dealOf({ countE2: 100 }), lost]);
      venue.failing = { call, error: failure('KALSHI_UNREACHABLE', 'Kalshi could not be reached.') };
      const books = new PaperBooks(venue, [ALL, NOTHING]);
      const result = await run(books);
      assert.deepEqual(
        [result.agreed, result.failure, books.taken],
        [false, { code: 'KALSHI_UNREACHABLE', message: 'Kalshi could not be reached.' }, []],
        call,
      );
    }
  });

  it('fails where a repair cannot be remembered, and where something breaks', async () => {
    const books = new PaperBooks(new PaperVenue([dealOf()]), [NOTHING]);
    books.failure = failure('STORE_FULL', 'The disk is full.');
    assert.equal((await run(books)).failure?.code, 'STORE_FULL');
    books.failure = new TypeError('odd');
    assert.deepEqual((await run(books)).failure, { code: 'RECONCILE_FAILED', message: 'odd' });
  });
});

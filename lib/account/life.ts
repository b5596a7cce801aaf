/** The life of an account: loaded, connected, compared with the exchange, armed; looked after at intervals; closed. */
import type { MarketStatus } from '../trading/market.ts';
import type { Attribution } from './attribution.ts';
import { backoffMs } from './backoff.ts';
import { type Comparison, whyNotAgreed } from './comparison.ts';
import type { FeedView, MarketUpdate, ReconcileRun } from './contract.ts';
import { newDay } from './day.ts';
import type { EventOrders } from './event-orders.ts';
import { type Ground, underWay } from './ground.ts';
import type { Guard } from './guard.ts';
import { bookOf } from './ledger-change.ts';
import type { News } from './news.ts';
import type { OrderGroups } from './order-groups.ts';
import type { Purse } from './purse.ts';
import { failureOf, type Refusal } from './refusals.ts';
import type { RuleStates } from './rule-states.ts';
import type { Settlements } from './settlements.ts';
import { isRefusal, type Standing } from './status.ts';
import type { OrdersUnderWay } from './under-way.ts';

const LOOK_EVERY_MS = 30_000;
const RECONCILE_EVERY_MS = 300_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const ENDED: ReadonlySet<MarketStatus> = new Set(['determined', 'finalized']);

export interface LifeParts {
  ground: Ground;
  news: News;
  attribution: Attribution;
  orders: OrdersUnderWay;
  events: EventOrders;
  settlements: Settlements;
  comparison: Comparison;
  guard: Guard;
  purse: Purse;
  groups: OrderGroups;
  ruleStates: RuleStates;
  /** Resolves when every order that is on its way has been answered. */
  answered: () => Promise<void>;
  snapshot: () => void;
  changed: () => void;
}

export class Life {
  readonly #parts: LifeParts;
  readonly #timers = new Set<() => void>();
  #isLoaded = false;
  #isConnected = false;
  #isArmed = false;
  #isClosed = false;
  #isLooking = false;
  #wasHealthy = true;
  #tries = 0;
  #refusal: Refusal | undefined;
  #failure: Refusal | undefined;
  #trying: Promise<void> = Promise.resolve();
  /** Orders of a predecessor that nobody has taken over yet. */
  #left: string[] = [];
  #feed: FeedView | undefined;
  #leaveFeed: () => void = () => {};
  #leaveVenue: () => void = () => {};

  constructor(parts: LifeParts) {
    this.#parts = parts;
  }

  /** Resolves when the first try is over; later ones follow by themselves. */
  start(): Promise<void> {
    this.#timers.add(this.#parts.ground.memory.onHealth(() => this.#parts.changed()));
    this.#trying = underWay(this.#parts.ground, () => this.#try());
    return this.#trying;
  }

  /** Compares once more, lets what is on its way arrive, and leaves. What is not settled is taken over by the next start. */
  async stop(): Promise<void> {
    const { ground, orders, attribution, settlements, comparison } = this.#parts;
    if (this.#isClosed) return;
    const isHealthy = this.#isArmed && ground.venue.health().isHealthy;
    this.#isClosed = true;
    this.#parts.changed();
    await this.#trying;
    // An intent whose commit was under way becomes an order with it, and its answer is news.
    await ground.pen.idle();
    await this.#parts.answered();
    await ground.pen.idle();
    comparison.close();
    if (isHealthy) await comparison.run('shutdown');
    for (const callOff of this.#timers) callOff();
    this.#leaveFeed();
    this.#leaveVenue();
    settlements.close();
    attribution.close();
    orders.close();
    await ground.pen.idle();
    await ground.notes.idle();
    ground.pen.stop();
    ground.notes.stop();
    if (this.#isLoaded) await ground.venue.close();
  }

  standing(): Omit<Standing, 'entriesEnabled'> {
    return {
      isClosed: this.#isClosed,
      refusal: this.#refusal,
      failure: this.#failure,
      isConnected: this.#isConnected,
      isArmed: this.#isArmed,
      blocks: this.#isArmed ? this.#blocks() : [],
      trips: this.#parts.guard.trips(),
    };
  }

  lastRun(): ReconcileRun | undefined {
    return this.#parts.comparison.last();
  }

  /** A person's wish. Before the memory is read and the exchange has let us in there is nothing to compare. */
  reconcile(): Promise<ReconcileRun> {
    const { ground, comparison } = this.#parts;
    if (this.#isConnected && !this.#isClosed) return comparison.untilAgreed('request');
    const failure = refusalAsFailure(this.#refusal ?? this.#failure);
    return Promise.resolve({ agreed: false, cause: 'request', atMs: ground.clock.nowMs(), findings: [], repairs: [], failure });
  }

  async #try(): Promise<void> {
    if (this.#isClosed) return;
    const { ground, comparison } = this.#parts;
    try {
      await this.#connect();
      this.#refusal = undefined;
      this.#failure = undefined;
      this.#isArmed = !this.#isClosed;
      this.#tries = 0;
      this.#keepLooking();
      // The connection was lost while the comparison ran: what was missed is asked for now, or as soon as it is back.
      if (comparison.isDue() && ground.venue.health().isHealthy) void comparison.untilAgreed('reconnect');
    } catch (error) {
      const { code, message } = failureOf(error);
      const why = { code, reason: message };
      this.#refusal = isRefusal(code) ? why : undefined;
      this.#failure = isRefusal(code) ? undefined : why;
      this.#afterWall(backoffMs(this.#tries++, FIRST_RETRY_MS, LONGEST_RETRY_MS), () => (this.#trying = this.#try()));
    }
    this.#parts.changed();
  }

  async #connect(): Promise<void> {
    const { ground, purse, orders, comparison } = this.#parts;
    if (!this.#isLoaded) await this.#load();
    this.#joinFeed();
    if (!this.#isConnected) {
      this.#joinVenue();
      await ground.venue.open();
      this.#isConnected = true;
      this.#parts.changed();
    }
    await purse.read();
    const why = 'the program ended while it was on its way';
    // Once each, however often the start is tried.
    for (let id = this.#left.shift(); id !== undefined; id = this.#left.shift()) {
      const order = ground.books.order(id);
      if (order === undefined || orders.track(id) !== undefined) continue;
      await orders.revive(order, why);
      orders.advance(id);
    }
    const disagreement = whyNotAgreed(await comparison.run('start'));
    if (disagreement !== undefined) throw new NotArmed(disagreement);
  }

  async #load(): Promise<void> {
    const { ground, events, groups, ruleStates, guard } = this.#parts;
    const { memory, accountId, books, clock } = ground;
    const states = await memory.rules.ruleStates(accountId);
    const ledgers = await memory.books.openLedgers(accountId);
    const open = await memory.orders.open(accountId);
    const day = newDay(clock.nowMs());
    const today = await memory.books.resultSince(accountId, day.sinceMs);
    const ever = await memory.books.resultSince(accountId, 0);
    for (const order of open) books.putOrder(order);
    const listed =
      ground
        .feed()
        ?.games()
        .map((game) => game.eventTicker) ?? [];
    await events.load([
      ...ledgers.map((ledger) => ledger.eventTicker),
      ...open.map((order) => order.signal.eventTicker),
      ...listed,
    ]);
    for (const ledger of ledgers) books.loadBook(bookOf(ledger));
    const { netE6, feesE6, wins, losses } = today;
    books.loadResults({ ...day, netE6, feesE6, wins, losses }, ever.netE6);
    await guard.load();
    ruleStates.load(states);
    groups.load(books.orders());
    this.#left = books
      .orders()
      .filter((order) => !order.isSettled || !order.isReported)
      .map((order) => order.clientOrderId);
    for (const trip of guard.trips()) guard.alert('trip', trip, accountId);
    this.#isLoaded = true;
  }

  #blocks(): Refusal[] {
    const { ground, purse, comparison } = this.#parts;
    const blocks: Refusal[] = [];
    const say = (code: string, reason: string) => blocks.push({ code, reason });
    const owed = ground.pen.trouble();
    if (owed !== undefined) say(failureOf(owed).code, `the memory does not take what was learned: ${owed.message}`);
    const memory = ground.memory.health();
    if (!memory.isHealthy) say(memory.code ?? 'STORE_UNAVAILABLE', memory.reason);
    const venue = ground.venue.health();
    if (!venue.isHealthy) say('VENUE_UNHEALTHY', venue.reason);
    blocks.push(...comparison.blocks());
    const balance = purse.failure();
    if (balance !== undefined) say(balance.code, `the balance could not be read: ${balance.message}`);
    return blocks;
  }

  #keepLooking(): void {
    const { guard, purse, comparison, changed, snapshot } = this.#parts;
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    this.#every(LOOK_EVERY_MS, () => {
      this.#joinFeed();
      purse.want();
      guard.look();
      changed();
    });
    this.#every(RECONCILE_EVERY_MS, () => {
      snapshot();
      void comparison.untilAgreed('schedule');
    });
  }

  #joinVenue(): void {
    const { ground, attribution, news } = this.#parts;
    this.#leaveVenue();
    this.#leaveVenue = ground.venue.listen({
      order: (order) => attribution.sawOrder(order),
      fill: (fill) => attribution.sawFill(fill),
      book: ({ clientOrderId }) => {
        const order = ground.books.order(clientOrderId);
        if (order === undefined || order.life.seenBy.book !== undefined) return;
        news.take(clientOrderId, { kind: 'book', atMs: ground.clock.nowMs() });
      },
      health: ({ isHealthy }) => this.#healthChanged(isHealthy),
    });
  }

  #healthChanged(isHealthy: boolean): void {
    const { comparison, changed } = this.#parts;
    const isBack = isHealthy && !this.#wasHealthy;
    this.#wasHealthy = isHealthy;
    if (!isHealthy) comparison.lost();
    else if (isBack && this.#isArmed) void comparison.untilAgreed('reconnect');
    changed();
  }

  #joinFeed(): void {
    const { ground, events } = this.#parts;
    const feed = ground.feed();
    if (feed === this.#feed) return;
    this.#leaveFeed();
    this.#feed = feed;
    this.#leaveFeed = feed?.listen({ update: (update) => this.#saw(update) }) ?? (() => {});
    for (const game of feed?.games() ?? []) events.want(game.eventTicker);
  }

  #saw(update: MarketUpdate): void {
    this.#parts.events.want(update.game.eventTicker);
    if (ENDED.has(update.market.status)) this.#parts.settlements.saw(update);
  }

  #every(ms: number, run: () => void): void {
    const { clock } = this.#parts.ground;
    let callOff = () => {};
    const stop = () => callOff();
    const next = () => {
      callOff = clock.after(ms, () => {
        next();
        run();
      });
    };
    next();
    this.#timers.add(stop);
  }

  #afterWall(ms: number, run: () => Promise<void>): void {
    const { ground } = this.#parts;
    const callOff = ground.wall.after(ms, () => {
      this.#timers.delete(callOff);
      void underWay(ground, run);
    });
    this.#timers.add(callOff);
  }
}

/** Why nothing is armed; its words are the state's reason. */
class NotArmed extends Error {
  override readonly name = 'NotArmed';
  readonly code: string;

  constructor({ code, reason }: Refusal) {
    super(reason);
    this.code = code;
  }
}

function refusalAsFailure(why: Refusal | undefined): { code: string; message: string } {
  return { code: why?.code ?? 'ACCOUNT_STARTING', message: why?.reason ?? 'not connected yet' };
}

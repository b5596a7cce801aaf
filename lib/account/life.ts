/** The life of an account: loaded, connected, compared with the exchange, armed; looked after at intervals; closed. */
import type { MarketStatus } from '../trading/market.ts';
import type { AccountBooks, Reconcile } from './account-books.ts';
import type { Attribution } from './attribution.ts';
import { backoffMs } from './backoff.ts';
import type { FeedView, MarketUpdate, ReconcileRun } from './contract.ts';
import { newDay } from './day.ts';
import type { EventOrders } from './event-orders.ts';
import { type Ground, logLine, underWay } from './ground.ts';
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
  guard: Guard;
  purse: Purse;
  groups: OrderGroups;
  ruleStates: RuleStates;
  door: AccountBooks;
  reconcile: Reconcile;
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
  /** Connected anew, and not compared since. */
  #isStale = false;
  /** Counts the losses of the connection: a comparison that began before one says nothing about what was missed in it. */
  #losses = 0;
  #isLooking = false;
  #wasHealthy = true;
  #tries = 0;
  #runTries = 0;
  #refusal: Refusal | undefined;
  #failure: Refusal | undefined;
  #run: ReconcileRun | undefined;
  #running: Promise<ReconcileRun> | undefined;
  #trying: Promise<void> = Promise.resolve();
  #left: readonly string[] = [];
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
    const { ground, orders, attribution, settlements } = this.#parts;
    if (this.#isClosed) return;
    const isHealthy = this.#isArmed && ground.venue.health().isHealthy;
    this.#isClosed = true;
    this.#parts.changed();
    await this.#trying;
    await this.#parts.answered();
    await this.#parts.ground.pen.idle();
    if (isHealthy) await this.reconcile('shutdown');
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
    return this.#run;
  }

  /** One at a time: whoever asks while one runs is told its result. Never throws. */
  reconcile(cause: ReconcileRun['cause']): Promise<ReconcileRun> {
    this.#running ??= underWay(this.#parts.ground, () => this.#reconcile(cause)).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #try(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#connect();
      this.#refusal = undefined;
      this.#failure = undefined;
      this.#isArmed = !this.#isClosed;
      this.#tries = 0;
      this.#keepLooking();
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
    const { ground, purse, orders } = this.#parts;
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
    for (const clientOrderId of this.#left) {
      const order = ground.books.order(clientOrderId);
      if (order === undefined || orders.track(clientOrderId) !== undefined) continue;
      await orders.revive(order, why);
      orders.advance(clientOrderId);
    }
    const run = await this.reconcile('start');
    if (run.failure !== undefined) throw new NotArmed(run.failure.code, `not compared with the exchange: ${run.failure.message}`);
    if (!run.agreed) throw new NotArmed('RECONCILE_DISAGREED', disagreement(run));
  }

  async #load(): Promise<void> {
    const { ground, events, groups, ruleStates, guard } = this.#parts;
    const { memory, accountId, books, clock, tradingDayOf } = ground;
    const breaker = await memory.rules.breaker(accountId);
    const states = await memory.rules.ruleStates(accountId);
    const ledgers = await memory.books.openLedgers(accountId);
    const open = await memory.orders.open(accountId);
    const day = newDay(tradingDayOf, clock.nowMs());
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
    books.breaker = breaker;
    ruleStates.load(states);
    groups.load(books.orders());
    this.#left = open.filter((order) => !order.isSettled || !order.isReported).map((order) => order.clientOrderId);
    for (const trip of breaker.trips) guard.alert('trip', trip, accountId);
    this.#isLoaded = true;
  }

  async #reconcile(cause: ReconcileRun['cause']): Promise<ReconcileRun> {
    const { ground, settlements, purse, door, reconcile } = this.#parts;
    const losses = this.#losses;
    let run: ReconcileRun;
    try {
      await settlements.read();
      run = await reconcile(door, cause);
      purse.want();
    } catch (error) {
      run = { agreed: false, cause, atMs: ground.clock.nowMs(), findings: [], repairs: [], failure: failureOf(error) };
    }
    this.#run = run;
    if (run.failure === undefined && run.agreed && losses === this.#losses) this.#isStale = false;
    for (const repair of run.repairs) logLine(ground, 'warning', 'trade', `Repaired: ${repair}`, { cause });
    if (!run.agreed) {
      const words = run.failure === undefined ? disagreement(run) : `not compared with the exchange: ${run.failure.message}`;
      logLine(ground, 'error', 'system', words, { cause, findings: run.findings, code: run.failure?.code });
    }
    ground.audience.tell((listener) => listener.reconciled?.(run));
    this.#parts.changed();
    return run;
  }

  #blocks(): Refusal[] {
    const { ground, purse } = this.#parts;
    const blocks: Refusal[] = [];
    const say = (code: string, reason: string) => blocks.push({ code, reason });
    const owed = ground.pen.trouble();
    if (owed !== undefined) say(failureOf(owed).code, `the memory does not take what was learned: ${owed.message}`);
    const memory = ground.memory.health();
    if (!memory.isHealthy) say(memory.code ?? 'STORE_UNAVAILABLE', memory.reason);
    const venue = ground.venue.health();
    if (!venue.isHealthy) say('VENUE_UNHEALTHY', venue.reason);
    if (this.#isStale) say('RECONCILE_DUE', 'connected again, comparing with the exchange');
    const run = this.#run;
    if (run?.failure !== undefined) say(run.failure.code, `not compared with the exchange: ${run.failure.message}`);
    else if (run?.agreed === false) say('RECONCILE_DISAGREED', disagreement(run));
    const balance = purse.failure();
    if (balance !== undefined) say(balance.code, `the balance could not be read: ${balance.message}`);
    return blocks;
  }

  #keepLooking(): void {
    const { guard, purse } = this.#parts;
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    this.#every(LOOK_EVERY_MS, () => {
      this.#joinFeed();
      purse.want();
      guard.look();
      this.#parts.changed();
    });
    this.#every(RECONCILE_EVERY_MS, () => {
      this.#parts.snapshot();
      void this.reconcile('schedule').then(() => this.#runAgainIfNeeded());
    });
  }

  /** A comparison that failed, or found what it could not mend, keeps entries blocked: it is made again soon. */
  #runAgainIfNeeded(): void {
    if (this.#isClosed || this.#run === undefined || this.#run.agreed) {
      this.#runTries = 0;
      return;
    }
    this.#afterWall(backoffMs(this.#runTries++, FIRST_RETRY_MS * 5, LONGEST_RETRY_MS * 2), async () => {
      await this.reconcile('schedule');
      this.#runAgainIfNeeded();
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
    const isBack = isHealthy && !this.#wasHealthy && this.#isArmed;
    this.#wasHealthy = isHealthy;
    if (!isHealthy && this.#isArmed) {
      this.#isStale = true;
      this.#losses += 1;
    }
    if (isBack) void this.#reconcileAnew();
    this.#parts.changed();
  }

  async #reconcileAnew(): Promise<void> {
    await this.#running;
    await this.reconcile('reconnect');
    this.#runAgainIfNeeded();
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

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function disagreement(run: ReconcileRun): string {
  return `memory and exchange disagree: ${run.findings[0] ?? 'no details'}`;
}

/** One account as nodes and pages use it: its order path, its books and its life, put together from the ports that it is given. */
import { type BreakerRule, type BreakerVerdict, sizeCaps, type Trip } from '../trading/breaker.ts';
import type { Actor, Signal } from '../trading/cause.ts';
import { ENTRY_GATES, type EntryTally } from '../trading/entry.ts';
import type { ExitReason } from '../trading/exit.ts';
import type { RiskLimits } from '../trading/limits.ts';
import type { Activity, Clock, WallTimer } from '../trading/ports/clock.ts';
import type { AccountRow, Memory, PositionRow } from '../trading/ports/memory.ts';
import type { Outbox } from '../trading/ports/outbox.ts';
import type { Environment, Venue } from '../trading/ports/venue.ts';
import type { SizeCap } from '../trading/sizing.ts';
import type { Reconcile } from './account-books.ts';
import { Aftermath } from './aftermath.ts';
import { Attribution } from './attribution.ts';
import { Audience } from './audience.ts';
import { Books, keyOf } from './books.ts';
import { openBooksTo } from './books-door.ts';
import { Closing, done, refused } from './commands.ts';
import { Comparison } from './comparison.ts';
import type {
  AccountListener,
  AccountMoney,
  AccountState,
  AccountView,
  CommandResult,
  FeedView,
  Lot,
  NotedDecision,
  OrderReport,
  ReconcileRun,
  SignalWish,
} from './contract.ts';
import { EventOrders } from './event-orders.ts';
import { type Ground, logLine, underWay } from './ground.ts';
import { Guard } from './guard.ts';
import { Life } from './life.ts';
import { News } from './news.ts';
import { OrderGroups } from './order-groups.ts';
import { Pen } from './pen.ts';
import { Purse } from './purse.ts';
import { Pursuit } from './pursuit.ts';
import { failureOf, type Refusal, refusal } from './refusals.ts';
import { RuleStates } from './rule-states.ts';
import { Settlements } from './settlements.ts';
import { Signals } from './signals.ts';
import { closedFor, type Standing, statusOf } from './status.ts';
import { Submission } from './submission.ts';
import { tallyOf } from './tally.ts';
import { OrdersUnderWay } from './under-way.ts';
import { setAsideE6 } from './valuation.ts';
import { Views } from './views.ts';

/** The gate that asks the price, and those after it: a rule that stops there waits for the price alone, and its entry may come any moment. */
const WAITS_FOR_PRICE: ReadonlySet<string> = new Set(ENTRY_GATES.slice(ENTRY_GATES.indexOf('entry_condition')));
const MOST_DECISIONS = 5_000;

export interface AccountParts {
  row: AccountRow;
  venue: Venue;
  memory: Memory;
  outbox: Outbox;
  clock: Clock;
  wall: WallTimer;
  activity: Activity;
  /** The feed of the account's environment; undefined while there is none. */
  feed: () => FeedView | undefined;
  reconcile: Reconcile;
}

/** An account that is not started yet. It never throws for what can happen to an order, to the memory or to the exchange. */
export function openAccount(parts: AccountParts): Account {
  return new Account(parts);
}

export class Account implements AccountView {
  readonly id: string;
  readonly label: string;
  readonly environment: Environment;
  readonly #ground: Ground;
  readonly #views: Views;
  readonly #news: News;
  readonly #attribution: Attribution;
  readonly #orders: OrdersUnderWay;
  readonly #guard: Guard;
  readonly #purse: Purse;
  readonly #groups: OrderGroups;
  readonly #signals: Signals;
  readonly #events: EventOrders;
  readonly #ruleStates: RuleStates;
  readonly #submission: Submission;
  readonly #closing: Closing;
  readonly #life: Life;
  readonly #decisions = new Map<string, NotedDecision>();
  #entriesEnabled: boolean;
  #limits: RiskLimits;
  #said: AccountState = { status: 'starting', reason: '', code: undefined };

  constructor(parts: AccountParts) {
    const { row, wall, activity, clock } = parts;
    this.id = row.id;
    this.label = row.label;
    this.environment = row.environment;
    this.#entriesEnabled = row.entriesEnabled;
    this.#limits = row.limits;
    const ground: Ground = {
      ...parts,
      accountId: row.id,
      environment: row.environment,
      label: row.label,
      books: new Books(clock.nowMs()),
      pen: new Pen(wall, activity, () => this.#changed()),
      notes: new Pen(wall, activity, () => {}),
      audience: new Audience(
        () => this.#orders.tellUntold(),
        (error) => logLine(ground, 'error', 'system', `A listener failed: ${failureOf(error).message}`),
      ),
      limits: () => this.#limits,
    };
    this.#ground = ground;
    const changed = () => this.#changed();
    this.#views = new Views(ground, () => this.#purse.cashE6() ?? 0);
    const noteId = (orderId: string, clientOrderId: string) => this.#attribution.noteId(orderId, clientOrderId);
    const stepped = (clientOrderId: string) => this.#orders.advance(clientOrderId);
    this.#ruleStates = new RuleStates(ground);
    const aftermath = new Aftermath({
      ground,
      noteId,
      orders: () => this.#orders,
      guard: () => this.#guard,
      purse: () => this.#purse,
      snapshot: () => this.#views.keepSnapshot(),
      changed,
    });
    this.#news = new News(ground, (what) => aftermath.follow(what));
    this.#attribution = new Attribution(ground, this.#news, () => this.#ruleIds());
    this.#orders = new OrdersUnderWay(ground, this.#news, new Pursuit(ground, this.#news, { noteId, stepped }));
    const isBalanceKnown = () => this.#purse.cashE6() !== undefined;
    this.#guard = new Guard(ground, () => this.#views.readings(), isBalanceKnown, changed);
    this.#purse = new Purse(ground, () => {
      this.#guard.look();
      changed();
    });
    this.#groups = new OrderGroups(ground);
    this.#signals = new Signals(ground);
    this.#events = new EventOrders(ground, () => this.#groups.load(ground.books.orders()));
    const settlements = new Settlements(ground, this.#news);
    this.#submission = new Submission({
      ground,
      noteId,
      signals: this.#signals,
      groups: this.#groups,
      guard: this.#guard,
      news: this.#news,
      orders: this.#orders,
      closedFor: (signal) => this.#closedFor(signal),
      readings: () => this.#views.readings(),
      sizeCaps: () => this.sizeCaps(),
    });
    this.#closing = new Closing({
      ground,
      signals: this.#signals,
      orders: this.#orders,
      lots: () => this.lots({}),
      submit: (signal) => this.submit(signal, undefined),
    });
    const comparison = new Comparison({
      ground,
      settlements,
      changed,
      purse: this.#purse,
      reconcile: parts.reconcile,
      door: openBooksTo({ ground, settlements, attribution: this.#attribution, news: this.#news }),
    });
    this.#life = new Life({
      ground,
      comparison,
      settlements,
      changed,
      news: this.#news,
      attribution: this.#attribution,
      orders: this.#orders,
      events: this.#events,
      guard: this.#guard,
      purse: this.#purse,
      groups: this.#groups,
      ruleStates: this.#ruleStates,
      answered: () => this.#submission.answered(),
      snapshot: () => this.#views.keepSnapshot(),
    });
  }

  /** Resolves when the first try is over, armed or not: `state` says which. Further tries follow by themselves. */
  start(): Promise<void> {
    return this.#life.start();
  }

  /** Compares once more and leaves. Orders that are not settled are taken over by the next start. */
  stop(): Promise<void> {
    return this.#life.stop();
  }

  state(): AccountState {
    return statusOf(this.#standing());
  }

  listen(listener: AccountListener): () => void {
    return this.#ground.audience.join(listener);
  }

  tally(ruleId: string, eventTicker: string): EntryTally {
    this.#events.want(eventTicker);
    return tallyOf(this.#ground.books.factsOf(ruleId, eventTicker, this.#signals.raisedTickers(ruleId, eventTicker)));
  }

  sizeCaps(): SizeCap[] {
    return sizeCaps(this.money(), this.#limits);
  }

  lots(choice: { ticker?: string; ruleId?: string }): Lot[] {
    return this.#views.lots(choice);
  }

  ruleState(ruleId: string, ticker: string): unknown {
    return this.#ruleStates.get(ruleId, ticker);
  }

  keepRuleState(ruleId: string, ticker: string, state: unknown): void {
    this.#ruleStates.keep(ruleId, ticker, state);
  }

  note(decision: NotedDecision): void {
    const key = `${keyOf(decision.ruleId, decision.ticker)}|${decision.leg}`;
    this.#decisions.delete(key);
    this.#decisions.set(key, decision);
    const [oldest] = this.#decisions.keys();
    if (this.#decisions.size > MOST_DECISIONS && oldest !== undefined) this.#decisions.delete(oldest);
    const isNear = decision.leg === 'entry' && (decision.kind === 'enter' || WAITS_FOR_PRICE.has(decision.gate ?? ''));
    if (!isNear || !this.#standing().isConnected) return;
    const listed = this.#ground.feed()?.market(decision.ticker);
    if (listed !== undefined) this.#groups.warm(listed.game.eventTicker, decision.ticker);
  }

  decisions(): readonly NotedDecision[] {
    return [...this.#decisions.values()];
  }

  raise(wish: SignalWish): Signal | undefined {
    this.#events.want(wish.eventTicker);
    return this.#events.isLoaded(wish.eventTicker) ? this.#signals.raise(wish) : undefined;
  }

  preview(signal: Signal): BreakerVerdict {
    const fees = this.#ground.feed()?.market(signal.cause.ticker)?.market.fees ?? { type: 'quadratic' as const, multiplier: 1 };
    return this.#guard.preview(signal, signal.cause.leg === 'entry' ? setAsideE6(signal.wish, fees) : 0);
  }

  submit(signal: Signal, envelope: unknown): Promise<OrderReport> {
    return this.#submission.submit(signal, envelope);
  }

  ordersUnderWay(): ReturnType<AccountView['ordersUnderWay']> {
    return this.#views.ordersUnderWay();
  }

  money(): AccountMoney {
    return this.#views.money();
  }

  limits(): RiskLimits {
    return this.#limits;
  }

  trips(): readonly Trip[] {
    return this.#guard.trips();
  }

  /** Those that are open. */
  positions(): readonly PositionRow[] {
    return this.#views.positions();
  }

  lastRun(): ReconcileRun | undefined {
    return this.#life.lastRun();
  }

  setEntries(isEnabled: boolean, actor: Actor): Promise<CommandResult> {
    return this.#command(async () => {
      await this.#ground.memory.accounts.setEntries(this.id, isEnabled);
      this.#entriesEnabled = isEnabled;
      logLine(this.#ground, 'info', 'config', isEnabled ? 'Entries switched on' : 'Entries switched off', { actor });
      return done(isEnabled ? 'entries are on' : 'entries are off; exits go on');
    });
  }

  setLimits(limits: RiskLimits, actor: Actor): Promise<CommandResult> {
    return this.#command(async () => {
      await this.#ground.memory.accounts.setLimits(this.id, limits);
      this.#limits = limits;
      logLine(this.#ground, 'info', 'config', 'Limits changed', { actor, limits });
      this.#guard.look();
      return done('limits are set');
    });
  }

  close(positionId: string, actor: Actor, reason: ExitReason = 'manual'): Promise<CommandResult> {
    return this.#answered(() => this.#whyNoExit() ?? this.#closing.close(positionId, actor, reason));
  }

  closeAll(actor: Actor, reason: ExitReason = 'manual'): Promise<CommandResult> {
    return this.#answered(() => this.#whyNoExit() ?? this.#closing.closeAll(actor, reason));
  }

  reset(rule: BreakerRule, note: string, actor: Actor): Promise<CommandResult> {
    return this.#command(async () => {
      if (note.trim() === '') return refused('NOTE_MISSING', 'say why in a note');
      const wasTripped = await this.#guard.reset(rule, note, actor);
      return wasTripped ? done(`${rule} is reset`) : refused('NOT_TRIPPED', `${rule} has not tripped`);
    });
  }

  trip(note: string, actor: Actor): Promise<CommandResult> {
    return this.#command(async () => {
      if (note.trim() === '') return refused('NOTE_MISSING', 'say why in a note');
      await this.#guard.trip(note, actor);
      return done('entries are blocked until a reset; exits go on');
    });
  }

  reconcile(actor: Actor): Promise<ReconcileRun> {
    logLine(this.#ground, 'info', 'system', 'Comparison with the exchange asked for', { actor });
    return this.#life.reconcile();
  }

  #standing(): Standing {
    return { ...this.#life.standing(), entriesEnabled: this.#entriesEnabled };
  }

  /** Before the memory is read nobody knows what is held: that must not sound like nothing. */
  #whyNoExit(): Promise<CommandResult> | undefined {
    const closed = closedFor('exit', this.#standing());
    return closed === undefined ? undefined : Promise.resolve(refused(closed.code, closed.reason));
  }

  #closedFor({ cause, eventTicker }: Signal): Refusal | undefined {
    const closed = closedFor(cause.leg, this.#standing());
    if (closed !== undefined) return closed;
    if (this.#events.isLoaded(eventTicker)) return undefined;
    this.#events.want(eventTicker);
    return refusal('ACCOUNT_STARTING', 'the orders of this game are being read');
  }

  #ruleIds(): Set<string> {
    const decided = [...this.#decisions.values()].map((decision) => decision.ruleId);
    return new Set([...this.#ground.books.ruleIds(), ...this.#ruleStates.ruleIds(), ...decided]);
  }

  #command(run: () => Promise<CommandResult>): Promise<CommandResult> {
    return this.#answered(() => underWay(this.#ground, run));
  }

  /** A failure of a port is the command's answer. Waiting for an order to end is no work: that may take market time. */
  async #answered(run: () => Promise<CommandResult>): Promise<CommandResult> {
    try {
      const result = await run();
      this.#changed();
      return result;
    } catch (error) {
      const { code, message } = failureOf(error);
      return refused(code, message);
    }
  }

  #changed(): void {
    const state = this.state();
    const { audience } = this.#ground;
    if (state.status !== this.#said.status || state.reason !== this.#said.reason) {
      this.#said = state;
      const level = state.status === 'blocked' || state.status === 'refused' ? 'warning' : 'info';
      const words = state.reason === '' ? `Account ${state.status}` : `Account ${state.status}: ${state.reason}`;
      logLine(this.#ground, level, 'system', words, { code: state.code });
      audience.tell((listener) => listener.state?.(state));
    }
    audience.tell((listener) => listener.changed?.());
  }
}

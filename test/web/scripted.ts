/** An account, a feed, a desk and a memory that say what a test tells them to. */
import type {
  AccountListener,
  AccountMoney,
  AccountState,
  AccountView,
  BaselineView,
  CommandResult,
  Desk,
  FeedListener,
  FeedView,
  MarketUpdate,
  NotedDecision,
  ReconcileRun,
} from '../../lib/account/contract.ts';
import type { Trip } from '../../lib/trading/breaker.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';
import type { Clock } from '../../lib/trading/ports/clock.ts';
import type { DataHealth, KnownGame, ListedGame, ScoreProblem, StandingQuote } from '../../lib/trading/ports/market-data.ts';
import type { PositionRow, Snapshot, StoredAlert, StoredOrder, TradeRow } from '../../lib/trading/ports/memory.ts';
import type { Environment } from '../../lib/trading/ports/venue.ts';
import type { SizeCap } from '../../lib/trading/sizing.ts';
import type { PagesReads, StoredLine } from '../../lib/web/pages-port.ts';

const NO_BASELINE: BaselineView = {
  status: 'collecting',
  baseline: undefined,
  provisional: undefined,
  reason: undefined,
  samples: 0,
};

class Listeners<L> {
  readonly #all = new Set<L>();

  get size(): number {
    return this.#all.size;
  }

  add(one: L): () => void {
    this.#all.add(one);
    return () => this.#all.delete(one);
  }

  tell(call: (one: L) => void): void {
    for (const one of this.#all) call(one);
  }
}

export class ScriptedFeed implements FeedView {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly listeners = new Listeners<FeedListener>();
  readonly listed = new Map<string, ListedGame>();
  readonly quotes = new Map<string, StandingQuote>();
  readonly states = new Map<string, KnownGame>();
  readonly baselines = new Map<string, BaselineView>();
  standing: DataHealth = { kind: 'connected', heardAgeMs: 0, reason: '' };
  reported: ScoreProblem[] = [];

  constructor(environment: Environment, clock: Clock) {
    this.environment = environment;
    this.clock = clock;
  }

  /** Sets a quote of YES and tells the listeners, as the feed does. */
  quoted(ticker: string, bidCC: number | undefined, askCC: number | undefined, ageMs = 0): void {
    const size = (priceCC: number | undefined) => (priceCC === undefined ? 0 : 100_000);
    const quote = { bidCC, bidSizeE2: size(bidCC), askCC, askSizeE2: size(askCC), atMs: this.clock.nowMs() };
    this.quotes.set(ticker, { quote, source: 'socket', ageMs });
    this.tell(ticker);
  }

  known(eventTicker: string): KnownGame | undefined {
    return this.states.get(eventTicker);
  }

  tell(ticker: string): void {
    const update = this.look(ticker);
    if (update !== undefined) this.listeners.tell((one) => one.update?.(update));
  }

  listen(listener: FeedListener): () => void {
    return this.listeners.add(listener);
  }

  games(): readonly ListedGame[] {
    return [...this.listed.values()];
  }

  game(eventTicker: string): ListedGame | undefined {
    return this.listed.get(eventTicker);
  }

  market(ticker: string) {
    for (const game of this.listed.values()) {
      const market = game.markets.find((one) => one.ticker === ticker);
      if (market !== undefined) return { game, market };
    }
    return undefined;
  }

  quote(ticker: string): StandingQuote | undefined {
    return this.quotes.get(ticker);
  }

  baseline(ticker: string): BaselineView {
    return this.baselines.get(ticker) ?? NO_BASELINE;
  }

  look(ticker: string): MarketUpdate | undefined {
    const found = this.market(ticker);
    if (found === undefined) return undefined;
    const { environment } = this;
    const known = this.known(found.game.eventTicker);
    return { kind: 'update', environment, ...found, quote: this.quote(ticker), feedAgeMs: 0, known, atMs: this.clock.nowMs() };
  }

  health(): DataHealth {
    return this.standing;
  }

  problems(): readonly ScoreProblem[] {
    return this.reported;
  }

  choose(): void {}
  drop(): void {}
  trackBaselines(): () => void {
    return () => {};
  }
}

export interface Call {
  command: string;
  arguments: unknown[];
}

export class ScriptedAccount implements AccountView {
  readonly id: string;
  readonly label: string;
  readonly environment: Environment;
  readonly #nowMs: () => number;
  readonly listeners = new Listeners<AccountListener>();
  readonly calls: Call[] = [];
  standing: AccountState = { status: 'armed', reason: '', code: undefined };
  purse: Omit<AccountMoney, 'atMs'> = {
    balanceE6: 10_000_000_000,
    capitalE6: 10_000_000_000,
    exposureE6: 0,
    openPositions: 0,
    dayPnlE6: 0,
    dayBaseE6: 0,
    dayFeesE6: 0,
    wins: 0,
    losses: 0,
  };
  caps: SizeCap[] = [{ rule: 'twice the default size', mostE6: 100_000_000 }];
  said: NotedDecision[] = [];
  tripped: Trip[] = [];
  rows: PositionRow[] = [];
  orders: ReturnType<AccountView['ordersUnderWay']> = [];
  entered = new Set<string>();
  run: ReconcileRun | undefined;
  /** What the next commands answer. */
  answer: () => Promise<CommandResult> = async () => ({ done: true, code: undefined, message: 'Done.' });

  constructor(id: string, environment: Environment, nowMs: () => number) {
    this.id = id;
    this.label = `${id} label`;
    this.environment = environment;
    this.#nowMs = nowMs;
  }

  changed(): void {
    this.listeners.tell((one) => one.changed?.());
  }

  state(): AccountState {
    return this.standing;
  }

  listen(listener: AccountListener): () => void {
    return this.listeners.add(listener);
  }

  tally(ruleId: string, eventTicker: string) {
    const entriesInGame = this.entered.has(`${ruleId}|${eventTicker}`) ? 1 : 0;
    return { entriesInGame, isGameHeld: false, openPositions: 0 };
  }

  sizeCaps(): SizeCap[] {
    return this.caps;
  }

  decisions(): readonly NotedDecision[] {
    return this.said;
  }

  ordersUnderWay() {
    return this.orders;
  }

  money(): AccountMoney {
    return { ...this.purse, atMs: this.#nowMs() };
  }

  limits = defaultLimits;

  trips(): readonly Trip[] {
    return this.tripped;
  }

  positions(): readonly PositionRow[] {
    return this.rows;
  }

  lastRun(): ReconcileRun | undefined {
    return this.run;
  }

  setEntries = (...given: unknown[]) => this.#command('setEntries', given);
  setLimits = (...given: unknown[]) => this.#command('setLimits', given);
  close = (...given: unknown[]) => this.#command('close', given);
  closeAll = (...given: unknown[]) => this.#command('closeAll', given);
  reset = (...given: unknown[]) => this.#command('reset', given);
  trip = (...given: unknown[]) => this.#command('trip', given);

  async reconcile(...given: unknown[]): Promise<ReconcileRun> {
    await this.#command('reconcile', given);
    return this.run ?? { agreed: true, cause: 'request', atMs: this.#nowMs(), findings: [], repairs: [], failure: undefined };
  }

  lots(): never[] {
    return [];
  }
  ruleState(): unknown {
    return undefined;
  }
  keepRuleState(): void {}
  note(): void {}
  raise(): undefined {
    return undefined;
  }
  preview(): { kind: 'allowed' } {
    return { kind: 'allowed' };
  }
  submit(): Promise<never> {
    return Promise.reject(new Error('pages send no signals'));
  }

  #command(command: string, given: unknown[]): Promise<CommandResult> {
    this.calls.push({ command, arguments: given });
    return this.answer();
  }
}

export class ScriptedDesk implements Desk {
  readonly started = 'practice';
  readonly listeners = new Listeners<() => void>();
  openAccounts: AccountView[] = [];
  openFeeds: FeedView[] = [];

  changed(): void {
    this.listeners.tell((one) => one());
  }

  accounts(): readonly AccountView[] {
    return this.openAccounts;
  }

  feeds(): readonly FeedView[] {
    return this.openFeeds;
  }

  onChange(listener: () => void): () => void {
    return this.listeners.add(listener);
  }

  attach(): never {
    throw new Error('pages attach to nothing');
  }
}

/** What the pages read of the memory, held in lists. */
export class ScriptedPages implements PagesReads {
  lines: StoredLine[] = [];
  closed: TradeRow[] = [];
  sent: StoredOrder[] = [];
  kept: Snapshot[] = [];
  outbox: StoredAlert[] = [];
  failure: Error | undefined;

  /** Commits a line, as the newest. */
  log(line: Pick<StoredLine, 'message'> & Partial<StoredLine>): void {
    const id = (this.lines[0]?.id ?? 0) + 1;
    this.lines.unshift({ id, accountId: undefined, level: 'info', category: 'trade', details: {}, atMs: 0, ...line });
  }

  async recentActivity(...[filter, cursor]: Parameters<PagesReads['recentActivity']>): Promise<StoredLine[]> {
    this.#check();
    const { afterId = 0, beforeId = Number.POSITIVE_INFINITY, most } = cursor;
    return this.lines
      .filter(({ id }) => id > afterId && id < beforeId)
      .filter(({ accountId }) => accountId === undefined || accountId === filter.accountId)
      .filter(({ level }) => filter.levels?.includes(level) ?? true)
      .filter(({ category }) => filter.categories?.includes(category) ?? true)
      .slice(0, most);
  }

  async trades(...[accountId, range]: Parameters<PagesReads['trades']>): Promise<TradeRow[]> {
    this.#check();
    return this.closed
      .filter((trade) => trade.accountId === accountId)
      .filter(({ exitMs }) => exitMs >= range.sinceMs && exitMs < range.untilMs)
      .slice(0, range.most);
  }

  async ordersOf(accountId: string, ticker: string): Promise<StoredOrder[]> {
    this.#check();
    return this.sent.filter(({ signal: { cause } }) => cause.accountId === accountId && cause.ticker === ticker);
  }

  async snapshots(accountId: string, sinceMs: number): Promise<Snapshot[]> {
    this.#check();
    return this.kept.filter((one) => one.accountId === accountId && one.atMs >= sinceMs);
  }

  async alerts(most: number): Promise<StoredAlert[]> {
    this.#check();
    return this.outbox.slice(0, most);
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}

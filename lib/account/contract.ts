/** What nodes and pages see of accounts and feeds. */
import type { Baseline } from '../trading/baseline-measure.ts';
import type { BreakerRule, BreakerVerdict, Trip } from '../trading/breaker.ts';
import type { Actor, Leg, Signal } from '../trading/cause.ts';
import type { EntryTally } from '../trading/entry.ts';
import type { ExitReason } from '../trading/exit.ts';
import type { RiskLimits } from '../trading/limits.ts';
import type { OrderLife } from '../trading/order-life.ts';
import type { OrderWish } from '../trading/order-wish.ts';
import type { Clock } from '../trading/ports/clock.ts';
import type {
  DataHealth,
  GameChoice,
  KnownGame,
  ListedGame,
  ListedMarket,
  ScoreProblem,
  StandingQuote,
} from '../trading/ports/market-data.ts';
import type { PositionRow, TradeRow } from '../trading/ports/memory.ts';
import type { Alert } from '../trading/ports/outbox.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { OutcomeSide } from '../trading/sides.ts';
import type { SizeCap } from '../trading/sizing.ts';

/** What changed in a market, with all that is known of it now. The feed's own state is never handed out: these are copies. */
export interface MarketUpdate {
  /** `tick`: a second of market time has passed on a market that is held or has an order under way. */
  kind: 'update' | 'tick';
  environment: Environment;
  game: ListedGame;
  market: ListedMarket;
  quote: StandingQuote | undefined;
  /** Age of the feed, ms; undefined: it is down. */
  feedAgeMs: number | undefined;
  known: KnownGame | undefined;
  /** Market time. */
  atMs: number;
}

/** A market's baseline: frozen, or what is known of it before. */
export interface BaselineView {
  status: 'collecting' | 'frozen' | 'missed' | 'invalid';
  /** Final; rules may use it. */
  baseline: Baseline | undefined;
  /** What it would be if the game began now: for screens. */
  provisional: Baseline | undefined;
  /** Why there is none, for the user. */
  reason: string | undefined;
  samples: number;
}

export interface FeedListener {
  update?(update: MarketUpdate): void;
  health?(health: DataHealth): void;
  problem?(problem: ScoreProblem): void;
}

/** The markets and games of one environment. */
export interface FeedView {
  readonly environment: Environment;
  readonly clock: Clock;
  /** Follows what is chosen until dropped by the same `by`. What matches and appears later is followed too. */
  choose(choice: GameChoice, by: object): void;
  drop(by: object): void;
  listen(listener: FeedListener): () => void;
  /** Starts capturing baselines for everything that is followed, for as long as anybody wants it. */
  trackBaselines(by: object): () => void;
  baseline(ticker: string): BaselineView;
  games(): readonly ListedGame[];
  game(eventTicker: string): ListedGame | undefined;
  market(ticker: string): { game: ListedGame; market: ListedMarket } | undefined;
  known(eventTicker: string): KnownGame | undefined;
  quote(ticker: string): StandingQuote | undefined;
  /** The market as an update tells it, now. */
  look(ticker: string): MarketUpdate | undefined;
  health(): DataHealth;
  problems(): readonly ScoreProblem[];
}

/**
 * - `starting`: connecting, or reconciling; nothing is armed
 * - `armed`: entries and exits go · `paused`: a person switched entries off; exits go
 * - `blocked`: entries are blocked (breaker, memory, connection, reconciliation), `reason` says by what; exits go
 * - `refused`: it cannot be used (credentials, environment), `reason` says why · `closed`
 */
export type AccountStatus = 'starting' | 'armed' | 'paused' | 'blocked' | 'refused' | 'closed';

export interface AccountState {
  status: AccountStatus;
  /** For the user; empty when armed. */
  reason: string;
  code: string | undefined;
}

/** Money of one account as of now. All E6. */
export interface AccountMoney {
  balanceE6: number;
  /** Balance and what open positions are worth at the bid. */
  capitalE6: number;
  exposureE6: number;
  openPositions: number;
  dayPnlE6: number;
  /** What today's loss is counted from: 0, or the day's result when a person reset that limit. */
  dayBaseE6: number;
  /** Of today's closed trades. */
  dayFeesE6: number;
  wins: number;
  losses: number;
  atMs: number;
}

/** A rule's open lots in one market. */
export interface Lot {
  /** Of the position row. */
  positionId: string;
  ruleId: string;
  ticker: string;
  eventTicker: string;
  outcome: OutcomeSide;
  countE2: number;
  costE6: number;
  feesE6: number;
  round: number;
  openedMs: number;
}

/** The fate of one signal. */
export interface OrderReport {
  /**
   * `filled` (done: at least four fifths), `partial`, `not_filled`, `unresolved`; `refused`: never sent, by `refusal`.
   */
  outcome: 'filled' | 'partial' | 'not_filled' | 'unresolved' | 'refused';
  signal: Signal;
  clientOrderId: string | undefined;
  life: OrderLife | undefined;
  /** Average over the fills, CC of the wish's outcome; undefined where nothing was filled. */
  averageCC: number | undefined;
  feesE6: number;
  /** Per contract against the signal's price, CC; positive is worse. */
  slippageCC: number | undefined;
  /** Stable code and words for `refused`, `not_filled`, `unresolved`. */
  code: string | undefined;
  reason: string;
  /** Of an exit that closed something. */
  trades: readonly TradeRow[];
  /** What was stored with the intent. */
  envelope: unknown;
  atMs: number;
}

export interface AccountListener {
  state?(state: AccountState): void;
  /**
   * An outcome, also of orders that a predecessor of the node asked for. Whoever answers true has taken it; one that nobody takes is told
   * again to whoever begins to listen.
   */
  report?(report: OrderReport): boolean;
  trip?(event: { kind: 'trip' | 'release' | 'reset'; trip: Trip }): void;
  reconciled?(run: ReconcileRun): void;
  /** Anything that pages show has changed: read again. */
  changed?(): void;
}

export interface ReconcileRun {
  agreed: boolean;
  cause: 'start' | 'schedule' | 'reconnect' | 'request' | 'shutdown';
  atMs: number;
  /** One sentence each. */
  findings: readonly string[];
  repairs: readonly string[];
  /** Where the run itself failed. */
  failure: { code: string; message: string } | undefined;
}

export interface CommandResult {
  done: boolean;
  code: string | undefined;
  message: string;
}

/** A decision of a rule, for "why not" and the funnel. */
export interface NotedDecision {
  ruleId: string;
  ruleName: string;
  ticker: string;
  leg: Leg;
  kind: 'enter' | 'no' | 'exit' | 'hold' | 'finished';
  gate: string | undefined;
  reason: string;
  numbers: Readonly<Record<string, unknown>>;
  atMs: number;
}

/** One account, as nodes and pages use it. */
export interface AccountView {
  readonly id: string;
  readonly label: string;
  readonly environment: Environment;
  state(): AccountState;
  listen(listener: AccountListener): () => void;

  /** For the rules. */
  tally(ruleId: string, eventTicker: string): EntryTally;
  sizeCaps(): SizeCap[];
  lots(choice: { ticker?: string; ruleId?: string }): Lot[];
  ruleState(ruleId: string, ticker: string): unknown;
  keepRuleState(ruleId: string, ticker: string, state: unknown): void;
  /** Remembers what a rule last decided of a market. */
  note(decision: NotedDecision): void;
  decisions(): readonly NotedDecision[];
  /**
   * Makes a wish into a signal with its cause, or undefined where the same is already under way. What does not reach `submit`
   * within two seconds of market time counts as dropped by the flow.
   */
  raise(wish: SignalWish): Signal | undefined;
  /** What the order path would say of this signal now. */
  preview(signal: Signal): BreakerVerdict;
  /** The order path. Resolves with the outcome; never throws for what can happen to an order. */
  submit(signal: Signal, envelope: unknown): Promise<OrderReport>;
  /** Orders whose lock is held. */
  ordersUnderWay(): readonly {
    clientOrderId: string;
    ticker: string;
    leg: Leg;
    state: string;
    atMs: number;
    reason: string | undefined;
  }[];

  money(): AccountMoney;
  limits(): RiskLimits;
  trips(): readonly Trip[];
  positions(): readonly PositionRow[];
  lastRun(): ReconcileRun | undefined;

  /** Commands. */
  setEntries(isEnabled: boolean, actor: Actor): Promise<CommandResult>;
  setLimits(limits: RiskLimits, actor: Actor): Promise<CommandResult>;
  close(positionId: string, actor: Actor, reason?: ExitReason): Promise<CommandResult>;
  closeAll(actor: Actor, reason?: ExitReason): Promise<CommandResult>;
  reset(rule: BreakerRule, note: string, actor: Actor): Promise<CommandResult>;
  trip(note: string, actor: Actor): Promise<CommandResult>;
  reconcile(actor: Actor): Promise<ReconcileRun>;
}

export interface SignalWish {
  ruleId: string;
  ruleName: string;
  leg: Leg;
  eventTicker: string;
  wish: OrderWish;
  exitReason: ExitReason | undefined;
  reason: string;
  notes: readonly string[];
  numbers: Readonly<Record<string, unknown>>;
  entryCaps: Signal['entryCaps'];
  maxPriceMoveCC: number | undefined;
  patienceMs: number;
  actor?: Actor;
}

/** Which account a `kalshi-auth` node means. */
export interface AccountWanted {
  environment: Environment;
  /** `one`: the account with this label, made from the credentials · `all`: every connected account of the environment. */
  scope: 'one' | 'all';
  label: string;
  credentials: { keyId: string; privateKeyPem: string } | undefined;
}

/** A node's hold on accounts and their feed, until released. */
export interface Attachment {
  readonly environment: Environment;
  /** Now; for `all` it changes as accounts connect. */
  accounts(): readonly AccountView[];
  /** Undefined while the environment cannot be used. */
  feed(): FeedView | undefined;
  /** Why nothing can be used, or undefined. */
  problem(): { code: string; message: string } | undefined;
  /** Called when any of the above has changed. */
  onChange(listener: () => void): () => void;
  /** Hands an alert to the outbox; resolves when it is stored. */
  post(alert: Alert): Promise<void>;
  release(): void;
}

/** Process-wide: whoever wires nodes finds accounts here. */
export interface Desk {
  /** The environment that the program was started for: what a node means that says "as started". */
  readonly started: Environment;
  attach(wanted: AccountWanted): Attachment;
  /** Every account that is open, for pages. */
  accounts(): readonly AccountView[];
  feeds(): readonly FeedView[];
  onChange(listener: () => void): () => void;
}

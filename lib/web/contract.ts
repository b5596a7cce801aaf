/** What pages are told: plain JSON in cents, dollars, ISO times. Null is "not known", never zero. */

export interface EnvironmentView {
  name: 'practice' | 'paper' | 'demo' | 'live' | 'replay';
  /** On practice: the night's short name and how fast it runs. */
  night: string | null;
  speed: number | null;
  /** Market time now, and the wall time it was read at: pages carry it on by `speed`. */
  marketTime: string;
  wallTime: string;
}

export interface HealthView {
  feed: { state: 'connected' | 'degraded' | 'blind'; ageSeconds: number | null; reason: string };
  orders: { state: 'healthy' | 'unhealthy'; lastMs: number | null; reason: string };
  scores: { state: 'fresh' | 'stale' | 'down' | 'none'; ageSeconds: number | null; reason: string };
  memory: { state: 'healthy' | 'unhealthy'; reason: string };
}

export interface EngineView {
  /** `running`: "systems normal" · `paused` by a person · `blocked` by a limit or fault · `starting` · `refused` */
  state: 'running' | 'paused' | 'blocked' | 'starting' | 'refused';
  /** One sentence: what is blocked and why, and what ends it. */
  text: string;
  code: string | null;
  rules: number;
  /** Limits that block now, the first first. */
  blocks: { rule: string; reason: string; since: string; until: string | null; canReset: boolean }[];
  /** Last reconciliation. */
  reconciled: { at: string; agreed: boolean; text: string } | null;
}

export interface MoneyView {
  balance: number;
  free: number;
  /** Today, after fees, closed and open. */
  today: number;
  todayFees: number;
  wins: number;
  losses: number;
  /** Points of today's result for a sparkline, dollars. */
  path: { at: string; today: number }[];
  atRisk: number;
  atRiskLimit: number;
  /** What could be lost from here tonight in the worst case, negative, and how it was counted. */
  worstCase: number;
  worstCaseText: string;
}

export interface PositionView {
  id: string;
  account: string;
  event: string;
  ticker: string;
  game: string;
  team: string;
  side: 'yes' | 'no';
  contracts: number;
  entry: number;
  /** Bid of the held outcome; null while unknown. */
  now: number | null;
  priceAgeSeconds: number | null;
  profit: number | null;
  /** Game clock in words: `Q3 4:21`. */
  clock: string;
  stop: number | null;
  take: number | null;
  openedAt: string;
  /** Points of the bid since the entry, for a sparkline. */
  path: { at: string; price: number }[];
  /** What its exit rule last said: `holding: up 8.0 < 20.0`. */
  says: string;
  /** Something is on its way: closing, unresolved. */
  pending: string | null;
}

export interface GameView {
  event: string;
  league: string;
  title: string;
  home: string | null;
  away: string | null;
  phase: 'pre' | 'live' | 'break' | 'final' | 'postponed' | 'unknown';
  clock: string;
  homeScore: number | null;
  awayScore: number | null;
  startsAt: string | null;
  scoreAgeSeconds: number | null;
  markets: GameMarketView[];
  /** The market that the rules look at first: its ticker. */
  favourite: string | null;
  /** Where it stands: tracked, live, dropped, allowed, filled. */
  funnel: 'tracked' | 'live' | 'dropped' | 'allowed' | 'filled';
  /** Why nothing is bought now, or what was done. */
  says: string;
}

export interface GameMarketView {
  ticker: string;
  team: string;
  bid: number | null;
  ask: number | null;
  ageSeconds: number | null;
  baseline: number | null;
  grade: string | null;
  /** `collecting 12/30`, `frozen`, `missed`, ... */
  baselineText: string;
  drop: number | null;
}

export interface ActivityView {
  id: number;
  at: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  category: 'system' | 'trade' | 'config' | 'alert' | 'auth';
  message: string;
}

export interface AccountChoice {
  id: string;
  label: string;
  environment: EnvironmentView['name'];
}

/** Everything the Overview shows of one account. Sections are replaced whole. */
export interface Overview {
  accounts: AccountChoice[];
  account: string | null;
  environment: EnvironmentView;
  health: HealthView;
  engine: EngineView;
  money: MoneyView | null;
  positions: PositionView[];
  live: GameView[];
  upcoming: GameView[];
  finished: GameView[];
  activity: ActivityView[];
}

/** The path of one game's market for its chart. */
export interface ChartView {
  event: string;
  ticker: string;
  team: string;
  startsAt: string | null;
  startedAt: string | null;
  baseline: { price: number; grade: string } | null;
  points: { at: string; bid: number | null; ask: number | null }[];
  /** Where periods and breaks began: `Q2`, `halftime`. */
  periods: { at: string; label: string; isBreak: boolean }[];
  scores: { at: string; home: number; away: number }[];
  marks: { at: string; price: number; contracts: number; kind: 'entry' | 'exit'; reason: string; profit: number | null }[];
  stop: number | null;
  take: number | null;
  /** What the rule said when: for the pointer. */
  decisions: { at: string; text: string }[];
}

/**
 * `GET /api/v1/overview?account=ID` answers an Overview. `GET /api/v1/events?account=ID` is the event stream: `snapshot` (an Overview, first
 * and after every resync), `patch` (a Partial<Overview> with the sections that changed; `activity` then holds only new lines, newest
 * first), `ping` every 10 s. `GET /api/v1/games/EVENT/chart?account=ID&ticker=T` answers a ChartView.
 *
 * Commands, each with an `Idempotency-Key` header and an optional JSON body `{account}`: `POST /api/v1/bot/pause`, `bot/resume`,
 * `bot/reconcile`, `bot/reset` `{rule, note}`, `DELETE /api/v1/positions/ID`, `POST /api/v1/positions/close-all`. They answer a CommandView.
 */
export interface CommandView {
  done: boolean;
  code: string | null;
  message: string;
}

/** Every error answer. */
export interface ErrorView {
  code: string;
  message: string;
}

/** A round trip or part of one. Prices are of `side`. */
export interface TradeView {
  event: string;
  ticker: string;
  side: 'yes' | 'no';
  contracts: number;
  entry: number;
  exit: number;
  gross: number;
  fees: number;
  net: number;
  /** Cents per contract against what the signals saw, entry and exit together; positive is worse. */
  slippage: number | null;
  /** An exit reason, or `settled` where nobody gave one. */
  reason: string;
  openedAt: string;
  closedAt: string;
}

/** `GET /api/v1/stats/daily`: the trades that were closed on one New York day. */
export interface DayView {
  account: string;
  day: string;
  trades: number;
  wins: number;
  losses: number;
  /** Share of the trades that won; null without any. */
  winRate: number | null;
  gross: number;
  fees: number;
  net: number;
  byReason: { reason: string; trades: number; net: number }[];
}

/** `GET /api/v1/status` */
export interface StatusView {
  accounts: AccountChoice[];
  account: string | null;
  environment: EnvironmentView;
  health: HealthView;
  engine: EngineView;
}

/** `GET /api/v1/portfolio` */
export interface PortfolioView {
  account: string;
  /** Cash and what the positions are worth. */
  total: number;
  cash: number;
  positions: PositionView[];
}

/** An alert of the outbox, without its text. */
export interface AlertView {
  id: number;
  at: string;
  kind: string;
  channel: string;
  state: 'waiting' | 'delivered' | 'given_up';
  attempts: number;
  reason: string | null;
  deliveredAt: string | null;
}

/** `GET /health`: 200 when `healthy`, 503 otherwise. No account data. */
export interface ProcessHealthView {
  status: 'healthy' | 'unhealthy';
  version: string;
  startedAt: string;
  uptimeSeconds: number;
  memory: HealthView['memory'];
}

/** `GET /health/trading`: 200 when at least one account can trade, or would but for a person's pause, and no feed in use is blind. */
export interface TradingHealthView {
  status: 'healthy' | 'unhealthy';
  feeds: { environment: EnvironmentView['name']; state: HealthView['feed']['state']; reason: string }[];
  accounts: {
    environment: EnvironmentView['name'];
    isArmed: boolean;
    state: EngineView['state'];
    orders: HealthView['orders']['state'];
    code: string | null;
  }[];
}

/** Nodes of ours on the host in memory, with accounts and a feed that a test scripts, on a clock that it turns. */
import type {
  AccountView,
  AccountWanted,
  Attachment,
  Desk,
  FeedListener,
  FeedView,
  Lot,
  MarketUpdate,
} from '../../lib/account/contract.ts';
import type { AuthDeclaration, FlowMessage, NodeDeclaration, NodeProblem } from '../../lib/node-red/contract.ts';
import type { FlowFileNode } from '../../lib/node-red/flow-plan.ts';
import { MemoryRuntime } from '../../lib/node-red/memory-host.ts';
import type { Look } from '../../lib/node-red/status-line.ts';
import type { Clock, WallTimer } from '../../lib/trading/ports/clock.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import type { Environment } from '../../lib/trading/ports/venue.ts';
import { EVENT, MIA, NOW_MS, RULE } from '../web/game.ts';

/** 96 contracts of one rule, bought at 50 cents a minute ago. */
export const LOT: Lot = {
  positionId: 'p1',
  ruleId: RULE,
  ticker: MIA,
  eventTicker: EVENT,
  outcome: 'yes',
  countE2: 9_600,
  costE6: 48_000_000,
  feesE6: 1_680_000,
  round: 0,
  openedMs: NOW_MS - 60_000,
};

/** Market and wall time in one, turned by hand. */
export class HandClock implements Clock, WallTimer {
  #nowMs: number;
  #timers: { atMs: number; run: () => void }[] = [];

  constructor(nowMs = Date.parse('2026-11-20T20:00:00Z')) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

/** What a test does not script must not be asked for. */
function scripted<T extends object>(what: string, given: Partial<T>): T {
  return new Proxy(given, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new TypeError(`the test scripts no ${what}.${String(name)}`);
    },
  }) as T;
}

export function standInAccount(given: Partial<AccountView>): AccountView {
  return scripted<AccountView>('account', {
    id: 'a1',
    label: 'main',
    environment: 'practice',
    listen: () => () => {},
    state: () => ({ status: 'armed', reason: '', code: undefined }),
    ...given,
  });
}

/** A feed that says what the test last told, to whoever listens. */
export class StandInFeed {
  readonly view: FeedView;
  readonly chosen: unknown[] = [];
  readonly #listeners = new Set<FeedListener>();
  readonly #known = new Map<string, MarketUpdate>();

  constructor(clock: Clock, given: Partial<FeedView> = {}) {
    this.view = scripted<FeedView>('feed', {
      environment: 'practice',
      clock,
      choose: (choice) => this.chosen.push(choice),
      drop: () => {},
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      look: (ticker) => this.#known.get(ticker),
      games: () => [],
      known: () => undefined,
      health: () => ({ kind: 'connected', heardAgeMs: 0, reason: '' }),
      problems: () => [],
      trackBaselines: () => () => {},
      ...given,
    });
  }

  /** Makes it what is known of the market. */
  know(update: MarketUpdate): void {
    this.#known.set(update.market.ticker, update);
  }

  /** Makes it known, and tells everybody. */
  tell(update: MarketUpdate): void {
    this.know(update);
    for (const listener of this.#listeners) listener.update?.(update);
  }
}

/** One environment with these accounts and this feed, whatever a node wants. */
export class StandInDesk implements Desk {
  readonly wanted: AccountWanted[] = [];
  readonly posted: Alert[] = [];
  readonly environment: Environment = 'practice';
  readonly started: Environment = 'practice';
  held = 0;
  #accounts: readonly AccountView[];
  #feed: FeedView | undefined;
  #problem: { code: string; message: string } | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(accounts: readonly AccountView[] = [], feed?: FeedView) {
    this.#accounts = accounts;
    this.#feed = feed;
  }

  attach(wanted: AccountWanted): Attachment {
    this.wanted.push(wanted);
    this.held += 1;
    return {
      environment: this.environment,
      accounts: () => this.#accounts,
      feed: () => this.#feed,
      problem: () => this.#problem,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      post: async (alert) => {
        this.posted.push(alert);
      },
      release: () => {
        this.held -= 1;
      },
    };
  }

  accounts(): readonly AccountView[] {
    return this.#accounts;
  }

  feeds(): readonly FeedView[] {
    return this.#feed === undefined ? [] : [this.#feed];
  }

  onChange(): () => void {
    return () => {};
  }

  change(now: {
    accounts?: readonly AccountView[];
    feed?: FeedView;
    problem?: { code: string; message: string } | undefined;
  }): void {
    this.#accounts = now.accounts ?? this.#accounts;
    this.#feed = now.feed ?? this.#feed;
    if ('problem' in now) this.#problem = now.problem;
    for (const listener of this.#listeners) listener();
  }

  get listening(): number {
    return this.#listeners.size;
  }
}

/** Everything that a flow did. */
export interface Seen {
  /** By `node:port`, in order; once for every wire. */
  sent: { from: string; port: number; to: string; message: FlowMessage }[];
  debug: { id: string; message: FlowMessage }[];
  looks: Map<string, Look>;
  errors: { id: string; error: NodeProblem; message: FlowMessage | undefined; isCaught: boolean }[];
  lines: string[];
}

export interface Stage {
  runtime: MemoryRuntime;
  seen: Seen;
  clock: HandClock;
  desk: StandInDesk;
  /** Resolves when no message is on a wire and nothing follows from the last ones. */
  rest: () => Promise<void>;
  messages: (from: string, port?: number) => FlowMessage[];
}

export interface StageOptions {
  types: readonly NodeDeclaration[];
  auth: AuthDeclaration;
  flow: readonly FlowFileNode[];
  desk?: StandInDesk;
  clock?: HandClock;
  credentials?: Record<string, Record<string, string>>;
}

/** A flow that runs. Whoever stages it stops its runtime. */
export async function stageFlow(options: StageOptions): Promise<Stage> {
  const { types, auth, flow, clock = new HandClock(), desk = new StandInDesk(), credentials = {} } = options;
  const seen: Seen = { sent: [], debug: [], looks: new Map(), errors: [], lines: [] };
  let underWay = 0;
  const runtime = new MemoryRuntime({
    types,
    auth,
    desk,
    credentials,
    wall: clock,
    isFrozen: true,
    activity: {
      begin: () => {
        underWay += 1;
        return () => {
          underWay -= 1;
        };
      },
    },
    listener: {
      sent: (event) => seen.sent.push(event),
      debug: (event) => seen.debug.push(event),
      status: ({ id, look }) => seen.looks.set(id, look),
      error: (event) => seen.errors.push(event),
      log: ({ line }) => seen.lines.push(line),
    },
  });
  await runtime.deploy(flow);
  const rest = async () => {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = underWay === 0 ? quiet + 1 : 0;
    }
  };
  await rest();
  return {
    runtime,
    seen,
    clock,
    desk,
    rest,
    messages: (from, port = 0) => seen.sent.filter((one) => one.from === from && one.port === port).map(({ message }) => message),
  };
}

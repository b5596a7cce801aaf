/** One account between a memory that survives it and an exchange that does as it is told; lives follow each other. */
import assert from 'node:assert/strict';
import { type Account, openAccount } from '../../lib/account/account.ts';
import type { AccountBooks, Reconcile } from '../../lib/account/account-books.ts';
import type {
  AccountListener,
  FeedListener,
  FeedView,
  MarketUpdate,
  OrderReport,
  ReconcileRun,
  SignalWish,
} from '../../lib/account/contract.ts';
import type { Leg } from '../../lib/trading/cause.ts';
import type { ExitReason } from '../../lib/trading/exit.ts';
import { defaultLimits, type RiskLimits } from '../../lib/trading/limits.ts';
import type { MarketStatus } from '../../lib/trading/market.ts';
import { entryWish, exitWish } from '../../lib/trading/order-wish.ts';
import type { ListedGame, ListedMarket, StandingQuote } from '../../lib/trading/ports/market-data.ts';
import type { AccountRow, Memory } from '../../lib/trading/ports/memory.ts';
import type { Alert } from '../../lib/trading/ports/outbox.ts';
import { Exchange } from './stage-exchange.ts';
import { type Gate, OpenGate, type PortFailure } from './stage-gate.ts';
import { Database } from './stage-memory.ts';
import { settled, VirtualTime } from './stage-time.ts';

export const ACCOUNT = '0c1f6c1e-0000-4000-8000-000000000001';
export const RULE = 'aaaa1111-0000-4000-8000-00000000000a';
export const OTHER_RULE = 'bbbb2222-0000-4000-8000-00000000000b';
export const EVENT = 'KXNBAGAME-26NOV20LALBOS';
export const LAL = `${EVENT}-LAL`;
export const BOS = `${EVENT}-BOS`;
export const START_MS = Date.UTC(2026, 10, 20, 18);
export const PERSON = { kind: 'local' } as const;

/** The feed of two markets; nothing moves by itself. */
export class FeedStandIn {
  readonly markets = new Map<string, ListedMarket>();
  readonly quotes = new Map<string, StandingQuote>();
  readonly #listeners = new Set<FeedListener>();
  readonly #nowMs: () => number;
  isBlind = false;

  constructor(nowMs: () => number, tickers: readonly string[] = [LAL, BOS]) {
    this.#nowMs = nowMs;
    for (const ticker of tickers) {
      const team = ticker.slice(ticker.lastIndexOf('-') + 1);
      const fees = { type: 'quadratic' as const, multiplier: 1 };
      this.markets.set(ticker, { ticker, team, title: team, status: 'open', resultCC: undefined, fees, exchangeIndex: 0 });
      this.quote(ticker, 4_900, 5_000);
    }
  }

  quote(ticker: string, bidCC: number | undefined, askCC: number | undefined, ageMs = 0): void {
    const quote = { bidCC, bidSizeE2: 100_000, askCC, askSizeE2: 100_000, atMs: this.#nowMs() };
    this.quotes.set(ticker, { quote, source: 'socket', ageMs });
  }

  status(ticker: string, status: MarketStatus, resultCC?: number): void {
    const market = this.markets.get(ticker);
    assert.ok(market);
    this.markets.set(ticker, { ...market, status, resultCC });
    const update = this.#look(ticker);
    for (const listener of this.#listeners) listener.update?.(update);
  }

  games(): ListedGame[] {
    const events = Map.groupBy(this.markets.values(), (market) => eventOf(market.ticker));
    return [...events].map(([eventTicker, markets]) => ({
      eventTicker,
      seriesTicker: 'KXNBAGAME',
      league: 'NBA',
      title: eventTicker,
      home: undefined,
      away: undefined,
      startMs: undefined,
      hasScoreSource: true,
      markets,
    }));
  }

  view(): FeedView {
    const game = (eventTicker: string) => this.games().find((one) => one.eventTicker === eventTicker);
    return {
      environment: 'practice',
      clock: { nowMs: this.#nowMs, after: () => () => {} },
      choose: () => {},
      drop: () => {},
      listen: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      trackBaselines: () => () => {},
      baseline: () => ({ status: 'collecting', baseline: undefined, provisional: undefined, reason: undefined, samples: 0 }),
      games: () => this.games(),
      game,
      market: (ticker) => {
        const market = this.markets.get(ticker);
        const of = game(eventOf(ticker));
        return market === undefined || of === undefined ? undefined : { market, game: of };
      },
      known: () => undefined,
      quote: (ticker) => this.quotes.get(ticker),
      look: (ticker) => this.#look(ticker),
      health: () => ({ kind: this.isBlind ? 'blind' : 'connected', heardAgeMs: 0, reason: this.isBlind ? 'no frames' : '' }),
      problems: () => [],
    };
  }

  #look(ticker: string): MarketUpdate {
    const market = this.markets.get(ticker);
    const game = this.games().find((one) => one.eventTicker === eventOf(ticker));
    assert.ok(market !== undefined && game !== undefined);
    const quote = this.quotes.get(ticker);
    return { kind: 'update', environment: 'practice', game, market, quote, feedAgeMs: 0, known: undefined, atMs: this.#nowMs() };
  }
}

/** A reconciler that takes in everything the exchange lists and compares positions: plain, and enough for these tests. */
export const reconcileAll: Reconcile = async (books: AccountBooks, cause): Promise<ReconcileRun> => {
  const run = { cause, atMs: books.clock.nowMs(), findings: [] as string[], repairs: [] as string[], failure: undefined };
  try {
    for (const order of await books.venue.ordersSince(0)) await books.takeOrder(order);
    for (const fill of await books.venue.fillsSince(0)) await books.takeFill(fill);
    for (const settlement of await books.venue.settlementsSince(0)) await books.takeSettlement(settlement);
    return { ...run, agreed: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'TEST';
    return { ...run, agreed: false, failure: { code, message } };
  }
};

export interface Life {
  account: Account;
  reports: OrderReport[];
  /** Ends the life as a crash does: nothing more is heard of it. */
  kill(): void;
}

export class Stage {
  readonly time: VirtualTime;
  readonly database: Database;
  readonly exchange: Exchange;
  readonly feed: FeedStandIn;
  readonly gate = new OpenGate();
  readonly alerts = new Map<string, Alert>();
  reconcile: Reconcile = reconcileAll;
  /** What the exchange says to credentials. */
  refusal: PortFailure | undefined;
  readonly lives: Life[] = [];
  underWay = 0;

  constructor(options: { limits?: Partial<RiskLimits>; speed?: number; tickers?: readonly string[] } = {}) {
    this.time = new VirtualTime(START_MS, options.speed);
    this.database = new Database(accountRow({ limits: { ...defaultLimits(), ...options.limits } }));
    const nowMs = () => this.time.marketMs();
    this.exchange = new Exchange(nowMs);
    this.feed = new FeedStandIn(nowMs, options.tickers);
  }

  get account(): Account {
    const life = this.lives.at(-1);
    assert.ok(life, 'an account was born');
    return life.account;
  }

  get reports(): OrderReport[] {
    return this.lives.flatMap((life) => life.reports);
  }

  /** Opens an account on what is there; not started. `takes`: somebody in the flow takes the outcomes. */
  born(options: { gate?: Gate; memory?: Memory; row?: AccountRow; takes?: boolean; listener?: AccountListener } = {}): Life {
    const gate = options.gate ?? this.gate;
    const { clock, wall, die } = this.time.view();
    const feed = this.feed.view();
    const venue = this.exchange.venue(gate, () => this.refusal);
    let isDead = false;
    const account = openAccount({
      row: options.row ?? structuredClone(this.database.row),
      venue,
      memory: options.memory ?? this.database.memory(gate),
      outbox: {
        post: (alert) =>
          gate.pass('outbox.post', () => {
            if (!this.alerts.has(alert.key)) this.alerts.set(alert.key, alert);
          }),
      },
      clock,
      wall,
      activity: {
        begin: () => {
          let isOver = isDead;
          if (!isOver) this.underWay += 1;
          return () => {
            if (!isOver && !isDead) this.underWay -= 1;
            isOver = true;
          };
        },
      },
      feed: () => feed,
      reconcile: (books, cause) => this.reconcile(books, cause),
    });
    const reports: OrderReport[] = [];
    account.listen({
      report: (report) => {
        reports.push(report);
        return options.takes !== false;
      },
      ...options.listener,
    });
    const kill = () => {
      isDead = true;
      this.underWay = 0;
      die();
    };
    const life = { account, reports, kill };
    this.lives.push(life);
    return life;
  }

  async armed(options: Parameters<Stage['born']>[0] = {}): Promise<Account> {
    const { account } = this.born(options);
    await account.start();
    await settled();
    assert.equal(account.state().status, 'armed', account.state().reason);
    return account;
  }

  /** Until nothing is under way that needs no time: for a memory that takes real time. */
  async rest(): Promise<void> {
    do await settled();
    while (this.underWay > 0);
  }

  /** Lets wall time pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const endMs = this.time.wallMs() + ms;
    await settled();
    while (this.time.wallMs() < endMs) {
      this.time.step(endMs - this.time.wallMs());
      await settled();
    }
  }

  entry(change: Partial<SignalWish> & { ticker?: string; countE2?: number; askCC?: number } = {}): SignalWish {
    const { ticker = LAL, countE2 = 1_000, askCC = 5_000, ...rest } = change;
    const wish = entryWish({ ticker, outcome: 'yes', askCC, limitCC: askCC + 100, countE2 });
    return wishOf('entry', { wish, entryCaps: { maxEntriesPerGame: 1, maxTotalPositions: 5, averagingDown: false }, ...rest });
  }

  exit(change: Partial<SignalWish> & { ticker?: string; countE2?: number; bidCC?: number } = {}): SignalWish {
    const { ticker = LAL, countE2 = 1_000, bidCC = 4_900, ...rest } = change;
    const wish = exitWish({ ticker, outcome: 'yes', bidCC, offsetCC: 200, countE2 });
    return wishOf('exit', { wish, exitReason: 'take_profit' satisfies ExitReason, maxPriceMoveCC: undefined, ...rest });
  }

  /** Raises and submits; what it comes to, once everything that needs no time has happened. */
  async submit(wish: SignalWish): Promise<{ report: OrderReport | undefined; clientOrderId: string | undefined }> {
    const signal = this.account.raise(wish);
    assert.ok(signal, 'the wish became a signal');
    const known = new Set(this.database.orders.keys());
    const outcome: { report?: OrderReport } = {};
    void this.account.submit(signal, { node: 'order-node' }).then((report) => {
      outcome.report = report;
    });
    await settled();
    const clientOrderId = [...this.database.orders.keys()].find((id) => !known.has(id));
    return { report: outcome.report, clientOrderId };
  }

  heldE2(ticker = LAL): number {
    return this.account.lots({ ticker }).reduce((total, lot) => total + (lot.outcome === 'yes' ? lot.countE2 : -lot.countE2), 0);
  }

  stored(clientOrderId: string | undefined) {
    const stored = this.database.orders.get(clientOrderId ?? '');
    assert.ok(stored, `order ${clientOrderId} is remembered`);
    return stored.order;
  }
}

export function accountRow(change: Partial<AccountRow> = {}): AccountRow {
  return {
    id: ACCOUNT,
    userId: 'local',
    environment: 'practice',
    label: 'practice',
    night: 'night-1',
    keyFingerprint: 'fingerprint',
    entriesEnabled: true,
    limits: defaultLimits(),
    createdMs: START_MS,
    ...change,
  };
}

function wishOf(leg: Leg, change: Partial<SignalWish> & Pick<SignalWish, 'wish'>): SignalWish {
  return {
    ruleId: RULE,
    ruleName: 'dip',
    leg,
    eventTicker: EVENT,
    exitReason: undefined,
    reason: leg === 'entry' ? 'drop 16.0 >= 15.0' : 'P&L 21.0 >= 20.0',
    notes: [],
    numbers: {},
    entryCaps: undefined,
    maxPriceMoveCC: 200,
    patienceMs: 60_000,
    ...change,
  };
}

function eventOf(ticker: string): string {
  return ticker.slice(0, ticker.lastIndexOf('-'));
}

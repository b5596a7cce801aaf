import { WebSocket } from 'ws';
import type { Book } from '../book.ts';
import type { Channel } from '../schema/socket.ts';
import type { AuthHeaders } from '../signing.ts';
import { systemClock, type WallClock } from '../wall-clock.ts';
import { FollowedBooks } from './books.ts';
import { Connection } from './connection.ts';
import { Inbox } from './inbox.ts';
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts';
import { Listeners, type SocketListener } from './listeners.ts';
import type { SocketProblem } from './problems.ts';
import type { SocketState } from './state.ts';
import { PRIVATE_CHANNELS, Subscription } from './subscription.ts';

export type { SocketListener } from './listeners.ts';
export { PRIVATE_CHANNELS } from './subscription.ts';

/** What an account listens to unless told otherwise: its own channels, the life cycle of markets, and the followed books. */
export const DEFAULT_CHANNELS: readonly Channel[] = ['orderbook_delta', 'market_lifecycle_v2', ...PRIVATE_CHANNELS];

export interface KalshiSocketOptions {
  /** `wss://.../trade-api/ws/v2` */
  url: string;
  /** The signed headers of one handshake; called anew at each connect. */
  headers: () => Promise<AuthHeaders>;
  /** Market time (epoch ms): what a book is stamped with where the message carries no time. */
  marketNow: () => number;
  /** `ticker` and `trade` follow the same markets as the books when they are among these. */
  channels?: readonly Channel[];
  limits?: Partial<SocketLimits>;
  clock?: WallClock;
  /** Uniform in [0, 1). */
  random?: () => number;
  WebSocket?: typeof WebSocket;
}

const CHECK_MS = 1_000;
const SHOWN_FLAWED = 100;

/** One account's connection to Kalshi for all its channels, with a book for every followed market. */
export class KalshiSocket {
  #limits: SocketLimits;
  #clock: WallClock;
  #connection: Connection;
  #books: FollowedBooks;
  #bookChannel: Subscription | undefined;
  #subscriptions: Subscription[];
  #listeners = new Listeners();
  #isSettleDue = false;
  #lastId = 0;
  #cancelCheck: () => void = () => {};
  #isRunning = false;
  #inbox: Inbox;
  #kind: SocketState['kind'] = 'blind';
  #isPrivateHealthy = false;
  #sinceMs: number;
  #endedBy = 'not connected yet';
  /** Told when a connection has been opened, or none will be. */
  #awaitOpen: (() => void)[] = [];

  constructor(options: KalshiSocketOptions) {
    const { url, headers, marketNow, channels = DEFAULT_CHANNELS, clock = systemClock, random = Math.random } = options;
    this.#limits = { ...SOCKET_LIMITS, ...options.limits };
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
    this.#connection = new Connection(
      { url, headers, WebSocket: options.WebSocket ?? WebSocket, clock, random, limits: this.#limits },
      { opened: () => this.#opened(), received: (text) => this.#inbox.receive(text), ended: (problem) => this.#ended(problem) },
    );
    this.#books = new FollowedBooks({
      monotonicMs: () => clock.monotonicMs(),
      marketNow,
      onBook: (book) => this.#listeners.book(book),
      onOwnDelta: (delta) => this.#listeners.ownDelta(delta),
    });
    const host = {
      report: (problem: SocketProblem) => this.#listeners.problem(problem),
      redial: (problem: SocketProblem) => this.#connection.end(problem),
      lost: (subscription: Subscription, tickers?: readonly string[]) => {
        if (subscription === this.#bookChannel) this.#books.flawAll('disconnected', tickers);
      },
    };
    this.#subscriptions = [...new Set(channels)].map((channel) => new Subscription(channel, this.#limits, host));
    this.#bookChannel = this.#subscriptions.find((subscription) => subscription.channel === 'orderbook_delta');
    this.#inbox = new Inbox(this.#subscriptions, this.#books, {
      monotonicMs: () => clock.monotonicMs(),
      message: (frame) => this.#listeners.frame(frame),
      report: host.report,
      redial: host.redial,
      settle: () => this.#settle(),
      settleSoon: () => this.#settleSoon(),
    });
  }

  /** Connects, and stays connected until `close`. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#connection.start();
    this.#scheduleCheck();
  }

  /** Ends the connection and every timer. Books stay followed, and serve nothing. */
  close(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancelCheck();
    this.#connection.close();
    this.#forget('closed');
    this.#tellOpen();
  }

  /**
   * Follows markets, each until everybody (`by`) who follows it has dropped it. What is followed and dropped in one turn goes
   * out as one change.
   */
  follow(tickers: Iterable<string>, by: object = this): void {
    for (const ticker of tickers) {
      if (!this.#books.follow(ticker, by)) continue;
      for (const subscription of this.#subscriptions) if (subscription.isPerMarket) subscription.want(ticker);
    }
    this.#settleSoon();
  }

  /** Drops markets, with their books where nobody else follows them. */
  drop(tickers: Iterable<string>, by: object = this): void {
    for (const ticker of tickers) {
      if (!this.#books.drop(ticker, by)) continue;
      for (const subscription of this.#subscriptions) if (subscription.isPerMarket) subscription.unwant(ticker);
    }
    this.#settleSoon();
  }

  /** The book of a followed market, good or not; undefined for a market that is not followed. */
  book(ticker: string): Book | undefined {
    return this.#books.get(ticker);
  }

  /** No connection is open: the state's kind is `blind`. */
  get isBlind(): boolean {
    return this.#connection.openedMs === undefined;
  }

  /** Milliseconds since anything was heard, control frames included: the age of every good book. Infinite before the first. */
  get heardAgeMs(): number {
    return this.#clock.monotonicMs() - (this.#connection.lastHeardMs ?? Number.NEGATIVE_INFINITY);
  }

  /** Whether fills and orders of this account arrive; see `SocketState`. */
  get isPrivateHealthy(): boolean {
    return this.#judgePrivate();
  }

  /**
   * Resolves when everything that the exchange had sent before the call has been taken in, and what was followed and dropped before it has
   * been answered. Without a connection it waits for one; where the socket does not run, or is closed meanwhile, it resolves.
   */
  async roundTrip(): Promise<void> {
    while (this.#isRunning) {
      this.#flush();
      const asked = new Set(this.#pendingIds());
      if (!(await this.#connection.echo())) await this.#opening();
      else if (this.#pendingIds().every((id) => asked.has(id))) return;
    }
  }

  /** Adds a listener; the returned function takes it away again. */
  listen(listener: SocketListener): () => void {
    return this.#listeners.add(listener);
  }

  state(): SocketState {
    const nowMs = this.#clock.monotonicMs();
    const ageMs = (atMs: number | undefined) => (atMs === undefined ? undefined : nowMs - atMs);
    const { kind, reason } = this.#judge();
    const channels = this.#subscriptions.map(({ channel, isConfirmed, markets }) => ({ channel, isConfirmed, markets }));
    return {
      kind,
      forMs: kind === this.#kind ? nowMs - this.#sinceMs : 0,
      reason,
      heardAgeMs: ageMs(this.#connection.lastHeardMs),
      heartbeatAgeMs: ageMs(this.#connection.lastHeartbeatMs),
      isPrivateHealthy: this.#judgePrivate(),
      channels,
      followedMarkets: this.#books.size,
      flawedMarkets: [...this.#books.flawed.keys()].slice(0, SHOWN_FLAWED).map((book) => book.ticker),
    };
  }

  #opened(): void {
    this.#inbox.reset();
    this.#settle();
    this.#tellOpen();
  }

  #opening(): Promise<void> {
    if (!this.#isRunning || !this.isBlind) return Promise.resolve();
    return new Promise((resolve) => this.#awaitOpen.push(resolve));
  }

  #tellOpen(): void {
    for (const resolve of this.#awaitOpen.splice(0)) resolve();
  }

  /** Commands on their way: what answers them may lead to further ones. */
  #pendingIds(): number[] {
    return this.#subscriptions.map(({ pendingId }) => pendingId).filter((id) => id !== undefined);
  }

  #ended(problem: SocketProblem): void {
    this.#forget(problem.message);
    this.#listeners.problem(problem);
  }

  #forget(reason: string): void {
    this.#endedBy = reason;
    for (const subscription of this.#subscriptions) subscription.reset();
    this.#books.flawAll('disconnected');
    this.#settle();
  }

  #scheduleCheck(): void {
    this.#cancelCheck = this.#clock.after(CHECK_MS, () => {
      this.#scheduleCheck();
      this.#checkLimits(this.#clock.monotonicMs());
    });
  }

  #checkLimits(nowMs: number): void {
    this.#connection.check(nowMs);
    if (this.#connection.openedMs === undefined) return;
    for (const subscription of this.#subscriptions) subscription.check(nowMs);
    for (const book of this.#books.flawed.keys()) this.#bookChannel?.requestOverdue(book.ticker, nowMs);
    this.#settle();
  }

  #settleSoon(): void {
    if (this.#isSettleDue) return;
    this.#isSettleDue = true;
    queueMicrotask(() => this.#settle());
  }

  #flush(): void {
    this.#isSettleDue = false;
    if (this.#connection.openedMs === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    for (const subscription of this.#subscriptions) {
      const command = subscription.next(this.#lastId + 1, nowMs);
      if (command === undefined) continue;
      this.#lastId++;
      this.#connection.send(JSON.stringify(command));
    }
  }

  /** Sends what is due, and tells the listeners when the state has become another. */
  #settle(): void {
    this.#flush();
    const { kind } = this.#judge();
    const isPrivateHealthy = this.#judgePrivate();
    if (kind === this.#kind && isPrivateHealthy === this.#isPrivateHealthy) return;
    if (kind !== this.#kind) this.#sinceMs = this.#clock.monotonicMs();
    this.#kind = kind;
    this.#isPrivateHealthy = isPrivateHealthy;
    this.#listeners.state(this.state());
  }

  #judge(): { kind: SocketState['kind']; reason: string } {
    const { openedMs } = this.#connection;
    if (openedMs === undefined) return { kind: 'blind', reason: this.#endedBy };
    const open = this.#subscriptions.find((each) => !each.isConfirmed);
    if (open !== undefined) return { kind: 'degraded', reason: `${open.channel} is not subscribed` };
    const nowMs = this.#clock.monotonicMs();
    for (const [book, sinceMs] of this.#books.flawed) {
      const isNew = book.flaw === 'waiting' && sinceMs > openedMs && nowMs - sinceMs < this.#limits.answerMs;
      if (!isNew) return { kind: 'degraded', reason: `no good order book of ${book.ticker}: ${book.flaw}` };
    }
    return { kind: 'connected', reason: '' };
  }

  #judgePrivate(): boolean {
    if (this.#connection.openedMs === undefined) return false;
    return this.#subscriptions.every((each) => each.isHealthy || !each.isPrivate);
  }
}

import { WebSocket } from 'ws';
import type { Book } from '../book.ts';
import type { Channel, ChannelFrame } from '../schema/socket.ts';
import type { AuthHeaders } from '../signing.ts';
import { systemClock, type WallClock } from '../wall-clock.ts';
import { FollowedBooks, type OwnDelta } from './books.ts';
import { Connection } from './connection.ts';
import { Inbox } from './inbox.ts';
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts';
import type { SocketProblem } from './problems.ts';
import type { SocketState } from './state.ts';
import { Subscription } from './subscription.ts';

export const PRIVATE_CHANNELS: readonly Channel[] = ['fill', 'user_orders', 'market_positions', 'order_group_updates'];
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

/** Called synchronously, in the order of the frames. What it is handed belongs to the socket and is not to be edited. */
export interface SocketListener {
  /** A followed book has changed, or has just been found flawed (`book.isValid` tells). The hot path. */
  book?(book: Book): void;
  /** A message of any other channel. */
  frame?(frame: ChannelFrame): void;
  ownDelta?(delta: OwnDelta): void;
  /** The state's kind or the health of the private channels has changed. */
  state?(state: SocketState): void;
  problem?(problem: SocketProblem): void;
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
  #listeners: SocketListener[] = [];
  #isSettleDue = false;
  #lastId = 0;
  #cancelCheck: () => void = () => {};
  #isRunning = false;
  #inbox: Inbox;
  #kind: SocketState['kind'] = 'blind';
  #isPrivateHealthy = false;
  #sinceMs: number;
  #endedBy = 'not connected yet';

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
      onBook: (book) => {
        for (const listener of this.#listeners) listener.book?.(book);
      },
      onOwnDelta: (delta) => {
        for (const listener of this.#listeners) listener.ownDelta?.(delta);
      },
    });
    const host = {
      report: (problem: SocketProblem) => this.#report(problem),
      redial: (problem: SocketProblem) => this.#connection.end(problem),
      lost: (subscription: Subscription) => {
        if (subscription === this.#bookChannel) this.#books.flawAll('disconnected');
      },
    };
    this.#subscriptions = [...new Set(channels)].map((channel) => new Subscription(channel, this.#limits, host));
    this.#bookChannel = this.#subscriptions.find((subscription) => subscription.channel === 'orderbook_delta');
    this.#inbox = new Inbox(this.#subscriptions, this.#books, {
      monotonicMs: () => clock.monotonicMs(),
      message: (frame) => {
        for (const listener of this.#listeners) listener.frame?.(frame);
      },
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
  }

  /** Follows markets. What is followed and dropped in one turn goes out as one change. */
  follow(tickers: Iterable<string>): void {
    for (const ticker of tickers) {
      if (!this.#books.follow(ticker)) continue;
      for (const subscription of this.#subscriptions) if (subscription.isPerMarket) subscription.want(ticker);
    }
    this.#settleSoon();
  }

  /** Drops markets with their books. */
  drop(tickers: Iterable<string>): void {
    for (const ticker of tickers) {
      if (!this.#books.drop(ticker)) continue;
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

  /** Adds a listener; the returned function takes it away again. */
  listen(listener: SocketListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
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
  }

  #ended(problem: SocketProblem): void {
    this.#forget(problem.message);
    this.#report(problem);
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

  #report(problem: SocketProblem): void {
    for (const listener of this.#listeners) listener.problem?.(problem);
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
    const state = this.state();
    for (const listener of this.#listeners) listener.state?.(state);
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
    return this.#subscriptions.every((each) => each.isConfirmed || !PRIVATE_CHANNELS.includes(each.channel));
  }
}

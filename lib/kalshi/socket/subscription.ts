/**
 * One channel's subscription on one connection: what is wanted, what the server has confirmed, and the single command that is
 * on its way to bring the two together. The server may work on commands in any order, so there is never more than one per
 * channel in flight: whatever changes meanwhile is settled by the next.
 *
 * It holds no socket and no timer: `next` says what to send, the `on...` functions take what came. `nowMs` is monotonic.
 */
import { type Channel, type ErrorFrame, isTerminalSocketError, type OkFrame, type SocketCommand } from '../schema/socket.ts';
import type { SocketLimits } from './limits.ts';
import type { SocketProblem } from './problems.ts';

/** What a subscription asks of the connection that it lives on. */
export interface SubscriptionHost {
  report(problem: SocketProblem): void;
  /** Only a new connection helps. */
  redial(problem: SocketProblem): void;
  /** The server no longer sends for this subscription; what was received by it is out of date. */
  lost(subscription: Subscription): void;
}

interface Pending {
  id: number;
  kind: 'subscribe' | 'unsubscribe' | 'add_markets' | 'delete_markets' | 'get_snapshot';
  tickers: readonly string[];
  /** get_snapshot: those that have not come yet. */
  awaited: Set<string>;
  sentMs: number;
}

const PER_MARKET: readonly Channel[] = ['orderbook_delta', 'ticker', 'trade'];
// How errors that answer a command are dealt with; any other that answers a subscribe will not get better by itself.
const TRY_AGAIN: readonly number[] = [1, 17, 18, 27];
const BAD_MARKETS: readonly number[] = [11, 14, 16, 26];
const UNKNOWN_SID = 7;
const NEEDS_NEW_CONNECTION: readonly number[] = [6, 9];

export class Subscription {
  readonly channel: Channel;
  readonly isPerMarket: boolean;
  #isBook: boolean;
  sid: number | undefined;
  #limits: SocketLimits;
  #host: SubscriptionHost;
  #wanted = new Set<string>();
  /** Confirmed by the server, with the time of that. */
  #held = new Map<string, number>();
  /** Not to be asked for before this time. */
  #refused = new Map<string, number>();
  #snapshotsDue = new Set<string>();
  /** Markets that a snapshot has come for on this connection. */
  #known = new Set<string>();
  #pending: Pending | undefined;
  #isConfirmed = false;
  #isRenewing = false;
  #hasFailed = false;
  /** Earlier sids of this connection, of which frames may still come. */
  #pastSids = new Set<number>();
  #nextSeq = 1;
  #marketsPerCommand: number;
  #notBeforeMs = 0;
  #snapshotsNotBeforeMs = 0;
  #strikes: number[] = [];

  constructor(channel: Channel, limits: SocketLimits, host: SubscriptionHost) {
    this.channel = channel;
    this.isPerMarket = PER_MARKET.includes(channel);
    this.#isBook = channel === 'orderbook_delta';
    this.#limits = limits;
    this.#host = host;
    this.#marketsPerCommand = limits.marketsPerCommand;
  }

  want(ticker: string): void {
    this.#wanted.add(ticker);
    this.#refused.delete(ticker);
    // Its snapshot came while nobody wanted it.
    this.requestSnapshot(ticker);
  }

  unwant(ticker: string): void {
    this.#wanted.delete(ticker);
    this.#refused.delete(ticker);
    this.#snapshotsDue.delete(ticker);
    this.#pending?.awaited.delete(ticker);
  }

  /** Asks for a fresh snapshot of a market, once its turn comes. Nothing for a market that is not subscribed. */
  requestSnapshot(ticker: string): void {
    if (this.#isBook && this.#held.has(ticker)) this.#snapshotsDue.add(ticker);
  }

  /** Asks for the snapshot of a market that has kept silent for too long since it was subscribed. */
  requestOverdue(ticker: string, nowMs: number): void {
    const heldMs = this.#held.get(ticker);
    if (heldMs === undefined || nowMs - heldMs < this.#limits.answerMs || this.#isRefused(ticker, nowMs)) return;
    if (!this.#pending?.awaited.has(ticker)) this.requestSnapshot(ticker);
  }

  /** Whether the server has confirmed everything that is wanted of this channel as a whole. */
  get isConfirmed(): boolean {
    return this.#isConfirmed || (this.isPerMarket && this.#wanted.size === 0);
  }

  /** The id of the command that is waiting for its answer. */
  get pendingId(): number | undefined {
    return this.#pending?.id;
  }

  /** Markets that the server has confirmed. */
  get markets(): number {
    return this.#held.size;
  }

  /** Forgets everything about the server: the connection is gone. */
  reset(): void {
    this.sid = undefined;
    this.#pastSids.clear();
    this.#pending = undefined;
    this.#held.clear();
    this.#refused.clear();
    this.#snapshotsDue.clear();
    this.#known.clear();
    this.#isConfirmed = false;
    this.#isRenewing = false;
    this.#hasFailed = false;
    this.#nextSeq = 1;
    this.#marketsPerCommand = this.#limits.marketsPerCommand;
    this.#notBeforeMs = 0;
    this.#snapshotsNotBeforeMs = 0;
    this.#strikes = [];
  }

  /** The next command to send, if there is one to send now; it counts as sent. */
  next(id: number, nowMs: number): SocketCommand | undefined {
    if (this.#pending !== undefined || this.#hasFailed || nowMs < this.#notBeforeMs) return undefined;
    const { sid } = this;
    if (sid === undefined) return this.#subscribe(id, nowMs);
    const isEmpty = this.isPerMarket && this.#wanted.size === 0;
    if (this.#isRenewing || isEmpty) {
      this.#send(id, 'unsubscribe', [], nowMs);
      return { id, cmd: 'unsubscribe', params: { sids: [sid] } };
    }
    if (!this.isPerMarket) return undefined;
    return (
      this.#update(id, sid, 'add_markets', this.#missing(nowMs), nowMs) ??
      this.#update(id, sid, 'delete_markets', this.#surplus(), nowMs) ??
      (nowMs < this.#snapshotsNotBeforeMs ? undefined : this.#update(id, sid, 'get_snapshot', this.#snapshotsDue, nowMs))
    );
  }

  /** Gives up on a command that was not answered in time. */
  check(nowMs: number): void {
    const pending = this.#pending;
    if (pending === undefined || nowMs - pending.sentMs < this.#limits.answerMs) return;
    const silent = [...pending.awaited].filter((ticker) => !this.#known.has(ticker));
    if (pending.kind === 'get_snapshot' && silent.length === pending.awaited.size) {
      this.#pending = undefined;
      this.#refuse(silent, nowMs, 'the exchange sends no order book for them');
      return;
    }
    const message = `the exchange did not answer ${pending.kind} for ${this.channel} within ${this.#limits.answerMs / 1000} s`;
    this.#host.redial({ code: 'KALSHI_SOCKET_UNANSWERED', message, channel: this.channel });
  }

  /**
   * Takes the sequence number of a frame. `gap`: frames before it are missing; this one is good. `old`: the frame came again
   * or too late and is not to be used.
   */
  accept(seq: number): 'next' | 'gap' | 'old' {
    if (seq === this.#nextSeq) {
      this.#nextSeq++;
      return 'next';
    }
    if (seq < this.#nextSeq) return 'old';
    this.#nextSeq = seq + 1;
    return 'gap';
  }

  /** Takes the sid of a frame of this channel that overtook its `subscribed`. Says whether it can be ours. */
  adopt(sid: number): boolean {
    if (this.#pending?.kind !== 'subscribe' || this.sid !== undefined || this.#pastSids.has(sid)) return false;
    this.sid = sid;
    return true;
  }

  onSubscribed(id: number | undefined, sid: number, nowMs: number): void {
    const pending = this.#pending;
    if (pending?.kind !== 'subscribe' || pending.id !== id) return;
    this.#move(sid, 1);
    this.#confirm(pending, sid, pending.tickers, nowMs);
  }

  onOk(frame: OkFrame, nowMs: number): void {
    const pending = this.#pending;
    if (pending === undefined || pending.id !== frame.id) return;
    const listed = frame.msg === undefined || Array.isArray(frame.msg) ? undefined : frame.msg.market_tickers;
    const named = listed === undefined ? undefined : new Set(listed);
    const accepted = pending.tickers.filter((ticker) => named?.has(ticker) ?? true);
    if (pending.kind === 'subscribe') {
      // The channel was subscribed already: the server has added our markets to that subscription.
      const sid = frame.sid ?? this.sid;
      if (sid === undefined) return;
      this.#move(sid, (frame.seq ?? 0) + 1);
      this.#confirm(pending, sid, accepted, nowMs);
    } else if (pending.kind === 'add_markets') {
      this.#confirm(pending, this.sid, accepted, nowMs);
    } else if (pending.kind === 'delete_markets') {
      this.#pending = undefined;
      for (const ticker of pending.tickers) this.#release(ticker);
    }
  }

  /** A snapshot has come, whoever asked for it. Says whether it completes the answer to a command. */
  onSnapshot(ticker: string): boolean {
    this.#known.add(ticker);
    this.#refused.delete(ticker);
    this.#snapshotsDue.delete(ticker);
    const pending = this.#pending;
    if (pending?.kind !== 'get_snapshot') return false;
    pending.awaited.delete(ticker);
    if (pending.awaited.size > 0) return false;
    this.#pending = undefined;
    return true;
  }

  onUnsubscribed(): void {
    const isAsked = this.#pending?.kind === 'unsubscribe';
    this.#end();
    if (isAsked) return;
    const message = `the exchange ended the subscription to ${this.channel}`;
    this.#host.report({ code: 'KALSHI_SOCKET_SUBSCRIPTION_LOST', message, channel: this.channel });
  }

  /** Frames are missing: counts it, and heals by as much as the count asks for. */
  onGap(nowMs: number): void {
    // Its answer may be among what is missing.
    if (this.#pending?.kind === 'get_snapshot') this.#pending = undefined;
    this.#strike(nowMs);
    for (const ticker of this.#held.keys()) if (this.#wanted.has(ticker)) this.requestSnapshot(ticker);
  }

  /** An error that answers our command or names our sid. */
  onError(frame: ErrorFrame, nowMs: number): void {
    const { code } = frame.msg;
    if (isTerminalSocketError(code)) return this.#die(code, nowMs);
    const pending = this.#pending;
    if (pending === undefined || pending.id !== frame.id) return;
    this.#pending = undefined;
    for (const ticker of pending.awaited) this.#snapshotsDue.add(ticker);
    const message = `the exchange refused ${pending.kind} for ${this.channel}: ${frame.msg.msg} (${code})`;
    const problem: SocketProblem = { code: 'KALSHI_SOCKET_COMMAND_REFUSED', message, channel: this.channel, kalshiCode: code };
    if (NEEDS_NEW_CONNECTION.includes(code)) return this.#host.redial(problem);
    if (BAD_MARKETS.includes(code) && pending.tickers.length > 0) return this.#onBadMarkets(frame, pending, nowMs);
    this.#host.report(problem);
    this.#notBeforeMs = nowMs + this.#limits.pauseMs;
    if (code === UNKNOWN_SID) this.#end();
    this.#hasFailed = pending.kind === 'subscribe' && !TRY_AGAIN.includes(code);
    if (!this.#hasFailed) this.#strike(nowMs);
  }

  /** Without a name in the error, the culprit is found by halving. */
  #onBadMarkets(frame: ErrorFrame, pending: Pending, nowMs: number): void {
    const { market_ticker, market_tickers, msg, code } = frame.msg;
    const named = market_tickers ?? (market_ticker === undefined ? [] : [market_ticker]);
    const culprits = pending.tickers.length === 1 ? pending.tickers : named.filter((ticker) => pending.tickers.includes(ticker));
    if (culprits.length > 0) this.#refuse(culprits, nowMs, `${msg} (${code})`);
    else this.#marketsPerCommand = Math.ceil(pending.tickers.length / 2);
    if (pending.kind === 'delete_markets') for (const ticker of culprits) this.#release(ticker);
  }

  #subscribe(id: number, nowMs: number): SocketCommand | undefined {
    const channels = [this.channel];
    if (!this.isPerMarket) {
      this.#send(id, 'subscribe', [], nowMs);
      return { id, cmd: 'subscribe', params: { channels } };
    }
    const market_tickers = this.#chunk(this.#missing(nowMs));
    if (market_tickers.length === 0) return undefined;
    this.#send(id, 'subscribe', market_tickers, nowMs);
    const pricing = this.#isBook ? { use_yes_price: true } : {};
    return { id, cmd: 'subscribe', params: { channels, market_tickers, ...pricing } };
  }

  #update(
    id: number,
    sid: number,
    action: 'add_markets' | 'delete_markets' | 'get_snapshot',
    tickers: Iterable<string>,
    nowMs: number,
  ): SocketCommand | undefined {
    const market_tickers = this.#chunk(tickers);
    if (market_tickers.length === 0) return undefined;
    this.#send(id, action, market_tickers, nowMs);
    if (action === 'get_snapshot') {
      for (const ticker of market_tickers) this.#snapshotsDue.delete(ticker);
      if (this.#snapshotsDue.size === 0) this.#snapshotsNotBeforeMs = nowMs + this.#limits.pauseMs;
    }
    return { id, cmd: 'update_subscription', params: { sid, action, market_tickers } };
  }

  #send(id: number, kind: Pending['kind'], tickers: readonly string[], sentMs: number): void {
    this.#pending = { id, kind, tickers, awaited: new Set(kind === 'get_snapshot' ? tickers : []), sentMs };
  }

  #confirm(pending: Pending, sid: number | undefined, accepted: readonly string[], nowMs: number): void {
    this.#pending = undefined;
    this.sid = sid;
    this.#isConfirmed = true;
    this.#marketsPerCommand = Math.min(this.#limits.marketsPerCommand, this.#marketsPerCommand * 2);
    for (const ticker of accepted) this.#held.set(ticker, nowMs);
    const absent = pending.tickers.filter((ticker) => !this.#held.has(ticker));
    if (absent.length > 0) this.#refuse(absent, nowMs, 'the exchange left them out');
  }

  #refuse(tickers: readonly string[], nowMs: number, reason: string): void {
    for (const ticker of tickers) {
      this.#refused.set(ticker, nowMs + this.#limits.refusalMs);
      this.#snapshotsDue.delete(ticker);
    }
    const shown = tickers.length > 3 ? `${tickers.slice(0, 3).join(', ')} and ${tickers.length - 3} more` : tickers.join(', ');
    const message = `no ${this.channel} for ${shown}: ${reason}`;
    this.#host.report({ code: 'KALSHI_SOCKET_MARKET_REFUSED', message, channel: this.channel, tickers });
  }

  /** The exchange has dropped the subscription because of an error of its own. */
  #die(code: number, nowMs: number): void {
    const message = `the exchange dropped the subscription to ${this.channel} (${code})`;
    this.#end();
    this.#host.report({ code: 'KALSHI_SOCKET_SUBSCRIPTION_LOST', message, channel: this.channel, kalshiCode: code });
    this.#strike(nowMs);
    if (this.#strikes.length > 1) this.#notBeforeMs = nowMs + this.#limits.pauseMs * 2 ** (this.#strikes.length - 2);
  }

  /** Binds the subscription to the sid that it has been given; what another sid brought is not to be trusted. */
  #move(sid: number, nextSeq: number): void {
    if (this.sid === sid) return;
    if (this.sid !== undefined) this.#host.lost(this);
    this.#nextSeq = nextSeq;
  }

  #end(): void {
    this.#host.lost(this);
    if (this.sid !== undefined) this.#pastSids.add(this.sid);
    this.sid = undefined;
    this.#pending = undefined;
    this.#isConfirmed = false;
    this.#isRenewing = false;
    this.#nextSeq = 1;
    this.#held.clear();
    this.#known.clear();
    this.#snapshotsDue.clear();
  }

  #strike(nowMs: number): void {
    const { strikeWindowMs, strikesBySnapshot, strikesByResubscribing } = this.#limits;
    this.#strikes = this.#strikes.filter((atMs) => nowMs - atMs < strikeWindowMs);
    this.#strikes.push(nowMs);
    if (this.#strikes.length > strikesBySnapshot + strikesByResubscribing) {
      const message = `the exchange's ${this.channel} keeps failing on this connection`;
      this.#host.redial({ code: 'KALSHI_SOCKET_SUBSCRIPTION_LOST', message, channel: this.channel });
    } else if (this.#strikes.length > strikesBySnapshot) {
      this.#isRenewing = this.sid !== undefined;
    }
  }

  #release(ticker: string): void {
    this.#held.delete(ticker);
    this.#known.delete(ticker);
    this.#snapshotsDue.delete(ticker);
  }

  *#missing(nowMs: number): Generator<string> {
    for (const ticker of this.#wanted) if (!this.#held.has(ticker) && !this.#isRefused(ticker, nowMs)) yield ticker;
  }

  *#surplus(): Generator<string> {
    for (const ticker of this.#held.keys()) if (!this.#wanted.has(ticker)) yield ticker;
  }

  #isRefused(ticker: string, nowMs: number): boolean {
    const untilMs = this.#refused.get(ticker);
    return untilMs !== undefined && nowMs < untilMs;
  }

  #chunk(tickers: Iterable<string>): string[] {
    const chunk: string[] = [];
    for (const ticker of tickers) {
      if (chunk.length === this.#marketsPerCommand) break;
      chunk.push(ticker);
    }
    return chunk;
  }
}

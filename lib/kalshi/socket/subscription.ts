/**
 * One channel's subscription on one connection: what is wanted, what the server has confirmed, and the single command that is
 * on its way to bring the two together. The server may work on commands in any order, so there is never more than one per
 * channel in flight: whatever changes meanwhile is settled by the next.
 *
 * It holds no socket and no timer: `next` says what to send, the `on...` functions take what came. `nowMs` is monotonic.
 */
import {
  type Channel,
  type ErrorFrame,
  isTerminalSocketError,
  type OkFrame,
  SOCKET_ERRORS,
  type SocketCommand,
} from '../schema/socket.ts';
import { SubscriptionHealth } from './health.ts';
import type { SocketLimits } from './limits.ts';
import { SubscribedMarkets } from './markets.ts';
import type { SocketProblem } from './problems.ts';
import { Sequence } from './sequence.ts';

/** What a subscription asks of the connection that it lives on. */
export interface SubscriptionHost {
  report(problem: SocketProblem): void;
  /** Only a new connection helps. */
  redial(problem: SocketProblem): void;
  /** The server no longer sends for this subscription, or for some of its markets; what was received is out of date. */
  lost(subscription: Subscription, tickers?: readonly string[]): void;
}

interface Pending {
  id: number;
  kind: 'subscribe' | 'unsubscribe' | 'add_markets' | 'delete_markets' | 'get_snapshot';
  tickers: readonly string[];
  /** get_snapshot: those that have not come yet. */
  awaited: Set<string>;
  sentMs: number;
}

export const PRIVATE_CHANNELS: readonly Channel[] = ['fill', 'user_orders', 'market_positions', 'order_group_updates'];
const PER_MARKET: readonly Channel[] = ['orderbook_delta', 'ticker', 'trade'];
// How errors that answer a command are dealt with; any other that answers a subscribe will not get better by itself.
const TRY_AGAIN: readonly number[] = [1, 17, 18, 27];
const BAD_MARKETS: readonly number[] = [11, 14, 16, 26];
const UNKNOWN_SID = 7;
const NEEDS_NEW_CONNECTION: readonly number[] = [6, 9];

export class Subscription {
  readonly channel: Channel;
  readonly isPerMarket: boolean;
  readonly isPrivate: boolean;
  #isBook: boolean;
  sid: number | undefined;
  #limits: SocketLimits;
  #host: SubscriptionHost;
  #markets: SubscribedMarkets;
  #pending: Pending | undefined;
  #isConfirmed = false;
  #hasFailed = false;
  /** Earlier sids of this connection, of which frames may still come. */
  #pastSids = new Set<number>();
  #sequence = new Sequence();
  #marketsPerCommand: number;
  #notBeforeMs = 0;
  #snapshotsNotBeforeMs = 0;
  #health: SubscriptionHealth;

  constructor(channel: Channel, limits: SocketLimits, host: SubscriptionHost) {
    this.channel = channel;
    this.isPerMarket = PER_MARKET.includes(channel);
    this.isPrivate = PRIVATE_CHANNELS.includes(channel);
    this.#isBook = channel === 'orderbook_delta';
    this.#markets = new SubscribedMarkets(this.#isBook);
    this.#limits = limits;
    this.#health = new SubscriptionHealth(limits);
    this.#host = host;
    this.#marketsPerCommand = limits.marketsPerCommand;
  }

  want(ticker: string): void {
    this.#markets.want(ticker);
  }

  unwant(ticker: string): void {
    this.#markets.unwant(ticker);
  }

  /** Asks for a fresh snapshot of a market, once its turn comes. Nothing for a market that is not subscribed. */
  requestSnapshot(ticker: string): void {
    this.#markets.request(ticker);
  }

  /** Asks for the snapshot of a market that has kept silent for too long since it was subscribed. */
  requestOverdue(ticker: string, nowMs: number): void {
    const heldMs = this.#markets.held.get(ticker);
    if (heldMs === undefined || nowMs - heldMs < this.#limits.answerMs || this.#markets.isRefused(ticker, nowMs)) return;
    if (!this.#pending?.awaited.has(ticker)) this.requestSnapshot(ticker);
  }

  /** Something of this channel may be lost without a trace: only a new subscription is to be trusted again. */
  doubt(): void {
    if (this.sid !== undefined) this.#health.doubt();
  }

  /** Whether the server has confirmed everything that is wanted of this channel as a whole. */
  get isConfirmed(): boolean {
    return this.#isConfirmed || (this.isPerMarket && this.#markets.wanted.size === 0);
  }

  /** Whether it is confirmed, and nothing is known to be lost since then. */
  get isHealthy(): boolean {
    return this.isConfirmed && !this.#health.isDoubtful;
  }

  /** The id of the command that is waiting for its answer. */
  get pendingId(): number | undefined {
    return this.#pending?.id;
  }

  /** Markets that the server has confirmed. */
  get markets(): number {
    return this.#markets.held.size;
  }

  /** Forgets everything about the server: the connection is gone. */
  reset(): void {
    this.sid = undefined;
    this.#pastSids.clear();
    this.#pending = undefined;
    this.#markets.reset();
    this.#isConfirmed = false;
    this.#health.reset();
    this.#hasFailed = false;
    this.#sequence.restart();
    this.#marketsPerCommand = this.#limits.marketsPerCommand;
    this.#notBeforeMs = 0;
    this.#snapshotsNotBeforeMs = 0;
  }

  /** The next command to send, if there is one to send now; it counts as sent. */
  next(id: number, nowMs: number): SocketCommand | undefined {
    if (this.#pending !== undefined || this.#hasFailed || nowMs < this.#notBeforeMs) return undefined;
    const { sid } = this;
    if (sid === undefined) return this.#subscribe(id, nowMs);
    const isEmpty = this.isPerMarket && this.#markets.wanted.size === 0;
    if (isEmpty || this.#health.takeRenewal(nowMs)) {
      this.#send(id, 'unsubscribe', [], nowMs);
      return { id, cmd: 'unsubscribe', params: { sids: [sid] } };
    }
    if (!this.isPerMarket) return undefined;
    return (
      this.#update(id, sid, 'add_markets', this.#markets.missing(nowMs), nowMs) ??
      this.#update(id, sid, 'delete_markets', this.#markets.surplus(), nowMs) ??
      (nowMs < this.#snapshotsNotBeforeMs ? undefined : this.#update(id, sid, 'get_snapshot', this.#markets.due, nowMs))
    );
  }

  /** Gives up on a command that was not answered in time. */
  check(nowMs: number): void {
    const pending = this.#pending;
    if (pending === undefined || nowMs - pending.sentMs < this.#limits.answerMs) return;
    // A snapshot that nobody wants any more is no loss.
    const missed = [...pending.awaited].filter((ticker) => this.#markets.wanted.has(ticker));
    if (pending.kind === 'get_snapshot' && missed.every((ticker) => !this.#markets.known.has(ticker))) {
      this.#pending = undefined;
      if (missed.length > 0) this.#refuse(missed, nowMs, 'the exchange sends no order book for them');
      return;
    }
    const message = `the exchange did not answer ${pending.kind} for ${this.channel} within ${this.#limits.answerMs / 1000} s`;
    this.#host.redial({ code: 'KALSHI_SOCKET_UNANSWERED', message, channel: this.channel });
  }

  /** Takes the sequence number of a frame; see `Sequence`. */
  accept(seq: number): 'next' | 'gap' | 'old' {
    return this.#sequence.accept(seq);
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
      this.#release(pending.tickers);
    }
  }

  /** Whether deltas follow a snapshot of this market: it is subscribed, or is just being so. */
  isFollowed(ticker: string): boolean {
    if (this.#markets.held.has(ticker)) return true;
    const { kind, tickers } = this.#pending ?? {};
    return (kind === 'subscribe' || kind === 'add_markets') && tickers?.includes(ticker) === true;
  }

  /** A snapshot has come, whoever asked for it, wanted or not. Says whether it completes the answer to a command. */
  onSnapshot(ticker: string): boolean {
    this.#markets.arrived(ticker);
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
    this.#markets.requestAll();
  }

  /** An error that answers our command or names our sid. */
  onError(frame: ErrorFrame, nowMs: number): void {
    const { code } = frame.msg;
    if (isTerminalSocketError(code)) return this.#die(code, nowMs);
    const pending = this.#pending;
    if (pending === undefined || pending.id !== frame.id) return this.#onStrayError(frame);
    this.#pending = undefined;
    for (const ticker of pending.awaited) if (this.#markets.wanted.has(ticker)) this.requestSnapshot(ticker);
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

  /** It answers none of our commands. One that nobody knows yet may mean that something was lost. */
  #onStrayError({ msg: { code, msg } }: ErrorFrame): void {
    const message = `the exchange reports an error of ${this.channel}: ${msg} (${code})`;
    this.#host.report({ code: 'KALSHI_SOCKET_COMMAND_REFUSED', message, channel: this.channel, kalshiCode: code });
    if (SOCKET_ERRORS.has(code)) return;
    if (this.#isBook) this.#markets.requestAll();
    else this.doubt();
  }

  /** Without a name in the error, the culprit is found by halving. */
  #onBadMarkets(frame: ErrorFrame, pending: Pending, nowMs: number): void {
    const { market_ticker, market_tickers, msg, code } = frame.msg;
    const named = market_tickers ?? (market_ticker === undefined ? [] : [market_ticker]);
    const culprits = pending.tickers.length === 1 ? pending.tickers : named.filter((ticker) => pending.tickers.includes(ticker));
    if (culprits.length > 0) this.#refuse(culprits, nowMs, `${msg} (${code})`);
    else this.#marketsPerCommand = Math.ceil(pending.tickers.length / 2);
    if (pending.kind === 'delete_markets') this.#release(culprits);
  }

  #subscribe(id: number, nowMs: number): SocketCommand | undefined {
    const channels = [this.channel];
    if (!this.isPerMarket) {
      this.#send(id, 'subscribe', [], nowMs);
      return { id, cmd: 'subscribe', params: { channels } };
    }
    const market_tickers = this.#chunk(this.#markets.missing(nowMs));
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
      this.#markets.asked(market_tickers);
      if (this.#markets.due.size === 0) this.#snapshotsNotBeforeMs = nowMs + this.#limits.pauseMs;
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
    this.#markets.confirm(accepted, nowMs);
    const absent = pending.tickers.filter((ticker) => !this.#markets.held.has(ticker));
    if (absent.length > 0) this.#refuse(absent, nowMs, 'the exchange left them out');
  }

  #refuse(tickers: readonly string[], nowMs: number, reason: string): void {
    this.#markets.refuse(tickers, nowMs + this.#limits.refusalMs);
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
    const { strikes } = this.#health;
    if (strikes > 1) this.#notBeforeMs = nowMs + this.#limits.pauseMs * 2 ** (strikes - 2);
  }

  /** Binds the subscription to the sid that it has been given; what another sid brought is not to be trusted. */
  #move(sid: number, nextSeq: number): void {
    if (this.sid === sid) return;
    if (this.sid !== undefined) this.#host.lost(this);
    this.#sequence.restart(nextSeq);
  }

  #end(): void {
    this.#host.lost(this);
    if (this.sid !== undefined) this.#pastSids.add(this.sid);
    this.sid = undefined;
    this.#pending = undefined;
    this.#isConfirmed = false;
    this.#health.end();
    this.#sequence.restart();
    this.#markets.end();
  }

  #strike(nowMs: number): void {
    if (!this.#health.strike(nowMs, this.sid === undefined)) return;
    const message = `the exchange's ${this.channel} keeps failing on this connection`;
    this.#host.redial({ code: 'KALSHI_SOCKET_SUBSCRIPTION_LOST', message, channel: this.channel });
  }

  /** No delta of these follows any more, nor will one that was missed meanwhile: not even a book that is wanted again is good. */
  #release(tickers: readonly string[]): void {
    const wanted = this.#markets.release(tickers);
    if (wanted.length > 0) this.#host.lost(this, wanted);
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

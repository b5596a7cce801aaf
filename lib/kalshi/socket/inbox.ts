import type { Book, BookFlaw } from '../book.ts';
import {
  type Channel,
  type ChannelFrame,
  channelOfFrame,
  type ErrorFrame,
  isTerminalSocketError,
  type OrderbookDeltaFrame,
  type OrderbookSnapshotFrame,
  type ParsedFrame,
  parseServerFrame,
} from '../schema/socket.ts';
import type { FollowedBooks } from './books.ts';
import { isOrderbookDelta } from './delta.ts';
import type { SocketProblem } from './problems.ts';
import type { Subscription } from './subscription.ts';

/** What the inbox asks of the socket that it belongs to. */
export interface InboxHost {
  /** Monotonic milliseconds. */
  monotonicMs(): number;
  /** A message of a channel other than the order book's. */
  message(frame: ChannelFrame): void;
  report(problem: SocketProblem): void;
  redial(problem: SocketProblem): void;
  /** Something has changed that commands or the state may follow from: look now, or at the end of this turn. */
  settle(): void;
  settleSoon(): void;
}

const SHOWN_UNKNOWN_TYPES = 100;
/** Replies that may say which subscription lives and which is dead. */
const NOTICES: readonly (string | undefined)[] = ['subscribed', 'unsubscribed', 'error'];

interface Reply {
  id?: number | undefined;
  sid?: number | undefined;
  seq?: number | undefined;
}

/**
 * Takes what the server sends: checks it, counts it in its subscription's sequence, and brings it to the book, the
 * subscription or the listeners that it is for. Nothing that the server can send makes it throw.
 */
export class Inbox {
  #subscriptions: readonly Subscription[];
  #bookChannel: Subscription | undefined;
  #books: FollowedBooks;
  #host: InboxHost;
  /** Unknown types of frames are reported once per connection. */
  #unknownTypes = new Set<string>();

  constructor(subscriptions: readonly Subscription[], books: FollowedBooks, host: InboxHost) {
    this.#subscriptions = subscriptions;
    this.#bookChannel = subscriptions.find((subscription) => subscription.channel === 'orderbook_delta');
    this.#books = books;
    this.#host = host;
  }

  /** A new connection. */
  reset(): void {
    this.#unknownTypes.clear();
  }

  receive(text: string): void {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch (cause) {
      this.#receiveOdd(text, cause);
      return;
    }
    if (isOrderbookDelta(raw)) this.#takeDelta(raw);
    else this.#takeFrame(raw);
  }

  /** Frames end with a newline; should the server ever put several into one message, they are taken one by one. */
  #receiveOdd(text: string, cause: unknown): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1) {
      for (const line of lines) this.receive(line);
      return;
    }
    const message = 'the exchange sent a frame that is not JSON';
    this.#host.report({ code: 'KALSHI_SOCKET_FRAME_UNREADABLE', message, cause });
    this.#doubtPrivate(undefined);
  }

  #takeDelta(frame: OrderbookDeltaFrame): void {
    const channel = this.#bookChannel;
    if (channel === undefined || (channel.sid !== frame.sid && !channel.adopt(frame.sid))) return;
    if (!this.#isInOrder(channel, frame.seq)) return;
    const flawed = this.#books.change(frame);
    if (flawed !== undefined) this.#healBook(flawed);
  }

  #takeSnapshot(frame: OrderbookSnapshotFrame): void {
    const channel = this.#channelOf(frame.sid, frame.type);
    if (channel === undefined || !this.#isInOrder(channel, frame.seq)) return;
    const { market_ticker: ticker } = frame.msg;
    // Without the deltas that belong to it, a snapshot would make a book that is good once and never again.
    if (!channel.isFollowed(ticker)) return;
    const isAnswer = channel.onSnapshot(ticker);
    const book = this.#books.replace(frame);
    if (book?.isValid === false) this.#healBook(book);
    // Looking for what to do next costs a pass over all markets: not for each of a thousand snapshots.
    if (isAnswer || this.#books.flawed.size === 0) this.#host.settleSoon();
  }

  #healBook(book: Book): void {
    const message = `the order book of ${book.ticker} is flawed: ${book.flaw}`;
    this.#host.report({ code: 'KALSHI_SOCKET_BOOK_FLAWED', message, channel: 'orderbook_delta', tickers: [book.ticker] });
    this.#bookChannel?.requestSnapshot(book.ticker);
    this.#host.settleSoon();
  }

  #takeFrame(raw: unknown): void {
    const parsed = parseServerFrame(raw);
    if (parsed.kind !== 'frame') {
      this.#takeOdd(parsed, raw);
      return;
    }
    const { frame } = parsed;
    switch (frame.type) {
      case 'orderbook_delta':
        this.#takeDelta(frame);
        return;
      case 'orderbook_snapshot':
        this.#takeSnapshot(frame);
        return;
      case 'subscribed':
        for (const each of this.#subscriptions) {
          if (each.channel === frame.msg.channel) each.onSubscribed(frame.id, frame.msg.sid, this.#host.monotonicMs());
        }
        break;
      case 'ok':
        this.#takeReply(frame)?.onOk(frame, this.#host.monotonicMs());
        break;
      case 'unsubscribed':
        this.#subscriptionOf(frame)?.onUnsubscribed();
        break;
      case 'error':
        this.#takeError(frame);
        break;
      case 'ticker':
      case 'trade':
      case 'fill':
      case 'user_order':
      case 'market_position':
      case 'market_lifecycle_v2':
      case 'event_lifecycle':
      case 'event_fee_update':
      case 'order_group_updates':
        this.#takeMessage(frame);
        return;
    }
    this.#host.settle();
  }

  /** The subscription that a reply is for: by its sid, or by the command that it answers. */
  #subscriptionOf({ id, sid }: Reply): Subscription | undefined {
    const bound = this.#subscriptions.find((each) => sid !== undefined && each.sid === sid);
    return bound ?? this.#subscriptions.find((each) => id !== undefined && each.pendingId === id);
  }

  /** The same, for a reply that does not end its subscription: it counts in the sequence, and may be out of order. */
  #takeReply(frame: Reply): Subscription | undefined {
    const subscription = this.#subscriptionOf(frame);
    if (subscription === undefined || frame.seq === undefined) return subscription;
    const isBound = frame.sid !== undefined && subscription.sid === frame.sid;
    return isBound && !this.#isInOrder(subscription, frame.seq) ? undefined : subscription;
  }

  #takeError(frame: ErrorFrame): void {
    const isEnd = isTerminalSocketError(frame.msg.code);
    const subscription = isEnd ? this.#subscriptionOf(frame) : this.#takeReply(frame);
    if (subscription !== undefined) {
      subscription.onError(frame, this.#host.monotonicMs());
      return;
    }
    const { code, msg } = frame.msg;
    const problem: SocketProblem = { code: 'KALSHI_SOCKET_COMMAND_REFUSED', message: `${msg} (${code})`, kalshiCode: code };
    // A subscription has ended, and nobody can tell which.
    if (isEnd && frame.sid === undefined) this.#host.redial(problem);
    else this.#host.report(problem);
  }

  #takeMessage(frame: ChannelFrame): void {
    const subscription = this.#channelOf(frame.sid, frame.type);
    if (subscription !== undefined && 'seq' in frame && !this.#isInOrder(subscription, frame.seq)) return;
    this.#host.message(frame);
  }

  /** What cannot be used is reported, and still counts in its subscription's sequence. */
  #takeOdd(parsed: Exclude<ParsedFrame, { kind: 'frame' }>, raw: unknown): void {
    if (parsed.kind === 'invalid' && NOTICES.includes(parsed.type)) {
      const message = `the exchange sent a notice (${parsed.type}) that cannot be read: ${parsed.reason}`;
      this.#host.redial({ code: 'KALSHI_SOCKET_FRAME_UNREADABLE', message });
      return;
    }
    const head = readHead(raw);
    const subscription = head.sid === undefined ? undefined : this.#channelOf(head.sid, parsed.type ?? '');
    if (subscription !== undefined && head.seq !== undefined && !this.#isInOrder(subscription, head.seq)) return;
    if (parsed.kind === 'unknown') {
      if (this.#unknownTypes.has(parsed.type) || this.#unknownTypes.size === SHOWN_UNKNOWN_TYPES) return;
      this.#unknownTypes.add(parsed.type);
      this.#host.report({
        code: 'KALSHI_SOCKET_FRAME_UNKNOWN',
        message: `the exchange sent a frame of unknown type ${parsed.type}`,
      });
      return;
    }
    const message = `the exchange sent a ${parsed.type ?? 'nameless'} frame that cannot be read: ${parsed.reason}`;
    this.#host.report({ code: 'KALSHI_SOCKET_FRAME_UNREADABLE', message, channel: subscription?.channel });
    const isOfBook = parsed.type === undefined || channelOfFrame(parsed.type) === 'orderbook_delta';
    if (isOfBook && subscription === this.#bookChannel) this.#loseBooks('unreadable', head.ticker);
    const channel = subscription?.channel ?? (parsed.type === undefined ? undefined : channelOfFrame(parsed.type));
    if (channel !== undefined || parsed.type === undefined) this.#doubtPrivate(channel);
  }

  /** What a private channel said is lost; nobody knows which one when it is undefined. Most of them have no sequence to show it. */
  #doubtPrivate(channel: Channel | undefined): void {
    for (const each of this.#subscriptions) if (each.isPrivate && each.channel === (channel ?? each.channel)) each.doubt();
    this.#host.settleSoon();
  }

  /** A frame about one market, or about nobody knows which, is lost. */
  #loseBooks(flaw: BookFlaw, ticker: string | undefined): void {
    if (ticker === undefined) {
      this.#books.flawAll(flaw);
      this.#bookChannel?.onGap(this.#host.monotonicMs());
    } else {
      const book = this.#books.get(ticker);
      if (book?.isValid) this.#books.flaw(book, flaw);
      this.#bookChannel?.requestSnapshot(ticker);
    }
    this.#host.settleSoon();
  }

  #channelOf(sid: number, type: string): Subscription | undefined {
    for (const each of this.#subscriptions) if (each.sid === sid) return each;
    const channel = channelOfFrame(type);
    return this.#subscriptions.find((each) => each.channel === channel && each.adopt(sid));
  }

  /** Checks a frame's place in its subscription's sequence; says whether the frame may be used. */
  #isInOrder(subscription: Subscription, seq: number): boolean {
    const place = subscription.accept(seq);
    if (place === 'next') return true;
    const { channel, sid } = subscription;
    if (place === 'old') {
      this.#host.report({
        code: 'KALSHI_SOCKET_OUT_OF_ORDER',
        message: `${channel} repeated frame ${seq}, which was dropped`,
        channel,
      });
      return false;
    }
    this.#host.report({ code: 'KALSHI_SOCKET_GAP', message: `frames of ${channel} are missing before ${seq}`, channel });
    if (subscription === this.#bookChannel) this.#loseBooks('gap', undefined);
    else subscription.onGap(this.#host.monotonicMs());
    this.#host.settle();
    // Too many gaps end the connection, and the frame with it.
    return subscription.sid === sid;
  }
}

/** What an unusable frame still tells: the sequence it belongs to and the market it is about. */
function readHead(raw: unknown): { sid: number | undefined; seq: number | undefined; ticker: string | undefined } {
  const frame = asRecord(raw);
  const { sid, seq } = frame;
  const ticker = asRecord(frame['msg'])['market_ticker'];
  return {
    sid: typeof sid === 'number' ? sid : undefined,
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : undefined,
    ticker: typeof ticker === 'string' ? ticker : undefined,
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** One account at one exchange for the length of a round: client and socket, and what they have said. */
import { practiceTimeFrom } from '../../lib/app/market-clock.ts';
import { createKalshiClient, type KalshiClient } from '../../lib/kalshi/client.ts';
import { createClockOffset } from '../../lib/kalshi/clock-offset.ts';
import { Order } from '../../lib/kalshi/schema/order.ts';
import type { ChannelFrame, FillFrame, UserOrderFrame } from '../../lib/kalshi/schema/socket.ts';
import { type AuthHeaders, type Credentials, createSigner } from '../../lib/kalshi/signing.ts';
import type { SocketProblem } from '../../lib/kalshi/socket/problems.ts';
import { KalshiSocket } from '../../lib/kalshi/socket/socket.ts';
import { systemClock, type WallClock, pause as waitFor } from '../../lib/kalshi/wall-clock.ts';
import { checkHosts } from './hosts.ts';
import { NewFields } from './new-fields.ts';
import { undefinedIfNotFound } from './refusals.ts';

export interface TraderOptions {
  /** Ends in `/trade-api/v2`. */
  rest: string;
  /** Ends in `/trade-api/ws/v2`. */
  ws: string;
  credentials: Credentials;
  clock?: WallClock;
  /** Lets reads catch up with writes. */
  pause?: (ms: number) => Promise<void>;
  /** The longest wait for anything on the socket. */
  patienceMs?: number;
}

const MOST_READS = 20;
const REREAD_MS = 250;
const PATIENCE_MS = 10_000;

export class Trader {
  readonly client: KalshiClient;
  readonly socket: KalshiSocket;
  readonly newFields = new NewFields();
  /** Whatever came over the socket, books apart, in the order of arrival. */
  readonly frames: ChannelFrame[] = [];
  readonly problems: SocketProblem[] = [];
  readonly patienceMs: number;
  readonly clock: WallClock;
  readonly url: string;
  /** Reads that did not show yet what had been written. */
  staleReads = 0;
  readonly #offset = createClockOffset();
  #nightAheadMs = 0;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #headers: () => Promise<AuthHeaders>;
  readonly #practiceClock: URL | undefined;

  constructor({ rest, ws, credentials, clock = systemClock, pause, patienceMs = PATIENCE_MS }: TraderOptions) {
    const offset = this.#offset;
    this.#practiceClock = checkHosts({ rest, ws }) === 'loopback' ? new URL('/practice/clock', rest) : undefined;
    const signer = createSigner(credentials, { clock, offset });
    this.clock = clock;
    this.url = ws;
    this.patienceMs = patienceMs;
    this.#pause = pause ?? ((ms) => waitFor(clock, ms));
    this.#headers = () => signer.handshakeHeaders();
    this.client = createKalshiClient({ baseUrl: rest, credentials, clock, offset });
    this.socket = new KalshiSocket({ url: ws, headers: this.#headers, marketNow: () => this.marketNowMs(), clock });
    this.socket.listen({
      frame: (frame) => this.frames.push(frame),
      problem: (problem) => this.problems.push(problem),
    });
  }

  /** Epoch ms. */
  marketNowMs(): number {
    return this.clock.nowMs() + this.#offset.offsetMs + this.#nightAheadMs;
  }

  /** On Kalshi the market's time is the exchange's own, which its answers carry; a practice night says what its time is. */
  async learnMarketTime(): Promise<void> {
    // The answer's date sets the offset right.
    await this.client.exchange.userDataTimestamp();
    if (this.#practiceClock === undefined) return;
    const { nowMs } = practiceTimeFrom(await (await fetch(this.#practiceClock)).json());
    this.#nightAheadMs = nowMs - this.clock.nowMs() - this.#offset.offsetMs;
  }

  /** Signs one handshake. */
  handshake(): Promise<AuthHeaders> {
    return this.#headers();
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.client.close();
  }

  /** Waits for what `look` finds in all that the socket has told so far. The error after the patience names `what`. */
  hear<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        cancel();
        unlisten();
      };
      const check = () => {
        const found = look();
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const unlisten = this.socket.listen({ book: check, frame: check, state: check });
      const cancel = this.clock.after(this.patienceMs, () => {
        stop();
        reject(new Error(`the socket did not tell of ${what} within ${this.patienceMs / 1000} s`));
      });
      check();
    });
  }

  /** Reads again until `isRight`, because reads lag behind writes. The error after the last of them names `what`. */
  async reread<T>(what: string, read: () => Promise<T>, isRight: (row: T) => boolean): Promise<T> {
    const row = await this.readUntil(read, isRight);
    if (row === undefined) throw new Error(`${what} did not show in ${MOST_READS} reads`);
    return row;
  }

  /** Undefined where it was not right in any of the reads. */
  async readUntil<T>(read: () => Promise<T>, isRight: (row: T) => boolean): Promise<T | undefined> {
    for (let reads = 1; ; reads++) {
      const row = await read().catch(undefinedIfNotFound);
      if (row !== undefined && isRight(row)) return row;
      this.staleReads++;
      if (reads === MOST_READS) return undefined;
      await this.#pause(REREAD_MS);
    }
  }

  readOrder(orderId: string, isRight: (order: Order) => boolean): Promise<Order> {
    return this.reread(
      'the order as it was left',
      async () => this.newFields.look('Order', Order, (await this.client.orders.get({ order_id: orderId })).order),
      isRight,
    );
  }

  /** What the socket has told of an order, in the order of arrival. */
  orderFrames(orderId: string): UserOrderFrame['msg'][] {
    return this.frames.flatMap((frame) => (frame.type === 'user_order' && frame.msg.order_id === orderId ? [frame.msg] : []));
  }

  /** The fills that the socket has told of, each once. */
  fillFrames(isWanted: (fill: FillFrame['msg']) => boolean): FillFrame['msg'][] {
    const fills = this.frames.flatMap((frame) => (frame.type === 'fill' && isWanted(frame.msg) ? [frame.msg] : []));
    return [...new Map(fills.map((fill) => [`${fill.trade_id} ${fill.order_id}`, fill])).values()];
  }
}

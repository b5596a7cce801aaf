import type { WebSocket } from 'ws';
import type { AuthHeaders } from '../signing.ts';
import type { WallClock } from '../wall-clock.ts';
import { backoffMs, type SocketLimits } from './limits.ts';
import type { SocketProblem } from './problems.ts';

export interface ConnectionOptions {
  url: string;
  /** Signs one handshake; called anew for every attempt. */
  headers: () => Promise<AuthHeaders>;
  WebSocket: typeof WebSocket;
  clock: WallClock;
  /** Uniform in [0, 1). */
  random: () => number;
  limits: SocketLimits;
}

export interface ConnectionEvents {
  opened(): void;
  received(text: string): void;
  /** The connection, or the attempt at one, is over; another attempt follows by itself. */
  ended(problem: SocketProblem): void;
}

/**
 * Keeps one WebSocket open: dials with a fresh signature, gives up what has gone silent, and dials again after a growing
 * wait, which starts afresh only after a connection has proven itself.
 */
export class Connection {
  /** When the last message or control frame came, on whichever connection; undefined before the first. Monotonic, as all here. */
  lastHeardMs: number | undefined;
  /** When the last ping or pong came. */
  lastHeartbeatMs: number | undefined;
  /** Since when this connection is open; undefined while there is none. */
  openedMs: number | undefined;
  #options: ConnectionOptions;
  #events: ConnectionEvents;
  #ws: WebSocket | undefined;
  #dialledMs: number | undefined;
  #attempt = 0;
  /** Rises with every attempt, so that what belongs to an earlier one is recognised. */
  #generation = 0;
  #cancelRedial: () => void = () => {};
  #isClosed = true;
  /** Pings that wait for their pongs, by what they carry. */
  #echoes = new Map<string, (isBack: boolean) => void>();
  #lastEcho = 0;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
  }

  start(): void {
    if (!this.#isClosed) return;
    this.#isClosed = false;
    this.#dial();
  }

  /** Sends one text. Only while open. */
  send(text: string): void {
    this.#ws?.send(text);
  }

  /**
   * Sends a ping and resolves with true when its pong is back: what the exchange had sent before that has been received. False where there
   * is no connection, or it ends first.
   */
  echo(): Promise<boolean> {
    const ws = this.#ws;
    if (ws === undefined || this.openedMs === undefined) return Promise.resolve(false);
    const name = String(++this.#lastEcho);
    return new Promise((resolve) => {
      this.#echoes.set(name, resolve);
      ws.ping(name);
    });
  }

  /** Gives the connection up because of `problem`, and dials again after the backoff. */
  end(problem: SocketProblem): void {
    if (this.#isClosed || this.#dialledMs === undefined) return;
    this.#drop()?.terminate();
    const { clock, limits, random } = this.#options;
    this.#cancelRedial = clock.after(backoffMs(this.#attempt, random, limits), () => this.#dial());
    this.#attempt++;
    this.#events.ended(problem);
  }

  /** Ends the connection for good. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRedial();
    this.#drop()?.terminate();
  }

  /** Applies the time limits; to be called about once a second. */
  check(nowMs: number): void {
    const { limits } = this.#options;
    if (this.openedMs === undefined) {
      if (this.#dialledMs !== undefined && nowMs - this.#dialledMs >= limits.dialMs) {
        const message = `no connection to the exchange within ${limits.dialMs / 1000} s`;
        this.end({ code: 'KALSHI_SOCKET_UNREACHABLE', message });
      }
      return;
    }
    // A peer that has said goodbye may keep the line open without a word.
    if (this.#ws?.readyState !== this.#options.WebSocket.OPEN) {
      this.end({ code: 'KALSHI_SOCKET_CLOSED', message: 'the exchange is closing the connection' });
      return;
    }
    const heardMs = Math.max(this.lastHeardMs ?? 0, this.openedMs);
    if (nowMs - heardMs >= limits.silenceMs) {
      const message = `the exchange's socket was silent for ${limits.silenceMs / 1000} s`;
      this.end({ code: 'KALSHI_SOCKET_SILENT', message });
    } else if (heardMs - this.openedMs >= limits.provenMs) {
      this.#attempt = 0;
    }
  }

  #drop(): WebSocket | undefined {
    const ws = this.#ws;
    this.#generation++;
    this.#ws = undefined;
    this.#dialledMs = undefined;
    this.openedMs = undefined;
    for (const settle of this.#echoes.values()) settle(false);
    this.#echoes.clear();
    return ws;
  }

  #dial(): void {
    const generation = ++this.#generation;
    this.#dialledMs = this.#options.clock.monotonicMs();
    const fail = (code: SocketProblem['code'], message: string) => (cause: unknown) => {
      if (generation === this.#generation) this.end({ code, message, cause });
    };
    this.#options
      .headers()
      .then(
        (headers) => {
          if (generation === this.#generation) this.#open(headers, generation);
        },
        fail('KALSHI_SOCKET_UNSIGNED', 'the connection to the exchange could not be signed'),
      )
      .catch(fail('KALSHI_SOCKET_UNREACHABLE', `${this.#options.url} is no address to connect to`));
  }

  #open(headers: AuthHeaders, generation: number): void {
    const { WebSocket, url, clock } = this.#options;
    const ws = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false });
    this.#ws = ws;
    const isCurrent = () => generation === this.#generation;
    const heartbeat = () => {
      if (isCurrent()) this.lastHeardMs = this.lastHeartbeatMs = clock.monotonicMs();
    };
    let cause: Error | undefined;
    ws.on('open', () => {
      if (!isCurrent()) return;
      this.openedMs = clock.monotonicMs();
      this.#events.opened();
    });
    ws.on('message', (data) => {
      if (!isCurrent()) return;
      this.lastHeardMs = clock.monotonicMs();
      this.#events.received(Buffer.isBuffer(data) ? data.toString() : '');
    });
    ws.on('ping', heartbeat);
    ws.on('pong', (data) => {
      heartbeat();
      const name = data.toString();
      this.#echoes.get(name)?.(true);
      this.#echoes.delete(name);
    });
    ws.on('unexpected-response', (request, response) => {
      request.destroy();
      if (!isCurrent()) return;
      const message = `the exchange refused the connection with status ${response.statusCode}`;
      this.end({ code: 'KALSHI_SOCKET_REFUSED', message, status: response.statusCode });
    });
    ws.on('error', (error) => {
      cause = error;
    });
    ws.on('close', (code) => {
      if (!isCurrent()) return;
      if (this.openedMs === undefined) {
        this.end({ code: 'KALSHI_SOCKET_UNREACHABLE', message: 'the exchange cannot be reached', cause });
      } else {
        this.end({ code: 'KALSHI_SOCKET_CLOSED', message: `the connection to the exchange was closed (${code})`, cause });
      }
    });
  }
}

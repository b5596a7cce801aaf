/**
 * HTTP to one host over warm keep-alive connections. Reads, entries and exits have connections of their own, so that an exit waits
 * neither behind a slow page of markets nor behind entries that the exchange does not answer. It knows nothing of routes,
 * signatures or what answers mean.
 */
import { type Dispatcher, Pool } from 'undici';
import type { DateObservation } from './clock-offset.ts';
import { KalshiError } from './errors.ts';
import type { Attempt } from './errors-answer.ts';
import type { WallClock } from './wall-clock.ts';

/** Cancels go with the exits. */
export type Lane = 'read' | 'entry' | 'exit';

export interface HttpRequest {
  attempt: Attempt;
  lane: Lane;
  method: Dispatcher.HttpMethod;
  /** With query. */
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
  /** The longest wait for a connection; what has not begun to leave by then never does. */
  queueMs: number;
  /** The longest wait from then on for the whole answer; asked when the request begins to leave. */
  timeoutMs: () => number;
}

export interface HttpAnswer {
  status: number;
  body: string;
}

export interface Transport {
  /**
   * Sends once. An answer of any status resolves; throws `KALSHI_TIMEOUT`, `KALSHI_UNREACHABLE` or `KALSHI_ANSWER_UNREADABLE`
   * (too large). For a write the outcome is `retriable` if no byte of it can have left, else `unknown`.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Lets requests under way end, then closes all connections. */
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Scheme, host and port. */
  origin: string;
  clock: WallClock;
  /** Called with the `Date` of each answer that did not come from a cache. */
  observeDate: (observation: DateObservation) => void;
  connections?: Record<Lane, number> | undefined;
  maxAnswerBytes?: number | undefined;
}

const CONNECTIONS: Record<Lane, number> = { read: 6, entry: 3, exit: 4 };
/** The list of all series, the largest answer, has some 20 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A server that says how long it keeps connections is believed; for others, less than the minute of common load balancers. */
const KEEP_ALIVE_MS = 55_000;

export function createTransport(options: TransportOptions): Transport {
  const { clock, observeDate } = options;
  const connections = options.connections ?? CONNECTIONS;
  const maxAnswerBytes = options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
  const pools: Record<Lane, Pool> = {
    read: openPool(connections.read),
    entry: openPool(connections.entry),
    exit: openPool(connections.exit),
  };

  function openPool(size: number): Pool {
    // Time limits are ours: undici's own would cut headers and body separately.
    return new Pool(options.origin, {
      connections: size,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  function send(request: HttpRequest): Promise<HttpAnswer> {
    const { attempt } = request;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let status = 0;
      let sentMs = 0;
      let controller: Dispatcher.DispatchController | undefined;
      let isSettled = false;
      let cancelTimeout: () => void;
      const sendByMs = clock.monotonicMs() + request.queueMs;

      const settle = (act: () => void) => {
        if (isSettled) return;
        isSettled = true;
        cancelTimeout();
        act();
      };
      const fail = (error: KalshiError) =>
        settle(() => {
          reject(error);
          controller?.abort(error);
        });
      const giveUpWaiting = () => fail(transportError('KALSHI_TIMEOUT', attempt, false, 'waited too long for a connection'));
      cancelTimeout = clock.after(request.queueMs, giveUpWaiting);

      pools[request.lane].dispatch(
        { method: request.method, path: request.path, headers: request.headers, body: request.body ?? null },
        {
          onRequestStart(started) {
            // Called before the first byte is written. To throw is to leave the queue; to abort would tear the connection down.
            if (clock.monotonicMs() > sendByMs) giveUpWaiting();
            if (isSettled) throw new Error('given up');
            controller = started;
            sentMs = clock.nowMs();
            cancelTimeout();
            const timeoutMs = request.timeoutMs();
            cancelTimeout = clock.after(timeoutMs, () =>
              fail(transportError('KALSHI_TIMEOUT', attempt, true, `was not answered within ${timeoutMs / 1000} s`)),
            );
          },
          onResponseStart(_controller, statusCode, headers) {
            status = statusCode;
            const { date } = headers;
            if (typeof date === 'string' && headers['age'] === undefined) {
              observeDate({ dateMs: Date.parse(date), sentMs, receivedMs: clock.nowMs() });
            }
          },
          onResponseData(_controller, chunk) {
            size += chunk.length;
            if (size <= maxAnswerBytes) chunks.push(chunk);
            else fail(transportError('KALSHI_ANSWER_UNREADABLE', attempt, true, `has more than ${maxAnswerBytes} bytes`));
          },
          onResponseEnd() {
            settle(() => resolve({ status, body: Buffer.concat(chunks, size).toString('utf8') }));
          },
          onResponseError(_controller, cause) {
            fail(transportError('KALSHI_UNREACHABLE', attempt, controller !== undefined, reasonOf(cause), cause));
          },
        },
      );
    });
  }

  return {
    send,
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.close()));
    },
  };
}

function reasonOf(cause: Error): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return `could not be completed: the connection failed (${code})`;
}

function transportError(
  code: 'KALSHI_TIMEOUT' | 'KALSHI_UNREACHABLE' | 'KALSHI_ANSWER_UNREADABLE',
  attempt: Attempt,
  hasLeft: boolean,
  what: string,
  cause?: Error,
): KalshiError {
  const isUnknown = attempt.isWrite && hasLeft;
  const consequence = isUnknown ? '; whether it took effect has to be looked up' : hasLeft ? '' : '; nothing was sent';
  return new KalshiError(code, `${attempt.operation} ${what}${consequence}`, {
    outcome: isUnknown ? 'unknown' : 'retriable',
    operation: attempt.operation,
    cause,
  });
}

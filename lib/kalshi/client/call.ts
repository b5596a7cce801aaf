/** How every operation is carried out: leave from the governor, signature, one exchange of messages, check at the door. */
import { KalshiError } from '../errors.ts';
import type { Attempt } from '../errors-answer.ts';
import type { Governor, Purpose } from '../governor.ts';
import { type RetryParts, retryRead } from '../retry.ts';
import type { Signer } from '../signing.ts';
import type { Lane, Transport } from '../transport.ts';
import { readAnswer } from './answer.ts';
import type { Operation, OrderOperation } from './operation.ts';
import { type ListCall, listOf, type Page, type Paged } from './paging.ts';
import { type BuiltRequest, buildRequest, operationName } from './request.ts';

export interface ReadOptions {
  /** `read` unless something more urgent depends on the answer. */
  purpose?: Purpose | undefined;
  /** The longest that it may take, repetitions included; 15 s if not said. */
  deadlineMs?: number | undefined;
}

export interface WriteOptions {
  purpose: Exclude<Purpose, 'read'>;
  /** The longest that it may wait for its turn under the rate limit, 5 s if not said. Once sent, it has the client's full timeout. */
  deadlineMs?: number | undefined;
}

/** Input may be left out where nothing in it is required. */
type Args<Input, Options> = Partial<Input> extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options];

/** How an operation is called. Inputs are flat: path parameters, query and body fields in one object, all in the wire's names. */
export type ReadCall<Input, Answer> = (...args: Args<Input, ReadOptions>) => Promise<Answer>;
export type WriteCall<Input, Answer> = (...args: Args<Input, Partial<WriteOptions>>) => Promise<Answer>;
export type OrderCall<Input, Answer> = (input: Input, options: WriteOptions) => Promise<Answer>;

export interface Caller {
  read<Input, Answer>(operation: Operation<Input, Answer>): ReadCall<Input, Answer>;
  write<Input, Answer>(operation: Operation<Input, Answer>): WriteCall<Input, Answer>;
  order<Input, Answer>(operation: OrderOperation<Input, Answer>): OrderCall<Input, Answer>;
  /** All rows of a paged operation; each page is asked with `first` unless the call says otherwise. */
  list<Input extends Paged, Answer extends Page, Row>(
    operation: Operation<Input, Answer>,
    rowsOf: (page: Answer) => readonly Row[],
    first: NoInfer<Input>,
  ): ListCall<Input, Row>;
  /** A read over a connection of the given kind: keeps it warm. */
  touch(operation: Operation<unknown, unknown>, lane: Lane): Promise<void>;
}

export interface CallParts extends RetryParts {
  governor: Governor;
  transport: Transport;
  signer: Signer | undefined;
  /** "/trade-api/v2" */
  basePath: string;
  timeoutMs: number;
}

const READ_DEADLINE_MS = 15_000;
const WRITE_DEADLINE_MS = 5_000;

export function createCaller(parts: CallParts): Caller {
  const { governor, transport, signer, basePath, timeoutMs } = parts;

  async function once<Input, Answer>(
    operation: Operation<Input, Answer>,
    built: BuiltRequest,
    sending: { purpose: Purpose; lane: Lane; waitMs: number; timeLeftMs: () => number },
  ): Promise<Answer> {
    const attempt = attemptOf(operation);
    const grant = await governor.acquire({
      bucket: operation.bucket,
      purpose: sending.purpose,
      method: operation.method,
      path: basePath + operation.path,
      items: built.items,
      deadlineMs: sending.waitMs,
    });
    const path = basePath + built.path;
    const signed = await signer?.headers(operation.method, path);
    const headers: Record<string, string> = { accept: 'application/json', ...signed };
    if (built.body !== undefined) headers['content-type'] = 'application/json';
    const signatureLeftMs = signed && signer?.remainingMs(signed);
    const answer = await transport.send({
      attempt,
      lane: sending.lane,
      method: operation.method,
      path: path + built.search,
      headers,
      body: built.body,
      queueMs: Math.max(0, Math.min(sending.timeLeftMs(), signatureLeftMs ?? Number.POSITIVE_INFINITY)),
      timeoutMs: sending.timeLeftMs,
    });
    if (answer.status === 429) governor.rateLimited(grant);
    return readAnswer(operation, attempt, answer);
  }

  function prepare<Input>(operation: Operation<Input, unknown>, input: Input | undefined): BuiltRequest {
    const name = operationName(operation);
    if (operation.needsCredentials && signer === undefined) {
      const message = `${name} needs an API key, and this connection to Kalshi has none`;
      throw new KalshiError('KALSHI_CREDENTIALS_MISSING', message, { outcome: 'refused', operation: name });
    }
    return buildRequest(operation, input);
  }

  async function sendRead<Input, Answer>(
    operation: Operation<Input, Answer>,
    input: Input | undefined,
    options: ReadOptions = {},
    lane: Lane = 'read',
  ): Promise<Answer> {
    const built = prepare(operation, input);
    const purpose = options.purpose ?? 'read';
    const { clock } = parts;
    return retryRead(
      options.deadlineMs ?? READ_DEADLINE_MS,
      (remainingMs) => {
        const endMs = clock.monotonicMs() + remainingMs;
        const timeLeft = () => Math.max(1, Math.min(timeoutMs, endMs - clock.monotonicMs()));
        return once(operation, built, { purpose, lane, waitMs: remainingMs, timeLeftMs: timeLeft });
      },
      parts,
    );
  }

  async function sendWrite<Input, Answer>(
    operation: Operation<Input, Answer>,
    input: Input | undefined,
    options: Partial<WriteOptions> = {},
  ): Promise<Answer> {
    const built = prepare(operation, input);
    const purpose = options.purpose ?? operation.purpose ?? 'entry';
    const waitMs = options.deadlineMs ?? WRITE_DEADLINE_MS;
    // Cutting a write short once it is under way would only make its outcome unknown: it always gets the full time.
    const lane = purpose === 'entry' ? 'entry' : 'exit';
    return once(operation, built, { purpose, lane, waitMs, timeLeftMs: () => timeoutMs });
  }

  return {
    read: (operation) => {
      return async (...[input, options]) => sendRead(operation, input, options);
    },
    write: (operation) => {
      return async (...[input, options]) => sendWrite(operation, input, options);
    },
    order: (operation) => async (input, options) => sendWrite(operation, input, options),
    list: (operation, rowsOf, first) => listOf((input, options) => sendRead(operation, input, options), rowsOf, first),
    async touch(operation, lane) {
      await sendRead(operation, undefined, { deadlineMs: timeoutMs }, lane);
    },
  };
}

/** What `operation` is, for judging how it failed. */
export function attemptOf(operation: Operation<never, unknown>): Attempt {
  return {
    operation: operationName(operation),
    isWrite: operation.isWrite,
    addressesOrder: operation.addressesOrder,
  };
}

/**
 * Routes as data. What an operation takes, who may call it and what it is charged stand beside what it answers, so that one
 * pipeline serves them all and `/account/endpoint_costs` can be read off the table.
 */
import type { Scope } from '../auth.ts';
import type { Account } from '../engine/state.ts';
import type { Night } from '../night.ts';
import { DEFAULT_COST } from '../rate-limits.ts';
import { type BodyOf, type Fields, readBody, type Struct } from './json-body.ts';
import type { PublicTrades } from './public-trades.ts';
import { type QueryOf, type QuerySpec, readQuery } from './query.ts';
import { flat } from './rejection.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What handlers read from. */
export interface Venue {
  readonly night: Night;
  readonly trades: PublicTrades;
}

/** A request that has passed the doors. */
export interface Incoming {
  readonly venue: Venue;
  /** Market time, after everything due by now has happened. */
  readonly nowMs: number;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly search: URLSearchParams;
  readonly contentType: string | undefined;
  /** The text of the body; "" without one. */
  readonly source: string;
  readonly account: Account | undefined;
}

export interface Call<Q, B> {
  readonly venue: Venue;
  readonly night: Night;
  readonly nowMs: number;
  /** The path parameter of this name. */
  readonly param: (name: string) => string;
  readonly query: Q;
  readonly body: B;
}

/** A call of somebody who has signed. */
export interface MemberCall<Q, B> extends Call<Q, B> {
  readonly account: Account;
}

export interface Answer {
  status: number;
  /** Undefined sends no body at all. */
  body: object | undefined;
}

/** A request that could be read: what it is charged, and how to carry it out. */
export interface Prepared {
  cost: number;
  /** Everything that query and body name. */
  sent: Readonly<Record<string, unknown>>;
  run: () => Answer | Promise<Answer>;
}

export interface Route {
  readonly method: Method;
  /** Relative to /trade-api/v2, with ":name" for parameters. */
  readonly path: string;
  /** As in Kalshi's specification, e.g. "GetMarkets". */
  readonly operation: string;
  readonly access: 'public' | 'member';
  readonly scope: Scope;
  readonly bucket: 'read' | 'write';
  /** Tokens; for a batch, of each item. */
  readonly cost: number;
  /** Throws the 400 of a request that cannot be read. */
  readonly prepare: (incoming: Incoming) => Prepared;
}

interface Shape<Q extends QuerySpec, F extends Fields> {
  path: string;
  operation: string;
  query?: Q;
  body?: Struct<F>;
  cost?: number;
}

interface ReadShape<Q extends QuerySpec, F extends Fields> extends Shape<Q, F> {
  scope?: Scope;
}

interface WriteShape<Q extends QuerySpec, F extends Fields> extends Shape<Q, F> {
  method: Exclude<Method, 'GET'>;
  scope: Scope;
  /** Trading is charged to the write bucket, everything else to the read bucket. */
  bucket?: 'read' | 'write';
  /** Whether nothing at all may be sent where a body is declared. */
  isBodyOptional?: boolean;
  /** What a request costs where that depends on it. */
  charge?: (call: MemberCall<QueryOf<Q>, BodyOf<F>>) => number;
  /** Status of success; 200 unless given. */
  status?: number;
  answer: (call: MemberCall<QueryOf<Q>, BodyOf<F>>) => object | undefined | Promise<object | undefined>;
}

/** A GET that anybody may send. */
export function open<Q extends QuerySpec = Record<string, never>>(
  shape: Shape<Q, Fields> & { answer: (call: Call<QueryOf<Q>, object>) => object },
): Route {
  return {
    ...described(shape, 'GET', 'public', 'read', 'read'),
    prepare: (incoming) => {
      const call = callOf(shape, incoming);
      return prepared(shape, call, () => ({ status: 200, body: shape.answer(call) }));
    },
  };
}

/** A GET of an account's own. */
export function own<Q extends QuerySpec = Record<string, never>>(
  shape: ReadShape<Q, Fields> & { answer: (call: MemberCall<QueryOf<Q>, object>) => object },
): Route {
  return {
    ...described(shape, 'GET', 'member', shape.scope ?? 'read', 'read'),
    prepare: (incoming) => {
      const call = memberCallOf(shape, incoming);
      return prepared(shape, call, () => ({ status: 200, body: shape.answer(call) }));
    },
  };
}

/** Anything that changes something. */
export function write<Q extends QuerySpec = Record<string, never>, F extends Fields = Record<string, never>>(
  shape: WriteShape<Q, F>,
): Route {
  const { status = 200 } = shape;
  return {
    ...described(shape, shape.method, 'member', shape.scope, shape.bucket ?? 'read'),
    prepare: (incoming) => {
      const call = memberCallOf(shape, incoming);
      return {
        ...prepared(shape, call, async () => ({ status, body: await shape.answer(call) })),
        ...(shape.charge && { cost: shape.charge(call) }),
      };
    },
  };
}

function described(
  shape: { path: string; operation: string; cost?: number },
  method: Method,
  access: 'public' | 'member',
  scope: Scope,
  bucket: 'read' | 'write',
): Omit<Route, 'prepare'> {
  const { path, operation, cost = DEFAULT_COST } = shape;
  return { method, path, operation, access, scope, bucket, cost };
}

function prepared(
  shape: { cost?: number },
  call: Call<object, object | undefined>,
  run: () => Answer | Promise<Answer>,
): Prepared {
  return { cost: shape.cost ?? DEFAULT_COST, sent: { ...call.query, ...call.body }, run };
}

function callOf<Q extends QuerySpec, F extends Fields>(
  shape: Shape<Q, F> & { isBodyOptional?: boolean },
  incoming: Incoming,
): Call<QueryOf<Q>, BodyOf<F>> {
  const { venue, nowMs, params, search } = incoming;
  return {
    venue,
    night: venue.night,
    nowMs,
    param: (name) => params[name] ?? '',
    // Without a declaration nothing is read, and the types have nothing to offer.
    query: readQuery(shape.operation, shape.query ?? ({} as Q), search),
    body: shape.body && bodyOf(shape.body, shape.isBodyOptional ?? false, incoming),
  } as Call<QueryOf<Q>, BodyOf<F>>;
}

function memberCallOf<Q extends QuerySpec, F extends Fields>(
  shape: Shape<Q, F>,
  incoming: Incoming,
): MemberCall<QueryOf<Q>, BodyOf<F>> {
  const { account } = incoming;
  if (!account) throw new Error(`${shape.operation} was called without an account`);
  return { ...callOf(shape, incoming), account };
}

function bodyOf<F extends Fields>(shape: Struct<F>, isOptional: boolean, incoming: Incoming): BodyOf<F> {
  const { source, contentType } = incoming;
  if (source === '' && isOptional) return readBody(shape, '{}');
  if (source !== '' && !/^application\/json\s*(;|$)/i.test(contentType ?? '')) throw flat(undefined, 'invalid_content_type');
  return readBody(shape, source);
}

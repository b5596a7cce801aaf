/**
 * Operations as data: route, what it takes and what it answers. One line or a few per operation, in the file of its group; types
 * of calls follow from them.
 */
import { z } from 'zod';
import type { BucketName, Purpose } from '../governor.ts';

type Shape = z.core.$ZodLooseShape;

/** Route parameters by name: `'/series/:series_ticker/markets/:ticker'` takes both as text. */
export type PathParams<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Record<Name, string> & PathParams<Rest>
  : P extends `${string}:${infer Name}`
    ? Record<Name, string>
    : unknown;

type QueryInput<Q> = Q extends Shape ? z.input<z.ZodObject<Q>> : unknown;
type BodyInput<B> = B extends z.ZodType ? z.input<B> : unknown;

export interface Operation<Input, Answer> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to `/trade-api/v2`. */
  path: string;
  /** Made once, where the operation is declared: making a schema takes longer than all else that a request is. */
  query: z.ZodObject;
  /** Takes what is neither in path nor query. */
  body: z.ZodType | undefined;
  answer: z.ZodType<Answer>;
  needsCredentials: boolean;
  bucket: BucketName;
  isWrite: boolean;
  addressesOrder: boolean;
  /** Why it is sent, unless the call says otherwise. */
  purpose: Purpose | undefined;
  /** Of a batch, how many items are charged. */
  items: ((body: unknown) => number) | undefined;
  /** Statuses of failure that come with a proper answer all the same. */
  answersAt: readonly number[];
  /** Carries the type only. */
  readonly takes?: (input: Input) => void;
}

/** A write of which every call has to say why: an entry waits behind an exit. */
export interface OrderOperation<Input, Answer> extends Operation<Input, Answer> {
  purpose: undefined;
}

interface ReadSpec<P extends string, Q extends Shape | undefined, Answer> {
  path: P;
  query?: Q;
  answer: z.ZodType<Answer>;
  /** Kalshi refuses it without a signature. */
  auth?: boolean;
  answersAt?: readonly number[];
}

interface WriteSpec<P extends string, Q extends Shape | undefined, B extends z.ZodType | undefined, Answer> {
  method: 'POST' | 'PUT' | 'DELETE';
  path: P;
  query?: Q;
  body?: B;
  answer: z.ZodType<Answer>;
  /** `write` where it trades, `read` for everything else that Kalshi charges to the read bucket. */
  bucket?: BucketName;
  addressesOrder?: boolean;
  items?: (body: unknown) => number;
}

const NO_QUERY = z.object({});

function querySchema(shape: Shape | undefined): z.ZodObject {
  return shape === undefined ? NO_QUERY : z.object(shape);
}

type InputOf<P extends string, Q extends Shape | undefined, B> = PathParams<P> & QueryInput<Q> & BodyInput<B>;

export function read<P extends string, Answer, Q extends Shape | undefined = undefined>(
  spec: ReadSpec<P, Q, Answer>,
): Operation<InputOf<P, Q, undefined>, Answer> {
  return {
    method: 'GET',
    path: spec.path,
    query: querySchema(spec.query),
    body: undefined,
    answer: spec.answer,
    needsCredentials: spec.auth ?? false,
    bucket: 'read',
    isWrite: false,
    addressesOrder: false,
    purpose: 'read',
    items: undefined,
    answersAt: spec.answersAt ?? [],
  };
}

export function write<
  P extends string,
  Answer,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: WriteSpec<P, Q, B, Answer>, purpose: Purpose): Operation<InputOf<P, Q, B>, Answer> {
  return { ...describeWrite(spec), purpose };
}

/** A write whose purpose every call has to state. */
export function orderWrite<
  P extends string,
  Answer,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: WriteSpec<P, Q, B, Answer>): OrderOperation<InputOf<P, Q, B>, Answer> {
  return { ...describeWrite(spec), purpose: undefined };
}

function describeWrite<P extends string, Q extends Shape | undefined, B extends z.ZodType | undefined, Answer>(
  spec: WriteSpec<P, Q, B, Answer>,
): Omit<Operation<InputOf<P, Q, B>, Answer>, 'purpose'> {
  return {
    method: spec.method,
    path: spec.path,
    query: querySchema(spec.query),
    body: spec.body,
    answer: spec.answer,
    needsCredentials: true,
    bucket: spec.bucket ?? 'write',
    isWrite: true,
    addressesOrder: spec.addressesOrder ?? false,
    items: spec.items,
    answersAt: [],
  };
}

/**
 * The words that Kalshi's JSON is made of. Field names stay as they are on the wire; conversion to trading units is the
 * business of `parse.ts`.
 */
import { z } from 'zod';

/**
 * An object of the exchange. Fields that are not declared pass through untouched, because Kalshi adds some every few weeks.
 * The type names the declared ones only: nothing may come to depend on an undeclared field without declaring it.
 */
export function wireObject<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S> {
  return z.looseObject(shape);
}

/** An object that we send. A field that is not declared is a misspelt one, and what it was to say would go unsaid. */
export function requestObject<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S> {
  return z.strictObject(shape);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Dollars, counts and fees travel as decimal text; a JSON number has lost its exactness and is refused. */
export const decimal = z.string().regex(DECIMAL, 'is not a decimal string');
export const integer = z.number().int();
/** Milliseconds would be silently taken for a year far away. */
export const unixSeconds = integer.min(0).max(99_999_999_999, 'is not Unix seconds (milliseconds?)');
/** RFC 3339, UTC. */
export const timestamp = z.string().min(1);

/** An optional field that is usually left out and sometimes null. */
export function maybe<T extends z.ZodType>(schema: T): z.ZodOptional<z.ZodNullable<T>> {
  return schema.nullable().optional();
}

/**
 * A label that no direction and no amount depends on: the values known today, and any other text, so that a new kind of
 * strike or tier does not make a whole page of markets unreadable.
 */
export function label<const T extends string>(_known: readonly T[]): z.ZodType<T | (string & {})> {
  return z.string();
}

export const outcomeSide = z.enum(['yes', 'no']);
export const bookSide = z.enum(['bid', 'ask']);

/** "" on the last page; the guides also promise null or nothing at all. */
export const cursor = maybe(z.string());

export const settlementSource = wireObject({ name: z.string().optional(), url: z.string().optional() });
export type SettlementSource = z.infer<typeof settlementSource>;

/** Anything that differs by sport or kind and is read by whoever knows the kind. */
export const details = z.record(z.string(), z.unknown());

/** What a write answers that has nothing to say: `{}`, or 204 and no body at all. An error is something. */
export const Nothing = z.union([
  z.undefined(),
  details.refine(({ error }) => error === undefined || error === null, 'has an error'),
]);
export type Nothing = z.infer<typeof Nothing>;

/** The body of a request that takes no fields and yet wants a body. */
export const NoFields: z.ZodType = requestObject({});

/** Error of one item in a batch, and what the API documents (rarely sends) as the body of a failed request. */
export const ErrorResponse = wireObject({
  code: z.string().optional(),
  message: z.string().optional(),
  details: z.string().optional(),
});
export type ErrorResponse = z.infer<typeof ErrorResponse>;

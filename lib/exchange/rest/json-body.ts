/**
 * JSON bodies as each operation declares them, decoded and refused in the words of Kalshi's own server: a value of the wrong
 * kind stops the decoder at the first one in the document, rules are checked after that.
 */
import { brokenRule } from './query.ts';
import { flat } from './rejection.ts';

/** How a value of the document becomes a field. `at` is its dotted place in the outermost struct. */
export interface Field<T> {
  decode(value: unknown, at: Place): T;
  /** Rule that an absent field breaks. */
  absent(at: Place): T;
}

interface Place {
  struct: string;
  field: string;
  broken: string[];
}

export type Fields = Record<string, Field<unknown>>;
export type BodyOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export interface Struct<F extends Fields> {
  readonly name: string;
  readonly fields: F;
}

export function struct<F extends Fields>(name: string, fields: F): Struct<F> {
  return { name, fields };
}

export const string = plain('string', (value) => (typeof value === 'string' ? value : undefined));
export const boolean = plain('bool', (value) => (typeof value === 'boolean' ? value : undefined));
export const int = plain('int64', (value) => (Number.isSafeInteger(value) ? (value as number) : undefined));

export function enumeration<const V extends string>(...allowed: readonly V[]): Field<V | undefined> {
  return {
    decode(value, at) {
      const given = string.decode(value, at);
      const found = allowed.find((one) => one === given);
      if (found === undefined && given !== undefined) breakRule(at, 'oneof');
      return found;
    },
    absent: () => undefined,
  };
}

export function list<T>(item: Field<T>): Field<T[] | undefined> {
  return {
    decode(value, at) {
      if (!Array.isArray(value)) throw mismatch(value, at, '[]struct');
      return value.map((one) => item.decode(one, at));
    },
    absent: () => undefined,
  };
}

export function object<F extends Fields>(inner: Struct<F>): Field<BodyOf<F>> {
  return {
    decode(value, at) {
      if (!isObject(value)) throw mismatch(value, at, `model.${inner.name}`);
      return decodeFields(inner.fields, value, at);
    },
    absent: (at) => decodeFields(inner.fields, {}, at),
  };
}

export function required<T>(field: Field<T | undefined>): Field<T> {
  const present = (value: T | undefined, at: Place): T => {
    // An empty text counts as missing, as Go's zero values do.
    if (value === undefined || value === '') breakRule(at, 'required');
    // Where it is undefined, a broken rule refuses the whole body before anyone sees the value.
    return value as T;
  };
  return {
    decode(value, at) {
      const before = at.broken.length;
      const decoded = field.decode(value, at);
      return at.broken.length > before ? (decoded as T) : present(decoded, at);
    },
    absent: (at) => present(undefined, at),
  };
}

/** Decodes the text of a body, or throws the flat 400 that says what is wrong with it. */
export function readBody<F extends Fields>(shape: Struct<F>, source: string): BodyOf<F> {
  const document = parse(source);
  const broken: string[] = [];
  const at = { struct: shape.name, field: '', broken };
  if (!isObject(document)) throw flat(`json: cannot unmarshal ${kindOf(document)} into Go value of type model.${shape.name}`);
  const body = decodeFields(shape.fields, document, at);
  if (broken.length > 0) throw flat(broken.join('\n'));
  return body;
}

function decodeFields<F extends Fields>(fields: F, document: Record<string, unknown>, at: Place): BodyOf<F> {
  const decoded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field && value !== null) decoded[name] = field.decode(value, inside(at, name));
  }
  for (const [name, field] of Object.entries(fields)) {
    if (!Object.hasOwn(decoded, name)) decoded[name] = field.absent(inside(at, name));
  }
  // Every declared field has been decoded by its own declaration.
  return decoded as BodyOf<F>;
}

function parse(source: string): unknown {
  if (source === '') throw flat('EOF');
  try {
    return JSON.parse(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    const token = /^Unexpected token '(.)'/.exec(reason)?.[1];
    if (token !== undefined) throw flat(`invalid character '${token}' looking for beginning of value`);
    throw flat(reason.includes('end of JSON') ? 'unexpected end of JSON input' : 'invalid character in JSON');
  }
}

function plain<T>(goType: string, take: (value: unknown) => T | undefined): Field<T | undefined> {
  return {
    decode(value, at) {
      const taken = take(value);
      if (taken === undefined) throw mismatch(value, at, goType);
      return taken;
    },
    absent: () => undefined,
  };
}

function mismatch(value: unknown, at: Place, goType: string): Error {
  const given = typeof value === 'number' && goType === 'int64' ? `number ${value}` : kindOf(value);
  return flat(`json: cannot unmarshal ${given} into Go struct field ${at.struct}.${at.field} of type ${goType}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inside(at: Place, name: string): Place {
  return { ...at, field: at.field === '' ? name : `${at.field}.${name}` };
}

function breakRule(at: Place, tag: string): void {
  const [name = '', ...outer] = at.field.split('.').toReversed();
  at.broken.push(brokenRule([at.struct, ...outer.toReversed()].join('.'), name, tag));
}

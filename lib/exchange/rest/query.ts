/**
 * Query parameters as each operation declares them, read and refused in the words of Kalshi's own server: text that is no
 * number fails while it is bound, a number out of bounds when it is validated.
 */
import { bareMessage } from './rejection.ts';

/** One parameter: turns the values given under its name (none, if it was left out) into what handlers use. */
export interface Param<T> {
  read(name: string, values: string[]): T;
}

export type QuerySpec = Record<string, Param<unknown>>;
export type QueryOf<S extends QuerySpec> = { [K in keyof S]: S[K] extends Param<infer T> ? T : never };

/** A value that was read but breaks a rule; the validator names rules by tags like "lte". */
class Broken extends Error {
  readonly tag: string;

  constructor(tag: string) {
    super(tag);
    this.tag = tag;
  }
}

interface Bounds {
  min?: number;
  max?: number;
}

export const text: Param<string | undefined> = { read: (_name, values) => values[0] || undefined };

export function integer(bounds: Bounds = {}): Param<number | undefined> {
  return {
    read(name, [value]) {
      if (value === undefined || value === '') return undefined;
      if (!/^[+-]?\d{1,15}$/.test(value)) throw unreadable(name, 'ParseInt', value);
      const number = Number(value);
      if (bounds.min !== undefined && number < bounds.min) throw new Broken('gte');
      if (bounds.max !== undefined && number > bounds.max) throw new Broken('lte');
      return number;
    },
  };
}

/** Page size. 0 means the usual one where Kalshi takes it at all. */
export function limit(usual: number, max: number, min = 1): Param<number> {
  const count = integer({ min, max });
  return { read: (name, values) => count.read(name, values) || usual };
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** False where it is left out. */
export const flag: Param<boolean> = {
  read(name, [value]) {
    if (value === undefined || value === '') return false;
    if (TRUE.includes(value)) return true;
    if (FALSE.includes(value)) return false;
    throw unreadable(name, 'ParseBool', value);
  },
};

export function oneOf<const V extends string>(...allowed: readonly V[]): Param<V | undefined> {
  return {
    read(_name, [value]) {
      if (value === undefined || value === '') return undefined;
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw new Broken('oneof');
      return found;
    },
  };
}

export function oneOfNumbers<const V extends number>(...allowed: readonly V[]): Param<V | undefined> {
  const number = integer();
  return {
    read(name, values) {
      const value = number.read(name, values);
      if (value === undefined) return undefined;
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw new Broken('oneof');
      return found;
    },
  };
}

/** `name=a,b`; undefined where it is left out. */
export function commaList(max = Number.POSITIVE_INFINITY): Param<string[] | undefined> {
  return {
    read(_name, [value]) {
      if (value === undefined || value === '') return undefined;
      const items = value.split(',');
      if (items.length > max) throw new Broken('max');
      return items;
    },
  };
}

/** `name=a&name=b`; undefined where it is left out. */
export function repeated(max: number): Param<string[] | undefined> {
  return {
    read(_name, values) {
      if (values.length > max) throw new Broken('max');
      return values.length > 0 ? values : undefined;
    },
  };
}

/** An RFC 3339 moment, as epoch milliseconds. */
export const moment: Param<number | undefined> = {
  read(name, [value]) {
    if (value === undefined || value === '') return undefined;
    const atMs = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(atMs)) {
      throw bareMessage(`Invalid format for parameter ${name}: error parsing '${value}' as RFC3339 or 2006-01-02 time`);
    }
    return atMs;
  },
};

export function required<T>(param: Param<T | undefined>): Param<T> {
  return {
    read(name, values) {
      const value = param.read(name, values);
      if (value === undefined) throw bareMessage(`Query argument ${name} is required, but not found`);
      return value;
    },
  };
}

/** Reads all parameters of an operation, or throws the 400 that names every rule that is broken. */
export function readQuery<S extends QuerySpec>(operation: string, spec: S, search: URLSearchParams): QueryOf<S> {
  const broken: string[] = [];
  const read = Object.entries(spec).map(([name, param]) => {
    try {
      return [name, param.read(name, search.getAll(name))];
    } catch (thrown) {
      if (!(thrown instanceof Broken)) throw thrown;
      broken.push(brokenRule(`${operation}Params`, name, thrown.tag));
      return [name, undefined];
    }
  });
  if (broken.length > 0) throw bareMessage(`Parameter validation failed for ${operation}: ${broken.join('\n')}`);
  // Each entry was read by the parameter of its own name.
  return Object.fromEntries(read) as QueryOf<S>;
}

/** A broken rule, in the words of Go's validator. */
export function brokenRule(struct: string, name: string, tag: string): string {
  const field = name.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return `Key: '${struct}.${field}' Error:Field validation for '${field}' failed on the '${tag}' tag`;
}

function unreadable(name: string, parser: string, value: string): Error {
  const reason = `error binding string parameter: strconv.${parser}: parsing ${JSON.stringify(value)}: invalid syntax`;
  return bareMessage(`Invalid format for parameter ${name}: ${reason}`);
}

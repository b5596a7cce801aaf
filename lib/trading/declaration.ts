/**
 * How settings are declared: once, as plain data. Editors, API validation, documentation and sweeps are generated from such a
 * declaration; the rules get typed values in their own units. People write cents, dollars, seconds, contracts and segments; inside
 * these are CC, E6, S, E2 and instants, as the inside name's suffix says.
 */
import { TradingError } from './errors.ts';
import type { League } from './game.ts';
import { CONTRACT_E2, ccToCents, centsToCC, dollarsToE6, e6ToDollars } from './money.ts';
import { compareInstants, type Instant } from './segment.ts';
import { formatSegment, parseSegment } from './segment-text.ts';

export type NumberUnit = 'cents' | 'dollars' | 'seconds' | 'minutes' | 'contracts' | 'count' | 'percent';
/** One value for all leagues, or a value by league over the one for all. */
export type Default<T> = T | { readonly all: T; readonly by: Readonly<Partial<Record<League, T>>> };

interface Described {
  /** The name outside: in forms, messages, the API and the memory. */
  readonly key: string;
  readonly label: string;
  /** One or two sentences for a trader who does not code. */
  readonly help: string;
  readonly group: string;
}

export interface NumberDeclaration extends Described {
  readonly unit: NumberUnit;
  readonly min: number;
  readonly max: number;
  /** For editors and sweeps; a value may be finer, as far as its unit goes. */
  readonly step: number;
  /** In the unit that people write; null: off. */
  readonly default: Default<number | null>;
  /** Present where the setting may be off (null outside, undefined inside): what an editor offers when it is switched on. */
  readonly whenOn?: number;
}

export interface SegmentDeclaration extends Described {
  readonly unit: 'segment';
  readonly default: Default<string | null>;
  /** Present where the setting may be off. */
  readonly whenOn?: Default<string>;
}

export interface SwitchDeclaration extends Described {
  readonly unit: 'switch';
  readonly default: Default<boolean>;
}

export interface ChoiceDeclaration extends Described {
  readonly unit: 'choice';
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly default: Default<string>;
}

export type Declaration = NumberDeclaration | SegmentDeclaration | SwitchDeclaration | ChoiceDeclaration;
export type Declarations = Readonly<Record<string, Declaration>>;

type MaybeOff<D, T> = D extends { readonly whenOn: unknown } ? T | undefined : T;
type ValueOf<D extends Declaration> = D extends SwitchDeclaration
  ? boolean
  : D extends ChoiceDeclaration
    ? D['options'][number]['value']
    : D extends SegmentDeclaration
      ? MaybeOff<D, Instant>
      : MaybeOff<D, number>;
/** The values of a set of declarations by their inside names, in inside units. */
export type ValuesOf<S extends Declarations> = { readonly [N in keyof S]: ValueOf<S[N]> };

/** What people write, by key. JSON. */
export type WrittenValue = number | string | boolean | null;
export type Written = Record<string, WrittenValue>;
type InsideValue = number | string | boolean | Instant | undefined;

/** What is wrong with one setting; `key` is empty where it is about the whole. */
export interface Problem {
  key: string;
  label: string;
  message: string;
}

export type Checked<T> = { ok: true; values: T } | { ok: false; problems: Problem[] };

/** The defaults as people would write them. */
export function writtenDefaults(declarations: Declarations, league: League | undefined): Written {
  return Object.fromEntries(Object.values(declarations).map((one) => [one.key, defaultOf<WrittenValue>(one.default, league)]));
}

/**
 * Reads what people wrote. A setting that is not there has its league's default; an unknown key, a wrong type, a value outside its
 * range or finer than its unit is a problem with its name.
 */
export function readWritten<S extends Declarations>(
  declarations: S,
  league: League | undefined,
  input: unknown,
): Checked<ValuesOf<S>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { ok: false, problems: [{ key: '', label: '', message: 'settings are an object of names and values' }] };
  }
  const given = new Map<string, unknown>(Object.entries(input));
  const problems: Problem[] = [];
  const values: Record<string, InsideValue> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const { key, label } = declaration;
    const raw = given.get(key);
    given.delete(key);
    const written = raw === undefined ? defaultOf<WrittenValue>(declaration.default, league) : raw;
    const read = readValue(declaration, league, written);
    if ('problem' in read) problems.push({ key, label, message: `${label}: ${read.problem}` });
    else values[name] = read.value;
  }
  for (const key of given.keys()) problems.push({ key, label: key, message: `"${key}" is no setting` });
  // Every declared name was set above to a value of its declaration, or there is a problem.
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values: values as ValuesOf<S> };
}

/** Inside values as people write them: what `readWritten` reads back. */
export function writeValues<S extends Declarations>(declarations: S, league: League | undefined, values: ValuesOf<S>): Written {
  const written: Written = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    written[declaration.key] = writeValue(declaration, league, (values as Record<string, InsideValue>)[name]);
  }
  return written;
}

/** The default of one declaration for a league, or for settings that belong to none. */
export function defaultOf<T extends WrittenValue>(value: Default<T>, league: League | undefined): T {
  if (typeof value !== 'object' || value === null) return value;
  const own = league === undefined ? undefined : value.by[league];
  return own === undefined ? value.all : own;
}

type Read = { value: InsideValue } | { problem: string };

function readValue(declaration: Declaration, league: League | undefined, written: unknown): Read {
  if (written === null) {
    const canBeOff = 'whenOn' in declaration;
    return canBeOff ? { value: undefined } : { problem: 'cannot be off' };
  }
  if (declaration.unit === 'switch') {
    return typeof written === 'boolean' ? { value: written } : { problem: `${shown(written)} is neither true nor false` };
  }
  if (declaration.unit === 'choice') {
    const option = declaration.options.find((one) => one.value === written);
    const names = declaration.options.map((one) => one.value).join(', ');
    return option === undefined ? { problem: `${shown(written)} is none of ${names}` } : { value: option.value };
  }
  return declaration.unit === 'segment' ? readSegment(league, written) : readNumber(declaration, written);
}

function readSegment(league: League | undefined, written: unknown): Read {
  if (league === undefined) return { problem: 'a segment needs a league' };
  if (typeof written !== 'string') return { problem: `${shown(written)} is no text` };
  return attempt(() => parseSegment(league, written));
}

function readNumber(declaration: NumberDeclaration, written: unknown): Read {
  const { min, max, unit } = declaration;
  if (typeof written !== 'number' || !Number.isFinite(written)) return { problem: `${shown(written)} is no number` };
  if (written < min || written > max)
    return { problem: `${written} is outside ${min} to ${max} ${unit === 'count' ? '' : unit}`.trim() };
  return attempt(() => INSIDE[unit].read(written));
}

function attempt(read: () => InsideValue): Read {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof TradingError) return { problem: error.message };
    throw error;
  }
}

function writeValue(declaration: Declaration, league: League | undefined, value: InsideValue): WrittenValue {
  if (value === undefined) return null;
  if (typeof value === 'object') {
    if (league === undefined) throw new TradingError('PARAMETER_INVALID', `${declaration.label}: a segment needs a league`);
    return formatSegment(league, value);
  }
  if (typeof value !== 'number') return value;
  return declaration.unit === 'switch' || declaration.unit === 'choice' || declaration.unit === 'segment'
    ? value
    : INSIDE[declaration.unit].write(value);
}

/** Percentages are kept in hundredths of a percent. */
const INSIDE: Record<NumberUnit, { read: (written: number) => number; write: (inside: number) => number }> = {
  cents: { read: centsToCC, write: ccToCents },
  dollars: { read: dollarsToE6, write: e6ToDollars },
  seconds: { read: whole, write: same },
  minutes: { read: whole, write: same },
  count: { read: whole, write: same },
  contracts: { read: (written) => whole(written) * CONTRACT_E2, write: (inside) => inside / CONTRACT_E2 },
  percent: { read: centsToCC, write: ccToCents },
};

function whole(written: number): number {
  if (!Number.isSafeInteger(written)) throw new TradingError('PARAMETER_INVALID', `${written} is no whole number`);
  return written;
}

function same(value: number): number {
  return value;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** A problem that concerns how settings stand to each other, named by the one to change first. */
export function crossProblem(declaration: Declaration, message: string): Problem {
  return { key: declaration.key, label: declaration.label, message: `${declaration.label}: ${message}` };
}

/** Whether `later` is after `earlier`; a segment that is off is not compared. */
export function isAfter(later: Instant | undefined, earlier: Instant | undefined): boolean {
  return later === undefined || earlier === undefined || compareInstants(later, earlier) > 0;
}

/** Units between trading and messages: cents, dollars, contracts, ISO times; null for what is not known. Never NaN, never undefined. */
import { ccToCents, centsToCC, e6ToDollars } from '../trading/money.ts';

/** CC as cents, null where it is not known. */
export function cents(priceCC: number | undefined): number | null {
  return priceCC === undefined ? null : ccToCents(priceCC);
}

/** CC with a fraction (an average, a median) as cents with up to four decimals. */
export function finerCents(priceCC: number | undefined): number | null {
  return priceCC === undefined || !Number.isFinite(priceCC) ? null : withoutMinusZero(Math.round(priceCC * 100) / 10_000);
}

export function contracts(countE2: number): number {
  return countE2 / 100;
}

export function contractsToE2(count: number): number {
  return centsToCC(count);
}

export function dollars(amountE6: number): number {
  return e6ToDollars(amountE6);
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function isoOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : iso(atMs);
}

export function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}

export function orNull<T>(value: T | undefined): T | null {
  return value === undefined ? null : value;
}

/** By the ending of a number's name inside, its ending in messages. Each is exact both ways for what decisions look at. */
const ENDINGS = [
  {
    inside: 'CC',
    outside: 'Cents',
    out: (value: number) => Math.round(value * 100) / 10_000,
    back: (value: number) => Math.round(value * 10_000) / 100,
  },
  { inside: 'E2', outside: 'Contracts', out: (value: number) => value / 100, back: (value: number) => Math.round(value * 100) },
  {
    inside: 'E6',
    outside: 'Dollars',
    out: (value: number) => value / 1_000_000,
    back: (value: number) => Math.round(value * 1_000_000),
  },
] as const;

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** What a decision looked at, in the units of messages: `dropCC` becomes `dropCents`. What is not known is not there. */
export function numbersOut(numbers: Readonly<Record<string, unknown>>): Record<string, Plain> {
  const told: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(numbers)) {
    const ending = ENDINGS.find(({ inside }) => name.endsWith(inside));
    if (typeof value === 'number' && ending !== undefined) {
      if (Number.isFinite(value))
        told[`${name.slice(0, -ending.inside.length)}${ending.outside}`] = withoutMinusZero(ending.out(value));
      continue;
    }
    const plain = plainOf(value);
    if (plain !== undefined) told[name] = plain;
  }
  return told;
}

/** The same read back. */
export function numbersIn(told: Readonly<Record<string, unknown>>): Record<string, Plain> {
  const numbers: Record<string, Plain> = {};
  for (const [name, value] of Object.entries(told)) {
    const ending = ENDINGS.find(({ outside }) => name.endsWith(outside));
    if (typeof value === 'number' && ending !== undefined) {
      numbers[`${name.slice(0, -ending.outside.length)}${ending.inside}`] = ending.back(value);
      continue;
    }
    const plain = plainOf(value);
    if (plain !== undefined) numbers[name] = plain;
  }
  return numbers;
}

function plainOf(value: unknown): Plain | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? withoutMinusZero(value) : undefined;
  if (Array.isArray(value)) return value.map((one) => plainOf(one) ?? null);
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value).flatMap(([name, one]) => {
    const plain = plainOf(one);
    return plain === undefined ? [] : [[name, plain] as const];
  });
  return Object.fromEntries(entries);
}

/** JSON has no minus zero: what is told must be the same before and after it. */
function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}

/**
 * Money, prices and contracts as integers, and the only place where decimal text becomes one of them.
 *
 * - price `CC`: centi-cents, 1/10,000 dollar per contract (56 cents = 5600)
 * - contracts `E2`: hundredths of a contract (1 contract = 100)
 * - money `E6`: micro-dollars (1 dollar = 1,000,000); CC x E2 = E6 exactly
 */
import { TradingError } from './errors.ts';

/** What one contract pays when it wins, as a price. */
export const DOLLAR_CC = 10_000;
export const DOLLAR_E6 = 1_000_000;
export const CONTRACT_E2 = 100;
/** Orders are priced strictly between 0 and 1 dollar. */
export const MIN_PRICE_CC = 1;
export const MAX_PRICE_CC = 9_999;

const DECIMALS = /^-?\d{1,15}(\.\d{1,6})?$/;

/** Reads a dollar price with up to four decimals ("0.5600") as CC. Throws `MONEY_UNREADABLE`. */
export function parsePriceCC(text: string): number {
  return parseFixed(text, 4);
}

/** Reads a contract count with up to two decimals ("12.00", signed) as E2. Throws `MONEY_UNREADABLE`. */
export function parseCountE2(text: string): number {
  return parseFixed(text, 2);
}

/** Reads a dollar amount with up to six decimals ("0.017500", signed) as E6. Throws `MONEY_UNREADABLE`. */
export function parseDollarsE6(text: string): number {
  return parseFixed(text, 6);
}

/** 5600 -> "0.5600" */
export function formatPriceCC(priceCC: number): string {
  return formatFixed(priceCC, 4);
}

/** 1250 -> "12.50" */
export function formatCountE2(countE2: number): string {
  return formatFixed(countE2, 2);
}

/** 17500 -> "0.017500" */
export function formatDollarsE6(amountE6: number): string {
  return formatFixed(amountE6, 6);
}

/**
 * Cents as people write them (up to two decimals) to CC.
 * Throws `MONEY_UNREADABLE` for anything finer than 0.01 cent or not finite.
 */
export function centsToCC(cents: number): number {
  return scale(cents, 100, 'cents with up to two decimals');
}

export function ccToCents(priceCC: number): number {
  return priceCC / 100;
}

/** Dollars as people write them (up to six decimals) to E6. Throws `MONEY_UNREADABLE` for anything finer or not finite. */
export function dollarsToE6(dollars: number): number {
  return scale(dollars, DOLLAR_E6, 'dollars with up to six decimals');
}

export function e6ToDollars(amountE6: number): number {
  return amountE6 / DOLLAR_E6;
}

/** What `countE2` contracts cost at `priceCC` each, in E6: the product is exact. */
export function costE6(priceCC: number, countE2: number): number {
  return priceCC * countE2;
}

/** Integer `value` / 10^`decimals` as decimal text, padded to that many decimals. Throws `MONEY_UNREADABLE` for what is no integer. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isSafeInteger(value)) throw unreadable(value, 'a whole number of its unit');
  const digits = Math.abs(value)
    .toString()
    .padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return value < 0 ? `-${text}` : text;
}

/**
 * Decimal text to an integer of 10^-`decimals`. Zeros beyond `decimals` are accepted, other digits there are not: a finer
 * value than the unit can hold is an error, never rounded. Throws `MONEY_UNREADABLE`.
 */
export function parseFixed(text: string, decimals: number): number {
  if (typeof text !== 'string') throw unreadable(text, 'decimal text');
  const fast = parsePlain(text, decimals);
  if (fast !== undefined) return fast;
  if (!DECIMALS.test(text)) throw unreadable(text, `a decimal with up to ${decimals} places`);
  const isNegative = text.charCodeAt(0) === 45;
  const [whole = '', fraction = ''] = (isNegative ? text.slice(1) : text).split('.');
  if (/[1-9]/.test(fraction.slice(decimals))) throw unreadable(text, `a decimal with up to ${decimals} places`);
  const value = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (!Number.isSafeInteger(value)) throw unreadable(text, 'an amount of a size that can be counted exactly');
  return isNegative && value !== 0 ? -value : value;
}

/** The exchange's own spelling, digits with exactly `decimals` places, is read without a regular expression: it is the hot path. */
function parsePlain(text: string, decimals: number): number | undefined {
  const length = text.length;
  const first = text.charCodeAt(0) === 45 ? 1 : 0;
  const point = length - decimals - 1;
  if (point <= first || length > 15) return undefined;
  let value = 0;
  for (let i = first; i < length; i++) {
    const code = text.charCodeAt(i);
    if (i === point) {
      if (code !== 46) return undefined;
    } else if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
    } else {
      return undefined;
    }
  }
  return first === 1 && value !== 0 ? -value : value;
}

function scale(amount: number, factor: number, what: string): number {
  const scaled = Math.round(amount * factor);
  // A tolerance of a few ulp separates "0.1 + 0.2" from a value that really is finer than the unit.
  const tolerance = Math.max(1, Math.abs(scaled)) * 4 * Number.EPSILON;
  if (!Number.isSafeInteger(scaled) || Math.abs(amount * factor - scaled) > tolerance) throw unreadable(amount, what);
  return scaled === 0 ? 0 : scaled;
}

function unreadable(value: unknown, what: string): TradingError {
  return new TradingError('MONEY_UNREADABLE', `${JSON.stringify(value) ?? String(value)} is not ${what}`);
}

/** Decimal texts of requests, as whole units. */
import { Refusal } from '../../engine/refusal.ts';
import { flat } from '../rejection.ts';

/** So many contracts that no amount of money computed from them leaves the range of exact integers. */
const MOST_E2 = 100_000_000_000;

/** Contracts in hundredths. Throws a 400 for what is no decimal, has more than two places, or is absurdly large. */
export function countFrom(field: string, text: string): number {
  const countE2 = unitsOf(field, text, 2);
  if (countE2 === undefined) throw flat(`${field}: at most 2 decimal places are allowed`);
  if (Math.abs(countE2) > MOST_E2) throw new Refusal(400, 'invalid_order_size');
  return countE2;
}

/** A price in centi-cents; whether it is on the market's grid, the market says. */
export function priceFrom(text: string): number {
  const priceCC = unitsOf('price', text, 4);
  if (priceCC === undefined) throw new Refusal(400, 'invalid_price');
  return priceCC;
}

/** Undefined where the text has more decimal places than there are. */
function unitsOf(field: string, text: string, places: number): number | undefined {
  const found = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!found) throw flat(`${field}: ${JSON.stringify(text.slice(0, 40))} is not a fixed-point number`);
  const [, sign = '', whole = '', fraction = ''] = found;
  if (fraction.length > places) return undefined;
  const units = Number(whole) * 10 ** places + Number(fraction.padEnd(places, '0'));
  return sign === '-' && units !== 0 ? -units : units;
}

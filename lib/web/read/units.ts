/** Inside units to what pages are told: cents, dollars, contracts, ISO times, ages. */
import { formatFixed } from '../../trading/money.ts';

/** CC (averages may end in a fraction) to cents with up to two decimals. */
export function cents(priceCC: number): number {
  return Math.round(priceCC) / 100 + 0;
}

export function centsOrNull(priceCC: number | undefined): number | null {
  return priceCC === undefined ? null : cents(priceCC);
}

/** E6 to dollars, rounded to a cent. */
export function dollars(amountE6: number): number {
  return Math.round(amountE6 / 10_000) / 100 + 0;
}

export function contracts(countE2: number): number {
  return countE2 / 100;
}

/** -350,000,000 -> "-350.00" */
export function dollarsWords(amountE6: number): string {
  return formatFixed(Math.round(amountE6 / 10_000) + 0, 2);
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function isoOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : iso(atMs);
}

/**
 * An age in whole seconds: exact below ten, then in steps of 5, 30 and 60, so that time alone does not change a page all the time.
 * Of what was known this instant it is 0.
 */
export function coarseAge(ageMs: number | undefined): number | null {
  if (ageMs === undefined) return null;
  const seconds = Math.max(0, Math.floor(ageMs / 1_000));
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 30 : 60;
  return seconds - (seconds % step);
}

/** At most `most` of them, evenly picked; the first and the last stay. */
export function picked<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  const stride = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => points[Math.round(i * stride)]).filter((point) => point !== undefined);
}

/** Numbers and moments as Kalshi writes them. */
import { ONE_CC } from '../../units.ts';

/** A price: "0.5600". */
export function price(priceCC: number): string {
  return decimal(priceCC, 4);
}

/** The price of the other outcome. */
export function otherPrice(priceCC: number): string {
  return price(ONE_CC - priceCC);
}

/** Contracts: "10.00". */
export function count(countE2: number): string {
  return decimal(countE2, 2);
}

/** Costs and fees: "0.017500". */
export function money(amountE6: number): string {
  return decimal(amountE6, 6);
}

/** Balances: "98.0186", what is less than a hundredth of a cent cut off. */
export function balance(amountE6: number): string {
  return decimal(Math.trunc(amountE6 / 100), 4);
}

/** An average per contract, rounded: "0.0175". */
export function average(amountE6: number): string {
  return decimal(Math.round(amountE6 / 100), 4);
}

/** Whole cents, cut off. */
export function cents(amountE6: number): number {
  return Math.trunc(amountE6 / 10_000);
}

/** When something happened, to the microsecond: "2026-11-20T18:00:00.123000Z". */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

/** When something is planned; whole seconds go without a fraction: "2026-11-20T18:00:00Z". */
export function planned(atMs: number): string {
  return atMs % 1000 === 0 ? new Date(atMs).toISOString().replace('.000Z', 'Z') : instant(atMs);
}

/** Unix seconds. */
export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

function decimal(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

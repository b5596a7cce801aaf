/** Numbers as people read them in reasons and problems. */
import { formatFixed } from './money.ts';

/** 900 -> "9.0", 925 -> "9.25": cents with at least one decimal. Takes quarters of a centi-cent, as medians are. */
export function centsText(priceCC: number): string {
  const text = formatFixed(Math.round(priceCC * 100), 4);
  return text.replace(/(\.\d+?)0+$/, '$1');
}

/** 50,000,000 -> "50.00 dollars", rounded to a cent. */
export function dollarsText(amountE6: number): string {
  return `${formatFixed(Math.round(amountE6 / 10_000), 2)} dollars`;
}

/** 1200 -> "12", 1250 -> "12.5" */
export function contractsText(countE2: number): string {
  return formatFixed(countE2, 2).replace(/\.?0+$/, '');
}

/** 90 -> "1:30"; part of a second is shown as the whole one that is not over yet. */
export function clockText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** 2300 -> "2.3 s" */
export function secondsText(ms: number): string {
  return `${formatFixed(Math.round(ms / 100), 1)} s`;
}

/** 3 -> "3rd" */
export function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

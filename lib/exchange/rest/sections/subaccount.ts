import { notFound } from '../../engine/refusal.ts';

/** The practice exchange has no numbered subaccounts: any but the primary one (0) is not there. */
export function onlyPrimary(...subaccounts: (number | undefined)[]): void {
  if (subaccounts.some((number) => number !== undefined && number !== 0)) throw notFound();
}

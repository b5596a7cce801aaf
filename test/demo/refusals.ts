/** Refusals as results. */
import { KalshiError } from '../../lib/kalshi/errors.ts';

/** What a call to the exchange ends with: its answer, or the exchange's or the client's word against it. */
export async function attempt<T>(call: Promise<T>): Promise<{ value: T } | { refusal: KalshiError }> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof KalshiError) return { refusal: error };
    throw error;
  }
}

/** The error that a call ends with; that it is carried out is an error. */
export async function refusalOf(call: Promise<unknown>): Promise<KalshiError> {
  const ended = await attempt(call);
  if ('refusal' in ended) return ended.refusal;
  throw new Error('it was carried out, and should have been refused');
}

/** For `catch`: what was not found is undefined, and every other failure goes on. */
export function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof KalshiError && error.code === 'KALSHI_NOT_FOUND') return undefined;
  throw error;
}

/** The exchange's own words. */
export function words({ status, exchange }: KalshiError): string {
  const said = [exchange.code, exchange.message, exchange.details].filter((part) => part !== undefined);
  return [`HTTP ${status ?? 'unknown'}`, ...new Set(said)].join(', ');
}

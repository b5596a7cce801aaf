import assert from 'node:assert/strict';
import { KalshiError } from '../../lib/kalshi/errors.ts';

/** What went wrong, once it has. */
export async function failure(promise: Promise<unknown>): Promise<KalshiError> {
  const [result] = await Promise.allSettled([promise]);
  assert.ok(result?.status === 'rejected' && result.reason instanceof KalshiError, 'it did not fail with a KalshiError');
  return result.reason;
}

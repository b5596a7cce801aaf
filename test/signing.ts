/** Signs requests for tests with nothing but node:crypto, apart from the product's own signing. */
import { constants, type KeyObject, sign } from 'node:crypto';

export interface TestKey {
  keyId: string;
  privateKey: KeyObject | string;
}

/** The three headers for a request; `path` is the whole path from the root, its query is left out. */
export function signedHeaders(key: TestKey, method: string, path: string, timestampMs = Date.now()): Record<string, string> {
  const text = `${timestampMs}${method}${path.split('?')[0]}`;
  const signature = sign('sha256', Buffer.from(text), {
    key: key.privateKey as string,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return {
    'KALSHI-ACCESS-KEY': key.keyId,
    'KALSHI-ACCESS-TIMESTAMP': String(timestampMs),
    'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
  };
}

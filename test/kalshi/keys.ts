/** Keys of these tests alone, and signatures checked as the exchange checks them, with nothing of ours. */
import { constants, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const keyId = '5f0c7a52-0000-4000-8000-00000000c0de';

export const TEST_KEY = {
  keyId,
  publicKey: rsa.publicKey,
  publicKeyPem: rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  privateKeyPem: pemOf(rsa.privateKey),
  pkcs1Pem: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
};

export const ED25519_KEY = { keyId, publicKey: ed25519.publicKey, privateKeyPem: pemOf(ed25519.privateKey) };

/** PKCS#8. */
export function pemOf(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Whether the headers of a request, named in either case, carry the key's signature of it. */
export function isSigned(headers: object, method: string, path: string, key = TEST_KEY.publicKey): boolean {
  const told = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const text = Buffer.from(`${told.get('kalshi-access-timestamp')}${method}${path}`);
  const signature = Buffer.from(told.get('kalshi-access-signature') ?? '', 'base64');
  if (told.get('kalshi-access-key') !== keyId) return false;
  if (key.asymmetricKeyType === 'ed25519') return verify(null, text, key, signature);
  return verify('sha256', text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature);
}

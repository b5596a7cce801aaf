import { createPrivateKey, type KeyObject } from 'node:crypto';
import { KalshiError, type KalshiErrorCode } from './errors.ts';

const SHORTEST_RSA_BITS = 2048;

/**
 * Reads a private key for signing: RSA of at least 2048 bits (PKCS#1 or PKCS#8 PEM) or Ed25519. Line breaks may be written as
 * `\n`, as environment variables often hold them.
 *
 * Throws `KALSHI_KEY_UNREADABLE`, `KALSHI_KEY_ENCRYPTED`, `KALSHI_KEY_PUBLIC`, `KALSHI_KEY_TOO_SHORT` or `KALSHI_KEY_TYPE`.
 */
export function readPrivateKey(pem: string): KeyObject {
  const text = pem.replaceAll('\\n', '\n').trim();
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, name]) => name ?? '');
  // Some tools put a certificate in front of the key.
  const label = labels.find((name) => name.endsWith('PRIVATE KEY')) ?? labels[0];
  if (label === undefined) {
    throw keyError('KALSHI_KEY_UNREADABLE', 'The private key is not PEM text: it has no line "-----BEGIN … PRIVATE KEY-----"');
  }
  if (label.endsWith('PUBLIC KEY') || label === 'CERTIFICATE') {
    const what = label === 'CERTIFICATE' ? 'a certificate' : 'the public half of a key';
    throw keyError('KALSHI_KEY_PUBLIC', `This is ${what}; signing needs the private key that belongs to it`);
  }
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw keyError('KALSHI_KEY_ENCRYPTED', 'The private key is encrypted with a passphrase; store it without one');
  }
  if (label === 'OPENSSH PRIVATE KEY') {
    throw keyError('KALSHI_KEY_UNREADABLE', 'The private key is in OpenSSH format; Kalshi uses PEM (PKCS#1 or PKCS#8)');
  }
  return checkKind(parsePem(text));
}

function parsePem(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw keyError('KALSHI_KEY_UNREADABLE', 'The private key is damaged or incomplete: its PEM text cannot be decoded', cause);
  }
}

function checkKind(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  if (key.asymmetricKeyType !== 'rsa') {
    const kind = key.asymmetricKeyType ?? 'unknown';
    throw keyError('KALSHI_KEY_TYPE', `The private key is of type ${kind}; Kalshi takes RSA and Ed25519`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < SHORTEST_RSA_BITS) {
    throw keyError('KALSHI_KEY_TOO_SHORT', `The RSA key has ${bits} bits; at least ${SHORTEST_RSA_BITS} are needed`);
  }
  return key;
}

function keyError(code: KalshiErrorCode, message: string, cause?: unknown): KalshiError {
  return new KalshiError(code, message, { outcome: 'refused', cause });
}

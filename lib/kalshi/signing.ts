/**
 * Requests are signed over timestamp, method and path (from the root, without the query). The body is not covered, so a
 * signature for a known route can be made before there is anything to send.
 */
import { constants, type KeyObject, sign } from 'node:crypto';
import type { ClockOffset } from './clock-offset.ts';
import { KalshiError } from './errors.ts';
import { readPrivateKey } from './signing-key.ts';
import type { WallClock } from './wall-clock.ts';

export interface Credentials {
  keyId: string;
  /** PEM: RSA of at least 2048 bits (PKCS#1 or PKCS#8) or Ed25519. */
  privateKeyPem: string;
}

export interface AuthHeaders {
  'KALSHI-ACCESS-KEY': string;
  'KALSHI-ACCESS-TIMESTAMP': string;
  'KALSHI-ACCESS-SIGNATURE': string;
}

export interface Signer {
  readonly keyId: string;
  /** Headers for one request, from a signature made ahead where a usable one lies ready. `path` includes `/trade-api/…`. */
  headers(method: string, path: string): Promise<AuthHeaders>;
  /** Headers for a WebSocket handshake on `/trade-api/ws/v2`. */
  handshakeHeaders(path?: string): Promise<AuthHeaders>;
  /** Makes a signature for one request on this route, usable for 2 s. */
  prepare(method: string, path: string): Promise<void>;
  /** Keeps a usable signature for this route ready until the answer is called. */
  stayAhead(method: string, path: string): () => void;
  /** For how many milliseconds from now these headers may still be sent; below zero where it is too late. */
  remainingMs(headers: AuthHeaders): number;
}

export interface SignerParts {
  clock: WallClock;
  offset: ClockOffset;
}

export const WS_PATH = '/trade-api/ws/v2';
/** The exchange takes timestamps up to 5 s old (30 s are refused); the rest is for the way there and for doubt about its clock. */
const LONGEST_AGE_MS = 3_000;
/** What is left of the age when a signature made ahead is taken is for the wait for a connection. */
const LONGEST_AHEAD_MS = 2_000;
const RENEW_AFTER_MS = 1_000;
/** The request that takes a signature leaves before the next one is begun. */
const RENEW_SOON_MS = 2;
/** A signature made under an offset that differs by more than this is not used. */
const MATERIAL_OFFSET_MS = 250;

interface Prepared {
  timestampMs: number;
  offsetMs: number;
  /** May still be in the making; waiting for it takes no longer than making another. */
  headers: Promise<AuthHeaders>;
}

/** Reads the key (throws `KALSHI_KEY_…`, see `readPrivateKey`) and keeps it as one KeyObject; signs off the main thread. */
export function createSigner(credentials: Credentials, { clock, offset }: SignerParts): Signer {
  const keyId = credentials.keyId.trim();
  if (keyId === '') {
    throw new KalshiError('KALSHI_CREDENTIALS_MISSING', 'The API key id is empty', { outcome: 'refused' });
  }
  const key = readPrivateKey(credentials.privateKeyPem);
  const ready = new Map<string, Prepared[]>();
  const keptAhead = new Map<string, () => void>();

  const exchangeNowMs = () => clock.nowMs() + offset.offsetMs;

  function startSigning(method: string, path: string): Prepared {
    const { offsetMs } = offset;
    const timestampMs = Math.round(exchangeNowMs());
    const headers = signText(key, `${timestampMs}${method}${path}`).then((signature) => ({
      'KALSHI-ACCESS-KEY': keyId,
      'KALSHI-ACCESS-TIMESTAMP': String(timestampMs),
      'KALSHI-ACCESS-SIGNATURE': signature,
    }));
    return { timestampMs, offsetMs, headers };
  }

  function isUsable(prepared: Prepared): boolean {
    const isOffsetKept = Math.abs(offset.offsetMs - prepared.offsetMs) <= MATERIAL_OFFSET_MS;
    return isOffsetKept && exchangeNowMs() - prepared.timestampMs <= LONGEST_AHEAD_MS;
  }

  function takeReady(route: string): Prepared | undefined {
    const usable = ready.get(route)?.filter(isUsable) ?? [];
    const taken = usable.pop();
    if (usable.length > 0) ready.set(route, usable);
    else ready.delete(route);
    return taken;
  }

  async function prepare(method: string, path: string): Promise<void> {
    const prepared = startSigning(method, path);
    const route = `${method}${path}`;
    ready.set(route, [...(ready.get(route) ?? []).filter(isUsable), prepared]);
    await prepared.headers;
  }

  function headers(method: string, path: string): Promise<AuthHeaders> {
    const route = `${method}${path}`;
    const taken = takeReady(route) ?? startSigning(method, path);
    keptAhead.get(route)?.();
    return taken.headers;
  }

  function stayAhead(method: string, path: string): () => void {
    const route = `${method}${path}`;
    let cancelTimer = () => {};
    let isStopped = false;

    const renew = () => {
      cancelTimer();
      if (isStopped) return;
      // Nobody waits here: a failure is reported by the request that takes this signature.
      void prepare(method, path).catch(() => {});
      cancelTimer = clock.after(RENEW_AFTER_MS, renew, 'background');
    };
    const renewSoon = () => {
      cancelTimer();
      cancelTimer = clock.after(RENEW_SOON_MS, renew, 'background');
    };
    keptAhead.set(route, renewSoon);
    renew();
    return () => {
      isStopped = true;
      cancelTimer();
      if (keptAhead.get(route) === renewSoon) keptAhead.delete(route);
      ready.delete(route);
    };
  }

  return {
    keyId,
    headers,
    handshakeHeaders: (path = WS_PATH) => headers('GET', path),
    prepare,
    stayAhead,
    remainingMs: (signed) => Number(signed['KALSHI-ACCESS-TIMESTAMP']) + LONGEST_AGE_MS - exchangeNowMs(),
  };
}

function signText(key: KeyObject, text: string): Promise<string> {
  const data = Buffer.from(text, 'utf8');
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer) => {
      if (error === null) resolve(signature.toString('base64'));
      else reject(error);
    };
    if (key.asymmetricKeyType === 'ed25519') sign(null, data, key, done);
    else sign('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, done);
  });
}

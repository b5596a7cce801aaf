/**
 * Who is asking: verifies the three KALSHI-ACCESS headers of a request or a socket upgrade against the account's uploaded
 * public key, and says what a key may do.
 */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account, ApiKey } from './engine/state.ts';
import type { Night } from './night.ts';
import { nested, type Rejection } from './rest/rejection.ts';

/** Requests may be this old. Kalshi takes 5 s and refuses 30 s; where between the limit lies is not known. */
const PAST_MS = 15_000;
/** Requests may be this far ahead. */
const AHEAD_MS = 30_000;

/** What a key may be used for. Orders and groups need `write::trade`, moving cash `write::transfer`. */
export type Scope = 'read' | 'read::portfolio_balance' | 'write' | 'write::trade' | 'write::transfer';

export interface SignedRequest {
  method: string;
  /** From the root, without query: what was signed. */
  path: string;
  headers: IncomingHttpHeaders;
}

export type Authentication = { ok: true; account: Account; key: ApiKey } | { ok: false; rejection: Rejection };

export interface Auth {
  /** Verifies the request's headers: its account and key, or the 401 to answer. */
  authenticate(request: SignedRequest): Authentication;
}

/** `wallMs` reads the real time that signatures are dated in. */
export function createAuth(options: { night: Night; wallMs: () => number }): Auth {
  const { night, wallMs } = options;
  const keyObjects = new WeakMap<ApiKey, KeyObject>();

  const publicKeyOf = (key: ApiKey): KeyObject => {
    const known = keyObjects.get(key);
    if (known) return known;
    const parsed = createPublicKey(key.publicKeyPem);
    keyObjects.set(key, parsed);
    return parsed;
  };

  return {
    authenticate({ method, path, headers }) {
      const signature = headers['kalshi-access-signature'];
      const keyId = headers['kalshi-access-key'];
      const timestamp = headers['kalshi-access-timestamp'];
      if (typeof signature !== 'string') return refused('signature_is_missing_from_headers');
      const account = typeof keyId === 'string' ? night.exchange.state.accountByKey.get(keyId) : undefined;
      const key = account?.keys.get(String(keyId));
      if (!account || !key) return refused('authentication_error', 'NOT_FOUND');
      if (typeof timestamp !== 'string' || !isTimely(timestamp, wallMs())) return refused('header_timestamp_expired');
      const signed = Buffer.from(`${timestamp}${method}${path}`);
      if (!isSignedBy(publicKeyOf(key), signed, Buffer.from(signature, 'base64'))) {
        return refused('authentication_error', 'INCORRECT_API_KEY_SIGNATURE');
      }
      return { ok: true, account, key };
    },
  };
}

/** Whether a request carries any credentials at all: a public route takes none, but wrong ones are refused there too. */
export function hasCredentials(headers: IncomingHttpHeaders): boolean {
  return headers['kalshi-access-key'] !== undefined || headers['kalshi-access-signature'] !== undefined;
}

/** Whether the key may do what `scope` covers: "write" includes "write::trade". */
export function isAllowed(key: ApiKey, scope: Scope): boolean {
  const [family] = scope.split('::');
  return key.scopes.some((held) => held === scope || held === family);
}

function refused(code: string, details?: string): Authentication {
  // Kalshi speaks this one code with its underscore.
  const message = code === 'authentication_error' ? code : undefined;
  return { ok: false, rejection: nested(401, code, details, message) };
}

function isTimely(timestamp: string, nowMs: number): boolean {
  if (!/^\d{1,16}$/.test(timestamp)) return false;
  const ageMs = nowMs - Number(timestamp);
  return ageMs <= PAST_MS && ageMs >= -AHEAD_MS;
}

function isSignedBy(key: KeyObject, signed: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, signed, key, signature);
  const { RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_AUTO } = constants;
  return verify('sha256', signed, { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_AUTO }, signature);
}

import { createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { API_KEY_SCOPES } from '../../../kalshi/schema/api-key.ts';
import { enumeration, int, list, required, string, struct } from '../json-body.ts';
import { flat } from '../rejection.ts';
import { own, type Route, write } from '../route.ts';
import { onlyPrimary } from './subaccount.ts';

const generate = promisify(generateKeyPair);
const LEAST_RSA_BITS = 2048;
const USUAL_SCOPES = ['read', 'write'];
const naming = { name: required(string), scopes: list(enumeration(...API_KEY_SCOPES)), subaccount: int };

export const apiKeyRoutes: Route[] = [
  own({
    path: '/api_keys',
    operation: 'GetApiKeys',
    answer: ({ account }) => ({
      api_keys: [...account.keys.values()].map(({ id, name, scopes }) => ({ api_key_id: id, name, scopes })),
    }),
  }),
  write({
    method: 'POST',
    path: '/api_keys',
    operation: 'CreateApiKey',
    body: struct('CreateApiKeyRequest', { ...naming, public_key: required(string) }),
    scope: 'write',
    status: 201,
    answer: ({ night, account, body }) => {
      onlyPrimary(body.subaccount);
      const trouble = troubleWithKey(body.public_key);
      if (trouble) throw flat(trouble);
      const added = night.execute<'add_key'>({
        kind: 'add_key',
        accountId: account.id,
        name: body.name,
        publicKeyPem: body.public_key,
        scopes: scopesOf(body.scopes),
      });
      return { api_key_id: added.id };
    },
  }),
  write({
    method: 'POST',
    path: '/api_keys/generate',
    operation: 'GenerateApiKey',
    body: struct('GenerateApiKeyRequest', naming),
    scope: 'write',
    status: 201,
    answer: async ({ night, account, body }) => {
      onlyPrimary(body.subaccount);
      const pair = await generate('rsa', {
        modulusLength: LEAST_RSA_BITS,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      });
      const added = night.execute<'add_key'>({
        kind: 'add_key',
        accountId: account.id,
        name: body.name,
        publicKeyPem: pair.publicKey,
        scopes: scopesOf(body.scopes),
      });
      return { api_key_id: added.id, private_key: pair.privateKey };
    },
  }),
  write({
    method: 'DELETE',
    path: '/api_keys/:api_key',
    operation: 'DeleteApiKey',
    scope: 'write',
    status: 204,
    answer: ({ night, account, param }) => {
      night.execute({ kind: 'delete_key', accountId: account.id, keyId: param('api_key') });
      return undefined;
    },
  }),
];

/** Why a text is not a public key that can be uploaded (RSA of 2048 bits or more, or Ed25519), or undefined. */
export function troubleWithKey(pem: string): string | undefined {
  if (pem.includes('PRIVATE KEY')) return 'this is a private key: upload the public one';
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey(pem);
  } catch {
    return 'public_key is not a PEM public key';
  }
  if (key.asymmetricKeyType === 'ed25519') return undefined;
  if (key.asymmetricKeyType !== 'rsa') return 'public_key must be an RSA or Ed25519 key';
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < LEAST_RSA_BITS ? `public_key has ${bits} bits, at least ${LEAST_RSA_BITS} are needed` : undefined;
}

function scopesOf(asked: readonly (string | undefined)[] | undefined): string[] {
  const scopes = (asked ?? []).filter((scope) => scope !== undefined);
  return scopes.length > 0 ? scopes : USUAL_SCOPES;
}

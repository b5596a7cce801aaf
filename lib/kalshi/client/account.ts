import {
  GetAccountApiLimitsResponse,
  GetAccountApiUsageLevelVolumeProgressResponse,
  GetAccountEndpointCostsResponse,
} from '../schema/account.ts';
import {
  CreateApiKeyRequest,
  CreateApiKeyResponse,
  GenerateApiKeyRequest,
  GenerateApiKeyResponse,
  GetApiKeysResponse,
} from '../schema/api-key.ts';
import { Nothing } from '../schema/wire.ts';
import type { Caller } from './call.ts';
import { read, write } from './operation.ts';

const LIMITS = read({ path: '/account/limits', answer: GetAccountApiLimitsResponse, auth: true });
const ENDPOINT_COSTS = read({ path: '/account/endpoint_costs', answer: GetAccountEndpointCostsResponse });
const UPGRADE = write({ method: 'POST', path: '/account/api_usage_level/upgrade', answer: Nothing, bucket: 'read' }, 'entry');
const VOLUME_PROGRESS = read({
  path: '/account/api_usage_level/volume_progress',
  answer: GetAccountApiUsageLevelVolumeProgressResponse,
  auth: true,
});

const KEYS = read({ path: '/api_keys', answer: GetApiKeysResponse, auth: true });
const CREATE_KEY = write(
  { method: 'POST', path: '/api_keys', body: CreateApiKeyRequest, answer: CreateApiKeyResponse, bucket: 'read' },
  'entry',
);
const GENERATE_KEY = write(
  {
    method: 'POST',
    path: '/api_keys/generate',
    body: GenerateApiKeyRequest,
    answer: GenerateApiKeyResponse,
    bucket: 'read',
  },
  'entry',
);
const DELETE_KEY = write({ method: 'DELETE', path: '/api_keys/:api_key', answer: Nothing, bucket: 'read' }, 'entry');

export function accountCalls(caller: Caller) {
  return {
    /** Tier and the size of both token buckets. */
    limits: caller.read(LIMITS),
    /** What requests cost in tokens. */
    endpointCosts: caller.read(ENDPOINT_COSTS),
    /** From Basic to Advanced; `KALSHI_FORBIDDEN` where the account is not eligible. */
    upgrade: caller.write(UPGRADE),
    volumeProgress: caller.read(VOLUME_PROGRESS),
  };
}

export function apiKeysCalls(caller: Caller) {
  return {
    all: caller.read(KEYS),
    /** Uploads a public key. */
    create: caller.write(CREATE_KEY),
    /** The answer holds the private key, this once. */
    generate: caller.write(GENERATE_KEY),
    delete: caller.write(DELETE_KEY),
  };
}

import { z } from 'zod';
import { integer, label, maybe, requestObject, wireObject } from './wire.ts';

export const API_KEY_SCOPES = [
  'read',
  'write',
  'read::block_trade_accept',
  'read::portfolio_balance',
  'write::trade',
  'write::transfer',
  'write::block_trade_accept',
] as const;
export const ApiKeyScope = label(API_KEY_SCOPES);
export type ApiKeyScope = z.infer<typeof ApiKeyScope>;

export const ApiKey = wireObject({
  api_key_id: z.string(),
  name: z.string(),
  scopes: z.array(ApiKeyScope),
  subaccount: maybe(integer),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const GetApiKeysResponse = wireObject({
  api_keys: z.array(ApiKey),
  api_key_region_expiration_ts: maybe(integer),
});
export type GetApiKeysResponse = z.infer<typeof GetApiKeysResponse>;

/** `public_key` is PEM. */
export const CreateApiKeyRequest = requestObject({
  name: z.string().min(1),
  public_key: z.string().min(1),
  scopes: z.array(ApiKeyScope).optional(),
  subaccount: integer.min(0).optional(),
});
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>;

export const CreateApiKeyResponse = wireObject({ api_key_id: z.string(), warning: maybe(z.string()) });
export type CreateApiKeyResponse = z.infer<typeof CreateApiKeyResponse>;

export const GenerateApiKeyRequest = requestObject({
  name: z.string().min(1),
  scopes: z.array(ApiKeyScope).optional(),
  subaccount: integer.min(0).optional(),
});
export type GenerateApiKeyRequest = z.infer<typeof GenerateApiKeyRequest>;

/** The private key is told this once. */
export const GenerateApiKeyResponse = wireObject({
  api_key_id: z.string(),
  private_key: z.string(),
  warning: maybe(z.string()),
});
export type GenerateApiKeyResponse = z.infer<typeof GenerateApiKeyResponse>;

import { z } from 'zod';
import { ExchangeInstance } from './transfer.ts';
import { decimal, integer, label, maybe, wireObject } from './wire.ts';

/** Tokens a second, and how many can be saved up. */
export const BucketLimit = wireObject({ refill_rate: z.number().positive(), bucket_capacity: z.number().positive() });
export type BucketLimit = z.infer<typeof BucketLimit>;

export const ApiUsageLevelGrant = wireObject({
  exchange_instance: label(ExchangeInstance.options),
  level: z.string(),
  expires_ts: maybe(integer),
  source: z.string(),
});
export type ApiUsageLevelGrant = z.infer<typeof ApiUsageLevelGrant>;

export const GetAccountApiLimitsResponse = wireObject({
  usage_tier: z.string(),
  read: BucketLimit,
  write: BucketLimit,
  grants: z.array(ApiUsageLevelGrant).nullable(),
});
export type GetAccountApiLimitsResponse = z.infer<typeof GetAccountApiLimitsResponse>;

/** `path` begins with `/trade-api/v2`; `:name` stands for one segment, `*name` for all that follows. */
export const EndpointTokenCost = wireObject({ method: z.string(), path: z.string(), cost: z.number().min(0) });
export type EndpointTokenCost = z.infer<typeof EndpointTokenCost>;

export const GetAccountEndpointCostsResponse = wireObject({
  default_cost: z.number().min(0),
  endpoint_costs: z.array(EndpointTokenCost),
});
export type GetAccountEndpointCostsResponse = z.infer<typeof GetAccountEndpointCostsResponse>;

export const AccountApiUsageLevelVolumeGoal = wireObject({
  level: z.string(),
  earn_volume_goal_fp: decimal,
  keep_volume_goal_fp: decimal,
});
export type AccountApiUsageLevelVolumeGoal = z.infer<typeof AccountApiUsageLevelVolumeGoal>;

export const AccountApiUsageLevelVolumeProgress = wireObject({
  computed_ts: integer,
  trailing_30d_volume_fp: decimal,
  goals: z.array(AccountApiUsageLevelVolumeGoal).nullable(),
});
export type AccountApiUsageLevelVolumeProgress = z.infer<typeof AccountApiUsageLevelVolumeProgress>;

export const GetAccountApiUsageLevelVolumeProgressResponse = wireObject({
  volume_progress: z.array(AccountApiUsageLevelVolumeProgress).nullable(),
});
export type GetAccountApiUsageLevelVolumeProgressResponse = z.infer<typeof GetAccountApiUsageLevelVolumeProgressResponse>;

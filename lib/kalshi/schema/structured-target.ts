import { z } from 'zod';
import { cursor, details, maybe, timestamp, wireObject } from './wire.ts';

/** A team or a player. */
export const StructuredTarget = wireObject({
  id: z.string().optional(),
  name: z.string().optional(),
  type: z.string().optional(),
  details: maybe(details),
  source_id: maybe(z.string()),
  source_ids: maybe(z.record(z.string(), z.string())),
  last_updated_ts: maybe(timestamp),
});
export type StructuredTarget = z.infer<typeof StructuredTarget>;

export const GetStructuredTargetResponse = wireObject({ structured_target: StructuredTarget.optional() });
export type GetStructuredTargetResponse = z.infer<typeof GetStructuredTargetResponse>;

export const GetStructuredTargetsResponse = wireObject({ structured_targets: maybe(z.array(StructuredTarget)), cursor });
export type GetStructuredTargetsResponse = z.infer<typeof GetStructuredTargetsResponse>;

import { z } from 'zod';
import { cursor, details, maybe, timestamp, wireObject } from './wire.ts';

export const Milestone = wireObject({
  id: z.string(),
  category: z.string(),
  type: z.string(),
  /** The scheduled start of the game. */
  start_date: timestamp,
  end_date: maybe(timestamp),
  related_event_tickers: z.array(z.string()),
  primary_event_tickers: z.array(z.string()),
  title: z.string(),
  notification_message: z.string(),
  source_id: maybe(z.string()),
  source_ids: maybe(z.record(z.string(), z.string())),
  details,
  last_updated_ts: timestamp,
});
export type Milestone = z.infer<typeof Milestone>;

export const GetMilestoneResponse = wireObject({ milestone: Milestone });
export type GetMilestoneResponse = z.infer<typeof GetMilestoneResponse>;

export const GetMilestonesResponse = wireObject({ milestones: z.array(Milestone), cursor });
export type GetMilestonesResponse = z.infer<typeof GetMilestonesResponse>;

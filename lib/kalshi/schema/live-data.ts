import { z } from 'zod';
import { details, maybe, wireObject } from './wire.ts';

/** The state of a game; what `details` holds differs by `type`. */
export const LiveData = wireObject({ type: z.string(), milestone_id: z.string(), details });
export type LiveData = z.infer<typeof LiveData>;

export const GetLiveDataResponse = wireObject({ live_data: LiveData });
export type GetLiveDataResponse = z.infer<typeof GetLiveDataResponse>;

/** Null where the ids were not understood (joined by commas, for one). */
export const GetLiveDatasResponse = wireObject({ live_datas: z.array(LiveData).nullable() });
export type GetLiveDatasResponse = z.infer<typeof GetLiveDatasResponse>;

export const PlayByPlay = wireObject({
  periods: maybe(z.array(wireObject({ events: maybe(z.array(details)) }))),
});
export type PlayByPlay = z.infer<typeof PlayByPlay>;

export const GetGameStatsResponse = wireObject({ pbp: maybe(PlayByPlay) });
export type GetGameStatsResponse = z.infer<typeof GetGameStatsResponse>;

export const EventLiveData = wireObject({
  type: z.string(),
  details,
  is_historical: maybe(z.boolean()),
  default_range: maybe(z.string()),
  range_options: maybe(z.array(z.string())),
});
export type EventLiveData = z.infer<typeof EventLiveData>;

export const GetEventLiveDataResponse = wireObject({ live_data: EventLiveData });
export type GetEventLiveDataResponse = z.infer<typeof GetEventLiveDataResponse>;

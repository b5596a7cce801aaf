import { z } from 'zod';
import { cursor, integer, label, maybe, timestamp, wireObject } from './wire.ts';

export const FEE_TYPES = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees', 'flat'] as const;
export const feeType = label(FEE_TYPES);
export type FeeType = z.infer<typeof feeType>;

export const ExchangeIndexStatus = wireObject({
  exchange_index: integer,
  description: z.string(),
  exchange_active: z.boolean(),
  trading_active: z.boolean(),
  intra_exchange_transfers_active: z.boolean(),
});
export type ExchangeIndexStatus = z.infer<typeof ExchangeIndexStatus>;

/** The top level speaks for shard 0, `exchange_index_statuses` for each. */
export const ExchangeStatus = wireObject({
  exchange_active: z.boolean(),
  trading_active: z.boolean(),
  intra_exchange_transfers_active: z.boolean().optional(),
  exchange_estimated_resume_time: maybe(timestamp),
  exchange_index_statuses: maybe(z.array(ExchangeIndexStatus)),
});
export type ExchangeStatus = z.infer<typeof ExchangeStatus>;

/** "HH:MM", Eastern time. */
export const DailySchedule = wireObject({ open_time: z.string(), close_time: z.string() });
export type DailySchedule = z.infer<typeof DailySchedule>;

const day = z.array(DailySchedule);
export const WeeklySchedule = wireObject({
  start_time: timestamp,
  end_time: timestamp,
  monday: day,
  tuesday: day,
  wednesday: day,
  thursday: day,
  friday: day,
  saturday: day,
  sunday: day,
});
export type WeeklySchedule = z.infer<typeof WeeklySchedule>;

export const MaintenanceWindow = wireObject({ start_datetime: timestamp, end_datetime: timestamp });
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

export const Schedule = wireObject({
  standard_hours: z.array(WeeklySchedule),
  maintenance_windows: z.array(MaintenanceWindow),
});
export type Schedule = z.infer<typeof Schedule>;

export const GetExchangeScheduleResponse = wireObject({ schedule: Schedule });
export type GetExchangeScheduleResponse = z.infer<typeof GetExchangeScheduleResponse>;

/** Balance, orders and fills as read are those of this moment. */
export const GetUserDataTimestampResponse = wireObject({ as_of_time: timestamp });
export type GetUserDataTimestampResponse = z.infer<typeof GetUserDataTimestampResponse>;

export const SeriesFeeChange = wireObject({
  id: z.string(),
  series_ticker: z.string(),
  fee_type: feeType,
  fee_multiplier: z.number(),
  scheduled_ts: timestamp,
});
export type SeriesFeeChange = z.infer<typeof SeriesFeeChange>;

export const GetSeriesFeeChangesResponse = wireObject({ series_fee_change_arr: z.array(SeriesFeeChange) });
export type GetSeriesFeeChangesResponse = z.infer<typeof GetSeriesFeeChangesResponse>;

/** Null takes the override away: the series' own value counts again. */
export const EventFeeChange = wireObject({
  id: z.string(),
  event_ticker: z.string(),
  series_ticker: z.string(),
  fee_type_override: feeType.nullable(),
  fee_multiplier_override: z.number().nullable(),
  scheduled_ts: timestamp,
});
export type EventFeeChange = z.infer<typeof EventFeeChange>;

export const GetEventFeeChangesResponse = wireObject({ event_fee_changes: z.array(EventFeeChange), cursor });
export type GetEventFeeChangesResponse = z.infer<typeof GetEventFeeChangesResponse>;

import { z } from 'zod';
import { feeType } from './exchange.ts';
import { Market } from './market.ts';
import { Milestone } from './milestone.ts';
import { cursor, decimal, details, integer, label, maybe, settlementSource, timestamp, wireObject } from './wire.ts';

export const EventData = wireObject({
  event_ticker: z.string(),
  series_ticker: z.string(),
  sub_title: z.string(),
  title: z.string(),
  collateral_return_type: label(['MECNET', 'DIRECNET', '']),
  mutually_exclusive: z.boolean(),
  category: z.string().optional(),
  strike_date: maybe(timestamp),
  strike_period: maybe(z.string()),
  markets: maybe(z.array(Market)),
  product_metadata: maybe(details),
  settlement_sources: z.array(settlementSource).nullable(),
  last_updated_ts: maybe(timestamp),
  fee_type_override: maybe(feeType),
  fee_multiplier_override: maybe(z.number()),
  exchange_index: maybe(integer),
});
export type EventData = z.infer<typeof EventData>;

/** Without nested markets they stand beside the event. */
export const GetEventResponse = wireObject({ event: EventData, markets: maybe(z.array(Market)) });
export type GetEventResponse = z.infer<typeof GetEventResponse>;

export const GetEventsResponse = wireObject({
  events: z.array(EventData),
  milestones: maybe(z.array(Milestone)),
  cursor,
});
export type GetEventsResponse = z.infer<typeof GetEventsResponse>;

export const GetMultivariateEventsResponse = wireObject({ events: z.array(EventData), cursor });
export type GetMultivariateEventsResponse = z.infer<typeof GetMultivariateEventsResponse>;

export const MarketMetadata = wireObject({ market_ticker: z.string(), image_url: z.string(), color_code: z.string() });
export type MarketMetadata = z.infer<typeof MarketMetadata>;

export const GetEventMetadataResponse = wireObject({
  image_url: z.string(),
  featured_image_url: maybe(z.string()),
  market_details: z.array(MarketMetadata),
  settlement_sources: z.array(settlementSource).nullable(),
  competition: maybe(z.string()),
  competition_scope: maybe(z.string()),
});
export type GetEventMetadataResponse = z.infer<typeof GetEventMetadataResponse>;

export const Series = wireObject({
  ticker: z.string(),
  frequency: z.string(),
  title: z.string(),
  category: z.string(),
  /** Sent since 2026-09-17. */
  categories: maybe(z.array(z.string())),
  tags: z.array(z.string()).nullable(),
  settlement_sources: z.array(settlementSource).nullable(),
  contract_url: z.string(),
  contract_terms_url: z.string(),
  product_metadata: maybe(details),
  fee_type: feeType,
  fee_multiplier: z.number(),
  additional_prohibitions: z.array(z.string()).nullable(),
  volume_fp: maybe(decimal),
  last_updated_ts: maybe(timestamp),
  exchange_index: maybe(integer),
});
export type Series = z.infer<typeof Series>;

export const GetSeriesResponse = wireObject({ series: Series });
export type GetSeriesResponse = z.infer<typeof GetSeriesResponse>;

export const GetSeriesListResponse = wireObject({ series: z.array(Series) });
export type GetSeriesListResponse = z.infer<typeof GetSeriesListResponse>;

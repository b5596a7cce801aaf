import type { EventData, Series } from '../../../kalshi/schema/event.ts';
import type { Milestone } from '../../../kalshi/schema/milestone.ts';
import type { StructuredTarget } from '../../../kalshi/schema/structured-target.ts';
import type { EventState, MilestoneState, SeriesState } from '../../engine/state.ts';
import type { TargetListing } from '../../scenario/types.ts';
import { instant, planned } from './text.ts';

export function presentEvent(event: EventState): EventData {
  const { listing, series } = event;
  return {
    event_ticker: event.ticker,
    series_ticker: listing.seriesTicker,
    sub_title: listing.subTitle,
    title: listing.title,
    collateral_return_type: listing.collateralReturnType,
    mutually_exclusive: listing.mutuallyExclusive,
    category: series.listing.category,
    strike_period: '',
    product_metadata: listing.productMetadata,
    settlement_sources: [],
    last_updated_ts: instant(event.updatedMs),
    exchange_index: listing.exchangeIndex,
  };
}

export function presentSeries(series: SeriesState): Series {
  const { listing } = series;
  return {
    ticker: listing.ticker,
    frequency: listing.frequency,
    title: listing.title,
    category: listing.category,
    categories: [listing.category],
    tags: listing.tags,
    settlement_sources: [],
    contract_url: '',
    contract_terms_url: '',
    fee_type: listing.feeType,
    fee_multiplier: listing.feeMultiplier,
    additional_prohibitions: [],
    last_updated_ts: instant(series.updatedMs),
    exchange_index: listing.exchangeIndex,
  };
}

export function presentMilestone({ listing, updatedMs }: MilestoneState): Milestone {
  return {
    id: listing.id,
    category: listing.category,
    type: listing.type,
    start_date: planned(listing.startMs),
    ...(listing.endMs !== undefined && { end_date: planned(listing.endMs) }),
    related_event_tickers: listing.relatedEventTickers,
    primary_event_tickers: listing.primaryEventTickers,
    title: listing.title,
    notification_message: listing.notificationMessage,
    details: listing.details,
    last_updated_ts: instant(updatedMs),
  };
}

export function presentTarget(target: { listing: TargetListing; updatedMs: number }): StructuredTarget {
  const { id, name, type, details } = target.listing;
  return { id, name, type, details, last_updated_ts: instant(target.updatedMs) };
}

import type { EventData, GetEventMetadataResponse, GetEventResponse, GetEventsResponse } from '../../../kalshi/schema/event.ts';
import type { EventState } from '../../engine/state.ts';
import type { Night } from '../../night.ts';
import { newestFirst } from '../page.ts';
import { presentEvent, presentMilestone } from '../present/event.ts';
import { presentMarket } from '../present/market.ts';
import { commaList, flag, integer, limit, oneOf, type QueryOf, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, type Route, type Venue } from '../route.ts';
import { listedStatus } from './status.ts';

const listQuery = {
  limit: limit(200, 200),
  cursor: text,
  with_nested_markets: flag,
  with_milestones: flag,
  status: oneOf('unopened', 'open', 'closed', 'settled'),
  series_ticker: text,
  tickers: commaList(),
  min_close_ts: integer(),
  min_updated_ts: integer(),
};

export const eventRoutes: Route[] = [
  open({
    path: '/events',
    operation: 'GetEvents',
    query: listQuery,
    answer: ({ venue, night, nowMs, query }): GetEventsResponse => {
      const events = [...night.exchange.state.events.values()];
      const page = newestFirst(events, query, (event) => isWanted(event, query));
      return {
        events: page.items.map((event) => (query.with_nested_markets ? nestedEvent(event, venue, nowMs) : presentEvent(event))),
        ...(query.with_milestones && { milestones: milestonesOf(night, page.items) }),
        cursor: page.cursor,
      };
    },
  }),
  open({
    path: '/events/multivariate',
    operation: 'GetMultivariateEvents',
    query: {
      limit: limit(100, 200),
      cursor: text,
      series_ticker: text,
      collection_ticker: text,
      with_nested_markets: flag,
    },
    answer: () => ({ events: [], cursor: '' }),
  }),
  open({
    path: '/events/:event_ticker',
    operation: 'GetEvent',
    query: { with_nested_markets: flag },
    answer: ({ venue, night, nowMs, param, query }): GetEventResponse => {
      const event = eventOf(night, param('event_ticker'));
      if (query.with_nested_markets) return { event: nestedEvent(event, venue, nowMs), markets: [] };
      return { event: presentEvent(event), markets: event.markets.map((market) => presentMarket(market, venue.trades, nowMs)) };
    },
  }),
  open({
    path: '/events/:event_ticker/metadata',
    operation: 'GetEventMetadata',
    answer: ({ night, param }): GetEventMetadataResponse => {
      const event = eventOf(night, param('event_ticker'));
      const { competition, competition_scope: scope } = event.listing.productMetadata;
      return {
        image_url: '',
        market_details: event.markets.map((market) => ({ market_ticker: market.ticker, image_url: '', color_code: '' })),
        settlement_sources: [],
        ...(typeof competition === 'string' && { competition }),
        ...(typeof scope === 'string' && { competition_scope: scope }),
      };
    },
  }),
];

/** The event, or a 404. */
export function eventOf(night: Night, ticker: string): EventState {
  const event = night.exchange.state.events.get(ticker);
  if (!event) throw nested(404, 'not_found');
  return event;
}

function isWanted(event: EventState, query: QueryOf<typeof listQuery>): boolean {
  const { status, series_ticker: series, tickers, min_close_ts: minCloseS, min_updated_ts: minUpdatedS } = query;
  return (
    (series === undefined || event.listing.seriesTicker === series) &&
    (tickers === undefined || tickers.includes(event.ticker)) &&
    (status === undefined || event.markets.some((market) => listedStatus(market.status) === status)) &&
    (minCloseS === undefined || event.markets.some((market) => market.closeMs >= minCloseS * 1000)) &&
    (minUpdatedS === undefined || event.updatedMs >= minUpdatedS * 1000)
  );
}

function nestedEvent(event: EventState, venue: Venue, nowMs: number): EventData {
  return { ...presentEvent(event), markets: event.markets.map((market) => presentMarket(market, venue.trades, nowMs)) };
}

function milestonesOf(night: Night, events: readonly EventState[]) {
  const tickers = new Set(events.map((event) => event.ticker));
  return [...night.exchange.state.milestones.values()]
    .filter(({ listing }) => listing.relatedEventTickers.some((ticker) => tickers.has(ticker)))
    .map(presentMilestone);
}

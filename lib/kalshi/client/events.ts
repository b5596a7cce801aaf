import { z } from 'zod';
import { GetEventCandlesticksResponse } from '../schema/candlestick.ts';
import { GetEventMetadataResponse, GetEventResponse, GetEventsResponse, GetMultivariateEventsResponse } from '../schema/event.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { candleRange, commaList, flag, paging, text, unixSeconds } from './query.ts';

const ONE = read({ path: '/events/:event_ticker', query: { with_nested_markets: flag }, answer: GetEventResponse });
const PAGE = read({
  path: '/events',
  query: {
    ...paging,
    with_nested_markets: flag,
    with_milestones: flag,
    status: z.enum(['unopened', 'open', 'closed', 'settled']).optional(),
    series_ticker: text,
    tickers: commaList().optional(),
    min_close_ts: unixSeconds,
    min_updated_ts: unixSeconds,
  },
  answer: GetEventsResponse,
});
const METADATA = read({ path: '/events/:event_ticker/metadata', answer: GetEventMetadataResponse });
const MULTIVARIATE_PAGE = read({
  path: '/events/multivariate',
  query: { ...paging, series_ticker: text, collection_ticker: text, with_nested_markets: flag },
  answer: GetMultivariateEventsResponse,
});
const CANDLESTICKS = read({
  path: '/series/:series_ticker/events/:ticker/candlesticks',
  query: candleRange,
  answer: GetEventCandlesticksResponse,
});

export function eventsCalls(caller: Caller) {
  return {
    /** Its markets stand beside it, or inside it with `with_nested_markets`. */
    get: caller.read(ONE),
    /** Without combos; see `multivariate`. With `with_milestones` a page has those of its events. */
    page: caller.read(PAGE),
    list: caller.list(PAGE, ({ events }) => events, { limit: 200 }),
    metadata: caller.read(METADATA),
    multivariatePage: caller.read(MULTIVARIATE_PAGE),
    multivariate: caller.list(MULTIVARIATE_PAGE, ({ events }) => events, { limit: 200 }),
    /** Candles of all markets of an event. */
    candlesticks: caller.read(CANDLESTICKS),
  };
}

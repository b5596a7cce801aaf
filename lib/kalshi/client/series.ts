import { z } from 'zod';
import { GetEventForecastPercentilesHistoryResponse } from '../schema/candlestick.ts';
import { GetSeriesListResponse, GetSeriesResponse } from '../schema/event.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { candleRange, commaList, flag, repeatedIntegers, text, unixSeconds } from './query.ts';

const ONE = read({ path: '/series/:series_ticker', query: { include_volume: flag }, answer: GetSeriesResponse });
const ALL = read({
  path: '/series',
  query: {
    category: text,
    tags: commaList().optional(),
    include_product_metadata: flag,
    include_volume: flag,
    min_updated_ts: unixSeconds,
  },
  answer: GetSeriesListResponse,
});
const FORECASTS = read({
  path: '/series/:series_ticker/events/:ticker/forecast_percentile_history',
  query: {
    percentiles: repeatedIntegers,
    ...candleRange,
    period_interval: z.literal([0, 1, 60, 1440]),
  },
  answer: GetEventForecastPercentilesHistoryResponse,
  auth: true,
});

export function seriesCalls(caller: Caller) {
  return {
    get: caller.read(ONE),
    /** Not paged: without a category some 13,000 come at once. */
    all: caller.read(ALL),
    /** What the market of an event expected, by percentile, over time. */
    forecastHistory: caller.read(FORECASTS),
  };
}

import type { GetSeriesListResponse, GetSeriesResponse, Series } from '../../../kalshi/schema/event.ts';
import type { SeriesState } from '../../engine/state.ts';
import { presentSeries } from '../present/event.ts';
import { count } from '../present/text.ts';
import { commaList, flag, integer, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, type Route } from '../route.ts';

export const seriesRoutes: Route[] = [
  open({
    path: '/series',
    operation: 'GetSeriesList',
    query: {
      category: text,
      tags: commaList(),
      include_product_metadata: flag,
      include_volume: flag,
      min_updated_ts: integer(),
    },
    answer: ({ night, query }): GetSeriesListResponse => {
      const { category, tags, min_updated_ts: minUpdatedS = 0 } = query;
      const kept = [...night.exchange.state.series.values()].filter(
        ({ listing, updatedMs }) =>
          (category === undefined || listing.category === category) &&
          (tags === undefined || tags.some((tag) => listing.tags.includes(tag))) &&
          updatedMs >= minUpdatedS * 1000,
      );
      return { series: kept.map((series) => detailed(series, query.include_volume, query.include_product_metadata)) };
    },
  }),
  open({
    path: '/series/:series_ticker',
    operation: 'GetSeries',
    query: { include_volume: flag },
    answer: ({ night, param, query }): GetSeriesResponse => {
      const series = night.exchange.state.series.get(param('series_ticker'));
      if (!series) throw nested(404, 'not_found');
      return { series: detailed(series, query.include_volume, true) };
    },
  }),
];

function detailed(series: SeriesState, withVolume: boolean, withMetadata: boolean): Series {
  return {
    ...presentSeries(series),
    ...(withVolume && { volume_fp: count(volumeE2(series)) }),
    ...(withMetadata && { product_metadata: { competition: series.listing.competition } }),
  };
}

function volumeE2(series: SeriesState): number {
  const markets = series.events.flatMap((event) => event.markets);
  return markets.reduce((sum, market) => sum + market.volumeE2, 0);
}

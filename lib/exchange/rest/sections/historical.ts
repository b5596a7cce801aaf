import type { GetMarketResponse } from '../../../kalshi/schema/market.ts';
import { newestFirst } from '../page.ts';
import { presentMarket } from '../present/market.ts';
import { commaList, limit, oneOf, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, type Route } from '../route.ts';
import { cutoffMs, isArchived } from './archive.ts';
import { presentMarkets, presentTrades, tradesQuery } from './markets.ts';

export const historicalRoutes: Route[] = [
  open({
    path: '/historical/markets',
    operation: 'GetHistoricalMarkets',
    query: {
      limit: limit(100, 1000, 0),
      cursor: text,
      tickers: commaList(),
      event_ticker: text,
      series_ticker: text,
      mve_filter: oneOf('exclude'),
    },
    answer: ({ venue, night, nowMs, query }) => {
      const { tickers, event_ticker: event, series_ticker: series } = query;
      const page = newestFirst(
        [...night.exchange.state.markets.values()],
        query,
        (market) =>
          isArchived(market, nowMs) &&
          (tickers === undefined || tickers.includes(market.ticker)) &&
          (event === undefined || market.event.ticker === event) &&
          (series === undefined || market.event.listing.seriesTicker === series),
      );
      return presentMarkets(page, venue, nowMs);
    },
  }),
  open({
    path: '/historical/markets/:ticker',
    operation: 'GetHistoricalMarket',
    answer: ({ venue, night, nowMs, param }): GetMarketResponse => {
      const market = night.exchange.state.markets.get(param('ticker'));
      if (!market || !isArchived(market, nowMs)) throw nested(404, 'not_found');
      return { market: presentMarket(market, venue.trades, nowMs) };
    },
  }),
  open({
    path: '/historical/trades',
    operation: 'GetTradesHistorical',
    query: tradesQuery,
    answer: ({ venue, nowMs, query }) => presentTrades(venue, query, (atMs) => atMs < cutoffMs(nowMs)),
  }),
];

import type {
  BatchGetMarketCandlesticksResponse,
  GetEventCandlesticksResponse,
  GetMarketCandlesticksResponse,
} from '../../../kalshi/schema/candlestick.ts';
import type { GetMarketCandlesticksHistoricalResponse } from '../../../kalshi/schema/historical.ts';
import type { Night } from '../../night.ts';
import type { Candle } from '../../tape.ts';
import { presentCandle, presentHistoricalCandle } from '../present/candle.ts';
import { commaList, flag, integer, oneOfNumbers, repeated, required } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, own, type Route } from '../route.ts';
import { isArchived, liveMarket, liveMarkets } from './archive.ts';
import { eventOf } from './events.ts';

/** More than these are cut off without a word. */
const MOST = 5_000;

const span = {
  start_ts: required(integer()),
  end_ts: required(integer()),
  period_interval: required(oneOfNumbers(1, 60, 1440)),
};
const spanWithLatest = { ...span, include_latest_before_start: flag };

interface Span {
  start_ts: number;
  end_ts: number;
  period_interval: number;
  include_latest_before_start?: boolean;
}

export const candlestickRoutes: Route[] = [
  open({
    path: '/series/:series_ticker/markets/:ticker/candlesticks',
    operation: 'GetMarketCandlesticks',
    query: spanWithLatest,
    answer: ({ night, nowMs, param, query }): GetMarketCandlesticksResponse => {
      const market = liveMarket(night, param('ticker'), nowMs);
      if (market.event.listing.seriesTicker !== param('series_ticker')) throw nested(404, 'not_found');
      return { ticker: market.ticker, candlesticks: candles(night, nowMs, market.ticker, query).map(presentCandle) };
    },
  }),
  open({
    path: '/markets/candlesticks',
    operation: 'BatchGetMarketCandlesticks',
    query: { market_tickers: required(commaList(100)), ...spanWithLatest },
    answer: ({ night, nowMs, query }): BatchGetMarketCandlesticksResponse => ({
      markets: liveMarkets(night, query.market_tickers, nowMs).map(({ ticker }) => ({
        market_ticker: ticker,
        candlesticks: candles(night, nowMs, ticker, query).map(presentCandle),
      })),
    }),
  }),
  open({
    path: '/series/:series_ticker/events/:ticker/candlesticks',
    operation: 'GetMarketCandlesticksByEvent',
    query: span,
    answer: ({ night, nowMs, param, query }): GetEventCandlesticksResponse => {
      const event = eventOf(night, param('ticker'));
      if (event.listing.seriesTicker !== param('series_ticker')) throw nested(404, 'not_found');
      const markets = event.markets.filter((market) => !isArchived(market, nowMs));
      const endS = adjustedEnd(query, markets.length);
      return {
        market_tickers: markets.map((market) => market.ticker),
        market_candlesticks: markets.map((market) =>
          candles(night, nowMs, market.ticker, { ...query, end_ts: endS }).map(presentCandle),
        ),
        adjusted_end_ts: endS,
      };
    },
  }),
  own({
    path: '/series/:series_ticker/events/:ticker/forecast_percentile_history',
    operation: 'GetEventForecastPercentilesHistory',
    query: { ...span, percentiles: required(repeated(10)), period_interval: required(oneOfNumbers(0, 1, 60, 1440)) },
    answer: ({ night, param }) => {
      eventOf(night, param('ticker'));
      // Forecasts exist for events that ask for a number; games ask for a winner.
      return { forecast_history: [] };
    },
  }),
  open({
    path: '/historical/markets/:ticker/candlesticks',
    operation: 'GetMarketCandlesticksHistorical',
    query: span,
    answer: ({ night, nowMs, param, query }): GetMarketCandlesticksHistoricalResponse => {
      const market = night.exchange.state.markets.get(param('ticker'));
      if (!market || !isArchived(market, nowMs)) throw nested(404, 'not_found');
      return { ticker: market.ticker, candlesticks: candles(night, nowMs, market.ticker, query).map(presentHistoricalCandle) };
    },
  }),
];

function candles(night: Night, nowMs: number, ticker: string, query: Span): Candle[] {
  const range = {
    startS: query.start_ts,
    endS: query.end_ts,
    nowS: nowMs / 1000,
    periodMinutes: query.period_interval,
    isLatestIncluded: query.include_latest_before_start,
  };
  return night.tape.candles(ticker, range).slice(0, MOST);
}

/** The end up to which all markets of an event together stay within the limit. */
function adjustedEnd(query: Span, markets: number): number {
  const most = Math.floor(MOST / Math.max(1, markets));
  return Math.min(query.end_ts, query.start_ts + most * query.period_interval * 60);
}

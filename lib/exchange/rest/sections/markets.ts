import type { GetMarketOrderbooksResponse, GetMarketResponse, GetMarketsResponse } from '../../../kalshi/schema/market.ts';
import type { GetTradesResponse } from '../../../kalshi/schema/trade.ts';
import type { MarketState } from '../../engine/state.ts';
import { newestFirst, type Page } from '../page.ts';
import { presentMarket } from '../present/market.ts';
import { presentBook } from '../present/orderbook.ts';
import { presentTrade } from '../present/trade.ts';
import { commaList, flag, integer, limit, oneOf, type QueryOf, repeated, required, text } from '../query.ts';
import { flat } from '../rejection.ts';
import { open, type Route, type Venue } from '../route.ts';
import { cutoffMs, isArchived, liveMarket, liveMarkets } from './archive.ts';
import { listedStatus } from './status.ts';

const listQuery = {
  limit: limit(100, 1000, 0),
  cursor: text,
  event_ticker: commaList(10),
  series_ticker: text,
  min_created_ts: integer(),
  max_created_ts: integer(),
  min_updated_ts: integer(),
  max_close_ts: integer(),
  min_close_ts: integer(),
  min_settled_ts: integer(),
  max_settled_ts: integer(),
  status: oneOf('unopened', 'open', 'paused', 'closed', 'settled'),
  tickers: commaList(),
  mve_filter: oneOf('only', 'exclude'),
};

type ListQuery = QueryOf<typeof listQuery>;

export const tradesQuery = {
  limit: limit(100, 1000, 0),
  cursor: text,
  ticker: text,
  min_ts: integer(),
  max_ts: integer(),
  is_block_trade: flag,
};

export const marketRoutes: Route[] = [
  open({
    path: '/markets',
    operation: 'GetMarkets',
    query: listQuery,
    answer: ({ venue, night, nowMs, query }): GetMarketsResponse => {
      checkCombination(query);
      const markets = [...night.exchange.state.markets.values()];
      const page = newestFirst(markets, query, (market) => !isArchived(market, nowMs) && isWanted(market, query));
      return presentMarkets(page, venue, nowMs);
    },
  }),
  open({
    path: '/markets/trades',
    operation: 'GetTrades',
    query: tradesQuery,
    answer: ({ venue, nowMs, query }) => presentTrades(venue, query, (atMs) => atMs >= cutoffMs(nowMs)),
  }),
  open({
    path: '/markets/orderbooks',
    operation: 'GetMarketOrderbooks',
    query: { tickers: required(repeated(100)) },
    answer: ({ night, nowMs, query }): GetMarketOrderbooksResponse => ({
      orderbooks: liveMarkets(night, query.tickers, nowMs).map((market) => ({
        ticker: market.ticker,
        orderbook_fp: presentBook(market),
      })),
    }),
  }),
  open({
    path: '/markets/:ticker',
    operation: 'GetMarket',
    answer: ({ venue, night, nowMs, param }): GetMarketResponse => ({
      market: presentMarket(liveMarket(night, param('ticker'), nowMs), venue.trades, nowMs),
    }),
  }),
  open({
    path: '/markets/:ticker/orderbook',
    operation: 'GetMarketOrderbook',
    query: { depth: integer({ min: 0, max: 100 }) },
    answer: ({ night, nowMs, param, query }) => ({
      orderbook_fp: presentBook(liveMarket(night, param('ticker'), nowMs), query.depth || undefined),
    }),
  }),
];

export function presentMarkets(page: Page<MarketState>, venue: Venue, nowMs: number): GetMarketsResponse {
  return { markets: page.items.map((market) => presentMarket(market, venue.trades, nowMs)), cursor: page.cursor };
}

/** A page of public trades of the age that `isShown` lets through. */
export function presentTrades(
  venue: Venue,
  query: QueryOf<typeof tradesQuery>,
  isShown: (atMs: number) => boolean,
): GetTradesResponse {
  const { ticker, min_ts: minS, max_ts: maxS, is_block_trade: onlyBlocks } = query;
  const trades = ticker === undefined ? venue.trades.all : venue.trades.of(ticker);
  // Nothing on the practice exchange is traded in blocks.
  const page = newestFirst(onlyBlocks ? [] : trades, query, ({ atMs }) => isShown(atMs) && isWithin(atMs, minS, maxS));
  return { trades: page.items.map(presentTrade), cursor: page.cursor };
}

/** Whether a moment lies between two given in Unix seconds, both included. */
export function isWithin(atMs: number | undefined, minS: number | undefined, maxS: number | undefined): boolean {
  if (minS === undefined && maxS === undefined) return true;
  if (atMs === undefined) return false;
  const atS = Math.floor(atMs / 1000);
  return atS >= (minS ?? Number.NEGATIVE_INFINITY) && atS <= (maxS ?? Number.POSITIVE_INFINITY);
}

/** Each kind of time filter goes with certain statuses only (or with none), and `min_updated_ts` with almost nothing. */
function checkCombination(query: ListQuery): void {
  const { status } = query;
  const isGiven = (...values: unknown[]): boolean => values.some((value) => value !== undefined);
  const created = isGiven(query.min_created_ts, query.max_created_ts);
  const close = isGiven(query.min_close_ts, query.max_close_ts);
  const settled = isGiven(query.min_settled_ts, query.max_settled_ts);
  if (created && status !== undefined && status !== 'unopened' && status !== 'open') {
    throw flat('created_ts filters go with status unopened or open only');
  }
  if (close && status !== undefined && status !== 'closed') throw flat('close_ts filters go with status closed only');
  if (settled && status !== undefined && status !== 'settled') throw flat('settled_ts filters go with status settled only');
  if (!isGiven(query.min_updated_ts)) return;
  if (created || close || settled || isGiven(status, query.event_ticker, query.tickers) || query.mve_filter === 'only') {
    throw flat('min_updated_ts goes with mve_filter=exclude and series_ticker only');
  }
  if (isGiven(query.series_ticker) && query.mve_filter !== 'exclude') {
    throw flat('min_updated_ts with series_ticker needs mve_filter=exclude');
  }
}

function isWanted(market: MarketState, query: ListQuery): boolean {
  const { event } = market;
  return (
    query.mve_filter !== 'only' &&
    (query.status === undefined || listedStatus(market.status) === query.status) &&
    (query.event_ticker === undefined || query.event_ticker.includes(event.ticker)) &&
    (query.series_ticker === undefined || event.listing.seriesTicker === query.series_ticker) &&
    (query.tickers === undefined || query.tickers.includes(market.ticker)) &&
    isWithin(market.createdMs, query.min_created_ts, query.max_created_ts) &&
    isWithin(market.updatedMs, query.min_updated_ts, undefined) &&
    isWithin(market.closeMs, query.min_close_ts, query.max_close_ts) &&
    isWithin(market.settledMs, query.min_settled_ts, query.max_settled_ts)
  );
}

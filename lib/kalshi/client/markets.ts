import { z } from 'zod';
import { BatchGetMarketCandlesticksResponse, GetMarketCandlesticksResponse } from '../schema/candlestick.ts';
import {
  GetMarketOrderbookResponse,
  GetMarketOrderbooksResponse,
  GetMarketResponse,
  GetMarketsResponse,
} from '../schema/market.ts';
import { GetTradesResponse } from '../schema/trade.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { between, candleRange, commaList, flag, paging, repeated, text, unixSeconds } from './query.ts';

const ONE = read({ path: '/markets/:ticker', answer: GetMarketResponse });
const PAGE = read({
  path: '/markets',
  query: {
    ...paging,
    event_ticker: commaList(10).optional(),
    series_ticker: text,
    status: z.enum(['unopened', 'open', 'paused', 'closed', 'settled']).optional(),
    tickers: commaList().optional(),
    mve_filter: z.enum(['only', 'exclude']).optional(),
    min_created_ts: unixSeconds,
    max_created_ts: unixSeconds,
    min_updated_ts: unixSeconds,
    min_close_ts: unixSeconds,
    max_close_ts: unixSeconds,
    min_settled_ts: unixSeconds,
    max_settled_ts: unixSeconds,
  },
  answer: GetMarketsResponse,
});
const ORDERBOOK = read({
  path: '/markets/:ticker/orderbook',
  query: { depth: z.number().int().min(0).max(100).optional() },
  answer: GetMarketOrderbookResponse,
});
const ORDERBOOKS = read({
  path: '/markets/orderbooks',
  query: { tickers: repeated(100) },
  answer: GetMarketOrderbooksResponse,
});
const TRADES_PAGE = read({
  path: '/markets/trades',
  query: { ...paging, ...between, ticker: text, is_block_trade: flag },
  answer: GetTradesResponse,
});
const CANDLESTICKS = read({
  path: '/series/:series_ticker/markets/:ticker/candlesticks',
  query: { ...candleRange, include_latest_before_start: flag },
  answer: GetMarketCandlesticksResponse,
});
const CANDLESTICKS_BATCH = read({
  path: '/markets/candlesticks',
  query: { ...candleRange, market_tickers: commaList(100), include_latest_before_start: flag },
  answer: BatchGetMarketCandlesticksResponse,
});

export function marketsCalls(caller: Caller) {
  return {
    get: caller.read(ONE),
    page: caller.read(PAGE),
    list: caller.list(PAGE, ({ markets }) => markets, { limit: 1000 }),
    orderbook: caller.read(ORDERBOOK),
    /** Of up to 100 markets. */
    orderbooks: caller.read(ORDERBOOKS),
    tradesPage: caller.read(TRADES_PAGE),
    /** Newest first. */
    trades: caller.list(TRADES_PAGE, ({ trades }) => trades, { limit: 1000 }),
    /** At most 5,000 candles; what is beyond is left out without a word. */
    candlesticks: caller.read(CANDLESTICKS),
    candlesticksBatch: caller.read(CANDLESTICKS_BATCH),
  };
}

import { z } from 'zod';
import { GetHistoricalCutoffResponse, GetMarketCandlesticksHistoricalResponse } from '../schema/historical.ts';
import { GetMarketResponse, GetMarketsResponse } from '../schema/market.ts';
import { GetOrdersResponse } from '../schema/order.ts';
import { GetFillsResponse, GetPositionsResponse } from '../schema/portfolio.ts';
import { GetTradesResponse } from '../schema/trade.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { between, candleRange, commaList, count, flag, paging, text } from './query.ts';

const CUTOFF = read({ path: '/historical/cutoff', answer: GetHistoricalCutoffResponse });
const MARKET = read({ path: '/historical/markets/:ticker', answer: GetMarketResponse });
const MARKETS_PAGE = read({
  path: '/historical/markets',
  query: {
    ...paging,
    tickers: commaList().optional(),
    event_ticker: text,
    series_ticker: text,
    mve_filter: z.enum(['only', 'exclude']).optional(),
  },
  answer: GetMarketsResponse,
});
const CANDLESTICKS = read({
  path: '/historical/markets/:ticker/candlesticks',
  query: candleRange,
  answer: GetMarketCandlesticksHistoricalResponse,
});
const TRADES_PAGE = read({
  path: '/historical/trades',
  query: { ...paging, ...between, ticker: text, is_block_trade: flag },
  answer: GetTradesResponse,
});
const own = { ...paging, ...between, ticker: text };
const FILLS_PAGE = read({ path: '/historical/fills', query: own, answer: GetFillsResponse, auth: true });
const ORDERS_PAGE = read({ path: '/historical/orders', query: own, answer: GetOrdersResponse, auth: true });
const POSITIONS_PAGE = read({
  path: '/historical/positions',
  query: { ...paging, ticker: text, event_ticker: text, subaccount: count },
  answer: GetPositionsResponse,
  auth: true,
});

/** What is older than the cutoff, some three months, lives here only. */
export function historicalCalls(caller: Caller) {
  return {
    cutoff: caller.read(CUTOFF),
    market: caller.read(MARKET),
    marketsPage: caller.read(MARKETS_PAGE),
    markets: caller.list(MARKETS_PAGE, ({ markets }) => markets, { limit: 1000 }),
    candlesticks: caller.read(CANDLESTICKS),
    tradesPage: caller.read(TRADES_PAGE),
    trades: caller.list(TRADES_PAGE, ({ trades }) => trades, { limit: 1000 }),
    fillsPage: caller.read(FILLS_PAGE),
    fills: caller.list(FILLS_PAGE, ({ fills }) => fills, { limit: 1000 }),
    ordersPage: caller.read(ORDERS_PAGE),
    orders: caller.list(ORDERS_PAGE, ({ orders }) => orders, { limit: 1000 }),
    positionsPage: caller.read(POSITIONS_PAGE),
    positions: caller.list(POSITIONS_PAGE, (page) => page.market_positions, { limit: 1000 }),
  };
}

import {
  GetBalanceResponse,
  GetFillsResponse,
  GetPortfolioRestingOrderTotalValueResponse,
  GetPositionsResponse,
  GetSettlementsResponse,
} from '../schema/portfolio.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { between, commaList, count, paging, shard, text } from './query.ts';

const BALANCE = read({ path: '/portfolio/balance', query: shard, answer: GetBalanceResponse, auth: true });
const POSITIONS_PAGE = read({
  path: '/portfolio/positions',
  query: { ...paging, ...shard, count_filter: commaList(2).optional(), ticker: text, event_ticker: text },
  answer: GetPositionsResponse,
  auth: true,
});
const FILLS_PAGE = read({
  path: '/portfolio/fills',
  query: { ...paging, ...between, ...shard, ticker: text, order_id: text },
  answer: GetFillsResponse,
  auth: true,
});
const SETTLEMENTS_PAGE = read({
  path: '/portfolio/settlements',
  query: { ...paging, ...between, ticker: text, event_ticker: text, subaccount: count },
  answer: GetSettlementsResponse,
  auth: true,
});
const RESTING_ORDER_VALUE = read({
  path: '/portfolio/summary/total_resting_order_value',
  answer: GetPortfolioRestingOrderTotalValueResponse,
  auth: true,
});

export function portfolioCalls(caller: Caller) {
  return {
    /** Of all shards together, with a breakdown, or of the shard that is named. */
    balance: caller.read(BALANCE),
    /** A page has the positions by market and those by event. */
    positionsPage: caller.read(POSITIONS_PAGE),
    positions: caller.list(POSITIONS_PAGE, (page) => page.market_positions, { limit: 1000 }),
    eventPositions: caller.list(POSITIONS_PAGE, (page) => page.event_positions, { limit: 1000 }),
    fillsPage: caller.read(FILLS_PAGE),
    /** Newest first. */
    fills: caller.list(FILLS_PAGE, ({ fills }) => fills, { limit: 1000 }),
    settlementsPage: caller.read(SETTLEMENTS_PAGE),
    settlements: caller.list(SETTLEMENTS_PAGE, ({ settlements }) => settlements, { limit: 1000 }),
    restingOrderValue: caller.read(RESTING_ORDER_VALUE),
  };
}

/** An account's orders, fills, positions and settlements, as its lagging copy shows them. */
import type { GetOrdersResponse } from '../../../kalshi/schema/order.ts';
import type { GetFillsResponse, GetPositionsResponse, GetSettlementsResponse } from '../../../kalshi/schema/portfolio.ts';
import type { FillSnapshot, OrderSnapshot, PositionSnapshot } from '../../engine/events.ts';
import type { AccountView } from '../../replica.ts';
import { newestFirst } from '../page.ts';
import { presentOrder } from '../present/order.ts';
import { presentEventPosition, presentFill, presentPosition, presentSettlement } from '../present/portfolio.ts';
import { commaList, integer, limit, oneOf, type Param, type QueryOf, text } from '../query.ts';
import { flat, nested } from '../rejection.ts';
import { type MemberCall, own, type Route } from '../route.ts';
import { cutoffMs } from './archive.ts';
import { isWithin } from './markets.ts';
import { onlyPrimary } from './subaccount.ts';

const paging = { limit: limit(100, 1000), cursor: text };
const times = { min_ts: integer(), max_ts: integer() };
const place = { subaccount: integer(), exchange_index: integer({ min: 0 }) };
const historyQuery = { ...paging, ...times, ticker: text };
const fillsQuery = { ...historyQuery, ...place, order_id: text };
const positionsQuery = { ...paging, ...place, count_filter: commaList(), ticker: text, event_ticker: text };

type History<Q extends Record<string, Param<unknown>>> = Partial<QueryOf<Q>> & QueryOf<typeof paging>;

export const portfolioRoutes: Route[] = [
  own({
    path: '/portfolio/orders',
    operation: 'GetOrders',
    query: { ...historyQuery, ...place, event_ticker: text, status: oneOf('resting', 'canceled', 'executed') },
    answer: ({ query, ...call }): GetOrdersResponse =>
      ordersPage(
        call,
        query,
        (order) =>
          !isPast(order, call.nowMs) &&
          (query.status === undefined || order.status === query.status) &&
          (query.event_ticker === undefined || order.eventTicker === query.event_ticker),
      ),
  }),
  own({
    path: '/portfolio/orders/:order_id',
    operation: 'GetOrder',
    cost: 2,
    answer: ({ night, account, param }) => {
      const order = night.replica.view(account.id).orders.get(param('order_id'));
      if (!order) throw nested(404, 'not_found');
      return { order: presentOrder(order) };
    },
  }),
  own({
    path: '/portfolio/fills',
    operation: 'GetFills',
    query: fillsQuery,
    answer: ({ query, ...call }) => fillsPage(call, query, (fill) => fill.atMs >= cutoffMs(call.nowMs)),
  }),
  own({
    path: '/portfolio/positions',
    operation: 'GetPositions',
    query: positionsQuery,
    answer: ({ query, ...call }) => positionsPage(call, query, (position) => !isSettledLongAgo(position, call.nowMs)),
  }),
  own({
    path: '/portfolio/settlements',
    operation: 'GetSettlements',
    query: { ...historyQuery, event_ticker: text, subaccount: integer() },
    answer: ({ night, account, query }): GetSettlementsResponse => {
      onlyPrimary(query.subaccount);
      const view = night.replica.view(account.id);
      const page = newestFirst(
        view.settlements,
        query,
        (one) =>
          (query.ticker === undefined || one.ticker === query.ticker) &&
          (query.event_ticker === undefined || one.eventTicker === query.event_ticker) &&
          isWithin(one.atMs, query.min_ts, query.max_ts),
      );
      return { settlements: page.items.map((one) => presentSettlement(one, feesE6(view, one.ticker))), cursor: page.cursor };
    },
  }),
  own({
    path: '/historical/orders',
    operation: 'GetHistoricalOrders',
    query: historyQuery,
    answer: ({ query, ...call }) => ordersPage(call, query, (order) => isPast(order, call.nowMs)),
  }),
  own({
    path: '/historical/fills',
    operation: 'GetFillsHistorical',
    query: historyQuery,
    answer: ({ query, ...call }) => fillsPage(call, query, (fill) => fill.atMs < cutoffMs(call.nowMs)),
  }),
  own({
    path: '/historical/positions',
    operation: 'GetHistoricalPositions',
    query: { ...paging, ticker: text, event_ticker: text, subaccount: integer() },
    answer: ({ query, ...call }) => positionsPage(call, query, (position) => isSettledLongAgo(position, call.nowMs)),
  }),
];

type Reader = Pick<MemberCall<unknown, unknown>, 'night' | 'account'>;

function ordersPage(
  { night, account }: Reader,
  query: History<typeof historyQuery & typeof place>,
  keep: (order: OrderSnapshot) => boolean,
): GetOrdersResponse {
  onlyPrimary(query.subaccount);
  const page = newestFirst(
    [...night.replica.view(account.id).orders.values()],
    query,
    (order) =>
      keep(order) &&
      (query.ticker === undefined || order.ticker === query.ticker) &&
      (query.exchange_index === undefined || order.shard === query.exchange_index) &&
      isWithin(order.createdMs, query.min_ts, query.max_ts),
  );
  return { orders: page.items.map(presentOrder), cursor: page.cursor };
}

function fillsPage(
  { night, account }: Reader,
  query: History<typeof fillsQuery>,
  keep: (fill: FillSnapshot) => boolean,
): GetFillsResponse {
  onlyPrimary(query.subaccount);
  const page = newestFirst(
    night.replica.view(account.id).fills,
    query,
    (fill) =>
      keep(fill) &&
      (query.ticker === undefined || fill.ticker === query.ticker) &&
      (query.order_id === undefined || fill.orderId === query.order_id) &&
      (query.exchange_index === undefined || fill.shard === query.exchange_index) &&
      isWithin(fill.atMs, query.min_ts, query.max_ts),
  );
  return { fills: page.items.map(presentFill), cursor: page.cursor };
}

const COUNTS: Record<string, 'quantityE2' | 'tradedE2'> = { position: 'quantityE2', total_traded: 'tradedE2' };

/** Markets newest first; an event is told on the page that has the newest of its markets. */
function positionsPage(
  { night, account }: Reader,
  query: History<typeof positionsQuery>,
  keep: (position: PositionSnapshot) => boolean,
): GetPositionsResponse {
  onlyPrimary(query.subaccount);
  const counts = (query.count_filter ?? []).map((name) => {
    const key = COUNTS[name];
    if (!key) throw flat(`unknown count_filter ${name}`);
    return key;
  });
  const wanted = (position: PositionSnapshot): boolean =>
    keep(position) &&
    (counts.length === 0 || counts.some((key) => position[key] !== 0)) &&
    (query.ticker === undefined || position.ticker === query.ticker) &&
    (query.event_ticker === undefined || position.eventTicker === query.event_ticker) &&
    (query.exchange_index === undefined || position.shard === query.exchange_index);
  const positions = [...night.replica.view(account.id).positions.values()];
  const page = newestFirst(positions, query, wanted);
  const events = Map.groupBy(positions.filter(wanted), (position) => position.eventTicker);
  const told = [...events].filter(([, held]) => page.items.some((position) => position === held.at(-1)));
  return {
    market_positions: page.items.map(presentPosition),
    event_positions: told.toReversed().map(([ticker, held]) => presentEventPosition(ticker, held)),
    cursor: page.cursor,
  };
}

function isPast(order: OrderSnapshot, nowMs: number): boolean {
  return order.status !== 'resting' && order.updatedMs < cutoffMs(nowMs);
}

function isSettledLongAgo(position: PositionSnapshot, nowMs: number): boolean {
  return position.quantityE2 === 0 && position.atMs < cutoffMs(nowMs);
}

function feesE6(view: AccountView, ticker: string): number {
  return view.positions.get(ticker)?.feesE6 ?? 0;
}

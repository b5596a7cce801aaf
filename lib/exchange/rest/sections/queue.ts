/** Where resting orders stand: market data, so it comes from the book as it is now. */
import { halfOf } from '../../engine/matching.ts';
import type { WorkingOrder } from '../../engine/state.ts';
import { count } from '../present/text.ts';
import { commaList, integer, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { own, type Route } from '../route.ts';
import { onlyPrimary } from './subaccount.ts';

export const queueRoutes: Route[] = [
  own({
    path: '/portfolio/orders/queue_positions',
    operation: 'GetOrderQueuePositions',
    query: { market_tickers: commaList(), event_ticker: text, subaccount: integer() },
    answer: ({ account, query }) => {
      onlyPrimary(query.subaccount);
      const { market_tickers: tickers, event_ticker: eventTicker } = query;
      const kept = [...account.resting.values()].filter(
        ({ market }) =>
          (tickers === undefined || tickers.includes(market.ticker)) &&
          (eventTicker === undefined || market.event.ticker === eventTicker),
      );
      return {
        queue_positions: kept.map((order) => ({
          order_id: order.id,
          market_ticker: order.market.ticker,
          queue_position_fp: positionOf(order),
        })),
      };
    },
  }),
  own({
    path: '/portfolio/orders/:order_id/queue_position',
    operation: 'GetOrderQueuePosition',
    answer: ({ account, param }) => {
      const order = account.resting.get(param('order_id'));
      if (!order) throw nested(404, 'not_found');
      return { queue_position_fp: positionOf(order) };
    },
  }),
];

function positionOf(order: WorkingOrder): string {
  return count(halfOf(order).aheadE2(order));
}

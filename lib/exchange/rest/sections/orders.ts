/** Orders as they are sent ("V2"): bids and asks on the YES book. */
import type {
  AmendOrderV2Response,
  CancelOrderV2Response,
  CreateOrderV2Response,
  DecreaseOrderV2Response,
} from '../../../kalshi/schema/order.ts';
import { int, required as needed, string, struct } from '../json-body.ts';
import { count } from '../present/text.ts';
import { integer, text } from '../query.ts';
import { type Route, write } from '../route.ts';
import { countFrom, priceFrom } from './amounts.ts';
import { addressed, CANCEL_COST, createOrder, orderFrom, presentAnswer, side, trading } from './order-shapes.ts';
import { onlyPrimary } from './subaccount.ts';

export const orderRoutes: Route[] = [
  write({
    ...trading,
    method: 'POST',
    path: '/portfolio/events/orders',
    operation: 'CreateOrderV2',
    body: createOrder,
    status: 201,
    answer: ({ night, account, body }): CreateOrderV2Response => {
      return presentAnswer(night.execute<'place'>({ kind: 'place', accountId: account.id, order: orderFrom(body) }));
    },
  }),
  write({
    ...trading,
    method: 'POST',
    path: '/portfolio/events/orders/:order_id/amend',
    operation: 'AmendOrderV2',
    query: { subaccount: integer() },
    body: struct('AmendOrderV2Request', {
      ticker: needed(string),
      side,
      price: needed(string),
      count: needed(string),
      client_order_id: string,
      updated_client_order_id: string,
      exchange_index: int,
    }),
    answer: ({ night, account, param, query, body }): AmendOrderV2Response => {
      onlyPrimary(query.subaccount);
      const amend = {
        ticker: body.ticker,
        side: body.side,
        priceCC: priceFrom(body.price),
        countE2: countFrom('count', body.count),
        clientOrderId: body.client_order_id,
        updatedClientOrderId: body.updated_client_order_id,
      };
      return presentAnswer(night.execute<'amend'>({ kind: 'amend', accountId: account.id, orderId: param('order_id'), amend }));
    },
  }),
  write({
    ...trading,
    method: 'POST',
    path: '/portfolio/events/orders/:order_id/decrease',
    operation: 'DecreaseOrderV2',
    query: { subaccount: integer() },
    body: struct('DecreaseOrderV2Request', {
      reduce_by: string,
      reduce_to: string,
      exchange_index: int,
      market_ticker: string,
    }),
    answer: ({ night, account, param, query, body }): DecreaseOrderV2Response => {
      const orderId = addressed(account, param('order_id'), { ...body, ...query });
      const decrease = {
        reduceByE2: body.reduce_by === undefined ? undefined : countFrom('reduce_by', body.reduce_by),
        reduceToE2: body.reduce_to === undefined ? undefined : countFrom('reduce_to', body.reduce_to),
      };
      const change = night.execute<'decrease'>({ kind: 'decrease', accountId: account.id, orderId, decrease });
      const { clientOrderId, countE2, atMs } = change;
      return { order_id: orderId, client_order_id: clientOrderId, remaining_count: count(countE2), ts_ms: atMs };
    },
  }),
  write({
    ...trading,
    method: 'DELETE',
    path: '/portfolio/events/orders/:order_id',
    operation: 'CancelOrderV2',
    query: { subaccount: integer(), exchange_index: integer(), market_ticker: text },
    cost: CANCEL_COST,
    answer: ({ night, account, param, query }): CancelOrderV2Response => {
      const orderId = addressed(account, param('order_id'), query);
      const { clientOrderId, countE2, atMs } = night.execute<'cancel'>({ kind: 'cancel', accountId: account.id, orderId });
      return { order_id: orderId, client_order_id: clientOrderId, reduced_by: count(countE2), ts_ms: atMs };
    },
  }),
];

/** Several orders at once: every item of a batch is taken or refused by itself. */
import type { BatchCancelOrdersV2Response, BatchCreateOrdersV2Response } from '../../../kalshi/schema/order.ts';
import type { BatchItem } from '../../engine/commands.ts';
import { Refusal } from '../../engine/refusal.ts';
import { limitsOf } from '../../rate-limits.ts';
import { int, list, required as needed, object, string, struct } from '../json-body.ts';
import { count } from '../present/text.ts';
import { integer } from '../query.ts';
import { itemError } from '../rejection.ts';
import { type Route, write } from '../route.ts';
import { addressed, CANCEL_COST, CREATE_COST, createOrder, orderFrom, presentAnswer, trading } from './order-shapes.ts';
import { onlyPrimary } from './subaccount.ts';

const cancelItem = struct('BatchCancelOrdersV2RequestOrdersInner', {
  order_id: needed(string),
  subaccount: int,
  exchange_index: int,
  market_ticker: string,
});

export const orderBatchRoutes: Route[] = [
  write({
    ...trading,
    method: 'POST',
    path: '/portfolio/events/orders/batched',
    operation: 'BatchCreateOrdersV2',
    body: struct('BatchCreateOrdersV2Request', { orders: needed(list(object(createOrder))) }),
    charge: ({ body }) => CREATE_COST * Math.max(1, body.orders.length),
    status: 201,
    answer: ({ night, account, body }): BatchCreateOrdersV2Response => {
      const items = body.orders.map((one) => attempt(() => orderFrom(one)));
      const orders = items.flatMap((item) => (item instanceof Refusal ? [] : [item]));
      const answers = night.execute<'place_batch'>({ kind: 'place_batch', accountId: account.id, orders });
      return {
        orders: inOrder(items, answers).map((outcome, index) => {
          if (outcome.ok) return presentAnswer(outcome.answer);
          const clientOrderId = body.orders[index]?.client_order_id;
          return {
            ...(clientOrderId !== undefined && { client_order_id: clientOrderId }),
            error: itemError(outcome.refusal),
          };
        }),
      };
    },
  }),
  write({
    ...trading,
    method: 'DELETE',
    path: '/portfolio/events/orders/batched',
    operation: 'BatchCancelOrdersV2',
    body: struct('BatchCancelOrdersV2Request', { orders: needed(list(object(cancelItem))) }),
    cost: CANCEL_COST,
    charge: ({ body }) => CANCEL_COST * Math.max(1, body.orders.length),
    answer: ({ night, account, body }): BatchCancelOrdersV2Response => {
      const items = body.orders.map((one) => attempt(() => addressed(account, one.order_id, one)));
      const orderIds = items.flatMap((item) => (item instanceof Refusal ? [] : [item]));
      const answers = night.execute<'cancel_batch'>({ kind: 'cancel_batch', accountId: account.id, orderIds });
      return {
        orders: inOrder(items, answers).map((outcome, index) => {
          const id = body.orders[index]?.order_id ?? '';
          if (!outcome.ok) return { order_id: id, reduced_by: count(0), error: itemError(outcome.refusal) };
          const { clientOrderId, countE2, atMs } = outcome.answer;
          return { order_id: id, client_order_id: clientOrderId, reduced_by: count(countE2), ts_ms: atMs };
        }),
      };
    },
  }),
  write({
    ...trading,
    method: 'DELETE',
    path: '/portfolio/events/orders',
    operation: 'CancelAllOrders',
    query: { subaccount: integer() },
    status: 204,
    // As much as a batch cancel of the largest size that the tier's write bucket can place at once.
    charge: ({ account }) => (CANCEL_COST * limitsOf(account.tier).write.capacity) / CREATE_COST,
    answer: ({ night, account, query }) => {
      onlyPrimary(query.subaccount);
      night.execute({ kind: 'cancel_all', accountId: account.id });
      return undefined;
    },
  }),
];

/** The outcome of each item: refused before it was sent, or what the exchange answered to those that were, in turn. */
function inOrder<T>(items: readonly unknown[], answers: readonly BatchItem<T>[]): BatchItem<T>[] {
  const left = answers.values();
  return items.map((item) => {
    if (item instanceof Refusal) return { ok: false, refusal: item };
    const next = left.next();
    if (next.done) throw new Error('the exchange answered fewer items than it was sent');
    return next.value;
  });
}

function attempt<T>(act: () => T): T | Refusal {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
}

import type { KalshiError } from '../errors.ts';
import { errorFromBatchItem } from '../errors-answer.ts';
import {
  AmendOrderV2Request,
  AmendOrderV2Response,
  BatchCancelOrdersV2Request,
  BatchCancelOrdersV2Response,
  BatchCreateOrdersV2Request,
  BatchCreateOrdersV2Response,
  CancelOrderV2Response,
  CreateOrderV2Request,
  CreateOrderV2Response,
  DecreaseOrderV2Request,
  DecreaseOrderV2Response,
  GetOrderQueuePositionResponse,
  GetOrderQueuePositionsResponse,
  GetOrderResponse,
  GetOrdersResponse,
  OrderStatus,
} from '../schema/order.ts';
import { type ErrorResponse, Nothing } from '../schema/wire.ts';
import { oneByOne, ordersIn } from './batch.ts';
import { attemptOf, type Caller } from './call.ts';
import { orderWrite, read, write } from './operation.ts';
import { between, commaList, count, paging, shard, text } from './query.ts';

const ONE = read({ path: '/portfolio/orders/:order_id', answer: GetOrderResponse, auth: true });
const PAGE = read({
  path: '/portfolio/orders',
  query: { ...paging, ...between, ...shard, ticker: text, event_ticker: text, status: OrderStatus.optional() },
  answer: GetOrdersResponse,
  auth: true,
});
const QUEUE_POSITION = read({
  path: '/portfolio/orders/:order_id/queue_position',
  answer: GetOrderQueuePositionResponse,
  auth: true,
});
const QUEUE_POSITIONS = read({
  path: '/portfolio/orders/queue_positions',
  query: { market_tickers: commaList().optional(), event_ticker: text, subaccount: count },
  answer: GetOrderQueuePositionsResponse,
  auth: true,
});

export const CREATE_ORDER = orderWrite({
  method: 'POST',
  path: '/portfolio/events/orders',
  body: CreateOrderV2Request,
  answer: CreateOrderV2Response,
});
const CREATE_BATCH = orderWrite({
  method: 'POST',
  path: '/portfolio/events/orders/batched',
  body: BatchCreateOrdersV2Request,
  answer: BatchCreateOrdersV2Response,
  items: ordersIn,
});
const AMEND = orderWrite({
  method: 'POST',
  path: '/portfolio/events/orders/:order_id/amend',
  query: { subaccount: count },
  body: AmendOrderV2Request,
  answer: AmendOrderV2Response,
  addressesOrder: true,
});
const DECREASE = write(
  {
    method: 'POST',
    path: '/portfolio/events/orders/:order_id/decrease',
    query: { subaccount: count },
    body: DecreaseOrderV2Request.refine(
      ({ reduce_by, reduce_to }) => (reduce_by === undefined) !== (reduce_to === undefined),
      'give exactly one of reduce_by and reduce_to',
    ),
    answer: DecreaseOrderV2Response,
    addressesOrder: true,
  },
  'cancel',
);
const CANCEL = write(
  {
    method: 'DELETE',
    path: '/portfolio/events/orders/:order_id',
    query: { ...shard, market_ticker: text },
    answer: CancelOrderV2Response,
    addressesOrder: true,
  },
  'cancel',
);
const CANCEL_BATCH = write(
  {
    method: 'DELETE',
    path: '/portfolio/events/orders/batched',
    body: BatchCancelOrdersV2Request,
    answer: BatchCancelOrdersV2Response,
    addressesOrder: true,
    items: ordersIn,
  },
  'cancel',
);
const CANCEL_ALL = write(
  { method: 'DELETE', path: '/portfolio/events/orders', query: { subaccount: count }, answer: Nothing },
  'cancel',
);

export function ordersCalls(caller: Caller) {
  return {
    get: caller.read(ONE),
    page: caller.read(PAGE),
    list: caller.list(PAGE, ({ orders }) => orders, { limit: 1000 }),
    /** Contracts that stand before one order. */
    queuePosition: caller.read(QUEUE_POSITION),
    /** The same for all orders of markets or of an event. */
    queuePositions: caller.read(QUEUE_POSITIONS),
    /** `KALSHI_ORDER_EXISTS`, like every unknown outcome, means: look the `client_order_id` up. */
    create: caller.order(CREATE_ORDER),
    /** Answers one by one, in the order of the request; see `batchItemError`. All must fit the rate limit together. */
    createBatch: oneByOne(CREATE_BATCH, caller.order(CREATE_BATCH)),
    amend: caller.order(AMEND),
    /** Exactly one of `reduce_by` and `reduce_to`. */
    decrease: caller.write(DECREASE),
    /** `KALSHI_NOT_FOUND` is an unknown outcome: canceled before, or executed. */
    cancel: caller.write(CANCEL),
    cancelBatch: oneByOne(CANCEL_BATCH, caller.write(CANCEL_BATCH)),
    /** On all shards; takes effect over about a minute, and may hit orders that are sent meanwhile. */
    cancelAll: caller.write(CANCEL_ALL),
  };
}

/** The error of one order in an answer to `createBatch` or `cancelBatch`, or undefined where it was done. */
export function batchItemError(
  kind: 'create' | 'cancel',
  item: { error?: ErrorResponse | null | undefined },
): KalshiError | undefined {
  if (item.error === undefined || item.error === null) return undefined;
  return errorFromBatchItem(attemptOf(kind === 'create' ? CREATE_BATCH : CANCEL_BATCH), item.error);
}

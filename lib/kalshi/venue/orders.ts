/** Orders to the exchange, and what became of them. Nothing here throws: what is not known is said to be unknown. */
import { codeOf } from '../../trading/errors.ts';
import { formatCountE2, formatPriceCC } from '../../trading/money.ts';
import type { Canceled, NewOrder, Placed } from '../../trading/ports/venue.ts';
import type { KalshiClient } from '../client.ts';
import { KalshiError } from '../errors.ts';
import { placedFromWire } from '../parse.ts';
import type { CreateOrderV2Request, CreateOrderV2Response } from '../schema/order.ts';

export interface OrderRouting {
  client: KalshiClient;
  /** Undefined: the primary one. */
  subaccount: number | undefined;
  /** The shard that lists a market; undefined: the exchange routes by ticker. */
  shardOf: (ticker: string) => number | undefined;
}

type Told = { kind: 'told'; answer: CreateOrderV2Response };
type Untold = { kind: 'refused' | 'unknown'; code: string; reason: string };

/** An entry that waits longer for its turn under the rate limit is late for its price. */
const ENTRY_WAIT_MS = 2_000;

export async function placeOrder(routing: OrderRouting, order: NewOrder): Promise<Placed> {
  const request = attempt(() => requestOf(routing, order));
  if ('error' in request) return untold(request.error, 'refused');
  const sent = await send(routing.client, order.purpose, request.value);
  if (sent.kind !== 'told') return sent;
  const { answer } = sent;
  const placed = attempt(() => placedFromWire(answer, order.countE2));
  // The exchange has it: an answer that cannot be used leaves only open how it stands.
  if ('error' in placed) return untold(placed.error, 'unknown');
  const { orderId, status, filledE2, remainingE2 } = placed.value;
  if ((answer.client_order_id ?? order.clientOrderId) !== order.clientOrderId) {
    return { kind: 'unknown', code: 'KALSHI_ANSWER_UNREADABLE', reason: 'Kalshi answered about another order' };
  }
  return { kind: 'told', orderId, status, filledE2, remainingE2 };
}

export async function cancelOrder(
  { client, subaccount, shardOf }: OrderRouting,
  order: { orderId: string; ticker: string; exchangeIndex: number | undefined },
): Promise<Canceled> {
  const { orderId, ticker } = order;
  const exchange_index = order.exchangeIndex ?? shardOf(ticker);
  try {
    await client.orders.cancel({ order_id: orderId, subaccount, exchange_index, market_ticker: ticker });
    return { kind: 'done', orderId };
  } catch (error) {
    return untold(error, 'unknown');
  }
}

function requestOf({ subaccount, shardOf }: OrderRouting, order: NewOrder): CreateOrderV2Request {
  return {
    ticker: order.ticker,
    client_order_id: order.clientOrderId,
    side: order.side,
    count: formatCountE2(order.countE2),
    price: formatPriceCC(order.yesLimitCC),
    time_in_force: order.timeInForce === 'ioc' ? 'immediate_or_cancel' : 'good_till_canceled',
    // An exit goes through an order of our own that is in its way, an entry does not.
    self_trade_prevention_type: order.purpose === 'exit' ? 'maker' : 'taker_at_cross',
    ...(order.cancelOnPause ? { cancel_order_on_pause: true } : {}),
    ...(order.reduceOnly ? { reduce_only: true } : {}),
    subaccount,
    order_group_id: order.orderGroupId,
    exchange_index: shardOf(order.ticker),
  };
}

/**
 * A signature that came too late is made once more: the refusal has just told the exchange's time, and nothing was taken. Nothing else is
 * sent again.
 */
async function send(client: KalshiClient, purpose: NewOrder['purpose'], request: CreateOrderV2Request): Promise<Told | Untold> {
  const options = purpose === 'entry' ? { purpose, deadlineMs: ENTRY_WAIT_MS } : { purpose };
  const create = () => client.orders.create(request, options);
  try {
    const answer = await create().catch((error: unknown) => {
      const isLate = error instanceof KalshiError && error.exchange.code === 'header_timestamp_expired';
      if (isLate && error.outcome === 'retriable') return create();
      throw error;
    });
    return { kind: 'told', answer };
  } catch (error) {
    return untold(error, 'unknown');
  }
}

/** `retriable` is refused here: it was surely not acted on. What is no error of the client's is `otherwise`. */
function untold(error: unknown, otherwise: Untold['kind']): Untold {
  if (error instanceof KalshiError) {
    return { kind: error.outcome === 'unknown' ? 'unknown' : 'refused', code: error.code, reason: error.message };
  }
  const code = codeOf(error) ?? 'KALSHI_ANSWER_UNREADABLE';
  return { kind: otherwise, code, reason: error instanceof Error ? error.message : String(error) };
}

function attempt<T>(run: () => T): { value: T } | { error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

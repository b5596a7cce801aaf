/** The orders of one round: sends them, and knows which of them may still rest. */
import { randomUUID } from 'node:crypto';
import { KalshiError } from '../../lib/kalshi/errors.ts';
import { type PlacedOrder, placedFromWire } from '../../lib/kalshi/parse.ts';
import type { CreateOrderV2Request, SelfTradePreventionType } from '../../lib/kalshi/schema/order.ts';
import { formatCountE2, formatPriceCC, parseCountE2 } from '../../lib/trading/money.ts';
import type { BookSide } from '../../lib/trading/sides.ts';
import { undefinedIfNotFound } from './refusals.ts';
import type { Trader } from './trader.ts';

export interface Terms {
  ticker: string;
  side: BookSide;
  countE2: number;
  /** YES price. */
  priceCC: number;
  /** A resting order expires by itself soon after a round that could not end it. */
  kind: 'post-only' | 'resting' | 'immediate';
  selfTradePrevention?: SelfTradePreventionType;
  reduceOnly?: boolean;
}

const EXPIRY_MS = 600_000;

export class OwnOrders {
  readonly #trader: Trader;
  readonly #tag = `round.${randomUUID()}`;
  /** By client order id: what was sent and may rest, with the order's id where an answer has told it. */
  readonly #open = new Map<string, { ticker: string; orderId: string | undefined }>();
  readonly #ended = new Set<string>();

  constructor(trader: Trader) {
    this.#trader = trader;
  }

  /** `name` tells the orders of one round apart. */
  request(name: string, terms: Terms): CreateOrderV2Request {
    const rests = terms.kind !== 'immediate';
    return {
      ticker: terms.ticker,
      client_order_id: `${this.#tag}.${name}`,
      side: terms.side,
      count: formatCountE2(terms.countE2),
      price: formatPriceCC(terms.priceCC),
      time_in_force: rests ? 'good_till_canceled' : 'immediate_or_cancel',
      self_trade_prevention_type: terms.selfTradePrevention ?? 'taker_at_cross',
      ...(rests ? { expiration_time: Math.ceil((this.#trader.marketNowMs() + EXPIRY_MS) / 1000) } : {}),
      ...(terms.kind === 'post-only' ? { post_only: true } : {}),
      ...(terms.reduceOnly === undefined ? {} : { reduce_only: terms.reduceOnly }),
    };
  }

  async place(request: CreateOrderV2Request): Promise<PlacedOrder> {
    this.sent(request);
    const answer = await this.#trader.client.orders
      .create(request, { purpose: request.reduce_only === true ? 'exit' : 'entry' })
      .catch((error: unknown) => {
        if (error instanceof KalshiError && error.outcome === 'refused') this.#open.delete(request.client_order_id ?? '');
        throw error;
      });
    const placed = placedFromWire(answer, parseCountE2(request.count));
    this.answered(request, placed.orderId, placed.status === 'resting');
    return placed;
  }

  /** Notes an order before it is sent: it may rest from now on. */
  sent({ client_order_id: id = '', ticker }: CreateOrderV2Request): void {
    if (!this.#open.has(id)) this.#open.set(id, { ticker, orderId: undefined });
  }

  answered({ client_order_id: id = '', ticker }: CreateOrderV2Request, orderId: string, rests: boolean): void {
    if (rests) this.#open.set(id, { ticker, orderId });
    else this.#open.delete(id);
  }

  async cancel(ticker: string, orderId: string): Promise<number> {
    const answer = await this.#trader.client.orders.cancel({ order_id: orderId, market_ticker: ticker });
    this.ended(orderId);
    return parseCountE2(answer.reduced_by);
  }

  ended(orderId: string): void {
    this.#ended.add(orderId);
  }

  /** Cancels what may rest of this round, and returns how many orders it has found resting. */
  async cancelLeftovers(): Promise<number> {
    const outcomes = await Promise.allSettled([...this.#open.keys()].map((clientOrderId) => this.#end(clientOrderId)));
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    if (failed.length > 0) throw new AggregateError(failed, `${failed.length} orders may still rest: ${String(failed[0])}`);
    return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
  }

  /** Whether there was something to cancel. */
  async #end(clientOrderId: string): Promise<boolean> {
    const open = this.#open.get(clientOrderId);
    const orderId = open?.orderId ?? (await this.#lookUp(clientOrderId));
    if (open === undefined || orderId === undefined || this.#ended.has(orderId)) return false;
    try {
      await this.cancel(open.ticker, orderId);
      return true;
    } catch (error) {
      undefinedIfNotFound(error);
      // Filled, expired or canceled before: that has to show.
      await this.#trader.readOrder(orderId, ({ status }) => status !== 'resting');
      return false;
    }
  }

  /** Finds an order whose answer was lost; after so many reads without it, it was never taken or does not rest. */
  async #lookUp(clientOrderId: string): Promise<string | undefined> {
    const found = await this.#trader.readUntil(
      () => Array.fromAsync(this.#trader.client.orders.list({ status: 'resting' })),
      (orders) => orders.some((order) => order.client_order_id === clientOrderId),
    );
    return found?.find((order) => order.client_order_id === clientOrderId)?.order_id;
  }
}

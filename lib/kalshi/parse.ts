/**
 * From the wire to trading units: CC, E2, E6 and epoch milliseconds. Direction comes from `outcome_side` and `book_side` alone; the
 * deprecated `side` and `action` are never read.
 */
import { DOLLAR_CC, parseCountE2, parseDollarsE6, parsePriceCC } from '../trading/money.ts';
import type {
  VenueBalance,
  VenueFill,
  VenueOrder,
  VenueOrderStatus,
  VenuePosition,
  VenueSettlement,
} from '../trading/ports/venue.ts';
import type { Quote } from '../trading/quote.ts';
import { type BookSide, type OutcomeSide, outcomeOf } from '../trading/sides.ts';
import { KalshiError } from './errors.ts';
import type { Market } from './schema/market.ts';
import type { CreateOrderV2Response, Order } from './schema/order.ts';
import type { Fill, GetBalanceResponse, MarketPosition, Settlement } from './schema/portfolio.ts';
import type { FillFrame, UserOrderFrame } from './schema/socket.ts';

export type { VenueBalance, VenueFill, VenueOrder, VenuePosition, VenueSettlement };

/** What the answer to a new order says about it. */
export interface PlacedOrder {
  orderId: string;
  status: VenueOrderStatus;
  filledE2: number;
  remainingE2: number;
  /** Of the fills, as a YES price; may be finer than CC and is rounded. Undefined where nothing was filled. */
  averageYesPriceCC: number | undefined;
  atMs: number;
}

/** Throws `KALSHI_ANSWER_UNREADABLE` where the order contradicts itself, `MONEY_UNREADABLE` where a number is finer than its unit. */
export function orderFromWire(order: Order): VenueOrder {
  return {
    orderId: order.order_id,
    clientOrderId: order.client_order_id,
    ticker: order.ticker,
    ...directionOf(`order ${order.order_id}`, order),
    status: order.status,
    yesPriceCC: parsePriceCC(order.yes_price_dollars),
    initialE2: parseCountE2(order.initial_count_fp),
    filledE2: parseCountE2(order.fill_count_fp),
    remainingE2: parseCountE2(order.remaining_count_fp),
    takerCostE6: parseDollarsE6(order.taker_fill_cost_dollars),
    makerCostE6: parseDollarsE6(order.maker_fill_cost_dollars),
    feesE6: parseDollarsE6(order.taker_fees_dollars) + parseDollarsE6(order.maker_fees_dollars),
    orderGroupId: order.order_group_id ?? undefined,
    createdMs: optionalTime(order.created_time),
    updatedMs: optionalTime(order.last_update_time),
    expiresMs: optionalTime(order.expiration_time),
    exchangeIndex: order.exchange_index ?? undefined,
  };
}

/** The same from the user-order stream. Undefined where Kalshi says that it does not know the order's status. Throws as `orderFromWire`. */
export function orderFromFrame({ msg }: UserOrderFrame): VenueOrder | undefined {
  const { status } = msg;
  if (status === 'unknown') return undefined;
  return {
    orderId: msg.order_id,
    clientOrderId: msg.client_order_id,
    ticker: msg.ticker,
    ...directionOf(`order ${msg.order_id}`, msg),
    status,
    yesPriceCC: parsePriceCC(msg.yes_price_dollars),
    initialE2: parseCountE2(msg.initial_count_fp),
    filledE2: parseCountE2(msg.fill_count_fp),
    remainingE2: parseCountE2(msg.remaining_count_fp),
    takerCostE6: parseDollarsE6(msg.taker_fill_cost_dollars),
    makerCostE6: parseDollarsE6(msg.maker_fill_cost_dollars),
    feesE6: parseDollarsE6(msg.taker_fees_dollars) + parseDollarsE6(msg.maker_fees_dollars),
    orderGroupId: msg.order_group_id,
    createdMs: msg.created_ts_ms ?? optionalTime(msg.created_time),
    updatedMs: msg.last_updated_ts_ms ?? optionalTime(msg.last_update_time),
    expiresMs: msg.expiration_ts_ms ?? optionalTime(msg.expiration_time),
    exchangeIndex: msg.exchange_index,
  };
}

/** Throws as `orderFromWire`. A fill goes by its trade's id: the stream knows no other. */
export function fillFromWire(fill: Fill): VenueFill {
  return {
    fillId: fill.trade_id,
    orderId: fill.order_id,
    ticker: fill.ticker,
    ...directionOf(`fill ${fill.fill_id}`, fill),
    yesPriceCC: parsePriceCC(fill.yes_price_dollars),
    countE2: parseCountE2(fill.count_fp),
    feeE6: parseDollarsE6(fill.fee_cost),
    isTaker: fill.is_taker,
    atMs: optionalTime(fill.created_time) ?? secondsToMs(fill.ts),
    exchangeIndex: fill.exchange_index,
  };
}

/** The same from the fill stream. */
export function fillFromFrame({ msg }: FillFrame): VenueFill {
  return {
    fillId: msg.trade_id,
    orderId: msg.order_id,
    clientOrderId: msg.client_order_id,
    ticker: msg.market_ticker,
    ...directionOf(`fill ${msg.trade_id}`, msg),
    yesPriceCC: parsePriceCC(msg.yes_price_dollars),
    countE2: parseCountE2(msg.count_fp),
    feeE6: parseDollarsE6(msg.fee_cost),
    isTaker: msg.is_taker,
    atMs: msg.ts_ms,
    exchangeIndex: msg.exchange_index,
  };
}

/**
 * `scalarCC` is what one YES of a market with a scalar result pays: the settlement itself tells it in whole cents only.
 * Its `fee_cost` is what the fills have cost before; to settle costs nothing.
 */
export function settlementFromWire(settlement: Settlement, scalarCC: number | undefined): VenueSettlement {
  const { ticker, market_result: result, value, settled_time } = settlement;
  const toldCC = scalarCC ?? (value === undefined || value === null ? undefined : value * 100);
  const valueCC = result === 'scalar' ? toldCC : result === 'yes' ? DOLLAR_CC : 0;
  if (valueCC === undefined) throw unreadable(`the settlement of ${ticker} does not say what it paid`);
  return { ticker, valueCC, feeE6: 0, atMs: timeFromWire(settled_time) };
}

export function positionFromWire(position: MarketPosition): VenuePosition {
  return {
    ticker: position.ticker,
    netE2: parseCountE2(position.position_fp),
    exposureE6: parseDollarsE6(position.market_exposure_dollars),
    realizedE6: parseDollarsE6(position.realized_pnl_dollars),
    feesE6: parseDollarsE6(position.fees_paid_dollars),
    updatedMs: timeFromWire(position.last_updated_ts),
    exchangeIndex: position.exchange_index,
  };
}

export function balanceFromWire(balance: GetBalanceResponse): VenueBalance {
  return {
    cashE6: parseDollarsE6(balance.balance_dollars),
    portfolioE6: balance.portfolio_value * 10_000,
    byShard: (balance.balance_breakdown ?? []).map((shard) => ({
      exchangeIndex: shard.exchange_index,
      cashE6: parseDollarsE6(shard.balance),
    })),
    atMs: balance.updated_ts * 1000,
  };
}

/** The quote on a market as listed; `atMs` is when it was read, because the market does not say. */
export function quoteFromMarket(market: Market, atMs: number): Quote {
  const bid = sideOf(market.yes_bid_dollars, market.yes_bid_size_fp);
  const ask = sideOf(market.yes_ask_dollars, market.yes_ask_size_fp);
  return { bidCC: bid?.priceCC, bidSizeE2: bid?.sizeE2 ?? 0, askCC: ask?.priceCC, askSizeE2: ask?.sizeE2 ?? 0, atMs };
}

/** The status is not on the wire: it follows from what was filled and what remains. */
export function placedFromWire(answer: CreateOrderV2Response, orderedE2: number): PlacedOrder {
  const filledE2 = parseCountE2(answer.fill_count);
  const remainingE2 = parseCountE2(answer.remaining_count);
  return {
    orderId: answer.order_id,
    status: remainingE2 > 0 ? 'resting' : filledE2 >= orderedE2 ? 'executed' : 'canceled',
    filledE2,
    remainingE2,
    averageYesPriceCC: averageCC(answer.average_fill_price),
    atMs: answer.ts_ms,
  };
}

/** RFC 3339 to epoch milliseconds; finer digits are cut off. Throws `KALSHI_ANSWER_UNREADABLE`. */
export function timeFromWire(text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw unreadable(`"${text}" is not a time`);
  return atMs;
}

function directionOf(what: string, wire: { outcome_side: OutcomeSide; book_side: BookSide }) {
  if (outcomeOf(wire.book_side) !== wire.outcome_side) {
    throw unreadable(`${what} is on the ${wire.book_side} side and yet of outcome ${wire.outcome_side}`);
  }
  return { side: wire.book_side, outcome: wire.outcome_side };
}

/** An empty side is told as a price of 0 or 1, with a size of 0. */
function sideOf(price: string, size: string): { priceCC: number; sizeE2: number } | undefined {
  const priceCC = parsePriceCC(price);
  const sizeE2 = parseCountE2(size);
  return priceCC > 0 && priceCC < DOLLAR_CC && sizeE2 > 0 ? { priceCC, sizeE2 } : undefined;
}

function averageCC(price: string | null | undefined): number | undefined {
  return price === undefined || price === null ? undefined : Math.round(parseDollarsE6(price) / 100);
}

function optionalTime(text: string | null | undefined): number | undefined {
  return text === undefined || text === null ? undefined : timeFromWire(text);
}

function secondsToMs(seconds: number | null | undefined): number | undefined {
  return seconds === undefined || seconds === null ? undefined : seconds * 1000;
}

function unreadable(message: string): KalshiError {
  return new KalshiError('KALSHI_ANSWER_UNREADABLE', `Kalshi's answer cannot be used: ${message}`, { outcome: 'unknown' });
}

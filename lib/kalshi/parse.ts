/**
 * From the wire to trading units: CC, E2, E6 and epoch milliseconds. Direction comes from `outcome_side` and `book_side` alone; the
 * deprecated `side` and `action` are never read.
 */
import { DOLLAR_CC, parseCountE2, parseDollarsE6, parsePriceCC } from '../trading/money.ts';
import type { Quote } from '../trading/quote.ts';
import { type BookSide, type OutcomeSide, outcomeOf } from '../trading/sides.ts';
import { KalshiError } from './errors.ts';
import type { Market } from './schema/market.ts';
import type { CreateOrderV2Response, Order, OrderStatus } from './schema/order.ts';
import type { Fill, GetBalanceResponse, MarketPosition } from './schema/portfolio.ts';

export interface VenueOrder {
  orderId: string;
  clientOrderId: string;
  ticker: string;
  side: BookSide;
  outcome: OutcomeSide;
  status: OrderStatus;
  /** The limit, as a YES price. */
  yesPriceCC: number;
  initialE2: number;
  filledE2: number;
  remainingE2: number;
  takerCostE6: number;
  makerCostE6: number;
  feesE6: number;
  orderGroupId: string | undefined;
  createdMs: number | undefined;
  updatedMs: number | undefined;
  expiresMs: number | undefined;
  exchangeIndex: number | undefined;
}

export interface VenueFill {
  fillId: string;
  orderId: string;
  ticker: string;
  side: BookSide;
  outcome: OutcomeSide;
  yesPriceCC: number;
  countE2: number;
  feeE6: number;
  isTaker: boolean;
  atMs: number | undefined;
  exchangeIndex: number | undefined;
}

export interface VenuePosition {
  ticker: string;
  /** Positive: contracts of YES; negative: of NO. */
  netE2: number;
  exposureE6: number;
  realizedE6: number;
  feesE6: number;
  updatedMs: number;
  exchangeIndex: number | undefined;
}

export interface VenueBalance {
  cashE6: number;
  /** What the positions are worth; Kalshi tells it in whole cents. */
  portfolioE6: number;
  byShard: { exchangeIndex: number; cashE6: number }[];
  /** Whole seconds. */
  atMs: number;
}

/** What the answer to a new order says about it. */
export interface PlacedOrder {
  orderId: string;
  status: OrderStatus;
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

/** Throws as `orderFromWire`. */
export function fillFromWire(fill: Fill): VenueFill {
  return {
    fillId: fill.fill_id,
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

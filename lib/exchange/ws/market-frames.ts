/** What the public channels say. */

import type {
  EventLifecycleFrame,
  MarketLifecycleFrame,
  OrderbookDeltaFrame,
  OrderbookSnapshotFrame,
  TickerFrame,
  TradeFrame,
} from '../../kalshi/schema/socket.ts';
import type { BookHalf } from '../engine/book.ts';
import type { ExchangeEvent, MarketNews, TradePrint } from '../engine/events.ts';
import type { EventState, MarketState } from '../engine/state.ts';
import { outcomeOf } from '../rest/present/sides.ts';
import { count, instant, otherPrice, price, seconds } from '../rest/present/text.ts';
import { type BookSide, ONE_CC, ONE_E6 } from '../units.ts';
import type { Frame } from './frame.ts';

export type BookEvent = Extract<ExchangeEvent, { kind: 'book' }>;
export type MarketEvent = Extract<ExchangeEvent, { kind: 'market' }>;
/** What a ticker says apart from when. */
export type Quote = Omit<TickerFrame['msg'], 'ts' | 'ts_ms' | 'time'>;

/** A market's whole book: the best level of each side last, and no key for a side that is empty. */
export function snapshotFrame(market: MarketState, useYesPrice: boolean, id?: number): Frame {
  const msg: OrderbookSnapshotFrame['msg'] = { market_ticker: market.ticker, market_id: market.id };
  if (market.bids.levels.length > 0) msg.yes_dollars_fp = levelsOf(market.bids, useYesPrice);
  if (market.asks.levels.length > 0) msg.no_dollars_fp = levelsOf(market.asks, useYesPrice);
  return { type: 'orderbook_snapshot', id, ticker: market.ticker, body: JSON.stringify(msg) };
}

function levelsOf(half: BookHalf, useYesPrice: boolean): [string, string][] {
  const levels: [string, string][] = [];
  for (const level of half.levels) levels.push([shownPrice(half.side, level.priceCC, useYesPrice), count(level.totalE2)]);
  return levels.toReversed();
}

/** `isOwn`: for the member whose order caused the change. */
export function deltaFrame(event: BookEvent, useYesPrice: boolean, isOwn: boolean): Frame {
  const { market, side } = event;
  const msg: OrderbookDeltaFrame['msg'] = {
    market_ticker: market.ticker,
    market_id: market.id,
    price_dollars: shownPrice(side, event.priceCC, useYesPrice),
    delta_fp: count(event.deltaE2),
    side: outcomeOf(side),
    ts: instant(event.atMs),
    ts_ms: event.atMs,
  };
  if (isOwn) msg.client_order_id = event.clientOrderId;
  return { type: 'orderbook_delta', ticker: market.ticker, body: JSON.stringify(msg) };
}

function shownPrice(side: BookSide, priceCC: number, useYesPrice: boolean): string {
  return side === 'bid' || useYesPrice ? price(priceCC) : otherPrice(priceCC);
}

/** An empty side counts as 0 (bid) or 1 dollar (ask). Each open contract is a pair that holds one dollar. */
export function quoteOf(market: MarketState): Quote {
  const bid = market.bids.best();
  const ask = market.asks.best();
  return {
    market_ticker: market.ticker,
    market_id: market.id,
    price_dollars: price(market.lastPriceCC),
    yes_bid_dollars: price(bid?.priceCC ?? 0),
    yes_ask_dollars: price(ask?.priceCC ?? ONE_CC),
    volume_fp: count(market.volumeE2),
    open_interest_fp: count(market.openInterestE2),
    dollar_volume: Math.trunc(market.turnoverE6 / ONE_E6),
    dollar_open_interest: Math.trunc(market.openInterestE2 / 100),
    yes_bid_size_fp: count(bid?.totalE2 ?? 0),
    yes_ask_size_fp: count(ask?.totalE2 ?? 0),
    last_trade_size_fp: count(market.lastSizeE2),
  };
}

export function tickerFrame(quote: Quote, atMs: number): Frame {
  const msg: TickerFrame['msg'] = { ...quote, ts: seconds(atMs), ts_ms: atMs, time: instant(atMs) };
  return { type: 'ticker', ticker: quote.market_ticker, body: JSON.stringify(msg) };
}

export function tradeFrame(trade: TradePrint): Frame {
  const outcome = outcomeOf(trade.takerSide);
  const msg: TradeFrame['msg'] = {
    trade_id: trade.tradeId,
    market_ticker: trade.ticker,
    yes_price_dollars: price(trade.priceCC),
    no_price_dollars: otherPrice(trade.priceCC),
    count_fp: count(trade.countE2),
    taker_side: outcome,
    taker_outcome_side: outcome,
    taker_book_side: trade.takerSide,
    is_block_trade: false,
    ts: seconds(trade.atMs),
    ts_ms: trade.atMs,
  };
  return { type: 'trade', ticker: trade.ticker, body: JSON.stringify(msg) };
}

export function marketLifecycleFrame({ news, market, atMs }: MarketEvent): Frame {
  const msg = { event_type: news, market_ticker: market.ticker, ...NEWS[news](market, atMs) };
  return { type: 'market_lifecycle_v2', ticker: market.ticker, body: JSON.stringify(msg) };
}

/** What each kind of news says beyond its name. */
const NEWS: Record<MarketNews, (market: MarketState, atMs: number) => Partial<MarketLifecycleFrame['msg']>> = {
  created: creationOf,
  activated: () => ({ is_deactivated: false }),
  deactivated: () => ({ is_deactivated: true }),
  close_date_updated: (market) => ({ close_ts: seconds(market.closeMs) }),
  determined: (market, atMs) => ({
    result: market.result,
    determination_ts: seconds(atMs),
    settlement_value: market.valueCC === undefined ? undefined : price(market.valueCC),
  }),
  settled: (_market, atMs) => ({ settled_ts: seconds(atMs) }),
};

function creationOf({ listing, shard, closeMs, event }: MarketState): Partial<MarketLifecycleFrame['msg']> {
  const isStructured = Object.keys(listing.customStrike).length > 0;
  return {
    exchange_index: shard,
    open_ts: seconds(listing.openMs),
    close_ts: seconds(closeMs),
    price_level_structure: listing.priceLevelStructure,
    price_ranges: listing.priceRanges.map((range) => ({
      start: price(range.startCC),
      end: price(range.endCC),
      step: price(range.stepCC),
    })),
    additional_metadata: {
      name: listing.yesSubTitle,
      title: listing.title,
      yes_sub_title: listing.yesSubTitle,
      no_sub_title: listing.noSubTitle,
      rules_primary: listing.rulesPrimary,
      rules_secondary: listing.rulesSecondary,
      can_close_early: true,
      event_ticker: event.ticker,
      expected_expiration_ts: seconds(listing.expectedExpirationMs),
      ...(isStructured && { strike_type: 'structured', custom_strike: listing.customStrike }),
    },
  };
}

export function eventLifecycleFrame(event: EventState): Frame {
  const { listing } = event;
  const msg: EventLifecycleFrame['msg'] = {
    event_ticker: event.ticker,
    exchange_index: listing.exchangeIndex,
    title: listing.title,
    subtitle: listing.subTitle,
    collateral_return_type: listing.collateralReturnType,
    series_ticker: listing.seriesTicker,
  };
  return { type: 'event_lifecycle', body: JSON.stringify(msg) };
}

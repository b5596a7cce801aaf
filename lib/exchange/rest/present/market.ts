import type { Market } from '../../../kalshi/schema/market.ts';
import type { MarketState } from '../../engine/state.ts';
import { ONE_CC } from '../../units.ts';
import type { PublicTrades } from '../public-trades.ts';
import { count, instant, otherPrice, planned, price } from './text.ts';

const DAY_MS = 86_400_000;

/** A market as REST shows it. Prices of a day ago stay zero, as they do on Kalshi's own young markets. */
export function presentMarket(market: MarketState, trades: PublicTrades, nowMs: number): Market {
  const { listing } = market;
  const isStructured = Object.keys(listing.customStrike).length > 0;
  return {
    ticker: market.ticker,
    event_ticker: listing.eventTicker,
    market_type: 'binary',
    title: listing.title,
    subtitle: listing.yesSubTitle,
    yes_sub_title: listing.yesSubTitle,
    no_sub_title: listing.noSubTitle,
    created_time: instant(market.createdMs),
    updated_time: instant(market.updatedMs),
    open_time: planned(listing.openMs),
    close_time: planned(market.closeMs),
    expected_expiration_time: planned(listing.expectedExpirationMs),
    expiration_time: planned(listing.closeMs),
    latest_expiration_time: planned(listing.closeMs),
    occurrence_datetime: planned(listing.expectedExpirationMs),
    settlement_timer_seconds: listing.settlementTimerS,
    status: market.status,
    ...presentQuote(market),
    last_price_dollars: price(market.lastPriceCC),
    volume_fp: count(market.volumeE2),
    volume_24h_fp: count(trades.volumeSinceE2(market.ticker, nowMs - DAY_MS)),
    open_interest_fp: count(market.openInterestE2),
    result: market.result,
    ...presentResult(market),
    expiration_value: '',
    can_close_early: true,
    early_close_condition: listing.earlyCloseCondition,
    notional_value_dollars: price(ONE_CC),
    previous_yes_bid_dollars: price(0),
    previous_yes_ask_dollars: price(0),
    previous_price_dollars: price(0),
    ...(isStructured && { strike_type: 'structured', custom_strike: listing.customStrike }),
    rules_primary: listing.rulesPrimary,
    rules_secondary: listing.rulesSecondary,
    price_level_structure: listing.priceLevelStructure,
    price_ranges: listing.priceRanges.map(({ startCC, endCC, stepCC }) => ({
      start: price(startCC),
      end: price(endCC),
      step: price(stepCC),
    })),
    exchange_index: market.shard,
  };
}

type Quote = Pick<
  Market,
  'yes_bid_dollars' | 'yes_bid_size_fp' | 'yes_ask_dollars' | 'yes_ask_size_fp' | 'no_bid_dollars' | 'no_ask_dollars'
>;

/** Best prices of both outcomes. An empty side bids 0 and asks a dollar, with size 0. */
export function presentQuote(market: MarketState): Quote {
  const bid = market.bids.best();
  const ask = market.asks.best();
  const bidCC = bid?.priceCC ?? 0;
  const askCC = ask?.priceCC ?? ONE_CC;
  return {
    yes_bid_dollars: price(bidCC),
    yes_bid_size_fp: count(bid?.totalE2 ?? 0),
    yes_ask_dollars: price(askCC),
    yes_ask_size_fp: count(ask?.totalE2 ?? 0),
    no_bid_dollars: otherPrice(askCC),
    no_ask_dollars: otherPrice(bidCC),
  };
}

function presentResult(market: MarketState): Pick<Market, 'settlement_value_dollars' | 'settlement_ts'> {
  return {
    ...(market.valueCC !== undefined && { settlement_value_dollars: price(market.valueCC) }),
    ...(market.settledMs !== undefined && { settlement_ts: instant(market.settledMs) }),
  };
}

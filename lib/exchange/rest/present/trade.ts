import type { Trade } from '../../../kalshi/schema/trade.ts';
import type { TradePrint } from '../../engine/events.ts';
import { outcomeOf } from './sides.ts';
import { count, instant, otherPrice, price } from './text.ts';

export function presentTrade(trade: TradePrint): Trade {
  const outcome = outcomeOf(trade.takerSide);
  return {
    trade_id: trade.tradeId,
    ticker: trade.ticker,
    count_fp: count(trade.countE2),
    yes_price_dollars: price(trade.priceCC),
    no_price_dollars: otherPrice(trade.priceCC),
    taker_side: outcome,
    taker_outcome_side: outcome,
    taker_book_side: trade.takerSide,
    created_time: instant(trade.atMs),
    is_block_trade: false,
  };
}

import type { EventPosition, Fill, MarketPosition, Settlement } from '../../../kalshi/schema/portfolio.ts';
import type { FillSnapshot, PositionSnapshot, SettlementSnapshot } from '../../engine/events.ts';
import { presentSides } from './sides.ts';
import { cents, count, instant, money, otherPrice, price, seconds } from './text.ts';

export function presentFill(fill: FillSnapshot): Fill {
  return {
    fill_id: fill.tradeId,
    exchange_index: fill.shard,
    trade_id: fill.tradeId,
    order_id: fill.orderId,
    ticker: fill.ticker,
    market_ticker: fill.ticker,
    ...presentSides(fill.side),
    count_fp: count(fill.countE2),
    yes_price_dollars: price(fill.priceCC),
    no_price_dollars: otherPrice(fill.priceCC),
    is_taker: fill.isTaker,
    created_time: instant(fill.atMs),
    fee_cost: money(fill.feeE6),
    subaccount_number: 0,
    ts: seconds(fill.atMs),
  };
}

export function presentPosition(position: PositionSnapshot): MarketPosition {
  return {
    ticker: position.ticker,
    exchange_index: position.shard,
    total_traded_dollars: money(position.tradedE6),
    position_fp: count(position.quantityE2),
    market_exposure_dollars: money(position.costE6),
    realized_pnl_dollars: money(position.realizedE6),
    fees_paid_dollars: money(position.feesE6),
    last_updated_ts: instant(position.atMs),
  };
}

/** One event's positions taken together. */
export function presentEventPosition(eventTicker: string, positions: readonly PositionSnapshot[]): EventPosition {
  const total = (key: 'tradedE6' | 'tradedE2' | 'costE6' | 'realizedE6' | 'feesE6'): number =>
    positions.reduce((sum, position) => sum + position[key], 0);
  return {
    event_ticker: eventTicker,
    total_cost_dollars: money(total('tradedE6')),
    total_cost_shares_fp: count(total('tradedE2')),
    event_exposure_dollars: money(total('costE6')),
    realized_pnl_dollars: money(total('realizedE6')),
    fees_paid_dollars: money(total('feesE6')),
  };
}

/** `feesE6` is what the account paid in fees on this market. */
export function presentSettlement(settlement: SettlementSnapshot, feesE6: number): Settlement {
  return {
    ticker: settlement.ticker,
    exchange_index: settlement.shard,
    event_ticker: settlement.eventTicker,
    market_result: settlement.result,
    yes_count_fp: count(settlement.yesE2),
    yes_total_cost_dollars: money(settlement.yesCostE6),
    no_count_fp: count(settlement.noE2),
    no_total_cost_dollars: money(settlement.noCostE6),
    revenue: cents(settlement.revenueE6),
    settled_time: instant(settlement.atMs),
    fee_cost: money(feesE6),
    value: Math.round(settlement.valueCC / 100),
  };
}

import type { BookSide } from '../units.ts';
import type { EventState, MarketState, OrderStatus } from './state.ts';

/** Why an order changed when its owner did not ask for it, in the words of the `user_order` frame. */
export type OrderReason =
  | 'Decrease'
  | 'Amend'
  | 'MarginCancel'
  | 'SelfTradeCancel'
  | 'ExpiryCancel'
  | 'CloseCancel'
  | 'HaltCancel'
  | 'Trade'
  | 'PostOnlyCrossCancel'
  | 'ReduceOnlyCancel';

/** An order as it was at one instant. Never changes. */
export interface OrderSnapshot {
  readonly id: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly ticker: string;
  readonly eventTicker: string;
  readonly shard: number;
  readonly side: BookSide;
  readonly priceCC: number;
  readonly status: OrderStatus;
  readonly initialE2: number;
  readonly remainingE2: number;
  readonly fillE2: number;
  readonly takerCostE6: number;
  readonly makerCostE6: number;
  readonly takerFeesE6: number;
  readonly makerFeesE6: number;
  readonly selfTradePrevention: string;
  readonly cancelOnPause: boolean;
  readonly groupId: string | undefined;
  readonly expirationMs: number | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface FillSnapshot {
  readonly tradeId: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly ticker: string;
  readonly eventTicker: string;
  readonly shard: number;
  readonly side: BookSide;
  readonly priceCC: number;
  readonly countE2: number;
  readonly isTaker: boolean;
  readonly feeE6: number;
  /** The account's position in the market after this fill (negative: NO). */
  readonly positionE2: number;
  readonly atMs: number;
}

export interface PositionSnapshot {
  readonly accountId: string;
  readonly ticker: string;
  readonly eventTicker: string;
  readonly shard: number;
  readonly quantityE2: number;
  readonly costE6: number;
  readonly realizedE6: number;
  readonly feesE6: number;
  readonly tradedE6: number;
  readonly tradedE2: number;
  readonly atMs: number;
}

export interface SettlementSnapshot {
  readonly accountId: string;
  readonly ticker: string;
  readonly eventTicker: string;
  readonly shard: number;
  readonly result: 'yes' | 'no' | 'scalar';
  readonly yesE2: number;
  readonly yesCostE6: number;
  readonly noE2: number;
  readonly noCostE6: number;
  readonly revenueE6: number;
  readonly valueCC: number;
  readonly atMs: number;
}

export interface TradePrint {
  readonly tradeId: string;
  readonly ticker: string;
  readonly priceCC: number;
  readonly countE2: number;
  readonly takerSide: BookSide;
  readonly atMs: number;
}

export type MarketNews = 'created' | 'activated' | 'deactivated' | 'close_date_updated' | 'determined' | 'settled';
export type GroupNews = 'created' | 'triggered' | 'reset' | 'deleted' | 'limit_updated';

/** What the exchange tells the world, in the order in which it happened. Private events name their account. */
export type ExchangeEvent =
  | {
      kind: 'book';
      market: MarketState;
      side: BookSide;
      priceCC: number;
      deltaE2: number;
      /** Whose order caused it; undefined for the house. */
      accountId: string | undefined;
      clientOrderId: string | undefined;
      atMs: number;
    }
  | { kind: 'trade'; trade: TradePrint }
  | { kind: 'order'; order: OrderSnapshot; reason: OrderReason | undefined }
  | { kind: 'fill'; fill: FillSnapshot }
  | { kind: 'position'; position: PositionSnapshot }
  | { kind: 'settlement'; settlement: SettlementSnapshot }
  | { kind: 'balance'; accountId: string; shard: number; availableE6: number; lockedE6: number; atMs: number }
  | { kind: 'market'; news: MarketNews; market: MarketState; atMs: number }
  | { kind: 'event'; event: EventState; atMs: number }
  | {
      kind: 'group';
      accountId: string;
      groupId: string;
      shard: number;
      news: GroupNews;
      limitE2: number | undefined;
      orderIds: string[];
      isTriggered: boolean;
      atMs: number;
    };

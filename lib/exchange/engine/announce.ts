/** Turns the exchange's own objects into the unchanging snapshots that events carry. */
import type { BookSide } from '../units.ts';
import type { GroupNews, MarketNews, OrderReason } from './events.ts';
import { availableE6 } from './ledger.ts';
import type { Account, ExchangeState, MarketState, OrderGroup, WorkingOrder } from './state.ts';

export function announceOrder(state: ExchangeState, order: WorkingOrder, reason?: OrderReason): void {
  if (order.account.isHouse) return;
  const { market } = order;
  state.emit({
    kind: 'order',
    reason,
    order: {
      id: order.id,
      accountId: order.account.id,
      clientOrderId: order.clientOrderId,
      ticker: market.ticker,
      eventTicker: market.event.ticker,
      shard: market.shard,
      side: order.side,
      priceCC: order.priceCC,
      status: order.status,
      initialE2: order.initialE2,
      remainingE2: order.remainingE2,
      fillE2: order.fillE2,
      takerCostE6: order.takerCostE6,
      makerCostE6: order.makerCostE6,
      takerFeesE6: order.takerFeesE6,
      makerFeesE6: order.makerFeesE6,
      selfTradePrevention: order.selfTradePrevention,
      cancelOnPause: order.cancelOnPause,
      groupId: order.group?.id,
      expirationMs: order.expirationMs,
      createdMs: order.createdMs,
      updatedMs: order.updatedMs,
    },
  });
}

export function announceBook(state: ExchangeState, order: WorkingOrder, side: BookSide, priceCC: number, deltaE2: number): void {
  const { account, market } = order;
  state.emit({
    kind: 'book',
    market,
    side,
    priceCC,
    deltaE2,
    accountId: account.isHouse ? undefined : account.id,
    clientOrderId: account.isHouse ? undefined : order.clientOrderId,
    atMs: state.nowMs,
  });
}

export function announcePosition(state: ExchangeState, account: Account, market: MarketState): void {
  const position = account.positions.get(market);
  if (account.isHouse || !position) return;
  state.emit({
    kind: 'position',
    position: {
      accountId: account.id,
      ticker: market.ticker,
      eventTicker: market.event.ticker,
      shard: market.shard,
      quantityE2: position.quantityE2,
      costE6: position.costE6,
      realizedE6: position.realizedE6,
      feesE6: position.feesE6,
      tradedE6: position.tradedE6,
      tradedE2: position.tradedE2,
      atMs: state.nowMs,
    },
  });
}

export function announceMarket(state: ExchangeState, market: MarketState, news: MarketNews): void {
  market.updatedMs = state.nowMs;
  state.emit({ kind: 'market', news, market, atMs: state.nowMs });
}

export function announceGroup(state: ExchangeState, group: OrderGroup, news: GroupNews): void {
  state.emit({
    kind: 'group',
    accountId: group.account.id,
    groupId: group.id,
    shard: group.shard,
    news,
    limitE2: group.limitE2,
    orderIds: [...group.orders].map((order) => order.id),
    isTriggered: group.isTriggered,
    atMs: state.nowMs,
  });
}

/** Says what every account that was touched has now. Called once at the end of each command. */
export function announceBalances(state: ExchangeState): void {
  for (const account of state.touched) {
    if (account.isHouse) continue;
    for (const [shard, purse] of account.purses) {
      state.emit({
        kind: 'balance',
        accountId: account.id,
        shard,
        availableE6: availableE6(account, shard),
        lockedE6: purse.lockedE6,
        atMs: state.nowMs,
      });
    }
  }
  state.touched.clear();
}

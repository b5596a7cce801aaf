/** Money: balances, what positions and resting orders are worth, and transfers between shards. */
import type { GetBalanceResponse, IndexedBalance } from '../../../kalshi/schema/portfolio.ts';
import type { MarketState } from '../../engine/state.ts';
import type { Night } from '../../night.ts';
import type { AccountView } from '../../replica.ts';
import { ONE_CC } from '../../units.ts';
import { balance, cents, seconds } from '../present/text.ts';
import { integer, limit, text } from '../query.ts';
import { own, type Route } from '../route.ts';
import { onlyPrimary } from './subaccount.ts';

export const balanceRoutes: Route[] = [
  own({
    path: '/portfolio/balance',
    operation: 'GetBalance',
    query: { subaccount: integer(), exchange_index: integer() },
    scope: 'read::portfolio_balance',
    answer: ({ night, account, query }): GetBalanceResponse => {
      onlyPrimary(query.subaccount);
      const view = night.replica.view(account.id);
      const isAsked = (shard: number): boolean => query.exchange_index === undefined || query.exchange_index === shard;
      const shards = night.exchange.state.shards.filter(isAsked);
      const availableE6 = shards.reduce((sum, shard) => sum + (view.balances.get(shard)?.availableE6 ?? 0), 0);
      return {
        balance: cents(availableE6),
        balance_dollars: balance(availableE6),
        portfolio_value: cents(portfolioValueE6(night, view, isAsked)),
        updated_ts: seconds(view.balanceMs),
        balance_breakdown: byShard(shards, (shard) => view.balances.get(shard)?.availableE6 ?? 0),
      };
    },
  }),
  own({
    path: '/portfolio/summary/total_resting_order_value',
    operation: 'GetPortfolioRestingOrderTotalValue',
    answer: ({ night, account }) => {
      const view = night.replica.view(account.id);
      const { shards } = night.exchange.state;
      const valueE6 = (shard: number): number => restingValueE6(view, shard);
      return {
        total_resting_order_value: cents(shards.reduce((sum, shard) => sum + valueE6(shard), 0)),
        resting_order_value_breakdown: byShard(shards, valueE6),
      };
    },
  }),
  own({
    path: '/portfolio/deposits',
    operation: 'GetDeposits',
    query: { limit: limit(100, 500), cursor: text },
    answer: () => ({ deposits: [], cursor: '' }),
  }),
  own({
    path: '/portfolio/withdrawals',
    operation: 'GetWithdrawals',
    query: { limit: limit(100, 500), cursor: text },
    answer: () => ({ withdrawals: [], cursor: '' }),
  }),
];

export function byShard(shards: readonly number[], amountE6: (shard: number) => number): IndexedBalance[] {
  return shards.map((shard) => ({ exchange_index: shard, balance: balance(amountE6(shard)) }));
}

/** Positions at their mark: the best bid of the held outcome, else the last price. */
function portfolioValueE6(night: Night, view: AccountView, isAsked: (shard: number) => boolean): number {
  let sum = 0;
  for (const { ticker, quantityE2, shard } of view.positions.values()) {
    const market = night.exchange.state.markets.get(ticker);
    if (market && quantityE2 !== 0 && isAsked(shard)) sum += Math.abs(quantityE2) * markCC(market, quantityE2 > 0);
  }
  return sum;
}

function markCC(market: MarketState, isYes: boolean): number {
  const { valueCC, lastPriceCC } = market;
  const yesCC = valueCC ?? (isYes ? market.bids : market.asks).best()?.priceCC ?? lastPriceCC;
  return isYes ? yesCC : ONE_CC - yesCC;
}

function restingValueE6(view: AccountView, shard: number): number {
  let sum = 0;
  for (const order of view.orders.values()) {
    if (order.status !== 'resting' || order.shard !== shard) continue;
    sum += order.remainingE2 * (order.side === 'bid' ? order.priceCC : ONE_CC - order.priceCC);
  }
  return sum;
}

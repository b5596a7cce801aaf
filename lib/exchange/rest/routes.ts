/** All operations of /trade-api/v2, by section. */
import type { EndpointTokenCost, GetAccountEndpointCostsResponse } from '../../kalshi/schema/account.ts';
import { DEFAULT_COST } from '../rate-limits.ts';
import { open, type Route } from './route.ts';
import { accountRoutes } from './sections/account.ts';
import { apiKeyRoutes } from './sections/api-keys.ts';
import { balanceRoutes } from './sections/balance.ts';
import { candlestickRoutes } from './sections/candlesticks.ts';
import { comboRoutes } from './sections/combos.ts';
import { eventRoutes } from './sections/events.ts';
import { exchangeRoutes } from './sections/exchange.ts';
import { firstVersionRoutes } from './sections/first-version.ts';
import { historicalRoutes } from './sections/historical.ts';
import { marketRoutes } from './sections/markets.ts';
import { orderBatchRoutes } from './sections/order-batches.ts';
import { orderGroupRoutes } from './sections/order-groups.ts';
import { orderRoutes } from './sections/orders.ts';
import { portfolioRoutes } from './sections/portfolio.ts';
import { queueRoutes } from './sections/queue.ts';
import { seriesRoutes } from './sections/series.ts';
import { sportsRoutes } from './sections/sports.ts';
import { subaccountRoutes } from './sections/subaccounts.ts';
import { transferRoutes } from './sections/transfers.ts';

export const ROOT = '/trade-api/v2';

/** The table says itself what its routes cost. */
const endpointCosts = open({
  path: '/account/endpoint_costs',
  operation: 'GetAccountEndpointCosts',
  answer: (): GetAccountEndpointCostsResponse => ({ default_cost: DEFAULT_COST, endpoint_costs: unusualCosts() }),
});

export const ROUTES: readonly Route[] = [
  ...exchangeRoutes,
  endpointCosts,
  ...accountRoutes,
  ...apiKeyRoutes,
  ...seriesRoutes,
  ...eventRoutes,
  ...marketRoutes,
  ...candlestickRoutes,
  ...historicalRoutes,
  ...sportsRoutes,
  ...comboRoutes,
  ...balanceRoutes,
  ...portfolioRoutes,
  ...queueRoutes,
  ...transferRoutes,
  ...subaccountRoutes,
  ...orderRoutes,
  ...orderBatchRoutes,
  ...orderGroupRoutes,
  ...firstVersionRoutes,
];

function unusualCosts(): EndpointTokenCost[] {
  return ROUTES.filter(({ cost }) => cost !== DEFAULT_COST).map(({ method, path, cost }) => ({
    method,
    path: `${ROOT}${path}`,
    cost,
  }));
}

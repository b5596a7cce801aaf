/** Combos and incentive programmes: the practice exchange has none, and says so as Kalshi would. */
import { boolean, enumeration, list, required as needed, object, string, struct } from '../json-body.ts';
import { limit, oneOf, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, type Route, write } from '../route.ts';

const leg = struct('TickerPair', {
  market_ticker: needed(string),
  event_ticker: needed(string),
  side: needed(enumeration('yes', 'no')),
});

export const comboRoutes: Route[] = [
  open({
    path: '/multivariate_event_collections',
    operation: 'GetMultivariateEventCollections',
    query: {
      status: oneOf('unopened', 'open', 'closed'),
      associated_event_ticker: text,
      series_ticker: text,
      limit: limit(100, 200),
      cursor: text,
    },
    answer: () => ({ multivariate_contracts: [], cursor: '' }),
  }),
  open({
    path: '/multivariate_event_collections/:collection_ticker',
    operation: 'GetMultivariateEventCollection',
    answer: () => {
      throw nested(404, 'not_found');
    },
  }),
  write({
    method: 'POST',
    path: '/multivariate_event_collections/:collection_ticker',
    operation: 'CreateMarketInMultivariateEventCollection',
    body: struct('CreateMarketInMultivariateEventCollectionRequest', {
      selected_markets: needed(list(object(leg))),
      with_market_payload: boolean,
    }),
    scope: 'write',
    answer: () => {
      throw nested(404, 'not_found');
    },
  }),
  open({
    path: '/incentive_programs',
    operation: 'GetIncentivePrograms',
    query: {
      status: oneOf('all', 'active', 'upcoming', 'closed', 'paid_out'),
      type: oneOf('all', 'liquidity', 'volume', 'margin_maker_volume'),
      incentive_description: text,
      limit: limit(100, 10_000),
      cursor: text,
    },
    answer: () => ({ incentive_programs: [] }),
  }),
];

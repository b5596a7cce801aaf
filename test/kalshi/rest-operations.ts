/** Every operation of the client: how it is called, what it has to ask for, and an answer to it. */
import type { KalshiClient } from '../../lib/kalshi/index.ts';
import * as fixture from './rest-fixtures.ts';

export interface Case {
  name: string;
  call: (client: KalshiClient) => Promise<unknown>;
  method: string;
  /** Below `/trade-api/v2`, with query. */
  path: string;
  body?: unknown;
  /** Undefined: 204 without a body. */
  answer?: unknown;
  status?: number;
}

const { MARKET, EVENT, SERIES, ORDER, FILL, MILESTONE, CANDLESTICK, NEW_ORDER, PLACED } = fixture;
export const range = { start_ts: 1795160000, end_ts: 1795168800, period_interval: 1 } as const;
const RANGE = 'start_ts=1795160000&end_ts=1795168800&period_interval=1';
const positions = { market_positions: [fixture.MARKET_POSITION], event_positions: [fixture.EVENT_POSITION], cursor: '' };

export const reads: Case[] = [
  get('exchange status', (c) => c.exchange.status(), '/exchange/status', { exchange_active: true, trading_active: true }),
  get('exchange schedule', (c) => c.exchange.schedule(), '/exchange/schedule', { schedule: fixture.SCHEDULE }),
  get('user data timestamp', (c) => c.exchange.userDataTimestamp(), '/exchange/user_data_timestamp', {
    as_of_time: '2026-11-20T12:00:00Z',
  }),
  get(
    'series fee changes',
    (c) => c.exchange.seriesFeeChanges({ series_ticker: 'KXTESTGAME', show_historical: true }),
    '/series/fee_changes?series_ticker=KXTESTGAME&show_historical=true',
    {
      series_fee_change_arr: [
        {
          id: '1',
          series_ticker: 'KXTESTGAME',
          fee_type: 'quadratic',
          fee_multiplier: 0.5,
          scheduled_ts: '2026-11-21T00:00:00Z',
        },
      ],
    },
  ),
  get(
    'event fee changes',
    (c) => c.exchange.eventFeeChangesPage({ event_ticker: 'E', limit: 10 }),
    '/events/fee_changes?event_ticker=E&limit=10',
    {
      event_fee_changes: [
        {
          id: '1',
          event_ticker: 'E',
          series_ticker: 'S',
          fee_type_override: null,
          fee_multiplier_override: null,
          scheduled_ts: '2026-11-21T00:00:00Z',
        },
      ],
      cursor: '',
    },
  ),
  get('a series', (c) => c.series.get({ series_ticker: 'S', include_volume: true }), '/series/S?include_volume=true', {
    series: SERIES,
  }),
  get(
    'all series',
    (c) => c.series.all({ category: 'Sports', tags: ['Basketball', 'Soccer'] }),
    '/series?category=Sports&tags=Basketball%2CSoccer',
    { series: [SERIES] },
  ),
  get(
    'forecast history',
    (c) => c.series.forecastHistory({ series_ticker: 'S', ticker: 'E', percentiles: [2500, 7500], ...range, period_interval: 0 }),
    '/series/S/events/E/forecast_percentile_history?percentiles=2500&percentiles=7500&start_ts=1795160000&end_ts=1795168800&period_interval=0',
    {
      forecast_history: [
        {
          event_ticker: 'E',
          end_period_ts: 1795168800,
          period_interval: 1,
          percentile_points: [
            { percentile: 2500, raw_numerical_forecast: 1.5, numerical_forecast: 1.5, formatted_forecast: '1.5' },
          ],
        },
      ],
    },
  ),
  get('an event', (c) => c.events.get({ event_ticker: 'E', with_nested_markets: false }), '/events/E?with_nested_markets=false', {
    event: EVENT,
    markets: [MARKET],
  }),
  get(
    'events',
    (c) =>
      c.events.page({
        series_ticker: 'S',
        status: 'open',
        with_nested_markets: true,
        with_milestones: true,
        tickers: ['A', 'B'],
      }),
    '/events?with_nested_markets=true&with_milestones=true&status=open&series_ticker=S&tickers=A%2CB',
    { events: [{ ...EVENT, markets: [MARKET] }], milestones: [MILESTONE], cursor: '' },
  ),
  get('event metadata', (c) => c.events.metadata({ event_ticker: 'E' }), '/events/E/metadata', {
    image_url: '',
    market_details: [{ market_ticker: 'M', image_url: '', color_code: '#fff' }],
    settlement_sources: [],
    competition: 'Pro Basketball (M)',
  }),
  get(
    'multivariate events',
    (c) => c.events.multivariatePage({ collection_ticker: 'C' }),
    '/events/multivariate?collection_ticker=C',
    { events: [EVENT], cursor: '' },
  ),
  get(
    'candlesticks of an event',
    (c) => c.events.candlesticks({ series_ticker: 'S', ticker: 'E', ...range }),
    `/series/S/events/E/candlesticks?${RANGE}`,
    { market_tickers: ['M'], market_candlesticks: [[CANDLESTICK]], adjusted_end_ts: 1795168800 },
  ),
  get('a market', (c) => c.markets.get({ ticker: 'KXTEMP-26NOV20-B53.5' }), '/markets/KXTEMP-26NOV20-B53.5', { market: MARKET }),
  get(
    'markets',
    (c) => c.markets.page({ limit: 1000, event_ticker: ['A', 'B'], tickers: ['M', 'N'], status: 'open', mve_filter: 'exclude' }),
    '/markets?limit=1000&event_ticker=A%2CB&status=open&tickers=M%2CN&mve_filter=exclude',
    { markets: [MARKET], cursor: 'next' },
  ),
  get('an order book', (c) => c.markets.orderbook({ ticker: 'M', depth: 0 }), '/markets/M/orderbook?depth=0', {
    orderbook_fp: fixture.ORDERBOOK,
  }),
  get('order books', (c) => c.markets.orderbooks({ tickers: ['M', 'N'] }), '/markets/orderbooks?tickers=M&tickers=N', {
    orderbooks: [{ ticker: 'M', orderbook_fp: { yes_dollars: null, no_dollars: [] } }],
  }),
  get(
    'trades',
    (c) => c.markets.tradesPage({ ticker: 'M', min_ts: 1795160000, is_block_trade: false }),
    '/markets/trades?min_ts=1795160000&ticker=M&is_block_trade=false',
    { trades: [fixture.TRADE], cursor: null },
  ),
  get(
    'candlesticks',
    (c) => c.markets.candlesticks({ series_ticker: 'S', ticker: 'M', ...range, include_latest_before_start: true }),
    `/series/S/markets/M/candlesticks?${RANGE}&include_latest_before_start=true`,
    { ticker: 'M', candlesticks: [CANDLESTICK] },
  ),
  get(
    'candlesticks of several markets',
    (c) => c.markets.candlesticksBatch({ market_tickers: ['M', 'N'], ...range }),
    `/markets/candlesticks?${RANGE}&market_tickers=M%2CN`,
    { markets: [{ market_ticker: 'M', candlesticks: [CANDLESTICK] }] },
  ),
  get('historical cutoff', (c) => c.historical.cutoff(), '/historical/cutoff', {
    market_settled_ts: '2026-08-20T00:00:00Z',
    trades_created_ts: '2026-08-20T00:00:00Z',
    orders_updated_ts: '2026-08-20T00:00:00Z',
  }),
  get('a historical market', (c) => c.historical.market({ ticker: 'M' }), '/historical/markets/M', { market: MARKET }),
  get('historical markets', (c) => c.historical.marketsPage({ series_ticker: 'S' }), '/historical/markets?series_ticker=S', {
    markets: [MARKET],
    cursor: '',
  }),
  get(
    'historical candlesticks',
    (c) => c.historical.candlesticks({ ticker: 'M', ...range }),
    `/historical/markets/M/candlesticks?${RANGE}`,
    { ticker: 'M', candlesticks: [fixture.CANDLESTICK_HISTORICAL] },
  ),
  get('historical trades', (c) => c.historical.tradesPage({ ticker: 'M' }), '/historical/trades?ticker=M', {
    trades: [fixture.TRADE],
    cursor: '',
  }),
  get('historical fills', (c) => c.historical.fillsPage({ ticker: 'M' }), '/historical/fills?ticker=M', {
    fills: [FILL],
    cursor: '',
  }),
  get('historical orders', (c) => c.historical.ordersPage({ limit: 5 }), '/historical/orders?limit=5', {
    orders: [ORDER],
    cursor: '',
  }),
  get(
    'historical positions',
    (c) => c.historical.positionsPage({ subaccount: 1 }),
    '/historical/positions?subaccount=1',
    positions,
  ),
  get('a milestone', (c) => c.milestones.get({ milestone_id: 'm1' }), '/milestones/m1', { milestone: MILESTONE }),
  get(
    'milestones',
    (c) => c.milestones.page({ limit: 100, related_event_ticker: 'E', minimum_start_date: '2026-11-20T00:00:00Z' }),
    '/milestones?limit=100&minimum_start_date=2026-11-20T00%3A00%3A00Z&related_event_ticker=E',
    { milestones: [{ ...MILESTONE, end_date: null }] },
  ),
  get(
    'live data',
    (c) => c.liveData.get({ milestone_id: 'm1', include_player_stats: true }),
    '/live_data/milestone/m1?include_player_stats=true',
    { live_data: fixture.LIVE_DATA },
  ),
  get(
    'live data of a type',
    (c) => c.liveData.getOfType({ type: 'basketball_game', milestone_id: 'm1' }),
    '/live_data/basketball_game/milestone/m1',
    { live_data: fixture.LIVE_DATA },
  ),
  get(
    'live data of several milestones',
    (c) => c.liveData.batch({ milestone_ids: ['a', 'b'] }),
    '/live_data/batch?milestone_ids=a&milestone_ids=b',
    { live_datas: null },
  ),
  get('game stats', (c) => c.liveData.gameStats({ milestone_id: 'm1' }), '/live_data/milestone/m1/game_stats', {
    pbp: { periods: [{ events: [{ event_type: 'score_change', stoppage_time: null }] }] },
  }),
  get('live data of an event', (c) => c.liveData.ofEvent({ event_ticker: 'E', range: '1d' }), '/live_data/events/E?range=1d', {
    live_data: { type: 'chart', details: {} },
  }),
  get('a structured target', (c) => c.structuredTargets.get({ structured_target_id: 't' }), '/structured_targets/t', {
    structured_target: { id: 't', details: { image_url: '' } },
  }),
  get(
    'structured targets',
    (c) => c.structuredTargets.page({ ids: ['a', 'b'], page_size: 50 }),
    '/structured_targets?ids=a&ids=b&page_size=50',
    { structured_targets: [{ id: 'a' }], cursor: '' },
  ),
  get('filters by sport', (c) => c.search.filtersBySport(), '/search/filters_by_sport', {
    filters_by_sports: { Basketball: { scopes: ['Games'], competitions: { NBA: { scopes: ['Games'] } } } },
    sport_ordering: ['Basketball'],
  }),
  get('tags by categories', (c) => c.search.tagsByCategories(), '/search/tags_by_categories', {
    tags_by_categories: { Sports: ['Basketball'], Empty: null },
  }),
  get('the balance', (c) => c.portfolio.balance({ exchange_index: 3 }), '/portfolio/balance?exchange_index=3', fixture.BALANCE),
  get(
    'positions',
    (c) => c.portfolio.positionsPage({ count_filter: ['position', 'total_traded'], limit: 1000 }),
    '/portfolio/positions?limit=1000&count_filter=position%2Ctotal_traded',
    positions,
  ),
  get('fills', (c) => c.portfolio.fillsPage({ order_id: 'o', min_ts: 1 }), '/portfolio/fills?min_ts=1&order_id=o', {
    fills: [FILL],
    cursor: '',
  }),
  get('settlements', (c) => c.portfolio.settlementsPage({ ticker: 'M' }), '/portfolio/settlements?ticker=M', {
    settlements: [{ ...fixture.SETTLEMENT, value: null }],
  }),
  get('the value of resting orders', (c) => c.portfolio.restingOrderValue(), '/portfolio/summary/total_resting_order_value', {
    total_resting_order_value: 100,
    resting_order_value_breakdown: [{ exchange_index: 0, balance: '1.0000' }],
  }),
  get('an order', (c) => c.orders.get({ order_id: 'o/1' }), '/portfolio/orders/o%2F1', { order: ORDER }),
  get(
    'orders',
    (c) => c.orders.page({ status: 'resting', exchange_index: 0 }),
    '/portfolio/orders?exchange_index=0&status=resting',
    {
      orders: [ORDER],
      cursor: '',
    },
  ),
  get('a queue position', (c) => c.orders.queuePosition({ order_id: 'o' }), '/portfolio/orders/o/queue_position', {
    queue_position_fp: '12.00',
  }),
  get(
    'queue positions',
    (c) => c.orders.queuePositions({ market_tickers: ['M', 'N'] }),
    '/portfolio/orders/queue_positions?market_tickers=M%2CN',
    { queue_positions: [{ order_id: 'o', market_ticker: 'M', queue_position_fp: '12.00' }] },
  ),
  get('order groups', (c) => c.orderGroups.all(), '/portfolio/order_groups', {
    order_groups: [{ id: 'g', contracts_limit_fp: '10.00', is_auto_cancel_enabled: true }],
  }),
  get(
    'an order group',
    (c) => c.orderGroups.get({ order_group_id: 'g', subaccount: 1 }),
    '/portfolio/order_groups/g?subaccount=1',
    {
      is_auto_cancel_enabled: true,
      orders: null,
    },
  ),
  get('transfers', (c) => c.transfers.page({ limit: 5 }), '/portfolio/intra_exchange_instance_transfers?limit=5', {
    transfers: [fixture.TRANSFER],
    cursor: '',
  }),
  get('a transfer', (c) => c.transfers.get({ transfer_id: 't' }), '/portfolio/intra_exchange_instance_transfers/t', {
    transfer: fixture.TRANSFER,
  }),
  get('the target allocation', (c) => c.transfers.targetAllocation(), '/portfolio/target_balance_allocation', {
    allocations: [{ exchange_index: 0, percent: 100 }],
    resting_margin_reservation: 'max',
  }),
  get('account limits', (c) => c.account.limits(), '/account/limits', fixture.LIMITS),
  get('endpoint costs', (c) => c.account.endpointCosts(), '/account/endpoint_costs', fixture.ENDPOINT_COSTS),
  get('volume progress', (c) => c.account.volumeProgress(), '/account/api_usage_level/volume_progress', {
    volume_progress: [
      {
        computed_ts: 1795168800,
        trailing_30d_volume_fp: '10.00',
        goals: [{ level: 'expert', earn_volume_goal_fp: '1.00', keep_volume_goal_fp: '1.00' }],
      },
    ],
  }),
  get('API keys', (c) => c.apiKeys.all(), '/api_keys', { api_keys: [{ api_key_id: 'k', name: 'n', scopes: ['read'] }] }),
];

const transfer = {
  source: 'event_contract',
  destination: 'event_contract',
  amount: 50_000,
  destination_exchange_shard: 3,
} as const;
const batch = { orders: [NEW_ORDER, { ...NEW_ORDER, client_order_id: 'b' }] };
const amendment = { ticker: MARKET.ticker, side: 'bid', price: '0.5700', count: '12.00' } as const;
const allocation = { allocations: [{ exchange_index: 0, percent: 100 }], resting_margin_reservation: 'none' as const };
const ts_ms = 1795168800123;

export const writes: Case[] = [
  {
    name: 'creates an order',
    call: (c) => c.orders.create(NEW_ORDER, { purpose: 'entry' }),
    method: 'POST',
    path: '/portfolio/events/orders',
    body: NEW_ORDER,
    answer: PLACED,
    status: 201,
  },
  {
    name: 'creates a batch of orders',
    call: (c) => c.orders.createBatch(batch, { purpose: 'entry' }),
    method: 'POST',
    path: '/portfolio/events/orders/batched',
    body: batch,
    answer: {
      orders: [PLACED, { client_order_id: 'b', error: { code: 'insufficient_balance', message: 'insufficient balance' } }],
    },
    status: 201,
  },
  {
    name: 'amends an order',
    call: (c) => c.orders.amend({ order_id: 'o', subaccount: 1, ...amendment }, { purpose: 'exit' }),
    method: 'POST',
    path: '/portfolio/events/orders/o/amend?subaccount=1',
    body: amendment,
    answer: { order_id: 'o', remaining_count: '6.00', fill_count: '0.00', ts_ms },
  },
  {
    name: 'decreases an order',
    call: (c) => c.orders.decrease({ order_id: 'o', reduce_by: '2.00', market_ticker: 'M' }),
    method: 'POST',
    path: '/portfolio/events/orders/o/decrease',
    body: { reduce_by: '2.00', market_ticker: 'M' },
    answer: { order_id: 'o', remaining_count: '4.00', ts_ms },
  },
  {
    name: 'cancels an order',
    call: (c) => c.orders.cancel({ order_id: 'o', exchange_index: 3, market_ticker: 'M' }),
    method: 'DELETE',
    path: '/portfolio/events/orders/o?exchange_index=3&market_ticker=M',
    answer: { order_id: 'o', reduced_by: '6.00', ts_ms },
  },
  {
    name: 'cancels a batch of orders, with a body',
    call: (c) => c.orders.cancelBatch({ orders: [{ order_id: 'o' }, { order_id: 'p', exchange_index: 3 }] }),
    method: 'DELETE',
    path: '/portfolio/events/orders/batched',
    body: { orders: [{ order_id: 'o' }, { order_id: 'p', exchange_index: 3 }] },
    answer: {
      orders: [
        { order_id: 'o', reduced_by: '6.00', ts_ms },
        { order_id: 'p', reduced_by: '0.00', error: { code: 'not_found' } },
      ],
    },
  },
  {
    name: 'cancels all orders',
    call: (c) => c.orders.cancelAll({ subaccount: 2 }),
    method: 'DELETE',
    path: '/portfolio/events/orders?subaccount=2',
  },
  {
    name: 'creates an order group',
    call: (c) => c.orderGroups.create({ contracts_limit: 100, exchange_index: 3 }),
    method: 'POST',
    path: '/portfolio/order_groups/create',
    body: { contracts_limit: 100, exchange_index: 3 },
    answer: { order_group_id: 'g', subaccount: 0 },
    status: 201,
  },
  {
    name: 'deletes an order group',
    call: (c) => c.orderGroups.delete({ order_group_id: 'g' }),
    method: 'DELETE',
    path: '/portfolio/order_groups/g',
    answer: {},
  },
  {
    name: 'resets an order group',
    call: (c) => c.orderGroups.reset({ order_group_id: 'g', exchange_index: 3 }),
    method: 'PUT',
    path: '/portfolio/order_groups/g/reset?exchange_index=3',
    body: {},
    answer: {},
  },
  {
    name: 'triggers an order group',
    call: (c) => c.orderGroups.trigger({ order_group_id: 'g' }),
    method: 'PUT',
    path: '/portfolio/order_groups/g/trigger',
    body: {},
    answer: {},
  },
  {
    name: 'sets the limit of an order group',
    call: (c) => c.orderGroups.setLimit({ order_group_id: 'g', contracts_limit_fp: '10.50' }),
    method: 'PUT',
    path: '/portfolio/order_groups/g/limit',
    body: { contracts_limit_fp: '10.50' },
    answer: {},
  },
  {
    name: 'transfers between shards',
    call: (c) => c.transfers.create(transfer),
    method: 'POST',
    path: '/portfolio/intra_exchange_instance_transfer',
    body: transfer,
    answer: { transfer_id: 't' },
  },
  {
    name: 'sets the target allocation',
    call: (c) => c.transfers.setTargetAllocation(allocation),
    method: 'POST',
    path: '/portfolio/target_balance_allocation',
    body: allocation,
    answer: {},
  },
  {
    name: 'asks for the next tier',
    call: (c) => c.account.upgrade(),
    method: 'POST',
    path: '/account/api_usage_level/upgrade',
    status: 201,
  },
  {
    name: 'uploads an API key',
    call: (c) => c.apiKeys.create({ name: 'n', public_key: 'PEM', scopes: ['read', 'write::trade'] }),
    method: 'POST',
    path: '/api_keys',
    body: { name: 'n', public_key: 'PEM', scopes: ['read', 'write::trade'] },
    answer: { api_key_id: 'k', warning: null },
    status: 201,
  },
  {
    name: 'has an API key generated',
    call: (c) => c.apiKeys.generate({ name: 'n' }),
    method: 'POST',
    path: '/api_keys/generate',
    body: { name: 'n' },
    answer: { api_key_id: 'k', private_key: 'PEM' },
    status: 201,
  },
  {
    name: 'deletes an API key',
    call: (c) => c.apiKeys.delete({ api_key: 'k' }),
    method: 'DELETE',
    path: '/api_keys/k',
  },
];

function get(name: string, call: Case['call'], path: string, answer: unknown): Case {
  return { name: `reads ${name}`, call, method: 'GET', path, answer };
}

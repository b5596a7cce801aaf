import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { ROUTES } from '../../../lib/exchange/rest/routes.ts';
import { loadSpecification, type Specification } from './openapi.ts';
import { AZ, CLE, MILESTONE, NBA, NYK, opening, START_MS, TARGET } from './scenario.ts';
import { type Member, openStage, RESTING, type Stage } from './stage.ts';

const START_S = START_MS / 1000;
const OLD_S = START_S - 86_400;
const CANDLES = `start_ts=${OLD_S}&end_ts=${START_S + 600}&period_interval=1`;
const DAYS_100_MS = 100 * 86_400_000;
const ED25519 = String(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));

/** A night in which an MLB market was settled 100 days before the NBA game. */
const EVENTS = [
  { atMs: START_MS, actions: opening() },
  { atMs: START_MS + 60_000, actions: [{ kind: 'determine', ticker: AZ, result: 'yes', valueCC: 10_000 }] },
  { atMs: START_MS + 600_000, actions: [] },
] as const;

interface Case {
  path: string;
  body?: unknown;
  status?: number;
}

describe('exchange routes', () => {
  let specification: Specification | undefined;
  let stage: Stage;
  let member: Member;
  let ids: { resting: string; filled: string; second: string; group: string; transfer: string; key: string };

  before(async () => {
    specification = await loadSpecification();
  });
  beforeEach(async () => {
    stage = await openStage({ events: structuredClone(EVENTS) as never, shards: [0, 1, 2, 3] });
    member = stage.member();
    const group = (await member.send('POST', '/portfolio/order_groups/create', { contracts_limit: 50 })).body.order_group_id;
    const { order_id: resting } = (await member.order({ order_group_id: group, expiration_time: START_S + 3_600 * 24 * 200 }))
      .body;
    const { order_id: second } = (await member.order({ price: '0.4900' })).body;
    const { order_id: filled } = (await member.order({ price: '0.5500', count: '5' })).body;
    await member.order({ ticker: CLE, side: 'ask', price: '0.4400', count: '5' });
    await member.order({ ticker: AZ, side: 'ask', price: '0.3000', count: '5' });
    await member.order({ ticker: AZ, side: 'ask', price: '0.9000', count: '5' });
    const transfer = {
      source: 'event_contract',
      destination: 'event_contract',
      amount: 1_000_000,
      destination_exchange_shard: 3,
    };
    const moved = await member.send('POST', '/portfolio/intra_exchange_instance_transfer', transfer);
    const key = await member.send('POST', '/api_keys', { name: 'second', public_key: ED25519 });
    stage.night.step();
    stage.night.step();
    ids = { resting, second, filled, group, transfer: moved.body.transfer_id, key: key.body.api_key_id };
  });
  afterEach(() => stage.close());

  /** One request for each operation that answers with success. */
  const cases = (): Record<string, Case> => ({
    GetExchangeStatus: { path: '/exchange/status' },
    GetExchangeSchedule: { path: '/exchange/schedule' },
    GetUserDataTimestamp: { path: '/exchange/user_data_timestamp' },
    GetSeriesFeeChanges: { path: '/series/fee_changes?show_historical=true' },
    GetEventFeeChanges: { path: `/events/fee_changes?event_ticker=${NBA}` },
    GetHistoricalCutoff: { path: '/historical/cutoff' },
    GetAccountEndpointCosts: { path: '/account/endpoint_costs' },
    GetAccountApiLimits: { path: '/account/limits' },
    UpgradeAccountApiUsageLevel: { path: '/account/api_usage_level/upgrade', status: 201 },
    GetAccountApiUsageLevelVolumeProgress: { path: '/account/api_usage_level/volume_progress' },
    GetApiKeys: { path: '/api_keys' },
    CreateApiKey: { path: '/api_keys', body: { name: 'x', public_key: ED25519 }, status: 201 },
    GenerateApiKey: { path: '/api_keys/generate', body: { name: 'x', scopes: ['read'] }, status: 201 },
    DeleteApiKey: { path: `/api_keys/${ids.key}`, status: 204 },
    GetSeriesList: { path: '/series?category=Sports&tags=Basketball,Tennis&include_volume=true&include_product_metadata=true' },
    GetSeries: { path: '/series/KXNBAGAME?include_volume=true' },
    GetEvents: { path: '/events?with_nested_markets=true&with_milestones=true' },
    GetMultivariateEvents: { path: '/events/multivariate' },
    GetEvent: { path: `/events/${NBA}` },
    GetEventMetadata: { path: `/events/${NBA}/metadata` },
    GetMarkets: { path: '/markets' },
    GetTrades: { path: '/markets/trades' },
    GetMarketOrderbooks: { path: `/markets/orderbooks?tickers=${NYK}&tickers=${CLE}` },
    GetMarket: { path: `/markets/${AZ}` },
    GetMarketOrderbook: { path: `/markets/${NYK}/orderbook?depth=1` },
    GetMarketCandlesticks: { path: `/series/KXNBAGAME/markets/${NYK}/candlesticks?${CANDLES}` },
    BatchGetMarketCandlesticks: { path: `/markets/candlesticks?market_tickers=${NYK},${CLE}&${CANDLES}` },
    GetMarketCandlesticksByEvent: { path: `/series/KXNBAGAME/events/${NBA}/candlesticks?${CANDLES}` },
    GetEventForecastPercentilesHistory: {
      path: `/series/KXNBAGAME/events/${NBA}/forecast_percentile_history?percentiles=5000&${CANDLES}`,
    },
    GetHistoricalMarkets: { path: '/historical/markets' },
    GetTradesHistorical: { path: '/historical/trades' },
    GetFiltersForSports: { path: '/search/filters_by_sport' },
    GetTagsForSeriesCategories: { path: '/search/tags_by_categories' },
    GetMilestones: { path: '/milestones?limit=100' },
    GetMilestone: { path: `/milestones/${MILESTONE}` },
    GetLiveDataByMilestone: { path: `/live_data/milestone/${MILESTONE}` },
    GetLiveData: { path: `/live_data/basketball_game/milestone/${MILESTONE}` },
    GetLiveDatas: { path: `/live_data/batch?milestone_ids=${MILESTONE}` },
    GetGameStats: { path: `/live_data/milestone/${MILESTONE}/game_stats` },
    GetStructuredTargets: { path: '/structured_targets' },
    GetStructuredTarget: { path: `/structured_targets/${TARGET}` },
    GetMultivariateEventCollections: { path: '/multivariate_event_collections' },
    GetIncentivePrograms: { path: '/incentive_programs?status=active&type=liquidity' },
    GetBalance: { path: '/portfolio/balance' },
    GetPortfolioRestingOrderTotalValue: { path: '/portfolio/summary/total_resting_order_value' },
    GetDeposits: { path: '/portfolio/deposits' },
    GetWithdrawals: { path: '/portfolio/withdrawals' },
    GetOrders: { path: '/portfolio/orders' },
    GetOrder: { path: `/portfolio/orders/${ids.resting}` },
    GetFills: { path: '/portfolio/fills' },
    GetPositions: { path: '/portfolio/positions' },
    GetSettlements: { path: '/portfolio/settlements' },
    GetHistoricalOrders: { path: '/historical/orders' },
    GetFillsHistorical: { path: '/historical/fills' },
    GetHistoricalPositions: { path: '/historical/positions' },
    GetOrderQueuePositions: { path: `/portfolio/orders/queue_positions?event_ticker=${NBA}` },
    GetOrderQueuePosition: { path: `/portfolio/orders/${ids.resting}/queue_position` },
    IntraExchangeInstanceTransfer: {
      path: '/portfolio/intra_exchange_instance_transfer',
      body: { source: 'event_contract', destination: 'event_contract', amount: 5, source_exchange_shard: 3 },
    },
    GetIntraExchangeInstanceTransfers: { path: '/portfolio/intra_exchange_instance_transfers' },
    GetIntraExchangeInstanceTransfer: { path: `/portfolio/intra_exchange_instance_transfers/${ids.transfer}` },
    GetTargetBalanceAllocation: { path: '/portfolio/target_balance_allocation' },
    SetTargetBalanceAllocation: {
      path: '/portfolio/target_balance_allocation',
      body: { allocations: [{ exchange_index: 3, percent: 40 }], resting_margin_reservation: 'sum' },
    },
    GetSubaccountBalances: { path: '/portfolio/subaccounts/balances' },
    GetSubaccountTransfers: { path: '/portfolio/subaccounts/transfers' },
    GetSubaccountNetting: { path: '/portfolio/subaccounts/netting' },
    UpdateSubaccountNetting: { path: '/portfolio/subaccounts/netting', body: { subaccount_number: 0, enabled: true } },
    CreateOrderV2: { path: '/portfolio/events/orders', body: { ...RESTING, price: '0.55' }, status: 201 },
    BatchCreateOrdersV2: {
      path: '/portfolio/events/orders/batched',
      body: { orders: [RESTING, { ...RESTING, ticker: 'X', client_order_id: 'b' }] },
      status: 201,
    },
    AmendOrderV2: {
      path: `/portfolio/events/orders/${ids.resting}/amend`,
      body: { ticker: NYK, side: 'bid', price: '0.5500', count: '4' },
    },
    DecreaseOrderV2: { path: `/portfolio/events/orders/${ids.resting}/decrease`, body: { reduce_by: '4' } },
    CancelOrderV2: { path: `/portfolio/events/orders/${ids.resting}` },
    BatchCancelOrdersV2: {
      path: '/portfolio/events/orders/batched',
      body: { orders: [{ order_id: ids.resting }, { order_id: ids.filled }] },
    },
    CancelAllOrders: { path: '/portfolio/events/orders', status: 204 },
    GetOrderGroups: { path: '/portfolio/order_groups' },
    CreateOrderGroup: { path: '/portfolio/order_groups/create', body: { contracts_limit_fp: '10.5' }, status: 201 },
    GetOrderGroup: { path: `/portfolio/order_groups/${ids.group}` },
    DeleteOrderGroup: { path: `/portfolio/order_groups/${ids.group}`, body: {} },
    ResetOrderGroup: { path: `/portfolio/order_groups/${ids.group}/reset`, body: {} },
    TriggerOrderGroup: { path: `/portfolio/order_groups/${ids.group}/trigger` },
    UpdateOrderGroupLimit: { path: `/portfolio/order_groups/${ids.group}/limit`, body: { contracts_limit: 7 } },
  });

  /** What the practice exchange has nothing to show for, or shows only when it is old enough. */
  const REFUSED: Record<string, { path: string; status: number; body?: unknown }> = {
    GetEventLiveData: { path: `/live_data/events/${NBA}`, status: 404 },
    GetMultivariateEventCollection: { path: '/multivariate_event_collections/KXMVE-R', status: 404 },
    CreateMarketInMultivariateEventCollection: {
      path: '/multivariate_event_collections/KXMVE-R',
      body: { selected_markets: [{ market_ticker: NYK, event_ticker: NBA, side: 'yes' }] },
      status: 404,
    },
    CreateSubaccount: { path: '/portfolio/subaccounts', status: 403 },
    ApplySubaccountTransfer: {
      path: '/portfolio/subaccounts/transfer',
      body: { client_transfer_id: 'x', from_subaccount: 0, to_subaccount: 1, amount_cents: 5 },
      status: 404,
    },
    GetHistoricalMarket: { path: `/historical/markets/${AZ}`, status: 404 },
    GetMarketCandlesticksHistorical: { path: `/historical/markets/${AZ}/candlesticks?${CANDLES}`, status: 404 },
    DeprecatedOrderWrite: { path: '/portfolio/orders', status: 410 },
  };

  it('are all tried here', () => {
    const tried = [...Object.keys(cases()), ...Object.keys(REFUSED)];
    assert.deepEqual(tried.toSorted(), [...new Set(ROUTES.map((route) => route.operation))].toSorted());
  });

  for (const { method, operation } of ROUTES) {
    it(`${operation} answers by the specification`, async function () {
      const { path, body, status = 200 } = cases()[operation] ?? REFUSED[operation] ?? assert.fail('not tried');
      const reply = await member.send(operation === 'DeprecatedOrderWrite' ? 'POST' : method, path, body);
      assert.equal(reply.status, status, reply.text);
      if (status === 204) assert.equal(reply.text, '');
      if (!specification) {
        this.skip();
        return;
      }
      if (status < 300 && reply.text !== '') assert.deepEqual(specification.check(operation, status, reply.body), []);
    });
  }

  it('would not pass with a wrong answer', async function () {
    if (!specification) {
      this.skip();
      return;
    }
    const { body } = await stage.get(`/markets/${NYK}`);
    for (const change of [
      { status: 'open' },
      { yes_bid_dollars: 0.5 },
      { price_ranges: [{ start: '0' }] },
      { open_time: 'now' },
    ]) {
      assert.equal(
        specification.check('GetMarket', 200, { market: { ...body.market, ...change } }).length,
        1,
        Object.keys(change)[0],
      );
    }
    assert.ok(specification.check('GetMarket', 418, body).length > 0);
  });

  it('under /historical answer by the specification once things are old', async function () {
    const { night } = stage;
    const later = { kind: 'close_date', ticker: NYK, closeMs: START_MS + DAYS_100_MS } as const;
    night.execute({ kind: 'perform', action: later });
    while (night.nowMs() < START_MS + 10 * 86_400_000 && night.step());
    while (night.nowMs() < later.closeMs && night.step());
    for (const [operation, path] of [
      ['GetHistoricalMarkets', '/historical/markets'],
      ['GetHistoricalMarket', `/historical/markets/${AZ}`],
      ['GetMarketCandlesticksHistorical', `/historical/markets/${AZ}/candlesticks?${CANDLES}`],
      ['GetTradesHistorical', '/historical/trades'],
      ['GetHistoricalOrders', '/historical/orders'],
      ['GetFillsHistorical', '/historical/fills'],
      ['GetHistoricalPositions', '/historical/positions'],
    ] as const) {
      const reply = await member.get(path);
      assert.equal(reply.status, 200, path);
      const [list] = Object.values(reply.body).filter(Array.isArray);
      if (operation !== 'GetHistoricalMarket') assert.ok((list ?? []).length > 0, `${path} is empty`);
      if (!specification) {
        this.skip();
        return;
      }
      assert.deepEqual(specification.check(operation, 200, reply.body), [], operation);
    }
    for (const path of ['/markets/trades', '/portfolio/fills', `/markets?tickers=${AZ}`]) {
      const { cursor: _cursor, ...lists } = (await member.get(path)).body;
      assert.deepEqual(Object.values(lists), [[]], path);
    }
    assert.equal((await member.get(`/markets/${AZ}`)).status, 404);
    assert.equal(
      (await member.get('/portfolio/orders')).body.orders.every((order: { status: string }) => order.status === 'resting'),
      true,
    );
  });
});

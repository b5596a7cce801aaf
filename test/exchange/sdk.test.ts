/** The official SDK, unmodified and with its own signing, calls every operation of a trading system. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as sdk from 'kalshi-typescript';
import { ROUTES } from '../../lib/exchange/rest/routes.ts';
import { loadSpecification, type Specification } from './rest/openapi.ts';
import { AZ, CLE, DAY_MS, MILESTONE, NBA, NYK, opening, START_MS, TARGET } from './rest/scenario.ts';
import { type Member, openStage, RSA, type Stage } from './rest/stage.ts';

/** The SDK's own axios, of which each key gets an instance to itself. */
const axios = createRequire(import.meta.resolve('kalshi-typescript'))('axios');

type ApiClass<T> = new (...parameters: ConstructorParameters<typeof sdk.AccountApi>) => T;

const START_S = START_MS / 1000;
const END_S = START_S + 3_600;
const EVENTS = [
  { atMs: START_MS, actions: opening(3) },
  {
    atMs: START_MS + 1_000,
    actions: [{ kind: 'play' as const, milestoneId: MILESTONE, play: { period: 1, event: { type: 'tip' } } }],
  },
  { atMs: START_MS + 60_000, actions: [{ kind: 'determine' as const, ticker: AZ, result: 'no' as const, valueCC: 0 }] },
];

/** Not for trading games, or not on this exchange at all. */
const LEFT_OUT = ['GetWeatherIndex', 'GetWeatherIndexCalibrations'];

function clients(server: { rest: string }, keyId: string, privateKeyPem: string) {
  const configuration = new sdk.Configuration({ apiKey: keyId, privateKeyPem, basePath: server.rest });
  // Every object adds a signing interceptor to the instance that it is given.
  const make = <T>(Api: ApiClass<T>): T => new Api(configuration, undefined, axios.create());
  return {
    account: make(sdk.AccountApi),
    keys: make(sdk.ApiKeysApi),
    events: make(sdk.EventsApi),
    exchange: make(sdk.ExchangeApi),
    historical: make(sdk.HistoricalApi),
    incentives: make(sdk.IncentiveProgramsApi),
    live: make(sdk.LiveDataApi),
    market: make(sdk.MarketApi),
    milestone: make(sdk.MilestoneApi),
    combos: make(sdk.MultivariateApi),
    groups: make(sdk.OrderGroupsApi),
    orders: make(sdk.OrdersApi),
    portfolio: make(sdk.PortfolioApi),
    search: make(sdk.SearchApi),
    targets: make(sdk.StructuredTargetsApi),
  };
}

describe('the official SDK on the practice exchange', () => {
  const called = new Set<string>();
  let specification: Specification | undefined;
  let stage: Stage;
  let member: Member;
  let api: ReturnType<typeof clients>;

  before(async () => {
    specification = await loadSpecification();
  });
  beforeEach(async () => {
    stage = await openStage({ shards: [0, 1, 2, 3], events: EVENTS });
    member = stage.member({
      purses: [
        [0, 1_000_000_000],
        [3, 1_000_000_000],
      ],
    });
    // The SDK dates its signatures itself.
    stage.wall.ms = Date.now();
    api = clients(stage.server, member.keyId, RSA.privateKey);
  });
  afterEach(() => stage.close());

  /** The answer to an operation, after it was held against the specification. */
  const answer = async <T>(operation: string, response: Promise<{ data: T; status: number }>, status = 200): Promise<T> => {
    called.add(operation);
    const { data, status: answered } = await response;
    assert.equal(answered, status, operation);
    const isEmpty = (data as unknown) === '';
    if (specification && !isEmpty) assert.deepEqual(specification.check(operation, status, data), [], operation);
    return data;
  };

  const refused = async (
    operation: string,
    response: Promise<unknown>,
    status: number,
  ): Promise<ReturnType<typeof JSON.parse>> => {
    called.add(operation);
    const answered = await response.then(
      () => assert.fail(`${operation} was not refused`),
      (error) => error.response ?? assert.fail(error),
    );
    assert.equal(answered.status, status, operation);
    return answered.data;
  };

  const bid = (change: Partial<sdk.CreateOrderV2Request> = {}): sdk.CreateOrderV2Request => ({
    ticker: NYK,
    side: 'bid',
    count: '10.00',
    price: '0.5000',
    time_in_force: 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
    ...change,
  });

  it('reads the exchange', async () => {
    const status = await answer('GetExchangeStatus', api.exchange.getExchangeStatus());
    assert.equal(status.trading_active, true);
    assert.equal(status.exchange_index_statuses?.length, 4);
    const { schedule } = await answer('GetExchangeSchedule', api.exchange.getExchangeSchedule());
    assert.equal(schedule.standard_hours.length, 1);
    const { as_of_time: asOf } = await answer('GetUserDataTimestamp', api.exchange.getUserDataTimestamp());
    assert.equal(Date.parse(asOf), START_MS);
    const fees = await answer('GetSeriesFeeChanges', api.exchange.getSeriesFeeChanges('KXNBAGAME', true));
    assert.deepEqual(fees.series_fee_change_arr, []);
    assert.deepEqual((await answer('GetEventFeeChanges', api.events.getEventFeeChanges(NBA, 10))).event_fee_changes, []);
  });

  it('reads and manages the account', async () => {
    const limits = await answer('GetAccountApiLimits', api.account.getAccountApiLimits());
    assert.equal(limits.usage_tier, 'prestige');
    const costs = await answer('GetAccountEndpointCosts', api.account.getAccountEndpointCosts());
    const cancel = costs.endpoint_costs.find((one) => one.path === '/trade-api/v2/portfolio/events/orders/:order_id');
    assert.deepEqual([costs.default_cost, cancel?.method, cancel?.cost], [10, 'DELETE', 2]);
    await answer('GetAccountApiUsageLevelVolumeProgress', api.account.getAccountApiUsageLevelVolumeProgress());
    await refused('UpgradeAccountApiUsageLevel', api.account.upgradeAccountApiUsageLevel(), 403);
    await api.orders.createOrderV2(bid());
    await answer('UpgradeAccountApiUsageLevel', api.account.upgradeAccountApiUsageLevel(), 201);

    const made = await answer('GenerateApiKey', api.keys.generateApiKey({ name: 'second', scopes: ['read'] }), 201);
    const second = clients(stage.server, made.api_key_id, made.private_key);
    assert.equal((await second.portfolio.getBalance()).status, 200);
    assert.equal((await refused('CreateOrderV2', second.orders.createOrderV2(bid()), 403)).error.code, 'forbidden');
    const own = await answer('CreateApiKey', api.keys.createApiKey({ name: 'own', public_key: RSA.publicKey }), 201);
    const { api_keys: keys } = await answer('GetApiKeys', api.keys.getApiKeys());
    assert.deepEqual(
      keys.map((key) => key.name),
      ['test', 'second', 'own'],
    );
    await answer('DeleteApiKey', api.keys.deleteApiKey(own.api_key_id), 204);
  });

  it('reads series, events and markets', async () => {
    const { series } = await answer('GetSeriesList', api.market.getSeriesList('Sports', 'Basketball,Tennis', true, true));
    assert.deepEqual(
      series.map((one) => one.ticker),
      ['KXNBAGAME'],
    );
    assert.equal((await answer('GetSeries', api.market.getSeries('KXNBAGAME', true))).series.volume_fp, '7.77');
    const events = await answer('GetEvents', api.events.getEvents(5, undefined, true, true, 'open', 'KXNBAGAME'));
    assert.deepEqual([events.events[0]?.markets?.length, events.milestones?.length, events.cursor], [2, 1, '']);
    assert.equal((await answer('GetEvent', api.events.getEvent(NBA))).markets.length, 2);
    assert.equal((await answer('GetEventMetadata', api.events.getEventMetadata(NBA))).competition, 'Pro Basketball');
    assert.deepEqual((await answer('GetMultivariateEvents', api.events.getMultivariateEvents(5))).events, []);
    const first = await answer('GetMarkets', api.market.getMarkets(1, undefined, undefined, 'KXNBAGAME'));
    const rest = await answer('GetMarkets', api.market.getMarkets(1, first.cursor, undefined, 'KXNBAGAME'));
    assert.deepEqual([first.markets[0]?.ticker, rest.markets[0]?.ticker, rest.cursor], [CLE, NYK, '']);
    const named = await answer('GetMarkets', api.market.getMarkets(...Array<undefined>(12), `${NYK},${AZ}`));
    assert.equal(named.markets.length, 2);
    const { market } = await answer('GetMarket', api.market.getMarket(NYK));
    assert.deepEqual([market.yes_bid_dollars, market.yes_ask_dollars, market.status], ['0.5200', '0.5500', 'active']);
    const { orderbook_fp: book } = await answer('GetMarketOrderbook', api.market.getMarketOrderbook(NYK, 1));
    assert.deepEqual(book, { yes_dollars: [['0.5200', '100.00']], no_dollars: [['0.4500', '92.23']] });
    assert.equal((await answer('GetMarketOrderbooks', api.market.getMarketOrderbooks([NYK, CLE]))).orderbooks.length, 2);
    const { trades } = await answer('GetTrades', api.market.getTrades(10, undefined, NYK, START_S, END_S, false));
    assert.equal(trades[0]?.taker_book_side, 'bid');
    await refused('GetMarket', api.market.getMarket('NONE'), 404);
  });

  it('reads candlesticks in their three forms, and forecasts', async () => {
    const one = await answer(
      'GetMarketCandlesticks',
      api.market.getMarketCandlesticks('KXNBAGAME', NYK, START_S - 60, END_S, 1, true),
    );
    assert.equal(one.candlesticks[0]?.price.close_dollars, '0.5500');
    const several = api.market.batchGetMarketCandlesticks(`${NYK},${CLE}`, START_S - 60, END_S, 60);
    assert.equal((await answer('BatchGetMarketCandlesticks', several)).markets.length, 2);
    const event = api.events.getMarketCandlesticksByEvent(NBA, 'KXNBAGAME', START_S - 60, END_S, 1440);
    assert.deepEqual((await answer('GetMarketCandlesticksByEvent', event)).market_tickers, [NYK, CLE]);
    const forecast = api.events.getEventForecastPercentilesHistory(NBA, 'KXNBAGAME', [2500, 7500], START_S, END_S, 60);
    assert.deepEqual((await answer('GetEventForecastPercentilesHistory', forecast)).forecast_history, []);
  });

  it('reads games: search, milestones, live data, targets', async () => {
    const filters = await answer('GetFiltersForSports', api.search.getFiltersForSports());
    assert.deepEqual(filters.sport_ordering, ['Basketball', 'Baseball']);
    const { tags_by_categories: tags } = await answer('GetTagsForSeriesCategories', api.search.getTagsForSeriesCategories());
    assert.deepEqual(tags, { Sports: ['Basketball', 'Baseball'] });
    const start = new Date(START_MS).toISOString();
    const list = api.milestone.getMilestones(100, start, 'Sports', undefined, undefined, 'basketball_game', NBA);
    assert.equal((await answer('GetMilestones', list)).milestones[0]?.id, MILESTONE);
    const { milestone } = await answer('GetMilestone', api.milestone.getMilestone(MILESTONE));
    assert.equal(Date.parse(milestone.start_date), START_MS + 3_600_000);
    await answer('GetLiveDataByMilestone', api.live.getLiveDataByMilestone(MILESTONE));
    const { live_data: live } = await answer('GetLiveData', api.live.getLiveData('basketball_game', MILESTONE, true));
    assert.equal(live.details.status, 'not_started');
    assert.equal((await answer('GetLiveDatas', api.live.getLiveDatas([MILESTONE, 'none']))).live_datas.length, 1);
    assert.equal((await api.live.getLiveDatas([`${MILESTONE},none`])).data.live_datas, null);
    assert.deepEqual(await answer('GetGameStats', api.live.getGameStats(MILESTONE)), {});
    stage.night.step();
    const { pbp } = await answer('GetGameStats', api.live.getGameStats(MILESTONE));
    assert.deepEqual(pbp?.periods, [{ events: [{ type: 'tip' }] }]);
    await refused('GetEventLiveData', api.live.getEventLiveData(NBA), 404);
    const targets = await answer('GetStructuredTargets', api.targets.getStructuredTargets([TARGET, 'none'], 'basketball_team'));
    assert.equal(targets.structured_targets?.length, 1);
    const { structured_target: target } = await answer('GetStructuredTarget', api.targets.getStructuredTarget(TARGET));
    assert.equal(target?.name, 'New York');
  });

  it('places, amends, decreases and cancels orders, one by one', async () => {
    const placed = await answer('CreateOrderV2', api.orders.createOrderV2(bid({ client_order_id: 'one' })), 201);
    assert.deepEqual([placed.client_order_id, placed.remaining_count], ['one', '10.00']);
    const again = await refused('CreateOrderV2', api.orders.createOrderV2(bid({ client_order_id: 'one' })), 409);
    assert.equal(again.error.code, 'order_already_exists');
    const { order } = await answer('GetOrder', api.orders.getOrder(placed.order_id));
    assert.deepEqual([order.status, order.book_side, order.outcome_side], ['resting', 'bid', 'yes']);
    const { queue_position_fp: ahead } = await answer('GetOrderQueuePosition', api.orders.getOrderQueuePosition(placed.order_id));
    assert.equal(ahead, '300.00');
    const queue = await answer('GetOrderQueuePositions', api.orders.getOrderQueuePositions(`${NYK},${CLE}`));
    assert.equal(queue.queue_positions.length, 1);
    const amended = await answer(
      'AmendOrderV2',
      api.orders.amendOrderV2(placed.order_id, {
        ticker: NYK,
        side: 'bid',
        price: '0.5100',
        count: '8.00',
        updated_client_order_id: 'two',
      }),
    );
    assert.deepEqual([amended.client_order_id, amended.remaining_count], ['two', '8.00']);
    const decreased = await answer('DecreaseOrderV2', api.orders.decreaseOrderV2(placed.order_id, { reduce_by: '3.00' }));
    assert.equal(decreased.remaining_count, '5.00');
    const canceled = await answer('CancelOrderV2', api.orders.cancelOrderV2(placed.order_id, 0, 0, NYK));
    assert.equal(canceled.reduced_by, '5.00');
    assert.equal((await refused('CancelOrderV2', api.orders.cancelOrderV2(placed.order_id), 404)).error.code, 'not_found');
    const listed = await answer('GetOrders', api.orders.getOrders(NYK, NBA, START_S, END_S, 'canceled', 10));
    assert.equal(listed.orders[0]?.client_order_id, 'two');
  });

  it('places and cancels orders in batches, and all at once', async () => {
    const { orders } = await answer(
      'BatchCreateOrdersV2',
      api.orders.batchCreateOrdersV2({
        orders: [bid(), bid({ price: '0.9900', post_only: true }), bid({ ticker: CLE, price: '0.3' })],
      }),
      201,
    );
    assert.deepEqual(
      orders.map((one) => one.error?.details ?? one.remaining_count),
      ['10.00', 'post only cross', '10.00'],
    );
    const canceled = await answer(
      'BatchCancelOrdersV2',
      api.orders.batchCancelOrdersV2({ orders: [{ order_id: orders[0]?.order_id ?? '' }, { order_id: 'none' }] }),
    );
    assert.deepEqual(
      canceled.orders.map((one) => one.error?.code ?? one.reduced_by),
      ['10.00', 'not_found'],
    );
    await answer('CancelAllOrders', api.orders.cancelAllOrders(), 204);
    assert.equal((await api.orders.getOrders(undefined, undefined, undefined, undefined, 'resting')).data.orders.length, 0);
  });

  it('fuses orders in groups', async () => {
    const { order_group_id: id } = await answer('CreateOrderGroup', api.groups.createOrderGroup({ contracts_limit: 20 }), 201);
    await api.orders.createOrderV2(bid({ order_group_id: id }));
    assert.equal((await answer('GetOrderGroup', api.groups.getOrderGroup(id))).orders.length, 1);
    assert.equal((await answer('GetOrderGroups', api.groups.getOrderGroups())).order_groups?.[0]?.contracts_limit_fp, '20.00');
    await answer('UpdateOrderGroupLimit', api.groups.updateOrderGroupLimit(id, { contracts_limit_fp: '9.00' }));
    await answer('TriggerOrderGroup', api.groups.triggerOrderGroup(id, 0, 0, {}));
    await refused('CreateOrderV2', api.orders.createOrderV2(bid({ order_group_id: id })), 400);
    await answer('ResetOrderGroup', api.groups.resetOrderGroup(id));
    await answer('DeleteOrderGroup', api.groups.deleteOrderGroup(id));
  });

  it('trades, is settled and finds it in the portfolio, live and archived', async () => {
    const filled = await answer(
      'CreateOrderV2',
      api.orders.createOrderV2(bid({ price: '0.9900', time_in_force: 'immediate_or_cancel' })),
      201,
    );
    assert.deepEqual([filled.fill_count, filled.average_fill_price], ['10.00', '0.5500']);
    await api.orders.createOrderV2(bid({ ticker: AZ, side: 'ask', price: '0.3000', exchange_index: 3 }));
    const { fills } = await answer('GetFills', api.portfolio.getFills(NYK, filled.order_id, START_S, END_S, 10));
    assert.equal(fills.length, 1);
    const positions = await answer('GetPositions', api.portfolio.getPositions(undefined, 10, 'position,total_traded'));
    assert.deepEqual(
      positions.market_positions.map((one) => one.position_fp),
      ['-10.00', '10.00'],
    );
    assert.equal(positions.event_positions.length, 2);
    const balance = await answer('GetBalance', api.portfolio.getBalance());
    assert.equal(balance.balance_breakdown?.length, 4);
    assert.equal((await answer('GetBalance', api.portfolio.getBalance(0, 1))).balance, 0);
    const resting = await answer('GetPortfolioRestingOrderTotalValue', api.portfolio.getPortfolioRestingOrderTotalValue());
    assert.equal(resting.total_resting_order_value, 0);
    assert.deepEqual((await answer('GetHistoricalMarkets', api.historical.getHistoricalMarkets())).markets, []);

    while ((await stage.get(`/markets/${AZ}`)).body.market?.status !== 'finalized') stage.night.step();
    const { settlements } = await answer('GetSettlements', api.portfolio.getSettlements(10));
    assert.deepEqual([settlements[0]?.market_result, settlements[0]?.revenue, settlements[0]?.value], ['no', 1_000, 0]);

    const atMs = START_MS + 100 * DAY_MS;
    stage.night.execute({ kind: 'perform', action: { kind: 'close_date', ticker: NYK, closeMs: atMs } });
    while (stage.night.nowMs() < atMs) stage.night.step();
    await answer('GetHistoricalCutoff', api.historical.getHistoricalCutoff());
    assert.equal((await answer('GetHistoricalMarket', api.historical.getHistoricalMarket(AZ))).market.result, 'no');
    const candles = api.historical.getMarketCandlesticksHistorical(AZ, START_S - 60, END_S, 1);
    assert.equal((await answer('GetMarketCandlesticksHistorical', candles)).candlesticks[0]?.price.close, '0.3000');
    assert.equal((await answer('GetTradesHistorical', api.historical.getTradesHistorical(NYK))).trades.length, 2);
    assert.equal((await answer('GetFillsHistorical', api.historical.getFillsHistorical())).fills.length, 2);
    assert.equal((await answer('GetHistoricalOrders', api.historical.getHistoricalOrders())).orders.length, 2);
    assert.equal((await answer('GetHistoricalPositions', api.historical.getHistoricalPositions())).market_positions.length, 1);
  });

  it('moves cash between shards', async () => {
    const body = {
      source: 'event_contract',
      destination: 'event_contract',
      amount: 50_000,
      destination_exchange_shard: 2,
    } as const;
    const moved = await answer('IntraExchangeInstanceTransfer', api.portfolio.intraExchangeInstanceTransfer(body));
    const one = api.portfolio.getIntraExchangeInstanceTransfer(moved.transfer_id);
    assert.equal((await answer('GetIntraExchangeInstanceTransfer', one)).transfer.amount, '5.0000');
    const list = api.portfolio.getIntraExchangeInstanceTransfers(10);
    assert.equal((await answer('GetIntraExchangeInstanceTransfers', list)).transfers.length, 1);
    const allocations = [{ exchange_index: 0, percent: 50 }];
    await answer('SetTargetBalanceAllocation', api.portfolio.setTargetBalanceAllocation({ allocations }));
    const target = await answer('GetTargetBalanceAllocation', api.portfolio.getTargetBalanceAllocation());
    assert.deepEqual(target.allocations, allocations);
    assert.deepEqual((await answer('GetDeposits', api.portfolio.getDeposits())).deposits, []);
    assert.deepEqual((await answer('GetWithdrawals', api.portfolio.getWithdrawals())).withdrawals, []);
  });

  it('finds no numbered subaccounts, combos or incentives', async () => {
    await refused('CreateSubaccount', api.portfolio.createSubaccount(), 403);
    const transfer = { client_transfer_id: 'x', from_subaccount: 0, to_subaccount: 1, amount_cents: 5 };
    await refused('ApplySubaccountTransfer', api.portfolio.applySubaccountTransfer(transfer), 404);
    assert.equal((await answer('GetSubaccountBalances', api.portfolio.getSubaccountBalances())).subaccount_balances.length, 4);
    assert.deepEqual((await answer('GetSubaccountTransfers', api.portfolio.getSubaccountTransfers())).transfers, []);
    assert.equal((await answer('GetSubaccountNetting', api.portfolio.getSubaccountNetting())).netting_configs.length, 4);
    const netting = { subaccount_number: 0, enabled: true };
    await answer('UpdateSubaccountNetting', api.portfolio.updateSubaccountNetting(netting));
    const list = await answer('GetMultivariateEventCollections', api.combos.getMultivariateEventCollections());
    assert.deepEqual(list.multivariate_contracts, []);
    await refused('GetMultivariateEventCollection', api.combos.getMultivariateEventCollection('KXMVE'), 404);
    const legs = { selected_markets: [{ market_ticker: NYK, event_ticker: NBA, side: 'yes' as const }] };
    await refused(
      'CreateMarketInMultivariateEventCollection',
      api.combos.createMarketInMultivariateEventCollection('KXMVE', legs),
      404,
    );
    assert.deepEqual(
      (await answer('GetIncentivePrograms', api.incentives.getIncentivePrograms('active'))).incentive_programs,
      [],
    );
  });

  it('is refused with a key that is not its own', async () => {
    const stranger = clients(stage.server, '00000000-0000-4000-8000-000000000000', RSA.privateKey);
    const body = await refused('GetBalance', stranger.portfolio.getBalance(), 401);
    assert.equal(body.error.details, 'NOT_FOUND');
  });

  after('every operation that is served, and every method of the SDK, has been called', function () {
    if (this.test?.parent?.tests.some((test) => test.isPending() || test.state !== 'passed')) return;
    const served = ROUTES.map((route) => route.operation).filter((operation) => operation !== 'DeprecatedOrderWrite');
    assert.deepEqual(
      [...new Set(served)].filter((operation) => !called.has(operation)),
      [],
    );
    const methods = Object.values(api).flatMap((one) => Object.getOwnPropertyNames(Object.getPrototypeOf(one)));
    const operations = methods
      .filter((name) => name !== 'constructor')
      .map((name) => `${name[0]?.toUpperCase()}${name.slice(1)}`);
    assert.deepEqual(
      operations.filter((operation) => !called.has(operation) && !LEFT_OUT.includes(operation)),
      [],
    );
  });
});

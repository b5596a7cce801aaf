/** Everything that was really recorded of Kalshi's REST API has to come through the client as it is. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createKalshiClient, type KalshiClient, KalshiError, type KalshiErrorCode } from '../../lib/kalshi/index.ts';
import * as schema from '../../lib/kalshi/schema/index.ts';
import { TEST_KEY } from './keys.ts';
import { NEW_ORDER } from './rest-fixtures.ts';
import { RestServer, sendJson } from './rest-server.ts';

const SHARED = new URL('../../../shared/', import.meta.url);
const EXAMPLES = new URL('kalshi/examples/', SHARED);
const WIRE = new URL('data/wire/', SHARED);

/** Goes into the title, where the list of skipped tests shows it. */
function whyNot(folder: string): string {
  return existsSync(new URL(`${folder}/`, SHARED)) ? '' : ` (../shared/${folder} is not there)`;
}

interface Recording {
  request: { method: string; path: string };
  status: number;
  body: unknown;
}

/** One recording has kept the list of markets and nothing of how it was asked for. */
function readRecording(file: string): Recording {
  const { request, status, body } = JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8'));
  return { request: { method: 'GET', path: '/trade-api/v2/markets', ...request }, status: status ?? 200, body };
}

/** The call that asks for a recorded path. The routes of the first order API are gone, from the client too. */
function callFor({ request }: Recording): ((client: KalshiClient) => Promise<unknown>) | undefined {
  const path = request.path.replace('/trade-api/v2', '').replace(/\?.*/, '');
  const ticker = path.split('/')[2] ?? '';
  if (request.method === 'POST')
    return path === '/portfolio/events/orders' ? (c) => c.orders.create(NEW_ORDER, { purpose: 'exit' }) : undefined;
  if (request.method === 'DELETE')
    return path.startsWith('/portfolio/events/') ? (c) => c.orders.cancel({ order_id: 'o' }) : undefined;
  if (/^\/markets\/[^/]+\/orderbook$/.test(path)) return (c) => c.markets.orderbook({ ticker });
  if (path === '/markets/trades') return (c) => c.markets.tradesPage();
  if (path.startsWith('/markets/')) return (c) => c.markets.get({ ticker });
  if (path.startsWith('/portfolio/orders/')) return (c) => c.orders.get({ order_id: 'o' });
  return PLAIN[path];
}

const PLAIN: Record<string, (client: KalshiClient) => Promise<unknown>> = {
  '/account/endpoint_costs': (c) => c.account.endpointCosts(),
  '/account/limits': (c) => c.account.limits(),
  '/exchange/status': (c) => c.exchange.status(),
  '/markets': (c) => c.markets.page(),
  '/portfolio/balance': (c) => c.portfolio.balance(),
  '/portfolio/fills': (c) => c.portfolio.fillsPage(),
  '/portfolio/orders': (c) => c.orders.page(),
  '/portfolio/positions': (c) => c.portfolio.positionsPage(),
  '/portfolio/settlements': (c) => c.portfolio.settlementsPage(),
  '/series/fee_changes': (c) => c.exchange.seriesFeeChanges(),
};

const CODES: Record<string, KalshiErrorCode> = {
  authentication_error: 'KALSHI_AUTH_REJECTED',
  signature_is_missing_from_headers: 'KALSHI_AUTH_REJECTED',
  header_timestamp_expired: 'KALSHI_AUTH_REJECTED',
  not_found: 'KALSHI_NOT_FOUND',
  order_already_exists: 'KALSHI_ORDER_EXISTS',
  insufficient_balance: 'KALSHI_INSUFFICIENT_BALANCE',
  invalid_price: 'KALSHI_REFUSED',
  invalid_order: 'KALSHI_POST_ONLY_CROSS',
  bad_request: 'KALSHI_REFUSED',
};

describe(`recorded answers${whyNot('kalshi/examples')}`, () => {
  let server: RestServer;
  let client: KalshiClient;

  before(async function () {
    if (!existsSync(EXAMPLES)) this.skip();
    server = await new RestServer().start();
  });

  beforeEach(() => {
    client = createKalshiClient({ baseUrl: server.baseUrl, credentials: TEST_KEY, random: () => 0 });
  });

  afterEach(() => client.close());

  after(() => server?.stop());

  for (const file of existsSync(EXAMPLES)
    ? readdirSync(EXAMPLES).filter((name) => name.startsWith('rest-real__'))
    : ['all of them']) {
    it(`come through the client: ${file}`, async () => {
      const recording = readRecording(file);
      const call = callFor(recording);
      if (call === undefined) {
        assert.match(recording.request.path, /\/portfolio\/orders/);
        return;
      }
      server.answer = sendJson(recording.status, recording.body);
      const [result] = await Promise.allSettled([call(client)]);
      if (recording.status < 300) {
        assert.deepEqual(result, { status: 'fulfilled', value: recording.body });
        return;
      }
      assert.ok(result?.status === 'rejected' && result.reason instanceof KalshiError);
      const { code, exchange, status } = result.reason;
      assert.equal(status, recording.status);
      assert.equal(code, exchange.code === undefined ? 'KALSHI_REFUSED' : CODES[exchange.code]);
    });
  }
});

describe(`recorded wire data${whyNot('data/wire')}`, () => {
  before(function () {
    if (!existsSync(WIRE)) this.skip();
  });

  function load(name: string): Record<string, never> {
    const bytes = readFileSync(new URL(name, WIRE));
    return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  }

  it('parses: sports events with nested markets', () => {
    schema.EventData.array().parse(load('events_sports_nested.json.gz'));
    schema.GetEventsResponse.parse({ events: load('events_nfl_preseason.json.gz')['events'] });
  });

  it('parses: a market with its order book', () => {
    const file = load('market_single.json');
    schema.GetMarketResponse.parse(file['single']);
    schema.Market.parse(file['nested']);
    schema.GetMarketOrderbookResponse.parse(file['orderbook']);
  });

  it('parses: settled markets', () => {
    schema.GetMarketsResponse.parse({ markets: load('markets_settled.json.gz')['markets'] });
  });

  it('parses: candlesticks before and in a game', () => {
    const file = load('candlesticks_pregame_mlb.json');
    schema.GetMarketCandlesticksResponse.parse(file['candlesticks_response']);
    schema.Market.parse(file['market']);
    const markets: Record<string, { candlesticks: unknown }> = load('candlesticks_mlb.json')['markets'] ?? {};
    assert.ok(Object.keys(markets).length > 0);
    for (const { candlesticks } of Object.values(markets)) schema.MarketCandlestick.array().parse(candlesticks);
  });

  it('parses: price grids and fee fields of series', () => {
    const grids: { price_ranges: unknown }[] = load('price_grids.json')['grids'] ?? [];
    assert.ok(grids.length > 0);
    for (const { price_ranges } of grids) schema.PriceRange.array().parse(price_ranges);
    const series = Object.values(load('series_fee_fields.json')['payloads'] ?? {});
    assert.ok(series.length > 0);
    for (const one of series) schema.GetSeriesResponse.parse(one);
  });

  it('parses: fills and settlements', () => {
    schema.GetFillsResponse.parse(load('portfolio_fills_redacted.json')['payload']);
    schema.GetSettlementsResponse.parse(load('portfolio_settlements_redacted.json')['payload']);
  });
});

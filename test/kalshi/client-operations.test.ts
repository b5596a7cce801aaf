import assert from 'node:assert/strict';
import { createKalshiClient, type KalshiClient } from '../../lib/kalshi/index.ts';
import { isSigned, TEST_KEY } from './keys.ts';
import { MARKET, NEW_ORDER } from './rest-fixtures.ts';
import { range, reads, writes } from './rest-operations.ts';
import { RestServer, sendJson, sendText } from './rest-server.ts';

describe('client operations', () => {
  let server: RestServer;
  let client: KalshiClient;

  beforeEach(async () => {
    server = await new RestServer().start();
    client = createKalshiClient({ baseUrl: server.baseUrl, credentials: TEST_KEY });
  });

  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  for (const { name, call, method, path, body, answer, status } of [...reads, ...writes]) {
    it(`${name}: ${method} ${path}`, async () => {
      server.answer = answer === undefined ? sendText(status ?? 204, '') : sendJson(status ?? 200, answer);
      const answered = await call(client);

      const { last } = server;
      const url = new URL(`http://exchange/trade-api/v2${path}`);
      assert.equal(server.seen.length, 1);
      assert.deepEqual(
        { method: last.method, path: last.path, query: [...last.query] },
        { method, path: url.pathname, query: [...url.searchParams] },
      );
      assert.deepEqual(last.body === '' ? undefined : JSON.parse(last.body), body);
      assert.equal(last.headers['content-type'], body === undefined ? undefined : 'application/json');
      assert.deepEqual(answered, answer);
      assert.ok(isSigned(last.headers, last.method, last.path), 'the signature does not verify');
    });
  }

  it('reads what is public without a key, unsigned', async () => {
    const visitor = createKalshiClient({ baseUrl: `${server.baseUrl}/` });
    server.answer = sendJson(200, { market: MARKET });
    await visitor.markets.get({ ticker: 'M' });
    assert.equal(server.last.path, '/trade-api/v2/markets/M');
    assert.equal(server.last.headers['kalshi-access-key'], undefined);
    await visitor.close();
  });

  it('keeps fields that the schema does not know', async () => {
    server.answer = sendJson(200, { market: { ...MARKET, brand_new: { deep: [1] } }, also_new: 1 });
    assert.deepEqual(await client.markets.get({ ticker: 'M' }), {
      market: { ...MARKET, brand_new: { deep: [1] } },
      also_new: 1,
    });
  });

  it('checks calls at compile time', () => {
    const check = (c: KalshiClient) => {
      // @ts-expect-error the ticker is missing
      void c.markets.get({});
      // @ts-expect-error no argument at all
      void c.markets.get();
      // @ts-expect-error an order has to say what it is for
      void c.orders.create(NEW_ORDER);
      // @ts-expect-error a count is text
      void c.orders.create({ ...NEW_ORDER, count: 10 }, { purpose: 'entry' });
      // @ts-expect-error no such filter
      void c.markets.page({ serie_ticker: 'S' });
      // @ts-expect-error milliseconds between candles
      void c.markets.candlesticks({ series_ticker: 'S', ticker: 'M', ...range, period_interval: 5 });
      // @ts-expect-error nobody declared this field
      void c.markets.get({ ticker: 'M' }).then(({ market }) => market.brand_new);
      void c.milestones.list().next();
      void c.exchange.status().then((status): boolean => status.exchange_active);
    };
    assert.equal(typeof check, 'function');
  });
});

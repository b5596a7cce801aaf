import assert from 'node:assert/strict';
import { createKalshiClient, type KalshiClient } from '../../lib/kalshi/index.ts';
import { TEST_KEY } from './keys.ts';
import { MARKET, MARKET_POSITION, MILESTONE } from './rest-fixtures.ts';
import { type Answer, inTurn, RestServer, sendJson } from './rest-server.ts';

describe('a paged list', () => {
  let server: RestServer;
  let client: KalshiClient;

  beforeEach(async () => {
    server = await new RestServer().start();
    client = createKalshiClient({ baseUrl: server.baseUrl, credentials: TEST_KEY });
  });

  afterEach(async () => {
    await server.stop();
    await client.close();
  });

  function pages(...cursors: (string | null | undefined)[]): Answer {
    return inTurn(
      ...cursors.map((cursor, n) =>
        sendJson(200, { markets: [{ ...MARKET, ticker: `M${n}` }], ...(cursor === undefined ? {} : { cursor }) }),
      ),
    );
  }

  for (const [kind, last] of [
    ['empty', ''],
    ['null', null],
    ['absent', undefined],
  ] as const) {
    it(`ends at a cursor that is ${kind}`, async () => {
      server.answer = pages('a', 'b', last);
      const tickers: string[] = [];
      for await (const { ticker } of client.markets.list({ series_ticker: 'S' })) tickers.push(ticker);
      assert.deepEqual(tickers, ['M0', 'M1', 'M2']);
      assert.deepEqual(
        server.seen.map(({ query }) => Object.fromEntries(query)),
        [
          { limit: '1000', series_ticker: 'S' },
          { limit: '1000', series_ticker: 'S', cursor: 'a' },
          { limit: '1000', series_ticker: 'S', cursor: 'b' },
        ],
      );
    });
  }

  it('asks for no page that nobody reads', async () => {
    server.answer = pages('a', 'b', '');
    for await (const { ticker } of client.markets.list({ limit: 1 })) if (ticker === 'M1') break;
    assert.equal(server.seen.length, 2);
    assert.equal(server.seen[0]?.query.get('limit'), '1');
  });

  it('fails at a cursor that comes back, instead of going round for ever', async () => {
    server.answer = pages('a', 'b', 'a');
    const tickers: string[] = [];
    const readAll = async () => {
      for await (const { ticker } of client.markets.list()) tickers.push(ticker);
    };
    await assert.rejects(readAll, { code: 'KALSHI_ANSWER_UNREADABLE', message: /repeated a cursor/ });
    assert.deepEqual(tickers, ['M0', 'M1', 'M2']);
    assert.equal(server.seen.length, 3);
  });

  it('takes its rows from where each operation has them', async () => {
    server.answer = sendJson(200, { milestones: [MILESTONE] });
    for await (const { id } of client.milestones.list()) assert.equal(id, MILESTONE.id);
    assert.equal(server.last.query.get('limit'), '500');
    server.answer = sendJson(200, { market_positions: [MARKET_POSITION], event_positions: [], cursor: '' });
    const positions = [];
    for await (const position of client.portfolio.positions()) positions.push(position.ticker);
    for await (const position of client.portfolio.eventPositions()) positions.push(position.event_ticker);
    assert.deepEqual(positions, [MARKET.ticker]);
  });

  it('takes every other list from the page of its kind', async () => {
    const lists: [AsyncGenerator, unknown][] = [
      [client.events.list(), { events: [] }],
      [client.events.multivariate(), { events: [] }],
      [client.exchange.eventFeeChanges(), { event_fee_changes: [] }],
      [client.markets.trades(), { trades: [] }],
      [client.historical.markets(), { markets: [] }],
      [client.historical.trades(), { trades: [] }],
      [client.historical.fills(), { fills: [] }],
      [client.historical.orders(), { orders: [] }],
      [client.historical.positions(), { market_positions: [], event_positions: [] }],
      [client.structuredTargets.list(), {}],
      [client.portfolio.fills(), { fills: [] }],
      [client.portfolio.settlements(), { settlements: [] }],
      [client.orders.list(), { orders: [] }],
      [client.transfers.list(), { transfers: [] }],
    ];
    for (const [list, answer] of lists) {
      server.answer = sendJson(200, answer);
      assert.equal((await list.next()).done, true);
    }
    assert.equal(server.seen.length, lists.length);
  });
});

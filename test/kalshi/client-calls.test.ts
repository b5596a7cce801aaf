import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { batchItemError, createKalshiClient, type KalshiClient, type KalshiClientOptions } from '../../lib/kalshi/index.ts';
import type { WallClock } from '../../lib/kalshi/wall-clock.ts';
import { BriskClock, VirtualClock } from './clock.ts';
import { failure } from './failure.ts';
import { TEST_KEY } from './keys.ts';
import { BALANCE, ENDPOINT_COSTS, LIMITS, MARKET, NEW_ORDER, PLACED } from './rest-fixtures.ts';
import { type Answer, hangUp, inTurn, RestServer, sendJson, sendText, silence } from './rest-server.ts';

/** Lets promises that are settled be heard of. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('client calls', () => {
  let server: RestServer;
  let clock: BriskClock;
  const opened: KalshiClient[] = [];

  beforeEach(async () => {
    clock = new BriskClock(1000);
    server = await new RestServer().start();
  });

  afterEach(async () => {
    await server.stop();
    await Promise.all(opened.splice(0).map((client) => client.close()));
  });

  function open(options: Partial<KalshiClientOptions> & { clock?: WallClock } = {}): KalshiClient {
    const client = createKalshiClient({ baseUrl: server.baseUrl, credentials: TEST_KEY, clock, random: () => 0.5, ...options });
    opened.push(client);
    return client;
  }

  describe('a read', () => {
    it('is repeated, with jitter, until it is answered', async () => {
      server.answer = inTurn(
        sendText(503, '<html>'),
        hangUp,
        sendJson(429, { error: 'too many requests' }),
        sendJson(200, BALANCE),
      );
      assert.deepEqual(await open().portfolio.balance(), BALANCE);
      assert.equal(server.seen.length, 4);
      assert.deepEqual(clock.pauses.slice(0, 2), [100, 200]);
    });

    it('is given up after four attempts', async () => {
      server.answer = sendText(500, '');
      const error = await failure(open().portfolio.balance());
      assert.deepEqual([error.code, error.outcome, error.status], ['KALSHI_EXCHANGE_FAILED', 'retriable', 500]);
      assert.equal(server.seen.length, 4);
    });

    it('is signed anew, in corrected time, when its timestamp was refused', async () => {
      const aheadMs = 60_000;
      const date = (shiftMs: number) => ({ date: new Date(clock.nowMs() + shiftMs).toUTCString() });
      server.answer = (request, response, socket) => {
        const skewMs = Number(request.headers['kalshi-access-timestamp']) - (clock.nowMs() + aheadMs);
        const isLate = Math.abs(skewMs) > 5000;
        const answer = isLate
          ? sendJson(401, { error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } }, date(aheadMs))
          : sendJson(200, BALANCE, date(aheadMs));
        answer(request, response, socket);
      };
      const client = open();
      assert.deepEqual(await client.portfolio.balance(), BALANCE);
      assert.equal(server.seen.length, 2);
      assert.ok(Math.abs(client.offset.offsetMs - aheadMs) < 1100);
    });

    it('of the exchange status takes the answer of an outage for an answer', async () => {
      const outage = { exchange_active: false, trading_active: false };
      server.answer = sendJson(503, outage);
      assert.deepEqual(await open().exchange.status(), outage);
      assert.equal(server.seen.length, 1);
      server.answer = sendText(503, '<html>');
      assert.equal((await failure(open().exchange.status())).code, 'KALSHI_EXCHANGE_FAILED');
    });

    it('fails by naming the field that is missing', async () => {
      const { yes_bid_dollars: _gone, ...rest } = MARKET;
      server.answer = sendJson(200, { markets: [MARKET, rest], cursor: '' });
      const error = await failure(open().markets.page());
      assert.deepEqual([error.code, error.outcome, error.status], ['KALSHI_ANSWER_UNREADABLE', 'refused', 200]);
      assert.match(error.message, /GET \/markets .*markets\[1\]\.yes_bid_dollars/);
      assert.equal(server.seen.length, 1);
    });

    it('fails by naming the first fields of many that are wrong', async () => {
      server.answer = sendJson(200, { market: { ticker: 'M' } });
      const { message } = await failure(open().markets.get({ ticker: 'M' }));
      assert.match(message, /market\.event_ticker: .*; and \d+ more/);
    });

    it('is repeated when the answer is not JSON', async () => {
      server.answer = inTurn(sendText(200, '<html>maintenance</html>'), sendJson(200, BALANCE));
      assert.deepEqual(await open().portfolio.balance(), BALANCE);
    });

    it('fails on an answer without a body', async () => {
      server.answer = sendText(200, '');
      assert.match((await failure(open().portfolio.balance())).message, /the body: /);
    });

    it('ends at its deadline', async () => {
      server.answer = silence;
      const failed = failure(open().portfolio.balance({}, { deadlineMs: 2000 }));
      await server.arrived(1);
      clock.advance(2000);
      const error = await failed;
      assert.equal(error.code, 'KALSHI_TIMEOUT');
      assert.equal(server.seen.length, 1);
    });

    it('needs a key where the exchange wants one', async () => {
      const error = await failure(open({ credentials: undefined }).portfolio.balance());
      assert.deepEqual([error.code, error.outcome], ['KALSHI_CREDENTIALS_MISSING', 'refused']);
      assert.equal(server.seen.length, 0);
    });
  });

  describe('a write', () => {
    const failing: [string, Answer, string, string][] = [
      ['a failure of the exchange', sendText(500, ''), 'KALSHI_EXCHANGE_FAILED', 'unknown'],
      ['a connection that breaks', hangUp, 'KALSHI_UNREACHABLE', 'unknown'],
      ['an answer that is not JSON', sendText(201, 'OK'), 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
      ['an answer that lacks a field', sendJson(201, { order_id: 'o' }), 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
      ['a rate limit', sendJson(429, { error: 'too many requests' }), 'KALSHI_RATE_LIMITED', 'retriable'],
      ['a double', sendJson(409, { error: { code: 'order_already_exists' } }), 'KALSHI_ORDER_EXISTS', 'unknown'],
      ['a refusal', sendJson(400, { error: { code: 'invalid_price' } }), 'KALSHI_REFUSED', 'refused'],
    ];
    for (const [what, answer, code, outcome] of failing) {
      it(`is sent once and reports ${what} as ${outcome}`, async () => {
        server.answer = answer;
        const error = await failure(open().orders.create(NEW_ORDER, { purpose: 'entry' }));
        assert.deepEqual([error.code, error.outcome], [code, outcome]);
        assert.equal(server.seen.length, 1);
      });
    }

    it('has its full time once it is sent, whatever its deadline', async () => {
      server.answer = silence;
      let isOver = false;
      const failed = failure(open().orders.create(NEW_ORDER, { purpose: 'exit', deadlineMs: 1000 })).finally(() => {
        isOver = true;
      });
      await server.arrived(1);
      clock.advance(4999);
      await turn();
      assert.equal(isOver, false);
      clock.advance(1);
      assert.deepEqual([(await failed).code, (await failed).outcome], ['KALSHI_TIMEOUT', 'unknown']);
    });

    it('that has nothing to answer and answers an error all the same has to be looked up', async () => {
      server.answer = sendJson(200, { error: { code: 'internal_error' } });
      const error = await failure(open().orders.cancelAll());
      assert.deepEqual([error.code, error.outcome], ['KALSHI_ANSWER_UNREADABLE', 'unknown']);
    });

    it('waits for a connection no longer than its signature is good for', async () => {
      server.answer = silence;
      const client = open({ connections: { read: 1, entry: 1, exit: 1 } });
      const first = failure(client.orders.create(NEW_ORDER, { purpose: 'entry' }));
      await server.arrived(1);
      await client.signer?.prepare('POST', '/trade-api/v2/portfolio/events/orders');
      clock.advance(1900);
      let isOver = false;
      const second = failure(client.orders.create(NEW_ORDER, { purpose: 'entry' })).finally(() => {
        isOver = true;
      });
      while (clock.timers < 2) await turn();
      clock.advance(1099);
      await turn();
      assert.equal(isOver, false);
      clock.advance(1);
      const error = await second;
      assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', 'retriable']);
      assert.match(error.message, /nothing was sent/);
      clock.advance(5000);
      await first;
      assert.equal(server.seen.length, 1);
    });

    it('that cancels what is not found has to be looked up', async () => {
      server.answer = sendJson(404, { error: { code: 'not_found', message: 'not found' } });
      const error = await failure(open().orders.cancel({ order_id: 'o' }));
      assert.deepEqual([error.code, error.outcome, error.exchange.code], ['KALSHI_NOT_FOUND', 'unknown', 'not_found']);
    });

    it('that is not sent in time may be sent again', async () => {
      server.answer = sendJson(201, PLACED);
      // As the server's `Date`: a client whose clock were hours off would first have to learn that.
      const own = new VirtualClock(Date.now());
      const client = open({ clock: own });
      const orders = Array.from({ length: 7 }, () => client.orders.create(NEW_ORDER, { purpose: 'entry' }));
      const late = failure(client.orders.create(NEW_ORDER, { purpose: 'entry', deadlineMs: 10 }));
      own.advance(10);
      const error = await late;
      assert.deepEqual([error.code, error.outcome], ['KALSHI_RATE_LIMITED', 'retriable']);
      await Promise.all(orders);
      assert.equal(server.seen.length, 7);
      await client.orders.create(NEW_ORDER, { purpose: 'exit' });
    });

    const other = { ...NEW_ORDER, client_order_id: 'b' };
    const placed = { ...PLACED, order_id: 'order-2', client_order_id: 'b' };
    const canceled = { order_id: 'o', reduced_by: '1.00' };
    const unmatched: [string, 'create' | 'cancel', unknown[]][] = [
      ['fewer items', 'create', [PLACED]],
      ['no items', 'create', []],
      ['more items', 'create', [PLACED, placed, placed]],
      ['an item that says nothing', 'create', [PLACED, {}]],
      ['an item that does not say how much was filled', 'create', [PLACED, { order_id: 'order-2' }]],
      ['the items of other orders', 'create', [placed, PLACED]],
      ['fewer items', 'cancel', [canceled]],
      ['the items of other orders', 'cancel', [{ ...canceled, order_id: 'p' }, canceled]],
    ];
    for (const [what, kind, orders] of unmatched) {
      it(`of a batch (${kind}) has to be looked up where the answer has ${what}`, async () => {
        server.answer = sendJson(kind === 'create' ? 201 : 200, { orders });
        const call =
          kind === 'create'
            ? open().orders.createBatch({ orders: [NEW_ORDER, other] }, { purpose: 'entry' })
            : open().orders.cancelBatch({ orders: [{ order_id: 'o' }, { order_id: 'p' }] });
        const error = await failure(call);
        assert.deepEqual([error.code, error.outcome], ['KALSHI_ANSWER_UNREADABLE', 'unknown']);
      });
    }

    it('reports what became of each order of a batch', async () => {
      server.answer = sendJson(201, { orders: [PLACED, { client_order_id: 'b', error: { code: 'insufficient_balance' } }] });
      const { orders } = await open().orders.createBatch({ orders: [NEW_ORDER, other] }, { purpose: 'entry' });
      const errors = orders.map((item) => batchItemError('create', item));
      assert.equal(errors[0], undefined);
      assert.equal(errors[1]?.code, 'KALSHI_INSUFFICIENT_BALANCE');
      assert.equal(batchItemError('cancel', { error: { code: 'not_found' } })?.outcome, 'unknown');
      assert.equal(batchItemError('cancel', { error: null }), undefined);
    });
  });

  describe('a request that makes no sense', () => {
    const senseless: [string, (client: KalshiClient) => Promise<unknown>, RegExp][] = [
      ['an empty order id, which would cancel all orders', (c) => c.orders.cancel({ order_id: '' }), /needs order_id/],
      ['an id that climbs to another route', (c) => c.orders.cancel({ order_id: '..' }), /needs order_id/],
      ['a price that is not a decimal', (c) => c.orders.create({ ...NEW_ORDER, price: '.5' }, { purpose: 'entry' }), /price/],
      ['an empty list, which would mean no filter', (c) => c.markets.page({ tickers: [] }), /tickers/],
      ['a comma inside of a comma list', (c) => c.markets.page({ tickers: ['A,B'] }), /comma/],
      ['more than 100 order books', (c) => c.markets.orderbooks({ tickers: Array.from({ length: 101 }, String) }), /tickers/],
      [
        'a misspelt field, which would no longer bound an exit',
        (c) => c.orders.create(JSON.parse(JSON.stringify({ ...NEW_ORDER, reduceOnly: true })), { purpose: 'exit' }),
        /reduceOnly/,
      ],
      [
        'an expiration in milliseconds',
        (c) => c.orders.create({ ...NEW_ORDER, expiration_time: 1795168800123 }, { purpose: 'entry' }),
        /Unix seconds/,
      ],
      ['milliseconds for seconds', (c) => c.portfolio.fillsPage({ min_ts: 1795168800123 }), /Unix seconds/],
      ['both ways to decrease', (c) => c.orders.decrease({ order_id: 'o', reduce_by: '1.00', reduce_to: '1.00' }), /exactly one/],
      ['no way to decrease', (c) => c.orders.decrease({ order_id: 'o' }), /exactly one/],
      ['an empty batch', (c) => c.orders.cancelBatch({ orders: [] }), /orders/],
      ['a parameter that the operation does not take', (c) => c.markets.get(JSON.parse('{"ticker":"M","depth":1}')), /depth/],
    ];
    for (const [what, call, message] of senseless) {
      it(`is not sent: ${what}`, async () => {
        const error = await failure(call(open()));
        assert.deepEqual([error.code, error.outcome], ['KALSHI_REQUEST_INVALID', 'refused']);
        assert.match(error.message, message);
        assert.equal(server.seen.length, 0);
      });
    }

    for (const baseUrl of [
      '',
      'kalshi',
      'ftp://host/trade-api/v2',
      'https://user:secret@host/trade-api/v2',
      'http://host/x?y=1',
    ]) {
      it(`has no exchange to go to at "${baseUrl}"`, () => {
        assert.throws(() => createKalshiClient({ baseUrl }), {
          code: 'KALSHI_REQUEST_INVALID',
          message: /^(?!.*secret).*exchange/,
        });
      });
    }
  });

  it('never quotes key, signature or body in an error', async () => {
    server.answer = sendText(500, 'boom');
    const error = await failure(open().orders.create({ ...NEW_ORDER, client_order_id: 'private-id' }, { purpose: 'entry' }));
    const told = inspect(error, { depth: 10 });
    const sent = server.last.headers;
    for (const secret of [String(sent['kalshi-access-signature']), TEST_KEY.keyId, 'private-id'])
      assert.ok(!told.includes(secret));
  });

  it('learns limits and costs from the exchange', async () => {
    server.answer = (request, response, socket) =>
      sendJson(200, request.path.endsWith('limits') ? LIMITS : ENDPOINT_COSTS)(request, response, socket);
    const client = open({ clock: new VirtualClock(Date.now()) });
    await client.learnLimits();
    assert.deepEqual(client.rateState().write, { tokens: 600, capacity: 600, refillPerS: 300, waiting: 0 });
    server.answer = sendJson(200, { order_id: 'o', reduced_by: '1.00', ts_ms: 1 });
    await client.orders.cancel({ order_id: 'o' });
    assert.equal(client.rateState().write.tokens, 598);
  });

  for (const [lost, kept] of [
    ['limits', { tokens: 97, capacity: 100 }],
    ['endpoint_costs', { tokens: 598, capacity: 600 }],
  ] as const) {
    it(`waits for what it can learn where ${lost} cannot be read, keeps to it, and tells of the failure`, async () => {
      let finish = () => {};
      server.answer = (...args) => {
        const { path } = args[0];
        if (path.endsWith(lost)) sendText(404, 'no')(...args);
        else finish = () => sendJson(200, path.endsWith('limits') ? LIMITS : ENDPOINT_COSTS)(...args);
      };
      const client = open({ clock: new VirtualClock(Date.now()) });
      let isOver = false;
      const failed = failure(client.learnLimits()).finally(() => {
        isOver = true;
      });
      await server.arrived(2);
      for (let n = 0; n < 20; n++) await turn();
      assert.equal(isOver, false);
      finish();
      assert.equal((await failed).code, 'KALSHI_NOT_FOUND');
      server.answer = sendJson(200, { orders: [{ order_id: 'o', reduced_by: '1.00' }] });
      await client.orders.cancelBatch({ orders: [{ order_id: 'o' }] });
      const { tokens, capacity } = client.rateState().write;
      assert.deepEqual({ tokens, capacity }, kept);
    });
  }

  it('slows down when the exchange says so', async () => {
    server.answer = sendJson(429, { error: 'too many requests' });
    const client = open();
    await failure(client.orders.create(NEW_ORDER, { purpose: 'entry' }));
    assert.deepEqual(client.rateState().write, { tokens: 0, capacity: 100, refillPerS: 50, waiting: 0 });
  });

  it('keeps connections of each kind warm until it is stopped', async () => {
    const held: (() => void)[] = [];
    const release = () => held.splice(0).forEach((answer) => answer());
    server.answer = (...args) => held.push(() => sendJson(200, { exchange_active: true, trading_active: true })(...args));
    const client = open();
    const stop = client.keepWarm({ read: 1, entry: 0, exit: 2 });
    await server.arrived(3);
    assert.equal(server.connections, 3);
    release();
    while (clock.timers > 1) await turn();
    clock.advance(20_000);
    await server.arrived(6);
    assert.equal(server.connections, 3);
    release();
    stop();
    stop();
    clock.advance(60_000);
    assert.equal(server.seen.length, 6);
    assert.ok(server.seen.every(({ path }) => path === '/trade-api/v2/exchange/status'));
  });

  it('keeps nobody waiting for a warm connection that cannot be had', async () => {
    server.answer = hangUp;
    const client = open();
    const stop = client.keepWarm();
    await server.arrived(4);
    stop();
  });

  it('sends an order with a signature made ahead', async () => {
    server.answer = sendJson(201, PLACED);
    const client = open();
    const stop = client.signOrdersAhead();
    const madeAtMs = clock.nowMs();
    clock.advance(500);
    await client.orders.create(NEW_ORDER, { purpose: 'entry' });
    assert.equal(server.last.headers['kalshi-access-timestamp'], String(madeAtMs));
    stop();
  });

  it('has nothing to sign ahead without a key', () => {
    open({ credentials: undefined }).signOrdersAhead()();
  });

  it('refuses what comes after it was closed', async () => {
    const client = open();
    client.keepWarm();
    client.signOrdersAhead();
    await client.close();
    opened.splice(0);
    const error = await failure(client.orders.create(NEW_ORDER, { purpose: 'exit' }));
    assert.deepEqual([error.code, error.outcome], ['KALSHI_CLOSED', 'refused']);
    assert.equal(clock.timers, 0);
  });
});

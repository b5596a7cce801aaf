import assert from 'node:assert/strict';
import { signedHeaders } from '../../signing.ts';
import { example } from './openapi.ts';
import { NBA, NYK } from './scenario.ts';
import { type Member, openStage, RESTING, type Reply, RSA, type Stage } from './stage.ts';

const UNKNOWN = '00000000-0000-0000-0000-000000000000';

describe('exchange error bodies', () => {
  let stage: Stage;
  let member: Member;
  beforeEach(async () => {
    stage = await openStage();
    member = stage.member();
  });
  afterEach(() => stage.close());

  const sameOrder = async (change: Record<string, unknown>) => {
    await member.order(change);
    return member.order(change);
  };
  const canceled = async () => {
    const { order_id: id } = (await member.order()).body;
    await member.send('DELETE', `/portfolio/events/orders/${id}`);
    return id;
  };
  const cancel = (id: string) => member.send('DELETE', `/portfolio/events/orders/${id}`);
  const taker = { price: '0.9900', time_in_force: 'immediate_or_cancel', count: '1.00' };

  /** Every recorded error, and how to come by it. Answers are compared as of today: without `service`. */
  const recorded: [name: string, provoke: () => Promise<Reply>][] = [
    ['rest-real__orders__cancel_unknown_id', () => cancel(UNKNOWN)],
    ['rest-real__orders__cancel_already_canceled', async () => cancel(await canceled())],
    ['rest-real__orders__cancel_executed', async () => cancel((await member.order(taker)).body.order_id)],
    ['rest-real__cleanup__leftover_0', () => cancel(UNKNOWN)],
    ['rest-real__orders__duplicate_client_order_id', () => sameOrder({ client_order_id: 'mine' })],
    [
      'rest-real__orders__reuse_canceled_client_id',
      async () => {
        const { order_id: id } = (await member.order({ client_order_id: 'mine' })).body;
        await cancel(id);
        return member.order({ client_order_id: 'mine' });
      },
    ],
    ['rest-real__orders__insufficient_balance', () => member.order({ count: '100990.00', price: '0.9900' })],
    ['rest-real__orders__invalid_price_structure', () => member.order({ price: '0.5150' })],
    ['rest-real__orders__numeric_field_types', () => member.order({ count: 1, price: 0.01 })],
    ['rest-real__orders__post_only_cross', () => member.order({ post_only: true, price: '0.9900' })],
    ['rest-real__markets__limit_over_max', () => stage.get('/markets?limit=1001')],
    ['error__404_unknown_route', () => stage.get('/nothing')],
    ['error__409_fok_kill', () => member.order({ time_in_force: 'fill_or_kill', price: '0.9900', count: '5000.00' })],
    [
      'error__409_market_closed',
      () => {
        stage.night.execute({ kind: 'perform', action: { kind: 'close_date', ticker: NYK, closeMs: stage.night.nowMs() } });
        return member.order();
      },
    ],
    ['error__410_v1_order_write', () => member.send('POST', '/portfolio/orders', { ticker: NYK, action: 'buy' })],
  ];
  for (const [name, provoke] of recorded) {
    it(`are those of ${name}`, async function () {
      const reply = await provoke();
      const real = example(name);
      if (!real) {
        this.skip();
        return;
      }
      const body = typeof real.body === 'string' ? real.body : structuredClone(real.body);
      delete body.error?.service;
      assert.equal(reply.status, real.status);
      assert.deepEqual(reply.body ?? reply.text, body);
    });
  }

  it('say 410 to every order write of the first version', async () => {
    for (const [method, path] of [
      ['POST', '/portfolio/orders'],
      ['POST', '/portfolio/orders/batched'],
      ['DELETE', '/portfolio/orders/batched'],
      ['DELETE', `/portfolio/orders/${UNKNOWN}`],
      ['POST', `/portfolio/orders/${UNKNOWN}/amend`],
      ['POST', `/portfolio/orders/${UNKNOWN}/decrease`],
    ] as const) {
      const reply = await member.send(method, path);
      assert.equal(`${reply.status} ${reply.body.error.code}`, '410 deprecated_v1_order_endpoint', `${method} ${path}`);
    }
  });

  const flat = async (change: Record<string, unknown>) => {
    const reply = await member.order(change);
    assert.equal(reply.status, 400);
    const { details, ...rest } = reply.body;
    assert.deepEqual(rest, { code: 'bad_request', message: 'bad request' });
    return details;
  };
  const rule = (field: string, tag: string) =>
    `Key: 'CreateOrderV2Request.${field}' Error:Field validation for '${field}' failed on the '${tag}' tag`;
  const kind = (given: string, field: string, type: string) =>
    `json: cannot unmarshal ${given} into Go struct field CreateOrderV2Request.${field} of type ${type}`;

  it('name the first value of the wrong kind in the document', async () => {
    assert.equal(await flat({ price: 0.5 }), kind('number', 'price', 'string'));
    assert.equal(await flat({ ticker: ['a'] }), kind('array', 'ticker', 'string'));
    assert.equal(await flat({ ticker: { a: 1 } }), kind('object', 'ticker', 'string'));
    assert.equal(await flat({ post_only: 'yes' }), kind('string', 'post_only', 'bool'));
    assert.equal(await flat({ reduce_only: 1 }), kind('number', 'reduce_only', 'bool'));
    assert.equal(await flat({ expiration_time: true }), kind('bool', 'expiration_time', 'int64'));
    assert.equal(await flat({ expiration_time: 1.5 }), kind('number 1.5', 'expiration_time', 'int64'));
    assert.equal(await flat({ side: 5, price: 1 }), kind('number', 'side', 'string'));
  });

  it('name the fields that are missing or none of what is allowed', async () => {
    assert.equal(await flat({ ticker: undefined }), rule('Ticker', 'required'));
    assert.equal(await flat({ ticker: '' }), rule('Ticker', 'required'));
    assert.equal(await flat({ self_trade_prevention_type: null }), rule('SelfTradePreventionType', 'required'));
    assert.equal(await flat({ side: 'yes' }), rule('Side', 'oneof'));
    assert.equal(
      await flat({ time_in_force: 'gtt', count: undefined }),
      [rule('TimeInForce', 'oneof'), rule('Count', 'required')].join('\n'),
    );
  });

  it('refuse amounts that are none', async () => {
    assert.match(await flat({ count: 'ten' }), /^count: "ten" is not a fixed-point number$/);
    assert.match(await flat({ price: '5e-1' }), /^price/);
    assert.match(await flat({ count: '1.001' }), /2 decimal places/);
    for (const [change, code] of [
      [{ count: '0' }, 'invalid_order_size'],
      [{ count: '-1' }, 'invalid_order_size'],
      [{ count: '99999999999999' }, 'invalid_order_size'],
      [{ price: '0.50001' }, 'invalid_price'],
      [{ price: '0' }, 'invalid_price'],
      [{ price: '1.00' }, 'invalid_price'],
      [{ price: '-0.50' }, 'invalid_price'],
    ] as const) {
      assert.equal((await member.order(change)).body.error.code, code, JSON.stringify(change));
    }
  });

  it('refuse bodies that are no JSON, no object or not called JSON', async () => {
    const details = async (body: string) => (await member.send('POST', '/portfolio/events/orders', body)).body.details;
    assert.equal(await details(''), 'EOF');
    assert.equal(await details('{"ticker":'), 'unexpected end of JSON input');
    assert.equal(await details('hello'), "invalid character 'h' looking for beginning of value");
    assert.equal(await details('{"a" 1}'), 'invalid character in JSON');
    assert.equal(await details('[]'), 'json: cannot unmarshal array into Go value of type model.CreateOrderV2Request');
    assert.equal(await details('7'), 'json: cannot unmarshal number into Go value of type model.CreateOrderV2Request');
  });

  it('refuse a body of another content type', async () => {
    const path = '/trade-api/v2/portfolio/events/orders';
    const signed = signedHeaders({ keyId: member.keyId, privateKey: RSA.privateKey }, 'POST', path, stage.wall.ms);
    const ask = (type: string) => stage.ask('POST', path, { body: RESTING, headers: { ...signed, 'content-type': type } });
    const reply = await ask('text/plain');
    assert.equal(reply.status, 400);
    assert.deepEqual(reply.body, { code: 'invalid_content_type', message: 'invalid content type' });
    assert.equal((await ask('application/json; charset=utf-8')).status, 201);
  });

  it('refuse a body of more than a mebibyte', async () => {
    const reply = await member.order({ client_order_id: 'x'.repeat(1 << 20) });
    assert.equal(reply.status, 413);
    assert.equal(reply.headers.connection, 'close');
    assert.equal((await member.order()).status, 201);
  });

  const msg = async (path: string) => {
    const reply = await stage.get(path);
    assert.equal(reply.status, 400, path);
    assert.deepEqual(Object.keys(reply.body), ['msg']);
    return reply.body.msg;
  };
  const failed = (operation: string, field: string, tag: string) =>
    `Parameter validation failed for ${operation}: Key: '${operation}Params.${field}' Error:Field validation for '${field}' failed on the '${tag}' tag`;

  it('say which query parameter breaks which rule', async () => {
    assert.equal(await msg('/markets?limit=-1'), failed('GetMarkets', 'Limit', 'gte'));
    assert.equal(await msg('/markets?status=active'), failed('GetMarkets', 'Status', 'oneof'));
    assert.equal(await msg('/events?limit=0'), failed('GetEvents', 'Limit', 'gte'));
    assert.equal(await msg('/events?limit=201'), failed('GetEvents', 'Limit', 'lte'));
    assert.equal(await msg('/milestones?limit=501'), failed('GetMilestones', 'Limit', 'lte'));
    assert.equal(await msg(`/markets?event_ticker=${Array(11).fill('E').join(',')}`), failed('GetMarkets', 'EventTicker', 'max'));
    assert.equal(
      await msg(`/live_data/batch?${Array(101).fill('milestone_ids=a').join('&')}`),
      failed('GetLiveDatas', 'MilestoneIds', 'max'),
    );
    const candles = `/series/KXNBAGAME/markets/${NYK}/candlesticks?start_ts=1&end_ts=2`;
    assert.equal(await msg(`${candles}&period_interval=5`), failed('GetMarketCandlesticks', 'PeriodInterval', 'oneof'));
    assert.equal(
      await msg('/events?limit=500&status=paused'),
      `${failed('GetEvents', 'Limit', 'lte')}\n${failed('GetEvents', 'Status', 'oneof').replace('Parameter validation failed for GetEvents: ', '')}`,
    );
  });

  it('say which query parameter is missing or cannot be read', async () => {
    assert.equal(await msg('/milestones'), 'Query argument limit is required, but not found');
    assert.equal(await msg('/markets/orderbooks'), 'Query argument tickers is required, but not found');
    assert.equal(
      await msg('/markets?limit=ten'),
      'Invalid format for parameter limit: error binding string parameter: strconv.ParseInt: parsing "ten": invalid syntax',
    );
    assert.equal(
      await msg(`/events/${NBA}?with_nested_markets=maybe`),
      'Invalid format for parameter with_nested_markets: error binding string parameter: strconv.ParseBool: parsing "maybe": invalid syntax',
    );
    assert.match(await msg('/milestones?limit=5&minimum_start_date=soon'), /^Invalid format for parameter minimum_start_date/);
  });

  it('take empty parameters for absent ones', async () => {
    assert.equal((await stage.get('/markets?limit=&status=&min_close_ts=&tickers=&event_ticker=&cursor=')).status, 200);
    assert.equal((await stage.get('/events?with_nested_markets=&limit=5')).status, 200);
  });

  it('do not give away what broke inside', async () => {
    const { markets } = stage.night.exchange.state;
    const broken = { get: () => assert.fail('inside') };
    Object.defineProperty(stage.night.exchange.state, 'markets', { value: broken });
    const reply = await stage.get(`/markets/${NYK}`);
    Object.defineProperty(stage.night.exchange.state, 'markets', { value: markets });
    assert.equal(reply.status, 500);
    assert.deepEqual(reply.body, { error: { code: 'internal_server_error', message: 'internal server error' } });
  });
});

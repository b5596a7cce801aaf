import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { signedHeaders } from '../../signing.ts';
import { AZ, CLE, HOUR_MS, MLB, NBA, NYK, opening, START_MS } from './scenario.ts';
import { type Member, openStage, RESTING, type Reply, RSA, type Stage } from './stage.ts';

const START_S = START_MS / 1000;
const IOC = { time_in_force: 'immediate_or_cancel' };

describe('exchange trading', () => {
  let stage: Stage;
  let member: Member;
  beforeEach(async () => {
    stage = await openStage({
      events: [
        { atMs: START_MS, actions: opening() },
        { atMs: START_MS + HOUR_MS, actions: [{ kind: 'flow', ticker: NYK, side: 'ask', countE2: 300, limitCC: 5_300 }] },
        { atMs: START_MS + 2 * HOUR_MS, actions: [{ kind: 'determine', ticker: NYK, result: 'yes', valueCC: 10_000 }] },
      ],
    });
    member = stage.member();
  });
  afterEach(() => stage.close());

  const order = async (change: Record<string, unknown> = {}) => {
    const reply = await member.order(change);
    assert.equal(reply.status, 201, reply.text);
    return reply.body;
  };
  const shown = async (id: string) => (await member.get(`/portfolio/orders/${id}`)).body.order;
  const refusal = (reply: Reply) => `${reply.status} ${reply.body.error?.code ?? reply.body.code}`;
  const ids = (list: { order_id: string }[]) => list.map((one) => one.order_id);

  it('answers an order that rests with what rests', async () => {
    const answer = await order({ client_order_id: 'mine' });
    assert.deepEqual(answer, {
      order_id: answer.order_id,
      client_order_id: 'mine',
      fill_count: '0.00',
      remaining_count: '10.00',
      ts_ms: START_MS,
    });
    assert.deepEqual(await shown(answer.order_id), {
      order_id: answer.order_id,
      user_id: member.account.id,
      client_order_id: 'mine',
      ticker: NYK,
      side: 'yes',
      action: 'buy',
      outcome_side: 'yes',
      book_side: 'bid',
      type: 'limit',
      status: 'resting',
      yes_price_dollars: '0.5000',
      no_price_dollars: '0.5000',
      fill_count_fp: '0.00',
      remaining_count_fp: '10.00',
      initial_count_fp: '10.00',
      taker_fill_cost_dollars: '0.000000',
      maker_fill_cost_dollars: '0.000000',
      taker_fees_dollars: '0.000000',
      maker_fees_dollars: '0.000000',
      created_time: '2026-11-20T18:00:00.000000Z',
      last_update_time: '2026-11-20T18:00:00.000000Z',
      self_trade_prevention_type: 'taker_at_cross',
      cancel_order_on_pause: false,
      subaccount_number: 0,
      exchange_index: 0,
    });
  });

  it('answers an order that trades with its average price and fee, and shows fill and position', async () => {
    const answer = await order({ ...IOC, price: '0.99', count: '1' });
    assert.deepEqual([answer.fill_count, answer.remaining_count], ['1.00', '0.00']);
    assert.deepEqual([answer.average_fill_price, answer.average_fee_paid], ['0.5500', '0.0174']);
    const { fills } = (await member.get('/portfolio/fills')).body;
    const { fill_id: fillId, ...fill } = fills[0];
    assert.deepEqual(fill, {
      exchange_index: 0,
      trade_id: fillId,
      order_id: answer.order_id,
      ticker: NYK,
      market_ticker: NYK,
      side: 'yes',
      action: 'buy',
      outcome_side: 'yes',
      book_side: 'bid',
      count_fp: '1.00',
      yes_price_dollars: '0.5500',
      no_price_dollars: '0.4500',
      is_taker: true,
      created_time: '2026-11-20T18:00:00.000000Z',
      fee_cost: '0.017400',
      subaccount_number: 0,
      ts: START_S,
    });
    assert.deepEqual((await member.get('/portfolio/positions')).body, {
      market_positions: [
        {
          ticker: NYK,
          exchange_index: 0,
          total_traded_dollars: '0.550000',
          position_fp: '1.00',
          market_exposure_dollars: '0.550000',
          realized_pnl_dollars: '0.000000',
          fees_paid_dollars: '0.017400',
          last_updated_ts: '2026-11-20T18:00:00.000000Z',
        },
      ],
      event_positions: [
        {
          event_ticker: NBA,
          total_cost_dollars: '0.550000',
          total_cost_shares_fp: '1.00',
          event_exposure_dollars: '0.550000',
          realized_pnl_dollars: '0.000000',
          fees_paid_dollars: '0.017400',
        },
      ],
      cursor: '',
    });
    const { status, taker_fill_cost_dollars: cost, yes_price_dollars: limit } = await shown(answer.order_id);
    assert.deepEqual([status, cost, limit], ['executed', '0.550000', '0.9900']);
  });

  it('shows what asks buy as purchases of NO', async () => {
    const { order_id: id } = await order({ ...IOC, side: 'ask', price: '0.01', count: '2.5' });
    const { side, action, outcome_side, book_side, taker_fill_cost_dollars } = await shown(id);
    assert.deepEqual([side, action, outcome_side, book_side], ['no', 'buy', 'no', 'ask']);
    assert.equal(taker_fill_cost_dollars, '1.200000');
    assert.equal((await member.get('/portfolio/positions')).body.market_positions[0].position_fp, '-2.50');
  });

  it('values balance and positions at their mark', async () => {
    await order({ ...IOC, price: '0.55', count: '10' });
    const { body } = await member.get('/portfolio/balance');
    assert.equal(body.balance_dollars, '9994.3267');
    assert.equal(body.balance, 999_432);
    assert.equal(body.portfolio_value, 520);
    assert.deepEqual(body.balance_breakdown, [{ exchange_index: 0, balance: '9994.3267' }]);
    stage.night.execute({ kind: 'perform', action: { kind: 'quote', ticker: NYK, bids: [], asks: [] } });
    assert.equal((await member.get('/portfolio/balance')).body.portfolio_value, 550);
    await order({ ...IOC, ticker: CLE, side: 'ask', price: '0.01', count: '10' });
    assert.equal((await member.get('/portfolio/balance')).body.portfolio_value, 550 + 520);
  });

  it('shows the unlucky NO buyer of a market with no offers its last price', async () => {
    await order({ ...IOC, ticker: AZ, side: 'ask', price: '0.30', count: '10' });
    assert.equal((await member.get('/portfolio/balance')).body.portfolio_value, 700);
  });

  it('generates a client order id where none is sent, and takes each only once', async () => {
    const answer = await order({ client_order_id: '' });
    assert.match(answer.client_order_id, /^[0-9a-f-]{36}$/);
    assert.equal(refusal(await member.order({ client_order_id: answer.client_order_id })), '409 order_already_exists');
  });

  it('expires orders at their second of market time', async () => {
    const { order_id: id } = await order({ expiration_time: START_S + 60 });
    assert.equal((await shown(id)).expiration_time, '2026-11-20T18:01:00Z');
    stage.night.step();
    const { status, remaining_count_fp, initial_count_fp } = await shown(id);
    assert.deepEqual([status, remaining_count_fp, initial_count_fp], ['canceled', '0.00', '10.00']);
    const late = await member.order({ expiration_time: START_S });
    assert.deepEqual([late.status, late.body.error.details], [400, 'Expiration timestamp must be in the future']);
  });

  it('stores an unfilled immediate order as canceled', async () => {
    const answer = await order({ ...IOC, price: '0.01' });
    assert.deepEqual([answer.fill_count, answer.remaining_count], ['0.00', '0.00']);
    assert.equal('average_fill_price' in answer, false);
    assert.equal((await shown(answer.order_id)).status, 'canceled');
  });

  it('amends price, size and name, and says what that came to', async () => {
    const { order_id: id } = await order({ client_order_id: 'a', count: '4' });
    const amend = (change: Record<string, unknown>) =>
      member.send('POST', `/portfolio/events/orders/${id}/amend`, {
        ticker: NYK,
        side: 'bid',
        price: '0.50',
        count: '4',
        ...change,
      });
    const moved = await amend({ price: '0.55', count: '9', client_order_id: 'a', updated_client_order_id: 'b' });
    assert.equal(moved.status, 200);
    assert.deepEqual(moved.body, {
      order_id: id,
      client_order_id: 'b',
      fill_count: '9.00',
      remaining_count: '0.00',
      average_fill_price: '0.5500',
      average_fee_paid: '0.0173',
      ts_ms: START_MS,
    });
    assert.equal(refusal(await amend({})), '404 not_found');
  });

  it('refuses amendments of another market, side or order', async () => {
    const { order_id: id } = await order({ client_order_id: 'a' });
    const amend = async (change: Record<string, unknown>, query = '') =>
      refusal(
        await member.send('POST', `/portfolio/events/orders/${id}/amend${query}`, {
          ticker: NYK,
          side: 'bid',
          price: '0.50',
          count: '4',
          ...change,
        }),
      );
    assert.equal(await amend({ ticker: CLE }), '400 order_ticker_mismatch');
    assert.equal(await amend({ side: 'ask' }), '400 order_side_mismatch');
    assert.equal(await amend({ client_order_id: 'x' }), '400 order_id_and_client_order_id_mismatch');
    assert.equal(await amend({ price: '0.505' }), '400 invalid_price');
    assert.equal(await amend({}, '?subaccount=2'), '404 not_found');
  });

  it('decreases by or to, and cancels at zero', async () => {
    const { order_id: id } = await order();
    const decrease = (body: object) => member.send('POST', `/portfolio/events/orders/${id}/decrease`, body);
    assert.deepEqual((await decrease({ reduce_by: '4', market_ticker: NYK, exchange_index: 0 })).body.remaining_count, '6.00');
    assert.equal((await decrease({ reduce_to: '2.50' })).body.remaining_count, '2.50');
    assert.equal(refusal(await decrease({})), '400 bad_request');
    assert.equal(refusal(await decrease({ reduce_by: '1', reduce_to: '1' })), '400 bad_request');
    assert.equal(refusal(await decrease({ reduce_by: '1', market_ticker: CLE })), '400 order_ticker_mismatch');
    assert.equal((await decrease({ reduce_to: '0' })).body.remaining_count, '0.00');
    assert.equal((await shown(id)).status, 'canceled');
  });

  it('cancels one, several or all', async () => {
    const [one, two, three] = [await order({ client_order_id: 'a' }), await order(), await order()];
    const canceled = await member.send(
      'DELETE',
      `/portfolio/events/orders/${one.order_id}?market_ticker=${NYK}&exchange_index=0`,
    );
    assert.deepEqual(canceled.body, { order_id: one.order_id, client_order_id: 'a', reduced_by: '10.00', ts_ms: START_MS });
    const cancel = async (query: string) =>
      refusal(await member.send('DELETE', `/portfolio/events/orders/${two.order_id}?${query}`));
    assert.equal(await cancel(`market_ticker=${CLE}`), '400 order_ticker_mismatch');
    assert.equal(await cancel('exchange_index=3'), '404 not_found');
    assert.equal(await cancel('subaccount=1'), '404 not_found');
    const batch = await member.send('DELETE', '/portfolio/events/orders/batched', {
      orders: [
        { order_id: one.order_id },
        { order_id: two.order_id, subaccount: 0 },
        { order_id: three.order_id, subaccount: 4 },
      ],
    });
    assert.equal(batch.status, 200);
    const notFound = { code: 'not_found', message: 'not found' };
    assert.deepEqual(batch.body.orders, [
      { order_id: one.order_id, reduced_by: '0.00', error: notFound },
      { order_id: two.order_id, client_order_id: two.client_order_id, reduced_by: '10.00', ts_ms: START_MS },
      { order_id: three.order_id, reduced_by: '0.00', error: notFound },
    ]);
    assert.equal((await member.send('DELETE', '/portfolio/events/orders?subaccount=1')).status, 404);
    const all = await member.send('DELETE', '/portfolio/events/orders');
    assert.equal(`${all.status} ${all.text}`, '204 ');
    assert.equal((await member.get('/portfolio/orders?status=resting')).body.orders.length, 0);
  });

  it('takes batches item by item, in their order', async () => {
    const reply = await member.send('POST', '/portfolio/events/orders/batched', {
      orders: [
        { ...RESTING, client_order_id: 'a' },
        { ...RESTING, client_order_id: 'b', price: '0.50001' },
        { ...RESTING, client_order_id: 'a' },
        { ...RESTING, subaccount: 7 },
        { ...RESTING, client_order_id: 'e', price: '0.55', count: '1' },
      ],
    });
    assert.equal(reply.status, 201);
    const [a, b, again, other, e] = reply.body.orders;
    assert.deepEqual([a.client_order_id, a.remaining_count], ['a', '10.00']);
    assert.deepEqual(b, { client_order_id: 'b', error: { code: 'invalid_price', message: 'invalid price' } });
    assert.deepEqual(again.error.code, 'order_already_exists');
    assert.deepEqual(other, { error: { code: 'not_found', message: 'not found' } });
    assert.deepEqual([e.fill_count, e.average_fill_price], ['1.00', '0.5500']);
    const unreadable = await member.send('POST', '/portfolio/events/orders/batched', {
      orders: [RESTING, { ...RESTING, count: 'x' }],
    });
    assert.equal(refusal(unreadable), '400 bad_request');
    const nested = await member.send('POST', '/portfolio/events/orders/batched', { orders: [{ ...RESTING, count: 1 }] });
    assert.match(nested.body.details, /BatchCreateOrdersV2Request\.orders\.count of type string$/);
    const wrong = await member.send('POST', '/portfolio/events/orders/batched', { orders: { a: 1 } });
    assert.match(wrong.body.details, /cannot unmarshal object into Go struct field BatchCreateOrdersV2Request\.orders/);
    const item = await member.send('POST', '/portfolio/events/orders/batched', { orders: ['a'] });
    assert.match(item.body.details, /cannot unmarshal string/);
  });

  it('filters orders and fills', async () => {
    const one = await order();
    const two = await order({ ticker: CLE, price: '0.30' });
    const three = await order({ ...IOC, price: '0.55', count: '1' });
    const orders = async (query: string) => ids((await member.get(`/portfolio/orders?${query}`)).body.orders);
    assert.deepEqual(await orders(''), [three.order_id, two.order_id, one.order_id]);
    assert.deepEqual(await orders(`ticker=${CLE}`), [two.order_id]);
    assert.deepEqual(await orders(`event_ticker=${NBA}&status=executed`), [three.order_id]);
    assert.deepEqual(await orders('exchange_index=1'), []);
    assert.deepEqual(await orders(`min_ts=${START_S + 1}`), []);
    assert.deepEqual(await orders(`max_ts=${START_S}&subaccount=0&limit=1`), [three.order_id]);
    assert.equal((await member.get('/portfolio/orders?subaccount=1')).status, 404);
    const fills = async (query: string) => ids((await member.get(`/portfolio/fills?${query}`)).body.fills);
    assert.deepEqual(await fills(''), [three.order_id]);
    assert.deepEqual(await fills(`order_id=${one.order_id}`), []);
    assert.deepEqual(await fills(`order_id=${three.order_id}&ticker=${NYK}&exchange_index=0`), [three.order_id]);
    assert.deepEqual(await fills(`min_ts=${START_S + 1}`), []);
    assert.equal((await member.get('/portfolio/orders/none')).status, 404);
    const stranger = stage.member();
    assert.equal((await stranger.get(`/portfolio/orders/${one.order_id}`)).status, 404);
    assert.equal((await stranger.send('DELETE', `/portfolio/events/orders/${one.order_id}`)).status, 404);
  });

  it('pages positions with each event told once', async () => {
    for (const ticker of [NYK, AZ, CLE]) await order({ ...IOC, ticker, side: 'ask', price: '0.01', count: '1' });
    const first = (await member.get('/portfolio/positions?limit=1')).body;
    const second = (await member.get(`/portfolio/positions?limit=1&cursor=${first.cursor}`)).body;
    const third = (await member.get(`/portfolio/positions?limit=1&cursor=${second.cursor}`)).body;
    const pages = [first, second, third].map((page) => [page.market_positions[0].ticker, page.event_positions[0]?.event_ticker]);
    assert.deepEqual(pages, [
      [CLE, NBA],
      [AZ, MLB],
      [NYK, undefined],
    ]);
    assert.equal(first.event_positions[0].total_cost_shares_fp, '2.00');
    assert.equal(third.cursor, '');
    const count = async (query: string) => (await member.get(`/portfolio/positions?${query}`)).body.market_positions.length;
    await order({ ...IOC, ticker: CLE, price: '0.99', count: '1' });
    assert.equal(await count('count_filter=position'), 2);
    assert.equal(await count('count_filter=position,total_traded'), 3);
    assert.equal(await count(`ticker=${NYK}&exchange_index=0`), 1);
    assert.equal(await count(`event_ticker=${MLB}`), 1);
    assert.equal((await member.get('/portfolio/positions?count_filter=size')).status, 400);
  });

  it('says where resting orders stand in the queue', async () => {
    const { order_id: behind } = await order({ price: '0.52' });
    const { order_id: last } = await order({ price: '0.50' });
    await order({ ticker: CLE, price: '0.30' });
    assert.deepEqual((await member.get(`/portfolio/orders/queue_positions?market_tickers=${NYK}`)).body.queue_positions, [
      { order_id: behind, market_ticker: NYK, queue_position_fp: '100.00' },
      { order_id: last, market_ticker: NYK, queue_position_fp: '310.00' },
    ]);
    assert.equal((await member.get('/portfolio/orders/queue_positions')).body.queue_positions.length, 3);
    assert.equal((await member.get(`/portfolio/orders/queue_positions?event_ticker=${MLB}`)).body.queue_positions.length, 0);
    assert.deepEqual((await member.get(`/portfolio/orders/${behind}/queue_position`)).body, { queue_position_fp: '100.00' });
    assert.equal((await member.get('/portfolio/orders/none/queue_position')).status, 404);
  });

  it('fuses orders in groups', async () => {
    const create = (body: object) => member.send('POST', '/portfolio/order_groups/create', body);
    const created = await create({ contracts_limit: 5, exchange_index: -1 });
    assert.deepEqual([created.status, created.body.subaccount, created.body.exchange_index], [201, 0, 0]);
    const { order_group_id: id } = created.body;
    const { order_id: resting } = await order({ order_group_id: id });
    const path = `/portfolio/order_groups/${id}`;
    assert.deepEqual((await member.get(path)).body, {
      contracts_limit_fp: '5.00',
      is_auto_cancel_enabled: true,
      exchange_index: 0,
      orders: [resting],
    });
    assert.equal((await member.get('/portfolio/order_groups')).body.order_groups[0].id, id);
    await order({ ...IOC, order_group_id: id, price: '0.55', count: '5' });
    assert.equal((await shown(resting)).status, 'canceled');
    assert.equal((await member.order({ order_group_id: id })).body.error.details, 'order group has been triggered');
    assert.deepEqual((await member.send('PUT', `${path}/reset`, {})).body, {});
    await order({ order_group_id: id });
    assert.deepEqual((await member.send('PUT', `${path}/limit`, { contracts_limit_fp: '7.5' })).body, {});
    assert.equal((await member.get(path)).body.contracts_limit_fp, '7.50');
    assert.deepEqual((await member.send('PUT', `${path}/trigger`)).body, {});
    assert.deepEqual((await member.get(path)).body.orders, []);
    assert.deepEqual((await member.send('DELETE', path)).body, {});
    assert.equal((await member.get(path)).status, 404);
    assert.equal((await member.get(`${path}?subaccount=2`)).status, 404);
    assert.equal(refusal(await create({ contracts_limit: 5, contracts_limit_fp: '6' })), '400 bad_request');
    assert.equal(refusal(await create({ contracts_limit: 0 })), '400 bad_request');
    const open = await create({ contracts_limit_fp: '' });
    assert.equal((await member.get(`/portfolio/order_groups/${open.body.order_group_id}`)).body.is_auto_cancel_enabled, false);
    assert.equal(
      refusal(await member.send('PUT', `/portfolio/order_groups/${open.body.order_group_id}/limit`, {})),
      '400 bad_request',
    );
    assert.equal(refusal(await create({ exchange_index: 9 })), '400 bad_request');
  });

  it('settles, pays and shows it', async () => {
    await order({ price: '0.55', count: '10' });
    await order({ price: '0.53', count: '5' });
    stage.night.step();
    stage.night.step();
    while ((await member.get('/portfolio/settlements')).body.settlements.length === 0) stage.night.step();
    const { settlements, cursor } = (await member.get(`/portfolio/settlements?ticker=${NYK}&event_ticker=${NBA}`)).body;
    assert.equal(cursor, '');
    assert.deepEqual(settlements, [
      {
        ticker: NYK,
        exchange_index: 0,
        event_ticker: NBA,
        market_result: 'yes',
        yes_count_fp: '13.00',
        yes_total_cost_dollars: '7.090000',
        no_count_fp: '0.00',
        no_total_cost_dollars: '0.000000',
        revenue: 1_300,
        settled_time: '2026-11-20T20:05:00.000000Z',
        fee_cost: settlements[0].fee_cost,
        value: 100,
      },
    ]);
    const fills: { fee_cost: string }[] = (await member.get('/portfolio/fills')).body.fills;
    const fees = fills.reduce((sum, fill) => sum + Number(fill.fee_cost), 0);
    assert.equal(Number(settlements[0]?.fee_cost).toFixed(6), fees.toFixed(6));
    const at = START_S + 2 * 3_600 + 300;
    const count = async (query: string) => (await member.get(`/portfolio/settlements?${query}`)).body.settlements.length;
    assert.equal(await count(`min_ts=${at}&max_ts=${at}`), 1);
    assert.equal(await count(`min_ts=${at + 1}`), 0);
    assert.equal(await count(`ticker=${CLE}`), 0);
    assert.equal((await member.get('/portfolio/settlements?subaccount=3')).status, 404);
  });

  it('values what rests', async () => {
    await order();
    await order({ side: 'ask', price: '0.90', count: '10' });
    assert.deepEqual((await member.get('/portfolio/summary/total_resting_order_value')).body, {
      total_resting_order_value: 600,
      resting_order_value_breakdown: [{ exchange_index: 0, balance: '6.0000' }],
    });
  });

  it('answers reads from a copy that lags behind writes', async () => {
    const lagging = await openStage({ readLagMs: 400 });
    const late = lagging.member();
    lagging.wall.ms += 400;
    const { order_id: id } = (await late.order()).body;
    assert.equal((await late.get(`/portfolio/orders/${id}`)).status, 404);
    lagging.wall.ms += 399;
    assert.deepEqual((await late.get('/portfolio/orders')).body.orders, []);
    lagging.wall.ms += 1;
    assert.deepEqual(ids((await late.get('/portfolio/orders')).body.orders), [id]);
    assert.equal((await lagging.get('/exchange/user_data_timestamp')).body.as_of_time, '2026-11-20T18:00:00.000000Z');
    await lagging.close();
  });

  it('manages keys, and generates real ones', async () => {
    const generated = await member.send('POST', '/api_keys/generate', { name: 'made' });
    assert.equal(generated.status, 201);
    assert.match(generated.body.private_key, /^-----BEGIN RSA PRIVATE KEY-----/);
    const path = '/trade-api/v2/portfolio/balance';
    const key = { keyId: generated.body.api_key_id, privateKey: generated.body.private_key };
    assert.equal((await stage.ask('GET', path, { headers: signedHeaders(key, 'GET', path, stage.wall.ms) })).status, 200);
    const created = await member.send('POST', '/api_keys', {
      name: 'own',
      public_key: RSA.publicKey,
      scopes: ['read', 'write::trade'],
    });
    const { api_keys: keys } = (await member.get('/api_keys')).body;
    assert.deepEqual(
      keys.map((one: { name: string; scopes: string[] }) => [one.name, one.scopes]),
      [
        ['test', ['read', 'write']],
        ['made', ['read', 'write']],
        ['own', ['read', 'write::trade']],
      ],
    );
    assert.equal((await member.send('DELETE', `/api_keys/${created.body.api_key_id}`)).status, 204);
    assert.equal((await member.send('DELETE', `/api_keys/${created.body.api_key_id}`)).status, 404);
  });

  it('refuses keys that are none, private, too short or of another kind', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
    for (const [key, text] of [
      ['nonsense', /not a PEM public key/],
      [RSA.privateKey, /private key/],
      [short, /1024 bits/],
      [curve, /RSA or Ed25519/],
    ] as const) {
      const reply = await member.send('POST', '/api_keys', { name: 'x', public_key: key });
      assert.equal(reply.status, 400);
      assert.match(reply.body.details, text);
    }
    assert.equal((await member.send('POST', '/api_keys', { name: 'x', public_key: 'x', subaccount: 1 })).status, 404);
    assert.equal((await member.send('POST', '/api_keys', { name: 'x', public_key: 'x', scopes: ['all'] })).status, 400);
  });

  it('counts the volume of the last 30 days towards the next tiers', async () => {
    await order({ ...IOC, price: '0.55', count: '10' });
    const { volume_progress: progress } = (await member.get('/account/api_usage_level/volume_progress')).body;
    assert.equal(progress[0].trailing_30d_volume_fp, '10.00');
    assert.deepEqual(progress[0].goals, []);
    const basic = await stage.member({ tier: 'basic' }).get('/account/api_usage_level/volume_progress');
    assert.equal(basic.body.volume_progress[0].goals.length, 5);
  });
});

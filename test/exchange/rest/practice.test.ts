import assert from 'node:assert/strict';
import { runningClock } from '../../../lib/exchange/clock.ts';
import { Night } from '../../../lib/exchange/night.ts';
import { startExchangeServer } from '../../../lib/exchange/server.ts';
import { signedHeaders } from '../../signing.ts';
import { AZ, CLE, event, MILESTONE, market, milestone, NBA, NYK, opening, START_MS, series } from './scenario.ts';
import { openStage, RSA, type Stage } from './stage.ts';

const EVENTS = [
  { atMs: START_MS, actions: opening() },
  { atMs: START_MS + 1_000, actions: [] },
  { atMs: START_MS + 2_500, actions: [] },
];

describe('exchange practice API', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ events: EVENTS, shards: [0, 1, 2, 3] });
  });
  afterEach(() => stage.close());

  const get = (path: string) => stage.ask('GET', `/practice${path}`);
  const post = (path: string, body?: unknown) => stage.ask('POST', `/practice${path}`, { body });
  const status = async (path: string, body?: unknown) => (await post(path, body)).status;

  it('tells the clock of the night', async () => {
    assert.deepEqual((await get('/clock')).body, {
      now: '2026-11-20T18:00:00.000000Z',
      now_ms: START_MS,
      speed: 0,
      lockstep: true,
      night: 'stage',
      delivered: 1,
      over: false,
    });
  });

  it('steps a lockstep night, one event or several', async () => {
    assert.equal((await post('/step')).body.now_ms, START_MS + 1_000);
    assert.equal((await post('/step', { steps: 2 })).body.delivered, 3);
    const end = await post('/step', { steps: 1_000 });
    assert.equal(end.status, 200);
    assert.equal(end.body.over, true);
  });

  it('refuses to step a night that runs by itself', async () => {
    for (const speed of [60, Number.POSITIVE_INFINITY]) {
      const night = new Night({
        header: { night: 'running', seed: 1, shards: [0], scenario: {}, thursdayPause: false },
        scenario: { startMs: START_MS, events: () => EVENTS },
        makeClock: (startMs) => runningClock(startMs, speed, () => 0),
        wallMs: () => 0,
        readLagMs: 0,
      });
      const server = await startExchangeServer({ night, port: 0, wallMs: Date.now });
      const reply = await fetch(`${server.url}/practice/step`, { method: 'POST' });
      assert.equal(reply.status, 409);
      const clock = await (await fetch(`${server.url}/practice/clock`)).text();
      assert.match(clock, speed === 60 ? /"speed":60,"lockstep":false/ : /"speed":null,"lockstep":false/);
      await server.close();
    }
  });

  it('opens accounts whose keys work at once', async () => {
    const opened = await post('/accounts', { name: 'alice', public_key: RSA.publicKey });
    assert.equal(opened.status, 201);
    const path = '/trade-api/v2/portfolio/balance';
    const key = { keyId: opened.body.api_key_id, privateKey: RSA.privateKey };
    const balance = await stage.ask('GET', path, { headers: signedHeaders(key, 'GET', path, stage.wall.ms) });
    assert.equal(balance.body.balance_dollars, '10000.0000');
    assert.deepEqual((await get(`/accounts/${opened.body.account_id}`)).body, {
      account_id: opened.body.account_id,
      name: 'alice',
      tier: 'basic',
      api_key_ids: [opened.body.api_key_id],
      balances: [0, 1, 2, 3].map((shard) => ({
        exchange_index: shard,
        available_dollars: shard === 0 ? '10000.0000' : '0.0000',
        locked_dollars: '0.0000',
      })),
    });
  });

  it('takes balances as text or number, alone for shard 0 or by shard', async () => {
    const available = async (body: object) => {
      const { account_id: id } = (await post('/accounts', { public_key: RSA.publicKey, ...body })).body;
      const { balances } = (await get(`/accounts/${id}`)).body;
      return balances.map((one: { available_dollars: string }) => one.available_dollars).join(' ');
    };
    assert.equal(await available({ balance_dollars: '12.3456', tier: 'prime' }), '12.3456 0.0000 0.0000 0.0000');
    assert.equal(await available({ balance_dollars: 50.25 }), '50.2500 0.0000 0.0000 0.0000');
    assert.equal(
      await available({
        balances: [
          { exchange_index: 3, dollars: 5 },
          { exchange_index: 0, dollars: '1.5' },
        ],
      }),
      '1.5000 0.0000 0.0000 5.0000',
    );
  });

  it('refuses accounts that cannot be opened, and opens nothing', async () => {
    const accounts = stage.night.exchange.state.accounts.size;
    for (const body of [
      {},
      { public_key: 'nonsense' },
      { public_key: RSA.publicKey, tier: 'gold' },
      { public_key: RSA.publicKey, balance_dollars: '-1' },
      { public_key: RSA.publicKey, balance_dollars: '0.00001' },
      { public_key: RSA.publicKey, balance_dollars: '1', balances: [] },
      { public_key: RSA.publicKey, balances: [{ exchange_index: 9, dollars: 1 }] },
      { public_key: RSA.publicKey, unknown: true },
    ]) {
      assert.equal(await status('/accounts', body), 400, JSON.stringify(body));
    }
    assert.equal(await status('/accounts', 'not JSON'), 400);
    assert.equal(stage.night.exchange.state.accounts.size, accounts);
  });

  it('pays in and out, and changes tiers', async () => {
    const { id } = stage.member({ dollars: 10 }).account;
    const paid = await post(`/accounts/${id}/deposit`, { exchange_index: 3, dollars: '2.5' });
    assert.equal(paid.body.balances[3].available_dollars, '2.5000');
    assert.equal((await post(`/accounts/${id}/deposit`, { dollars: -4 })).body.balances[0].available_dollars, '6.0000');
    assert.equal(await status(`/accounts/${id}/deposit`, { dollars: -40 }), 400);
    assert.equal(await status(`/accounts/${id}/deposit`, { dollars: 1, exchange_index: 8 }), 400);
    assert.equal((await post(`/accounts/${id}/tier`, { tier: 'expert' })).body.tier, 'expert');
    assert.equal(await status(`/accounts/${id}/tier`, { tier: 'none' }), 400);
    assert.equal(await status('/accounts/none/deposit', { dollars: 1 }), 404);
    assert.equal((await get('/accounts/house-maker')).status, 404);
  });

  it('pauses trading or the whole exchange', async () => {
    const member = stage.member();
    const { order_id: id } = (await member.order()).body;
    assert.deepEqual((await post('/pause', { exchange_active: true, trading_active: false })).body, {
      exchange_active: true,
      trading_active: false,
    });
    assert.equal((await member.order()).status, 409);
    await post('/pause', { exchange_active: false, trading_active: false });
    assert.equal((await member.send('DELETE', `/portfolio/events/orders/${id}`)).status, 503);
    await post('/pause', { exchange_active: true, trading_active: true });
    assert.equal((await member.send('DELETE', `/portfolio/events/orders/${id}`)).status, 200);
    assert.equal(await status('/pause', { exchange_active: 'yes' }), 400);
  });

  it('acts in the place of the scenario', async () => {
    const perform = async (action: object) => (await post('/perform', { action })).status;
    const game = 'KXNHLGAME-26NOV20BOSTOR';
    for (const action of [
      { kind: 'series', series: series('KXNHLGAME', 'Hockey', 'NHL') },
      { kind: 'target', target: { id: 'bos', name: 'Boston', type: 'hockey_team', details: {} } },
      { kind: 'event', event: event(game), markets: [market(`${game}-BOS`)] },
      { kind: 'milestone', milestone: { ...milestone({ id: 'nhl' }), endMs: undefined } },
      { kind: 'milestone_update', id: 'nhl', change: { startMs: START_MS + 5_000 } },
      {
        kind: 'quote',
        ticker: `${game}-BOS`,
        bids: [{ priceCC: 4_000, countE2: 100 }],
        asks: [{ priceCC: 4_200, countE2: 100 }],
      },
      { kind: 'flow', ticker: `${game}-BOS`, side: 'bid', countE2: 50, limitCC: 4_200 },
      { kind: 'live', milestoneId: 'nhl', details: { status: 'live' } },
      { kind: 'play', milestoneId: MILESTONE, play: { period: 1, event: { type: 'goal' } } },
      { kind: 'deactivate', ticker: CLE },
      { kind: 'activate', ticker: CLE },
      { kind: 'close_date', ticker: AZ, closeMs: START_MS + 60_000 },
      { kind: 'determine', ticker: NYK, result: 'scalar', valueCC: 4_321 },
    ]) {
      assert.equal(await perform(action), 200, JSON.stringify(action));
    }
    assert.equal((await stage.get(`/markets/${NYK}`)).body.market.settlement_value_dollars, '0.4321');
    assert.equal((await stage.get(`/markets/${game}-BOS`)).body.market.last_price_dollars, '0.4200');
    assert.equal((await stage.get('/live_data/milestone/nhl')).body.live_data.details.status, 'live');
  });

  it('refuses actions that fit nothing', async () => {
    for (const [action, expected] of [
      [{ kind: 'nothing' }, 400],
      [{ kind: 'determine', ticker: NYK, result: 'yes', valueCC: 10_001 }, 400],
      [{ kind: 'determine', ticker: 'NONE', result: 'yes', valueCC: 10_000 }, 404],
      [{ kind: 'live', milestoneId: 'none', details: {} }, 404],
      [{ kind: 'event', event: event('KXNHLGAME-26NOV20BOSTOR'), markets: [] }, 400],
      [{ kind: 'event', event: event(NBA), markets: [] }, 400],
      [{ kind: 'event', event: event('KXNBAGAME-X', { exchangeIndex: 9 }), markets: [] }, 400],
      [{ kind: 'event', event: event('KXNBAGAME-X'), markets: [market(NYK)] }, 400],
    ] as const) {
      assert.equal(await status('/perform', { action }), expected, JSON.stringify(action));
    }
  });

  it('lists, orders and takes back faults', async () => {
    const ordered = await post('/faults', { kind: 'delay', ms: 5, times: 2, on: { method: 'GET' } });
    assert.equal(ordered.status, 201);
    assert.deepEqual(ordered.body, { id: 1, times: 2, on: { method: 'GET' }, kind: 'delay', ms: 5 });
    await post('/faults', { kind: 'sequence_gap' });
    assert.equal((await get('/faults')).body.faults.length, 2);
    assert.equal((await stage.ask('DELETE', '/practice/faults/1')).status, 204);
    assert.equal((await stage.ask('DELETE', '/practice/faults/1')).status, 404);
    assert.equal((await stage.ask('DELETE', '/practice/faults')).status, 204);
    assert.deepEqual((await get('/faults')).body, { faults: [] });
    for (const body of [
      {},
      { kind: 'delay' },
      { kind: 'partial_fill', fraction: 2 },
      { kind: 'server_error', status: 404 },
      { kind: 'silent', times: 0 },
    ]) {
      assert.equal(await status('/faults', body), 400, JSON.stringify(body));
    }
  });

  it('makes reads lag', async () => {
    assert.deepEqual((await post('/read_lag', { ms: 250 })).body, { ms: 250 });
    const member = stage.member();
    await member.order();
    assert.deepEqual((await member.get('/portfolio/orders')).body.orders, []);
    stage.wall.ms += 250;
    assert.equal((await member.get('/portfolio/orders')).body.orders.length, 1);
    assert.equal(await status('/read_lag', { ms: -1 }), 400);
  });

  it('has nothing that disturbs the night where faults are not allowed', async () => {
    const calm = await openStage({ withFaults: false });
    for (const [method, path] of [
      ['GET', '/faults'],
      ['POST', '/faults'],
      ['DELETE', '/faults'],
      ['POST', '/pause'],
      ['POST', '/perform'],
      ['POST', '/read_lag'],
    ] as const) {
      const reply = await calm.ask(method, `/practice${path}`);
      assert.equal(`${reply.status} ${reply.text}`, '404 404 page not found', path);
    }
    assert.equal((await calm.ask('GET', '/practice/clock')).status, 200);
    await calm.close();
  });
});

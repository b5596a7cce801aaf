import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { signedHeaders } from '../../signing.ts';
import { example } from '../rest/openapi.ts';
import { type Member, openStage, RSA, type Stage } from '../rest/stage.ts';

const BALANCE = '/trade-api/v2/portfolio/balance';
const key = (member: Member) => ({ keyId: member.keyId, privateKey: RSA.privateKey });

describe('exchange authentication', () => {
  let stage: Stage;
  let member: Member;

  beforeEach(async () => {
    stage = await openStage();
    member = stage.member();
  });
  afterEach(() => stage.close());

  const balance = (headers: Record<string, string>) => stage.ask('GET', BALANCE, { headers });

  it('answers a request that is signed right', async () => {
    const reply = await balance(signedHeaders(key(member), 'GET', BALANCE, stage.wall.ms));
    assert.equal(reply.status, 200);
    assert.equal(reply.body.balance, 1_000_000);
  });

  it('leaves the query out of what is signed', async () => {
    assert.equal((await member.get('/portfolio/orders?limit=3&status=resting')).status, 200);
  });

  const refusals: [cause: string, recorded: string, change: (headers: Record<string, string>) => Record<string, string>][] = [
    ['a wrong signature', 'bad_signature', (headers) => ({ ...headers, 'KALSHI-ACCESS-SIGNATURE': 'AAAA' })],
    [
      'an unknown key',
      'unknown_key_id',
      (headers) => ({ ...headers, 'KALSHI-ACCESS-KEY': '00000000-0000-4000-8000-000000000000' }),
    ],
    ['a missing signature', 'missing_signature_header', ({ 'KALSHI-ACCESS-SIGNATURE': _signature, ...headers }) => headers],
  ];
  for (const [cause, recorded, change] of refusals) {
    it(`answers ${cause} as Kalshi does`, async function () {
      const reply = await balance(change(signedHeaders(key(member), 'GET', BALANCE, stage.wall.ms)));
      assert.equal(reply.status, 401);
      const real = example(`rest-real__auth__${recorded}`);
      if (!real) {
        this.skip();
        return;
      }
      assert.deepEqual(reply.body, real.body);
    });
  }

  it('refuses a request signed for another method or path', async () => {
    for (const headers of [
      signedHeaders(key(member), 'POST', BALANCE, stage.wall.ms),
      signedHeaders(key(member), 'GET', '/portfolio/balance', stage.wall.ms),
    ]) {
      assert.equal((await balance(headers)).body.error.details, 'INCORRECT_API_KEY_SIGNATURE');
    }
  });

  const ages: [seconds: number, status: number][] = [
    [-300, 401],
    [-30, 401],
    [-15.001, 401],
    [-15, 200],
    [-5, 200],
    [5, 200],
    [30, 200],
    [30.001, 401],
    [300, 401],
  ];
  for (const [seconds, status] of ages) {
    it(`answers ${status} to a timestamp ${seconds} s from its own clock`, async () => {
      const reply = await balance(signedHeaders(key(member), 'GET', BALANCE, stage.wall.ms + seconds * 1000));
      assert.equal(reply.status, status);
      if (status === 401) {
        assert.deepEqual(reply.body, { error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } });
      }
    });
  }

  it('refuses timestamps that are missing or no milliseconds', async () => {
    const { 'KALSHI-ACCESS-TIMESTAMP': _timestamp, ...headers } = signedHeaders(key(member), 'GET', BALANCE, stage.wall.ms);
    const extras: Record<string, string>[] = [
      {},
      { 'KALSHI-ACCESS-TIMESTAMP': 'yesterday' },
      { 'KALSHI-ACCESS-TIMESTAMP': '-1' },
    ];
    for (const extra of extras) {
      assert.equal((await balance({ ...headers, ...extra })).body.error.code, 'header_timestamp_expired');
    }
  });

  it('refuses members without any headers', async () => {
    assert.equal((await balance({})).body.error.code, 'signature_is_missing_from_headers');
  });

  it('asks public routes for nothing, but refuses wrong credentials there too', async () => {
    assert.equal((await stage.get('/markets')).status, 200);
    assert.equal((await member.get('/markets')).status, 200);
    const headers = {
      ...signedHeaders(key(member), 'GET', '/trade-api/v2/markets', stage.wall.ms),
      'KALSHI-ACCESS-SIGNATURE': 'AAAA',
    };
    assert.equal((await stage.ask('GET', '/trade-api/v2/markets', { headers })).status, 401);
  });

  it('takes Ed25519 keys', async () => {
    const pair = generateKeyPairSync('ed25519');
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' });
    const added = await member.send('POST', '/api_keys', { name: 'ed', public_key: publicKey });
    assert.equal(added.status, 201);
    const timestamp = String(stage.wall.ms);
    const headers = {
      'KALSHI-ACCESS-KEY': added.body.api_key_id,
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': sign(null, Buffer.from(`${timestamp}GET${BALANCE}`), pair.privateKey).toString('base64'),
    };
    assert.equal((await balance(headers)).status, 200);
    assert.equal((await balance({ ...headers, 'KALSHI-ACCESS-SIGNATURE': 'AAAA' })).status, 401);
  });

  it('lets a key do what its scopes cover and nothing else', async () => {
    const reader = stage.member({ scopes: ['read'] });
    assert.equal((await reader.get('/portfolio/orders')).status, 200);
    const refused = await reader.order();
    assert.equal(refused.status, 403);
    assert.equal(refused.body.error.code, 'forbidden');
    assert.equal((await reader.get('/portfolio/orders')).body.orders.length, 0);

    const watcher = stage.member({ scopes: ['read::portfolio_balance'] });
    assert.equal((await watcher.get('/portfolio/balance')).status, 200);
    assert.equal((await watcher.get('/portfolio/orders')).status, 403);

    const trader = stage.member({ scopes: ['write::trade'] });
    assert.equal((await trader.order()).status, 201);
    assert.equal((await trader.get('/portfolio/orders')).status, 403);
    const transfer = { source: 'event_contract', destination: 'event_contract', amount: 1 };
    assert.equal((await trader.send('POST', '/portfolio/intra_exchange_instance_transfer', transfer)).status, 403);
  });

  it('forgets a key that was deleted', async () => {
    assert.equal((await member.send('DELETE', `/api_keys/${member.keyId}`)).status, 204);
    assert.equal((await member.get('/portfolio/balance')).body.error.details, 'NOT_FOUND');
  });
});

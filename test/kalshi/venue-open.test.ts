import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { KalshiVenueOptions } from '../../lib/kalshi/venue/venue.ts';
import type { Member } from '../practice.ts';
import { VirtualClock } from './clock.ts';
import { pemOf, TEST_KEY } from './keys.ts';
import { until } from './socket-exchange.ts';
import { type Floor, hear, newOrder, openFloor, openGateway, passedOn, quietScenario } from './venue-stage.ts';

describe('opening an account', () => {
  let floor: Floor;
  let member: Member;

  before(async () => {
    floor = await openFloor({ scenario: quietScenario() });
    floor.step();
    member = floor.practice.member();
  });

  after(() => floor.close());

  const otherKey = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  const unknownId = '00000000-0000-4000-8000-000000000000';
  const faults: [what: string, change: () => Partial<KalshiVenueOptions>, code: string, message: RegExp][] = [
    [
      'an unknown key id',
      () => ({ credentials: { keyId: unknownId, privateKeyPem: TEST_KEY.privateKeyPem } }),
      'KALSHI_AUTH_REJECTED',
      /^The practice exchange does not know this API key id: check it$/,
    ],
    [
      'a key of another environment',
      () => ({ environment: 'demo', credentials: { keyId: unknownId, privateKeyPem: TEST_KEY.privateKeyPem } }),
      'KALSHI_AUTH_REJECTED',
      /^Kalshi's demo exchange does not know this API key id: check it; keys of the live exchange are not valid on demo$/,
    ],
    [
      'the private key of another id',
      () => ({ credentials: { keyId: member.keyId, privateKeyPem: otherKey } }),
      'KALSHI_AUTH_REJECTED',
      /knows this API key id, and the private key is not the one that belongs to it$/,
    ],
    [
      'a key that may only read',
      () => ({ credentials: keyWith(['read']) }),
      'KALSHI_FORBIDDEN',
      /make one with the scope "write"$/,
    ],
    [
      'a key that may not even read',
      () => ({ credentials: keyWith(['write']) }),
      'KALSHI_FORBIDDEN',
      /needs the scopes "read" and "write"$/,
    ],
    [
      'a host that nobody listens on',
      () => ({ baseUrl: 'http://127.0.0.1:9/trade-api/v2', random: () => 0 }),
      'KALSHI_UNREACHABLE',
      /^The practice exchange \(127\.0\.0\.1:9\) cannot be reached: check the network, and the address/,
    ],
    [
      'an address that leads elsewhere',
      () => ({ baseUrl: `${floor.practice.server.url}/else/where` }),
      'KALSHI_NOT_FOUND',
      /^127\.0\.0\.1:\d+ does not answer as Kalshi does: check the address$/,
    ],
  ];

  function keyWith(scopes: string[]): KalshiVenueOptions['credentials'] {
    const { id: keyId } = floor.practice.night.execute<'add_key'>({
      kind: 'add_key',
      accountId: member.account.id,
      name: scopes.join(),
      publicKeyPem: TEST_KEY.publicKeyPem,
      scopes,
    });
    return { keyId, privateKeyPem: TEST_KEY.privateKeyPem };
  }

  for (const [what, change, code, message] of faults) {
    it(`says what is wrong with ${what}`, async () => {
      const venue = floor.venue(member, change());
      await assert.rejects(venue.open(), (error) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
      assert.equal(venue.health().isHealthy, false);
      await floor.work.rest();
    });
  }

  it('says so when the clock is wrong and stays wrong', async () => {
    const refusal = JSON.stringify({ error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } });
    const gateway = await openGateway(() => ({ status: 401, body: refusal, date: new Date(Date.now() + 90_000) }));
    const venue = floor.venue(member, { baseUrl: gateway.rest, random: () => 0 });
    const message = /refuses signatures by this machine's clock, which is (89|9[01]) s off: set the clock$/;
    await assert.rejects(venue.open(), { message });
    gateway.close();
  });

  it('refuses a key that is none before anything is opened', () => {
    assert.throws(() => floor.venue(member, { credentials: { keyId: 'x', privateKeyPem: 'none' } }), {
      code: 'KALSHI_KEY_UNREADABLE',
    });
  });

  it('takes a key that may read and trade, and no more', async () => {
    const venue = floor.venue(member, { credentials: keyWith(['read', 'write::trade']) });
    await venue.open();
    assert.equal(venue.health().isHealthy, true);
  });

  it('takes a key that may not see its own scopes, as one that is locked to a subaccount', async () => {
    const gateway = await openGateway(async (request) => {
      const isRestricted = request.url?.endsWith('/api_keys') === true;
      if (isRestricted) return { status: 403, body: '{"error":{"code":"forbidden","message":"restricted"}}' };
      return passedOn(request, floor);
    });
    const venue = floor.venue(member, { baseUrl: gateway.rest });
    await venue.open();
    assert.equal(venue.health().isHealthy, true);
    await venue.close();
    gateway.close();
  });

  it('can be tried again once the fault is gone', async () => {
    const venue = floor.venue(member, { random: () => 0 });
    floor.practice.faults.add({ kind: 'server_error', status: 503, isTaken: false }, { path: '/trade-api/v2/account/limits' }, 4);
    await assert.rejects(venue.open(), { code: 'KALSHI_EXCHANGE_FAILED', message: /is out of order at the moment \(HTTP 503\)/ });
    await venue.open();
    assert.deepEqual([venue.health().isHealthy, venue.health().reason], [true, '']);
  });

  it('ends where it was closed meanwhile', async () => {
    const { client } = member;
    const [venue, data] = [floor.venue(member, { client }), floor.marketData(member, { client })];
    for (const one of [venue, data]) {
      const opening = one.open();
      await one.close();
      await assert.rejects(opening, { code: 'KALSHI_CLOSED' });
      await one.caughtUp();
    }
    assert.equal(venue.health().reason, 'no connection to the exchange: not connected yet');
    assert.equal(data.health().kind, 'blind');
  });

  it('shares the client it is given, and leaves it open', async () => {
    const venue = floor.venue(member, { client: member.client });
    await venue.open();
    await venue.close();
    assert.equal((await member.client.exchange.status()).trading_active, true);
  });
});

describe('the health of an account', () => {
  let floor: Floor;
  let member: Member;
  let wall: VirtualClock;

  beforeEach(async () => {
    floor = await openFloor({ scenario: quietScenario() });
    floor.step();
    member = floor.practice.member();
    wall = new VirtualClock(Date.now());
  });

  afterEach(() => floor.close());

  it('is lost with the connection and comes back with the next, and nothing of it is missed', async () => {
    const venue = floor.venue(member, { wall, random: () => 0 });
    const heard = hear(venue);
    assert.deepEqual(venue.health(), {
      isHealthy: false,
      heardAgeMs: undefined,
      reason: 'no connection to the exchange: not connected yet',
    });
    await venue.open();
    floor.practice.faults.add({ kind: 'disconnect' }, { frame: 'fill' });
    const order = newOrder();
    await venue.place(order);
    await until(() => heard.health.length === 2, 'the loss is told');
    assert.match(venue.health().reason, /^no connection to the exchange: the connection to the exchange was closed/);

    let isCaughtUp = false;
    const catching = venue.caughtUp().then(() => {
      isCaughtUp = true;
    });
    await venue.balance();
    assert.equal(isCaughtUp, false);
    wall.advance(500);
    await catching;
    assert.deepEqual(
      heard.health.map(({ isHealthy }) => isHealthy),
      [true, false, true],
    );
    // What was told meanwhile is to be read.
    assert.equal(heard.fills.length, 0);
    assert.equal((await venue.fillsOf(order.ticker)).length, 1);
  });

  it('is lost when nothing is heard for 15 seconds', async () => {
    const venue = floor.venue(member, { wall, random: () => 0 });
    const heard = hear(venue);
    await venue.open();
    floor.practice.faults.add({ kind: 'silent' }, { frame: 'user_order' });
    await venue.place(newOrder());
    wall.advance(14_000);
    assert.equal(venue.health().isHealthy, true);
    wall.advance(2_000);
    assert.equal(heard.health.at(-1)?.reason, 'nothing heard of the exchange for 15 s');
    // After 25 s the line is given up and dialled anew.
    wall.advance(10_000);
    assert.match(venue.health().reason, /silent for 25 s/);
    const catching = venue.caughtUp();
    wall.advance(500);
    await catching;
    assert.equal(venue.health().isHealthy, true);
    assert.deepEqual(
      heard.health.map(({ isHealthy }) => isHealthy),
      [true, false, true],
    );
  });

  it('goes by the silence that it is given', async () => {
    const venue = floor.venue(member, { wall, privateHeartbeatMs: 3_000 });
    await venue.open();
    wall.advance(3_000);
    assert.equal(venue.health().isHealthy, false);
  });

  it('ends with the account, and what waits for it is let go', async () => {
    const venue = floor.venue(member, { wall });
    const heard = hear(venue);
    await venue.open();
    floor.practice.faults.add({ kind: 'disconnect' }, { frame: 'fill' });
    await venue.place(newOrder());
    await until(() => !venue.health().isHealthy, 'the loss');
    const catching = venue.caughtUp();
    await venue.close();
    await catching;
    assert.equal(venue.health().reason, 'no connection to the exchange: closed');
    assert.deepEqual(
      heard.health.map(({ isHealthy }) => isHealthy),
      [true, false],
    );
    assert.equal(wall.timers, 0);
    const placed = await venue.place(newOrder());
    assert.deepEqual([placed.kind, 'code' in placed && placed.code], ['refused', 'KALSHI_CLOSED']);
  });

  it('is told to others when one that listens fails', async () => {
    const venue = floor.venue(member);
    const failure = new Error('not mine');
    venue.listen({
      order: () => {
        throw failure;
      },
    });
    const heard = hear(venue);
    await venue.open();
    await venue.place(newOrder());
    await venue.caughtUp();
    assert.ok(heard.orders.length > 0);
    assert.ok(floor.problems.some(({ code, cause }) => code === 'KALSHI_LISTENER_FAILED' && cause === failure));
  });
});

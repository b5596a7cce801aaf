import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { limitsOf, RateLimits, TIERS } from '../../../lib/exchange/rate-limits.ts';
import { example } from '../rest/openapi.ts';
import { CLE } from '../rest/scenario.ts';
import { type Member, openStage, RESTING, type Stage } from '../rest/stage.ts';

describe('exchange rate limits', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ shards: [0, 1, 2, 3] });
  });
  afterEach(() => stage.close());

  /** How many of the requests went through before the first 429. */
  const untilRefused = async (ask: () => Promise<{ status: number }>): Promise<number> => {
    for (let count = 0; count < 2_000; count++) if ((await ask()).status === 429) return count;
    throw new Error('never refused');
  };

  it('has the documented tiers', () => {
    const table = TIERS.map((tier) => {
      const { read, write } = limitsOf(tier);
      return [tier, read.refillRate, read.capacity, write.refillRate, write.capacity];
    });
    assert.deepEqual(table, [
      ['basic', 200, 400, 100, 100],
      ['advanced', 300, 600, 300, 600],
      ['expert', 600, 600, 600, 1_200],
      ['premier', 1_000, 1_000, 1_000, 2_000],
      ['paragon', 2_000, 2_000, 2_000, 4_000],
      ['prime', 4_000, 4_000, 4_000, 8_000],
      ['prestige', 10_000, 10_000, 8_000, 16_000],
    ]);
  });

  it('knows no other tiers', () => {
    assert.throws(() => limitsOf('gold'), /no tier gold/);
  });

  it('lets a basic member read 40 times at once and then 20 times a second', async () => {
    const member = stage.member({ tier: 'basic' });
    assert.equal(await untilRefused(() => member.get('/portfolio/balance')), 40);
    stage.wall.ms += 49;
    assert.equal((await member.get('/portfolio/balance')).status, 429);
    stage.wall.ms += 1;
    assert.equal((await member.get('/portfolio/balance')).status, 200);
    stage.wall.ms += 1_000;
    assert.equal(await untilRefused(() => member.get('/markets')), 20);
  });

  it('answers too many requests with its text and no further headers', async function () {
    const member = stage.member({ tier: 'basic' });
    await untilRefused(() => member.order({ post_only: true }));
    const reply = await member.order();
    assert.equal(reply.status, 429);
    assert.deepEqual(reply.body, { error: 'too many requests' });
    for (const name of Object.keys(reply.headers)) assert.doesNotMatch(name, /retry-after|ratelimit/i);
    const documented = example('error__429');
    if (!documented) {
      this.skip();
      return;
    }
    assert.deepEqual(reply.body, documented.body);
  });

  it('keeps reads and writes, and members, apart', async () => {
    const [one, other] = [stage.member({ tier: 'basic' }), stage.member({ tier: 'basic' })];
    assert.equal(await untilRefused(() => one.order()), 10);
    assert.equal((await one.get('/portfolio/balance')).status, 200);
    assert.equal((await other.order()).status, 201);
  });

  it('charges single cancels and single order reads less', async () => {
    const member = stage.member({ tier: 'basic' });
    const id = '00000000-0000-4000-8000-000000000000';
    assert.equal(await untilRefused(() => member.send('DELETE', `/portfolio/events/orders/${id}`)), 50);
    assert.equal(await untilRefused(() => member.get(`/portfolio/orders/${id}`)), 200);
  });

  it('charges batches by the item and takes them whole or not at all', async () => {
    const member = stage.member({ tier: 'basic' });
    const batch = (count: number) =>
      member.send('POST', '/portfolio/events/orders/batched', { orders: Array.from({ length: count }, () => RESTING) });
    assert.equal((await batch(11)).status, 429);
    assert.equal((await batch(6)).status, 201);
    assert.equal((await batch(5)).status, 429);
    assert.equal((await batch(4)).status, 201);
    assert.equal((await member.get('/portfolio/orders')).body.orders.length, 10);
    const orders = Array.from({ length: 50 }, () => ({ order_id: 'x' }));
    stage.wall.ms += 1_000;
    assert.equal((await member.send('DELETE', '/portfolio/events/orders/batched', { orders })).status, 200);
    assert.equal((await member.order()).status, 429);
  });

  it('charges cancel-all as much as the largest batch cancel', async () => {
    const member = stage.member({ tier: 'basic' });
    assert.equal(await untilRefused(() => member.send('DELETE', '/portfolio/events/orders')), 5);
  });

  it("charges single writes that name another shard to that shard's own bucket", async () => {
    const member = stage.member({ tier: 'basic' });
    assert.equal(await untilRefused(() => member.order()), 10);
    assert.equal(await untilRefused(() => member.order({ exchange_index: 3 })), 10);
    assert.equal((await member.order({ exchange_index: 0 })).status, 429);
    const cancel = (query: string) => member.send('DELETE', `/portfolio/events/orders/none?${query}`);
    assert.equal((await cancel('exchange_index=2')).status, 404);
    assert.equal((await cancel('exchange_index=0')).status, 429);
  });

  it('charges requests that cannot be read, too', async () => {
    const member = stage.member({ tier: 'basic' });
    assert.equal(await untilRefused(() => member.order({ count: 1 })), 10);
  });

  it('lets everybody without credentials together read about 51 times a second', async () => {
    assert.equal(await untilRefused(() => stage.get('/exchange/status')), 51);
    stage.wall.ms += 1_000;
    assert.equal(await untilRefused(() => stage.get('/exchange/status')), 51);
  });

  it('upgrades a basic member who has sent an order, and nobody else', async () => {
    const member: Member = stage.member({ tier: 'basic' });
    assert.equal((await member.send('POST', '/account/api_usage_level/upgrade')).status, 403);
    await member.order({ ticker: CLE });
    const upgraded = await member.send('POST', '/account/api_usage_level/upgrade');
    assert.equal(`${upgraded.status}${upgraded.text}`, '201');
    const limits = await member.get('/account/limits');
    assert.deepEqual(limits.body, {
      usage_tier: 'advanced',
      read: { refill_rate: 300, bucket_capacity: 600 },
      write: { refill_rate: 300, bucket_capacity: 600 },
      grants: [{ exchange_instance: 'event_contract', level: 'advanced', source: 'manual' }],
    });
    assert.equal((await stage.member({ tier: 'prime' }).get('/account/limits')).body.usage_tier, 'prime');
  });

  it('never lets more through than capacity and refill allow', () => {
    const account = stage.member({ tier: 'basic' }).account;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 120 })), { maxLength: 60 }), (steps) => {
        let nowMs = 0;
        let taken = 0;
        const limits = new RateLimits({ wallMs: () => nowMs });
        for (const [waitMs, cost] of steps) {
          nowMs += waitMs;
          if (limits.take(account, { bucket: 'write', cost })) taken += cost;
          assert.ok(taken <= 100 + (nowMs / 1000) * 100 + 1e-6);
        }
      }),
    );
  });
});

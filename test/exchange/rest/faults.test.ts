import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CLE, NYK } from './scenario.ts';
import { type Member, openStage, type Stage } from './stage.ts';

const ORDERS = '/trade-api/v2/portfolio/events/orders';
const IOC = { time_in_force: 'immediate_or_cancel' };

describe('exchange request faults', () => {
  let stage: Stage;
  let member: Member;
  beforeEach(async () => {
    stage = await openStage();
    member = stage.member();
  });
  afterEach(() => stage.close());

  const orders = async () => (await member.get('/portfolio/orders')).body.orders;

  it('lose the answer to an order that was taken', async () => {
    stage.faults.add({ kind: 'answer_lost' }, { method: 'POST', path: ORDERS });
    await assert.rejects(member.order({ client_order_id: 'lost' }), { code: 'UND_ERR_SOCKET' });
    assert.equal((await orders())[0].client_order_id, 'lost');
    assert.equal((await member.order({ client_order_id: 'lost' })).status, 409);
    assert.equal((await member.order()).status, 201);
  });

  it('lose refusals too', async () => {
    stage.faults.add({ kind: 'answer_lost' });
    await assert.rejects(member.order({ ticker: 'NONE' }));
    assert.deepEqual(stage.faults.list(), []);
  });

  it('delay answers, of success and of refusal', async () => {
    stage.faults.add({ kind: 'delay', ms: 30 }, { ticker: NYK }, 2);
    const begun = performance.now();
    const [slow, refused, quick] = await Promise.all([
      member.order(),
      member.order({ price: '0.515' }),
      member.order({ ticker: CLE, price: '0.30' }).then((reply) => ({ reply, afterMs: performance.now() - begun })),
    ]);
    assert.ok(performance.now() - begun >= 29);
    assert.deepEqual([slow.status, refused.status, quick.reply.status], [201, 400, 201]);
    assert.equal(stage.faults.list().length, 0);
  });

  it('refuse for the rate, without doing anything', async () => {
    stage.faults.add({ kind: 'rate_limited' }, { accountId: member.account.id });
    assert.equal((await stage.get('/markets')).status, 200);
    const reply = await member.order();
    assert.equal(reply.status, 429);
    assert.deepEqual(reply.body, { error: 'too many requests' });
    assert.deepEqual(await orders(), []);
  });

  for (const isTaken of [true, false]) {
    it(`fail with a 5xx ${isTaken ? 'after' : 'without'} doing it`, async () => {
      stage.faults.add({ kind: 'server_error', status: isTaken ? 503 : 500, isTaken }, { path: ORDERS });
      const reply = await member.order();
      assert.equal(reply.status, isTaken ? 503 : 500);
      assert.equal(reply.body.error.code, isTaken ? 'service_unavailable' : 'internal_server_error');
      assert.equal((await orders()).length, isTaken ? 1 : 0);
    });
  }

  it('hit what they are meant for, as often as ordered', async () => {
    stage.faults.add({ kind: 'rate_limited' }, { method: 'GET', path: '/trade-api/v2/markets', ticker: NYK }, 2);
    const statuses = [];
    for (const path of [`/markets/${CLE}`, `/markets/${NYK}`, '/markets', `/markets/${NYK}/orderbook`, `/markets/${NYK}`]) {
      statuses.push((await stage.get(path)).status);
    }
    assert.deepEqual(statuses, [200, 429, 200, 429, 200]);
  });

  it('leave an order only a share of what it could trade', async () => {
    stage.faults.add({ kind: 'partial_fill', fraction: 0.4 });
    const taken = await member.order({ ...IOC, price: '0.5500', count: '10' });
    assert.deepEqual([taken.body.fill_count, taken.body.remaining_count], ['4.00', '0.00']);
    stage.faults.add({ kind: 'partial_fill', fraction: 0.5 });
    const resting = await member.order({ side: 'ask', price: '0.5100', count: '400', ticker: NYK });
    assert.deepEqual([resting.body.fill_count, resting.body.remaining_count], ['150.00', '250.00']);
    stage.faults.add({ kind: 'partial_fill', fraction: 0 });
    assert.equal((await member.order({ ...IOC, ticker: CLE, price: '0.9', count: '1' })).body.fill_count, '0.00');
    stage.faults.add({ kind: 'partial_fill', fraction: 0.5 });
    const killed = await member.order({ time_in_force: 'fill_or_kill', ticker: CLE, side: 'ask', price: '0.4400', count: '10' });
    assert.equal(killed.body.error.code, 'fill_or_kill_insufficient_resting_volume');
  });

  it('thin only the house, and only orders that are placed', async () => {
    const other = stage.member();
    await other.order({ side: 'ask', price: '0.5300', count: '6' });
    stage.faults.add({ kind: 'partial_fill', fraction: 0.5 });
    assert.equal((await member.send('DELETE', '/portfolio/events/orders')).status, 204);
    const answer = await member.order({ ...IOC, price: '0.5500', count: '8' });
    assert.equal(answer.body.fill_count, '6.00');
    assert.deepEqual((await stage.get(`/markets/${NYK}/orderbook`)).body.orderbook_fp.no_dollars, [['0.4400', '200.00']]);
    stage.faults.add({ kind: 'partial_fill', fraction: 0.5 });
    assert.equal((await member.order({ ticker: 'NONE' })).status, 404);
    stage.faults.add({ kind: 'partial_fill', fraction: 0.5 });
    assert.equal((await member.order({ price: '0.50001' })).body.error.code, 'invalid_price');
  });

  it('fill exactly the share that was ordered, whatever the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('bid', 'ask'),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
        async (side, cents, countE2, fraction) => {
          const fresh = await openStage();
          const taker = fresh.member({ dollars: 100_000 });
          const halves = (await fresh.get(`/markets/${NYK}/orderbook`)).body.orderbook_fp;
          const levels: [number, number][] = (side === 'bid' ? halves.no_dollars : halves.yes_dollars).map(
            ([price, count]: [string, string]) => [
              side === 'bid' ? 100 - Math.round(Number(price) * 100) : Math.round(Number(price) * 100),
              Math.round(Number(count) * 100),
            ],
          );
          const reachable = levels
            .filter(([price]) => (side === 'bid' ? cents >= price : cents <= price))
            .reduce((sum, [, count]) => sum + count, 0);
          fresh.faults.add({ kind: 'partial_fill', fraction });
          const answer = await taker.order({ ...IOC, side, price: (cents / 100).toFixed(2), count: (countE2 / 100).toFixed(2) });
          assert.equal(answer.body.fill_count, (Math.floor(Math.min(countE2, reachable) * fraction) / 100).toFixed(2));
          await fresh.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});

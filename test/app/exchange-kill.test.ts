import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Body, bid, Doors, type Running } from './doors.ts';

describe('a night that is killed', function () {
  this.timeout(120_000);
  let doors: Doors;
  beforeEach(() => {
    doors = new Doors();
  });
  afterEach(() => doors.close());

  it('loses nothing acknowledged, under load, twenty times', async () => {
    const args = ['--dir', doors.dir, '--seed', '5', '--tier', 'prestige', '--speed', '30', '--faults'];
    /** By client order id, every order whose 201 has arrived; and the ids of those whose cancel was answered 200. */
    const acknowledged = new Map<string, Body>();
    const canceled = new Set<string>();
    let sent = 0;
    let lastNowMs = 0;
    for (let round = 0; round < 20; round++) {
      const running = await doors.start(args);
      assert.equal(running.ready.resumed, round > 0);
      const clock = await doors.practice(running, '/clock');
      assert.ok(clock.now_ms >= lastNowMs, 'market time does not run backwards');
      await check(running);
      const markets = (await doors.call(running, 'GET', '/markets?status=open')).body.markets;
      assert.ok(markets.length > 0);
      const life = { isOver: false };
      const worker = async (seat: number) => {
        while (!life.isOver) {
          const id = `r${round}-s${seat}-${sent++}`;
          const { ticker } = markets[sent % markets.length] as { ticker: string };
          const order = sent % 2 === 0 ? bid(ticker, id) : taking(ticker, id);
          try {
            const placed = await doors.call(running, 'POST', '/portfolio/events/orders', order);
            assert.equal(placed.status, 201, JSON.stringify(placed.body));
            acknowledged.set(id, placed.body);
            lastNowMs = Math.max(lastNowMs, placed.body.ts_ms);
            if (sent % 3 === 0) {
              const gone = await doors.call(running, 'DELETE', `/portfolio/events/orders/${placed.body.order_id}`);
              if (gone.status === 200) canceled.add(id);
            }
          } catch (error) {
            if (!life.isOver && !(error instanceof Error && 'code' in error)) throw error;
          }
        }
      };
      const workers = [1, 2, 3, 4].map(worker);
      const enough = acknowledged.size + 25;
      while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
      running.child.kill('SIGKILL');
      life.isOver = true;
      await Promise.all([once(running.child, 'exit'), ...workers]);
    }
    const last = await doors.start(args);
    await check(last);
    assert.ok(acknowledged.size >= 500);
    assert.ok(canceled.size > 50);
    assert.ok([...acknowledged.values()].filter((answer) => answer.fill_count === '1.00').length > 50);

    async function check(running: Running): Promise<void> {
      const orders = await everyPage(running, '/portfolio/orders', 'orders');
      const byClientId = new Map(orders.map((order) => [order.client_order_id, order]));
      for (const [id, answer] of acknowledged) {
        assert.equal(byClientId.get(id)?.order_id, answer.order_id, `order ${id} is there under its id`);
      }
      for (const id of canceled) assert.equal(byClientId.get(id)?.status, 'canceled');
      const fills = await everyPage(running, '/portfolio/fills', 'fills');
      const filledE2 = sums(fills, (fill) => fill.order_id, inHundredths);
      for (const { order_id: id, fill_count: count } of acknowledged.values()) {
        assert.ok((filledE2.get(id) ?? 0) >= Math.round(Number(count) * 100), `order ${id} has its fills`);
      }
      const positions = await everyPage(running, '/portfolio/positions', 'market_positions');
      assert.deepEqual(
        new Map(positions.map((one) => [one.ticker, Math.round(Number(one.position_fp) * 100)])),
        sums(fills.toReversed(), (fill) => fill.ticker, inHundredths),
      );
      // What rests locks money; once nothing does, the balance is the deposit less what the fills have cost.
      await doors.practice(running, '/read_lag', { ms: 0 });
      assert.equal((await doors.call(running, 'DELETE', '/portfolio/events/orders')).status, 204);
      const spentE6 = fills.reduce((sum, fill) => sum + costE6(fill), 0);
      const { balance_dollars: balance } = (await doors.call(running, 'GET', '/portfolio/balance')).body;
      assert.equal(Math.round(Number(balance) * 1e6), 10_000_000_000 - spentE6);
    }
  });

  async function everyPage<K extends 'orders' | 'fills' | 'market_positions'>(
    running: Running,
    path: string,
    list: K,
  ): Promise<Body[K][number][]> {
    const found: Body[K][number][] = [];
    let cursor = '';
    do {
      const page = await doors.call(running, 'GET', `${path}?limit=1000&cursor=${encodeURIComponent(cursor)}`);
      assert.equal(page.status, 200);
      found.push(...page.body[list]);
      cursor = page.body.cursor;
    } while (cursor !== '');
    return found;
  }
});

/** Takes what is offered. */
function taking(ticker: string, id: string): object {
  return { ...bid(ticker, id), price: '0.9900', time_in_force: 'immediate_or_cancel' };
}

type Fill = Body['fills'][number];

function inHundredths(fill: Fill): number {
  return Math.round(Number(fill.count_fp) * 100);
}

function costE6(fill: Fill): number {
  return inHundredths(fill) * Math.round(Number(fill.yes_price_dollars) * 10_000) + Math.round(Number(fill.fee_cost) * 1e6);
}

function sums(fills: Fill[], keyOf: (fill: Fill) => string, amountOf: (fill: Fill) => number): Map<string, number> {
  const totals = new Map<string, number>();
  for (const fill of fills) totals.set(keyOf(fill), (totals.get(keyOf(fill)) ?? 0) + amountOf(fill));
  return totals;
}

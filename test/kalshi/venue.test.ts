import assert from 'node:assert/strict';
import type { Placed } from '../../lib/trading/ports/venue.ts';
import { AWAY, HOME } from '../exchange/stage.ts';
import type { Member } from '../practice.ts';
import { type Floor, hear, newOrder, openFloor, quietScenario } from './venue-stage.ts';

const ORDERS = '/trade-api/v2/portfolio/events/orders';

/** How it stands, of a placing that was told. */
function told(placed: Placed): Extract<Placed, { kind: 'told' }> {
  assert.equal(placed.kind, 'told', JSON.stringify(placed));
  return placed;
}

describe('a venue at the practice exchange', () => {
  let floor: Floor;
  let member: Member;

  beforeEach(async () => {
    floor = await openFloor({ scenario: quietScenario() });
    floor.step();
    member = floor.practice.member(1_000);
  });

  afterEach(async () => {
    await floor.work.rest();
    await floor.close();
    assert.deepEqual(
      floor.problems.filter(({ code }) => code !== 'KALSHI_SOCKET_CLOSED'),
      [],
    );
  });

  it('places an order that fills, and hears of it', async () => {
    const venue = floor.venue(member);
    const heard = hear(venue);
    await venue.open();
    const order = newOrder();
    const { orderId, ...placed } = told(await venue.place(order));
    assert.deepEqual(placed, { kind: 'told', status: 'executed', filledE2: 1_000, remainingE2: 0 });
    await venue.caughtUp();

    const [fill] = heard.fills;
    assert.ok(fill);
    const { fillId, atMs, ...rest } = fill;
    // 0.07 x 10 x 0.42 x 0.58 dollars.
    const trade = { ticker: HOME, side: 'bid', outcome: 'yes', yesPriceCC: 4_200, countE2: 1_000, feeE6: 170_600 };
    assert.deepEqual(rest, { ...trade, orderId, clientOrderId: order.clientOrderId, isTaker: true, exchangeIndex: 0 });
    assert.equal(atMs, floor.clock.nowMs());
    assert.equal(heard.fills.length, 1);
    assert.deepEqual(await venue.fillsOf(HOME), [{ ...trade, fillId, atMs, orderId, isTaker: true, exchangeIndex: 0 }]);

    const last = heard.orders.at(-1);
    assert.equal(last?.clientOrderId, order.clientOrderId);
    assert.deepEqual(last, await venue.order(orderId));
    assert.deepEqual([last?.status, last?.filledE2, last?.feesE6, last?.takerCostE6], ['executed', 1_000, 170_600, 4_200_000]);
  });

  it('tells what did not fill as canceled', async () => {
    const venue = floor.venue(member);
    await venue.open();
    const missed = told(await venue.place(newOrder({ yesLimitCC: 4_100 })));
    assert.deepEqual([missed.status, missed.filledE2], ['canceled', 0]);
    const part = told(await venue.place(newOrder({ countE2: 15_000 })));
    assert.deepEqual([part.status, part.filledE2, part.remainingE2], ['canceled', 10_000, 0]);
    const capped = told(await venue.place(newOrder({ ticker: AWAY, side: 'ask', reduceOnly: true, purpose: 'exit' })));
    assert.deepEqual([capped.status, capped.filledE2], ['canceled', 0]);
  });

  it('cancels what rests, and sees it in the book', async () => {
    const venue = floor.venue(member);
    const heard = hear(venue);
    await venue.open();
    const order = newOrder({ yesLimitCC: 3_000, timeInForce: 'gtc' });
    const { orderId, status } = told(await venue.place(order));
    assert.equal(status, 'resting');
    assert.deepEqual(
      (await venue.resting()).map((one) => one.orderId),
      [orderId],
    );
    assert.deepEqual(await venue.cancel({ orderId, ticker: HOME, exchangeIndex: 0 }), { kind: 'done', orderId });
    await venue.caughtUp();
    assert.ok(heard.books.length > 0);
    assert.ok(heard.books.every((seen) => seen.clientOrderId === order.clientOrderId && seen.ticker === HOME));
    assert.equal(heard.orders.at(-1)?.status, 'canceled');
    assert.deepEqual(await venue.resting(), []);
  });

  it('does not know what became of an order that it does not find to cancel', async () => {
    const venue = floor.venue(member);
    await venue.open();
    const { orderId } = told(await venue.place(newOrder()));
    const canceled = await venue.cancel({ orderId, ticker: HOME, exchangeIndex: undefined });
    assert.deepEqual([canceled.kind, 'code' in canceled && canceled.code], ['unknown', 'KALSHI_NOT_FOUND']);
  });

  it('leaves an order standing whose cancel was not taken', async () => {
    const venue = floor.venue(member);
    await venue.open();
    const { orderId } = told(await venue.place(newOrder({ yesLimitCC: 3_000, timeInForce: 'gtc' })));
    floor.practice.faults.add({ kind: 'rate_limited' }, { method: 'DELETE' });
    const canceled = await venue.cancel({ orderId, ticker: HOME, exchangeIndex: 0 });
    assert.deepEqual([canceled.kind, 'code' in canceled && canceled.code], ['refused', 'KALSHI_RATE_LIMITED']);
    assert.equal((await venue.order(orderId))?.status, 'resting');
  });

  const refusals: [what: string, change: Parameters<typeof newOrder>[0], code: string][] = [
    ['costs more than there is', { countE2: 1_000_000 }, 'KALSHI_INSUFFICIENT_BALANCE'],
    ['lies off the grid', { yesLimitCC: 4_150 }, 'KALSHI_REFUSED'],
    ['names no market', { ticker: 'KXNBAGAME-26NOV20AAABBB-CCC' }, 'KALSHI_NOT_FOUND'],
    ['has a price that is none', { yesLimitCC: 41.5 }, 'MONEY_UNREADABLE'],
    ['is of no group', { orderGroupId: 'nobody' }, 'KALSHI_NOT_FOUND'],
  ];
  for (const [what, change, code] of refusals) {
    it(`is refused an order that ${what}`, async () => {
      const venue = floor.venue(member);
      await venue.open();
      const placed = await venue.place(newOrder(change));
      assert.deepEqual([placed.kind, 'code' in placed && placed.code], ['refused', code]);
      assert.ok('reason' in placed && placed.reason.length > 10);
      assert.deepEqual(await venue.ordersSince(0), []);
    });
  }

  it('is refused what the rate limit turned away, for it was not taken', async () => {
    const venue = floor.venue(member);
    await venue.open();
    floor.practice.faults.add({ kind: 'rate_limited' }, { method: 'POST' });
    const placed = await venue.place(newOrder());
    assert.deepEqual([placed.kind, 'code' in placed && placed.code], ['refused', 'KALSHI_RATE_LIMITED']);
  });

  const lost: [what: string, trouble: Parameters<Floor['practice']['faults']['add']>[0], code: string, isTaken: boolean][] = [
    ['the answer is lost', { kind: 'answer_lost' }, 'KALSHI_UNREACHABLE', true],
    ['the exchange fails after taking it', { kind: 'server_error', status: 500, isTaken: true }, 'KALSHI_EXCHANGE_FAILED', true],
    [
      'the exchange fails before taking it',
      { kind: 'server_error', status: 503, isTaken: false },
      'KALSHI_EXCHANGE_FAILED',
      false,
    ],
  ];
  for (const [what, trouble, code, isTaken] of lost) {
    it(`does not know of an order when ${what}, and finds out by its id`, async () => {
      const venue = floor.venue(member);
      await venue.open();
      floor.practice.faults.add(trouble, { method: 'POST', path: ORDERS });
      const order = newOrder();
      const placed = await venue.place(order);
      assert.deepEqual([placed.kind, 'code' in placed && placed.code], ['unknown', code]);
      const found = (await venue.ordersOf(HOME)).filter(({ clientOrderId }) => clientOrderId === order.clientOrderId);
      assert.equal(found.length, isTaken ? 1 : 0);
      const again = await venue.place(order);
      assert.equal(again.kind, isTaken ? 'unknown' : 'told');
      if (isTaken) assert.equal('code' in again && again.code, 'KALSHI_ORDER_EXISTS');
      assert.equal((await venue.ordersOf(HOME)).length, 1);
    });
  }

  it('sends an order once more whose signature came too late', async () => {
    // It takes the exchange's clock for a minute slow. Nothing else is asked that could set it right.
    const { client } = member;
    const venue = floor.venue(member, { client });
    client.offset.observe({ dateMs: Date.now() - 60_000, sentMs: Date.now(), receivedMs: Date.now() });
    assert.equal(told(await venue.place(newOrder())).status, 'executed');
  });

  it('reads positions, balance, settlements and as of when', async () => {
    const venue = floor.venue(member);
    await venue.open();
    const before = await venue.balance();
    assert.deepEqual([before.cashE6, before.byShard], [1_000_000_000, [{ exchangeIndex: 0, cashE6: 1_000_000_000 }]]);
    const startMs = floor.clock.nowMs();
    assert.equal(await venue.userDataMs(), startMs);
    await venue.place(newOrder());
    const [position, ...more] = await venue.positions();
    assert.deepEqual([position?.ticker, position?.netE2, position?.exposureE6, more], [HOME, 1_000, 4_200_000, []]);
    floor.perform({ kind: 'determine', ticker: HOME, result: 'scalar', valueCC: 3_333 });
    assert.ok(floor.step());
    const settled = { ticker: HOME, valueCC: 3_333, feeE6: 0, atMs: floor.clock.nowMs() };
    assert.deepEqual(await venue.settlementsSince(startMs), [settled]);
    assert.deepEqual(await venue.settlementsSince(floor.clock.nowMs() + 1), []);
    assert.deepEqual(await venue.positions(), []);
    assert.equal((await venue.balance()).cashE6, 1_000_000_000 - 4_200_000 - 170_600 + 3_333_000);
  });

  it('lists orders and fills since a moment', async () => {
    const venue = floor.venue(member);
    await venue.open();
    await venue.place(newOrder());
    assert.equal((await venue.ordersSince(floor.clock.nowMs())).length, 1);
    assert.equal((await venue.fillsSince(floor.clock.nowMs())).length, 1);
    assert.deepEqual(await venue.ordersSince(floor.clock.nowMs() + 1), []);
    assert.deepEqual(await venue.fillsSince(floor.clock.nowMs() + 1), []);
    assert.equal(await venue.order('00000000-0000-4000-8000-000000000000'), undefined);
  });

  it('stops an order by its group', async () => {
    const venue = floor.venue(member);
    await venue.open();
    const orderGroupId = await venue.createOrderGroup(500);
    assert.equal(told(await venue.place(newOrder({ orderGroupId, countE2: 600 }))).filledE2, 600);
    assert.equal((await venue.place(newOrder({ orderGroupId }))).kind, 'refused');
  });

  it('fails to make a group that cannot be', async () => {
    const venue = floor.venue(member);
    await venue.open();
    await assert.rejects(venue.createOrderGroup(-100), { code: 'KALSHI_REFUSED' });
  });
});

describe('a venue on a shard of its own', () => {
  it('sends orders, cancels and groups to the shard of the market', async () => {
    const floor = await openFloor({ scenario: quietScenario({ shard: 3 }), shards: [0, 1, 2, 3] });
    try {
      floor.step();
      const member = floor.practice.member(1_000);
      floor.practice.night.execute({ kind: 'deposit', accountId: member.account.id, shard: 3, amountE6: 50_000_000 });
      const venue = floor.venue(member, { shardOf: (ticker) => (ticker === HOME ? 3 : undefined) });
      await venue.open();
      const orderGroupId = await venue.createOrderGroup(100_000, 3);
      const { orderId } = told(await venue.place(newOrder({ orderGroupId, yesLimitCC: 3_000, timeInForce: 'gtc' })));
      assert.equal((await venue.order(orderId))?.exchangeIndex, 3);
      assert.equal((await venue.cancel({ orderId, ticker: HOME, exchangeIndex: undefined })).kind, 'done');
      const elsewhere = floor.venue(member, { shardOf: () => 2 });
      const placed = await elsewhere.place(newOrder());
      assert.deepEqual([placed.kind, 'code' in placed && placed.code], ['refused', 'KALSHI_REFUSED']);
    } finally {
      await floor.close();
    }
  });
});

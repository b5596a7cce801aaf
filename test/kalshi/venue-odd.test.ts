import assert from 'node:assert/strict';
import { EVENT, HOME, START_MS } from '../exchange/stage.ts';
import type { Member } from '../practice.ts';
import { VirtualClock } from './clock.ts';
import { SocketExchange, until } from './socket-exchange.ts';
import { type Floor, hear, openFloor, openGateway, passedOn, quietScenario } from './venue-stage.ts';

const DAY_MS = 86_400_000;
const NOTHING = { leagues: [], series: [], tickers: [] };
const NBA = { ...NOTHING, leagues: ['NBA' as const] };

/** As JSON, without what is called so, wherever it stands. */
function without(name: string, json: string): string {
  return JSON.stringify(JSON.parse(json, (key, value: unknown) => (key === name ? undefined : value)));
}

/** A candle with every price null. */
function pricesUnknown(candle: Record<string, unknown>, endS: number): Record<string, unknown> {
  const unknown = { open_dollars: null, low_dollars: null, high_dollars: null, close_dollars: null };
  return { ...candle, end_period_ts: endS, yes_bid: unknown, yes_ask: unknown };
}

describe('what an exchange says that is not as it should be', () => {
  let floor: Floor;
  let member: Member;
  let exchange: SocketExchange;

  before(async () => {
    floor = await openFloor({ scenario: quietScenario() });
    floor.step();
    member = floor.practice.member();
    exchange = await SocketExchange.listen();
  });

  after(async () => {
    await floor.close();
    await exchange.close();
  });

  it('of a fill costs the account its health, until what was missed can be read', async () => {
    const wall = new VirtualClock(Date.now());
    const venue = floor.venue(member, { wall, wsUrl: exchange.url });
    const heard = hear(venue);
    await venue.open();
    assert.equal(venue.health().isHealthy, true);
    exchange.send({
      type: 'fill',
      sid: exchange.subscriptions.get('fill')?.sid,
      msg: {
        trade_id: 'trade-1',
        order_id: 'order-1',
        market_ticker: HOME,
        exchange_index: 0,
        is_taker: true,
        yes_price_dollars: '0.4200',
        count_fp: '10.00',
        fee_cost: '0.170600',
        outcome_side: 'no',
        book_side: 'bid',
        ts: 1,
        ts_ms: 1_000,
        post_position_fp: '10.00',
      },
    });
    await exchange.barrier();
    assert.deepEqual(venue.health().reason, 'news of fills and orders came that cannot be read');
    assert.deepEqual([heard.fills.length, floor.problems.at(-1)?.code], [0, 'KALSHI_FRAME_UNREADABLE']);
    wall.advance(2_000);
    assert.deepEqual(
      heard.health.map(({ isHealthy }) => isHealthy),
      [true, false, true],
    );
    await venue.close();
  });

  it('of a result sends everybody to the list', async () => {
    const data = floor.marketData(member, { wsUrl: exchange.url });
    await data.open();
    await data.list(NBA);
    let listings = 0;
    data.listen({ listed: () => listings++ });
    exchange.sequenced('market_lifecycle_v2', {
      type: 'market_lifecycle_v2',
      msg: { event_type: 'determined', market_ticker: HOME, result: 'scalar', settlement_value: '0.333333', determination_ts: 1 },
    });
    await until(() => listings > 0, 'the list is to be read');
    assert.deepEqual(
      floor.problems.slice(-1).map(({ code, message }) => [code, message.includes(HOME)]),
      [['KALSHI_FRAME_UNREADABLE', true]],
    );
    await data.close();
  });

  it('of the end of a market, namely nothing, does not keep it in memory', async () => {
    const data = floor.marketData(member);
    const [game] = await data.list(NBA);
    assert.deepEqual([game?.eventTicker, data.shardOf(HOME)], [EVENT, 0]);
    floor.clock.advanceTo(START_MS + 60 * DAY_MS);
    await data.list(NOTHING);
    assert.equal(data.shardOf(HOME), undefined);
  });

  it('of a shard, namely nothing, leaves it to the exchange to find the market', async () => {
    const gateway = await openGateway(async (request) => {
      const { status, body } = await passedOn(request, floor);
      return { status, body: without('exchange_index', body) };
    });
    const data = floor.marketData(member, { baseUrl: gateway.rest });
    const [game] = await data.list({ ...NOTHING, tickers: [EVENT] });
    assert.deepEqual([game?.markets[0]?.exchangeIndex, data.shardOf(HOME)], [undefined, undefined]);
    gateway.close();
  });

  it('of what stood before a span, namely no prices, is no word about them', async () => {
    const gateway = await openGateway(async (request) => {
      const { status, body } = await passedOn(request, floor);
      const withPast = (name: string, value: unknown) =>
        name === 'candlesticks' && Array.isArray(value) ? [pricesUnknown(value[0], START_MS / 1_000 - 60), ...value] : value;
      return { status, body: JSON.stringify(JSON.parse(body, withPast)) };
    });
    const data = floor.marketData(member, { baseUrl: gateway.rest });
    const candles = await data.candles(HOME, START_MS - 3_600_000, START_MS + 3_600_000);
    assert.deepEqual(candles, [{ endMs: START_MS, bidCC: 4_000, askCC: 4_200 }]);
    gateway.close();
  });

  it('of the time of a fill, namely whole seconds, hides no fill', async () => {
    const fill = {
      fill_id: 'trade-1',
      trade_id: 'trade-1',
      order_id: 'order-1',
      ticker: HOME,
      market_ticker: HOME,
      exchange_index: 0,
      outcome_side: 'yes',
      book_side: 'bid',
      count_fp: '10.00',
      yes_price_dollars: '0.4200',
      no_price_dollars: '0.5800',
      is_taker: true,
      fee_cost: '0.170600',
      ts: 1_795_197_600,
    };
    const gateway = await openGateway(() => ({ status: 200, body: JSON.stringify({ fills: [fill], cursor: '' }) }));
    const venue = floor.venue(member, { baseUrl: gateway.rest });
    assert.equal((await venue.fillsSince(1_795_197_600_400)).length, 1);
    gateway.close();
  });
});

import assert from 'node:assert/strict';
import * as parse from '../../lib/kalshi/parse.ts';
import { Market } from '../../lib/kalshi/schema/market.ts';
import { CreateOrderV2Response, Order } from '../../lib/kalshi/schema/order.ts';
import { Fill, GetBalanceResponse, MarketPosition } from '../../lib/kalshi/schema/portfolio.ts';
import * as fixture from './rest-fixtures.ts';

describe('parsing the wire', () => {
  it('reads an order', () => {
    const order = Order.parse({
      ...fixture.ORDER,
      created_time: '2026-11-20T06:29:30.164956Z',
      last_update_time: null,
      order_group_id: 'g',
      exchange_index: 3,
    });
    assert.deepEqual(parse.orderFromWire(order), {
      orderId: 'order-1',
      clientOrderId: fixture.ORDER.client_order_id,
      ticker: fixture.MARKET.ticker,
      side: 'bid',
      outcome: 'yes',
      status: 'resting',
      yesPriceCC: 5600,
      initialE2: 1000,
      filledE2: 400,
      remainingE2: 600,
      takerCostE6: 1_120_000,
      makerCostE6: 1_120_000,
      feesE6: 43_200,
      orderGroupId: 'g',
      createdMs: Date.UTC(2026, 10, 20, 6, 29, 30, 164),
      updatedMs: undefined,
      expiresMs: undefined,
      exchangeIndex: 3,
    });
  });

  it('reads direction from outcome and book side, never from side and action', () => {
    const fill = Fill.parse({ ...fixture.FILL, side: 'yes', action: 'buy' });
    const { side, outcome } = parse.fillFromWire(fill);
    assert.deepEqual([side, outcome], ['ask', 'no']);
  });

  it('refuses an order or fill that contradicts itself', () => {
    const fill = Fill.parse({ ...fixture.FILL, book_side: 'bid' });
    assert.throws(() => parse.fillFromWire(fill), { code: 'KALSHI_ANSWER_UNREADABLE' });
    const order = Order.parse({ ...fixture.ORDER, outcome_side: 'no' });
    assert.throws(() => parse.orderFromWire(order), { code: 'KALSHI_ANSWER_UNREADABLE' });
  });

  it('reads a fill, and its time from whichever field has it', () => {
    const fill = Fill.parse({ ...fixture.FILL, ts: 1795168800 });
    assert.deepEqual(parse.fillFromWire(fill), {
      fillId: 'fill-1',
      orderId: 'order-1',
      ticker: fixture.MARKET.ticker,
      side: 'ask',
      outcome: 'no',
      yesPriceCC: 5600,
      countE2: 250,
      feeE6: 17_500,
      isTaker: true,
      atMs: 1795168800000,
      exchangeIndex: 0,
    });
    const timed = Fill.parse({ ...fixture.FILL, ts: 1, created_time: '2026-11-20T06:29:30.5Z' });
    assert.equal(parse.fillFromWire(timed).atMs, Date.UTC(2026, 10, 20, 6, 29, 30, 500));
    assert.equal(parse.fillFromWire(Fill.parse(fixture.FILL)).atMs, undefined);
  });

  it('reads a position of NO as negative', () => {
    assert.deepEqual(parse.positionFromWire(MarketPosition.parse(fixture.MARKET_POSITION)), {
      ticker: fixture.MARKET.ticker,
      netE2: -300,
      exposureE6: 1_320_000,
      realizedE6: -100_000,
      feesE6: 18_900,
      updatedMs: Date.UTC(2026, 10, 20, 6, 29, 30, 165),
      exchangeIndex: 0,
    });
  });

  it('reads the exact balance, of all and of each shard', () => {
    assert.deepEqual(parse.balanceFromWire(GetBalanceResponse.parse(fixture.BALANCE)), {
      cashE6: 98_018_600,
      portfolioE6: 1_980_000,
      byShard: [
        { exchangeIndex: 0, cashE6: 90_018_600 },
        { exchangeIndex: 3, cashE6: 8_000_000 },
      ],
      atMs: 1795168800000,
    });
    const { balance_breakdown: _gone, ...whole } = fixture.BALANCE;
    assert.deepEqual(parse.balanceFromWire(GetBalanceResponse.parse(whole)).byShard, []);
  });

  const quotes: [string, object, [number | undefined, number, number | undefined, number]][] = [
    ['both sides', {}, [5600, 12_000, 5700, 8_050]],
    [
      'an empty book',
      { yes_bid_dollars: '0.0000', yes_bid_size_fp: '0.00', yes_ask_dollars: '1.0000', yes_ask_size_fp: '0.00' },
      [undefined, 0, undefined, 0],
    ],
    ['a missing ask told as zero', { yes_ask_dollars: '0.0000', yes_ask_size_fp: '0.00' }, [5600, 12_000, undefined, 0]],
    ['a missing bid', { yes_bid_dollars: '0.0000', yes_bid_size_fp: '0.00' }, [undefined, 0, 5700, 8_050]],
    ['a price that nobody stands at', { yes_ask_size_fp: '0.00' }, [5600, 12_000, undefined, 0]],
    ['tapered prices', { yes_bid_dollars: '0.0010', yes_ask_dollars: '0.9990' }, [10, 12_000, 9990, 8_050]],
  ];
  for (const [what, change, [bidCC, bidSizeE2, askCC, askSizeE2]] of quotes) {
    it(`reads a quote from a market with ${what}`, () => {
      const quote = parse.quoteFromMarket(Market.parse({ ...fixture.MARKET, ...change }), 77);
      assert.deepEqual(quote, { bidCC, bidSizeE2, askCC, askSizeE2, atMs: 77 });
    });
  }

  const placed: [string, object, string][] = [
    ['resting', {}, 'resting'],
    ['executed', { fill_count: '10.00', remaining_count: '0.00' }, 'executed'],
    ['canceled in part', { remaining_count: '0.00' }, 'canceled'],
    ['canceled as a whole', { fill_count: '0.00', remaining_count: '0.00', average_fill_price: undefined }, 'canceled'],
  ];
  for (const [what, change, status] of placed) {
    it(`concludes that a new order is ${what}`, () => {
      assert.equal(parse.placedFromWire(CreateOrderV2Response.parse({ ...fixture.PLACED, ...change }), 1000).status, status);
    });
  }

  it('reads the average price of a new order, which may be finer than a price', () => {
    const answer = CreateOrderV2Response.parse({ ...fixture.PLACED, average_fill_price: '0.561250' });
    assert.deepEqual(parse.placedFromWire(answer, 1000), {
      orderId: 'order-1',
      status: 'resting',
      filledE2: 400,
      remainingE2: 600,
      averageYesPriceCC: 5613,
      atMs: 1795168800123,
    });
    const nothing = CreateOrderV2Response.parse({ ...fixture.PLACED, fill_count: '0.00', average_fill_price: null });
    assert.equal(parse.placedFromWire(nothing, 1000).averageYesPriceCC, undefined);
  });

  it('refuses a time that is none', () => {
    assert.throws(() => parse.timeFromWire('soon'), { code: 'KALSHI_ANSWER_UNREADABLE' });
  });
});

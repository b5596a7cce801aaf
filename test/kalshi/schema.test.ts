import assert from 'node:assert/strict';
import { z } from 'zod';
import * as schema from '../../lib/kalshi/schema/index.ts';
import * as fixture from './rest-fixtures.ts';

/** The fixtures hold every required field and little else, so each of their fields must be missed. */
const objects: [string, z.ZodType, Record<string, unknown>, string[]][] = [
  ['Market', schema.Market, fixture.MARKET, []],
  ['EventData', schema.EventData, fixture.EVENT, []],
  ['Series', schema.Series, fixture.SERIES, ['categories']],
  ['Order', schema.Order, fixture.ORDER, []],
  ['Fill', schema.Fill, fixture.FILL, ['exchange_index']],
  ['MarketPosition', schema.MarketPosition, fixture.MARKET_POSITION, ['exchange_index']],
  ['EventPosition', schema.EventPosition, fixture.EVENT_POSITION, []],
  ['Settlement', schema.Settlement, fixture.SETTLEMENT, ['exchange_index']],
  ['Trade', schema.Trade, fixture.TRADE, []],
  ['Milestone', schema.Milestone, fixture.MILESTONE, []],
  ['LiveData', schema.LiveData, fixture.LIVE_DATA, []],
  ['MarketCandlestick', schema.MarketCandlestick, fixture.CANDLESTICK, []],
  ['MarketCandlestickHistorical', schema.MarketCandlestickHistorical, fixture.CANDLESTICK_HISTORICAL, []],
  ['OrderbookCountFp', schema.OrderbookCountFp, fixture.ORDERBOOK, []],
  ['GetBalanceResponse', schema.GetBalanceResponse, fixture.BALANCE, ['balance_breakdown']],
  ['GetAccountApiLimitsResponse', schema.GetAccountApiLimitsResponse, fixture.LIMITS, []],
  ['IntraExchangeInstanceTransfer', schema.IntraExchangeInstanceTransfer, fixture.TRANSFER, []],
  [
    'CreateOrderV2Response',
    schema.CreateOrderV2Response,
    fixture.PLACED,
    ['client_order_id', 'average_fill_price', 'average_fee_paid'],
  ],
  ['Schedule', schema.Schedule, fixture.SCHEDULE, []],
];

function issues(type: z.ZodType, value: unknown): string[] {
  return type.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('wire schemas', () => {
  for (const [name, type, value, optional] of objects) {
    it(`${name} names each required field that is missing, and lets unknown ones through`, () => {
      assert.deepEqual(type.parse({ ...value, unheard_of: { deep: [1] } }), { ...value, unheard_of: { deep: [1] } });
      for (const field of Object.keys(value)) {
        const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));
        const found = issues(type, rest);
        if (optional.includes(field)) assert.deepEqual(found, [], `${field} is optional`);
        else assert.ok(found[0]?.startsWith(`${field}: `), `${name} does not miss ${field}: ${found.join()}`);
      }
    });

    it(`${name} takes decimals as text only`, () => {
      for (const [field, text] of Object.entries(value)) {
        if (!/_(dollars|fp)$|^(count|price|fee_cost|fill_count|remaining_count|volume|open_interest)$/.test(field)) continue;
        if (typeof text !== 'string') continue;
        for (const wrong of [Number(text), '', '1,000.00', 'NaN', '1e3', '0x10', ' 1.00', null]) {
          assert.equal(issues(type, { ...value, [field]: wrong }).length, 1, `${name}.${field} takes ${JSON.stringify(wrong)}`);
        }
        assert.deepEqual(issues(type, { ...value, [field]: '-12.345678' }), []);
      }
    });
  }

  const requests = Object.entries(schema).flatMap(([name, type]) =>
    /Request(OrdersInner)?$/.test(name) && type instanceof z.ZodObject ? [[name, type] as const] : [],
  );
  for (const [name, type] of requests) {
    it(`${name} refuses a field that it does not declare, however it is spelt`, () => {
      assert.ok(issues(type, { reduceOnly: true }).some((issue) => /Unrecognized key.*reduceOnly/.test(issue)));
    });
  }

  it('CreateOrderV2Request names each required field that is missing, and takes decimals as text only', () => {
    const type = schema.CreateOrderV2Request;
    assert.deepEqual(type.parse(fixture.NEW_ORDER), fixture.NEW_ORDER);
    for (const field of Object.keys(fixture.NEW_ORDER)) {
      const missed = issues(type, { ...fixture.NEW_ORDER, [field]: undefined });
      assert.equal(missed.length, field === 'client_order_id' ? 0 : 1, field);
    }
    for (const field of ['count', 'price']) {
      for (const wrong of [1, '', '1,000.00', '1e3', null]) {
        assert.equal(issues(type, { ...fixture.NEW_ORDER, [field]: wrong }).length, 1, `${field}: ${JSON.stringify(wrong)}`);
      }
    }
  });

  it('refuse targets of a balance with fields that are not declared', () => {
    const allocations = [{ exchange_index: 0, percent: 100, max: 1 }];
    assert.match(issues(schema.SetTargetBalanceAllocationRequest, { allocations })[0] ?? '', /max/);
  });

  it('take an item of a batch for an order or for an error, and nothing for both', () => {
    const { order_id, fill_count, remaining_count } = fixture.PLACED;
    const item = schema.BatchCreateOrdersV2ResponseOrdersInner;
    for (const whole of [{ order_id, fill_count, remaining_count }, { error: {} }]) assert.deepEqual(issues(item, whole), []);
    for (const part of [
      {},
      { error: null },
      { order_id },
      { order_id, fill_count },
      { order_id, remaining_count, fill_count: null },
    ]) {
      assert.match(issues(item, part)[0] ?? '', /neither an order nor an error/, JSON.stringify(part));
    }
  });

  it('take an error for something', () => {
    assert.deepEqual(issues(schema.Nothing, { error: null }), []);
    assert.equal(issues(schema.Nothing, { error: { code: 'bad_request' } }).length, 1);
    assert.equal(issues(schema.Nothing, { error: 'too many requests' }).length, 1);
  });

  it('take values of tomorrow where nothing depends on them', () => {
    const market = { ...fixture.MARKET, status: 'suspended', strike_type: 'quantum', market_type: 'ternary' };
    assert.deepEqual(issues(schema.Market, market), []);
    assert.deepEqual(issues(schema.Series, { ...fixture.SERIES, fee_type: 'cubic' }), []);
  });

  it('refuse unknown values of what decides direction and outcome', () => {
    assert.equal(issues(schema.Market, { ...fixture.MARKET, result: 'maybe' }).length, 1);
    assert.equal(issues(schema.Order, { ...fixture.ORDER, status: 'pending' }).length, 1);
    assert.equal(issues(schema.Fill, { ...fixture.FILL, book_side: 'yes' }).length, 1);
    assert.equal(issues(schema.Settlement, { ...fixture.SETTLEMENT, market_result: '' }).length, 1);
  });

  for (const [name, type, value] of [
    ['an empty batch of live data', schema.GetLiveDatasResponse, { live_datas: null }],
    ['an order group without orders', schema.GetOrderGroupResponse, { is_auto_cancel_enabled: false, orders: null }],
    ['order groups that are left out', schema.GetOrderGroupsResponse, {}],
    ['structured targets that are left out', schema.GetStructuredTargetsResponse, {}],
    ['game stats without plays', schema.GetGameStatsResponse, {}],
    ['fills without a cursor', schema.GetFillsResponse, { fills: [] }],
    ['fills with a null cursor', schema.GetFillsResponse, { fills: [], cursor: null }],
    ['an empty answer', schema.Nothing, {}],
    ['no answer', schema.Nothing, undefined],
  ] as const) {
    it(`take ${name}`, () => {
      assert.deepEqual(issues(type, value), []);
    });
  }

  for (const [name, type] of [
    ['orders', schema.GetOrdersResponse],
    ['fills', schema.GetFillsResponse],
    ['markets', schema.GetMarketsResponse],
  ] as const) {
    it(`take neither null nor nothing for a list of ${name}: it would look like there were none`, () => {
      assert.equal(issues(type, { [name]: null, cursor: '' }).length, 1);
      assert.equal(issues(type, { cursor: '' }).length, 1);
    });
  }
});

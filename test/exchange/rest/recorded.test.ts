import assert from 'node:assert/strict';
import { example } from './openapi.ts';
import { NYK } from './scenario.ts';
import { type Member, openStage, type Reply, type Stage } from './stage.ts';

/** Fields that Kalshi has taken away since the recordings (June 2026). */
const REMOVED = ['fractional_trading_enabled', 'response_price_units', 'resting_orders_count', 'liquidity_dollars'];
/** Fields that only some markets have. */
const OTHER_MARKETS = ['floor_strike', 'primary_participant_key'];
const IOC = { time_in_force: 'immediate_or_cancel' };

describe('exchange answers of success', () => {
  let stage: Stage;
  let member: Member;
  beforeEach(async () => {
    stage = await openStage();
    member = stage.member({ tier: 'basic' });
  });
  afterEach(() => stage.close());

  const orderAfter = async (change: Record<string, unknown>) =>
    member.get(`/portfolio/orders/${(await member.order(change)).body.order_id}`);
  const afterTrade = async (path: string) => {
    await member.order({ ...IOC, price: '0.9900' });
    return member.get(path);
  };

  const recorded: [name: string, provoke: () => Promise<Reply>][] = [
    ['rest-real__auth__balance_ok', () => member.get('/portfolio/balance')],
    ['rest-real__account__limits', () => member.get('/account/limits')],
    ['rest-real__account__endpoint_costs', () => stage.get('/account/endpoint_costs')],
    ['rest-real__exchange__status', () => stage.get('/exchange/status')],
    ['rest-real__series__fee_changes', () => stage.get('/series/fee_changes')],
    ['rest-real__markets__unauth_single', () => stage.get(`/markets/${NYK}`)],
    ['rest-real__markets__page1', () => stage.get('/markets?limit=2')],
    ['rest-real__markets__garbage_cursor', () => stage.get('/markets?limit=2&cursor=garbage-cursor-fixture')],
    ['rest-real__orderbook__base', () => stage.get(`/markets/${NYK}/orderbook`)],
    ['rest-real__trades__public_recorded', () => stage.get('/markets/trades')],
    ['rest-real__orders__create_v2_maker', () => member.order()],
    ['rest-real__orders__create_v2_taker_ioc', () => member.order({ ...IOC, price: '0.9900' })],
    ['rest-real__orders__stp_self_cross', () => member.order({ ...IOC, price: '0.0100' })],
    [
      'rest-real__orders__cancel_v2',
      async () => member.send('DELETE', `/portfolio/events/orders/${(await member.order()).body.order_id}`),
    ],
    ['rest-real__orders__get_after_create', () => orderAfter({})],
    ['rest-real__portfolio__orders_list', () => afterTrade('/portfolio/orders?limit=10')],
    ['rest-real__portfolio__positions', () => afterTrade('/portfolio/positions')],
    ['rest-real__fills__after_taker', () => afterTrade('/portfolio/fills?limit=10')],
    ['rest-real__settlements__page', () => member.get('/portfolio/settlements?limit=10')],
  ];
  for (const [name, provoke] of recorded) {
    it(`have the fields, in the same notation, of ${name}`, async function () {
      const reply = await provoke();
      const real = example(name);
      if (!real) {
        this.skip();
        return;
      }
      assert.equal(reply.status, real.status);
      compare('body', reply.body, real.body);
    });
  }
});

/** Every recorded field is there and is written as it was: decimal places, moments, kinds. */
function compare(at: string, ours: unknown, real: unknown): void {
  if (Array.isArray(real)) {
    assert.ok(Array.isArray(ours), at);
    if (real.length > 0 && ours.length > 0) compare(`${at}[0]`, ours[0], real[0]);
    return;
  }
  if (typeof real !== 'object' || real === null) {
    assert.equal(notation(ours), notation(real), `${at}: ${String(ours)} against ${String(real)}`);
    return;
  }
  assert.ok(typeof ours === 'object' && ours !== null, at);
  const have = new Map(Object.entries(ours));
  for (const [key, value] of Object.entries(real)) {
    if (REMOVED.includes(key) || OTHER_MARKETS.includes(key)) assert.ok(!have.has(key), `${at}.${key} should be gone`);
    // Ids of targets are keyed by sport.
    else if (key !== 'custom_strike') compare(`${at}.${key}`, have.get(key), value);
  }
}

function notation(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
  const decimal = /^-?\d+\.(\d+)$/.exec(value);
  if (decimal?.[1] !== undefined) return `decimal with ${decimal[1].length} places`;
  return /^\d{4}-\d{2}-\d{2}T.*Z$/.test(value) ? `moment${value.includes('.') ? ' with a fraction' : ''}` : 'text';
}

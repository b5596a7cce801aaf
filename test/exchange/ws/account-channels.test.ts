import assert from 'node:assert/strict';
import { AWAY, EVENT, HOME, START_MS } from '../stage.ts';
import { type Client, type Heard, type Member, ofType, Pit } from './pit.ts';

const SECOND_MS = 1_000;

describe('Private socket channels', () => {
  let pit: Pit;
  let alice: Member;
  let bob: Member;
  let client: Client;
  beforeEach(async () => {
    pit = await new Pit().open();
    alice = pit.member();
    bob = pit.member();
    client = await pit.connect(alice);
  });
  afterEach(() => pit.close());

  const messages = (frames: Heard[], type: string): unknown[] => ofType(frames, type).map(({ msg }) => msg);

  it('the private channels tell an order its whole story', async () => {
    await client.subscribe(['fill', 'user_orders', 'market_positions']);
    pit.quote(HOME, [], [{ priceCC: 5_200, countE2: 400 }]);
    const orderId = pit.place(alice, {
      priceCC: 5_500,
      countE2: 1_000,
      clientOrderId: 'story',
      expirationMs: START_MS + 60 * SECOND_MS,
    });
    const heard = await client.hear();
    const fill = {
      trade_id: pit.night.tape.trades[0]?.tradeId,
      order_id: orderId,
      client_order_id: 'story',
      market_ticker: HOME,
      exchange_index: 0,
      is_taker: true,
      side: 'yes',
      action: 'buy',
      outcome_side: 'yes',
      book_side: 'bid',
      purchased_side: 'yes',
      yes_price_dollars: '0.5200',
      count_fp: '4.00',
      fee_cost: '0.069900',
      post_position_fp: '4.00',
      ts: START_MS / 1000,
      ts_ms: START_MS,
    };
    assert.deepEqual(ofType(heard, 'fill'), [{ type: 'fill', sid: 1, msg: fill }]);
    const order = {
      order_id: orderId,
      user_id: alice.account.id,
      ticker: HOME,
      status: 'resting',
      exchange_index: 0,
      outcome_side: 'yes',
      book_side: 'bid',
      side: 'yes',
      is_yes: true,
      yes_price_dollars: '0.5500',
      fill_count_fp: '4.00',
      remaining_count_fp: '6.00',
      initial_count_fp: '10.00',
      taker_fill_cost_dollars: '2.080000',
      maker_fill_cost_dollars: '0.000000',
      taker_fees_dollars: '0.069900',
      maker_fees_dollars: '0.000000',
      client_order_id: 'story',
      self_trade_prevention_type: 'taker_at_cross',
      created_time: '2026-11-20T18:00:00.000000Z',
      created_ts_ms: START_MS,
      last_update_time: '2026-11-20T18:00:00.000000Z',
      last_updated_ts_ms: START_MS,
      expiration_time: '2026-11-20T18:01:00Z',
      expiration_ts_ms: START_MS + 60 * SECOND_MS,
      subaccount_number: 0,
    };
    assert.deepEqual(ofType(heard, 'user_order'), [{ type: 'user_order', sid: 2, msg: order }]);
    assert.deepEqual(messages(heard, 'market_position'), [
      {
        user_id: alice.account.id,
        market_ticker: HOME,
        position_fp: '4.00',
        position_cost_dollars: '2.080000',
        realized_pnl_dollars: '0.000000',
        fees_paid_dollars: '0.069900',
        position_fee_cost_dollars: '0.069900',
        volume_fp: '4.00',
      },
    ]);
    pit.night.step();
    const [expired] = messages(await client.hear(), 'user_order') as Record<string, unknown>[];
    assert.deepEqual(
      [expired?.['status'], expired?.['remaining_count_fp'], expired?.['last_update_reason'], expired?.['last_updated_ts_ms']],
      ['canceled', '0.00', 'ExpiryCancel', START_MS + 60 * SECOND_MS],
    );
  });

  it('a position that is sold again keeps no cost, and fees only in total', async () => {
    await client.subscribe('market_positions', { market_tickers: [HOME] });
    pit.quote(HOME, [{ priceCC: 5_000, countE2: 1_000 }], [{ priceCC: 5_100, countE2: 1_000 }]);
    pit.place(alice, { ticker: AWAY, priceCC: 4_000 });
    pit.place(alice, { priceCC: 5_100, countE2: 200 });
    pit.place(alice, { side: 'ask', priceCC: 5_000, countE2: 100 });
    pit.place(alice, { side: 'ask', priceCC: 5_000, countE2: 100 });
    const told = (messages(await client.hear(), 'market_position') as Record<string, string>[]).map((msg) => [
      msg['position_fp'],
      msg['position_cost_dollars'],
      msg['realized_pnl_dollars'],
      msg['fees_paid_dollars'],
      msg['position_fee_cost_dollars'],
      msg['volume_fp'],
    ]);
    assert.deepEqual(told, [
      ['2.00', '1.020000', '0.000000', '0.035000', '0.035000', '2.00'],
      ['1.00', '0.510000', '-0.010000', '0.052500', '0.017500', '3.00'],
      ['0.00', '0.000000', '-0.020000', '0.070000', '0.000000', '4.00'],
    ]);
  });

  it('both parties of a trade hear of their own side only', async () => {
    const other = await pit.connect(bob);
    const stranger = await pit.connect();
    for (const each of [client, other, stranger]) {
      await each.subscribe(['fill', 'user_orders', 'market_positions', 'order_group_updates']);
    }
    pit.place(alice, { side: 'ask', priceCC: 4_000, clientOrderId: 'maker' });
    pit.place(bob, { side: 'bid', priceCC: 4_000, clientOrderId: 'taker' });
    for (const [each, name, isTaker] of [
      [client, 'maker', false],
      [other, 'taker', true],
    ] as const) {
      const heard = await each.hear();
      const fills = messages(heard, 'fill') as Record<string, unknown>[];
      assert.deepEqual(
        fills.map((msg) => [msg['client_order_id'], msg['is_taker']]),
        [[name, isTaker]],
      );
      for (const frame of ofType(heard, 'user_order')) assert.equal(frame.msg?.['client_order_id'], name);
    }
    assert.deepEqual(await stranger.hear(), []);
  });

  it('private channels keep to the markets that were named', async () => {
    await client.subscribe(['fill', 'user_orders'], { market_tickers: [HOME] });
    pit.quote(AWAY, [], [{ priceCC: 5_000, countE2: 100 }]);
    pit.place(alice, { ticker: AWAY, countE2: 100 });
    assert.deepEqual(await client.hear(), []);
    await client.update(2, 'add_markets', { market_ticker: AWAY });
    pit.place(alice, { ticker: AWAY, priceCC: 100 });
    assert.deepEqual(
      (await client.hear()).map(({ type, sid }) => [type, sid]),
      [['user_order', 2]],
    );
  });

  it('order_group_updates numbers what happens to a group', async () => {
    await client.subscribe('order_group_updates', { market_ticker: HOME });
    const accountId = alice.account.id;
    const groupId = pit.night.execute<'create_group'>({ kind: 'create_group', accountId, limitE2: 1_000, shard: 0 });
    pit.night.execute<'set_group_limit'>({ kind: 'set_group_limit', accountId, groupId, limitE2: 15_000 });
    pit.night.execute<'trigger_group'>({ kind: 'trigger_group', accountId, groupId });
    pit.night.execute<'reset_group'>({ kind: 'reset_group', accountId, groupId });
    pit.night.execute<'delete_group'>({ kind: 'delete_group', accountId, groupId });
    const common = { order_group_id: groupId, ts_ms: START_MS };
    assert.deepEqual(await client.hear(), [
      { type: 'order_group_updates', sid: 1, seq: 1, msg: { event_type: 'created', ...common, contracts_limit_fp: '10.00' } },
      {
        type: 'order_group_updates',
        sid: 1,
        seq: 2,
        msg: { event_type: 'limit_updated', ...common, contracts_limit_fp: '150.00' },
      },
      { type: 'order_group_updates', sid: 1, seq: 3, msg: { event_type: 'triggered', ...common } },
      { type: 'order_group_updates', sid: 1, seq: 4, msg: { event_type: 'reset', ...common } },
      { type: 'order_group_updates', sid: 1, seq: 5, msg: { event_type: 'deleted', ...common } },
    ]);
  });

  it('a settlement moves position and open interest', async () => {
    pit.quote(HOME, [], [{ priceCC: 5_000, countE2: 100 }]);
    pit.place(alice, { countE2: 100 });
    await client.subscribe(['ticker', 'market_positions'], { market_ticker: HOME });
    pit.perform({ kind: 'determine', ticker: HOME, result: 'yes', valueCC: 10_000 });
    pit.night.step();
    const heard = await client.hear();
    assert.equal(ofType(heard, 'ticker').at(-1)?.msg?.['open_interest_fp'], '0.00');
    const { position_fp, realized_pnl_dollars } = ofType(heard, 'market_position').at(-1)?.msg ?? assert.fail();
    assert.deepEqual([position_fp, realized_pnl_dollars], ['0.00', '0.500000']);
    assert.equal(pit.night.exchange.state.events.get(EVENT)?.markets.length, 2);
  });
});

import assert from 'node:assert/strict';
import { AZ, opening, START_MS } from './scenario.ts';
import { type Member, openStage, type Stage } from './stage.ts';

const START_S = START_MS / 1000;

describe('exchange shards', () => {
  let stage: Stage;
  let member: Member;
  beforeEach(async () => {
    stage = await openStage({ shards: [0, 1, 2, 3], events: [{ atMs: START_MS, actions: opening(3) }] });
    member = stage.member({ dollars: 100 });
  });
  afterEach(() => stage.close());

  const transfer = (change: Record<string, unknown>) =>
    member.send('POST', '/portfolio/intra_exchange_instance_transfer', {
      source: 'event_contract',
      destination: 'event_contract',
      amount: 100_000,
      ...change,
    });
  const balances = async () =>
    (await member.get('/portfolio/balance')).body.balance_breakdown.map((one: { balance: string }) => one.balance);

  it('have their own cash: an order where there is none fails until cash is moved', async () => {
    const buy = { ticker: AZ, price: '0.30' };
    const refused = await member.order(buy);
    assert.deepEqual([refused.status, refused.body.error.code], [400, 'insufficient_balance']);
    const moved = await transfer({ destination_exchange_shard: 3 });
    assert.equal(moved.status, 200);
    assert.deepEqual(await balances(), ['90.0000', '0.0000', '0.0000', '10.0000']);
    assert.equal((await member.order(buy)).status, 201);
    assert.equal((await member.order({ ...buy, exchange_index: 3 })).status, 201);
    assert.equal((await member.order({ ...buy, exchange_index: -1 })).status, 201);
    assert.equal((await member.order({ ...buy, exchange_index: 0 })).status, 400);
    assert.equal((await member.get('/portfolio/balance?exchange_index=1')).body.balance, 0);
    assert.equal((await member.get('/portfolio/balance?subaccount=1')).status, 404);
    const { transfers } = (await member.get('/portfolio/intra_exchange_instance_transfers')).body;
    assert.deepEqual(transfers, [
      {
        transfer_id: moved.body.transfer_id,
        source: 'event_contract',
        destination: 'event_contract',
        source_exchange_shard: 0,
        destination_exchange_shard: 3,
        amount: '10.0000',
        status: 'complete',
        created_ts: START_S,
      },
    ]);
    const single = await member.get(`/portfolio/intra_exchange_instance_transfers/${moved.body.transfer_id}`);
    assert.deepEqual(single.body.transfer, transfers[0]);
    assert.equal((await member.get('/portfolio/intra_exchange_instance_transfers/none')).status, 404);
  });

  it('refuse transfers that cannot be made', async () => {
    const status = async (change: Record<string, unknown>) => (await transfer(change)).status;
    assert.equal(await status({ destination: 'margined' }), 403);
    assert.equal(await status({ destination_exchange_shard: 9 }), 400);
    assert.equal(await status({ amount: -5, destination_exchange_shard: 1 }), 400);
    assert.equal(await status({ amount: 10_000_000, destination_exchange_shard: 1 }), 400);
    assert.equal(await status({ destination_subaccount: 2 }), 404);
    assert.equal(await status({ amount: '5' }), 400);
    assert.deepEqual(await balances(), ['100.0000', '0.0000', '0.0000', '0.0000']);
  });

  it('share cash by a target allocation', async () => {
    const path = '/portfolio/target_balance_allocation';
    const allocations = [
      { exchange_index: 0, percent: 60 },
      { exchange_index: 3, percent: 40 },
    ];
    assert.deepEqual((await member.send('POST', path, { allocations, resting_margin_reservation: 'none' })).body, {});
    assert.deepEqual((await member.get(path)).body, { allocations, resting_margin_reservation: 'none' });
    assert.deepEqual(await balances(), ['60.0000', '0.0000', '0.0000', '40.0000']);
    const status = async (body: object) => (await member.send('POST', path, body)).status;
    assert.equal(await status({ allocations: [{ exchange_index: 0, percent: 101 }] }), 400);
    assert.equal(await status({ allocations: [...allocations, { exchange_index: 3, percent: 1 }] }), 400);
    assert.equal(await status({ allocations: [{ percent: 5 }] }), 400);
    assert.equal(await status({}), 400);
  });

  it('know only the primary subaccount', async () => {
    const { subaccount_balances: list } = (await member.get('/portfolio/subaccounts/balances')).body;
    assert.deepEqual(list[0], { subaccount_number: 0, exchange_index: 0, balance: '100.0000', updated_ts: START_S });
    assert.equal(list.length, 4);
    assert.equal((await member.order({ subaccount: 1 })).status, 404);
    assert.equal((await member.order({ subaccount: 0 })).status, 201);
    const same = { client_transfer_id: 'x', from_subaccount: 0, to_subaccount: 0, amount_cents: 1 };
    assert.equal((await member.send('POST', '/portfolio/subaccounts/transfer', same)).status, 400);
    const netting = (enabled: boolean) => member.send('PUT', '/portfolio/subaccounts/netting', { subaccount_number: 0, enabled });
    assert.equal((await netting(true)).status, 200);
    assert.equal((await netting(false)).status, 400);
  });
});

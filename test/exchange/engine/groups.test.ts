import assert from 'node:assert/strict';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { outcome, START_MS, type Stage, setStage } from '../stage.ts';

describe('order groups on the practice exchange', () => {
  let stage: Stage;
  let maker: Account;
  let member: Account;
  beforeEach(() => {
    stage = setStage({ shards: [0, 3] });
    maker = stage.open(10_000);
    member = stage.open(10_000);
    stage.place(maker, { side: 'ask', priceCC: 5_000, countE2: 100_000 });
  });

  const createGroup = (limitE2: number | undefined, shard = 0) =>
    stage.exchange.apply<'create_group'>({ kind: 'create_group', accountId: member.id, limitE2, shard });
  const take = (groupId: string, countE2: number) =>
    stage.place(member, { groupId, countE2, priceCC: 5_000, timeInForce: 'immediate_or_cancel' });
  const act = (kind: 'reset_group' | 'trigger_group' | 'delete_group', groupId: string) =>
    stage.exchange.apply({ kind, accountId: member.id, groupId });
  const news = () => stage.events.flatMap((event) => (event.kind === 'group' ? [event.news] : []));

  it('triggers when the limit is hit within 15 seconds, and cancels what rests in the group', () => {
    const groupId = createGroup(1_000);
    const resting = stage.place(member, { groupId, priceCC: 1_000 });
    take(groupId, 600);
    assert.ok(member.resting.has(resting.orderId));
    take(groupId, 400);
    assert.ok(!member.resting.has(resting.orderId));
    assert.equal(
      outcome(() => take(groupId, 100)),
      '400 invalid_order: order group has been triggered',
    );
    act('reset_group', groupId);
    assert.equal(take(groupId, 100).fillE2, 100);
    assert.deepEqual(news(), ['created', 'triggered', 'reset']);
  });

  it('forgets matches that are older than 15 seconds', () => {
    const groupId = createGroup(1_000);
    take(groupId, 900);
    stage.exchange.advanceTo(START_MS + 15_000);
    assert.equal(take(groupId, 900).fillE2, 900);
    stage.exchange.advanceTo(START_MS + 29_999);
    take(groupId, 100);
    assert.match(
      outcome(() => take(groupId, 100)),
      /triggered/,
    );
  });

  it('ends the order that hits the limit: nothing of it is left resting', () => {
    stage.place(maker, { side: 'ask', priceCC: 4_900, countE2: 1_000 });
    const groupId = createGroup(1_000);
    const taken = stage.place(member, { groupId, countE2: 3_000, priceCC: 5_000 });
    assert.deepEqual([taken.fillE2, taken.remainingE2], [1_000, 0]);
  });

  it('counts matches of resting orders too', () => {
    const groupId = createGroup(500);
    const resting = stage.place(member, { groupId, priceCC: 4_000, countE2: 2_000 });
    stage.place(maker, { side: 'ask', priceCC: 4_000, countE2: 700, timeInForce: 'immediate_or_cancel' });
    assert.ok(!member.resting.has(resting.orderId));
  });

  it('triggers at once when the limit is lowered to what has matched', () => {
    const groupId = createGroup(5_000);
    take(groupId, 900);
    stage.exchange.apply<'set_group_limit'>({ kind: 'set_group_limit', accountId: member.id, groupId, limitE2: 900 });
    assert.deepEqual(news(), ['created', 'limit_updated', 'triggered']);
  });

  it('triggers by hand once, and deletes with its orders', () => {
    const groupId = createGroup(undefined);
    stage.place(member, { groupId, priceCC: 1_000 });
    act('trigger_group', groupId);
    act('trigger_group', groupId);
    assert.equal(member.resting.size, 0);
    act('reset_group', groupId);
    stage.place(member, { groupId, priceCC: 1_000 });
    act('delete_group', groupId);
    assert.equal(member.resting.size, 0);
    assert.equal(
      outcome(() => act('delete_group', groupId)),
      '404 not_found',
    );
    assert.deepEqual(news(), ['created', 'triggered', 'reset', 'deleted']);
  });

  it('keeps to its shard and to sane limits', () => {
    assert.match(
      outcome(() => stage.place(member, { groupId: createGroup(1_000, 3) })),
      /another exchange_index/,
    );
    for (const limitE2 of [0, 99, 100_000_001]) {
      assert.match(
        outcome(() => createGroup(limitE2)),
        /between 1 and 1000000/,
      );
    }
    assert.match(
      outcome(() => createGroup(1_000, 9)),
      /unknown exchange_index/,
    );
  });
});

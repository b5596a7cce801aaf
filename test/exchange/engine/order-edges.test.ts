import assert from 'node:assert/strict';
import { availableE6 } from '../../../lib/exchange/engine/ledger.ts';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { AWAY, HOME, lastOrderOf, outcome, START_MS, type Stage, setStage } from '../stage.ts';

describe('orders at their edges', () => {
  let stage: Stage;
  let alice: Account;
  let bob: Account;
  beforeEach(() => {
    stage = setStage();
    alice = stage.open(1_000);
    bob = stage.open(1_000);
  });

  it('never cuts a fill-or-kill order in two, whoever has a fuse', () => {
    const group = (account: Account) =>
      stage.exchange.apply<'create_group'>({ kind: 'create_group', accountId: account.id, limitE2: 500, shard: 0 });
    const makers = group(alice);
    const takers = group(bob);
    for (const groupId of [makers, undefined]) {
      stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 500, groupId });
      stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 500, groupId });
      const taken = stage.place(bob, { timeInForce: 'fill_or_kill', groupId: groupId === undefined ? takers : undefined });
      assert.equal(taken.fillE2, 1_000);
    }
    assert.deepEqual([alice.groups.get(makers)?.isTriggered, bob.groups.get(takers)?.isTriggered], [true, true]);
  });

  it('says that a reduce-only order was capped only when nothing else stopped it', () => {
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 400 });
    stage.place(bob, { countE2: 400 });
    stage.place(alice, { side: 'bid', priceCC: 4_500, countE2: 100 });
    const exit = stage.place(bob, {
      side: 'ask',
      priceCC: 4_500,
      countE2: 900,
      reduceOnly: true,
      timeInForce: 'immediate_or_cancel',
    });
    assert.equal(exit.fillE2, 100);
    assert.equal(lastOrderOf(stage, bob).reason, undefined);
  });

  const amend = (orderId: string, updatedClientOrderId?: string) =>
    stage.exchange.apply<'amend'>({
      kind: 'amend',
      accountId: bob.id,
      orderId,
      amend: { ticker: HOME, side: 'bid', priceCC: 4_100, countE2: 1_000, clientOrderId: undefined, updatedClientOrderId },
    });

  it('names the new client order id only in what the amendment adds', () => {
    const { orderId } = stage.place(bob, { clientOrderId: 'old', priceCC: 4_000 });
    const seen = stage.events.length;
    amend(orderId, 'new');
    assert.deepEqual(
      stage.events
        .slice(seen)
        .flatMap((event) => (event.kind === 'book' ? [[event.priceCC, event.deltaE2, event.clientOrderId]] : [])),
      [
        [4_000, -1_000, 'old'],
        [4_100, 1_000, 'new'],
      ],
    );
  });

  it('keeps the expiry of an amended order, and forgets that of a canceled one', () => {
    const { orderId } = stage.place(bob, { expirationMs: START_MS + 5_000 });
    amend(orderId);
    stage.exchange.advanceTo(START_MS + 5_000);
    assert.equal(bob.resting.size, 0);
    const other = stage.place(bob, { ticker: AWAY, expirationMs: START_MS + 9_000 });
    stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: bob.id, orderId: other.orderId });
    assert.notEqual(stage.exchange.nextDueMs(), START_MS + 9_000);
    assert.equal(availableE6(bob, 0), 1_000_000_000);
    assert.equal(
      outcome(() => stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: bob.id, orderId: other.orderId })),
      '404 not_found',
    );
  });

  it('leaves the size that an order was sent with when it is decreased', () => {
    const { orderId } = stage.place(bob, {});
    const decrease = { reduceByE2: 300, reduceToE2: undefined };
    stage.exchange.apply<'decrease'>({ kind: 'decrease', accountId: bob.id, orderId, decrease });
    assert.deepEqual([lastOrderOf(stage, bob).order.initialE2, lastOrderOf(stage, bob).order.remainingE2], [1_000, 700]);
  });
});

import assert from 'node:assert/strict';
import { availableE6 } from '../../../lib/exchange/engine/ledger.ts';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { AWAY, HOME, outcome, type Stage, setStage } from '../stage.ts';

describe('collateral on the practice exchange', () => {
  let stage: Stage;
  let alice: Account;
  let bob: Account;
  beforeEach(() => {
    stage = setStage();
    alice = stage.open(1_000);
    bob = stage.open(1_000);
  });
  const positionE2 = (account: Account) => [...account.positions].find(([one]) => one.ticker === HOME)?.[1].quantityE2 ?? 0;

  it('takes resting orders off, newest first, when the money that covered them is gone', () => {
    const poor = stage.open(10);
    stage.place(alice, { side: 'ask', priceCC: 5_000 });
    stage.place(poor, { priceCC: 5_000 });
    // This ask only reduces the position and locks nothing; once the position is sold elsewhere it would open NO.
    const reducing = stage.place(poor, { side: 'ask', priceCC: 6_000 });
    const other = stage.place(poor, { ticker: AWAY, priceCC: 4_000 });
    stage.place(alice, { side: 'bid', priceCC: 100 });
    stage.place(poor, { side: 'ask', priceCC: 100, timeInForce: 'immediate_or_cancel' });
    assert.equal(positionE2(poor), 0);
    assert.ok(availableE6(poor, 0) >= 0);
    assert.ok(poor.resting.has(reducing.orderId));
    assert.ok(!poor.resting.has(other.orderId));
    assert.ok(
      stage.events.some((event) => event.kind === 'order' && event.order.id === other.orderId && event.reason === 'MarginCancel'),
    );
  });

  it('hands collateral back for NO on outcomes that exclude each other', () => {
    stage.place(alice, { side: 'bid', priceCC: 6_000, countE2: 1_000 });
    stage.place(alice, { ticker: AWAY, side: 'bid', priceCC: 4_000, countE2: 1_000 });
    stage.place(bob, { side: 'ask', priceCC: 6_000, countE2: 1_000 });
    const before = availableE6(bob, 0);
    stage.place(bob, { ticker: AWAY, side: 'ask', priceCC: 4_000, countE2: 1_000 });
    // 10 NO cost 6.00 dollars more, and 10 dollars come back: one of the two must pay.
    const feeE6 = 168_000;
    assert.equal(availableE6(bob, 0) - before, 4_000_000 - feeE6);
  });

  it('keeps events without exclusion apart', () => {
    stage = setStage({ event: { collateralReturnType: '' } });
    alice = stage.open(1_000);
    bob = stage.open(1_000);
    stage.place(alice, { side: 'bid', priceCC: 6_000, countE2: 1_000 });
    stage.place(alice, { ticker: AWAY, side: 'bid', priceCC: 4_000, countE2: 1_000 });
    stage.place(bob, { side: 'ask', priceCC: 6_000, countE2: 1_000 });
    const before = availableE6(bob, 0);
    stage.place(bob, { ticker: AWAY, side: 'ask', priceCC: 4_000, countE2: 1_000 });
    assert.ok(availableE6(bob, 0) < before - 6_000_000);
  });

  it('locks what reducing NO would take back of returned collateral', () => {
    const rich = stage.open(10_000);
    const poor = stage.open(25);
    for (const ticker of [HOME, AWAY]) {
      stage.place(rich, { ticker, side: 'bid', priceCC: 5_000 });
      stage.place(poor, { ticker, side: 'ask', priceCC: 5_000 });
    }
    const before = availableE6(poor, 0);
    stage.place(poor, { side: 'bid', priceCC: 9_000 });
    // Ten NO sold at 10 cents bring one dollar, and take ten dollars of collateral back.
    assert.equal(before - availableE6(poor, 0), 9_000_000);
    assert.equal(
      outcome(() => stage.place(poor, { ticker: AWAY, side: 'bid', priceCC: 9_000, countE2: 10_000 })),
      '400 insufficient_balance',
    );
    stage.place(rich, { side: 'ask', priceCC: 9_000 });
    assert.ok(availableE6(poor, 0) >= 0);
  });

  it('keeps an exit that locks nothing when margin runs out', () => {
    const poor = stage.open(10.5);
    for (const ticker of [HOME, AWAY]) {
      stage.place(alice, { ticker, side: 'ask', priceCC: 5_000 });
      stage.place(poor, { ticker, priceCC: 5_000 });
    }
    const opening = stage.place(poor, { ticker: AWAY, side: 'ask', priceCC: 6_000 });
    const exit = stage.place(poor, { side: 'ask', priceCC: 6_000 });
    stage.place(bob, { ticker: AWAY, side: 'bid', priceCC: 100 });
    stage.place(poor, { ticker: AWAY, side: 'ask', priceCC: 100, timeInForce: 'immediate_or_cancel' });
    assert.ok(poor.resting.has(exit.orderId), 'the newest, but nothing is won by canceling it');
    assert.ok(!poor.resting.has(opening.orderId));
    assert.ok(availableE6(poor, 0) >= 0);
  });
});

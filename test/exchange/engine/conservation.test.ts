import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lockE6 } from '../../../lib/exchange/engine/collateral.ts';
import { availableE6 } from '../../../lib/exchange/engine/ledger.ts';
import { Refusal } from '../../../lib/exchange/engine/refusal.ts';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { AWAY, event, HOME, market, order, START_MS, type Stage, setStage } from '../stage.ts';

/** Anything that members, the house and time can do, with small numbers so that orders meet. */
const priceCC = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
const countE2 = fc.integer({ min: 1, max: 3_000 });
/** A second game, whose outcomes do not exclude each other. */
const OTHER_EVENT = 'KXNBAGAME-26NOV20CCCDDD';
const OTHER = `${OTHER_EVENT}-DDD`;
const ticker = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(HOME, AWAY) }, { weight: 1, arbitrary: fc.constant(OTHER) });
const member = fc.integer({ min: 0, max: 2 });
const side = fc.constantFrom('bid' as const, 'ask' as const);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('place' as const),
      member,
      ticker,
      side,
      priceCC,
      countE2,
      timeInForce: fc.constantFrom('good_till_canceled' as const, 'immediate_or_cancel' as const, 'fill_or_kill' as const),
      selfTradePrevention: fc.constantFrom('taker_at_cross' as const, 'maker' as const),
      postOnly: fc.boolean(),
      reduceOnly: fc.boolean(),
      lifeMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
      isGrouped: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), member, pick: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('amend' as const), member, pick: fc.nat(20), priceCC, countE2 }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('decrease' as const), member, pick: fc.nat(20), countE2 }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('quote' as const), ticker, bidCents: fc.integer({ min: 2, max: 97 }), countE2 }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flow' as const), ticker, side, priceCC, countE2 }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120_000 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pause' as const), exchangeActive: fc.boolean(), tradingActive: fc.boolean() }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface World {
  stage: Stage;
  members: Account[];
  groups: string[];
  depositedE6: number;
}

function makeWorld(): World {
  const stage = setStage();
  stage.perform({
    kind: 'event',
    event: { ...event, ticker: OTHER_EVENT, collateralReturnType: '' },
    markets: [market(OTHER, { eventTicker: OTHER_EVENT })],
  });
  const dollars = [1_000, 60, 3];
  const members = dollars.map((amount) => stage.open(amount));
  const groups = members.map((account) =>
    stage.exchange.apply<'create_group'>({ kind: 'create_group', accountId: account.id, limitE2: 2_000, shard: 0 }),
  );
  return { stage, members, groups, depositedE6: dollars.reduce((sum, amount) => sum + amount, 0) * 1_000_000 };
}

/** Does one step; a refusal is an answer like any other. */
function act(world: World, one: Step): void {
  const { stage } = world;
  const account = 'member' in one ? world.members[one.member] : undefined;
  const pick = () =>
    [...(account?.resting.keys() ?? [])][('pick' in one ? one.pick : 0) % Math.max(1, account?.resting.size ?? 0)] ?? '';
  try {
    switch (one.kind) {
      case 'place':
        if (!account) return;
        stage.place(account, {
          ...order(one),
          expirationMs: one.lifeMs === undefined ? undefined : stage.exchange.nowMs + one.lifeMs,
          groupId: one.isGrouped ? world.groups[one.member] : undefined,
        });
        return;
      case 'cancel':
        if (account) stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: account.id, orderId: pick() });
        return;
      case 'decrease':
        if (!account) return;
        stage.exchange.apply<'decrease'>({
          kind: 'decrease',
          accountId: account.id,
          orderId: pick(),
          decrease: { reduceByE2: one.countE2, reduceToE2: undefined },
        });
        return;
      case 'amend': {
        const resting = account?.resting.get(pick());
        if (!account || !resting) return;
        stage.exchange.apply<'amend'>({
          kind: 'amend',
          accountId: account.id,
          orderId: resting.id,
          amend: {
            ticker: resting.market.ticker,
            side: resting.side,
            priceCC: one.priceCC,
            countE2: one.countE2,
            clientOrderId: undefined,
            updatedClientOrderId: undefined,
          },
        });
        return;
      }
      case 'quote':
        stage.perform({
          kind: 'quote',
          ticker: one.ticker,
          bids: [{ priceCC: one.bidCents * 100, countE2: one.countE2 }],
          asks: [{ priceCC: (one.bidCents + 1) * 100, countE2: one.countE2 }],
        });
        return;
      case 'flow':
        stage.perform({ kind: 'flow', ticker: one.ticker, side: one.side, countE2: one.countE2, limitCC: one.priceCC });
        return;
      case 'wait':
        stage.exchange.advanceTo(stage.exchange.nowMs + one.ms);
        return;
      case 'pause':
        stage.exchange.apply<'set_activity'>({
          kind: 'set_activity',
          exchangeActive: one.exchangeActive,
          tradingActive: one.tradingActive,
        });
        return;
      case 'reset':
        world.members.forEach((each, index) => {
          stage.exchange.apply<'reset_group'>({ kind: 'reset_group', accountId: each.id, groupId: world.groups[index] ?? '' });
        });
    }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
}

/** Purses + fees + open collateral - what netting has handed back. */
function totalE6(world: World): number {
  const { state } = world.stage.exchange;
  let total = 0;
  for (const account of state.accounts.values()) {
    for (const purse of account.purses.values()) total += purse.cashE6;
    for (const returned of account.returned.values()) total -= returned;
    total += account.feesE6;
  }
  for (const market of state.markets.values()) total += market.openInterestE2 * 10_000;
  return total;
}

function checkBooks(world: World): void {
  for (const market of world.stage.exchange.state.markets.values()) {
    const bids = market.bids.levels.map((level) => level.priceCC);
    const asks = market.asks.levels.map((level) => level.priceCC);
    assert.deepEqual(
      bids,
      bids.toSorted((a, b) => b - a),
    );
    assert.deepEqual(
      asks,
      asks.toSorted((a, b) => a - b),
    );
    assert.ok((bids[0] ?? 0) < (asks[0] ?? 10_000), 'the book is not crossed');
    let longE2 = 0;
    let shortE2 = 0;
    for (const position of market.positions.values()) {
      if (position.quantityE2 > 0) longE2 += position.quantityE2;
      else shortE2 -= position.quantityE2;
    }
    assert.equal(longE2, shortE2, 'every YES has its NO');
    assert.equal(market.openInterestE2, longE2);
    for (const level of [...market.bids.levels, ...market.asks.levels]) {
      const sum = [...level.orders].reduce((total, one) => total + one.remainingE2, 0);
      assert.equal(level.totalE2, sum);
      assert.ok(sum > 0, 'no empty level');
    }
  }
}

/** Nobody is below zero, and what is locked is what the resting orders and positions as they are now would lock. */
function checkPurse(world: World, account: Account): void {
  // Rounding of fees over many part fills may cost a few hundredths of a cent more than what was locked for them.
  assert.ok(availableE6(account, 0) >= -10_000, `${availableE6(account, 0)}`);
  let lock = 0;
  for (const one of world.stage.exchange.state.markets.values()) lock += lockE6(account, one);
  assert.equal(account.purses.get(0)?.lockedE6, lock);
}

describe('the practice exchange, whatever happens', () => {
  it('conserves money, keeps its books in order and nobody below zero', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const world = makeWorld();
        for (const one of steps) {
          act(world, one);
          assert.equal(totalE6(world), world.depositedE6);
          checkBooks(world);
          for (const account of world.members) checkPurse(world, account);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never fills beyond the size or at a price worse than the limit', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const world = makeWorld();
        for (const one of steps) act(world, one);
        const limits = new Map<string, { priceCC: number; side: string; initialE2: number; fillE2: number }>();
        for (const event of world.stage.events) {
          if (event.kind === 'order') {
            const { id, priceCC: limit, side: half, initialE2, fillE2, remainingE2 } = event.order;
            limits.set(id, { priceCC: limit, side: half, initialE2, fillE2 });
            assert.ok(fillE2 + remainingE2 <= initialE2, 'filled and remaining make no more than the size');
          }
        }
        const filled = new Map<string, number>();
        for (const event of world.stage.events) {
          if (event.kind !== 'fill') continue;
          filled.set(event.fill.orderId, (filled.get(event.fill.orderId) ?? 0) + event.fill.countE2);
        }
        for (const [id, total] of filled) assert.equal(total, limits.get(id)?.fillE2, 'fills add up to the order');
        checkLimits(world);
      }),
      { numRuns: 200 },
    );
  });

  it('pays everything out in the end, and only that', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.integer({ min: 0, max: 100 }), (steps, cents) => {
        const world = makeWorld();
        for (const one of steps) act(world, one);
        const result = cents === 100 ? 'yes' : cents === 0 ? 'no' : 'scalar';
        world.stage.perform({ kind: 'determine', ticker: HOME, result, valueCC: cents * 100 });
        world.stage.perform({
          kind: 'determine',
          ticker: AWAY,
          result: cents === 100 ? 'no' : cents === 0 ? 'yes' : 'scalar',
          valueCC: 10_000 - cents * 100,
        });
        world.stage.perform({ kind: 'determine', ticker: OTHER, result, valueCC: cents * 100 });
        assert.equal(totalE6(world), world.depositedE6);
        world.stage.exchange.advanceTo(START_MS + 86_400_000);
        assert.equal(totalE6(world), world.depositedE6);
        for (const market of world.stage.exchange.state.markets.values()) {
          assert.equal(market.status, 'finalized');
          assert.equal(market.openInterestE2, 0);
        }
        for (const account of world.members) {
          const fromPositions = [...account.positions.values()].reduce((sum, one) => sum + one.realizedE6 - one.feesE6, 0);
          const deposited = [1_000, 60, 3][world.members.indexOf(account)] ?? 0;
          assert.equal(availableE6(account, 0), deposited * 1_000_000 + fromPositions, 'balance = deposit + P&L - fees');
          assert.equal(account.resting.size, 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Every fill against the limit that stood when it happened: an order is told anew after its fills, and after an amendment's. */
function checkLimits(world: World): void {
  const untold = new Map<string, { side: string; priceCC: number }[]>();
  for (const event of world.stage.events) {
    if (event.kind === 'fill') {
      const { orderId, side: half, priceCC: price } = event.fill;
      untold.set(orderId, [...(untold.get(orderId) ?? []), { side: half, priceCC: price }]);
    }
    if (event.kind !== 'order') continue;
    for (const fill of untold.get(event.order.id) ?? []) {
      assert.equal(fill.side, event.order.side);
      if (fill.side === 'bid') assert.ok(fill.priceCC <= event.order.priceCC);
      else assert.ok(fill.priceCC >= event.order.priceCC);
    }
    untold.delete(event.order.id);
  }
  assert.equal(untold.size, 0, 'every fill is followed by its order');
}

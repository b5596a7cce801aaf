import assert from 'node:assert/strict';
import { availableE6 } from '../../../lib/exchange/engine/ledger.ts';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { AWAY, EVENT, HOME, lastOrderOf, market, outcome, START_MS, type Stage, setStage } from '../stage.ts';

describe('orders on the practice exchange', () => {
  let stage: Stage;
  let alice: Account;
  let bob: Account;
  beforeEach(() => {
    stage = setStage();
    alice = stage.open(1_000);
    bob = stage.open(1_000);
  });

  const positionE2 = (account: Account, ticker = HOME) =>
    [...account.positions].find(([one]) => one.ticker === ticker)?.[1].quantityE2 ?? 0;

  it('gives the taker the resting price, best price first and earliest order first', () => {
    const first = stage.place(alice, { side: 'ask', priceCC: 5_200, countE2: 300 });
    const cheap = stage.place(alice, { side: 'ask', priceCC: 5_100, countE2: 200 });
    const later = stage.place(alice, { side: 'ask', priceCC: 5_200, countE2: 300 });
    const taken = stage.place(bob, { priceCC: 9_900, countE2: 600, timeInForce: 'immediate_or_cancel' });
    assert.deepEqual([taken.fillE2, taken.remainingE2], [600, 0]);
    assert.equal(taken.averagePriceCC, Math.round((200 * 5_100 + 400 * 5_200) / 600));
    const fills = stage.events.flatMap((event) => (event.kind === 'fill' && !event.fill.isTaker ? [event.fill] : []));
    assert.deepEqual(
      fills.map((fill) => [fill.orderId, fill.priceCC, fill.countE2]),
      [
        [cheap.orderId, 5_100, 200],
        [first.orderId, 5_200, 300],
        [later.orderId, 5_200, 100],
      ],
    );
  });

  const refusals: [name: string, change: Parameters<Stage['place']>[1], expected: string][] = [
    ['a price off the grid', { priceCC: 5_150 }, '400 invalid_price'],
    ['a price of zero', { priceCC: 0 }, '400 invalid_price'],
    ['a price of a dollar', { priceCC: 10_000 }, '400 invalid_price'],
    ['no contracts', { countE2: 0 }, '400 invalid_order_size'],
    ['more than the balance pays', { countE2: 1_009_900, priceCC: 9_900 }, '400 insufficient_balance'],
    ['a market that is not there', { ticker: 'KXNOTHING' }, '404 not_found'],
    ['an expiry in the past', { expirationMs: START_MS }, '400 bad_request: Expiration timestamp must be in the future'],
    [
      'an expiry on an immediate order',
      { expirationMs: START_MS + 1_000, timeInForce: 'immediate_or_cancel' },
      '400 bad_request: expiration_time needs time_in_force good_till_canceled',
    ],
    ['a fill-or-kill nobody can fill', { timeInForce: 'fill_or_kill' }, '409 fill_or_kill_insufficient_resting_volume'],
    ['an unknown order group', { groupId: 'nope' }, '404 not_found'],
    ['the wrong shard', { exchangeIndex: 3 }, `400 bad_request: exchange_index 3 does not list ${HOME}`],
    [
      'a resting reduce-only order',
      { reduceOnly: true },
      '400 invalid_order: reduce_only needs time_in_force immediate_or_cancel or fill_or_kill',
    ],
  ];
  for (const [name, change, expected] of refusals) {
    it(`refuses ${name} and changes nothing`, () => {
      const before = JSON.stringify([availableE6(bob, 0), bob.resting.size, stage.events.length]);
      assert.equal(
        outcome(() => stage.place(bob, { clientOrderId: 'once', ...change })),
        expected,
      );
      assert.equal(JSON.stringify([availableE6(bob, 0), bob.resting.size, stage.events.length]), before);
      assert.equal(
        outcome(() => stage.place(bob, { clientOrderId: 'once', priceCC: 100 })),
        'done',
        'the refused order did not use up its id',
      );
    });
  }

  it('refuses a post-only order that would trade', () => {
    stage.place(alice, { side: 'ask', priceCC: 5_000 });
    assert.equal(
      outcome(() => stage.place(bob, { postOnly: true, priceCC: 5_000 })),
      '400 invalid_order: post only cross',
    );
    assert.equal(
      outcome(() => stage.place(bob, { postOnly: true, priceCC: 4_900 })),
      'done',
    );
  });

  it('never takes a client order id twice, even after its order is gone', () => {
    const { orderId } = stage.place(bob, { clientOrderId: 'mine', priceCC: 100 });
    stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: bob.id, orderId });
    assert.equal(
      outcome(() => stage.place(bob, { clientOrderId: 'mine', priceCC: 100 })),
      '409 order_already_exists',
    );
    assert.equal(
      outcome(() => stage.place(alice, { clientOrderId: 'mine', priceCC: 100 })),
      'done',
    );
  });

  it('stores the unfilled part of an immediate order as canceled', () => {
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 300 });
    const taken = stage.place(bob, { timeInForce: 'immediate_or_cancel' });
    assert.deepEqual([taken.fillE2, taken.remainingE2], [300, 0]);
    assert.equal(lastOrderOf(stage, bob).order.status, 'canceled');
    assert.equal(lastOrderOf(stage, bob).order.initialE2, 1_000);
  });

  it('fills a fill-or-kill order whole across levels', () => {
    stage.place(alice, { side: 'ask', priceCC: 4_900, countE2: 600 });
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 400 });
    assert.equal(stage.place(bob, { timeInForce: 'fill_or_kill' }).fillE2, 1_000);
  });

  it('stops a taker at its own resting order, which stays', () => {
    const own = stage.place(bob, { side: 'ask', priceCC: 5_000 });
    stage.place(alice, { side: 'ask', priceCC: 4_900, countE2: 200 });
    const taken = stage.place(bob, { countE2: 1_000 });
    assert.deepEqual([taken.fillE2, taken.remainingE2], [200, 0]);
    assert.equal(lastOrderOf(stage, bob).reason, 'SelfTradeCancel');
    assert.ok(bob.resting.has(own.orderId));
  });

  it('takes off the own resting order where the taker says "maker", and goes on', () => {
    const own = stage.place(bob, { side: 'ask', priceCC: 4_900 });
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 500 });
    const taken = stage.place(bob, { countE2: 700, selfTradePrevention: 'maker' });
    assert.deepEqual([taken.fillE2, taken.remainingE2], [500, 200]);
    assert.ok(!bob.resting.has(own.orderId));
  });

  it('caps a reduce-only order at the position', () => {
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 400 });
    stage.place(bob, { countE2: 400 });
    stage.place(alice, { side: 'bid', priceCC: 4_500, countE2: 1_000 });
    const exit = stage.place(bob, {
      side: 'ask',
      priceCC: 4_500,
      countE2: 900,
      reduceOnly: true,
      timeInForce: 'immediate_or_cancel',
    });
    assert.equal(exit.fillE2, 400);
    assert.equal(positionE2(bob), 0);
    assert.equal(lastOrderOf(stage, bob).reason, 'ReduceOnlyCancel');
    const again = stage.place(bob, {
      side: 'ask',
      priceCC: 4_500,
      countE2: 900,
      reduceOnly: true,
      timeInForce: 'immediate_or_cancel',
    });
    assert.deepEqual([again.fillE2, again.remainingE2], [0, 0]);
  });

  it('lets an account without money sell what it holds', () => {
    const poor = stage.open(6);
    stage.place(alice, { side: 'ask', priceCC: 5_000, countE2: 1_000 });
    stage.place(poor, { countE2: 1_000 });
    assert.ok(availableE6(poor, 0) < 1_000_000);
    stage.place(alice, { side: 'bid', priceCC: 100, countE2: 1_000 });
    assert.equal(stage.place(poor, { side: 'ask', priceCC: 100, timeInForce: 'immediate_or_cancel' }).fillE2, 1_000);
  });

  it('expires an order at its time', () => {
    const { orderId } = stage.place(bob, { expirationMs: START_MS + 5_000 });
    stage.exchange.advanceTo(START_MS + 4_999);
    assert.ok(bob.resting.has(orderId));
    stage.exchange.advanceTo(START_MS + 5_000);
    assert.ok(!bob.resting.has(orderId));
    assert.equal(lastOrderOf(stage, bob).reason, 'ExpiryCancel');
    assert.equal(availableE6(bob, 0), 1_000_000_000);
  });

  it('keeps the turn of an order made smaller, and takes it from one made larger or moved', () => {
    const mine = stage.place(bob, { countE2: 500 });
    const other = stage.place(alice, { countE2: 500 });
    const amend = (countE2: number, priceCC = 5_000) =>
      stage.exchange.apply<'amend'>({
        kind: 'amend',
        accountId: bob.id,
        orderId: mine.orderId,
        amend: { ticker: HOME, side: 'bid', priceCC, countE2, clientOrderId: undefined, updatedClientOrderId: undefined },
      });
    const front = () => stage.exchange.state.markets.get(HOME)?.bids.best()?.orders.values().next().value?.id;
    amend(300);
    assert.equal(front(), mine.orderId);
    amend(600);
    assert.equal(front(), other.orderId);
    amend(600, 5_100);
    assert.equal(front(), mine.orderId);
    assert.equal(lastOrderOf(stage, bob).order.initialE2, 600);
  });

  it('trades an order that is amended across the book', () => {
    stage.place(alice, { side: 'ask', priceCC: 5_500, countE2: 200 });
    const mine = stage.place(bob, { countE2: 500 });
    const amended = stage.exchange.apply<'amend'>({
      kind: 'amend',
      accountId: bob.id,
      orderId: mine.orderId,
      amend: {
        ticker: HOME,
        side: 'bid',
        priceCC: 5_500,
        countE2: 500,
        clientOrderId: undefined,
        updatedClientOrderId: 'renamed',
      },
    });
    assert.deepEqual([amended.fillE2, amended.remainingE2, amended.averagePriceCC], [200, 300, 5_500]);
    assert.equal(bob.resting.get(mine.orderId)?.clientOrderId, 'renamed');
  });

  const amendments: [name: string, change: Record<string, unknown>, expected: string][] = [
    ['another ticker', { ticker: AWAY }, '400 order_ticker_mismatch'],
    ['the other side', { side: 'ask' }, '400 order_side_mismatch'],
    ['another client order id', { clientOrderId: 'other' }, '400 order_id_and_client_order_id_mismatch'],
    ['a size of nothing', { countE2: 0 }, '400 invalid_order_size'],
    ['a price off the grid', { priceCC: 5_055 }, '400 invalid_price'],
    ['more than the balance pays', { countE2: 1_000_000 }, '400 insufficient_balance'],
    ['an id that is taken', { updatedClientOrderId: 'taken' }, '409 order_already_exists'],
  ];
  for (const [name, change, expected] of amendments) {
    it(`refuses to amend to ${name}`, () => {
      stage.place(bob, { clientOrderId: 'taken', priceCC: 100 });
      const { orderId } = stage.place(bob, { clientOrderId: 'mine' });
      const amend = { ticker: HOME, side: 'bid' as const, priceCC: 5_000, countE2: 1_000, clientOrderId: undefined };
      assert.equal(
        outcome(() =>
          stage.exchange.apply<'amend'>({
            kind: 'amend',
            accountId: bob.id,
            orderId,
            amend: { ...amend, updatedClientOrderId: undefined, ...change },
          }),
        ),
        expected,
      );
    });
  }

  it('decreases by and to a size, and cancels at zero', () => {
    const { orderId } = stage.place(bob, { countE2: 1_000 });
    const decrease = (reduceByE2?: number, reduceToE2?: number) =>
      stage.exchange.apply<'decrease'>({ kind: 'decrease', accountId: bob.id, orderId, decrease: { reduceByE2, reduceToE2 } })
        .countE2;
    assert.equal(decrease(300), 700);
    assert.equal(decrease(undefined, 500), 500);
    assert.equal(
      outcome(() => decrease(undefined, 600)),
      '400 invalid_order_size',
    );
    assert.match(
      outcome(() => decrease(1, 1)),
      /^400 bad_request/,
    );
    assert.equal(decrease(undefined, 0), 0);
    assert.equal(
      outcome(() => decrease(1)),
      '404 not_found',
    );
  });

  it('answers 404 to a cancel of anything that does not rest', () => {
    stage.place(alice, { side: 'ask' });
    const filled = stage.place(bob, {});
    const cancel = (orderId: string) =>
      outcome(() => stage.exchange.apply<'cancel'>({ kind: 'cancel', accountId: bob.id, orderId }));
    assert.equal(cancel(filled.orderId), '404 not_found');
    assert.equal(cancel('unknown'), '404 not_found');
    const resting = stage.place(alice, { priceCC: 100 });
    assert.equal(cancel(resting.orderId), '404 not_found', "another member's order");
  });

  it('answers each item of a batch on its own', () => {
    const items = stage.exchange.apply<'place_batch'>({
      kind: 'place_batch',
      accountId: bob.id,
      orders: [
        { ...baseOrder(), clientOrderId: 'a' },
        { ...baseOrder(), clientOrderId: 'a' },
        { ...baseOrder(), clientOrderId: 'b' },
      ],
    });
    assert.deepEqual(
      items.map((item) => item.ok),
      [true, false, true],
    );
    const ids = [...bob.resting.keys()];
    const canceled = stage.exchange.apply<'cancel_batch'>({
      kind: 'cancel_batch',
      accountId: bob.id,
      orderIds: [ids[0] ?? '', 'unknown', ids[1] ?? ''],
    });
    assert.deepEqual(
      canceled.map((item) => item.ok),
      [true, false, true],
    );
    assert.equal(bob.resting.size, 0);
  });

  it('cancels all that rests, on every market', () => {
    stage.place(bob, { priceCC: 1_000 });
    stage.place(bob, { ticker: AWAY, priceCC: 1_000 });
    assert.equal(stage.exchange.apply<'cancel_all'>({ kind: 'cancel_all', accountId: bob.id }), 2);
    assert.equal(availableE6(bob, 0), 1_000_000_000);
  });

  it('counts the contracts ahead of an order', () => {
    stage.place(alice, { priceCC: 5_100, countE2: 700 });
    stage.place(alice, { priceCC: 5_000, countE2: 200 });
    const { orderId } = stage.place(bob, { priceCC: 5_000 });
    const order = bob.resting.get(orderId);
    assert.ok(order);
    assert.equal(order.market.bids.aheadE2(order), 900);
  });

  it('accepts prices of a finer grid where the market has one', () => {
    stage = setStage({
      markets: [
        market(AWAY),
        market(HOME, {
          priceLevelStructure: 'tapered_deci_cent',
          priceRanges: [
            { startCC: 0, endCC: 1_000, stepCC: 10 },
            { startCC: 1_000, endCC: 9_000, stepCC: 100 },
            { startCC: 9_000, endCC: 10_000, stepCC: 10 },
          ],
        }),
      ],
    });
    const member = stage.open(100);
    const tryPrice = (priceCC: number) => outcome(() => stage.place(member, { priceCC, countE2: 100 }));
    assert.deepEqual(
      [tryPrice(510), tryPrice(5_010), tryPrice(9_010), tryPrice(5)],
      ['done', '400 invalid_price', 'done', '400 invalid_price'],
    );
  });

  it(`lists both markets of ${EVENT}`, () => {
    assert.deepEqual(
      stage.exchange.state.events.get(EVENT)?.markets.map((one) => one.ticker),
      [AWAY, HOME],
    );
  });

  function baseOrder() {
    return {
      ticker: HOME,
      clientOrderId: undefined,
      side: 'bid' as const,
      countE2: 100,
      priceCC: 1_000,
      timeInForce: 'good_till_canceled' as const,
      selfTradePrevention: 'taker_at_cross' as const,
      expirationMs: undefined,
      postOnly: false,
      reduceOnly: false,
      cancelOnPause: false,
      groupId: undefined,
      exchangeIndex: undefined,
    };
  }
});

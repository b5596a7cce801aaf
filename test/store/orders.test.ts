import assert from 'node:assert/strict';
import { onEachEngine } from './engines.ts';
import {
  ABSENT,
  committed,
  EVENT,
  filled,
  fillOf,
  intended,
  learned,
  lifeAfter,
  NOW_MS,
  newAccount,
  OTHER_RULE,
  openPosition,
  REFUSED,
  requestOf,
  TICKER,
  told,
  UNKNOWN,
} from './stage.ts';

onEachEngine('orders in memory', (ground) => {
  it('hold what was learned of them, as it was learned', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const steps = [
      { kind: 'sent', atMs: NOW_MS + 2 } as const,
      UNKNOWN,
      told('resting', 0),
      filled(fillOf({ countE2: 3_000 })),
      { kind: 'fate_unknown', reason: 'cancel not found', atMs: NOW_MS + 60_000 } as const,
      told('executed', 10_000),
      filled(fillOf({ countE2: 7_000, tradeId: 'trade-2' })),
    ];
    let { life } = order;
    for (const seen of steps) {
      life = lifeAfter({ ...order, life }, seen);
      await learned(store, order, life, { sentWallMs: 1_700_000_000_123 });
      const stored = await store.orders.byClientOrderId(id, order.clientOrderId);
      const isSettled = life.state === 'filled' && life.trades['trade-2'] !== undefined;
      assert.deepEqual(stored, { ...order, life, isSettled, sentWallMs: 1_700_000_000_123 });
    }
    assert.equal(life.state, 'filled');
    assert.equal(life.reason, undefined);
  });

  it('tell their state in columns too, for whoever looks into the tables', async () => {
    const { store, place } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const columns = async () => {
      const [row] = await place.ask(`SELECT state, order_id, reason, filled, price, outcome, round, leg, attempt FROM orders
        WHERE account_id = '${id}'`);
      return { ...row, filled: Number(row?.['filled']) };
    };
    const cause = { price: 4_600, outcome: 'yes', round: 0, leg: 'entry', attempt: 0 };
    await learned(store, order, lifeAfter(order, UNKNOWN));
    assert.deepEqual(await columns(), { ...cause, state: 'unresolved', order_id: null, reason: 'no answer', filled: 0 });
    await learned(store, order, lifeAfter(order, UNKNOWN, told('canceled', 300)));
    assert.deepEqual(await columns(), { ...cause, state: 'canceled', order_id: 'exchange-1', reason: null, filled: 300 });
  });

  it('are open while they are not settled, or their outcome was not told', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const isOpen = async () => (await store.orders.open(id)).length === 1;
    assert.ok(await isOpen());
    await store.orders.reported(id, order.clientOrderId);
    assert.ok(await isOpen(), 'told as unresolved, not settled');
    await learned(store, order, lifeAfter(order, ABSENT), { isReported: false });
    assert.ok(await isOpen(), 'settled, not told');
    await learned(store, order, lifeAfter(order, ABSENT));
    assert.ok(await isOpen(), 'nothing was said about the telling');
    await learned(store, order, lifeAfter(order, ABSENT), { isReported: true });
    assert.deepEqual(await store.orders.open(id), []);
    assert.equal((await store.orders.byClientOrderId(id, order.clientOrderId))?.isReported, true);
  });

  it('take their lock back when they show themselves again, unless it has another holder by then', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const caps = { maxEntriesPerGame: 9, averagingDown: true };
    const order = await committed(store, id);
    await learned(store, order, lifeAfter(order, REFUSED));
    await learned(store, order, lifeAfter(order, REFUSED, told('resting', 0)));
    assert.equal(await intended(store, id, { attempt: 1, caps }), 'locked');
    await learned(store, order, lifeAfter(order, REFUSED));
    const next = await committed(store, id, { attempt: 1, caps });
    await learned(store, order, lifeAfter(order, REFUSED, told('resting', 0)));
    assert.equal(await intended(store, id, { attempt: 2, caps }), 'locked');
    // One of the two is over: the other still stands in the way.
    await learned(store, next, lifeAfter(next, ABSENT));
    assert.equal(await intended(store, id, { attempt: 2, caps }), 'locked');
    await learned(store, order, lifeAfter(order, REFUSED, told('canceled', 0)));
    assert.equal(await intended(store, id, { attempt: 2, caps }), 'committed');
  });

  it('are found by market and by event, oldest first, each account for itself', async () => {
    const { store } = ground;
    const [one, two] = [await newAccount(store), await newAccount(store)];
    const other = { ruleId: OTHER_RULE, eventTicker: 'E2', ticker: 'E2-A' };
    const entry = await committed(store, one.id);
    const elsewhere = await committed(store, one.id, other);
    const exit = await committed(store, one.id, { leg: 'exit' });
    const foreign = await committed(store, two.id);
    assert.deepEqual(await store.orders.ofMarket(one.id, TICKER), [entry, exit]);
    assert.deepEqual(await store.orders.ofEvents(one.id, [EVENT, 'E2']), [entry, elsewhere, exit]);
    assert.deepEqual(await store.orders.ofEvents(one.id, ['E2']), [elsewhere]);
    assert.deepEqual(await store.orders.ofEvents(one.id, []), []);
    assert.deepEqual(await store.orders.open(two.id), [foreign]);
    assert.equal(await store.orders.byClientOrderId(one.id, foreign.clientOrderId), undefined);
  });

  it('that nobody knows cannot be learned of, and nothing of the news is kept', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const unknown = { ...order, clientOrderId: 'cs1.never.asked' };
    const news = { fills: [fillOf()], positions: [openPosition(id)] };
    await assert.rejects(learned(store, unknown, lifeAfter(order, told('executed', 10_000)), news), { code: 'STORE_FAILED' });
    await assert.rejects(store.orders.reported(id, 'cs1.never.asked'), { code: 'STORE_FAILED' });
    assert.deepEqual(await store.books.openLedgers(id), []);
    assert.deepEqual(await store.pages.positions(id, { most: 9 }), []);
    assert.deepEqual(await store.orders.open(id), [order]);
  });

  it('keep a message that is any plain JSON', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    for (const [attempt, envelope] of [undefined, 'text', 0, [null, { a: null }], { deep: { list: [1, 'zwei'] } }].entries()) {
      const order = await committed(store, id, { leg: 'exit', attempt });
      const exit = { ...order, envelope };
      const verdict = await store.orders.intend({
        ...exit,
        clientOrderId: `cs1.envelope.${id}.${attempt}`,
        signal: { ...order.signal, cause: { ...order.signal.cause, ruleId: `rule ${attempt}` } },
        readings: { nowMs: NOW_MS, tradingDay: 'x', capitalE6: 0, balanceE6: 0, dayPnlE6: 0 },
        setsAsideE6: 0,
      });
      assert.ok(verdict.kind === 'committed');
      const stored = await store.orders.byClientOrderId(id, verdict.order.clientOrderId);
      assert.deepEqual(stored?.envelope, envelope);
      await learned(store, order, lifeAfter(order, ABSENT));
    }
  });
});

onEachEngine('what is asked of one account', (ground) => {
  it('happens in the order in which it was asked, without waiting for answers', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    let order = await committed(store, id, { leg: 'exit' });
    const asked: Promise<unknown>[] = [];
    for (let attempt = 1; attempt <= 20; attempt++) {
      // The lock must be free before the next can have it.
      asked.push(learned(store, order, lifeAfter(order, ABSENT)));
      const request = requestOf(id, { leg: 'exit', attempt });
      asked.push(store.orders.intend(request).then((verdict) => assert.equal(verdict.kind, 'committed')));
      order = { ...order, clientOrderId: request.clientOrderId };
    }
    await Promise.all(asked);
  });
});

import assert from 'node:assert/strict';
import { assert as assertProperty, asyncProperty, constantFrom, integer, record, uniqueArray } from 'fast-check';
import { NEW_BREAKER_STATE } from '../../lib/trading/breaker.ts';
import { defaultLimits, type RiskLimits } from '../../lib/trading/limits.ts';
import { onEachEngine } from './engines.ts';
import {
  ABSENT,
  type Asked,
  committed,
  DAY,
  DOLLAR,
  filled,
  fillOf,
  held,
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
  wordOf,
} from './stage.ts';

const WIDE: RiskLimits = {
  ...defaultLimits(),
  openPositions: 100,
  exposureTotalE6: 1_000_000 * DOLLAR,
  exposureTotalShareE2: 10_000,
};
const OTHER_EVENT = { eventTicker: 'KXNBAGAME-26NOV19BOSNYK', ticker: 'KXNBAGAME-26NOV19BOSNYK-BOS' };

onEachEngine('an intent', (ground) => {
  it('is committed whole, and is there as it was given', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const request = requestOf(id);
    const verdict = await store.orders.intend(request);
    const order = {
      clientOrderId: request.clientOrderId,
      signal: request.signal,
      lockKey: `${id}|${TICKER}|entry|${request.signal.cause.ruleId}`,
      life: verdict.kind === 'committed' ? verdict.order.life : undefined,
      isSettled: false,
      orderGroupId: 'group-1',
      sentWallMs: undefined,
      envelope: request.envelope,
      isReported: false,
    };
    assert.deepEqual(verdict, { kind: 'committed', order, breaker: NEW_BREAKER_STATE, tripped: [], released: [] });
    assert.equal(order.life?.state, 'intended');
    assert.deepEqual(order.life?.enteredMs, { intended: NOW_MS });
    assert.deepEqual(await store.orders.byClientOrderId(id, request.clientOrderId), order);
    assert.deepEqual(await store.orders.open(id), [order]);
  });

  it('of the same id or the same cause is refused as a duplicate, also long after', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    assert.equal(await intended(store, id), 'duplicate');
    const renamed = { ...requestOf(id), clientOrderId: 'cs1.another.name' };
    assert.equal(wordOf(await store.orders.intend(renamed)), 'duplicate');
    await learned(store, order, lifeAfter(order, ABSENT));
    assert.equal(await intended(store, id), 'duplicate');
    assert.equal(await intended(store, id, { attempt: 1 }), 'committed');
  });

  it('with an envelope that cannot be written is a defect, and commits nothing', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const envelope: Record<string, unknown> = {};
    envelope.itself = envelope;
    await assert.rejects(store.orders.intend({ ...requestOf(id), envelope }), { code: 'STORE_FAILED' });
    assert.deepEqual(await store.orders.open(id), []);
  });

  it('for an account that nobody knows is a defect, and commits nothing', async () => {
    await assert.rejects(ground.store.orders.intend(requestOf('nobody')), { code: 'STORE_FAILED' });
    assert.deepEqual(await ground.store.orders.open('nobody'), []);
  });

  it('is checked in a fixed order: duplicate, lock, switch, breaker, caps', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const first = await committed(store, id);
    await store.accounts.setEntries(id, false);
    await store.accounts.setLimits(id, { ...WIDE, openPositions: 1 });
    const caps = { maxEntriesPerGame: 1, maxTotalPositions: 1 };
    assert.equal(await intended(store, id, { caps }), 'duplicate');
    assert.equal(await intended(store, id, { caps, attempt: 1 }), 'locked');
    const life = lifeAfter(first, told('executed', 10_000), filled(fillOf()));
    await learned(store, first, life, { fills: [fillOf()], positions: [openPosition(id)] });
    assert.equal(await intended(store, id, { caps, round: 1 }), 'entries_off');
    await store.accounts.setEntries(id, true);
    assert.equal(await intended(store, id, { caps, round: 1 }), 'breaker');
    await store.accounts.setLimits(id, WIDE);
    assert.equal(await intended(store, id, { caps, round: 1 }), 'game_full');
    assert.equal(await intended(store, id, { caps: { ...caps, maxEntriesPerGame: 2 }, round: 1 }), 'positions_full');
    assert.equal(await intended(store, id, { caps: { maxEntriesPerGame: 2, maxTotalPositions: 2 }, round: 1 }), 'averaging_down');
    const open = { maxEntriesPerGame: 2, maxTotalPositions: 2, averagingDown: true };
    assert.equal(await intended(store, id, { caps: open, round: 1 }), 'committed');
  });

  it('says in its refusal what stands in the way', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const verdict = await store.orders.intend(requestOf(id, { attempt: 1 }));
    assert.ok(verdict.kind === 'refused');
    assert.equal(verdict.reason, `${order.clientOrderId}, for the same, is not settled yet`);
    assert.equal(verdict.rule, undefined);
  });

  it('of an entry is locked until the one before is proven over and every fill is there', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const order = await committed(store, id);
    const caps = { maxEntriesPerGame: 9 };
    const fill = fillOf({ countE2: 4_000 });
    const steps = [
      [UNKNOWN, 'locked'],
      [told('canceled', 4_000), 'locked'],
      [filled(fill), 'committed'],
    ] as const;
    let { life } = order;
    for (const [seen, expected] of steps) {
      life = lifeAfter({ ...order, life }, seen);
      await learned(store, order, life);
      assert.equal(await intended(store, id, { attempt: 1, caps }), expected, life.state);
    }
  });

  it('of an exit is locked only by an exit that is on its way', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await committed(store, id);
    const exit = await committed(store, id, { leg: 'exit' });
    assert.equal(await intended(store, id, { leg: 'exit', attempt: 1 }), 'locked');
    await learned(store, exit, lifeAfter(exit, UNKNOWN));
    const second = await committed(store, id, { leg: 'exit', attempt: 1 });
    // The first shows itself after all: the second has the lock by now, and keeps it.
    await learned(store, exit, lifeAfter(exit, UNKNOWN, told('resting', 0)));
    assert.equal(await intended(store, id, { leg: 'exit', attempt: 2 }), 'locked');
    await learned(store, second, lifeAfter(second, told('canceled', 0, 'exchange-2')));
    assert.equal(await intended(store, id, { leg: 'exit', attempt: 2 }), 'committed');
    assert.equal(await intended(store, id, { leg: 'exit', ruleId: OTHER_RULE }), 'committed');
  });

  it('of an exit passes switch, breaker and caps', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await store.accounts.setEntries(id, false);
    await store.accounts.setLimits(id, { ...defaultLimits(), exposureTotalE6: 1 });
    const request = requestOf(id, { leg: 'exit' });
    const verdict = await store.orders.intend({ ...request, readings: { ...request.readings, dayPnlE6: -9_000 * DOLLAR } });
    assert.equal(verdict.kind, 'committed');
    assert.deepEqual(verdict.breaker, NEW_BREAKER_STATE);
  });

  it('that trips a limit is refused, and the trip stays and is on record', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const request = requestOf(id);
    const losing = { ...request, readings: { ...request.readings, dayPnlE6: -500 * DOLLAR } };
    const verdict = await store.orders.intend(losing);
    assert.ok(verdict.kind === 'refused');
    assert.deepEqual([verdict.refusal, verdict.rule], ['breaker', 'daily_loss']);
    assert.match(verdict.reason, /500.00 dollars/);
    assert.deepEqual(verdict.tripped, verdict.breaker.trips);
    assert.deepEqual(await store.rules.breaker(id), verdict.breaker);
    // Although the reading has recovered.
    const again = await store.orders.intend(request);
    assert.deepEqual([wordOf(again), again.tripped], ['breaker', []]);
    assert.equal(await intended(store, id, { leg: 'exit' }), 'committed');
    const nextDay = { ...request.readings, tradingDay: '2026-11-20', nowMs: NOW_MS + 86_400_000 };
    const morning = await store.orders.intend({ ...request, readings: nextDay });
    assert.deepEqual([wordOf(morning), morning.released], ['committed', verdict.tripped]);
    assert.deepEqual((await store.rules.breaker(id)).trips, []);
    const trips = await store.pages.trips(id, { most: 9 });
    assert.deepEqual(
      trips.map(({ trip, trippedBy, resolved }) => [trip, trippedBy, resolved?.how, resolved?.atMs]),
      [[verdict.tripped[0], { kind: 'program' }, 'release', nextDay.nowMs]],
    );
  });

  it('counts what positions cost and what unsettled entries may still cost into the exposure', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await store.accounts.setLimits(id, { ...WIDE, exposureTotalE6: 200 * DOLLAR });
    await held(store, openPosition(id, { ruleId: OTHER_RULE, ...OTHER_EVENT, costE6: 60 * DOLLAR }));
    const first = await committed(store, id);
    // 60 held and 47 under way: 93 more would be exactly the limit.
    const next = (setsAsideE6: number, attempt = 0) =>
      store.orders.intend(requestOf(id, { ruleId: OTHER_RULE, attempt }, { setsAsideE6 }));
    const refused = await next(93 * DOLLAR + 1);
    assert.ok(refused.kind === 'refused');
    assert.deepEqual([refused.rule, refused.breaker], ['exposure_total', NEW_BREAKER_STATE]);
    // Half of it is a position of 22.50 now; the other half still needs 23.50.
    const half = fillOf({ countE2: 5_000 });
    const life = lifeAfter(first, filled(half));
    await learned(store, first, life, { fills: [half], positions: [openPosition(id, { costE6: 22_500_000 })] });
    assert.equal(wordOf(await next(94 * DOLLAR + 1)), 'breaker');
    assert.equal(wordOf(await next(94 * DOLLAR)), 'committed');
    // Canceled with that half: the rest is free again.
    await learned(store, first, lifeAfter({ ...first, life }, told('canceled', 5_000)));
    const third = (setsAsideE6: number) => store.orders.intend(requestOf(id, { ruleId: 'third' }, { setsAsideE6 }));
    assert.equal(wordOf(await third(23_500_001)), 'breaker');
    assert.equal(wordOf(await third(23_500_000)), 'committed');
  });

  it('counts an entry under way and the position it has made as one', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await store.accounts.setLimits(id, { ...WIDE, openPositions: 2 });
    const first = await committed(store, id);
    const part = fillOf({ countE2: 100 });
    await learned(store, first, lifeAfter(first, filled(part)), { fills: [part], positions: [openPosition(id)] });
    assert.equal(await intended(store, id, { ruleId: OTHER_RULE }), 'committed');
    const third = await store.orders.intend(requestOf(id, { ruleId: 'third' }));
    assert.ok(third.kind === 'refused');
    assert.deepEqual([third.rule, third.reason], ['open_positions', '2 of 2 positions are open']);
  });

  it('counts every entry of the rule in the game that is not proven to have come to nothing', async () => {
    const { store } = ground;
    const cases = [
      { seen: [ABSENT], expected: 'committed' },
      { seen: [REFUSED], expected: 'committed' },
      { seen: [told('canceled', 0)], expected: 'committed' },
      { seen: [UNKNOWN], expected: 'game_full' },
      { seen: [told('resting', 0)], expected: 'game_full' },
      { seen: [told('canceled', 100), filled(fillOf({ countE2: 100 }))], expected: 'game_full' },
    ];
    for (const { seen, expected } of cases) {
      const { id } = await newAccount(store);
      await store.accounts.setLimits(id, WIDE);
      const order = await committed(store, id);
      await learned(store, order, lifeAfter(order, ...seen));
      // The other team's market of the same game.
      assert.equal(await intended(store, id, { ticker: `${TICKER}2`, caps: { averagingDown: true } }), expected);
      assert.equal(await intended(store, id, { ruleId: OTHER_RULE }), 'committed', 'another rule counts for itself');
      assert.equal(await intended(store, id, OTHER_EVENT), 'committed', 'another game counts for itself');
    }
  });

  it('counts the positions of its rule, unsettled entries among them', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await store.accounts.setLimits(id, WIDE);
    await held(store, openPosition(id, OTHER_EVENT));
    await held(store, openPosition(id, { ruleId: OTHER_RULE, ticker: 'KXOTHER' }));
    const caps = { maxTotalPositions: 2 };
    assert.equal(await intended(store, id, { caps }), 'committed');
    const third = { eventTicker: 'KXMLBGAME-X', ticker: 'KXMLBGAME-X-A', caps };
    const verdict = await store.orders.intend(requestOf(id, third));
    assert.ok(verdict.kind === 'refused');
    assert.deepEqual([verdict.refusal, verdict.reason], ['positions_full', '2 of 2 positions are open']);
  });

  it('of a person, without caps, is held to the breaker alone', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const manual: Asked = { ruleId: 'manual', caps: undefined };
    for (let round = 0; round < 3; round++) {
      const order = await committed(store, id, { ...manual, round });
      await learned(store, order, lifeAfter(order, told('canceled', 100), filled(fillOf({ countE2: 100 }))));
    }
    await store.accounts.setLimits(id, { ...WIDE, exposureTotalE6: DOLLAR });
    assert.equal(await intended(store, id, { ...manual, round: 9 }), 'breaker');
  });

  it('asked for by many at once is committed once', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const words = await Promise.all(Array.from({ length: 20 }, (_, attempt) => intended(store, id, { attempt })));
    assert.deepEqual(words.toSorted(), ['committed', ...Array.from({ length: 19 }, () => 'locked')]);
    const same = await Promise.all(Array.from({ length: 20 }, () => intended(store, id, { ruleId: OTHER_RULE })));
    assert.equal(same.filter((word) => word === 'committed').length, 1);
  });

  it('never lets more through than limits and caps allow, whatever is asked at once', async () => {
    const asked = record({
      rule: constantFrom('r1', 'r2', 'r3'),
      game: constantFrom('E1', 'E2', 'E3', 'E4'),
      team: constantFrom('A', 'B'),
      attempt: integer({ min: 0, max: 2 }),
      aside: integer({ min: 1, max: 80 }),
    });
    const limits = { ...WIDE, openPositions: 4, exposureTotalE6: 150 * DOLLAR };
    const caps = { maxEntriesPerGame: 1, maxTotalPositions: 2, averagingDown: true };
    const causeOf = (one: { rule: string; game: string; team: string; attempt: number }) =>
      [one.rule, one.game, one.team, one.attempt].join();
    await assertProperty(
      asyncProperty(uniqueArray(asked, { minLength: 1, maxLength: 24, selector: causeOf }), async (all) => {
        const { store } = ground;
        const { id } = await newAccount(store);
        await store.accounts.setLimits(id, limits);
        const verdicts = await Promise.all(
          all.map(({ rule, game, team, attempt, aside }) => {
            const cause = { ruleId: rule, eventTicker: game, ticker: `${game}-${team}`, attempt, caps };
            return store.orders.intend(requestOf(id, cause, { setsAsideE6: aside * DOLLAR }));
          }),
        );
        const through = all.filter((_, i) => verdicts[i]?.kind === 'committed');
        const most = (keyOf: (one: (typeof all)[number]) => string) =>
          Math.max(...[...Map.groupBy(through, keyOf).values()].map((group) => group.length));
        assert.ok(through.length >= 1 && through.length <= 4);
        assert.ok(through.reduce((sum, one) => sum + one.aside, 0) <= 150);
        assert.equal(
          most(({ rule, game }) => `${rule}|${game}`),
          1,
        );
        assert.ok(most(({ rule }) => rule) <= 2);
        assert.deepEqual((await store.orders.open(id)).length, through.length);
      }),
      { numRuns: 25 },
    );
  });

  it('is refused where the day has lost the share of capital that it may lose', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    // 5 % of 1,000 dollars is less than 500 dollars.
    const readings = {
      nowMs: NOW_MS,
      tradingDay: DAY,
      capitalE6: 1_000 * DOLLAR,
      balanceE6: 1_000 * DOLLAR,
      dayPnlE6: -50 * DOLLAR,
    };
    const verdict = await store.orders.intend(requestOf(id, {}, { readings }));
    assert.ok(verdict.kind === 'refused');
    assert.equal(verdict.rule, 'daily_loss');
  });
});

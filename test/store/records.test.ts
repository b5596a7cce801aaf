import assert from 'node:assert/strict';
import { startBaseline } from '../../lib/trading/baseline.ts';
import { NEW_BREAKER_STATE, resetBreaker, type Trip, tripByHand } from '../../lib/trading/breaker.ts';
import type { Actor } from '../../lib/trading/cause.ts';
import type { TripEvent } from '../../lib/trading/ports/memory.ts';
import { baselineWith, gameOf, quoteAt } from '../trading/stage.ts';
import { onEachEngine } from './engines.ts';
import { DAY, EVENT, NOW_MS, newAccount, OTHER_RULE, RULE, TICKER, unnumbered } from './stage.ts';

onEachEngine('what rules remember', (ground) => {
  it('is kept by rule and market, and replaced by what is saved later', async () => {
    const { rules } = ground.store;
    const { id } = await newAccount(ground.store);
    assert.deepEqual(await rules.ruleStates(id), new Map());
    await rules.saveRuleState(id, RULE, TICKER, { peakCC: 5_000 });
    await rules.saveRuleState(id, OTHER_RULE, TICKER, [1, null, 'x']);
    await rules.saveRuleState(id, RULE, TICKER, { peakCC: 5_100, at: null });
    await rules.saveRuleState(id, RULE, 'OTHER', undefined);
    const expected = new Map<string, unknown>([
      [`${RULE}|${TICKER}`, { peakCC: 5_100, at: null }],
      [`${OTHER_RULE}|${TICKER}`, [1, null, 'x']],
      [`${RULE}|OTHER`, undefined],
    ]);
    assert.deepEqual(await rules.ruleStates(id), expected);
  });

  it('is the breaker too, with every trip on record and how it ended', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    assert.deepEqual(await store.rules.breaker(id), NEW_BREAKER_STATE);
    const person: Actor = { kind: 'local' };
    const stopped = tripByHand(NEW_BREAKER_STATE, { note: 'lunch', atMs: NOW_MS, tradingDay: DAY });
    const again = tripByHand(stopped, { note: 'dinner', atMs: NOW_MS + 1_000, tradingDay: DAY });
    const eventOf = (kind: TripEvent['kind'], trip: Trip | undefined, note: string, atMs: number): TripEvent => {
      assert.ok(trip !== undefined);
      return { kind, trip, actor: person, note, atMs };
    };
    await store.rules.saveBreaker(id, stopped, [eventOf('trip', stopped.trips[0], 'lunch', NOW_MS)]);
    assert.deepEqual(await store.rules.breaker(id), stopped);
    await store.rules.saveBreaker(id, again, [eventOf('trip', again.trips[0], 'dinner', NOW_MS + 1_000)]);
    const over = resetBreaker(again, 'manual', { tradingDay: DAY, dayPnlE6: 0 });
    const reset = eventOf('reset', again.trips[0], 'back', NOW_MS + 2_000);
    for (const _ of [1, 2]) await store.rules.saveBreaker(id, over, [reset]);
    const trips = await store.pages.trips(id, { most: 9 });
    assert.deepEqual(trips.map(unnumbered), [
      {
        trip: again.trips[0],
        trippedBy: person,
        note: 'dinner',
        resolved: { atMs: NOW_MS + 2_000, how: 'reset', by: person, note: 'back' },
      },
      {
        trip: stopped.trips[0],
        trippedBy: person,
        note: 'lunch',
        resolved: { atMs: NOW_MS + 1_000, how: 'replaced', by: person, note: 'dinner' },
      },
    ]);
  });

  it('has the end of a trip on record even where its beginning was not told', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const { trips } = tripByHand(NEW_BREAKER_STATE, { note: 'x', atMs: NOW_MS, tradingDay: DAY });
    assert.ok(trips[0] !== undefined);
    const release = { kind: 'release', trip: trips[0], actor: { kind: 'program' }, note: undefined, atMs: NOW_MS + 5 } as const;
    await store.rules.saveBreaker(id, NEW_BREAKER_STATE, [release]);
    const [record] = await store.pages.trips(id, { most: 9 });
    assert.deepEqual([record?.trip, record?.resolved?.how], [trips[0], 'release']);
  });

  it('keeps a trip that whoever saves does not know of, until that very trip is ended', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const other = await ground.another();
    const stopped = tripByHand(NEW_BREAKER_STATE, { note: 'x', atMs: NOW_MS, tradingDay: DAY });
    const [manual] = stopped.trips;
    assert.ok(manual !== undefined);
    await other.rules.saveBreaker(id, stopped, []);
    const losing = { ...NEW_BREAKER_STATE, lossesInRow: 3 };
    const change = {
      ruleId: RULE,
      ticker: TICKER,
      eventTicker: EVENT,
      fills: [],
      settlement: undefined,
      positions: [],
      trades: [],
    };
    await store.books.book(id, { ...change, breaker: losing });
    assert.deepEqual(await store.rules.breaker(id), { ...losing, trips: [manual] });
    const end = (trip: Trip): TripEvent => ({ kind: 'reset', trip, actor: { kind: 'local' }, note: undefined, atMs: NOW_MS + 9 });
    await store.rules.saveBreaker(id, losing, [end({ ...manual, trippedMs: NOW_MS - 1 })]);
    assert.deepEqual((await store.rules.breaker(id)).trips, [manual], 'an earlier one was meant');
    await store.rules.saveBreaker(id, losing, [end(manual)]);
    assert.deepEqual(await store.rules.breaker(id), losing);
  });

  it('of an account that nobody knows is a defect', async () => {
    await assert.rejects(ground.store.rules.breaker('nobody'), { code: 'STORE_FAILED' });
    await assert.rejects(ground.store.rules.saveBreaker('nobody', NEW_BREAKER_STATE, []), { code: 'STORE_FAILED' });
  });
});

onEachEngine('what feeds remember', (ground) => {
  it('are baselines by market, as they were, each environment for itself', async () => {
    const { feeds } = ground.store;
    const collecting = { ...startBaseline(NOW_MS), standing: quoteAt(undefined, 4_500), sampledMs: NOW_MS };
    const frozen = { ...startBaseline(undefined), status: 'frozen' as const, baseline: baselineWith({ valueCC: 6_000.25 }) };
    const rows = [
      { ticker: 'A', eventTicker: 'E', state: collecting, savedMs: NOW_MS },
      { ticker: 'B', eventTicker: 'E', state: frozen, savedMs: NOW_MS },
    ];
    await feeds.saveBaselines('practice|night 1', rows);
    const later = { ...rows[0], ticker: 'A', eventTicker: 'E', state: frozen, savedMs: NOW_MS + 1 };
    await feeds.saveBaselines('practice|night 1', [later]);
    assert.deepEqual(await feeds.baselines('practice|night 1'), [later, rows[1]]);
    assert.deepEqual(await feeds.baselines('demo'), []);
  });

  it('are more markets than are saved at once', async () => {
    const { feeds } = ground.store;
    const rows = Array.from({ length: 120 }, (_, i) => ({
      ticker: `T${String(i).padStart(3, '0')}`,
      eventTicker: 'E',
      state: startBaseline(i),
      savedMs: i,
    }));
    await feeds.saveBaselines('many', rows);
    assert.deepEqual(await feeds.baselines('many'), rows);
    await feeds.saveBaselines('none', []);
    assert.deepEqual(await feeds.baselines('none'), []);
  });

  it('are the tracked games of an account', async () => {
    const { store, place } = ground;
    const { id } = await newAccount(store);
    const bare = {
      ticker: `${EVENT}-CHI`,
      eventTicker: EVENT,
      league: 'NBA' as const,
      title: 'Miami at Chicago',
      team: 'Chicago',
      startMs: undefined,
      game: undefined,
      progress: 'not begun',
      isLive: false,
      isFinished: false,
      baseline: undefined,
      priceCC: undefined,
      atMs: NOW_MS,
    };
    const live = {
      ...bare,
      ticker: TICKER,
      team: 'Miami',
      startMs: NOW_MS,
      game: gameOf({ period: 3, clockS: 261.4, homeScore: undefined }),
      isLive: true,
      baseline: baselineWith({ valueCC: 6_000.25, grade: 'B', reasons: ['few'] }),
      priceCC: 5_200,
    };
    await store.feeds.saveTracked(id, [bare, { ...live, isLive: false }]);
    await store.feeds.saveTracked(id, [{ ...live, atMs: NOW_MS + 9 }]);
    assert.deepEqual(await store.pages.trackedGames(id, NOW_MS), [bare, { ...live, atMs: NOW_MS + 9 }]);
    assert.deepEqual(await store.pages.trackedGames(id, NOW_MS + 10), []);
    const [row] = await place.ask(`SELECT time_remaining_seconds AS left_s, baseline_grade FROM tracked_games
      WHERE account_id = '${id}' AND ticker = '${TICKER}'`);
    assert.deepEqual({ ...row }, { left_s: 720 + 261, baseline_grade: 'B' });
  });
});

onEachEngine('the record', (ground) => {
  it('takes a snapshot for each instant, the last of an instant counting', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const one = {
      accountId: id,
      atMs: NOW_MS,
      balanceE6: 10_000_000_001,
      portfolioE6: 3,
      exposureE6: 4,
      openPositions: 1,
      dayPnlE6: -5,
      totalPnlE6: 6,
      positions: [{ ticker: TICKER, count: 3 }],
    };
    const later = { ...one, atMs: NOW_MS + 1, positions: [] };
    for (const snapshot of [later, one, { ...one, openPositions: 2 }]) await store.records.snapshot(snapshot);
    assert.deepEqual(await store.pages.snapshots(id, NOW_MS), [{ ...one, openPositions: 2 }, later]);
    assert.deepEqual(await store.pages.snapshots(id, NOW_MS + 1), [later]);
  });

  it('has its lines in the order in which they were told, without waiting for answers', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const messages = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    const line = { accountId: id, level: 'info', category: 'system', details: {}, atMs: NOW_MS } as const;
    await Promise.all(messages.map((message) => store.records.log({ ...line, message })));
    const all = { accountId: id, levels: undefined, categories: undefined };
    const lines = await store.pages.recentActivity(all, { most: 99 });
    assert.deepEqual(
      lines.toReversed().map(({ message }) => message),
      messages,
    );
  });

  it('keeps orphans until they are resolved', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const orphan = {
      id: 'exchange-77',
      ticker: TICKER,
      orderId: 'exchange-77',
      side: 'bid' as const,
      countE2: 5_000,
      priceCC: 4_400,
      detectedMs: NOW_MS,
      resolvedMs: undefined,
      action: undefined,
    };
    const position = { ...orphan, id: `position ${TICKER}`, orderId: undefined, priceCC: undefined, detectedMs: NOW_MS - 1 };
    await store.records.orphan(id, orphan);
    await store.records.orphan(id, position);
    assert.deepEqual(await store.records.openOrphans(id), [position, orphan]);
    await store.records.orphan(id, { ...orphan, resolvedMs: NOW_MS + 9, action: 'ADOPTED' });
    assert.deepEqual(await store.records.openOrphans(id), [position]);
  });

  it('takes no money that is not an integer, on either database', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    await assert.rejects(store.accounts.verified(id, NOW_MS, 0.5), { code: 'STORE_FAILED' });
    await assert.rejects(store.accounts.verified(id, Number.NaN, 1), { code: 'STORE_FAILED' });
  });

  it('refuses what belongs to an account that nobody knows', async () => {
    const line = { accountId: 'nobody', level: 'info', category: 'system', message: 'x', details: {}, atMs: 1 } as const;
    await assert.rejects(ground.store.records.log(line), { code: 'STORE_FAILED' });
  });
});

onEachEngine('alerts in memory', (ground) => {
  const alert = { key: 'k', accountId: undefined, kind: 'entry', channel: 'discord', payload: { a: [1, null] }, atMs: NOW_MS };

  it('go in once for each key and channel', async () => {
    const { alerts } = ground.store;
    assert.equal(await alerts.enqueue({ ...alert, key: 'once' }), true);
    assert.equal(await alerts.enqueue({ ...alert, key: 'once', payload: 'another' }), false);
    assert.equal(await alerts.enqueue({ ...alert, key: 'once', channel: 'mail' }), true);
    const [mail, discord] = await alerts.recent(2);
    assert.deepEqual([mail?.channel, discord?.channel, discord?.payload], ['mail', 'discord', { a: [1, null] }]);
  });

  it('are due, oldest first, until they are delivered or given up', async () => {
    const { alerts } = ground.store;
    const { id: accountId } = await newAccount(ground.store);
    for (const [i, key] of ['a', 'b', 'c'].entries())
      await alerts.enqueue({ ...alert, key, accountId, channel: 'due', atMs: NOW_MS + i });
    const due = (nowMs: number, most = 9) => alerts.due('due', nowMs, most);
    const [a, b] = await due(NOW_MS + 1);
    assert.deepEqual(a, {
      id: a?.id,
      key: 'a',
      accountId,
      kind: 'entry',
      channel: 'due',
      payload: { a: [1, null] },
      state: 'waiting',
      attempts: 0,
      reason: undefined,
      createdMs: NOW_MS,
      nextMs: NOW_MS,
      deliveredMs: undefined,
    });
    assert.ok(a !== undefined && b !== undefined);
    assert.deepEqual(await due(NOW_MS + 9, 1), [a]);
    await alerts.failed(a.id, { reason: '429', nextMs: NOW_MS + 60_000 });
    await alerts.failed(b.id, { reason: '404', nextMs: undefined });
    const [c, ...none] = await due(NOW_MS + 59_999);
    assert.deepEqual([c?.key, none], ['c', []]);
    assert.ok(c !== undefined);
    await alerts.delivered(c.id, NOW_MS + 100);
    const later = await due(NOW_MS + 60_000);
    assert.deepEqual(later, [{ ...a, attempts: 1, reason: '429', nextMs: NOW_MS + 60_000 }]);
    const recent = await alerts.recent(3);
    assert.deepEqual(
      recent.map((one) => [one.key, one.state, one.attempts, one.reason, one.nextMs, one.deliveredMs]),
      [
        ['c', 'delivered', 1, undefined, undefined, NOW_MS + 100],
        ['b', 'given_up', 1, '404', undefined, undefined],
        ['a', 'waiting', 1, '429', NOW_MS + 60_000, undefined],
      ],
    );
    await assert.rejects(alerts.delivered(99_999, 1), { code: 'STORE_FAILED' });
  });
});

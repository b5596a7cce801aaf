import assert from 'node:assert/strict';
import { clientOrderIdOf } from '../../lib/account/order-id.ts';
import { ACCOUNT, BOS, EVENT, LAL, OTHER_RULE, RULE, Stage } from './stage.ts';
import { PortFailure } from './stage-gate.ts';
import { settled } from './stage-time.ts';

const CAPS = { maxEntriesPerGame: 5, maxTotalPositions: 5, averagingDown: true };
const gone = () => new PortFailure('STORE_UNAVAILABLE', 'the database cannot be reached');

describe('a signal that is not sent', () => {
  const refusals: [name: string, arrange: (stage: Stage) => void, code: string, reason: RegExp][] = [
    ['the ask has moved', (stage) => stage.feed.quote(LAL, 5_200, 5_300), 'PRICE_MOVED', /ask moved up 3\.0 > 2\.0/],
    ['nobody sells any more', (stage) => stage.feed.quote(LAL, 5_200, undefined), 'PRICE_MOVED', /nobody sells/],
    ['the quote is old', (stage) => stage.feed.quote(LAL, 4_900, 5_000, 16_000), 'FEED_BLIND', /16\.0 s ago/],
    ['the feed is blind', (stage) => (stage.feed.isBlind = true), 'FEED_BLIND', /no frames/],
    ['the market is paused', (stage) => stage.feed.status(LAL, 'paused'), 'MARKET_NOT_OPEN', /paused/],
    ['the market is not followed', (stage) => stage.feed.markets.delete(LAL), 'MARKET_UNKNOWN', /not followed/],
    [
      'private channels are silent',
      (stage) => stage.exchange.sayHealth({ isHealthy: false, heardAgeMs: 20_000, reason: 'fills do not arrive' }),
      'VENUE_UNHEALTHY',
      /fills do not arrive/,
    ],
    [
      'the memory says that it cannot commit',
      (stage) => (stage.database.trouble = { code: 'STORE_FULL', reason: 'the disk is full' }),
      'STORE_FULL',
      /disk is full/,
    ],
    [
      'no order group is made',
      (stage) => stage.gate.fail('venue.createOrderGroup', { when: 'before', failure: new PortFailure('KALSHI_REFUSED', 'no') }),
      'GROUP_REFUSED',
      /no fuse/,
    ],
  ];
  for (const [name, arrange, code, reason] of refusals) {
    it(`is an entry when ${name}, with the reason; nothing is remembered`, async () => {
      const stage = new Stage();
      await stage.armed();
      arrange(stage);
      const { report } = await stage.submit(stage.entry());
      assert.deepEqual([report?.outcome, report?.code], ['refused', code]);
      assert.match(report?.reason ?? '', reason);
      assert.equal(stage.database.orders.size, 0);
      assert.equal(stage.exchange.placed.length, 0);
      assert.deepEqual(
        stage.reports.map((one) => one.code),
        [code],
        'the flow is told too',
      );
    });
  }

  it('is an entry whose order group could not be made, and the next entry tries another', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.gate.fail('venue.createOrderGroup', { when: 'after', failure: new PortFailure('KALSHI_TIMEOUT', 'no answer') });
    assert.equal((await stage.submit(stage.entry())).report?.code, 'GROUP_REFUSED');
    assert.equal((await stage.submit(stage.entry())).report?.outcome, 'filled');
    assert.equal(stage.exchange.placed[0]?.orderGroupId, 'group-2');
  });

  it('is one that was decided too long ago; what is never submitted is forgotten', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const signal = account.raise(stage.entry());
    assert.ok(signal);
    assert.equal(account.raise(stage.entry()), undefined, 'the same is under way');
    assert.equal(account.tally(RULE, EVENT).entriesInGame, 1, 'and counts');
    await stage.pass(2_001);
    assert.equal(account.tally(RULE, EVENT).entriesInGame, 0);
    assert.equal((await account.submit(signal, undefined)).code, 'SIGNAL_LATE');
    assert.ok(account.raise(stage.entry()), 'decided anew');
  });

  it('is not one whose seconds were a fast practice night’s, while next to none have passed here', async () => {
    const stage = new Stage({ speed: 60 });
    const account = await stage.armed();
    const signal = account.raise(stage.entry());
    assert.ok(signal);
    await stage.pass(50);
    assert.ok(stage.time.marketMs() - signal.atMs >= 3_000);
    assert.equal((await account.submit(signal, undefined)).outcome, 'filled');
  });

  it('is a double, an old one, one of another account, and one of a game that is full', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const signal = account.raise(stage.entry());
    assert.ok(signal);
    const [first, second] = await Promise.all([account.submit(signal, undefined), account.submit(signal, undefined)]);
    assert.deepEqual([first.outcome, second.code], ['filled', 'ORDER_LOCKED']);
    assert.equal((await account.submit(signal, undefined)).code, 'SIGNAL_STALE');
    const other = { ...signal, cause: { ...signal.cause, accountId: 'another' } };
    assert.equal((await account.submit(other, undefined)).code, 'SIGNAL_FOREIGN');
    assert.equal((await stage.submit(stage.entry({ ticker: BOS }))).report?.code, 'GAME_FULL');
    assert.equal(stage.exchange.placed.length, 1);
  });

  it('is an exit of nothing; one of too much is cut to what is held', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    assert.equal(account.raise(stage.exit()), undefined);
    await stage.submit(stage.entry({ countE2: 500 }));
    const { report } = await stage.submit(stage.exit({ countE2: 9_900 }));
    assert.equal(report?.outcome, 'filled');
    assert.equal(stage.exchange.placed.at(-1)?.countE2, 500);
  });

  it('says the reason once in the log, not at each quote', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.feed.quote(LAL, 5_200, 5_300);
    for (let i = 0; i < 5; i++) await stage.submit(stage.entry());
    assert.equal(stage.database.log.filter((line) => line.message.includes('ask moved')).length, 1);
  });

  it('is an entry that a limit refuses, and exits go on', async () => {
    const stage = new Stage({ limits: { consecutiveLosses: 2 } });
    const account = await stage.armed();
    for (let i = 0; i < 2; i++) {
      await stage.submit(stage.entry({ entryCaps: CAPS }));
      await stage.submit(stage.exit());
    }
    await settled();
    assert.equal(account.trips()[0]?.rule, 'consecutive_losses');
    const { report } = await stage.submit(stage.entry({ entryCaps: CAPS }));
    assert.deepEqual([report?.code, report?.reason], ['BREAKER_OPEN', '2 losses in a row: entries pause for 60 minutes']);
    assert.deepEqual([...stage.alerts.values()].filter((alert) => alert.kind === 'trip').length, 1);
    assert.equal(stage.database.breaker.trips.length, 1);
    const released: string[] = [];
    account.listen({ trip: ({ kind }) => released.push(kind) });
    await stage.pass(60 * 60_000 + 30_000);
    assert.deepEqual(released, ['release']);
    assert.equal(account.state().status, 'armed');
  });

  it('is an entry after the day has lost too much at the bid, without any trade', async () => {
    const stage = new Stage({ limits: { dailyLossE6: 2_000_000 } });
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.feed.quote(LAL, 2_800, 2_900);
    await stage.pass(30_000);
    assert.equal(account.state().code, 'BREAKER_OPEN');
    stage.exchange.prices.set(LAL, { bidCC: 2_800, askCC: 2_900 });
    assert.equal((await stage.submit(stage.exit({ bidCC: 2_800 }))).report?.outcome, 'filled');
  });
});

describe('an order with an unhappy end', () => {
  it('is refused by the exchange: settled, told, alerted, and free for the next attempt', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ refuse: { code: 'KALSHI_INSUFFICIENT_BALANCE', reason: 'not enough money on shard 3' } });
    const { report, clientOrderId } = await stage.submit(stage.entry());
    assert.deepEqual([report?.outcome, report?.code], ['not_filled', 'KALSHI_INSUFFICIENT_BALANCE']);
    assert.match(report?.reason ?? '', /not enough money on shard 3/);
    assert.equal(stage.stored(clientOrderId).isSettled, true);
    assert.equal([...stage.alerts.values()][0]?.kind, 'error');
    assert.match((await stage.submit(stage.entry())).clientOrderId ?? '', /\.entry\.1\./);
  });

  it('lets a refused exit rest a moment, longer each time, and never for more than ten seconds', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    for (const restMs of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      stage.exchange.fates.push({ refuse: { code: 'KALSHI_MARKET_CLOSED', reason: 'trading is paused' } });
      await stage.submit(stage.exit());
      await stage.pass(restMs - 1);
      assert.equal(account.raise(stage.exit()), undefined, `still resting after ${restMs - 1} ms`);
      await stage.pass(1);
    }
    assert.equal((await stage.submit(stage.exit())).report?.outcome, 'filled');
  });

  it('is unknown and found at once by a read', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ isAnswerLost: true });
    const { report } = await stage.submit(stage.entry());
    assert.equal(report, undefined, 'its trades are still to be read');
    await stage.pass(200);
    assert.equal(stage.reports.at(-1)?.outcome, 'filled');
    assert.equal(stage.heldE2(), 1_000);
    assert.equal(stage.gate.count('venue.place'), 1);
  });

  it('is unknown and absent: proven 30 s after it was sent, by user data of later and two full lists, and not before', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.exchange.fates.push({ isLost: true });
    const { clientOrderId } = await stage.submit(stage.entry({ patienceMs: 10_000 }));
    await stage.pass(9_999);
    assert.equal(stage.reports.length, 0);
    await stage.pass(1);
    assert.deepEqual(
      stage.reports.map((one) => [one.outcome, one.code]),
      [['unresolved', 'ORDER_UNRESOLVED']],
    );
    assert.equal(account.raise(stage.entry()), undefined, 'its lock is held');
    assert.equal(account.tally(RULE, EVENT).entriesInGame, 1, 'and it counts');
    stage.exchange.lag();
    stage.exchange.byHand({ ticker: BOS, side: 'bid', countE2: 100 });
    await stage.pass(60_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'unresolved', 'what reads tell is too old to prove anything');
    stage.exchange.catchUp();
    const before = stage.gate.count('venue.ordersOf');
    await stage.pass(6_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'absent');
    assert.ok(stage.gate.count('venue.ordersOf') - before >= 2);
    assert.deepEqual(
      stage.reports.map((one) => one.outcome),
      ['unresolved', 'not_filled'],
    );
    assert.equal(stage.reports.at(-1)?.code, 'ORDER_ABSENT');
    assert.deepEqual(
      [...stage.alerts.values()].map((alert) => alert.kind),
      ['error'],
    );
    assert.match((await stage.submit(stage.entry())).clientOrderId ?? '', /\.entry\.1\./);
    assert.equal(stage.exchange.placed.length, 1);
  });

  it('may be followed by another exit while it is unresolved: the exchange caps both at the position', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    stage.exchange.isLive = false;
    stage.exchange.lag();
    stage.exchange.fates.push({ isAnswerLost: true, fillE2: 400 });
    const first = await stage.submit(stage.exit({ patienceMs: 1_000 }));
    assert.equal(stage.stored(first.clientOrderId).life.state, 'unresolved');
    const second = await stage.submit(stage.exit());
    assert.match(second.clientOrderId ?? '', /\.exit\.1\./);
    stage.exchange.catchUp();
    await stage.pass(10_000);
    assert.equal(stage.heldE2(), 0);
    assert.deepEqual(stage.exchange.nets(), new Map());
    assert.deepEqual(
      [first, second].map(({ clientOrderId }) => stage.stored(clientOrderId).life.filledE2),
      [400, 600],
    );
  });

  it('stands in the book beyond its patience: canceled, read, and told with what it filled', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ rests: true, fillE2: 200 });
    const { report, clientOrderId } = await stage.submit(stage.entry({ patienceMs: 5_000 }));
    assert.equal(report, undefined);
    assert.equal(stage.stored(clientOrderId).life.state, 'partly_filled');
    const [order] = stage.exchange.orders.values();
    stage.exchange.fillResting(order?.orderId ?? '', 100);
    await stage.pass(4_999);
    assert.equal(stage.gate.count('venue.cancel'), 0);
    await stage.pass(1);
    await stage.pass(1_000);
    assert.equal(stage.gate.count('venue.cancel'), 1);
    assert.equal(stage.reports.at(-1)?.outcome, 'partial');
    assert.equal(stage.heldE2(), 300);
  });

  it('has filled between the cancel and its answer, and the answer is lost', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ rests: true, fillE2: 0 });
    await stage.submit(stage.entry({ patienceMs: 5_000 }));
    const [order] = stage.exchange.orders.values();
    stage.exchange.fillResting(order?.orderId ?? '', 1_000);
    stage.gate.fail('venue.cancel', { when: 'before', failure: new PortFailure('KALSHI_TIMEOUT') });
    await stage.pass(8_000);
    assert.equal(stage.reports.at(-1)?.outcome, 'filled');
    assert.equal(stage.heldE2(), 1_000);
  });

  it('is not asked about in haste where reads lag behind its end', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ rests: true, fillE2: 0 });
    await stage.submit(stage.entry({ patienceMs: 5_000 }));
    stage.exchange.lag();
    const [order] = stage.exchange.orders.values();
    stage.exchange.cancel(order?.orderId ?? '');
    await stage.pass(30_000);
    assert.ok(stage.gate.count('venue.cancel') < 20, `${stage.gate.count('venue.cancel')} cancels`);
    stage.exchange.catchUp();
    await stage.pass(10_000);
    assert.equal(stage.reports.at(-1)?.outcome, 'not_filled');
  });

  it('has fills before its acknowledgement, twice, and in any order: each counts once', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ isAnswerLost: true, parts: 3 });
    const signal = account.raise(stage.entry());
    assert.ok(signal);
    void account.submit(signal, { node: 'n' });
    await Promise.resolve();
    const frames = stage.exchange.frames.splice(0);
    for (const frame of [...frames.toReversed(), ...frames]) stage.exchange.deliver(frame);
    await stage.pass(1_000);
    assert.equal(stage.heldE2(), 1_000);
    assert.equal(stage.database.ledgers.get(`${RULE}|${LAL}`)?.fills.length, 3);
    assert.equal(stage.reports.length, 1);
  });

  it('had ended, and filled after all: booked, told again, and said', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.exchange.fates.push({ fillE2: 0 });
    const { clientOrderId } = await stage.submit(stage.entry());
    const [order] = stage.exchange.orders.values();
    assert.ok(order);
    const fill = { fillId: 'late', orderId: order.orderId, ticker: LAL, side: 'bid', outcome: 'yes' } as const;
    const more = { yesPriceCC: 5_000, countE2: 400, feeE6: 0, isTaker: true, atMs: stage.time.marketMs(), exchangeIndex: 0 };
    stage.exchange.deliver({ kind: 'fill', fill: { ...fill, ...more } });
    await settled();
    assert.equal(stage.heldE2(), 400);
    assert.equal(stage.stored(clientOrderId).life.filledE2, 400);
    assert.deepEqual(
      stage.reports.map((one) => one.outcome),
      ['not_filled', 'partial'],
    );
    assert.equal(account.tally(RULE, EVENT).entriesInGame, 1);
    assert.ok(stage.database.log.some((line) => line.message.startsWith('Filled after it had ended')));
  });

  it('is spoken of in contradictions: kept, logged and alerted once, and the first word stands', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    const [fill] = stage.exchange.fills;
    assert.ok(fill);
    for (let i = 0; i < 2; i++) stage.exchange.deliver({ kind: 'fill', fill: { ...fill, countE2: 300 } });
    await settled();
    assert.equal(stage.heldE2(), 1_000);
    assert.equal([...stage.alerts.values()].filter((alert) => alert.title.includes('Contradiction')).length, 1);
  });
});

describe('orders and fills of others', () => {
  it('are the lots of nobody here, so that positions add up', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.exchange.byHand({ ticker: LAL, side: 'ask', countE2: 300 });
    await stage.pass(1_000);
    assert.deepEqual(
      account.lots({}).map((lot) => [lot.ruleId, lot.outcome, lot.countE2]),
      [['foreign', 'no', 300]],
    );
    assert.deepEqual(account.tally(RULE, EVENT), { entriesInGame: 0, isGameHeld: false, openPositions: 0 });
  });

  it('belong to the rule that their id proves, though nobody here remembers them', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    account.keepRuleState(OTHER_RULE, LAL, {});
    const cause = { accountId: ACCOUNT, ruleId: OTHER_RULE, ticker: LAL, round: 0, leg: 'entry', attempt: 0 } as const;
    stage.exchange.byHand({ ticker: LAL, side: 'bid', countE2: 300 }, clientOrderIdOf(cause));
    stage.exchange.byHand(
      { ticker: LAL, side: 'bid', countE2: 200 },
      clientOrderIdOf({ ...cause, accountId: 'another account' }),
    );
    await stage.pass(1_000);
    assert.deepEqual(
      new Map(account.lots({}).map((lot) => [lot.ruleId, lot.countE2])),
      new Map([
        [OTHER_RULE, 300],
        ['foreign', 200],
      ]),
    );
    assert.equal(account.tally(OTHER_RULE, EVENT).entriesInGame, 1, 'it was an entry');
  });

  it('of another instance on the same memory go to its order, and are not pursued here', async () => {
    const stage = new Stage();
    const first = await stage.armed();
    const second = await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ rests: true, fillE2: 300 });
    const signal = second.raise(stage.entry());
    assert.ok(signal);
    void second.submit(signal, { node: 'n' });
    await settled();
    for (const frame of stage.exchange.frames.splice(0)) stage.exchange.deliver(frame);
    await settled();
    assert.equal(first.lots({})[0]?.countE2, 300);
    assert.equal(second.lots({})[0]?.countE2, 300);
    assert.equal(stage.database.ledgers.get(`${RULE}|${LAL}`)?.fills.length, 1);
    const twin = first.raise(stage.entry({ ticker: LAL }));
    assert.equal(twin, undefined, 'the lock is seen');
    await stage.pass(70_000);
    assert.equal(stage.gate.count('venue.cancel'), 1);
  });
});

describe('a memory that fails', () => {
  it('before the intent: nothing is sent, and the next signal goes', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.gate.fail('memory.intend', { when: 'before', failure: gone() });
    const { report } = await stage.submit(stage.entry());
    assert.deepEqual([report?.outcome, report?.code], ['refused', 'STORE_UNAVAILABLE']);
    assert.equal(stage.exchange.placed.length, 0);
    assert.equal((await stage.submit(stage.entry())).report?.outcome, 'filled');
  });

  it('after the intent was committed: nothing is sent, and its absence is proven before anything else is', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.gate.fail('memory.intend', { when: 'after', failure: gone() });
    const { report, clientOrderId } = await stage.submit(stage.entry());
    assert.equal(report?.outcome, 'refused');
    assert.equal(stage.exchange.placed.length, 0);
    assert.equal(account.raise(stage.entry()), undefined, 'the intent that stands holds the lock');
    await stage.pass(40_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'absent');
    assert.match((await stage.submit(stage.entry())).clientOrderId ?? '', /\.entry\.1\./);
  });

  for (const when of ['before', 'after'] as const) {
    it(`${when} what was learned is committed: the news is kept, entries wait, and it is written once it works`, async () => {
      const stage = new Stage();
      const account = await stage.armed();
      const faults = Array.from({ length: 6 }, () => ({ when, failure: gone() }));
      stage.gate.fail('memory.learn', ...faults);
      const { report } = await stage.submit(stage.entry());
      assert.equal(report, undefined, 'nothing is told that is not committed');
      assert.deepEqual(account.lots({}), [], 'nor believed');
      assert.deepEqual([account.state().status, account.state().code], ['blocked', 'STORE_UNAVAILABLE']);
      const entry = await stage.submit(stage.entry({ ticker: BOS, ruleId: OTHER_RULE }));
      assert.deepEqual([entry.report?.outcome, entry.report?.code], ['refused', 'STORE_UNAVAILABLE']);
      await stage.pass(20_000);
      assert.equal(account.state().status, 'armed');
      assert.equal(stage.heldE2(), 1_000);
      assert.deepEqual(stage.reports.filter((one) => one.outcome === 'filled').length, 1);
      assert.equal(stage.database.ledgers.get(`${RULE}|${LAL}`)?.fills.length, 1);
    });
  }

  it('while the outcome is noted: it is told once here, and again only by a successor', async () => {
    const stage = new Stage();
    await stage.armed();
    const faults = Array.from({ length: 50 }, () => ({ when: 'before' as const, failure: gone() }));
    stage.gate.fail('memory.reported', ...faults);
    await stage.submit(stage.entry());
    await stage.pass(10_000);
    assert.equal(stage.reports.length, 1);
    stage.lives.at(-1)?.kill();
    await stage.armed();
    await stage.pass(120_000);
    assert.deepEqual(
      stage.reports.map((one) => one.outcome),
      ['filled', 'filled'],
    );
    assert.equal([...stage.alerts.values()].filter((alert) => alert.kind === 'entry').length, 1, 'one alert all the same');
  });

  it('with a command: the command says so, and nothing has changed', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.gate.fail('memory.setEntries', { when: 'before', failure: gone() });
    assert.deepEqual(await account.setEntries(false, { kind: 'local' }), {
      done: false,
      code: 'STORE_UNAVAILABLE',
      message: 'the database cannot be reached',
    });
    assert.equal(account.state().status, 'armed');
  });
});

describe('a predecessor that died', () => {
  it('before its order left: absent after the proof, and told to whoever listens then', async () => {
    const stage = new Stage();
    await stage.armed();
    const signal = stage.account.raise(stage.entry());
    assert.ok(signal);
    stage.gate.fail('venue.place', { when: 'before', failure: new PortFailure('KALSHI_TIMEOUT') });
    void stage.account.submit(signal, { node: 'order-node' });
    await settled();
    stage.lives.at(-1)?.kill();
    const account = await stage.armed({ takes: false });
    assert.equal(account.ordersUnderWay()[0]?.state, 'unresolved');
    await stage.pass(40_000);
    assert.deepEqual(account.ordersUnderWay(), []);
    const [order] = stage.database.orders.values();
    assert.equal(order?.order.isReported, false, 'nobody has taken it');
    const told: unknown[] = [];
    account.listen({
      report: ({ outcome, envelope }) => {
        told.push([outcome, envelope]);
        return true;
      },
    });
    await settled();
    assert.deepEqual(told, [['not_filled', { node: 'order-node' }]]);
    assert.equal([...stage.database.orders.values()][0]?.order.isReported, true);
  });

  it('after its order was filled: found, booked and told by the successor', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ isAnswerLost: true });
    const signal = stage.account.raise(stage.entry());
    assert.ok(signal);
    void stage.account.submit(signal, { node: 'order-node' });
    await Promise.resolve();
    stage.lives.at(-1)?.kill();
    stage.exchange.frames.length = 0;
    const account = await stage.armed();
    await stage.pass(1_000);
    assert.equal(account.lots({})[0]?.countE2, 1_000);
    assert.deepEqual(
      stage.lives.at(-1)?.reports.map((one) => one.outcome),
      ['filled'],
    );
    assert.equal(stage.exchange.placed.length, 1);
  });
});

describe('a connection that was lost', () => {
  it('blocks entries until it is back and compared, and what was missed is booked', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const runs: string[] = [];
    account.listen({ reconciled: (run) => runs.push(run.cause) });
    stage.exchange.sayHealth({ isHealthy: false, heardAgeMs: undefined, reason: 'the socket is closed' });
    assert.deepEqual([account.state().status, account.state().reason], ['blocked', 'the socket is closed']);
    stage.exchange.isLive = false;
    stage.exchange.byHand({ ticker: LAL, side: 'bid', countE2: 300 });
    stage.exchange.frames.length = 0;
    stage.exchange.sayHealth({ isHealthy: true, heardAgeMs: 0, reason: '' });
    assert.equal(account.state().code, 'RECONCILE_DUE');
    await settled();
    assert.deepEqual(runs, ['reconnect']);
    assert.equal(account.state().status, 'armed');
    assert.equal(account.lots({})[0]?.countE2, 300);
  });
});

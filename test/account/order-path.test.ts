import assert from 'node:assert/strict';
import { BOS, LAL, PERSON, RULE, Stage } from './stage.ts';
import { PortFailure } from './stage-gate.ts';
import { settled } from './stage-time.ts';

describe('the order path, on a good day', () => {
  it('remembers, sends and confirms an entry, and tells it everywhere', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const { report, clientOrderId } = await stage.submit(stage.entry());
    assert.equal(report?.outcome, 'filled');
    assert.equal(report.averageCC, 5_000);
    assert.equal(report.slippageCC, 0);
    assert.match(clientOrderId ?? '', /^cs1\.aaaa1111\.0\.entry\.0\.[0-9a-f]{10}$/);
    const [placed] = stage.exchange.placed;
    assert.deepEqual(
      [placed?.clientOrderId, placed?.timeInForce, placed?.cancelOnPause, placed?.reduceOnly, placed?.orderGroupId],
      [clientOrderId, 'ioc', true, false, 'group-1'],
    );
    assert.equal(stage.heldE2(), 1_000);
    const [lot] = account.lots({ ruleId: RULE });
    assert.equal(lot?.costE6, 5_000_000);
    assert.deepEqual(account.tally(RULE, stage.entry().eventTicker), { entriesInGame: 1, isGameHeld: true, openPositions: 1 });
    assert.deepEqual(
      [...stage.alerts.values()].map((alert) => [alert.kind, alert.title]),
      [['entry', 'Bought 10 YES of LAL at 50.0c']],
    );
    const [line] = stage.database.log.filter(({ category }) => category === 'trade');
    assert.equal(line?.message, `Bought 10 YES of LAL at 50.0c: ${stage.entry().reason.split(': ')[0]}`);
    assert.equal(stage.stored(clientOrderId).isReported, true);
    assert.equal(stage.stored(clientOrderId).isSettled, true);
    assert.deepEqual(
      stage.reports.map((one) => one.outcome),
      ['filled'],
    );
    assert.ok(stage.gate.calls.indexOf('memory.intend') < stage.gate.calls.indexOf('venue.place'));
    assert.equal(stage.underWay, 0);
  });

  it('sells with a reduce-only order without a group, and tells profit and reason', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.exchange.prices.set(LAL, { bidCC: 7_000, askCC: 7_100 });
    stage.feed.quote(LAL, 7_000, 7_100);
    const { report, clientOrderId } = await stage.submit(stage.exit({ bidCC: 7_000 }));
    assert.equal(report?.outcome, 'filled');
    assert.match(clientOrderId ?? '', /^cs1\.aaaa1111\.0\.exit\.0\./);
    const placed = stage.exchange.placed.at(-1);
    assert.deepEqual([placed?.reduceOnly, placed?.orderGroupId, placed?.cancelOnPause], [true, undefined, false]);
    assert.equal(report.trades[0]?.netE6, 2_000_000 - 200_000);
    assert.equal([...stage.alerts.values()].at(-1)?.title, 'Sold 10 YES of LAL at 70.0c: +1.80 dollars, take profit');
    assert.deepEqual(account.lots({}), []);
    const money = account.money();
    assert.deepEqual([money.balanceE6, money.dayPnlE6, money.wins, money.losses], [1_001_800_000, 1_800_000, 1, 0]);
  });

  it('counts the second entry of a rule in a market as the next round', async () => {
    const stage = new Stage();
    await stage.armed();
    const caps = { maxEntriesPerGame: 3, maxTotalPositions: 5, averagingDown: false };
    await stage.submit(stage.entry({ entryCaps: caps }));
    await stage.submit(stage.exit());
    const { clientOrderId } = await stage.submit(stage.entry({ entryCaps: caps }));
    assert.match(clientOrderId ?? '', /^cs1\.aaaa1111\.1\.entry\.0\./);
    await stage.submit(stage.exit());
    assert.match(stage.exchange.placed.at(-1)?.clientOrderId ?? '', /^cs1\.aaaa1111\.1\.exit\.0\./);
  });

  it('takes the next attempt of an entry that found nothing, in the same round', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ fillE2: 0 });
    const first = await stage.submit(stage.entry());
    assert.deepEqual([first.report?.outcome, first.report?.code], ['not_filled', 'ORDER_NOT_FILLED']);
    const second = await stage.submit(stage.entry());
    assert.match(second.clientOrderId ?? '', /^cs1\.aaaa1111\.0\.entry\.1\./);
    assert.equal(second.report?.outcome, 'filled');
  });

  it('lets a partly filled exit be followed at once, by what is left', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    stage.exchange.fates.push({ fillE2: 300, parts: 3 });
    const first = await stage.submit(stage.exit());
    assert.equal(first.report?.outcome, 'partial');
    assert.equal(stage.heldE2(), 700);
    const second = await stage.submit(stage.exit());
    assert.equal(second.report?.outcome, 'filled');
    assert.equal(stage.exchange.placed.at(-1)?.countE2, 700);
    assert.equal(stage.heldE2(), 0);
    assert.match(second.clientOrderId ?? '', /^cs1\.aaaa1111\.0\.exit\.1\./);
  });

  it('counts four fifths as done', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ fillE2: 800 });
    assert.equal((await stage.submit(stage.entry())).report?.outcome, 'filled');
  });

  it('makes the order group while a rule waits only for the price', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const decision = {
      ruleId: RULE,
      ruleName: 'dip',
      ticker: LAL,
      leg: 'entry',
      kind: 'no',
      reason: '',
      numbers: {},
      atMs: 0,
    } as const;
    account.note({ ...decision, gate: 'game_live' });
    await settled();
    assert.equal(stage.exchange.groups.length, 0);
    account.note({ ...decision, gate: 'entry_condition' });
    await settled();
    assert.deepEqual(stage.exchange.groups, [{ limitE2: 200_000, exchangeIndex: 0 }]);
    await stage.submit(stage.entry());
    assert.equal(stage.exchange.groups.length, 1);
    assert.equal(stage.exchange.placed[0]?.orderGroupId, 'group-1');
  });

  it('keeps two rules in one market apart', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    await stage.submit(stage.entry({ ruleId: 'bbbb2222-0000-4000-8000-00000000000b', countE2: 500 }));
    assert.deepEqual(
      account.lots({ ticker: LAL }).map((lot) => [lot.ruleId.slice(0, 4), lot.countE2]),
      [
        ['aaaa', 1_000],
        ['bbbb', 500],
      ],
    );
    await stage.submit(stage.exit());
    assert.deepEqual(
      account.lots({}).map((lot) => [lot.ruleId.slice(0, 4), lot.countE2]),
      [['bbbb', 500]],
    );
  });

  it('settles what is held when the market is decided', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.feed.status(LAL, 'determined', 10_000);
    await stage.pass(1_000);
    assert.equal(stage.heldE2(), 1_000, 'decided, not paid yet');
    stage.exchange.settle(LAL, 10_000);
    await stage.pass(60_000);
    assert.deepEqual(account.lots({}), []);
    assert.deepEqual([account.money().wins, account.money().balanceE6], [1, 1_000_000_000 + 5_000_000 - 100_000]);
    assert.equal([...stage.alerts.values()].at(-1)?.title, 'Settled: LAL paid 100c: +4.90 dollars');
  });

  it('books a void settlement, and one whose lots cancel out', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry({ ticker: BOS }));
    stage.exchange.byHand({ ticker: LAL, side: 'ask', countE2: 1_000 });
    await stage.submit(stage.entry({ ruleId: 'bbbb2222-0000-4000-8000-00000000000b' }));
    assert.equal(stage.exchange.nets().get(LAL), undefined);
    await stage.pass(1_000);
    assert.equal(account.lots({ ticker: LAL }).length, 2);
    stage.exchange.settle(BOS, 5_000);
    stage.feed.status(BOS, 'finalized', 5_000);
    stage.feed.status(LAL, 'finalized', 0);
    await stage.pass(60_000);
    assert.deepEqual(account.lots({}), []);
  });
});

describe('the start', () => {
  it('arms only after the comparison has agreed, and says why not before', async () => {
    const stage = new Stage();
    let isAgreed = false;
    stage.reconcile = async (books, cause) => ({
      agreed: isAgreed,
      cause,
      atMs: books.clock.nowMs(),
      findings: ['3 contracts more at the exchange'],
      repairs: [],
      failure: undefined,
    });
    const { account } = stage.born();
    await account.start();
    assert.deepEqual(account.state(), {
      status: 'blocked',
      code: 'RECONCILE_DISAGREED',
      reason: 'memory and exchange disagree: 3 contracts more at the exchange',
    });
    isAgreed = true;
    await stage.pass(2_000);
    assert.equal(account.state().status, 'armed');
  });

  it('tries again while the exchange or the memory is away, and refuses with bad credentials', async () => {
    const stage = new Stage();
    stage.gate.fail('memory.openLedgers', {
      when: 'before',
      failure: new PortFailure('STORE_LOCKED', 'another program holds it'),
    });
    stage.refusal = new PortFailure('KALSHI_AUTH_REJECTED', 'the key is not known');
    const { account } = stage.born();
    await account.start();
    assert.deepEqual(account.state(), { status: 'blocked', code: 'STORE_LOCKED', reason: 'another program holds it' });
    await stage.pass(1_500);
    assert.deepEqual(account.state(), { status: 'refused', code: 'KALSHI_AUTH_REJECTED', reason: 'the key is not known' });
    stage.refusal = new PortFailure('KALSHI_UNREACHABLE', 'no connection');
    await stage.pass(3_000);
    assert.deepEqual(account.state(), { status: 'blocked', code: 'KALSHI_UNREACHABLE', reason: 'no connection' });
    stage.refusal = undefined;
    await stage.pass(10_000);
    assert.equal(account.state().status, 'armed');
    assert.equal((await stage.submit(stage.entry())).report?.outcome, 'filled');
  });

  it('refuses every order before it is connected, and exits go as soon as it is', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    stage.lives.at(-1)?.kill();
    stage.reconcile = () => new Promise(() => {});
    const { account } = stage.born();
    assert.equal(account.raise(stage.exit()), undefined);
    void account.start();
    await settled();
    assert.equal(account.state().status, 'starting');
    assert.equal((await stage.submit(stage.exit())).report?.outcome, 'filled');
    const { report } = await stage.submit(stage.entry({ ticker: BOS }));
    assert.deepEqual([report?.outcome, report?.code], ['refused', 'ACCOUNT_STARTING']);
  });

  it('knows after a restart what it held, owed and had earned', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry({ ticker: BOS }));
    await stage.submit(stage.exit({ ticker: BOS }));
    await stage.submit(stage.entry({ entryCaps: { maxEntriesPerGame: 5, maxTotalPositions: 5, averagingDown: false } }));
    stage.account.keepRuleState(RULE, LAL, { peakCC: 5_300 });
    await settled();
    const before = {
      lots: stage.account.lots({}),
      tally: stage.account.tally(RULE, stage.entry().eventTicker),
      money: stage.account.money(),
    };
    stage.lives.at(-1)?.kill();
    const account = await stage.armed();
    assert.deepEqual(
      { lots: account.lots({}), tally: account.tally(RULE, stage.entry().eventTicker), money: account.money() },
      before,
    );
    assert.deepEqual(account.ruleState(RULE, LAL), { peakCC: 5_300 });
    assert.deepEqual(stage.lives.at(-1)?.reports, [], 'what was told is not told again');
  });

  it('closes in peace: nothing is under way, and whoever waits is told', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    stage.exchange.fates.push({ rests: true, fillE2: 0 });
    const signal = account.raise(stage.entry());
    assert.ok(signal);
    const submitted = account.submit(signal, { node: 'n' });
    await settled();
    await account.stop();
    assert.equal((await submitted).outcome, 'unresolved');
    assert.equal((await submitted).code, 'ACCOUNT_CLOSED');
    assert.equal(account.state().status, 'closed');
    const { report } = await stage.submit(stage.entry({ ticker: BOS }));
    assert.equal(report?.code, 'ACCOUNT_CLOSED');
    assert.equal(stage.underWay, 0);
    assert.equal(account.lastRun()?.cause, 'shutdown');
  });
});

describe('commands', () => {
  it('closes one lot by hand, in as many orders as it takes', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.exchange.fates.push({ fillE2: 300 }, { fillE2: 0 });
    const [lot] = account.lots({});
    const result = await account.close(lot?.positionId ?? '', PERSON);
    assert.deepEqual(result, { done: true, code: undefined, message: 'closed: 10 sold' });
    assert.equal(stage.exchange.placed.length, 4);
    assert.equal(
      [...stage.database.trades.values()].flat().every((trade) => trade.exitReason === 'manual'),
      true,
    );
    assert.deepEqual(await account.close(lot?.positionId ?? '', PERSON), {
      done: false,
      code: 'NOTHING_HELD',
      message: 'nothing is held there',
    });
  });

  it('closes everything, and names what nobody buys', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    const caps = { maxEntriesPerGame: 5, maxTotalPositions: 5, averagingDown: true };
    await stage.submit(stage.entry({ entryCaps: caps }));
    await stage.submit(stage.entry({ ticker: BOS, entryCaps: caps }));
    stage.exchange.byHand({ ticker: BOS, side: 'bid', countE2: 200 });
    await stage.pass(1_000);
    stage.feed.quote(LAL, undefined, 5_000);
    const result = await account.closeAll(PERSON);
    assert.equal(result.done, false);
    assert.equal(result.message, '1 of 3 are still open: LAL: nobody buys; 10 are still held');
    assert.deepEqual(
      account.lots({}).map((lot) => lot.ticker),
      [LAL],
    );
    stage.feed.quote(LAL, 4_900, 5_000);
    assert.equal((await account.closeAll(PERSON)).done, true);
    assert.deepEqual(stage.exchange.nets(), new Map());
  });

  it('switches entries off and on, and exits go on meanwhile', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    assert.equal((await account.setEntries(false, PERSON)).done, true);
    assert.equal(account.state().status, 'paused');
    const { report } = await stage.submit(stage.entry({ ticker: BOS }));
    assert.deepEqual([report?.outcome, report?.code], ['refused', 'ENTRIES_OFF']);
    assert.equal((await stage.submit(stage.exit())).report?.outcome, 'filled');
    await account.setEntries(true, PERSON);
    assert.equal(account.state().status, 'armed');
  });

  it('trips and resets by hand, with a note, also over a restart', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    assert.equal((await account.trip(' ', PERSON)).code, 'NOTE_MISSING');
    assert.equal((await account.trip('odd prices', PERSON)).done, true);
    assert.deepEqual(account.state(), { status: 'blocked', code: 'BREAKER_OPEN', reason: 'stopped by hand: odd prices' });
    const { report } = await stage.submit(stage.entry());
    assert.deepEqual([report?.code, report?.reason], ['BREAKER_OPEN', 'stopped by hand: odd prices']);
    stage.lives.at(-1)?.kill();
    const next = stage.born().account;
    await next.start();
    assert.equal(next.state().code, 'BREAKER_OPEN');
    assert.equal((await next.reset('daily_loss', 'fine', PERSON)).code, 'NOT_TRIPPED');
    assert.equal((await next.reset('manual', 'prices are fine', PERSON)).done, true);
    assert.equal(next.state().status, 'armed');
    assert.deepEqual(
      stage.database.events.map((event) => event.kind),
      ['trip', 'reset'],
    );
  });
});

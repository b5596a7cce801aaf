import assert from 'node:assert/strict';
import type { CommandResult, OrderReport, SignalWish } from '../../lib/account/contract.ts';
import { clientOrderIdOf } from '../../lib/account/order-id.ts';
import { Pen } from '../../lib/account/pen.ts';
import { NEW_BREAKER_STATE, type Trip } from '../../lib/trading/breaker.ts';
import { orphanTitle } from '../../lib/trading/reconcile-words.ts';
import { ACCOUNT, BOS, EVENT, LAL, OTHER_RULE, PERSON, RULE, reconcileAll, Stage } from './stage.ts';
import { PortFailure } from './stage-gate.ts';
import { settled, VirtualTime } from './stage-time.ts';

const CAPS = { maxEntriesPerGame: 5, maxTotalPositions: 5, averagingDown: true };
const gone = () => new PortFailure('STORE_UNAVAILABLE', 'the database cannot be reached');

/** Raises and submits, without waiting for anything. */
function sent(stage: Stage, wish: SignalWish): { report?: OrderReport } {
  const signal = stage.account.raise(wish);
  assert.ok(signal, 'the wish became a signal');
  const told: { report?: OrderReport } = {};
  void stage.account.submit(signal, { node: 'n' }).then((report) => {
    told.report = report;
  });
  return told;
}

describe('an entry that was in order when it was asked for', () => {
  it('is looked at again when its turn at the memory comes', async () => {
    const stage = new Stage();
    await stage.armed();
    const goOn = stage.gate.hold('memory.learn');
    sent(stage, stage.entry({ ticker: BOS, ruleId: OTHER_RULE }));
    await settled();
    const told = sent(stage, stage.entry());
    await settled();
    stage.feed.quote(LAL, 5_200, 5_300);
    goOn();
    await settled();
    assert.deepEqual([told.report?.outcome, told.report?.code], ['refused', 'PRICE_MOVED']);
    assert.deepEqual(
      stage.exchange.placed.map(({ ticker }) => ticker),
      [BOS],
    );
  });

  const changes: [name: string, change: (stage: Stage) => Promise<void>, reason: RegExp][] = [
    ['the ask has moved', async (stage) => stage.feed.quote(LAL, 5_200, 5_300), /^not sent: ask moved up 3\.0/],
    ['the feed has gone blind', async (stage) => void (stage.feed.isBlind = true), /^not sent: no market data/],
    ['remembering it took too long', (stage) => stage.pass(3_000), /^not sent: remembering it took 3\.0 s/],
    ['the account is being closed', async (stage) => void stage.account.stop(), /^not sent: the account is closed/],
  ];
  for (const [name, change, reason] of changes) {
    it(`is not sent when ${name} while it was committed; it is over, and the game is free`, async () => {
      const stage = new Stage();
      await stage.armed();
      const goOn = stage.gate.hold('memory.intend');
      const told = sent(stage, stage.entry());
      await settled();
      await change(stage);
      goOn();
      await settled();
      assert.deepEqual([told.report?.outcome, told.report?.code], ['not_filled', 'ORDER_ABSENT']);
      assert.match(told.report?.reason ?? '', reason);
      assert.equal(stage.exchange.placed.length, 0);
      const [stored] = stage.database.orders.values();
      assert.deepEqual([stored?.order.life.state, stored?.order.isSettled], ['absent', true]);
      assert.equal(stage.database.entriesInGame(RULE, EVENT), 0);
    });
  }

  it('is judged by the clock on the wall where the memory is slow, not by a practice night that runs at sixty times', async () => {
    const stage = new Stage({ speed: 60 });
    await stage.armed();
    const goOn = stage.gate.hold('memory.intend');
    const told = sent(stage, stage.entry());
    await stage.pass(100);
    goOn();
    await settled();
    assert.equal(told.report?.outcome, 'filled');
  });

  it('is an exit, and is sent whatever has changed', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    const goOn = stage.gate.hold('memory.intend');
    const told = sent(stage, stage.exit());
    await settled();
    stage.feed.isBlind = true;
    await stage.pass(10_000);
    goOn();
    await settled();
    assert.equal(told.report?.outcome, 'filled');
  });

  it('is cut to what the limits leave, whoever has sized it', async () => {
    const stage = new Stage();
    await stage.armed();
    const { report } = await stage.submit(stage.entry({ countE2: 100_000 }));
    assert.equal(report?.outcome, 'filled');
    const countE2 = stage.exchange.placed[0]?.countE2 ?? 0;
    assert.ok(countE2 > 9_000 && countE2 * 5_100 <= 50_000_000, `${countE2} contracts are within 5 % of 1,000 dollars`);
  });

  it('is refused where the limits leave nothing', async () => {
    const stage = new Stage();
    stage.exchange.cashE6 = 5_000_000;
    stage.exchange.settle('KXOTHER', 0);
    await stage.armed();
    const { report } = await stage.submit(stage.entry());
    assert.deepEqual([report?.outcome, report?.code], ['refused', 'SIZE_CAPPED']);
    assert.match(report?.reason ?? '', /share of the balance for one position allows 0\.25 dollars/);
  });
});

describe('turns at the memory', () => {
  it('of those who go before others come in the order in which they asked', async () => {
    const { wall } = new VirtualTime(0).view();
    const pen = new Pen(wall, { begin: () => () => {} }, () => {});
    const order: string[] = [];
    const turn = (name: string, first: boolean) => pen.write(async () => void order.push(name), first);
    await Promise.all([turn('running', false), turn('later', false), turn('a', true), turn('b', true), turn('c', true)]);
    assert.deepEqual(order, ['running', 'a', 'b', 'c', 'later']);
  });
});

describe('an intent that only the memory knows', () => {
  it('is looked for when its cause is asked for again, and not refused for ever', async () => {
    const stage = new Stage();
    const first = await stage.armed();
    const second = await stage.armed();
    stage.exchange.isLive = false;
    const signal = second.raise(stage.entry());
    assert.ok(signal);
    void second.submit(signal, undefined);
    await stage.pass(1_000);
    const twin = first.raise(stage.entry());
    assert.ok(twin);
    assert.equal((await first.submit(twin, undefined)).code, 'ORDER_DUPLICATE');
    await settled();
    assert.equal(first.tally(RULE, EVENT).entriesInGame, 1);
    await first.reconcile(PERSON);
    assert.equal(first.tally(RULE, EVENT).isGameHeld, true);
    assert.equal(first.lots({})[0]?.countE2, 1_000);
    assert.equal(stage.exchange.placed.length, 1);
  });
});

describe('the breaker of an account', () => {
  const lost: Trip = {
    rule: 'daily_loss',
    reason: 'the day has lost 60.00 dollars',
    reading: 60_000_000,
    limit: 50_000_000,
    until: { kind: 'next_trading_day' },
    trippedMs: Date.UTC(2026, 10, 20, 17),
    tradingDay: '2026-11-20',
  };
  const rulesOf = (trips: readonly Trip[]) => trips.map(({ rule }) => rule).toSorted();

  it('keeps what a loss has tripped while a person stopped entries', async () => {
    const stage = new Stage({ limits: { consecutiveLosses: 1 } });
    const account = await stage.armed();
    await stage.submit(stage.entry());
    const goOn = stage.gate.hold('memory.learn');
    sent(stage, stage.exit());
    await settled();
    const stopped = account.trip('odd prices', PERSON);
    await settled();
    goOn();
    assert.equal((await stopped).done, true);
    assert.deepEqual(rulesOf(account.trips()), ['consecutive_losses', 'manual']);
    assert.deepEqual(rulesOf(stage.database.breaker.trips), ['consecutive_losses', 'manual']);
  });

  it('keeps what is remembered when a person stops entries before it was read', async () => {
    const stage = new Stage();
    stage.database.breaker = { ...NEW_BREAKER_STATE, trips: [lost] };
    stage.gate.fail('memory.openLedgers', { when: 'before', failure: gone() });
    const { account } = stage.born();
    await account.start();
    assert.equal(account.state().status, 'blocked');
    assert.equal((await account.trip('going to bed', PERSON)).done, true);
    assert.deepEqual(rulesOf(stage.database.breaker.trips), ['daily_loss', 'manual']);
    await stage.pass(5_000);
    assert.deepEqual(rulesOf(account.trips()), ['daily_loss', 'manual']);
  });

  for (const [tradingDay, baseE6] of [
    ['2026-11-20', -510_000_000],
    ['2026-11-19', 0],
  ] as const) {
    it(`counts today's loss from what a person's reset on ${tradingDay} left, also after a restart`, async () => {
      const stage = new Stage();
      stage.database.breaker = { ...NEW_BREAKER_STATE, dayBase: { tradingDay, pnlE6: -510_000_000 } };
      const account = await stage.armed();
      assert.equal(account.money().dayBaseE6, baseE6);
    });
  }

  it('does not hold a loss of today against a balance that nobody has read yet', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    await stage.submit(stage.exit());
    stage.lives.at(-1)?.kill();
    const goOn = stage.gate.hold('venue.balance');
    const { account } = stage.born();
    void account.start();
    await settled();
    stage.exchange.byHand({ ticker: BOS, side: 'bid', countE2: 100 });
    await stage.pass(1_000);
    assert.equal(account.lots({}).length, 1, 'the fill was booked');
    goOn();
    await stage.pass(1_000);
    assert.deepEqual(account.trips(), []);
    assert.equal(account.state().status, 'armed');
  });

  it('counts an exit that nobody remembered once, in however many parts it is told', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    account.keepRuleState(RULE, LAL, {});
    await stage.submit(stage.entry());
    const cause = { accountId: ACCOUNT, ruleId: RULE, ticker: LAL, round: 7, leg: 'exit', attempt: 0 } as const;
    for (const fillId of ['part-1', 'part-2']) {
      const fill = {
        fillId,
        orderId: 'old',
        clientOrderId: clientOrderIdOf(cause),
        ticker: LAL,
        side: 'ask',
        outcome: 'no',
      } as const;
      const rest = { yesPriceCC: 4_000, countE2: 500, feeE6: 0, isTaker: true, atMs: stage.time.marketMs(), exchangeIndex: 0 };
      stage.exchange.deliver({ kind: 'fill', fill: { ...fill, ...rest } });
      await stage.pass(1_000);
    }
    assert.deepEqual(account.lots({}), []);
    assert.equal(stage.database.breaker.lossesInRow, 1);
  });
});

describe('comparing with the exchange', () => {
  it('goes on at a steady rest for as long as it disagrees', async () => {
    const stage = new Stage();
    await stage.armed();
    let runs = 0;
    stage.reconcile = async (books, cause) => {
      runs += 1;
      return {
        agreed: false,
        cause,
        atMs: books.clock.nowMs(),
        findings: ['a stranger holds 3'],
        repairs: [],
        failure: undefined,
      };
    };
    await stage.pass(50 * 60_000);
    runs = 0;
    await stage.pass(10 * 60_000);
    assert.ok(runs >= 10 && runs <= 13, `${runs} runs in ten minutes`);
  });

  it('is done again where the connection was lost during the first', async () => {
    const stage = new Stage();
    const { promise, resolve } = Promise.withResolvers<void>();
    const causes: string[] = [];
    stage.reconcile = async (books, cause) => {
      causes.push(cause);
      if (causes.length > 1) return reconcileAll(books, cause);
      await promise;
      return { agreed: true, cause, atMs: books.clock.nowMs(), findings: [], repairs: [], failure: undefined };
    };
    const { account } = stage.born();
    const started = account.start();
    await settled();
    stage.exchange.isLive = false;
    stage.exchange.sayHealth({ isHealthy: false, heardAgeMs: undefined, reason: 'the socket is closed' });
    stage.exchange.byHand({ ticker: LAL, side: 'bid', countE2: 300 });
    stage.exchange.frames.length = 0;
    stage.exchange.sayHealth({ isHealthy: true, heardAgeMs: 0, reason: '' });
    resolve();
    await started;
    await settled();
    assert.deepEqual(causes, ['start', 'reconnect']);
    assert.equal(account.lots({})[0]?.countE2, 300);
    assert.equal(account.state().status, 'armed');
  });

  it('names what waits for a person as lists do', async () => {
    const stage = new Stage();
    const orphan = { id: 'order|x', ticker: LAL, orderId: 'x', side: 'bid', countE2: 300, priceCC: 4_500 } as const;
    const row = { ...orphan, detectedMs: 0, resolvedMs: undefined, action: undefined };
    stage.reconcile = async (books, cause) => {
      await books.noteOrphan(row);
      return reconcileAll(books, cause);
    };
    await stage.armed();
    assert.equal([...stage.alerts.values()].at(-1)?.title, orphanTitle(row));
  });

  it('is refused before there is anything to compare', async () => {
    const stage = new Stage();
    stage.gate.fail('memory.openLedgers', { when: 'before', failure: gone() });
    const { account } = stage.born();
    await account.start();
    const run = await account.reconcile(PERSON);
    assert.deepEqual([run.agreed, run.failure?.code], [false, 'STORE_UNAVAILABLE']);
    assert.equal(stage.gate.count('venue.positions') + stage.gate.count('venue.ordersSince'), 0);
  });
});

describe('what a predecessor left', () => {
  it('is told once, however often the start is tried', async () => {
    const stage = new Stage();
    await stage.armed({ takes: false });
    await stage.submit(stage.entry());
    stage.lives.at(-1)?.kill();
    stage.database.log.length = 0;
    let runs = 0;
    stage.reconcile = (books, cause) => {
      if (++runs > 3) return reconcileAll(books, cause);
      const failure = { code: 'KALSHI_TIMEOUT', message: 'no answer' };
      return Promise.resolve({ agreed: false, cause, atMs: 0, findings: [], repairs: [], failure });
    };
    const { account } = stage.born({ takes: false });
    await account.start();
    await stage.pass(20_000);
    assert.equal(account.state().status, 'armed');
    assert.equal(stage.database.log.filter(({ message }) => message.startsWith('Bought')).length, 1);
  });
});

describe('an order that was proven absent', () => {
  it('and shows itself all the same is followed to its end', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ isLate: true });
    const { clientOrderId } = await stage.submit(stage.entry());
    await stage.pass(40_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'absent');
    stage.exchange.fates.push({ rests: true, fillE2: 200 });
    const [late] = stage.exchange.inTheAir.splice(0);
    assert.ok(late);
    stage.exchange.arrive(late);
    await settled();
    assert.equal(stage.stored(clientOrderId).isSettled, false);
    stage.exchange.isLive = false;
    await stage.pass(60_000);
    assert.equal(stage.gate.count('venue.cancel'), 1);
    assert.deepEqual([stage.stored(clientOrderId).life.state, stage.stored(clientOrderId).isSettled], ['canceled', true]);
    assert.equal(stage.heldE2(), 200);
  });
});

describe('an order whose fate is unknown', () => {
  it('is not called so on a fast practice night before an answer could have come', async () => {
    const stage = new Stage({ speed: 60 });
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.lag();
    stage.exchange.fates.push({ isAnswerLost: true });
    await stage.submit(stage.entry());
    await stage.pass(3_000);
    assert.equal(stage.account.ordersUnderWay()[0]?.state, 'unresolved');
    stage.exchange.catchUp();
    await stage.pass(5_000);
    assert.deepEqual(
      stage.reports.map(({ outcome }) => outcome),
      ['filled'],
    );
    assert.deepEqual(
      [...stage.alerts.values()].map(({ kind }) => kind),
      ['entry'],
    );
  });

  it('is not called absent where it was seen in the book', async () => {
    const stage = new Stage();
    await stage.armed();
    stage.exchange.fates.push({ isLost: true });
    const { clientOrderId } = await stage.submit(stage.entry({ patienceMs: 5_000 }));
    assert.ok(clientOrderId);
    stage.exchange.deliver({ kind: 'book', clientOrderId, ticker: LAL });
    await stage.pass(60_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'unresolved');
    assert.equal(stage.account.raise(stage.entry()), undefined, 'its lock is held');
  });
});

describe('two rules that hold the same', () => {
  it('do not sell each other’s contracts while an exit of one is unresolved', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry({ entryCaps: CAPS }));
    await stage.submit(stage.entry({ ruleId: OTHER_RULE, entryCaps: CAPS }));
    stage.exchange.isLive = false;
    stage.exchange.lag();
    stage.exchange.fates.push({ isAnswerLost: true });
    const { clientOrderId } = await stage.submit(stage.exit({ countE2: 700 }));
    assert.equal(stage.stored(clientOrderId).life.state, 'unresolved');
    const { report } = await stage.submit(stage.exit());
    assert.equal(report, undefined);
    assert.equal(stage.exchange.placed.at(-1)?.countE2, 300, 'what the first cannot have sold');
    stage.exchange.catchUp();
    await stage.pass(10_000);
    assert.deepEqual(
      account.lots({}).map(({ ruleId, outcome, countE2 }) => [ruleId, outcome, countE2]),
      [[OTHER_RULE, 'yes', 1_000]],
    );
  });
});

describe('closing by hand', () => {
  it('does not call it nothing while nobody knows what is held', async () => {
    const stage = new Stage();
    await stage.armed();
    await stage.submit(stage.entry());
    stage.lives.at(-1)?.kill();
    stage.gate.fail('memory.openLedgers', { when: 'before', failure: gone() });
    const { account } = stage.born();
    await account.start();
    const result = await account.closeAll(PERSON);
    assert.deepEqual([result.done, result.code], [false, 'ACCOUNT_STARTING']);
    assert.match(result.message, /database cannot be reached/);
  });

  it('waits where the exchange has just refused an exit, and then sells', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.exchange.fates.push({ refuse: { code: 'KALSHI_MARKET_CLOSED', reason: 'trading is paused' } });
    await stage.submit(stage.exit());
    const told: CommandResult[] = [];
    void account.closeAll(PERSON).then((result) => told.push(result));
    await stage.pass(5_000);
    assert.deepEqual(told, [{ done: true, code: undefined, message: '1 closed' }]);
    assert.equal(stage.heldE2(), 0);
  });

  it('tells a market that nobody bids for from one that it cannot see', async () => {
    const stage = new Stage();
    const account = await stage.armed();
    await stage.submit(stage.entry());
    stage.feed.quotes.delete(LAL);
    const result = await account.closeAll(PERSON);
    assert.deepEqual([result.done, result.code], [false, 'FEED_BLIND']);
    assert.match(result.message, /no quote of this market/);
  });
});

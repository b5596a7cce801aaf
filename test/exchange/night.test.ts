import assert from 'node:assert/strict';
import type { ExchangeEvent } from '../../lib/exchange/engine/events.ts';
import type { PlaceOrder } from '../../lib/exchange/engine/orders.ts';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import type { Entry, Journal } from '../../lib/exchange/journal.ts';
import type { Night } from '../../lib/exchange/night.ts';
import { AWAY, HOME, order, START_MS } from './stage.ts';
import { candlesOf, LISTING, nightOf, openMember, picture, runningAt, SECOND, scenarioOf, walk } from './walk.ts';

const now = () => performance.now();

describe('a practice night', () => {
  const nights: Night[] = [];
  const open = (...args: Parameters<typeof nightOf>): Night => {
    const night = nightOf(...args);
    nights.push(night);
    return night;
  };
  afterEach(() => {
    for (const night of nights.splice(0)) night.stop();
  });

  it('delivers one due thing per step, at its own instant', () => {
    const night = open(walk(3));
    const seen: number[] = [];
    while (night.step()) seen.push(night.nowMs() - START_MS);
    assert.deepEqual(seen.slice(0, 5), [0, 1_000, 2_000, 3_000, 4_000]);
    assert.equal(seen.at(-1), 14 * 86_400_000 + SECOND, 'the other market closes at its own date, and is swept');
    assert.equal(night.isOver, true);
  });

  it('runs at a multiple of real time and shows no present without its past', () => {
    const wall = { ms: 1_000 };
    const night = open(
      walk(600),
      runningAt(60, () => wall.ms),
    );
    assert.equal(night.nowMs(), START_MS);
    wall.ms += 500;
    assert.equal(night.nowMs(), START_MS + 30_000);
    assert.equal(night.delivered, 31);
    assert.equal(night.exchange.state.markets.get(HOME)?.bids.best()?.priceCC, 5_000);
    assert.equal(night.clock.untilMs(START_MS + 60_000), 500);
  });

  it('delivers by itself once started, as fast as asked', async () => {
    const night = open(walk(2_000), runningAt(Number.POSITIVE_INFINITY, now));
    const settled = heard(night, (one) => one.kind === 'market' && one.news === 'settled');
    night.start();
    await settled;
    assert.equal(night.delivered, 2_002);
  });

  it('comes to an end at full speed with weekly pauses', async () => {
    const header = { night: 'n', seed: 1, shards: [0], scenario: {}, thursdayPause: true };
    const night = open(walk(10), { header, ...runningAt(Number.POSITIVE_INFINITY, now) });
    night.start();
    while (!night.isOver) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(night.exchange.state.markets.get(AWAY)?.status, 'closed');
  });

  it('tells an expiry when it is due, though nobody asks and nothing else comes', async () => {
    for (const later of [[], [{ atMs: START_MS + 86_400_000, actions: [] }]]) {
      const night = open(scenarioOf(later), runningAt(60, now));
      night.nowMs();
      night.start();
      const member = openMember(night);
      const expired = heard(night, (one) => one.kind === 'order' && one.reason === 'ExpiryCancel');
      const placedMs = now();
      const expirationMs = night.nowMs() + 6 * SECOND;
      night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ expirationMs }) });
      await expired;
      assert.ok(now() - placedMs < 600, 'a tenth of a second of real time, not the next heartbeat');
    }
  });

  it('has the same candles and trades at any speed', async () => {
    const scenario = scenarioOf([
      ...[...walk(600).events()].slice(1, -1),
      { atMs: START_MS + 601 * SECOND, actions: [{ kind: 'flow', ticker: HOME, side: 'bid', countE2: 300, limitCC: 9_900 }] },
    ]);
    const stepped = open(scenario);
    while (stepped.delivered < 602) stepped.step();
    const expected = candlesOf(stepped, HOME);
    const wall = { ms: 0 };
    const jumped = open(
      scenario,
      runningAt(60, () => wall.ms),
    );
    for (; wall.ms < 10_016; wall.ms += 1_300) jumped.nowMs();
    wall.ms = 10_016.7;
    jumped.nowMs();
    assert.deepEqual(candlesOf(jumped, HOME), expected);
    const rushed = open(scenario, runningAt(Number.POSITIVE_INFINITY, now));
    const traded = heard(rushed, (one) => one.kind === 'trade');
    rushed.start();
    await traded;
    const range = { startS: START_MS / 1000, endS: START_MS / 1000 + 660, nowS: START_MS / 1000 + 601, periodMinutes: 1 };
    assert.deepEqual(rushed.tape.candles(HOME, range), expected);
    assert.deepEqual(rushed.tape.trades, stepped.tape.trades);
  });

  describe('whose journal cannot be written', () => {
    /** Takes `most` lines, then no more. */
    class FullJournal implements Journal {
      readonly lines: Entry[] = [];
      isClosed = false;
      private readonly most: number;

      constructor(most: number) {
        this.most = most;
      }

      append(entry: Entry): void {
        assert.equal(this.isClosed, false);
        if (this.lines.length === this.most) throw new Error('no space left');
        this.lines.push(structuredClone(entry));
      }

      close(): void {
        this.isClosed = true;
      }
    }
    const FAILED = { code: 'EXCHANGE_JOURNAL_FAILED', message: /no space left/ };

    it('tells nobody what is not in it, and does nothing any more', () => {
      const journal = new FullJournal(2);
      const failures: Error[] = [];
      const night = open(walk(3), { journal, onFailure: (failure) => failures.push(failure) });
      night.step();
      const member = openMember(night);
      const told: ExchangeEvent[] = [];
      night.listen((events) => told.push(...events));
      const place = () => night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({}) });
      assert.throws(place, FAILED);
      assert.throws(place, FAILED);
      assert.throws(() => night.step(), FAILED);
      assert.throws(() => night.nowMs(), FAILED);
      night.stop();
      assert.deepEqual([told.length, failures.length, journal.lines.length, journal.isClosed], [0, 1, 2, true]);
      const again = open(walk(3), { history: journal.lines });
      assert.equal(again.exchange.state.accounts.get(member.id)?.resting.size, 0);
    });

    it('says so when it runs by itself', async () => {
      const failure = new Promise<Error>((resolve) => {
        open(walk(2_000), {
          journal: new FullJournal(0),
          onFailure: resolve,
          ...runningAt(Number.POSITIVE_INFINITY, now),
        }).start();
      });
      assert.match((await failure).message, FAILED.message);
    });
  });

  it('ends when a command breaks off halfway: the journal would no longer say what has happened', () => {
    const journal: Entry[] = [];
    const night = open(walk(3), { journal: { append: (entry) => journal.push(entry), close() {} } });
    night.step();
    const { id } = openMember(night);
    const broken = {
      kind: 'place' as const,
      accountId: id,
      get order(): PlaceOrder {
        throw new TypeError('broken');
      },
    };
    assert.throws(() => night.execute<'place'>(broken), TypeError);
    assert.throws(() => openMember(night), TypeError);
    assert.equal(journal.length, 2);
  });

  it('refuses commands once it is stopped', () => {
    const night = open(walk(3), { journal: { append() {}, close() {} } });
    night.step();
    night.stop();
    assert.throws(() => openMember(night), Refusal);
    assert.throws(() => night.step(), Refusal);
    assert.equal(night.nowMs(), START_MS);
    assert.doesNotThrow(() => picture(night));
  });

  it('refuses a history that does not fit its scenario, saying which line', () => {
    const unknown = { delivered: 1, atMs: START_MS, command: { kind: 'cancel_all', accountId: 'nobody' } } as const;
    const UNREADABLE = { name: 'ExchangeError', code: 'EXCHANGE_JOURNAL_UNREADABLE', message: /line 3/ };
    const first: Entry = { delivered: 1, atMs: START_MS };
    assert.throws(() => nightOf(walk(3), { history: [first, unknown] }), UNREADABLE);
    assert.throws(() => nightOf(walk(3), { history: [first, { delivered: 3, atMs: START_MS + SECOND }] }), UNREADABLE);
    const endless = {
      startMs: START_MS,
      *events() {
        for (let at = 0; ; at++) yield { atMs: START_MS + at, actions: at === 0 ? LISTING : [] };
      },
    };
    assert.throws(() => nightOf(endless, { history: [first, { delivered: 1e12, atMs: START_MS + 9 }] }), UNREADABLE);
  });
});

/** Comes when the night tells such an event. */
function heard(night: Night, isIt: (event: ExchangeEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    night.listen((events) => {
      if (events.some(isIt)) resolve();
    });
  });
}

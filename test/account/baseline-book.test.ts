import assert from 'node:assert/strict';
import type { BaselineView } from '../../lib/account/contract.ts';
import { FeedStage, listedGame, MINUTE_MS, marketOf, NBA, ScriptedMemory, START_MS } from './feed-stage.ts';

const minute = (n: number) => START_MS + n * MINUTE_MS;

/** A feed that tracks the baselines of one game from then on. */
async function tracking(fromMin: number, stage = new FeedStage(minute(fromMin)), games = [listedGame('G1')]): Promise<FeedStage> {
  await stage.open(games);
  stage.feed.listen({ update: (update) => stage.updates.push(update) });
  stage.feed.trackBaselines(stage);
  stage.feed.choose(NBA, stage);
  await stage.rest();
  stage.updates.length = 0;
  return stage;
}

function shown({ status, baseline, reason, samples }: BaselineView) {
  return { status, valueCC: baseline?.valueCC, grade: baseline?.grade, reason, samples };
}

const frozen = (valueCC: number, samples: number, grade: string) => ({
  status: 'frozen',
  valueCC,
  grade,
  reason: undefined,
  samples,
});

describe('the baseline book', () => {
  describe('captures', () => {
    it('the price before the game, and freezes it once the start has been seen', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-13), MINUTE_MS);
      assert.equal(stage.feed.baseline('G1-A').samples, 28);
      await stage.pass(minute(-12), MINUTE_MS);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), {
        status: 'collecting',
        valueCC: undefined,
        grade: undefined,
        reason: 'collecting 29/30',
        samples: 29,
      });
      assert.equal(stage.feed.baseline('G1-A').provisional?.valueCC, 6_050);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.rest();
      assert.equal(stage.feed.baseline('G1-A').status, 'collecting', 'a quote stamped at the start may still come');
      stage.quote('G1-A', 6_200, 6_300);
      stage.turn();
      stage.told();
      await stage.pass(START_MS + 1, 1);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'A'));
      assert.deepEqual(stage.told(), ['G1-A', 'G1-B'], 'rules hear of it without waiting for a quote');
      stage.quote('G1-A', 3_000, 3_100);
      stage.game('G1', { startedMs: START_MS, period: 2 });
      await stage.pass(minute(5), MINUTE_MS);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'A'));
    });

    it('each quote of a turn by its own stamp, though only the last is told', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 5_000, 5_100);
      for (let n = -39; n <= 0; n++) {
        await stage.pass(minute(n) + 1, MINUTE_MS);
        // Two arrive together: the first stood at the whole minute.
        stage.quote('G1-A', 6_000, 6_100, minute(n) - 1);
        stage.quote('G1-A', 3_000, 3_100, minute(n) + 1);
      }
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 2, 1);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'A'));
    });

    it('nothing before the data has caught up with the start', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-15) + 1, MINUTE_MS);
      await stage.pass(START_MS - 1, MINUTE_MS);
      let arrive = () => {};
      stage.data.gates.catchUp = new Promise((resolve) => {
        arrive = resolve;
      });
      stage.clock.advance(5_000);
      stage.game('G1', { startedMs: START_MS });
      // On its way since before the start.
      stage.quote('G1-A', 7_000, 7_100, minute(-15));
      assert.equal(stage.feed.baseline('G1-A').status, 'collecting');
      arrive();
      await stage.rest();
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(7_050, 30, 'A'));
    });

    it('by a later quote of its own market, without asking', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      const asked = stage.data.asked.catchUps;
      stage.quote('G1-A', 6_000, 6_100, START_MS + 1);
      assert.equal(stage.feed.baseline('G1-A').status, 'frozen');
      assert.equal(stage.feed.baseline('G1-B').status, 'collecting');
      assert.equal(stage.data.asked.catchUps, asked);
    });

    it('both sides of the game, each with the margin taken out once the other is final', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      stage.quote('G1-B', 4_100, 4_200);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      stage.quote('G1-A', 6_000, 6_100, START_MS + 1);
      assert.equal(stage.feed.baseline('G1-A').baseline?.deviggedCC, undefined);
      await stage.pass(START_MS + 1);
      assert.deepEqual(
        ['G1-A', 'G1-B'].map((ticker) => stage.feed.baseline(ticker).baseline?.deviggedCC),
        [5_931, 4_069],
      );
    });

    it('the margin only over all outcomes: a draw is one', async () => {
      const markets = ['G1-A', 'G1-B', 'G1-TIE'].map((ticker) => marketOf(ticker));
      const stage = await tracking(-40, new FeedStage(minute(-40)), [listedGame('G1', { markets })]);
      stage.quote('G1-A', 5_000, 5_100);
      stage.quote('G1-B', 2_500, 2_600);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      const { baseline } = stage.feed.baseline('G1-A');
      assert.deepEqual([baseline?.valueCC, baseline?.deviggedCC], [5_050, undefined]);
    });

    it('up to the last time that the game was seen not to be on, where nobody timed the start', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      stage.game('G1', { phase: 'pre' });
      for (let n = -39; n <= -1; n++) {
        await stage.pass(minute(n), MINUTE_MS);
        stage.game('G1', { phase: 'pre' }, true);
      }
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { phase: 'live' });
      await stage.rest();
      const { baseline } = stage.feed.baseline('G1-A');
      assert.deepEqual([baseline?.startMs, baseline?.grade], [minute(-1), 'B']);
    });

    it('up to the scheduled start, later ones too, where nobody tells scores', async () => {
      const games = [listedGame('G1', { hasScoreSource: false })];
      const stage = await tracking(-40, new FeedStage(minute(-40)), games);
      stage.quote('G1-A', 6_000, 6_100);
      stage.data.games = [listedGame('G1', { hasScoreSource: false, startMs: minute(10) })];
      await stage.pass(minute(10), MINUTE_MS);
      assert.equal(stage.feed.baseline('G1-A').status, 'collecting');
      await stage.pass(minute(11), MINUTE_MS);
      const { baseline } = stage.feed.baseline('G1-A');
      assert.deepEqual([baseline?.startMs, baseline?.grade, baseline?.samples], [minute(10), 'B', 30]);
    });

    it('afresh when the game had not begun, from the quote that stands', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(minute(2), MINUTE_MS);
      assert.equal(stage.feed.baseline('G1-A').status, 'frozen');
      stage.game('G1', { phase: 'pre' });
      assert.match(stage.feed.baseline('G1-A').reason ?? '', /^collecting \d+\/30, the game had not begun after all$/);
      await stage.pass(minute(40), MINUTE_MS);
      stage.game('G1', { startedMs: minute(40) });
      await stage.pass(minute(40) + 1, 1);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'A'));
    });

    it('nothing of a postponed game, and afresh when it is announced again or its market opened anew', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      stage.game('G1', { phase: 'postponed' });
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), {
        status: 'invalid',
        valueCC: undefined,
        grade: undefined,
        reason: 'invalid, the game is postponed',
        samples: 0,
      });
      await stage.pass(minute(-30), MINUTE_MS);
      stage.game('G1', { phase: 'pre' });
      await stage.pass(minute(-20), MINUTE_MS);
      assert.match(stage.feed.baseline('G1-A').reason ?? '', /announced again/);
      stage.market('G1-A', 'closed');
      stage.market('G1-A', 'open');
      assert.match(stage.feed.baseline('G1-A').reason ?? '', /listed anew/);
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      assert.equal(stage.feed.baseline('G1-A').baseline?.valueCC, 6_050);
    });

    it('nothing while nobody wants it, and on through a deploy', async () => {
      const stage = await new FeedStage(minute(-40)).follow([listedGame('G1')]);
      assert.equal(stage.feed.baseline('G1-A').reason, 'baselines are not tracked');
      const stop = stage.feed.trackBaselines(stage);
      await stage.rest();
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stop();
      await stage.passWall(9_999);
      const again = stage.feed.trackBaselines({});
      await stage.passWall(60_000);
      assert.equal(stage.feed.baseline('G1-A').samples, 21);
      again();
      await stage.passWall(10_000);
      assert.equal(stage.feed.baseline('G1-A').reason, 'baselines are not tracked');
      stage.feed.trackBaselines({});
      await stage.rest();
      assert.equal(stage.feed.baseline('G1-A').samples, 21, 'and what was written is read again');
    });

    it('again only after what was captured before has been written', async () => {
      const stage = await new FeedStage(minute(-40)).follow([listedGame('G1')]);
      const stop = stage.feed.trackBaselines(stage);
      await stage.rest();
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-21), MINUTE_MS);
      let write = () => {};
      stage.memory.gate = new Promise((resolve) => {
        write = resolve;
      });
      for (let n = 0; n < 4; n++) {
        stage.clock.advance(MINUTE_MS);
        await new Promise((resolve) => setImmediate(resolve));
      }
      stop();
      stage.wall.advance(10_000);
      stage.feed.trackBaselines(stage);
      await new Promise((resolve) => setImmediate(resolve));
      write();
      await stage.rest();
      assert.equal(stage.feed.baseline('G1-A').samples, 24);
    });

    it('of markets that nobody follows nothing', async () => {
      const stage = await tracking(-40);
      assert.equal(stage.feed.baseline('OTHER-A').reason, 'not followed');
    });
  });

  describe('in the dark', () => {
    it('takes nothing for standing that stood before, and goes on with what stands after', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stage.health('blind');
      await stage.pass(minute(-10), MINUTE_MS);
      stage.health('connected');
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      // -29 to -20, and -10 to 0.
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 21, 'A'));
    });

    it('takes what requests say, for as long as they say it', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-30), MINUTE_MS);
      stage.health('blind');
      for (let n = -29; n <= -20; n++) {
        await stage.pass(minute(n), MINUTE_MS);
        stage.standing('G1-A', { bidCC: 5_000, bidSizeE2: 100_000, askCC: 5_100, askSizeE2: 100_000, atMs: minute(n) }, 'rest');
      }
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(5_050, 10, 'B'));
    });

    it('ends a market whose book is lost, and no other', async () => {
      const stage = await tracking(-40);
      for (const ticker of ['G1-A', 'G1-B']) stage.quote(ticker, 4_000, 4_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stage.standing('G1-A', undefined);
      await stage.pass(minute(-10), MINUTE_MS);
      assert.deepEqual(
        ['G1-A', 'G1-B'].map((ticker) => stage.feed.baseline(ticker).samples),
        [20, 30],
      );
    });

    it('counts data that does not catch up as blind', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stage.data.gates.catchUp = new Promise(() => {});
      stage.clock.advance(MINUTE_MS);
      stage.wall.advance(5_000);
      await stage.rest();
      stage.data.gates = {};
      await stage.pass(START_MS, MINUTE_MS);
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      assert.equal(stage.feed.baseline('G1-A').samples, 29);
    });
  });

  describe('remembers', () => {
    it('what was sampled before a restart, and that nothing stood while it was away', async () => {
      const first = await tracking(-40);
      first.quote('G1-A', 6_000, 6_100);
      await first.pass(minute(-20), MINUTE_MS);
      await first.feed.close();
      const second = await tracking(-10, new FeedStage(minute(-10), first.memory));
      second.quote('G1-A', 6_000, 6_100);
      await second.pass(START_MS, MINUTE_MS);
      second.game('G1', { startedMs: START_MS });
      await second.pass(START_MS + 1, 1);
      assert.deepEqual(shown(second.feed.baseline('G1-A')), frozen(6_050, 21, 'A'));
      assert.deepEqual(second.data.asked.candles, ['G1-B'], 'only the market without a quote asks for candlesticks');
    });

    it('what was sampled up to a kill, to the minute', async () => {
      const first = await tracking(-40);
      first.quote('G1-A', 6_000, 6_100);
      await first.pass(minute(-20), MINUTE_MS);
      // Killed: not closed.
      const second = await tracking(-10, new FeedStage(minute(-10), first.memory));
      // -39 to -20, of the half hour up to now.
      assert.equal(second.feed.baseline('G1-A').samples, 20);
    });

    it('what was frozen', async () => {
      const first = await tracking(-40);
      first.quote('G1-A', 6_000, 6_100);
      await first.pass(START_MS, MINUTE_MS);
      first.game('G1', { startedMs: START_MS });
      await first.pass(START_MS + 1, 1);
      const second = new FeedStage(minute(30), first.memory);
      second.quote('G1-A', 3_000, 3_100);
      second.game('G1', { startedMs: START_MS });
      await tracking(30, second);
      assert.deepEqual(shown(second.feed.baseline('G1-A')), frozen(6_050, 30, 'A'));
    });

    it('nothing of another night, nor of yesterday', async () => {
      const memory = new ScriptedMemory();
      const first = await tracking(-40, new FeedStage(minute(-40), memory));
      first.quote('G1-A', 6_000, 6_100);
      await first.pass(minute(-20), MINUTE_MS);
      first.game('G1', { startedMs: minute(-20) });
      await first.pass(minute(-19), MINUTE_MS);
      assert.equal(first.feed.baseline('G1-A').status, 'frozen');
      await first.feed.close();
      const late = await tracking(24 * 60, new FeedStage(minute(24 * 60), memory), [
        listedGame('G1', { startMs: minute(25 * 60) }),
      ]);
      assert.deepEqual([late.feed.baseline('G1-A').status, late.feed.baseline('G1-A').samples], ['collecting', 0]);
      const rows = [...memory.rows];
      memory.rows.clear();
      for (const [key, row] of rows) memory.rows.set(key.replace('night', 'other'), row);
      const other = await tracking(-10, new FeedStage(minute(-10), memory));
      assert.equal(other.feed.baseline('G1-A').samples, 0);
    });

    it('all markets of a minute in one writing, and none that is hours away', async () => {
      const games = [listedGame('G1'), listedGame('G2'), listedGame('FAR', { startMs: minute(600) })];
      const stage = await tracking(-40, new FeedStage(minute(-40)), games);
      for (const ticker of stage.data.followed) stage.quote(ticker, 4_000, 4_100);
      stage.memory.saves.length = 0;
      await stage.pass(minute(-39), MINUTE_MS);
      assert.deepEqual(
        stage.memory.saves.map((rows) => rows.map(({ ticker }) => ticker).toSorted()),
        [['G1-A', 'G1-B', 'G2-A', 'G2-B']],
      );
    });

    it('nothing while the memory fails, says so, and writes it all afterwards', async () => {
      const stage = await tracking(-40);
      stage.quote('G1-A', 6_000, 6_100);
      await stage.pass(minute(-20), MINUTE_MS);
      stage.memory.failing = Object.assign(new Error('the disk is full'), { code: 'STORE_FULL' });
      stage.game('G1', { startedMs: minute(-20) });
      await stage.pass(minute(-20) + 1, 1);
      assert.deepEqual(stage.feed.problems(), [
        { code: 'STORE_FULL', eventTicker: undefined, message: 'baselines are not remembered: the disk is full' },
      ]);
      stage.memory.failing = undefined;
      stage.memory.saves.length = 0;
      await stage.passWall(60_000);
      assert.deepEqual(stage.feed.problems(), []);
      assert.equal(stage.memory.saves.flat().find(({ ticker }) => ticker === 'G1-A')?.state.status, 'frozen');
    });

    it('and tracks nothing before it could be read', async () => {
      const stage = new FeedStage(minute(-40));
      stage.memory.failing = Object.assign(new Error('the database is locked'), { code: 'STORE_LOCKED' });
      await tracking(-40, stage);
      stage.quote('G1-A', 6_000, 6_100);
      assert.equal(stage.feed.baseline('G1-A').reason, 'what was remembered has not been read yet');
      stage.memory.failing = undefined;
      await stage.passWall(1_000);
      await stage.pass(minute(-30), MINUTE_MS);
      assert.equal(stage.feed.baseline('G1-A').samples, 11);
    });
  });

  describe('recovers from candlesticks', () => {
    const candles = Array.from({ length: 40 }, (_, n) => ({ endMs: minute(n - 39), bidCC: 6_000, askCC: 6_100 }));

    async function late(prepare: (stage: FeedStage) => void = () => {}): Promise<FeedStage> {
      const stage = new FeedStage(minute(30));
      for (const ticker of ['G1-A', 'G1-B']) stage.data.candlesOf.set(ticker, candles);
      stage.quote('G1-A', 3_000, 3_100);
      stage.game('G1', { startedMs: START_MS });
      prepare(stage);
      return tracking(30, stage);
    }

    it('what was missed, once, grade B at best', async () => {
      const stage = await late();
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'B'));
      assert.equal(stage.feed.baseline('G1-A').baseline?.method, 'candles');
      await stage.pass(minute(40), MINUTE_MS);
      assert.deepEqual(stage.data.asked.candles.toSorted(), ['G1-A', 'G1-B']);
    });

    it('again after a failure, and tells why there is nothing yet', async () => {
      const stage = await late((one) => {
        one.data.failing.candles = Object.assign(new Error('no answer within 5 s'), { code: 'KALSHI_TIMEOUT' });
      });
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), {
        status: 'missed',
        valueCC: undefined,
        grade: undefined,
        reason: 'missed, no valid quote was seen before the start, the candlesticks cannot be read: no answer within 5 s',
        samples: 0,
      });
      for (let n = 0; n < 6; n++) await stage.passWall(60_000);
      stage.data.failing = {};
      stage.told();
      await stage.passWall(60_000);
      assert.equal(stage.feed.baseline('G1-A').baseline?.grade, 'B');
      assert.deepEqual(stage.told(), ['G1-A', 'G1-B']);
    });

    it('after a restart, where they could not be read before it', async () => {
      const before = await late((one) => {
        one.data.failing.candles = new Error('busy');
      });
      assert.equal(before.feed.baseline('G1-A').status, 'missed');
      const after = new FeedStage(minute(31), before.memory);
      after.data.candlesOf.set('G1-A', candles);
      after.game('G1', { startedMs: START_MS });
      await tracking(31, after);
      assert.deepEqual(shown(after.feed.baseline('G1-A')), frozen(6_050, 30, 'B'));
    });

    it('nothing where they hold nothing, and says so', async () => {
      const stage = await late((one) => one.data.candlesOf.clear());
      assert.equal(
        stage.feed.baseline('G1-A').reason,
        'missed, no valid quote was seen before the start, nor in the candlesticks',
      );
    });

    it('no better than the start is known', async () => {
      const stage = await late((one) => one.game('G1', {}));
      const { baseline } = stage.feed.baseline('G1-A');
      assert.deepEqual([baseline?.grade, baseline?.reasons[0]], ['C', 'nobody saw the start (C)']);
    });

    it('what was measured for too short a time, and waits for it', async () => {
      const stage = new FeedStage(minute(-5));
      stage.data.candlesOf.set('G1-A', candles);
      await tracking(-5, stage);
      stage.quote('G1-A', 7_000, 7_100);
      await stage.pass(START_MS, MINUTE_MS);
      stage.data.failing.candles = new Error('busy');
      stage.game('G1', { startedMs: START_MS });
      await stage.pass(START_MS + 1, 1);
      assert.deepEqual(
        [stage.feed.baseline('G1-A').status, stage.feed.baseline('G1-A').reason],
        ['collecting', '6/30 samples, the candlesticks cannot be read: busy'],
      );
      stage.data.failing = {};
      await stage.passWall(1_000);
      assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(6_050, 30, 'B'));
    });

    it('and takes the short measure where they stay away, or are no better', async () => {
      const wide = candles.map((candle) => ({ ...candle, askCC: 6_800 }));
      for (const [isFailing, answer] of [
        [true, []],
        [false, []],
        [false, wide],
      ] as const) {
        const stage = await tracking(-5);
        stage.data.candlesOf.set('G1-A', [...answer]);
        stage.quote('G1-A', 7_000, 7_100);
        await stage.pass(START_MS, MINUTE_MS);
        if (isFailing) stage.data.failing.candles = new Error('busy');
        stage.game('G1', { startedMs: START_MS });
        await stage.pass(START_MS + 1, 1);
        if (isFailing) for (const waitMs of [1_000, 2_000]) await stage.passWall(waitMs);
        assert.deepEqual(shown(stage.feed.baseline('G1-A')), frozen(7_050, 6, 'C'));
        const asked = stage.data.asked.candles.filter((ticker) => ticker === 'G1-A').length;
        await stage.passWall(600_000);
        assert.equal(stage.data.asked.candles.filter((ticker) => ticker === 'G1-A').length, asked);
      }
    });

    it('a few at a time', async () => {
      const stage = new FeedStage(minute(30));
      const games = Array.from({ length: 20 }, (_, n) => listedGame(`G${n}`, { markets: [marketOf(`G${n}-A`)] }));
      let atOnce = 0;
      let most = 0;
      const { data } = stage;
      data.candles = async () => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce--;
        return candles;
      };
      for (const { eventTicker } of games) stage.game(eventTicker, { startedMs: START_MS });
      await tracking(30, stage, games);
      assert.ok(most <= 4, `${most} at once`);
      assert.ok(games.every(({ eventTicker }) => stage.feed.baseline(`${eventTicker}-A`).status === 'frozen'));
    });
  });
});

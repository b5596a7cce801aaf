import assert from 'node:assert/strict';
import { type PracticeTime, practiceMarketClock, practiceTimeFrom, wallMarketClock } from '../../lib/app/market-clock.ts';
import { generatedScenario } from '../../lib/exchange/scenario/index.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { until } from '../kalshi/socket-exchange.ts';
import { openPractice } from '../practice.ts';

const START_MS = Date.UTC(2026, 10, 20, 18);
const MINUTE_MS = 60_000;

/** A night of which the test says what time it is. */
class ToldNight {
  readonly wall = new VirtualClock();
  readonly failures: unknown[] = [];
  time: PracticeTime = { nowMs: START_MS, speed: 60, isLockstep: false };
  reads = 0;
  failure: Error | undefined;

  open(everyMs?: number) {
    return practiceMarketClock({
      read: async () => {
        this.reads++;
        if (this.failure !== undefined) throw this.failure;
        return this.time;
      },
      wall: this.wall,
      everyMs,
      onReadFailed: (cause) => this.failures.push(cause),
    });
  }

  /** Lets wall time pass until the next read has been taken in. */
  async pass(ms: number): Promise<void> {
    this.wall.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('market time of a practice night that runs', () => {
  let night: ToldNight;

  beforeEach(() => {
    night = new ToldNight();
  });

  it('goes on at the speed of the night between two reads', async () => {
    const clock = await night.open();
    assert.equal(clock.nowMs(), START_MS);
    night.wall.advance(500);
    assert.equal(clock.nowMs(), START_MS + 30_000);
    assert.equal(night.reads, 1);
    clock.close();
  });

  it('is set right by what the exchange says next', async () => {
    const clock = await night.open();
    night.time = { ...night.time, nowMs: START_MS + 90_000 };
    await night.pass(1_000);
    assert.deepEqual([night.reads, clock.nowMs()], [2, START_MS + 90_000]);
    clock.close();
  });

  it('stands still rather than run back', async () => {
    const clock = await night.open();
    night.wall.advance(999);
    const before = clock.nowMs();
    night.time = { ...night.time, nowMs: START_MS + 30_000 };
    await night.pass(1);
    assert.equal(clock.nowMs(), before);
    await night.pass(400);
    assert.equal(clock.nowMs(), before);
    await night.pass(500);
    assert.ok(clock.nowMs() > before);
    clock.close();
  });

  it('stops when the exchange is not heard, as a night that was killed does, and goes on with it', async () => {
    const clock = await night.open();
    night.failure = new Error('gone');
    for (let second = 0; second < 10; second++) await night.pass(1_000);
    assert.equal(clock.nowMs(), START_MS + 3 * MINUTE_MS);
    assert.equal(night.failures.length, 10);
    night.failure = undefined;
    night.time = { ...night.time, nowMs: START_MS + 4 * MINUTE_MS };
    await night.pass(1_000);
    assert.equal(clock.nowMs(), START_MS + 4 * MINUTE_MS);
    clock.close();
  });

  it('runs what waits when its time has come, in order', async () => {
    const clock = await night.open();
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name} ${clock.nowMs() - START_MS}`);
    clock.after(6_000, note('second'));
    clock.after(3_000, note('first'));
    const callOff = clock.after(4_000, note('never'));
    clock.after(6_000, note('third'));
    clock.after(0, note('at once'));
    callOff();
    assert.equal(clock.nextDueMs, START_MS);
    night.wall.advance(0);
    night.wall.advance(49);
    assert.deepEqual(ran, ['at once 0']);
    night.wall.advance(1);
    night.wall.advance(50);
    assert.deepEqual(ran, ['at once 0', 'first 3000', 'second 6000', 'third 6000']);
    assert.equal(clock.nextDueMs, undefined);
    clock.close();
  });

  it('waits for what is due in weeks, and no longer than it has to when time is found to be later', async () => {
    const clock = await night.open();
    let ran = 0;
    clock.after(30 * 24 * 60 * MINUTE_MS, () => ran++);
    await night.pass(1_000);
    assert.equal(ran, 0);
    night.time = { ...night.time, nowMs: START_MS + 31 * 24 * 60 * MINUTE_MS };
    await night.pass(1_000);
    night.wall.advance(0);
    assert.equal(ran, 1);
    clock.close();
  });

  it('is only what was read last where nobody knows how fast it runs', async () => {
    night.time = { ...night.time, speed: undefined };
    const clock = await night.open();
    let ran = 0;
    clock.after(5_000, () => ran++);
    await night.pass(99);
    assert.equal(clock.nowMs(), START_MS);
    night.time = { ...night.time, nowMs: START_MS + 5_000 };
    await night.pass(1);
    night.wall.advance(0);
    assert.deepEqual([clock.nowMs(), ran], [START_MS + 5_000, 1]);
    clock.close();
  });

  it('leaves no timer behind, and sets none any more', async () => {
    const clock = await night.open();
    clock.after(1_000, () => assert.fail('it ran'));
    clock.close();
    clock.after(1_000, () => assert.fail('it ran'));
    assert.equal(night.wall.timers, 0);
    await night.pass(MINUTE_MS);
    assert.equal(night.reads, 1);
  });

  it('is not to be had where the first read fails', async () => {
    night.failure = new Error('gone');
    await assert.rejects(night.open(), night.failure);
    assert.equal(night.wall.timers, 0);
  });
});

describe('market time in lockstep', () => {
  const open = async (wall = new VirtualClock()) => ({
    wall,
    clock: await practiceMarketClock({
      read: async () => ({ nowMs: START_MS, speed: undefined, isLockstep: true }),
      wall,
    }),
  });

  it('stands still until it is moved', async () => {
    const { wall, clock } = await open();
    assert.equal(clock.isLockstep, true);
    wall.advance(MINUTE_MS);
    assert.equal(clock.nowMs(), START_MS);
    clock.advanceTo(START_MS + 5);
    assert.equal(clock.nowMs(), START_MS + 5);
    clock.advanceTo(START_MS);
    assert.equal(clock.nowMs(), START_MS + 5);
    clock.close();
  });

  it('runs what is due on the way, each at its own time, with what that sets', async () => {
    const { clock } = await open();
    const ran: number[] = [];
    const tick = () => {
      ran.push(clock.nowMs() - START_MS);
      clock.after(1_000, tick);
    };
    clock.after(1_000, tick);
    clock.after(2_500, () => ran.push(-(clock.nowMs() - START_MS)));
    clock.advanceTo(START_MS + 4_000);
    assert.deepEqual(ran, [1_000, 2_000, -2_500, 3_000, 4_000]);
    assert.equal(clock.nextDueMs, START_MS + 5_000);
    clock.close();
  });

  it('runs at once what does not have to wait', async () => {
    const { wall, clock } = await open();
    let ran = 0;
    clock.after(0, () => ran++);
    assert.equal(ran, 0);
    wall.advance(0);
    assert.equal(ran, 1);
    clock.close();
  });

  it('follows the practice exchange from step to step', async () => {
    const practice = await openPractice({ scenario: generatedScenario({ seed: 1, games: 1 }) });
    const { night, server } = practice;
    const ask = async (path: string, init?: RequestInit) =>
      practiceTimeFrom(await (await fetch(`${server.url}/practice/${path}`, init)).json());
    const clock = await practiceMarketClock({ read: () => ask('clock'), wall: new VirtualClock() });
    assert.equal(clock.isLockstep, true);
    for (let step = 0; step < 20; step++) {
      const { nowMs } = await ask('step', { method: 'POST' });
      clock.advanceTo(nowMs);
      assert.equal(clock.nowMs(), night.nowMs());
    }
    clock.close();
    await practice.close();
  });
});

describe('what the practice exchange says of its time', () => {
  const answer = {
    now: '2026-11-20T18:00:00Z',
    now_ms: START_MS,
    speed: 60,
    lockstep: false,
    night: 'n',
    delivered: 0,
    over: false,
  };
  const readings: [what: string, change: object, time: PracticeTime][] = [
    ['a night that runs', {}, { nowMs: START_MS, speed: 60, isLockstep: false }],
    ['one in lockstep', { speed: 0, lockstep: true }, { nowMs: START_MS, speed: undefined, isLockstep: true }],
    ['one as fast as can be', { speed: null }, { nowMs: START_MS, speed: undefined, isLockstep: false }],
  ];
  for (const [what, change, time] of readings) {
    it(`is read of ${what}`, () => assert.deepEqual(practiceTimeFrom({ ...answer, ...change }), time));
  }

  it('is refused where it is none', () => {
    assert.throws(() => practiceTimeFrom({ ...answer, now_ms: 'noon' }));
  });
});

describe('market time on demo and live', () => {
  it("is the wall's, set right, and never runs back", () => {
    const wall = new VirtualClock(START_MS);
    let offsetMs = 0;
    const clock = wallMarketClock({ wall, offsetMs: () => offsetMs });
    assert.equal(clock.nowMs(), START_MS);
    offsetMs = 2_000;
    assert.equal(clock.nowMs(), START_MS + 2_000);
    offsetMs = -1_000;
    assert.equal(clock.nowMs(), START_MS + 2_000);
    wall.advance(4_000);
    assert.equal(clock.nowMs(), START_MS + 3_000);
    clock.close();
  });

  it('keeps what waits for weeks waiting, and the others apart from one that fails', async () => {
    const wall = new VirtualClock(START_MS);
    const clock = wallMarketClock({ wall, offsetMs: () => 0 });
    const uncaught: unknown[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error));
    let ran = 0;
    clock.after(30 * 24 * 60 * MINUTE_MS, () => ran++);
    clock.after(1_000, () => {
      throw new Error('not mine');
    });
    clock.after(1_000, () => ran++);
    wall.advance(1_000);
    assert.equal(ran, 1);
    await until(() => uncaught.length === 1, 'the failure is not passed over');
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
    wall.advance(30 * 24 * 60 * MINUTE_MS);
    assert.equal(ran, 2);
    clock.close();
  });
});

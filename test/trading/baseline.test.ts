import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type BaselineObservation,
  type BaselineState,
  baselineFromCandles,
  observeBaseline,
  provisionalBaseline,
  startBaseline,
} from '../../lib/trading/baseline.ts';
import { devig, measureBaseline } from '../../lib/trading/baseline-measure.ts';
import type { GameState } from '../../lib/trading/game.ts';
import type { Quote } from '../../lib/trading/quote.ts';
import { baselineWith, gameOf, MINUTE_MS, quoteAt, START_MS } from './stage.ts';

const minute = (n: number) => START_MS + n * MINUTE_MS;
type Step = [atMs: number, observation: BaselineObservation];
const quote = (n: number, bidCC: number | undefined, askCC: number | undefined, sizeE2?: number): Step => [
  minute(n),
  { kind: 'quote', quote: quoteAt(bidCC, askCC, minute(n), sizeE2) },
];
const game = (n: number, change: Partial<GameState>): Step => [
  minute(n),
  { kind: 'game', game: gameOf({ asOfMs: minute(n), startedMs: undefined, ...change }) },
];
const tick = (n: number): Step => [minute(n), { kind: 'tick' }];

function run(steps: Step[], from: BaselineState = startBaseline(START_MS)): BaselineState {
  // Stored and read back at every step: the state is plain JSON.
  return steps.reduce<BaselineState>((state, [atMs, seen]) => observeBaseline(revived(state), seen, atMs), from);
}

function revived(state: BaselineState): BaselineState {
  return { ...startBaseline(undefined), ...(JSON.parse(JSON.stringify(state)) as BaselineState) };
}

describe('the baseline', () => {
  it('is the median of the mid at each whole minute of the 30 minutes up to and including the start', () => {
    // 50 until ten minutes before, then 60: twenty samples of 50.5 and ten and one of 60.5.
    const state = run([quote(-100, 5_000, 5_100), quote(-14, 6_000, 6_100), game(0, { startedMs: START_MS }), tick(1)]);
    assert.equal(state.status, 'frozen');
    assert.equal(state.baseline?.samples, 30);
    // The window's minutes are -29 to 0: fifteen of each, so the median lies between.
    assert.equal(state.baseline?.valueCC, 5_550);
    assert.equal(state.baseline?.spreadCC, 100);
    assert.equal(state.baseline?.grade, 'A');
    assert.deepEqual(state.baseline?.reasons, []);
  });

  it('still counts a quote that is stamped at the start, and nothing after it', () => {
    const steps = (last: Step): Step[] => [quote(0, 7_000, 7_100), game(0, { startedMs: START_MS }), last, tick(1)];
    for (const atStart of [quote(0, 8_000, 8_100), quote(0.01, 8_000, 8_100)]) {
      const state = run(steps(atStart));
      assert.equal(state.baseline?.valueCC, atStart[0] === START_MS ? 8_050 : 7_050);
    }
  });

  it('is not frozen before time has passed the start, and never changes after', () => {
    const before = run([quote(-20, 5_000, 5_100), game(0, { startedMs: START_MS })]);
    assert.equal(before.status, 'collecting');
    assert.equal(provisionalBaseline(before, START_MS)?.valueCC, 5_050);
    const frozen = run([tick(0.1)], before);
    const later = run(
      [quote(3, 1_000, 1_100), game(4, { startedMs: minute(3) }), [minute(5), { kind: 'blind', sinceMs: minute(4) }]],
      frozen,
    );
    assert.deepEqual([later.baseline, later.startMs], [stored(frozen.baseline), START_MS]);
  });

  it('comes to the same when the start is told late', () => {
    const early = [quote(-40, 5_000, 5_100), quote(-7, 6_000, 6_200)];
    const inPlay = [quote(1, 3_000, 3_100), quote(6, 2_000, 2_100)];
    const started: Partial<GameState> = { startedMs: START_MS };
    const onTime = run([...early, game(0, started), ...inPlay, tick(20)]);
    const late = run([...early, ...inPlay, game(20, started), tick(20)]);
    assert.equal(onTime.baseline?.valueCC, 5_050);
    assert.deepEqual(late.baseline, onTime.baseline);
  });

  it('moves its window along with a late start', () => {
    const state = run([quote(-40, 5_000, 5_100), quote(5, 6_000, 6_100), game(45, { startedMs: minute(45) }), tick(46)]);
    assert.equal(state.baseline?.valueCC, 6_050);
    assert.equal(state.baseline?.grade, 'A');
  });

  it('samples no quote that is not valid', () => {
    const state = run([
      quote(-29, 5_000, 5_100),
      quote(-19, undefined, 5_100),
      quote(-9, 6_000, 5_000),
      quote(-4, 5_400, 5_500),
      game(0, { startedMs: START_MS }),
      tick(1),
    ]);
    assert.equal(state.baseline?.samples, 15);
    assert.equal(state.baseline?.valueCC, 5_050);
    assert.equal(state.baseline?.grade, 'B');
    assert.deepEqual(state.baseline?.reasons, ['15 of 30 samples (B)']);
  });

  it('falls back to the last valid quote, grade C at best', () => {
    const state = run([quote(-300, 5_000, 5_100), quote(-200, undefined, undefined), game(0, { startedMs: START_MS }), tick(1)]);
    assert.equal(state.baseline?.valueCC, 5_050);
    assert.equal(state.baseline?.method, 'last_valid');
    assert.equal(state.baseline?.grade, 'C');
    assert.match(state.baseline?.reasons[0] ?? '', /last valid quote is 300 minutes older/);
    const seconds = run([quote(-0.5, 4_000, 4_100), quote(-0.2, 4_000, undefined), game(0, { startedMs: START_MS }), tick(1)]);
    assert.equal(seconds.baseline?.valueCC, 4_050);
    const halfPast = minute(0.5);
    const atStart = run([quote(0.5, 4_000, 4_100), game(0.5, { startedMs: halfPast }), tick(1)]);
    assert.deepEqual([atStart.baseline?.valueCC, atStart.baseline?.lastSampleMs], [4_050, halfPast]);
    const justAfter = run([quote(0.6, 4_000, 4_100), game(0.6, { startedMs: halfPast }), tick(1)]);
    assert.equal(justAfter.status, 'missed');
  });

  it('is missed where nothing was seen before the start, and invents nothing', () => {
    const late = run([quote(3, 5_000, 5_100), game(4, { startedMs: START_MS }), tick(5)]);
    assert.equal(late.status, 'missed');
    assert.equal(late.baseline, undefined);
    const nobody = run([quote(3, 5_000, 5_100), game(4, {}), tick(5)], startBaseline(undefined));
    assert.equal(nobody.status, 'missed');
    assert.match(nobody.reason ?? '', /nothing tells since when/);
  });

  it('does not take what stood before a blindness for what stood in it', () => {
    const state = run([
      quote(-29, 5_000, 5_100),
      [minute(-5), { kind: 'blind', sinceMs: minute(-20) }],
      quote(-5, 6_000, 6_100),
      game(0, { startedMs: START_MS }),
      tick(1),
    ]);
    // -29 to -20 seen, then blind, then -5 to 0.
    assert.equal(state.baseline?.samples, 16);
    assert.equal(state.baseline?.valueCC, 5_050);
  });

  it('goes no further than the last time the game was known not to be on, where nobody timed the start', () => {
    const seen = run([quote(-40, 5_000, 5_100), game(-1, { phase: 'pre' }), quote(-0.5, 9_000, 9_100), game(0, {}), tick(1)]);
    assert.equal(seen.startMs, minute(-1));
    assert.equal(seen.baseline?.valueCC, 5_050);
    assert.equal(seen.baseline?.grade, 'B');
    const unseen = run([quote(-40, 5_000, 5_100), game(-9, { phase: 'pre' }), game(0, {}), tick(1)]);
    assert.deepEqual(unseen.baseline?.reasons, ['nobody saw the start (C)']);
  });

  it('takes the scheduled start where nobody tells the real one', () => {
    const none: Step = [minute(0), { kind: 'no_score_source' }];
    const state = run([quote(-40, 5_000, 5_100), [minute(-5), { kind: 'no_score_source' }], none, tick(1)]);
    assert.equal(state.baseline?.startMs, START_MS);
    assert.equal(state.baseline?.grade, 'B');
    const moved = run([quote(-40, 5_000, 5_100), [minute(-5), { kind: 'scheduled', startMs: minute(10) }], none, tick(1)]);
    assert.equal(moved.status, 'collecting');
  });

  it('is invalid for a postponed game, and starts afresh when it is announced again', () => {
    const postponed = run([quote(-40, 5_000, 5_100), game(-1, { phase: 'postponed' }), quote(0, 5_000, 5_100)]);
    assert.equal(postponed.status, 'invalid');
    assert.equal(postponed.reason, 'the game is postponed');
    const again = run(
      [game(60, { phase: 'pre' }), quote(61, 7_000, 7_100), game(120, { startedMs: minute(120) }), tick(121)],
      postponed,
    );
    assert.equal(again.baseline?.valueCC, 7_050);
  });

  it('starts afresh when the market is listed anew, or the game had not begun', () => {
    const frozen = run([quote(-40, 5_000, 5_100), game(0, { startedMs: START_MS }), tick(1)]);
    const relisted = run([[minute(2), { kind: 'relisted' }]], frozen);
    assert.deepEqual([relisted.status, relisted.baseline, relisted.reason], ['collecting', undefined, 'listed anew']);
    const falseStart = run([game(5, { phase: 'pre' })], frozen);
    assert.deepEqual([falseStart.status, falseStart.baseline], ['collecting', undefined]);
    const real = run([quote(6, 7_000, 7_100), game(40, { startedMs: minute(40) }), tick(41)], falseStart);
    assert.equal(real.baseline?.valueCC, 7_050);
  });

  it('holds on to what it froze when a source was only behind', () => {
    const frozen = run([quote(-40, 5_000, 5_100), game(0, { startedMs: START_MS }), tick(1)]);
    for (const behind of [-1, 0]) assert.equal(run([game(behind, { phase: 'pre' })], frozen).status, 'frozen');
    const mistaken = run([game(2, { phase: 'pre' }), game(2.5, { startedMs: START_MS }), tick(3)], frozen);
    assert.equal(mistaken.status, 'frozen');
    assert.deepEqual(mistaken.baseline, stored(frozen.baseline));
  });

  it('keeps a state of bounded size, however long it collects', () => {
    const hours = Array.from({ length: 1_000 }, (_, i) => quote(i - 1_000, 5_000, 5_100));
    const state = run([...hours, tick(0)]);
    assert.equal(state.samples.length, 60);
    assert.equal(state.olderValid?.atMs, minute(-62));
  });

  it('is recovered from candles, grade B at best', () => {
    const candles = Array.from({ length: 60 }, (_, i) => ({
      endMs: minute(i - 50),
      bidCC: i < 36 ? 5_000 : 6_000,
      askCC: i < 36 ? 5_100 : 6_100,
    }));
    const recovered = baselineFromCandles(candles, START_MS);
    assert.equal(recovered?.valueCC, 5_550);
    assert.deepEqual([recovered?.grade, recovered?.samples, recovered?.depthE2], ['B', 30, undefined]);
    const sparse = baselineFromCandles([{ endMs: minute(-100), bidCC: 4_000, askCC: 4_100 }], START_MS);
    assert.deepEqual([sparse?.valueCC, sparse?.samples], [4_050, 30]);
    const gone = [
      { endMs: minute(-100), bidCC: 4_000, askCC: 4_100 },
      { endMs: minute(-90), bidCC: undefined, askCC: 4_100 },
    ];
    assert.deepEqual(
      [baselineFromCandles(gone, START_MS)?.grade, baselineFromCandles(gone, START_MS)?.method],
      ['C', 'last_valid'],
    );
    assert.equal(baselineFromCandles([{ endMs: minute(1), bidCC: 4_000, askCC: 4_100 }], START_MS), undefined);
    assert.equal(baselineFromCandles([{ endMs: START_MS, bidCC: 4_000, askCC: 4_100 }], START_MS)?.samples, 1);
    assert.deepEqual(baselineFromCandles(candles.toReversed(), START_MS), recovered);
  });

  const grades: [samples: number, spreadCC: number, depthE2: number, grade: string][] = [
    [20, 200, 10_000, 'A'],
    [19, 200, 10_000, 'B'],
    [20, 201, 10_000, 'B'],
    [20, 200, 9_999, 'B'],
    [9, 100, 10_000, 'C'],
    [30, 401, 10_000, 'C'],
    [30, 100, 999, 'C'],
    [30, 1_001, 10_000, 'D'],
  ];
  for (const [count, spreadCC, depthE2, grade] of grades) {
    it(`is graded ${grade} with ${count} samples, spread ${spreadCC}, depth ${depthE2}`, () => {
      const one = { atMs: START_MS, bidCC: 5_000, askCC: 5_000 + spreadCC, depthE2 };
      const baseline = measureBaseline([one, ...Array.from({ length: count - 1 }, () => one)], START_MS, 'window');
      assert.equal(baseline.grade, grade);
      assert.equal(baseline.reasons.length > 0, grade !== 'A');
    });
  }

  it('shows the value without the margin beside the raw one', () => {
    const home = baselineWith({ valueCC: 6_050 });
    const away = baselineWith({ valueCC: 4_150 });
    assert.equal(devig(home, [away]).deviggedCC, 5_931);
    assert.equal(devig(home, [away]).valueCC, 6_050);
    assert.equal((devig(home, [away]).deviggedCC ?? 0) + (devig(away, [home]).deviggedCC ?? 0), 10_000);
    assert.equal(devig(home, []).deviggedCC, undefined);
  });

  it('equals a plain look at every minute, however the quotes lie', () => {
    const step = fc.record({
      afterS: fc.integer({ min: 0, max: 400 }),
      bid: fc.integer({ min: -5, max: 98 }),
      spread: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 0, max: 25 }),
        (path, offsetS, lateMin) => {
          const startedMs = START_MS + offsetS * 1_000;
          let atMs = minute(-60);
          const quotes: Quote[] = path.map(({ afterS, bid, spread }) => {
            atMs += afterS * 1_000;
            return quoteAt(bid < 1 ? undefined : bid * 100, Math.min(99, bid + spread) * 100, atMs);
          });
          const toldMs = startedMs + lateMin * MINUTE_MS;
          const before: Step[] = quotes
            .filter((one) => one.atMs <= toldMs)
            .map((one) => [one.atMs, { kind: 'quote', quote: one }]);
          const state = run([...before, [toldMs, { kind: 'game', game: gameOf({ startedMs }) }], [toldMs + 1, { kind: 'tick' }]]);
          assert.equal(
            state.baseline?.method === 'window' ? state.baseline.valueCC : undefined,
            plainBaseline(quotes, startedMs),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** For each whole minute in (start - 30 min, start], the last quote stamped up to it. */
function plainBaseline(quotes: Quote[], startedMs: number): number | undefined {
  const mids: number[] = [];
  for (let atMs = Math.ceil((startedMs - 30 * MINUTE_MS + 1) / MINUTE_MS) * MINUTE_MS; atMs <= startedMs; atMs += MINUTE_MS) {
    const standing = quotes.filter((one) => one.atMs <= atMs).at(-1);
    const { bidCC, askCC } = standing ?? {};
    if (bidCC !== undefined && askCC !== undefined && bidCC < askCC) mids.push((bidCC + askCC) / 2);
  }
  mids.sort((a, b) => a - b);
  const half = mids.length / 2;
  if (mids.length === 0) return undefined;
  return Number.isInteger(half) ? ((mids[half - 1] ?? 0) + (mids[half] ?? 0)) / 2 : mids[Math.floor(half)];
}

function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

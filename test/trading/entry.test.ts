import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ENTRY_GATES, type EntryGate, type EntryInput } from '../../lib/trading/entry.ts';
import { parseSegment } from '../../lib/trading/segment-text.ts';
import { baselineWith, decided, entryWith, gameOf, NOW_MS, parametersWith, quoteAt, START_MS } from './stage.ts';

type Change = Partial<EntryInput>;
const set = (written: Record<string, unknown>): Change => ({ parameters: parametersWith(written) });
const tally = (change: Partial<EntryInput['tally']>): Change => ({ tally: { ...entryWith({}).tally, ...change } });

/** Ways in which each gate fails, alone. */
const FAILURES: [gate: EntryGate, change: Change, reason: RegExp][] = [
  ['enabled', set({ enabled: false }), /^NBA is switched off$/],
  ['market_open', { market: { ticker: 'GAME-A', status: 'paused' } }, /^the market is paused$/],
  ['game_live', { game: undefined }, /tells no state/],
  ['game_live', { game: gameOf({ phase: 'pre' }) }, /not begun/],
  ['game_live', { game: gameOf({ phase: 'break' }) }, /in a break/],
  ['game_live', { game: gameOf({ phase: 'postponed' }) }, /postponed/],
  ['game_live', { game: gameOf({ phase: 'final' }) }, /over/],
  ['game_live', { game: gameOf({ startedMs: NOW_MS }) }, /begins this instant/],
  ['game_live', { hasScoreSource: false, scheduledStartMs: NOW_MS }, /before the scheduled start/],
  ['game_live', { hasScoreSource: false, scheduledStartMs: undefined }, /no start time/],
  ['game_live', { hasScoreSource: false, ...set({ clock_fallback: 'refuse' }) }, /may not stand in/],
  ['max_entries_per_game', tally({ entriesInGame: 1 }), /^entered 1 of 1 times in this game$/],
  [
    'averaging_down',
    { ...tally({ entriesInGame: 1, isGameHeld: true }), ...set({ max_entries_per_game: 2 }) },
    /nothing is added/,
  ],
  ['baseline', { baseline: undefined }, /^no baseline: not frozen yet$/],
  ['baseline', { baseline: undefined, baselineMissing: 'the game is postponed' }, /^no baseline: the game is postponed$/],
  ['baseline', set({ baseline_value: 'devigged' }), /no de-vigged baseline/],
  [
    'min_baseline_grade',
    { baseline: baselineWith({ grade: 'D', reasons: ['spread 12.0 (D)'] }) },
    /^baseline grade D is below C: spread 12.0 \(D\)$/,
  ],
  ['min_baseline_grade', { ...set({ min_baseline_grade: 'A' }), baseline: baselineWith({ grade: 'B' }) }, /B is below A/],
  ['min_pregame_price', { baseline: baselineWith({ valueCC: 5_475 }) }, /^pre-game price 54.75 < 55.0$/],
  ['max_data_age', { feedAgeMs: 2_001 }, /^market data age 2.0 s > 2.0 s$/],
  ['max_data_age', { feedAgeMs: 2_300 }, /^market data age 2.3 s > 2.0 s$/],
  ['max_data_age', { feedAgeMs: undefined }, /not connected/],
  ['max_score_age', { scoreReadMs: NOW_MS - 31_000 }, /^score age 31.0 s > 30.0 s$/],
  ['quote', { quote: undefined }, /no ask/],
  ['quote', { quote: quoteAt(4_400, undefined) }, /nobody sells: no ask/],
  ['quote', { quote: quoteAt(undefined, 4_500) }, /nobody buys: no bid/],
  ['quote', { quote: quoteAt(4_500, 4_500) }, /cross/],
  ['max_entry_segment', { game: gameOf({ period: 4, clockS: 720 }) }, /^start of Q4 is after end of Q3$/],
  ['max_entry_segment', { game: gameOf({ period: 5, clockS: 300 }) }, /^start of OT1 is after end of Q3$/],
  [
    'max_entry_segment',
    { hasScoreSource: false, scheduledStartMs: NOW_MS - 103 * 60_000 },
    /minute 103 on the wall clock .* after end of Q3/,
  ],
  ['max_entry_segment', { ...set({ clock_fallback: 'refuse' }), game: gameOf({ period: undefined }) }, /is not known/],
  ['max_entry_segment', { game: gameOf({ period: 4, clockS: undefined }) }, /^minute 50 .* \(period 4, .* is after end of Q3/],
  [
    'min_time_remaining',
    { ...set({ max_entry_segment: 'OT1 1:00', exit_before_segment: null }), game: gameOf({ period: 5, clockS: 200 }) },
    /^0 s left/,
  ],
  [
    'min_time_remaining',
    { ...set({ max_entry_segment: 'Q4 3:00' }), game: gameOf({ period: 4, clockS: 299 }) },
    /^299 s left < 300 s$/,
  ],
  ['entry_condition', { quote: quoteAt(5_100, 5_200) }, /^drop 9.0 < 15.0$/],
  ['entry_condition', { quote: quoteAt(4_501, 4_600) }, /^drop 14.99 < 15.0$/],
  ['entry_condition', { ...set({ entry_absolute: 43 }) }, /^bid 44.0 > 43.0$/],
  [
    'entry_condition',
    { ...set({ entry_absolute: 43, entry_combine: 'or', entry_drop: 17 }) },
    /^drop 16.0 < 17.0 and bid 44.0 > 43.0$/,
  ],
  ['price_band', { quote: quoteAt(1_800, 1_900) }, /^ask 19.0 is outside 20.0 to 80.0$/],
  ['price_band', { baseline: baselineWith({ valueCC: 9_900 }), quote: quoteAt(8_000, 8_100) }, /81.0 is outside/],
  ['max_spread', { quote: quoteAt(4_000, 4_500) }, /^spread 5.0 > 4.0$/],
  ['max_total_positions', tally({ openPositions: 5 }), /^5 of 5 positions are open$/],
  [
    'size',
    { caps: [{ rule: 'share of the balance for one position', mostE6: 300_000 }] },
    /^0 contracts instead of 104: share of the balance .* 0.30 dollars$/,
  ],
  ['min_depth', { quote: quoteAt(4_400, 4_500, NOW_MS, 5_000) }, /^50 contracts at the ask < 104$/],
  ['min_depth', { ...set({ min_depth: 60 }), quote: quoteAt(4_400, 4_500, NOW_MS, 5_000) }, /^50 contracts at the ask < 60$/],
];

describe('an entry', () => {
  it('is made with its numbers and its reason when every gate lets it through', () => {
    const decision = decided({});
    assert.ok(decision.kind === 'enter');
    assert.deepEqual(decision.order, {
      ticker: 'GAME-A',
      action: 'buy',
      outcome: 'yes',
      limitCC: 4_600,
      side: 'bid',
      yesLimitCC: 4_600,
      countE2: 10_400,
      timeInForce: 'ioc',
      reduceOnly: false,
      signalPriceCC: 4_500,
    });
    assert.equal(decision.reason, 'drop 16.0 >= 15.0 (baseline 60.0, bid 44.0), Q2 6:40: 104 contracts for 50.00 dollars');
    assert.deepEqual(decision.notes, []);
    assert.deepEqual(
      [decision.numbers.dropCC, decision.numbers.spreadCC, decision.numbers.remainingS, decision.numbers.progressBasis],
      [1_600, 100, 1_840, 'game_clock'],
    );
  });

  for (const [gate, change, reason] of FAILURES) {
    it(`fails at ${gate}, and says ${reason.source}`, () => {
      const decision = decided(change);
      assert.ok(decision.kind === 'no', `entered: ${decision.reason}`);
      assert.equal(decision.gate, gate);
      assert.match(decision.reason, reason);
    });
  }

  it('has a failing case for each of its gates', () => {
    assert.deepEqual([...new Set(FAILURES.map(([gate]) => gate))], [...ENTRY_GATES]);
  });

  it('names the first gate that fails, in the documented order', () => {
    // A condition that was made harder may be met by the price of another case.
    const cases = FAILURES.filter(([gate, change]) => gate !== 'entry_condition' || change.parameters === undefined);
    for (const [first, one] of cases) {
      for (const [second, other] of cases) {
        // Two changes of one part of the input would undo each other.
        if (first === second || Object.keys(one).some((key) => partOf(key) in partsOf(other))) continue;
        const decision = decided({ ...one, ...other });
        assert.ok(decision.kind === 'no');
        const earlier = ENTRY_GATES.indexOf(first) < ENTRY_GATES.indexOf(second) ? first : second;
        assert.ok(ENTRY_GATES.indexOf(decision.gate) <= ENTRY_GATES.indexOf(earlier), `${first} and ${second}: ${decision.gate}`);
      }
    }
  });

  const boundaries: [name: string, change: Change][] = [
    ['a drop of exactly the trigger', { quote: quoteAt(4_500, 4_600) }],
    ['a baseline of exactly the lowest price', { baseline: baselineWith({ valueCC: 5_500 }), quote: quoteAt(4_000, 4_100) }],
    ['exactly the latest instant', { ...set({ max_entry_segment: 'Q3 5:00' }), game: gameOf({ period: 3, clockS: 300 }) }],
    ['exactly the lowest grade', { baseline: baselineWith({ grade: 'C' }) }],
    ['the last second of Q3', { game: gameOf({ period: 3, clockS: 0 }) }],
    [
      'exactly the game clock that must be left',
      { ...set({ max_entry_segment: 'Q4 3:00' }), game: gameOf({ period: 4, clockS: 300 }) },
    ],
    ['data exactly as old as allowed', { feedAgeMs: 2_000 }],
    ['a score exactly as old as allowed', { scoreReadMs: NOW_MS - 30_000 }],
    ['a score that has long stood and was just read', { game: gameOf({ asOfMs: NOW_MS - 900_000 }) }],
    ['the widest spread', { quote: quoteAt(4_100, 4_500) }],
    ['both ends of the band', { quote: quoteAt(1_900, 2_000) }],
    ['a depth of exactly the order', { quote: quoteAt(4_400, 4_500, NOW_MS, 10_400) }],
    ['the bid at the absolute price', set({ entry_absolute: 44 })],
    ['either condition with OR: the price', { ...set({ entry_absolute: 44, entry_combine: 'or', entry_drop: 30 }) }],
    ['either condition with OR: the drop', { ...set({ entry_absolute: 30, entry_combine: 'or' }) }],
    ['a second entry when two are allowed', { ...set({ max_entries_per_game: 2 }), ...tally({ entriesInGame: 1 }) }],
    [
      'an addition when that is on',
      { ...set({ max_entries_per_game: 2, averaging_down: true }), ...tally({ entriesInGame: 1, isGameHeld: true }) },
    ],
  ];
  for (const [name, change] of boundaries) {
    it(`accepts ${name}`, () => {
      const decision = decided(change);
      assert.equal(decision.kind, 'enter', decision.reason);
    });
  }

  it('compares the value without the margin when set so, and shows the raw one beside it', () => {
    const decision = decided({ ...set({ baseline_value: 'devigged' }), baseline: baselineWith({ deviggedCC: 5_800 }) });
    assert.ok(decision.kind === 'no');
    assert.equal(decision.reason, 'drop 14.0 < 15.0');
    assert.deepEqual([decision.numbers.baselineCC, decision.numbers.deviggedCC], [6_000, 5_800]);
    assert.deepEqual(decision.notes, ['compared with the de-vigged baseline']);
  });

  it('switches the score gates off without a score source, and says so and what it goes by', () => {
    const decision = decided({ hasScoreSource: false, game: gameOf({ phase: 'final', asOfMs: 0 }), scheduledStartMs: START_MS });
    assert.equal(decision.kind, 'enter');
    assert.deepEqual(decision.notes, [
      'no score source: age of the score and game clock are not checked',
      'latest entry goes by the wall clock: minute 50 on the wall clock (no game state)',
    ]);
  });

  it('is not made at a price that stands since before the game, however low it is', () => {
    const decision = decided({ quote: quoteAt(4_400, 4_500, START_MS) });
    assert.ok(decision.kind === 'no');
    assert.deepEqual([decision.gate, decision.reason], ['quote', 'the price has not changed since the game began']);
    assert.equal(decided({ quote: quoteAt(4_400, 4_500, START_MS + 1) }).kind, 'enter');
  });

  it('goes by the start that the baseline was measured up to where nobody saw the game begin', () => {
    const standing = { quote: quoteAt(4_400, 4_500, START_MS) };
    const unseen = decided({ ...standing, game: gameOf({ startedMs: undefined }) });
    const unscored = decided({ ...standing, hasScoreSource: false, game: undefined, scheduledStartMs: START_MS });
    for (const decision of [unseen, unscored]) {
      assert.ok(decision.kind === 'no', decision.reason);
      assert.equal(decision.reason, 'the price has not changed since the game began');
    }
  });

  it('takes the age that the score itself tells where nobody says when it was read', () => {
    const decision = decided({ game: gameOf({ asOfMs: NOW_MS - 31_000 }), scoreReadMs: undefined });
    assert.ok(decision.kind === 'no');
    assert.equal(decision.reason, 'score age 31.0 s > 30.0 s');
  });

  it('goes by the segment alone in a league without a clock', () => {
    const mlb = (change: Parameters<typeof gameOf>[0]): Change => ({
      parameters: parametersWith({}, 'MLB'),
      game: gameOf({ league: 'MLB', clockS: undefined, ...change }),
    });
    const sixth = decided(mlb({ period: 6, half: 'bottom' }));
    assert.equal(sixth.kind, 'enter', sixth.reason);
    assert.deepEqual(sixth.notes, ['no game clock: the time left is not checked']);
    const seventh = decided(mlb({ period: 7, half: 'top' }));
    assert.equal(seventh.reason, 'top of 7th is after end of 6th');
  });

  it('is sized for the precision of the account, and tells how old the score was', () => {
    const change: Change = { ...set({ position_size: 5 }), scoreReadMs: NOW_MS - 7_000 };
    const [direct, broker] = [decided({ ...change, precisionE6: 100 }), decided({ ...change, precisionE6: 10_000 })];
    assert.ok(direct.kind === 'enter' && broker.kind === 'enter');
    assert.deepEqual([direct.sizing.feeE6, broker.sizing.feeE6], [173_900, 180_000]);
    assert.equal(direct.numbers.scoreAgeMs, 7_000);
  });

  it('is cut to the depth where fewer contracts are declared enough', () => {
    const decision = decided({ ...set({ min_depth: 10 }), quote: quoteAt(4_400, 4_500, NOW_MS, 3_050) });
    assert.ok(decision.kind === 'enter');
    assert.equal(decision.order.countE2, 3_000);
    assert.equal(decision.sizing.cappedBy, 'depth at the ask');
  });

  it('is never made outside its conditions, whatever comes in', () => {
    const phase = fc.constantFrom(
      'live' as const,
      'live' as const,
      'live' as const,
      'pre' as const,
      'break' as const,
      'postponed' as const,
    );
    const game = fc.record({
      phase,
      period: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      clockS: fc.option(fc.integer({ min: 0, max: 720 }), { nil: undefined }),
    });
    const arbitrary = fc.record({
      base: fc.integer({ min: 45, max: 99 }),
      drop: fc.integer({ min: -5, max: 44 }),
      spread: fc.integer({ min: -1, max: 6 }),
      size: fc.integer({ min: 0, max: 60_000 }),
      feedAgeMs: fc.nat(3_000),
      scoreReadMs: fc.integer({ min: NOW_MS - 40_000, max: NOW_MS }),
      game,
    });
    const latest = parseSegment('NBA', 'end of Q3');
    let entered = 0;
    fc.assert(
      fc.property(arbitrary, ({ base, drop, spread, size, feedAgeMs, scoreReadMs, game }) => {
        const bid = base - drop;
        const ask = bid + spread;
        const decision = decided({
          quote: quoteAt(bid * 100, ask * 100, NOW_MS, size),
          baseline: baselineWith({ valueCC: base * 100 }),
          feedAgeMs,
          scoreReadMs,
          game: gameOf(game),
        });
        assert.ok(decision.reason.length > 0);
        if (decision.kind === 'no') return;
        entered += 1;
        assert.equal(game.phase, 'live');
        assert.ok((game.period ?? 0) <= latest.period);
        assert.ok(base >= 55 && drop >= 15 && ask >= 20 && ask <= 80);
        assert.ok(spread <= 4 && spread > 0 && feedAgeMs <= 2_000 && NOW_MS - scoreReadMs <= 30_000);
        assert.ok(decision.order.countE2 <= size && decision.order.countE2 > 0);
      }),
      { numRuns: 5_000 },
    );
    assert.ok(entered > 50);
  });
});

/** What is told of the game is one part, however it is given. */
function partOf(key: string): string {
  return ['game', 'scoreReadMs', 'hasScoreSource', 'scheduledStartMs'].includes(key) ? 'game' : key;
}

function partsOf(change: Change): Record<string, true> {
  return Object.fromEntries(Object.keys(change).map((key) => [partOf(key), true]));
}

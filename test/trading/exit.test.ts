import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decideExit, EXIT_CHECKS, type ExitCheck, type ExitDecision, type ExitInput } from '../../lib/trading/exit.ts';
import { complementCC } from '../../lib/trading/sides.ts';
import { exitWith, gameOf, NOW_MS, parametersWith, quoteAt, START_MS } from './stage.ts';

type Change = Partial<ExitInput>;
const set = (written: Record<string, unknown>): Change => ({ parameters: parametersWith(written) });
const decided = (change: Change): ExitDecision => decideExit(exitWith(change));
const late = { game: gameOf({ period: 4, clockS: 119 }) };

const REASONS: [check: ExitCheck, change: Change, reason: RegExp][] = [
  ['take_profit', { quote: quoteAt(6_500, 6_600) }, /^P&L 20.0 >= 20.0$/],
  ['stop_loss', { quote: quoteAt(3_500, 3_600) }, /^P&L -10.0 <= -10.0$/],
  ['stop_loss', { quote: quoteAt(100, 200) }, /^P&L -44.0 <= -10.0$/],
  [
    'trailing_stop',
    { ...set({ trailing_stop: 5 }), state: { peakCC: 5_500 }, quote: quoteAt(5_000, 5_100) },
    /^back 5.0 >= 5.0 from the peak of 55.0$/,
  ],
  ['time_exit', { game: gameOf({ period: 4, clockS: 120 }) }, /^Q4 2:00 has reached Q4 2:00$/],
  ['time_exit', { game: gameOf({ period: 5, clockS: 300 }) }, /^start of OT1 has reached Q4 2:00$/],
  ['time_exit', { game: gameOf({ phase: 'final' }) }, /^over has reached Q4 2:00$/],
  [
    'time_exit',
    { hasScoreSource: false, scheduledStartMs: NOW_MS - 131 * 60_000 },
    /minute 131 on the wall clock .* has reached Q4 2:00 \(nominal minute 130\)/,
  ],
  ['game_finished', { market: { ticker: 'GAME-A', status: 'closed' } }, /^the market is closed/],
  ['game_finished', { market: { ticker: 'GAME-A', status: 'determined' } }, /^the market is determined/],
  ['game_finished', { market: { ticker: 'GAME-A', status: 'finalized' } }, /^the market is finalized/],
  [
    'salvage',
    { ...set({ salvage_price: 15, stop_loss: 40, exit_before_segment: null }), quote: quoteAt(1_500, 1_600), ...late },
    /^bid 15.0 <= 15.0 after start of Q4$/,
  ],
];

describe('an exit', () => {
  for (const [check, change, reason] of REASONS) {
    it(`is made for ${check}, and says ${reason.source}`, () => {
      const decision = decided(change);
      assert.ok(decision.kind !== 'hold', decision.reason);
      assert.equal(decision.exitReason, check);
      assert.equal(decision.kind, check === 'game_finished' ? 'finished' : 'exit');
      assert.match(decision.reason, reason);
    });
  }

  it('has a case for each of its checks', () => {
    assert.deepEqual([...new Set(REASONS.map(([check]) => check))], [...EXIT_CHECKS]);
  });

  it('asks in the order take-profit, stop-loss, trailing, time, game finished, salvage', () => {
    const trailing = { ...set({ trailing_stop: 5, salvage_price: 15 }), state: { peakCC: 6_900 } };
    const reasons = [quoteAt(6_500, 6_600), quoteAt(1_500, 1_600), quoteAt(4_600, 4_700)].map((quote) => {
      const decision = decided({ ...trailing, ...late, quote });
      return decision.kind === 'hold' ? 'hold' : decision.exitReason;
    });
    assert.deepEqual(reasons, ['take_profit', 'stop_loss', 'trailing_stop']);
    const ended = decided({ ...trailing, ...late, quote: quoteAt(6_500, 6_600), market: { ticker: 'GAME-A', status: 'closed' } });
    assert.equal(ended.kind, 'finished');
    assert.equal(ended.numbers.bidCC, undefined);
  });

  it('sells the whole position at the bid less two cents, reduce-only and at once', () => {
    const decision = decided({ quote: quoteAt(6_500, 6_600) });
    assert.ok(decision.kind === 'exit');
    assert.deepEqual(decision.order, {
      ticker: 'GAME-A',
      action: 'sell',
      outcome: 'yes',
      limitCC: 6_300,
      side: 'ask',
      yesLimitCC: 6_300,
      countE2: 10_000,
      timeInForce: 'ioc',
      reduceOnly: true,
      signalPriceCC: 6_500,
    });
  });

  const held: [name: string, change: Change, reason: RegExp, due: ExitCheck | undefined][] = [
    ['between stop and profit', {}, /^P&L 1.0 between -10.0 and 20.0$/, undefined],
    ['a tick before profit', { quote: quoteAt(6_499, 6_600) }, /^P&L 19.99 between/, undefined],
    ['a tick before the stop', { quote: quoteAt(3_501, 3_600) }, /^P&L -9.99 between/, undefined],
    ['a second before the time', { game: gameOf({ period: 4, clockS: 120.5 }) }, /between/, undefined],
    ['without a bid', { quote: quoteAt(undefined, 100) }, /^nobody buys YES: no bid, held$/, undefined],
    ['without any quote', { quote: undefined }, /no bid, held/, undefined],
    [
      'past its time and without a bid',
      { quote: quoteAt(undefined, 100), ...late },
      /has reached Q4 2:00, but nobody buys: no bid$/,
      'time_exit',
    ],
    [
      'in profit while the market is paused',
      { quote: quoteAt(6_500, 6_600), market: { ticker: 'GAME-A', status: 'paused' } },
      /but the market is paused/,
      'take_profit',
    ],
    [
      'before trailing has begun',
      { ...set({ trailing_stop: 5 }), state: { peakCC: 5_499 }, quote: quoteAt(4_600, 4_700) },
      /between/,
      undefined,
    ],
    [
      'at a low price late in the game with salvage off',
      { ...set({ stop_loss: 60, exit_before_segment: null }), quote: quoteAt(500, 600), ...late },
      /^P&L -40.0 between/,
      undefined,
    ],
    ['in a postponed game', { game: gameOf({ phase: 'postponed' }), nowMs: NOW_MS + 1e9 }, /between/, undefined],
  ];
  for (const [name, change, reason, due] of held) {
    it(`is not made ${name}`, () => {
      const decision = decided(change);
      assert.ok(decision.kind === 'hold', decision.reason);
      assert.match(decision.reason, reason);
      assert.equal(decision.due, due);
    });
  }

  it('says where time is not checked, or by which clock', () => {
    assert.deepEqual(decided({ ...set({ clock_fallback: 'refuse' }), game: undefined }).notes, [
      'time exit is not checked: no game state, and the wall clock may not stand in',
    ]);
    assert.deepEqual(decided({ game: gameOf({ period: undefined }) }).notes, [
      'time exit goes by the wall clock: minute 50 on the wall clock (the source tells no period)',
    ]);
    assert.deepEqual(decided({ ...set({ exit_before_segment: null }), game: undefined }).notes, []);
    assert.equal(decided({ hasScoreSource: false, scheduledStartMs: START_MS }).kind, 'hold');
  });

  it('compares with the exact average, not a rounded one', () => {
    // 3 contracts for 1.34 dollars: an average of 44.666... cents. Profit of 20 cents is at 64.67, not at 64.66.
    const position = { outcome: 'yes', countE2: 300, costE6: 1_340_000 } as const;
    assert.equal(decided({ position, quote: quoteAt(6_466, 6_500) }).kind, 'hold');
    assert.equal(decided({ position, quote: quoteAt(6_467, 6_500) }).kind, 'exit');
  });

  it('remembers the highest bid from quote to quote, also over a gap', () => {
    let state = exitWith({}).state;
    const bids = [4_600, 5_600, undefined, 5_300, 5_100];
    const kinds = bids.map((bidCC) => {
      const decision = decided({ ...set({ trailing_stop: 5 }), state, quote: quoteAt(bidCC, 9_000) });
      state = decision.state;
      return decision.kind;
    });
    assert.deepEqual(kinds, ['hold', 'hold', 'hold', 'hold', 'exit']);
    assert.deepEqual(state, { peakCC: 5_600 });
  });

  it('treats NO on NO prices as it treats YES on YES prices', () => {
    const price = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
    fc.assert(
      fc.property(price, price, price, fc.option(price, { nil: undefined }), (bidCC, otherCC, averageCC, peakCC) => {
        const askCC = Math.max(bidCC, otherCC);
        const common = { ...set({ trailing_stop: 5, salvage_price: 15 }), state: { peakCC } };
        const costE6 = averageCC * 10_000;
        const yes = decided({ ...common, position: { outcome: 'yes', countE2: 10_000, costE6 }, quote: quoteAt(bidCC, askCC) });
        const mirrored = quoteAt(complementCC(askCC), complementCC(bidCC));
        const no = decided({ ...common, position: { outcome: 'no', countE2: 10_000, costE6 }, quote: mirrored });
        assert.deepEqual([no.kind, no.reason, no.numbers, no.state], [yes.kind, yes.reason, yes.numbers, yes.state]);
        if (yes.kind !== 'exit' || no.kind !== 'exit') return;
        assert.equal(no.order.limitCC, yes.order.limitCC);
        assert.deepEqual([no.order.side, no.order.yesLimitCC], ['bid', complementCC(yes.order.yesLimitCC)]);
      }),
    );
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  afterTrade,
  type BreakerReadings,
  type BreakerState,
  dailyLossLimitE6,
  evaluateBreaker,
  exposureLimitE6,
  NEW_BREAKER_STATE,
  resetBreaker,
  sizeCaps,
  tripByHand,
} from '../../lib/trading/breaker.ts';
import { checkLimits, defaultLimits, type RiskLimits } from '../../lib/trading/limits.ts';
import { MINUTE_MS, NOW_MS } from './stage.ts';

const DOLLAR = 1_000_000;
const DAY = '2026-11-20';
const NEXT_DAY = '2026-11-21';
const LIMITS = defaultLimits();

function readingsWith(change: Partial<BreakerReadings> = {}): BreakerReadings {
  const calm = {
    nowMs: NOW_MS,
    tradingDay: DAY,
    capitalE6: 20_000 * DOLLAR,
    balanceE6: 20_000 * DOLLAR,
    dayPnlE6: 0,
    exposureE6: 0,
    openPositions: 0,
  };
  return { ...calm, ...change };
}

function limitsWith(written: Record<string, unknown>): RiskLimits {
  const checked = checkLimits(written);
  assert.ok(checked.ok);
  return checked.values;
}

function ruleOf(state: BreakerState, change: Partial<BreakerReadings> = {}, addsE6 = 0, limits = LIMITS): string {
  const { verdict } = evaluateBreaker(state, readingsWith(change), limits, { leg: 'entry', addsE6 });
  return verdict.kind === 'allowed' ? 'allowed' : verdict.rule;
}

function lose(state: BreakerState, times: number, atMs = NOW_MS): BreakerState {
  let next = state;
  for (let i = 0; i < times; i++) next = afterTrade(next, { netE6: -1, atMs, tradingDay: DAY }, LIMITS).state;
  return next;
}

describe('the breaker', () => {
  it('allows an entry when nothing is near a limit', () => {
    const evaluation = evaluateBreaker(NEW_BREAKER_STATE, readingsWith(), LIMITS, { leg: 'entry', addsE6: 50 * DOLLAR });
    assert.deepEqual([evaluation.verdict, evaluation.tripped, evaluation.released], [{ kind: 'allowed' }, [], []]);
  });

  const refused: [
    name: string,
    change: Partial<BreakerReadings>,
    addsE6: number,
    rule: string,
    reason: RegExp,
    reading: number,
    limit: number,
  ][] = [
    [
      'a lost 500 dollars',
      { dayPnlE6: -500 * DOLLAR },
      0,
      'daily_loss',
      /lost 500.00 dollars >= 500.00/,
      500 * DOLLAR,
      500 * DOLLAR,
    ],
    [
      '5 % of a small capital',
      { dayPnlE6: -50 * DOLLAR, capitalE6: 1_000 * DOLLAR },
      0,
      'daily_loss',
      /50.00 dollars >= 50.00/,
      50 * DOLLAR,
      50 * DOLLAR,
    ],
    ['a fifth open position', { openPositions: 5 }, 0, 'open_positions', /^5 of 5 positions are open$/, 5, 5],
    [
      'a micro-dollar of exposure too much',
      { exposureE6: 1_950 * DOLLAR },
      50 * DOLLAR + 1,
      'exposure_total',
      /would be at risk > 2000.00/,
      2_000 * DOLLAR + 1,
      2_000 * DOLLAR,
    ],
    [
      '30 % of a small capital',
      { capitalE6: 100 * DOLLAR },
      30 * DOLLAR + 1,
      'exposure_total',
      /> 30.00 dollars/,
      30 * DOLLAR + 1,
      30 * DOLLAR,
    ],
    ['no capital at all', { capitalE6: 0 }, 1, 'exposure_total', /> 0.00/, 1, 0],
  ];
  for (const [name, change, addsE6, rule, reason, reading, limit] of refused) {
    it(`refuses at ${name}, with reading and limit`, () => {
      const { verdict } = evaluateBreaker(NEW_BREAKER_STATE, readingsWith(change), LIMITS, { leg: 'entry', addsE6 });
      assert.ok(verdict.kind === 'blocked');
      assert.match(verdict.reason, reason);
      assert.deepEqual([verdict.rule, verdict.block.reading, verdict.block.limit], [rule, reading, limit]);
    });
  }

  const allowed: [name: string, change: Partial<BreakerReadings>, addsE6: number][] = [
    ['a loss a micro-dollar under the limit', { dayPnlE6: -500 * DOLLAR + 1 }, 0],
    ['a gain', { dayPnlE6: 5_000 * DOLLAR }, 0],
    ['exposure exactly at the limit', { exposureE6: 1_950 * DOLLAR }, 50 * DOLLAR],
    ['four open positions', { openPositions: 4 }, 0],
    ['no capital and no loss', { capitalE6: 0 }, 0],
  ];
  for (const [name, change, addsE6] of allowed) {
    it(`allows ${name}`, () => assert.equal(ruleOf(NEW_BREAKER_STATE, change, addsE6), 'allowed'));
  }

  it('keeps blocking after a daily loss, although the loss is won back, until the next trading day', () => {
    const { state, tripped } = evaluateBreaker(NEW_BREAKER_STATE, readingsWith({ dayPnlE6: -600 * DOLLAR }), LIMITS);
    assert.deepEqual(
      tripped.map((trip) => [trip.rule, trip.until.kind]),
      [['daily_loss', 'next_trading_day']],
    );
    const again = evaluateBreaker(state, readingsWith({ dayPnlE6: 100 * DOLLAR }), LIMITS);
    assert.deepEqual([again.verdict.kind, again.tripped], ['blocked', []]);
    const next = evaluateBreaker(again.state, readingsWith({ tradingDay: NEXT_DAY }), LIMITS);
    assert.equal(next.verdict.kind, 'allowed');
    assert.deepEqual(
      next.released.map((trip) => trip.rule),
      ['daily_loss'],
    );
  });

  it("counts a daily loss anew from a person's reset, on that day only", () => {
    const lost = readingsWith({ dayPnlE6: -600 * DOLLAR });
    const { state } = evaluateBreaker(NEW_BREAKER_STATE, lost, LIMITS);
    const reset = resetBreaker(state, 'daily_loss', lost);
    assert.equal(ruleOf(reset, { dayPnlE6: -600 * DOLLAR }), 'allowed');
    assert.equal(ruleOf(reset, { dayPnlE6: -1_099 * DOLLAR }), 'allowed');
    assert.equal(ruleOf(reset, { dayPnlE6: -1_100 * DOLLAR }), 'daily_loss');
    assert.equal(ruleOf(reset, { tradingDay: NEXT_DAY, dayPnlE6: -500 * DOLLAR }), 'daily_loss');
  });

  it('pauses for 60 minutes after five losses in a row, and then counts from nothing', () => {
    assert.equal(ruleOf(lose(NEW_BREAKER_STATE, 4)), 'allowed');
    const paused = lose(NEW_BREAKER_STATE, 5);
    assert.equal(ruleOf(paused), 'consecutive_losses');
    assert.equal(ruleOf(paused, { nowMs: NOW_MS + 60 * MINUTE_MS - 1 }), 'consecutive_losses');
    const over = evaluateBreaker(paused, readingsWith({ nowMs: NOW_MS + 60 * MINUTE_MS }), LIMITS);
    assert.equal(over.verdict.kind, 'allowed');
    assert.deepEqual(
      over.released.map((trip) => trip.rule),
      ['consecutive_losses'],
    );
    assert.equal(ruleOf(lose(over.state, 4), { nowMs: NOW_MS + 61 * MINUTE_MS }), 'allowed');
    assert.equal(ruleOf(resetBreaker(paused, 'consecutive_losses', readingsWith())), 'allowed');
  });

  it('ends a row of losses with a trade that lost nothing', () => {
    const even = afterTrade(lose(NEW_BREAKER_STATE, 4), { netE6: 0, atMs: NOW_MS, tradingDay: DAY }, LIMITS);
    assert.deepEqual([even.state.lossesInRow, even.tripped], [0, undefined]);
  });

  it('stays stopped by hand until a person resets it', () => {
    const stopped = tripByHand(NEW_BREAKER_STATE, { note: 'going to bed', atMs: NOW_MS, tradingDay: DAY });
    assert.equal(ruleOf(stopped, { tradingDay: NEXT_DAY, nowMs: NOW_MS + 1e9 }), 'manual');
    assert.equal(evaluateBreaker(stopped, readingsWith(), LIMITS).verdict.kind, 'blocked');
    assert.equal(ruleOf(resetBreaker(stopped, 'manual', readingsWith())), 'allowed');
    assert.equal(ruleOf(resetBreaker(stopped, 'daily_loss', readingsWith())), 'manual');
  });

  it('names the first rule, and keeps all of them', () => {
    const stopped = tripByHand(lose(NEW_BREAKER_STATE, 5), { note: 'x', atMs: NOW_MS, tradingDay: DAY });
    const everything = readingsWith({ dayPnlE6: -900 * DOLLAR, openPositions: 9, exposureE6: 9_999 * DOLLAR });
    const { verdict } = evaluateBreaker(stopped, everything, LIMITS);
    assert.ok(verdict.kind === 'blocked');
    assert.deepEqual(
      verdict.all.map((trip) => trip.rule),
      ['manual', 'daily_loss', 'consecutive_losses', 'open_positions', 'exposure_total'],
    );
  });

  it('takes the lesser of the dollar limit and the share', () => {
    assert.equal(dailyLossLimitE6(LIMITS, 9_999 * DOLLAR), 499.95 * DOLLAR);
    assert.equal(dailyLossLimitE6(LIMITS, 10_001 * DOLLAR), 500 * DOLLAR);
    assert.equal(exposureLimitE6(LIMITS, 5_000 * DOLLAR), 1_500 * DOLLAR);
    assert.equal(exposureLimitE6(LIMITS, 50_000 * DOLLAR), 2_000 * DOLLAR);
  });

  it('caps the size of one position', () => {
    const caps = (change: Partial<BreakerReadings>, limits = LIMITS) =>
      sizeCaps(readingsWith(change), limits).map((cap) => ('mostE6' in cap ? cap.mostE6 / DOLLAR : undefined));
    assert.deepEqual(caps({ balanceE6: 1_000 * DOLLAR, capitalE6: 3_000 * DOLLAR }), [100, 50, 300]);
    assert.deepEqual(caps({ balanceE6: -5, capitalE6: -5 }), [100, 0, 0]);
    assert.deepEqual(caps({}, limitsWith({ max_position_size: 70, position_share: 0.5 })), [100, 100, 2_000, 70]);
  });

  it('never blocks an exit, and trips all the same', () => {
    const amount = fc.integer({ min: -5_000, max: 5_000 }).map((dollars) => dollars * DOLLAR);
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.nat(20),
        fc.nat(12),
        fc.boolean(),
        (dayPnlE6, exposureE6, capitalE6, openPositions, losses, byHand) => {
          const lost = lose(NEW_BREAKER_STATE, losses);
          const state = byHand ? tripByHand(lost, { note: 'x', atMs: NOW_MS, tradingDay: DAY }) : lost;
          const readings = readingsWith({ dayPnlE6, exposureE6, capitalE6, openPositions });
          const exit = evaluateBreaker(state, readings, LIMITS, { leg: 'exit', addsE6: 0 });
          const entry = evaluateBreaker(state, readings, LIMITS, { leg: 'entry', addsE6: 0 });
          assert.deepEqual(exit.verdict, { kind: 'allowed' });
          assert.deepEqual([exit.state, exit.tripped], [entry.state, entry.tripped]);
          // Evaluated again with the same readings it says the same and trips nothing anew.
          const again = evaluateBreaker(JSON.parse(JSON.stringify(entry.state)) as BreakerState, readings, LIMITS);
          assert.deepEqual([again.verdict.kind, again.tripped], [entry.verdict.kind, []]);
        },
      ),
    );
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AccountMoney, AccountState } from '../../lib/account/contract.ts';
import type { Trip, Until } from '../../lib/trading/breaker.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';
import { largestEntryE6, mayEnterTonight, type WorstCaseFacts, worstCase } from '../../lib/web/read/worst-case.ts';
import { decisionOf, NOW_MS } from './game.ts';

describe('the worst case', () => {
  const money: AccountMoney = {
    balanceE6: 10_000_000_000,
    capitalE6: 10_000_000_000,
    exposureE6: 0,
    openPositions: 0,
    dayPnlE6: 0,
    dayBaseE6: 0,
    dayFeesE6: 0,
    wins: 0,
    losses: 0,
    atMs: NOW_MS,
  };
  const facts = (change: Partial<WorstCaseFacts>): WorstCaseFacts => ({
    money,
    limits: defaultLimits(),
    entryE6: 50_000_000,
    open: [],
    mayEnter: true,
    ...change,
  });
  const held = { costE6: 29_000_000, feesE6: 1_000_000, worthE6: 25_000_000 };
  const withTwo = { money: { ...money, exposureE6: 58_000_000, openPositions: 2 }, open: [held, held] };

  it('with nothing open is every place lost whole after the day has lost its limit', () => {
    assert.deepEqual(worstCase(facts({})), {
      resultE6: -750_000_000,
      text: '5 positions of 50.00 at once lost whole, after 500.00 of other losses, where the daily limit stops entries',
    });
  });

  it('counts what is open among the places', () => {
    const { resultE6, text } = worstCase(facts(withTwo));
    assert.equal(resultE6, -750_000_000);
    assert.match(text, /5 positions of 50\.00 at once \(now 2 open positions at cost 60\.00\) lost whole/);
  });

  it('without entries is what is open, at its cost with fees', () => {
    const { resultE6, text } = worstCase(facts({ ...withTwo, mayEnter: false }));
    assert.equal(resultE6, -60_000_000);
    assert.equal(text, '2 open positions at cost 60.00 lost whole; no entries now');
  });

  it('counts a position at its worth where that is more than its cost', () => {
    const open = [{ ...held, worthE6: 45_000_000 }];
    const { resultE6, text } = worstCase(facts({ money: { ...money, exposureE6: 29_000_000 }, open, mayEnter: false }));
    assert.equal(resultE6, -45_000_000);
    assert.equal(text, '1 open position at present worth or cost 45.00 lost whole; no entries now');
  });

  it('counts orders that are on their way', () => {
    const { text } = worstCase(facts({ money: { ...money, exposureE6: 51_000_000 }, mayEnter: false }));
    assert.equal(text, 'orders on their way for 51.00 lost whole; no entries now');
  });

  it('is nothing where nothing is open and nothing may be bought', () => {
    assert.deepEqual(worstCase(facts({ mayEnter: false })), {
      resultE6: 0,
      text: 'nothing is open; no entries now',
    });
  });

  it('is held by the limit on money at risk where that is less than all places', () => {
    const limits = { ...defaultLimits(), exposureTotalE6: 120_000_000 };
    const { resultE6, text } = worstCase(facts({ limits }));
    assert.equal(resultE6, -620_000_000);
    assert.match(text, /120\.00 at risk at once lost whole/);
  });

  it('shrinks as the day loses, grows as it wins, and begins anew after a reset', () => {
    const after = (dayPnlE6: number, dayBaseE6 = 0) => worstCase(facts({ money: { ...money, dayPnlE6, dayBaseE6 } })).resultE6;
    assert.deepEqual([after(-400_000_000), after(100_000_000)], [-350_000_000, -850_000_000]);
    assert.equal(after(-500_000_000, -500_000_000), -750_000_000);
  });

  it('is never more than all there is, and never a gain', () => {
    const amount = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: -3_000_000_000, max: 3_000_000_000 }),
        fc.boolean(),
        (capitalE6, costE6, dayPnlE6, mayEnter) => {
          const open = [{ costE6, feesE6: 0, worthE6: undefined }];
          const purse = { ...money, capitalE6, balanceE6: capitalE6, exposureE6: costE6, dayPnlE6 };
          const { resultE6 } = worstCase(facts({ money: purse, open, mayEnter }));
          assert.ok(resultE6 <= 0 && resultE6 >= -capitalE6);
        },
      ),
    );
  });

  it('is bounded by the smallest cap, or by the largest size that every rule has told', () => {
    const caps = [
      { rule: 'a', mostE6: 100 },
      { rule: 'b', mostE6: 300 },
      { rule: 'depth', mostE2: 5 },
    ];
    const sized = (positionSizeE6: number) => decisionOf({ numbers: { positionSizeE6 } });
    assert.equal(largestEntryE6(caps, []), 100);
    assert.equal(largestEntryE6(caps, [sized(40), sized(60)]), 60);
    assert.equal(largestEntryE6(caps, [sized(40), decisionOf({})]), 100);
    assert.equal(largestEntryE6(caps, [sized(4_000)]), 100);
  });

  it('counts no entries while only a person or another day can let them', () => {
    const armed: AccountState = { status: 'armed', reason: '', code: undefined };
    const trip = (until: Until): Trip => ({
      rule: 'manual',
      reason: '',
      reading: 0,
      limit: 0,
      until,
      trippedMs: 0,
      tradingDay: '',
    });
    assert.equal(mayEnterTonight(armed, [trip({ kind: 'reading' }), trip({ kind: 'time', atMs: 1 })]), true);
    assert.equal(mayEnterTonight(armed, [trip({ kind: 'reset' })]), false);
    assert.equal(mayEnterTonight(armed, [trip({ kind: 'next_trading_day' })]), false);
    assert.equal(mayEnterTonight({ ...armed, status: 'paused' }, []), false);
    assert.equal(mayEnterTonight({ ...armed, status: 'blocked' }, []), true);
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BROKER_PRECISION_E6, DIRECT_PRECISION_E6, fillFee } from '../../lib/trading/fees.ts';
import { checkPriceMove, entryLimitCC, entryWish, exitLimitCC, exitWish } from '../../lib/trading/order-wish.ts';
import { type SizeCap, type SizingInput, sizeEntry } from '../../lib/trading/sizing.ts';
import { FEES, NOW_MS, quoteAt } from './stage.ts';

const sizingWith = (change: Partial<SizingInput>): SizingInput => ({
  limitCC: 4_600,
  positionSizeE6: 50_000_000,
  fees: FEES,
  nowMs: NOW_MS,
  caps: [],
  ...change,
});

describe('sizing', () => {
  it('buys what the position size pays for, fee inside', () => {
    const sizing = sizeEntry(sizingWith({}));
    // 104 x 46 cents are 47.84 dollars and the fee 1.8084; one more would be 50.126.
    assert.deepEqual(
      [sizing.countE2, sizing.wantedE2, sizing.costE6, sizing.feeE6, sizing.cappedBy],
      [10_400, 10_400, 47_840_000, 1_808_400, undefined],
    );
    assert.equal(sizing.reason, '104 contracts for 50.00 dollars');
    assert.equal(sizing.setAsideE6, 47_840_000 + 1_808_400 + 100);
  });

  it('is the largest whole number that fits, by trying every number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 0, max: 20_000_000 }),
        fc.constantFrom(DIRECT_PRECISION_E6, BROKER_PRECISION_E6),
        fc.constantFrom(1, 0.5),
        (limitCC, positionSizeE6, precisionE6, multiplier) => {
          const fees = { ...FEES, multiplier };
          const spentE6 = (n: number) =>
            n * 100 * limitCC +
            (n === 0
              ? 0
              : fillFee(fees, { priceCC: limitCC, countE2: n * 100, side: 'bid', isTaker: true, atMs: 0 }, 0, precisionE6).netE6);
          let most = 0;
          while (most < 3_000 && spentE6(most + 1) <= positionSizeE6) most += 1;
          fc.pre(most < 3_000);
          const sizing = sizeEntry(sizingWith({ limitCC, positionSizeE6, fees, precisionE6 }));
          assert.equal(sizing.countE2, most * 100);
          assert.equal(sizing.costE6 + sizing.feeE6, spentE6(most));
          assert.ok(sizing.setAsideE6 >= spentE6(most));
        },
      ),
    );
  });

  const capped: [caps: SizeCap[], countE2: number, by: string | undefined, reason: RegExp][] = [
    [[{ rule: 'depth', mostE2: 10_400 }], 10_400, undefined, /for 50.00 dollars/],
    [[{ rule: 'depth', mostE2: 5_099 }], 5_000, 'depth', /^50 contracts instead of 104: depth allows 50.99 contracts$/],
    [[{ rule: 'balance', mostE6: 10_000_000 }], 2_000, 'balance', /^20 contracts instead of 104: balance allows 10.00 dollars$/],
    [
      [
        { rule: 'balance', mostE6: 10_000_000 },
        { rule: 'depth', mostE2: 300 },
      ],
      300,
      'depth',
      /^3 contracts/,
    ],
    [[{ rule: 'balance', mostE6: 0 }], 0, 'balance', /^0 contracts/],
    [[{ rule: 'balance', mostE6: -5 }], 0, 'balance', /^0 contracts/],
    [[{ rule: 'depth', mostE2: 0 }], 0, 'depth', /^0 contracts/],
  ];
  for (const [caps, countE2, by, reason] of capped) {
    it(`is cut to ${countE2 / 100} by ${JSON.stringify(caps)}`, () => {
      const sizing = sizeEntry(sizingWith({ caps }));
      assert.equal(sizing.countE2, countE2);
      assert.equal(sizing.cappedBy, by);
      assert.match(sizing.reason, reason);
      if (countE2 === 0) assert.deepEqual([sizing.costE6, sizing.feeE6, sizing.setAsideE6], [0, 0, 0]);
    });
  }

  it('says when the position size does not pay for one contract', () => {
    assert.equal(sizeEntry(sizingWith({ positionSizeE6: 400_000 })).reason, '0.40 dollars do not pay for one contract');
  });
});

describe('order wishes', () => {
  const entryLimits: [askCC: number, offsetCC: number, limitCC: number][] = [
    [4_500, 100, 4_600],
    [4_500, 0, 4_500],
    [9_900, 100, 9_900],
    [9_850, 100, 9_900],
    // Off the cent grid: the sum is brought down to a whole cent, not under the ask.
    [955, 100, 1_000],
    [9_955, 100, 9_955],
    [955, 0, 955],
    [1, 100, 100],
  ];
  for (const [askCC, offsetCC, limitCC] of entryLimits) {
    it(`limit an entry at an ask of ${askCC} and ${offsetCC} over it to ${limitCC}`, () =>
      assert.equal(entryLimitCC(askCC, offsetCC), limitCC));
  }

  const exitLimits: [bidCC: number, offsetCC: number, limitCC: number][] = [
    [4_500, 200, 4_300],
    [4_500, 0, 4_500],
    [300, 200, 100],
    [200, 200, 100],
    [100, 200, 100],
    [50, 200, 50],
    [955, 200, 800],
  ];
  for (const [bidCC, offsetCC, limitCC] of exitLimits) {
    it(`limit an exit at a bid of ${bidCC} and ${offsetCC} below it to ${limitCC}`, () =>
      assert.equal(exitLimitCC(bidCC, offsetCC), limitCC));
  }

  it('are on the grid wherever the quote is, and can trade against it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 0, max: 2_000 }), (priceCC, offsetCC) => {
        const buy = entryLimitCC(priceCC, offsetCC);
        assert.ok(buy >= priceCC && buy <= Math.max(priceCC, priceCC + offsetCC) && (buy === priceCC || buy % 100 === 0));
        const sell = exitLimitCC(priceCC, offsetCC);
        assert.ok(sell <= priceCC && sell >= 1 && (sell === priceCC || sell % 100 === 0));
      }),
    );
  });

  it('of NO stand on the other side of the book', () => {
    const wish = exitWish({ ticker: 'GAME-A', outcome: 'no', bidCC: 4_500, offsetCC: 200, countE2: 100 });
    assert.deepEqual([wish.side, wish.limitCC, wish.yesLimitCC, wish.reduceOnly], ['bid', 4_300, 5_700, true]);
  });

  const moves: [askCC: number | undefined, maxCC: number, reason: string | undefined][] = [
    [4_500, 200, undefined],
    [4_700, 200, undefined],
    [4_300, 200, undefined],
    [4_701, 200, 'ask moved up 2.01 > 2.0 since the decision'],
    [4_200, 200, 'ask moved down 3.0 > 2.0 since the decision'],
    [4_501, 0, 'ask moved up 0.01 > 0.0 since the decision'],
    [undefined, 200, 'nobody sells any more'],
  ];
  for (const [askCC, maxCC, reason] of moves) {
    it(`decided at an ask of 4500 are ${reason === undefined ? 'sent' : 'not sent'} at ${askCC}`, () => {
      const wish = entryWish({ ticker: 'GAME-A', outcome: 'yes', askCC: 4_500, limitCC: 4_600, countE2: 100 });
      const check = checkPriceMove(wish, quoteAt(4_000, askCC), maxCC);
      assert.deepEqual(check, reason === undefined ? { ok: true } : { ok: false, reason });
    });
  }
});

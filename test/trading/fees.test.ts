import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { chargeFee, modelFeeE6 } from '../../lib/exchange/engine/fees.ts';
import {
  BROKER_PRECISION_E6,
  DIRECT_PRECISION_E6,
  type FeeSchedule,
  type FeeType,
  feeTypeOf,
  fillFee,
  tradeFeeE6,
  worstTakerFeeE6,
} from '../../lib/trading/fees.ts';

const standard: FeeSchedule = { type: 'quadratic_with_maker_fees', multiplier: 1 };
const fill = (priceCC: number, countE2: number, isTaker = true) => ({ priceCC, countE2, side: 'bid' as const, isTaker, atMs: 0 });

/** The formula in plain fractions of a dollar, another path than either side's code takes. */
function plainTradeFeeE6(
  rate: [numerator: number, denominator: number],
  multiplierPercent: number,
  priceCC: number,
  countE2: number,
): number {
  const numerator = BigInt(rate[0]) * BigInt(multiplierPercent) * BigInt(countE2) * BigInt(priceCC) * BigInt(10_000 - priceCC);
  const denominator = BigInt(rate[1]) * 100n * 100n * 10_000n * 10_000n;
  const scaled = numerator * 1_000_000n;
  return Number(scaled / denominator + (scaled % denominator === 0n ? 0n : 1n));
}

describe('fees', () => {
  // Kalshi's published examples and two charges recorded on its demo exchange.
  const published: [name: string, priceCC: number, countE2: number, precisionE6: number, tradeE6: number, netE6: number][] = [
    ['1 at 52 cents', 5_200, 100, DIRECT_PRECISION_E6, 17_472, 17_500],
    ['1 at 99 cents', 9_900, 100, DIRECT_PRECISION_E6, 693, 700],
    ['1 at 52 cents through a broker', 5_200, 100, BROKER_PRECISION_E6, 17_472, 20_000],
    ['1 at 5.5 cents through a broker', 550, 100, BROKER_PRECISION_E6, 3_639, 5_000],
    ['100 at 50 cents', 5_000, 10_000, DIRECT_PRECISION_E6, 1_750_000, 1_750_000],
    ['100 at 1 cent', 100, 10_000, DIRECT_PRECISION_E6, 69_300, 69_300],
  ];
  for (const [name, priceCC, countE2, precisionE6, tradeE6, netE6] of published) {
    it(`charges a taker of ${name} as published`, () => {
      const fee = fillFee(standard, fill(priceCC, countE2), 0, precisionE6);
      assert.deepEqual([fee.tradeFeeE6, fee.netE6], [tradeE6, netE6]);
    });
  }

  it('carries rounding from fill to fill and gives whole units back', () => {
    let accumulatedE6 = 0;
    const rows = [1, 2, 3].map(() => {
      const fee = fillFee(standard, fill(5_200, 33), accumulatedE6, BROKER_PRECISION_E6);
      accumulatedE6 = fee.accumulatedE6;
      return [fee.roundingFeeE6, fee.rebateE6];
    });
    // 0.33 at 52 cents: 171,600 + 5,766 is 2,634 short of the next cent, each time.
    assert.deepEqual(rows, [
      [2_634, 0],
      [2_634, 0],
      [2_634, 0],
    ]);
    assert.equal(accumulatedE6, 7_902);
    const fourth = fillFee(standard, fill(5_200, 33), accumulatedE6, BROKER_PRECISION_E6);
    assert.deepEqual([fourth.rebateE6, fourth.netE6, fourth.accumulatedE6], [0, 8_400, 10_536]);
  });

  const types: [type: FeeType, makerRate: [number, number]][] = [
    ['quadratic', [0, 1]],
    ['quadratic_with_maker_fees', [175, 10_000]],
    ['quadratic_with_combo_maker_fees', [35, 1_000]],
  ];
  for (const [type, makerRate] of types) {
    it(`follows the published formula to the micro-dollar, at every cent, taker and maker (${type})`, () => {
      for (const multiplierPercent of [100, 50]) {
        const schedule = { type, multiplier: multiplierPercent / 100 };
        for (let cents = 1; cents <= 99; cents++) {
          for (const countE2 of [1, 100, 4_237, 10_000, 250_000]) {
            const expected = {
              taker: plainTradeFeeE6([7, 100], multiplierPercent, cents * 100, countE2),
              maker: plainTradeFeeE6(makerRate, multiplierPercent, cents * 100, countE2),
            };
            for (const isTaker of [true, false]) {
              const want = isTaker ? expected.taker : expected.maker;
              assert.equal(tradeFeeE6(schedule, fill(cents * 100, countE2, isTaker)), want);
              const terms = { feeType: type, multiplier: schedule.multiplier };
              assert.equal(Number(modelFeeE6(terms, isTaker, cents * 100, countE2)), want);
            }
          }
        }
      }
    });
  }

  it('comes to the same on both sides, whatever the fills of an order are', () => {
    const fills = fc.array(
      fc.record({
        priceCC: fc.integer({ min: 1, max: 9_999 }),
        countE2: fc.integer({ min: 1, max: 10_000_000 }),
        isTaker: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fills,
        fc.constantFrom('bid' as const, 'ask' as const),
        fc.constantFrom(DIRECT_PRECISION_E6, BROKER_PRECISION_E6),
        fc.constantFrom(1, 0.5, 0.25),
        fc.constantFrom(...types.map(([type]) => type)),
        (parts, side, precisionE6, multiplier, type) => {
          let ours = 0;
          let theirs = 0;
          for (const part of parts) {
            const fee = fillFee({ type, multiplier }, { ...part, side, atMs: 0 }, ours, precisionE6);
            const revenueE6 = (side === 'bid' ? -1 : 1) * part.priceCC * part.countE2;
            const model = modelFeeE6({ feeType: type, multiplier }, part.isTaker, part.priceCC, part.countE2);
            const charged = chargeFee(model, revenueE6, theirs, precisionE6);
            assert.equal(charged.feeE6, fee.netE6);
            assert.ok(fee.netE6 >= 0);
            assert.equal((revenueE6 - fee.netE6) % precisionE6 === 0 || fee.rebateE6 === 0, true);
            ours = fee.accumulatedE6;
            theirs = charged.carriedE6;
            assert.equal(theirs, ours);
          }
        },
      ),
    );
  });

  it('sets aside no less than a taker can be charged in one fill, at the limit or any better price', () => {
    const price = fc.integer({ min: 1, max: 9_999 });
    const precision = fc.constantFrom(DIRECT_PRECISION_E6, BROKER_PRECISION_E6);
    const side = fc.constantFrom('bid' as const, 'ask' as const);
    fc.assert(
      fc.property(
        price,
        price,
        side,
        fc.integer({ min: 1, max: 1_000_000 }),
        precision,
        (one, other, half, countE2, precisionE6) => {
          const [low, high] = one < other ? [one, other] : [other, one];
          const limitCC = half === 'bid' ? high : low;
          const priceCC = half === 'bid' ? low : high;
          const fee = fillFee(standard, { ...fill(priceCC, countE2), side: half }, 0, precisionE6);
          assert.ok(worstTakerFeeE6(standard, { side: half, limitCC, countE2 }, precisionE6) >= fee.netE6);
        },
      ),
    );
    assert.equal(worstTakerFeeE6(standard, { side: 'bid', limitCC: 9_000, countE2: 10_000 }), 1_750_100);
  });

  it('charges nothing until a waiver ends', () => {
    const waived = { ...standard, waivedUntilMs: 1_000 };
    assert.equal(tradeFeeE6(waived, { ...fill(5_000, 100), atMs: 999 }), 0);
    assert.equal(tradeFeeE6(waived, { ...fill(5_000, 100), atMs: 1_000 }), 17_500);
  });

  it('knows the fee types, and says so of one that it does not', () => {
    assert.equal(feeTypeOf('quadratic'), 'quadratic');
    assert.throws(() => feeTypeOf('flat'), { code: 'FEE_TYPE_UNKNOWN', message: /"flat"/ });
  });
});

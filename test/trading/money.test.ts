import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  ccToCents,
  centsToCC,
  costE6,
  dollarsToE6,
  e6ToDollars,
  formatCountE2,
  formatDollarsE6,
  formatFixed,
  formatPriceCC,
  parseCountE2,
  parseDollarsE6,
  parseFixed,
  parsePriceCC,
} from '../../lib/trading/money.ts';

describe('money', () => {
  const readable: [text: string, decimals: number, value: number][] = [
    ['0.5600', 4, 5_600],
    ['0.56', 4, 5_600],
    ['1', 4, 10_000],
    ['0.0001', 4, 1],
    ['12.00', 2, 1_200],
    ['-54.00', 2, -5_400],
    ['-0.00', 2, 0],
    ['-0.01', 2, -1],
    ['12', 2, 1_200],
    ['0.017500', 6, 17_500],
    ['25563377.01', 2, 2_556_337_701],
    ['0.560000', 4, 5_600],
    ['7', 0, 7],
  ];
  for (const [text, decimals, value] of readable) {
    it(`reads "${text}" in units of 10^-${decimals} as ${value}`, () => {
      assert.equal(parseFixed(text, decimals), value);
    });
  }

  for (const text of [
    '',
    '.5',
    '5.',
    '1e3',
    '0x10',
    ' 1',
    '1 ',
    '+1',
    '--1',
    '1.2.3',
    'NaN',
    '0.56001',
    '9'.repeat(16),
    '1,000',
    '٣',
  ]) {
    it(`refuses "${text}" as a price`, () => {
      assert.throws(() => parsePriceCC(text), { code: 'MONEY_UNREADABLE' });
    });
  }

  it('refuses what is not text, and what cannot be counted exactly', () => {
    const notText: unknown[] = [0.56, null, undefined, {}];
    for (const value of notText) assert.throws(() => parsePriceCC(value as string), { code: 'MONEY_UNREADABLE' });
    assert.throws(() => parseDollarsE6('999999999999999.000000'), { code: 'MONEY_UNREADABLE' });
  });

  it('writes and reads back every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 6 }), (value, decimals) => {
        const text = formatFixed(value, decimals);
        assert.equal(parseFixed(text, decimals), value === 0 ? 0 : value);
        assert.match(text, decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
      }),
    );
  });

  it('writes nothing that is not a whole number of its unit', () => {
    for (const value of [5_600.5, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => formatPriceCC(value), { code: 'MONEY_UNREADABLE' });
  });

  it('pads as the exchange does', () => {
    assert.deepEqual([formatPriceCC(5_600), formatCountE2(1_250), formatDollarsE6(17_500)], ['0.5600', '12.50', '0.017500']);
    assert.equal(parseCountE2('12.50'), 1_250);
  });

  it('takes cents and dollars as people write them, and nothing finer than the unit', () => {
    assert.deepEqual([centsToCC(56), centsToCC(0.07), centsToCC(12.34), ccToCents(1_234)], [5_600, 7, 1_234, 12.34]);
    assert.deepEqual([dollarsToE6(50), dollarsToE6(0.1 + 0.2), e6ToDollars(50_000_000)], [50_000_000, 300_000, 50]);
    for (const cents of [0.001, Number.NaN, Number.POSITIVE_INFINITY, 12.345]) {
      assert.throws(() => centsToCC(cents), { code: 'MONEY_UNREADABLE' });
    }
  });

  it('multiplies price and contracts without rounding', () => {
    assert.equal(costE6(5_600, 1_250), 7_000_000);
  });
});

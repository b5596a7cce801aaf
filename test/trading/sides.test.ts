import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { midCC, type Quote, quoteOf, spreadCC } from '../../lib/trading/quote.ts';
import {
  bookSideOf,
  complementCC,
  fromYesPriceCC,
  oppositeSide,
  otherOutcome,
  outcomeOf,
  toYesPriceCC,
} from '../../lib/trading/sides.ts';

const outcome = fc.constantFrom('yes' as const, 'no' as const);
const priceCC = fc.integer({ min: 1, max: 9_999 });

describe('YES and NO', () => {
  it('converts prices to the other outcome and back', () => {
    fc.assert(
      fc.property(outcome, priceCC, (side, price) => {
        assert.equal(toYesPriceCC(side, toYesPriceCC(side, price)), price);
        assert.equal(fromYesPriceCC(side, toYesPriceCC(side, price)), price);
        assert.equal(complementCC(complementCC(price)), price);
        assert.equal(price + complementCC(price), 10_000);
      }),
    );
  });

  it('puts buying YES and selling NO on the bid, the others on the ask', () => {
    assert.deepEqual(
      [bookSideOf('buy', 'yes'), bookSideOf('sell', 'no'), bookSideOf('buy', 'no'), bookSideOf('sell', 'yes')],
      ['bid', 'bid', 'ask', 'ask'],
    );
    assert.deepEqual([outcomeOf('bid'), outcomeOf('ask')], ['yes', 'no']);
    assert.deepEqual(
      [oppositeSide('bid'), oppositeSide('ask'), otherOutcome('yes'), otherOutcome('no')],
      ['ask', 'bid', 'no', 'yes'],
    );
  });

  it('mirrors a quote, and the mirror mirrors back', () => {
    const maybePrice = fc.option(priceCC, { nil: undefined });
    const quote = fc.record({ bidCC: maybePrice, bidSizeE2: fc.nat(), askCC: maybePrice, askSizeE2: fc.nat(), atMs: fc.nat() });
    fc.assert(
      fc.property(quote, (drawn) => {
        const given = { ...drawn };
        const mirrored = quoteOf('no', given);
        assert.deepEqual(quoteOf('no', mirrored), given);
        assert.equal(quoteOf('yes', given), given);
        assert.equal(spreadCC(mirrored), spreadCC(given));
        assert.equal(mirrored.bidSizeE2, given.askSizeE2);
      }),
    );
  });

  it('gives no mid and no spread where a side is missing', () => {
    const quote: Quote = { bidCC: 5_400, bidSizeE2: 100, askCC: 5_700, askSizeE2: 100, atMs: 0 };
    assert.deepEqual([midCC(quote), spreadCC(quote)], [5_550, 300]);
    for (const missing of ['bidCC', 'askCC'] as const) {
      assert.deepEqual(
        [midCC({ ...quote, [missing]: undefined }), spreadCC({ ...quote, [missing]: undefined })],
        [undefined, undefined],
      );
    }
  });
});

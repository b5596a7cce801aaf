import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { newYorkTime } from '../../lib/web/read/eastern-time.ts';
import { cents, coarseAge, dollars, picked } from '../../lib/web/read/units.ts';

describe('units for pages', () => {
  it('never shows minus nothing', () => {
    assert.equal(Object.is(dollars(-1), 0), true);
    assert.equal(Object.is(cents(-0.4), 0), true);
  });

  it('lets ages stand still in steps that grow', () => {
    const seconds = [0, 0.9, 9.9, 12, 59, 61, 95, 599, 601, 3_700];
    assert.deepEqual(
      seconds.map((one) => coarseAge(one * 1_000)),
      [0, 0, 9, 10, 55, 60, 90, 570, 600, 3_660],
    );
    assert.equal(coarseAge(undefined), null);
  });

  it('picks from a long path its first, its last, and no more than asked', () => {
    const lists = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(lists, fc.integer({ min: 2, max: 60 }), (points, most) => {
        const some = picked(points, most);
        assert.equal(some.length, Math.min(points.length, most));
        assert.deepEqual([some[0], some.at(-1)], [points[0], points.at(-1)]);
        assert.equal(new Set(some).size, some.length);
      }),
    );
  });
});

describe('the hour for pages', () => {
  it("is New York's, from 00:00 to 23:59, in winter and summer", () => {
    const times = ['2026-11-20T05:00:00Z', '2026-11-21T04:59:59Z', '2026-07-04T04:00:00Z'];
    assert.deepEqual(
      times.map((at) => newYorkTime(Date.parse(at))),
      ['00:00 ET', '23:59 ET', '00:00 ET'],
    );
  });
});

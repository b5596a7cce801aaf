import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { dayStartMs, isDay, newYorkDay, newYorkTime, nextDay } from '../../lib/web/read/day.ts';
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

describe('the trading day', () => {
  it('begins at midnight in New York, on the days when clocks change too', () => {
    const starts: Record<string, string> = {
      '2026-03-08': '2026-03-08T05:00:00.000Z',
      '2026-03-09': '2026-03-09T04:00:00.000Z',
      '2026-07-01': '2026-07-01T04:00:00.000Z',
      '2026-11-01': '2026-11-01T04:00:00.000Z',
      '2026-11-02': '2026-11-02T05:00:00.000Z',
    };
    for (const [day, at] of Object.entries(starts)) {
      const startMs = dayStartMs(day);
      assert.equal(new Date(startMs).toISOString(), at);
      assert.equal(newYorkDay(startMs), day);
      assert.notEqual(newYorkDay(startMs - 1), day);
    }
    assert.equal(newYorkTime(Date.parse('2026-11-20T05:00:00Z')), '00:00 ET');
  });

  it('follows the calendar', () => {
    assert.equal(nextDay('2026-12-31'), '2027-01-01');
    assert.equal(nextDay('2026-03-08'), '2026-03-09');
    assert.deepEqual(['2026-11-20', '2026-02-30', '26-11-20', 'today', ''].map(isDay), [true, false, false, false, false]);
  });
});

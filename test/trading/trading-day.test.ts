import assert from 'node:assert/strict';
import { dayStartMs, daysBetween, isDay, newYorkDay, nextDay } from '../../lib/trading/trading-day.ts';

describe('the trading day', () => {
  const starts: [day: string, startMs: number][] = [
    ['2026-11-20', Date.UTC(2026, 10, 20, 5)],
    ['2026-07-04', Date.UTC(2026, 6, 4, 4)],
    // Daylight time begins and ends at two in the morning: midnight of that day and of the next are an hour nearer or further.
    ['2026-03-08', Date.UTC(2026, 2, 8, 5)],
    ['2026-03-09', Date.UTC(2026, 2, 9, 4)],
    ['2026-11-01', Date.UTC(2026, 10, 1, 4)],
    ['2026-11-02', Date.UTC(2026, 10, 2, 5)],
  ];
  for (const [day, startMs] of starts) {
    it(`of ${day} begins at midnight in New York, and not a millisecond before`, () => {
      assert.equal(dayStartMs(day), startMs);
      assert.equal(newYorkDay(startMs), day);
      assert.equal(nextDay(newYorkDay(startMs - 1)), day);
    });
  }

  it('is followed by the next day of the calendar', () => {
    assert.equal(nextDay('2026-12-31'), '2027-01-01');
    assert.equal(nextDay('2026-03-08'), '2026-03-09');
  });

  it('counts days over months, years and the change of clocks', () => {
    assert.equal(daysBetween('2026-10-31', '2026-11-02'), 2);
    assert.equal(daysBetween('2027-01-01', '2026-12-31'), -1);
  });

  it('is a day of the calendar', () => {
    assert.equal(isDay('2026-11-20'), true);
    assert.equal(isDay('2026-02-28'), true);
    assert.deepEqual(
      ['2026-02-30', '2026-2-28', '26-11-20', 'today', ''].filter((text) => isDay(text)),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { easternDate, easternMs, longDate, shortDate, tickerDate, tickerTime } from '../../../lib/exchange/eastern.ts';
import { ordinal } from '../../../lib/exchange/scenario/details/common.ts';
import { LEAGUES } from '../../../lib/exchange/scenario/leagues.ts';
import { mergeByTime } from '../../../lib/exchange/scenario/merge.ts';
import { Random, stableUuid } from '../../../lib/exchange/scenario/random.ts';
import { teamByCode, teamsOf } from '../../../lib/exchange/scenario/teams.ts';

describe('Eastern time', () => {
  it('dates tickers by the calendar day and hour of New York', () => {
    const table: [string, string, string, string][] = [
      ['2026-10-25T01:10:00Z', '2026-10-24', '26OCT24', '2110'],
      ['2026-01-01T04:59:00Z', '2025-12-31', '25DEC31', '2359'],
      ['2026-03-08T06:59:00Z', '2026-03-08', '26MAR08', '0159'],
      ['2026-03-08T07:00:00Z', '2026-03-08', '26MAR08', '0300'],
      ['2026-11-01T05:59:00Z', '2026-11-01', '26NOV01', '0159'],
      ['2026-11-01T06:00:00Z', '2026-11-01', '26NOV01', '0100'],
      ['2026-07-05T03:59:00Z', '2026-07-04', '26JUL04', '2359'],
    ];
    for (const [utc, date, ticker, time] of table) {
      const atMs = Date.parse(utc);
      assert.deepEqual([easternDate(atMs), tickerDate(atMs), tickerTime(atMs)], [date, ticker, time], utc);
    }
    assert.equal(shortDate(Date.parse('2026-10-25T01:10:00Z')), 'Oct 24');
    assert.equal(longDate(Date.parse('2026-10-25T01:10:00Z')), 'Oct 24, 2026');
  });

  it('finds the instant of a wall time on both sides of the changes', () => {
    assert.equal(easternMs(2026, 10, 24, 18, 27), Date.parse('2026-10-24T22:27:00Z'));
    assert.equal(easternMs(2026, 12, 24, 18, 27), Date.parse('2026-12-24T23:27:00Z'));
    assert.equal(easternMs(2026, 11, 1, 1, 30), Date.parse('2026-11-01T05:30:00Z'), 'the earlier one of the repeated hour');
  });
});

describe('merging by time', () => {
  it('yields every event once, in time order and in the order of the sources within an instant', () => {
    const source = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }).map((times) => times.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(source, { maxLength: 8 }), (drawn) => {
        const lists = drawn.toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
        const sources = lists.map((times, rank) => ({
          openMs: times[0] ?? 0,
          events: () => times.map((atMs, index) => ({ atMs, rank, index })),
        }));
        const merged = [...mergeByTime(sources)];
        assert.ok(merged.every((instant) => new Set(instant.map(({ atMs }) => atMs)).size === 1));
        const expected = sources
          .flatMap(({ events }) => events())
          .toSorted((a, b) => a.atMs - b.atMs || a.rank - b.rank || a.index - b.index);
        assert.deepEqual(merged.flat(), expected);
      }),
    );
  });

  it('opens a source no sooner than it is due', () => {
    const opened: number[] = [];
    function* sources(): Generator<{ openMs: number; events: () => { atMs: number }[] }> {
      for (let n = 0; ; n++) {
        yield {
          openMs: 10 * n,
          events: () => {
            opened.push(n);
            return [{ atMs: 10 * n + 5 }];
          },
        };
      }
    }
    const merged = mergeByTime(sources());
    assert.deepEqual([merged.next().value, merged.next().value], [[{ atMs: 5 }], [{ atMs: 15 }]]);
    assert.ok(opened.length <= 3);
  });
});

describe('seeded randomness', () => {
  it('gives the same numbers for the same path and others for another', () => {
    const draw = (...path: (string | number)[]): number[] => {
      const random = new Random(...path);
      return [random.next(), random.next(), random.normal(0, 1)];
    };
    assert.deepEqual(draw(1, 'a'), draw(1, 'a'));
    assert.notDeepEqual(draw(1, 'a'), draw(1, 'b'));
    assert.notDeepEqual(draw(1, 'a'), draw(2, 'a'));
  });

  it('has the means and ranges that it promises', () => {
    const random = new Random('means');
    const mean = (one: () => number): number =>
      Array.from({ length: 20_000 }, one).reduce((sum, value) => sum + value, 0) / 20_000;
    assert.ok(Math.abs(mean(() => random.next()) - 0.5) < 0.01);
    assert.ok(Math.abs(mean(() => random.normal(3, 2)) - 3) < 0.05);
    assert.ok(Math.abs(mean(() => random.exponential(4)) - 4) < 0.15);
    assert.ok(Math.abs(mean(() => random.whole(1, 6)) - 3.5) < 0.05);
    assert.ok(Math.abs(mean(() => (random.chance(0.2) ? 1 : 0)) - 0.2) < 0.015);
    const between = Array.from({ length: 1000 }, () => random.between(-2, 5));
    assert.ok(between.every((value) => value >= -2 && value < 5));
    assert.deepEqual(
      random.shuffled([1, 2, 3, 4]).toSorted((a, b) => a - b),
      [1, 2, 3, 4],
    );
    assert.throws(() => random.pick([]), /nothing to pick from/);
  });

  it('makes lasting ids in the form of a UUID', () => {
    assert.match(stableUuid('a'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(stableUuid('a'), stableUuid('a'));
    assert.equal(new Set(Array.from({ length: 2000 }, (_, n) => stableUuid(`id ${n}`))).size, 2000);
  });
});

describe('teams', () => {
  it('have one code and one id each within their league', () => {
    const sizes = { NBA: 30, NFL: 32, MLB: 30, NHL: 32, EPL: 20, MLS: 30 };
    for (const { league } of Object.values(LEAGUES)) {
      const teams = teamsOf(league);
      assert.equal(teams.length, sizes[league]);
      assert.equal(new Set(teams.map(({ code }) => code)).size, teams.length);
      assert.equal(new Set(teams.map(({ targetId }) => targetId)).size, teams.length);
      assert.ok(teams.every(({ code, name, fullName }) => /^[A-Z]{2,4}$/.test(code) && name !== '' && fullName !== ''));
    }
    assert.equal(teamByCode('NBA', 'LAL').fullName, 'Los Angeles Lakers');
    assert.deepEqual(teamByCode('NBA', 'XYZ').name, 'XYZ', 'one that is not known goes by its code');
  });

  it('are counted first, second, third', () => {
    assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21].map(ordinal), ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st']);
  });
});

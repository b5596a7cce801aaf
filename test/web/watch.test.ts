import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { GameState } from '../../lib/trading/game.ts';
import { dayStartMs, newYorkDay } from '../../lib/trading/trading-day.ts';
import { AccountWatch } from '../../lib/web/watch/account-watch.ts';
import { FeedWatch } from '../../lib/web/watch/feed-watch.ts';
import { GameTrack } from '../../lib/web/watch/game-track.ts';
import { MOST_POINTS, PriceSeries } from '../../lib/web/watch/price-series.ts';
import { SaidLog } from '../../lib/web/watch/said-log.ts';
import { Thinned } from '../../lib/web/watch/thinned.ts';
import { gameOf } from '../trading/stage.ts';
import { decisionOf, EVENT, knownGame, listedGame, MIA, MINUTE_MS, NOW_MS } from './game.ts';
import { ScriptedAccount, ScriptedFeed } from './scripted.ts';

describe('the path of a price', () => {
  const prices = fc.array(
    fc.record({ gapMs: fc.integer({ min: 0, max: 20_000 }), bidCC: fc.option(fc.integer({ min: 1, max: 9_899 })) }),
    {
      maxLength: 3_000,
      size: 'max',
    },
  );

  it('stays bounded, in order, and ends where the price stands', () => {
    fc.assert(
      fc.property(prices, (changes) => {
        const series = new PriceSeries();
        let atMs = NOW_MS;
        for (const { gapMs, bidCC } of changes) {
          atMs += gapMs;
          const bid = bidCC ?? undefined;
          series.add(atMs, bid, bid === undefined ? undefined : bid + 100);
        }
        const points = series.points();
        const last = changes.at(-1);
        assert.ok(points.length <= MOST_POINTS);
        assert.ok(points.every((point, i) => point.atMs >= (points[i - 1]?.atMs ?? 0)));
        if (last !== undefined) assert.equal(points.at(-1)?.bidCC, last.bidCC ?? undefined);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps everything while there is room, and changes only', () => {
    const series = new PriceSeries();
    for (let i = 0; i < 100; i++) series.add(i, 5_000 + Math.floor(i / 2), 5_200);
    assert.equal(series.points().length, 50);
    assert.deepEqual(
      series
        .points(30)
        .slice(0, 2)
        .map(({ atMs }) => atMs),
      [30, 32],
    );
  });

  it('gives the point that stood at a time between two', () => {
    const series = new PriceSeries();
    series.add(10, 5_000, 5_100);
    series.add(20, 5_200, 5_300);
    assert.deepEqual(
      series.points(15).map(({ bidCC }) => bidCC),
      [5_000, 5_200],
    );
  });

  it('loses no spike to thinning', () => {
    const series = new PriceSeries();
    for (let i = 0; i < 5_000; i++) {
      series.add(i * 1_000, 5_000 + (i % 2), 5_200);
      if (i === 3_333) series.add(i * 1_000 + 1, 900, 1_000);
    }
    const points = series.points();
    assert.ok(points.length <= MOST_POINTS && points.length > MOST_POINTS / 4);
    assert.ok(points.some(({ bidCC }) => bidCC === 900));
  });

  it('spreads its points over the whole time', () => {
    const series = new PriceSeries();
    for (let i = 0; i < 10_000; i++) series.add(i * 1_000, 4_000 + (i % 7), 5_200);
    const firstHalf = series.points().filter(({ atMs }) => atMs < 5_000_000).length;
    assert.ok(firstHalf > series.points().length / 3);
  });
});

describe('a thinned path', () => {
  it('keeps its first, its last and its bound', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 4, max: 50 }), (steps, most) => {
        const path = new Thinned<{ atMs: number; i: number }>(most);
        let atMs = 0;
        for (const [i, step] of steps.entries()) {
          atMs += step;
          path.add({ atMs, i });
        }
        const points = path.points();
        assert.ok(points.length <= most);
        assert.deepEqual([points[0]?.i, points.at(-1)?.i], [0, steps.length - 1]);
      }),
    );
  });
});

describe('the course of a game', () => {
  const seen = (...states: Partial<GameState>[]) => {
    const track = new GameTrack();
    for (const [i, state] of states.entries()) track.see(gameOf({ asOfMs: i, ...state }));
    return track;
  };
  const labels = (track: GameTrack) => track.periods().map(({ label, isBreak }) => (isBreak ? `(${label})` : label));

  const courses: [string, Partial<GameState>[], string[]][] = [
    [
      'NBA',
      [
        { phase: 'pre', period: undefined },
        { period: 2, clockS: 300 },
        { period: 2, clockS: 0 },
        { phase: 'break', period: 2, clockS: 0 },
        { period: 3, clockS: 720 },
        { phase: 'break', period: 3, clockS: 100 },
        { period: 3, clockS: 90 },
        { period: 5, clockS: 300 },
        { phase: 'final' },
      ],
      ['Q2', '(halftime)', 'Q3', '(break in Q3)', 'Q3', 'OT1'],
    ],
    [
      'SOCCER',
      [
        { league: 'SOCCER', period: 1, clockS: 60 },
        { league: 'SOCCER', phase: 'break', period: 1, clockS: undefined },
        { league: 'SOCCER', period: 2, clockS: 2_760 },
      ],
      ['1st half', '(halftime)', '2nd half'],
    ],
    [
      'MLB',
      [
        { league: 'MLB', period: 1, half: 'top' },
        { league: 'MLB', period: 1, half: 'bottom' },
        { league: 'MLB', phase: 'break', period: 1, half: 'bottom' },
        { league: 'MLB', period: 2, half: 'top' },
      ],
      ['1st', '(end of 1st)', '2nd'],
    ],
  ];
  for (const [league, states, expected] of courses) {
    it(`is marked where periods and breaks of ${league} begin`, () => assert.deepEqual(labels(seen(...states)), expected));
  }

  it('notes the score when it changes and both are known', () => {
    const track = seen(
      { homeScore: 1, awayScore: 0 },
      { homeScore: 1, awayScore: 0 },
      { homeScore: undefined },
      { homeScore: 3, awayScore: 0 },
    );
    assert.deepEqual(track.scores(), [
      { atMs: 0, home: 1, away: 0 },
      { atMs: 3, home: 3, away: 0 },
    ]);
  });
});

describe('watching', () => {
  it('a feed keeps the path of every market and tells of changes', () => {
    const feed = new ScriptedFeed('practice', { nowMs: () => NOW_MS, after: () => () => {} });
    feed.listed.set(EVENT, listedGame());
    feed.states.set(EVENT, knownGame());
    let told = 0;
    const watch = new FeedWatch(feed, { prices: () => told++, health: () => {} });
    feed.quoted(MIA, 5_200, 5_300);
    feed.quoted(MIA, 5_100, 5_200);
    assert.equal(told, 2);
    assert.deepEqual(
      watch
        .series(MIA)
        ?.points()
        .map(({ bidCC }) => bidCC),
      [5_200, 5_100],
    );
    assert.equal(watch.track(EVENT)?.scores().length, 1);
    watch.close();
    assert.equal(feed.listeners.size, 0);
  });

  it('an account keeps how the day went and what was said when', () => {
    const account = new ScriptedAccount('a1', 'practice', () => NOW_MS);
    const watch = new AccountWatch(account, () => {});
    account.said = [decisionOf({})];
    watch.sample();
    account.purse = { ...account.purse, dayPnlE6: 5_000_000 };
    account.said = [decisionOf({ atMs: NOW_MS + 1 }), decisionOf({ leg: 'exit', kind: 'hold', reason: 'P&L', atMs: NOW_MS + 2 })];
    watch.sample();
    watch.sample();
    assert.deepEqual(
      watch.results(0).map(({ todayE6 }) => todayE6),
      [0, 5_000_000],
    );
    assert.deepEqual(watch.said(MIA), [
      { atMs: NOW_MS, text: 'drop 13.0 < 15.0' },
      { atMs: NOW_MS + 2, text: 'holding: P&L' },
    ]);
    watch.close();
    assert.equal(account.listeners.size, 0);
  });

  it('an account draws each day as finely as the first, however long it has been open', () => {
    let nowMs = NOW_MS;
    const account = new ScriptedAccount('a1', 'practice', () => nowMs);
    const watch = new AccountWatch(account, () => {});
    const minutes = 30 * 24 * 60;
    for (let minute = 0; minute < minutes; minute++) {
      nowMs = NOW_MS + minute * MINUTE_MS;
      account.purse = { ...account.purse, dayPnlE6: (minute % 7) * 1_000_000 };
      watch.sample();
    }
    const today = watch.results(dayStartMs(newYorkDay(nowMs)));
    assert.ok(today.length > 100, `${today.length} points of a whole day`);
    assert.deepEqual(today, watch.results(0));
  });

  it('forgets the markets that came first when there are too many', () => {
    const log = new SaidLog();
    for (let i = 0; i < 3_000; i++) log.take(decisionOf({ ticker: `M${i}` }));
    const kept = Array.from({ length: 3_000 }, (_, i) => log.of(`M${i}`).length);
    assert.equal(kept.at(-1), 1);
    assert.equal(kept[0], 0);
    assert.ok(kept.filter((count) => count > 0).length <= 1_200);
  });

  it('an account that is starting has no result yet', () => {
    const account = new ScriptedAccount('a1', 'practice', () => NOW_MS);
    account.standing = { status: 'starting', reason: '', code: undefined };
    const watch = new AccountWatch(account, () => {});
    watch.sample();
    assert.deepEqual(watch.results(0), []);
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { normalCdf, normalMargin, poissonMargin } from '../../../lib/exchange/scenario/generated/chances.ts';
import { MODELS } from '../../../lib/exchange/scenario/generated/leagues/index.ts';
import type { Moment } from '../../../lib/exchange/scenario/generated/model.ts';
import type { League } from '../../../lib/exchange/scenario/leagues.ts';
import { nameGame } from '../../../lib/exchange/scenario/listing.ts';
import { Random } from '../../../lib/exchange/scenario/random.ts';
import { teamsOf } from '../../../lib/exchange/scenario/teams.ts';

const START_MS = Date.UTC(2026, 9, 24, 23);
const LEAGUES: League[] = ['NBA', 'NFL', 'MLB', 'NHL', 'EPL', 'MLS'];

function play(league: League, seed: number, edge?: number): { edge: number; moments: Moment[] } {
  const random = new Random(seed, league);
  const drawn = edge ?? MODELS[league].drawEdge(random);
  const [home, away] = teamsOf(league);
  assert.ok(home && away);
  const listed = nameGame({ league, home, away, startMs: START_MS });
  return { edge: drawn, moments: [...MODELS[league].play({ listed, edge: drawn, startMs: START_MS, random })] };
}

function last(moments: Moment[]): Moment {
  const moment = moments.at(-1);
  assert.ok(moment);
  return moment;
}

/** Home and away score, whatever the league calls them. */
function scoreOf({ details }: Moment): [number, number] {
  const home = details['home_points'] ?? details['home_same_game_score'];
  const away = details['away_points'] ?? details['away_same_game_score'];
  assert.ok(typeof home === 'number' && typeof away === 'number');
  return [home, away];
}

function number(details: Record<string, unknown>, key: string): number {
  const value = details[key];
  assert.ok(typeof value === 'number', `${key} is a number`);
  return value;
}

function clockS(details: Record<string, unknown>): number {
  const clock = details['clock'];
  assert.ok(typeof clock === 'string' && /^\d\d:[0-5]\d$/.test(clock), `clock ${String(clock)}`);
  const [minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return 60 * minutes + seconds;
}

/** Periods rise one at a time from 1, and the clock falls within each from its full length. */
function checkClock(moments: Moment[], periodKey: string, lengthOf: (period: number) => number): number {
  let period = 0;
  let left = 0;
  for (const { details } of moments) {
    const now = number(details, periodKey);
    if (now !== period) {
      assert.equal(now, period + 1);
      assert.equal(left, 0, 'a period ends at 0:00');
      period = now;
      left = lengthOf(period);
    }
    assert.ok(clockS(details) <= left, 'the clock falls');
    left = clockS(details);
  }
  return period;
}

const CLOCKS: Record<League, (moments: Moment[]) => boolean> = {
  NBA: (moments) => checkClock(moments, 'quarter', (quarter) => (quarter > 4 ? 300 : 720)) > 4,
  NFL: (moments) => {
    const beyond = checkClock(moments, 'quarter', (quarter) => (quarter > 4 ? 600 : 900));
    assert.ok(beyond <= 5);
    for (const { details } of moments) checkSituation(details['situation']);
    return beyond > 4;
  },
  NHL: (moments) => {
    const playable = moments.filter(({ details }) => number(details, 'period') < 5);
    // Sudden death ends an overtime before 0:00.
    const beyond = checkClock(playable, 'period', (period) => (period > 3 ? 300 : 1200));
    for (const { details } of moments) assert.equal(details['final_round_time_left'], details['clock']);
    return beyond > 3;
  },
  MLB: (moments) => {
    let halves = 0;
    for (const { details } of moments) {
      const now = 2 * (number(details, 'inning') - 1) + (details['half'] === 'top' ? 1 : 2);
      assert.ok(now === halves || now === halves + 1, 'half innings follow each other');
      const outs = number(details, 'outs');
      assert.ok(outs >= 0 && outs <= 3);
      halves = now;
    }
    const [home, away] = scoreOf(last(moments));
    assert.ok(halves >= 17 && home !== away);
    assert.equal(
      halves === 17,
      halves === 17 && home > away,
      'the home half of the ninth is left out only by a leading home side',
    );
    return halves > 18;
  },
  EPL: checkSoccer,
  MLS: checkSoccer,
};

function checkSoccer(moments: Moment[]): boolean {
  const halves = moments.map(({ details }) => String(details['half']));
  assert.deepEqual([...new Set(halves)], ['1H', 'HT', '2H', 'FT']);
  let minute = 0;
  for (const { details } of moments) {
    const [base = 0, stoppage = 0] = String(details['time']).replace("'", '').split('+').map(Number);
    assert.match(String(details['time']), /^\d+(\+\d+)?'$/);
    const now = details['half'] === 'HT' || details['half'] === 'FT' ? minute : base + stoppage / 100;
    assert.ok(now >= minute || (details['half'] === '2H' && base === 46), `${String(details['time'])} follows`);
    minute = now;
    assert.ok(base <= (details['half'] === '1H' ? 45 : 90));
  }
  const final = last(moments).details;
  const goals = (key: string): number => {
    const events = final[key];
    assert.ok(Array.isArray(events));
    return events.filter((event: { event_type: string }) => event.event_type === 'score_change').length;
  };
  assert.deepEqual([goals('home_significant_events'), goals('away_significant_events')], scoreOf(last(moments)));
  const periods = final['period_scores'];
  assert.ok(Array.isArray(periods));
  const home = periods.reduce((sum: number, period: { home_score: number }) => sum + period.home_score, 0);
  assert.equal(home, scoreOf(last(moments))[0]);
  return false;
}

function checkSituation(situation: unknown): void {
  assert.ok(typeof situation === 'object' && situation !== null);
  const { down, yfd, yardline } = Object.fromEntries(Object.entries(situation));
  assert.ok(down >= 1 && down <= 4);
  assert.ok(yfd >= 1 && yfd <= 99);
  assert.ok(yardline >= 1 && yardline <= 50);
}

describe('a generated game', () => {
  for (const league of LEAGUES) {
    it(`of ${league} runs by the league's clock, and its values end in the result`, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const { moments } = play(league, seed);
          assert.equal(moments[0]?.atMs, START_MS);
          assert.equal(moments.filter(({ final }) => final).length, 1);
          let before = [0, 0];
          for (const [index, moment] of moments.entries()) {
            assert.ok(index === 0 || moment.atMs > (moments[index - 1]?.atMs ?? 0), 'time moves on');
            const { home, away, tie } = moment.fair;
            for (const value of [home, away, tie]) assert.ok(value >= 0 && value <= 1);
            assert.ok(Math.abs(home + away + tie - 1) < 1e-9);
            const score = scoreOf(moment);
            assert.ok(score[0] >= (before[0] ?? 0) && score[1] >= (before[1] ?? 0), 'scores rise');
            before = score;
            assert.equal(moment.details['status'], moment.final ? 'closed' : 'live');
            assert.deepEqual([moment.play?.event['home_points'], moment.play?.event['away_points']], score);
          }
          CLOCKS[league](moments);
          const final = last(moments);
          const [home, away] = scoreOf(final);
          const tied = MODELS[league] === MODELS.EPL ? { home: 0, away: 0, tie: 1 } : { home: 0.5, away: 0.5, tie: 0 };
          assert.deepEqual(final.fair, home === away ? tied : { home: home > away ? 1 : 0, away: home > away ? 0 : 1, tie: 0 });
          const winner = home === away ? '' : home > away ? 'home' : 'away';
          assert.equal((final.decided ?? final.details)['winner'], winner);
        }),
        { numRuns: 60 },
      );
    });

    it(`of ${league} is won as often as its win probability says, before and during the game`, () => {
      const bins = Array.from({ length: 5 }, () => ({ count: 0, said: 0, won: 0 }));
      let [said, won] = [0, 0];
      const games = 700;
      for (let seed = 0; seed < games; seed++) {
        const { edge, moments } = play(league, seed);
        const result = last(moments).fair.home;
        said += MODELS[league].fairBefore(edge).home;
        won += result;
        for (let index = 3; index < moments.length - 1; index += 25) {
          const value = moments[index]?.fair.home ?? 0;
          const bin = bins[Math.min(4, Math.floor(value * 5))];
          assert.ok(bin);
          bin.count += 1;
          bin.said += value;
          bin.won += result;
        }
      }
      assert.ok(Math.abs(said - won) / games < 0.05, `said ${said / games}, won ${won / games}`);
      for (const bin of bins) {
        assert.ok(Math.abs(bin.said - bin.won) / bin.count < 0.09, `said ${bin.said / bin.count}, won ${bin.won / bin.count}`);
      }
    });
  }

  it('goes to overtime or extra innings in some seeds and not in most', () => {
    for (const league of ['NBA', 'NFL', 'MLB', 'NHL'] as const) {
      const beyond = Array.from({ length: 400 }, (_, seed) => CLOCKS[league](play(league, seed).moments)).filter(Boolean).length;
      assert.ok(beyond >= 3 && beyond < 120, `${league}: ${beyond} of 400`);
    }
  });

  it('of hockey can end in a shoot-out, which is worth one goal', () => {
    const games = Array.from({ length: 150 }, (_, seed) => play('NHL', seed).moments);
    const shootOuts = games.filter((moments) => last(moments).details['period'] === 5);
    assert.ok(shootOuts.length >= 1);
    for (const moments of shootOuts) {
      const [home, away] = scoreOf(last(moments));
      assert.equal(Math.abs(home - away), 1);
      assert.equal(last(moments).details['tileLiveText'], 'Final/SO');
    }
  });

  it('of football can end level after overtime and then pays both sides half', () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => last(play('NFL', seed, 0).moments)).filter(
      ({ fair }) => fair.home === 0.5,
    );
    assert.ok(drawn.length >= 1);
    assert.ok(drawn.every(({ details }) => details['quarter'] === 5 && details['clock'] === '00:00'));
  });

  it('of football has no winner in its live data until the result is official', () => {
    const final = last(play('NFL', 1).moments);
    assert.equal(final.details['winner'], '');
    assert.equal(final.details['widget_status'], 'finished');
    assert.match(String(final.decided?.['winner']), /^(home|away)$/);
  });

  it('has scores and lengths like the real ones', () => {
    const usual: [League, [number, number], [number, number]][] = [
      ['NBA', [200, 260], [1.9, 2.6]],
      ['NFL', [34, 52], [2.6, 3.4]],
      ['MLB', [7, 11], [2.3, 3.2]],
      ['NHL', [5, 7.5], [2.3, 2.9]],
      ['EPL', [2.2, 3.5], [1.7, 2.1]],
    ];
    for (const [league, [fewest, most], [shortest, longest]] of usual) {
      const games = Array.from({ length: 100 }, (_, seed) => last(play(league, seed).moments));
      const points = games.reduce((sum, game) => sum + scoreOf(game)[0] + scoreOf(game)[1], 0) / games.length;
      const hours = games.reduce((sum, game) => sum + game.atMs - START_MS, 0) / games.length / 3_600_000;
      assert.ok(points > fewest && points < most, `${league} scores ${points}`);
      assert.ok(hours > shortest && hours < longest, `${league} lasts ${hours} h`);
    }
  });
});

describe('the distributions behind the win probabilities', () => {
  it('agree with published values', () => {
    const table: [number, number][] = [
      [0, 0.5],
      [1, 0.841345],
      [-1.96, 0.024998],
      [3, 0.99865],
    ];
    for (const [x, expected] of table) assert.ok(Math.abs(normalCdf(x) - expected) < 1e-5);
    // Two sides with one expected goal each: level in sum over k of (e^-1/k!)^2 = 0.308508.
    assert.ok(Math.abs(poissonMargin(0, 1, 1).level - 0.308508) < 1e-5);
  });

  it('are certain when nothing can happen any more', () => {
    assert.deepEqual(normalMargin(3, 0), { ahead: 1, level: 0, behind: 0 });
    assert.deepEqual(normalMargin(-3, 0), { ahead: 0, level: 0, behind: 1 });
    assert.deepEqual(normalMargin(0, 0), { ahead: 0, level: 1, behind: 0 });
    assert.ok(poissonMargin(1, 0, 0).ahead > 0.999999);
  });
});

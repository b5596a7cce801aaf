import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { STATUSES } from '../../lib/scores/espn/status.ts';
import {
  COMPETITIONS,
  type CompetitionKey,
  type EspnGame,
  parseScoreboard,
  type ScoresCode,
  ScoresError,
} from '../../lib/scores/index.ts';
import type { GamePhase, GameState } from '../../lib/trading/game.ts';
import { type FixtureName, fixture, listOf } from './fixtures.ts';

const READ_MS = Date.UTC(2027, 0, 16, 2, 0, 0);

interface Said {
  status: string;
  state: string;
  period?: unknown;
  clock?: unknown;
  detail?: unknown;
  home?: unknown;
  away?: unknown;
  outs?: unknown;
}

function team(id: string, abbreviation: string): Record<string, unknown> {
  return { id, abbreviation, location: `City of ${id}`, name: `Team ${id}`, displayName: `City of ${id} Team ${id}` };
}

function event({
  status,
  state,
  period = 1,
  clock = '5:00',
  detail = 'Detail',
  home = '0',
  away = '0',
  outs,
}: Said): Record<string, unknown> {
  return {
    id: '1',
    date: '2027-01-16T00:30Z',
    competitions: [
      {
        competitors: [
          { homeAway: 'home', team: team('1', 'AAA'), score: home },
          { homeAway: 'away', team: team('2', 'BBB'), score: away },
        ],
        situation: { outs },
        status: { displayClock: clock, period, type: { name: status, state, detail } },
      },
    ],
  };
}

function read(key: CompetitionKey, ...events: unknown[]) {
  return parseScoreboard({ leagues: [{ slug: COMPETITIONS[key].slug }], events }, key, READ_MS);
}

function stateOf(key: CompetitionKey, said: Said): GameState {
  const { games, reports } = read(key, event(said));
  assert.deepEqual(reports, []);
  const [game] = games;
  assert.ok(game !== undefined);
  return game.state;
}

function codeOf(key: CompetitionKey, raw: unknown): ScoresCode | undefined {
  const { games, reports } = read(key, raw);
  assert.deepEqual(games, []);
  return reports[0]?.code;
}

function summary({ away, home, state, outs }: EspnGame): unknown[] {
  const { phase, period, half, clockS, awayScore, homeScore } = state;
  return [`${away.abbreviation} at ${home.abbreviation}`, phase, period, half, clockS, awayScore, homeScore, outs];
}

describe('scoreboards of ESPN', () => {
  const BOARDS: readonly [name: FixtureName, key: CompetitionKey, games: unknown[][]][] = [
    [
      'espn-mlb',
      'MLB',
      [
        ['MIN at CLE', 'final', 10, undefined, undefined, 3, 4, undefined],
        ['MIN at CLE', 'pre', undefined, undefined, undefined, 0, 0, undefined],
        ['CHW at ARI', 'live', 7, 'top', undefined, 2, 5, 1],
        ['TB at NYY', 'break', 4, 'top', undefined, 0, 0, 3],
        ['ATH at WSH', 'break', 5, 'bottom', undefined, 1, 0, 2],
        ['LAD at SEA', 'postponed', undefined, undefined, undefined, 0, 0, undefined],
      ],
    ],
    [
      'espn-nba',
      'NBA',
      [
        ['GS at NY', 'live', 4, undefined, 45.3, 101, 99, undefined],
        ['SA at NO', 'break', 2, undefined, 0, 55, 60, undefined],
        ['BOS at UTAH', 'break', 3, undefined, 0, 70, 81, undefined],
        ['LAC at WSH', 'final', 5, undefined, 0, 120, 118, undefined],
        ['DEN at MIA', 'pre', undefined, undefined, undefined, 0, 0, undefined],
      ],
    ],
    [
      'espn-epl',
      'EPL',
      [
        ['LIV at MNC', 'live', 1, undefined, 2820, 0, 1, undefined],
        ['CHE at BHA', 'break', 1, undefined, undefined, 1, 1, undefined],
        ['ARS at WHU', 'live', 2, undefined, 4020, 2, 1, undefined],
        ['FUL at EVE', 'final', 2, undefined, undefined, 0, 0, undefined],
      ],
    ],
  ];
  for (const [name, key, games] of BOARDS) {
    it(`gives the games of ${name}`, () => {
      const board = parseScoreboard(fixture(name), key, READ_MS);
      assert.deepEqual(board.reports, []);
      assert.deepEqual(board.games.map(summary), games);
      assert.ok(
        board.games.every(({ state, startMs }) => state.asOfMs === READ_MS && startMs > 0 && state.startedMs === undefined),
      );
    });
  }

  const PHASES: readonly [
    status: string,
    key: CompetitionKey,
    state: string,
    period: number,
    phase: GamePhase,
    periodRead?: number,
  ][] = [
    ['STATUS_SCHEDULED', 'NBA', 'pre', 0, 'pre'],
    ['STATUS_SCHEDULED', 'NFL', 'pre', 1, 'pre'],
    ['STATUS_TBD', 'NHL', 'pre', 0, 'pre'],
    ['STATUS_DELAYED', 'NFL', 'pre', 1, 'pre'],
    ['STATUS_DELAYED', 'NFL', 'in', 2, 'break', 2],
    ['STATUS_RAIN_DELAY', 'MLB', 'pre', 1, 'pre'],
    ['STATUS_RAIN_DELAY', 'MLB', 'in', 1, 'break', 1],
    ['STATUS_IN_PROGRESS', 'NHL', 'in', 3, 'live', 3],
    ['STATUS_IN_PROGRESS_2', 'NBA', 'in', 3, 'live', 3],
    ['STATUS_END_PERIOD', 'NHL', 'in', 1, 'break', 1],
    ['STATUS_END_OF_PERIOD', 'NHL', 'in', 2, 'break', 2],
    ['STATUS_HALFTIME', 'NFL', 'in', 2, 'break', 2],
    ['STATUS_HALFTIME', 'NCAAM', 'in', 1, 'break', 1],
    ['STATUS_HALFTIME', 'MLS', 'in', 2, 'break', 1],
    ['STATUS_END_OF_REGULATION', 'MLS', 'in', 2, 'break', 2],
    ['STATUS_HALFTIME_ET', 'MLS', 'in', 3, 'break', 3],
    ['STATUS_END_OF_EXTRATIME', 'MLS', 'in', 4, 'break', 4],
    ['STATUS_SHOOTOUT', 'MLS', 'in', 5, 'live', 5],
    ['STATUS_SHOOTOUT', 'NHL', 'in', 5, 'live', 5],
    ['STATUS_OVERTIME', 'NHL', 'in', 4, 'live', 4],
    ['STATUS_FINAL', 'NFL', 'post', 5, 'final', 5],
    ['STATUS_FINAL_AET', 'EPL', 'post', 4, 'final', 4],
    ['STATUS_FINAL_PEN', 'EPL', 'post', 5, 'final', 5],
    ['STATUS_FORFEIT', 'NCAAF', 'post', 1, 'final', 1],
    ['STATUS_POSTPONED', 'NBA', 'post', 0, 'postponed'],
    ['STATUS_POSTPONED', 'NBA', 'pre', 0, 'postponed'],
    ['STATUS_CANCELED', 'NBA', 'post', 0, 'postponed'],
    ['STATUS_SUSPENDED', 'MLB', 'in', 6, 'postponed', 6],
    ['STATUS_ABANDONED', 'EPL', 'post', 2, 'postponed', 2],
  ];
  for (const [status, key, state, period, phase, periodRead] of PHASES) {
    it(`reads ${status} in state ${state} and period ${period} of ${key} as ${phase}`, () => {
      const game = stateOf(key, { status, state, period, clock: key === 'EPL' || key === 'MLS' ? '' : '0:00' });
      assert.deepEqual([game.phase, game.period], [phase, periodRead]);
    });
  }

  const INNINGS: readonly [detail: string, phase: GamePhase, half: GameState['half']][] = [
    ['Top 9th', 'live', 'top'],
    ['Bottom 9th', 'live', 'bottom'],
    ['Bot 9th', 'live', 'bottom'],
    ['Mid 9th', 'break', 'top'],
    ['Middle 9th', 'break', 'top'],
    ['End 9th', 'break', 'bottom'],
    ['End of the 9th', 'break', 'bottom'],
  ];
  for (const [detail, phase, half] of INNINGS) {
    it(`reads the inning "${detail}"`, () => {
      const state = stateOf('MLB', { status: 'STATUS_IN_PROGRESS', state: 'in', period: 9, detail, clock: '0:00' });
      assert.deepEqual([state.phase, state.period, state.half, state.clockS], [phase, 9, half, undefined]);
    });
  }

  const STOPPED: readonly [key: CompetitionKey, said: Partial<Said>, stopped: Partial<GameState>][] = [
    ['MLB', { detail: 'Rain Delay, Bot 8th', period: 8 }, { period: 8, half: 'bottom', isInterrupted: true }],
    ['MLB', { detail: 'Rain Delay', period: 8 }, { period: 8, half: undefined, isInterrupted: true }],
    ['MLB', { detail: 'Rain Delay, End 8th', period: 8 }, { period: 8, half: 'bottom', isInterrupted: undefined }],
    ['MLS', { clock: "52'", period: 2 }, { period: 2, clockS: 3_120, isInterrupted: true }],
    ['MLS', { clock: '', period: 2 }, { period: 2, clockS: undefined, isInterrupted: true }],
    ['NFL', { clock: '15:00', period: 4 }, { period: 4, clockS: 900, isInterrupted: true }],
  ];
  for (const [key, said, stopped] of STOPPED) {
    it(`reads where ${key} was delayed from ${JSON.stringify(said)}`, () => {
      const state = stateOf(key, { status: 'STATUS_DELAYED', state: 'in', ...said });
      const { phase, period, half, clockS, isInterrupted } = state;
      assert.deepEqual(
        { phase, period, half, clockS, isInterrupted },
        { phase: 'break', half: undefined, clockS: undefined, ...stopped },
      );
    });
  }

  it('reads soccer in extra time', () => {
    const state = stateOf('WC', { status: 'STATUS_OVERTIME', state: 'in', period: 4, clock: "105'+1'" });
    assert.deepEqual([state.period, state.clockS], [4, 6360]);
  });

  it('takes the status of the event where the competition has none, and a score that is not there yet', () => {
    const raw = event({ status: 'STATUS_SCHEDULED', state: 'pre', home: '', away: null });
    const [competition] = listOf(raw, 'competitions');
    const status = competition?.['status'];
    delete competition?.['status'];
    const { games } = read('NBA', { ...raw, status });
    assert.deepEqual(
      games.map(({ state }) => [state.phase, state.homeScore, state.awayScore]),
      [['pre', undefined, undefined]],
    );
  });

  const live = { status: 'STATUS_IN_PROGRESS', state: 'in' };
  const WRONG: readonly [name: string, key: CompetitionKey, said: Said, code: ScoresCode][] = [
    ['an unknown status', 'NBA', { ...live, status: 'STATUS_NEW' }, 'SCORES_STATUS_UNKNOWN'],
    ['a status of fights', 'NBA', { ...live, status: 'STATUS_END_OF_FIGHT' }, 'SCORES_STATUS_UNKNOWN'],
    ['a status in the wrong state', 'NBA', { ...live, state: 'post' }, 'SCORES_CONTRADICTION'],
    ['a scheduled game in play', 'NBA', { status: 'STATUS_SCHEDULED', state: 'in' }, 'SCORES_CONTRADICTION'],
    ['an unknown state', 'NBA', { ...live, state: 'halfway' }, 'SCORES_SHAPE_UNKNOWN'],
    ['points before the start', 'NBA', { status: 'STATUS_SCHEDULED', state: 'pre', home: '12' }, 'SCORES_CONTRADICTION'],
    ['no period in play', 'NBA', { ...live, period: 0 }, 'SCORES_PERIOD_UNKNOWN'],
    ['a period that is no number', 'NBA', { ...live, period: 'third' }, 'SCORES_SHAPE_UNKNOWN'],
    ['a period beyond all overtimes', 'NBA', { ...live, period: 40 }, 'SCORES_PERIOD_UNKNOWN'],
    ['a clock that is none', 'NBA', { ...live, clock: 'End of 3rd' }, 'SCORES_CLOCK_UNKNOWN'],
    ['more than a full clock', 'WNBA', { ...live, clock: '10:01' }, 'SCORES_CLOCK_UNKNOWN'],
    [
      'halftime after the third quarter',
      'NFL',
      { status: 'STATUS_HALFTIME', state: 'in', period: 3, clock: '0:00' },
      'SCORES_CONTRADICTION',
    ],
    ['halftime of hockey', 'NHL', { status: 'STATUS_HALFTIME', state: 'in', period: 1, clock: '0:00' }, 'SCORES_CONTRADICTION'],
    ['a half of soccer in football', 'NFL', { status: 'STATUS_FIRST_HALF', state: 'in' }, 'SCORES_CONTRADICTION'],
    ['an inning without a half', 'MLB', { ...live, period: 3, detail: '3rd inning' }, 'SCORES_PERIOD_UNKNOWN'],
    ['two different innings', 'MLB', { ...live, period: 3, detail: 'Top 4th' }, 'SCORES_CONTRADICTION'],
    ['four outs', 'MLB', { ...live, period: 3, detail: 'Top 3rd', outs: 4 }, 'SCORES_SHAPE_UNKNOWN'],
    [
      'the other half of soccer',
      'EPL',
      { status: 'STATUS_FIRST_HALF', state: 'in', period: 2, clock: "50'" },
      'SCORES_CONTRADICTION',
    ],
    [
      'a minute of the other half',
      'EPL',
      { status: 'STATUS_FIRST_HALF', state: 'in', period: 1, clock: "50'" },
      'SCORES_CONTRADICTION',
    ],
    [
      'a minute that is none',
      'EPL',
      { status: 'STATUS_FIRST_HALF', state: 'in', period: 1, clock: '5:00' },
      'SCORES_CLOCK_UNKNOWN',
    ],
    ['one score of two', 'NBA', { ...live, home: '' }, 'SCORES_SCORE_UNKNOWN'],
    ['a score that is an object', 'NBA', { ...live, home: { value: 3 } }, 'SCORES_SHAPE_UNKNOWN'],
  ];
  for (const [name, key, said, code] of WRONG) {
    it(`gives no game for ${name}, and says ${code}`, () => {
      assert.equal(codeOf(key, event(said)), code);
    });
  }

  it('leaves out what it does not understand and gives the rest', () => {
    const good = event({ ...live, period: 2 });
    const twoAtHome = event(live);
    for (const side of listOf(listOf(twoAtHome, 'competitions')[0] ?? {}, 'competitors')) side['homeAway'] = 'home';
    const { games, fixtures, reports } = read(
      'NBA',
      good,
      { ...event(live), id: '7', date: 'soon' },
      'nothing',
      twoAtHome,
      event({ ...live, status: 'STATUS_NEW' }),
    );
    assert.equal(games.length, 1);
    assert.equal(fixtures.length, 2, 'a game whose status is not known is still a fixture');
    assert.deepEqual(
      reports.map(({ code, game, seen }) => [code, game, seen]),
      [
        ['SCORES_SHAPE_UNKNOWN', '7', 'date'],
        ['SCORES_SHAPE_UNKNOWN', undefined, 'not an object'],
        ['SCORES_SHAPE_UNKNOWN', '1', 'list of 2'],
        ['SCORES_STATUS_UNKNOWN', '1', 'STATUS_NEW'],
      ],
    );
  });

  it('refuses an answer that is no scoreboard, and the scoreboard of another league', () => {
    const refused = (raw: unknown) =>
      assert.throws(
        () => parseScoreboard(raw, 'NBA', READ_MS),
        (error) => error instanceof ScoresError && error.code === 'SCORES_ANSWER_UNREADABLE',
      );
    for (const raw of [null, 'Service unavailable', {}, { events: 'none' }]) refused(raw);
    refused({ leagues: [{ slug: 'wnba' }], events: [] });
  });

  it('has a game or a report for every event, whatever it holds', () => {
    const said = fc.record({
      status: fc.oneof(fc.constantFrom(...Object.keys(STATUSES)), fc.string()),
      state: fc.constantFrom('pre', 'in', 'post', 'off'),
      period: fc.oneof(fc.integer({ min: -1, max: 45 }), fc.jsonValue()),
      clock: fc.oneof(fc.constantFrom('0:00', '12:00', '45.3', "45'+2'", "62'", ''), fc.string()),
      detail: fc.oneof(fc.constantFrom('Top 3rd', 'End 4th', 'Final'), fc.string()),
      home: fc.oneof(fc.nat(200), fc.jsonValue()),
      away: fc.oneof(fc.nat(200).map(String), fc.jsonValue()),
      outs: fc.oneof(fc.nat(3), fc.jsonValue()),
    });
    const competition = fc.constantFrom(...(Object.keys(COMPETITIONS) as CompetitionKey[]));
    fc.assert(
      fc.property(competition, fc.oneof(said.map(event), fc.anything()), (key, raw) => {
        const { games, reports } = read(key, raw);
        assert.equal(games.length + reports.length, 1);
        const [state] = games.map((game) => game.state);
        if (state === undefined || state.phase === 'pre' || state.phase === 'postponed') return;
        assert.ok(state.period !== undefined && state.period >= 1, 'a game that has begun is in a period');
      }),
      { numRuns: 2_000 },
    );
  });
});

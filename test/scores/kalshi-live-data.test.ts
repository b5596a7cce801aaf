import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type FollowedGame, parseLiveData, type ScoresCode } from '../../lib/scores/index.ts';
import { STATUSES } from '../../lib/scores/kalshi/status.ts';
import { type GameState, LEAGUES } from '../../lib/trading/game.ts';
import { fixture, fixtureGame, listOf, valueOf } from './fixtures.ts';

const READ_MS = Date.UTC(2027, 0, 16, 2, 0, 0);

type Details = Record<string, unknown>;

const TYPES = {
  basketball: 'basketball_game',
  football: 'football_game',
  baseball: 'baseball_game',
  hockey: 'hockey_game',
  soccer: 'soccer_tournament_multi_leg',
  tennis: 'tennis_tournament_singles',
} as const;

const LEAGUE_SPORTS = {
  NBA: 'basketball',
  WNBA: 'basketball',
  NCAAM: 'basketball',
  NCAAW: 'basketball',
  NFL: 'football',
  NCAAF: 'football',
  MLB: 'baseball',
  NHL: 'hockey',
  SOCCER: 'soccer',
  TENNIS: 'tennis',
} as const;

type LeagueName = keyof typeof LEAGUE_SPORTS;

function gameOf(league: LeagueName): Pick<FollowedGame, 'eventTicker' | 'milestoneId' | 'sport' | 'league'> {
  return { eventTicker: `KX${league}GAME-27JAN15AAABBB`, milestoneId: 'm1', sport: LEAGUE_SPORTS[league], league };
}

function read(league: LeagueName, details: unknown, type: string = TYPES[LEAGUE_SPORTS[league]]) {
  return parseLiveData(gameOf(league), { type, milestone_id: 'm1', details }, READ_MS);
}

/** Only what is said; everything else is undefined. */
function assertState(state: GameState, said: Partial<GameState>): void {
  const nothing = { period: undefined, half: undefined, clockS: undefined, homeScore: undefined, awayScore: undefined };
  assert.deepEqual({ ...state }, { ...nothing, startedMs: undefined, league: state.league, asOfMs: READ_MS, ...said });
}

function codeOf(league: LeagueName, details: unknown, type?: string): ScoresCode | undefined {
  const { value, report } = read(league, details, type);
  assert.equal(value, undefined, `gave a state: ${JSON.stringify(value)}`);
  return report?.code;
}

describe('live data of Kalshi', () => {
  const points = { home_points: 20, away_points: 24 };

  const GOOD: readonly [name: string, league: LeagueName, details: Details, said: Partial<GameState>][] = [
    [
      'football in play',
      'NFL',
      { ...points, status: 'inprogress', widget_status: 'live', quarter: 3, clock: '08:36' },
      { phase: 'live', period: 3, clockS: 516, homeScore: 20, awayScore: 24 },
    ],
    [
      'football that is over, as it was seen',
      'NFL',
      { ...points, status: 'closed', widget_status: 'finished', winner: '', quarter: 4, clock: '00:00' },
      { phase: 'final', period: 4, clockS: 0, homeScore: 20, awayScore: 24 },
    ],
    [
      'football at halftime by status',
      'NFL',
      { ...points, status: 'halftime', widget_status: 'live', quarter: 2, clock: '00:00' },
      { phase: 'break', period: 2, clockS: 0, homeScore: 20, awayScore: 24 },
    ],
    [
      'football at halftime by the tile',
      'NCAAF',
      { ...points, status: 'live', widget_status: 'halftime', quarter: 2, clock: '00:00' },
      { phase: 'break', period: 2, clockS: 0, homeScore: 20, awayScore: 24 },
    ],
    [
      'basketball by quarter and clock',
      'NBA',
      { ...points, status: 'live', quarter: 1, clock: '12:00' },
      { phase: 'live', period: 1, clockS: 720, homeScore: 20, awayScore: 24 },
    ],
    [
      'basketball by period and remaining time',
      'WNBA',
      { ...points, status: 'inprogress', period: 4, period_type: 'quarter', period_remaining_time: '45.3' },
      { phase: 'live', period: 4, clockS: 45.3, homeScore: 20, awayScore: 24 },
    ],
    [
      'a half of college basketball',
      'NCAAM',
      { ...points, status: 'live', period: 2, period_type: 'half', clock: '20:00' },
      { phase: 'live', period: 2, clockS: 1200, homeScore: 20, awayScore: 24 },
    ],
    [
      'overtime of college basketball',
      'NCAAM',
      { ...points, status: 'live', period: 3, period_type: 'overtime', clock: '5:00' },
      { phase: 'live', period: 3, clockS: 300, homeScore: 20, awayScore: 24 },
    ],
    [
      'basketball before the start',
      'NBA',
      { status: 'scheduled', widget_status: 'scheduled', quarter: 0, clock: '12:00', home_points: 0, away_points: 0 },
      { phase: 'pre', homeScore: 0, awayScore: 0 },
    ],
    [
      'basketball before the start with the first quarter on show',
      'NBA',
      { status: 'created', quarter: 1, clock: '12:00', home_points: 0, away_points: 0 },
      { phase: 'pre', homeScore: 0, awayScore: 0 },
    ],
    [
      'basketball without a score',
      'NBA',
      { status: 'live', quarter: 2, clock: '3:07' },
      { phase: 'live', period: 2, clockS: 187 },
    ],
    ['basketball that says only that it is live', 'NBA', { status: 'live' }, { phase: 'live' }],
    ['a delayed start', 'NBA', { status: 'delayed', widget_status: 'none' }, { phase: 'pre' }],
    [
      'a delay in the game',
      'NBA',
      { ...points, status: 'delayed', quarter: 2, clock: '3:07' },
      { phase: 'break', period: 2, clockS: 187, isInterrupted: true, homeScore: 20, awayScore: 24 },
    ],
    [
      'a delay in the first quarter',
      'NFL',
      { home_points: 0, away_points: 0, status: 'delayed', quarter: 1, clock: '14:00' },
      { phase: 'break', period: 1, clockS: 840, isInterrupted: true, homeScore: 0, awayScore: 0 },
    ],
    [
      'a delay that the tile still calls live',
      'NFL',
      { ...points, status: 'delayed', widget_status: 'live', quarter: 4, clock: '0:30' },
      { phase: 'break', period: 4, clockS: 30, isInterrupted: true, homeScore: 20, awayScore: 24 },
    ],
    ['a game that is called off', 'NFL', { status: 'postponed', widget_status: 'scheduled' }, { phase: 'postponed' }],
    [
      'a game that is canceled and shown as finished',
      'NFL',
      { status: 'cancelled', widget_status: 'finished' },
      { phase: 'postponed' },
    ],
    [
      'hockey by generic keys',
      'NHL',
      { home_points: 3, away_points: 2, status: 'live', round: 3, final_round_time_left: '04:12', tileLiveText: '3rd 04:12' },
      { phase: 'live', period: 3, clockS: 252, homeScore: 3, awayScore: 2 },
    ],
    [
      'hockey by all its keys',
      'NHL',
      {
        home_points: 3,
        away_points: 3,
        status: 'live',
        widget_status: 'intermission',
        round: 3,
        period: 3,
        clock: '00:00',
        final_round_time_left: '00:00',
      },
      { phase: 'break', period: 3, clockS: 0, homeScore: 3, awayScore: 3 },
    ],
    [
      'a shoot-out',
      'NHL',
      { home_points: 3, away_points: 3, status: 'live', period: 5, clock: '00:00' },
      { phase: 'live', period: 5, clockS: 0, homeScore: 3, awayScore: 3 },
    ],
    [
      'baseball by numbered half',
      'MLB',
      { home_points: 1, away_points: 0, status: 'inprogress', inning: 9, inning_half: 2, outs: 2 },
      { phase: 'live', period: 9, half: 'bottom', homeScore: 1, awayScore: 0 },
    ],
    [
      'baseball by named half',
      'MLB',
      { home_points: 1, away_points: 0, status: 'live', widget_status: 'break', inning: 12, half: 'top' },
      { phase: 'break', period: 12, half: 'top', homeScore: 1, awayScore: 0 },
    ],
    [
      'baseball with both kinds of half',
      'MLB',
      { home_points: 1, away_points: 0, status: 'live', inning: 3, half: 'T', inning_half: '1' },
      { phase: 'live', period: 3, half: 'top', homeScore: 1, awayScore: 0 },
    ],
    [
      'baseball before the first pitch',
      'MLB',
      { home_points: 0, away_points: 0, status: 'scheduled', inning: 0, inning_half: 0 },
      { phase: 'pre', homeScore: 0, awayScore: 0 },
    ],
    [
      'baseball in the rain',
      'MLB',
      { home_points: 0, away_points: 2, status: 'wdelay', inning: 1, inning_half: 1 },
      { phase: 'break', period: 1, half: 'top', isInterrupted: true, homeScore: 0, awayScore: 2 },
    ],
    [
      'soccer in play',
      'SOCCER',
      { status: 'live', half: '2nd', time: "62'", home_same_game_score: 0, away_same_game_score: 0, winner: '' },
      { phase: 'live', period: 2, clockS: 3720, homeScore: 0, awayScore: 0 },
    ],
    [
      'soccer in stoppage time',
      'SOCCER',
      { status: 'live', half: '1H', match_status: '1st_half', time: "45+2'", home_same_game_score: 1, away_same_game_score: 0 },
      { phase: 'live', period: 1, clockS: 2820, homeScore: 1, awayScore: 0 },
    ],
    [
      'soccer at halftime',
      'SOCCER',
      { status: 'live', half: 'HT', match_status: 'halftime', time: "45'" },
      { phase: 'break', period: 1, clockS: 2700 },
    ],
    [
      'soccer after full time',
      'SOCCER',
      {
        status: 'closed',
        half: 'FT',
        match_status: 'ended',
        status_text: 'Full-Time',
        home_same_game_score: 2,
        away_same_game_score: 1,
        coverage: {},
      },
      { phase: 'final', homeScore: 2, awayScore: 1 },
    ],
    [
      'soccer before the kick-off',
      'SOCCER',
      { status: 'not_started', match_status: 'not_started', home_same_game_score: 0, away_same_game_score: 0 },
      { phase: 'pre', homeScore: 0, awayScore: 0 },
    ],
    [
      'soccer that is interrupted',
      'SOCCER',
      { status: 'live', half: '2H', match_status: 'interrupted', time: "70'" },
      { phase: 'break', period: 2, clockS: 4200, isInterrupted: true },
    ],
    [
      'football that waits for a storm to pass, whatever the tile calls it',
      'NFL',
      { status: 'wdelay', widget_status: 'break', quarter: 4, clock: '15:00', home_points: 7, away_points: 3 },
      { phase: 'break', period: 4, clockS: 900, isInterrupted: true, homeScore: 7, awayScore: 3 },
    ],
    [
      'a live game that the tile calls delayed',
      'NBA',
      { status: 'live', widget_status: 'delayed', quarter: 2 },
      { phase: 'break', period: 2, isInterrupted: true },
    ],
    [
      'extra time that only the minute places',
      'SOCCER',
      { status: 'live', half: 'ET', time: "112'" },
      { phase: 'live', period: 4, clockS: 6720 },
    ],
    [
      'extra time that the match status places',
      'SOCCER',
      { status: 'live', half: 'ET', match_status: '1st_extra', time: "105+1'" },
      { phase: 'live', period: 3, clockS: 6360 },
    ],
    ['penalties', 'SOCCER', { status: 'live', match_status: 'penalties' }, { phase: 'live', period: 5 }],
    ['soccer after penalties', 'SOCCER', { status: 'closed', half: 'FT', match_status: 'ap' }, { phase: 'final', period: 5 }],
    [
      'tennis in the second set',
      'TENNIS',
      {
        status: 'live',
        competitor1_overall_score: 1,
        competitor2_overall_score: 0,
        competitor1_round_scores: [
          { score: 6, outcome: 'winner' },
          { score: 2, outcome: 'ongoing' },
        ],
        competitor2_round_scores: [
          { score: 4, outcome: 'loser' },
          { score: 1, outcome: 'ongoing' },
        ],
        competitor1_current_round_score: '30',
        server: 'a',
      },
      { phase: 'live', period: 2, homeScore: 1, awayScore: 0 },
    ],
    [
      'tennis by the name of the set',
      'TENNIS',
      { status: 'started', match_status: '3rd_set', competitor1_overall_score: '1', competitor2_overall_score: '1' },
      { phase: 'live', period: 3, homeScore: 1, awayScore: 1 },
    ],
    [
      'tennis before the start',
      'TENNIS',
      {
        status: 'not_started',
        match_status: 'not_started',
        competitor1_overall_score: 0,
        competitor2_overall_score: 0,
        competitor1_round_scores: [],
        competitor2_round_scores: [],
      },
      { phase: 'pre', homeScore: 0, awayScore: 0 },
    ],
    ['a walkover', 'TENNIS', { status: 'walkover' }, { phase: 'final' }],
    [
      'a player who gives up',
      'TENNIS',
      { status: 'closed', match_status: 'retired', competitor1_overall_score: 1, competitor2_overall_score: 0 },
      { phase: 'final', homeScore: 1, awayScore: 0 },
    ],
  ];
  for (const [name, league, details, said] of GOOD) {
    it(`gives ${name}`, () => {
      assertState(valueOf(read(league, details)), said);
    });
  }

  const WRONG: readonly [name: string, league: LeagueName, details: unknown, code: ScoresCode][] = [
    ['an unknown status', 'NBA', { status: 'maintenance' }, 'SCORES_STATUS_UNKNOWN'],
    ['an unknown status of the tile', 'NBA', { status: 'live', widget_status: 'sleeping' }, 'SCORES_STATUS_UNKNOWN'],
    ['a status that is an object method', 'NBA', { status: 'constructor' }, 'SCORES_STATUS_UNKNOWN'],
    ['no status', 'NBA', { home_points: 1, away_points: 2 }, 'SCORES_SHAPE_UNKNOWN'],
    ['a status that is no text', 'NBA', { status: 3 }, 'SCORES_SHAPE_UNKNOWN'],
    ['nothing', 'NBA', {}, 'SCORES_NOTHING_SAID'],
    ['details that are none', 'NBA', null, 'SCORES_SHAPE_UNKNOWN'],
    ['a live game that the tile calls finished', 'NBA', { status: 'live', widget_status: 'finished' }, 'SCORES_CONTRADICTION'],
    ['a game that is called off and live', 'NBA', { status: 'postponed', widget_status: 'live' }, 'SCORES_CONTRADICTION'],
    ['points before the start', 'NBA', { status: 'scheduled', home_points: 2, away_points: 0 }, 'SCORES_CONTRADICTION'],
    ['a third quarter before the start', 'NFL', { status: 'none', quarter: 3 }, 'SCORES_CONTRADICTION'],
    ['a quarter that no game has', 'NFL', { status: 'live', quarter: 77 }, 'SCORES_PERIOD_UNKNOWN'],
    ['a quarter that is no number', 'NFL', { status: 'live', quarter: 'Q3' }, 'SCORES_SHAPE_UNKNOWN'],
    ['half a quarter', 'NFL', { status: 'live', quarter: 1.5 }, 'SCORES_SHAPE_UNKNOWN'],
    ['a clock that is none', 'NFL', { status: 'live', quarter: 3, clock: 'soon' }, 'SCORES_CLOCK_UNKNOWN'],
    ['more than a full clock', 'NBA', { status: 'live', quarter: 3, clock: '12:01' }, 'SCORES_CLOCK_UNKNOWN'],
    ['more than a full clock of overtime', 'NBA', { status: 'live', quarter: 5, clock: '05:01' }, 'SCORES_CLOCK_UNKNOWN'],
    ['sixty seconds', 'NFL', { status: 'live', quarter: 3, clock: '08:60' }, 'SCORES_CLOCK_UNKNOWN'],
    [
      'clocks that do not agree',
      'NHL',
      { status: 'live', period: 1, clock: '08:00', final_round_time_left: '07:59' },
      'SCORES_CONTRADICTION',
    ],
    ['periods that do not agree', 'NHL', { status: 'live', period: 1, round: 2 }, 'SCORES_CONTRADICTION'],
    ['halves in a league of quarters', 'NBA', { status: 'live', period: 2, period_type: 'half' }, 'SCORES_CONTRADICTION'],
    ['periods of an unknown kind', 'NBA', { status: 'live', period: 2, period_type: 'third' }, 'SCORES_PERIOD_UNKNOWN'],
    ['one score of two', 'NBA', { status: 'live', home_points: 3 }, 'SCORES_SCORE_UNKNOWN'],
    ['a score below zero', 'NBA', { status: 'live', home_points: -3, away_points: 1 }, 'SCORES_SHAPE_UNKNOWN'],
    ['a score beyond belief', 'NBA', { status: 'live', home_points: 9_999, away_points: 1 }, 'SCORES_SHAPE_UNKNOWN'],
    [
      'a delay that may be before the start',
      'MLB',
      { status: 'delayed', inning: 1, inning_half: 1, home_points: 0, away_points: 0 },
      'SCORES_STATUS_UNKNOWN',
    ],
    ['an unknown half of an inning', 'MLB', { status: 'live', inning: 2, half: 'middle' }, 'SCORES_PERIOD_UNKNOWN'],
    ['a half of an inning that is an object', 'MLB', { status: 'live', inning: 2, half: {} }, 'SCORES_PERIOD_UNKNOWN'],
    [
      'halves of an inning that do not agree',
      'MLB',
      { status: 'live', inning: 2, half: 'top', inning_half: 2 },
      'SCORES_CONTRADICTION',
    ],
    ['an unknown half of soccer', 'SOCCER', { status: 'live', half: '3rd' }, 'SCORES_STATUS_UNKNOWN'],
    [
      'halves of soccer that do not agree',
      'SOCCER',
      { status: 'live', half: '1H', match_status: '2nd_half' },
      'SCORES_CONTRADICTION',
    ],
    ['a minute of the other half', 'SOCCER', { status: 'live', half: '1H', time: "62'" }, 'SCORES_CONTRADICTION'],
    ['a minute that is none', 'SOCCER', { status: 'live', half: '1H', time: '12:30' }, 'SCORES_CLOCK_UNKNOWN'],
    ['a minute beyond extra time', 'SOCCER', { status: 'live', half: 'ET', time: "121'" }, 'SCORES_CLOCK_UNKNOWN'],
    ['extra time without a minute', 'SOCCER', { status: 'live', half: 'ET' }, 'SCORES_PERIOD_UNKNOWN'],
    ['extra time before it can be', 'SOCCER', { status: 'live', half: 'ET', time: "80'" }, 'SCORES_CONTRADICTION'],
    ['full time in a live game', 'SOCCER', { status: 'live', half: 'FT' }, 'SCORES_CONTRADICTION'],
    [
      'an unknown outcome of a set',
      'TENNIS',
      { status: 'live', competitor1_round_scores: [{ score: 1, outcome: 'draw' }] },
      'SCORES_STATUS_UNKNOWN',
    ],
    ['sets that are no list', 'TENNIS', { status: 'live', competitor1_round_scores: '6:4' }, 'SCORES_SHAPE_UNKNOWN'],
    ['sets that are no objects', 'TENNIS', { status: 'live', competitor1_round_scores: [6] }, 'SCORES_SHAPE_UNKNOWN'],
    [
      'a different number of sets on each side',
      'TENNIS',
      { status: 'live', competitor1_round_scores: [], competitor2_round_scores: [{ score: 1, outcome: 'ongoing' }] },
      'SCORES_CONTRADICTION',
    ],
    ['a sixth set', 'TENNIS', { status: 'live', match_status: '6th_set' }, 'SCORES_STATUS_UNKNOWN'],
    ['milliseconds for seconds', 'NFL', { status: 'live', last_updated_ts: 1_800_000_000_000 }, 'SCORES_TIME_UNKNOWN'],
    ['a time that is no number', 'NFL', { status: 'live', last_play: { occurence_ts: 'now' } }, 'SCORES_TIME_UNKNOWN'],
  ];
  for (const [name, league, details, code] of WRONG) {
    it(`gives no state for ${name}, and says ${code}`, () => {
      assert.equal(codeOf(league, details), code);
    });
  }

  it('passes over fields that it does not know, and empty ones', () => {
    const state = valueOf(
      read('NBA', { status: 'live', widget_status: '', quarter: null, clock: '', something: { new: [1] }, last_play: null }),
    );
    assertState(state, { phase: 'live' });
  });

  it('spells a status in any way', () => {
    for (const status of ['In Progress', 'IN_PROGRESS', ' in-progress ', 'inprogress']) {
      assert.equal(valueOf(read('NBA', { status })).phase, 'live', status);
    }
  });

  it('takes the type of the same sport, and no other', () => {
    assert.equal(valueOf(read('NHL', { status: 'live' }, 'hockey_match')).phase, 'live');
    assert.equal(codeOf('NHL', { status: 'live' }, 'football_game'), 'SCORES_CONTRADICTION');
    assert.equal(codeOf('NHL', { status: 'live' }, 'golf_tournament'), 'SCORES_TYPE_UNKNOWN');
  });

  it('refuses the live data of another milestone', () => {
    const { report } = parseLiveData(
      gameOf('NBA'),
      { type: TYPES.basketball, milestone_id: 'm2', details: { status: 'live' } },
      READ_MS,
    );
    assert.equal(report?.code, 'SCORES_CONTRADICTION');
    assert.equal(report.game, gameOf('NBA').eventTicker);
  });

  it('is as of the later of update and last play, and never after it was read', () => {
    const asOf = (details: Details): number => valueOf(read('NFL', { status: 'live', ...details })).asOfMs;
    const readS = READ_MS / 1000;
    assert.equal(asOf({ last_updated_ts: readS - 10, last_play: { occurence_ts: readS - 40 } }), READ_MS - 10_000);
    assert.equal(asOf({ last_updated_ts: readS - 40, last_play: { occurence_ts: readS - 10 } }), READ_MS - 10_000);
    assert.equal(asOf({ last_updated_ts: readS + 10 }), READ_MS);
    assert.equal(asOf({ last_updated_ts: 0, last_play: 'Kick-off' }), READ_MS);
  });

  it('reads the invented batch', () => {
    const answer = listOf(fixture('kalshi-live-data'), 'live_datas');
    const state = (ending: string): GameState => {
      const game = fixtureGame(ending);
      return valueOf(
        parseLiveData(
          game,
          answer.find((one) => one['milestone_id'] === game.milestoneId),
          Date.UTC(2027, 11, 1),
        ),
      );
    };
    assert.deepEqual(
      ['CWSAZ', 'GSWNYK', 'SASNOP', 'DENMIA', 'MCILFC'].map((ending) => {
        const { phase, period, half, clockS, awayScore, homeScore } = state(ending);
        return [ending, phase, period, half, clockS, awayScore, homeScore];
      }),
      [
        ['CWSAZ', 'live', 7, 'top', undefined, 2, 5],
        ['GSWNYK', 'live', 4, undefined, 45, 101, 99],
        ['SASNOP', 'break', 2, undefined, 0, 55, 60],
        ['DENMIA', 'pre', undefined, undefined, undefined, 0, 0],
        ['MCILFC', 'live', 1, undefined, 2820, 0, 1],
      ],
    );
  });

  it('never throws, and never takes a status that stands in no table', () => {
    const keys = [
      'status',
      'widget_status',
      'quarter',
      'period',
      'round',
      'clock',
      'final_round_time_left',
      'half',
      'inning',
      'inning_half',
      'match_status',
      'time',
      'home_points',
      'away_points',
      'competitor1_round_scores',
      'last_play',
      'last_updated_ts',
      'period_type',
    ];
    const details = fc.dictionary(
      fc.constantFrom(...keys),
      fc.oneof(fc.jsonValue(), fc.constantFrom('live', 'closed', 'halftime', '2nd', 'ET', "45+1'", '08:00', 3, 0)),
    );
    const known = new Set(Object.keys(STATUSES));
    fc.assert(
      fc.property(fc.constantFrom(...LEAGUES), details, (league, raw) => {
        const { value, report } = read(league, raw);
        assert.equal(value === undefined, report !== undefined);
        if (value === undefined) return;
        const { status } = raw;
        const word = typeof status === 'string' ? status.toLowerCase().replaceAll(/[\s_-]/g, '') : 'none at all';
        assert.ok(known.has(word) || league === 'TENNIS', word);
        assert.ok(value.period === undefined || (value.period >= 1 && value.period <= 40));
        assert.ok(value.asOfMs <= READ_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws on anything at all', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEAGUES), fc.anything(), (league, raw) => {
        assert.ok(parseLiveData(gameOf(league), raw, READ_MS).report !== undefined);
      }),
      { numRuns: 500 },
    );
  });
});

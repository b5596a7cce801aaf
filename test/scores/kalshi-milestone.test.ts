import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { milestoneState, parseMilestone, type ScoresCode } from '../../lib/scores/index.ts';
import { fixture, fixtureGame, listOf, valueOf } from './fixtures.ts';

const READ_MS = Date.UTC(2027, 5, 12, 12);

/** The first milestone of the fixtures with other fields, and other details. */
function milestone(fields: Record<string, unknown> = {}, details: Record<string, unknown> = {}): Record<string, unknown> {
  const [first] = listOf(fixture('kalshi-milestones'), 'milestones');
  const own = first?.['details'];
  return { ...first, ...fields, details: { ...(typeof own === 'object' ? own : {}), ...details } };
}

describe('milestones of Kalshi', () => {
  it('are games to follow', () => {
    assert.deepEqual(fixtureGame('CWSAZ'), {
      eventTicker: 'KXMLBGAME-27JUN121610CWSAZ',
      milestoneId: '00000000-0000-4000-8000-000000000003',
      type: 'baseball_game',
      sport: 'baseball',
      league: 'MLB',
      startMs: Date.UTC(2027, 5, 12, 20, 10),
      homeName: 'Arizona',
      awayName: 'Chicago WS',
      homeId: 'home-3',
      awayId: 'away-3',
    });
  });

  it('name the home team first in soccer and tennis, last elsewhere', () => {
    const names = (fields: Record<string, unknown>, details: Record<string, unknown> = {}) => {
      const { awayName, homeName } = valueOf(parseMilestone(milestone(fields, details)));
      return [awayName, homeName];
    };
    assert.deepEqual(names({ title: 'Milwaukee at St. Louis' }), ['Milwaukee', 'St. Louis']);
    assert.deepEqual(names({ title: 'Milwaukee vs. St. Louis' }), ['Milwaukee', 'St. Louis']);
    assert.deepEqual(names({ title: 'Arsenal vs Everton', type: 'soccer_tournament_multi_leg' }), ['Everton', 'Arsenal']);
    assert.deepEqual(names({ title: 'Miami at Atlanta', type: 'soccer_tournament_multi_leg' }), ['Miami', 'Atlanta']);
    assert.deepEqual(names({ title: 'Lepchenko vs Jimenez', type: 'tennis_tournament_singles' }), ['Jimenez', 'Lepchenko']);
    assert.deepEqual(names({ title: 'The championship' }), [undefined, undefined]);
  });

  const event = (ticker: string) => ({ main_game_event_ticker: ticker });
  const LEAGUES: readonly [type: string, details: Record<string, unknown>, league: string][] = [
    ['basketball_game', { league: 'NCAAMB', ...event('KXNCAAMBGAME-26JAN12IWSFA') }, 'NCAAM'],
    ['basketball_game', { league: undefined, ...event('KXWNBAGAME-26AUG09GSLA') }, 'WNBA'],
    ['football_game', { league: 'NFL', ...event('KXSB-26') }, 'NFL'],
    ['football_game', { league: 'ncaaf', ...event('KXNCAAFGAME-26SEP19MSUND') }, 'NCAAF'],
    ['hockey_match', { league: undefined, ...event('KXNHLGAME-26OCT24BOSNYR') }, 'NHL'],
    ['soccer_tournament_multi_leg', { league: 'A cup', ...event('KXCUPGAME-26OCT24AAABBB') }, 'SOCCER'],
    ['tennis_tournament_doubles', { league: undefined, ...event('KXATPDOUBLES-26OCT24AAABBB') }, 'TENNIS'],
  ];
  for (const [type, details, league] of LEAGUES) {
    it(`are of ${league} as ${type} of ${String(details['main_game_event_ticker'])}`, () => {
      assert.equal(valueOf(parseMilestone(milestone({ type }, details))).league, league);
    });
  }

  it('are known by their first event where they name no main one', () => {
    const game = valueOf(
      parseMilestone(milestone({ primary_event_tickers: ['KXMLBGAME-27JUN12AAABBB'] }, { main_game_event_ticker: '' })),
    );
    assert.equal(game.eventTicker, 'KXMLBGAME-27JUN12AAABBB');
  });

  const WRONG: readonly [name: string, raw: unknown, code: ScoresCode][] = [
    ['something else', 'a milestone', 'SCORES_SHAPE_UNKNOWN'],
    ['no start', milestone({ start_date: undefined }), 'SCORES_SHAPE_UNKNOWN'],
    ['a start that is no time', milestone({ start_date: 'tonight' }), 'SCORES_SHAPE_UNKNOWN'],
    ['no event', milestone({ primary_event_tickers: [] }, { main_game_event_ticker: undefined }), 'SCORES_SHAPE_UNKNOWN'],
    ['a race', milestone({ type: 'political_race' }), 'SCORES_TYPE_UNKNOWN'],
    ['a league that is not followed', milestone({ type: 'basketball_game' }, { league: 'EuroLeague' }), 'SCORES_LEAGUE_UNKNOWN'],
    ['a league that is not said', milestone({}, { league: undefined, ...event('KXNEW-1') }), 'SCORES_LEAGUE_UNKNOWN'],
    ['a league of another sport', milestone({ type: 'basketball_game' }, event('KXOTHER-1')), 'SCORES_CONTRADICTION'],
    [
      'a league of another series',
      milestone({ type: 'basketball_game' }, { league: 'NBA', ...event('KXWNBAGAME-1') }),
      'SCORES_CONTRADICTION',
    ],
  ];
  for (const [name, raw, code] of WRONG) {
    it(`are no games with ${name}`, () => {
      assert.equal(parseMilestone(raw).report?.code, code);
      assert.equal(milestoneState(raw, READ_MS).report?.code, code);
    });
  }

  it('say themselves whether their game is to come, over or off', () => {
    const phase = (status: string) => valueOf(milestoneState(milestone({}, { status }), READ_MS)).phase;
    assert.deepEqual(['scheduled', 'complete', 'postponed', 'cancelled'].map(phase), ['pre', 'final', 'postponed', 'postponed']);
    assert.equal(milestoneState(milestone({}, { status: 'in limbo' }), READ_MS).report?.code, 'SCORES_STATUS_UNKNOWN');
    assert.equal(milestoneState(milestone({}, { status: '' }), READ_MS).report?.code, 'SCORES_NOTHING_SAID');
  });

  it('never make the reader throw', () => {
    const raw = fc.oneof(
      fc.anything(),
      fc
        .dictionary(fc.constantFrom('league', 'status', 'main_game_event_ticker'), fc.jsonValue())
        .map((details) => milestone({}, details)),
    );
    fc.assert(
      fc.property(raw, (one) =>
        assert.ok((parseMilestone(one).value === undefined) === (parseMilestone(one).report !== undefined)),
      ),
    );
  });
});

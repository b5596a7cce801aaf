import assert from 'node:assert/strict';
import { type CompetitionKey, type EspnFixture, matchGames, parseScoreboard, type WantedGame } from '../../lib/scores/index.ts';
import { type FixtureName, fixture, fixtureGames } from './fixtures.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function fixturesOf(name: FixtureName, key: CompetitionKey): EspnFixture[] {
  return parseScoreboard(fixture(name), key, 0).fixtures;
}

function espn(
  id: string,
  away: string,
  home: string,
  startMs: number,
  names: { home?: string; away?: string } = {},
): EspnFixture {
  const team = (abbreviation: string, name: string | undefined) => ({
    id: abbreviation,
    abbreviation,
    names: name === undefined ? [] : [name],
  });
  return { id, league: 'MLB', startMs, home: team(home, names.home), away: team(away, names.away) };
}

function wanted(eventTicker: string, startMs: number, names: { home?: string; away?: string } = {}): WantedGame {
  return { eventTicker, startMs, homeName: names.home, awayName: names.away };
}

/** ESPN's id or the report's code for each ticker. */
function outcome(games: readonly WantedGame[], fixtures: readonly EspnFixture[]): string[] {
  const { matches, reports } = matchGames(games, fixtures);
  return games.map(
    ({ eventTicker }) => matches.get(eventTicker)?.id ?? reports.find(({ game }) => game === eventTicker)?.code ?? 'nothing',
  );
}

// 7:10 pm Eastern.
const START_MS = Date.UTC(2027, 5, 12, 23, 10);
const TICKER = 'KXMLBGAME-27JUN121910CWSAZ';

describe('matching ESPN to Kalshi', () => {
  it('finds every game of the fixtures, a doubleheader by its starts', () => {
    const fixtures = [...fixturesOf('espn-mlb', 'MLB'), ...fixturesOf('espn-nba', 'NBA'), ...fixturesOf('espn-epl', 'EPL')];
    const espnIds = [
      '9001',
      '9002',
      '9003',
      '9004',
      '9005',
      '9006',
      '8001',
      '8002',
      '8003',
      '8004',
      '8005',
      '7001',
      '7002',
      '7003',
      '7004',
    ];
    assert.deepEqual(outcome(fixtureGames(), fixtures), espnIds);
  });

  it('goes by codes alone where a title has no names', () => {
    const nameless = fixtureGames().map((game) => ({ ...game, homeName: undefined, awayName: undefined }));
    const { reports } = matchGames(nameless, [
      ...fixturesOf('espn-mlb', 'MLB'),
      ...fixturesOf('espn-nba', 'NBA'),
      ...fixturesOf('espn-epl', 'EPL'),
    ]);
    assert.deepEqual(reports, []);
  });

  const NAMES: readonly [kalshi: string, espn: string, isSame: boolean][] = [
    ['Michigan St.', 'Michigan State', true],
    ['Ole Miss', 'Ole Miss', true],
    ['Texas A&M', 'Texas A & M', true],
    ["Hawai'i", 'Hawaii', true],
    ['San José St.', 'San Jose State', true],
    ['Miami (FL)', 'Miami', true],
    ['Miami (OH)', 'Miami', false],
    ['Michigan', 'Michigan State', false],
    ['St. Johns', 'State Johns', false],
  ];
  for (const [kalshi, espnName, isSame] of NAMES) {
    it(`holds ${kalshi} ${isSame ? 'to be' : 'not to be'} ${espnName}`, () => {
      const game = wanted('KXNCAAFGAME-27JUN12XXXYYY', START_MS, { home: kalshi, away: 'Notre Dame' });
      const found = outcome([game], [espn('1', 'ND', 'HOME', START_MS, { home: espnName, away: 'Notre Dame' })]);
      assert.deepEqual(found, [isSame ? '1' : 'SCORES_MATCH_NONE']);
    });
  }

  it('needs both teams, each on its side', () => {
    const game = wanted(TICKER, START_MS);
    assert.deepEqual(outcome([game], [espn('1', 'CHW', 'ARI', START_MS)]), ['1']);
    assert.deepEqual(outcome([game], [espn('1', 'CHC', 'ARI', START_MS)]), ['SCORES_MATCH_NONE']);
    assert.deepEqual(outcome([game], [espn('1', 'ARI', 'CHW', START_MS)]), ['SCORES_MATCH_SIDES']);
    assert.deepEqual(outcome([game], []), ['SCORES_MATCH_NONE']);
  });

  it('needs the day and the start', () => {
    const game = wanted(TICKER, START_MS);
    assert.deepEqual(outcome([game], [espn('1', 'CHW', 'ARI', START_MS + 90 * MINUTE_MS)]), ['1']);
    assert.deepEqual(outcome([game], [espn('1', 'CHW', 'ARI', START_MS + 91 * MINUTE_MS)]), ['SCORES_MATCH_NONE']);
    assert.deepEqual(outcome([game], [espn('1', 'CHW', 'ARI', START_MS + 24 * HOUR_MS)]), ['SCORES_MATCH_NONE']);
  });

  it('knows the Eastern day of a game that is played after midnight in London', () => {
    // 10:10 pm Eastern, ten minutes past two at night in London.
    const lateMs = Date.UTC(2027, 5, 13, 2, 10);
    assert.deepEqual(outcome([wanted(TICKER, lateMs)], [espn('1', 'CHW', 'ARI', lateMs)]), ['1']);
    assert.deepEqual(outcome([wanted('KXMLBGAME-27JUN131910CWSAZ', lateMs)], [espn('1', 'CHW', 'ARI', lateMs)]), [
      'SCORES_MATCH_NONE',
    ]);
  });

  it('follows a postponed game to its new day, as its ticker does for two days', () => {
    const moved = (days: number) =>
      outcome(
        [wanted(TICKER, START_MS + days * 24 * HOUR_MS)],
        [espn('1', 'CHW', 'ARI', START_MS + days * 24 * HOUR_MS), espn('0', 'CHW', 'ARI', START_MS)],
      );
    assert.deepEqual(moved(1), ['1']);
    assert.deepEqual(moved(2), ['1']);
    assert.deepEqual(moved(3), ['SCORES_MATCH_NONE']);
  });

  describe('with two games of the same teams', () => {
    const first = wanted('KXMLBGAME-27JUN121910CWSAZ', START_MS);
    const second = wanted('KXMLBGAME-27JUN122030CWSAZ', START_MS + 80 * MINUTE_MS);

    it('gives each its own', () => {
      const both = [espn('1', 'CHW', 'ARI', START_MS + 5 * MINUTE_MS), espn('2', 'CHW', 'ARI', START_MS + 85 * MINUTE_MS)];
      assert.deepEqual(outcome([first, second], both), ['1', '2']);
      assert.deepEqual(outcome([second], both), ['2']);
    });

    it('gives one game to the nearer of two tickers only', () => {
      assert.deepEqual(outcome([first, second], [espn('1', 'CHW', 'ARI', START_MS)]), ['1', 'SCORES_MATCH_AMBIGUOUS']);
    });

    it('gives neither where the starts do not tell them apart', () => {
      const close = [espn('1', 'CHW', 'ARI', START_MS - 20 * MINUTE_MS), espn('2', 'CHW', 'ARI', START_MS + 20 * MINUTE_MS)];
      assert.deepEqual(outcome([first], close), ['SCORES_MATCH_AMBIGUOUS']);
      const far = [espn('1', 'CHW', 'ARI', START_MS - 40 * MINUTE_MS), espn('2', 'CHW', 'ARI', START_MS + 40 * MINUTE_MS)];
      assert.deepEqual(outcome([first], far), ['SCORES_MATCH_AMBIGUOUS']);
    });
  });

  it('matches nothing to a ticker that is not a game, or of a series that ESPN is not asked for', () => {
    const games = [espn('1', 'CHW', 'ARI', START_MS, { home: 'Arizona', away: 'Chicago' })];
    for (const ticker of ['KXSB-26', 'KXMLBGAME-27FOO12CWSAZ', 'KXATPMATCH-27JUN12CWSAZ']) {
      assert.deepEqual(outcome([wanted(ticker, START_MS, { home: 'Arizona', away: 'Chicago' })], games), ['SCORES_MATCH_NONE']);
    }
  });
});

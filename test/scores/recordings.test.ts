/** Real answers, as far as there are any: ESPN's scoreboards of seven days, and the shapes of Kalshi's live data that others have seen. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { easternMs } from '../../lib/exchange/eastern.ts';
import {
  COMPETITIONS,
  type CompetitionKey,
  type EspnGames,
  type FollowedGame,
  matchGames,
  parseLiveData,
  parseMilestone,
  parseScoreboard,
  type WantedGame,
} from '../../lib/scores/index.ts';
import { parseEventTicker } from '../../lib/scores/match/ticker.ts';
import { listOf, valueOf } from './fixtures.ts';

const SHARED = new URL('../../../shared/', import.meta.url);
const READ_MS = Date.UTC(2026, 10, 20);

/** Goes into the title, where the list of skipped tests shows it. */
function whyNot(path: string): string {
  return existsSync(new URL(path, SHARED)) ? '' : ` (../shared/${path} is not there)`;
}

function readText(path: string): string {
  const bytes = readFileSync(new URL(path, SHARED));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function scoreboard(file: string): { key: CompetitionKey; board: EspnGames; events: Record<string, unknown>[] } {
  const raw: Record<string, unknown> = JSON.parse(readText(`data/espn/${file}`));
  const slug = listOf(raw, 'leagues')[0]?.['slug'];
  const key = (Object.keys(COMPETITIONS) as CompetitionKey[]).find((one) => COMPETITIONS[one].slug === slug);
  assert.ok(key !== undefined, `no competition ${String(slug)}`);
  return { key, board: parseScoreboard(raw, key, READ_MS), events: listOf(raw, 'events') };
}

describe(`recorded scoreboards of ESPN${whyNot('data/espn/')}`, () => {
  before(function () {
    if (!existsSync(new URL('data/espn/', SHARED))) this.skip();
  });

  it('are understood, every game of every file', () => {
    const files = readdirSync(new URL('data/espn/', SHARED)).filter((file) => file.endsWith('.json.gz'));
    assert.ok(files.length >= 7);
    const phases = { pre: 0, live: 0, break: 0, final: 0, postponed: 0 };
    for (const file of files) {
      const { board, events } = scoreboard(file);
      assert.deepEqual(board.reports, [], file);
      assert.equal(board.games.length, events.length, file);
      for (const { state } of board.games) phases[state.phase] += 1;
    }
    assert.deepEqual(phases, { pre: 50, live: 32, break: 5, final: 11, postponed: 0 });
  });

  it('say the same as their own words do', () => {
    for (const file of ['mlb.json.gz', 'mls.json.gz', 'nfl.json.gz', 'nhl.json.gz', 'ncaaf.json.gz']) {
      const { board, events } = scoreboard(file);
      for (const [index, { state }] of board.games.entries()) {
        if (state.phase !== 'live') continue;
        const status = JSON.stringify(events[index]?.['status']);
        const clock = state.clockS;
        if (clock === undefined) assert.match(status, new RegExp(`"${state.half === 'top' ? 'Top' : 'Bot'} ${state.period}th"`));
        else if (state.league === 'SOCCER') assert.ok(status.includes(`"${clock / 60}'"`), status);
        else
          assert.ok(
            status.includes(`"${Math.floor(clock / 60)}:${String(clock % 60).padStart(2, '0')} - ${state.period}`),
            status,
          );
      }
    }
  });

  it('have the games of the recorded tickers of the same day', function () {
    if (!existsSync(new URL('data/wire/events_sports_nested.json.gz', SHARED))) this.skip();
    const tickers = new Set(readText('data/wire/events_sports_nested.json.gz').match(/KX(?:MLB|WNBA)GAME-26AUG09[A-Z0-9]+/g));
    assert.ok(tickers.size >= 6);
    const fixtures = ['espn_scoreboard_mlb_20260809.json.gz', 'espn_scoreboard_wnba_20260809.json.gz'].flatMap(
      (file) => scoreboard(file).board.fixtures,
    );
    const wanted = [...tickers].flatMap((ticker): WantedGame[] => {
      const time = /26AUG09(\d\d)(\d\d)/.exec(ticker);
      const own = fixtures.find(({ home, away }) => parseEventTicker(ticker)?.teams === away.abbreviation + home.abbreviation);
      // A ticker with a time says when; of the others ESPN is believed, and the teams are what is tried.
      const startMs = time === null ? own?.startMs : easternMs(2026, 8, 9, Number(time[1]), Number(time[2]));
      return startMs === undefined ? [] : [{ eventTicker: ticker, startMs, homeName: undefined, awayName: undefined }];
    });
    assert.equal(wanted.length, tickers.size);
    const { matches, reports } = matchGames(wanted, fixtures);
    assert.deepEqual(reports, []);
    assert.equal(new Set([...matches.values()].map(({ id }) => id)).size, tickers.size);
  });
});

/** Every team that Kalshi's recorded tickers name, against the teams that ESPN's recorded scoreboards have. */
describe(`team codes of recorded tickers${whyNot('data/games/')}`, () => {
  before(function () {
    if (!existsSync(new URL('data/games/', SHARED)) || !existsSync(new URL('data/espn/', SHARED))) this.skip();
  });

  it('are found for football and baseball, where ESPN has all teams', () => {
    const texts = [
      'data/wire/events_nfl_preseason.json.gz',
      'data/wire/markets_settled.json.gz',
      'data/wire/events_sports_nested.json.gz',
      'data/games/mlb_kalshi_1m_bbo_plays.jsonl.gz',
    ].map(readText);
    for (const [series, file] of [
      ['KXNFLGAME', 'nfl.json.gz'],
      ['KXMLBGAME', 'espn_scoreboard_mlb_20260809.json.gz'],
    ] as const) {
      const teams = scoreboard(file).board.fixtures.flatMap(({ home, away }) => [home, away]);
      const tickers = new Set(
        texts.flatMap((text) => text.match(new RegExp(`${series}-\\d\\d[A-Z]{3}\\d\\d(?:\\d{4})?[A-Z]+`, 'g')) ?? []),
      );
      assert.ok(tickers.size > 10, series);
      for (const ticker of tickers) {
        const startMs = Date.parse(`${parseEventTicker(ticker)?.day ?? ''}T20:00Z`);
        const game: WantedGame = { eventTicker: ticker, startMs, homeName: undefined, awayName: undefined };
        const league = series === 'KXNFLGAME' ? 'NFL' : 'MLB';
        const pairs = teams.flatMap((away) =>
          teams
            .filter((home) => home !== away)
            .map((home) => ({ id: `${away.abbreviation}@${home.abbreviation}`, league, startMs, home, away }) as const),
        );
        assert.equal(matchGames([game], pairs).matches.size, 1, ticker);
      }
    }
  });
});

describe(`live data of Kalshi as others saw them${whyNot('kalshi/examples/live_data__soccer.json')}`, () => {
  before(function () {
    if (!existsSync(new URL('kalshi/examples/live_data__soccer.json', SHARED))) this.skip();
  });

  const example = (name: string): Record<string, Record<string, unknown>> => JSON.parse(readText(`kalshi/examples/${name}`));

  function stateOf(sport: FollowedGame['sport'], league: FollowedGame['league'], live: unknown) {
    const id = typeof live === 'object' && live !== null && 'milestone_id' in live ? String(live.milestone_id) : '';
    return valueOf(parseLiveData({ eventTicker: 'E', milestoneId: id, sport, league }, live, READ_MS));
  }

  const EXAMPLES = [
    ['live_data__soccer.json', 'soccer', 'SOCCER', ['final', undefined, 5400, 2, 1]],
    ['live_data__hockey_generic.json', 'hockey', 'NHL', ['live', 3, 252, 3, 2]],
    ['live_data__tennis.json', 'tennis', 'TENNIS', ['live', 2, undefined, 1, 0]],
  ] as const;
  for (const [name, sport, league, expected] of EXAMPLES) {
    it(`are understood in ${name}`, () => {
      const { phase, period, clockS, homeScore, awayScore } = stateOf(sport, league, example(name)['live_data']);
      assert.deepEqual([phase, period, clockS, homeScore, awayScore], expected);
    });
  }

  it('are understood in the fragments that were written down', function () {
    if (!existsSync(new URL('data/kalshi-live-data/README.md', SHARED))) this.skip();
    const text = readText('data/kalshi-live-data/README.md');
    const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, json]): Record<string, unknown> => JSON.parse(json ?? ''),
    );
    assert.equal(blocks.length, 3);
    const [football, soccer, milestone] = blocks;
    const played = stateOf('football', 'NFL', { type: 'football_game', milestone_id: 'm', details: football });
    assert.deepEqual(
      [played.phase, played.period, played.clockS, played.homeScore, played.awayScore, played.asOfMs],
      ['final', 4, 0, 20, 24, 1_786_837_766_000],
    );
    const running = stateOf('soccer', 'SOCCER', soccer?.['live_data']);
    assert.deepEqual([running.phase, running.period, running.clockS, running.asOfMs], ['live', 2, 3720, 1_773_971_711_000]);
    const game = valueOf(parseMilestone(milestone));
    assert.deepEqual(
      [game.league, game.eventTicker, game.awayName, game.homeName],
      ['NCAAM', 'KXNCAAMBGAME-26JAN12IWSFA', 'Incarnate Word', 'Stephen F. Austin'],
    );
  });

  it('belong to milestones that are games to follow', () => {
    const { milestones } = JSON.parse(readText('kalshi/examples/milestone__basketball.json'));
    const game = valueOf(parseMilestone(milestones[0]));
    assert.deepEqual(
      [game.league, game.eventTicker, game.startMs, game.awayName, game.homeName],
      ['NBA', 'KXNBAGAME-26NOV20NYKCLE', Date.UTC(2026, 10, 21, 0, 30), 'New York', 'Cleveland'],
    );
  });
});

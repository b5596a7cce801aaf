import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  generatedScenario,
  parseGames,
  recordedScenario,
  type Scenario,
  type ScenarioAction,
} from '../../lib/exchange/scenario/index.ts';
import { LEAGUES as PRACTICE_LEAGUES } from '../../lib/exchange/scenario/leagues.ts';
import { WINNER_SERIES } from '../../lib/kalshi/venue/series.ts';
import { COMPETITIONS, competitionOf } from '../../lib/scores/index.ts';
import { leagueOf, sportOf } from '../../lib/scores/kalshi/leagues.ts';
import { LEAGUES, type League } from '../../lib/trading/game.ts';
import type { GameChoice } from '../../lib/trading/ports/market-data.ts';
import { AWAY, EVENT, event, HOME, market, START_MS, series } from '../exchange/stage.ts';
import type { Member } from '../practice.ts';
import { VirtualClock } from './clock.ts';
import { until } from './socket-exchange.ts';
import { type Floor, openFloor, quietScenario, quote } from './venue-stage.ts';

const EVERYTHING: GameChoice = { leagues: LEAGUES, series: [], tickers: [] };
const HOUR_MS = 3_600_000;

type Listed<K extends ScenarioAction['kind']> = Extract<ScenarioAction, { kind: K }>;

/** The scenario's own listings of one kind up to a moment. */
function listings<K extends ScenarioAction['kind']>(scenario: Scenario, kind: K, untilMs: number): Listed<K>[] {
  const found: Listed<K>[] = [];
  for (const { atMs, actions } of scenario.events()) {
    if (atMs > untilMs) break;
    found.push(...actions.filter((action): action is Listed<K> => action.kind === kind));
  }
  return found;
}

describe('market data of a night', function () {
  this.timeout(60_000);
  let floor: Floor;
  let member: Member;

  async function open(scenario: Scenario): Promise<void> {
    floor = await openFloor({ scenario });
    floor.step();
    member = floor.practice.member();
  }

  afterEach(async () => {
    await floor.work.rest();
    await floor.close();
  });

  it('lists every game of a generated night as it was announced', async () => {
    const scenario = generatedScenario({ seed: 214 });
    await open(scenario);
    const data = floor.marketData(member);
    await data.open();
    const games = await data.list(EVERYTHING);
    const untilMs = floor.clock.nowMs();
    const milestones = listings(scenario, 'milestone', untilMs).map(({ milestone }) => milestone);
    const wanted = listings(scenario, 'event', untilMs).map(({ event: own, markets }) => {
      const milestone = milestones.find(({ primaryEventTickers }) => primaryEventTickers.includes(own.ticker));
      const facts = Object.values(PRACTICE_LEAGUES).find(({ seriesTicker }) => seriesTicker === own.seriesTicker);
      assert.ok(milestone && facts);
      const league: League = facts.league === 'EPL' || facts.league === 'MLS' ? 'SOCCER' : facts.league;
      const teams = milestone.title.split(facts.homeFirst ? ' vs ' : ' at ');
      const [home, away] = facts.homeFirst ? teams : teams.toReversed();
      return {
        eventTicker: own.ticker,
        seriesTicker: own.seriesTicker,
        league,
        title: own.title,
        home,
        away,
        startMs: milestone.startMs,
        hasScoreSource: true,
        markets: markets.map(({ ticker, title, yesSubTitle }) => ({
          ticker,
          team: yesSubTitle,
          title,
          status: 'open',
          resultCC: undefined,
          fees: { type: facts.feeType, multiplier: facts.feeMultiplier, waivedUntilMs: undefined },
          exchangeIndex: 0,
        })),
      };
    });
    assert.equal(wanted.length, 6);
    assert.deepEqual(
      games,
      wanted.toSorted((one, other) => one.startMs - other.startMs),
    );
    assert.ok(games.some(({ markets }) => markets.some(({ team }) => team === 'Tie')));
    assert.deepEqual(floor.problems, []);
  });

  it('quotes what the exchange has in its books after every step', async () => {
    await open(generatedScenario({ seed: 214, games: 3 }));
    const data = floor.marketData(member);
    await data.open();
    const games = await data.list(EVERYTHING);
    const tickers = games.flatMap(({ markets }) => markets.map(({ ticker }) => ticker));
    const changed = new Set<string>();
    data.listen({ quote: (ticker) => changed.add(ticker) });
    data.follow(tickers, floor);
    await data.caughtUp();
    let changes = 0;
    for (let step = 0; step < 1_000; step++) {
      for (const ticker of tickers) {
        const { bids, asks } = floor.practice.night.exchange.state.markets.get(ticker) ?? assert.fail(ticker);
        const standing = data.quote(ticker);
        assert.ok(standing, `${ticker} has no quote at step ${step}`);
        const [bid, ask] = [bids.best(), asks.best()];
        const touch = standing.quote;
        const wanted = [bid?.priceCC, bid?.totalE2 ?? 0, ask?.priceCC, ask?.totalE2 ?? 0];
        assert.deepEqual([touch.bidCC, touch.bidSizeE2, touch.askCC, touch.askSizeE2], wanted);
        assert.equal(standing.source, 'socket');
      }
      changes += changed.size;
      changed.clear();
      assert.ok(floor.step());
      await data.caughtUp();
    }
    assert.ok(changes > 1_000);
    assert.equal(data.health().kind, 'connected');
  });

  it('lists recorded games, and tells how their markets end', async () => {
    const lines = readFileSync(new URL('../fixtures/games/invented.jsonl', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    await open(recordedScenario({ sides: parseGames(lines, 'invented'), reading: 'exact' }));
    const data = floor.marketData(member);
    await data.open();
    const [game, ...more] = await data.list(EVERYTHING);
    assert.deepEqual(more, []);
    assert.deepEqual([game?.eventTicker, game?.league], ['KXNBAGAME-29DEC31BOSNYK', 'NBA']);
    assert.equal(game?.startMs, 1_893_459_600_000);
    assert.deepEqual(
      game?.markets.map(({ ticker }) => ticker.slice(-3)),
      ['BOS', 'NYK'],
    );
    const told: string[] = [];
    data.listen({ market: (ticker, status, resultCC) => told.push(`${ticker.slice(-3)} ${status} ${resultCC}`) });
    while ((await data.list(EVERYTHING)).some(({ league }) => league === 'NBA') && floor.step()) await data.caughtUp();
    const ends = (team: string, resultCC: number) =>
      [`closed undefined`, `determined ${resultCC}`, `finalized ${resultCC}`].map((end) => `${team} ${end}`);
    assert.deepEqual(
      told.filter((line) => line.startsWith('NYK')),
      ends('NYK', 10_000),
    );
    assert.deepEqual(
      told.filter((line) => line.startsWith('BOS')),
      ends('BOS', 0),
    );
  });
});

describe('market data', () => {
  let floor: Floor;
  let member: Member;

  beforeEach(async () => {
    floor = await openFloor({ scenario: quietScenario() });
    floor.step();
    member = floor.practice.member();
  });

  afterEach(async () => {
    await floor.work.rest();
    await floor.close();
  });

  const milestone = (change: object = {}): ScenarioAction => ({
    kind: 'milestone',
    milestone: {
      id: 'm1',
      type: 'basketball_game',
      title: 'A at B',
      category: 'Sports',
      startMs: START_MS + HOUR_MS,
      endMs: undefined,
      relatedEventTickers: [EVENT],
      primaryEventTickers: [EVENT],
      notificationMessage: '',
      details: { league: 'NBA', main_game_event_ticker: EVENT },
      ...change,
    },
  });

  const choices: [what: string, choice: Partial<GameChoice>, found: boolean][] = [
    ['nothing', {}, false],
    ['its league', { leagues: ['NBA'] }, true],
    ['another league', { leagues: ['NHL', 'TENNIS'] }, false],
    ['its series', { series: ['KXNBAGAME'] }, true],
    ['a series that does not exist', { series: ['KXNOGAME'] }, false],
    ['its event', { tickers: [EVENT] }, true],
    ['one of its markets', { tickers: [HOME] }, true],
    ['all of that at once', { leagues: ['NBA'], series: ['KXNBAGAME'], tickers: [HOME, AWAY, EVENT] }, true],
    ['a market that does not exist', { tickers: ['KXNBAGAME-26NOV20XXXYYY-YYY'] }, false],
  ];
  for (const [what, choice, found] of choices) {
    it(`lists ${found ? 'the game' : 'nothing'} for ${what}`, async () => {
      const data = floor.marketData(member);
      const games = await data.list({ leagues: [], series: [], tickers: [], ...choice });
      assert.deepEqual(
        games.map(({ eventTicker }) => eventTicker),
        found ? [EVENT] : [],
      );
    });
  }

  it('knows no start and no score source without a milestone, and both with one', async () => {
    const data = floor.marketData(member);
    await data.open();
    const [bare] = await data.list(EVERYTHING);
    assert.deepEqual([bare?.startMs, bare?.hasScoreSource, data.milestoneOf(EVENT)], [undefined, false, undefined]);
    floor.perform(milestone());
    const [game] = await data.list(EVERYTHING);
    assert.deepEqual([game?.startMs, game?.hasScoreSource], [START_MS + HOUR_MS, true]);
    assert.equal(data.milestoneOf(EVENT)?.id, 'm1');
    floor.perform({ kind: 'milestone_update', id: 'm1', change: { startMs: START_MS + 2 * HOUR_MS } });
    assert.equal((await data.list(EVERYTHING))[0]?.startMs, START_MS + 2 * HOUR_MS);
    assert.equal(data.shardOf(HOME), 0);
    assert.equal(data.shardOf('KXNBAGAME-26NOV20XXXYYY-YYY'), undefined);
  });

  it('follows a championship by its milestone, and nothing that does not ask who wins', async () => {
    const listing = (ticker: string, mutuallyExclusive: boolean): ScenarioAction[] => [
      { kind: 'series', series: { ...series, ticker } },
      {
        kind: 'event',
        event: { ...event, ticker: `${ticker}-26`, seriesTicker: ticker, mutuallyExclusive },
        markets: [market(`${ticker}-26-AAA`, { eventTicker: `${ticker}-26` })],
      },
      milestone({
        id: ticker,
        primaryEventTickers: [`${ticker}-26`],
        relatedEventTickers: [`${ticker}-26`],
        details: { league: 'NBA' },
      }),
    ];
    floor.perform(...listing('KXNBA', true), ...listing('KXNBATOTAL', false));
    const data = floor.marketData(member);
    const choice = { leagues: [], series: ['KXNBA', 'KXNBATOTAL'], tickers: [] };
    const games = await data.list(choice);
    await data.list(choice);
    assert.deepEqual(
      games.map(({ eventTicker, league }) => [eventTicker, league]),
      [['KXNBA-26', 'NBA']],
    );
    assert.deepEqual(
      floor.problems.map(({ code, message }) => [code, message]),
      [['KALSHI_NO_GAME_WINNER', 'KXNBATOTAL-26 is not followed: nothing says that its markets ask who wins a game']],
    );
  });

  it('leaves a game out whose fees cannot be computed, and says so', async () => {
    floor.perform(
      { kind: 'series', series: { ...series, ticker: 'KXNHLGAME', feeType: 'flat' } },
      {
        kind: 'event',
        event: { ...event, ticker: 'KXNHLGAME-26NOV20AAABBB', seriesTicker: 'KXNHLGAME' },
        markets: [market('KXNHLGAME-26NOV20AAABBB-AAA', { eventTicker: 'KXNHLGAME-26NOV20AAABBB' })],
      },
    );
    const games = await floor.marketData(member).list(EVERYTHING);
    assert.deepEqual(
      games.map(({ eventTicker }) => eventTicker),
      [EVENT],
    );
    assert.deepEqual(
      floor.problems.map(({ message }) => message),
      ['KXNHLGAME-26NOV20AAABBB is left out: fees of type "flat" cannot be computed'],
    );
  });

  it('lists what opens within the horizon, and tells when it opens and closes', async () => {
    const opensMs = START_MS + 2 * HOUR_MS;
    const ticker = 'KXNBAGAME-26NOV21CCCDDD';
    floor.perform({
      kind: 'event',
      event: { ...event, ticker },
      markets: [market(`${ticker}-CCC`, { eventTicker: ticker, openMs: opensMs, closeMs: opensMs + HOUR_MS })],
    });
    const near = floor.marketData(member, { horizonMs: HOUR_MS });
    await near.open();
    assert.equal((await near.list(EVERYTHING)).length, 1);
    const data = floor.marketData(member);
    const told: string[] = [];
    data.listen({ market: (about, status) => told.push(`${about} ${status} ${floor.clock.nowMs() - opensMs}`) });
    const games = await data.list(EVERYTHING);
    assert.equal(games.find(({ eventTicker }) => eventTicker === ticker)?.markets[0]?.status, 'unopened');
    floor.clock.advanceTo(opensMs + 2 * HOUR_MS);
    assert.deepEqual(told, [`${ticker}-CCC open 0`, `${ticker}-CCC closed ${HOUR_MS}`]);
  });

  it('tells what becomes of a market', async () => {
    const data = floor.marketData(member);
    await data.open();
    await data.list(EVERYTHING);
    const told: (string | number | undefined)[][] = [];
    data.listen({ market: (...news) => told.push(news) });
    const minuteMs = 60_000;
    const closing = (closeMs: number): ScenarioAction => ({ kind: 'close_date', ticker: HOME, closeMs });
    const steps: [ScenarioAction, ...(string | number | undefined)[]][] = [
      [{ kind: 'deactivate', ticker: HOME }, HOME, 'paused', undefined],
      [{ kind: 'activate', ticker: HOME }, HOME, 'open', undefined],
      [closing(START_MS), HOME, 'closed', undefined],
      [closing(START_MS + minuteMs), HOME, 'open', undefined],
      [{ kind: 'determine', ticker: HOME, result: 'scalar', valueCC: 4_444 }, HOME, 'determined', 4_444],
      [{ kind: 'determine', ticker: AWAY, result: 'no', valueCC: 0 }, AWAY, 'determined', 0],
    ];
    for (const [action, ...news] of steps) {
      floor.perform(action);
      await data.caughtUp();
      assert.deepEqual(told.splice(0), [news]);
    }
    const [game] = await data.list(EVERYTHING);
    assert.deepEqual(
      game?.markets.map(({ status, resultCC }) => [status, resultCC]),
      [
        ['determined', 0],
        ['determined', 4_444],
      ],
    );
    while (told.length === 0 && floor.step()) await data.caughtUp();
    assert.deepEqual(
      new Map(told.splice(0).map(([ticker, ...news]) => [ticker, news])),
      new Map([
        [AWAY, ['finalized', 0]],
        [HOME, ['finalized', 4_444]],
      ]),
    );
    assert.deepEqual(await data.list(EVERYTHING), []);
  });

  it('says that there is more to list when a game is announced, and not for other markets', async () => {
    const data = floor.marketData(member);
    await data.open();
    let announcements = 0;
    data.listen({ listed: () => announcements++ });
    floor.perform(
      { kind: 'series', series: { ...series, ticker: 'KXHIGHNY' } },
      {
        kind: 'event',
        event: { ...event, ticker: 'KXHIGHNY-26NOV20', seriesTicker: 'KXHIGHNY' },
        markets: [market('KXHIGHNY-26NOV20-B53.5', { eventTicker: 'KXHIGHNY-26NOV20' })],
      },
    );
    await data.caughtUp();
    assert.equal(announcements, 0);
    const ticker = 'KXNBAGAME-26NOV21CCCDDD';
    floor.perform({ kind: 'event', event: { ...event, ticker }, markets: [market(`${ticker}-CCC`, { eventTicker: ticker })] });
    await data.caughtUp();
    assert.equal(announcements, 1);
    assert.equal((await data.list(EVERYTHING)).length, 2);
  });

  it('keeps a market until the last of those who follow it drops it', async () => {
    const data = floor.marketData(member);
    await data.open();
    const [one, other] = [{}, {}];
    data.follow([HOME, AWAY], one);
    data.follow([HOME], other);
    await data.caughtUp();
    assert.deepEqual([data.quote(HOME)?.quote.bidCC, data.quote(HOME)?.quote.askCC], [4_000, 4_200]);
    data.drop([HOME, AWAY], one);
    data.drop([HOME], one);
    assert.equal(data.quote(AWAY), undefined);
    floor.perform(quote(HOME, 3_900, 4_100));
    await data.caughtUp();
    assert.equal(data.quote(HOME)?.quote.bidCC, 3_900);
    data.drop([HOME], other);
    assert.equal(data.quote(HOME), undefined);
    assert.equal(data.depth(HOME, 5), undefined);
  });

  it('has caught up with what was followed while something else was being answered', async () => {
    const data = floor.marketData(member);
    await data.caughtUp();
    await data.open();
    data.follow([HOME], floor);
    await Promise.resolve();
    data.follow([AWAY], floor);
    assert.equal(data.quote(AWAY), undefined);
    await data.caughtUp();
    assert.deepEqual([data.quote(HOME)?.quote.bidCC, data.quote(AWAY)?.quote.bidSizeE2], [4_000, 0]);
  });

  it('tells the depth, best first, in prices of YES', async () => {
    const data = floor.marketData(member);
    await data.open();
    floor.perform({
      kind: 'quote',
      ticker: HOME,
      bids: [
        { priceCC: 4_000, countE2: 100 },
        { priceCC: 3_900, countE2: 200 },
        { priceCC: 3_800, countE2: 300 },
      ],
      asks: [{ priceCC: 4_300, countE2: 400 }],
    });
    data.follow([HOME], floor);
    await data.caughtUp();
    assert.deepEqual(data.depth(HOME, 2), {
      bids: [
        { priceCC: 4_000, countE2: 100 },
        { priceCC: 3_900, countE2: 200 },
      ],
      asks: [{ priceCC: 4_300, countE2: 400 }],
    });
  });

  it('reads books by REST while the socket is away, and everything anew when it is back', async () => {
    const wall = new VirtualClock(Date.now());
    const data = floor.marketData(member, { wall, random: () => 0 });
    await data.open();
    data.follow([HOME], floor);
    await data.caughtUp();
    const told: string[] = [];
    data.listen({
      health: ({ kind }) => told.push(kind),
      listed: () => told.push('listed'),
      quote: () => told.push(`quote ${data.quote(HOME)?.source}`),
    });
    floor.practice.faults.add({ kind: 'disconnect' }, { frame: 'orderbook_delta' });
    floor.perform(quote(HOME, 3_500, 3_700));
    await until(() => told.includes('blind'), 'blindness');
    assert.deepEqual([data.quote(HOME), data.health().reason.length > 0], [undefined, true]);
    wall.advance(1);
    await until(() => data.quote(HOME) !== undefined, 'a quote by REST');
    assert.deepEqual([data.quote(HOME)?.quote.bidCC, data.quote(HOME)?.source], [3_500, 'rest']);
    wall.advance(500);
    await data.caughtUp();
    assert.deepEqual([data.quote(HOME)?.quote.bidCC, data.quote(HOME)?.source], [3_500, 'socket']);
    assert.ok(told.indexOf('listed') > told.indexOf('blind'));
    assert.equal(data.health().kind, 'connected');
  });

  it('has read everything again that followed a gap once it has caught up', async () => {
    const data = floor.marketData(member);
    await data.open();
    data.follow([HOME, AWAY], floor);
    await data.caughtUp();
    floor.practice.faults.add({ kind: 'sequence_gap' }, { frame: 'orderbook_delta' });
    floor.perform(quote(HOME, 2_000, 2_100), quote(AWAY, 7_000, 7_100));
    await data.caughtUp();
    assert.deepEqual([data.quote(HOME)?.quote.bidCC, data.quote(AWAY)?.quote.askCC], [2_000, 7_100]);
    assert.ok(floor.problems.some(({ code }) => code === 'KALSHI_SOCKET_GAP'));
  });

  it('reads the candles of a span, oldest first, with the one that stood before it', async () => {
    const data = floor.marketData(member);
    const candles = await data.candles(HOME, START_MS - HOUR_MS, START_MS + HOUR_MS);
    assert.deepEqual(candles, [{ endMs: START_MS, bidCC: 4_000, askCC: 4_200 }]);
    const none = await data.candles(AWAY, START_MS - HOUR_MS, START_MS + HOUR_MS);
    assert.deepEqual(none, []);
    await assert.rejects(data.candles('KXNBAGAME-26NOV20XXXYYY-YYY', START_MS, START_MS), { code: 'KALSHI_NOT_FOUND' });
  });

  it('says what is wrong when it cannot be opened', async () => {
    const credentials = {
      keyId: '00000000-0000-4000-8000-000000000000',
      privateKeyPem: member.client.signer === undefined ? '' : '',
    };
    assert.throws(() => floor.marketData(member, { credentials }), { code: 'KALSHI_KEY_UNREADABLE' });
    const data = floor.marketData(member, { baseUrl: 'http://127.0.0.1:9/trade-api/v2', random: () => 0 });
    await assert.rejects(data.open(), { code: 'KALSHI_UNREACHABLE', message: /cannot be reached/ });
  });
});

describe('the series of game winners', () => {
  const types: Partial<Record<League, string>> = {
    NBA: 'basketball_game',
    WNBA: 'basketball_game',
    NCAAM: 'basketball_game',
    NCAAW: 'basketball_game',
    NFL: 'football_game',
    NCAAF: 'football_game',
    MLB: 'baseball_game',
    NHL: 'hockey_game',
    SOCCER: 'soccer_tournament_multi_leg',
    TENNIS: 'tennis_tournament_singles',
  };

  it('are of the leagues that score sources know them by', () => {
    for (const league of LEAGUES) {
      assert.ok(WINNER_SERIES[league].length > 0, league);
      for (const ticker of WINNER_SERIES[league]) {
        assert.equal(leagueOf(sportOf(types[league] ?? ''), undefined, ticker), league, ticker);
        const competition = competitionOf(ticker);
        if (league !== 'TENNIS') assert.equal(competition && COMPETITIONS[competition].league, league, ticker);
      }
    }
  });

  it('cover what the practice exchange plays', () => {
    const all = Object.values(WINNER_SERIES).flat();
    for (const { seriesTicker } of Object.values(PRACTICE_LEAGUES)) assert.ok(all.includes(seriesTicker), seriesTicker);
  });
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseGames, readGamesFile, recordedScenario, type Scenario } from '../../../lib/exchange/scenario/index.ts';
import { audit, eventsUntil, type GameAudit, get } from './audit.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/games/invented.jsonl', import.meta.url));
const SHARED = fileURLToPath(new URL('../../../../shared/data/games', import.meta.url));
const SHARED_FILES = [
  'nba_kalshi_1m.jsonl.gz',
  'mlb_kalshi_1m_bbo_plays.jsonl.gz',
  'nba_kalshi_ws_ticks_laccha.jsonl.gz',
  'nfl_superbowl_lx_bbo.jsonl.gz',
];

type Cell = number | string | null;
interface Line {
  header: Record<string, unknown> & { ticker: string; yes_team: string; start_ts: number };
  columns: string[];
  rows: Cell[][];
}

function linesOf(path: string): Line[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}

/** The exact reading once more, plainly: what each market quotes at each row, as "ticker time bid ask" in cents. */
function plainQuotes(lines: Line[]): string[] {
  const quotes: { atMs: number; ticker: string; text: string }[] = [];
  const recorded = new Set(lines.map(({ header }) => header.ticker));
  for (const { header, columns, rows } of lines) {
    if (header['market'] === 'total') continue;
    const teams = header['home'] === null ? header['neutral_teams'] : [header['home'], header['away']];
    assert.ok(Array.isArray(teams));
    const other: unknown = teams.find((team) => team !== header.yes_team);
    const otherTicker = `${header.ticker.slice(0, header.ticker.lastIndexOf('-'))}-${String(other)}`;
    for (const row of rows) {
      const cell = (name: string): number | null => {
        const value = row[columns.indexOf(name)];
        return typeof value === 'number' ? value : null;
      };
      const atMs = Math.round(Number(row[0]) * 1000);
      let [bid, ask] = [cell('bid'), cell('ask')];
      if (columns.includes('close')) {
        bid = Math.min(98, Math.max(1, Math.floor(cell('close') ?? Number.NaN)));
        ask = bid + 1;
      }
      if (bid === 0) bid = null;
      if (ask === 100) ask = null;
      const text = (ticker: string, b: number | null, a: number | null): string => `${ticker} ${atMs} ${b ?? '-'} ${a ?? '-'}`;
      quotes.push({ atMs, ticker: header.ticker, text: text(header.ticker, bid, ask) });
      if (!recorded.has(otherTicker)) {
        const mirrored = text(otherTicker, ask === null ? null : 100 - ask, bid === null ? null : 100 - bid);
        quotes.push({ atMs, ticker: otherTicker, text: mirrored });
      }
    }
  }
  return quotes
    .toSorted((one, two) => one.atMs - two.atMs || (one.ticker < two.ticker ? -1 : one.ticker > two.ticker ? 1 : 0))
    .map(({ text }) => text);
}

function playedQuotes(scenario: Scenario): string[] {
  const quotes: string[] = [];
  for (const { atMs, actions } of scenario.events()) {
    for (const action of actions) {
      if (action.kind !== 'quote') continue;
      for (const level of [...action.bids, ...action.asks]) assert.equal(level.countE2, 1_000_000);
      assert.ok(action.bids.length < 2 && action.asks.length < 2);
      const cents = (levels: { priceCC: number }[]): string => (levels[0] === undefined ? '-' : String(levels[0].priceCC / 100));
      quotes.push(`${action.ticker} ${atMs} ${cents(action.bids)} ${cents(action.asks)}`);
    }
  }
  return quotes;
}

function gameOf(games: Map<string, GameAudit>, event: string): GameAudit {
  const game = [...games.values()].find(({ milestone }) => milestone.primaryEventTickers[0] === event);
  assert.ok(game, event);
  return game;
}

function statuses({ lives }: GameAudit): string[] {
  const seen = lives.map(({ atMs, details }) => `${String(details['status'])} ${atMs}`);
  return seen.filter((text, index) => text.split(' ')[0] !== seen[index - 1]?.split(' ')[0]);
}

describe('the exact reading of recorded games', () => {
  const exact = (): Scenario => recordedScenario({ sides: readGamesFile(FIXTURE), reading: 'exact' });

  it('quotes every row of the fixture once, as a plain computation says', () => {
    assert.deepEqual(playedQuotes(exact()), plainQuotes(linesOf(FIXTURE)));
  });

  for (const name of SHARED_FILES) {
    it(`quotes every row of ${name} once, as a plain computation says`, function () {
      const path = join(SHARED, name);
      if (!existsSync(path)) {
        console.log('      skipped: ../shared/data/games is absent');
        this.skip();
      }
      const played = playedQuotes(recordedScenario({ sides: readGamesFile(path), reading: 'exact' }));
      const plain = plainQuotes(linesOf(path));
      assert.equal(played.length, plain.length);
      assert.ok(played.length > 300);
      for (const [index, quote] of plain.entries()) assert.equal(played[index], quote);
    });
  }

  it('plays all recorded games cleanly from listing to result', function () {
    if (!existsSync(SHARED)) {
      console.log('      skipped: ../shared/data/games is absent');
      this.skip();
    }
    for (const name of SHARED_FILES) {
      const lines = linesOf(join(SHARED, name));
      const { markets } = audit(recordedScenario({ sides: readGamesFile(join(SHARED, name)), reading: 'exact' }));
      for (const { header } of lines) {
        if (header['market'] !== 'total') assert.equal(get(markets, header.ticker).determined?.result, header['result']);
      }
      for (const { eventTicker, determined, flows } of markets.values()) {
        const pair = [...markets.values()].filter((market) => market.eventTicker === eventTicker);
        assert.equal(pair.length, 2);
        assert.equal(
          pair.reduce((sum, market) => sum + (market.determined?.valueCC ?? 0), 0),
          10_000,
        );
        assert.ok(determined);
        assert.equal(flows.length, 0, 'the volume is not traded against');
      }
    }
  });

  it('lists series, teams, event, markets and milestone with the right fees and starts', () => {
    const { series, listed, games, targets } = audit(exact());
    assert.deepEqual([...series.keys()], ['KXNBAGAME', 'KXMLBGAME', 'KXSB']);
    assert.deepEqual(
      [get(series, 'KXNBAGAME').feeType, get(series, 'KXNBAGAME').feeMultiplier],
      ['quadratic_with_maker_fees', 1],
    );
    assert.deepEqual(
      [get(series, 'KXMLBGAME').feeType, get(series, 'KXMLBGAME').feeMultiplier],
      ['quadratic_with_maker_fees', 0.5],
    );
    assert.deepEqual(get(series, 'KXSB').tags, ['Football']);
    assert.deepEqual(get(listed, 'KXNBAGAME-29DEC31BOSNYK').tickers, [
      'KXNBAGAME-29DEC31BOSNYK-BOS',
      'KXNBAGAME-29DEC31BOSNYK-NYK',
    ]);
    assert.equal(get(listed, 'KXNBAGAME-29DEC31BOSNYK').event.title, 'Boston vs New York');
    assert.deepEqual(get(listed, 'KXSB-30').tickers, ['KXSB-30-GB', 'KXSB-30-KC']);
    assert.equal(
      gameOf(games, 'KXNBAGAME-29DEC31BOSNYK').scheduledMs,
      1_893_459_600_000,
      'the real start when none was scheduled',
    );
    assert.equal(gameOf(games, 'KXMLBGAME-30JAN011905ABCSEA').scheduledMs, 1_893_542_400_000, 'the scheduled start');
    assert.deepEqual([...targets.values()].map(({ name }) => name).slice(0, 3), ['Boston Celtics', 'New York Knicks', 'ABC']);
  });

  it('puts baseball on the third shard when there are four', () => {
    const shardsOf = (shards: 1 | 4): number[] => {
      const { series } = audit(recordedScenario({ sides: readGamesFile(FIXTURE), reading: 'exact', shards }));
      return [...series.values()].map(({ exchangeIndex }) => exchangeIndex);
    };
    assert.deepEqual(shardsOf(1), [0, 0, 0]);
    assert.deepEqual(shardsOf(4), [0, 3, 0]);
  });

  it('turns live after the quote stamped at the start and final after the last one, then closes and settles', () => {
    const event = 'KXNBAGAME-29DEC31BOSNYK';
    const startMs = 1_893_459_600_000;
    const lastMs = startMs + 4_200_000;
    const { games, markets } = audit(exact());
    assert.deepEqual(statuses(gameOf(games, event)), [`not_started ${startMs - 240_000}`, `live ${startMs}`, `closed ${lastMs}`]);
    for (const atMs of [startMs, lastMs]) {
      const instant = [...eventsUntil(exact())].find((one) => one.atMs === atMs);
      const kinds = instant?.actions.map(({ kind }) => kind) ?? [];
      assert.deepEqual(kinds.slice(0, 3), ['quote', 'quote', 'live']);
    }
    const nyk = get(markets, `${event}-NYK`);
    assert.equal(nyk.closedMs, lastMs + 10_000);
    assert.equal(nyk.determined?.atMs, lastMs + 60_000);
    assert.equal(get(markets, `${event}-BOS`).determined?.result, 'no');
  });

  it('announces the real start between rows, and a recorded state before the quote of its own row', () => {
    const event = 'KXMLBGAME-30JAN011905ABCSEA';
    const game = gameOf(audit(exact()).games, event);
    assert.equal(statuses(game)[1], 'live 1893542700500');
    const live = game.lives.filter(({ details }) => details['status'] === 'live').map(({ details }) => details);
    assert.equal('home_points' in (live[0] ?? {}), false, 'a score that is not known is absent');
    assert.equal('inning' in (live[1] ?? {}), false);
    assert.deepEqual(
      [live[2]?.['inning'], live[2]?.['half'], live[2]?.['away_points'], live[2]?.['home_points']],
      [1, 'top', 2, 0],
    );
    const row = [...eventsUntil(exact())].find(({ atMs }) => atMs === 1_893_542_820_000);
    assert.deepEqual(
      row?.actions.map(({ kind }) => kind),
      ['live', 'quote', 'quote'],
    );
    const closed = game.lives.at(-1)?.details;
    assert.deepEqual([closed?.['status'], closed?.['winner'], closed?.['inning']], ['closed', 'away', 9]);
  });

  it('runs a nominal clock of 34 wall minutes a quarter, with the score not known', () => {
    const { lives } = gameOf(audit(exact()).games, 'KXNBAGAME-29DEC31BOSNYK');
    const clocks = lives.map(({ details }) => `${String(details['quarter'])} ${String(details['clock'])}`);
    // Rows ten minutes apart: 10/34 of a quarter is 3:32 of game clock.
    assert.deepEqual(clocks.slice(1, 7), ['1 12:00', '1 08:29', '1 04:57', '1 01:25', '2 09:53', '2 06:22']);
    assert.ok(lives.every(({ details }) => !('home_points' in details)));
    const football = gameOf(audit(exact()).games, 'KXSB-30').lives.map(({ details }) => details['quarter']);
    assert.deepEqual(football, [undefined, 1, 3, 4]);
  });

  it('settles a recording that ends before the game starts', () => {
    const [line = ''] = readFileSync(FIXTURE, 'utf8').split('\n');
    const changed: Line = JSON.parse(line);
    changed.rows = changed.rows.slice(0, 2);
    const { games, markets } = audit(recordedScenario({ sides: parseGames([JSON.stringify(changed)], 'f'), reading: 'exact' }));
    assert.equal(statuses(gameOf(games, 'KXNBAGAME-29DEC31BOSNYK')).at(-1), 'closed 1893459600000');
    assert.equal(get(markets, 'KXNBAGAME-29DEC31BOSNYK-NYK').determined?.valueCC, 10_000);
  });

  it('puts quotes of one instant in ticker order over all games', () => {
    const lines = linesOf(FIXTURE);
    const [nba] = lines;
    assert.ok(nba);
    const twin: Line = structuredClone(nba);
    twin.header = {
      ...twin.header,
      ticker: 'KXNBAGAME-29DEC31ATLDAL-DAL',
      event_ticker: 'KXNBAGAME-29DEC31ATLDAL',
      yes_team: 'DAL',
      home: 'DAL',
      away: 'ATL',
    };
    const sides = parseGames([JSON.stringify(nba), JSON.stringify(twin)], 'f');
    const scenario = recordedScenario({ sides, reading: 'exact' });
    assert.deepEqual(playedQuotes(scenario), plainQuotes([nba, twin]));
    audit(scenario);
  });

  it('starts anew each time it is walked', () => {
    const scenario = exact();
    assert.deepEqual([...scenario.events()], [...scenario.events()]);
    assert.equal([...scenario.events()][0]?.atMs, scenario.startMs);
  });
});

describe('the path reading of recorded games', () => {
  const path = (seed: number): Scenario => recordedScenario({ sides: readGamesFile(FIXTURE), reading: 'path', seed });

  it('is the same for the same seed and differs for another', () => {
    assert.deepEqual([...path(1).events()], [...path(1).events()]);
    assert.notDeepEqual([...path(1).events()], [...path(2).events()]);
  });

  it('walks a minute from open by the price that is worse for the favourite to the close', () => {
    const { markets } = audit(path(1));
    const touched = (ticker: string, endMs: number): string[] =>
      get(markets, ticker)
        .quotes.filter(({ atMs }) => atMs > endMs - 60_000 && atMs <= endMs)
        .map(
          ({ atMs, bids, asks }) =>
            `${(endMs - atMs) / 1000}s ${(bids[0]?.priceCC ?? 0) / 100}/${(asks[0]?.priceCC ?? 10_000) / 100}`,
        );
    // 57, 57, 44, 45: open, low, high, close. Falling prices are bids, rising ones asks.
    const dip = touched('KXNBAGAME-29DEC31BOSNYK-NYK', 1_893_459_600_000 + 1_200_000);
    assert.deepEqual(
      dip.map((text) => text.split(' ')[0]),
      ['45s', '30s', '15s', '0s'],
    );
    const [open = '', worse = '', better = '', close = ''] = dip.map((text) => text.split(' ')[1] ?? '');
    assert.match(open, /^57\//);
    assert.match(worse, /^44\//);
    assert.match(better, /\/57$/);
    assert.match(close, /^45\//);
  });

  it('walks to the higher price first when the recorded side is the underdog', () => {
    const [line = ''] = readFileSync(FIXTURE, 'utf8').split('\n');
    const changed: Line = JSON.parse(line);
    changed.header['pregame_price'] = 38;
    const { markets } = audit(recordedScenario({ sides: parseGames([JSON.stringify(changed)], 'f'), reading: 'path' }));
    const endMs = 1_893_459_600_000 + 1_800_000;
    const asks = get(markets, 'KXNBAGAME-29DEC31BOSNYK-NYK')
      .quotes.filter(({ atMs }) => atMs > endMs - 60_000 && atMs <= endMs)
      .map(({ bids, asks: [ask] }) => [(bids[0]?.priceCC ?? 0) / 100, (ask?.priceCC ?? 0) / 100]);
    assert.equal(asks[1]?.[1], 49, 'the high first, paid at the ask');
    assert.equal(asks[2]?.[0], 43, 'then the low, sold at the bid');
  });

  it('trades the recorded volume and no more, at prices that stand', () => {
    const { markets } = audit(path(3));
    const nyk = get(markets, 'KXNBAGAME-29DEC31BOSNYK-NYK');
    const tradedE2 = nyk.flows.reduce((sum, { countE2 }) => sum + countE2, 0);
    const recordedE2 = 100 * linesOf(FIXTURE)[0]!.rows.reduce((sum, row) => sum + Number(row[5]), 0);
    assert.ok(tradedE2 > 0.6 * recordedE2 && tradedE2 <= recordedE2, `${tradedE2} of ${recordedE2}`);
    for (const { atMs, side, limitCC } of nyk.flows) {
      const quote = nyk.quotes.find((one) => one.atMs === atMs);
      assert.equal(limitCC, (side === 'bid' ? quote?.asks : quote?.bids)?.[0]?.priceCC);
    }
  });

  it('keeps recorded quotes and their sizes and adds levels behind them', () => {
    const gb = get(audit(path(1)).markets, 'KXSB-30-GB');
    const [first] = gb.quotes;
    assert.deepEqual(first?.bids[0], { priceCC: 4_500, countE2: 10_000 });
    assert.deepEqual(first?.asks[0], { priceCC: 4_600, countE2: 20_000 });
    assert.equal(first?.bids.length, 6);
  });

  it('draws spreads like those seen: one cent in most quotes, three in few', function () {
    const file = join(SHARED, 'nba_kalshi_1m.jsonl.gz');
    if (!existsSync(file)) {
      console.log('      skipped: ../shared/data/games is absent');
      this.skip();
    }
    const sides = readGamesFile(file).slice(0, 40);
    const { markets } = audit(recordedScenario({ sides, reading: 'path', seed: 5 }));
    const counts = [0, 0, 0, 0];
    for (const side of sides) {
      for (const { bids, asks } of get(markets, side.ticker).quotes) {
        const [bid, ask] = [bids[0], asks[0]];
        if (bid !== undefined && ask !== undefined) counts[(ask.priceCC - bid.priceCC) / 100]! += 1;
      }
    }
    const all = counts.reduce((sum, count) => sum + count, 0);
    const [, one = 0, two = 0, three = 0] = counts.map((count) => count / all);
    assert.ok(one > 0.64 && one < 0.74, `one cent in ${one}`);
    assert.ok(two > 0.24 && two < 0.32, `two in ${two}`);
    assert.ok(three > 0.01 && three < 0.04, `three in ${three}`);
  });
});

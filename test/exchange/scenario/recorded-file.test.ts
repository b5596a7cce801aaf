import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parseGames, readGamesFile, recordedScenario, ScenarioError } from '../../../lib/exchange/scenario/index.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/games/invented.jsonl', import.meta.url));
const LINES = readFileSync(FIXTURE, 'utf8').split('\n');

type Header = Record<string, unknown>;
interface Line {
  header: Header;
  columns: unknown;
  rows: unknown[][];
}

/** A line of the fixture (0: candles, 1: quotes with innings, 3 and 4: two sides of quotes), changed. */
function changed(index: number, change: (line: Line) => void): string {
  const line: Line = JSON.parse(LINES[index] ?? '');
  change(line);
  return JSON.stringify(line);
}

function inHeader(index: number, field: string, value: unknown): string {
  return changed(index, (line) => {
    line.header[field] = value;
  });
}

function inRow(index: number, row: number, column: number, value: unknown): string {
  return changed(index, (line) => {
    const values = line.rows[row];
    if (values !== undefined) values[column] = value;
  });
}

describe('the file of recorded games', () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'games-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  it('reads plain and gzipped files alike and passes over markets that are not winners', () => {
    const zipped = join(dir, 'games.jsonl.gz');
    writeFileSync(zipped, gzipSync(readFileSync(FIXTURE)));
    const sides = readGamesFile(FIXTURE);
    assert.deepEqual(readGamesFile(zipped), sides);
    assert.deepEqual(
      sides.map(({ ticker }) => ticker),
      ['KXNBAGAME-29DEC31BOSNYK-NYK', 'KXMLBGAME-30JAN011905ABCSEA-SEA', 'KXSB-30-KC', 'KXSB-30-GB'],
    );
  });

  it('takes times to the millisecond, sizes to the hundredth, and an empty side for null, bid 0 and ask 100', () => {
    const [, mlb, kc] = readGamesFile(FIXTURE);
    assert.equal(mlb?.startMs, 1_893_542_700_500);
    assert.deepEqual(mlb?.rows[2], {
      kind: 'quote',
      atMs: 1_893_542_820_000,
      bidCC: 3_300,
      askCC: 3_600,
      bidE2: undefined,
      askE2: undefined,
      volumeE2: 7_725,
      inning: { inning: 1, half: 'top', score: { home: 0, away: 2 } },
    });
    assert.equal(kc?.rows[0]?.atMs, 1_893_632_369_750);
    const last = kc?.rows[3];
    assert.ok(last?.kind === 'quote');
    assert.deepEqual([last.bidCC, last.askCC, last.askE2], [undefined, 100, 40_000]);
    const sold = parseGames([inRow(3, 0, 3, 100)], 'f')[0]?.rows[0];
    assert.ok(sold?.kind === 'quote');
    assert.equal(sold.askCC, undefined);
  });

  it('takes the traded volume from a running total where that is what is recorded', () => {
    const [side] = parseGames(
      [
        changed(3, (line) => {
          line.columns = ['ts', 'bid', 'cum_volume', 'ask', 'ask_size'];
          for (const [index, row] of line.rows.entries()) row[2] = [100, 100.5, 250, 240][index];
        }),
      ],
      'f',
    );
    assert.deepEqual(
      side?.rows.map(({ volumeE2 }) => volumeE2),
      [0, 50, 14_950, 0],
    );
  });

  const faults: [string, string, RegExp][] = [
    ['text that is not JSON', '{"header":', /^f:1: not JSON$/],
    ['a line that is not an object', '[]', /^f:1: the line must be an object$/],
    ['a missing header', '{}', /^f:1: header must be an object$/],
    ['a missing ticker', inHeader(0, 'ticker', undefined), /^f:1: header\.ticker is missing$/],
    ['a field of the wrong type', inHeader(0, 'ticker', 7), /^f:1: header\.ticker must be a text$/],
    ['an unknown league', inHeader(0, 'league', 'XFL'), /^f:1: header\.league "XFL" is not a league/],
    ['a league with three outcomes', inHeader(0, 'league', 'EPL'), /^f:1: header\.league "EPL"/],
    ['a team that does not play', inHeader(0, 'yes_team', 'LAL'), /^f:1: header\.yes_team "LAL" is neither/],
    ['a ticker of another game', inHeader(0, 'event_ticker', 'KXNBAGAME-X'), /^f:1: header\.ticker .* is not KXNBAGAME-X-NYK$/],
    ['a missing result', inHeader(0, 'result', null), /^f:1: header\.result is missing$/],
    ['an unclear result', inHeader(0, 'result', 'maybe'), /^f:1: header\.result must be "yes" or "no"/],
    ['a missing start', inHeader(0, 'start_ts', null), /^f:1: header\.start_ts is missing$/],
    ['a start that is no time', inHeader(0, 'start_ts', 'noon'), /^f:1: header\.start_ts must be a time/],
    ['a date of another form', inHeader(0, 'date_local', '31.12.2029'), /^f:1: header\.date_local must be YYYY-MM-DD$/],
    ['an impossible pre-game price', inHeader(0, 'pregame_price', 101), /^f:1: header\.pregame_price must be a price/],
    ['flags that are not texts', inHeader(3, 'flags', [1]), /^f:1: header\.flags must be a list of texts$/],
    ['a missing home team', inHeader(0, 'home', null), /^f:1: header\.home is missing/],
    ['a missing away team', inHeader(0, 'away', null), /^f:1: header\.away is missing/],
    ['unknown columns', changed(0, (line) => (line.columns = ['ts', 'close'])), /^f:1: columns must hold ts with/],
    ['columns that are no list', changed(0, (line) => (line.columns = 'ts')), /^f:1: columns must be a list$/],
    ['no rows', changed(0, (line) => (line.rows = [])), /^f:1: rows is empty$/],
    ['a short row', changed(0, (line) => line.rows[2]?.pop()), /^f:1: rows\[2\] must be a list of 6 values$/],
    ['a row without time', inRow(0, 1, 0, null), /^f:1: rows\[1\]\.ts must be a time/],
    ['rows out of order', inRow(0, 1, 0, 5), /^f:1: rows\[1\]\.ts is earlier than the row before$/],
    ['a missing price', inRow(0, 1, 4, null), /^f:1: rows\[1\]\.close must be a price/],
    ['a price that is text', inRow(0, 1, 1, '62'), /^f:1: rows\[1\]\.open must be a number$/],
    ['a price above a dollar', inRow(0, 1, 2, 101), /^f:1: rows\[1\]\.high must be a price/],
    ['a high below the close', inRow(0, 1, 2, 60), /^f:1: rows\[1\]\.high is below/],
    ['a low above the open', inRow(0, 1, 3, 63), /^f:1: rows\[1\]\.low is above/],
    ['a negative volume', inRow(0, 1, 5, -1), /^f:1: rows\[1\]\.volume must be a number of contracts$/],
    ['a crossed quote', inRow(1, 0, 1, 42), /^f:1: rows\[0\]\.bid is not below the ask$/],
    ['a bid of a dollar', inRow(1, 0, 1, 100), /^f:1: rows\[0\]\.bid cannot be 100$/],
    ['a quote between cents', inRow(1, 0, 1, 40.5), /^f:1: rows\[0\]\.bid must be a whole cent$/],
    ['an inning without half', inRow(1, 2, 7, null), /^f:1: rows\[2\]\.half must be "top" or "bottom"$/],
    ['an inning without score', inRow(1, 2, 9, null), /^f:1: rows\[2\]\.home_score is missing beside the inning$/],
  ];
  for (const [name, line, message] of faults) {
    it(`refuses ${name} in one line that says where`, () => {
      assert.throws(
        () => parseGames([line], 'f'),
        (error) => error instanceof ScenarioError && error.code === 'GAMES_FILE_INVALID' && message.test(error.message),
      );
    });
  }

  it('names the line of a fault and the file that cannot be read, is not gzip, or holds nothing', () => {
    assert.throws(() => parseGames([...LINES.slice(0, 2), '', '{'], 'games.jsonl'), /^ScenarioError: games\.jsonl:4: not JSON$/);
    assert.throws(() => parseGames(['', ' '], 'f'), /f: holds no game/);
    const missing = join(dir, 'none.jsonl');
    assert.throws(
      () => readGamesFile(missing),
      (error) => error instanceof ScenarioError && error.code === 'GAMES_FILE_UNREADABLE',
    );
    const broken = join(dir, 'broken.gz');
    writeFileSync(broken, Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    assert.throws(() => readGamesFile(broken), /broken\.gz: cannot be read/);
  });

  it('chooses by the local date, else the Eastern date of the start, and says what it holds when nothing is left', () => {
    const sides = readGamesFile(FIXTURE);
    const eventsOf = (from?: string, to?: string): string[] => {
      const options = { sides, reading: 'exact' as const, ...(from && { from }), ...(to && { to }) };
      return [...recordedScenario(options).events()].flatMap(({ actions }) =>
        actions.flatMap((a) => (a.kind === 'event' ? [a.event.ticker] : [])),
      );
    };
    assert.deepEqual(eventsOf(), ['KXNBAGAME-29DEC31BOSNYK', 'KXMLBGAME-30JAN011905ABCSEA', 'KXSB-30']);
    assert.deepEqual(eventsOf('2030-01-01'), ['KXMLBGAME-30JAN011905ABCSEA', 'KXSB-30']);
    assert.deepEqual(eventsOf('2029-12-31', '2029-12-31'), ['KXNBAGAME-29DEC31BOSNYK']);
    assert.deepEqual(eventsOf(undefined, '2030-01-01'), ['KXNBAGAME-29DEC31BOSNYK', 'KXMLBGAME-30JAN011905ABCSEA']);
    assert.throws(
      () => eventsOf('2031-01-01'),
      /no game from 2031-01-01 to any day: the file holds games from 2029-12-31 to 2030-01-02/,
    );
    assert.throws(() => eventsOf('soon'), /from must be YYYY-MM-DD, is "soon"/);
    assert.throws(() => recordedScenario({ sides: [], reading: 'exact' }), /holds no winner market/);
  });

  it('refuses sides that contradict each other', () => {
    const play = (...lines: (string | undefined)[]): unknown =>
      recordedScenario({
        sides: parseGames(
          lines.map((line) => line ?? ''),
          'f',
        ),
        reading: 'exact',
      });
    assert.throws(() => play(LINES[3], LINES[3]), /KXSB-30-KC: is recorded twice/);
    assert.throws(() => play(LINES[3], inHeader(4, 'result', 'no')), /both sides have the same result/);
    assert.throws(() => play(LINES[3], inHeader(4, 'start_ts', 1_893_000_000)), /differ in teams or start/);
    assert.throws(() => play(LINES[3], LINES[4], LINES[3]), ScenarioError);
  });
});

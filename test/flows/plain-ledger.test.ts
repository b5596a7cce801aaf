import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type PlainReason, type PlainRule, type PlainTrade, plainLedger, plainTrades } from './plain-ledger.ts';

const FIXTURES = new URL('../fixtures/games/', import.meta.url);
const RECORDINGS = new URL('../../../shared/data/games/', import.meta.url);
const NBA_FILE = new URL('nba_kalshi_1m.jsonl.gz', RECORDINGS);
const MLB_FILE = new URL('mlb_kalshi_1m_bbo_plays.jsonl.gz', RECORDINGS);
const WHERE = existsSync(RECORDINGS) ? '' : ' (../shared/data/games is not there)';

const MINUTE_MS = 60_000;
/** Sunday evening in New York, on a whole minute. */
const START_MS = Date.parse('2029-12-30T19:00:00-05:00');
const NBA: PlainRule = { league: 'NBA', minPregame: 55, drop: 15, clipDollars: 10 };
const MLB: PlainRule = { league: 'MLB', minPregame: 50, drop: 10, clipDollars: 10 };

type Told = [
  market: string,
  contracts: number,
  entry: [minute: number, cents: number],
  exit: [number, number],
  PlainReason,
  net: number,
];

function told(trades: readonly PlainTrade[], fromMs: number): Told[] {
  return trades.map((trade) => [
    trade.ticker.slice(trade.ticker.indexOf('-') + 1),
    trade.contracts,
    [(trade.entryMs - fromMs) / MINUTE_MS, trade.entryCents],
    [(trade.exitMs - fromMs) / MINUTE_MS, trade.exitCents],
    trade.reason,
    trade.netMicroDollars,
  ]);
}

type Cents = number | null;
type Quoted = [minute: number, bid: Cents, ask: Cents];

/** A game of A at B, recorded from B's side; minutes count from the start. */
function game(rows: readonly Quoted[], header: Record<string, unknown> = {}): string {
  const start_ts = START_MS / 1_000;
  const teams = { home: 'B', away: 'A', yes_team: 'B', ticker: 'KXNBAGAME-29DEC30AB-B' };
  const values = rows.map(([minute, bid, ask]) => [start_ts + minute * 60, bid, ask]);
  const all = { league: 'NBA', ...teams, start_ts, result: 'yes', ...header };
  return JSON.stringify({ header: all, columns: ['ts', 'bid', 'ask'], rows: values });
}

/** A baseball game with a row every ten minutes: bid and inning, asked a cent higher. */
function innings(rows: readonly [bid: number, inning: number | null][]): string {
  const header = { league: 'MLB', home: 'B', away: 'A', yes_team: 'B', ticker: 'KXMLBGAME-29DEC30AB-B', result: 'yes' };
  const start_ts = START_MS / 1_000;
  const values = rows.map(([bid, inning], index) => [start_ts + (index - 1) * 600, bid, bid + 1, inning]);
  return JSON.stringify({ header: { ...header, start_ts }, columns: ['ts', 'bid', 'ask', 'inning'], rows: values });
}

function summary(lines: string[], rule: PlainRule = NBA): string[] {
  return told(plainTrades(lines, rule), START_MS).map(([, , [minute, cents], [exitMinute, exitCents], reason]) =>
    [`${minute}' at ${cents}`, `${exitMinute}' at ${exitCents}`, reason].join(', '),
  );
}

const END: Quoted = [150, 50, 51];
/** Sixty cents before the game. */
const SIXTY: Quoted = [-40, 59, 61];

const CASES: [what: string, rows: Quoted[], expected: string[]][] = [
  ['enters on a drop of exactly the drop', [SIXTY, [10, 45, 46], [20, 66, 67], END], ["10' at 46, 20' at 66, take_profit"]],
  ['stays out of a drop that is a cent short', [SIXTY, [10, 46, 47], END], []],
  ['takes the start for pre-game', [SIXTY, [0, 40, 41], [1, 60, 61], END], []],
  [
    'enters in the last minute of the third quarter',
    [SIXTY, [101, 45, 46], [102, 36, 37], END],
    ["101' at 46, 102' at 36, stop_loss"],
  ],
  ['stays out when the fourth quarter begins', [SIXTY, [102, 45, 46], [103, 70, 71], END], []],
  ['stays out at the last row, which is final', [SIXTY, [50, 40, 41]], []],
  ['leaves at the last row, whatever the clock', [SIXTY, [10, 45, 46], [50, 47, 48]], ["10' at 46, 50' at 47, time_exit"]],
  [
    'holds for 19 points and 9 points down',
    [SIXTY, [10, 45, 46], [20, 65, 66], [30, 37, 38], END],
    ["10' at 46, 150' at 50, time_exit"],
  ],
  ['buys at an ask of 80', [[-40, 98, 99], [10, 79, 80], [20, 70, 71], END], ["10' at 80, 20' at 70, stop_loss"]],
  ['buys at no ask of 81', [[-40, 98, 99], [10, 80, 81], END], []],
  ['buys at an ask of 20', [SIXTY, [10, 18, 20], [20, 10, 11], END], ["10' at 20, 20' at 10, stop_loss"]],
  ['buys at no ask of 19', [SIXTY, [10, 18, 19], END], []],
  ['pays a spread of 4', [SIXTY, [10, 41, 45], [20, 35, 36], END], ["10' at 45, 20' at 35, stop_loss"]],
  ['pays no spread of 5', [SIXTY, [10, 41, 46], END], []],
  ['enters once', [SIXTY, [10, 45, 46], [20, 66, 67], [30, 30, 31], [40, 70, 71], END], ["10' at 46, 20' at 66, take_profit"]],
  ['knows no baseline without a quote before the game', [[1, 60, 61], [10, 40, 41], END], []],
  [
    'takes the last valid quote where the window has none',
    [SIXTY, [-35, null, 70], [10, 45, 46], [20, 36, 37], END],
    ["10' at 46, 20' at 36, stop_loss"],
  ],
  [
    // 15 mids of 59 and 15 of 61 make 60; a minute more would make it 61, without the start it would be 59.
    'takes the median of 30 minutes, the start among them',
    [[-30, 80, 82], [-29, 58, 60], [-14, 60, 62], [10, 46, 47], [11, 45, 46], [20, 36, 37], END],
    ["11' at 46, 20' at 36, stop_loss"],
  ],
  [
    'leaves when two minutes of the fourth quarter are left, at 7,820 seconds',
    [SIXTY, [10, 45, 46], [7_819 / 60, 47, 48], [7_820 / 60, 48, 49], END],
    [`10' at 46, ${7_820 / 60}' at 48, time_exit`],
  ],
  ['trusts no baseline with a median spread of 11', [[-40, 60, 71], [10, 45, 46], END], []],
  [
    'trusts one with a median spread of 10',
    [[-40, 60, 70], [10, 45, 46], [20, 36, 37], END],
    ["10' at 46, 20' at 36, stop_loss"],
  ],
  [
    'leaves as soon as somebody bids again',
    [SIXTY, [10, 45, 46], [131, null, 30], [135, 20, 30], END],
    ["10' at 46, 135' at 20, stop_loss"],
  ],
  [
    'holds what nobody bids for, until its market is paid out',
    [SIXTY, [10, 45, 46], [20, null, 5], [150, null, 1]],
    ["10' at 46, 156' at 100, game_finished"],
  ],
];

describe('the plain ledger', () => {
  for (const [what, rows, expected] of CASES) {
    it(what, () => assert.deepEqual(summary([game(rows)]), expected));
  }

  it('goes by the innings of a game without a clock: the newest recorded one, and the first until one is recorded', () => {
    const tradesOf = (...rows: Parameters<typeof innings>[0]) => summary([innings(rows)], MLB);
    const held = ["10' at 46, 30' at 47, time_exit"];
    assert.deepEqual(tradesOf([59, null], [59, null], [45, null], [47, null], [47, 9], [47, 9]), held);
    assert.deepEqual(tradesOf([59, null], [59, 5], [45, 6], [47, 8], [47, 10], [47, 10]), held);
    assert.deepEqual(tradesOf([59, null], [59, 5], [45, 7], [70, 8], [70, 9], [70, 9]), []);
    assert.deepEqual(tradesOf([59, null], [59, 7], [45, null], [70, 8], [70, 9], [70, 9]), []);
  });

  it('reads a minute of trades as a bid of 1 to 98, the close rounded down, and an ask a cent above', () => {
    const at = (minute: number) => START_MS / 1_000 + minute * 60;
    const candles = (result: string, ...rows: [minute: number, close: number][]) => {
      const line = JSON.parse(game([], { result }));
      return JSON.stringify({ ...line, columns: ['ts', 'close'], rows: rows.map(([minute, close]) => [at(minute), close]) });
    };
    const fallen = candles('no', [-40, 60], [10, 45.9], [20, 0.4], [150, 1]);
    assert.deepEqual(summary([fallen]), ["10' at 46, 20' at 1, stop_loss"]);
    const risen = candles('yes', [-40, 99.6], [10, 78], [20, 99.6], [150, 99]);
    assert.deepEqual(summary([risen]), ["10' at 79, 150' at 98, time_exit"]);
  });

  it('enters a game in one of its markets only', () => {
    const even: Quoted[] = [[-40, 49, 51], [10, 40, 41], [20, 61, 62], [30, 20, 21], [40, 70, 71], END];
    assert.deepEqual(summary([game(even)], { ...NBA, minPregame: 50, drop: 10 }), ["10' at 41, 20' at 61, take_profit"]);
  });

  it('charges what Kalshi charged: 1.75 cents on one contract at 52, 0.07 on one at 99', () => {
    const lost = game(
      [
        [-40, 69, 71],
        [10, 51, 52],
        [20, null, 5],
        [150, null, 1],
      ],
      { result: 'no' },
    );
    const sold = game([[-40, 69, 71], [10, 51, 52], [20, 99, 100], END]);
    const one: PlainRule = { ...NBA, clipDollars: 0.55 };
    assert.deepEqual(
      told(plainTrades([lost], one), START_MS).map((trade) => trade.at(-1)),
      [-520_000 - 17_500],
    );
    assert.deepEqual(
      told(plainTrades([sold], one), START_MS).map((trade) => trade.at(-1)),
      [470_000 - 17_500 - 700],
    );
  });

  it('buys what the clip pays for at the limit with its fee, to the hundredth of a cent', () => {
    // Two at 53 cost 1.06 dollars, and 0.034874 in fees, which is 0.0349.
    const dip = game([[-40, 69, 71], [10, 51, 52], [20, 72, 73], END]);
    const sizes = [1.0949, 1.0948, 0.54].map((clipDollars) => plainTrades([dip], { ...NBA, clipDollars })[0]?.contracts);
    assert.deepEqual(sizes, [2, 1, undefined]);
  });

  it('dates a game as recorded, else as New York does', () => {
    const dip: Quoted[] = [SIXTY, [10, 45, 46], [20, 66, 67], END];
    const count = (line: string, day: string) => plainTrades([line], { ...NBA, from: day, to: day }).length;
    assert.deepEqual([count(game(dip), '2029-12-30'), count(game(dip), '2029-12-31')], [1, 0]);
    const dated = game(dip, { date_local: '2029-12-31' });
    assert.deepEqual([count(dated, '2029-12-30'), count(dated, '2029-12-31')], [0, 1]);
  });

  it('refuses what it was not made to read', () => {
    const twice = [game([SIXTY, END]), game([SIXTY, END], { yes_team: 'A', ticker: 'KXNBAGAME-29DEC30AB-A' })];
    assert.throws(() => plainTrades(twice, NBA), /both sides/);
    assert.throws(() => plainTrades([game([SIXTY, SIXTY, END])], NBA), /one instant/);
    assert.throws(() => plainTrades([game([SIXTY], { yes_team: 'C', ticker: 'KXNBAGAME-29DEC30AB-C' })], NBA), /neither team/);
  });

  it('tells every exit, on the recorded side and on the mirror, of an invented basketball night', () => {
    const trades = plainLedger({ ...NBA, file: new URL('dips-nba.jsonl', FIXTURES) });
    assert.deepEqual(told(trades, START_MS), [
      ['29DEC30DALDEN-DAL', 17, [15, 56], [17, 46], 'stop_loss', -2_288_900],
      ['29DEC30CHIMIA-MIA', 19, [21, 48], [41, 69], 'take_profit', 3_373_500],
      ['29DEC30SASHOU-HOU', 20, [8, 46], [41, 66], 'take_profit', 3_338_000],
      ['29DEC30CLEBOS-BOS', 20, [55, 47], [56, 34], 'stop_loss', -3_263_000],
      ['29DEC30MEMOKC-OKC', 17, [43, 54], [81, 75], 'take_profit', 3_051_200],
      ['29DEC30ATLORL-ATL', 21, [30, 44], [120, 45], 'time_exit', -516_200],
      ['29DEC30LALPHX-PHX', 18, [101, 51], [131, 56], 'time_exit', 274_600],
      ['29DEC30TORMIL-MIL', 17, [21, 53], [146, 0], 'game_finished', -9_306_500],
      ['29DEC30SACGSW-GSW', 20, [90, 45], [162, 54], 'time_exit', 1_105_700],
      ['29DEC30PORUTA-UTA', 17, [60, 54], [175, 100], 'game_finished', 7_524_400],
    ]);
  });

  it('tells the same of an invented baseball night, at half the fee', () => {
    const trades = plainLedger({ ...MLB, file: new URL('dips-mlb.jsonl', FIXTURES) });
    assert.deepEqual(told(trades, Date.parse('2029-07-08T19:05:00-04:00')), [
      ['29JUL081905MILCHC-CHC', 20, [40, 46], [50, 35], 'stop_loss', -2_533_200],
      ['29JUL081905HOUSEA-SEA', 21, [30, 44], [70, 65], 'take_profit', 4_061_500],
      ['29JUL081910LADSD-SD', 18, [95, 52], [155, 57], 'time_exit', 588_200],
      ['29JUL081910TEXKC-KC', 17, [75, 54], [155, 58], 'time_exit', 387_200],
      ['29JUL081915NYYBOS-BOS', 21, [35, 45], [182, 0], 'game_finished', -9_632_000],
      ['29JUL081915PITSTL-STL', 19, [70, 50], [183, 100], 'game_finished', 9_333_700],
    ]);
  });

  it(`counts 87 trades and 27.87 dollars lost on the recorded sides of the NBA file${WHERE}`, function () {
    if (!existsSync(NBA_FILE)) {
      this.skip();
      return;
    }
    const lines = gunzipSync(readFileSync(NBA_FILE)).toString('utf8').split('\n');
    const trades = plainTrades(lines, NBA);
    const recorded = trades.filter(({ ticker }) => lines.some((line) => line.includes(`"${ticker}"`)));
    assert.deepEqual([recorded.length, sumOf(recorded)], [87, -27_874_500]);
    assert.deepEqual([trades.length, sumOf(trades)], [167, -67_277_400]);
  });

  it(`finds trades in the MLB file at 50 and 10, and none at 55 and 15${WHERE}`, function () {
    if (!existsSync(MLB_FILE)) {
      this.skip();
      return;
    }
    const trades = plainLedger({ ...MLB, file: MLB_FILE });
    assert.deepEqual([trades.length, sumOf(trades)], [3, 4_413_400]);
    assert.deepEqual(plainLedger({ ...MLB, minPregame: 55, drop: 15, file: MLB_FILE }), []);
  });
});

function sumOf(trades: readonly PlainTrade[]): number {
  return trades.reduce((sum, trade) => sum + trade.netMicroDollars, 0);
}

/**
 * The trades that the in-play dip must make over recorded games, counted the plain way: one game after the other, row by row, in whole
 * cents. It shares nothing with the program, whose ledger is compared with it trade by trade, and is written from the owner's words.
 *
 * How the recordings are read ("exact reading"):
 * - One quote per row and market, and a decision per row: nothing happens between two rows. The other team's YES is the mirror.
 * - A row carries its own state. The row stamped at the start is pre-game still, those after it are live, the last one is final.
 * - Orders meet their price at the row's own instant: entries the ask, exits the bid.
 * - What nobody bids for cannot be sold. A position that outlives the last row is paid out with its market.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface PlainRule {
  league: PlainLeague;
  /** Cents. */
  minPregame: number;
  /** Cents. */
  drop: number;
  clipDollars: number;
  /** First and last date of the games, YYYY-MM-DD, both included: local where recorded, else Eastern. */
  from?: string;
  to?: string;
  /** What the league's series charges of the usual fee; without it as the practice exchange lists the series. */
  feeMultiplier?: number;
}

export type PlainLeague = 'NBA' | 'MLB';
export type PlainReason = 'take_profit' | 'stop_loss' | 'time_exit' | 'game_finished';

export interface PlainTrade {
  ticker: string;
  side: 'yes';
  contracts: number;
  entryMs: number;
  entryCents: number;
  exitMs: number;
  /** What YES paid, 0 or 100, where the market was paid out. */
  exitCents: number;
  reason: PlainReason;
  /** After both fees, in micro-dollars. */
  netMicroDollars: number;
}

/** A side that nobody quotes is undefined. */
interface Quote {
  bid: number | undefined;
  ask: number | undefined;
}

interface Row {
  atMs: number;
  /** Of the recorded market. */
  quote: Quote;
  /** The newest recorded one; undefined before the first. */
  inning: number | undefined;
}

interface Game {
  league: PlainLeague;
  date: string;
  startMs: number;
  lastMs: number;
  rows: readonly Row[];
  /** Both markets, in ticker order. */
  markets: readonly Market[];
}

interface Market {
  ticker: string;
  isMirror: boolean;
  pays: 0 | 100;
}

interface RecordedLine {
  header: {
    league: string;
    market?: string;
    ticker: string;
    event_ticker?: string;
    yes_team: string;
    home: string;
    away: string;
    date_local?: string | null;
    start_ts: number;
    result: 'yes' | 'no';
  };
  columns: string[];
  rows: (number | string | null)[][];
}

const MINUTE_MS = 60_000;
const WINDOW_MINUTES = 30;
/** A baseline whose median spread is wider has grade D, and C is the least that is traded. */
const WIDEST_BASELINE_SPREAD = 10;
const BAND = { low: 20, high: 80 };
const MAX_SPREAD = 4;
const DEPTH = 10_000;
const TAKE_PROFIT = 20;
const STOP_LOSS = 10;
const MIN_REMAINING_S = 300;

/** NBA, nominal: four quarters of 720 s on the clock, each 34 minutes on the wall. */
const QUARTER_WALL_S = 34 * 60;
const QUARTER_S = 720;
const END_OF_Q3_S = 3 * QUARTER_S;
const Q4_TWO_MINUTES_S = 4 * QUARTER_S - 120;
const LAST_ENTRY_INNING = 6;
const LAST_HELD_INNING = 8;

/** The practice exchange determines a market this long after the last row, and pays it out when its settlement timer has run. */
const DETERMINED_AFTER_MS = 60_000;
const SETTLEMENT_TIMER_MS = 300_000;

const FEE_MULTIPLIER: Readonly<Record<PlainLeague, number>> = { NBA: 1, MLB: 0.5 };
const MICRO_PER_CENT = 10_000;

/** The trades over a file of recorded games, gzipped or plain; by exit instant, then by ticker. */
export function plainLedger({ file, ...rule }: PlainRule & { file: URL | string }): PlainTrade[] {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  return plainTrades(text.split('\n'), rule);
}

/** The same over the lines of such a file. */
export function plainTrades(lines: readonly string[], rule: PlainRule): PlainTrade[] {
  const trades: PlainTrade[] = [];
  const seen = new Set<string>();
  for (const game of lines.filter((line) => line.trim() !== '').map((line) => readGame(line))) {
    if (game === undefined || game.league !== rule.league) continue;
    if ((rule.from !== undefined && game.date < rule.from) || (rule.to !== undefined && game.date > rule.to)) continue;
    const ticker = game.markets[0]?.ticker ?? '';
    if (seen.has(ticker)) throw new Error(`${ticker}: a game that is recorded from both sides is not read here`);
    seen.add(ticker);
    const trade = tradeOf(game, rule);
    if (trade !== undefined) trades.push(trade);
  }
  return trades.toSorted((a, b) => a.exitMs - b.exitMs || (a.ticker < b.ticker ? -1 : 1));
}

/** At most one entry per game: the first row, and of its markets the first by ticker, that all conditions hold for. */
function tradeOf(game: Game, rule: PlainRule): PlainTrade | undefined {
  const multiplier = rule.feeMultiplier ?? FEE_MULTIPLIER[rule.league];
  const baselines = new Map(game.markets.map((market) => [market, baselineOf(game, market)]));
  for (const row of game.rows) {
    if (!isEntryTime(game, row)) continue;
    for (const market of game.markets) {
      const baseline = baselines.get(market);
      const { bid, ask } = quoteOf(row, market);
      if (baseline === undefined || bid === undefined || ask === undefined) continue;
      if (baseline < rule.minPregame || baseline - bid < rule.drop) continue;
      if (ask < BAND.low || ask > BAND.high || ask - bid > MAX_SPREAD) continue;
      const contracts = sizeAt(Math.min(99, ask + 1), rule.clipDollars, multiplier);
      if (contracts === 0 || contracts > DEPTH) continue;
      return leave(game, market, { contracts, atMs: row.atMs, cents: ask }, multiplier);
    }
  }
  return undefined;
}

/** The median of the mids at each whole minute of the 30 minutes up to and including the start, else the last valid mid before. */
function baselineOf({ rows, startMs }: Game, market: Market): number | undefined {
  const pregame = rows.filter(({ atMs }) => atMs <= startMs);
  const lastMinuteMs = Math.floor(startMs / MINUTE_MS) * MINUTE_MS;
  const mids: number[] = [];
  const spreads: number[] = [];
  const take = (row: Row | undefined): void => {
    const { bid, ask } = row === undefined ? { bid: undefined, ask: undefined } : quoteOf(row, market);
    if (bid === undefined || ask === undefined) return;
    mids.push((bid + ask) / 2);
    spreads.push(ask - bid);
  };
  for (let back = WINDOW_MINUTES - 1; back >= 0; back--) {
    const minuteMs = lastMinuteMs - back * MINUTE_MS;
    take(pregame.findLast(({ atMs }) => atMs <= minuteMs));
  }
  if (mids.length === 0) take(pregame.findLast(({ quote }) => quote.bid !== undefined && quote.ask !== undefined));
  return mids.length === 0 || median(spreads) > WIDEST_BASELINE_SPREAD ? undefined : median(mids);
}

/** Live, not after the last segment for entries, and with enough time left. */
function isEntryTime(game: Game, row: Row): boolean {
  if (row.atMs <= game.startMs || row.atMs >= game.lastMs) return false;
  if (game.league === 'MLB') return (row.inning ?? 1) <= LAST_ENTRY_INNING;
  // The quarter that begins at an instant owns it: at 102 minutes the third one is over.
  const playedS = nominalPlayedS(game, row);
  return playedS < END_OF_Q3_S && 4 * QUARTER_S - playedS >= MIN_REMAINING_S;
}

/** Whether the segment before which a position is left has been reached; the end of the game is after it. */
function isExitTime(game: Game, row: Row): boolean {
  if (row.atMs >= game.lastMs) return true;
  return game.league === 'MLB' ? (row.inning ?? 1) > LAST_HELD_INNING : nominalPlayedS(game, row) >= Q4_TWO_MINUTES_S;
}

/** Seconds of game clock that the nominal clock has run. */
function nominalPlayedS({ startMs }: Game, { atMs }: Row): number {
  return ((atMs - startMs) * QUARTER_S) / (QUARTER_WALL_S * 1_000);
}

function leave(
  game: Game,
  market: Market,
  entry: { contracts: number; atMs: number; cents: number },
  multiplier: number,
): PlainTrade {
  const { contracts, atMs: entryMs, cents: entryCents } = entry;
  const entryFee = feeMicroDollars(contracts, entryCents, multiplier);
  const trade = (exitMs: number, exitCents: number, reason: PlainReason, exitFee: number): PlainTrade => ({
    ticker: market.ticker,
    side: 'yes',
    contracts,
    entryMs,
    entryCents,
    exitMs,
    exitCents,
    reason,
    netMicroDollars: contracts * (exitCents - entryCents) * MICRO_PER_CENT - entryFee - exitFee,
  });
  for (const row of game.rows) {
    if (row.atMs <= entryMs) continue;
    const { bid } = quoteOf(row, market);
    if (bid === undefined) continue;
    const points = bid - entryCents;
    const reason =
      points >= TAKE_PROFIT
        ? 'take_profit'
        : points <= -STOP_LOSS
          ? 'stop_loss'
          : isExitTime(game, row)
            ? 'time_exit'
            : undefined;
    if (reason !== undefined) return trade(row.atMs, bid, reason, feeMicroDollars(contracts, bid, multiplier));
  }
  return trade(game.lastMs + DETERMINED_AFTER_MS + SETTLEMENT_TIMER_MS, market.pays, 'game_finished', 0);
}

/** The largest whole number of contracts that the clip pays for at the limit, fee inside. */
function sizeAt(limit: number, clipDollars: number, multiplier: number): number {
  const clip = clipDollars * 1_000_000;
  let contracts = 0;
  while ((contracts + 1) * limit * MICRO_PER_CENT + feeMicroDollars(contracts + 1, limit, multiplier) <= clip) contracts += 1;
  return contracts;
}

/**
 * A taker's fee on one fill: 7 % of C x P x (1 - P), up to a micro-dollar, then up to the hundredth of a cent that balances are kept
 * in. One fill of whole contracts at whole cents leaves no remainder to be given back.
 */
function feeMicroDollars(contracts: number, cents: number, multiplier: number): number {
  const tradeFee = Math.ceil(7 * contracts * cents * (100 - cents) * multiplier);
  return Math.ceil(tradeFee / 100) * 100;
}

function quoteOf({ quote: { bid, ask } }: Row, { isMirror }: Market): Quote {
  if (!isMirror) return { bid, ask };
  return { bid: ask === undefined ? undefined : 100 - ask, ask: bid === undefined ? undefined : 100 - bid };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** A line's game; undefined where it is not the winner market of a league that is read here. */
function readGame(line: string): Game | undefined {
  const { header, columns, rows: values } = JSON.parse(line) as RecordedLine;
  const { league, ticker, home, away, yes_team: yesTeam, result } = header;
  if (league !== 'NBA' && league !== 'MLB') return undefined;
  if ((header.market ?? 'moneyline') !== 'moneyline' || !/^KX[A-Z]+GAME-/.test(ticker)) return undefined;

  const startMs = header.start_ts * 1_000;
  const rows = readRows(columns, values, ticker);
  const lastMs = rows.at(-1)?.atMs;
  if (lastMs === undefined) throw new Error(`${ticker}: no rows`);
  const event = header.event_ticker ?? ticker.slice(0, ticker.lastIndexOf('-'));
  const markets = [home, away].map((team): Market => {
    const isMirror = team !== yesTeam;
    return { ticker: `${event}-${team}`, isMirror, pays: (result === 'yes') === isMirror ? 0 : 100 };
  });
  if (markets.filter((market) => market.ticker === ticker).length !== 1) throw new Error(`${ticker}: is neither team's market`);
  markets.sort((a, b) => (a.ticker < b.ticker ? -1 : 1));
  return { league, date: header.date_local ?? easternDate(startMs), startMs, lastMs, rows, markets };
}

function readRows(columns: string[], values: (number | string | null)[][], ticker: string): Row[] {
  const isCandles = columns.includes('close');
  const rows: Row[] = [];
  let inning: number | undefined;
  for (const row of values) {
    const cell = (name: string): number | undefined => {
      const value = row[columns.indexOf(name)];
      return typeof value === 'number' ? value : undefined;
    };
    const ts = cell('ts');
    if (ts === undefined) throw new Error(`${ticker}: a row without a time`);
    const atMs = Math.round(ts * 1_000);
    if (atMs <= (rows.at(-1)?.atMs ?? 0)) throw new Error(`${ticker}: rows of one instant, or out of order`);
    inning = cell('inning') ?? inning;
    rows.push({ atMs, quote: isCandles ? tradedAt(cell('close'), ticker) : quotedAt(cell('bid'), cell('ask')), inning });
  }
  return rows;
}

/** Of a minute of trades: the close rounded down to a cent, and the ask a cent above. */
function tradedAt(close: number | undefined, ticker: string): Quote {
  if (close === undefined) throw new Error(`${ticker}: a row without a close`);
  const bid = Math.min(98, Math.max(1, Math.floor(close)));
  return { bid, ask: bid + 1 };
}

/** A bid of 0 and an ask of 100 are how the exchange writes that nobody quotes. */
function quotedAt(bid: number | undefined, ask: number | undefined): Quote {
  return { bid: bid === 0 ? undefined : bid, ask: ask === 100 ? undefined : ask };
}

/** YYYY-MM-DD as New York dates it. */
function easternDate(atMs: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' }).format(atMs);
}

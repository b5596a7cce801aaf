/** The rows of a recorded market: minutes of trade prices, or quotes. */
import type { Half } from '../details/baseball.ts';
import type { Score } from '../details/common.ts';
import type { ScenarioError } from '../errors.ts';

/** One minute of trades. `atMs` is its end. */
export interface CandleRow {
  kind: 'candle';
  atMs: number;
  openCC: number;
  highCC: number;
  lowCC: number;
  closeCC: number;
  volumeE2: number;
}

/** A standing quote. A side that nobody quotes is undefined. */
export interface QuoteRow {
  kind: 'quote';
  atMs: number;
  bidCC: number | undefined;
  askCC: number | undefined;
  /** Recorded size on the best level, undefined where none was recorded. */
  bidE2: number | undefined;
  askE2: number | undefined;
  /** Traded since the row before. */
  volumeE2: number;
  inning: { inning: number; half: Half; score: Score } | undefined;
}

export type RecordedRow = CandleRow | QuoteRow;

type Wrong = (field: string, reason: string) => ScenarioError;

/** A reader for rows with these columns. It keeps the running volume, so it reads one market's rows in order. */
export function rowReader(columns: string[], wrong: Wrong): (values: unknown, index: number) => RecordedRow {
  const has = (...names: string[]): boolean => names.every((name) => columns.includes(name));
  const read = has('ts', 'open', 'high', 'low', 'close') ? readCandle : has('ts', 'bid', 'ask') ? readQuote : undefined;
  if (read === undefined) throw wrong('columns', 'must hold ts with open, high, low, close or ts with bid, ask');
  const row = new Row(columns, wrong);
  return (values, index) => {
    row.load(values, index);
    return read(row);
  };
}

function readCandle(row: Row): CandleRow {
  const openCC = row.priceCC('open');
  const highCC = row.priceCC('high');
  const lowCC = row.priceCC('low');
  const closeCC = row.priceCC('close');
  if (highCC < Math.max(openCC, closeCC)) throw row.wrong('high', 'is below open or close');
  if (lowCC > Math.min(openCC, closeCC)) throw row.wrong('low', 'is above open or close');
  return { kind: 'candle', atMs: row.timeMs(), openCC, highCC, lowCC, closeCC, volumeE2: row.volumeE2() };
}

function readQuote(row: Row): QuoteRow {
  const bidCC = row.quoteCC('bid', 0);
  const askCC = row.quoteCC('ask', 10_000);
  if (bidCC !== undefined && askCC !== undefined && bidCC >= askCC) throw row.wrong('bid', 'is not below the ask');
  const bidE2 = row.countE2('bid_size');
  const askE2 = row.countE2('ask_size');
  return { kind: 'quote', atMs: row.timeMs(), bidCC, askCC, bidE2, askE2, volumeE2: row.volumeE2(), inning: row.inning() };
}

/** Checked access to one row by column name. */
class Row {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #width: number;
  readonly #wrong: Wrong;
  #values: unknown[] = [];
  #index = 0;
  #cumulativeE2: number | undefined;

  constructor(columns: string[], wrong: Wrong) {
    this.#columns = new Map(columns.map((name, index) => [name, index]));
    this.#width = columns.length;
    this.#wrong = wrong;
  }

  load(values: unknown, index: number): void {
    this.#index = index;
    if (!Array.isArray(values) || values.length !== this.#width) {
      throw this.#wrong(`rows[${index}]`, `must be a list of ${this.#width} values`);
    }
    this.#values = values;
  }

  wrong(column: string, reason: string): ScenarioError {
    return this.#wrong(`rows[${this.#index}].${column}`, reason);
  }

  timeMs(): number {
    const value = this.#number('ts');
    if (value === undefined || !(value > 0)) throw this.wrong('ts', 'must be a time in Unix seconds');
    return Math.round(value * 1000);
  }

  priceCC(column: string): number {
    const value = this.#number(column);
    if (value === undefined || !(value >= 0 && value <= 100)) throw this.wrong(column, 'must be a price of 0 to 100 cents');
    return Math.round(value * 100);
  }

  /** A quoted price; null and the `nobody` price (bid 0, ask 100) mean that the side is empty. */
  quoteCC(column: string, nobody: number): number | undefined {
    if (this.#number(column) === undefined) return undefined;
    const priceCC = this.priceCC(column);
    if (priceCC === nobody) return undefined;
    if (priceCC === 10_000 - nobody) throw this.wrong(column, `cannot be ${priceCC / 100}`);
    if (priceCC % 100 !== 0) throw this.wrong(column, 'must be a whole cent');
    return priceCC;
  }

  countE2(column: string): number | undefined {
    const value = this.#number(column);
    if (value === undefined) return undefined;
    if (!(value >= 0)) throw this.wrong(column, 'must be a number of contracts');
    return Math.round(value * 100);
  }

  volumeE2(): number {
    const cumulativeE2 = this.countE2('cum_volume');
    if (cumulativeE2 === undefined) return this.countE2('volume') ?? 0;
    const before = this.#cumulativeE2 ?? cumulativeE2;
    this.#cumulativeE2 = cumulativeE2;
    return Math.max(0, cumulativeE2 - before);
  }

  inning(): QuoteRow['inning'] {
    const inning = this.countE2('inning');
    if (inning === undefined) return undefined;
    const half = this.#value('half');
    if (half !== 'top' && half !== 'bottom') throw this.wrong('half', 'must be "top" or "bottom"');
    return { inning: inning / 100, half, score: { home: this.#score('home_score'), away: this.#score('away_score') } };
  }

  #score(column: string): number {
    const score = this.#number(column);
    if (score === undefined) throw this.wrong(column, 'is missing beside the inning');
    return score;
  }

  #number(column: string): number | undefined {
    const value = this.#value(column);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'number') throw this.wrong(column, 'must be a number');
    return value;
  }

  #value(column: string): unknown {
    const index = this.#columns.get(column);
    return index === undefined ? undefined : this.#values[index];
  }
}

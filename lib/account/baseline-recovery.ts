/**
 * Baselines of games that began before they were watched, from candlesticks: asked for once per market and start, few at a time, again
 * after a failure with backoff (wall time).
 */
import { baselineFromCandles, type QuoteCandle } from '../trading/baseline.ts';
import { type Baseline, type Ceiling, isAtLeast, MINUTE_MS } from '../trading/baseline-measure.ts';
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { RecoveryStanding } from './baseline-view.ts';
import { restMs } from './feed-backoff.ts';
import { messageOf } from './feed-problems.ts';

/** Longer than the window: a quiet market's standing quote may be old when it begins. */
const SPAN_MS = 180 * MINUTE_MS;
const MOST_AT_ONCE = 4;

export interface CandleWish {
  ticker: string;
  startMs: number;
  /** How far the start itself can be trusted. */
  ceiling: Ceiling | undefined;
}

export interface CandleRecoveryOptions {
  wall: WallTimer;
  activity: Activity;
  candles: (ticker: string, fromMs: number, toMs: number) => Promise<QuoteCandle[]>;
  /** Undefined: the candlesticks hold none. */
  recovered: (wish: CandleWish, baseline: Baseline | undefined) => void;
  /** The attempt has failed and will be repeated. */
  failed: (wish: CandleWish) => void;
}

interface Case {
  wish: CandleWish;
  standing: RecoveryStanding;
  callOff: () => void;
}

export class CandleRecovery {
  readonly #options: CandleRecoveryOptions;
  readonly #cases = new Map<string, Case>();
  readonly #waiting: Case[] = [];
  #running = 0;

  constructor(options: CandleRecoveryOptions) {
    this.#options = options;
  }

  standing(ticker: string): RecoveryStanding | undefined {
    return this.#cases.get(ticker)?.standing;
  }

  /** In place of whatever was asked for this market before. */
  start(wish: CandleWish): void {
    this.stop(wish.ticker);
    const one: Case = { wish, standing: { kind: 'asking', failures: 0, failure: undefined }, callOff: () => {} };
    this.#cases.set(wish.ticker, one);
    this.#enqueue(one);
  }

  /** What is still on its way is dropped. */
  stop(ticker: string): void {
    this.#cases.get(ticker)?.callOff();
    this.#cases.delete(ticker);
  }

  /** Takes what is there: no further attempt. */
  settle(ticker: string): void {
    const one = this.#cases.get(ticker);
    if (one === undefined) return;
    one.callOff();
    one.standing = { ...one.standing, kind: 'over' };
  }

  close(): void {
    for (const ticker of this.#cases.keys()) this.stop(ticker);
    this.#waiting.length = 0;
  }

  #enqueue(one: Case): void {
    this.#waiting.push(one);
    this.#next();
  }

  #next(): void {
    while (this.#running < MOST_AT_ONCE) {
      const one = this.#waiting.shift();
      if (one === undefined) return;
      if (this.#isWanted(one)) void this.#ask(one);
    }
  }

  async #ask(one: Case): Promise<void> {
    const { activity, candles } = this.#options;
    const { ticker, startMs } = one.wish;
    this.#running++;
    const end = activity.begin();
    try {
      const answer = await candles(ticker, startMs - SPAN_MS, startMs).catch((error: unknown) => ({ error }));
      if (this.#isWanted(one)) this.#take(one, answer);
    } finally {
      this.#running--;
      this.#next();
      end();
    }
  }

  #take(one: Case, answer: QuoteCandle[] | { error: unknown }): void {
    const { wall, recovered, failed } = this.#options;
    const { startMs, ceiling } = one.wish;
    if (Array.isArray(answer)) {
      one.standing = { ...one.standing, kind: 'over' };
      recovered(one.wish, underCeiling(baselineFromCandles(answer, startMs), ceiling));
      return;
    }
    const failures = one.standing.failures + 1;
    one.standing = { kind: 'asking', failures, failure: messageOf(answer.error) };
    one.callOff = wall.after(restMs(failures), () => this.#enqueue(one));
    failed(one.wish);
  }

  #isWanted(one: Case): boolean {
    return this.#cases.get(one.wish.ticker) === one && one.standing.kind === 'asking';
  }
}

/** Candlesticks know nothing of how the start was seen. */
function underCeiling(baseline: Baseline | undefined, ceiling: Ceiling | undefined): Baseline | undefined {
  if (baseline === undefined || ceiling === undefined || ceiling.grade === 'A') return baseline;
  const grade = isAtLeast(baseline.grade, ceiling.grade) ? ceiling.grade : baseline.grade;
  return { ...baseline, grade, reasons: [`${ceiling.reason} (${ceiling.grade})`, ...baseline.reasons] };
}

/** The markets that have been listed, how they stand, and which of them change their status without a word. */
import type { MarketStatus } from '../../trading/market.ts';
import type { Clock } from '../../trading/ports/clock.ts';
import type { ListedGame } from '../../trading/ports/market-data.ts';
import type { Milestone } from '../schema/milestone.ts';
import type { MarketLifecycleFrame } from '../schema/socket.ts';
import type { ReadGame } from './game.ts';
import { afterNews, type MarketLife, statusAt, turnsMs } from './market-life.ts';

export interface BoardOptions {
  /** Market time. */
  clock: Clock;
  /** Counts up: what was asked before some news may not know them. */
  monotonicMs: () => number;
  onChange: (ticker: string, status: MarketStatus, resultCC: number | undefined) => void;
}

interface Entry {
  life: MarketLife;
  exchangeIndex: number | undefined;
  eventTicker: string;
  /** What was last told of it. */
  status: MarketStatus;
  resultCC: number | undefined;
  newsMs: number;
}

/** News of a market's end may have been missed: so long after it has closed, one that nobody follows is forgotten all the same. */
const FORGOTTEN_MS = 7 * 86_400_000;

export class MarketBoard {
  readonly #options: BoardOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #milestones = new Map<string, Milestone>();
  readonly #series = new Set<string>();
  #cancelTimer: () => void = () => {};

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  shardOf(ticker: string): number | undefined {
    return this.#entries.get(ticker)?.exchangeIndex;
  }

  milestoneOf(eventTicker: string): Milestone | undefined {
    return this.#milestones.get(eventTicker);
  }

  /** Whether anything of the series was ever listed here. */
  isListed(seriesTicker: string): boolean {
    return this.#series.has(seriesTicker);
  }

  has(ticker: string): boolean {
    return this.#entries.has(ticker);
  }

  hasEvent(eventTicker: string): boolean {
    return [...this.#entries.values()].some((entry) => entry.eventTicker === eventTicker);
  }

  /** Takes in what was read after `askedMs` (monotonic), and gives the games as they stand. `isKept`: not to be forgotten when it is over. */
  take(read: readonly ReadGame[], askedMs: number, isKept: (ticker: string) => boolean): ListedGame[] {
    for (const { game, lives, milestone } of read) {
      this.#series.add(game.seriesTicker);
      if (milestone !== undefined) this.#milestones.set(game.eventTicker, milestone);
      for (const { ticker, exchangeIndex } of game.markets) {
        const life = lives.get(ticker);
        if (life !== undefined) this.#list(ticker, game.eventTicker, life, exchangeIndex, askedMs);
      }
    }
    this.#forgetOver(isKept);
    this.#tellAll();
    return read.map(({ game }) => ({
      ...game,
      markets: game.markets.map((market) => ({ ...market, ...this.#standing(market.ticker) })),
    }));
  }

  /** Takes in news. Says whether the market is known. */
  news(msg: MarketLifecycleFrame['msg']): boolean {
    const entry = this.#entries.get(msg.market_ticker);
    if (entry === undefined) return false;
    entry.life = afterNews(entry.life, msg);
    entry.newsMs = this.#options.monotonicMs();
    this.#tellAll();
    return true;
  }

  close(): void {
    this.#cancelTimer();
  }

  #list(ticker: string, eventTicker: string, life: MarketLife, exchangeIndex: number | undefined, askedMs: number): void {
    const known = this.#entries.get(ticker);
    if (known === undefined) {
      const status = statusAt(life, this.#options.clock.nowMs());
      const { resultCC } = life;
      this.#entries.set(ticker, { life, exchangeIndex, eventTicker, status, resultCC, newsMs: Number.NEGATIVE_INFINITY });
      return;
    }
    if (known.newsMs < askedMs) known.life = life;
  }

  #standing(ticker: string): { status: MarketStatus; resultCC: number | undefined } | undefined {
    const entry = this.#entries.get(ticker);
    return entry === undefined ? undefined : { status: entry.status, resultCC: entry.resultCC };
  }

  #forgetOver(isKept: (ticker: string) => boolean): void {
    const longAgoMs = this.#options.clock.nowMs() - FORGOTTEN_MS;
    for (const [ticker, { status, life }] of this.#entries) {
      const isOver = status === 'finalized' || life.closesMs < longAgoMs;
      if (isOver && !isKept(ticker)) this.#entries.delete(ticker);
    }
    const events = new Set([...this.#entries.values()].map(({ eventTicker }) => eventTicker));
    for (const eventTicker of this.#milestones.keys()) if (!events.has(eventTicker)) this.#milestones.delete(eventTicker);
  }

  /** Tells what has changed since it was last told, and comes back when the next change is due. */
  #tellAll(): void {
    this.#cancelTimer();
    const { clock, onChange } = this.#options;
    const nowMs = clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    const changed: [string, Entry][] = [];
    for (const [ticker, entry] of this.#entries) {
      const status = statusAt(entry.life, nowMs);
      const { resultCC } = entry.life;
      if (status !== entry.status || resultCC !== entry.resultCC)
        changed.push([ticker, Object.assign(entry, { status, resultCC })]);
      nextMs = Math.min(nextMs, turnsMs(entry.life, nowMs) ?? Number.POSITIVE_INFINITY);
    }
    this.#cancelTimer = nextMs === Number.POSITIVE_INFINITY ? () => {} : clock.after(nextMs - nowMs, () => this.#tellAll());
    for (const [ticker, { status, resultCC }] of changed) onChange(ticker, status, resultCC);
  }
}

/** A feed on scripted data: a test says what the exchange and the score sources say, when time passes, and when a turn ends. */
import type { FeedListener, MarketUpdate } from '../../lib/account/contract.ts';
import { type OpenFeed, openFeed } from '../../lib/account/feed.ts';
import type { QuoteCandle } from '../../lib/trading/baseline.ts';
import type { GameState } from '../../lib/trading/game.ts';
import type { MarketStatus } from '../../lib/trading/market.ts';
import type { Activity } from '../../lib/trading/ports/clock.ts';
import type {
  DataHealth,
  GameChoice,
  KnownGame,
  ListedGame,
  ListedMarket,
  MarketData,
  MarketDataListener,
  ScoreProblem,
  Scores,
  StandingQuote,
} from '../../lib/trading/ports/market-data.ts';
import type { FeedMemory, StoredBaseline } from '../../lib/trading/ports/memory.ts';
import type { Quote } from '../../lib/trading/quote.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { FEES, gameOf, quoteAt } from '../trading/stage.ts';

export const START_MS = Date.UTC(2026, 10, 20, 0, 10);
export const MINUTE_MS = 60_000;
export const NBA: GameChoice = { leagues: ['NBA'], series: [], tickers: [] };

export function marketOf(ticker: string, change: Partial<ListedMarket> = {}): ListedMarket {
  const team = ticker.slice(ticker.lastIndexOf('-') + 1);
  return { ticker, team, title: `${team} wins`, status: 'open', resultCC: undefined, fees: FEES, exchangeIndex: 0, ...change };
}

/** A game with the markets `NAME-A` and `NAME-B`. */
export function listedGame(eventTicker: string, change: Partial<ListedGame> = {}): ListedGame {
  return {
    eventTicker,
    seriesTicker: 'KXNBAGAME',
    league: 'NBA',
    title: `${eventTicker}: A at B`,
    home: 'B',
    away: 'A',
    startMs: START_MS,
    hasScoreSource: true,
    markets: [marketOf(`${eventTicker}-A`), marketOf(`${eventTicker}-B`)],
    ...change,
  };
}

/** Work that is under way, counted as a lockstep world counts it. */
export class CountedWork implements Activity {
  count = 0;

  begin(): () => void {
    this.count++;
    let isOver = false;
    return () => {
      if (!isOver) this.count--;
      isOver = true;
    };
  }
}

export class ScriptedData implements MarketData {
  games: ListedGame[] = [];
  readonly quotes = new Map<string, StandingQuote>();
  readonly followed = new Set<string>();
  readonly asked: { lists: GameChoice[]; candles: string[]; catchUps: number } = { lists: [], candles: [], catchUps: 0 };
  readonly listeners = new Set<MarketDataListener>();
  candlesOf = new Map<string, QuoteCandle[]>();
  state: DataHealth = { kind: 'connected', heardAgeMs: 0, reason: '' };
  /** What a call is to fail with. */
  failing: { open?: Error; list?: Error; candles?: Error } = {};
  /** What a call has to wait for. */
  gates: { list?: Promise<void>; catchUp?: Promise<void> } = {};
  isOpen = false;

  async open(): Promise<void> {
    if (this.failing.open !== undefined) throw this.failing.open;
    this.isOpen = true;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  async list(choice: GameChoice): Promise<ListedGame[]> {
    this.asked.lists.push(choice);
    const { failing } = this;
    const games = this.games.filter((game) => isChosen(game, choice));
    await this.gates.list;
    if (failing.list !== undefined) throw failing.list;
    return structuredClone(games);
  }

  follow(tickers: readonly string[]): void {
    for (const ticker of tickers) this.followed.add(ticker);
  }

  drop(tickers: readonly string[]): void {
    for (const ticker of tickers) this.followed.delete(ticker);
  }

  quote(ticker: string): StandingQuote | undefined {
    return this.quotes.get(ticker);
  }

  depth(): undefined {
    return undefined;
  }

  async candles(ticker: string): Promise<QuoteCandle[]> {
    this.asked.candles.push(ticker);
    if (this.failing.candles !== undefined) throw this.failing.candles;
    return this.candlesOf.get(ticker) ?? [];
  }

  listen(listener: MarketDataListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  health(): DataHealth {
    return this.state;
  }

  async caughtUp(): Promise<void> {
    this.asked.catchUps++;
    await this.gates.catchUp;
  }
}

function isChosen({ league, seriesTicker, markets }: ListedGame, choice: GameChoice): boolean {
  const isByTicker = markets.some(({ ticker }) => choice.tickers.includes(ticker));
  return choice.leagues.includes(league) || choice.series.includes(seriesTicker) || isByTicker;
}

export class ScriptedScores implements Scores {
  readonly games = new Map<string, KnownGame>();
  readonly followed: string[] = [];
  readonly listeners = new Set<Parameters<Scores['listen']>[0]>();
  isClosed = false;

  follow({ eventTicker }: ListedGame): void {
    this.followed.push(eventTicker);
  }

  forget(eventTicker: string): void {
    this.followed.splice(this.followed.indexOf(eventTicker), 1);
    this.games.delete(eventTicker);
  }

  game(eventTicker: string): KnownGame | undefined {
    return this.games.get(eventTicker);
  }

  listen(listener: Parameters<Scores['listen']>[0]): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async refresh(): Promise<void> {}

  close(): void {
    this.isClosed = true;
  }
}

/** Remembers as a database does: what is read back is a copy in plain JSON. */
export class ScriptedMemory implements FeedMemory {
  readonly rows = new Map<string, string>();
  readonly saves: StoredBaseline[][] = [];
  failing: Error | undefined;
  /** What a writing has to wait for. */
  gate: Promise<void> = Promise.resolve();

  async baselines(feedKey: string): Promise<StoredBaseline[]> {
    if (this.failing !== undefined) throw this.failing;
    const own = [...this.rows].filter(([key]) => key.startsWith(`${feedKey}|`));
    return own.map(([, row]) => JSON.parse(row) as StoredBaseline);
  }

  async saveBaselines(feedKey: string, baselines: readonly StoredBaseline[]): Promise<void> {
    await this.gate;
    if (this.failing !== undefined) throw this.failing;
    this.saves.push([...baselines]);
    for (const one of baselines) this.rows.set(`${feedKey}|${one.ticker}`, JSON.stringify(one));
  }

  async saveTracked(): Promise<void> {}
}

export class FeedStage {
  readonly data = new ScriptedData();
  readonly scores = new ScriptedScores();
  readonly memory: ScriptedMemory;
  /** Market time. */
  readonly clock: VirtualClock;
  readonly wall = new VirtualClock();
  readonly activity = new CountedWork();
  readonly held = new Set<string>();
  readonly updates: MarketUpdate[] = [];
  readonly defects: unknown[] = [];
  readonly #turn: (() => void)[] = [];
  #feed: OpenFeed | undefined;

  constructor(nowMs = START_MS - 60 * MINUTE_MS, memory = new ScriptedMemory()) {
    this.clock = new VirtualClock(nowMs);
    this.memory = memory;
  }

  get feed(): OpenFeed {
    if (this.#feed === undefined) throw new Error('the stage is not open');
    return this.#feed;
  }

  /** Opens the feed with these games to be listed. */
  async open(games: ListedGame[] = []): Promise<this> {
    this.data.games = games;
    this.#feed = await openFeed({
      key: 'practice|night',
      environment: 'practice',
      data: this.data,
      scores: this.scores,
      memory: this.memory,
      clock: this.clock,
      wall: this.wall,
      activity: this.activity,
      held: () => this.held,
      nextTurn: (run) => this.#turn.push(run),
      onDefect: (cause) => this.defects.push(cause),
    });
    return this;
  }

  /** Opens, chooses NBA, and listens; what the listing itself sends is taken away. */
  async follow(games: ListedGame[], listener: FeedListener = {}): Promise<this> {
    await this.open(games);
    this.feed.listen({ update: (update) => this.updates.push(update), ...listener });
    this.feed.choose(NBA, this);
    await this.rest();
    this.updates.length = 0;
    return this;
  }

  /** Ends the turn of the event loop. */
  turn(): void {
    for (const run of this.#turn.splice(0)) run();
  }

  /** Until nothing is under way. */
  async rest(): Promise<void> {
    do {
      this.turn();
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.activity.count > 0);
  }

  /** Lets market time pass to that instant, a second at a time, with all that follows. */
  async pass(untilMs: number, stepMs = 1_000): Promise<void> {
    while (this.clock.nowMs() < untilMs) {
      this.clock.advance(Math.min(stepMs, untilMs - this.clock.nowMs()));
      await this.rest();
    }
  }

  async passWall(ms: number): Promise<void> {
    this.wall.advance(ms);
    await this.rest();
  }

  /** The exchange says a quote, stamped now unless told otherwise; `undefined`: it stands no more. */
  quote(ticker: string, bidCC: number | undefined, askCC: number | undefined, atMs = this.clock.nowMs()): void {
    this.standing(ticker, quoteAt(bidCC, askCC, atMs));
  }

  standing(ticker: string, quote: Quote | undefined, source: 'socket' | 'rest' = 'socket'): void {
    if (quote === undefined) this.data.quotes.delete(ticker);
    else this.data.quotes.set(ticker, { quote, source, ageMs: 5 });
    for (const listener of this.data.listeners) listener.quote?.(ticker);
  }

  market(ticker: string, status: MarketStatus, resultCC?: number): void {
    for (const listener of this.data.listeners) listener.market?.(ticker, status, resultCC);
  }

  health(kind: DataHealth['kind']): void {
    this.data.state = { kind, heardAgeMs: kind === 'blind' ? 20_000 : 5, reason: kind === 'connected' ? '' : `it is ${kind}` };
    for (const listener of this.data.listeners) listener.health?.({ ...this.data.state });
  }

  /** A score source says so of a game, as of now; `silent`: nothing that trading would call a change. */
  game(eventTicker: string, change: Partial<GameState>, silent = false): void {
    const nowMs = this.clock.nowMs();
    const state = gameOf({ asOfMs: nowMs, startedMs: undefined, ...change });
    const known = { state, source: 'kalshi', readMs: nowMs };
    this.scores.games.set(eventTicker, known);
    if (!silent) for (const listener of this.scores.listeners) listener.changed?.(eventTicker, known);
  }

  problem(problem: ScoreProblem): void {
    for (const listener of this.scores.listeners) listener.problem?.(problem);
  }

  announce(): void {
    for (const listener of this.data.listeners) listener.listed?.();
  }

  /** Tickers of the updates so far, which are taken away. */
  told(kind: MarketUpdate['kind'] = 'update'): string[] {
    return this.updates
      .splice(0)
      .filter((update) => update.kind === kind)
      .map(({ market }) => market.ticker);
  }
}

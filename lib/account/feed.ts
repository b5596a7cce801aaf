/**
 * The feed of one environment: which games are followed, and what of them has changed, joined and told once per turn. Shared by all
 * accounts of the environment.
 */
import type { MarketStatus } from '../trading/market.ts';
import type { Activity, Clock, WallTimer } from '../trading/ports/clock.ts';
import type {
  DataHealth,
  GameChoice,
  KnownGame,
  ListedGame,
  ListedMarket,
  MarketData,
  ScoreProblem,
  Scores,
  StandingQuote,
} from '../trading/ports/market-data.ts';
import type { FeedMemory } from '../trading/ports/memory.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { BaselineView, FeedListener, FeedView, MarketUpdate } from './contract.ts';
import { FeedBaselines } from './feed-baselines.ts';
import { FeedChoices } from './feed-choices.ts';
import { FeedGames } from './feed-games.ts';
import { FeedListing } from './feed-listing.ts';
import { FeedProblems } from './feed-problems.ts';
import { FeedUpdates } from './feed-updates.ts';
import { SecondTicks } from './ticks.ts';

export interface FeedOptions {
  /** Names environment and, on practice, night: baselines are remembered under it. */
  key: string;
  environment: Environment;
  /** Opened and closed by the feed. */
  data: MarketData;
  /** Closed by the feed. */
  scores: Scores;
  memory: FeedMemory;
  clock: Clock;
  wall: WallTimer;
  activity: Activity;
  /** Markets with an open position or an order under way. One may be named twice. */
  held: () => Iterable<string>;
  /** Runs it when this turn of the event loop is over; `setImmediate` unless given. */
  nextTurn?: (run: () => void) => void;
  /** A listener has thrown. */
  onDefect: (cause: unknown) => void;
}

/** A feed with the ends that its owner holds. */
export interface OpenFeed extends FeedView {
  /** What `held` answers may have changed: ticks begin without waiting for the next update. */
  heldChanged(): void;
  /** Ends everything, the data and scores with it, after the baselines have been written. */
  close(): Promise<void>;
}

/** The name of the choice that follows what is held and nobody chose. */
const HELD = 'held';

/** Opens the data and follows what is chosen from then on. Throws a VenueFailure when the data cannot be opened; nothing is left open. */
export async function openFeed(options: FeedOptions): Promise<OpenFeed> {
  const feed = new Feed(options);
  const end = options.activity.begin();
  try {
    await options.data.open();
  } catch (failure) {
    await feed.close().catch(() => {});
    throw failure;
  } finally {
    end();
  }
  return feed;
}

class Feed implements OpenFeed {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly #options: FeedOptions;
  readonly #games = new FeedGames();
  readonly #problems = new FeedProblems();
  readonly #choices: FeedChoices;
  readonly #listing: FeedListing;
  readonly #updates: FeedUpdates;
  readonly #ticks: SecondTicks;
  readonly #baselines: FeedBaselines;
  readonly #stops: (() => void)[];
  /** Held markets that no list has shown: not asked for again before the next reading of all lists. */
  #unlisted = new Set<string>();

  constructor(options: FeedOptions) {
    const { environment, clock, wall, activity, data, scores } = options;
    this.#options = options;
    this.environment = environment;
    this.clock = clock;
    this.#choices = new FeedChoices(wall, (name) => this.#release(name));
    this.#listing = new FeedListing({
      clock,
      wall,
      activity,
      choices: () => this.#allChoices(),
      list: (choice) => data.list(choice),
      took: (name, games, isNewer) => this.#take(name, games, isNewer),
      ended: (failure) => this.#listed(failure),
    });
    this.#updates = new FeedUpdates({
      activity,
      nextTurn: options.nextTurn ?? ((run) => void setImmediate(run)),
      look: (ticker, kind) => this.#look(ticker, kind),
      isHeldBack: () => data.health().kind === 'blind',
      flushed: () => this.#ticks.glance(clock.nowMs()),
      onDefect: options.onDefect,
    });
    this.#ticks = new SecondTicks({ clock, held: options.held, tick: (tickers) => this.#updates.tick(tickers) });
    this.#baselines = new FeedBaselines({
      ...options,
      games: () => this.#games.all(),
      known: (eventTicker) => scores.game(eventTicker),
      changed: (game) => this.#mark(game),
      problem: (failure) => this.#trouble('memory', failure, 'baselines are not remembered'),
    });
    this.#stops = [
      data.listen({
        quote: (ticker) => this.#onQuote(ticker),
        market: (ticker, status, resultCC) => this.#onMarket(ticker, status, resultCC),
        listed: () => this.#listing.announced(),
        health: (health) => this.#onHealth(health),
      }),
      scores.listen({
        changed: (eventTicker, known) => this.#onGame(eventTicker, known),
        problem: (problem) => this.#onProblem(problem),
      }),
    ];
  }

  choose(choice: GameChoice, by: object): void {
    const name = this.#choices.choose(choice, by);
    if (name === undefined) return;
    // Whoever chooses what is followed already hears of it at once, too.
    for (const game of this.#games.ofChoice(name)) this.#mark(game);
    this.#listing.request([name, HELD]);
  }

  drop(by: object): void {
    this.#choices.drop(by);
  }

  listen(listener: FeedListener): () => void {
    return this.#updates.listen(listener);
  }

  trackBaselines(_by: object): () => void {
    return this.#baselines.want();
  }

  baseline(ticker: string): BaselineView {
    return this.#baselines.view(ticker);
  }

  games(): readonly ListedGame[] {
    return this.#games.all();
  }

  game(eventTicker: string): ListedGame | undefined {
    return this.#games.game(eventTicker);
  }

  market(ticker: string): { game: ListedGame; market: ListedMarket } | undefined {
    return this.#games.place(ticker);
  }

  known(eventTicker: string): KnownGame | undefined {
    const known = this.#options.scores.game(eventTicker);
    return known && { ...known, state: { ...known.state } };
  }

  quote(ticker: string): StandingQuote | undefined {
    const standing = this.#options.data.quote(ticker);
    return standing && { ...standing, quote: { ...standing.quote } };
  }

  look(ticker: string): MarketUpdate | undefined {
    return this.#look(ticker, 'update');
  }

  health(): DataHealth {
    return { ...this.#options.data.health() };
  }

  problems(): readonly ScoreProblem[] {
    const { scores } = this.#options;
    return this.#problems.all(
      this.#games.all().map(({ eventTicker }) => eventTicker),
      (eventTicker) => scores.game(eventTicker)?.readMs,
    );
  }

  heldChanged(): void {
    this.#ticks.wake();
    const missing = this.#heldUnchosen().filter(
      (ticker) => this.#games.place(ticker) === undefined && !this.#unlisted.has(ticker),
    );
    if (missing.length === 0) return;
    for (const ticker of missing) this.#unlisted.add(ticker);
    this.#listing.request([HELD]);
  }

  async close(): Promise<void> {
    const { data, scores } = this.#options;
    for (const stop of this.#stops.splice(0)) stop();
    this.#ticks.close();
    this.#listing.close();
    this.#choices.close();
    this.#updates.close();
    scores.close();
    try {
      await this.#baselines.close();
    } finally {
      await data.close();
    }
  }

  #onQuote(ticker: string): void {
    if (this.#games.place(ticker) === undefined) return;
    this.#baselines.quote(ticker);
    this.#updates.mark(ticker);
  }

  #onMarket(ticker: string, status: MarketStatus, resultCC: number | undefined): void {
    this.#listing.told(ticker);
    const news = this.#games.update(ticker, status, resultCC);
    if (news === undefined) return;
    this.#baselines.track(news.game);
    this.#updates.mark(ticker);
  }

  #onGame(eventTicker: string, known: KnownGame): void {
    const game = this.#games.game(eventTicker);
    if (game === undefined) return;
    this.#baselines.gameState(eventTicker, known);
    this.#mark(game);
  }

  #onHealth(health: DataHealth): void {
    this.#baselines.health(health);
    this.#updates.health(health);
    // What changed while the feed was blind has waited.
    this.#updates.schedule();
  }

  #onProblem(problem: ScoreProblem): void {
    this.#problems.score(problem, this.clock.nowMs());
    this.#updates.problem(problem);
  }

  #trouble(about: string, failure: unknown, words: string): void {
    const problem = this.#problems.set(about, failure, words);
    if (problem !== undefined) this.#updates.problem(problem);
  }

  *#allChoices(): Iterable<readonly [string, GameChoice]> {
    yield* this.#choices.entries();
    const tickers = this.#heldUnchosen();
    if (tickers.length > 0) yield [HELD, { leagues: [], series: [], tickers }];
  }

  #heldUnchosen(): string[] {
    return [...new Set(this.#options.held())].filter((ticker) => !this.#games.isChosenBesides(ticker, HELD));
  }

  #take(name: string, listed: readonly ListedGame[], isNewer: (ticker: string) => boolean): void {
    for (const news of this.#games.merge(name, listed, isNewer)) {
      if (news.kind !== 'joined') this.#follow(news.game, news.kind === 'changed' ? news.before : undefined);
      this.#mark(news.game);
    }
  }

  #follow(game: ListedGame, before: ListedGame | undefined): void {
    const { data, scores } = this.#options;
    const had = new Set(before?.markets.map(({ ticker }) => ticker));
    const tickers = game.markets.map(({ ticker }) => ticker);
    data.follow(
      tickers.filter((ticker) => !had.delete(ticker)),
      this,
    );
    if (had.size > 0) data.drop([...had], this);
    if (game.hasScoreSource && isScoredAnew(game, before)) scores.follow(game);
    if (!game.hasScoreSource && before?.hasScoreSource) scores.forget(game.eventTicker);
    this.#baselines.track(game);
  }

  #listed(failure: unknown): void {
    this.#trouble('list', failure, 'the list of games cannot be read');
    const held = this.#heldUnchosen();
    if (held.length === 0) this.#games.release(HELD);
    this.#unlisted = new Set(held.filter((ticker) => this.#games.place(ticker) === undefined));
    this.#sweep();
  }

  #release(name: string): void {
    this.#games.release(name);
    this.#sweep();
  }

  #sweep(): void {
    const { data, scores, held } = this.#options;
    const isHeld = new Set(held());
    for (const game of this.#games.sweep((ticker) => isHeld.has(ticker))) {
      const tickers = game.markets.map(({ ticker }) => ticker);
      data.drop(tickers, this);
      if (game.hasScoreSource) scores.forget(game.eventTicker);
      this.#baselines.forget(game);
      this.#problems.forget(game.eventTicker);
      for (const ticker of tickers) this.#updates.forget(ticker);
    }
  }

  #mark(game: ListedGame): void {
    for (const { ticker } of game.markets) this.#updates.mark(ticker);
  }

  #look(ticker: string, kind: MarketUpdate['kind']): MarketUpdate | undefined {
    const place = this.#games.place(ticker);
    if (place === undefined) return undefined;
    const { game, market } = place;
    const { environment } = this;
    const quote = this.quote(ticker);
    const feedAgeMs = quote === undefined ? this.#heardAgeMs() : quote.ageMs;
    const known = this.known(game.eventTicker);
    return { kind, environment, game, market, quote, feedAgeMs, known, atMs: this.clock.nowMs() };
  }

  #heardAgeMs(): number | undefined {
    const { kind, heardAgeMs } = this.#options.data.health();
    return kind === 'blind' ? undefined : heardAgeMs;
  }
}

/** Whether the score source has to be told: reading it anew costs a request. */
function isScoredAnew(game: ListedGame, before: ListedGame | undefined): boolean {
  if (before === undefined || !before.hasScoreSource) return true;
  return game.startMs !== before.startMs || game.home !== before.home || game.away !== before.away;
}

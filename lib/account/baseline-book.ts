/**
 * The baselines of all followed markets: one tracker each, fed with what its market and game say as they say it.
 *
 * A baseline freezes when everything that is stamped up to the start has been seen. A market's own later quote proves that; otherwise the
 * book asks the data to catch up first, at each whole minute and as soon as a start lies in the past. While the feed is blind nothing
 * stands but what a request has just confirmed.
 */
import { type BaselineObservation, observeBaseline, startBaseline } from '../trading/baseline.ts';
import { type Baseline, MINUTE_MS } from '../trading/baseline-measure.ts';
import { isEnded } from '../trading/market.ts';
import type { Activity, Clock, WallTimer } from '../trading/ports/clock.ts';
import type { DataHealth, KnownGame, ListedGame, MarketData } from '../trading/ports/market-data.ts';
import type { FeedMemory, StoredBaseline } from '../trading/ports/memory.ts';
import { CandleRecovery, type CandleWish } from './baseline-recovery.ts';
import { BaselineSaving } from './baseline-saving.ts';
import { BaselineTracker, type TrackedGame } from './baseline-tracker.ts';
import { baselineView, betterOf, finalBaseline, isPending, wantsRecovery } from './baseline-view.ts';
import type { BaselineView } from './contract.ts';

/** Data that has not caught up after so long (wall time) counts as blind. */
const CATCH_UP_MS = 5_000;
/** While blind: how much longer than its stamp a quote is taken to stand, market time. */
const STANDS_BLIND_MS = 2 * MINUTE_MS;
/** Samples are remembered from so long before the scheduled start: earlier ones leave the window anyway. */
const REMEMBERED_MS = 120 * MINUTE_MS;
/** What was remembered longer ago belongs to games that are over. */
const OLDEST_MS = 24 * 60 * MINUTE_MS;

export interface BaselineBookOptions {
  key: string;
  data: Pick<MarketData, 'quote' | 'caughtUp' | 'candles' | 'health'>;
  known: (eventTicker: string) => KnownGame | undefined;
  memory: FeedMemory;
  clock: Clock;
  wall: WallTimer;
  activity: Activity;
  /** What is said of a game's baselines has changed. */
  changed: (game: ListedGame) => void;
  /** The memory fails, or (undefined) works again. */
  problem: (failure: unknown) => void;
}

export class BaselineBook {
  readonly #options: BaselineBookOptions;
  readonly #games = new Map<string, TrackedGame>();
  readonly #trackers = new Map<string, BaselineTracker>();
  readonly #recovery: CandleRecovery;
  readonly #saving: BaselineSaving;
  /** What was remembered and has not been asked for yet; undefined before it was read: until then nothing is tracked. */
  #stored: Map<string, StoredBaseline> | undefined;
  /** Market time of the last proof that the feed was alive. */
  #heardMs: number;
  #isSighted: boolean;
  #callOff: (() => void) | undefined;
  #isStepping = false;
  #isStepDue = false;
  #isClosed = false;

  constructor(options: BaselineBookOptions) {
    this.#options = options;
    const { wall, activity, data } = options;
    this.#heardMs = options.clock.nowMs();
    this.#isSighted = data.health().kind !== 'blind';
    this.#recovery = new CandleRecovery({
      wall,
      activity,
      candles: (ticker, fromMs, toMs) => data.candles(ticker, fromMs, toMs),
      recovered: (wish, baseline) => this.#recovered(wish, baseline),
      failed: (wish) => this.#recoveryFailed(wish),
    });
    this.#saving = new BaselineSaving({ ...options, stored: (ticker) => this.#storedOf(ticker) });
  }

  /** Reads what was remembered; `games` are those to be tracked by then. Resolves when that has been read, or the book is closed. */
  async open(games: () => Iterable<ListedGame>): Promise<void> {
    const stored = await this.#saving.load();
    if (stored === undefined || this.#isClosed) return;
    const oldestMs = this.#options.clock.nowMs() - OLDEST_MS;
    this.#stored = new Map([...stored].filter(([, { savedMs }]) => savedMs >= oldestMs));
    for (const game of games()) this.track(game);
  }

  /** Tracks a game's markets from now on, or takes over what has changed in it. */
  track(game: ListedGame): void {
    if (this.#stored === undefined || this.#isClosed) return;
    const before = this.#games.get(game.eventTicker);
    const tracked: TrackedGame = before ?? { game, version: 0 };
    const was = before?.game;
    tracked.game = game;
    tracked.version++;
    this.#games.set(game.eventTicker, tracked);
    for (const { ticker } of was?.markets ?? []) {
      if (!game.markets.some((market) => market.ticker === ticker)) this.#drop(ticker);
    }
    for (const market of game.markets) {
      const tracker = this.#trackers.get(market.ticker);
      const listed = was?.markets.find(({ ticker }) => ticker === market.ticker);
      if (tracker === undefined) this.#begin(market.ticker, tracked);
      else if (listed !== undefined && isEnded(listed.status) && !isEnded(market.status))
        this.#observe(tracker, { kind: 'relisted' });
    }
    if (was !== undefined && game.startMs !== undefined && game.startMs !== was.startMs) {
      for (const tracker of this.#of(game)) this.#observe(tracker, { kind: 'scheduled', startMs: game.startMs });
    }
    this.#arm();
  }

  forget(game: ListedGame): void {
    for (const { ticker } of this.#games.get(game.eventTicker)?.game.markets ?? []) this.#drop(ticker);
    this.#games.delete(game.eventTicker);
  }

  /** The market's quote has changed, or gone. Called on the hot path, and does nothing once the baseline is settled. */
  quote(ticker: string): void {
    const tracker = this.#trackers.get(ticker);
    if (tracker?.state.status === 'collecting') this.#hand(tracker);
  }

  /** The game's state has changed. */
  gameState(eventTicker: string, known: KnownGame): void {
    const game = this.#games.get(eventTicker)?.game;
    if (game === undefined) return;
    for (const tracker of this.#of(game)) this.#observe(tracker, { kind: 'game', game: { ...known.state } });
  }

  health({ kind }: DataHealth): void {
    if (kind === 'blind') this.#lose();
    else this.#regain();
  }

  view(ticker: string): BaselineView {
    const tracker = this.#trackers.get(ticker);
    if (tracker !== undefined) return tracker.view(this.#options.clock.nowMs(), (nowMs) => this.#look(tracker, nowMs));
    const reason = this.#stored === undefined ? 'what was remembered has not been read yet' : 'not followed';
    return { status: 'collecting', baseline: undefined, provisional: undefined, reason, samples: 0 };
  }

  /** Ends; what is not written yet is written before. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff?.();
    this.#recovery.close();
    await this.#saving.close();
  }

  #begin(ticker: string, tracked: TrackedGame): void {
    const { clock } = this.#options;
    const { game } = tracked;
    const remembered = this.#stored?.get(ticker);
    this.#stored?.delete(ticker);
    const state = remembered?.eventTicker === game.eventTicker ? remembered.state : startBaseline(game.startMs);
    const tracker = new BaselineTracker(ticker, tracked, state);
    this.#trackers.set(ticker, tracker);
    if (remembered !== undefined) {
      this.#observe(tracker, { kind: 'blind', sinceMs: remembered.savedMs }, clock.nowMs());
      if (game.startMs !== undefined) this.#observe(tracker, { kind: 'scheduled', startMs: game.startMs });
      this.#recover(tracker);
    }
    if (tracker.state.status === 'collecting') this.#hand(tracker);
    const known = this.#options.known(game.eventTicker);
    if (known !== undefined) this.#observe(tracker, { kind: 'game', game: { ...known.state } });
  }

  #drop(ticker: string): void {
    this.#recovery.stop(ticker);
    this.#trackers.delete(ticker);
  }

  *#of(game: ListedGame): Iterable<BaselineTracker> {
    for (const { ticker } of game.markets) {
      const tracker = this.#trackers.get(ticker);
      if (tracker !== undefined) yield tracker;
    }
  }

  /** Hands the standing quote over, or that none stands. */
  #hand(tracker: BaselineTracker): void {
    const standing = this.#options.data.quote(tracker.ticker);
    if (standing === undefined) {
      if (tracker.state.standing !== undefined) this.#goBlind(tracker, this.#heardMs);
      return;
    }
    const { quote, source } = standing;
    if (source === 'socket') this.#heardMs = Math.max(this.#heardMs, quote.atMs);
    this.#observe(tracker, { kind: 'quote', quote: { ...quote } }, quote.atMs);
  }

  /** `seenMs`: everything that is stamped up to then has been seen of this market. */
  #observe(tracker: BaselineTracker, observation: BaselineObservation, seenMs?: number): void {
    const before = tracker.state;
    tracker.seenMs = Math.max(tracker.seenMs, seenMs ?? tracker.seenMs);
    const next = observeBaseline(before, observation, tracker.seenMs);
    if (next === before) return;
    tracker.state = next;
    if (next.status !== before.status) this.#statusChanged(tracker);
    const isAfresh = observation.kind === 'relisted' || (before.status !== 'collecting' && next.status === 'collecting');
    if (isAfresh) this.#hand(tracker);
    if (next.startMs !== before.startMs && next.status === 'collecting') this.#arm();
  }

  #statusChanged(tracker: BaselineTracker): void {
    this.#recover(tracker);
    if (tracker.state.status === 'collecting' || tracker.state.status === 'invalid') this.#recovery.stop(tracker.ticker);
    this.#tell(tracker);
  }

  #tell(tracker: BaselineTracker): void {
    tracker.tracked.version++;
    this.#saving.mark(tracker.ticker);
    this.#options.changed(tracker.tracked.game);
  }

  #recover({ ticker, state }: BaselineTracker): void {
    const { startMs, startCeiling } = state;
    if (startMs !== undefined && wantsRecovery(state)) this.#recovery.start({ ticker, startMs, ceiling: startCeiling });
  }

  #recovered({ ticker }: CandleWish, baseline: Baseline | undefined): void {
    const tracker = this.#trackers.get(ticker);
    if (tracker === undefined) return;
    const best = betterOf(tracker.state.baseline, baseline);
    if (best !== undefined) tracker.state = { ...tracker.state, status: 'frozen', reason: undefined, baseline: best };
    this.#tell(tracker);
  }

  #recoveryFailed({ ticker }: CandleWish): void {
    const tracker = this.#trackers.get(ticker);
    if (tracker === undefined) return;
    // What was measured is better than nothing; without it, candlesticks stay the only hope.
    if (tracker.state.status === 'frozen' && !isPending(this.#recovery.standing(ticker))) this.#recovery.settle(ticker);
    this.#tell(tracker);
  }

  #lose(): void {
    if (!this.#isSighted) return;
    this.#isSighted = false;
    for (const tracker of this.#trackers.values()) this.#goBlind(tracker, this.#heardMs);
  }

  #goBlind(tracker: BaselineTracker, sinceMs: number): void {
    this.#observe(tracker, { kind: 'blind', sinceMs }, this.#options.clock.nowMs());
  }

  #regain(): void {
    if (this.#isSighted) return;
    this.#isSighted = true;
    for (const tracker of this.#trackers.values()) {
      // What stands now is not known to have stood until now.
      this.#goBlind(tracker, tracker.state.standing?.atMs ?? this.#heardMs);
      if (tracker.state.status === 'collecting') this.#hand(tracker);
    }
  }

  /** Sets the timer for the next whole minute, or for the next start if that comes first. */
  #arm(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    if (this.#trackers.size === 0 || this.#isClosed) return;
    const nowMs = this.#options.clock.nowMs();
    let dueMs = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
    for (const { state } of this.#trackers.values()) {
      if (state.status === 'collecting' && state.startMs !== undefined) dueMs = Math.min(dueMs, state.startMs + 1);
    }
    if (dueMs <= nowMs) void this.#step();
    else this.#callOff = this.#options.clock.after(dueMs - nowMs, () => void this.#step());
  }

  async #step(): Promise<void> {
    this.#isStepDue = true;
    if (this.#isStepping) return;
    this.#isStepping = true;
    const end = this.#options.activity.begin();
    while (this.#isStepDue && !this.#isClosed) {
      this.#isStepDue = false;
      const askedMs = this.#options.clock.nowMs();
      const isCaughtUp = await this.#caughtUp();
      if (!this.#isClosed) this.#pass(askedMs, isCaughtUp);
    }
    this.#isStepping = false;
    this.#arm();
    end();
  }

  /** Time has passed up to `atMs`, and all that was stamped until then has been seen, as far as it can be. */
  #pass(atMs: number, isCaughtUp: boolean): void {
    if (isCaughtUp) {
      this.#regain();
      this.#heardMs = Math.max(this.#heardMs, atMs);
    } else this.#lose();
    for (const tracker of this.#trackers.values()) {
      const { standing } = tracker.state;
      if (!this.#isSighted && standing !== undefined && atMs - standing.atMs > STANDS_BLIND_MS)
        this.#goBlind(tracker, standing.atMs);
      this.#observe(tracker, this.#minuteOf(tracker), atMs);
      this.#remember(tracker);
    }
  }

  /** What each minute says of a market. Of a game it is more than a change would: as of when it is still so. */
  #minuteOf({ tracked }: BaselineTracker): BaselineObservation {
    const { eventTicker, hasScoreSource } = tracked.game;
    const known = this.#options.known(eventTicker);
    if (known !== undefined) return { kind: 'game', game: { ...known.state } };
    return hasScoreSource ? { kind: 'tick' } : { kind: 'no_score_source' };
  }

  async #caughtUp(): Promise<boolean> {
    const { data, wall } = this.#options;
    if (data.health().kind === 'blind') return false;
    let callOff = () => {};
    const late = new Promise<boolean>((resolve) => {
      callOff = wall.after(CATCH_UP_MS, () => resolve(false));
    });
    const inTime = data.caughtUp().then(
      () => data.health().kind !== 'blind',
      () => false,
    );
    return Promise.race([inTime, late]).finally(callOff);
  }

  #look(tracker: BaselineTracker, nowMs: number): BaselineView {
    const { game } = tracker.tracked;
    const others = game.markets
      .filter(({ ticker }) => ticker !== tracker.ticker)
      .map(({ ticker }) => this.#trackers.get(ticker))
      .map((other) => other && finalBaseline(other.state, this.#recovery.standing(other.ticker)));
    return baselineView(tracker.state, this.#recovery.standing(tracker.ticker), others, nowMs);
  }

  #remember({ ticker, state }: BaselineTracker): void {
    const { scheduledStartMs } = state;
    const isNear = scheduledStartMs === undefined || this.#options.clock.nowMs() >= scheduledStartMs - REMEMBERED_MS;
    if (state.status === 'collecting' && isNear) this.#saving.mark(ticker);
  }

  #storedOf(ticker: string): StoredBaseline | undefined {
    const tracker = this.#trackers.get(ticker);
    if (tracker === undefined) return undefined;
    return { ticker, eventTicker: tracker.tracked.game.eventTicker, state: tracker.state, savedMs: this.#heardMs };
  }
}

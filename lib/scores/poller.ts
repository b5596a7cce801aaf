/**
 * Reads the followed games from every source, as often as each game needs it, and says what changed.
 *
 * Market time drives the polling; backoff after an error runs on wall time, since a server in trouble does not recover faster on a
 * fast practice night. Polls fall on whole multiples of their rate, so that games share requests. A game is never asked for twice at
 * the same time from one source.
 */
import { Backoff } from './backoff.ts';
import type { ScoreClock } from './clock.ts';
import { type ScoreReport, ScoresError } from './errors.ts';
import type { FollowedGame } from './kalshi/milestone.ts';
import { type GameChange, type GameRecord, MERGE_RULES, type MergeRules, mergeSighting, type Sighting } from './merge.ts';
import { POLL_RATES, type PollRates, rateMs } from './rates.ts';
import { ReportBook } from './report-book.ts';
import type { ScoreSource, SourceRequest } from './source.ts';

export interface ScorePollerOptions {
  sources: readonly ScoreSource[];
  /** Market time. */
  clock: ScoreClock;
  /** Wall time, for backoff. */
  wall: ScoreClock;
  rates?: Partial<PollRates>;
  merge?: Partial<MergeRules>;
  /** The game's state as it is now believed to be. */
  onChange(change: GameChange & { game: FollowedGame }): void;
  /** What gave no state; said again only after it had been right, or when it is something else. */
  onReport(report: ScoreReport): void;
}

/** How one source stands with one game. */
interface Turn {
  source: ScoreSource;
  eventTicker: string;
  dueMs: number;
  /** Being read, or resting after an error. */
  isHeld: boolean;
}

export class ScorePoller {
  readonly #options: ScorePollerOptions;
  readonly #rates: PollRates;
  readonly #rules: MergeRules;
  readonly #games = new Map<string, FollowedGame>();
  readonly #records = new Map<string, GameRecord>();
  readonly #turns = new Map<string, Turn[]>();
  readonly #reports = new ReportBook();
  readonly #backoff: Backoff<Turn>;
  readonly #reads = new Set<Promise<void>>();
  #timer: { atMs: number; callOff: () => void } | undefined;
  #isClosed = false;

  constructor(options: ScorePollerOptions) {
    this.#options = options;
    this.#rates = { ...POLL_RATES, ...options.rates };
    this.#rules = { ...MERGE_RULES, ...options.merge };
    this.#backoff = new Backoff(options.wall, this.#rates, (turns) => {
      const nowMs = options.clock.nowMs();
      for (const turn of turns) Object.assign(turn, { isHeld: false, dueMs: nowMs });
      this.#schedule();
    });
  }

  /** Follows a game from now on, or takes over its new schedule. It is read at once. */
  follow(game: FollowedGame): void {
    if (this.#isClosed) return;
    const { eventTicker } = game;
    const dueMs = this.#options.clock.nowMs();
    this.#games.set(eventTicker, game);
    const turns = this.#turns.get(eventTicker);
    for (const turn of turns ?? []) turn.dueMs = dueMs;
    if (turns === undefined) {
      const first = this.#options.sources.map((source) => ({ source, eventTicker, dueMs, isHeld: false }));
      this.#turns.set(eventTicker, first);
    }
    this.#schedule();
  }

  /** Stops following a game; what is known of it is dropped. */
  forget(eventTicker: string): void {
    this.#games.delete(eventTicker);
    this.#records.delete(eventTicker);
    this.#turns.delete(eventTicker);
    this.#reports.forget(eventTicker);
    for (const source of this.#options.sources) source.forget?.(eventTicker);
    this.#schedule();
  }

  /** What is believed of a game, by whom and since when; undefined before anything is. */
  record(eventTicker: string): GameRecord | undefined {
    return this.#records.get(eventTicker);
  }

  /** Takes in what was learned elsewhere, from a milestone for one. Of a game that is not followed it is dropped. */
  accept(eventTicker: string, sighting: Sighting): void {
    const game = this.#games.get(eventTicker);
    if (game === undefined) return;
    this.#reports.clear(sighting.source, eventTicker);
    const { record, change } = mergeSighting(this.#records.get(eventTicker), sighting, this.#rules);
    this.#records.set(eventTicker, record);
    if (change !== undefined) this.#options.onChange({ ...change, game });
  }

  /** Reads every game (or these) from every source now, due or not, and resolves when that is done. What rests goes on resting. */
  async refresh(eventTickers: Iterable<string> = this.#games.keys()): Promise<void> {
    const tickers = [...eventTickers];
    await this.settled();
    this.#read(tickers.flatMap((ticker) => this.#turns.get(ticker) ?? []));
    await this.settled();
  }

  /** Resolves when no request is on its way. */
  async settled(): Promise<void> {
    while (this.#reads.size > 0) await Promise.all(this.#reads);
  }

  /** Ends all polling. An answer that is still on its way is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.callOff();
    this.#backoff.close();
    this.#games.clear();
    this.#turns.clear();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    let atMs = Number.POSITIVE_INFINITY;
    for (const turns of this.#turns.values()) for (const turn of turns) if (!turn.isHeld) atMs = Math.min(atMs, turn.dueMs);
    if (this.#timer?.atMs === atMs) return;
    this.#timer?.callOff();
    this.#timer = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#options;
    const callOff = clock.after(Math.max(0, atMs - clock.nowMs()), () => {
      this.#timer = undefined;
      const nowMs = clock.nowMs();
      this.#read([...this.#turns.values()].flat().filter(({ dueMs }) => dueMs <= nowMs));
    });
    this.#timer = { atMs, callOff };
  }

  #read(turns: readonly Turn[]): void {
    const free = turns.filter(({ isHeld }) => !isHeld);
    for (const [source, own] of Map.groupBy(free, (turn) => turn.source)) {
      const byGame = new Map(own.map((turn) => [turn.eventTicker, turn]));
      for (const turn of own) this.#plan(turn);
      for (const request of source.plan(own.flatMap(({ eventTicker }) => this.#games.get(eventTicker) ?? []))) {
        const asked = request.games.flatMap(({ eventTicker }) => byGame.get(eventTicker) ?? []);
        for (const turn of asked) turn.isHeld = true;
        if (!this.#backoff.join(request.key, asked)) this.#start(source, request, asked);
      }
    }
    this.#schedule();
  }

  #start(source: ScoreSource, request: SourceRequest, turns: readonly Turn[]): void {
    const done = this.#fetch(source, request, turns).finally(() => {
      this.#reads.delete(done);
      this.#schedule();
    });
    this.#reads.add(done);
  }

  async #fetch(source: ScoreSource, request: SourceRequest, turns: readonly Turn[]): Promise<void> {
    const { clock } = this.#options;
    const { key } = request;
    // An answer that took its time may be as old as the question.
    const readMs = clock.nowMs();
    const answer = await request.read(() => clock.nowMs()).catch((error: unknown) => ({ error }));
    if (this.#isClosed) return;
    if ('error' in answer) {
      this.#backoff.fail(key, turns);
      this.#report(failureReport(source.name, key, answer.error), key);
      return;
    }
    this.#backoff.succeed(key);
    this.#reports.clear(source.name, key);
    try {
      for (const [eventTicker, state] of answer.states) this.accept(eventTicker, { source: source.name, readMs, state });
      for (const report of answer.reports) this.#report(report, report.game ?? key);
    } finally {
      for (const turn of turns) {
        turn.isHeld = false;
        this.#plan(turn);
      }
    }
  }

  /** When the game's turn with this source comes next: at the next whole multiple of its rate. */
  #plan(turn: Turn): void {
    const game = this.#games.get(turn.eventTicker);
    if (game === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    const everyMs = rateMs(this.#rates, game.startMs, this.#records.get(turn.eventTicker)?.state.phase, nowMs);
    turn.dueMs = (Math.floor(nowMs / everyMs) + 1) * everyMs;
  }

  #report(report: ScoreReport, about: string): void {
    if (this.#reports.isNews(report, about)) this.#options.onReport(report);
  }
}

function failureReport(source: string, key: string, error: unknown): ScoreReport {
  const words = error instanceof Error ? error.message : 'it failed';
  const code = error instanceof ScoresError ? error.code : 'SCORES_SOURCE_FAILED';
  return { code, source, game: undefined, seen: key, message: `${source}: ${words}`, cause: error };
}

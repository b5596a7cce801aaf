/** The port that feeds get their game states from, over the poller. */
import type { Activity } from '../trading/ports/clock.ts';
import type { KnownGame, ListedGame, ScoreProblem, Scores } from '../trading/ports/market-data.ts';
import type { ScoreClock } from './clock.ts';
import type { ScoreReport } from './errors.ts';
import { espnSource, type ReadScoreboard } from './espn/source.ts';
import { KALSHI_MILESTONE, milestoneState, parseMilestone } from './kalshi/milestone.ts';
import { kalshiSource, type ReadLiveData } from './kalshi/source.ts';
import type { MatchWindow } from './match/match.ts';
import type { GameRecord, MergeRules } from './merge.ts';
import { ScorePoller } from './poller.ts';
import type { PollRates } from './rates.ts';

export interface LiveScoresOptions {
  /** The milestone behind a listed game, as Kalshi sent it; undefined where there is none. */
  milestoneOf(eventTicker: string): unknown;
  readLiveData: ReadLiveData;
  /** Where ESPN is asked, too: `scoreboardByHttp` reads its scoreboards. */
  espn?: { readScoreboard: ReadScoreboard; window?: MatchWindow } | undefined;
  /** Market time. */
  clock: ScoreClock;
  /** Wall time, for rests after errors. */
  wall: ScoreClock;
  rates?: Partial<PollRates> | undefined;
  merge?: Partial<MergeRules> | undefined;
  activity: Activity;
}

type Listener = Parameters<Scores['listen']>[0];

/** Follows nothing yet. Polls by `clock` on its own; `refresh` reads besides. */
export function liveScores(options: LiveScoresOptions): Scores {
  const { activity, clock, espn } = options;
  const listeners = new Set<Listener>();
  /** What is not understood of a game's milestone, as last told. */
  const troubled = new Map<string, string>();
  const followed = new Set<string>();
  /** Each game's milestone as it was last taken in. */
  const heard = new Map<string, unknown>();

  /** Work until what was read has been taken in, which `settled` waits for. */
  async function counted<T>(run: () => Promise<T>): Promise<T> {
    const end = activity.begin();
    try {
      return await run();
    } finally {
      void poller.settled().then(end);
    }
  }

  const poller: ScorePoller = new ScorePoller({
    sources: [
      kalshiSource((ids) =>
        counted(() => {
          for (const eventTicker of followed) takeMilestone(eventTicker);
          return options.readLiveData(ids);
        }),
      ),
      ...(espn === undefined ? [] : [espnSource((...board) => counted(() => espn.readScoreboard(...board)), espn.window)]),
    ],
    clock,
    wall: options.wall,
    ...(options.rates === undefined ? {} : { rates: options.rates }),
    ...(options.merge === undefined ? {} : { merge: options.merge }),
    onChange: ({ game }) => {
      const known = knownOf(poller.record(game.eventTicker));
      if (known !== undefined) tellAll((listener) => listener.changed?.(game.eventTicker, known));
    },
    onReport: tell,
  });

  function tell({ code, game, message }: ScoreReport): void {
    const eventTicker = game !== undefined && followed.has(game) ? game : undefined;
    const problem: ScoreProblem = { code, eventTicker, message };
    tellAll((listener) => listener.problem?.(problem));
  }

  function tellOnce(eventTicker: string, report: ScoreReport): void {
    if (troubled.get(eventTicker) === report.message) return;
    troubled.set(eventTicker, report.message);
    tell({ ...report, game: eventTicker });
  }

  /** A listener that throws keeps nothing from the others, nor from the polling; it goes uncaught. */
  function tellAll(tellOne: (listener: Listener) => void): void {
    for (const listener of listeners) {
      try {
        tellOne(listener);
      } catch (cause) {
        queueMicrotask(() => {
          throw cause;
        });
      }
    }
  }

  /**
   * What the milestone says of a game that will not go on, and that it will after all. That it has not begun is no news: it says so while
   * the game is on, too. Its word holds until the milestone is listed with another, unless somebody sees the game being played.
   */
  function takeMilestone(eventTicker: string): void {
    const raw = options.milestoneOf(eventTicker);
    const known = poller.record(eventTicker);
    const isLeading = known?.source === KALSHI_MILESTONE;
    if (raw === undefined || (heard.get(eventTicker) === raw && (!isLeading || isSeenInPlay(known)))) return;
    heard.set(eventTicker, raw);
    const readMs = clock.nowMs();
    const { value: state, report } = milestoneState(raw, readMs);
    if (report === undefined || report.code === 'SCORES_NOTHING_SAID') troubled.delete(eventTicker);
    else tellOnce(eventTicker, report);
    const isOff = state?.phase === 'final' || state?.phase === 'postponed';
    if (state === undefined || (!isOff && !isLeading)) return;
    poller.accept(eventTicker, { source: KALSHI_MILESTONE, readMs, state });
  }

  return {
    follow({ eventTicker }: ListedGame): void {
      const raw = options.milestoneOf(eventTicker);
      if (raw === undefined) return;
      followed.add(eventTicker);
      const { value, report } = parseMilestone(raw);
      if (report !== undefined) {
        tellOnce(eventTicker, report);
        return;
      }
      // A milestone may be of several events.
      poller.follow({ ...value, eventTicker });
      takeMilestone(eventTicker);
    },
    forget(eventTicker) {
      followed.delete(eventTicker);
      heard.delete(eventTicker);
      troubled.delete(eventTicker);
      poller.forget(eventTicker);
    },
    game: (eventTicker) => knownOf(poller.record(eventTicker)),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => poller.refresh(),
    close() {
      poller.close();
      listeners.clear();
    },
  };
}

function isSeenInPlay({ sightings }: GameRecord): boolean {
  return [...sightings.values()].some(({ state }) => state.phase === 'live' || state.phase === 'break');
}

function knownOf(record: GameRecord | undefined): KnownGame | undefined {
  if (record === undefined) return undefined;
  const { state, source, readMs } = record;
  return { state, source, readMs };
}

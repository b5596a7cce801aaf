/** Keeps the account's table of tracked games: what was followed, how far it came, its baseline. Written when a game comes to a new stage. */
import { isEnded } from '../trading/market.ts';
import type { Activity, Clock } from '../trading/ports/clock.ts';
import type { FeedMemory, TrackedGameRow } from '../trading/ports/memory.ts';
import { progressOf } from '../trading/progress.ts';
import type { FeedView } from './contract.ts';

export interface TrackedGamesOptions {
  accountId: string;
  feed: FeedView;
  memory: Pick<FeedMemory, 'saveTracked'>;
  clock: Clock;
  activity: Activity;
  /** It could not be written; the next look tries again. */
  onFailed: (cause: unknown) => void;
}

/** Market time between two looks. */
const EVERY_MS = 60_000;

/** Begins to look; the answer ends it. */
export function keepTrackedGames(options: TrackedGamesOptions): () => void {
  const { accountId, feed, memory, clock, activity, onFailed } = options;
  /** What was last written of each market, as far as it makes a new stage. */
  const written = new Map<string, string>();
  let cancel = () => {};
  let isWriting = false;
  let isStopped = false;

  async function look(): Promise<void> {
    if (isWriting) return;
    const rows = rowsOf(feed, clock.nowMs());
    const news = rows.filter((row) => written.get(row.ticker) !== stageOf(row));
    forgetOthers(written, rows);
    if (news.length === 0) return;
    isWriting = true;
    const end = activity.begin();
    try {
      await memory.saveTracked(accountId, news);
      for (const row of news) written.set(row.ticker, stageOf(row));
    } catch (cause) {
      onFailed(cause);
    } finally {
      isWriting = false;
      end();
    }
  }

  function again(): void {
    if (isStopped) return;
    cancel = clock.after(EVERY_MS, () => {
      void look();
      again();
    });
  }

  void look();
  again();
  return () => {
    isStopped = true;
    cancel();
  };
}

function rowsOf(feed: FeedView, nowMs: number): TrackedGameRow[] {
  return feed.games().flatMap((game) => {
    const state = feed.known(game.eventTicker)?.state;
    const progress = progressOf({
      league: game.league,
      game: state,
      scheduledStartMs: game.startMs,
      nowMs,
      fallback: 'wall_clock',
    }).text;
    return game.markets.map(({ ticker, team, status }) => ({
      ticker,
      eventTicker: game.eventTicker,
      league: game.league,
      title: game.title,
      team,
      startMs: game.startMs,
      game: state,
      progress,
      isLive: state?.phase === 'live' || state?.phase === 'break',
      isFinished: state?.phase === 'final' || isEnded(status),
      baseline: feed.baseline(ticker).baseline,
      priceCC: feed.quote(ticker)?.quote.bidCC,
      atMs: nowMs,
    }));
  });
}

/** A row that says the same in these is the same stage: prices and clocks alone are no news. */
function stageOf({ startMs, game, isFinished, baseline }: TrackedGameRow): string {
  return [startMs, game?.phase, game?.period, isFinished, baseline?.valueCC, baseline?.grade].join('|');
}

function forgetOthers(written: Map<string, string>, rows: readonly TrackedGameRow[]): void {
  const tickers = new Set(rows.map(({ ticker }) => ticker));
  for (const ticker of written.keys()) if (!tickers.has(ticker)) written.delete(ticker);
}

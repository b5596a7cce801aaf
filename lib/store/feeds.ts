/** What a feed remembers: baselines, and the games that an account follows. */
import type { Knex } from 'knex';
import type { BaselineState } from '../trading/baseline.ts';
import type { Baseline } from '../trading/baseline-measure.ts';
import type { GameState, League } from '../trading/game.ts';
import type { StoredBaseline, TrackedGameRow } from '../trading/ports/memory.ts';
import { remainingRegulationS } from '../trading/segment.ts';
import { type DocumentOf, readDocument, writeDocument } from './document.ts';
import { reads, records } from './operation.ts';

interface BaselineColumns {
  ticker: string;
  event_ticker: string;
  state: DocumentOf<BaselineState>;
  saved_at: number;
}

interface TrackedColumns {
  ticker: string;
  event_ticker: string;
  sport: League;
  event_title: string;
  team: string;
  start_time: number | null;
  current_segment: string;
  is_live: number;
  is_finished: number;
  game: DocumentOf<GameState> | null;
  baseline: DocumentOf<Baseline> | null;
  current_price: number | null;
  updated_at: number;
}

export function trackedGameOf(row: TrackedColumns): TrackedGameRow {
  return {
    ticker: row.ticker,
    eventTicker: row.event_ticker,
    league: row.sport,
    title: row.event_title,
    team: row.team,
    startMs: row.start_time ?? undefined,
    game: row.game === null ? undefined : readDocument(row.game),
    progress: row.current_segment,
    isLive: row.is_live === 1,
    isFinished: row.is_finished === 1,
    baseline: row.baseline === null ? undefined : readDocument(row.baseline),
    priceCC: row.current_price ?? undefined,
    atMs: row.updated_at,
  };
}

function trackedColumns(accountId: string, row: TrackedGameRow, storedMs: number) {
  const { game, baseline } = row;
  const leftS = game === undefined ? undefined : remainingRegulationS(game);
  return {
    account_id: accountId,
    ticker: row.ticker,
    event_ticker: row.eventTicker,
    sport: row.league,
    event_title: row.title,
    team: row.team,
    start_time: row.startMs ?? null,
    current_segment: row.progress,
    time_remaining_seconds: leftS === undefined ? null : Math.floor(leftS),
    is_live: row.isLive ? 1 : 0,
    is_finished: row.isFinished ? 1 : 0,
    game: game === undefined ? null : writeDocument(game),
    baseline: baseline === undefined ? null : writeDocument(baseline),
    baseline_grade: baseline?.grade ?? null,
    baseline_samples: baseline?.samples ?? null,
    captured_at: baseline?.lastSampleMs ?? null,
    current_price: row.priceCC ?? null,
    updated_at: row.atMs,
    stored_at: storedMs,
  };
}

export interface SavingTracked {
  accountId: string;
  rows: readonly TrackedGameRow[];
  storedMs: number;
}

async function saveTracked(db: Knex, { accountId, rows, storedMs }: SavingTracked): Promise<void> {
  for (const row of rows) {
    await db('tracked_games')
      .insert(trackedColumns(accountId, row, storedMs))
      .onConflict(['account_id', 'ticker'])
      .merge();
  }
}

export interface SavingBaselines {
  feedKey: string;
  baselines: readonly StoredBaseline[];
  storedMs: number;
}

async function saveBaselines(db: Knex, { feedKey, baselines, storedMs }: SavingBaselines): Promise<void> {
  for (const { ticker, eventTicker, state, savedMs } of baselines) {
    const saved = { event_ticker: eventTicker, state: writeDocument(state), saved_at: savedMs, stored_at: storedMs };
    await db('baselines')
      .insert({ feed_key: feedKey, ticker, ...saved })
      .onConflict(['feed_key', 'ticker'])
      .merge();
  }
}

export const feedOperations = {
  'feeds.baselines': reads(async (db, feedKey: string): Promise<StoredBaseline[]> => {
    const found = await db('baselines')
      .where({ feed_key: feedKey })
      .orderBy('ticker')
      .select<BaselineColumns[]>('ticker', 'event_ticker', 'state', 'saved_at');
    return found.map((row) => ({
      ticker: row.ticker,
      eventTicker: row.event_ticker,
      state: readDocument(row.state),
      savedMs: row.saved_at,
    }));
  }),
  'feeds.saveBaselines': records(saveBaselines),
  'feeds.saveTracked': records(saveTracked),
};

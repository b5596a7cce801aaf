/** Kalshi's live data as a source: up to a hundred milestones at once. */
import { z } from 'zod';
import type { GameState } from '../../trading/game.ts';
import { type ScoreReport, ScoresError } from '../errors.ts';
import { getJson, type HttpOptions } from '../http.ts';
import type { ScoreSource, SourceAnswer } from '../source.ts';
import { KALSHI, parseLiveData } from './live-data.ts';
import type { FollowedGame } from './milestone.ts';

/** Fetches `GET /live_data/batch` for these milestones and gives its body. */
export type ReadLiveData = (milestoneIds: readonly string[]) => Promise<unknown>;

const MOST_MILESTONES = 100;

const Batch = z.object({ live_datas: z.array(z.unknown()).nullable() });
const WithMilestone = z.object({ milestone_id: z.string() });

export function kalshiSource(readLiveData: ReadLiveData): ScoreSource {
  return {
    name: KALSHI,
    plan: (games) =>
      chunks(games, MOST_MILESTONES).map((chunk) => ({
        key: KALSHI,
        games: chunk,
        read: async (nowMs) => parseBatch(chunk, await readLiveData(chunk.map(({ milestoneId }) => milestoneId)), nowMs()),
      })),
  };
}

/** Live data are public: this reads them without credentials. `restUrl` ends in `/trade-api/v2`. */
export function liveDataByHttp(restUrl: string, options: HttpOptions): ReadLiveData {
  return (milestoneIds) => {
    // Joined by commas they would be one unknown id.
    const query = milestoneIds.map((id) => `milestone_ids=${encodeURIComponent(id)}`).join('&');
    return getJson(`${restUrl}/live_data/batch?${query}`, options);
  };
}

/**
 * Reads a batch answer. A null list, or a milestone that is not in it, is Kalshi's way of saying nothing yet.
 *
 * @throws ScoresError SCORES_ANSWER_UNREADABLE
 */
export function parseBatch(games: readonly FollowedGame[], raw: unknown, readMs: number): SourceAnswer {
  const batch = Batch.safeParse(raw);
  if (!batch.success) throw new ScoresError('SCORES_ANSWER_UNREADABLE', 'Kalshi sent no list of live data', batch.error);
  const byMilestone = new Map<string, unknown>();
  for (const one of batch.data.live_datas ?? []) {
    const milestone = WithMilestone.safeParse(one);
    if (milestone.success) byMilestone.set(milestone.data.milestone_id, one);
  }
  const states = new Map<string, GameState>();
  const reports: ScoreReport[] = [];
  for (const game of games) {
    const live = byMilestone.get(game.milestoneId);
    if (live === undefined) {
      reports.push(nothingSaid(game));
      continue;
    }
    const { value, report } = parseLiveData(game, live, readMs);
    if (report === undefined) states.set(game.eventTicker, value);
    else reports.push(report);
  }
  return { states, reports };
}

function nothingSaid({ eventTicker }: FollowedGame): ScoreReport {
  const message = `${KALSHI}: no live data of ${eventTicker}`;
  return { code: 'SCORES_NOTHING_SAID', source: KALSHI, game: eventTicker, seen: 'no live data', message };
}

function chunks<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) => items.slice(index * most, (index + 1) * most));
}

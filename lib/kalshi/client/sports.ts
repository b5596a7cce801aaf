import { z } from 'zod';
import {
  GetEventLiveDataResponse,
  GetGameStatsResponse,
  GetLiveDataResponse,
  GetLiveDatasResponse,
} from '../schema/live-data.ts';
import { GetMilestoneResponse, GetMilestonesResponse } from '../schema/milestone.ts';
import { GetFiltersBySportsResponse, GetTagsForSeriesCategoriesResponse } from '../schema/search.ts';
import { GetStructuredTargetResponse, GetStructuredTargetsResponse } from '../schema/structured-target.ts';
import type { Caller } from './call.ts';
import { read } from './operation.ts';
import { count, flag, repeated, text, unixSeconds } from './query.ts';

const MILESTONE = read({ path: '/milestones/:milestone_id', answer: GetMilestoneResponse });
const MILESTONES_PAGE = read({
  path: '/milestones',
  query: {
    limit: z.number().int().min(1).max(500),
    minimum_start_date: text,
    category: text,
    competition: text,
    source_id: text,
    type: text,
    related_event_ticker: text,
    cursor: text,
    min_updated_ts: unixSeconds,
  },
  answer: GetMilestonesResponse,
});
const players = { include_player_stats: flag };
const LIVE = read({ path: '/live_data/milestone/:milestone_id', query: players, answer: GetLiveDataResponse });
const LIVE_OF_TYPE = read({ path: '/live_data/:type/milestone/:milestone_id', query: players, answer: GetLiveDataResponse });
const LIVE_BATCH = read({
  path: '/live_data/batch',
  query: { milestone_ids: repeated(100), ...players },
  answer: GetLiveDatasResponse,
});
const GAME_STATS = read({ path: '/live_data/milestone/:milestone_id/game_stats', answer: GetGameStatsResponse });
const LIVE_OF_EVENT = read({
  path: '/live_data/events/:event_ticker',
  query: { range: text },
  answer: GetEventLiveDataResponse,
});
const TARGET = read({ path: '/structured_targets/:structured_target_id', answer: GetStructuredTargetResponse });
const TARGETS_PAGE = read({
  path: '/structured_targets',
  query: { ids: repeated(2000).optional(), type: text, competition: text, page_size: count, cursor: text },
  answer: GetStructuredTargetsResponse,
});
const FILTERS = read({ path: '/search/filters_by_sport', answer: GetFiltersBySportsResponse });
const TAGS = read({ path: '/search/tags_by_categories', answer: GetTagsForSeriesCategoriesResponse });

/** The scheduled games behind events. */
export function milestonesCalls(caller: Caller) {
  return {
    get: caller.read(MILESTONE),
    page: caller.read(MILESTONES_PAGE),
    list: caller.list(MILESTONES_PAGE, ({ milestones }) => milestones, { limit: 500 }),
  };
}

/** How games stand. */
export function liveDataCalls(caller: Caller) {
  return {
    get: caller.read(LIVE),
    getOfType: caller.read(LIVE_OF_TYPE),
    /** Of up to 100 milestones; `live_datas` is null where Kalshi knows none of them. */
    batch: caller.read(LIVE_BATCH),
    /** Play by play. */
    gameStats: caller.read(GAME_STATS),
    ofEvent: caller.read(LIVE_OF_EVENT),
  };
}

/** Teams and players. */
export function structuredTargetsCalls(caller: Caller) {
  return {
    get: caller.read(TARGET),
    page: caller.read(TARGETS_PAGE),
    list: caller.list(TARGETS_PAGE, (answer) => answer.structured_targets ?? [], { page_size: 2000 }),
  };
}

export function searchCalls(caller: Caller) {
  return {
    filtersBySport: caller.read(FILTERS),
    tagsByCategories: caller.read(TAGS),
  };
}

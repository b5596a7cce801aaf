/** Search, milestones, live data and structured targets: what is known about the games that markets are on. */
import type { LiveData } from '../../../kalshi/schema/live-data.ts';
import type { GetMilestonesResponse } from '../../../kalshi/schema/milestone.ts';
import type { GetFiltersBySportsResponse, SportFilterDetails } from '../../../kalshi/schema/search.ts';
import type { MilestoneState } from '../../engine/state.ts';
import type { Night } from '../../night.ts';
import { oldestFirst } from '../page.ts';
import { presentMilestone, presentTarget } from '../present/event.ts';
import { flag, integer, limit, moment, repeated, required, text } from '../query.ts';
import { nested } from '../rejection.ts';
import { open, type Route } from '../route.ts';

const withPlayers = { include_player_stats: flag };

export const sportsRoutes: Route[] = [
  open({
    path: '/search/filters_by_sport',
    operation: 'GetFiltersForSports',
    answer: ({ night }) => filtersBySport(night),
  }),
  open({
    path: '/search/tags_by_categories',
    operation: 'GetTagsForSeriesCategories',
    answer: ({ night }) => {
      const tags: Record<string, string[]> = {};
      for (const { listing } of night.exchange.state.series.values()) {
        tags[listing.category] = [...new Set([...(tags[listing.category] ?? []), ...listing.tags])];
      }
      return { tags_by_categories: tags };
    },
  }),
  open({
    path: '/milestones',
    operation: 'GetMilestones',
    query: {
      limit: required(integer({ min: 1, max: 500 })),
      minimum_start_date: moment,
      category: text,
      competition: text,
      source_id: text,
      type: text,
      related_event_ticker: text,
      cursor: text,
      min_updated_ts: integer(),
    },
    answer: ({ night, query }): GetMilestonesResponse => {
      const { minimum_start_date: fromMs = Number.NEGATIVE_INFINITY, min_updated_ts: minUpdatedS = 0 } = query;
      const page = oldestFirst(
        [...night.exchange.state.milestones.values()],
        query,
        ({ listing, updatedMs }) =>
          listing.startMs >= fromMs &&
          updatedMs >= minUpdatedS * 1000 &&
          (query.category === undefined || listing.category === query.category) &&
          (query.competition === undefined || competitionsOf(night, listing.relatedEventTickers).has(query.competition)) &&
          (query.type === undefined || listing.type === query.type) &&
          // Games of a practice night come from no data provider.
          query.source_id === undefined &&
          (query.related_event_ticker === undefined || listing.relatedEventTickers.includes(query.related_event_ticker)),
      );
      return { milestones: page.items.map(presentMilestone), cursor: page.cursor };
    },
  }),
  open({
    path: '/milestones/:milestone_id',
    operation: 'GetMilestone',
    answer: ({ night, param }) => ({ milestone: presentMilestone(milestoneOf(night, param('milestone_id'))) }),
  }),
  open({
    path: '/live_data/milestone/:milestone_id',
    operation: 'GetLiveDataByMilestone',
    query: withPlayers,
    answer: ({ night, param }) => ({ live_data: presentLive(milestoneOf(night, param('milestone_id'))) }),
  }),
  open({
    path: '/live_data/:type/milestone/:milestone_id',
    operation: 'GetLiveData',
    query: withPlayers,
    answer: ({ night, param }) => {
      const milestone = milestoneOf(night, param('milestone_id'));
      if (milestone.listing.type !== param('type')) throw nested(404, 'not_found');
      return { live_data: presentLive(milestone) };
    },
  }),
  open({
    path: '/live_data/batch',
    operation: 'GetLiveDatas',
    query: { milestone_ids: required(repeated(100)), ...withPlayers },
    answer: ({ night, query }) => {
      const known = query.milestone_ids.flatMap((id) => night.exchange.state.milestones.get(id) ?? []);
      // Ids joined by commas are one unknown id, and a list of nothing is null on Kalshi.
      return { live_datas: known.length === 0 ? null : known.map(presentLive) };
    },
  }),
  open({
    path: '/live_data/milestone/:milestone_id/game_stats',
    operation: 'GetGameStats',
    answer: ({ night, param }) => playByPlay(milestoneOf(night, param('milestone_id'))),
  }),
  open({
    path: '/live_data/events/:event_ticker',
    operation: 'GetEventLiveData',
    query: { range: text },
    answer: () => {
      // Charts of crypto and finance events; a game has none.
      throw nested(404, 'not_found');
    },
  }),
  open({
    path: '/structured_targets',
    operation: 'GetStructuredTargets',
    query: { ids: repeated(2000), type: text, competition: text, page_size: limit(100, 2000), cursor: text },
    answer: ({ night, query }) => {
      const page = oldestFirst(
        [...night.exchange.state.targets.values()],
        { limit: query.page_size, cursor: query.cursor },
        ({ listing }) =>
          (query.ids === undefined || query.ids.includes(listing.id)) &&
          (query.type === undefined || listing.type === query.type) &&
          (query.competition === undefined || listing.details.competition === query.competition),
      );
      return { structured_targets: page.items.map(presentTarget), cursor: page.cursor };
    },
  }),
  open({
    path: '/structured_targets/:structured_target_id',
    operation: 'GetStructuredTarget',
    answer: ({ night, param }) => {
      const target = night.exchange.state.targets.get(param('structured_target_id'));
      if (!target) throw nested(404, 'not_found');
      return { structured_target: presentTarget(target) };
    },
  }),
];

function milestoneOf(night: Night, id: string): MilestoneState {
  const milestone = night.exchange.state.milestones.get(id);
  if (!milestone) throw nested(404, 'not_found');
  return milestone;
}

function presentLive({ listing, live }: MilestoneState): LiveData {
  return { type: listing.type, milestone_id: listing.id, details: live ?? {} };
}

/** Plays by period; nothing at all before the first one. */
function playByPlay({ plays }: MilestoneState): object {
  if (plays.length === 0) return {};
  const periods = Map.groupBy(plays, (play) => play.period);
  const inOrder = [...periods.entries()].toSorted(([a], [b]) => a - b);
  return { pbp: { periods: inOrder.map(([, events]) => ({ events: events.map((play) => play.event) })) } };
}

function competitionsOf(night: Night, eventTickers: readonly string[]): Set<unknown> {
  return new Set(eventTickers.map((ticker) => night.exchange.state.events.get(ticker)?.series.listing.competition));
}

function filtersBySport(night: Night): GetFiltersBySportsResponse {
  const sports: Record<string, SportFilterDetails> = {};
  for (const { listing, events } of night.exchange.state.series.values()) {
    const [sport] = listing.tags;
    if (listing.category !== 'Sports' || sport === undefined) continue;
    const found = (sports[sport] ??= { scopes: [], competitions: {} });
    const competition = (found.competitions[listing.competition] ??= { scopes: [] });
    for (const { listing: event } of events) {
      const scope = event.productMetadata.competition_scope;
      if (typeof scope !== 'string') continue;
      for (const { scopes } of [found, competition]) if (!scopes.includes(scope)) scopes.push(scope);
    }
  }
  return { filters_by_sports: sports, sport_ordering: Object.keys(sports) };
}

import type { ActivityView, GameView, Overview } from '../../lib/web/contract.ts';

/** Lines of the activity log that a page keeps. */
export const ACTIVITY_LINES = 200;

/** The overview after a patch: sections are replaced whole, new lines of activity go on top. */
export function patched(overview: Overview, patch: Partial<Overview>): Overview {
  const activity = patch.activity ? onTop(patch.activity, overview.activity) : overview.activity;
  return { ...overview, ...patch, activity };
}

/** As the server tells it, bounded. */
export function bounded(overview: Overview): Overview {
  return { ...overview, activity: overview.activity.slice(0, ACTIVITY_LINES) };
}

function onTop(lines: ActivityView[], older: ActivityView[]): ActivityView[] {
  const ids = new Set(lines.map((line) => line.id));
  return [...lines, ...older.filter((line) => !ids.has(line.id))].slice(0, ACTIVITY_LINES);
}

const STAGES = ['tracked', 'live', 'dropped', 'allowed', 'filled'] as const;

/** How many of the games that are not over have come at least that far. */
export function funnel(overview: Overview): { stage: GameView['funnel']; games: number }[] {
  const reached = [...overview.live, ...overview.upcoming].map((game) => STAGES.indexOf(game.funnel));
  return STAGES.map((stage, index) => ({ stage, games: reached.filter((furthest) => furthest >= index).length }));
}

/** The market that the rules look at first. */
export function favourite(game: GameView): GameView['markets'][number] | undefined {
  return game.markets.find((market) => market.ticker === game.favourite) ?? game.markets[0];
}

/** Every followed game in its list: being played, to come, over. */
import type { AccountState, FeedView, NotedDecision } from '../../account/contract.ts';
import type { ListedGame } from '../../trading/ports/market-data.ts';
import type { PositionRow } from '../../trading/ports/memory.ts';
import type { GameView } from '../contract.ts';
import { type Phase, phaseOf } from './clock-text.ts';
import { gameView } from './game.ts';

/** A page has no use for more: the nearest to now stay. */
export const MOST_UPCOMING = 60;
export const MOST_FINISHED = 20;

export interface GameLists {
  live: GameView[];
  upcoming: GameView[];
  finished: GameView[];
}

export interface GamesFacts {
  feed: FeedView | undefined;
  decisions: readonly NotedDecision[];
  rows: readonly PositionRow[];
  /** Of the account. */
  state: AccountState['status'] | undefined;
  hasEntered: (ruleId: string, eventTicker: string) => boolean;
}

type List = keyof GameLists;

/** Only the lists that are asked for. */
export function gameLists(facts: GamesFacts, wanted: readonly List[] = ['live', 'upcoming', 'finished']): Partial<GameLists> {
  const { feed } = facts;
  if (feed === undefined) return Object.fromEntries(wanted.map((list) => [list, []]));
  const nowMs = feed.clock.nowMs();
  const placed: Record<List, ListedGame[]> = { live: [], upcoming: [], finished: [] };
  for (const game of feed.games()) placed[listOf(game, phaseOf(game, feed.known(game.eventTicker), nowMs), nowMs)].push(game);
  const chosen: Record<List, ListedGame[]> = {
    live: placed.live.toSorted(byStart),
    upcoming: placed.upcoming.toSorted(byStart).slice(0, MOST_UPCOMING),
    finished: placed.finished.toSorted((a, b) => byStart(b, a)).slice(0, MOST_FINISHED),
  };
  const builder = gameBuilder(facts, feed);
  return Object.fromEntries(wanted.map((list) => [list, chosen[list].map(builder)]));
}

/** A game that should be under way and of which nobody tells anything is shown among those that are. */
function listOf(game: ListedGame, phase: Phase, nowMs: number): List {
  if (phase === 'final') return 'finished';
  if (phase === 'live' || phase === 'break') return 'live';
  return phase === 'unknown' && game.startMs !== undefined && game.startMs <= nowMs ? 'live' : 'upcoming';
}

function byStart(a: ListedGame, b: ListedGame): number {
  const later = Number.MAX_SAFE_INTEGER;
  return (a.startMs ?? later) - (b.startMs ?? later) || (a.eventTicker < b.eventTicker ? -1 : 1);
}

function gameBuilder({ decisions, rows, state, hasEntered }: GamesFacts, feed: FeedView): (game: ListedGame) => GameView {
  const entries = decisions.filter((one) => one.leg === 'entry');
  const byTicker = Map.groupBy(entries, (one) => one.ticker);
  const byEvent = Map.groupBy(rows, (row) => row.eventTicker);
  return (game) => {
    const own = game.markets.flatMap((market) => byTicker.get(market.ticker) ?? []);
    const known = feed.known(game.eventTicker);
    const nowMs = feed.clock.nowMs();
    const rules = new Set(own.map((one) => one.ruleId));
    return gameView({
      game,
      known,
      nowMs,
      markets: game.markets.map((market) => ({
        market,
        quote: feed.quote(market.ticker),
        baseline: feed.baseline(market.ticker),
      })),
      decisions: own,
      rows: byEvent.get(game.eventTicker) ?? [],
      state,
      isEntered: phaseOf(game, known, nowMs) !== 'pre' && [...rules].some((rule) => hasEntered(rule, game.eventTicker)),
    });
  };
}

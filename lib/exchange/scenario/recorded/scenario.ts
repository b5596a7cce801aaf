/** Recorded games as a scenario. */
import type { Details, GameStatus } from '../details/common.ts';
import { listedOnce, listingActions, marketsOf, milestoneDetails, type Shards } from '../listing.ts';
import { mergeByTime } from '../merge.ts';
import type { Scenario, ScenarioAction, ScenarioEvent } from '../types.ts';
import { exactReading } from './exact.ts';
import { type RecordedGame, selectGames } from './games.ts';
import type { RecordedSide } from './games-file.ts';
import { recordedDetails } from './live-state.ts';
import { pathReading } from './path.ts';
import type { Beat, QuoteAction, Reading } from './reading.ts';
import type { QuoteRow } from './rows.ts';

const LISTED_BEFORE_MS = 120_000;
/** From the final whistle to the market's close: an order sent on the last quote still meets an open market. */
const CLOSE_AFTER_MS = 10_000;
const DETERMINE_AFTER_MS = 60_000;

export interface RecordedScenarioOptions {
  /** As `readGamesFile` or `parseGames` gives them. */
  sides: readonly RecordedSide[];
  /** See `exact.ts` and `path.ts`. */
  reading: 'exact' | 'path';
  /** First and last date of the games, YYYY-MM-DD, both included. */
  from?: string;
  to?: string;
  shards?: Shards;
  /** Of what the path reading adds; the exact one has no chance in it. */
  seed?: number;
}

/** One instant of a game. Over all games of the instant, quotes come in ticker order. */
interface Instant {
  atMs: number;
  before: ScenarioAction[];
  quotes: QuoteAction[];
  after: ScenarioAction[];
}

/**
 * Plays recorded games at their recorded times. Each game is listed two minutes before its first row.
 *
 * Order within an instant: listings and the state of the game, then quotes in ticker order, then the crowd's trades, then a change
 * of phase. So a recorded state holds for the quote of its own row, while a quote stamped at the start still belongs to pre-game.
 * After the last quote the live data are closed; the markets close 10 s and are determined 60 s later.
 *
 * @throws ScenarioError GAMES_NONE_SELECTED, GAMES_FILE_INVALID or SCENARIO_OPTION_INVALID
 */
export function recordedScenario(options: RecordedScenarioOptions): Scenario {
  const { sides, from, to, shards = 1, seed = 0 } = options;
  const games = selectGames(sides, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  const reading = options.reading === 'exact' ? exactReading : pathReading(seed);
  const startMs = Math.min(...games.map(listedMs));
  return {
    startMs,
    events: () => listedOnce(joined(games, reading, shards)),
  };
}

function* joined(games: readonly RecordedGame[], reading: Reading, shards: Shards): Generator<ScenarioEvent> {
  const sources = games.map((game) => ({ openMs: listedMs(game), events: () => gameInstants(game, reading, shards) }));
  for (const instants of mergeByTime<Instant>(sources)) {
    const quotes = instants.flatMap((instant) => instant.quotes);
    if (instants.length > 1) quotes.sort(byTicker);
    yield {
      atMs: instants[0]?.atMs ?? 0,
      actions: [...instants.flatMap(({ before }) => before), ...quotes, ...instants.flatMap(({ after }) => after)],
    };
  }
}

function byTicker(one: QuoteAction, other: QuoteAction): number {
  return one.ticker === other.ticker ? 0 : one.ticker < other.ticker ? -1 : 1;
}

/** Before the path reading's first quote too, which may lie a minute before its row. */
function listedMs(game: RecordedGame): number {
  return Math.min(game.firstRowMs, game.startMs) - LISTED_BEFORE_MS;
}

function* gameInstants(game: RecordedGame, reading: Reading, shards: Shards): Generator<Instant> {
  const { listed, startMs, lastRowMs } = game;
  let inning: QuoteRow['inning'];
  const live = (status: GameStatus, atMs: number): ScenarioAction => {
    const details: Details = recordedDetails(game, status, atMs, inning);
    return { kind: 'live', milestoneId: listed.milestoneId, details };
  };
  const times = { listedMs: listedMs(game), scheduledMs: game.scheduledMs };
  yield {
    atMs: times.listedMs,
    before: [...listingActions(listed, times, shards), live('not_started', times.listedMs)],
    quotes: [],
    after: [],
  };

  let isLive = false;
  for (const beats of beatsOf(game, reading)) {
    const atMs = beats[0]?.atMs ?? 0;
    if (!isLive && atMs > startMs) {
      yield { atMs: startMs, before: [], quotes: [], after: [live('live', startMs)] };
      isLive = true;
    }
    for (const { row } of beats) inning = (row.kind === 'quote' ? row.inning : undefined) ?? inning;
    const instant: Instant = {
      atMs,
      before: isLive && atMs < lastRowMs ? [live('live', atMs)] : [],
      quotes: beats.flatMap(({ quotes }) => quotes).toSorted(byTicker),
      after: beats.flatMap(({ flows }) => flows),
    };
    if (atMs === startMs) {
      instant.after.push(live('live', atMs));
      isLive = true;
    }
    if (atMs === lastRowMs && isLive) instant.after.push(...finalActions(game, live('closed', atMs), atMs));
    yield instant;
  }
  yield* ending(game, isLive, live);
}

/** All beats of an instant, from both sides when both were recorded. */
function beatsOf({ sides, listed }: RecordedGame, reading: Reading): Generator<Beat[]> {
  const only = sides.length === 1 ? sides[0] : undefined;
  const mirrorTicker = only && marketsOf(listed).find(({ ticker }) => ticker !== only.ticker)?.ticker;
  return mergeByTime(sides.map((side) => ({ openMs: Number.NEGATIVE_INFINITY, events: () => reading(side, mirrorTicker) })));
}

function finalActions({ listed }: RecordedGame, closed: ScenarioAction, atMs: number): ScenarioAction[] {
  const change = { endMs: atMs, details: milestoneDetails(listed, 'complete') };
  return [closed, { kind: 'milestone_update', id: listed.milestoneId, change }];
}

function* ending(
  game: RecordedGame,
  isLive: boolean,
  live: (status: GameStatus, atMs: number) => ScenarioAction,
): Generator<Instant> {
  let endMs = game.lastRowMs;
  if (!isLive) {
    endMs = game.startMs;
    const after = [live('live', endMs), ...finalActions(game, live('closed', endMs), endMs)];
    yield { atMs: endMs, before: [], quotes: [], after };
  }
  const closeMs = endMs + CLOSE_AFTER_MS;
  const markets = marketsOf(game.listed);
  const closing = markets.map(({ ticker }): ScenarioAction => ({ kind: 'close_date', ticker, closeMs }));
  yield { atMs: closeMs, before: [], quotes: [], after: closing };
  const determining = markets.map(({ ticker }): ScenarioAction => {
    const recorded = game.sides.find((side) => side.ticker === ticker)?.result;
    const result = recorded ?? (game.sides[0]?.result === 'yes' ? 'no' : 'yes');
    return { kind: 'determine', ticker, result, valueCC: result === 'yes' ? 10_000 : 0 };
  });
  yield { atMs: endMs + DETERMINE_AFTER_MS, before: [], quotes: [], after: determining };
}

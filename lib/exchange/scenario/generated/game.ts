/** One generated game from its listing to its settlement. */
import type { GameStatus } from '../details/common.ts';
import { listingActions, marketsOf, milestoneDetails, type Shards } from '../listing.ts';
import type { ScenarioAction, ScenarioEvent } from '../types.ts';
import { Desk } from './desk.ts';
import { MODELS } from './leagues/index.ts';
import type { Fair, Moment } from './model.ts';
import type { GamePlan } from './schedule.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A moved game's markets stay halted so long. */
const HALT_MS = 5 * MINUTE_MS;
const VOID_AFTER_MS = 30 * MINUTE_MS;
const DETERMINE_AFTER_MS = MINUTE_MS;

export interface GameOptions {
  shards: Shards;
  /** From a play to its score in the live data. */
  scoreLagMs: number;
}

type Live = (status: GameStatus, atMs: number) => ScenarioAction;

/**
 * Lists the game, quotes it, plays it and settles it: after the final moment the live data close, one to three minutes later the
 * markets, and a minute after them the result is known.
 */
export function* gameEvents(plan: GamePlan, options: GameOptions): Generator<ScenarioEvent> {
  const { listed, league, edge, random, listedMs, scheduledMs, startMs, postponement } = plan;
  const model = MODELS[league];
  const live: Live = (status, atMs) => {
    return { kind: 'live', milestoneId: listed.milestoneId, details: model.idleDetails(listed, status, atMs) };
  };
  const desk = new Desk(listed, { fair: model.fairBefore(edge), startMs: scheduledMs, scoreLagMs: options.scoreLagMs, random });
  yield {
    atMs: listedMs,
    actions: [
      ...listingActions(listed, { listedMs, scheduledMs }, options.shards),
      live('not_started', listedMs),
      ...desk.open(listedMs, scheduledMs),
    ],
  };
  if (postponement !== undefined) {
    yield* desk.until(postponement.announcedMs);
    if (postponement.kind === 'void') {
      yield* voidGame(plan, desk, live, postponement.announcedMs);
      return;
    }
    yield* moveGame(plan, desk, live, postponement.announcedMs);
  }

  let final: Moment | undefined;
  for (const moment of model.play({ listed, edge, startMs, random })) {
    yield* desk.until(moment.atMs);
    yield* desk.follow(moment);
    final = moment;
  }
  if (final !== undefined) yield* settle(plan, desk, final, options.scoreLagMs);
}

function* moveGame(
  { listed, scheduledMs, startMs }: GamePlan,
  desk: Desk,
  live: Live,
  announcedMs: number,
): Generator<ScenarioEvent> {
  const tickers = marketsOf(listed).map(({ ticker }) => ticker);
  const newScheduleMs = scheduledMs + DAY_MS;
  const halt = tickers.map((ticker): ScenarioAction => ({ kind: 'deactivate', ticker }));
  yield { atMs: announcedMs, actions: [live('postponed', announcedMs), ...desk.withdraw(), ...halt] };
  const resumedMs = announcedMs + HALT_MS;
  const change = { startMs: newScheduleMs, details: milestoneDetails(listed, 'scheduled') };
  yield {
    atMs: resumedMs,
    actions: [
      { kind: 'milestone_update', id: listed.milestoneId, change },
      live('not_started', resumedMs),
      ...tickers.map((ticker): ScenarioAction => ({ kind: 'activate', ticker })),
      ...desk.open(resumedMs, startMs),
    ],
  };
}

function* voidGame({ listed }: GamePlan, desk: Desk, live: Live, announcedMs: number): Generator<ScenarioEvent> {
  const change = { details: milestoneDetails(listed, 'postponed') };
  yield {
    atMs: announcedMs,
    actions: [live('postponed', announcedMs), { kind: 'milestone_update', id: listed.milestoneId, change }, ...desk.withdraw()],
  };
  const closeMs = announcedMs + VOID_AFTER_MS;
  const ended = { endMs: closeMs, details: milestoneDetails(listed, 'cancelled') };
  const closing = marketsOf(listed).map(({ ticker }): ScenarioAction => ({ kind: 'close_date', ticker, closeMs }));
  yield {
    atMs: closeMs,
    actions: [live('cancelled', closeMs), { kind: 'milestone_update', id: listed.milestoneId, change: ended }, ...closing],
  };
  yield { atMs: closeMs + DETERMINE_AFTER_MS, actions: determinations({ listed }, roundedToCents(desk.fair)) };
}

function* settle({ listed, random }: GamePlan, desk: Desk, final: Moment, scoreLagMs: number): Generator<ScenarioEvent> {
  const closeMs = final.atMs + scoreLagMs + random.whole(60, 180) * 1000;
  yield* desk.until(closeMs);
  desk.stop();
  const change = { endMs: final.atMs, details: milestoneDetails(listed, 'complete') };
  const closing = marketsOf(listed).map(({ ticker }): ScenarioAction => ({ kind: 'close_date', ticker, closeMs }));
  yield { atMs: closeMs, actions: [{ kind: 'milestone_update', id: listed.milestoneId, change }, ...closing] };
  const decided: ScenarioAction[] =
    final.decided === undefined ? [] : [{ kind: 'live', milestoneId: listed.milestoneId, details: final.decided }];
  yield { atMs: closeMs + DETERMINE_AFTER_MS, actions: [...determinations({ listed }, final.fair), ...decided] };
}

/** What YES of each outcome pays: all or nothing, or a share of a dollar when the game has no winner. */
function determinations({ listed }: Pick<GamePlan, 'listed'>, fair: Fair): ScenarioAction[] {
  return marketsOf(listed).map(({ ticker }) => {
    const value = ticker === listed.homeMarket.ticker ? fair.home : ticker === listed.awayMarket.ticker ? fair.away : fair.tie;
    const result = value === 1 ? 'yes' : value === 0 ? 'no' : 'scalar';
    return { kind: 'determine', ticker, result, valueCC: Math.round(value * 10_000) };
  });
}

/** Whole cents that still add up to a dollar, each at least one. */
function roundedToCents({ home, tie }: Fair): Fair {
  const cents = (value: number): number => Math.min(Math.max(Math.round(value * 100), 1), 98);
  const tieCents = tie > 0 ? cents(tie) : 0;
  const homeCents = Math.min(cents(home), 99 - tieCents);
  return { home: homeCents / 100, tie: tieCents / 100, away: (100 - homeCents - tieCents) / 100 };
}

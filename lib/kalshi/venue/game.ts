/** An event of Kalshi's as a game with its winner markets. Pure. */
import { type FeeSchedule, feeTypeOf } from '../../trading/fees.ts';
import type { ListedGame, ListedMarket } from '../../trading/ports/market-data.ts';
import { timeFromWire } from '../parse.ts';
import type { EventData, Series } from '../schema/event.ts';
import type { Market } from '../schema/market.ts';
import type { Milestone } from '../schema/milestone.ts';
import { lifeOf, type MarketLife, statusAt } from './market-life.ts';
import type { VenueProblem } from './problems.ts';
import { leagueOfMilestone, leagueOfSeries } from './series.ts';

export interface ReadGame {
  game: ListedGame;
  lives: ReadonlyMap<string, MarketLife>;
  milestone: Milestone | undefined;
}

/** The game that an event stands for, or why it is none. */
export function gameOf(
  event: EventData,
  series: Series,
  milestone: Milestone | undefined,
  nowMs: number,
): ReadGame | { problem: VenueProblem } {
  const { event_ticker: eventTicker, series_ticker: seriesTicker } = event;
  const isKnown = leagueOfSeries(seriesTicker) !== undefined;
  const league = leagueOfSeries(seriesTicker) ?? leagueOfMilestone(milestone?.type ?? '', milestone?.details['league']);
  if (league === undefined || (!isKnown && !event.mutually_exclusive)) {
    const message = `${eventTicker} is not followed: nothing says that its markets ask who wins a game`;
    return { problem: { code: 'KALSHI_NO_GAME_WINNER', message } };
  }
  try {
    const markets = (event.markets ?? []).toSorted((one, other) => (one.ticker < other.ticker ? -1 : 1));
    const lives = new Map(markets.map((market) => [market.ticker, known(market)]));
    const game: ListedGame = {
      eventTicker,
      seriesTicker,
      league,
      title: event.title,
      home: teamOf(markets, milestone?.details['home_team_id']),
      away: teamOf(markets, milestone?.details['away_team_id']),
      startMs: milestone === undefined ? undefined : timeFromWire(milestone.start_date),
      hasScoreSource: milestone !== undefined,
      markets: markets.map((market) => listed(market, known(market), event, series, nowMs)),
    };
    return { game, lives, milestone };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { problem: { code: 'KALSHI_GAME_UNREADABLE', message: `${eventTicker} is left out: ${reason}`, cause } };
  }
}

/** Of several, the one that names the event as its main game, then as one of its own, then at all. */
export function milestoneFor(eventTicker: string, milestones: readonly Milestone[]): Milestone | undefined {
  return (
    milestones.find(({ details }) => details['main_game_event_ticker'] === eventTicker) ??
    milestones.find(({ primary_event_tickers: own }) => own.includes(eventTicker)) ??
    milestones.find(({ related_event_tickers: related }) => related.includes(eventTicker))
  );
}

function listed(market: Market, life: MarketLife, event: EventData, series: Series, nowMs: number): ListedMarket {
  return {
    ticker: market.ticker,
    team: market.yes_sub_title,
    title: market.title ?? market.yes_sub_title,
    status: statusAt(life, nowMs),
    resultCC: life.resultCC,
    fees: feesOf(market, event, series),
    exchangeIndex: market.exchange_index ?? event.exchange_index ?? series.exchange_index ?? undefined,
  };
}

/** An event may override the type and the multiplier of its series, each on its own. */
function feesOf(market: Market, event: EventData, series: Series): FeeSchedule {
  const waived = market.fee_waiver_expiration_time ?? undefined;
  return {
    type: feeTypeOf(event.fee_type_override ?? series.fee_type),
    multiplier: event.fee_multiplier_override ?? series.fee_multiplier,
    waivedUntilMs: waived === undefined ? undefined : timeFromWire(waived),
  };
}

function known(market: Market): MarketLife {
  const life = lifeOf(market);
  if (life === undefined) throw new RangeError(`the status "${market.status}" of ${market.ticker} is not known`);
  return life;
}

/** The outcome whose market is struck on this team or player. */
function teamOf(markets: readonly Market[], teamId: unknown): string | undefined {
  if (typeof teamId !== 'string') return undefined;
  return markets.find(({ custom_strike: strike }) => Object.values(strike ?? {}).includes(teamId))?.yes_sub_title;
}

/** A game as the exchange lists it: series, teams, event, one market per outcome and the milestone. */
import { longDate, shortDate, tickerDate, tickerTime } from '../eastern.ts';
import { LEAGUES, type League, type LeagueFacts } from './leagues.ts';
import { stableUuid } from './random.ts';
import { type Team, tieOf } from './teams.ts';
import type { MarketListing, MilestoneListing, ScenarioAction, SeriesListing } from './types.ts';

const DAY_MS = 86_400_000;
/** Markets are listed with a close two weeks after the start and close early when the result is known. */
const CLOSE_AFTER_MS = 14 * DAY_MS;
const SETTLEMENT_TIMER_S = 300;

export type Shards = 1 | 4;

/** One outcome of a game: the market that pays on it. */
export interface OutcomeMarket {
  ticker: string;
  team: Team;
}

export interface ListedGame {
  facts: LeagueFacts;
  seriesTicker: string;
  eventTicker: string;
  milestoneId: string;
  home: Team;
  away: Team;
  homeMarket: OutcomeMarket;
  awayMarket: OutcomeMarket;
  tieMarket: OutcomeMarket | undefined;
}

/** Names a game's listings. Without `eventTicker` it is made of the league, the Eastern date of the start and the teams. */
export function nameGame(game: { league: League; home: Team; away: Team; startMs: number; eventTicker?: string }): ListedGame {
  const { league, home, away } = game;
  const facts = LEAGUES[league];
  const eventTicker = game.eventTicker ?? eventTickerOf(facts, home, away, game.startMs);
  const outcome = (team: Team): OutcomeMarket => ({ ticker: `${eventTicker}-${team.code}`, team });
  return {
    facts,
    seriesTicker: eventTicker.split('-')[0] ?? eventTicker,
    eventTicker,
    milestoneId: stableUuid(`milestone/${eventTicker}`),
    home,
    away,
    homeMarket: outcome(home),
    awayMarket: outcome(away),
    tieMarket: facts.hasTieMarket ? outcome(tieOf(league)) : undefined,
  };
}

function eventTickerOf(facts: LeagueFacts, home: Team, away: Team, startMs: number): string {
  const teams = facts.homeFirst ? home.code + away.code : away.code + home.code;
  return `${facts.seriesTicker}-${tickerDate(startMs)}${facts.timeInTicker ? tickerTime(startMs) : ''}${teams}`;
}

/** A game's markets in ticker order. */
export function marketsOf(game: ListedGame): OutcomeMarket[] {
  const markets = [game.homeMarket, game.awayMarket, ...(game.tieMarket === undefined ? [] : [game.tieMarket])];
  return markets.toSorted((one, other) => (one.ticker < other.ticker ? -1 : 1));
}

/** Everything that must be listed before the game's first quote. */
export function listingActions(
  game: ListedGame,
  times: { listedMs: number; scheduledMs: number },
  shards: Shards,
): ScenarioAction[] {
  const { facts, home, away } = game;
  const exchangeIndex = shards === 4 ? facts.shardOfFour : 0;
  const markets = marketsOf(game);
  const title = facts.homeFirst ? `${home.name} vs ${away.name}` : `${away.name} vs ${home.name}`;
  const codes = facts.homeFirst ? `${home.code} vs ${away.code}` : `${away.code} vs ${home.code}`;
  return [
    { kind: 'series', series: seriesOf(game, exchangeIndex) },
    ...markets.map(
      ({ team }): ScenarioAction => ({
        kind: 'target',
        target: {
          id: team.targetId,
          name: team.fullName,
          type: facts.teamType,
          details: { league: facts.league, abbreviation: team.code, short_name: team.name },
        },
      }),
    ),
    {
      kind: 'event',
      event: {
        ticker: game.eventTicker,
        seriesTicker: game.seriesTicker,
        title,
        subTitle: `${codes} (${shortDate(times.scheduledMs)})`,
        mutuallyExclusive: true,
        collateralReturnType: 'MECNET',
        exchangeIndex,
        productMetadata: { competition: facts.competition, competition_scope: 'Game' },
      },
      markets: markets.map((market) => marketListing(game, market, title, times)),
    },
    { kind: 'milestone', milestone: milestoneOf(game, times.scheduledMs) },
  ];
}

function seriesOf({ facts, seriesTicker }: ListedGame, exchangeIndex: number): SeriesListing {
  return {
    ticker: seriesTicker,
    title: seriesTicker === facts.seriesTicker ? facts.seriesTitle : `${facts.gameWords} Championship`,
    category: 'Sports',
    tags: [facts.sport],
    frequency: 'custom',
    feeType: facts.feeType,
    feeMultiplier: facts.feeMultiplier,
    exchangeIndex,
    competition: facts.competition,
  };
}

function marketListing(
  { facts, eventTicker }: ListedGame,
  { ticker, team }: OutcomeMarket,
  gameTitle: string,
  times: { listedMs: number; scheduledMs: number },
): MarketListing {
  const game = `the ${gameTitle} ${facts.gameWords} game originally scheduled for ${longDate(times.scheduledMs)}`;
  const condition = team.code === 'TIE' ? `Tie is the result of ${game}` : `${team.name} wins ${game}`;
  const drawRule = {
    NFL: ' If the game ends in a tie, each team resolves to $0.50.',
    EPL: ' Stoppage time counts; a draw resolves the market called "Tie" to Yes.',
    MLS: ' Stoppage time counts; a draw resolves the market called "Tie" to Yes.',
    NBA: '',
    MLB: '',
    NHL: '',
  }[facts.league];
  return {
    ticker,
    eventTicker,
    title: facts.hasTieMarket ? `${gameTitle} Winner?` : `Will ${team.name} win the ${gameTitle} ${facts.gameWords} game?`,
    yesSubTitle: team.name,
    noSubTitle: team.name,
    rulesPrimary: `If ${condition}, then the market resolves to Yes.`,
    rulesSecondary:
      `This market follows ${game}.${drawRule} A postponed game that begins within 48 hours keeps the market open; ` +
      'otherwise it resolves to a fair price.',
    openMs: times.listedMs,
    closeMs: times.scheduledMs + CLOSE_AFTER_MS,
    expectedExpirationMs: times.scheduledMs + facts.usualLengthMs,
    settlementTimerS: SETTLEMENT_TIMER_S,
    priceLevelStructure: 'linear_cent',
    priceRanges: [{ startCC: 0, endCC: 10_000, stepCC: 100 }],
    customStrike: { [facts.teamType]: team.targetId },
    earlyCloseCondition: 'The market closes and expires once a winner is declared.',
  };
}

function milestoneOf(game: ListedGame, scheduledMs: number): MilestoneListing {
  const { facts, home, away, eventTicker } = game;
  return {
    id: game.milestoneId,
    type: facts.milestoneType,
    title: facts.homeFirst ? `${home.name} vs ${away.name}` : `${away.name} at ${home.name}`,
    category: 'Sports',
    startMs: scheduledMs,
    endMs: undefined,
    relatedEventTickers: [eventTicker],
    primaryEventTickers: [eventTicker],
    notificationMessage: 'The game is about to begin.',
    details: milestoneDetails(game, 'scheduled'),
  };
}

/** A milestone's `details`; `status` is scheduled, postponed, cancelled or complete. */
export function milestoneDetails(game: ListedGame, status: string): Record<string, unknown> {
  return {
    league: game.facts.league,
    home_team_id: game.home.targetId,
    away_team_id: game.away.targetId,
    main_game_event_ticker: game.eventTicker,
    status,
  };
}

/** Passes events on without the series and targets that an earlier event has already listed. */
export function* listedOnce<T extends { actions: ScenarioAction[] }>(events: Iterable<T>): Generator<T> {
  const seen = new Set<string>();
  for (const event of events) {
    if (event.actions.some(({ kind }) => kind === 'series')) {
      event.actions = event.actions.filter((action) => {
        const id = action.kind === 'series' ? action.series.ticker : action.kind === 'target' ? action.target.id : undefined;
        if (id === undefined) return true;
        if (seen.has(id)) return false;
        seen.add(id);
        return true;
      });
    }
    yield event;
  }
}

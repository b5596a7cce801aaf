/** Kalshi's series that ask who wins a game, by league. */
import type { League } from '../../trading/game.ts';

export const WINNER_SERIES: Readonly<Record<League, readonly string[]>> = {
  NBA: ['KXNBAGAME'],
  WNBA: ['KXWNBAGAME'],
  NCAAM: ['KXNCAAMBGAME'],
  NCAAW: ['KXNCAAWBGAME'],
  NFL: ['KXNFLGAME'],
  NCAAF: ['KXNCAAFGAME'],
  MLB: ['KXMLBGAME'],
  NHL: ['KXNHLGAME'],
  SOCCER: ['KXEPLGAME', 'KXLALIGAGAME', 'KXMLSGAME', 'KXWCGAME'],
  TENNIS: [
    'KXATPMATCH',
    'KXWTAMATCH',
    'KXATPCHALLENGERMATCH',
    'KXWTACHALLENGERMATCH',
    'KXITFMATCH',
    'KXITFWMATCH',
    'KXATPDOUBLES',
    'KXWTADOUBLES',
  ],
};

const LEAGUE_OF = new Map(
  Object.entries(WINNER_SERIES).flatMap(([league, series]) => series.map((ticker) => [ticker, league as League])),
);

/** `league` in a milestone's details, and types of milestones whose sport is one league here. */
const LEAGUE_WORDS: Readonly<Record<string, League>> = {
  NBA: 'NBA',
  WNBA: 'WNBA',
  NCAAMB: 'NCAAM',
  NCAAWB: 'NCAAW',
  NFL: 'NFL',
  NCAAF: 'NCAAF',
  NCAAFB: 'NCAAF',
  MLB: 'MLB',
  NHL: 'NHL',
};
const LEAGUE_TYPES: Readonly<Record<string, League>> = {
  soccer_tournament_multi_leg: 'SOCCER',
  tennis_tournament_singles: 'TENNIS',
  tennis_tournament_doubles: 'TENNIS',
};

/** The league of a series in the table. */
export function leagueOfSeries(seriesTicker: string): League | undefined {
  return LEAGUE_OF.get(seriesTicker);
}

/** What the milestone of a game says of its league: for series that are not in the table, such as a championship's. */
export function leagueOfMilestone(type: string, league: unknown): League | undefined {
  if (typeof league === 'string' && Object.hasOwn(LEAGUE_WORDS, league.toUpperCase())) return LEAGUE_WORDS[league.toUpperCase()];
  return Object.hasOwn(LEAGUE_TYPES, type) ? LEAGUE_TYPES[type] : undefined;
}

/** Market and event tickers begin with the series; an event's has one more part. */
export function seriesOf(ticker: string): string {
  return ticker.split('-', 1)[0] ?? ticker;
}

export function eventOf(ticker: string): string {
  return ticker.split('-', 2).join('-');
}

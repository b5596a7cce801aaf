/** Which league a Kalshi milestone is of. */
import type { League } from '../../trading/game.ts';
import { COMPETITIONS, competitionOf } from '../espn/competitions.ts';
import { loose, wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';

export type Sport = 'basketball' | 'football' | 'baseball' | 'hockey' | 'soccer' | 'tennis';

/** Types of milestones and live data. */
const TYPES: Readonly<Record<string, Sport>> = {
  basketball_game: 'basketball',
  football_game: 'football',
  baseball_game: 'baseball',
  hockey_game: 'hockey',
  hockey_match: 'hockey',
  soccer_tournament_multi_leg: 'soccer',
  tennis_tournament_singles: 'tennis',
  tennis_tournament_doubles: 'tennis',
};

const SPORT_LEAGUES: Readonly<Record<Sport, readonly League[]>> = {
  basketball: ['NBA', 'WNBA', 'NCAAM', 'NCAAW'],
  football: ['NFL', 'NCAAF'],
  baseball: ['MLB'],
  hockey: ['NHL'],
  soccer: ['SOCCER'],
  tennis: ['TENNIS'],
};

/** `league` in a milestone's details. All of soccer, and all of tennis, is one league here and is not asked for its name. */
const LEAGUE_NAMES: Readonly<Record<string, League>> = {
  nba: 'NBA',
  wnba: 'WNBA',
  ncaamb: 'NCAAM',
  ncaam: 'NCAAM',
  ncaawb: 'NCAAW',
  ncaaw: 'NCAAW',
  nfl: 'NFL',
  ncaaf: 'NCAAF',
  ncaafb: 'NCAAF',
  mlb: 'MLB',
  nhl: 'NHL',
};

export function sportOf(type: string): Sport {
  return wordOf(TYPES, type) ?? unclear('SCORES_TYPE_UNKNOWN', 'this type of milestone is not followed', type);
}

/** The league by the milestone's own word and by its event's series; either is enough, two have to agree. */
export function leagueOf(sport: Sport, name: string | undefined, eventTicker: string): League {
  const leagues = SPORT_LEAGUES[sport];
  if (sport === 'soccer' || sport === 'tennis') return sport === 'soccer' ? 'SOCCER' : 'TENNIS';
  const named = name === undefined ? undefined : wordOf(LEAGUE_NAMES, loose(name));
  if (name !== undefined && named === undefined) unclear('SCORES_LEAGUE_UNKNOWN', 'this league is not followed', name);
  const competition = competitionOf(eventTicker);
  const listed = competition && COMPETITIONS[competition].league;
  const league = named ?? listed;
  if (league === undefined) return unclear('SCORES_LEAGUE_UNKNOWN', 'the league is not said', eventTicker);
  if (!leagues.includes(league) || (listed ?? league) !== league) {
    unclear('SCORES_CONTRADICTION', 'type, league and series do not agree', `${sport}, ${league}, ${eventTicker}`);
  }
  return league;
}

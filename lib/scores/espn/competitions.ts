/** Competitions: which of Kalshi's series has the games of each, and where ESPN's scoreboard of it is. */
import type { League } from '../../trading/game.ts';
import { wordOf } from '../fields.ts';

export interface EspnCompetition {
  league: League;
  /** Path below the base URL. */
  path: string;
  /** `leagues[0].slug` of its answers. */
  slug: string;
  /** Colleges: without a group ESPN leaves most games out. */
  group?: string;
}

function competition(league: League, path: string, group?: string): EspnCompetition {
  const slug = path.split('/')[1] ?? path;
  return group === undefined ? { league, path, slug } : { league, path, slug, group };
}

export const COMPETITIONS = {
  NBA: competition('NBA', 'basketball/nba'),
  WNBA: competition('WNBA', 'basketball/wnba'),
  NCAAM: competition('NCAAM', 'basketball/mens-college-basketball', '50'),
  NCAAW: competition('NCAAW', 'basketball/womens-college-basketball', '50'),
  NFL: competition('NFL', 'football/nfl'),
  NCAAF: competition('NCAAF', 'football/college-football', '80'),
  MLB: competition('MLB', 'baseball/mlb'),
  NHL: competition('NHL', 'hockey/nhl'),
  EPL: competition('SOCCER', 'soccer/eng.1'),
  LALIGA: competition('SOCCER', 'soccer/esp.1'),
  MLS: competition('SOCCER', 'soccer/usa.1'),
  WC: competition('SOCCER', 'soccer/fifa.world'),
} as const satisfies Record<string, EspnCompetition>;
export type CompetitionKey = keyof typeof COMPETITIONS;

const SERIES: Readonly<Record<string, CompetitionKey>> = {
  KXNBAGAME: 'NBA',
  KXWNBAGAME: 'WNBA',
  KXNCAAMBGAME: 'NCAAM',
  KXNCAAWBGAME: 'NCAAW',
  KXNFLGAME: 'NFL',
  KXNCAAFGAME: 'NCAAF',
  KXMLBGAME: 'MLB',
  KXNHLGAME: 'NHL',
  KXEPLGAME: 'EPL',
  KXLALIGAGAME: 'LALIGA',
  KXMLSGAME: 'MLS',
  KXWCGAME: 'WC',
};

/** The competition that an event belongs to, or undefined where ESPN is not asked for its games. */
export function competitionOf(eventTicker: string): CompetitionKey | undefined {
  return wordOf(SERIES, eventTicker.split('-')[0] ?? '');
}

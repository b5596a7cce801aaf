/** What Kalshi's listings say about each league that the practice exchange can play. */
export type League = 'NBA' | 'NFL' | 'MLB' | 'NHL' | 'EPL' | 'MLS';

export interface LeagueFacts {
  league: League;
  seriesTicker: string;
  seriesTitle: string;
  /** The sport, as the series is tagged. */
  sport: string;
  competition: string;
  /** What the game is called in titles and rules, e.g. "Pro Basketball". */
  gameWords: string;
  /** Type of the teams' structured targets and key of the markets' custom strike. */
  teamType: string;
  milestoneType: string;
  feeType: string;
  feeMultiplier: number;
  /** Shard of the league's sport when the exchange runs four; Kalshi moved baseball and tennis to 3. */
  shardOfFour: number;
  /** Soccer writes HOME-AWAY, the American leagues AWAY-HOME. */
  homeFirst: boolean;
  /** A third market pays on a draw. */
  hasTieMarket: boolean;
  timeInTicker: boolean;
  usualLengthMs: number;
}

const HOUR_MS = 3_600_000;

export const LEAGUES: Readonly<Record<League, LeagueFacts>> = {
  NBA: {
    league: 'NBA',
    seriesTicker: 'KXNBAGAME',
    seriesTitle: 'Professional Basketball Game',
    sport: 'Basketball',
    competition: 'Pro Basketball (M)',
    gameWords: 'Pro Basketball',
    teamType: 'basketball_team',
    milestoneType: 'basketball_game',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 1,
    shardOfFour: 0,
    homeFirst: false,
    hasTieMarket: false,
    timeInTicker: false,
    usualLengthMs: 2.5 * HOUR_MS,
  },
  NFL: {
    league: 'NFL',
    seriesTicker: 'KXNFLGAME',
    seriesTitle: 'Professional Football Game',
    sport: 'Football',
    competition: 'Pro Football',
    gameWords: 'Pro Football',
    teamType: 'football_team',
    milestoneType: 'football_game',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 1,
    shardOfFour: 0,
    homeFirst: false,
    hasTieMarket: false,
    timeInTicker: false,
    usualLengthMs: 3.25 * HOUR_MS,
  },
  MLB: {
    league: 'MLB',
    seriesTicker: 'KXMLBGAME',
    seriesTitle: 'Professional Baseball Game',
    sport: 'Baseball',
    competition: 'Pro Baseball',
    gameWords: 'Pro Baseball',
    teamType: 'baseball_team',
    milestoneType: 'baseball_game',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 0.5,
    shardOfFour: 3,
    homeFirst: false,
    hasTieMarket: false,
    timeInTicker: true,
    usualLengthMs: 3 * HOUR_MS,
  },
  NHL: {
    league: 'NHL',
    seriesTicker: 'KXNHLGAME',
    seriesTitle: 'Professional Hockey Game',
    sport: 'Hockey',
    competition: 'Pro Hockey',
    gameWords: 'Pro Hockey',
    teamType: 'hockey_team',
    milestoneType: 'hockey_game',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 1,
    shardOfFour: 0,
    homeFirst: false,
    hasTieMarket: false,
    timeInTicker: false,
    usualLengthMs: 2.75 * HOUR_MS,
  },
  EPL: {
    league: 'EPL',
    seriesTicker: 'KXEPLGAME',
    seriesTitle: 'English Premier League Game',
    sport: 'Soccer',
    competition: 'EPL',
    gameWords: 'EPL soccer',
    teamType: 'soccer_team',
    milestoneType: 'soccer_tournament_multi_leg',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 1,
    shardOfFour: 0,
    homeFirst: true,
    hasTieMarket: true,
    timeInTicker: false,
    usualLengthMs: 2 * HOUR_MS,
  },
  MLS: {
    league: 'MLS',
    seriesTicker: 'KXMLSGAME',
    seriesTitle: 'Major League Soccer Game',
    sport: 'Soccer',
    competition: 'MLS',
    gameWords: 'MLS soccer',
    teamType: 'soccer_team',
    milestoneType: 'soccer_tournament_multi_leg',
    feeType: 'quadratic',
    feeMultiplier: 1,
    shardOfFour: 0,
    homeFirst: true,
    hasTieMarket: true,
    timeInTicker: false,
    usualLengthMs: 2 * HOUR_MS,
  },
};

export function isLeague(text: string): text is League {
  return Object.hasOwn(LEAGUES, text);
}

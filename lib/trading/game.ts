/** A sporting contest as far as trading needs to know it, whoever reported it. */

/** Leagues whose games can be followed. Soccer stands for every soccer competition: they share clock and segments. */
export const LEAGUES = ['NBA', 'WNBA', 'NCAAM', 'NCAAW', 'NFL', 'NCAAF', 'MLB', 'NHL', 'SOCCER', 'TENNIS'] as const;
export type League = (typeof LEAGUES)[number];

/**
 * - `pre`: not begun · `live`: in play · `break`: between periods, or interrupted; the game goes on
 * - `final`: over · `postponed`: will not be played today (also canceled, suspended to another day)
 */
export type GamePhase = 'pre' | 'live' | 'break' | 'final' | 'postponed';

export interface GameState {
  league: League;
  phase: GamePhase;
  /**
   * Which period is in play or, in a break, was last: quarter, half (college basketball men, soccer), period, inning, set; overtime
   * counts on. Undefined before the start and where the source does not say.
   */
  period: number | undefined;
  /** Baseball: which half of the inning. Undefined elsewhere. */
  half: 'top' | 'bottom' | undefined;
  /** In a break: play stopped inside the period (rain, an injury) and will go on there. Absent: the period is over, or nobody says. */
  isInterrupted?: true;
  /**
   * Seconds on the game clock as the league shows it: left in the period where the clock runs down, played since the start where it
   * runs up (soccer). Undefined in leagues without a clock and where the source does not say.
   */
  clockS: number | undefined;
  homeScore: number | undefined;
  awayScore: number | undefined;
  /** When the game really began (epoch ms, market time), once it has and somebody has seen it. */
  startedMs: number | undefined;
  /** Market time (epoch ms) as of which all this is true, as far as the source says; else when it was read. */
  asOfMs: number;
}

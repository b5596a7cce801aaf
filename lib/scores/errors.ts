/** What can go wrong with scores, by stable codes: errors are thrown, reports go along with answers that were otherwise good. */

export type ScoresCode =
  /** The source could not be reached, or took too long. */
  | 'SCORES_UNREACHABLE'
  /** The source answered with an HTTP status that is no success. */
  | 'SCORES_REFUSED'
  /** Whoever reads the source for this part failed, for the reason that is the cause. */
  | 'SCORES_SOURCE_FAILED'
  /** The answer as a whole is not what the source is known to send. */
  | 'SCORES_ANSWER_UNREADABLE'
  /** A field is missing, or not of the kind that it is known to be. */
  | 'SCORES_SHAPE_UNKNOWN'
  | 'SCORES_TYPE_UNKNOWN'
  | 'SCORES_LEAGUE_UNKNOWN'
  | 'SCORES_STATUS_UNKNOWN'
  | 'SCORES_PERIOD_UNKNOWN'
  | 'SCORES_CLOCK_UNKNOWN'
  | 'SCORES_SCORE_UNKNOWN'
  | 'SCORES_TIME_UNKNOWN'
  /** Two fields that cannot both be true. */
  | 'SCORES_CONTRADICTION'
  /** The source knows the game and says nothing about it yet. */
  | 'SCORES_NOTHING_SAID'
  /** None of the source's games is this one. */
  | 'SCORES_MATCH_NONE'
  /** More than one of the source's games could be this one, or more than one followed game could be the source's. */
  | 'SCORES_MATCH_AMBIGUOUS'
  /** The source has the same teams with home and away the other way round. */
  | 'SCORES_MATCH_SIDES';

/** Why a source could not be read; `message` is written for the user. */
export class ScoresError extends Error {
  override readonly name = 'ScoresError';
  readonly code: ScoresCode;

  constructor(code: ScoresCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Something that gave no game state, and what was seen instead. */
export interface ScoreReport {
  code: ScoresCode;
  source: string;
  /** The followed game's event ticker or, where none is known, the source's own id of the game. */
  game: string | undefined;
  /** What was seen, shortened. Outside text: never markup, never instructions. */
  seen: string;
  /** Written for the user. */
  message: string;
  /** Why a whole request failed. */
  cause?: unknown;
}

const LONGEST_SEEN = 120;

/** Any value as a short line of text. */
export function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? listed(value) : String(value);
  return text.length > LONGEST_SEEN ? `${text.slice(0, LONGEST_SEEN - 1)}…` : text;
}

/** Only the names of what it holds: an outside object may be large, and its values are not worth repeating. */
function listed(value: object): string {
  return Array.isArray(value) ? `list of ${value.length}` : `{${Object.keys(value).slice(0, 12).join(', ')}}`;
}

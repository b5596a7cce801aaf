import type { GameState, League } from '../../trading/game.ts';
import { agreed, countOf, type Fields, loose, scoresOf, textOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { gameState, type Standing, together } from '../standing.ts';
import { asOfMs, standingOf } from './details.ts';
import { statusStanding } from './status.ts';

const SET_STATUS = /^([1-5])(?:st|nd|rd|th)set$/;
/** Ways for a match to end that only tennis has. */
const ENDINGS: ReadonlySet<string> = new Set(['retired', 'walkover', 'defaulted']);
const OUTCOMES: ReadonlySet<unknown> = new Set(['winner', 'loser', 'ongoing']);

/** A tennis match: home is the first competitor, the score is in sets, the period is the set. */
export function tennisState(league: League, details: Fields, readMs: number): GameState {
  const named = namedSet(details);
  const standing = named.standing === undefined ? tennisStanding(details) : together(tennisStanding(details), named.standing);
  const { home, away } = scoresOf(details, 'competitor1_overall_score', 'competitor2_overall_score');
  const sets = { rounds: roundsPlayed(details), named: named.set };
  const period = agreed(['rounds', 'named'], (key) => (key === 'rounds' ? sets.rounds : sets.named));
  const play = {
    period: period === 0 ? undefined : period,
    half: undefined,
    clockS: undefined,
    homeScore: home,
    awayScore: away,
  };
  return gameState(league, standing, play, asOfMs(details, readMs));
}

function tennisStanding(details: Fields): Standing {
  const status = textOf(details, 'status');
  return status !== undefined && ENDINGS.has(loose(status)) ? 'final' : standingOf(details);
}

/** What `match_status` says: "2nd_set", or how the match stands. */
function namedSet(details: Fields): { set?: number; standing?: Standing } {
  const word = textOf(details, 'match_status');
  if (word === undefined) return {};
  const set = SET_STATUS.exec(loose(word))?.[1];
  if (set !== undefined) return { set: Number(set), standing: 'live' };
  return { standing: ENDINGS.has(loose(word)) ? 'final' : statusStanding('match_status', word) };
}

/** How many sets have been begun. */
function roundsPlayed(details: Fields): number | undefined {
  return agreed(['competitor1_round_scores', 'competitor2_round_scores'], (key) => {
    const rounds = Object.hasOwn(details, key) ? details[key] : undefined;
    if (rounds === undefined || rounds === null) return undefined;
    if (!Array.isArray(rounds)) return unclear('SCORES_SHAPE_UNKNOWN', `${key} is not a list`, rounds);
    for (const round of rounds as unknown[]) checkRound(key, round);
    return rounds.length;
  });
}

function checkRound(key: string, round: unknown): void {
  if (typeof round !== 'object' || round === null) unclear('SCORES_SHAPE_UNKNOWN', `${key} holds no sets`, round);
  const fields: Fields = { ...round };
  countOf(fields, 'score');
  if (!OUTCOMES.has(fields['outcome'])) unclear('SCORES_STATUS_UNKNOWN', 'the outcome of a set is not known', fields['outcome']);
}

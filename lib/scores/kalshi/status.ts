/** Kalshi's words about a game, spelled loosely (see `loose`). They come from Sportradar and from Kalshi's own tiles. */
import { loose, wordOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import type { Standing } from '../standing.ts';

/** `status` of milestones and live data, and where no other table knows the word also `match_status`. */
export const STATUSES: Readonly<Record<string, Standing>> = {
  none: 'pre',
  notstarted: 'pre',
  scheduled: 'pre',
  created: 'pre',
  pre: 'pre',
  pregame: 'pre',
  upcoming: 'pre',
  timetbd: 'pre',
  flexschedule: 'pre',
  matchabouttostart: 'pre',
  startdelayed: 'pre',
  live: 'live',
  inprogress: 'live',
  started: 'live',
  ongoing: 'live',
  halftime: 'break',
  break: 'break',
  intermission: 'break',
  interrupted: 'interrupted',
  delayed: 'delayed',
  wdelay: 'delayed',
  fdelay: 'delayed',
  odelay: 'delayed',
  closed: 'final',
  complete: 'final',
  completed: 'final',
  ended: 'final',
  finished: 'final',
  final: 'final',
  postponed: 'postponed',
  cancelled: 'postponed',
  canceled: 'postponed',
  suspended: 'postponed',
  abandoned: 'postponed',
  unnecessary: 'postponed',
};

/** `widget_status`, what the tile on Kalshi's page shows; "none" there says nothing. */
const UNSAID_BY_WIDGET = 'none';

export function statusStanding(key: string, word: string): Standing {
  return wordOf(STATUSES, loose(word)) ?? unclear('SCORES_STATUS_UNKNOWN', `${key} is not known`, word);
}

export function widgetStanding(word: string): Standing | undefined {
  return loose(word) === UNSAID_BY_WIDGET ? undefined : statusStanding('widget_status', word);
}

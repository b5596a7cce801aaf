/** What the live data of every sport share: status, points, when it was so. Times on the wire are Unix seconds. */
import { type Fields, scoresOf, textOf } from '../fields.ts';
import { unclear } from '../reading.ts';
import { type Standing, together } from '../standing.ts';
import { statusStanding, widgetStanding } from './status.ts';

/** 2001 to 2286: what is outside is not seconds. */
const EARLIEST_S = 1_000_000_000;
const LATEST_S = 10_000_000_000;

/** The phase that `status` and `widget_status` say together. */
export function standingOf(details: Fields): Standing {
  const status = textOf(details, 'status');
  if (status === undefined) unclear('SCORES_SHAPE_UNKNOWN', 'live data without a status', details);
  const standing = statusStanding('status', status);
  const widget = textOf(details, 'widget_status');
  const shownAs = widget === undefined ? undefined : widgetStanding(widget);
  return shownAs === undefined ? standing : together(standing, shownAs);
}

/** `home_points` and `away_points`, of the American sports. */
export function pointsOf(details: Fields): { homeScore: number | undefined; awayScore: number | undefined } {
  const { home, away } = scoresOf(details, 'home_points', 'away_points');
  return { homeScore: home, awayScore: away };
}

/**
 * As of when Kalshi says this: the later of its last update and the last play, never after it was read (`readMs`), which also
 * stands in where neither is said.
 */
export function asOfMs(details: Fields, readMs: number): number {
  const play = details['last_play'];
  const playS = typeof play === 'object' && play !== null ? secondsOf({ ...play }, 'occurence_ts') : undefined;
  const updatedS = secondsOf(details, 'last_updated_ts');
  if (playS === undefined && updatedS === undefined) return readMs;
  return Math.min(readMs, Math.max(playS ?? 0, updatedS ?? 0) * 1000);
}

function secondsOf(fields: Fields, key: string): number | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (value === undefined || value === null || value === 0 || value === '') return undefined;
  if (typeof value !== 'number' || !(value >= EARLIEST_S && value < LATEST_S)) {
    unclear('SCORES_TIME_UNKNOWN', `${key} is not a time in seconds`, value);
  }
  return value;
}

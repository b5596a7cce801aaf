import type { ActivityView } from '../contract.ts';
import type { StoredLine } from '../pages-port.ts';
import { iso } from './units.ts';

/** How many lines a page is given, and keeps. */
export const ACTIVITY_LINES = 100;

export function activityView({ id, atMs, level, category, message }: StoredLine): ActivityView {
  return { id, at: iso(atMs), level, category, message };
}

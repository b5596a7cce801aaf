/** Invented answers in the sources' formats, and games made from them. */
import { readFileSync } from 'node:fs';
import { type FollowedGame, parseMilestone, type Reading } from '../../lib/scores/index.ts';

const FIXTURES = new URL('../fixtures/scores/', import.meta.url);

export type FixtureName = 'espn-mlb' | 'espn-nba' | 'espn-epl' | 'kalshi-milestones' | 'kalshi-live-data';

/** Anew at each call: to be edited at will. */
export function fixture(name: FixtureName): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8'));
}

export function listOf(answer: Record<string, unknown>, key: string): Record<string, unknown>[] {
  const list = answer[key];
  if (!Array.isArray(list)) throw new Error(`no list ${key}`);
  return list;
}

export function valueOf<T>(read: Reading<T>): T {
  if (read.report !== undefined) throw new Error(`${read.report.code}: ${read.report.message}`);
  return read.value;
}

/** The games of the fixtures' milestones, by what their tickers end in. */
export function fixtureGames(): FollowedGame[] {
  return listOf(fixture('kalshi-milestones'), 'milestones').map((raw) => valueOf(parseMilestone(raw)));
}

export function fixtureGame(ending: string): FollowedGame {
  const game = fixtureGames().find(({ eventTicker }) => eventTicker.endsWith(ending));
  if (game === undefined) throw new Error(`no game ${ending}`);
  return game;
}

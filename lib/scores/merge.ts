/**
 * One game as several sources tell it.
 *
 * 1. Of each source only its newest reading counts. A source may correct itself in any direction.
 * 2. A reading is fresh for a while after it was made: how long depends on what it says (`MergeRules`).
 * 3. Among fresh readings the game that is further along leads: over before called off, before in play, before not begun; in play the
 *    later period, and half of an inning. A game never runs backwards, so the one further along is the newer knowledge, whatever
 *    the clocks of the sources say. Within a period the preferred source leads, so that two sources do not take turns.
 * 4. States are never mixed: all of a state comes from the source that leads. Only the real start is remembered over readings.
 * 5. Once a game is over it stays over, however old the reading gets, until the source that said so says otherwise.
 * 6. Without a fresh reading the last state stands and ages.
 */
import type { GameState } from '../trading/game.ts';

/** What one source said of a game, and when it was read (market time, epoch ms). */
export interface Sighting {
  source: string;
  readMs: number;
  state: GameState;
}

export interface MergeRules {
  /** Names of sources, the most trusted first; others come after them. */
  prefer: readonly string[];
  /** How long a reading of a game in play, and of any other game, stays fresh. The latter is polled less often. */
  freshLiveMs: number;
  freshIdleMs: number;
}

export const MERGE_RULES: MergeRules = { prefer: ['kalshi', 'espn'], freshLiveMs: 30_000, freshIdleMs: 180_000 };

/** Kalshi's live data are 10 to 40 s behind the game. */
const LONGEST_LAG_MS = 60_000;
/** A game that nobody looked at for longer may have begun at any time meanwhile. */
const LONGEST_GAP_MS = 120_000;

/** A game as it is believed to be. */
export interface GameRecord {
  /** `startedMs` is when it was first seen in play, where it had been seen shortly before. Of one not begun `asOfMs` is when that was read. */
  state: GameState;
  /** Who says so, and when that was read. */
  source: string;
  readMs: number;
  /** The newest reading of each source: who said what, when. */
  sightings: ReadonlyMap<string, Sighting>;
  /** Who said that the game is over. */
  finalBy: string | undefined;
}

export interface GameChange {
  from: GameState | undefined;
  to: GameState;
  source: string;
  readMs: number;
  /** A score went down: a play was overturned, a statistic corrected, or another source knows less. Prices may have moved on it. */
  isScoreReversed: boolean;
  /** The game had been called over and is not. */
  isReopened: boolean;
}

/** Milliseconds since the leading source last said so: the age of the feed, not of the last change. */
export function scoreAgeMs(record: Pick<GameRecord, 'readMs'>, nowMs: number): number {
  return Math.max(0, nowMs - record.readMs);
}

/** Takes in a reading. `change` is undefined where trading sees no difference; a reading older than its source's last is dropped. */
export function mergeSighting(
  record: GameRecord | undefined,
  sighting: Sighting,
  rules: MergeRules = MERGE_RULES,
): { record: GameRecord; change: GameChange | undefined } {
  const before = record?.sightings.get(sighting.source);
  if (record !== undefined && before !== undefined && before.readMs > sighting.readMs) return { record, change: undefined };
  const sightings = new Map(record?.sightings).set(sighting.source, sighting);
  const kept = record?.finalBy === undefined ? undefined : sightings.get(record.finalBy);
  const lead = kept?.state.phase === 'final' ? kept : leading([...sightings.values()], sighting, rules);
  // That a game has not begun is so whenever it is said, however long ago the source had anything else to say.
  const asOfMs = lead.state.phase === 'pre' ? lead.readMs : lead.state.asOfMs;
  const state = { ...lead.state, asOfMs, startedMs: startOf(record, lead) };
  const { source, readMs } = lead;
  const next: GameRecord = { state, source, readMs, sightings, finalBy: state.phase === 'final' ? source : undefined };
  return { record: next, change: changeOf(record?.state, next) };
}

/** The reading that leads, as of the newest one. */
function leading(sightings: readonly Sighting[], newest: Sighting, rules: MergeRules): Sighting {
  const isFresh = ({ readMs, state }: Sighting): boolean => {
    const isOn = state.phase === 'live' || state.phase === 'break';
    return newest.readMs - readMs <= (isOn ? rules.freshLiveMs : rules.freshIdleMs);
  };
  return sightings.filter(isFresh).reduce((lead, other) => (isBefore(lead, other, rules) ? other : lead), newest);
}

function isBefore(lead: Sighting, other: Sighting, { prefer }: MergeRules): boolean {
  const along = compareStages(lead.state, other.state);
  if (along !== 0) return along < 0;
  const place = ({ source }: Sighting): number => (prefer.includes(source) ? prefer.indexOf(source) : prefer.length);
  return place(lead) > place(other);
}

const PHASES: Readonly<Record<GameState['phase'], number>> = { pre: 0, live: 1, break: 1, postponed: 2, final: 3 };

/** Below zero where `one` is less far along than `other`. Clocks are left out: sources show them with different delays. */
function compareStages(one: GameState, other: GameState): number {
  const steps = ({ phase, period = 0, half }: GameState): number[] => [PHASES[phase], period, half === 'bottom' ? 1 : 0];
  const others = steps(other);
  for (const [index, step] of steps(one).entries()) {
    const apart = step - (others[index] ?? 0);
    if (apart !== 0) return apart;
  }
  return 0;
}

/**
 * A start is known when the game was seen not begun and, soon after that, begun; a game that is to begin anew has none. What a source
 * dates longer before than any lags behind the game was dated by something earlier, as the line-ups, and not by the start.
 */
function startOf(before: GameRecord | undefined, { state: to, readMs }: Sighting): number | undefined {
  if (to.phase === 'pre') return undefined;
  const known = to.startedMs ?? before?.state.startedMs;
  if (known !== undefined) return known;
  if (before?.state.phase !== 'pre' || (to.phase !== 'live' && to.phase !== 'break')) return undefined;
  const waiting = [...before.sightings.values()].filter(({ state }) => state.phase === 'pre');
  const lastPreMs = Math.max(...waiting.map((one) => one.readMs));
  return readMs - lastPreMs > LONGEST_GAP_MS ? undefined : Math.max(to.asOfMs, lastPreMs - LONGEST_LAG_MS);
}

const COMPARED = ['phase', 'period', 'half', 'isInterrupted', 'clockS', 'homeScore', 'awayScore', 'startedMs'] as const;

function changeOf(from: GameState | undefined, { state: to, source, readMs }: GameRecord): GameChange | undefined {
  if (from !== undefined && COMPARED.every((key) => from[key] === to[key])) return undefined;
  const isScoreReversed = isLess(to.homeScore, from?.homeScore) || isLess(to.awayScore, from?.awayScore);
  return { from, to, source, readMs, isScoreReversed, isReopened: from?.phase === 'final' && to.phase !== 'final' };
}

function isLess(now: number | undefined, before: number | undefined): boolean {
  return now !== undefined && before !== undefined && now < before;
}

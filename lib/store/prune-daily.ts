/** Keeps the memory from growing for ever: looks soon after the start, and then once a day, for what may be forgotten. */
import type { WallTimer } from '../trading/ports/clock.ts';
import type { Piece } from './prune.ts';

export type Prunes = 'activity' | 'snapshots' | 'ruleStates' | 'baselines' | 'trackedGames' | 'alerts';

export interface PruningParts {
  wall: WallTimer;
  /** Takes one piece away, and says how many rows that were. */
  prune: (what: Prunes, piece: Piece) => Promise<number>;
}

/** The start has other things to do. */
const FIRST_MS = 60_000;
const DAY_MS = 86_400_000;

/** How many days of wall time each is kept after it was last written. */
const KEPT_DAYS: Readonly<Record<Prunes, number>> = {
  activity: 90,
  // After that, the last of each day.
  snapshots: 30,
  ruleStates: 60,
  // A feed does not look back further than a day.
  baselines: 30,
  trackedGames: 60,
  alerts: 90,
};

/** Begins to look; the answer ends it. What fails is tried again the next day: whoever writes is told of the trouble first. */
export function pruneDaily({ wall, prune }: PruningParts): () => void {
  let callOff = () => {};
  const over = new AbortController();

  async function forget(what: Prunes, days: number): Promise<void> {
    const beforeMs = wall.nowMs() - days * DAY_MS;
    while (!over.signal.aborted && (await prune(what, { beforeMs })) > 0);
  }

  /** One that fails keeps nothing from the others. */
  async function look(): Promise<void> {
    for (const [what, days] of Object.entries(KEPT_DAYS) as [Prunes, number][]) await forget(what, days).catch(() => {});
  }

  function lookIn(ms: number): void {
    callOff = wall.after(ms, () => {
      lookIn(DAY_MS);
      void look();
    });
  }

  lookIn(FIRST_MS);
  return () => {
    over.abort();
    callOff();
  };
}

/**
 * Drives a night event by event: the exchange goes on only when feed, flow and order path are at rest, so that what is decided never
 * depends on how fast the machine is.
 *
 * One step: market time runs up to the next event with the world as it was (each timer that is due before it fires by itself), scores
 * are read, so that they are no older than they would be by polling; the event happens, everybody takes it in, and all that follows from
 * it comes to rest.
 */

export interface LockstepNight {
  /** When the next event is due, market time; undefined when the night is over. */
  readonly nextDueMs: number | undefined;
  step(): boolean;
  /** Lets its market time go on, short of the next event. */
  pass(atMs: number): void;
}

export interface LockstepOptions {
  night: LockstepNight;
  clock: { nowMs(): number; readonly nextDueMs: number | undefined; advanceTo(atMs: number): void };
  /** Resolves when nothing is under way. */
  rest: () => Promise<void>;
  /** Reads the scores as they are before the next event. */
  readScores: () => Promise<void>;
  /** Takes in what the last event has brought: frames and scores. */
  takeIn: () => Promise<void>;
  /** Steps no further than this, market time. */
  untilMs?: number | undefined;
}

/** Runs to the end of the night, or until `stop` is asked for; resolves with the number of events. */
export async function runLockstep(options: LockstepOptions, stop: AbortSignal = new AbortController().signal): Promise<number> {
  const { night, clock, rest, readScores, takeIn, untilMs = Number.POSITIVE_INFINITY } = options;
  let events = 0;
  await rest();
  for (let dueMs = night.nextDueMs; dueMs !== undefined && dueMs <= untilMs && !stop.aborted; dueMs = night.nextDueMs) {
    // The instant of the event itself belongs to the event.
    for (let timerMs = clock.nextDueMs; timerMs !== undefined && timerMs < dueMs && !stop.aborted; timerMs = clock.nextDueMs) {
      night.pass(timerMs);
      clock.advanceTo(timerMs);
      await rest();
    }
    if (clock.nowMs() < dueMs - 1) {
      night.pass(dueMs - 1);
      clock.advanceTo(dueMs - 1);
      await readScores();
      await rest();
    }
    if (!night.step()) break;
    events += 1;
    clock.advanceTo(dueMs);
    await takeIn();
    await rest();
  }
  return events;
}

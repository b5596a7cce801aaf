/**
 * Market time of a night. It runs at a multiple of real time, or, in lockstep, stands still between events. Real time is
 * injected, so that tests can turn it by hand.
 */
export interface PracticeClock {
  /** Market time now, epoch ms. */
  nowMs(): number;
  /** Real milliseconds until market time reaches `atMs`; 0 if it has. Infinity in lockstep. */
  untilMs(atMs: number): number;
  /** Notes that an event of this market time has been delivered: time is never seen before it. */
  reach(atMs: number): void;
  readonly speed: number;
  readonly isLockstep: boolean;
}

/** `speed` is market time over real time; Infinity delivers everything as fast as it can be computed. */
export function runningClock(startMs: number, speed: number, wallMs: () => number): PracticeClock {
  const originMs = wallMs();
  let reachedMs = startMs;
  return {
    speed,
    isLockstep: false,
    nowMs() {
      if (speed !== Number.POSITIVE_INFINITY)
        reachedMs = Math.max(reachedMs, Math.floor(startMs + (wallMs() - originMs) * speed));
      return reachedMs;
    },
    untilMs: (atMs) => Math.max(0, (atMs - startMs) / speed - (wallMs() - originMs)),
    reach(atMs) {
      reachedMs = Math.max(reachedMs, atMs);
    },
  };
}

export function lockstepClock(startMs: number): PracticeClock {
  let reachedMs = startMs;
  return {
    speed: 0,
    isLockstep: true,
    nowMs: () => reachedMs,
    untilMs: () => Number.POSITIVE_INFINITY,
    reach(atMs) {
      reachedMs = Math.max(reachedMs, atMs);
    },
  };
}

import type { WallTimer } from '../trading/ports/clock.ts';

/** This machine's time. Its timers keep no process alive: what waits here may be cut short by the end. */
export const SYSTEM_WALL: WallTimer = {
  nowMs: () => Math.floor(performance.timeOrigin + performance.now()),
  monotonicMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

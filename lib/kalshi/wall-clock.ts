/**
 * Wall time: what signatures, network timeouts, backoff and rate buckets go by. Market time is somebody else's business.
 * Everything here that waits or reads the time is given one of these.
 */
export interface WallClock {
  /**
   * Epoch milliseconds: what this machine believed at first, carried on evenly. It does not step when the machine's clock is set, so what
   * is known of its distance to the exchange's clock stays true. On a machine that has slept it lags, until the next answer tells how far.
   */
  nowMs(): number;
  /** Milliseconds that never step back: for durations. */
  monotonicMs(): number;
  /** Runs `run` once after `ms`; the answer calls it off. A background timer does not keep the process alive. */
  after(ms: number, run: () => void, kind?: 'foreground' | 'background'): () => void;
}

export const systemClock: WallClock = {
  nowMs: () => Math.floor(performance.timeOrigin + performance.now()),
  monotonicMs: () => performance.now(),
  after(ms, run, kind = 'foreground') {
    const timer = setTimeout(run, ms);
    if (kind === 'background') timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`. */
export function pause(clock: WallClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

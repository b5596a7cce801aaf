/** Timers on real time, injected so that tests can turn them by hand. Both return how to stop. */
export interface WallTimers {
  every(ms: number, run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
}

/** The system's timers. They keep no process alive. */
export const systemTimers: WallTimers = {
  every(ms, run) {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

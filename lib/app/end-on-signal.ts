/** How a program is told to end. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_FAILED = 1;
/** As a shell tells of a program that Ctrl-C has ended. */
const EXIT_AT_ONCE = 130;
/** Signals come in numbers: Ctrl-C goes to every process of the terminal, and those before this one hand it on. What comes later is another Ctrl-C. */
const ONE_REQUEST_MS = 2_000;

export interface SignalParts {
  on: (signal: NodeJS.Signals, listener: () => void) => unknown;
  exit: (code: number) => void;
  monotonicMs: () => number;
  complain: (error: unknown) => void;
}

const THIS_PROCESS: SignalParts = {
  on: (signal, listener) => process.on(signal, listener),
  exit: (code) => process.exit(code),
  monotonicMs: () => performance.now(),
  complain: (error) => console.error(error),
};

/**
 * At the first signal `end` is called and the process ends after it; whoever asks again, and does not want to wait for that, ends it at
 * once. The answer is aborted with the first signal.
 */
export function endOnSignal(end: () => Promise<void>, parts: SignalParts = THIS_PROCESS): AbortSignal {
  const ending = new AbortController();
  let askedMs = 0;
  const asked = () => {
    const nowMs = parts.monotonicMs();
    if (ending.signal.aborted) {
      if (nowMs - askedMs > ONE_REQUEST_MS) parts.exit(EXIT_AT_ONCE);
      return;
    }
    askedMs = nowMs;
    ending.abort();
    end().then(
      () => parts.exit(0),
      (error: unknown) => {
        parts.complain(error);
        parts.exit(EXIT_FAILED);
      },
    );
  };
  for (const signal of SIGNALS) parts.on(signal, asked);
  return ending.signal;
}

/** What the terminal shows: one line for each thing that somebody who watches it should know. */

export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof LEVELS)[number];

export interface Log {
  say(level: Level, text: string): void;
}

/** Lines of at least `least`, with this machine's time of day, to `write`. */
export function terminalLog(least: Level, write: (line: string) => void, wallMs: () => number = Date.now): Log {
  const most = LEVELS.indexOf(least);
  return {
    say(level, text) {
      if (LEVELS.indexOf(level) > most) return;
      const time = new Date(wallMs()).toTimeString().slice(0, 8);
      write(`${time} ${level.padEnd(5)} ${text}`);
    },
  };
}

/** As `log`, but what has been said is not said again within `quietMs`: a lost connection is tried many times a minute. */
export function sparingLog(log: Log, quietMs: number, monotonicMs: () => number): Log {
  const saidMs = new Map<string, number>();
  return {
    say(level, text) {
      const nowMs = monotonicMs();
      for (const [known, ms] of saidMs) if (nowMs - ms >= quietMs) saidMs.delete(known);
      if (saidMs.has(text)) return;
      saidMs.set(text, nowMs);
      log.say(level, text);
    },
  };
}

/** Warnings of Node-RED about what we have chosen, or what is so at every first start. */
const SAYS_NOTHING = /^(?:Projects disabled|Encrypted credentials not found)\b/;

/**
 * Which level a line of Node-RED's has here. It counts levels in tens: 10 fatal to 60 trace. What it tells of itself (versions, folders,
 * flows that start and stop) is for whoever looks for a fault.
 */
export function levelOfRuntime(level: number, text: string): Level {
  const own = LEVELS[Math.min(LEVELS.length, Math.max(1, Math.round(level / 10))) - 1] ?? 'info';
  return own === 'info' || (own === 'warn' && SAYS_NOTHING.test(text)) ? 'debug' : own;
}

/** Time limits and bounds of the socket. They are durations of wall time, and measured by a clock that never steps. */
export interface SocketLimits {
  /** Longest time without hearing anything (message, ping or pong) before the connection is given up. Kalshi pings every 10 s. */
  silenceMs: number;
  /** Longest wait for the handshake, signature included. */
  dialMs: number;
  /** Longest wait for the answer to a command, and for the first snapshot of a market. */
  answerMs: number;
  /** First wait before dialling again; it doubles from there. */
  backoffMinMs: number;
  backoffMaxMs: number;
  /** How long a connection has to live, and be heard, before the backoff starts afresh. */
  provenMs: number;
  /** Most markets in one command. */
  marketsPerCommand: number;
  /** Gaps and lost subscriptions are counted within this window. */
  strikeWindowMs: number;
  /** So many strikes are healed by fresh snapshots, so many more by a new subscription; after those by a new connection. */
  strikesBySnapshot: number;
  strikesByResubscribing: number;
  /** Least time between two requests for snapshots of a subscription, and before a refused command is tried again. */
  pauseMs: number;
  /** A market that the exchange refuses, or says nothing about, is asked for again after this time. */
  refusalMs: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  silenceMs: 25_000,
  dialMs: 10_000,
  answerMs: 10_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  provenMs: 10_000,
  marketsPerCommand: 500,
  strikeWindowMs: 60_000,
  strikesBySnapshot: 3,
  strikesByResubscribing: 2,
  pauseMs: 1_000,
  refusalMs: 60_000,
};

/** How long to wait before dialling for the `attempt`th time in a row (0: the first again): doubling, half of it at random. */
export function backoffMs(attempt: number, random: () => number, limits: SocketLimits): number {
  const full = Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** Math.min(attempt, 30));
  return full / 2 + (full / 2) * random();
}

/** Bounds of the socket server. Times are real milliseconds. */
export interface SocketLimits {
  /** Commands per second and connection; more are answered with code 27. */
  commandsPerSecond: number;
  /** Markets over all subscriptions of a connection; more are refused with code 26. */
  marketsPerConnection: number;
  /** Largest message from a client. */
  commandBytes: number;
  heartbeatMs: number;
  /** Pings in a row that may stay unanswered; then the connection is dropped. */
  missedPongs: number;
  /** Unsent bytes at which the order book subscription ends with code 25. */
  overflowBytes: number;
  /** Unsent bytes at which the connection is cut. */
  cutBytes: number;
}

const MIB = 1024 * 1024;

export const SOCKET_LIMITS: SocketLimits = {
  commandsPerSecond: 10_000,
  marketsPerConnection: 500_000,
  commandBytes: MIB / 4,
  heartbeatMs: 10_000,
  missedPongs: 2,
  overflowBytes: 16 * MIB,
  cutBytes: 64 * MIB,
};

import type { Channel } from '../schema/socket.ts';

/**
 * How much the socket can be relied on:
 *
 * - `blind`: nothing is heard. No connection is open (none yet, between two attempts, or given up because it was silent beyond
 *   the limit), so no book is good.
 * - `degraded`: a connection is open, and something of what is wanted does not come over it: a channel's subscription is not
 *   confirmed, or a followed market has no good book. A market that was added to a running connection is given the time of a
 *   command's answer before it counts.
 * - `connected`: every channel is confirmed, and every followed market has a good book.
 */
export type SocketStateKind = 'blind' | 'degraded' | 'connected';

export interface ChannelState {
  channel: Channel;
  isConfirmed: boolean;
  /** Markets subscribed; 0 for channels that take none. */
  markets: number;
}

/** As of the moment it was asked for. */
export interface SocketState {
  kind: SocketStateKind;
  /** How long it has been so. */
  forMs: number;
  /** Why it is not connected, for the user; empty when it is. */
  reason: string;
  /** Since anything was heard, control frames included; undefined before the first. */
  heardAgeMs: number | undefined;
  /** Since the exchange's last ping or pong; undefined before the first. */
  heartbeatAgeMs: number | undefined;
  /**
   * Whether fills and orders of this account arrive: every private channel that was asked for is confirmed, and none has brought
   * a frame since then that cannot be read. Whatever was missed while this was false has to be read by REST.
   */
  isPrivateHealthy: boolean;
  channels: readonly ChannelState[];
  followedMarkets: number;
  /** Followed markets without a good book, at most a hundred of them. */
  flawedMarkets: readonly string[];
}

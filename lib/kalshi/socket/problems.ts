import type { Channel } from '../schema/socket.ts';

/**
 * What can go wrong on the socket, all of which it deals with by itself:
 *
 * - `UNSIGNED` the handshake could not be signed · `REFUSED` the exchange answered the handshake with a status · `UNREACHABLE`
 *   no connection · `CLOSED` the exchange closed it · `SILENT` nothing heard for too long · `UNANSWERED` a command was not
 *   answered. After each of these the socket dials again.
 * - `GAP` frames of a channel are missing: books heal by snapshots, messages of other channels have to be read by REST
 * - `OUT_OF_ORDER` a frame came again or too late, and was dropped
 * - `BOOK_FLAWED` a book crossed, fell below zero or could not be read
 * - `SUBSCRIPTION_LOST` the exchange ended a subscription, which is made anew
 * - `COMMAND_REFUSED` the exchange refused a command, or reports an error that answers none · `MARKET_REFUSED` it does not serve these markets
 * - `FRAME_UNKNOWN` a type of frame that this client does not know · `FRAME_UNREADABLE` a frame that is not as documented
 * - `LISTENER_FAILED` something that listens to this socket threw (`cause`); everybody else was told all the same
 */
export type SocketProblemCode =
  | 'KALSHI_SOCKET_UNSIGNED'
  | 'KALSHI_SOCKET_REFUSED'
  | 'KALSHI_SOCKET_UNREACHABLE'
  | 'KALSHI_SOCKET_CLOSED'
  | 'KALSHI_SOCKET_SILENT'
  | 'KALSHI_SOCKET_UNANSWERED'
  | 'KALSHI_SOCKET_GAP'
  | 'KALSHI_SOCKET_OUT_OF_ORDER'
  | 'KALSHI_SOCKET_BOOK_FLAWED'
  | 'KALSHI_SOCKET_SUBSCRIPTION_LOST'
  | 'KALSHI_SOCKET_COMMAND_REFUSED'
  | 'KALSHI_SOCKET_MARKET_REFUSED'
  | 'KALSHI_SOCKET_FRAME_UNKNOWN'
  | 'KALSHI_SOCKET_FRAME_UNREADABLE'
  | 'KALSHI_SOCKET_LISTENER_FAILED';

export interface SocketProblem {
  code: SocketProblemCode;
  /** For the user; holds no key, signature or frame. */
  message: string;
  channel?: Channel | undefined;
  tickers?: readonly string[] | undefined;
  /** HTTP status of a refused handshake. */
  status?: number | undefined;
  /** Kalshi's own code of a refused command or lost subscription. */
  kalshiCode?: number | undefined;
  cause?: unknown;
}

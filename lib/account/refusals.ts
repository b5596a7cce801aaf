/** Why a signal was not sent, and how orders end that bought or sold nothing: stable codes. */
import { codeOf } from '../trading/errors.ts';

export const ORDER_CODES = [
  /** The signal speaks of another account. */
  'SIGNAL_FOREIGN',
  /** Its cause is not the next one: an order has come between, or it is a double. */
  'SIGNAL_STALE',
  /** Decided too long ago. */
  'SIGNAL_LATE',
  'ACCOUNT_STARTING',
  'ACCOUNT_BLOCKED',
  'ACCOUNT_CLOSED',
  'ENTRIES_OFF',
  'BREAKER_OPEN',
  /** Another order of the same lock is not over. */
  'ORDER_LOCKED',
  'ORDER_DUPLICATE',
  'GAME_FULL',
  'POSITIONS_FULL',
  'AVERAGING_DOWN',
  /** The account's limits leave not one contract. */
  'SIZE_CAPPED',
  'FEED_BLIND',
  'MARKET_UNKNOWN',
  'MARKET_NOT_OPEN',
  'PRICE_MOVED',
  'GROUP_REFUSED',
  /** An exit of what is not held. */
  'NOTHING_HELD',
  'NOBODY_BUYS',
  /** The exchange does not take it. */
  'ORDER_REFUSED',
  /** Proven never to have reached the exchange. */
  'ORDER_ABSENT',
  /** It ended without a trade. */
  'ORDER_NOT_FILLED',
  'ORDER_UNRESOLVED',
] as const;
export type OrderCode = (typeof ORDER_CODES)[number];

export interface Refusal {
  /** Of this list, or what a port failed with. */
  code: string;
  reason: string;
}

export function refusal(code: OrderCode, reason: string): Refusal {
  return { code, reason };
}

/** The stable code and the words of whatever a port has failed with. */
export function failureOf(error: unknown, otherwise = 'INTERNAL'): { code: string; message: string } {
  return { code: codeOf(error) ?? otherwise, message: error instanceof Error ? error.message : String(error) };
}

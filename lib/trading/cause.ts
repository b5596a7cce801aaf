/** What an order is for. The same cause is the same order, however often it is asked for. */
import type { ExitReason } from './exit.ts';
import type { OrderWish } from './order-wish.ts';

export const LEGS = ['entry', 'exit'] as const;
export type Leg = (typeof LEGS)[number];

export interface Cause {
  accountId: string;
  /** The rule whose lots these are: an entry rule's uuid, or `manual`. */
  ruleId: string;
  ticker: string;
  /** How many entries of that rule in that market were completed before; counts from 0. */
  round: number;
  leg: Leg;
  /** Counts from 0; rises only after a proven end (an exit also after an unresolved one: the exchange caps it at the position). */
  attempt: number;
}

/** Who did it: a person at this machine, a rule, the exchange, the program itself. */
export type Actor =
  | { kind: 'local' | 'exchange' | 'program' }
  | { kind: 'user'; id: string }
  | { kind: 'rule'; id: string; name: string };

/** A rule's (or a person's) wish for one order, with all that the order path needs to check it by itself. Plain JSON. */
export interface Signal {
  cause: Cause;
  eventTicker: string;
  wish: OrderWish;
  /** Of an exit. */
  exitReason: ExitReason | undefined;
  reason: string;
  notes: readonly string[];
  /** What the decision looked at: for the record, never decided upon. */
  numbers: Readonly<Record<string, unknown>>;
  /** What the rule allows; the order path holds an entry to it again when it commits. Undefined: an exit, or a person. */
  entryCaps: { maxEntriesPerGame: number; maxTotalPositions: number; averagingDown: boolean } | undefined;
  /** The ask may have moved so far since the decision. Entries only. */
  maxPriceMoveCC: number | undefined;
  /** How long to wait for a confirmation before canceling. */
  patienceMs: number;
  actor: Actor;
  /** When the decision was made, market time. */
  atMs: number;
}

/** Which order may not be asked for twice at a time: per account, market, side and rule. */
export function lockKeyOf(cause: Pick<Cause, 'accountId' | 'ticker' | 'leg' | 'ruleId'>): string {
  return [cause.accountId, cause.ticker, cause.leg, cause.ruleId].join('|');
}

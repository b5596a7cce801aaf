/** What the observer inside the program is asked for, and what it tells. */

/** Where an order is when the process is killed: the request is written, has arrived, is answered there, the answer is back. */
export const MOMENTS = ['written', 'arrived', 'answered', 'back'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface KillPlan {
  moment: Moment;
  /** Which order since this was asked for, from 1. */
  order: number;
}

/** What the program is started with in COURTSIDE_OBSERVED. */
export interface Observed {
  root: string;
  /** Where a KillPlan appears as JSON once one is wanted. */
  killFile: string;
  /** The nodes whose messages are told. */
  emitters: readonly string[];
}

export type Told =
  | { kind: 'listening'; port: number }
  | { kind: 'key'; id: string }
  | { kind: 'socket'; isOpen: boolean }
  | { kind: 'order'; moment: Moment }
  | { kind: 'emitted'; port: number; clientOrderId: string | null; outcome: string };

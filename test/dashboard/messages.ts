/** What a test and its server tell each other. */
import type { ChartView, Overview } from '../../lib/web/contract.ts';

export interface Answer {
  status: number;
  body: unknown;
}

/** A command as it arrived. */
export interface Command {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

export type ToServer =
  /** What a reading answers, and every open stream now. */
  | { kind: 'show'; overview: Overview; charts: Record<string, ChartView> }
  | { kind: 'patch'; patches: Partial<Overview>[] }
  /** How commands are answered from now on; null: not at all. */
  | { kind: 'answer'; answer: Answer | null }
  /** How readings fail from now on; null: they do not. */
  | { kind: 'fail'; failure: Answer | null }
  | { kind: 'streams'; areRefused: boolean }
  | { kind: 'look' }
  | { kind: 'lose' }
  | { kind: 'back' };

export type FromServer =
  | { kind: 'ready'; port: number }
  /** With how many event streams are open. */
  | { kind: 'done'; streams: number }
  | { kind: 'command'; command: Command }
  | { kind: 'failed'; message: string };

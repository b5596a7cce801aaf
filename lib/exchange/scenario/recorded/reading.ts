/** How a recorded side becomes quotes: the contract that the exact and the path reading keep. */
import type { ScenarioAction } from '../types.ts';
import type { RecordedSide } from './games-file.ts';
import type { RecordedRow } from './rows.ts';

export type QuoteAction = Extract<ScenarioAction, { kind: 'quote' }>;
export type FlowAction = Extract<ScenarioAction, { kind: 'flow' }>;

/** What one side's recording says at one instant. */
export interface Beat {
  atMs: number;
  /** The row it comes from, which also tells the state of the game. */
  row: RecordedRow;
  quotes: QuoteAction[];
  flows: FlowAction[];
}

/** Beats of one side in time order. `mirrorTicker` is the other team's market when that side was not recorded. */
export type Reading = (side: RecordedSide, mirrorTicker: string | undefined) => Generator<Beat>;

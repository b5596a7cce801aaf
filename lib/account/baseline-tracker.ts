/** One market's baseline as it is being measured, and what was last said of it. */
import type { BaselineState } from '../trading/baseline.ts';
import { MINUTE_MS } from '../trading/baseline-measure.ts';
import type { ListedGame } from '../trading/ports/market-data.ts';
import type { BaselineView } from './contract.ts';

/** Shared by the trackers of a game's markets. */
export interface TrackedGame {
  game: ListedGame;
  /** Rises with whatever changes what is said of any of them, other than samples. */
  version: number;
}

interface Shown {
  view: BaselineView;
  version: number;
  samples: BaselineState['samples'];
  minute: number;
}

export class BaselineTracker {
  readonly ticker: string;
  readonly tracked: TrackedGame;
  state: BaselineState;
  /** Everything of this market that is stamped up to then has been seen, market time. */
  seenMs = 0;
  #shown: Shown | undefined;

  constructor(ticker: string, tracked: TrackedGame, state: BaselineState) {
    this.ticker = ticker;
    this.tracked = tracked;
    this.state = state;
  }

  /** A view that may be handed out as it is; made anew only when it could say something else. */
  view(nowMs: number, look: (nowMs: number) => BaselineView): BaselineView {
    const { version } = this.tracked;
    const { samples } = this.state;
    const minute = Math.floor(nowMs / MINUTE_MS);
    const shown = this.#shown;
    const isSame = shown?.version === version && shown.samples === samples;
    // Before anything is sampled, each quote counts.
    const isSteady = shown?.view.status !== 'collecting' || (shown.minute === minute && shown.samples.length > 0);
    if (shown !== undefined && isSame && isSteady) return shown.view;
    const view = frozen(look(nowMs));
    this.#shown = { view, version, samples, minute };
    return view;
  }
}

function frozen(view: BaselineView): BaselineView {
  for (const baseline of [view.baseline, view.provisional]) {
    if (baseline === undefined) continue;
    Object.freeze(baseline.reasons);
    Object.freeze(baseline);
  }
  return Object.freeze(view);
}

/** When a runtime's flows stand and why their nodes close, as far as its events tell: one listener for all nodes. */
import type { FlowEvent, RedEvents } from './red-types.ts';

export type ClosedBecause = 'removed' | 'redeployed' | 'stopped';

export class FlowRuns {
  static readonly #known = new WeakMap<RedEvents, FlowRuns>();
  #waiting = new Set<() => void>();
  #running: FlowEvent['config'];
  /** What takes the place of what is being stopped; undefined where nothing does. */
  #next: FlowEvent['config'];

  /** Those of one runtime: all its nodes have the same emitter. */
  static of(events: RedEvents): FlowRuns {
    const known = FlowRuns.#known.get(events);
    if (known !== undefined) return known;
    const runs = new FlowRuns(events);
    FlowRuns.#known.set(events, runs);
    return runs;
  }

  private constructor(events: RedEvents) {
    events.on('flows:starting', ({ config }) => {
      this.#running = config;
    });
    events.on('flows:started', () => {
      const waiting = this.#waiting;
      this.#waiting = new Set();
      for (const run of waiting) run();
    });
    // A deploy stops the old flows after the new ones took their place; an end of the runtime stops those that run.
    events.on('flows:stopping', ({ config }) => {
      this.#next = config === this.#running ? undefined : config;
    });
  }

  /** Runs it once all nodes stand; the answer calls it off. */
  onStarted(run: () => void): () => void {
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  /** `id` is the node's in the flow file. */
  because(id: string, isRemoved: boolean): ClosedBecause {
    if (isRemoved) return 'removed';
    if (this.#next === undefined || this.#next === null) return 'stopped';
    return this.#next.flows?.some((one) => one.id === id) === true ? 'redeployed' : 'removed';
  }
}

/**
 * The practice exchange's core: a deterministic state machine. Commands, scenario actions and the passing of market time go
 * in, events come out; the same sequence gives the same orders, balances and ids. It knows no clock, file or socket.
 */
import type { ScenarioAction } from '../scenario/types.ts';
import { announceBalances } from './announce.ts';
import { type AnswerOf, type CommandKind, type CommandOf, handle } from './commands.ts';
import type { ExchangeEvent } from './events.ts';
import { nextPause } from './hours.ts';
import { seededIds } from './ids.ts';
import { setActivity } from './lifecycle.ts';
import { performAction } from './stage.ts';
import type { ExchangeState } from './state.ts';
import { Timers } from './timers.ts';

export interface ExchangeOptions {
  seed: number;
  startMs: number;
  /** Exchange indices, each with its own balances: [0], or [0, 1, 2, 3]. */
  shards: number[];
  /** Whether trading pauses on Thursdays 03:00 to 05:00 Eastern, as on Kalshi. */
  thursdayPause?: boolean;
  /** Receives every event, synchronously, in the order in which it happens. */
  onEvent: (event: ExchangeEvent) => void;
}

export class Exchange {
  /** For reading only: whoever changes it from outside breaks the replay. */
  readonly state: ExchangeState;
  /** The weekly pause that comes next or is under way; undefined where there are none. */
  private pause: { startMs: number; endMs: number } | undefined;
  private isInPause = false;

  constructor(options: ExchangeOptions) {
    this.state = {
      nowMs: options.startMs,
      ids: seededIds(options.seed),
      timers: new Timers(),
      series: new Map(),
      events: new Map(),
      markets: new Map(),
      milestones: new Map(),
      targets: new Map(),
      accounts: new Map(),
      accountByKey: new Map(),
      shards: options.shards,
      touched: new Set(),
      exchangeActive: true,
      tradingActive: true,
      emit: options.onEvent,
    };
    if (options.thursdayPause) this.pause = nextPause(options.startMs);
  }

  get nowMs(): number {
    return this.state.nowMs;
  }

  /** When something of the exchange's own is due next (a close, an expiry, a pay-out, a pause), or undefined when nothing is. */
  nextDueMs(): number | undefined {
    const timerMs = this.state.timers.nextMs();
    // Pauses come every week for ever: they alone do not keep a night going.
    return timerMs === undefined ? undefined : Math.min(timerMs, this.pauseEdgeMs());
  }

  /** Lets market time pass; everything due on the way happens at its own instant. Time never runs backwards. */
  advanceTo(atMs: number): void {
    const { state } = this;
    for (;;) {
      const edgeMs = this.pauseEdgeMs();
      if (edgeMs <= Math.min(atMs, state.timers.nextMs() ?? atMs)) {
        state.nowMs = Math.max(state.nowMs, edgeMs);
        this.passPauseEdge();
      } else {
        const due = state.timers.take(atMs);
        if (!due) break;
        state.nowMs = Math.max(state.nowMs, due.atMs);
        due.run();
      }
      announceBalances(state);
    }
    state.nowMs = Math.max(state.nowMs, atMs);
  }

  /** Carries out one thing that a scenario says happens now. */
  perform(action: ScenarioAction): void {
    performAction(this.state, action);
    announceBalances(this.state);
  }

  /** Carries out a command now, or throws a `Refusal` and changes nothing. */
  apply<K extends CommandKind>(command: CommandOf<K>): AnswerOf<K> {
    const answer = handle(this.state, command);
    announceBalances(this.state);
    return answer;
  }

  /** When the weekly pause begins or, while it is under way, ends; Infinity where there are none. */
  private pauseEdgeMs(): number {
    if (!this.pause) return Number.POSITIVE_INFINITY;
    return this.isInPause ? this.pause.endMs : this.pause.startMs;
  }

  private passPauseEdge(): void {
    const { state } = this;
    this.isInPause = !this.isInPause;
    setActivity(state, { exchangeActive: state.exchangeActive, tradingActive: !this.isInPause });
    if (!this.isInPause && this.pause) this.pause = nextPause(this.pause.endMs);
  }
}

/** Signals between the decision and the intent: from a wish to a cause, one at a time per lock. */
import { lockKeyOf, type Signal } from '../trading/cause.ts';
import type { SignalWish } from './contract.ts';
import type { Ground } from './ground.ts';
import { exitableE2, type NextCause, nextCause } from './tally.ts';

/** What a flow has not submitted by then, market time, it has dropped. */
export const DROPPED_AFTER_MS = 2_000;

interface Raised {
  signal: Signal;
  isSubmitted: boolean;
  /** Monotonic wall time of the decision. */
  raisedWallMs: number;
}

export class Signals {
  readonly #ground: Ground;
  readonly #raised = new Map<string, Raised>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Undefined where the same is under way already. */
  raise(wish: SignalWish): Signal | undefined {
    const { accountId, clock } = this.#ground;
    const { ruleId, leg, eventTicker } = wish;
    const { ticker } = wish.wish;
    const next = this.next({ ruleId, leg, eventTicker, ticker });
    if (next.kind === 'busy') return undefined;
    const lockKey = lockKeyOf({ accountId, ticker, leg, ruleId });
    const standing = this.#standing(lockKey);
    // A person does not wait for what a flow may have dropped.
    const isByRule = wish.actor === undefined || wish.actor.kind === 'rule';
    if (standing !== undefined && (isByRule || standing.isSubmitted)) return undefined;
    if (leg === 'exit' && this.exitable(ruleId, ticker, eventTicker) === 0) return undefined;
    const signal: Signal = {
      cause: next.cause,
      eventTicker,
      wish: wish.wish,
      exitReason: wish.exitReason,
      reason: wish.reason,
      notes: wish.notes,
      numbers: wish.numbers,
      entryCaps: wish.entryCaps,
      maxPriceMoveCC: wish.maxPriceMoveCC,
      patienceMs: wish.patienceMs,
      actor: wish.actor ?? { kind: 'rule', id: ruleId, name: wish.ruleName },
      atMs: clock.nowMs(),
    };
    this.#raised.set(lockKey, { signal, isSubmitted: false, raisedWallMs: this.#ground.wall.monotonicMs() });
    return signal;
  }

  /** False where another signal of its lock is being submitted. */
  begin(signal: Signal): boolean {
    const lockKey = lockKeyOf(signal.cause);
    // Before it may be forgotten.
    const raised = this.#raised.get(lockKey);
    if (this.#standing(lockKey)?.isSubmitted === true) return false;
    const raisedWallMs = raised?.signal.atMs === signal.atMs ? raised.raisedWallMs : Number.NEGATIVE_INFINITY;
    this.#raised.set(lockKey, { signal, isSubmitted: true, raisedWallMs });
    return true;
  }

  /**
   * How long ago it was decided: by market time, or by the wall where less has passed there. On a practice night that runs sixty times as
   * fast, a flow's few milliseconds are no reason to call a decision old; one that was not raised here is as old as it says.
   */
  ageMs(signal: Signal): number {
    const { clock, wall } = this.#ground;
    const raised = this.#raised.get(lockKeyOf(signal.cause));
    const raisedWallMs = raised?.signal.atMs === signal.atMs ? raised.raisedWallMs : Number.NEGATIVE_INFINITY;
    return Math.min(clock.nowMs() - signal.atMs, wall.monotonicMs() - raisedWallMs);
  }

  /** It has become an order, or never will. */
  end(signal: Signal): void {
    this.#raised.delete(lockKeyOf(signal.cause));
  }

  next(wanted: { ruleId: string; leg: Signal['cause']['leg']; eventTicker: string; ticker: string }): NextCause {
    const { accountId, clock, books } = this.#ground;
    const { ruleId, ticker } = wanted;
    return nextCause({ ...wanted, accountId, nowMs: clock.nowMs() }, books.ordersOf(wanted), books.book(ruleId, ticker));
  }

  /** Contracts of the rule's lot that an exit may sell now. */
  exitable(ruleId: string, ticker: string, eventTicker: string): number {
    const { books } = this.#ground;
    const open = books.book(ruleId, ticker)?.holdings.open;
    if (open === undefined) return 0;
    const isShared = books
      .openBooks()
      .some((book) => book.ticker === ticker && book.ruleId !== ruleId && book.holdings.open?.outcome === open.outcome);
    return exitableE2(open.countE2, books.ordersOf({ ruleId, ticker, eventTicker }), isShared);
  }

  /** Markets of the event in which this rule has decided to enter, and which have not become orders yet. */
  raisedTickers(ruleId: string, eventTicker: string): Set<string> {
    const tickers = new Set<string>();
    for (const [lockKey, { signal }] of this.#raised) {
      const { cause } = signal;
      if (cause.leg !== 'entry' || cause.ruleId !== ruleId || signal.eventTicker !== eventTicker) continue;
      if (this.#standing(lockKey) !== undefined) tickers.add(cause.ticker);
    }
    return tickers;
  }

  #standing(lockKey: string): Raised | undefined {
    const raised = this.#raised.get(lockKey);
    if (raised === undefined) return undefined;
    if (raised.isSubmitted || this.#ground.clock.nowMs() - raised.signal.atMs <= DROPPED_AFTER_MS) return raised;
    this.#raised.delete(lockKey);
    return undefined;
  }
}

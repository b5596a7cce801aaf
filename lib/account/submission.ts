/**
 * From a signal to an order: checked, remembered, sent. Between the commit of the intent and the order on its way nothing is waited for;
 * an intent whose commit is in doubt is not sent, but looked for in the memory and proven absent at the exchange. Waiting for a turn at
 * the memory, and the commit itself, take their time: an entry is looked at again after each, and one that has become wrong is not sent.
 */
import type { Signal } from '../trading/cause.ts';
import type { Witness } from '../trading/order-life.ts';
import type { IntentReadings, IntentRefusal, IntentRequest, IntentVerdict, StoredOrder } from '../trading/ports/memory.ts';
import type { NewOrder, Placed } from '../trading/ports/venue.ts';
import type { SizeCap } from '../trading/sizing.ts';
import { secondsText } from '../trading/words.ts';
import type { OrderReport } from './contract.ts';
import { checkEntry } from './entry-check.ts';
import { type Ground, logLine, teamOf, underWay } from './ground.ts';
import type { Guard } from './guard.ts';
import type { News } from './news.ts';
import type { OrderGroups } from './order-groups.ts';
import { clientOrderIdOf } from './order-id.ts';
import { headline, refusedReport } from './outcome.ts';
import { failureOf, type OrderCode, type Refusal, refusal } from './refusals.ts';
import { DROPPED_AFTER_MS, type Signals } from './signals.ts';
import type { OrdersUnderWay } from './under-way.ts';

const VERDICTS: Readonly<Record<IntentRefusal, OrderCode>> = {
  duplicate: 'ORDER_DUPLICATE',
  locked: 'ORDER_LOCKED',
  entries_off: 'ENTRIES_OFF',
  breaker: 'BREAKER_OPEN',
  game_full: 'GAME_FULL',
  positions_full: 'POSITIONS_FULL',
  averaging_down: 'AVERAGING_DOWN',
};

const TURNS_TO_LEAVE = 2;

export interface SubmissionParts {
  ground: Ground;
  signals: Signals;
  groups: OrderGroups;
  guard: Guard;
  news: News;
  orders: OrdersUnderWay;
  /** Why nothing of this leg can be sent now; undefined: it can. */
  closedFor: (signal: Signal) => Refusal | undefined;
  readings: () => IntentReadings;
  /** What the account's limits leave of one entry. */
  sizeCaps: () => SizeCap[];
  noteId: (orderId: string, clientOrderId: string) => void;
}

/** What is needed to send a signal; or why it is not sent. */
type Checked = { ok: true; signal: Signal; setsAsideE6: number } | ({ ok: false } & Refusal);

export class Submission {
  readonly #parts: SubmissionParts;
  /** What was last said of each rule and market, so that it is not said again at each quote. */
  readonly #said = new Map<string, string>();
  readonly #onTheirWay = new Set<Promise<void>>();

  constructor(parts: SubmissionParts) {
    this.#parts = parts;
  }

  async submit(asked: Signal, envelope: unknown): Promise<OrderReport> {
    const { signals, ground } = this.#parts;
    if (asked.cause.accountId !== ground.accountId) {
      return this.#refused(asked, envelope, refusal('SIGNAL_FOREIGN', 'this signal is of another account'));
    }
    if (!signals.begin(asked)) {
      return this.#refused(asked, envelope, refusal('ORDER_LOCKED', 'the same order is being sent already'));
    }
    const outcome = await underWay(ground, () => this.#send(asked, envelope));
    if (outcome.kind === 'refused') return this.#refused(asked, envelope, outcome);
    this.#said.delete(saidKey(asked));
    return await outcome.report;
  }

  /** Resolves when every order that is on its way has been answered. */
  async answered(): Promise<void> {
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
  }

  async #send(
    asked: Signal,
    envelope: unknown,
  ): Promise<({ kind: 'refused' } & Refusal) | { kind: 'sent'; report: Promise<OrderReport> }> {
    const { signals } = this.#parts;
    try {
      const group = await this.#groupFor(asked);
      if (group.kind === 'refused') return group;
      // After the group, which may have taken a while. What cannot be sent does not wait for a turn to hear so.
      const checked = this.#check(asked);
      if (!checked.ok) return { kind: 'refused', code: checked.code, reason: checked.reason };
      return await this.#intend(asked, group.id, envelope);
    } finally {
      signals.end(asked);
    }
  }

  #check(asked: Signal): Checked {
    const { ground, signals, closedFor, sizeCaps } = this.#parts;
    const { cause, eventTicker, wish } = asked;
    const closed = closedFor(asked);
    if (closed !== undefined) return { ok: false, ...closed };
    const next = signals.next({ ruleId: cause.ruleId, leg: cause.leg, eventTicker, ticker: cause.ticker });
    if (next.kind === 'busy') return no('ORDER_LOCKED', `order ${next.by.clientOrderId} is ${next.by.life.state}`);
    if (next.cause.round !== cause.round || next.cause.attempt !== cause.attempt) {
      return no('SIGNAL_STALE', `an order has come between: this is ${nameOf(cause)}, the next is ${nameOf(next.cause)}`);
    }
    if (cause.leg === 'exit') {
      const heldE2 = signals.exitable(cause.ruleId, cause.ticker, eventTicker);
      if (heldE2 === 0) return no('NOTHING_HELD', 'nothing is held that could be sold');
      return { ok: true, signal: ofAtMost(asked, Math.min(wish.countE2, heldE2)), setsAsideE6: 0 };
    }
    const checked = checkEntry(asked, ground.feed(), { ageMs: signals.ageMs(asked), nowMs: ground.clock.nowMs() }, sizeCaps());
    if (!checked.ok) return checked;
    return { ok: true, signal: ofAtMost(asked, checked.countE2), setsAsideE6: checked.setsAsideE6 };
  }

  async #groupFor(asked: Signal): Promise<{ kind: 'ready'; id: string | undefined } | ({ kind: 'refused' } & Refusal)> {
    const { groups } = this.#parts;
    const { cause, eventTicker, wish } = asked;
    if (cause.leg === 'exit') return { kind: 'ready', id: undefined };
    const ready = groups.ready(eventTicker, cause.ticker, wish.countE2);
    if (ready !== undefined) return { kind: 'ready', id: ready };
    // No group is made for an entry that would not be sent anyway.
    const checked = this.#check(asked);
    if (!checked.ok) return { kind: 'refused', code: checked.code, reason: checked.reason };
    try {
      return { kind: 'ready', id: await groups.make(eventTicker, cause.ticker, wish.countE2) };
    } catch (error) {
      const reason = `the exchange made no order group, so the entry has no fuse: ${failureOf(error).message}`;
      return { kind: 'refused', ...refusal('GROUP_REFUSED', reason) };
    }
  }

  async #intend(
    asked: Signal,
    orderGroupId: string | undefined,
    envelope: unknown,
  ): Promise<({ kind: 'refused' } & Refusal) | { kind: 'sent'; report: Promise<OrderReport> }> {
    const { ground, readings } = this.#parts;
    const clientOrderId = clientOrderIdOf(asked.cause);
    try {
      return await ground.pen.write(async () => {
        const checked = this.#check(asked);
        if (!checked.ok) return { kind: 'refused' as const, code: checked.code, reason: checked.reason };
        const { signal, setsAsideE6 } = checked;
        const request: IntentRequest = { clientOrderId, signal, readings: readings(), setsAsideE6, orderGroupId, envelope };
        const askedMs = ground.wall.monotonicMs();
        const verdict = await ground.memory.orders.intend(request);
        return this.#act(verdict, clientOrderId, ground.wall.monotonicMs() - askedMs);
      }, true);
    } catch (error) {
      const { code, message } = failureOf(error);
      this.#lookForIntent(clientOrderId);
      return { kind: 'refused', code, reason: `it could not be remembered, so it was not sent: ${message}` };
    }
  }

  #act(
    verdict: IntentVerdict,
    clientOrderId: string,
    tookMs: number,
  ): ({ kind: 'refused' } & Refusal) | { kind: 'sent'; report: Promise<OrderReport> } {
    const { ground, guard, news, orders } = this.#parts;
    guard.adopt(verdict.breaker);
    if (verdict.kind === 'refused') {
      // Only the memory knows that order: without it the same cause would be asked for, and refused, for ever.
      if (verdict.refusal === 'duplicate') this.#lookForIntent(clientOrderId);
      const code = verdict.rule === undefined ? VERDICTS[verdict.refusal] : 'BREAKER_OPEN';
      return { kind: 'refused', code, reason: verdict.reason };
    }
    const { order } = verdict;
    ground.books.putOrder(order);
    const outdated = this.#whyOutdated(order.signal, tookMs);
    const placing = outdated === undefined ? this.#place(order) : undefined;
    const report = new Promise<OrderReport>((resolve) => orders.add(order, resolve));
    if (placing === undefined) {
      news.take(clientOrderId, { kind: 'absent', reason: `not sent: ${outdated}`, atMs: ground.clock.nowMs() });
      return { kind: 'sent', report };
    }
    void ground.pen.write(untilItHasLeft, true);
    const confirmed = underWay(ground, () => this.#confirm(order, placing)).finally(() => this.#onTheirWay.delete(confirmed));
    this.#onTheirWay.add(confirmed);
    return { kind: 'sent', report };
  }

  /** Why an entry that has just been committed is not sent after all; an exit always is. */
  #whyOutdated(signal: Signal, tookMs: number): string | undefined {
    const { ground, closedFor, sizeCaps } = this.#parts;
    if (signal.cause.leg === 'exit') return undefined;
    // Wall time: how slow the memory is does not depend on how fast a practice night runs.
    if (tookMs > DROPPED_AFTER_MS) return `remembering it took ${secondsText(tookMs)}`;
    const closed = closedFor(signal);
    if (closed !== undefined) return closed.reason;
    const checked = checkEntry(signal, ground.feed(), { ageMs: 0, nowMs: signal.atMs }, sizeCaps());
    return checked.ok ? undefined : checked.reason;
  }

  /** Runs up to the sending at once; whatever is thrown says nothing about the order. */
  async #place(order: StoredOrder): Promise<Placed> {
    try {
      return await this.#parts.ground.venue.place(newOrder(order));
    } catch (error) {
      const { code, message } = failureOf(error);
      return { kind: 'unknown', code, reason: message };
    }
  }

  async #confirm({ clientOrderId }: StoredOrder, placing: Promise<Placed>): Promise<void> {
    const { news, ground, noteId, orders } = this.#parts;
    const { clock, wall } = ground;
    news.take(clientOrderId, { kind: 'sent', atMs: clock.nowMs() }, { sentWallMs: wall.nowMs() });
    const answer = await placing;
    const track = orders.track(clientOrderId);
    if (track !== undefined && answer.kind !== 'told') {
      track.code = answer.code;
      // It may have been signed late, after waiting for its turn; it surely was before this.
      track.sentMonoMs = wall.monotonicMs();
    }
    if (answer.kind === 'told') noteId(answer.orderId, clientOrderId);
    news.take(clientOrderId, witnessOf(answer, clock.nowMs()));
  }

  /** The commit failed, and may have been made all the same: then an order stands there that holds its lock and was never sent. */
  #lookForIntent(clientOrderId: string): void {
    const { ground, orders } = this.#parts;
    const { pen, memory, accountId, books } = ground;
    pen.keep(`intent|${clientOrderId}`, async () => {
      const stored = await memory.orders.byClientOrderId(accountId, clientOrderId);
      if (stored === undefined || books.order(clientOrderId) !== undefined) return;
      books.putOrder(stored);
      void underWay(ground, () => orders.revive(stored, 'whether it was remembered was not known')).catch(() => {});
    });
  }

  #refused(signal: Signal, envelope: unknown, why: Refusal): OrderReport {
    const { ground, orders } = this.#parts;
    const report = refusedReport(signal, why, envelope, ground.clock.nowMs());
    const words = `${why.code}: ${why.reason}`;
    const key = saidKey(signal);
    if (this.#said.get(key) !== why.code) {
      this.#said.set(key, why.code);
      const { ticker, ruleId, leg } = signal.cause;
      const level = leg === 'exit' ? 'warning' : 'info';
      logLine(ground, level, 'trade', headline(report, teamOf(ground, ticker)), { ticker, ruleId, leg, refusal: words });
    }
    orders.tell(report);
    return report;
  }
}

/**
 * Holds the pen for the moment in which an order's bytes go out: handing the next commit to the memory would take longer than sending.
 * What is asked of a connection that was idle leaves in the turn after next, once the client has seen that it still stands.
 */
async function untilItHasLeft(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_LEAVE; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function newOrder({ clientOrderId, signal, orderGroupId }: StoredOrder): NewOrder {
  const { ticker, side, yesLimitCC, countE2, timeInForce, reduceOnly } = signal.wish;
  const purpose = signal.cause.leg;
  return {
    clientOrderId,
    ticker,
    side,
    yesLimitCC,
    countE2,
    timeInForce,
    reduceOnly: purpose === 'exit' || reduceOnly,
    cancelOnPause: purpose === 'entry',
    orderGroupId,
    purpose,
  };
}

function witnessOf(answer: Placed, atMs: number): Witness {
  if (answer.kind === 'told') {
    const { orderId, status, filledE2 } = answer;
    return { kind: 'told', by: 'answer', order: { orderId, status, filledE2 }, atMs };
  }
  const { reason } = answer;
  return answer.kind === 'refused' ? { kind: 'refused', reason, atMs } : { kind: 'placing_unknown', reason, atMs };
}

function ofAtMost(signal: Signal, countE2: number): Signal {
  return signal.wish.countE2 > countE2 ? { ...signal, wish: { ...signal.wish, countE2 } } : signal;
}

function nameOf({ leg, round, attempt }: Signal['cause']): string {
  return `${leg} ${round}.${attempt}`;
}

function saidKey({ cause }: Signal): string {
  return [cause.ruleId, cause.ticker, cause.leg].join('|');
}

function no(code: OrderCode, reason: string): Checked {
  return { ok: false, ...refusal(code, reason) };
}

/**
 * The orders that this instance answers for: from the commit of their intent (or from the start, where a predecessor left them) until
 * their outcome is proven, told, and noted as told. What is told is told at least once: the note comes last.
 */
import { lockKeyOf } from '../trading/cause.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import type { Alert } from '../trading/ports/outbox.ts';
import type { OrderReport } from './contract.ts';
import { type Ground, logLine, postAlert, teamOf } from './ground.ts';
import { tradeRow } from './ledger-change.ts';
import type { Committed, News } from './news.ts';
import { alertOf, headline, logText, reportOf } from './outcome.ts';
import type { Pursuit } from './pursuit.ts';
import { newTrack, type Track } from './track.ts';

export class OrdersUnderWay {
  readonly #ground: Ground;
  readonly #news: News;
  readonly #pursuit: Pursuit;
  readonly #tracks = new Map<string, Track>();
  /** Outcomes that nobody has been there to take yet: their node is gone, or not there yet. */
  readonly #untold = new Map<string, OrderReport>();
  /** Who waits for an order to end, to send the next. */
  readonly #ends = new Map<string, (() => void)[]>();
  #isClosed = false;

  constructor(ground: Ground, news: News, pursuit: Pursuit) {
    this.#ground = ground;
    this.#news = news;
    this.#pursuit = pursuit;
  }

  track(clientOrderId: string): Track | undefined {
    return this.#tracks.get(clientOrderId);
  }

  tracks(): Track[] {
    return [...this.#tracks.values()];
  }

  /** From now on this order's fate is followed, and told to `deliver` and to whoever listens. */
  add(order: StoredOrder, deliver?: Track['deliver']): Track {
    const { clock, wall } = this.#ground;
    const track = newTrack(order, wall.monotonicMs(), deliver);
    this.#tracks.set(order.clientOrderId, track);
    track.callOffPatience = clock.after(Math.max(0, track.patienceEndsMs - clock.nowMs()), () => this.#patienceIsOver(track));
    return track;
  }

  /** Takes over what a predecessor left: what was on its way is unresolved now, for this reason. Resolves when that is committed. */
  async revive(order: StoredOrder, reason: string): Promise<Track> {
    const track = this.add(order);
    if (order.life.orderId === undefined && (order.life.state === 'intended' || order.life.state === 'sent')) {
      this.#news.take(order.clientOrderId, { kind: 'placing_unknown', reason, atMs: this.#ground.clock.nowMs() });
      await this.#news.whenCommitted(order.clientOrderId);
    }
    return track;
  }

  /** What follows from a commit: the next step, or the end. */
  advance(clientOrderId: string): void {
    const track = this.#tracks.get(clientOrderId);
    const order = this.#ground.books.order(clientOrderId);
    if (track === undefined || order === undefined) return;
    if (order.isSettled) this.#finish(track, order);
    else {
      this.#pursuit.wake(track);
      if (this.#ground.clock.nowMs() >= track.patienceEndsMs) this.#sayUnresolved(track, order);
    }
  }

  /** An order that had been told over shows itself: it is followed to its end again, and told again where it has filled more. */
  correct({ order, change }: Committed): void {
    if (order === undefined || !order.before.isSettled) return;
    const { after } = order;
    if (!after.isSettled && !this.#isClosed && !this.#tracks.has(after.clientOrderId)) this.add(after);
    if (change.fills.length === 0) return;
    const report = this.#report(order.after, undefined);
    logLine(this.#ground, 'warning', 'trade', `Filled after it had ended: ${this.#headline(report)}`, details(report));
    this.#alert(report);
    this.tell(report);
  }

  /** Somebody new listens: what nobody has taken is told again. */
  tellUntold(): void {
    for (const report of this.#untold.values()) this.tell(report);
  }

  /**
   * Tells an outcome to who waits for it and to whoever listens, and says whether it was taken. What came from a flow and nobody takes
   * waits for the next to listen, for a day.
   */
  tell(report: OrderReport, deliver?: Track['deliver']): boolean {
    const key = report.clientOrderId ?? `${lockKeyOf(report.signal.cause)}|refused`;
    const isOld = report.atMs - report.signal.atMs > KEPT_MS;
    const isTaken = this.#ground.audience.report(report) || report.envelope === undefined || isOld;
    deliver?.(report);
    if (isTaken) this.#untold.delete(key);
    else this.#untold.set(key, report);
    const { clientOrderId, outcome } = report;
    if (isTaken && clientOrderId !== undefined && outcome !== 'unresolved') this.#noteTold(clientOrderId, report);
    return isTaken;
  }

  /** Resolves when the order is settled or unresolved beyond its patience. */
  ended(clientOrderId: string): Promise<void> {
    if (!this.#tracks.has(clientOrderId)) return Promise.resolve();
    return new Promise((resolve) => this.#ends.set(clientOrderId, [...(this.#ends.get(clientOrderId) ?? []), resolve]));
  }

  /** Whoever still waits is told that the outcome is not known; the order goes on, and the next start takes it over. */
  close(): void {
    this.#isClosed = true;
    this.#pursuit.close(this.#tracks.values());
    for (const track of this.#tracks.values()) {
      const order = this.#ground.books.order(track.clientOrderId);
      if (order === undefined) continue;
      const report = this.#report(order, 'ACCOUNT_CLOSED');
      track.deliver?.(order.isSettled ? report : { ...report, outcome: 'unresolved', code: 'ACCOUNT_CLOSED' });
      this.#release(track.clientOrderId);
    }
    this.#tracks.clear();
  }

  #patienceIsOver(track: Track): void {
    this.#pursuit.wake(track);
    const order = this.#ground.books.order(track.clientOrderId);
    if (order !== undefined) this.#sayUnresolved(track, order);
  }

  #sayUnresolved(track: Track, order: StoredOrder): void {
    // Not before it was looked for: what a predecessor left is usually found at once.
    if (track.saidUnresolved || order.life.state !== 'unresolved' || track.tries.look === undefined) return;
    // Each step of the search leads here again.
    const searchedMs = this.#ground.wall.monotonicMs() - track.followedMonoMs;
    if (searchedMs < Math.min(order.signal.patienceMs, LEAST_SEARCH_MS)) return;
    track.saidUnresolved = true;
    const report = this.#report(order, track.code);
    logLine(this.#ground, 'error', 'trade', this.#headline(report), details(report));
    this.#alert(report);
    this.tell(report, track.deliver);
    track.deliver = undefined;
    this.#release(track.clientOrderId);
  }

  #finish(track: Track, order: StoredOrder): void {
    this.#tracks.delete(track.clientOrderId);
    track.callOffPatience();
    track.pursuit?.endRest();
    const report = this.#report(order, track.code);
    if (!order.isReported) {
      logLine(this.#ground, LEVELS[report.outcome], 'trade', logText(report, this.#team(report)), details(report));
      // Once it is taken, the alert is posted with the note of that.
      if (!this.tell(report, track.deliver)) this.#alert(report);
    }
    this.#release(track.clientOrderId);
  }

  #noteTold(clientOrderId: string, report: OrderReport): void {
    const { notes, memory, accountId, books, outbox } = this.#ground;
    const alert = this.#alertOf(report);
    notes.keep(`told|${clientOrderId}`, async () => {
      // First the alert: once it is noted as told, nobody would post it any more.
      if (alert !== undefined) await outbox.post(alert);
      await memory.orders.reported(accountId, clientOrderId);
      const order = books.order(clientOrderId);
      if (order !== undefined) books.putOrder({ ...order, isReported: true });
    });
  }

  #alert(report: OrderReport): void {
    const alert = this.#alertOf(report);
    if (alert !== undefined) postAlert(this.#ground, alert);
  }

  #alertOf(report: OrderReport): Alert | undefined {
    const { accountId, environment } = this.#ground;
    const alert = alertOf(report, this.#team(report));
    return alert === undefined ? undefined : { ...alert, accountId, environment, atMs: report.atMs };
  }

  #report(order: StoredOrder, code: string | undefined): OrderReport {
    const { books, clock } = this.#ground;
    const { ruleId, ticker } = order.signal.cause;
    const book = books.book(ruleId, ticker);
    const { orderId } = order.life;
    const own = orderId === undefined || book === undefined ? undefined : book;
    return reportOf(order, {
      fills: own?.ledger.fills.filter((fill) => fill.orderId === orderId) ?? [],
      trades:
        own?.holdings.trades.filter((trade) => trade.exitOrderId === orderId).map((one) => tradeRow(one, own, this.#ground)) ??
        [],
      code,
      atMs: clock.nowMs(),
    });
  }

  #release(clientOrderId: string): void {
    const waiting = this.#ends.get(clientOrderId) ?? [];
    this.#ends.delete(clientOrderId);
    for (const resolve of waiting) resolve();
  }

  #headline(report: OrderReport): string {
    return headline(report, this.#team(report));
  }

  #team(report: OrderReport): string {
    return teamOf(this.#ground, report.signal.cause.ticker);
  }
}

const KEPT_MS = 86_400_000;
/** Patience is market time, and on a fast practice night over before a request could be answered: wall time for answers and lagging reads. */
const LEAST_SEARCH_MS = 5_000;

const LEVELS = { filled: 'info', partial: 'info', not_filled: 'warning', unresolved: 'error', refused: 'warning' } as const;

function details(report: OrderReport): Record<string, unknown> {
  const { signal, outcome, clientOrderId, averageCC, feesE6, slippageCC, code } = report;
  const { ticker, ruleId, leg } = signal.cause;
  return { ticker, ruleId, leg, outcome, clientOrderId, averageCC, feesE6, slippageCC, code, reason: signal.reason };
}

/**
 * Brings orders to their proven end: reads what frames have not told, cancels what has used up its patience, and proves absence.
 * Absent is what no list shows once it can no longer arrive: 30 s of wall time after it was sent (a later arrival fails the exchange's
 * check of the timestamp), user data as of after that moment, and then two full lists of orders and fills without it.
 */
import type { StoredOrder } from '../trading/ports/memory.ts';
import { standingOf, type VenueFill, type VenueOrder } from '../trading/ports/venue.ts';
import { backoffMs } from './backoff.ts';
import { type Ground, underWay } from './ground.ts';
import type { News } from './news.ts';
import { failureOf } from './refusals.ts';
import { FIRST_REST_MS, type Need, needOf, type Track } from './track.ts';

const TOO_LATE_MS = 30_000;
const STEP_MS = 250;
const LONGEST_REST_MS = 5_000;

export interface Doors {
  noteId(orderId: string, clientOrderId: string): void;
  /** A step has been made; what it found is committed. */
  stepped(clientOrderId: string): void;
}

export class Pursuit {
  readonly #ground: Ground;
  readonly #news: News;
  readonly #doors: Doors;
  #isClosed = false;

  constructor(ground: Ground, news: News, doors: Doors) {
    this.#ground = ground;
    this.#news = news;
    this.#doors = doors;
  }

  /** Something has changed about the order: what is done about it is looked at again. */
  wake(track: Track): void {
    const need = this.needOf(track);
    if (track.pursuit !== undefined) {
      if (track.pursuit.need !== need) track.pursuit.endRest();
      return;
    }
    if (this.#isClosed || need === 'nothing' || need === 'wait') return;
    void this.#pursue(track, need);
  }

  needOf(track: Track): Need {
    const order = this.#ground.books.order(track.clientOrderId);
    if (order === undefined) return 'nothing';
    const isPatienceOver = this.#ground.clock.nowMs() >= track.patienceEndsMs;
    return needOf(order.life, { isPatienceOver, isCanceled: track.isCanceled });
  }

  close(tracks: Iterable<Track>): void {
    this.#isClosed = true;
    for (const track of tracks) {
      track.callOffPatience();
      track.pursuit?.endRest();
    }
  }

  async #pursue(track: Track, first: Need): Promise<void> {
    const pursuit = { need: first, endRest: () => {} };
    track.pursuit = pursuit;
    for (let need = first; need !== 'nothing' && need !== 'wait' && !this.#isClosed; need = this.needOf(track)) {
      const tries = track.tries[need] ?? 0;
      pursuit.need = need;
      await this.#rest(pursuit, restMs(need, tries));
      if (this.#isClosed || this.needOf(track) !== need) continue;
      const step = need;
      await underWay(this.#ground, () => this.#step(track, step)).catch((error: unknown) => {
        track.code = failureOf(error).code;
      });
      track.tries[step] = tries + 1;
      this.#doors.stepped(track.clientOrderId);
    }
    track.pursuit = undefined;
  }

  #rest(pursuit: { endRest: () => void }, ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = this.#ground.wall.after(ms, resolve);
      pursuit.endRest = () => {
        callOff();
        resolve();
      };
    });
  }

  async #step(track: Track, need: Need): Promise<void> {
    const order = this.#ground.books.order(track.clientOrderId);
    if (order === undefined) return;
    if (need === 'cancel') await this.#cancel(track, order);
    else if (need === 'fills') await this.#readFills(order);
    else await this.#look(track, order);
    await this.#news.whenCommitted(track.clientOrderId);
  }

  async #cancel(track: Track, order: StoredOrder): Promise<void> {
    const { orderId } = order.life;
    const { ticker } = order.signal.cause;
    const { venue, clock, feed } = this.#ground;
    const at = () => ({ atMs: clock.nowMs() });
    if (orderId === undefined) {
      // Only the book has shown it: its id must be read before it can be named.
      this.#news.take(track.clientOrderId, {
        kind: 'fate_unknown',
        reason: 'seen in the book, its id is not known yet',
        ...at(),
      });
      return;
    }
    const answer = await venue.cancel({ orderId, ticker, exchangeIndex: feed()?.market(ticker)?.market.exchangeIndex });
    if (answer.kind === 'done') track.isCanceled = true;
    else track.code = answer.code;
    if (answer.kind === 'unknown') this.#news.take(track.clientOrderId, { kind: 'fate_unknown', reason: answer.reason, ...at() });
  }

  async #readFills(order: StoredOrder): Promise<void> {
    const fills = await this.#ground.venue.fillsOf(order.signal.cause.ticker);
    for (const fill of fills.filter((one) => one.orderId === order.life.orderId)) this.#takeFill(order, fill);
  }

  async #look(track: Track, order: StoredOrder): Promise<void> {
    const { venue } = this.#ground;
    const { orderId } = order.life;
    if (orderId !== undefined) {
      const found = await venue.order(orderId);
      if (found !== undefined) this.#takeOrder(order, found);
      return;
    }
    const found = await this.#find(order);
    if (found !== undefined) this.#takeOrder(order, found);
    else if (order.life.state === 'unresolved' && (await this.#isProvenAbsent(track, order))) {
      const reason = 'it never reached the exchange';
      this.#news.take(track.clientOrderId, { kind: 'absent', reason, atMs: this.#ground.clock.nowMs() });
    }
  }

  async #isProvenAbsent(track: Track, order: StoredOrder): Promise<boolean> {
    const { wall, clock, venue } = this.#ground;
    if (wall.monotonicMs() - track.sentMonoMs < TOO_LATE_MS) return false;
    track.provableMs ??= clock.nowMs();
    if ((await venue.userDataMs()) < track.provableMs) return false;
    for (let list = 0; list < 2; list++) {
      const orders = await venue.ordersOf(order.signal.cause.ticker);
      const fills = await venue.fillsOf(order.signal.cause.ticker);
      const found = orders.find((one) => one.clientOrderId === order.clientOrderId);
      if (found !== undefined) {
        this.#takeOrder(order, found);
        return false;
      }
      // A fill of an order that the list does not show: the list is behind, and that order may be this one.
      if (fills.some((fill) => !orders.some((one) => one.orderId === fill.orderId))) return false;
    }
    // Meanwhile a frame or an answer may have told. What was seen in the book has been there, whatever lists say.
    const life = this.#ground.books.order(order.clientOrderId)?.life;
    return life?.orderId === undefined && life?.seenBy.book === undefined;
  }

  async #find(order: StoredOrder): Promise<VenueOrder | undefined> {
    const orders = await this.#ground.venue.ordersOf(order.signal.cause.ticker);
    return orders.find((one) => one.clientOrderId === order.clientOrderId);
  }

  #takeOrder(order: StoredOrder, found: VenueOrder): void {
    this.#doors.noteId(found.orderId, found.clientOrderId);
    const seen = { kind: 'told' as const, by: 'read' as const, order: standingOf(found), atMs: this.#ground.clock.nowMs() };
    this.#news.take(order.clientOrderId, seen);
  }

  #takeFill(order: StoredOrder, fill: VenueFill): void {
    const { orderId, fillId: tradeId, countE2 } = fill;
    const seen = { kind: 'fill' as const, orderId, tradeId, countE2, atMs: this.#ground.clock.nowMs() };
    this.#news.take(order.clientOrderId, seen, { fill });
  }
}

function restMs(need: Exclude<Need, 'nothing' | 'wait'>, tries: number): number {
  const first = FIRST_REST_MS[need];
  return tries === 0 ? first : backoffMs(tries - 1, Math.max(STEP_MS, first), LONGEST_REST_MS);
}

/**
 * Whose order a fill or an order of the exchange is. A fill that is read names its order by the exchange's id only, so it may come before anybody has
 * said which order of ours that is: it waits as a stray, until an answer, a frame or a read tells, and is in no ledger meanwhile.
 */
import { type WitnessName, witness } from '../trading/order-life.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import { standingOf, type VenueFill, type VenueOrder } from '../trading/ports/venue.ts';
import { FOREIGN_RULE } from '../trading/reconcile-steps.ts';
import { backoffMs } from './backoff.ts';
import { eventOf, type Ground, underWay } from './ground.ts';
import type { News } from './news.ts';
import { type OrderOwner, ownerOfOrder } from './order-id.ts';

const FIRST_LOOK_MS = 250;
const LONGEST_LOOK_MS = 5_000;

interface Stray {
  fill: VenueFill;
  tries: number;
  callOff: () => void;
}

export class Attribution {
  readonly #ground: Ground;
  readonly #news: News;
  readonly #ruleIds: () => Iterable<string>;
  readonly #clientIds = new Map<string, string>();
  readonly #strays = new Map<string, Stray>();
  #isClosed = false;

  /** `ruleIds`: every rule that may own an order. */
  constructor(ground: Ground, news: News, ruleIds: () => Iterable<string>) {
    this.#ground = ground;
    this.#news = news;
    this.#ruleIds = ruleIds;
  }

  ownerOf(order: Pick<VenueOrder, 'clientOrderId' | 'ticker'>): OrderOwner {
    return ownerOfOrder(order, { accountId: this.#ground.accountId, ruleIds: this.#ruleIds() });
  }

  strays(): VenueFill[] {
    return [...this.#strays.values()].map((stray) => stray.fill);
  }

  /** Somebody has said which order of ours, or of others, this id of the exchange is. */
  noteId(orderId: string, clientOrderId: string): void {
    if (this.#clientIds.get(orderId) === clientOrderId) return;
    this.#clientIds.set(orderId, clientOrderId);
    for (const [key, stray] of this.#strays) {
      if (stray.fill.orderId !== orderId) continue;
      stray.callOff();
      this.#try(key, stray);
    }
  }

  /** An order as the exchange tells it. Resolves when what it says of an order of ours is committed. Throws a MemoryFailure. */
  async takeOrder(order: VenueOrder, by: Extract<WitnessName, 'user_order' | 'read'>): Promise<void> {
    this.noteId(order.orderId, order.clientOrderId);
    const known = this.#ground.books.order(order.clientOrderId) ?? (await this.#recall(order));
    if (known === undefined) return;
    const seen = { kind: 'told' as const, by, order: standingOf(order), atMs: this.#ground.clock.nowMs() };
    if (witness(known.life, seen) !== known.life) this.#news.take(order.clientOrderId, seen);
    await this.#news.whenCommitted(order.clientOrderId);
  }

  /** A fill, as the exchange lists it. Resolves when it is committed. Throws a MemoryFailure or VenueFailure; it is tried again then. */
  async takeFill(fill: VenueFill): Promise<void> {
    const key = strayKey(fill);
    const waiting = this.#strays.get(key);
    if (waiting === undefined) this.#strays.set(key, { fill, tries: 0, callOff: () => {} });
    waiting?.callOff();
    try {
      await this.#assign(fill, true);
      this.#drop(key);
    } catch (error) {
      this.#rest(key);
      throw error;
    }
  }

  /** A fill from the stream. */
  sawFill(fill: VenueFill): void {
    const key = strayKey(fill);
    if (this.#strays.has(key)) return;
    if (fill.clientOrderId !== undefined) this.noteId(fill.orderId, fill.clientOrderId);
    const clientOrderId = this.#clientIds.get(fill.orderId);
    if (clientOrderId !== undefined && this.#ground.books.order(clientOrderId) !== undefined) {
      this.#takeOwn(clientOrderId, fill);
      return;
    }
    const stray: Stray = { fill, tries: 0, callOff: () => {} };
    this.#strays.set(key, stray);
    if (clientOrderId === undefined) this.#rest(key);
    else this.#try(key, stray);
  }

  /** An order frame from the stream. */
  sawOrder(order: VenueOrder): void {
    // A failure of the memory keeps the news of a known order; one that is not known yet is read again by the reconciler.
    void underWay(this.#ground, () => this.takeOrder(order, 'user_order')).catch(() => {});
  }

  close(): void {
    this.#isClosed = true;
    for (const stray of this.#strays.values()) stray.callOff();
  }

  #try(key: string, stray: Stray): void {
    stray.callOff = () => {};
    stray.tries += 1;
    const isLookDue = stray.tries > 1;
    void underWay(this.#ground, () => this.#assign(stray.fill, isLookDue)).then(
      () => this.#drop(key),
      () => this.#rest(key),
    );
  }

  #drop(key: string): void {
    this.#strays.get(key)?.callOff();
    this.#strays.delete(key);
  }

  #rest(key: string): void {
    const stray = this.#strays.get(key);
    if (stray === undefined || this.#isClosed) return;
    stray.callOff();
    const restMs = backoffMs(stray.tries, FIRST_LOOK_MS, LONGEST_LOOK_MS);
    stray.tries += 1;
    stray.callOff = this.#ground.wall.after(restMs, () => this.#try(key, stray));
  }

  async #assign(fill: VenueFill, mayAsk: boolean): Promise<void> {
    const known = this.#clientIds.get(fill.orderId);
    const clientOrderId = known ?? (mayAsk ? await this.#ask(fill) : undefined);
    if (clientOrderId === undefined) throw new Error(`order ${fill.orderId} of fill ${fill.fillId} is not known yet`);
    const own = this.#ground.books.order(clientOrderId) ?? (await this.#recall({ clientOrderId, ticker: fill.ticker }));
    if (own !== undefined) {
      this.#takeOwn(clientOrderId, fill);
      await this.#news.whenCommitted(clientOrderId);
      return;
    }
    const owner = this.ownerOf({ clientOrderId, ticker: fill.ticker });
    const ruleId = owner.kind === 'rule' ? owner.cause.ruleId : FOREIGN_RULE;
    const leg = owner.kind === 'rule' ? owner.cause.leg : undefined;
    const { ticker } = fill;
    this.#news.takeLoose({ ruleId, ticker, eventTicker: eventOf(this.#ground, ticker), fill: { fill, leg } });
    await this.#news.whenLooseCommitted(ruleId, ticker);
  }

  #takeOwn(clientOrderId: string, fill: VenueFill): void {
    const { orderId, fillId: tradeId, countE2 } = fill;
    const seen = { kind: 'fill' as const, orderId, tradeId, countE2, atMs: this.#ground.clock.nowMs() };
    this.#news.take(clientOrderId, seen, { fill });
  }

  async #ask(fill: VenueFill): Promise<string | undefined> {
    const order = await this.#ground.venue.order(fill.orderId);
    if (order === undefined) return undefined;
    this.#clientIds.set(order.orderId, order.clientOrderId);
    return order.clientOrderId;
  }

  /** An order of ours that is not in memory here: an old one, or of another instance on the same database. */
  async #recall(order: Pick<VenueOrder, 'clientOrderId' | 'ticker'>): Promise<StoredOrder | undefined> {
    if (this.ownerOf(order).kind === 'foreign') return undefined;
    const { memory, accountId, books } = this.#ground;
    const stored = await memory.orders.byClientOrderId(accountId, order.clientOrderId);
    const known = books.order(order.clientOrderId);
    if (stored === undefined || known !== undefined) return known;
    books.putOrder(stored);
    return stored;
  }
}

function strayKey(fill: VenueFill): string {
  return `${fill.orderId}|${fill.fillId}`;
}

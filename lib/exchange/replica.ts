/**
 * What members see of their own data: a copy that follows the exchange with a lag, as Kalshi's reads do. Writes are
 * authoritative at once; orders, fills, positions and balances read a moment later may still be as they were before.
 */
import type { ExchangeEvent, FillSnapshot, OrderSnapshot, PositionSnapshot, SettlementSnapshot } from './engine/events.ts';

export interface AccountView {
  /** In the order in which they were created. */
  readonly orders: Map<string, OrderSnapshot>;
  /** Oldest first. */
  readonly fills: FillSnapshot[];
  readonly positions: Map<string, PositionSnapshot>;
  /** Oldest first. */
  readonly settlements: SettlementSnapshot[];
  readonly balances: Map<number, { availableE6: number; lockedE6: number }>;
  /** Market time of the last change of a balance. */
  balanceMs: number;
}

interface Pending {
  visibleAtMs: number;
  marketMs: number;
  events: ExchangeEvent[];
}

export class Replica {
  private readonly views = new Map<string, AccountView>();
  private readonly pending: Pending[] = [];
  private readonly wallMs: () => number;
  private shownMs: number;
  private lag: number;

  /** `wallMs` reads real time; `lagMs` is how far reads stay behind, in real time. */
  constructor(options: { wallMs: () => number; lagMs: number; startMs: number }) {
    this.wallMs = options.wallMs;
    this.lag = options.lagMs;
    this.shownMs = options.startMs;
  }

  get lagMs(): number {
    return this.lag;
  }

  set lagMs(lagMs: number) {
    this.lag = lagMs;
  }

  /** Takes note of what happened at market time `marketMs`; it shows once the lag has passed. */
  ingest(events: ExchangeEvent[], marketMs: number): void {
    const own = events.filter(isPrivate);
    if (this.lag === 0 && this.pending.length === 0) {
      this.show({ visibleAtMs: 0, marketMs, events: own });
      return;
    }
    this.pending.push({ visibleAtMs: this.wallMs() + this.lag, marketMs, events: own });
  }

  /** An account's data as reads see it now. */
  view(accountId: string): AccountView {
    this.catchUp();
    return this.viewOf(accountId);
  }

  /** The market time up to which reads are complete. `nowMs` is the market's present. */
  asOfMs(nowMs: number): number {
    this.catchUp();
    return this.pending.length === 0 ? nowMs : this.shownMs;
  }

  /** Shows everything at once: an account that was just opened by hand is there from its first read. */
  showAll(): void {
    for (const entry of this.pending.splice(0)) this.show(entry);
  }

  private catchUp(): void {
    const wallMs = this.wallMs();
    let shown = 0;
    for (const entry of this.pending) {
      if (entry.visibleAtMs > wallMs) break;
      this.show(entry);
      shown++;
    }
    if (shown > 0) this.pending.splice(0, shown);
  }

  private show(entry: Pending): void {
    this.shownMs = entry.marketMs;
    for (const event of entry.events) this.apply(event);
  }

  private apply(event: ExchangeEvent): void {
    switch (event.kind) {
      case 'order':
        this.viewOf(event.order.accountId).orders.set(event.order.id, event.order);
        break;
      case 'fill':
        this.viewOf(event.fill.accountId).fills.push(event.fill);
        break;
      case 'position':
        this.viewOf(event.position.accountId).positions.set(event.position.ticker, event.position);
        break;
      case 'settlement':
        this.viewOf(event.settlement.accountId).settlements.push(event.settlement);
        break;
      case 'balance': {
        const view = this.viewOf(event.accountId);
        view.balances.set(event.shard, { availableE6: event.availableE6, lockedE6: event.lockedE6 });
        view.balanceMs = event.atMs;
        break;
      }
      case 'book':
      case 'trade':
      case 'market':
      case 'event':
      case 'group':
        break;
    }
  }

  private viewOf(accountId: string): AccountView {
    let view = this.views.get(accountId);
    if (!view) {
      view = {
        orders: new Map(),
        fills: [],
        positions: new Map(),
        settlements: [],
        balances: new Map(),
        balanceMs: this.shownMs,
      };
      this.views.set(accountId, view);
    }
    return view;
  }
}

function isPrivate(event: ExchangeEvent): boolean {
  return (
    event.kind === 'order' ||
    event.kind === 'fill' ||
    event.kind === 'position' ||
    event.kind === 'settlement' ||
    event.kind === 'balance'
  );
}

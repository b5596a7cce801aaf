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

type PrivateEvent = Extract<ExchangeEvent, { kind: 'order' | 'fill' | 'position' | 'settlement' | 'balance' }>;

/** What happened to members at one instant of market time, and when it shows. */
interface Pending {
  visibleAtMs: number;
  marketMs: number;
  events: PrivateEvent[];
}

export class Replica {
  private readonly views = new Map<string, AccountView>();
  private pending: Pending[] = [];
  private readonly wallMs: () => number;
  private readonly startMs: number;
  /** The latest answer to how far reads are complete. */
  private completeMs: number;
  private lag: number;

  /** `wallMs` reads real time; `lagMs` is how far reads stay behind, in real time. */
  constructor(options: { wallMs: () => number; lagMs: number; startMs: number }) {
    this.wallMs = options.wallMs;
    this.lag = options.lagMs;
    this.startMs = options.startMs;
    this.completeMs = options.startMs;
  }

  get lagMs(): number {
    return this.lag;
  }

  set lagMs(lagMs: number) {
    this.lag = lagMs;
  }

  /** Takes note of what happened at the instant `marketMs`; it shows once the lag has passed. */
  ingest(events: ExchangeEvent[], marketMs: number): void {
    this.catchUp();
    const own = events.filter(isPrivate);
    if (own.length === 0) return;
    if (this.lag === 0 && this.pending.length === 0) this.show(own);
    else this.pending.push({ visibleAtMs: this.wallMs() + this.lag, marketMs, events: own });
  }

  /** An account's data as reads see it now. */
  view(accountId: string): AccountView {
    this.catchUp();
    return this.viewOf(accountId);
  }

  /** The market time up to which reads are complete. `nowMs` is the market's present. Never runs backwards. */
  asOfMs(nowMs: number): number {
    this.catchUp();
    const [next] = this.pending;
    this.completeMs = Math.max(this.completeMs, next ? next.marketMs - 1 : nowMs);
    return this.completeMs;
  }

  /** Shows all of one account's data at once: what was just done to it by hand is there from its first read. */
  showAll(accountId: string): void {
    this.catchUp();
    for (const entry of this.pending) {
      this.show(entry.events.filter((event) => accountOf(event) === accountId));
      entry.events = entry.events.filter((event) => accountOf(event) !== accountId);
    }
    this.pending = this.pending.filter((entry) => entry.events.length > 0);
  }

  private catchUp(): void {
    const wallMs = this.wallMs();
    let shown = 0;
    for (const entry of this.pending) {
      if (entry.visibleAtMs > wallMs) break;
      this.show(entry.events);
      shown++;
    }
    if (shown > 0) this.pending.splice(0, shown);
  }

  private show(events: PrivateEvent[]): void {
    for (const event of events) this.apply(event);
  }

  private apply(event: PrivateEvent): void {
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
        balanceMs: this.startMs,
      };
      this.views.set(accountId, view);
    }
    return view;
  }
}

function isPrivate(event: ExchangeEvent): event is PrivateEvent {
  return (
    event.kind === 'order' ||
    event.kind === 'fill' ||
    event.kind === 'position' ||
    event.kind === 'settlement' ||
    event.kind === 'balance'
  );
}

/** Whose data an event changes. */
function accountOf(event: PrivateEvent): string {
  if (event.kind === 'order') return event.order.accountId;
  if (event.kind === 'fill') return event.fill.accountId;
  if (event.kind === 'position') return event.position.accountId;
  if (event.kind === 'settlement') return event.settlement.accountId;
  return event.accountId;
}

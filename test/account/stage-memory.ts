/** The memory as its port means it, in plain maps: what lives here survives the account that wrote it. */
import { type BreakerState, evaluateBreaker, NEW_BREAKER_STATE } from '../../lib/trading/breaker.ts';
import { lockKeyOf } from '../../lib/trading/cause.ts';
import { addFill, type Fill, openLedger, type Settlement } from '../../lib/trading/fills.ts';
import { intendOrder, isOverOrder } from '../../lib/trading/order-life.ts';
import type {
  AccountRow,
  IntentRefusal,
  IntentRequest,
  IntentVerdict,
  LogLine,
  Memory,
  OrphanRow,
  PositionRow,
  Snapshot,
  StoredLedger,
  StoredOrder,
  TradeRow,
  TripEvent,
} from '../../lib/trading/ports/memory.ts';
import { type Gate, PortFailure } from './stage-gate.ts';

interface StoredIntent {
  order: StoredOrder;
  setsAsideE6: number;
}

interface Books {
  ruleId: string;
  ticker: string;
  eventTicker: string;
  fills: readonly Fill[];
  settlement: Settlement | undefined;
  positions: readonly PositionRow[];
  trades: readonly TradeRow[];
  breaker?: BreakerState;
  trips?: readonly TripEvent[];
}

export class Database {
  row: AccountRow;
  readonly orders = new Map<string, StoredIntent>();
  readonly ledgers = new Map<string, StoredLedger>();
  readonly positions = new Map<string, PositionRow>();
  readonly trades = new Map<string, TradeRow[]>();
  readonly ruleStates = new Map<string, unknown>();
  readonly orphans = new Map<string, OrphanRow>();
  readonly events: TripEvent[] = [];
  readonly log: LogLine[] = [];
  readonly snapshots: Snapshot[] = [];
  breaker: BreakerState = NEW_BREAKER_STATE;
  /** What `health` says, where it is set. */
  trouble: { code: string; reason: string } | undefined;
  readonly healthListeners = new Set<() => void>();

  constructor(row: AccountRow) {
    this.row = row;
  }

  /** The port, for one life. */
  memory(gate: Gate): Memory {
    const pass = <T>(call: string, effect: () => T): Promise<T> => gate.pass(`memory.${call}`, () => structuredClone(effect()));
    const unused = () => Promise.reject(new PortFailure('TEST_UNUSED'));
    return {
      accounts: {
        connect: unused,
        get: () => pass('get', () => this.row),
        list: () => pass('list', () => [this.row]),
        setEntries: (_, entriesEnabled) => pass('setEntries', () => void (this.row = { ...this.row, entriesEnabled })),
        setLimits: (_, limits) => pass('setLimits', () => void (this.row = { ...this.row, limits })),
        verified: () => pass('verified', () => undefined),
      },
      orders: {
        intend: (request) => pass('intend', () => this.intend(structuredClone(request))),
        learn: (_, news) =>
          pass('learn', () => {
            const { clientOrderId, life, isSettled, sentWallMs } = structuredClone(news);
            const stored = this.orders.get(clientOrderId);
            if (stored === undefined) throw new PortFailure('STORE_FAILED', `order ${clientOrderId} is not known`);
            stored.order = { ...stored.order, life, isSettled, sentWallMs: sentWallMs ?? stored.order.sentWallMs };
            const { cause, eventTicker } = stored.order.signal;
            this.#book({
              ...structuredClone(news),
              ruleId: cause.ruleId,
              ticker: cause.ticker,
              eventTicker,
              settlement: undefined,
            });
          }),
        open: () => pass('open', () => this.#orders().filter((order) => !order.isSettled || !order.isReported)),
        byClientOrderId: (_, id) => pass('byClientOrderId', () => this.orders.get(id)?.order),
        ofMarket: (_, ticker) => pass('ofMarket', () => this.#orders().filter((order) => order.signal.cause.ticker === ticker)),
        ofEvents: (_, events) =>
          pass('ofEvents', () => this.#orders().filter((order) => events.includes(order.signal.eventTicker))),
        reported: (_, id) =>
          pass('reported', () => {
            const stored = this.orders.get(id);
            if (stored === undefined) throw new PortFailure('STORE_FAILED', `order ${id} is not known`);
            stored.order = { ...stored.order, isReported: true };
          }),
      },
      books: {
        openLedgers: () =>
          pass('openLedgers', () => [...this.ledgers.values()].filter((ledger) => ledger.settlement === undefined)),
        ledger: (_, ruleId, ticker) => pass('ledger', () => this.ledgers.get(`${ruleId}|${ticker}`)),
        book: (_, change) => pass('book', () => this.#book(structuredClone(change))),
        resultSince: (_, sinceMs) => pass('resultSince', () => this.#resultSince(sinceMs)),
      },
      rules: {
        breaker: () => pass('breaker', () => this.breaker),
        saveBreaker: (_, state, events) =>
          pass('saveBreaker', () => {
            this.breaker = structuredClone(state);
            this.events.push(...structuredClone(events));
          }),
        ruleStates: () => pass('ruleStates', () => this.ruleStates),
        saveRuleState: (_, ruleId, ticker, state) =>
          pass('saveRuleState', () => void this.ruleStates.set(`${ruleId}|${ticker}`, structuredClone(state))),
      },
      feeds: { baselines: unused, saveBaselines: unused, saveTracked: unused },
      records: {
        log: (line) => pass('log', () => void this.log.push(line)),
        snapshot: (snapshot) => pass('snapshot', () => void this.snapshots.push(snapshot)),
        orphan: (_, orphan) => pass('orphan', () => void this.orphans.set(orphan.id, orphan)),
        openOrphans: () => pass('openOrphans', () => [...this.orphans.values()].filter((one) => one.resolvedMs === undefined)),
      },
      alerts: { enqueue: unused, due: unused, delivered: unused, failed: unused, recent: unused },
      health: () =>
        this.trouble === undefined
          ? { isHealthy: true, code: undefined, reason: '' }
          : { isHealthy: false, code: this.trouble.code, reason: this.trouble.reason },
      onHealth: (listener) => {
        this.healthListeners.add(listener);
        return () => this.healthListeners.delete(listener);
      },
    };
  }

  /** Entries of a rule in a game that have bought, or may have. */
  entriesInGame(ruleId: string, eventTicker: string): number {
    return this.#orders().filter(
      ({ signal, life }) =>
        signal.cause.leg === 'entry' &&
        signal.cause.ruleId === ruleId &&
        signal.eventTicker === eventTicker &&
        !(isOverOrder(life.state) && life.filledE2 === 0),
    ).length;
  }

  #orders(): StoredOrder[] {
    return [...this.orders.values()].map(({ order }) => order);
  }

  private intend(request: IntentRequest): IntentVerdict {
    const { signal, clientOrderId, readings, setsAsideE6, orderGroupId, envelope } = request;
    const { cause, entryCaps: caps } = signal;
    const none = { tripped: [], released: [] };
    const refused = (refusal: IntentRefusal, reason: string = refusal): IntentVerdict => {
      return { kind: 'refused', refusal, reason, rule: undefined, breaker: this.breaker, ...none };
    };
    const lockKey = lockKeyOf(cause);
    if (this.orders.has(clientOrderId)) return refused('duplicate');
    const rivals = this.#orders().filter((order) => order.lockKey === lockKey);
    const isHeld = rivals.some(({ isSettled, life }) =>
      cause.leg === 'entry' ? !isSettled : !isOverOrder(life.state) && life.state !== 'unresolved',
    );
    if (isHeld) return refused('locked');
    if (cause.leg === 'entry') {
      if (!this.row.entriesEnabled) return refused('entries_off');
      const held = [...this.positions.values()].filter((row) => row.status === 'open');
      const underWay = [...this.orders.values()].filter(({ order }) => !order.isSettled && order.signal.cause.leg === 'entry');
      const marketsOf = (ruleId?: string) =>
        new Set(
          [
            ...held.map((row) => [row.ruleId, row.ticker] as const),
            ...underWay.map(({ order }) => [order.signal.cause.ruleId, order.signal.cause.ticker] as const),
          ]
            .filter(([rule]) => ruleId === undefined || rule === ruleId)
            .map((pair) => pair.join('|')),
        ).size;
      const exposureE6 =
        held.reduce((total, row) => total + (row.open?.costE6 ?? 0), 0) +
        underWay.reduce((total, { order, setsAsideE6: aside }) => total + (order.life.filledE2 === 0 ? aside : 0), 0);
      const evaluated = evaluateBreaker(this.breaker, { ...readings, exposureE6, openPositions: marketsOf() }, this.row.limits, {
        leg: 'entry',
        addsE6: setsAsideE6,
      });
      this.breaker = evaluated.state;
      const { verdict, tripped, released } = evaluated;
      const news = { breaker: this.breaker, tripped, released };
      if (verdict.kind === 'blocked') {
        return { kind: 'refused', refusal: 'breaker', reason: verdict.reason, rule: verdict.rule, ...news };
      }
      if (caps !== undefined) {
        if (this.entriesInGame(cause.ruleId, signal.eventTicker) >= caps.maxEntriesPerGame) return refused('game_full');
        if (marketsOf(cause.ruleId) >= caps.maxTotalPositions) return refused('positions_full');
      }
    }
    const life = intendOrder(signal.wish.countE2, readings.nowMs);
    const order = {
      clientOrderId,
      signal,
      lockKey,
      life,
      isSettled: false,
      orderGroupId,
      sentWallMs: undefined,
      envelope,
      isReported: false,
    };
    this.orders.set(clientOrderId, { order, setsAsideE6 });
    return { kind: 'committed', order, breaker: this.breaker, ...none };
  }

  #book(change: Books): void {
    const { ruleId, ticker, eventTicker, fills, settlement, positions, trades, breaker, trips } = change;
    if (fills.length > 0 || settlement !== undefined) {
      const key = `${ruleId}|${ticker}`;
      const before = this.ledgers.get(key) ?? { ruleId, ticker, eventTicker, fills: [], settlement: undefined };
      let ledger = openLedger(ticker);
      for (const fill of [...before.fills, ...fills]) ledger = addFill(ledger, fill);
      this.ledgers.set(key, { ...before, fills: ledger.fills, settlement: settlement ?? before.settlement });
    }
    for (const row of positions) {
      this.positions.set(row.id, row);
      this.trades.set(
        row.id,
        trades.filter((trade) => trade.round === row.round),
      );
    }
    if (breaker !== undefined) this.breaker = breaker;
    this.events.push(...(trips ?? []));
  }

  #resultSince(sinceMs: number): { netE6: number; feesE6: number; wins: number; losses: number; trades: number } {
    const trades = [...this.trades.values()].flat().filter((trade) => trade.exitMs >= sinceMs);
    return {
      netE6: trades.reduce((total, trade) => total + trade.netE6, 0),
      feesE6: trades.reduce((total, trade) => total + trade.feesE6, 0),
      wins: trades.filter((trade) => trade.netE6 > 0).length,
      losses: trades.filter((trade) => trade.netE6 < 0).length,
      trades: trades.length,
    };
  }
}

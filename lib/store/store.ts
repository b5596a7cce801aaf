/** The memory on a database: every call is one operation, counted as work under way, and its failures are the health of the whole. */
import { randomUUID } from 'node:crypto';
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import type { Memory } from '../trading/ports/memory.ts';
import { writePlain } from './document.ts';
import { defect, StoreError, storeError } from './errors.ts';
import { Health } from './health.ts';
import { intendedOrder } from './intend.ts';
import type { AnswerOf, ArgsOf, Engine, OperationName } from './operations.ts';
import type { Pages } from './pages.ts';
import { Pool } from './postgres/pool.ts';
import { pruneDaily } from './prune-daily.ts';
import { Thread } from './sqlite/thread.ts';

export interface StoreOptions {
  /** PostgreSQL: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Comes before `file`. */
  url?: string | undefined;
  /** An SQLite file; it and its folder are made where they are missing. */
  file?: string | undefined;
  wall: WallTimer;
  activity: Activity;
  /** How long to wait for another process that writes. */
  busyMs?: number;
  /** While nothing can be committed: how long until it is tried again. */
  probeMs?: number;
  /** An SQLite file may not grow beyond this. */
  mostBytes?: number;
}

export interface Store extends Memory {
  pages: Pages;
  /** Answers what was asked for, then lets go of the database. Nothing can be asked for afterwards. */
  close(): Promise<void>;
}

const BUSY_MS = 2_000;
const PROBE_MS = 1_000;
const CONNECTIONS = 10;
const PAGE_CONNECTIONS = 2;
/** So many rows at a time: what is urgent gets in between. */
const ROWS_AT_ONCE = 50;

/**
 * Opens the database and brings its tables up to this program. Throws a StoreError that says what to do: `STORE_NEWER`,
 * `STORE_LOCKED`, `STORE_FULL`, `STORE_READ_ONLY`, `STORE_UNAVAILABLE`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { writer, reader } = enginesOf(options);
  await writer.open();
  // Pages can wait for their side of it; if it fails, their first question is told why.
  reader.open().catch(() => {});
  return storeOn(writer, reader, options);
}

function enginesOf({ url, file, wall, busyMs = BUSY_MS, mostBytes }: StoreOptions): { writer: Engine; reader: Engine } {
  if (url !== undefined) {
    const pool = (readOnly: boolean, connections: number) => new Pool({ url, readOnly, connections, busyMs, wall });
    return { writer: pool(false, CONNECTIONS), reader: pool(true, PAGE_CONNECTIONS) };
  }
  if (file === undefined) throw new StoreError('STORE_UNAVAILABLE', 'neither a database file nor DATABASE_URL is given');
  const thread = (readOnly: boolean) => new Thread({ file, readOnly, busyMs, mostBytes });
  return { writer: thread(false), reader: thread(true) };
}

type Ask = <Name extends OperationName>(name: Name, args: ArgsOf<Name>) => Promise<AnswerOf<Name>>;

function storeOn(writer: Engine, reader: Engine, { wall, activity, probeMs = PROBE_MS }: StoreOptions): Store {
  let closing: Promise<void> | undefined;

  /** A page that cannot be read says nothing about commits. */
  function asking(engine: Engine, onFailure: (error: unknown) => void): Ask {
    return async (name, args) => {
      if (closing !== undefined) throw new StoreError('STORE_UNAVAILABLE', 'the memory is closed');
      const end = activity.begin();
      try {
        return await engine.run(name, args);
      } catch (error) {
        onFailure(error);
        throw error;
      } finally {
        end();
      }
    };
  }

  async function probe(): Promise<void> {
    await writer.run('store.makeRoom', undefined);
    await writer.run('store.giveRoomBack', undefined);
  }

  const health = new Health({ wall, probeMs, probe });
  const ask = asking(writer, (error) => health.failed(error));
  const stopPruning = pruneDaily({ wall, prune: (what, piece) => ask(`prune.${what}`, piece) });
  return {
    ...accountPart(ask, wall),
    ...recordPart(ask, wall),
    pages: pagesOn(asking(reader, () => {})),
    health: () => health.state(),
    onHealth: (listener) => health.onChange(listener),
    close() {
      health.close();
      stopPruning();
      // The last to let go of an SQLite file tidies up, which takes the right to write.
      closing ??= reader.close().then(() => writer.close());
      return closing;
    },
  };
}

function accountPart(ask: Ask, wall: WallTimer): Pick<Memory, 'accounts' | 'orders' | 'books' | 'rules'> {
  return {
    accounts: {
      connect: (wish) => ask('accounts.connect', { id: randomUUID(), wish }),
      get: (accountId) => ask('accounts.get', accountId),
      list: (environment) => ask('accounts.list', environment),
      setEntries: (accountId, isEnabled) => ask('accounts.setEntries', { accountId, isEnabled }),
      setLimits: (accountId, limits) => ask('accounts.setLimits', { accountId, limits }),
      verified: (accountId, atMs, balanceE6) => ask('accounts.verified', { accountId, atMs, balanceE6 }),
    },
    orders: {
      intend: async ({ envelope, ...request }) => {
        const said = await ask('orders.intend', { request, envelope: textOf(envelope), intent: randomUUID() });
        if (said.kind === 'refused') return said;
        const { standing, ...verdict } = said;
        return { ...verdict, order: standing ?? intendedOrder(request, envelope) };
      },
      learn: (accountId, news) => ask('orders.learn', { accountId, news }),
      open: (accountId) => ask('orders.open', accountId),
      byClientOrderId: (accountId, clientOrderId) => ask('orders.byClientOrderId', { accountId, clientOrderId }),
      ofMarket: (accountId, ticker) => ask('orders.ofMarket', { accountId, ticker }),
      ofEvents: (accountId, eventTickers) => ask('orders.ofEvents', { accountId, eventTickers }),
      reported: (accountId, clientOrderId) => ask('orders.reported', { accountId, clientOrderId }),
    },
    books: {
      openLedgers: (accountId) => ask('books.openLedgers', accountId),
      ledger: (accountId, ruleId, ticker) => ask('books.ledger', { accountId, ruleId, ticker }),
      book: (accountId, change) => ask('books.book', { accountId, change }),
      resultSince: (accountId, sinceMs) => ask('books.resultSince', { accountId, sinceMs }),
    },
    rules: {
      breaker: (accountId) => ask('rules.breaker', accountId),
      saveBreaker: (accountId, state, events) => ask('rules.saveBreaker', { accountId, state, events }),
      ruleStates: (accountId) => ask('rules.states', accountId),
      saveRuleState: (accountId, ruleId, ticker, state) =>
        ask('rules.saveState', { accountId, ruleId, ticker, state, storedMs: wall.nowMs() }),
    },
  };
}

function textOf(envelope: unknown): string {
  try {
    return writePlain(envelope);
  } catch (error) {
    throw storeError(defect(error));
  }
}

function recordPart(ask: Ask, wall: WallTimer): Pick<Memory, 'feeds' | 'records' | 'alerts'> {
  return {
    feeds: {
      baselines: (feedKey) => ask('feeds.baselines', feedKey),
      async saveBaselines(feedKey, baselines) {
        const storedMs = wall.nowMs();
        for (const some of inPieces(baselines)) await ask('feeds.saveBaselines', { feedKey, baselines: some, storedMs });
      },
      async saveTracked(accountId, rows) {
        const storedMs = wall.nowMs();
        for (const some of inPieces(rows)) await ask('feeds.saveTracked', { accountId, rows: some, storedMs });
      },
    },
    records: {
      log: (line) => ask('records.log', { line, storedMs: wall.nowMs() }),
      snapshot: (snapshot) => ask('records.snapshot', { snapshot, storedMs: wall.nowMs() }),
      orphan: (accountId, orphan) => ask('records.orphan', { accountId, orphan }),
      openOrphans: (accountId) => ask('records.openOrphans', accountId),
    },
    alerts: {
      enqueue: (alert) => ask('alerts.enqueue', alert),
      due: (channel, nowMs, most) => ask('alerts.due', { channel, nowMs, most }),
      delivered: (id, atMs) => ask('alerts.delivered', { id, atMs }),
      failed: (id, { reason, nextMs }) => ask('alerts.failed', { id, reason, nextMs }),
      recent: (most) => ask('alerts.recent', most),
    },
  };
}

function pagesOn(ask: Ask): Pages {
  return {
    recentActivity: (filter, range) => ask('pages.recentActivity', { filter, range }),
    trades: (accountId, range) => ask('pages.trades', { accountId, range }),
    orders: (accountId, range) => ask('pages.orders', { accountId, range }),
    ordersOf: (accountId, ticker) => ask('pages.ordersOf', { accountId, ticker }),
    positions: (accountId, range) => ask('pages.positions', { accountId, range }),
    snapshots: (accountId, sinceMs) => ask('pages.snapshots', { accountId, sinceMs }),
    alerts: (most) => ask('pages.alerts', most),
    trackedGames: (accountId, sinceMs) => ask('pages.trackedGames', { accountId, sinceMs }),
    trips: (accountId, range) => ask('pages.trips', { accountId, range }),
  };
}

function inPieces<One>(all: readonly One[]): One[][] {
  return Array.from({ length: Math.ceil(all.length / ROWS_AT_ONCE) }, (_, i) =>
    all.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
}

/**
 * Holds an account's books against the exchange: reads, has them repaired, and reads again until nothing is left to repair. What to
 * repair is decided in lib/trading/reconcile; what a repair does to tables and positions is the books' own business.
 */
import { isSettledOrder } from '../trading/order-life.ts';
import type { WallTimer } from '../trading/ports/clock.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import type { VenueFill, VenueOrder, VenueReads } from '../trading/ports/venue.ts';
import { holdingsOf } from '../trading/position.ts';
import { reconcile } from '../trading/reconcile.ts';
import { fillKey } from '../trading/reconcile-draft.ts';
import { isDifferenceRow } from '../trading/reconcile-positions.ts';
import {
  type ExchangeReading,
  type FindingKind,
  type ReconcileStep,
  type Reconciliation,
  type Remembered,
  rememberedOf,
} from '../trading/reconcile-steps.ts';
import { repairText } from '../trading/reconcile-words.ts';
import { secondsText } from '../trading/words.ts';
import type { AccountBooks, Reconcile } from './account-books.ts';
import type { ReconcileRun } from './contract.ts';
import { failureOf } from './refusals.ts';

/** The first run of a process looks back so far, or to the oldest open thing. */
const FIRST_LOOK_MS = 72 * 3_600_000;
/** Later ones to the last agreement and so much further. */
const OVERLAP_MS = 600_000;
/** Answers that lag by more (market time) are waited for. */
const FRESH_MS = 2_000;
const REST_MS = 250;
/** So often is the exchange asked how current its answers are, until the run fails. */
const MOST_WAITS = 40;
const MOST_READINGS = 4;

class StaleAnswers extends Error {
  override readonly name = 'StaleAnswers';
  readonly code = 'RECONCILE_STALE';
}

/**
 * The reconciler of one account. A run ends when memory and exchange agree, or says why they do not; it never rejects: one that could
 * not be finished has a `failure`, and is no agreement. `wall` times the rests between readings. Runs are not to overlap.
 */
export function createReconciler({ wall }: { wall: WallTimer }): Reconcile {
  let agreedMs: number | undefined;
  return async (books, cause) => {
    const repairs: string[] = [];
    const ended = (rest: Pick<ReconcileRun, 'agreed' | 'findings' | 'failure'>): ReconcileRun => {
      return { ...rest, cause, atMs: books.clock.nowMs(), repairs };
    };
    try {
      const { agreed, findings, asOfMs } = await settle(books, wall, agreedMs, repairs);
      if (agreed) agreedMs = asOfMs;
      return ended({ agreed, findings: findings.map(({ text }) => text), failure: undefined });
    } catch (error) {
      return ended({ agreed: false, findings: [], failure: failureOf(error, 'RECONCILE_FAILED') });
    }
  };
}

/**
 * The first reading repairs; those that follow confirm. A difference of position is put before a person only when a second reading
 * shows the same, with every fill of its market known.
 */
async function settle(
  books: AccountBooks,
  wall: WallTimer,
  agreedMs: number | undefined,
  repairs: string[],
): Promise<Reconciliation & { asOfMs: number }> {
  const freshMs = books.clock.nowMs() - FRESH_MS;
  const doubted = new Set<string>();
  let differed = new Set<string>();
  for (let reading = 1; ; reading++) {
    const asOfMs = await freshAsOf(books.venue, wall, freshMs);
    const result = await compare(books, asOfMs, agreedMs, doubted);
    for (const step of result.steps) {
      if (isDifference(step) && !differed.has(step.orphan.id)) continue;
      await take(books, step);
      repairs.push(repairText(step));
    }
    const doubts = result.findings.filter(({ kind, ticker }) => isDoubt(kind) && !doubted.has(ticker));
    const isYoung = result.findings.some(({ kind }) => kind === 'young');
    const isDone = result.steps.length === 0 && doubts.length === 0 && !isYoung;
    if (isDone || reading === MOST_READINGS) return { ...result, asOfMs };
    for (const { ticker } of doubts) doubted.add(ticker);
    differed = new Set(result.steps.filter(isDifference).map(({ orphan }) => orphan.id));
    if (isYoung || doubts.length > 0) await rest(wall);
  }
}

/** One reading and what it comes to. `doubted`: markets of which every order and fill is to be read. */
async function compare(
  books: AccountBooks,
  asOfMs: number,
  agreedMs: number | undefined,
  doubted: ReadonlySet<string>,
): Promise<Reconciliation> {
  const exchange = await readExchange(books, asOfMs, sinceOf(books, asOfMs, agreedMs), doubted);
  const asked = [...exchange.resting, ...exchange.orders];
  const recalled = await recall(books, asked);
  const orphans = await books.openOrphans();
  // From here on nothing waits, so that what is remembered is of one moment.
  const orders = new Map([...recalled, ...books.orders()].map((order) => [order.clientOrderId, rememberedOf(order)]));
  const remembered: Remembered = {
    orders: [...orders.values()],
    ledgers: books.ledgers(),
    orphans,
    ownerOf(order) {
      const owner = books.ownerOf(order);
      return owner.kind === 'rule' ? owner.cause : undefined;
    },
  };
  return reconcile(remembered, exchange);
}

/** Positions come first: whatever is asked for later tells at least as much, so it can explain them. */
async function readExchange(
  books: AccountBooks,
  asOfMs: number,
  sinceMs: number,
  doubted: ReadonlySet<string>,
): Promise<ExchangeReading> {
  const { venue } = books;
  const positions = await venue.positions();
  const [settlements, recentFills] = await Promise.all([venue.settlementsSince(sinceMs), venue.fillsSince(sinceMs)]);
  const over = new Set(settlements.map(({ ticker }) => ticker));
  const unread = unbooked(books, recentFills)
    .map(({ ticker }) => ticker)
    .filter((ticker) => !over.has(ticker) && !isOpened(books, ticker));
  const whole = [...new Set([...doubted, ...unread])];
  const [fills, orders, resting] = await Promise.all([
    Promise.all(whole.map((ticker) => venue.fillsOf(ticker))),
    Promise.all([venue.ordersSince(sinceMs), ...whole.map((ticker) => venue.ordersOf(ticker))]),
    venue.resting(),
  ]);
  const told = [...recentFills, ...fills.flat()];
  const lost = await lostOrders(books, told, [...orders.flat(), ...resting]);
  return { asOfMs, sinceMs, resting, orders: [...orders.flat(), ...lost], fills: told, positions, settlements };
}

/** Orders older than what was read, of fills that no ledger has: their ids tell whose they are. */
async function lostOrders(
  books: AccountBooks,
  fills: readonly VenueFill[],
  orders: readonly VenueOrder[],
): Promise<VenueOrder[]> {
  const known = new Set<string | undefined>([
    ...orders.map(({ orderId }) => orderId),
    ...books.orders().map(({ life }) => life.orderId),
  ]);
  const lost = new Set(
    unbooked(books, fills)
      .map(({ orderId }) => orderId)
      .filter((orderId) => !known.has(orderId)),
  );
  const found = await Promise.all([...lost].map((orderId) => books.venue.order(orderId)));
  return found.filter((order) => order !== undefined);
}

function unbooked(books: AccountBooks, fills: readonly VenueFill[]): VenueFill[] {
  const booked = new Set(books.ledgers().flatMap((ledger) => ledger.fills.map((fill) => fillKey(fill.orderId, fill.tradeId))));
  return fills.filter(({ orderId, fillId }) => !booked.has(fillKey(orderId, fillId)));
}

function isOpened(books: AccountBooks, ticker: string): boolean {
  return books.ledgers().some((ledger) => ledger.ticker === ticker);
}

/** Orders of ours that the exchange tells of and that are not at hand. */
async function recall(books: AccountBooks, told: readonly VenueOrder[]): Promise<StoredOrder[]> {
  const atHand = new Set(books.orders().map(({ clientOrderId }) => clientOrderId));
  const ours = told.filter((order) => !atHand.has(order.clientOrderId) && books.ownerOf(order).kind !== 'foreign');
  const ids = new Set(ours.map(({ clientOrderId }) => clientOrderId));
  const recalled = await Promise.all([...ids].map((id) => books.recall(id)));
  return recalled.filter((order) => order !== undefined);
}

/** Has one step done by the books; resolves when it is committed. */
async function take(books: AccountBooks, step: ReconcileStep): Promise<void> {
  if (step.kind === 'order') await books.takeOrder(step.order);
  else if (step.kind === 'fill') {
    // Its order tells whose it is.
    if (step.order !== undefined) await books.takeOrder(step.order);
    await books.takeFill(step.fill);
  } else if (step.kind === 'settle') await books.takeSettlement(step.settlement);
  else if (step.kind === 'end') await books.closeGhost(step.clientOrderId, step.reason);
  else await books.noteOrphan(step.orphan);
}

/** The oldest thing that is still open, or the last agreement, whichever is earlier. */
function sinceOf(books: AccountBooks, asOfMs: number, agreedMs: number | undefined): number {
  const agreedSince = agreedMs ?? asOfMs - FIRST_LOOK_MS;
  const unsettled = books.orders().filter(({ life }) => !isSettledOrder(life));
  const open = books.ledgers().filter((ledger) => holdingsOf(ledger).open !== undefined);
  const begun = [...unsettled.map(({ life }) => life.enteredMs.intended), ...open.map(({ fills }) => fills[0]?.atMs)];
  const oldestMs = begun.reduce<number>((least, atMs) => Math.min(least, atMs ?? agreedSince), agreedSince);
  return Math.max(0, oldestMs - OVERLAP_MS);
}

/** Waits until what reads tell is about as young as the run. */
async function freshAsOf(venue: VenueReads, wall: WallTimer, freshMs: number): Promise<number> {
  for (let waits = 0; ; waits++) {
    const asOfMs = await venue.userDataMs();
    if (asOfMs >= freshMs) return asOfMs;
    if (waits === MOST_WAITS) {
      const lag = secondsText(freshMs - asOfMs);
      throw new StaleAnswers(`The exchange's answers about this account lag ${lag} behind and do not catch up.`);
    }
    await rest(wall);
  }
}

function rest(wall: WallTimer): Promise<void> {
  return new Promise((resolve) => {
    wall.after(REST_MS, resolve);
  });
}

/** A difference that one reading shows may lie between its parts. */
function isDifference(step: ReconcileStep): step is Extract<ReconcileStep, { orphan: unknown }> {
  return step.kind === 'hold' && isDifferenceRow(step.orphan);
}

function isDoubt(kind: FindingKind): boolean {
  return kind === 'difference' || kind === 'average';
}

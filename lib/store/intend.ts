/** The transaction in front of every order: what is committed decides whether the intent is committed too, or why not. */
import type { Knex } from 'knex';
import { type BreakerRule, type BreakerState, evaluateBreaker } from '../trading/breaker.ts';
import { lockKeyOf } from '../trading/cause.ts';
import type { RiskLimits } from '../trading/limits.ts';
import { intendOrder } from '../trading/order-life.ts';
import type { IntentRefusal, IntentRequest, IntentVerdict, StoredOrder, TripEvent } from '../trading/ports/memory.ts';
import { holdAccount, readLimits } from './accounts.ts';
import { type DocumentOf, readDocument, writeDocument } from './document.ts';
import { rowsOf } from './operation.ts';
import { newOrderRow, ORDER_COLUMNS, type OrderColumns, storedOrderOf } from './order-row.ts';
import { writeBreaker } from './rules.ts';

export interface Intending {
  request: Asked;
  /** As text: it crosses to the database's thread faster than as what it is. */
  envelope: string;
  /** Of this very request: a repetition of it gets the same answer. */
  intent: string;
}

interface Known {
  bot_enabled: number;
  limits: DocumentOf<RiskLimits>;
  breaker: DocumentOf<BreakerState>;
  same_id: string | null;
  same_cause: string | null;
  holder: string | null;
  /** Of the rule in the event, less those that are proven to have come to nothing. */
  entries: number;
}

/** What is held, or may come to be. */
interface Commitment {
  rule_id: string;
  ticker: string;
  event_ticker: string;
  amount: number;
}

/** Without what is only stored with it. */
type Asked = Omit<IntentRequest, 'envelope'>;

/**
 * What the transaction says. The order that it has committed is not told, for whoever asked knows it from the request; one that stood
 * there already is.
 */
export type Intended =
  | Extract<IntentVerdict, { kind: 'refused' }>
  | (Omit<Extract<IntentVerdict, { kind: 'committed' }>, 'order'> & { standing: StoredOrder | undefined });

type Refused = { refusal: IntentRefusal; reason: string; rule?: BreakerRule };

export async function intend(db: Knex, intending: Intending): Promise<Intended> {
  const { request, intent } = intending;
  const { cause } = request.signal;
  await holdAccount(db, cause.accountId);
  const { known, commitments } = await factsOf(db, request);
  const breaker = readDocument(known.breaker);
  if (known.same_id === intent) return repeated(db, request, breaker);
  const atOnce = whyNotAtOnce(known, request);
  if (atOnce !== undefined) return refused(atOnce, { breaker, tripped: [], released: [] });
  if (cause.leg === 'exit') {
    await insert(db, intending);
    return { kind: 'committed', standing: undefined, breaker, tripped: [], released: [] };
  }
  const evaluated = evaluateBreaker(breaker, readingsOf(request, commitments), readLimits(known.limits), {
    leg: 'entry',
    addsE6: request.setsAsideE6,
  });
  const { state, verdict, tripped, released } = evaluated;
  await keepBreaker(db, request, known.breaker, evaluated);
  const news = { breaker: state, tripped, released };
  if (verdict.kind === 'blocked') return refused({ refusal: 'breaker', reason: verdict.reason, rule: verdict.rule }, news);
  const capped = whyCapped(request, known.entries, commitments);
  if (capped !== undefined) return refused(capped, news);
  await insert(db, intending);
  return { kind: 'committed', standing: undefined, ...news };
}

/** The order that a request becomes. */
export function intendedOrder(request: Asked, envelope: unknown): StoredOrder {
  const { clientOrderId, signal, readings, orderGroupId } = request;
  return {
    clientOrderId,
    signal,
    lockKey: lockKeyOf(signal.cause),
    life: intendOrder(signal.wish.countE2, readings.nowMs),
    isSettled: false,
    orderGroupId,
    sentWallMs: undefined,
    envelope,
    isReported: false,
  };
}

function refused({ refusal, reason, rule }: Refused, news: Pick<IntentVerdict, 'breaker' | 'tripped' | 'released'>): Intended {
  return { kind: 'refused', refusal, reason, rule, ...news };
}

/** One question about everything that is committed: each commitment of the account, beside what is known of this cause. */
async function factsOf(db: Knex, { clientOrderId, signal }: Asked): Promise<{ known: Known; commitments: Commitment[] }> {
  const { accountId, ruleId, ticker, round, leg, attempt } = signal.cause;
  const rows = await rowsOf<Known & CommitmentColumns>(db, FACTS[leg], [
    // The switch, the limits, the breaker
    accountId,
    accountId,
    accountId,
    // The same id, the same cause
    clientOrderId,
    accountId,
    ticker,
    ruleId,
    round,
    leg,
    attempt,
    // The holder of the lock
    accountId,
    lockKeyOf(signal.cause),
    // Entries in the event
    accountId,
    signal.eventTicker,
    ruleId,
    // Commitments: positions, entries under way
    accountId,
    accountId,
  ]);
  const [known] = rows;
  if (known === undefined) throw new TypeError('a query for at least one row has answered none');
  return { known, commitments: rows.flatMap((row) => (row.ticker === null ? [] : [row])) };
}

/** Where nothing is committed to, there is one row without. */
type CommitmentColumns = Commitment | { [Key in keyof Commitment]: null };

/** By leg: an entry waits until the one before is settled, an exit only while another is on its way. */
const FACTS = { entry: factsWhere('is_settled = 0'), exit: factsWhere('holds_lock = 1') };

function factsWhere(isHolding: string): string {
  return `SELECT * FROM (SELECT
      (SELECT bot_enabled FROM global_settings WHERE account_id = ?) AS bot_enabled,
      (SELECT limits FROM global_settings WHERE account_id = ?) AS limits,
      (SELECT state FROM breaker_states WHERE account_id = ?) AS breaker,
      (SELECT intent FROM orders WHERE client_order_id = ?) AS same_id,
      (SELECT client_order_id FROM orders
        WHERE account_id = ? AND ticker = ? AND rule_id = ? AND round = ? AND leg = ? AND attempt = ?) AS same_cause,
      (SELECT min(client_order_id) FROM orders WHERE account_id = ? AND lock_key = ? AND ${isHolding}) AS holder,
      (SELECT count(*) FROM orders
        WHERE account_id = ? AND event_ticker = ? AND rule_id = ? AND leg = 'entry' AND is_counted = 1) AS entries
    ) known LEFT JOIN (
      SELECT rule_id, ticker, event_ticker, open_cost AS amount FROM positions WHERE account_id = ? AND status = 'open'
      UNION ALL
      SELECT rule_id, ticker, event_ticker, still_aside AS amount FROM orders
        WHERE account_id = ? AND is_settled = 0 AND leg = 'entry'
    ) commitments ON 1 = 1`;
}

function whyNotAtOnce(known: Known, { clientOrderId, signal }: Asked): Refused | undefined {
  if (known.same_id !== null || known.same_cause !== null) {
    return { refusal: 'duplicate', reason: `${known.same_cause ?? clientOrderId} was asked for before` };
  }
  const isEntry = signal.cause.leg === 'entry';
  if (known.holder !== null) {
    const standing = isEntry ? 'is not settled yet' : 'is still on its way';
    return { refusal: 'locked', reason: `${known.holder}, for the same, ${standing}` };
  }
  return isEntry && known.bot_enabled === 0 ? { refusal: 'entries_off', reason: 'entries are switched off' } : undefined;
}

/** An entry under way that has already made a position is the same position. */
function positionsOf(commitments: readonly Commitment[]): number {
  return new Set(commitments.map((one) => `${one.rule_id}|${one.ticker}`)).size;
}

function readingsOf({ readings }: Asked, commitments: readonly Commitment[]) {
  const exposureE6 = commitments.reduce((total, one) => total + one.amount, 0);
  return { ...readings, exposureE6, openPositions: positionsOf(commitments) };
}

function whyCapped({ signal }: Asked, entries: number, commitments: readonly Commitment[]): Refused | undefined {
  const { entryCaps: caps, cause, eventTicker } = signal;
  if (caps === undefined) return undefined;
  if (entries >= caps.maxEntriesPerGame) {
    return { refusal: 'game_full', reason: `entered ${entries} of ${caps.maxEntriesPerGame} times in this game` };
  }
  const own = commitments.filter((one) => one.rule_id === cause.ruleId);
  const positions = positionsOf(own);
  if (positions >= caps.maxTotalPositions) {
    return { refusal: 'positions_full', reason: `${positions} of ${caps.maxTotalPositions} positions are open` };
  }
  const isHeld = own.some((one) => one.event_ticker === eventTicker);
  return isHeld && !caps.averagingDown
    ? { refusal: 'averaging_down', reason: 'this game is held, and nothing is added' }
    : undefined;
}

async function keepBreaker(
  db: Knex,
  { signal, readings }: Asked,
  before: string,
  after: Pick<IntentVerdict, 'tripped' | 'released'> & { state: BreakerState },
): Promise<void> {
  if (writeDocument(after.state) === before) return;
  const eventOf =
    (kind: TripEvent['kind']) =>
    (trip: TripEvent['trip']): TripEvent => ({ kind, trip, actor: { kind: 'program' }, note: undefined, atMs: readings.nowMs });
  const events = [...after.released.map(eventOf('release')), ...after.tripped.map(eventOf('trip'))];
  await writeBreaker(db, signal.cause.accountId, after.state, events);
}

async function insert(db: Knex, { request, envelope, intent }: Intending): Promise<void> {
  const row = { ...newOrderRow(intendedOrder(request, undefined), request.setsAsideE6), envelope, intent };
  const columns = Object.keys(row);
  await rowsOf(
    db,
    `INSERT INTO orders (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

/** The request was committed, and its answer lost on the way. */
async function repeated(db: Knex, { clientOrderId }: Asked, breaker: BreakerState): Promise<Intended> {
  const [row] = await db('orders')
    .where({ client_order_id: clientOrderId })
    .select<OrderColumns[]>(...ORDER_COLUMNS);
  if (row === undefined) throw new TypeError(`order ${clientOrderId} was there a moment ago`);
  return { kind: 'committed', standing: storedOrderOf(row), breaker, tripped: [], released: [] };
}

/** What tests of the memory start from: an account, a signal of its rule, readings at which nothing is blocked. */
import type { Cause, Leg, Signal } from '../../lib/trading/cause.ts';
import type { Fill } from '../../lib/trading/fills.ts';
import { isSettledOrder, type OrderLife, type Witness, witness } from '../../lib/trading/order-life.ts';
import { entryWish, exitWish } from '../../lib/trading/order-wish.ts';
import type {
  AccountRow,
  IntentRequest,
  IntentVerdict,
  Memory,
  OrderNews,
  PositionRow,
  StoredOrder,
  TradeRow,
} from '../../lib/trading/ports/memory.ts';

export const NOW_MS = Date.UTC(2026, 10, 20, 1, 0);
export const DAY = '2026-11-19';
export const DOLLAR = 1_000_000;
export const RULE = '5b0c7f5e-0000-4000-8000-000000000001';
export const OTHER_RULE = '5b0c7f5e-0000-4000-8000-000000000002';
export const EVENT = 'KXNBAGAME-26NOV19MIACHI';
export const TICKER = `${EVENT}-MIA`;

let made = 0;

/** An account of its own, so that tests on one database do not meet. */
export function newAccount(memory: Memory, label = `test ${++made}`): Promise<AccountRow> {
  return memory.accounts.connect({
    environment: 'practice',
    label,
    night: 'night 7',
    keyFingerprint: 'abc',
    entriesEnabled: true,
    atMs: NOW_MS,
  });
}

export interface Asked {
  leg?: Leg;
  ruleId?: string;
  ticker?: string;
  eventTicker?: string;
  round?: number;
  attempt?: number;
  countE2?: number;
  caps?: Partial<NonNullable<Signal['entryCaps']>> | undefined;
}

export function signalOf(accountId: string, asked: Asked = {}): Signal {
  const { leg = 'entry', ruleId = RULE, ticker = TICKER, eventTicker = EVENT, round = 0, attempt = 0, countE2 = 10_000 } = asked;
  const wish =
    leg === 'entry'
      ? entryWish({ ticker, outcome: 'yes', askCC: 4_500, limitCC: 4_600, countE2 })
      : exitWish({ ticker, outcome: 'yes', bidCC: 5_200, offsetCC: 200, countE2 });
  const caps = { maxEntriesPerGame: 1, maxTotalPositions: 5, averagingDown: false, ...asked.caps };
  return {
    cause: { accountId, ruleId, ticker, round, leg, attempt },
    eventTicker,
    wish,
    exitReason: leg === 'exit' ? 'take_profit' : undefined,
    reason: 'drop 15.0 >= 15.0',
    notes: ['no game clock'],
    numbers: { bidCC: 4_400, dropCC: undefined },
    entryCaps: leg === 'exit' || ('caps' in asked && asked.caps === undefined) ? undefined : caps,
    maxPriceMoveCC: leg === 'entry' ? 200 : undefined,
    patienceMs: 60_000,
    actor: { kind: 'rule', id: ruleId, name: 'In-play dip' },
    atMs: NOW_MS,
  };
}

export function clientOrderIdOf({ accountId, ruleId, ticker, round, leg, attempt }: Cause): string {
  return ['cs1', accountId, ruleId.slice(-2), ticker, round, leg, attempt].join('.');
}

export function requestOf(accountId: string, asked: Asked = {}, change: Partial<IntentRequest> = {}): IntentRequest {
  const signal = signalOf(accountId, asked);
  return {
    clientOrderId: clientOrderIdOf(signal.cause),
    signal,
    readings: { nowMs: NOW_MS, tradingDay: DAY, capitalE6: 10_000 * DOLLAR, balanceE6: 10_000 * DOLLAR, dayPnlE6: 0 },
    setsAsideE6: signal.cause.leg === 'entry' ? 47 * DOLLAR : 0,
    orderGroupId: 'group-1',
    envelope: { topic: signal.cause.ticker, payload: { kind: 'signal' }, parts: null },
    ...change,
  };
}

/** Throws where it is refused. */
export async function committed(memory: Memory, accountId: string, asked: Asked = {}): Promise<StoredOrder> {
  const verdict = await memory.orders.intend(requestOf(accountId, asked));
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.refusal}: ${verdict.reason}`);
  return verdict.order;
}

/** The verdict in a word. */
export function wordOf(verdict: IntentVerdict): string {
  return verdict.kind === 'refused' ? verdict.refusal : verdict.kind;
}

export async function intended(memory: Memory, accountId: string, asked: Asked = {}): Promise<string> {
  return wordOf(await memory.orders.intend(requestOf(accountId, asked)));
}

export function lifeAfter(order: StoredOrder, ...seen: Witness[]): OrderLife {
  return seen.reduce(witness, order.life);
}

export function told(status: 'resting' | 'executed' | 'canceled', filledE2: number, orderId = 'exchange-1'): Witness {
  return { kind: 'told', by: 'answer', order: { orderId, status, filledE2 }, atMs: NOW_MS + 40 };
}

export function filled(fill: Fill): Witness {
  return { kind: 'fill', orderId: fill.orderId, tradeId: fill.tradeId, countE2: fill.countE2, atMs: fill.atMs };
}

export const UNKNOWN: Witness = { kind: 'placing_unknown', reason: 'no answer', atMs: NOW_MS + 5_000 };
export const ABSENT: Witness = { kind: 'absent', reason: 'in no list', atMs: NOW_MS + 40_000 };
export const REFUSED: Witness = { kind: 'refused', reason: 'insufficient balance', atMs: NOW_MS + 40 };

/** Commits what a life has come to. */
export async function learned(
  memory: Memory,
  order: StoredOrder,
  life: OrderLife,
  more: Partial<Omit<OrderNews, 'clientOrderId' | 'life'>> = {},
): Promise<void> {
  await memory.orders.learn(order.signal.cause.accountId, {
    clientOrderId: order.clientOrderId,
    life,
    isSettled: isSettledOrder(life),
    fills: [],
    positions: [],
    trades: [],
    ...more,
  });
}

export function fillOf(change: Partial<Fill> = {}): Fill {
  return {
    ticker: TICKER,
    orderId: 'exchange-1',
    tradeId: 'trade-1',
    side: 'bid',
    yesPriceCC: 4_500,
    countE2: 10_000,
    feeE6: 1_740_000,
    atMs: NOW_MS + 50,
    leg: 'entry',
    exitReason: undefined,
    signalYesPriceCC: 4_500,
    ...change,
  };
}

export function openPosition(accountId: string, change: Partial<PositionRow> & { costE6?: number } = {}): PositionRow {
  const { costE6 = 45 * DOLLAR, ...row } = change;
  const { ruleId = RULE, ticker = TICKER, round = 1 } = row;
  return {
    id: `${accountId}|${ruleId}|${ticker}|${round}`,
    accountId,
    ruleId,
    ticker,
    eventTicker: EVENT,
    round,
    status: 'open',
    open: { outcome: 'yes', countE2: 10_000, costE6, feesE6: 1_740_000, slippageE6: undefined, openedMs: NOW_MS + 50, round },
    openedMs: NOW_MS + 50,
    closedMs: undefined,
    ...row,
  };
}

export function closedPosition(accountId: string, change: Partial<PositionRow> = {}): PositionRow {
  return openPosition(accountId, { status: 'closed', open: undefined, closedMs: NOW_MS + 600_000, ...change });
}

export function tradeOf(accountId: string, change: Partial<TradeRow> = {}): TradeRow {
  return {
    accountId,
    ruleId: RULE,
    ticker: TICKER,
    eventTicker: EVENT,
    environment: 'practice',
    round: 1,
    outcome: 'yes',
    countE2: 10_000,
    entryCostE6: 45 * DOLLAR,
    exitProceedsE6: 52 * DOLLAR,
    grossE6: 7 * DOLLAR,
    feesE6: 3 * DOLLAR,
    netE6: 4 * DOLLAR,
    slippageE6: 500_000,
    exitReason: 'take_profit',
    exitOrderId: 'exchange-2',
    entryMs: NOW_MS + 50,
    exitMs: NOW_MS + 600_000,
    ...change,
  };
}

/** An open position that no order is remembered for. */
export async function held(memory: Memory, position: PositionRow): Promise<void> {
  const { accountId, ruleId, ticker, eventTicker } = position;
  await memory.books.book(accountId, {
    ruleId,
    ticker,
    eventTicker,
    fills: [],
    settlement: undefined,
    positions: [position],
    trades: [],
  });
}

/** What was stored, as it was before it had a number. */
export function unnumbered<Row extends { id: unknown }>(row: Row): Omit<Row, 'id'> {
  const { id: _, ...rest } = row;
  return rest;
}

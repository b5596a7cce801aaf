/** Fills, settlements, and what they come to: positions and trades. */
import type { Knex } from 'knex';
import type { BreakerState } from '../trading/breaker.ts';
import { addFill, type Fill, openLedger, type Settlement } from '../trading/fills.ts';
import type { PositionRow, StoredLedger, TradeRow, TripEvent } from '../trading/ports/memory.ts';
import { holdAccount } from './accounts.ts';
import { writeDocument } from './document.ts';
import { reads, rowsOf, writesFor } from './operation.ts';
import { writeBreaker } from './rules.ts';

/** What happened in one market of one rule, with all that follows. */
export interface BookChange {
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

export interface Booking {
  accountId: string;
  change: BookChange;
}

/** The account must be held. The same change again changes nothing. */
export async function writeBooks(db: Knex, accountId: string, change: BookChange): Promise<void> {
  const { fills, settlement, positions, trades } = change;
  if (fills.length > 0 || settlement !== undefined) await writeLedger(db, accountId, change);
  for (const fill of fills) await writeFill(db, accountId, change.ruleId, fill);
  for (const position of positions) {
    const own = trades.filter((trade) => isOfPosition(trade, position));
    await writePosition(db, accountId, position, own);
    await writeTrades(db, accountId, position, own);
  }
  const strange = trades.find((trade) => !positions.some((position) => isOfPosition(trade, position)));
  if (strange !== undefined) throw new TypeError(`a trade of ${strange.ticker} came without its position`);
  if (change.breaker !== undefined || change.trips !== undefined) {
    await writeBreaker(db, accountId, change.breaker, change.trips ?? []);
  }
}

function isOfPosition(trade: TradeRow, position: PositionRow): boolean {
  return trade.ruleId === position.ruleId && trade.ticker === position.ticker && trade.round === position.round;
}

async function writeLedger(db: Knex, accountId: string, change: BookChange): Promise<void> {
  const { ruleId, ticker, eventTicker, settlement } = change;
  const key = { account_id: accountId, rule_id: ruleId, ticker };
  await db('ledgers')
    .insert({ ...key, event_ticker: eventTicker })
    .onConflict(['account_id', 'rule_id', 'ticker'])
    .ignore();
  if (settlement === undefined) return;
  await db('ledgers')
    .where(key)
    .update({ settlement_value: settlement.valueCC, settlement_fee: settlement.feeE6, settled_at: settlement.atMs });
}

async function writeFill(db: Knex, accountId: string, ruleId: string, fill: Fill): Promise<void> {
  await db('fills')
    .insert({
      account_id: accountId,
      order_id: fill.orderId,
      trade_id: fill.tradeId,
      rule_id: ruleId,
      ticker: fill.ticker,
      side: fill.side,
      yes_price: fill.yesPriceCC,
      count: fill.countE2,
      fee: fill.feeE6,
      filled_at: fill.atMs,
      leg: fill.leg ?? null,
      exit_reason: fill.exitReason ?? null,
      signal_yes_price: fill.signalYesPriceCC ?? null,
    })
    .onConflict(['account_id', 'order_id', 'trade_id'])
    .ignore();
}

async function writePosition(db: Knex, accountId: string, position: PositionRow, trades: readonly TradeRow[]): Promise<void> {
  const { open } = position;
  const total = (of: (trade: TradeRow) => number) => trades.reduce((sum, trade) => sum + of(trade), 0);
  const soldE2 = total((trade) => trade.countE2);
  const columns = {
    id: position.id,
    account_id: accountId,
    rule_id: position.ruleId,
    ticker: position.ticker,
    event_ticker: position.eventTicker,
    round: position.round,
    status: position.status,
    side: open?.outcome ?? trades[0]?.outcome ?? null,
    open: open === undefined ? null : writeDocument(open),
    open_cost: open?.costE6 ?? 0,
    entry_quantity: soldE2 + (open?.countE2 ?? 0),
    entry_cost: total((trade) => trade.entryCostE6) + (open?.costE6 ?? 0),
    exit_quantity: soldE2,
    exit_proceeds: total((trade) => trade.exitProceedsE6),
    exit_reason: trades.at(-1)?.exitReason ?? null,
    realized_pnl: total((trade) => trade.netE6),
    fees: total((trade) => trade.feesE6) + (open?.feesE6 ?? 0),
    opened_at: position.openedMs,
    closed_at: position.closedMs ?? null,
  };
  await db('positions').insert(columns).onConflict('id').merge();
}

/** A late fill may tell a round anew: its trades are replaced as a whole, and keep their rows where they stay. */
async function writeTrades(db: Knex, accountId: string, position: PositionRow, trades: readonly TradeRow[]): Promise<void> {
  const key = { account_id: accountId, rule_id: position.ruleId, ticker: position.ticker, round: position.round };
  await db('trades').where(key).where('part', '>=', trades.length).delete();
  for (const [part, trade] of trades.entries()) {
    const columns = {
      ...key,
      part,
      event_ticker: trade.eventTicker,
      environment: trade.environment,
      outcome: trade.outcome,
      count: trade.countE2,
      entry_cost: trade.entryCostE6,
      exit_proceeds: trade.exitProceedsE6,
      gross_pnl: trade.grossE6,
      fees: trade.feesE6,
      net_pnl: trade.netE6,
      slippage: trade.slippageE6 ?? null,
      exit_reason: trade.exitReason ?? null,
      exit_order_id: trade.exitOrderId ?? null,
      entry_at: trade.entryMs,
      exit_at: trade.exitMs,
    };
    await db('trades').insert(columns).onConflict(['account_id', 'rule_id', 'ticker', 'round', 'part']).merge();
  }
}

interface LedgerColumns {
  rule_id: string;
  ticker: string;
  event_ticker: string;
  settlement_value: number | null;
  settlement_fee: number | null;
  settled_at: number | null;
}

interface FillColumns {
  rule_id: string;
  ticker: string;
  order_id: string;
  trade_id: string;
  side: Fill['side'];
  yes_price: number;
  count: number;
  fee: number;
  filled_at: number;
  leg: Fill['leg'] | null;
  exit_reason: Fill['exitReason'] | null;
  signal_yes_price: number | null;
}

async function ledgersWhere(db: Knex, condition: string, bindings: readonly string[]): Promise<StoredLedger[]> {
  const ledgers = await rowsOf<LedgerColumns>(db, `SELECT l.* FROM ledgers l WHERE ${condition}`, bindings);
  const fills = await rowsOf<FillColumns>(
    db,
    `SELECT f.* FROM fills f JOIN ledgers l
      ON l.account_id = f.account_id AND l.rule_id = f.rule_id AND l.ticker = f.ticker
      WHERE ${condition}`,
    bindings,
  );
  const keyOf = (one: { rule_id: string; ticker: string }) => `${one.rule_id}|${one.ticker}`;
  const byLedger = Map.groupBy(fills, keyOf);
  return ledgers.map((ledger) => ledgerOf(ledger, byLedger.get(keyOf(ledger)) ?? []));
}

/** Fills take their places as they did when they were first added. */
function ledgerOf(row: LedgerColumns, fills: readonly FillColumns[]): StoredLedger {
  const { ticker, settlement_value: valueCC, settlement_fee: feeE6, settled_at: atMs } = row;
  const ledger = fills.map(fillOf).reduce(addFill, openLedger(ticker));
  const isSettled = valueCC !== null && feeE6 !== null && atMs !== null;
  return {
    ruleId: row.rule_id,
    ticker,
    eventTicker: row.event_ticker,
    fills: ledger.fills,
    settlement: isSettled ? { ticker, valueCC, feeE6, atMs } : undefined,
  };
}

function fillOf(row: FillColumns): Fill {
  return {
    ticker: row.ticker,
    orderId: row.order_id,
    tradeId: row.trade_id,
    side: row.side,
    yesPriceCC: row.yes_price,
    countE2: row.count,
    feeE6: row.fee,
    atMs: row.filled_at,
    leg: row.leg ?? undefined,
    exitReason: row.exit_reason ?? undefined,
    signalYesPriceCC: row.signal_yes_price ?? undefined,
  };
}

/** Sums are brought back to integers: PostgreSQL's own sum of integers is not one. */
const RESULT = `SELECT
  CAST(coalesce(sum(net_pnl), 0) AS BIGINT) AS "netE6",
  CAST(coalesce(sum(fees), 0) AS BIGINT) AS "feesE6",
  count(CASE WHEN net_pnl > 0 THEN 1 END) AS wins,
  count(CASE WHEN net_pnl < 0 THEN 1 END) AS losses,
  count(*) AS trades
  FROM trades WHERE account_id = ? AND exit_at >= ?`;

export interface BookResult {
  netE6: number;
  feesE6: number;
  wins: number;
  losses: number;
  trades: number;
}

const OPEN_LEDGER = `l.account_id = ? AND (l.settled_at IS NULL OR EXISTS (SELECT 1 FROM positions p
  WHERE p.account_id = l.account_id AND p.rule_id = l.rule_id AND p.ticker = l.ticker AND p.status = 'open'))`;

export const bookOperations = {
  'books.openLedgers': reads((db, accountId: string) => ledgersWhere(db, OPEN_LEDGER, [accountId])),
  'books.ledger': reads(async (db, { accountId, ruleId, ticker }: { accountId: string; ruleId: string; ticker: string }) => {
    const [ledger] = await ledgersWhere(db, 'l.account_id = ? AND l.rule_id = ? AND l.ticker = ?', [accountId, ruleId, ticker]);
    return ledger;
  }),
  'books.book': writesFor(
    ({ accountId }: Booking) => accountId,
    async (db, { accountId, change }) => {
      await holdAccount(db, accountId);
      await writeBooks(db, accountId, change);
    },
  ),
  'books.resultSince': reads(async (db, { accountId, sinceMs }: { accountId: string; sinceMs: number }) => {
    const [result] = await rowsOf<BookResult>(db, RESULT, [accountId, sinceMs]);
    return result ?? { netE6: 0, feesE6: 0, wins: 0, losses: 0, trades: 0 };
  }),
};

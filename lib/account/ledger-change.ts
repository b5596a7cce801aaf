/** What new fills, or a settlement, make of one rule's ledger in one market: the rows to be committed with them. Pure. */
import { addFill, addSettlement, type Fill, type Ledger, openLedger, type Settlement } from '../trading/fills.ts';
import type { PositionRow, StoredLedger, TradeRow } from '../trading/ports/memory.ts';
import type { Environment } from '../trading/ports/venue.ts';
import { type Holdings, holdingsOf, type Trade } from '../trading/position.ts';
import { positionIdOf } from './order-id.ts';

/** A ledger with what it comes to. */
export interface Book {
  ruleId: string;
  ticker: string;
  eventTicker: string;
  ledger: Ledger;
  holdings: Holdings;
}

export interface BookChange {
  book: Book;
  /** Those that were new. */
  fills: readonly Fill[];
  /** Where it was new. */
  settlement: Settlement | undefined;
  /** Rounds that are not as they were, whole. */
  positions: PositionRow[];
  /** Every trade of those rounds. */
  trades: TradeRow[];
  /** Money that moved with the change. */
  cashE6: number;
  /** What contradicts what is known: booked nowhere, to be reported. */
  contradictions: string[];
}

export interface Owner {
  accountId: string;
  environment: Environment;
}

export function newBook(ruleId: string, ticker: string, eventTicker: string): Book {
  const ledger = openLedger(ticker);
  return { ruleId, ticker, eventTicker, ledger, holdings: holdingsOf(ledger) };
}

export function bookOf(stored: StoredLedger): Book {
  const { ruleId, ticker, eventTicker, fills, settlement } = stored;
  let ledger = openLedger(ticker);
  for (const fill of fills) ledger = addFill(ledger, fill);
  if (settlement !== undefined) ledger = addSettlement(ledger, settlement);
  return { ruleId, ticker, eventTicker, ledger, holdings: holdingsOf(ledger) };
}

export function changeBook(
  before: Book,
  news: { fills: readonly Fill[]; settlement: Settlement | undefined },
  owner: Owner,
): BookChange {
  const contradictions: string[] = [];
  const added: Fill[] = [];
  let ledger = before.ledger;
  for (const fill of news.fills) {
    const next = tried(() => addFill(ledger, fill), contradictions);
    if (next === undefined || next === ledger) continue;
    ledger = next;
    added.push(fill);
  }
  const { settlement } = news;
  const settled = settlement === undefined ? ledger : (tried(() => addSettlement(ledger, settlement), contradictions) ?? ledger);
  const isSettledNow = settled !== ledger;
  const book = settled === before.ledger ? before : { ...before, ledger: settled, holdings: holdingsOf(settled) };
  return {
    book,
    fills: added,
    settlement: isSettledNow ? settlement : undefined,
    ...changedRounds(before, book, owner),
    cashE6: book.holdings.cashE6 - before.holdings.cashE6,
    contradictions,
  };
}

/** The rows of every round of a book, oldest first. */
export function positionRows(book: Book, owner: Pick<Owner, 'accountId'>): PositionRow[] {
  const { open, trades } = book.holdings;
  const rounds = new Set(trades.map((trade) => trade.round));
  if (open !== undefined) rounds.add(open.round);
  return [...rounds].map((round) => {
    const own = trades.filter((trade) => trade.round === round);
    const isOpen = open?.round === round;
    return {
      id: positionIdOf(owner.accountId, book.ruleId, book.ticker, round),
      accountId: owner.accountId,
      ruleId: book.ruleId,
      ticker: book.ticker,
      eventTicker: book.eventTicker,
      round,
      status: isOpen ? 'open' : 'closed',
      open: isOpen ? open : undefined,
      openedMs: isOpen ? open.openedMs : Math.min(...own.map((trade) => trade.entryMs)),
      closedMs: isOpen ? undefined : Math.max(...own.map((trade) => trade.exitMs)),
    };
  });
}

export function tradeRow(trade: Trade, book: Book, owner: Owner): TradeRow {
  const { ruleId, eventTicker } = book;
  return { ...trade, accountId: owner.accountId, ruleId, eventTicker, environment: owner.environment };
}

function changedRounds(before: Book, after: Book, owner: Owner): Pick<BookChange, 'positions' | 'trades'> {
  if (before === after) return { positions: [], trades: [] };
  const was = roundTexts(before, owner);
  const is = roundTexts(after, owner);
  const rows = positionRows(after, owner).filter((row) => is.get(row.round) !== was.get(row.round));
  // A fill that comes late can join two rounds into one: the row of the other is closed, empty.
  const gone = positionRows(before, owner)
    .filter((row) => !is.has(row.round))
    .map((row) => ({ ...row, status: 'closed' as const, open: undefined, closedMs: row.closedMs ?? row.openedMs }));
  const changed = new Set(rows.map((row) => row.round));
  const trades = after.holdings.trades.filter((trade) => changed.has(trade.round));
  return { positions: [...rows, ...gone], trades: trades.map((trade) => tradeRow(trade, after, owner)) };
}

function roundTexts(book: Book, owner: Owner): Map<number, string> {
  return new Map(
    positionRows(book, owner).map((row) => {
      const trades = book.holdings.trades.filter((trade) => trade.round === row.round);
      return [row.round, JSON.stringify([row, trades])];
    }),
  );
}

function tried<T>(add: () => T, contradictions: string[]): T | undefined {
  try {
    return add();
  } catch (error) {
    contradictions.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Money of one account, from its cash, its books and what the market bids. Pure. */
import type { BreakerReadings, BreakerState } from '../trading/breaker.ts';
import { type FeeSchedule, worstTakerFeeE6 } from '../trading/fees.ts';
import { costE6 } from '../trading/money.ts';
import type { OrderWish } from '../trading/order-wish.ts';
import type { StoredOrder } from '../trading/ports/memory.ts';
import type { OpenPosition } from '../trading/position.ts';
import type { AccountMoney } from './contract.ts';
import type { DayResult } from './day.ts';
import type { Book } from './ledger-change.ts';

/** What one contract of the held outcome would bring now, CC; undefined where nothing has ever been bid or decided. */
export type MarkOf = (ticker: string, outcome: OpenPosition['outcome']) => number | undefined;

export interface MoneyFacts {
  balanceE6: number;
  openBooks: readonly Book[];
  entriesUnderWay: readonly StoredOrder[];
  day: DayResult;
  dayBase: BreakerState['dayBase'];
  markOf: MarkOf;
  nowMs: number;
}

/** Fees where a market's own are not known: the dearest ordinary schedule. */
const ORDINARY_FEES: FeeSchedule = { type: 'quadratic', multiplier: 1 };

/**
 * The day's result is what closed today after fees, and what all open positions are up or down at the bid, less what was paid to open
 * them: a position held over midnight counts whole on each of its days. What nobody has ever bid for counts at cost.
 */
export function moneyOf(facts: MoneyFacts): AccountMoney {
  const { balanceE6, openBooks, entriesUnderWay, day, dayBase, markOf, nowMs } = facts;
  let valueE6 = 0;
  let changeE6 = 0;
  let costOfOpenE6 = 0;
  for (const { ticker, holdings } of openBooks) {
    const { open } = holdings;
    if (open === undefined) continue;
    const worthE6 = worthOf(open, markOf(ticker, open.outcome));
    valueE6 += worthE6;
    costOfOpenE6 += open.costE6;
    changeE6 += worthE6 - open.costE6 - open.feesE6;
  }
  return {
    balanceE6,
    capitalE6: balanceE6 + valueE6,
    exposureE6: costOfOpenE6 + entriesUnderWay.reduce((total, order) => total + stillAsideE6(order), 0),
    openPositions: openMarkets(openBooks, entriesUnderWay),
    dayPnlE6: day.netE6 + changeE6,
    dayBaseE6: dayBase?.tradingDay === day.tradingDay ? dayBase.pnlE6 : 0,
    dayFeesE6: day.feesE6,
    wins: day.wins,
    losses: day.losses,
    atMs: nowMs,
  };
}

export function readingsOf(money: AccountMoney, tradingDay: string): BreakerReadings {
  const { balanceE6, capitalE6, dayPnlE6, exposureE6, openPositions, atMs } = money;
  return { nowMs: atMs, tradingDay, capitalE6, balanceE6, dayPnlE6, exposureE6, openPositions };
}

/** What an entry can cost at most: at its limit, with the largest fee that it can meet. */
export function setAsideE6(wish: Pick<OrderWish, 'limitCC' | 'countE2'>, fees: FeeSchedule): number {
  return costE6(wish.limitCC, wish.countE2) + worstTakerFeeE6(fees, { side: 'bid', ...wish });
}

/** What an entry that is not settled may still cost, beyond the fills that are booked. */
function stillAsideE6(order: StoredOrder): number {
  const bookedE2 = Object.values(order.life.trades).reduce((total, countE2) => total + countE2, 0);
  const countE2 = Math.max(0, order.life.countE2 - bookedE2);
  return countE2 === 0 ? 0 : setAsideE6({ limitCC: order.signal.wish.limitCC, countE2 }, ORDINARY_FEES);
}

function worthOf(open: OpenPosition, markCC: number | undefined): number {
  return markCC === undefined ? open.costE6 : costE6(markCC, open.countE2);
}

/** A rule's lot in a market is one position; its entry under way there adds none. */
function openMarkets(openBooks: readonly Book[], entries: readonly StoredOrder[]): number {
  const keys = openBooks.map((book) => `${book.ruleId}|${book.ticker}`);
  return new Set([...keys, ...entries.map(({ signal: { cause } }) => `${cause.ruleId}|${cause.ticker}`)]).size;
}

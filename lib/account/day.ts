/** Today's closed trades, by New York's date. Pure. */
import type { Trade } from '../trading/position.ts';
import { dayStartMs, newYorkDay } from '../trading/trading-day.ts';

export interface DayResult {
  tradingDay: string;
  /** When it began, epoch ms, market time. */
  sinceMs: number;
  /** After fees. */
  netE6: number;
  feesE6: number;
  wins: number;
  losses: number;
}

export function newDay(nowMs: number): DayResult {
  const tradingDay = newYorkDay(nowMs);
  return { tradingDay, sinceMs: dayStartMs(tradingDay), netE6: 0, feesE6: 0, wins: 0, losses: 0 };
}

/** The day with a ledger's trades as they are now instead of as they were; what closed on another day is left out. */
export function dayAfter(day: DayResult, before: readonly Trade[], after: readonly Trade[]): DayResult {
  const was = sumOf(before, day.sinceMs);
  const is = sumOf(after, day.sinceMs);
  return {
    ...day,
    netE6: day.netE6 + is.netE6 - was.netE6,
    feesE6: day.feesE6 + is.feesE6 - was.feesE6,
    wins: day.wins + is.wins - was.wins,
    losses: day.losses + is.losses - was.losses,
  };
}

function sumOf(trades: readonly Trade[], sinceMs: number): Pick<DayResult, 'netE6' | 'feesE6' | 'wins' | 'losses'> {
  const sum = { netE6: 0, feesE6: 0, wins: 0, losses: 0 };
  for (const trade of trades) {
    if (trade.exitMs < sinceMs) continue;
    sum.netE6 += trade.netE6;
    sum.feesE6 += trade.feesE6;
    if (trade.netE6 > 0) sum.wins += 1;
    if (trade.netE6 < 0) sum.losses += 1;
  }
  return sum;
}

/** Today's closed trades, by New York's date. Pure; the date is asked of whoever knows the calendar. */
import type { Trade } from '../trading/position.ts';

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

export type TradingDayOf = (atMs: number) => string;

const DAY_MS = 86_400_000;

export function newDay(tradingDayOf: TradingDayOf, nowMs: number): DayResult {
  const tradingDay = tradingDayOf(nowMs);
  return { tradingDay, sinceMs: dayStartMs(tradingDayOf, nowMs), netE6: 0, feesE6: 0, wins: 0, losses: 0 };
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

/** The first millisecond with the date of `nowMs`. A day has at most 25 hours, so halving a longer span finds it. */
export function dayStartMs(tradingDayOf: TradingDayOf, nowMs: number): number {
  const tradingDay = tradingDayOf(nowMs);
  let before = nowMs - DAY_MS - DAY_MS / 8;
  let within = nowMs;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (tradingDayOf(middle) === tradingDay) within = middle;
    else before = middle;
  }
  return within;
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

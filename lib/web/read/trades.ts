/** Closed trades, one by one and as a day. */
import type { TradeRow } from '../../trading/ports/memory.ts';
import { slippageCC } from '../../trading/position.ts';
import type { DayView, TradeView } from '../contract.ts';
import { cents, centsOrNull, contracts, dollars, iso } from './units.ts';

export function tradeView(trade: TradeRow): TradeView {
  return {
    event: trade.eventTicker,
    ticker: trade.ticker,
    side: trade.outcome,
    contracts: contracts(trade.countE2),
    entry: cents(trade.entryCostE6 / trade.countE2),
    exit: cents(trade.exitProceedsE6 / trade.countE2),
    gross: dollars(trade.grossE6),
    fees: dollars(trade.feesE6),
    net: dollars(trade.netE6),
    slippage: centsOrNull(slippageCC(trade)),
    reason: exitWord(trade),
    openedAt: iso(trade.entryMs),
    closedAt: iso(trade.exitMs),
  };
}

export function exitWord({ exitReason }: Pick<TradeRow, 'exitReason'>): string {
  return exitReason ?? 'settled';
}

/** Wins and losses after fees; a trade that came to nothing is neither. */
export function dayView(account: string, day: string, trades: readonly TradeRow[]): DayView {
  const wins = trades.filter(({ netE6 }) => netE6 > 0).length;
  const sum = (of: (trade: TradeRow) => number, over: readonly TradeRow[]) =>
    dollars(over.reduce((total, trade) => total + of(trade), 0));
  const reasons = [...Map.groupBy(trades, exitWord)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    account,
    day,
    trades: trades.length,
    wins,
    losses: trades.filter(({ netE6 }) => netE6 < 0).length,
    winRate: trades.length === 0 ? null : Math.round((wins / trades.length) * 1_000) / 1_000,
    gross: sum(({ grossE6 }) => grossE6, trades),
    fees: sum(({ feesE6 }) => feesE6, trades),
    net: sum(({ netE6 }) => netE6, trades),
    byReason: reasons.map(([reason, some]) => ({ reason, trades: some.length, net: sum(({ netE6 }) => netE6, some) })),
  };
}

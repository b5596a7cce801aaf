/** What an order came to, in numbers for the flow and in words for people. Pure. */
import type { Signal } from '../trading/cause.ts';
import type { Fill } from '../trading/fills.ts';
import { costE6 } from '../trading/money.ts';
import { type OrderLife, outcomeOfOrder } from '../trading/order-life.ts';
import type { StoredOrder, TradeRow } from '../trading/ports/memory.ts';
import type { Alert } from '../trading/ports/outbox.ts';
import { fromYesPriceCC } from '../trading/sides.ts';
import { centsText, contractsText, dollarsText } from '../trading/words.ts';
import type { OrderReport } from './contract.ts';
import type { Refusal } from './refusals.ts';

export function reportOf(
  order: StoredOrder,
  facts: { fills: readonly Fill[]; trades: readonly TradeRow[]; code: string | undefined; atMs: number },
): OrderReport {
  const { signal, life } = order;
  const outcome = outcomeOfOrder(life) ?? 'unresolved';
  const countE2 = facts.fills.reduce((total, fill) => total + fill.countE2, 0);
  const spentE6 = facts.fills.reduce(
    (total, fill) => total + costE6(fromYesPriceCC(signal.wish.outcome, fill.yesPriceCC), fill.countE2),
    0,
  );
  const averageCC = countE2 === 0 ? undefined : Math.round((spentE6 / countE2) * 100) / 100;
  return {
    outcome,
    signal,
    clientOrderId: order.clientOrderId,
    life,
    averageCC,
    feesE6: facts.fills.reduce((total, fill) => total + fill.feeE6, 0),
    slippageCC: averageCC === undefined ? undefined : worseBy(signal, averageCC),
    code: outcome === 'filled' || outcome === 'partial' ? undefined : codeOf(life, facts.code),
    reason: reasonOf(order, averageCC),
    trades: facts.trades,
    envelope: order.envelope,
    atMs: facts.atMs,
  };
}

/** The report of a signal that was never sent. */
export function refusedReport(signal: Signal, why: Refusal, envelope: unknown, atMs: number): OrderReport {
  return {
    outcome: 'refused',
    signal,
    clientOrderId: undefined,
    life: undefined,
    averageCC: undefined,
    feesE6: 0,
    slippageCC: undefined,
    code: why.code,
    reason: why.reason,
    trades: [],
    envelope,
    atMs,
  };
}

/** `Bought 85 YES of Lakers at 47.0c` */
export function headline(report: OrderReport, team: string): string {
  const { signal, life } = report;
  const { action, outcome, countE2 } = signal.wish;
  const side = `${outcome.toUpperCase()} of ${team}`;
  if (report.outcome === 'filled' || report.outcome === 'partial') {
    const done = `${action === 'buy' ? 'Bought' : 'Sold'} ${contractsText(life?.filledE2 ?? 0)}`;
    const of = report.outcome === 'partial' ? ` of ${contractsText(countE2)}` : '';
    const price = report.averageCC === undefined ? '' : ` at ${centsText(report.averageCC)}c`;
    return `${done}${of} ${side}${price}${resultText(report)}`;
  }
  const verb = action === 'buy' ? 'Buying' : 'Selling';
  const wished = `${verb} ${contractsText(countE2)} ${side} at ${centsText(signal.wish.limitCC)}c`;
  const end = { not_filled: 'not filled', unresolved: 'outcome unknown', refused: 'not sent' }[report.outcome];
  return `${wished}: ${end}, ${report.reason}`;
}

/** The headline for the activity log, where an entry says why it was made: an alert shows that apart. */
export function logText(report: OrderReport, team: string): string {
  const { signal, outcome } = report;
  const isEntered = signal.cause.leg === 'entry' && (outcome === 'filled' || outcome === 'partial');
  // How the size came about stands behind the why.
  const [why = ''] = signal.reason.split(': ');
  return isEntered && why !== '' ? `${headline(report, team)}: ${why}` : headline(report, team);
}

export function alertOf(
  report: OrderReport,
  team: string,
): Pick<Alert, 'kind' | 'key' | 'level' | 'title' | 'facts'> | undefined {
  const { signal, outcome, clientOrderId } = report;
  if (clientOrderId === undefined) return undefined;
  const title = headline(report, team);
  const facts: [string, string][] = [
    ['Market', signal.cause.ticker],
    ['Why', signal.reason],
  ];
  if (outcome === 'filled' || outcome === 'partial') {
    facts.push(['Fees', dollarsText(report.feesE6)]);
    if (report.slippageCC !== undefined) facts.push(['Slippage', `${centsText(report.slippageCC)}c`]);
    const leg = signal.cause.leg;
    const filled = String(report.life?.filledE2 ?? 0);
    return { kind: leg, key: `${leg}|${clientOrderId}|${filled}`, level: 'info', title, facts };
  }
  const isTrouble = outcome === 'unresolved' || report.life?.state === 'refused';
  return isTrouble ? { kind: 'error', key: `${outcome}|${clientOrderId}`, level: 'error', title, facts } : undefined;
}

function resultText(report: OrderReport): string {
  if (report.signal.cause.leg === 'entry' || report.trades.length === 0) return '';
  const netE6 = report.trades.reduce((total, trade) => total + trade.netE6, 0);
  const why = report.signal.exitReason?.replaceAll('_', ' ');
  return `: ${netE6 > 0 ? '+' : ''}${dollarsText(netE6)}${why === undefined ? '' : `, ${why}`}`;
}

function worseBy(signal: Signal, averageCC: number): number {
  const { action, signalPriceCC } = signal.wish;
  const worse = action === 'buy' ? averageCC - signalPriceCC : signalPriceCC - averageCC;
  return Math.round(worse * 100) / 100;
}

/** What the exchange said of a refusal is worth more than that it was one. */
function codeOf(life: OrderLife, said: string | undefined): string | undefined {
  if (life.state === 'refused') return said ?? 'ORDER_REFUSED';
  if (life.state === 'absent') return 'ORDER_ABSENT';
  if (life.state === 'canceled') return 'ORDER_NOT_FILLED';
  return life.state === 'unresolved' ? 'ORDER_UNRESOLVED' : undefined;
}

function reasonOf({ life, signal }: StoredOrder, averageCC: number | undefined): string {
  if (life.state === 'refused') return `the exchange refused it: ${life.reason ?? 'no reason given'}`;
  if (life.state === 'absent') return life.reason ?? 'it never reached the exchange';
  if (life.state === 'unresolved') return `whether it traded is not known yet: ${life.reason ?? 'no answer'}`;
  const limit = centsText(signal.wish.limitCC);
  if (life.filledE2 === 0) return `nothing was ${signal.wish.action === 'buy' ? 'for sale' : 'wanted'} at ${limit}c or better`;
  const share = `${contractsText(life.filledE2)} of ${contractsText(life.countE2)}`;
  return averageCC === undefined ? `${share} traded` : `${share} traded at ${centsText(averageCC)}c`;
}

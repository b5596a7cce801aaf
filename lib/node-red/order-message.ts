/** What became of orders, limits, reconciliations and commands, as messages. */
import type { AccountView, CommandResult, OrderReport, ReconcileRun } from '../account/contract.ts';
import type { BreakerVerdict, Trip } from '../trading/breaker.ts';
import type { Signal } from '../trading/cause.ts';
import { ccToCents } from '../trading/money.ts';
import type { TradeRow } from '../trading/ports/memory.ts';
import type { Command } from './command-message.ts';
import type { FlowMessage } from './contract.ts';
import { signalPayload } from './signal-message.ts';
import { contracts, dollars, finerCents, iso, orNull } from './units.ts';
import { accountProperties } from './update-message.ts';

/** The outcome of an order, on the message that its signal came with. */
export function orderMessage(message: FlowMessage, account: AccountView, report: OrderReport): FlowMessage {
  const { signal } = report;
  return {
    ...message,
    topic: signal.cause.ticker,
    ...accountProperties(account),
    signal: signalPayload(signal),
    payload: orderPayload(report),
    order: orderPayload(report),
  };
}

/** A signal that would be refused now, with every limit that blocks it. */
export function blockedMessage(
  message: FlowMessage,
  account: AccountView,
  signal: Signal,
  verdict: Extract<BreakerVerdict, { kind: 'blocked' }>,
  atMs: number,
): FlowMessage {
  const { rule, reason, all } = verdict;
  return {
    ...message,
    topic: signal.cause.ticker,
    ...accountProperties(account),
    signal: signalPayload(signal),
    payload: { kind: 'blocked', rule, reason, blocks: all.map(tripProperty), at: iso(atMs) },
  };
}

export function tripMessage(account: AccountView, event: { kind: 'trip' | 'release' | 'reset'; trip: Trip }): FlowMessage {
  return { topic: event.trip.rule, ...accountProperties(account), payload: { kind: event.kind, ...tripProperty(event.trip) } };
}

export function runMessage(account: AccountView, run: ReconcileRun): FlowMessage {
  const { agreed, cause, findings, repairs, failure, atMs } = run;
  return {
    topic: cause,
    ...accountProperties(account),
    payload: {
      kind: 'reconcile',
      agreed,
      cause,
      findings: [...findings],
      repairs: [...repairs],
      code: orNull(failure?.code),
      message: orNull(failure?.message),
      at: iso(atMs),
    },
  };
}

/** What became of a command, on the message that it came with. */
export function commandMessage(
  message: FlowMessage,
  account: AccountView,
  { command }: Command,
  result: CommandResult,
  atMs: number,
): FlowMessage {
  const { done, code, message: text } = result;
  return {
    ...message,
    ...accountProperties(account),
    payload: { kind: 'command', command, done, code: orNull(code), message: text, at: iso(atMs) },
  };
}

function orderPayload(report: OrderReport): Record<string, unknown> {
  const { signal, life, outcome } = report;
  const { cause, wish } = signal;
  return {
    kind: 'order',
    outcome,
    ruleId: cause.ruleId,
    ticker: cause.ticker,
    event: signal.eventTicker,
    leg: cause.leg,
    action: wish.action,
    side: wish.outcome,
    clientOrderId: orNull(report.clientOrderId),
    orderId: orNull(life?.orderId),
    state: orNull(life?.state),
    wanted: contracts(wish.countE2),
    filled: contracts(life?.filledE2 ?? 0),
    limit: ccToCents(wish.limitCC),
    average: finerCents(report.averageCC),
    fees: dollars(report.feesE6),
    slippage: finerCents(report.slippageCC),
    code: orNull(report.code),
    exitReason: orNull(signal.exitReason),
    reason: report.reason,
    trades: report.trades.map(tradeProperty),
    at: iso(report.atMs),
  };
}

function tradeProperty(trade: TradeRow): Record<string, unknown> {
  return {
    contracts: contracts(trade.countE2),
    entry: finerCents(trade.entryCostE6 / trade.countE2),
    exit: finerCents(trade.exitProceedsE6 / trade.countE2),
    gross: dollars(trade.grossE6),
    fees: dollars(trade.feesE6),
    net: dollars(trade.netE6),
    exitReason: orNull(trade.exitReason),
    openedAt: iso(trade.entryMs),
    closedAt: iso(trade.exitMs),
  };
}

function tripProperty(trip: Trip): Record<string, unknown> {
  const isMoney = trip.rule === 'daily_loss' || trip.rule === 'exposure_total';
  const amount = (value: number | undefined) => (value === undefined ? null : isMoney ? dollars(value) : value);
  const { rule, reason, until, trippedMs, tradingDay } = trip;
  return {
    rule,
    reason,
    reading: amount(trip.reading),
    limit: amount(trip.limit),
    until: until.kind === 'time' ? iso(until.atMs) : until.kind,
    since: iso(trippedMs),
    tradingDay,
  };
}

/** What people are told of a message: orders, limits, reconciliations and errors in their own form, anything else as its text. */
import type { Alert, AlertKind } from '../trading/ports/outbox.ts';
import { ENVIRONMENTS, type Environment } from '../trading/ports/venue.ts';
import type { FlowMessage } from './contract.ts';
import { idOf } from './message-id.ts';

type Fact = readonly [label: string, value: string];
type Told = Pick<Alert, 'kind' | 'key' | 'level' | 'title' | 'facts'>;
type Fields = Readonly<Record<string, unknown>>;

const MOST_CHARACTERS = 1_000;
/** The same error of an account, told again within this time, is the same event. */
const ONE_EVENT_MS = 60_000;

/** Undefined where there is nothing to tell: a market update, an empty message. `now.environment`: where the message names none. */
export function alertOf(message: FlowMessage, now: { environment: Environment; atMs: number }): Alert | undefined {
  const payload = fieldsOf(message.payload);
  const told = message.error === undefined ? toldOf(message, payload) : errorTold(message, fieldsOf(message.error), now.atMs);
  if (told === undefined) return undefined;
  // What a flow brings together may come from several environments.
  const environment = ENVIRONMENTS.find((one) => one === message.environment) ?? now.environment;
  return { accountId: textOf(fieldsOf(message.account), 'id'), environment, atMs: now.atMs, ...told };
}

function toldOf(message: FlowMessage, payload: Fields): Told | undefined {
  switch (payload.kind) {
    case 'order':
      return orderTold(message, payload);
    case 'trip':
    case 'release':
    case 'reset':
      return tripTold(message, payload, payload.kind);
    case 'reconcile':
      return runTold(message, payload);
    case 'blocked':
      return {
        ...named(message, 'message', 'warning', `Entry blocked: ${textOf(payload, 'rule') ?? ''}`),
        facts: facts(['Reason', textOf(payload, 'reason')]),
      };
    case 'command':
      return {
        ...named(message, 'message', payload.done === true ? 'info' : 'warning', `Command ${textOf(payload, 'command') ?? ''}`),
        facts: facts(['Result', textOf(payload, 'message')]),
      };
    case 'no':
    case 'hold':
    case 'finished':
      return decisionTold(message, payload);
    case 'update':
    case 'tick':
    case 'signal':
      return undefined;
    default:
      return plainTold(message, payload);
  }
}

function orderTold(message: FlowMessage, order: Fields): Told {
  const outcome = textOf(order, 'outcome') ?? '';
  const isFilled = outcome === 'filled' || outcome === 'partial';
  const isEntry = order.leg === 'entry';
  const what = teamOf(message) ?? textOf(order, 'ticker') ?? '';
  const size = `${text(isFilled ? order.filled : order.wanted)} ${what}`;
  const title = isFilled
    ? `${isEntry ? 'Bought' : 'Sold'} ${size} at ${centsOf(order.average)}`
    : `${isEntry ? 'Entry' : 'Exit'} ${outcome.replace('_', ' ')}: ${size}`;
  const trades = Array.isArray(order.trades) ? order.trades.map(fieldsOf) : [];
  const net = trades.reduce((sum, trade) => sum + (typeof trade.net === 'number' ? trade.net : 0), 0);
  return {
    kind: isFilled ? (isEntry ? 'entry' : 'exit') : 'error',
    key: orderKey(message, order, isFilled),
    level: isFilled ? 'info' : outcome === 'unresolved' ? 'error' : 'warning',
    title: oneLine(title),
    facts: facts(
      ['Game', textOf(fieldsOf(message.game), 'title')],
      ['Game clock', textOf(fieldsOf(message.game), 'progress')],
      ['Reason', textOf(order, 'exitReason')?.replaceAll('_', ' ')],
      ['Why', textOf(order, 'reason') ?? textOf(fieldsOf(message.signal), 'reason')],
      ['Wanted', outcome === 'partial' ? text(order.wanted) : undefined],
      ['Fees', isFilled ? dollarsOf(order.fees) : undefined],
      ['Slippage', typeof order.slippage === 'number' ? centsOf(order.slippage) : undefined],
      ['Result after fees', trades.length === 0 ? undefined : dollarsOf(net)],
      ['Code', textOf(order, 'code')],
    ),
  };
}

/** The account posts what became of an order by itself, under this key: it is one event. What was never sent only the flow tells. */
function orderKey(message: FlowMessage, order: Fields, isFilled: boolean): string {
  const { outcome, leg, filled } = order;
  const id = textOf(order, 'clientOrderId');
  if (id === undefined) return `order ${idOf(message) ?? ''} ${text(outcome)}`;
  return isFilled ? `${text(leg)}|${id}|${Math.round(Number(filled) * 100)}` : `${text(outcome)}|${id}`;
}

/** Why a rule does not enter, or not leave. */
function decisionTold(message: FlowMessage, decision: Fields): Told | undefined {
  const reason = textOf(decision, 'reason');
  if (reason === undefined) return plainTold(message, decision);
  const team = teamOf(message);
  return { ...named(message, 'message', 'info', team === undefined ? reason : `${team}: ${reason}`), facts: [] };
}

function tripTold(message: FlowMessage, trip: Fields, kind: 'trip' | 'release' | 'reset'): Told {
  const limit = textOf(trip, 'rule') ?? '';
  const rule = limit.replaceAll('_', ' ');
  const titles = {
    trip: `Entries blocked: ${rule}`,
    release: `Entries free again: ${rule} is over`,
    reset: `Entries free again: ${rule} was reset`,
  };
  return {
    kind: 'trip',
    // As the account itself posts it: one event, whoever tells it.
    key: [kind, textOf(fieldsOf(message.account), 'id'), limit, Date.parse(textOf(trip, 'since') ?? '')].join('|'),
    level: kind === 'trip' ? 'warning' : 'info',
    title: oneLine(titles[kind]),
    facts: facts(
      ['Reason', textOf(trip, 'reason')],
      ['Until', kind === 'trip' ? textOf(trip, 'until')?.replaceAll('_', ' ') : undefined],
    ),
  };
}

/** Runs that agreed are told to nobody, unless something had to be put right. */
function runTold(message: FlowMessage, run: Fields): Told | undefined {
  const findings = linesOf(run.findings);
  const repairs = linesOf(run.repairs);
  if (run.agreed === true && repairs.length === 0) return undefined;
  return {
    kind: 'error',
    key: `reconcile ${textOf(fieldsOf(message.account), 'id') ?? ''} ${textOf(run, 'at') ?? ''}`,
    level: run.agreed === true ? 'warning' : 'error',
    title: run.agreed === true ? 'Reconciliation put something right' : 'Memory and exchange do not agree',
    facts: facts(
      ['Failure', textOf(run, 'message')],
      ...findings.map((line): [string, string] => ['Found', line]),
      ...repairs.map((line): [string, string] => ['Put right', line]),
    ),
  };
}

function errorTold(message: FlowMessage, error: Fields, atMs: number): Told {
  const source = fieldsOf(error.source);
  const where = textOf(source, 'name') ?? textOf(source, 'type') ?? 'a node';
  const text = textOf(error, 'message');
  const code = textOf(error, 'code');
  const told = named(message, 'error', 'error', `Error in ${where}`);
  // Node-RED hands on what an account node reports once for every node that uses it, each time as a message of its own.
  const isOfAccount = textOf(source, 'type') === 'kalshi-auth';
  const key = `error ${textOf(source, 'id') ?? ''} ${code ?? ''} ${text ?? ''} ${Math.floor(atMs / ONE_EVENT_MS)}`;
  return { ...told, ...(isOfAccount ? { key } : {}), facts: facts(['Message', text], ['Code', code]) };
}

function plainTold(message: FlowMessage, payload: Fields): Told | undefined {
  const title = textOf(payload, 'title') ?? (typeof message.payload === 'string' ? message.payload : undefined);
  if (title !== undefined) {
    const level = payload.level === 'warning' || payload.level === 'error' ? payload.level : 'info';
    const key = textOf(payload, 'key');
    const told = named(message, 'message', level, title);
    return { ...told, key: key === undefined ? told.key : `message ${key}`, facts: facts(['Text', textOf(payload, 'text')]) };
  }
  if (message.payload === undefined || message.payload === null || message.payload === '') return undefined;
  return { ...named(message, 'message', 'info', text(message.payload)), facts: [] };
}

function teamOf({ market }: FlowMessage): string | undefined {
  return textOf(fieldsOf(market), 'team');
}

function named(message: FlowMessage, kind: AlertKind, level: 'info' | 'warning' | 'error', title: string): Omit<Told, 'facts'> {
  return { kind, level, key: `${kind} ${idOf(message) ?? ''} ${title}`, title: oneLine(title) };
}

function facts(...pairs: readonly (readonly [label: string, value: string | undefined])[]): Fact[] {
  return pairs.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, value.slice(0, MOST_CHARACTERS)] as const],
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

function oneLine(title: string): string {
  return title.replace(/\s+/g, ' ').trim().slice(0, 200);
}

function centsOf(value: unknown): string {
  return typeof value === 'number' ? `${Math.round(value * 100) / 100}c` : '?';
}

function dollarsOf(value: unknown): string {
  return typeof value === 'number' ? `${value.toFixed(2)} dollars` : '?';
}

/** Whether it trades, and if not: what is blocked, why, and what ends it. */
import type { AccountMoney, AccountState, NotedDecision, ReconcileRun } from '../../account/contract.ts';
import { isRefusal } from '../../account/status.ts';
import type { Trip, Until } from '../../trading/breaker.ts';
import { dayStartMs, nextDay } from '../../trading/trading-day.ts';
import type { EngineView } from '../contract.ts';
import { newYorkTime } from './eastern-time.ts';
import { iso } from './units.ts';

export interface EngineFacts {
  state: AccountState;
  trips: readonly Trip[];
  rules: number;
  lastRun: ReconcileRun | undefined;
}

const STATES: Record<AccountState['status'], EngineView['state']> = {
  starting: 'starting',
  armed: 'running',
  paused: 'paused',
  blocked: 'blocked',
  refused: 'refused',
  closed: 'refused',
};

/** What a page shows where no account is open. */
export const NO_ACCOUNT: EngineView = {
  state: 'starting',
  text: 'No account is connected. Deploy a flow with an account, or wait until it has connected.',
  code: null,
  rules: 0,
  blocks: [],
  reconciled: null,
};

/** As `NO_ACCOUNT`, with the reason where there is one. */
export function noAccount(problem: { code: string; message: string } | undefined): EngineView {
  if (problem === undefined) return NO_ACCOUNT;
  const { code, message } = problem;
  const needsSomebody = isRefusal(code) || code === 'CREDENTIALS_MISSING';
  const why = `Not trading: ${withoutStop(message)}.`;
  return needsSomebody
    ? { ...NO_ACCOUNT, state: 'refused', text: why, code }
    : { ...NO_ACCOUNT, state: 'blocked', text: `${why} It is tried again by itself.`, code };
}

export function engineView({ state, trips, rules, lastRun }: EngineFacts): EngineView {
  return {
    state: STATES[state.status],
    text: engineText(state, trips),
    code: state.code ?? null,
    rules,
    blocks: trips.map(blockOf),
    reconciled: lastRun === undefined ? null : { at: iso(lastRun.atMs), agreed: lastRun.agreed, text: runText(lastRun) },
  };
}

/** Before it has connected, an account cannot say what it has: then its money counts as nothing, and it is not to be shown. */
export function knowsMoney({ status }: AccountState, { capitalE6 }: AccountMoney): boolean {
  return status === 'armed' || status === 'paused' || (status === 'blocked' && capitalE6 !== 0);
}

/** Rules are known by what they have decided. */
export function countRules(decisions: readonly NotedDecision[]): number {
  return new Set(decisions.map((one) => one.ruleId)).size;
}

/** One sentence on a run of the reconciler. */
export function runText({ agreed, findings, repairs, failure }: ReconcileRun): string {
  if (failure !== undefined) return `Not reconciled: ${failure.message}`;
  const repaired = repairs.length === 0 ? '' : ` ${repairs.length} repaired: ${repairs.join('; ')}.`;
  if (agreed) return `Memory and exchange agree.${repaired}`;
  return `Memory and exchange differ: ${findings.join('; ')}.${repaired}`;
}

function engineText({ status, reason, code }: AccountState, trips: readonly Trip[]): string {
  const why = reason === '' ? '' : `: ${withoutStop(reason)}`;
  switch (status) {
    case 'armed':
      return 'Systems normal.';
    case 'paused':
      return `Paused${why}. Exits go on. Resume to let rules buy again.`;
    case 'blocked': {
      // A fault blocks whatever becomes of the limits.
      const ends = code === 'BREAKER_OPEN' ? endsOf(trips) : [];
      return [`Entries are blocked${why}.`, 'Exits go on.', ...ends].join(' ');
    }
    case 'starting':
      return `Starting${why}. Nothing is traded yet.`;
    case 'refused':
      return `Not trading${why}.`;
    case 'closed':
      return `The account is closed${why}.`;
    default:
      return status satisfies never;
  }
}

function blockOf({ rule, reason, until, trippedMs, tradingDay }: Trip): EngineView['blocks'][number] {
  return {
    rule,
    reason,
    since: iso(trippedMs),
    until:
      until.kind === 'time' ? iso(until.atMs) : until.kind === 'next_trading_day' ? iso(dayStartMs(nextDay(tradingDay))) : null,
    canReset: until.kind !== 'reading',
  };
}

function endsOf(trips: readonly Trip[]): string[] {
  if (trips.length > 1) return [`${trips.length} limits block: each has to end or be reset with a note.`];
  return trips.map(({ until }) => endOf(until));
}

function endOf(until: Until): string {
  switch (until.kind) {
    case 'time':
      return `Resumes at ${newYorkTime(until.atMs)}, or reset with a note.`;
    case 'next_trading_day':
      return 'Resumes tomorrow, or reset with a note.';
    case 'reset':
      return 'Until it is reset with a note.';
    case 'reading':
      return 'Resumes by itself as soon as there is room.';
    default:
      return until satisfies never;
  }
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

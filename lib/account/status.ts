/** What an account may do now, and why not more. Pure. */
import type { Trip } from '../trading/breaker.ts';
import type { AccountState } from './contract.ts';
import { type Refusal, refusal } from './refusals.ts';

export interface Standing {
  isClosed: boolean;
  /** Why it cannot be used at all: credentials, environment. */
  refusal: Refusal | undefined;
  /** Why the last try to start has failed; it is tried again. */
  failure: Refusal | undefined;
  /** Memory loaded and connected: exits can be sent. */
  isConnected: boolean;
  /** The first reconciliation has agreed. */
  isArmed: boolean;
  /** Why entries are blocked although it has started: memory, connection, reconciliation, balance. */
  blocks: readonly Refusal[];
  trips: readonly Trip[];
  entriesEnabled: boolean;
}

export function statusOf(standing: Standing): AccountState {
  if (standing.isClosed) return { status: 'closed', reason: 'closed', code: 'ACCOUNT_CLOSED' };
  if (standing.refusal !== undefined) return { status: 'refused', ...standing.refusal };
  if (standing.failure !== undefined) return { status: 'blocked', ...standing.failure };
  if (!standing.isArmed)
    return { status: 'starting', reason: 'connecting and comparing with the exchange', code: 'ACCOUNT_STARTING' };
  const [block] = standing.blocks;
  if (block !== undefined) return { status: 'blocked', ...block };
  const [trip] = standing.trips;
  if (trip !== undefined) return { status: 'blocked', reason: trip.reason, code: 'BREAKER_OPEN' };
  if (!standing.entriesEnabled) return { status: 'paused', reason: 'entries are switched off', code: 'ENTRIES_OFF' };
  return { status: 'armed', reason: '', code: undefined };
}

/** Why an order of this leg cannot be sent now. A breaker and the switch are asked by the transaction, which knows best. */
export function closedFor(leg: 'entry' | 'exit', standing: Standing): Refusal | undefined {
  const state = statusOf(standing);
  if (state.status === 'closed') return refusal('ACCOUNT_CLOSED', 'the account is closed');
  if (!standing.isConnected) return refusal('ACCOUNT_STARTING', state.reason || 'not connected yet');
  if (leg === 'exit') return undefined;
  if (state.status === 'refused' || state.status === 'starting')
    return { code: state.code ?? 'ACCOUNT_STARTING', reason: state.reason };
  const [block] = standing.failure === undefined ? standing.blocks : [standing.failure];
  return block === undefined ? undefined : { code: block.code, reason: `entries are blocked: ${block.reason}` };
}

/** Codes that no retry mends until a person has done something. */
export function isRefusal(code: string): boolean {
  return /^(KALSHI_(AUTH_REJECTED|FORBIDDEN|CREDENTIALS_MISSING|KEY_[A-Z_]+)|ENVIRONMENT_[A-Z_]+)$/.test(code);
}

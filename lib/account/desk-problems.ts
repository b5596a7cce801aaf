/** Why an attachment has nothing to use, by stable codes; the messages are for the user. */
import { codeOf } from '../trading/errors.ts';
import type { AccountWanted } from './contract.ts';
import { messageOf } from './feed-problems.ts';

export interface DeskProblem {
  code: string;
  message: string;
}

/** A problem that is thrown. */
export class DeskError extends Error {
  override readonly name = 'DeskError';
  readonly code: string;

  constructor({ code, message }: DeskProblem) {
    super(message);
    this.code = code;
  }
}

export const CONNECTING: DeskProblem = { code: 'ACCOUNT_CONNECTING', message: 'connecting' };
export const DESK_MISSING: DeskProblem = {
  code: 'DESK_MISSING',
  message: 'Courtside does not run in this process: start it with npm start',
};
export const DESK_CLOSED: DeskProblem = { code: 'DESK_CLOSED', message: 'Courtside is shutting down' };

export function noAccounts(environment: string): DeskProblem {
  return { code: 'ACCOUNT_NONE', message: `no account of ${environment} is connected` };
}

/** The label is in use with other credentials by another node. */
export function keyConflict({ label }: AccountWanted): DeskProblem {
  return {
    code: 'ACCOUNT_KEY_CONFLICT',
    message: `account ${label} is in use with another key: give this one a label of its own, or the same key`,
  };
}

/** The old account goes on until it is flat. */
export function changedWhileOpen(wanted: AccountWanted, inForce: AccountWanted): DeskProblem {
  const what = wanted.environment === inForce.environment ? 'the key' : `the environment, from ${inForce.environment},`;
  return {
    code: 'ACCOUNT_KEY_CHANGED_WHILE_OPEN',
    message: `${what} of account ${inForce.label} cannot be changed while positions or orders are open: it goes on as it was until they are closed`,
  };
}

export function failedToOpen(error: unknown): DeskProblem {
  return { code: codeOf(error) ?? 'ACCOUNT_UNAVAILABLE', message: messageOf(error) };
}

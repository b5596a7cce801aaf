/** Errors of the glue between nodes and a flow runtime. Codes are stable; messages are for the user. */
import type { NodeProblem } from './contract.ts';

export type NodeErrorCode =
  /** Saved properties that cannot be used; each is named. */
  | 'NODE_SETTINGS_INVALID'
  /** No kalshi-auth node is chosen, or it is missing or disabled. */
  | 'NODE_ACCOUNT_MISSING'
  /** What was asked for needs an account, and none is connected. */
  | 'NODE_ACCOUNT_OFFLINE'
  /** A defect: an error that nobody foresaw. */
  | 'NODE_FAILED'
  /** A node took too long to close. */
  | 'NODE_CLOSE_SLOW'
  | 'MESSAGE_NOT_AN_UPDATE'
  | 'MESSAGE_NOT_A_SIGNAL'
  | 'MESSAGE_NOT_A_COMMAND'
  /** A flow has something in it that the host in memory does not run. */
  | 'FLOW_NOT_SUPPORTED';

export class NodeError extends Error implements NodeProblem {
  override readonly name = 'NodeError';
  readonly code: NodeErrorCode;

  constructor(code: NodeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The stable code that an error carries, if it does. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code !== '' ? error.code : undefined;
}

/**
 * An error as a flow may see it: message and code, nothing else. Node-RED copies an error's own `stack` and `cause` into the message,
 * and puts the error's name before its text.
 */
export function toldError(error: unknown): NodeProblem {
  const code = codeOf(error) ?? 'NODE_FAILED';
  const text = error instanceof Error ? error.message : String(error);
  const told = new Error(code === 'NODE_FAILED' ? `this node has failed: ${text}` : text);
  delete told.stack;
  Object.defineProperty(told, 'name', { value: '', enumerable: false });
  return Object.assign(told, { code });
}

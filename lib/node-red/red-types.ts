/** The part of Node-RED's runtime API that is used here. */
import type { FlowMessage } from './contract.ts';

export interface RedNode {
  id: string;
  type: string;
  name?: string;
  /** Of a node inside a subflow: its id in the flow file. */
  _alias?: string;
  credentials?: Record<string, string | undefined>;
  /** Its tab, which knows the Catch nodes. */
  _flow?: { handleError(node: RedNode, error: Error, message: object): boolean };
  /** Of a config node: errors and status are handed on to these. */
  users?: Record<string, RedNode>;
  on(event: 'input', listener: (message: FlowMessage, send: RedSend, done: (error?: Error) => void) => void): void;
  on(event: 'close', listener: (removed: boolean, done: () => void) => void): void;
  send: RedSend;
  status(look: { fill: string; shape: string; text: string }): void;
  error(error: Error, message?: object): void;
}

/** One message for the first port, or one by port. */
export type RedSend = (messages: FlowMessage | (FlowMessage | null)[]) => void;

export interface FlowEvent {
  config: { flows?: readonly { id: string }[] } | null | undefined;
}

export interface RedEvents {
  on(event: 'flows:starting' | 'flows:started' | 'flows:stopping', listener: (event: FlowEvent) => void): unknown;
}

export interface SendEvent {
  msg: FlowMessage;
}

export interface RedHooks {
  add(hook: string, handle: (event: SendEvent) => void): void;
  remove(hook: string): void;
}

export type NodeConstructor = (this: RedNode, saved: Record<string, unknown>) => void;

export interface RedApi {
  nodes: {
    createNode(node: RedNode, saved: Record<string, unknown>): void;
    registerType(
      type: string,
      constructor: NodeConstructor,
      options?: { credentials: Record<string, { type: 'text' | 'password' }> },
    ): void;
    getNode(id: string): RedNode | null | undefined;
  };
  events: RedEvents;
  hooks?: RedHooks;
  log: { error(text: string): void };
  util: { cloneMessage: (message: FlowMessage) => FlowMessage };
}

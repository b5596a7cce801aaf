/** What a node of ours is made of, and the small part of Node-RED that it stands on. */
import type { z } from 'zod';
import type { AccountWanted, Attachment } from '../account/contract.ts';
import type { Clock } from '../trading/ports/clock.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { MessagePart } from './message-table.ts';

/** A message on a wire: `topic` and `payload`, and named properties that accumulate along the flow. Plain JSON of ours; others may add. */
export interface FlowMessage {
  _msgid?: string;
  topic?: string;
  payload?: unknown;
  [name: string]: unknown;
}

export interface StatusLook {
  fill: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  shape: 'ring' | 'dot';
  /** For the user, under 20 characters; what follows it at run time counts too. */
  text: string;
}

/** What a behaviour is given. */
export interface NodeContext<P, S extends string> {
  id: string;
  /** The node's name, or its type. */
  name: string;
  properties: P;
  /** Present where the declaration wants an account; released with the node. */
  attachment: Attachment;
  /** Market time of the attached environment; wall time while there is none. */
  clock: Clock;
  /** Sends a message that the node originates. Ports count from 0. */
  send(port: number, message: FlowMessage): void;
  /** One of the declared statuses, with an optional few words after it. The environment is put before it. */
  status(key: S, words?: string): void;
  /** An error without a message: for Catch nodes, the log and the page. */
  report(error: NodeProblem): void;
}

/** An error with a stable code. Never a key, a signature or a raw request in it. */
export interface NodeProblem extends Error {
  code: string;
}

export interface InputContext {
  /** Sends on with the message's id kept. */
  send(port: number, message: FlowMessage): void;
}

/** What a node does. A throw from `input` becomes the node's error (status, Catch), never a crash. */
export interface NodeBehaviour {
  input?(message: FlowMessage, reply: InputContext): void | Promise<void>;
  /** `removed`: the node is gone for good · `redeployed`: a successor may come · `stopped`: the runtime ends. */
  close?(why: 'removed' | 'redeployed' | 'stopped'): void | Promise<void>;
}

export interface PortDeclaration {
  /** Shown at the port. */
  label: string;
  /** For the help, one sentence: what is wanted here, or when something is sent. */
  meaning?: string;
  /** For the help: the message properties that are read or carried here. */
  carries?: readonly MessagePart[];
}

/** A node type, declared once: runtime check, editor defaults, validation, form and help tables are read from it. */
export interface NodeDeclaration<P extends z.ZodObject = z.ZodObject, S extends string = string> {
  type: `kalshi-${string}`;
  /** In the palette, without the prefix. */
  label: string;
  /** Of the saved properties; rises when they change their meaning. */
  version: number;
  /** By the version they upgrade from. */
  migrations: Readonly<Record<number, (properties: Record<string, unknown>) => Record<string, unknown>>>;
  properties: P;
  /** `account`: the property that names the kalshi-auth node is needed; `none`: there is no such property. */
  account: 'needed' | 'none';
  inputs: readonly PortDeclaration[];
  outputs: readonly PortDeclaration[];
  statuses: Readonly<Record<S, StatusLook & { meaning: string }>>;
  /** Name of the icon file beside the node, or `font-awesome/fa-…`. */
  icon: string;
  /** Nodes that end a flow stand with their icon on the right. */
  align?: 'right';
  /** Problems that the schema cannot tell (impossible combinations), each with the property's name; checked at deploy. */
  problems?(properties: z.output<P>): readonly { property: string; message: string }[];
  start(context: NodeContext<z.output<P>, S>): NodeBehaviour;
}

/** The config node `kalshi-auth` as the glue sees it. */
export interface AuthDeclaration<P extends z.ZodObject = z.ZodObject> {
  type: 'kalshi-auth';
  label: string;
  version: number;
  migrations: NodeDeclaration['migrations'];
  properties: P;
  /** Which account is meant; `credentials` are the decrypted ones of the node. */
  wanted(
    properties: z.output<P>,
    credentials: Readonly<Record<string, string | undefined>>,
    /** The environment that the program was started for. */
    started: Environment,
  ): AccountWanted;
}

/**
 * The part of a flow runtime that nodes stand on. Node-RED is one; a host in memory with virtual time is another. One object stands for
 * one node.
 */
export interface NodeHost {
  readonly id: string;
  readonly name: string | undefined;
  /** The saved properties, as they are. */
  readonly saved: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string | undefined>>;
  /** Another node's behaviour-side object (see `offer`), by id; undefined where there is none. This node then counts as its user. */
  get(id: string): unknown;
  /** What `get` of this node's id gives to others. */
  offer(object: unknown): void;
  /** Runs `start` once every node of the flow stands: what is sent before would be lost. Not at all where the node closes before. */
  onReady(start: () => void): void;
  /** What `handle` throws is the message's error; its end is the message's end. */
  onInput(handle: (message: FlowMessage, send: (port: number, message: FlowMessage) => void) => void | Promise<void>): void;
  onClose(handle: (why: 'removed' | 'redeployed' | 'stopped') => Promise<void>): void;
  send(port: number, message: FlowMessage): void;
  status(look: Pick<StatusLook, 'fill' | 'shape' | 'text'>): void;
  /** To Catch nodes, else the log. What is given has nothing in it but message and code. */
  report(error: NodeProblem): void;
  /** What only the operator may see, such as the place of a defect: the log, among its errors. */
  log(line: string): void;
}

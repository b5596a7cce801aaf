/**
 * Runs a flow file in memory, on whatever time the desk's environments have: the same nodes, the same wires, messages in the same order
 * as Node-RED. For tests and for replays. Of Node-RED's own nodes it knows those that only pass messages on; any other is refused by name.
 */
import type { Desk } from '../account/contract.ts';
import type { Activity, WallTimer } from '../trading/ports/clock.ts';
import { liveAuth } from './auth-life.ts';
import type { AuthDeclaration, FlowMessage, NodeDeclaration, NodeHost, NodeProblem } from './contract.ts';
import { sendingCopies } from './copies.ts';
import { NodeError } from './errors.ts';
import { type FlowFileNode, type FlowPlan, planFlow } from './flow-plan.ts';
import { idOf, withId } from './message-id.ts';
import { liveNode } from './node-life.ts';
import { RuleClaims } from './rule-claims.ts';
import type { Look } from './status-line.ts';
import { SYSTEM_WALL } from './wall.ts';

export type ClosedBecause = 'removed' | 'redeployed' | 'stopped';

export interface MemoryOptions {
  types: readonly NodeDeclaration[];
  auth: AuthDeclaration;
  desk: Desk;
  /** Of kalshi-auth nodes, by id. */
  credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  wall?: WallTimer;
  /** Counts messages on wires. */
  activity?: Activity;
  /** Freezes every message that is sent, all the way down: whoever edits one fails. */
  isFrozen?: boolean;
  listener?: MemoryListener;
}

export interface MemoryListener {
  /** Once for every wire. */
  sent?(event: { from: string; port: number; to: string; message: FlowMessage }): void;
  /** What an active debug node was given. */
  debug?(event: { id: string; message: FlowMessage }): void;
  status?(event: { id: string; look: Look }): void;
  error?(event: { id: string; error: NodeProblem; message: FlowMessage | undefined; isCaught: boolean }): void;
  log?(event: { id: string; line: string }): void;
}

/** One node that runs. */
interface Running {
  id: string;
  type: string;
  name: string | undefined;
  wires: readonly (readonly string[])[];
  users: Set<string>;
  offered: unknown;
  isClosed: boolean;
  receive: (message: FlowMessage) => void;
  close: (why: ClosedBecause) => Promise<void>;
}

export class MemoryRuntime {
  readonly #options: MemoryOptions;
  readonly #claims = new Map<string, RuleClaims>();
  readonly #nodes = new Map<string, Running>();
  #plan: FlowPlan = planFlow([], []);
  #messages = 0;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  /** Ends what runs and starts this flow. Throws `FLOW_NOT_SUPPORTED`, naming the types, before anything is ended. */
  async deploy(flow: readonly FlowFileNode[]): Promise<void> {
    const plan = planFlow(flow, [...this.#options.types.map(({ type }) => type), this.#options.auth.type]);
    await this.#close((id) => (plan.nodes.some((node) => node.id === id) ? 'redeployed' : 'removed'));
    this.#plan = plan;
    const ready: (() => void)[] = [];
    for (const node of plan.nodes) this.#nodes.set(node.id, this.#make(node, ready));
    for (const start of ready) start();
  }

  async stop(): Promise<void> {
    await this.#close(() => 'stopped');
  }

  /** Gives a node a message, as from a wire. */
  receive(id: string, message: FlowMessage): void {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new NodeError('FLOW_NOT_SUPPORTED', `there is no node ${id} in this flow`);
    this.#hop(node, this.#withId(message));
  }

  async #close(why: (id: string) => ClosedBecause): Promise<void> {
    const nodes = [...this.#nodes.values()];
    this.#nodes.clear();
    await Promise.all(nodes.map((node) => node.close(why(node.id))));
  }

  #make(saved: FlowFileNode, ready: (() => void)[]): Running {
    const { id, type, name } = saved;
    const node: Running = {
      id,
      type,
      name: typeof name === 'string' && name !== '' ? name : undefined,
      wires: this.#plan.wiresOf(saved),
      users: new Set(),
      offered: undefined,
      isClosed: false,
      receive: () => {},
      close: async () => {},
    };
    if (type === 'debug') node.receive = (message) => saved.active !== false && this.#options.listener?.debug?.({ id, message });
    else if (this.#plan.isOurs(type)) this.#live(node, saved, ready);
    else node.receive = (message) => this.#send(node, 0, message);
    return node;
  }

  #live(node: Running, saved: FlowFileNode, ready: (() => void)[]): void {
    const { auth, desk, types, wall = SYSTEM_WALL } = this.#options;
    const host = this.#hostOf(node, saved, ready);
    if (node.type === auth.type) {
      liveAuth(auth, host, () => desk);
      return;
    }
    const declaration = types.find(({ type }) => type === node.type);
    if (declaration === undefined) throw new NodeError('FLOW_NOT_SUPPORTED', `there is no type ${node.type}`);
    const claims = this.#claims.get(node.type) ?? new RuleClaims();
    this.#claims.set(node.type, claims);
    liveNode(declaration, host, { wall, claims });
  }

  #hostOf(node: Running, saved: FlowFileNode, ready: (() => void)[]): NodeHost {
    const { listener, credentials } = this.#options;
    return {
      id: node.id,
      name: node.name,
      saved,
      credentials: credentials?.[node.id] ?? {},
      get: (id) => {
        const other = this.#nodes.get(id);
        other?.users.add(node.id);
        return other?.offered;
      },
      offer: (object) => {
        node.offered = object;
      },
      onReady: (start) => {
        ready.push(() => {
          if (!node.isClosed) start();
        });
      },
      onInput: (handle) => {
        node.receive = (message) => {
          const failed = (error: NodeProblem) => this.#fail(node, error, message);
          const answer = sendingCopies((port, one) => this.#send(node, port, one), structuredClone);
          try {
            const handled = handle(message, answer);
            if (handled !== undefined) handled.then(() => {}, failed);
          } catch (error) {
            failed(error as NodeProblem);
          }
        };
      },
      onClose: (handle) => {
        node.close = async (why) => {
          node.isClosed = true;
          await handle(why);
        };
      },
      send: (port, message) => this.#send(node, port, message),
      status: (look) => {
        listener?.status?.({ id: node.id, look });
        const source = { id: node.id, type: node.type, name: node.name };
        for (const watcher of this.#plan.watchersOf('status', [node.id, ...node.users])) {
          this.#nodes.get(watcher)?.receive(this.#withId({ status: { ...look, source } }));
        }
      },
      report: (error) => this.#fail(node, error, undefined),
      log: (line) => listener?.log?.({ id: node.id, line }),
    };
  }

  /** The first wire gets the message itself, the others a copy, each in a turn of its own: as on Node-RED. */
  #send(node: Running, port: number, message: FlowMessage): void {
    const known = this.#withId(message);
    const targets = (node.wires[port] ?? []).flatMap((id) => this.#nodes.get(id) ?? []);
    const copies = targets.map((_, index) => (index === 0 ? known : structuredClone(known)));
    targets.forEach((target, index) => {
      const copy = copies[index] ?? known;
      this.#options.listener?.sent?.({ from: node.id, port, to: target.id, message: copy });
      this.#hop(target, copy);
    });
  }

  #hop(target: Running, message: FlowMessage): void {
    if (this.#options.isFrozen === true) freeze(message);
    const end = this.#options.activity?.begin();
    setImmediate(() => {
      try {
        if (!target.isClosed) target.receive(message);
      } finally {
        end?.();
      }
    });
  }

  #fail(node: Running, error: NodeProblem, message: FlowMessage | undefined): void {
    const source = { id: node.id, type: node.type, name: node.name, count: 1 };
    // A node that others use hands its errors to them.
    const reporting = node.users.size > 0 ? [...node.users] : [node.id];
    const catchers = this.#plan.watchersOf('catch', reporting);
    this.#options.listener?.error?.({ id: node.id, error, message, isCaught: catchers.length > 0 });
    for (const id of catchers) {
      const caught = { ...structuredClone(message ?? {}), error: { message: error.message, source, code: error.code } };
      this.#nodes.get(id)?.receive(this.#withId(caught));
    }
  }

  #withId(message: FlowMessage): FlowMessage {
    if (idOf(message) !== undefined) return message;
    this.#messages += 1;
    return withId(message, `m${this.#messages}`);
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

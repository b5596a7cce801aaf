/** Nodes of ours on Node-RED. */
import type { FlowMessage, NodeHost, NodeProblem } from './contract.ts';
import { sendingCopies } from './copies.ts';
import { FlowRuns } from './flow-runs.ts';
import type { RedApi, RedNode, RedSend } from './red-types.ts';

/** What nodes offer to others, by node. */
const OFFERS = new WeakMap<RedNode, unknown>();

/** Registers a type whose nodes are made by `make`. */
export function registerType(
  RED: RedApi,
  type: string,
  make: (host: NodeHost) => void,
  options?: { credentials: Record<string, { type: 'text' | 'password' }> },
): void {
  function Constructor(this: RedNode, saved: Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    make(redHost(RED, this, saved));
  }
  RED.nodes.registerType(type, Constructor, options);
}

function redHost(RED: RedApi, node: RedNode, saved: Record<string, unknown>): NodeHost {
  const runs = FlowRuns.of(RED.events);
  const leave = new Set<() => void>();
  const log = (line: string) => RED.log.error(`[${node.type}:${node.name ?? node.id}] ${line}`);
  return {
    id: node.id,
    name: node.name === '' ? undefined : node.name,
    saved,
    credentials: node.credentials ?? {},
    get: (id) => {
      const other = RED.nodes.getNode(id);
      if (other === null || other === undefined) return undefined;
      other.users = { ...other.users, [node.id]: node };
      leave.add(() => {
        delete other.users?.[node.id];
      });
      return OFFERS.get(other);
    },
    offer: (object) => {
      OFFERS.set(node, object);
    },
    onReady: (start) => {
      leave.add(runs.onStarted(start));
    },
    onInput: (handle) => {
      node.on('input', (message, send, done) => {
        const answer = sendingCopies((port, one) => sendTo(send, port, one), RED.util.cloneMessage);
        attend(() => handle(message, answer), done, log);
      });
    },
    onClose: (handle) => {
      node.on('close', (removed, done) => {
        for (const run of leave) run();
        const because = runs.because(idInFile(node), removed);
        attend(
          () => handle(because),
          () => done(),
          log,
        );
      });
    },
    send: (port, message) => sendTo((messages) => node.send(messages), port, message),
    status: (look) => node.status(look),
    report: (error) => report(node, error),
    log,
  };
}

/**
 * To Catch nodes and to the log and the editor's sidebar. Node-RED itself logs nothing that a Catch node has taken, and a node that cannot
 * be used at all would have told nobody who watches.
 */
function report(node: RedNode, error: NodeProblem): void {
  node._flow?.handleError(node, error, {});
  node.error(error);
}

/** A node inside a subflow is made under an id of its own for every instance. */
function idInFile({ _alias: alias, id }: RedNode): string {
  return alias ?? id;
}

/** Runs it and says exactly once that it is done; nothing that goes wrong on the way escapes. */
function attend(run: () => void | Promise<void>, done: (error?: Error) => void, log: (line: string) => void): void {
  const finish = (error?: NodeProblem) => {
    try {
      if (error === undefined) done();
      else done(error);
    } catch (thrown) {
      log(String(thrown));
    }
  };
  try {
    const running = run();
    if (running === undefined) finish();
    else
      running.then(
        () => finish(),
        (error: NodeProblem) => finish(error),
      );
  } catch (error) {
    finish(error as NodeProblem);
  }
}

function sendTo(send: RedSend, port: number, message: FlowMessage): void {
  if (port === 0) {
    send(message);
    return;
  }
  const before: (FlowMessage | null)[] = Array.from({ length: port }, () => null);
  send([...before, message]);
}

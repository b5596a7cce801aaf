/** What of a flow file runs in memory, how it is wired, and who watches whom. */
import { NodeError } from './errors.ts';

/** A node as a flow file has it. */
export interface FlowFileNode {
  id: string;
  type: string;
  /** Its tab; none for tabs and global config nodes. */
  z?: string;
  /** Its group. */
  g?: string;
  name?: string;
  /** Disabled. */
  d?: boolean;
  wires?: readonly (readonly string[])[];
  [property: string]: unknown;
}

export interface FlowPlan {
  /** Those that run, config nodes first, else as in the file. */
  nodes: readonly FlowFileNode[];
  isOurs(type: string): boolean;
  wiresOf(node: FlowFileNode): readonly (readonly string[])[];
  /** The ids of catch or status nodes that watch one of these nodes, in the order in which they are told. */
  watchersOf(kind: 'catch' | 'status', ids: readonly string[]): string[];
}

/** Nodes that are nothing but paper. */
const PAPER = new Set(['tab', 'comment', 'group', 'global-config']);
/** Nodes of Node-RED's own that hand on what they get, and the one that shows it. */
const PASSING = new Set(['junction', 'link in', 'link out', 'catch', 'status', 'debug']);

/** Throws `FLOW_NOT_SUPPORTED`, naming every type that is neither ours nor one of the few that run here, or an id that two tabs have. */
export function planFlow(file: readonly FlowFileNode[], ours: readonly string[]): FlowPlan {
  const disabledTabs = new Set(file.filter(({ type, disabled }) => type === 'tab' && disabled === true).map(({ id }) => id));
  const running = oneForEachId(
    file.filter(({ type, d, z }) => !PAPER.has(type) && d !== true && !(z !== undefined && disabledTabs.has(z))),
  );
  const foreign = new Set(running.map(typeProblem).filter((problem) => problem !== undefined));
  if (foreign.size > 0)
    throw new NodeError('FLOW_NOT_SUPPORTED', `this flow has nodes that do not run here: ${[...foreign].join(', ')}`);
  const groups = new Map(file.filter(({ type }) => type === 'group').map((group) => [group.id, group]));
  const byId = new Map(running.map((node) => [node.id, node]));

  function typeProblem({ type, mode }: FlowFileNode): string | undefined {
    if (type === 'link out' && mode !== undefined && mode !== 'link') return `link out (${JSON.stringify(mode)})`;
    return ours.includes(type) || PASSING.has(type) ? undefined : type;
  }

  /** How many groups lie between; undefined where the watcher does not look there. */
  function distance(watcher: FlowFileNode, node: FlowFileNode): number | undefined {
    if (watcher.z !== node.z) return undefined;
    if (Array.isArray(watcher.scope) && !watcher.scope.includes(node.id)) return undefined;
    if (watcher.scope === 'group' && node.g === undefined) return undefined;
    let steps = 0;
    let group = node.g;
    while (group !== undefined && group !== watcher.g) {
      steps += 1;
      group = groups.get(group)?.g;
    }
    return watcher.scope === 'group' && group === undefined ? undefined : steps;
  }

  return {
    nodes: [
      ...running.filter(({ z, wires }) => z === undefined || wires === undefined),
      ...running.filter(({ z, wires }) => z !== undefined && wires !== undefined),
    ],
    isOurs: (type) => ours.includes(type),
    wiresOf: ({ type, wires, links }) => (type === 'link out' ? [Array.isArray(links) ? links.map(String) : []] : (wires ?? [])),
    watchersOf(kind, ids) {
      const watched = ids.flatMap((id) => byId.get(id) ?? []);
      const found = running
        .filter(({ type }) => type === kind)
        .flatMap((watcher) => {
          const distances = watched.flatMap((node) => distance(watcher, node) ?? []);
          return distances.length === 0 ? [] : [{ watcher, steps: Math.min(...distances) }];
        })
        .toSorted((a, b) => a.steps - b.steps || rank(a.watcher) - rank(b.watcher));
      // Those that want only what nobody else has handled are passed over once anybody has.
      const [first] = found;
      const told = first?.watcher.uncaught === true ? found : found.filter(({ watcher }) => watcher.uncaught !== true);
      return told.map(({ watcher }) => watcher.id);
    },
  };
}

/** What several flows share stands in each of their files; the last one counts. Two nodes of one id on two tabs would get each other's messages. */
function oneForEachId(nodes: readonly FlowFileNode[]): FlowFileNode[] {
  const byId = new Map<string, FlowFileNode>();
  for (const node of nodes) {
    const { id, z } = node;
    const known = byId.get(id);
    if (known !== undefined && known.z !== z)
      throw new NodeError('FLOW_NOT_SUPPORTED', `two nodes of this flow have the id ${id}`);
    byId.set(id, node);
  }
  return [...byId.values()];
}

function rank({ scope, uncaught }: FlowFileNode): number {
  if (Array.isArray(scope)) return 0;
  return uncaught === true ? 2 : 1;
}

/**
 * The flows of this machine: Node-RED's flow file, and what of it is ours.
 *
 * 1. At the first start the shipped tabs and pages are copied. From then on the tabs belong to the user.
 * 2. At every later start the product's own pages are replaced by the shipped ones; nothing else is touched.
 * 3. A shipped tab that has changed since it was copied is offered, once for each change, and never installed.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, replaceFile, unusable } from './home.ts';

export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** One flow as shipped: its file's name without the ending, and its nodes. */
export interface ShippedFlow {
  name: string;
  nodes: readonly FlowNode[];
}

/** What was done, and which shipped flows are newer than what was copied. */
export interface FlowsPrepared {
  isFirst: boolean;
  offered: readonly string[];
}

/** Kept beside the flow file: what of it came from us. */
interface Ledger {
  /** Digest of each shipped flow when it was copied or last offered, by name. */
  flows: Record<string, string>;
  pageIds: string[];
}

const FLOW_FILE = 'flows.json';
const LEDGER_FILE = 'shipped.json';

/** Reads the flows of a folder, in the order of their names. */
export function readShippedFlows(dir: string): ShippedFlow[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({
      name: file.replace(/\.json$/, ''),
      nodes: JSON.parse(readFileSync(join(dir, file), 'utf8')) as FlowNode[],
    }));
}

/** Brings the flow file in `userDir` up to date. Throws `APP_HOME_UNUSABLE` where it cannot be read or written: it is left as it is. */
export function prepareFlows(userDir: string, flows: readonly ShippedFlow[], pages: readonly FlowNode[]): FlowsPrepared {
  const path = join(userDir, FLOW_FILE);
  makeFolder(userDir);
  const present = readNodes(path);
  const ledger = readLedger(join(userDir, LEDGER_FILE));
  const isFirst = present === undefined;
  const own = present ?? unique(flows.flatMap(({ nodes }) => nodes));
  const pageIds = new Set([...ledger.pageIds, ...pages.map(({ id }) => id)]);
  write(path, [...own.filter(({ id }) => !pageIds.has(id)), ...pages]);
  const digests = Object.fromEntries(flows.map((flow) => [flow.name, digestOf(flow)]));
  const offered = isFirst ? [] : flows.filter(({ name }) => ledger.flows[name] !== digests[name]).map(({ name }) => name);
  write(join(userDir, LEDGER_FILE), {
    flows: { ...ledger.flows, ...digests },
    pageIds: pages.map(({ id }) => id),
  } satisfies Ledger);
  return { isFirst, offered };
}

/** Shared config nodes stand in several files with one id. */
function unique(nodes: readonly FlowNode[]): FlowNode[] {
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

function readNodes(path: string): FlowNode[] | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const read = parse(path, text);
  if (!Array.isArray(read)) throw unusable(path, 'holds no list of nodes');
  return read as FlowNode[];
}

function readLedger(path: string): Ledger {
  const text = readIfThere(path);
  const read = text === undefined ? undefined : (parse(path, text) as Partial<Ledger>);
  return { flows: read?.flows ?? {}, pageIds: read?.pageIds ?? [] };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(path, 'cannot be made', cause);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(path, 'is no JSON; put its last good copy in its place, or move it away to start anew', cause);
  }
}

function write(path: string, content: unknown): void {
  replaceFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

function digestOf(flow: ShippedFlow): string {
  return createHash('sha256').update(JSON.stringify(flow.nodes)).digest('hex');
}

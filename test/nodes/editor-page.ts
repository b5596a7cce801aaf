/** Runs the scripts of a node's html as the editor would, on a page that has nothing but what they use. */
import { createContext, runInContext } from 'node:vm';
import type { EditorNode } from '../../scripts/nodes/editor-half.ts';

export interface Registered {
  category: string;
  color: string;
  icon?: string;
  inputs?: number;
  outputs?: number;
  align?: string;
  defaults: Record<
    string,
    { value: unknown; type?: string; required?: boolean; validate?: (value: unknown, options: object) => true | string }
  >;
  credentials?: Record<string, { type: string }>;
  label(this: object): string;
  paletteLabel(this: object): string;
  inputLabels?(this: object, port: number): string;
  outputLabels?(this: object, port: number): string;
  onadd?(this: EditorNode): void;
  oneditprepare?(this: EditorNode): void;
}

export interface EditorPage {
  types: Map<string, Registered>;
  nodes: EditorNode[];
  /** Adds what a file brings, as a tab of its own. */
  importTab(nodes: readonly EditorNode[]): void;
  /** Runs what was put off. */
  settle(): void;
}

export function openPage(...htmls: string[]): EditorPage {
  const types = new Map<string, Registered>();
  const nodes: EditorNode[] = [];
  const later: (() => void)[] = [];
  const whenAdded: ((node: EditorNode) => void)[] = [];
  let seed = 0;
  const page = createContext({
    RED: {
      events: { on: (_: 'nodes:add', run: (node: EditorNode) => void) => whenAdded.push(run) },
      nodes: {
        registerType: (type: string, definition: Registered) => types.set(type, definition),
        filterNodes: ({ type }: { type: string }) => nodes.filter((node) => node.type === type),
      },
    },
    document: { getElementById: () => null },
    setTimeout: (run: () => void) => later.push(run),
    crypto: {
      getRandomValues: (bytes: Uint8Array) => {
        seed += 1;
        return bytes.fill(seed);
      },
    },
  });
  for (const html of htmls) {
    for (const [, code] of html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) runInContext(code ?? '', page);
  }
  return {
    types,
    nodes,
    importTab(imported) {
      for (const node of imported) {
        nodes.push(node);
        for (const run of whenAdded) run(node);
      }
    },
    settle() {
      while (later.length > 0) later.shift()?.();
    },
  };
}

/** What a node that is dropped from the palette has. */
export function droppedNode(page: EditorPage, type: string, id: string): EditorNode {
  const definition = page.types.get(type);
  const values = Object.entries(definition?.defaults ?? {}).map(([key, { value }]) => [key, structuredClone(value)]);
  const node: EditorNode = { id, type, ...Object.fromEntries(values) };
  definition?.onadd?.call(node);
  page.nodes.push(node);
  page.settle();
  return node;
}

/** What is wrong with a node, by property, as the editor would show it. */
export function problemsOf(page: EditorPage, node: EditorNode): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const [key, { validate }] of Object.entries(page.types.get(node.type)?.defaults ?? {})) {
    const answer = validate?.call(node, node[key], {}) ?? true;
    if (answer !== true) problems[key] = answer;
  }
  return problems;
}

/** The editor as its page has it. Linked into every node's html that has something to check. */
import type { Editor, EditorNode, Field } from './editor-half.ts';

/** The parts of the page that are used. */
export interface Page {
  RED: {
    editor?: { getEditStack?(): readonly EditorNode[]; validateNode?(node: EditorNode): void };
    events?: { on(event: 'nodes:add', run: (node: EditorNode) => void): void };
    nodes: {
      filterNodes(filter: { type: string }): readonly EditorNode[];
      workspace?(id: string): { label?: string } | null | undefined;
    };
  };
  document: { getElementById(id: string): Field | null };
  Option: new (label: string, value: string) => unknown;
  crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };
  setTimeout(run: () => void, ms: number): unknown;
  courtside?: { renamed: Map<string, string> } & Record<string, unknown>;
}

/** `prefix` is that of the form's fields: `node-input` or `node-config-input`. */
export function browserEditor(page: Page, prefix: string): Editor {
  page.courtside ??= { renamed: new Map() };
  const { renamed } = page.courtside;
  return {
    edited: () => page.RED.editor?.getEditStack?.().at(-1),
    nodesOf: (type) => page.RED.nodes.filterNodes({ type }),
    tabName: ({ z }) => (z === undefined ? undefined : page.RED.nodes.workspace?.(z)?.label) ?? '',
    field: (name) => page.document.getElementById(`${prefix}-${name}`),
    option: (value, label) => new page.Option(label, value),
    soon: (run) => page.setTimeout(run, 0),
    uuid: () => uuidOf(page.crypto.getRandomValues(new Uint8Array(16))),
    validate: (node) => page.RED.editor?.validateNode?.(node),
    renamed,
  };
}

/**
 * The editor calls a type's own `onadd` for what is placed on the open tab, so not for a tab that is imported as a whole. What is imported
 * counts as changed from the start; what is only loaded does not.
 */
export function whenImported(page: Page, type: string, run: (node: EditorNode) => void): void {
  page.RED.events?.on('nodes:add', (node) => {
    if (node.type === type && node.changed === true) run(node);
  });
}

/** Not crypto.randomUUID, which a browser offers on safe origins only. */
function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte, i) =>
    (i === 6 ? (byte & 15) | 64 : i === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, '0'),
  );
  return [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)]
    .map((part) => part.join(''))
    .join('-');
}

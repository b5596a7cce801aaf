/**
 * What a node's form does in Node-RED's editor. Linked into the node's html together with the checks that the runtime makes, so it
 * imports nothing else, and touches the page through what it is given.
 */
import { type PropertyDescription, readProperty } from '../../lib/node-red/property-check.ts';
import { type Declaration, type Default, defaultOf, type WrittenValue } from '../../lib/trading/declaration.ts';
import type { League } from '../../lib/trading/game.ts';

/** A node as the editor has it: its properties lie on it. */
export interface EditorNode {
  id: string;
  type: string;
  z?: string;
  name?: string;
  [property: string]: unknown;
}

/** An element of a form, as far as it is used here. */
export interface Field {
  type?: string;
  value: string;
  checked?: boolean;
  placeholder?: string;
  open?: boolean;
  /** Of a select. */
  options?: ArrayLike<{ text: string }>;
  addEventListener(event: string, run: () => void): void;
  add?(option: unknown): void;
  querySelectorAll?(selector: string): Iterable<Field>;
}

export interface Editor {
  /** The one that is edited now, if any. */
  edited(): EditorNode | undefined;
  nodesOf(type: string): readonly EditorNode[];
  tabName(node: EditorNode): string;
  field(name: string): Field | null;
  option(value: string, label: string): unknown;
  soon(run: () => void): void;
  uuid(): string;
  /** Marks the node as what is wrong with it now: the editor looks at a copy before it is told of it here. */
  validate(node: EditorNode): void;
  /** Rule ids that copies have got in place of their originals', for those who are copied along: they follow. */
  renamed: Map<string, string>;
}

export interface EditorHalf {
  /** True, or what is wrong, for the tooltip of the field. */
  check(property: string, value: unknown, node: EditorNode): true | string;
  /** A node was dropped, pasted or imported; may be told twice. */
  add(node: EditorNode): void;
  /** Its form was opened. */
  prepare(node: EditorNode): void;
}

/** What Node-RED puts the value of an environment variable, or of a subflow's property, in place of: only a deploy knows it. */
const PLACEHOLDER = /^\$(?:\{\S+\}|\(\S+\))$/;

type Problems = (properties: never) => readonly { property: string; message: string }[];

export function editorHalf(
  editor: Editor,
  properties: Readonly<Record<string, PropertyDescription>>,
  problemsOf: Problems | undefined,
): EditorHalf {
  const ofWidget = (widget: PropertyDescription['widget']) =>
    Object.keys(properties).filter((key) => properties[key]?.widget === widget);

  /** As the open form has it, else as it was saved. */
  function saved(node: EditorNode, key: string): unknown {
    const field = editor.edited()?.id === node.id ? editor.field(key) : null;
    if (field === null) return node[key];
    return field.type === 'checkbox' ? field.checked : field.value;
  }

  /** All properties, or undefined while one of them cannot be read. */
  function readAll(node: EditorNode, key: string, value: unknown): Record<string, unknown> | undefined {
    const all: Record<string, unknown> = {};
    for (const [name, description] of Object.entries(properties)) {
      const read = readProperty(description, name === key ? value : saved(node, name));
      if ('problem' in read) return undefined;
      all[name] = read.value;
    }
    return all;
  }

  function twinOf(node: EditorNode, key: string, id: unknown): EditorNode | undefined {
    return editor.nodesOf(node.type).find((other) => other.id !== node.id && other[key] === id);
  }

  function check(key: string, value: unknown, node: EditorNode): true | string {
    const description = properties[key];
    if (description === undefined) return true;
    if (typeof value === 'string' && PLACEHOLDER.test(value)) return true;
    const tell = (problem: string) => `${description.label}: ${problem}`;
    const read = readProperty(description, value);
    if ('problem' in read) return tell(read.problem);
    if (description.widget === 'rule' && twinOf(node, key, read.value) !== undefined)
      return tell('another node is the same rule');
    const all = problemsOf === undefined ? undefined : readAll(node, key, value);
    const problem = all === undefined ? undefined : problemsOf?.(all as never).find((one) => one.property === key);
    return problem === undefined ? true : tell(problem.message);
  }

  function add(node: EditorNode): void {
    for (const key of ofWidget('rule')) {
      const before = node[key];
      if (typeof before === 'string' && before !== '' && twinOf(node, key, before) === undefined) continue;
      const id = editor.uuid();
      node[key] = id;
      if (typeof before === 'string' && before !== '') editor.renamed.set(before, id);
      editor.validate(node);
      forgetSoon();
    }
    for (const key of ofWidget('rule_of')) {
      editor.soon(() => {
        node[key] = editor.renamed.get(String(node[key])) ?? node[key];
        editor.validate(node);
      });
    }
  }

  /** Once everything that was copied together has followed: what is copied alone later goes with the original. */
  function forgetSoon(): void {
    editor.soon(() => editor.soon(() => editor.renamed.clear()));
  }

  function prepare(node: EditorNode): void {
    for (const key of ofWidget('parameter')) prepareParameter(node, key);
    for (const key of ofWidget('leagues')) prepareLeagues(key);
    for (const key of ofWidget('rule_of')) prepareRules(node, key);
    for (const key of ofWidget('rule')) {
      editor.field(`${key}-new`)?.addEventListener('click', () => {
        const field = editor.field(key);
        if (field !== null) field.value = editor.uuid();
      });
    }
    showDefaults();
    openGroups(node);
  }

  /** What the form cannot show as it was saved: "off", and a switch. */
  function prepareParameter(node: EditorNode, key: string): void {
    const field = editor.field(key);
    if (field === null) return;
    if (node[key] === null) field.value = 'off';
    else if (typeof node[key] === 'boolean') field.value = String(node[key]);
  }

  function boxesOf(key: string): Field[] {
    return [...(editor.field(`${key}-choice`)?.querySelectorAll?.('input') ?? [])];
  }

  function chosenLeagues(): League[] {
    const [key] = ofWidget('leagues');
    const description = key === undefined ? undefined : properties[key];
    if (key === undefined || description === undefined) return [];
    const read = readProperty(description, editor.field(key)?.value ?? '');
    return 'value' in read ? (read.value as League[]) : [];
  }

  function prepareLeagues(key: string): void {
    const field = editor.field(key);
    if (field === null) return;
    const boxes = boxesOf(key);
    const chosen = chosenLeagues();
    for (const box of boxes) {
      box.checked = chosen.some((league) => league === box.value);
      box.addEventListener('change', () => {
        field.value = boxes
          .filter(({ checked }) => checked)
          .map(({ value }) => value)
          .join(',');
        showDefaults();
      });
    }
  }

  /** What an empty field means, for the leagues that are chosen. */
  function showDefaults(): void {
    const leagues = chosenLeagues();
    for (const key of ofWidget('parameter')) {
      const field = editor.field(key);
      const description = properties[key];
      if (field === null || description?.widget !== 'parameter') continue;
      const declared: Default<WrittenValue> = description.declaration.default;
      const values = new Set((leagues.length === 0 ? [undefined] : leagues).map((league) => defaultOf(declared, league)));
      const [value] = values;
      const words = values.size > 1 ? 'by league' : wordsOf(description.declaration, value ?? null);
      const empty = field.options?.[0];
      if (empty === undefined) field.placeholder = words;
      else empty.text = `default: ${words}`;
    }
  }

  function prepareRules(node: EditorNode, key: string): void {
    const field = editor.field(key);
    const description = properties[key];
    if (field === null || description?.widget !== 'rule_of') return;
    const wanted = typeof node[key] === 'string' && node[key] !== '' ? node[key] : 'all';
    const rules = editor.nodesOf(description.type).map((one) => {
      const name = one.name === undefined || one.name === '' ? one.type : one.name;
      return { value: String(one.rule), label: `${name} (${editor.tabName(one)})` };
    });
    const isKnown = wanted === 'all' || rules.some(({ value }) => value === wanted);
    const options = [
      { value: 'all', label: description.all },
      ...rules,
      ...(isKnown ? [] : [{ value: wanted, label: 'a rule that is not here' }]),
    ];
    for (const { value, label } of options) field.add?.(editor.option(value, label));
    field.value = wanted;
  }

  /** Headings under which something is set stand open. */
  function openGroups(node: EditorNode): void {
    for (const [key, { group }] of Object.entries(properties)) {
      const details = editor.field(`group-${group}`);
      if (details === null) continue;
      const isSet = node[key] !== undefined && node[key] !== '';
      if (properties[key]?.widget === 'parameter' && isSet) details.open = true;
      else if (check(key, saved(node, key), node) !== true) details.open = true;
    }
  }

  return { check, add, prepare };
}

function wordsOf(declaration: Declaration, value: WrittenValue): string {
  if (value === null) return 'off';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const option = declaration.unit === 'choice' ? declaration.options.find((one) => one.value === value) : undefined;
  return option?.label ?? String(value);
}

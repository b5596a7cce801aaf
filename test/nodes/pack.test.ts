import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSettings } from '../../lib/node-red/settings.ts';
import { CATEGORY, COLOUR } from '../../scripts/nodes/definition.ts';
import { type EditorFiles, editorFilesOf, type NodeSource, readPack } from '../../scripts/nodes/pack.ts';
import { droppedNode, openPage, problemsOf } from './editor-page.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Manifest {
  name: string;
  license: string;
  repository?: unknown;
  bugs?: unknown;
  keywords: string[];
  files: string[];
  engines: { node: string };
  dependencies: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string>; plugins: Record<string, string> };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** Every node of every shipped flow. */
function shippedNodes(): FlowNode[] {
  const folder = join(ROOT, 'flows');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as FlowNode[]);
}

/** Values that no property of ours, or only some, can have. */
const ODD_VALUES = [
  '',
  ' ',
  'x',
  'off',
  'NBA',
  '0',
  '-1',
  '1',
  '15',
  '1e9',
  '12.345',
  7,
  -0.5,
  true,
  'false',
  null,
  [],
  ['NBA'],
  {},
  'Q4 2:00',
  'end of 6th',
];

describe('the palette', () => {
  let sources: NodeSource[];
  let all: (EditorFiles & { source: NodeSource })[];

  before(async () => {
    sources = await readPack(ROOT);
    all = sources.map((source) => ({ ...editorFilesOf(source), source }));
  });

  it('has the same types in package.json, editor, runtime, help and texts', () => {
    const types = all.map(({ shape }) => shape.type).toSorted();
    const nodes = manifest['node-red'].nodes;
    assert.deepEqual(Object.keys(nodes).toSorted(), types);
    for (const type of types) assert.equal(nodes[type], `dist/nodes/${type}/${type}.js`);
    for (const { shape, html, help, catalogue, source } of all) {
      assert.deepEqual([...openPage(html).types.keys()], [shape.type]);
      assert.equal(source.declaration.type, shape.type);
      assert.deepEqual(Object.keys(catalogue), [shape.type]);
      assert.match(html, new RegExp(`data-template-name="${shape.type}"`));
      assert.match(help, new RegExp(`data-help-name="${shape.type}"`));
    }
  });

  it('gives a node that is dropped the settings that its runtime would take anyway', () => {
    for (const { shape, html, source } of all) {
      const page = openPage(html);
      const node = droppedNode(page, shape.type, 'n1');
      assert.deepEqual(problemsOf(page, node), {}, shape.type);
      const dropped = checkSettings(source.declaration, node);
      const rules = Object.entries(shape.properties).filter(([, { widget }]) => widget === 'rule');
      const bare = checkSettings(source.declaration, Object.fromEntries(rules.map(([key]) => [key, node[key]])));
      assert.ok(dropped.ok, shape.type);
      assert.deepEqual(dropped, bare);
    }
  });

  it('refuses in the editor what is refused at deploy, and nothing else', () => {
    for (const { shape, html, source } of all) {
      const page = openPage(html);
      const node = droppedNode(page, shape.type, 'n1');
      for (const key of Object.keys(shape.properties)) {
        for (const value of ODD_VALUES) {
          const odd = { ...node, [key]: value };
          const checked = checkSettings(source.declaration, odd);
          const named = checked.ok ? [] : [...new Set(checked.problems.map(({ property }) => property))];
          const shown = Object.keys(problemsOf(page, odd));
          assert.deepEqual(shown.toSorted(), named.toSorted(), `${shape.type}: ${key} = ${JSON.stringify(value)}`);
        }
      }
    }
  });

  it('names no property as the editor names things of its own', () => {
    // A config node's `label` is overwritten with its type's function when a flow is read.
    for (const { shape } of all) assert.ok(!('label' in shape.properties), `${shape.type} has a property called label`);
  });

  it('checks how settings go together in the editor too', () => {
    for (const { shape, source } of all) {
      const hasProblems = 'problems' in source.declaration && source.declaration.problems !== undefined;
      assert.equal(source.problems !== undefined, hasProblems, `${shape.type}: its problems are in no module that can be linked`);
    }
  });

  it('has a page for each node that begins with its tooltip and shows every table that it has', () => {
    for (const { shape, source } of all) {
      const [first = ''] = source.page.split('\n\n');
      assert.match(first, /^[A-Z].{30,220}$/s, shape.type);
      if (shape.inputs.length > 0) assert.match(source.page, /^\{\{inputs\}\}$/m, shape.type);
      if (shape.outputs.length > 0) assert.match(source.page, /^\{\{outputs\}\}$/m, shape.type);
      if (Object.keys(shape.properties).length > 0) assert.match(source.page, /^\{\{properties\}\}$/m, shape.type);
      if (!shape.isConfig) assert.match(source.page, /^\{\{statuses\}\}$/m, shape.type);
    }
  });

  it('labels every port, and says what it carries', () => {
    for (const { shape } of all) {
      for (const port of [...shape.inputs, ...shape.outputs]) {
        assert.ok(port.label.length > 0 && port.meaning !== undefined, `${shape.type}: ${port.label}`);
      }
    }
  });

  it('keeps statuses short', () => {
    for (const { shape } of all) {
      for (const { text } of Object.values(shape.statuses)) assert.ok(text.length < 20, `${shape.type}: ${text}`);
    }
  });

  it('ships flows whose nodes are as the editor would leave them', () => {
    const byType = new Map(all.map((one) => [one.shape.type, one]));
    const pages = new Map(all.map(({ shape, html }) => [shape.type, openPage(html)]));
    for (const node of shippedNodes()) {
      const ours = byType.get(node.type);
      const page = pages.get(node.type);
      if (ours === undefined || page === undefined) continue;
      assert.deepEqual(problemsOf(page, node), {}, node.id);
      const checked = checkSettings(ours.source.declaration, node);
      assert.ok(checked.ok, `${node.id}: ${checked.ok ? '' : JSON.stringify(checked.problems)}`);
      assert.equal(node.version, ours.shape.version, `${node.id} has no version`);
    }
  });

  describe('by the rules of the scorecard', () => {
    it('P01 to P08: licence, scoped name, keyword, versions, examples in the package', () => {
      assert.equal(manifest.license, 'Apache-2.0');
      assert.match(manifest.name, /^@[^/]+\/node-red-/);
      assert.ok(manifest.keywords.includes('node-red'));
      assert.equal(manifest['node-red'].version, '>=5.0.0');
      assert.match(manifest.engines.node, /^>=/);
      assert.ok(manifest.files.includes('examples') && manifest.files.includes('dist'));
    });

    it('D01: six dependencies at most', () => {
      assert.ok(Object.keys(manifest.dependencies).length <= 6, Object.keys(manifest.dependencies).join(', '));
    });

    it('N01: plain scripts with a literal type and inline fields, each type once', () => {
      for (const { shape, html } of all) {
        const registrations = [
          ...html.matchAll(
            /<script type="text\/javascript">\nRED\.nodes\.registerType\('([a-z-]+)', \{\n([\s\S]*?)\n\}\);\n<\/script>/g,
          ),
        ];
        assert.deepEqual(
          registrations.map(([, type]) => type),
          [shape.type],
        );
        const fields = shape.isConfig
          ? ['category', 'color', 'defaults']
          : ['category', 'color', 'defaults', 'inputs', 'outputs', 'icon'];
        for (const field of fields)
          assert.match(registrations[0]?.[2] ?? '', new RegExp(`^  ${field}: `, 'm'), `${shape.type}: ${field}`);
        const registered = openPage(html).types.get(shape.type);
        assert.equal(registered?.category, shape.isConfig ? 'config' : CATEGORY);
        assert.equal(registered?.color, COLOUR);
        assert.equal(registered?.inputs ?? 0, shape.inputs.length);
        assert.equal(registered?.outputs ?? 0, shape.outputs.length);
      }
    });

    it('N02: an example for every node that can be placed', () => {
      const shown = new Set(shippedNodes().map(({ type }) => type));
      const missing = all.filter(({ shape }) => !shape.isConfig && !shown.has(shape.type)).map(({ shape }) => shape.type);
      assert.deepEqual(missing, []);
    });

    it('icons that exist', () => {
      for (const { shape } of all) {
        if (shape.isConfig || shape.icon.startsWith('font-awesome/fa-')) continue;
        assert.ok(existsSync(join(ROOT, 'nodes', shape.type, 'icons', shape.icon)), `${shape.type}: ${shape.icon}`);
      }
    });
  });
});

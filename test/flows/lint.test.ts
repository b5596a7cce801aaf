import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlowNode, readShippedFlows } from '../../lib/app/flows-file.ts';
import { buildDashboardFlow } from '../../scripts/build-dashboard.mjs';
import { editorFilesOf, readPack } from '../../scripts/nodes/pack.ts';
import type { Shape } from '../../scripts/nodes/shape.ts';

const ROOT = join(import.meta.dirname, '../..');
const NRLINT = join(ROOT, 'node_modules/nrlint/bin/nrlint.js');
/** What Node-RED makes of a flow itself; they have no editor definition of their own. */
const PAPER = ['tab', 'group', 'junction', 'subflow'];
const ACCOUNT = 'cs-account';

describe('the flows that are shipped', () => {
  const tabs = readShippedFlows(join(ROOT, 'flows'));
  const flows = [...tabs, { name: 'Courtside pages', nodes: buildDashboardFlow() as FlowNode[] }];
  let shapes: Map<string, Shape>;
  let dir: string;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-lint-'));
    writeFileSync(join(dir, 'rules.js'), nrlint('--init'));
    const pack = await readPack(ROOT);
    shapes = new Map(pack.map((source) => [source.declaration.type, editorFilesOf(source).shape]));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  function nrlint(...args: string[]): string {
    return execFileSync(process.execPath, [NRLINT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Nothing where the linter finds nothing; it fails for a warning too. */
  function lint(nodes: readonly object[], rules: string): string {
    const file = join(dir, 'flow.json');
    writeFileSync(file, JSON.stringify(nodes));
    try {
      nrlint('--config', rules, file);
      return '';
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return `${stdout}${stderr}` || String(error);
    }
  }

  it('have nothing for a linter to say, with every rule on', function () {
    this.timeout(30_000);
    for (const { name, nodes } of flows) assert.equal(lint(nodes, join(dir, 'rules.js')), '', name);
    const looped = tabs.flatMap(({ nodes }) =>
      nodes.map((node) => (node.id === 'cs02-order' ? { ...node, wires: [['cs02-breaker'], [], []] } : node)),
    );
    assert.match(lint(looped, join(dir, 'rules.js')), /no-loops/);
  });

  it('let no node cover another', function () {
    this.timeout(30_000);
    const rules = join(dir, 'places.js');
    writeFileSync(rules, 'module.exports = { rules: { "no-overlapping-nodes": true } }');
    for (const { name, nodes } of flows) assert.equal(lint(nodes.map(drawn), rules), '', name);
    const covered = tabs.flatMap(({ nodes }) =>
      nodes.map((node) => (node.id === 'cs02-order' ? { ...node, x: 1340, y: 240 } : node)),
    );
    assert.match(lint(covered.map(drawn), rules), /no-overlapping-nodes/);
  });

  it('have types that Node-RED, its dashboard or this pack know, and no function among them', () => {
    const definitions = globSync('node_modules/{@node-red/nodes/core,@flowfuse/node-red-dashboard/nodes}/**/*.html', {
      cwd: ROOT,
    });
    const known = new Set([...PAPER, ...shapes.keys()]);
    for (const file of definitions) {
      const html = readFileSync(join(ROOT, file), 'utf8');
      for (const [, type] of html.matchAll(/registerType\(\s*['"]([\w -]+)['"]/g)) known.add(type ?? '');
    }
    assert.ok(known.has('debug') && known.has('ui-template'));
    for (const { name, nodes } of flows) {
      for (const { id, type } of nodes) assert.ok(known.has(type) && type !== 'function', `${name}: ${id} is a ${type}`);
    }
  });

  it('have ids that were chosen, each of one node only', () => {
    const seen = new Map<string, FlowNode>();
    for (const { name, nodes } of flows) {
      for (const node of nodes) {
        assert.match(node.id, /^(?:cs|courtside)[a-z0-9-]*$/, name);
        const same = seen.get(node.id);
        if (same !== undefined) assert.deepEqual(node, same, `${node.id} is in two flows, as two nodes`);
        seen.set(node.id, node);
      }
    }
  });

  for (const { name, nodes } of tabs) {
    it(`explain themselves and stand in named groups: ${name}`, () => {
      const here = nodes.filter(({ z }) => z !== undefined);
      const [tab, ...others] = nodes.filter(({ type }) => type === 'tab');
      assert.equal(others.length, 0);
      assert.equal(tab?.label, name);
      assert.match(String(tab?.info), /\*\*[\w ]+\*\*/);
      const groups = here.filter(({ type }) => type === 'group');
      for (const group of groups) {
        assert.ok(group.name, `${group.id} has no name`);
        const inside = here.filter(({ g }) => g === group.id).map(({ id }) => id);
        assert.deepEqual([...(group.nodes as string[])].toSorted(), inside.toSorted(), group.id);
      }
      for (const { id, type, z, g, name: label } of here) {
        assert.equal(z, tab?.id, id);
        if (type === 'group') continue;
        assert.ok(label, `${id} has no name`);
        assert.ok(
          groups.some((group) => group.id === g),
          `${id} stands in no group`,
        );
      }
    });

    it(`wire every port to nodes of the same tab, and catch what fails: ${name}`, () => {
      const byId = new Map(nodes.map((node) => [node.id, node]));
      for (const { id, type, z, wires } of nodes) {
        const ports = (wires ?? []) as string[][];
        const shape = shapes.get(type);
        if (shape !== undefined && !shape.isConfig) assert.equal(ports.length, shape.outputs.length, `${id} has other ports`);
        for (const [port, targets] of ports.entries()) {
          assert.ok(targets.length > 0, `${id}: nothing is wired to port ${port + 1}`);
          for (const target of targets) assert.equal(byId.get(target)?.z, z, `${id} is wired to ${target}`);
        }
      }
      assert.ok(nodes.some((node) => node.type === 'catch' && node.scope === null));
    });

    it(`use the one account that all of them share: ${name}`, () => {
      assert.deepEqual(
        nodes.filter(({ type }) => type === 'kalshi-auth').map(({ id }) => id),
        [ACCOUNT],
      );
      for (const { id, type, account } of nodes) if (shapes.get(type)?.hasAccount) assert.equal(account, ACCOUNT, id);
    });
  }
});

/** As wide as the editor draws it at most: what a linter needs to know, and a flow file does not say. */
function drawn(node: FlowNode): FlowNode {
  const { name, type, x } = node;
  if (typeof x !== 'number' || type === 'group') return node;
  const { length: letters } = typeof name === 'string' && name !== '' ? name : type;
  const button = type === 'inject' || type === 'debug' ? 25 : 0;
  return { ...node, w: Math.max(100, 20 * Math.ceil((55 + 7.5 * letters) / 20)) + 2 * button, h: 30 };
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { EditorNode } from '../../scripts/nodes/editor-half.ts';
import { editorFilesOf, readPack } from '../../scripts/nodes/pack.ts';
import { type EditorPage, openPage, problemsOf } from './editor-page.ts';

const ENTRY_RULE = '0d3c1d5e-2f7a-4a55-9f0e-5b1f9a2f7c11';
const EXIT_RULE = '0d3c1d5e-2f7a-4a55-9f0e-5b1f9a2f7c12';

describe('a copy of a strategy in the editor', () => {
  let htmls: string[];
  let page: EditorPage;

  before(async () => {
    const pack = await readPack(join(import.meta.dirname, '../..'));
    htmls = pack.map((source) => editorFilesOf(source).html);
  });

  beforeEach(() => {
    page = openPage(...htmls);
    page.nodes.push(...strategy('1'));
  });

  /** Its exit comes first: which one is added first must not matter. */
  function strategy(suffix: string): EditorNode[] {
    return [
      { id: `exit${suffix}`, type: 'kalshi-exit-rules', rule: EXIT_RULE, lots: ENTRY_RULE },
      { id: `entry${suffix}`, type: 'kalshi-entry-rules', rule: ENTRY_RULE },
    ];
  }

  /** As the editor does with what is pasted on the open tab. */
  function paste(...nodes: EditorNode[]): void {
    page.importTab(nodes.map((node) => Object.assign(node, { changed: true })));
    for (const node of nodes) page.types.get(node.type)?.onadd?.call(node);
    page.settle();
  }

  function assertApart([exit, entry]: EditorNode[]): void {
    assert.ok(exit !== undefined && entry !== undefined);
    assert.notEqual(entry.rule, ENTRY_RULE);
    assert.notEqual(exit.rule, EXIT_RULE);
    assert.equal(exit.lots, entry.rule);
    for (const node of page.nodes) assert.deepEqual(problemsOf(page, node), {}, node.id);
  }

  it('is rules of its own, and its exit leaves what its entry buys', () => {
    const copy = strategy('2');
    paste(...copy);
    assertApart(copy);
  });

  it('is so too where it is imported as a tab of its own', () => {
    const copy = strategy('2').map((node) => ({ ...node, changed: true }));
    page.importTab(copy);
    page.settle();
    assertApart(copy);
  });

  it('is left alone where it is only loaded, and then both say that they are the same rule', () => {
    const loaded = strategy('2');
    page.importTab(loaded);
    page.settle();
    assert.deepEqual(loaded, strategy('2'));
    for (const node of page.nodes) assert.deepEqual(Object.keys(problemsOf(page, node)), ['rule'], node.id);
  });

  it('goes with the original rule where an exit is copied alone, whatever was copied before', () => {
    const [, entry] = strategy('2');
    const [exit] = strategy('3');
    assert.ok(entry !== undefined && exit !== undefined);
    paste(entry);
    paste(exit);
    assert.notEqual(entry.rule, ENTRY_RULE);
    assert.equal(exit.lots, ENTRY_RULE);
  });
});

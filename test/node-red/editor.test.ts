import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checkSettings } from '../../lib/node-red/settings.ts';
import type { EditorNode } from '../../scripts/nodes/editor-half.ts';
import { editorFilesOf } from '../../scripts/nodes/pack.ts';
import { droppedNode, openPage, problemsOf } from '../nodes/editor-page.ts';
import { newLog, RULE, sampleDeclaration } from './sample.ts';

const declaration = sampleDeclaration(newLog());
const source = {
  declaration,
  // The sample's own check of how settings go together is this one, for its leagues.
  problems: { name: 'problemsOf', file: join(import.meta.dirname, 'sample-problems.ts') },
  extraForm: '<p id="more"></p>',
  texts: { more: 'More' },
  page: 'What it does.\n\n{{inputs}}\n\n{{outputs}}\n\n{{properties}}\n\n{{statuses}}\n',
};
const files = editorFilesOf(source);
const SAVED = { rule: RULE, leagues: ['NBA'], version: 2 };

/** Saved values of one property each, with what both sides must say of them. */
const CASES: { property: string; saved: unknown; problem?: RegExp }[] = [
  { property: 'entry_drop', saved: '' },
  { property: 'entry_drop', saved: '12.5' },
  { property: 'entry_drop', saved: 12.25 },
  { property: 'entry_drop', saved: '12.125', problem: /two decimals/ },
  { property: 'entry_drop', saved: '91', problem: /outside 1 to 90 cents/ },
  { property: 'entry_drop', saved: 'much', problem: /"much" is no number/ },
  { property: 'entry_drop', saved: 'off', problem: /"off" is no number/ },
  { property: 'entry_drop', saved: null, problem: /cannot be off/ },
  { property: 'entry_absolute', saved: 'off' },
  { property: 'entry_absolute', saved: null },
  { property: 'entry_absolute', saved: '0', problem: /outside/ },
  { property: 'entry_combine', saved: 'or' },
  { property: 'entry_combine', saved: 'xor', problem: /none of and, or/ },
  { property: 'max_entry_segment', saved: 'Q4 2:00' },
  { property: 'max_entry_segment', saved: 'Q9', problem: /no point of a game/ },
  // A segment of another league goes with the leagues that are chosen, not with the property alone.
  { property: 'max_entry_segment', saved: 'end of 6th', problem: /no segment of NBA/ },
  { property: 'price_band_low', saved: '85', problem: /not below the dearest entry/ },
  // One that was left to its default is not what there is to change.
  { property: 'price_band_high', saved: '15', problem: /^Dearest entry: Cheapest entry: 20.0 is not below the dearest entry/ },
  // The sample has no exits: what an exit node's defaults would say of it is not its problem.
  { property: 'max_spread', saved: '20' },
  { property: 'min_depth', saved: '1.5', problem: /no whole number/ },
  { property: 'patience', saved: '' },
  { property: 'patience', saved: '601', problem: /outside 1 to 600 seconds/ },
  { property: 'patience', saved: '1.5', problem: /no whole number/ },
  { property: 'mode', saved: 'bold' },
  { property: 'mode', saved: 'wild', problem: /none of calm, bold/ },
  { property: 'loud', saved: true },
  { property: 'loud', saved: 'true' },
  { property: 'loud', saved: 'maybe', problem: /neither true nor false/ },
  { property: 'nickname', saved: 'abc' },
  { property: 'nickname', saved: ' ', problem: /is missing/ },
  { property: 'nickname', saved: 'ABC', problem: /not up to five letters/ },
  { property: 'nickname', saved: 7, problem: /7 is no text/ },
  { property: 'tickers', saved: 'KX-A, KX-B' },
  { property: 'tickers', saved: ['KX-A'] },
  { property: 'tickers', saved: 'kx', problem: /not the ticker of a market/ },
  { property: 'leagues', saved: 'NBA,MLB' },
  { property: 'leagues', saved: 'NBA,XFL', problem: /"XFL" is none of/ },
  { property: 'leagues', saved: 5, problem: /5 is no list/ },
  { property: 'rule', saved: 'x', problem: /there is none/ },
];

describe('the editor half of a node', () => {
  for (const { property, saved, problem } of CASES) {
    it(`says of ${property} = ${JSON.stringify(saved)} what the runtime says`, () => {
      const page = openPage(files.html);
      const node: EditorNode = { id: 'n1', type: 'kalshi-sample', ...SAVED, nickname: 'x', [property]: saved };
      const shown = problemsOf(page, node);
      const checked = checkSettings(declaration, node);
      // The editor shows the first problem of a property.
      const deployed: Record<string, string> = {};
      for (const one of checked.ok ? [] : checked.problems) deployed[one.property] ??= `${one.label}: ${one.message}`;
      assert.deepEqual(shown, deployed);
      if (problem === undefined) assert.deepEqual(shown, {});
      else assert.match(shown[property] ?? '', problem);
    });
  }

  it('gives a node that is dropped settings that are the same as none at all', () => {
    const page = openPage(files.html);
    const node = droppedNode(page, 'kalshi-sample', 'n1');
    assert.deepEqual(problemsOf(page, node), {});
    const dropped = checkSettings(declaration, node);
    const bare = checkSettings(declaration, { rule: node.rule, version: node.version });
    assert.ok(dropped.ok);
    assert.deepEqual(dropped, bare);
  });

  it('makes every rule its own: when it is dropped and when it is copied, not when it is moved', () => {
    const page = openPage(files.html);
    const first = droppedNode(page, 'kalshi-sample', 'n1');
    const second = droppedNode(page, 'kalshi-sample', 'n2');
    assert.notEqual(first.rule, second.rule);
    const copy: EditorNode = { ...first, id: 'n3' };
    page.nodes.push(copy);
    const registered = page.types.get('kalshi-sample');
    registered?.onadd?.call(copy);
    assert.notEqual(copy.rule, first.rule);
    assert.deepEqual(problemsOf(page, copy), {});
    const before = second.rule;
    registered?.onadd?.call(second);
    assert.equal(second.rule, before);
    assert.deepEqual(problemsOf(page, { ...first, id: 'n4' }), { rule: 'Rule id: another node is the same rule' });
  });

  it('leaves what only a deploy can put in to the deploy', () => {
    const page = openPage(files.html);
    const node: EditorNode = { id: 'n1', type: 'kalshi-sample', ...SAVED, nickname: 'x', entry_drop: `\${DROP}` };
    assert.deepEqual(problemsOf(page, node), {});
    const undefinedThere = checkSettings(declaration, node);
    assert.match(JSON.stringify(undefinedThere), /DROP\}\\" is no number/);
    assert.deepEqual(Object.keys(problemsOf(page, { ...node, entry_drop: '$ {DROP}' })), ['entry_drop']);
  });

  it('has a text for everything that its form shows', () => {
    const texts = files.catalogue['kalshi-sample'];
    const keys = [...files.html.matchAll(/data-i18n="kalshi-sample\.([^"]+)"/g)].map(([, key]) => key ?? '');
    assert.ok(keys.length > 50);
    for (const key of keys) {
      let text: unknown = texts;
      for (const step of key.split('.')) text = (text as Record<string, unknown>)[step];
      assert.equal(typeof text, 'string', key);
    }
    assert.equal((texts as Record<string, unknown>).more, 'More');
    assert.ok(files.html.includes(source.extraForm));
  });

  it('lets texts beside it add, and not change, what the declaration says', () => {
    assert.throws(
      () => editorFilesOf({ ...source, texts: { label: 'other' } }),
      /kalshi-sample\.label is said by the declaration/,
    );
  });

  it('fills the tables of its page in, and refuses a marker that there is none of', () => {
    assert.doesNotMatch(files.help, /\{\{/);
    assert.match(files.help, /<dt>payload\.feedAge <span class="property-type">number, seconds, or null<\/span><\/dt>/);
    assert.match(
      files.help,
      /<dt>Latest entry <span class="property-type">a point of the game<\/span><\/dt>\n<dd>.* Default: end of Q3; NCAAM 2nd half 10:00; /,
    );
    assert.match(files.help, /<dt>busy <span class="property-type">blue dot<\/span><\/dt>/);
    assert.throws(() => editorFilesOf({ ...source, page: '{{nothing}}' }), /\{\{nothing\}\} is none of/);
  });
});

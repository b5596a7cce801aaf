import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../lib/app/errors.ts';
import { type FlowNode, prepareFlows, readShippedFlows, type ShippedFlow } from '../../lib/app/flows-file.ts';

const ACCOUNT = { id: 'account', type: 'kalshi-auth' };
const strategy = (drop: number): ShippedFlow => ({
  name: 'dip',
  nodes: [{ id: 'tab', type: 'tab' }, ACCOUNT, { id: 'entry', type: 'kalshi-entry-rules', z: 'tab', drop }],
});
const data: ShippedFlow = { name: 'data', nodes: [{ id: 'data-tab', type: 'tab' }, ACCOUNT] };
const page = (words: string): FlowNode[] => [
  { id: 'page', type: 'ui-page' },
  { id: 'card', type: 'ui-template', words },
];

describe('the flow file', () => {
  let dir = '';
  const nodes = () => JSON.parse(readFileSync(join(dir, 'flows.json'), 'utf8')) as FlowNode[];
  const edit = (change: (nodes: FlowNode[]) => FlowNode[]) =>
    writeFileSync(join(dir, 'flows.json'), JSON.stringify(change(nodes())));
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-flows-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('begins as a copy of what is shipped, a shared node once', () => {
    const done = prepareFlows(dir, [data, strategy(15)], page('first'));
    assert.deepEqual(done, { isFirst: true, offered: [] });
    assert.deepEqual(
      nodes().map(({ id }) => id),
      ['data-tab', 'account', 'tab', 'entry', 'page', 'card'],
    );
  });

  it('keeps what the user made of a strategy, and brings the newest pages', () => {
    prepareFlows(dir, [strategy(15)], page('first'));
    edit((all) => all.map((node) => (node.id === 'entry' ? { ...node, drop: 12 } : node)).concat({ id: 'mine', type: 'tab' }));
    prepareFlows(dir, [strategy(15)], page('second'));
    assert.equal(nodes().find(({ id }) => id === 'entry')?.drop, 12);
    assert.equal(nodes().find(({ id }) => id === 'card')?.words, 'second');
    assert.ok(nodes().some(({ id }) => id === 'mine'));
    assert.equal(nodes().filter(({ type }) => type === 'ui-page').length, 1);
  });

  it('takes pages away that are no longer shipped, and brings back those that were deleted', () => {
    prepareFlows(dir, [], [...page('first'), { id: 'old card', type: 'ui-template' }]);
    edit((all) => all.filter(({ id }) => id !== 'page'));
    prepareFlows(dir, [], page('second'));
    assert.deepEqual(
      nodes().map(({ id }) => id),
      ['page', 'card'],
    );
  });

  it('does not bring back a strategy that the user deleted', () => {
    prepareFlows(dir, [strategy(15)], []);
    edit(() => []);
    prepareFlows(dir, [strategy(15)], []);
    assert.deepEqual(nodes(), []);
  });

  it('offers a strategy that has become another since it was copied, and installs nothing', () => {
    prepareFlows(dir, [data, strategy(15)], []);
    assert.deepEqual(prepareFlows(dir, [data, strategy(15)], []).offered, []);
    assert.deepEqual(prepareFlows(dir, [data, strategy(14)], []).offered, ['dip']);
    assert.deepEqual(prepareFlows(dir, [data, strategy(14)], []).offered, [], 'what was offered once');
    assert.deepEqual(prepareFlows(dir, [data, strategy(13)], []).offered, ['dip']);
    assert.equal(nodes().find(({ id }) => id === 'entry')?.drop, 15);
  });

  for (const text of ['[{"id": "half a fi', '']) {
    it(`leaves a file alone that holds ${text || 'nothing any more'}, and says so`, () => {
      writeFileSync(join(dir, 'flows.json'), text);
      assert.throws(
        () => prepareFlows(dir, [data], []),
        (error) => error instanceof AppError && error.code === 'APP_HOME_UNUSABLE' && /is no JSON/.test(error.message),
      );
      assert.equal(readFileSync(join(dir, 'flows.json'), 'utf8'), text);
    });
  }

  it('says which folder cannot be made', () => {
    writeFileSync(join(dir, 'file'), '');
    assert.throws(() => prepareFlows(join(dir, 'file'), [data], []), {
      code: 'APP_HOME_UNUSABLE',
      message: `${join(dir, 'file')} cannot be made (EEXIST)`,
    });
  });

  it('reads the shipped flows in the order of their names', () => {
    const shipped = readShippedFlows(join(import.meta.dirname, '../../flows'));
    assert.deepEqual(
      shipped.map(({ name }) => name),
      ['01 Market data', '02 In-play dip', '03 Reconciliation and alerts'],
    );
  });
});

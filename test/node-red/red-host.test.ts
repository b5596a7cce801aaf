import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { liveAuth } from '../../lib/node-red/auth-life.ts';
import type { FlowMessage } from '../../lib/node-red/contract.ts';
import { AUTH_CREDENTIALS } from '../../lib/node-red/define-auth.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { countHops } from '../../lib/node-red/flow-activity.ts';
import { registerType } from '../../lib/node-red/red-host.ts';
import type { RedApi, RedHooks, RedNode } from '../../lib/node-red/red-types.ts';
import { HandClock, StandInDesk } from '../nodes/stage.ts';
import { authDeclaration, newLog, RULE, sampleDeclaration } from './sample.ts';

const require = createRequire(import.meta.url);

interface Helper {
  init(path: string, settings?: object): void;
  load(nodes: unknown[], flow: object[], credentials?: object): Promise<void>;
  setFlows(flow: object[], type: 'full' | 'flows' | 'nodes'): Promise<void>;
  getNode(id: string): RedNode & { receive(message: FlowMessage): void };
  clearFlows(): Promise<void>;
  unload(): Promise<void>;
  log(): { args: [{ level: number; msg: unknown; id?: string }][] };
}

const helper = require('node-red-node-test-helper') as Helper;
const { hooks } = require('@node-red/util') as { hooks: RedHooks };

const TAB = { id: 't1', type: 'tab', label: 'test' };
const AUTH = { id: 'acc', type: 'kalshi-auth', environment: 'practice', version: 1 };
const SAMPLE = {
  id: 'n1',
  z: 't1',
  type: 'kalshi-sample',
  name: 'one',
  account: 'acc',
  rule: RULE,
  version: 2,
  wires: [['h1', 'h2'], ['h3']],
};
const HELPERS = ['h1', 'h2', 'h3'].map((id) => ({ id, z: 't1', type: 'helper', wires: [] }));
const CATCH = { id: 'c1', z: 't1', type: 'catch', scope: null, uncaught: false, wires: [['caught']] };
const CAUGHT = { id: 'caught', z: 't1', type: 'helper', wires: [] };
const DONE = { id: 'd1', z: 't1', type: 'complete', scope: ['n1'], wires: [['completed']] };
const COMPLETED = { id: 'completed', z: 't1', type: 'helper', wires: [] };
const FLOW = [TAB, AUTH, SAMPLE, ...HELPERS, CATCH, CAUGHT, DONE, COMPLETED];

describe('nodes of ours on Node-RED', () => {
  let desk: StandInDesk;
  let clock: HandClock;
  let log: ReturnType<typeof newLog>;
  let arrived: Map<string, FlowMessage[]>;
  let nodes: unknown[];

  before(() => helper.init(require.resolve('node-red')));

  beforeEach(() => {
    desk = new StandInDesk();
    clock = new HandClock();
    log = newLog();
    arrived = new Map();
    const auth = (RED: RedApi) =>
      registerType(RED, 'kalshi-auth', (host) => liveAuth(authDeclaration, host, () => desk), {
        credentials: { ...AUTH_CREDENTIALS },
      });
    nodes = [auth, defineNode(sampleDeclaration(log), { wall: clock })];
  });

  afterEach(async () => {
    await helper.unload();
  });

  async function load(flow: object[], credentials: object = {}): Promise<void> {
    await helper.load(nodes, flow, credentials);
    for (const node of flow as { id: string; type: string }[]) if (node.type === 'helper') listen(node.id);
    await turns();
  }

  function listen(id: string): void {
    helper.getNode(id).on('input', (message) => {
      arrived.set(id, [...(arrived.get(id) ?? []), message]);
    });
  }

  async function turns(): Promise<void> {
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  async function tell(message: FlowMessage): Promise<void> {
    helper.getNode('n1').receive(message);
    await turns();
  }

  function errorsLogged(): unknown[] {
    return helper
      .log()
      .args.map(([line]) => line)
      .filter(({ level }) => level === 20)
      .map(({ msg }) => (msg instanceof Error ? msg.message : msg));
  }

  it('sends on with the id of the message, by port, and says once that it is done', async () => {
    await load(FLOW);
    await tell({ _msgid: 'm', topic: 'T', payload: 'go' });
    assert.deepEqual(arrived.get('h1'), [{ _msgid: 'm', topic: 'T', payload: 'go', answer: 1 }]);
    assert.deepEqual(arrived.get('h2'), arrived.get('h1'));
    assert.notEqual(arrived.get('h2')?.[0], arrived.get('h1')?.[0]);
    assert.deepEqual(arrived.get('h3'), [{ topic: 'second', _msgid: 'm' }]);
    assert.equal(arrived.get('completed')?.length, 1);
  });

  for (const { payload, code, message } of [
    { payload: 'refuse', code: 'MESSAGE_NOT_A_SIGNAL', message: 'this is no signal' },
    { payload: 'reject', code: 'MESSAGE_NOT_A_COMMAND', message: 'this is no command' },
    { payload: 'fail', code: 'NODE_FAILED', message: 'this node has failed: x is not a function' },
  ]) {
    it(`hands an error to Catch nodes with message and code only: ${code}`, async () => {
      await load(FLOW);
      const looks: unknown[] = [];
      helper.getNode('n1').status = (look) => looks.push(look);
      await tell({ _msgid: 'm', payload });
      assert.deepEqual(arrived.get('caught'), [
        { _msgid: 'm', payload, error: { message, code, source: { id: 'n1', type: 'kalshi-sample', name: 'one', count: 1 } } },
      ]);
      assert.equal(arrived.get('completed'), undefined);
      // Where a defect lies is for whoever runs this, and no flow's business.
      const [line, ...more] = errorsLogged();
      assert.match(
        typeof line === 'string' ? line : '',
        payload === 'fail' ? /^\[kalshi-sample:one\] TypeError: x is not a function\n +at / : /^$/,
      );
      assert.deepEqual(more, []);
      clock.advance(1_000);
      assert.deepEqual(looks, [{ fill: 'red', shape: 'ring', text: `practice: error ${code}` }]);
      await tell({ payload: 'busy', topic: 'BOS' });
      clock.advance(1_000);
      assert.deepEqual(looks.at(-1), { fill: 'blue', shape: 'dot', text: 'practice: busy BOS' });
    });
  }

  it('names every setting that cannot be used when it is deployed, to Catch nodes too, and then does nothing', async () => {
    await load(
      FLOW.map((node) => (node === SAMPLE ? { ...SAMPLE, nickname: 'TOO LONG', patience: '1000', entry_drop: 'x' } : node)),
    );
    assert.deepEqual(
      arrived.get('caught')?.map(({ error }) => error),
      [
        {
          message:
            'check the settings of this sample node. Drop that triggers an entry: "x" is no number; ' +
            'Patience: 1000 is outside 1 to 600 seconds; Nickname: "TOO LONG" is not up to five letters',
          code: 'NODE_SETTINGS_INVALID',
          source: { id: 'n1', type: 'kalshi-sample', name: 'one', count: 1 },
        },
      ],
    );
    assert.equal(log.contexts.length, 0);
    await tell({ payload: 'go' });
    assert.equal(arrived.get('h1'), undefined);
    assert.equal(arrived.get('completed')?.length, 1);
  });

  it('logs them where nothing catches', async () => {
    await load([TAB, AUTH, { ...SAMPLE, nickname: 'TOO LONG', patience: '1000', entry_drop: 'x' }, ...HELPERS]);
    assert.deepEqual(errorsLogged(), [
      'check the settings of this sample node. Drop that triggers an entry: "x" is no number; ' +
        'Patience: 1000 is outside 1 to 600 seconds; Nickname: "TOO LONG" is not up to five letters',
    ]);
  });

  it('reads settings of an older version as the newer ones they were', async () => {
    await load(FLOW.map((node) => (node === SAMPLE ? { ...SAMPLE, version: 1, nick: 'abc', patience: '30' } : node)));
    assert.equal(log.contexts[0]?.properties.nickname, 'abc');
    assert.equal(log.contexts[0]?.properties.patience, 30);
  });

  it('refuses settings of a newer version, and a second node that is the same rule', async () => {
    await load([
      TAB,
      AUTH,
      { ...SAMPLE, version: 3 },
      { ...SAMPLE, id: 'n2' },
      { ...SAMPLE, id: 'n3', name: 'three' },
      ...HELPERS,
    ]);
    const [newer, twin] = errorsLogged();
    assert.match(String(newer), /newer Courtside \(version 3, this one reads 2\)/);
    assert.match(String(twin), /"one" is the same rule/);
    assert.equal(log.contexts.length, 1);
  });

  it('starts the second node of a rule once a deploy has taken the first away', async () => {
    const twin = { ...SAMPLE, id: 'n2', name: 'two' };
    await load([TAB, AUTH, SAMPLE, twin, ...HELPERS]);
    await helper.setFlows([TAB, AUTH, twin, ...HELPERS], 'nodes');
    await turns();
    assert.deepEqual(
      log.contexts.map(({ id }) => id),
      ['n1', 'n2'],
    );
    assert.equal(desk.held, 1);
  });

  it('leaves a rule with the node that has it, when that one is changed', async () => {
    const twin = { ...SAMPLE, id: 'n2', name: 'two' };
    await load([TAB, AUTH, SAMPLE, twin, ...HELPERS]);
    await helper.setFlows([TAB, AUTH, { ...SAMPLE, patience: '90' }, twin, ...HELPERS], 'nodes');
    await turns();
    assert.deepEqual(
      log.contexts.map(({ id }) => id),
      ['n1', 'n1'],
    );
    await helper.setFlows([TAB, AUTH, ...HELPERS], 'full');
    await turns();
    assert.equal(log.contexts.length, 2);
    assert.equal(desk.held, 0);
  });

  it('gives each node of a subflow with its own account what it needs, and says that its rule can stand there once', async () => {
    const subflow = { id: 'sub', type: 'subflow', name: 'dip', in: [], out: [] };
    const instances = ['i1', 'i2'].map((id) => ({ id, z: 't1', type: 'subflow:sub', x: 1, y: 1, wires: [] }));
    await load([TAB, subflow, { ...AUTH, z: 'sub' }, { ...SAMPLE, z: 'sub', x: 1, y: 1, wires: [[], []] }, ...instances]);
    assert.equal(log.contexts.length, 1);
    assert.equal(desk.held, 1);
    assert.match(errorsLogged().join(), /"one" is the same rule: .* A subflow with a rule in it can stand in the flows once$/);
    await helper.setFlows([TAB, subflow, { ...AUTH, z: 'sub' }, { ...SAMPLE, z: 'sub', x: 1, y: 1, wires: [[], []] }], 'full');
    assert.deepEqual(log.closed, ['redeployed']);
    assert.equal(desk.held, 0);
  });

  it('sends what comes of one message so that nobody shares a part of it with another', async () => {
    await load([TAB, AUTH, { ...SAMPLE, wires: [['h1'], ['h3']] }, ...HELPERS]);
    await tell({ payload: 'twice', market: { ticker: 'BOS' } });
    const [first] = arrived.get('h1') ?? [];
    const [second] = arrived.get('h3') ?? [];
    assert.deepEqual(second?.market, { ticker: 'BOS' });
    assert.notEqual(first?.market, second?.market);
  });

  it('gives the account node its decrypted credentials, and all its users one hold', async () => {
    await load([TAB, AUTH, SAMPLE, { ...SAMPLE, id: 'n2', rule: RULE.replace('5b', '6b') }, ...HELPERS], {
      acc: { keyId: 'k', privateKey: 'pem' },
    });
    assert.deepEqual(desk.wanted, [
      { environment: 'practice', scope: 'one', label: 'main', credentials: { keyId: 'k', privateKeyPem: 'pem' } },
    ]);
    assert.equal(desk.held, 1);
    await helper.clearFlows();
    assert.equal(desk.held, 0);
    assert.equal(desk.listening, 0);
  });

  it('reports an account that cannot be used once, to the Catch nodes of its users and to the log', async () => {
    await load([TAB, AUTH, SAMPLE, { ...SAMPLE, id: 'n2', rule: RULE.replace('5b', '6b') }, ...HELPERS, CATCH, CAUGHT]);
    desk.change({ problem: { code: 'KALSHI_AUTH_REJECTED', message: 'the key was refused' } });
    desk.change({});
    await turns();
    const codes = arrived.get('caught')?.map(({ error }) => (error as { code: string }).code);
    // Once for each user: that is how Node-RED hands on what a config node reports.
    assert.deepEqual(codes, ['KALSHI_AUTH_REJECTED', 'KALSHI_AUTH_REJECTED']);
    assert.deepEqual(errorsLogged(), ['the key was refused']);
  });

  it('says what is missing where no account is chosen', async () => {
    await load([TAB, { ...SAMPLE, account: '' }, ...HELPERS]);
    assert.deepEqual(errorsLogged(), ['choose an account in this sample node: there is none, or it is disabled']);
  });

  it('tells its end apart: removed, redeployed, stopped', async () => {
    await load(FLOW);
    await helper.setFlows(
      FLOW.map((node) => (node === SAMPLE ? { ...SAMPLE, patience: '90' } : node)),
      'nodes',
    );
    await turns();
    assert.deepEqual(log.closed, ['redeployed']);
    assert.equal(log.contexts.at(-1)?.properties.patience, 90);
    await helper.setFlows(
      FLOW.filter((node) => node !== SAMPLE),
      'full',
    );
    assert.deepEqual(log.closed, ['redeployed', 'removed']);
    await helper.setFlows(FLOW, 'full');
    await turns();
    await helper.clearFlows();
    assert.deepEqual(log.closed, ['redeployed', 'removed', 'stopped']);
  });

  it('sends nothing more once it is closed', async () => {
    await load(FLOW);
    await tell({ payload: 'wait' });
    const [old] = log.contexts;
    await helper.setFlows(
      FLOW.map((node) => (node === SAMPLE ? { ...SAMPLE, patience: '90' } : node)),
      'nodes',
    );
    log.release();
    old?.send(0, { topic: 'ghost' });
    old?.status('busy');
    await turns();
    assert.equal(arrived.get('h1'), undefined);
  });

  it('counts every hop until the next node has been called, and none for a closed or missing one', async () => {
    await load(FLOW);
    let underWay = 0;
    let most = 0;
    const stop = countHops(hooks, {
      begin: () => {
        underWay += 1;
        most = Math.max(most, underWay);
        return () => {
          underWay -= 1;
        };
      },
    });
    try {
      helper.getNode('n1').receive({ payload: 'go' });
      // Three wires, and what the Complete node hands on.
      assert.equal(underWay, 4);
      await turns();
      assert.equal(underWay, 0);
      helper.getNode('n1').receive({ payload: 'go' });
      await helper.clearFlows();
      await turns();
      assert.equal(underWay, 0);
      assert.equal(most, 4);
    } finally {
      stop();
    }
  });
});

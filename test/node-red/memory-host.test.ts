import assert from 'node:assert/strict';
import type { NodeDeclaration, NodeHost } from '../../lib/node-red/contract.ts';
import type { FlowFileNode } from '../../lib/node-red/flow-plan.ts';
import { liveNode } from '../../lib/node-red/node-life.ts';
import { RuleClaims } from '../../lib/node-red/rule-claims.ts';
import { HandClock, type Stage, StandInDesk, stageFlow } from '../nodes/stage.ts';
import { authDeclaration, newLog, RULE, sampleDeclaration } from './sample.ts';

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
  wires: [['d1', 'j1'], ['d2']],
};
const debug = (id: string, more: object = {}): FlowFileNode => ({
  id,
  z: 't1',
  type: 'debug',
  name: id,
  active: true,
  wires: [],
  ...more,
});

describe('nodes of ours on the host in memory', () => {
  const log = newLog();
  let stage: Stage | undefined;

  beforeEach(() => Object.assign(log, newLog()));

  afterEach(async () => {
    await stage?.runtime.stop();
    stage = undefined;
  });

  async function start(flow: readonly FlowFileNode[], desk = new StandInDesk()): Promise<Stage> {
    stage = await stageFlow({ types: [sampleDeclaration(log)], auth: authDeclaration, flow, desk });
    return stage;
  }

  it('passes messages along wires, junctions and links, a copy for every wire but the first', async () => {
    const { runtime, rest, seen } = await start([
      TAB,
      AUTH,
      SAMPLE,
      { id: 'j1', z: 't1', type: 'junction', wires: [['out']] },
      { id: 'out', z: 't1', type: 'link out', mode: 'link', links: ['in'], wires: [] },
      { id: 'in', z: 't1', type: 'link in', links: ['out'], wires: [['d3']] },
      debug('d1'),
      debug('d2'),
      debug('d3'),
      debug('d4', { active: false }),
    ]);
    runtime.receive('n1', { _msgid: 'm', payload: 'go' });
    await rest();
    assert.deepEqual(
      seen.debug.map(({ id, message }) => [id, message]),
      [
        ['d1', { _msgid: 'm', payload: 'go', answer: 1 }],
        ['d2', { _msgid: 'm', topic: 'second' }],
        ['d3', { _msgid: 'm', payload: 'go', answer: 1 }],
      ],
    );
    assert.notEqual(seen.debug[0]?.message, seen.debug[2]?.message);
    assert.ok(seen.debug.every(({ message }) => Object.isFrozen(message)));
  });

  it('refuses what it does not run, by name, and leaves what runs alone', async () => {
    const { runtime } = await start([TAB, AUTH, SAMPLE, debug('d1')]);
    const foreign = [
      TAB,
      { id: 'f', z: 't1', type: 'function', wires: [] },
      { id: 'o', z: 't1', type: 'link out', mode: 'return' },
    ];
    await assert.rejects(runtime.deploy(foreign), { code: 'FLOW_NOT_SUPPORTED', message: /function, link out \("return"\)$/ });
    assert.deepEqual(log.closed, []);
  });

  it('leaves out what is disabled', async () => {
    const { seen, runtime } = await start([
      { ...TAB, id: 't2', disabled: true },
      TAB,
      AUTH,
      { ...SAMPLE, d: true },
      { ...SAMPLE, id: 'n2', z: 't2' },
    ]);
    assert.equal(log.contexts.length, 0);
    assert.equal(seen.errors.length, 0);
    assert.throws(() => runtime.receive('n1', {}), { code: 'FLOW_NOT_SUPPORTED' });
  });

  it('tells Catch nodes as Node-RED does: scoped first, near ones before far ones, uncaught last', async () => {
    const catcher = (id: string, more: object): FlowFileNode => ({
      id,
      z: 't1',
      type: 'catch',
      scope: null,
      uncaught: false,
      wires: [[`d-${id}`]],
      ...more,
    });
    const ids = ['far', 'near', 'other', 'uncaught', 'named'];
    const { runtime, rest, seen } = await start([
      TAB,
      AUTH,
      { id: 'g1', z: 't1', type: 'group', nodes: [] },
      { ...SAMPLE, g: 'g1' },
      catcher('far', {}),
      catcher('near', { g: 'g1', scope: 'group' }),
      catcher('other', { g: 'g2', scope: 'group' }),
      catcher('uncaught', { uncaught: true }),
      catcher('named', { scope: ['n1'] }),
      ...ids.map((id) => debug(`d-${id}`)),
    ]);
    runtime.receive('n1', { _msgid: 'm', payload: 'refuse' });
    await rest();
    assert.deepEqual(
      seen.debug.map(({ id }) => id),
      ['d-near', 'd-named', 'd-far'],
    );
    assert.deepEqual(seen.debug[0]?.message.error, {
      message: 'this is no signal',
      code: 'MESSAGE_NOT_A_SIGNAL',
      source: { id: 'n1', type: 'kalshi-sample', name: 'one', count: 1 },
    });
    assert.equal(seen.errors[0]?.isCaught, true);
  });

  it('lets one that wants the uncaught only have what nobody nearer has taken', async () => {
    const { runtime, rest, seen } = await start([
      TAB,
      AUTH,
      { id: 'g1', z: 't1', type: 'group', nodes: [] },
      { ...SAMPLE, g: 'g1' },
      { id: 'far', z: 't1', type: 'catch', scope: null, uncaught: false, wires: [['d1']] },
      { id: 'near', z: 't1', g: 'g1', type: 'catch', scope: null, uncaught: true, wires: [['d2']] },
      debug('d1'),
      debug('d2'),
    ]);
    runtime.receive('n1', { payload: 'refuse' });
    await rest();
    assert.deepEqual(
      seen.debug.map(({ id }) => id),
      ['d2', 'd1'],
    );
  });

  it('takes what several files share once, and refuses two nodes of one id', async () => {
    const { runtime, desk } = await start([TAB, AUTH, SAMPLE, debug('d1'), AUTH]);
    assert.equal(desk.held, 1);
    await assert.rejects(runtime.deploy([TAB, AUTH, SAMPLE, { ...TAB, id: 't2' }, { ...SAMPLE, z: 't2' }]), {
      code: 'FLOW_NOT_SUPPORTED',
      message: 'two nodes of this flow have the id n1',
    });
  });

  it('tells Status nodes what a node shows', async () => {
    const { runtime, rest, seen, clock } = await start([
      TAB,
      AUTH,
      SAMPLE,
      { id: 's1', z: 't1', type: 'status', scope: ['n1'], wires: [['d5']] },
      debug('d5'),
    ]);
    clock.advance(1_000);
    runtime.receive('n1', { payload: 'busy', topic: 'BOS' });
    await rest();
    assert.deepEqual(
      seen.debug.map(({ message }) => (message.status as { text: string }).text),
      ['practice: ready', 'practice: busy BOS'],
    );
  });

  it('conflates what is shown to four a second, the last one wins', async () => {
    const { runtime, rest, seen, clock } = await start([TAB, AUTH, SAMPLE]);
    const shown: string[] = [];
    seen.looks.set = (_id, { text }) => {
      shown.push(text);
      return seen.looks;
    };
    clock.advance(1_000);
    for (const topic of ['A', 'B', 'C']) runtime.receive('n1', { payload: 'busy', topic });
    await rest();
    assert.deepEqual(shown, ['practice: busy A']);
    clock.advance(249);
    assert.deepEqual(shown, ['practice: busy A']);
    clock.advance(1);
    assert.deepEqual(shown, ['practice: busy A', 'practice: busy C']);
    clock.advance(10_000);
    runtime.receive('n1', { payload: 'busy', topic: 'C' });
    await rest();
    assert.equal(shown.length, 2);
    assert.equal(clock.pending, 0);
  });

  it('tells nodes why they close, and lets go of the account after the last', async () => {
    const { runtime, desk } = await start([TAB, AUTH, SAMPLE]);
    await runtime.deploy([TAB, AUTH, SAMPLE]);
    await runtime.deploy([TAB, AUTH]);
    assert.equal(desk.held, 0);
    await runtime.deploy([TAB, AUTH, SAMPLE]);
    await runtime.stop();
    assert.deepEqual(log.closed, ['redeployed', 'removed', 'stopped']);
    assert.equal(desk.held, 0);
  });

  it('hands on problems of the account to the Catch nodes of its users', async () => {
    const { desk, rest, seen } = await start([
      TAB,
      AUTH,
      SAMPLE,
      { id: 'c1', z: 't1', type: 'catch', scope: null, uncaught: false, wires: [['d1']] },
      debug('d1'),
    ]);
    desk.change({ problem: { code: 'KALSHI_AUTH_REJECTED', message: 'the key was refused' } });
    await rest();
    const looks = [seen.looks.get('acc')];
    desk.change({ problem: { code: 'ACCOUNT_CONNECTING', message: 'connecting' } });
    looks.push(seen.looks.get('acc'));
    desk.change({ problem: undefined });
    await rest();
    looks.push(seen.looks.get('acc'));
    assert.deepEqual(
      looks.map((look) => look?.text),
      ['cannot be used', 'connecting', 'in use'],
    );
    assert.deepEqual(
      seen.errors.map(({ id, error }) => [id, error.code]),
      [['acc', 'KALSHI_AUTH_REJECTED']],
    );
    assert.equal(seen.debug.length, 1);
  });

  it('does not wait for ever for a node that does not come to an end', async () => {
    const endless: NodeDeclaration = { ...sampleDeclaration(log), start: () => ({ close: () => new Promise(() => {}) }) };
    stage = await stageFlow({ types: [endless], auth: authDeclaration, flow: [TAB, AUTH, SAMPLE] });
    const { runtime, clock, desk, seen } = stage;
    const stopped = runtime.stop();
    clock.advance(9_999);
    assert.equal(desk.held, 1);
    clock.advance(1);
    await stopped;
    assert.equal(desk.held, 0);
    assert.deepEqual(
      seen.errors.map(({ error }) => error.code),
      ['NODE_CLOSE_SLOW'],
    );
  });

  it('reports a node that fails to start, with the place in the log only', async () => {
    const broken: NodeDeclaration = {
      ...sampleDeclaration(log),
      start: () => {
        throw new TypeError('x is undefined');
      },
    };
    stage = await stageFlow({ types: [broken], auth: authDeclaration, flow: [TAB, AUTH, SAMPLE] });
    const { seen } = stage;
    assert.deepEqual(
      seen.errors.map(({ error }) => ({ ...error, message: error.message, stack: error.stack })),
      [{ code: 'NODE_FAILED', message: 'this node has failed: x is undefined', stack: undefined }],
    );
    assert.match(seen.lines[0] ?? '', /memory-host\.test/);
    assert.deepEqual(seen.looks.get('n1'), { fill: 'red', shape: 'ring', text: 'practice: error NODE_FAILED' });
  });

  it('reports settings of the account that cannot be used once, and starts none of its users', async () => {
    const { seen } = await start([TAB, { ...AUTH, environment: 'moon' }, SAMPLE]);
    assert.deepEqual(
      seen.errors.map(({ id, error }) => [id, error.code]),
      [['acc', 'NODE_SETTINGS_INVALID']],
    );
    assert.match(seen.errors[0]?.error.message ?? '', /Environment: "moon" is none of practice, demo/);
    assert.deepEqual(seen.looks.get('n1'), { fill: 'red', shape: 'ring', text: 'no account' });
    assert.equal(log.contexts.length, 0);
  });

  it('lets a message go that waited for a start which never came', async () => {
    const hooks: { input?: Parameters<NodeHost['onInput']>[0]; close?: Parameters<NodeHost['onClose']>[0] } = {};
    const host: NodeHost = {
      id: 'n1',
      name: undefined,
      saved: {},
      credentials: {},
      get: () => undefined,
      offer: () => {},
      onReady: () => {},
      onInput: (handle) => {
        hooks.input = handle;
      },
      onClose: (handle) => {
        hooks.close = handle;
      },
      send: () => {},
      status: () => {},
      report: () => {},
      log: () => {},
    };
    liveNode(sampleDeclaration(log), host, { wall: new HandClock(), claims: new RuleClaims() });
    const waiting = hooks.input?.({ payload: 'go' }, () => assert.fail('nothing has started'));
    await hooks.close?.('redeployed');
    await waiting;
    assert.equal(log.contexts.length, 0);
  });
});

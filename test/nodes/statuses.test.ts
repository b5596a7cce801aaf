import assert from 'node:assert/strict';
import type { AccountListener, AccountView, CommandResult, Lot, MarketUpdate, ReconcileRun } from '../../lib/account/contract.ts';
import type { FlowFileNode } from '../../lib/node-red/flow-plan.ts';
import { declaration as auth } from '../../nodes/kalshi-auth/kalshi-auth.ts';
import { declaration as tracker } from '../../nodes/kalshi-baseline-tracker/kalshi-baseline-tracker.ts';
import { declaration as control } from '../../nodes/kalshi-control/kalshi-control.ts';
import { declaration as discord } from '../../nodes/kalshi-discord/kalshi-discord.ts';
import { declaration as entry } from '../../nodes/kalshi-entry-rules/kalshi-entry-rules.ts';
import { declaration as exit } from '../../nodes/kalshi-exit-rules/kalshi-exit-rules.ts';
import { declaration as stream } from '../../nodes/kalshi-market-stream/kalshi-market-stream.ts';
import { declaration as order } from '../../nodes/kalshi-order/kalshi-order.ts';
import { declaration as reconciler } from '../../nodes/kalshi-reconciler/kalshi-reconciler.ts';
import { declaration as breaker } from '../../nodes/kalshi-risk-breaker/kalshi-risk-breaker.ts';
import { knownGame, listedGame, MIA, marketOf, NOW_MS, RULE } from '../web/game.ts';
import { HandClock, LOT, type Stage, StandInDesk, StandInFeed, stageFlow, standInAccount } from './stage.ts';

const TYPES = [tracker, control, discord, entry, exit, stream, order, reconciler, breaker];
const TAB = { id: 't1', type: 'tab', label: 'test' };
const AUTH = { id: 'acc', type: 'kalshi-auth', environment: 'practice', scope: 'one', accountName: 'main', version: 1 };
const EXIT_RULE = '0d3c1d5e-2f7a-4a55-9f0e-5b1f9a2f7c12';

function nodeOf(type: string, more: object = {}): FlowFileNode {
  const { outputs } = TYPES.find((one) => one.type === type) ?? { outputs: [] };
  return { id: type, z: 't1', type, name: '', account: 'acc', version: 1, wires: outputs.map(() => []), ...more };
}

const FLOW = [
  TAB,
  AUTH,
  nodeOf('kalshi-market-stream'),
  nodeOf('kalshi-baseline-tracker'),
  nodeOf('kalshi-entry-rules', { rule: RULE }),
  nodeOf('kalshi-exit-rules', { rule: EXIT_RULE, lots: RULE }),
  nodeOf('kalshi-risk-breaker'),
  nodeOf('kalshi-order'),
  nodeOf('kalshi-reconciler'),
  nodeOf('kalshi-control'),
  nodeOf('kalshi-discord'),
];

/** An account that can be scripted as it goes. */
class Desktop {
  lots: Lot[] = [];
  unresolved = 0;
  run: ReconcileRun | undefined;
  answer: CommandResult = { done: true, code: undefined, message: 'entries are off' };
  readonly view: AccountView;
  #listener: AccountListener = {};

  constructor(id: string) {
    this.view = standInAccount({
      id,
      label: id,
      listen: (listener) => {
        this.#listener = { ...this.#listener, ...listener };
        return () => {};
      },
      trips: () => [],
      lastRun: () => this.run,
      lots: ({ ticker }) => this.lots.filter((lot) => ticker === undefined || lot.ticker === ticker),
      ordersUnderWay: () =>
        Array.from({ length: this.unresolved }, () => ({
          clientOrderId: 'cs1',
          ticker: MIA,
          leg: 'entry' as const,
          state: 'unresolved',
          atMs: NOW_MS,
          reason: 'no answer',
        })),
      ruleState: () => undefined,
      keepRuleState: () => {},
      note: () => {},
      setEntries: async () => this.answer,
    });
  }

  reconciled(run: ReconcileRun): void {
    this.run = run;
    this.#listener.reconciled?.(run);
  }

  changed(): void {
    this.#listener.state?.(this.view.state());
  }
}

const UPDATE: MarketUpdate = {
  kind: 'tick',
  environment: 'practice',
  game: listedGame(),
  market: marketOf(MIA),
  quote: {
    quote: { bidCC: 5_400, bidSizeE2: 100_000, askCC: 5_500, askSizeE2: 100_000, atMs: NOW_MS },
    source: 'socket',
    ageMs: 0,
  },
  feedAgeMs: 100,
  known: knownGame(),
  atMs: NOW_MS,
};

const AGREED: ReconcileRun = { agreed: true, cause: 'request', atMs: NOW_MS, findings: [], repairs: [], failure: undefined };

describe('what nodes show of themselves', () => {
  const clock = new HandClock(NOW_MS);
  const feed = new StandInFeed(clock);
  let first: Desktop;
  let second: Desktop;
  let stage: Stage | undefined;

  beforeEach(() => {
    first = new Desktop('one');
    second = new Desktop('two');
  });
  afterEach(async () => {
    await stage?.runtime.stop();
    stage = undefined;
  });

  async function start(desk: StandInDesk, flow: readonly FlowFileNode[] = FLOW): Promise<Stage> {
    stage = await stageFlow({ types: TYPES, auth, flow, desk, clock });
    return stage;
  }

  /** A status follows another after a moment only. */
  function shown({ seen }: Stage): Record<string, string> {
    clock.advance(1_000);
    return Object.fromEntries([...seen.looks].filter(([id]) => id !== 'acc').map(([id, { text }]) => [id, text]));
  }

  const everywhere = (text: string) => Object.fromEntries(FLOW.slice(2).map(({ id }) => [id, text]));

  const STANDING = {
    'kalshi-market-stream': 'practice: streaming 0 games, 0 live',
    'kalshi-baseline-tracker': 'practice: tracking 0 final, 0 open',
    'kalshi-entry-rules': 'practice: waiting',
    'kalshi-exit-rules': 'practice: nothing held',
    'kalshi-risk-breaker': 'practice: clear',
    'kalshi-order': 'practice: ready',
    'kalshi-reconciler': 'practice: waiting',
    'kalshi-control': 'practice: ready',
    'kalshi-discord': 'practice: ready',
  };

  it('is that they are connecting, that the account cannot be used, and what they do, as that changes', async () => {
    const desk = new StandInDesk();
    desk.change({ problem: { code: 'ACCOUNT_CONNECTING', message: 'connecting' } });
    const running = await start(desk);
    assert.deepEqual(shown(running), everywhere('practice: connecting'));
    assert.deepEqual(running.seen.errors, []);
    desk.change({ accounts: [first.view], feed: feed.view, problem: undefined });
    assert.deepEqual(shown(running), STANDING);
    desk.change({ accounts: [], problem: { code: 'KALSHI_AUTH_REJECTED', message: 'the key is not known' } });
    assert.deepEqual(shown(running), everywhere('practice: cannot be used'));
    desk.change({ accounts: [first.view], problem: undefined });
    assert.deepEqual(shown(running), STANDING);
  });

  it('says so where the market data arrive and the account cannot be had', async () => {
    const desk = new StandInDesk([], feed.view);
    desk.change({ problem: { code: 'KALSHI_AUTH_REJECTED', message: 'the key is not known' } });
    assert.deepEqual(shown(await start(desk)), everywhere('practice: cannot be used'));
  });

  it('stays what it was while a change of the key is refused and the account goes on', async () => {
    const desk = new StandInDesk([first.view], feed.view);
    desk.change({ problem: { code: 'ACCOUNT_KEY_CHANGED_WHILE_OPEN', message: 'it goes on as it was' } });
    assert.deepEqual(shown(await start(desk)), STANDING);
  });

  it('is of an exit rule what it holds, and nothing once that is gone', async () => {
    first.lots = [LOT];
    const running = await start(new StandInDesk([first.view], feed.view));
    assert.equal(shown(running)['kalshi-exit-rules'], 'practice: holding');
    feed.know(UPDATE);
    running.runtime.receive('kalshi-exit-rules', { topic: MIA });
    await running.rest();
    assert.equal(shown(running)['kalshi-exit-rules'], 'practice: holding MIA +4.0c');
    running.desk.change({});
    first.lots = [];
    running.runtime.receive('kalshi-exit-rules', { topic: MIA });
    await running.rest();
    assert.equal(shown(running)['kalshi-exit-rules'], 'practice: nothing held');
  });

  it('is of an order node that one is unresolved, for as long as it is', async () => {
    const running = await start(new StandInDesk([first.view], feed.view));
    first.unresolved = 1;
    first.changed();
    assert.equal(shown(running)['kalshi-order'], 'practice: unresolved');
    first.unresolved = 0;
    first.changed();
    assert.equal(shown(running)['kalshi-order'], 'practice: ready');
  });

  it('is of a reconciler that one account differs, whichever was compared last', async () => {
    const running = await start(new StandInDesk([first.view, second.view], feed.view));
    first.reconciled({ ...AGREED, agreed: false, findings: ['an order that nobody knows'] });
    second.reconciled(AGREED);
    assert.equal(shown(running)['kalshi-reconciler'], 'practice: mismatch 1 found');
    first.reconciled({ ...AGREED, repairs: ['a fill was taken over'] });
    assert.equal(shown(running)['kalshi-reconciler'], 'practice: agreed 1 put right');
  });

  it('is of a control that an account has refused, and each account has its answer', async () => {
    const running = await start(new StandInDesk([first.view, second.view], feed.view), [
      TAB,
      AUTH,
      nodeOf('kalshi-control', { wires: [['d1'], ['d2']] }),
      { id: 'd1', z: 't1', type: 'debug', active: true, wires: [] },
      { id: 'd2', z: 't1', type: 'debug', active: true, wires: [] },
    ]);
    first.answer = { done: false, code: 'STORE_READONLY', message: 'the database cannot be written' };
    running.runtime.receive('kalshi-control', { payload: 'pause' });
    await running.rest();
    assert.equal(shown(running)['kalshi-control'], 'practice: refused pause');
    const answers = running.seen.debug.map(({ id, message }) => [id, (message.account as { id: string }).id]);
    assert.deepEqual(Object.fromEntries(answers), { d1: 'two', d2: 'one' });
  });

  for (const [id, payload] of [
    ['kalshi-control', 'close_all'],
    ['kalshi-reconciler', ''],
  ] as const) {
    it(`is an error of a ${id.slice(7)} that is asked for something while no account is connected`, async () => {
      const desk = new StandInDesk();
      desk.change({ problem: { code: 'KALSHI_AUTH_REJECTED', message: 'the key is not known' } });
      const running = await start(desk);
      running.runtime.receive(id, { payload });
      await running.rest();
      const error = running.seen.errors.find((one) => one.id === id);
      assert.equal(error?.error.code, 'NODE_ACCOUNT_OFFLINE');
      assert.match(error.error.message, /^nothing was done, because no account is connected: the key is not known$/);
      assert.deepEqual(error.message?.payload, payload);
    });
  }
});

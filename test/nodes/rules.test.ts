import assert from 'node:assert/strict';
import type { AccountView, BaselineView, Lot, MarketUpdate, NotedDecision, SignalWish } from '../../lib/account/contract.ts';
import type { FlowMessage } from '../../lib/node-red/contract.ts';
import type { Signal } from '../../lib/trading/cause.ts';
import { declaration as auth } from '../../nodes/kalshi-auth/kalshi-auth.ts';
import { declaration as entry } from '../../nodes/kalshi-entry-rules/kalshi-entry-rules.ts';
import { declaration as exit } from '../../nodes/kalshi-exit-rules/kalshi-exit-rules.ts';
import { LastAnswers } from '../../nodes/rule-question.ts';
import { frozenAt, knownGame, listedGame, MIA, marketOf, NOW_MS, RULE } from '../web/game.ts';
import { HandClock, LOT, type Stage, StandInDesk, StandInFeed, stageFlow, standInAccount } from './stage.ts';

const EXIT_RULE = '0d3c1d5e-2f7a-4a55-9f0e-5b1f9a2f7c12';
/** An account that lets every wish become a signal, unless its lock is held. */
class Trader {
  lots: Lot[] = [];
  isLocked = false;
  readonly noted: NotedDecision[] = [];
  readonly kept = new Map<string, unknown>();
  readonly wishes: SignalWish[] = [];
  readonly view: AccountView;

  constructor(id: string) {
    this.view = standInAccount({
      id,
      label: id,
      lots: ({ ticker, ruleId }) =>
        this.lots.filter((lot) => (ticker ?? lot.ticker) === lot.ticker && (ruleId ?? lot.ruleId) === lot.ruleId),
      tally: () => ({ entriesInGame: 0, isGameHeld: false, openPositions: 0 }),
      sizeCaps: () => [],
      ruleState: (ruleId, ticker) => this.kept.get(`${ruleId} ${ticker}`),
      keepRuleState: (ruleId, ticker, state) => void this.kept.set(`${ruleId} ${ticker}`, state),
      note: (decision) => void this.noted.push(decision),
      raise: (wish) => this.#raise(wish),
    });
  }

  #raise(wish: SignalWish): Signal | undefined {
    this.wishes.push(wish);
    if (this.isLocked) return undefined;
    const { ruleId, ruleName, leg, wish: order, ...rest } = wish;
    return {
      actor: { kind: 'rule', id: ruleId, name: ruleName },
      ...rest,
      cause: { accountId: this.view.id, ruleId, ticker: order.ticker, round: 0, leg, attempt: 0 },
      wish: order,
      atMs: NOW_MS,
    };
  }
}

/** The market at this bid, one cent wide. */
function updateAt(bidCC: number | undefined, change: Partial<MarketUpdate> = {}): MarketUpdate {
  const quote = { bidCC, bidSizeE2: 100_000, askCC: (bidCC ?? 5_000) + 100, askSizeE2: 100_000, atMs: NOW_MS };
  return {
    kind: 'update',
    environment: 'practice',
    game: listedGame(),
    market: marketOf(MIA),
    quote: { quote, source: 'socket', ageMs: 0 },
    feedAgeMs: 100,
    known: knownGame(),
    atMs: NOW_MS,
    ...change,
  };
}

describe('rules', () => {
  const clock = new HandClock(NOW_MS);
  let one: Trader;
  let two: Trader;
  let view: BaselineView;
  let feed: StandInFeed;
  let stage: Stage;

  beforeEach(async () => {
    one = new Trader('one');
    two = new Trader('two');
    view = frozenAt(7_000);
    feed = new StandInFeed(clock, { baseline: () => view });
    const of = { z: 't1', account: 'acc', version: 1, wires: [['d1'], ['d2']] };
    stage = await stageFlow({
      types: [entry, exit],
      auth,
      clock,
      desk: new StandInDesk([one.view, two.view], feed.view),
      flow: [
        { id: 't1', type: 'tab', label: 'test' },
        { id: 'acc', type: 'kalshi-auth', environment: 'practice', scope: 'all', accountName: 'main', version: 1 },
        { ...of, id: 'entry', type: 'kalshi-entry-rules', name: 'dip', rule: RULE },
        { ...of, id: 'exit', type: 'kalshi-exit-rules', name: 'leave', rule: EXIT_RULE, lots: RULE },
        ...['d1', 'd2'].map((id) => ({ id, z: 't1', type: 'debug', active: true, wires: [] })),
      ],
    });
  });
  afterEach(() => stage.runtime.stop());

  async function tell(id: string, update: MarketUpdate, message: FlowMessage = { topic: MIA, baseline: {} }): Promise<void> {
    feed.know(update);
    stage.runtime.receive(id, message);
    await stage.rest();
  }

  /** Of every message that a port sent: whose it is, and its payload's property. */
  function told(id: string, port: number, property: string): string[] {
    return stage.messages(id, port).map(({ account, payload }) => {
      return `${(account as { label: string }).label}: ${String(Reflect.get(payload as object, property))}`;
    });
  }

  function shown(id: string): string | undefined {
    clock.advance(1_000);
    return stage.seen.looks.get(id)?.text;
  }

  describe('to enter', () => {
    it('say why not for every account, and again only when another check fails', async () => {
      await tell('entry', updateAt(6_500));
      await tell('entry', updateAt(6_400));
      assert.deepEqual(told('entry', 1, 'gate'), ['one: entry_condition', 'two: entry_condition']);
      await tell('entry', updateAt(6_400, { feedAgeMs: undefined }));
      await tell('entry', updateAt(6_400));
      assert.deepEqual(told('entry', 1, 'gate').slice(2), [
        'one: max_data_age',
        'two: max_data_age',
        'one: entry_condition',
        'two: entry_condition',
      ]);
      assert.equal(shown('entry'), 'practice: watching MIA: drop 6.0 < 15.0');
      assert.equal(one.noted.length, 4);
      assert.deepEqual(one.noted[0]?.numbers.positionSizeE6, 50_000_000);
    });

    it('send a signal for every account that may, and then say no anew', async () => {
      two.isLocked = true;
      await tell('entry', updateAt(6_500));
      await tell('entry', updateAt(5_400));
      assert.deepEqual(told('entry', 0, 'action'), ['one: buy']);
      assert.deepEqual(
        one.wishes.map(({ ruleId, ruleName, leg, patienceMs, maxPriceMoveCC }) => [
          ruleId,
          ruleName,
          leg,
          patienceMs,
          maxPriceMoveCC,
        ]),
        [[RULE, 'dip', 'entry', 60_000, 200]],
      );
      assert.deepEqual(one.wishes[0]?.entryCaps, { maxEntriesPerGame: 1, maxTotalPositions: 5, averagingDown: false });
      assert.equal(shown('entry'), 'practice: entry MIA at 55.0c');
      await tell('entry', updateAt(6_500));
      assert.deepEqual(told('entry', 1, 'gate').slice(2), ['one: entry_condition', 'two: entry_condition']);
    });

    it('go by what is known now, not by what the message says, and never without a baseline tracker', async () => {
      await tell('entry', updateAt(5_400), { topic: MIA, quote: { bid: 20 } });
      assert.deepEqual(told('entry', 0, 'action'), []);
      assert.deepEqual(told('entry', 1, 'reason'), [
        'one: no baseline: the update did not pass a baseline tracker',
        'two: no baseline: the update did not pass a baseline tracker',
      ]);
    });

    it('are silent about leagues that are not theirs, and refuse what is no update', async () => {
      await tell('entry', updateAt(5_400, { game: listedGame({ league: 'NFL' }) }));
      assert.deepEqual(stage.seen.sent, []);
      await tell('entry', updateAt(5_400), { payload: 'go' });
      assert.deepEqual(
        stage.seen.errors.map(({ error }) => error.code),
        ['MESSAGE_NOT_AN_UPDATE'],
      );
    });
  });

  describe('to leave', () => {
    beforeEach(() => {
      one.lots = [LOT];
      two.lots = [{ ...LOT, positionId: 'p2', ruleId: 'another rule' }];
    });

    it('say why they hold what is theirs, and again only when that changes', async () => {
      await tell('exit', updateAt(5_400));
      await tell('exit', updateAt(5_500));
      assert.deepEqual(told('exit', 1, 'reason'), ['one: P&L 4.0 between -10.0 and 20.0']);
      assert.equal(shown('exit'), 'practice: holding MIA +5.0c');
      await tell('exit', updateAt(7_500, { market: marketOf(MIA, { status: 'paused' }) }));
      assert.equal(shown('exit'), 'practice: cannot leave MIA +25.0c');
      await tell('exit', updateAt(7_500, { market: marketOf(MIA, { status: 'finalized' }) }));
      assert.deepEqual(told('exit', 1, 'gate').slice(1), ['one: take_profit', 'one: game_finished']);
      assert.deepEqual(two.noted, []);
    });

    it('send a signal at every update until nothing is left', async () => {
      await tell('exit', updateAt(7_000));
      await tell('exit', updateAt(7_000));
      assert.deepEqual(told('exit', 0, 'exitReason'), ['one: take_profit', 'one: take_profit']);
      const [wish] = one.wishes;
      assert.deepEqual(wish?.actor, { kind: 'rule', id: EXIT_RULE, name: 'leave' });
      assert.equal(wish.ruleId, RULE);
      assert.equal(wish.wish.countE2, 9_600);
      assert.equal(shown('exit'), 'practice: exit MIA: take profit');
      one.lots = [];
      await tell('exit', updateAt(7_000));
      assert.equal(shown('exit'), 'practice: nothing held');
    });

    it('remember the peak of a position beyond the node, and begin anew with the next', async () => {
      const peaks = () => [...one.kept.values()];
      for (const bidCC of [5_400, 5_800, 5_600]) await tell('exit', updateAt(bidCC));
      assert.deepEqual(peaks(), [{ positionId: 'p1', state: { peakCC: 5_800 } }]);
      one.lots = [{ ...LOT, positionId: 'p3', round: 1 }];
      await tell('exit', updateAt(5_500));
      assert.deepEqual(peaks(), [{ positionId: 'p3', state: { peakCC: 5_500 } }]);
    });
  });

  it('forget what they said longest ago rather than grow', () => {
    const answers = new LastAnswers();
    assert.ok(answers.isNews('first', 'no'));
    for (let i = 0; i < 9_999; i++) answers.isNews(`market ${i}`, 'no');
    assert.ok(!answers.isNews('first', 'no'));
    answers.isNews('one more', 'no');
    assert.ok(answers.isNews('first', 'no'));
    assert.ok(!answers.isNews('market 9998', 'no'));
  });
});

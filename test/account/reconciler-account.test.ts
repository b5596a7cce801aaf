import assert from 'node:assert/strict';
import type { AccountBooks, Reconcile } from '../../lib/account/account-books.ts';
import type { ReconcileRun } from '../../lib/account/contract.ts';
import { createReconciler } from '../../lib/account/reconciler.ts';
import { positionsOf } from '../trading/reconcile-stage.ts';
import { BOS, LAL, RULE, Stage } from './stage.ts';
import { settled } from './stage-time.ts';
import { Storm } from './storm.ts';

/** Puts the reconciler in, one for each life; the exchange of the stage tells no average prices, so they are put in too. */
function reconcileOn(stage: Stage): ReconcileRun[] {
  const runs: ReconcileRun[] = [];
  const reconcilers = new WeakMap<AccountBooks, Reconcile>();
  stage.reconcile = async (books, cause) => {
    const reconcile = reconcilers.get(books) ?? createReconciler({ wall: stage.time.view().wall });
    reconcilers.set(books, reconcile);
    const { fills, settlements } = stage.exchange;
    const positions = async () => {
      const told = await books.venue.positions();
      const costs = new Map(positionsOf(fills, settlements).map((one) => [`${one.ticker} ${one.netE2}`, one.exposureE6]));
      return told.map((one) => ({ ...one, exposureE6: costs.get(`${one.ticker} ${one.netE2}`) ?? 0 }));
    };
    const run = await reconcile({ ...books, venue: { ...books.venue, positions } }, cause);
    runs.push(run);
    return run;
  };
  return runs;
}

describe('the reconciler of an account', () => {
  let stage: Stage;
  let runs: ReconcileRun[];

  beforeEach(() => {
    stage = new Stage();
    runs = reconcileOn(stage);
  });

  it('finds after a crash what became of an order whose answer and frames nobody heard', async () => {
    await stage.armed();
    stage.exchange.isLive = false;
    stage.exchange.fates.push({ isAnswerLost: true, parts: 3 });
    const { clientOrderId } = await stage.submit(stage.entry());
    stage.lives.at(-1)?.kill();
    stage.exchange.frames.length = 0;
    stage.exchange.isLive = true;
    await stage.armed();
    assert.equal(stage.heldE2(), 1_000);
    assert.equal(stage.stored(clientOrderId).life.state, 'filled');
    const [lot] = stage.account.lots({});
    assert.deepEqual([lot?.ruleId, lot?.costE6], [RULE, 1_000 * 5_000]);
    assert.equal(runs.at(-1)?.agreed, true);
    const again = await stage.account.reconcile({ kind: 'local' });
    assert.deepEqual([again.agreed, again.findings, again.repairs], [true, [], []]);
  });

  it('books again the fills and orders that the memory has lost', async () => {
    await stage.armed();
    await stage.submit(stage.entry());
    await stage.submit(stage.exit({ countE2: 400 }));
    const before = stage.account.lots({});
    assert.equal(before[0]?.countE2, 600);
    stage.lives.at(-1)?.kill();
    stage.database.orders.clear();
    stage.database.ledgers.clear();
    stage.database.positions.clear();
    // A rule is known as long as it has a ledger or an order anywhere.
    stage.database.ledgers.set('known', { ruleId: RULE, ticker: BOS, eventTicker: 'E', fills: [], settlement: undefined });
    await stage.armed();
    assert.deepEqual(stage.account.lots({}), before);
    assert.deepEqual(
      runs.at(-1)?.repairs.map((repair) => /adopted|booked to rule/.exec(repair)?.[0]),
      ['adopted', 'booked to rule', 'adopted', 'booked to rule'],
    );
  });

  it('books what was settled while nobody was there', async () => {
    await stage.armed();
    await stage.submit(stage.entry());
    stage.lives.at(-1)?.kill();
    stage.exchange.settle(LAL, 10_000);
    stage.time.step(5_000);
    await stage.armed();
    assert.equal(stage.heldE2(), 0);
    const trades = [...stage.database.trades.values()].flat();
    assert.deepEqual(
      trades.map(({ netE6, exitReason }) => [netE6, exitReason]),
      [[1_000 * 5_000 - 100_000, 'game_finished']],
    );
    assert.ok(runs.at(-1)?.repairs.includes(`${LAL} was settled, YES at 100.0c.`), runs.at(-1)?.repairs.join());
  });

  it('lets no entry pass while strangers hold contracts, and lets them when those are sold', async () => {
    await stage.armed();
    await stage.submit(stage.entry({ ticker: BOS }));
    stage.exchange.byHand({ ticker: LAL, side: 'bid', countE2: 200 });
    const run = await stage.account.reconcile({ kind: 'local' });
    assert.equal(run.agreed, false);
    assert.match(run.findings.join(), /2 YES come from orders that were not sent from here: adopt, close or ignore them\.$/);
    await settled();
    assert.equal(stage.account.state().status, 'blocked');
    assert.equal(stage.database.orphans.size, 1);
    const { report } = await stage.submit(stage.exit({ ticker: BOS }));
    assert.equal(report?.outcome, 'filled', 'exits go');
    stage.exchange.byHand({ ticker: LAL, side: 'ask', countE2: 200 });
    assert.equal((await stage.account.reconcile({ kind: 'local' })).agreed, true);
    await settled();
    assert.equal(stage.account.state().status, 'armed');
    assert.equal([...stage.database.orphans.values()][0]?.action, 'AUTO_CLOSE');
  });

  it('ends every storm with memory and exchange agreed', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const storm = new Storm(seed);
      // Whatever a stranger holds would rightly keep entries blocked to the end.
      storm.stage.exchange.byHand = () => {};
      const told = reconcileOn(storm.stage);
      await storm.blow(150);
      await storm.check();
      assert.equal(told.at(-1)?.agreed, true, `seed ${seed}`);
    }
  }).timeout(60_000);
});

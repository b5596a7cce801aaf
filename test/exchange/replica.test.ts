import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ExchangeEvent } from '../../lib/exchange/engine/events.ts';
import { Replica } from '../../lib/exchange/replica.ts';
import { order, START_MS } from './stage.ts';
import { nightOf, openMember, runningAt, SECOND, scenarioOf, walk } from './walk.ts';

const FIVE_HUNDRED_E6 = 500_000_000;

describe('what members read', () => {
  it('lags behind what they write by real time', () => {
    const wall = { ms: 0 };
    const night = nightOf(walk(3), { wallMs: () => wall.ms, readLagMs: 100 });
    night.step();
    const member = openMember(night);
    wall.ms = 100;
    assert.equal(night.replica.view(member.id).balances.get(0)?.availableE6, FIVE_HUNDRED_E6);
    const { orderId } = night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({}) });
    night.step();
    assert.equal(night.replica.view(member.id).orders.size, 0);
    assert.ok(night.replica.asOfMs(night.nowMs()) < night.nowMs());
    wall.ms = 199;
    assert.equal(night.replica.view(member.id).orders.size, 0);
    wall.ms = 200;
    assert.ok(night.replica.view(member.id).orders.has(orderId));
    assert.equal(night.replica.asOfMs(night.nowMs()), night.nowMs());
  });

  it('is not called complete up to a time of which something is pending', () => {
    const wall = { ms: 0 };
    const night = nightOf(walk(3), { wallMs: () => wall.ms, readLagMs: 100 });
    night.step();
    const member = openMember(night);
    const place = () => night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({}) });
    night.step();
    place();
    wall.ms = 50;
    const second = place();
    wall.ms = 120;
    assert.equal(night.replica.view(member.id).orders.size, 1, 'the first order shows, the second is of the same market time');
    assert.ok(night.replica.asOfMs(night.nowMs()) < second.atMs);
  });

  it('is not called complete beyond the first of several instants that are told together', () => {
    const wall = { ms: 0 };
    const night = nightOf(walk(600), { ...runningAt(60, () => wall.ms), readLagMs: 100 });
    const member = openMember(night);
    for (const seconds of [10, 20]) {
      const expirationMs = START_MS + seconds * SECOND;
      night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ priceCC: 100, countE2: 100, expirationMs }) });
    }
    wall.ms = 500;
    assert.equal(night.nowMs(), START_MS + 30 * SECOND, 'both have expired by now');
    assert.equal(night.replica.asOfMs(night.nowMs()), START_MS + 10 * SECOND - 1);
  });

  it('never says less than it has said before', () => {
    const wall = { ms: 0 };
    const night = nightOf(scenarioOf([]), { ...runningAt(60, () => wall.ms), readLagMs: 100 });
    const member = openMember(night);
    let saidMs = 0;
    for (let at = 0; at < 200; at++) {
      wall.ms += 7;
      const asOfMs = night.replica.asOfMs(night.nowMs());
      assert.ok(asOfMs >= saidMs, `${asOfMs} after ${saidMs}`);
      saidMs = asOfMs;
      if (at % 30 === 0) night.execute({ kind: 'deposit', accountId: member.id, shard: 0, amountE6: 1_000_000 });
    }
  });

  it('shows at once what one account is given by hand, and of the others nothing', () => {
    const wall = { ms: 0 };
    const night = nightOf(walk(3), { wallMs: () => wall.ms, readLagMs: 100 });
    night.step();
    const [early, late] = [openMember(night), openMember(night)];
    night.replica.showAll(late.id);
    assert.equal(night.replica.view(late.id).balances.get(0)?.availableE6, FIVE_HUNDRED_E6);
    assert.equal(night.replica.view(early.id).balances.size, 0);
    wall.ms = 100;
    assert.equal(night.replica.view(early.id).balances.get(0)?.availableE6, FIVE_HUNDRED_E6);
  });

  it('is complete while only public things happen', () => {
    const night = nightOf(walk(3), { readLagMs: 100 });
    night.step();
    night.step();
    assert.equal(night.replica.asOfMs(night.nowMs()), START_MS + SECOND);
  });

  it('does not pile up while nobody reads', async () => {
    const wall = { ms: 0 };
    const replica = new Replica({ wallMs: () => wall.ms, lagMs: 100, startMs: START_MS });
    const ingest = (atMs: number): WeakRef<ExchangeEvent> => {
      const event: ExchangeEvent = { kind: 'balance', accountId: 'A', shard: 0, availableE6: 1, lockedE6: 0, atMs };
      replica.ingest([event], atMs);
      return new WeakRef(event);
    };
    const first = ingest(START_MS);
    wall.ms = 100;
    ingest(START_MS + SECOND);
    // What was just referred to weakly is kept until the present turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    assert.equal(first.deref(), undefined);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

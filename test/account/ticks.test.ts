import assert from 'node:assert/strict';
import { FeedStage, listedGame } from './feed-stage.ts';

describe('ticks', () => {
  it('come once per whole second of market time for each held market, in ticker order', async () => {
    const stage = await new FeedStage().follow([listedGame('G1'), listedGame('G2')]);
    stage.clock.advance(350);
    for (const ticker of ['G2-A', 'G1-B']) stage.held.add(ticker);
    stage.feed.heldChanged();
    const startedMs = stage.clock.nowMs() - 350;
    await stage.pass(startedMs + 3_400, 100);
    assert.deepEqual(
      stage.updates.map(({ kind, market, atMs }) => [kind, market.ticker, atMs - startedMs]),
      [1_000, 2_000, 3_000].flatMap((atMs) => [
        ['tick', 'G1-B', atMs],
        ['tick', 'G2-A', atMs],
      ]),
    );
  });

  it('carry the market as it is now', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    stage.quote('G1-A', 4_000, 4_100);
    stage.clock.advance(1_000);
    const [tick] = stage.updates;
    assert.deepEqual([tick?.kind, tick?.quote?.quote.bidCC, tick?.feedAgeMs], ['tick', 4_000, 5]);
  });

  it('do not come, nor does a timer run, while nothing is held', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    const idle = stage.clock.timers;
    await stage.pass(stage.clock.nowMs() + 10_000);
    assert.deepEqual(stage.updates, []);
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    assert.equal(stage.clock.timers, idle + 1);
    await stage.pass(stage.clock.nowMs() + 2_000);
    stage.held.clear();
    stage.updates.length = 0;
    await stage.pass(stage.clock.nowMs() + 10_000);
    assert.deepEqual([stage.updates, stage.clock.timers], [[], idle]);
  });

  it('begin with the next update where nobody said that something is held', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    await stage.pass(stage.clock.nowMs() + 1_000);
    stage.held.add('G1-A');
    stage.quote('G1-B', 4_000, 4_100);
    stage.turn();
    await stage.pass(stage.clock.nowMs() + 1_000);
    assert.deepEqual(stage.told('tick'), ['G1-A']);
  });

  it('come late once, not once for each second of a stall', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    let stallMs = 0;
    const { clock } = stage;
    const nowMs = clock.nowMs.bind(clock);
    clock.nowMs = () => nowMs() + stallMs;
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    // The timer runs when half a minute more has gone by than it was set for.
    stallMs = 30_400;
    clock.advance(1_000);
    assert.equal(stage.told('tick').length, 1);
    clock.advance(600);
    assert.equal(stage.told('tick').length, 1, 'and then at the next whole second');
    clock.advance(999);
    assert.equal(stage.told('tick').length, 0);
  });

  it('wait for their second where the timer is early', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    let earlyMs = 0;
    const { clock } = stage;
    const nowMs = clock.nowMs.bind(clock);
    clock.nowMs = () => nowMs() - earlyMs;
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    earlyMs = 2;
    clock.advance(1_000);
    assert.deepEqual(stage.told('tick'), []);
    clock.advance(2);
    assert.deepEqual(stage.told('tick'), ['G1-A']);
  });

  it('leave out what is held and not followed', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    for (const ticker of ['G1-A', 'GONE-A']) stage.held.add(ticker);
    stage.feed.heldChanged();
    await stage.pass(stage.clock.nowMs() + 1_000);
    assert.deepEqual(stage.told('tick'), ['G1-A']);
  });
});

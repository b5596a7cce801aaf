import assert from 'node:assert/strict';
import type { CDPSession } from 'playwright-core';
import type { Overview } from '../../lib/web/contract.ts';
import { evening, gameView, line, positionView } from './night.ts';
import { stageFor, type View } from './stage.ts';

const ROUND = 400;
const HEAP_GROWTH_BYTES = 1_500_000;

describe('the memory of the Overview', function () {
  this.timeout(60_000);
  const holder = stageFor(this);
  let view: View;

  afterEach(() => view.close());

  /** Everything that changes, changing. */
  function patch(n: number): Partial<Overview> {
    const bid = 40 + (n % 23);
    return {
      live: [
        gameView('MIA', 'CHI', { homeScore: n % 120, says: `drop ${n}.0 < 15.0` }, { bid, ask: bid + 1 }),
        gameView('DEN', 'PHX', {}, { bid: 50 + (n % 7) }),
      ],
      positions: [positionView('MIA', 'CHI', { now: bid, profit: bid - 50 })],
      activity: [line(100 + n, `line ${n}`)],
    };
  }

  async function play(from: number): Promise<void> {
    const patches = Array.from({ length: ROUND }, (_, n) => patch(from + n));
    await holder.stage.patch(...patches);
    await view.page
      .getByRole('log')
      .getByText(`line ${from + ROUND - 1}`, { exact: true })
      .waitFor({ timeout: 40_000 });
  }

  async function measured(devtools: CDPSession): Promise<{ nodes: number; listeners: number; heap: number }> {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return { nodes: value('Nodes'), listeners: value('JSEventListeners'), heap: value('JSHeapUsedSize') };
  }

  it('stays flat over many changes', async () => {
    await holder.stage.show(evening());
    view = await holder.stage.open();
    const devtools = await view.page.context().newCDPSession(view.page);
    await devtools.send('Performance.enable');
    await play(0);
    const before = await measured(devtools);
    await play(ROUND);
    const after = await measured(devtools);
    assert.ok(after.nodes <= before.nodes * 1.05, `nodes ${before.nodes} -> ${after.nodes}`);
    assert.ok(after.listeners <= before.listeners + 10, `listeners ${before.listeners} -> ${after.listeners}`);
    assert.ok(after.heap <= before.heap + HEAP_GROWTH_BYTES, `heap ${before.heap} -> ${after.heap}`);
    assert.deepEqual(view.complaints, []);
  });
});

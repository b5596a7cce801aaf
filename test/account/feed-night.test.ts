import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Quote } from '../../lib/trading/quote.ts';
import { quoteAt } from '../trading/stage.ts';
import { FeedStage, listedGame, MINUTE_MS, NBA, START_MS } from './feed-stage.ts';

const minute = (n: number) => START_MS + n * MINUTE_MS;

/** For each whole minute in (start - 30 min, start], the mid of the last quote stamped up to it. */
function plainSamples(quotes: readonly Quote[], startMs: number): number[] {
  const mids: number[] = [];
  for (let atMs = Math.floor(startMs / MINUTE_MS) * MINUTE_MS; atMs > startMs - 30 * MINUTE_MS; atMs -= MINUTE_MS) {
    const { bidCC, askCC } = quotes.findLast((one) => one.atMs <= atMs) ?? {};
    if (bidCC !== undefined && askCC !== undefined && bidCC < askCC) mids.push((bidCC + askCC) / 2);
  }
  return mids.toSorted((a, b) => a - b);
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}

describe('a night through the feed', () => {
  it('goes from listing to settlement: pre-game, start, ticks while it is held, the end', async () => {
    const stage = new FeedStage(minute(-40));
    await stage.open([listedGame('G1')]);
    const seen: string[] = [];
    stage.feed.listen({
      update: ({ kind, market, quote, known }) => {
        const { status, baseline } = stage.feed.baseline(market.ticker);
        const phase = known?.state.phase ?? 'unknown';
        seen.push([kind, market.ticker, quote?.quote.bidCC ?? '-', phase, market.status, baseline?.valueCC ?? status].join(' '));
      },
    });
    const told = () => seen.splice(0);
    stage.feed.trackBaselines(stage);
    stage.feed.choose(NBA, stage);
    await stage.rest();
    assert.deepEqual(told(), ['update G1-A - unknown open collecting', 'update G1-B - unknown open collecting']);

    stage.game('G1', { phase: 'pre' });
    stage.quote('G1-B', 3_900, 4_000);
    stage.quote('G1-A', 6_000, 6_100);
    await stage.rest();
    assert.deepEqual(told(), ['update G1-A 6000 pre open collecting', 'update G1-B 3900 pre open collecting']);

    await stage.pass(START_MS, MINUTE_MS);
    assert.deepEqual(told(), []);
    stage.game('G1', { phase: 'live', startedMs: START_MS, period: 1 });
    await stage.rest();
    assert.deepEqual(told(), ['update G1-A 6000 live open collecting', 'update G1-B 3900 live open collecting']);
    await stage.pass(START_MS + 1_000);
    assert.deepEqual(told(), ['update G1-A 6000 live open 6050', 'update G1-B 3900 live open 3950']);

    stage.quote('G1-A', 4_400, 4_500);
    await stage.rest();
    assert.deepEqual(told(), ['update G1-A 4400 live open 6050']);
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    await stage.pass(START_MS + 3_000);
    assert.deepEqual(told(), ['tick G1-A 4400 live open 6050', 'tick G1-A 4400 live open 6050']);

    stage.game('G1', { phase: 'final', startedMs: START_MS });
    stage.market('G1-A', 'determined', 10_000);
    await stage.rest();
    assert.deepEqual(told(), ['update G1-A 4400 final determined 6050', 'update G1-B 3900 final open 3950']);
    stage.market('G1-A', 'finalized', 10_000);
    stage.market('G1-B', 'finalized', 0);
    stage.held.clear();
    stage.data.games = [];
    await stage.pass(stage.clock.nowMs() + 10 * MINUTE_MS, MINUTE_MS);
    assert.deepEqual([stage.feed.games(), stage.data.followed.size, stage.scores.followed], [[], 0, []]);
    await stage.feed.close();
    assert.deepEqual([stage.clock.timers, stage.wall.timers, stage.defects], [0, 0, []]);
  });

  it('measures what a plain look at every minute measures, however quotes come, turns end and late the start is told', async () => {
    const step = fc.record({
      afterS: fc.integer({ min: 0, max: 200 }),
      bid: fc.integer({ min: -3, max: 98 }),
      spread: fc.integer({ min: 0, max: 6 }),
      endsTurn: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        fc.integer({ min: -300, max: 300 }),
        fc.integer({ min: 0, max: 600 }),
        async (path, offsetS, lateS) => {
          const startMs = START_MS + offsetS * 1_000;
          const toldMs = startMs + lateS * 1_000;
          const stage = new FeedStage(minute(-60));
          await stage.open([listedGame('G1')]);
          stage.feed.trackBaselines(stage);
          stage.feed.choose(NBA, stage);
          await stage.rest();
          const quotes: Quote[] = [];
          let atMs = minute(-60);
          let isTold = false;
          async function tellBy(untilMs: number): Promise<void> {
            if (isTold || untilMs < toldMs) return;
            isTold = true;
            await stage.pass(toldMs, MINUTE_MS);
            stage.game('G1', { startedMs: startMs });
          }
          for (const { afterS, bid, spread, endsTurn } of path) {
            atMs += afterS * 1_000;
            // A quote stamped when the start is told comes before it.
            await tellBy(atMs - 1);
            if (stage.clock.nowMs() < atMs) stage.clock.advance(atMs - stage.clock.nowMs());
            const quote = quoteAt(bid < 1 ? undefined : bid * 100, Math.min(99, bid + spread) * 100, atMs);
            quotes.push(quote);
            stage.standing('G1-A', quote);
            if (endsTurn) await stage.rest();
          }
          await stage.rest();
          await tellBy(Number.POSITIVE_INFINITY);
          await stage.pass(Math.max(stage.clock.nowMs(), toldMs) + 1, MINUTE_MS);
          const { status, baseline } = stage.feed.baseline('G1-A');
          const mids = plainSamples(quotes, startMs);
          if (mids.length > 0) {
            assert.deepEqual([status, baseline?.samples, baseline?.valueCC], ['frozen', mids.length, middle(mids)]);
          } else assert.notEqual(baseline?.method, 'window');
          assert.deepEqual(stage.defects, []);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('loses no sample that was taken, and invents none, over kills at any minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: -39, max: -1 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 6 }),
        async (killed, awayMin) => {
          let stage = new FeedStage(minute(-40));
          const sampled = new Set<number>();
          async function begin(): Promise<void> {
            await stage.open([listedGame('G1')]);
            stage.feed.trackBaselines(stage);
            stage.quote('G1-A', 6_000, 6_100);
            stage.feed.choose(NBA, stage);
            await stage.rest();
          }
          await begin();
          for (let n = -39; n <= 0; n++) {
            if (stage.clock.nowMs() > minute(n)) continue;
            await stage.pass(minute(n), MINUTE_MS);
            sampled.add(n);
            if (!killed.includes(n)) continue;
            stage = new FeedStage(Math.min(minute(n + awayMin) + 1, START_MS - 1), stage.memory);
            await begin();
          }
          stage.game('G1', { startedMs: START_MS });
          await stage.pass(START_MS + 1, 1);
          const expected = [...sampled].filter((n) => n >= -29).length;
          assert.equal(stage.feed.baseline('G1-A').samples, expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

import assert from 'node:assert/strict';
import type { FeedView } from '../../lib/account/contract.ts';
import { keepTrackedGames } from '../../lib/account/tracked-games.ts';
import type { KnownGame, ListedGame } from '../../lib/trading/ports/market-data.ts';
import type { TrackedGameRow } from '../../lib/trading/ports/memory.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { gameOf, quoteAt } from '../trading/stage.ts';
import { CountedWork, listedGame, marketOf } from './feed-stage.ts';

const MINUTE_MS = 60_000;

/** As much of a feed as is looked at, with what a test says of it. */
class Followed {
  games: ListedGame[] = [listedGame('GAME')];
  known: KnownGame | undefined;
  bidCC = 6_000;

  view(): FeedView {
    const feed: Pick<FeedView, 'games' | 'known' | 'quote' | 'baseline'> = {
      games: () => this.games,
      known: () => this.known,
      quote: () => ({ quote: quoteAt(this.bidCC, this.bidCC + 100), source: 'socket', ageMs: 0 }),
      baseline: () => ({ status: 'collecting', baseline: undefined, provisional: undefined, reason: undefined, samples: 0 }),
    };
    return feed as FeedView;
  }
}

describe('tracked games', () => {
  let clock: VirtualClock;
  let feed: Followed;
  let saved: TrackedGameRow[][];
  let failures: unknown[];
  let failing: Error | undefined;
  let work: CountedWork;
  let stop = () => {};

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const pass = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      clock.advance(MINUTE_MS);
      await settle();
    }
  };

  beforeEach(async () => {
    clock = new VirtualClock();
    feed = new Followed();
    saved = [];
    failures = [];
    failing = undefined;
    work = new CountedWork();
    stop = keepTrackedGames({
      accountId: 'account',
      feed: feed.view(),
      memory: {
        saveTracked: async (accountId, rows) => {
          assert.equal(accountId, 'account');
          if (failing !== undefined) throw failing;
          saved.push([...rows]);
        },
      },
      clock,
      activity: work,
      onFailed: (cause) => failures.push(cause),
    });
    await settle();
  });
  afterEach(() => {
    stop();
    assert.equal(work.count, 0);
    assert.equal(clock.timers, 0);
  });

  it('are written at once, a row for each market', () => {
    assert.deepEqual(
      saved[0]?.map(({ ticker, isLive, isFinished, priceCC }) => [ticker, isLive, isFinished, priceCC]),
      [
        ['GAME-A', false, false, 6_000],
        ['GAME-B', false, false, 6_000],
      ],
    );
  });

  it('are written again when the game comes to a new stage, and not for prices and clocks alone', async () => {
    feed.bidCC = 5_500;
    await pass(3);
    assert.equal(saved.length, 1);
    feed.known = { state: gameOf({ phase: 'live', period: 1, clockS: 700 }), source: 'kalshi', readMs: clock.nowMs() };
    await pass(1);
    assert.deepEqual([saved.length, saved[1]?.[0]?.isLive, saved[1]?.[0]?.progress], [2, true, 'Q1 11:40']);
    feed.known = { ...feed.known, state: gameOf({ phase: 'live', period: 1, clockS: 600 }) };
    await pass(1);
    assert.equal(saved.length, 2);
    feed.known = { ...feed.known, state: gameOf({ phase: 'final' }) };
    await pass(1);
    assert.deepEqual([saved[2]?.[0]?.isLive, saved[2]?.[0]?.isFinished], [false, true]);
  });

  it('are finished for a market that is closed, whatever the score source says', async () => {
    feed.games = [listedGame('GAME', { markets: [marketOf('GAME-A', { status: 'determined' })] })];
    await pass(1);
    assert.deepEqual(
      saved[1]?.map(({ ticker, isFinished }) => [ticker, isFinished]),
      [['GAME-A', true]],
    );
  });

  it('are tried again where they could not be written', async () => {
    failing = new Error('full');
    feed.games = [listedGame('OTHER')];
    await pass(1);
    assert.deepEqual([saved.length, failures.length], [1, 1]);
    failing = undefined;
    await pass(1);
    assert.equal(saved[1]?.[0]?.ticker, 'OTHER-A');
  });

  it('are looked at no more once it was ended', async () => {
    stop();
    feed.games = [listedGame('OTHER')];
    await pass(2);
    assert.equal(saved.length, 1);
  });
});

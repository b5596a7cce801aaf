import assert from 'node:assert/strict';
import type { MarketUpdate } from '../../lib/account/contract.ts';
import type { DataHealth, ScoreProblem } from '../../lib/trading/ports/market-data.ts';
import { FeedStage, listedGame, marketOf, NBA, START_MS } from './feed-stage.ts';

const FIVE_MINUTES_MS = 300_000;

function failure(code: string): Error {
  return Object.assign(new Error('no answer within 5 s'), { code });
}

describe('the feed', () => {
  describe('follows games', () => {
    it('as soon as they are chosen, with all their markets', async () => {
      const stage = await new FeedStage().open([
        listedGame('G2'),
        listedGame('G1'),
        listedGame('M', { league: 'MLB', seriesTicker: 'KXMLBGAME' }),
      ]);
      stage.feed.choose(NBA, stage);
      await stage.rest();
      assert.deepEqual(
        stage.feed.games().map(({ eventTicker }) => eventTicker),
        ['G1', 'G2'],
      );
      assert.deepEqual([...stage.data.followed].toSorted(), ['G1-A', 'G1-B', 'G2-A', 'G2-B']);
      assert.deepEqual(stage.scores.followed.toSorted(), ['G1', 'G2']);
      assert.equal(stage.feed.market('G1-B')?.game.eventTicker, 'G1');
    });

    it('that nobody tells scores of, without asking for scores', async () => {
      const stage = await new FeedStage().follow([listedGame('G1', { hasScoreSource: false })]);
      assert.deepEqual(stage.scores.followed, []);
    });

    it('that are announced later, in one reading for a swarm of announcements', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.data.games.push(listedGame('G2'));
      await stage.pass(stage.clock.nowMs() + 6_000);
      const before = stage.data.asked.lists.length;
      const { timers } = stage.clock;
      for (let n = 0; n < 20; n++) {
        stage.announce();
        stage.announce();
        await stage.pass(stage.clock.nowMs() + 500);
        assert.ok(stage.clock.timers <= timers + 1);
      }
      await stage.pass(stage.clock.nowMs() + 10_000);
      // At once, and then every five seconds.
      assert.equal(stage.data.asked.lists.length - before, 3);
      assert.ok(stage.data.followed.has('G2-A'));
    });

    it('that nobody announced, within five minutes', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.data.games.push(listedGame('G2'));
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS - 1_000, 60_000);
      assert.equal(stage.feed.game('G2'), undefined);
      await stage.pass(stage.clock.nowMs() + 1_000);
      assert.equal(stage.feed.game('G2')?.eventTicker, 'G2');
      stage.data.games.push(listedGame('G3'));
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.equal(stage.feed.game('G3')?.eventTicker, 'G3');
    });

    it('again after the list could not be read, and says so meanwhile', async () => {
      const stage = await new FeedStage().open([listedGame('G1')]);
      const told: ScoreProblem[] = [];
      stage.feed.listen({ problem: (problem) => told.push(problem) });
      stage.data.failing.list = failure('KALSHI_TIMEOUT');
      stage.feed.choose(NBA, stage);
      await stage.rest();
      assert.deepEqual(stage.feed.problems(), [
        { code: 'KALSHI_TIMEOUT', eventTicker: undefined, message: 'the list of games cannot be read: no answer within 5 s' },
      ]);
      for (const waitMs of [1_000, 2_000, 4_000]) await stage.passWall(waitMs);
      assert.equal(stage.data.asked.lists.length, 4);
      assert.equal(told.length, 1);
      stage.data.failing = {};
      await stage.passWall(8_000);
      assert.deepEqual(stage.feed.problems(), []);
      assert.equal(stage.feed.games().length, 1);
    });

    it('until their last owner has dropped them for ten seconds', async () => {
      const stage = await new FeedStage().open([listedGame('G1')]);
      const [one, other] = [{}, {}];
      stage.feed.choose(NBA, one);
      stage.feed.choose(NBA, other);
      await stage.rest();
      stage.feed.drop(one);
      await stage.passWall(60_000);
      assert.equal(stage.feed.games().length, 1);
      stage.feed.drop(other);
      await stage.passWall(9_999);
      stage.feed.choose(NBA, one);
      await stage.passWall(60_000);
      assert.equal(stage.feed.games().length, 1, 'a deploy drops nothing');
      stage.feed.drop(one);
      await stage.passWall(10_000);
      assert.deepEqual([stage.feed.games().length, stage.data.followed.size, stage.scores.followed.length], [0, 0, 0]);
    });

    it('that are held, though nobody chose them', async () => {
      const stage = await new FeedStage().open([listedGame('G1')]);
      stage.held.add('G1-B');
      stage.feed.heldChanged();
      await stage.rest();
      assert.deepEqual([...stage.data.followed].toSorted(), ['G1-A', 'G1-B']);
      stage.feed.choose(NBA, stage);
      await stage.rest();
      stage.feed.drop(stage);
      await stage.passWall(10_000);
      await stage.pass(stage.clock.nowMs() + 2 * FIVE_MINUTES_MS, 60_000);
      assert.ok(stage.data.followed.has('G1-B'), 'held beyond its choice');
      stage.held.clear();
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.equal(stage.data.followed.size, 0);
    });

    it('and does not ask again and again for a held market that no list shows', async () => {
      const stage = await new FeedStage().open([]);
      stage.held.add('ELSEWHERE-X');
      for (let n = 0; n < 20; n++) {
        stage.feed.heldChanged();
        await stage.rest();
      }
      assert.equal(stage.data.asked.lists.length, 1);
    });

    it('until all their markets are settled and none is held', async () => {
      const stage = await new FeedStage().follow([listedGame('G1'), listedGame('G2')]);
      stage.held.add('G1-A');
      for (const game of stage.data.games)
        game.markets = game.markets.map((market) => marketOf(market.ticker, { status: 'finalized' }));
      for (const ticker of ['G1-A', 'G1-B', 'G2-A', 'G2-B']) stage.market(ticker, 'finalized', 10_000);
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.deepEqual(
        stage.feed.games().map(({ eventTicker }) => eventTicker),
        ['G1'],
      );
      stage.held.clear();
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.deepEqual([stage.feed.games(), stage.data.followed.size], [[], 0]);
    });

    it('until no list shows them any more', async () => {
      const stage = await new FeedStage().follow([listedGame('G1'), listedGame('G2')]);
      stage.data.games.shift();
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.deepEqual([...stage.data.followed].toSorted(), ['G2-A', 'G2-B']);
    });

    it('but none that was settled before it was seen', async () => {
      const markets = [marketOf('G1-A', { status: 'finalized' }), marketOf('G1-B', { status: 'finalized' })];
      const stage = new FeedStage();
      const followed: string[] = [];
      stage.data.follow = (tickers) => void followed.push(...tickers);
      await stage.follow([listedGame('G1', { markets })]);
      assert.deepEqual([stage.feed.games(), followed], [[], []]);
    });

    it('with a status that was told while a list was on its way, not the older one of the list', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      let answer = () => {};
      stage.data.gates.list = new Promise((resolve) => {
        answer = resolve;
      });
      stage.clock.advance(FIVE_MINUTES_MS);
      await Promise.resolve();
      stage.market('G1-A', 'closed');
      answer();
      await stage.rest();
      assert.equal(stage.feed.market('G1-A')?.market.status, 'closed');
      assert.equal(stage.feed.market('G1-B')?.market.status, 'open');
    });

    it('and takes over what a list says anew: a later start, a new market', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      const later = START_MS + 3_600_000;
      stage.data.games = [listedGame('G1', { startMs: later, markets: [marketOf('G1-A'), marketOf('G1-TIE')] })];
      await stage.pass(stage.clock.nowMs() + FIVE_MINUTES_MS, 60_000);
      assert.equal(stage.feed.game('G1')?.startMs, later);
      assert.deepEqual([...stage.data.followed].toSorted(), ['G1-A', 'G1-TIE']);
      assert.equal(stage.feed.market('G1-B'), undefined);
      assert.deepEqual(stage.scores.followed, ['G1', 'G1'], 'the score source has the new schedule');
    });
  });

  describe('tells of changes', () => {
    it('once per changed market and turn, in ticker order', async () => {
      const stage = await new FeedStage().follow([listedGame('G1'), listedGame('G2')]);
      for (const bid of [4_000, 4_100, 4_200]) for (const ticker of ['G2-B', 'G1-A', 'G2-A']) stage.quote(ticker, bid, bid + 100);
      assert.equal(stage.updates.length, 0);
      stage.turn();
      assert.deepEqual(
        stage.updates.map(({ market, quote }) => [market.ticker, quote?.quote.bidCC]),
        [
          ['G1-A', 4_200],
          ['G2-A', 4_200],
          ['G2-B', 4_200],
        ],
      );
      stage.turn();
      assert.equal(stage.updates.length, 3);
    });

    it('with all that is known joined: game, market, quote, state, age of the feed', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.game('G1', { period: 3, clockS: 300 });
      stage.quote('G1-A', 4_000, 4_100);
      stage.turn();
      const [update, other] = stage.updates;
      assert.equal(stage.updates.length, 2, 'one for each market of the game');
      assert.equal(update?.kind, 'update');
      assert.equal(update?.environment, 'practice');
      assert.equal(update?.game.title, 'G1: A at B');
      assert.equal(update?.market.team, 'A');
      assert.deepEqual([update?.quote?.quote.bidCC, update?.quote?.source, update?.feedAgeMs], [4_000, 'socket', 5]);
      assert.deepEqual([update?.known?.state.period, update?.known?.source], [3, 'kalshi']);
      assert.equal(update?.atMs, stage.clock.nowMs());
      assert.deepEqual([other?.market.ticker, other?.quote, other?.feedAgeMs], ['G1-B', undefined, 0]);
      assert.deepEqual(stage.feed.look('G1-A'), update);
    });

    it('of a status or result', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.market('G1-B', 'determined', 10_000);
      stage.turn();
      assert.deepEqual(
        stage.updates.map(({ market }) => [market.ticker, market.status, market.resultCC]),
        [['G1-B', 'determined', 10_000]],
      );
      stage.market('G1-B', 'determined', 10_000);
      stage.market('UNKNOWN', 'closed');
      stage.turn();
      assert.equal(stage.updates.length, 1);
    });

    it('to whoever chooses later, too, without waiting for a change', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      const heard: MarketUpdate[] = [];
      stage.feed.choose({ leagues: [], series: ['KXNBAGAME'], tickers: [] }, {});
      stage.feed.listen({ update: (update) => heard.push(update) });
      await stage.rest();
      assert.deepEqual(
        heard.map(({ market }) => market.ticker),
        ['G1-A', 'G1-B'],
      );
    });

    it('to a second owner of the same choice, too', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.feed.choose(NBA, {});
      await stage.rest();
      assert.deepEqual(stage.told(), ['G1-A', 'G1-B']);
    });

    it('of nothing that is not followed', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.quote('OTHER-A', 4_000, 4_100);
      stage.game('OTHER', {});
      stage.turn();
      assert.deepEqual(stage.updates, []);
    });

    it('to every listener, though one throws', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')], {
        update: () => {
          throw new Error('a listener is broken');
        },
      });
      const heard: string[] = [];
      const stop = stage.feed.listen({ update: ({ market }) => heard.push(market.ticker) });
      stage.quote('G1-A', 4_000, 4_100);
      stage.turn();
      assert.deepEqual(heard, ['G1-A']);
      assert.ok(stage.defects.some((cause) => cause instanceof Error && cause.message === 'a listener is broken'));
      stop();
      stage.quote('G1-A', 4_100, 4_200);
      stage.turn();
      assert.deepEqual(heard, ['G1-A']);
    });

    it('by copies: nothing that is handed out changes the feed', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.game('G1', { period: 2 });
      stage.quote('G1-A', 4_000, 4_100);
      stage.turn();
      const [update] = stage.updates;
      assert.ok(update?.quote !== undefined && update.known !== undefined);
      update.quote.quote.bidCC = 1;
      update.known.state.period = 9;
      assert.throws(() => {
        if (update !== undefined) update.market.status = 'closed';
      }, TypeError);
      assert.throws(() => Object.assign(update?.game.markets[0]?.fees ?? {}, { multiplier: 9 }), TypeError);
      stage.data.games[0]?.markets.map((market) => Object.assign(market, { team: 'changed' }));
      const now = stage.feed.look('G1-A');
      assert.deepEqual(
        [now?.quote?.quote.bidCC, now?.known?.state.period, now?.market.status, now?.market.team],
        [4_000, 2, 'open', 'A'],
      );
      assert.equal(stage.feed.quote('G1-A')?.quote.bidCC, 4_000);
      assert.equal(stage.feed.known('G1')?.state.period, 2);
    });
  });

  describe('while it is blind', () => {
    it('says so, sends nothing but ticks, and what has changed when it sees again', async () => {
      const heard: DataHealth[] = [];
      const stage = await new FeedStage().follow([listedGame('G1')], { health: (health) => heard.push(health) });
      stage.quote('G1-B', 4_000, 4_100);
      stage.turn();
      stage.updates.length = 0;
      stage.health('blind');
      stage.standing(
        'G1-B',
        {
          ...stage.feed.quote('G1-B')?.quote,
          bidCC: 3_900,
          bidSizeE2: 100,
          askCC: 4_000,
          askSizeE2: 100,
          atMs: stage.clock.nowMs(),
        },
        'rest',
      );
      stage.game('G1', {});
      stage.turn();
      assert.equal(stage.updates.length, 0);
      stage.held.add('G1-B');
      stage.feed.heldChanged();
      await stage.pass(stage.clock.nowMs() + 1_000);
      assert.deepEqual(
        stage.updates.map(({ kind, quote }) => [kind, quote?.source, quote?.quote.bidCC]),
        [['tick', 'rest', 3_900]],
      );
      stage.updates.length = 0;
      stage.health('degraded');
      stage.turn();
      assert.deepEqual(stage.told(), ['G1-A', 'G1-B']);
      assert.deepEqual(
        heard.map(({ kind, reason }) => [kind, reason]),
        [
          ['blind', 'it is blind'],
          ['degraded', 'it is degraded'],
        ],
      );
    });

    it('holds back what changed in the turn in which it went blind', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.quote('G1-A', 4_000, 4_100);
      stage.health('blind');
      stage.turn();
      assert.deepEqual(stage.told(), []);
      stage.health('connected');
      stage.turn();
      assert.deepEqual(stage.told(), ['G1-A']);
    });

    it('has no age where it has no quote', async () => {
      const stage = await new FeedStage().follow([listedGame('G1')]);
      stage.health('blind');
      assert.equal(stage.feed.look('G1-A')?.feedAgeMs, undefined);
      assert.equal(stage.feed.health().kind, 'blind');
    });
  });

  it('shows a score problem until its game is read again', async () => {
    const heard: string[] = [];
    const stage = await new FeedStage().follow([listedGame('G1'), listedGame('G2')], { problem: ({ code }) => heard.push(code) });
    stage.problem({ code: 'SCORES_STATUS_UNKNOWN', eventTicker: 'G1', message: 'G1: an unknown status' });
    stage.problem({ code: 'SCORES_UNREACHABLE', eventTicker: undefined, message: 'espn: no answer' });
    const codes = () => stage.feed.problems().map(({ code }) => code);
    assert.deepEqual(codes(), ['SCORES_STATUS_UNKNOWN', 'SCORES_UNREACHABLE']);
    assert.deepEqual(heard, codes());
    stage.clock.advance(5_000);
    stage.game('G2', {}, true);
    assert.deepEqual(codes(), ['SCORES_STATUS_UNKNOWN']);
    stage.game('G1', {}, true);
    assert.deepEqual(codes(), []);
  });

  it('leaves nothing open where the data cannot be opened', async () => {
    const stage = new FeedStage();
    stage.data.failing.open = failure('KALSHI_UNREACHABLE');
    await assert.rejects(stage.open(), { code: 'KALSHI_UNREACHABLE' });
    assert.deepEqual([stage.clock.timers, stage.wall.timers, stage.data.listeners.size, stage.scores.isClosed], [0, 0, 0, true]);
    assert.equal(stage.activity.count, 0);
  });

  it('ends with its timers, its listeners, the data and the scores', async () => {
    const stage = await new FeedStage().follow([listedGame('G1')]);
    stage.feed.trackBaselines(stage);
    stage.held.add('G1-A');
    stage.feed.heldChanged();
    stage.quote('G1-A', 4_000, 4_100);
    stage.announce();
    await stage.feed.close();
    await stage.rest();
    assert.deepEqual([stage.clock.timers, stage.wall.timers, stage.data.listeners.size], [0, 0, 0]);
    assert.deepEqual([stage.data.isOpen, stage.scores.isClosed, stage.updates], [false, true, []]);
  });

  it('grows by nothing when games come and go', async () => {
    const stage = await new FeedStage().open([]);
    stage.feed.listen({ update: () => {} });
    stage.feed.trackBaselines(stage);
    for (let night = 0; night < 20; night++) {
      stage.data.games = Array.from({ length: 10 }, (_, n) => listedGame(`N${night}G${n}`));
      const owner = {};
      stage.feed.choose(NBA, owner);
      await stage.rest();
      for (const ticker of stage.data.followed) stage.quote(ticker, 4_000, 4_100);
      stage.feed.drop(owner);
      await stage.passWall(10_000);
      assert.deepEqual([stage.feed.games().length, stage.data.followed.size], [0, 0]);
    }
    assert.ok(stage.clock.timers <= 2, `${stage.clock.timers} timers`);
    assert.equal(stage.wall.timers, 0);
  });
});

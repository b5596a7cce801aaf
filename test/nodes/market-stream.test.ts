import assert from 'node:assert/strict';
import type { AccountView, MarketUpdate } from '../../lib/account/contract.ts';
import type { DataHealth } from '../../lib/trading/ports/market-data.ts';
import { declaration as auth } from '../../nodes/kalshi-auth/kalshi-auth.ts';
import { declaration as stream } from '../../nodes/kalshi-market-stream/kalshi-market-stream.ts';
import { CHI, EVENT, knownGame, listedGame, MIA, marketOf, NOW_MS } from '../web/game.ts';
import { HandClock, type Stage, StandInDesk, StandInFeed, stageFlow, standInAccount } from './stage.ts';

const NFL_GAME = { eventTicker: 'KXNFLGAME-26NOV19KCBUF', seriesTicker: 'KXNFLGAME', league: 'NFL' } as const;
const UPDATE: MarketUpdate = {
  kind: 'update',
  environment: 'practice',
  game: listedGame(),
  market: marketOf(MIA),
  quote: undefined,
  feedAgeMs: 100,
  known: knownGame(),
  atMs: NOW_MS,
};

describe('a market stream', () => {
  const clock = new HandClock(NOW_MS);
  let held: string[];
  let health: DataHealth;
  let feed: StandInFeed;
  let stage: Stage | undefined;

  beforeEach(() => {
    held = [];
    health = { kind: 'connected', heardAgeMs: 0, reason: '' };
    feed = new StandInFeed(clock, {
      games: () => [listedGame(), listedGame(NFL_GAME)],
      known: (eventTicker) => (eventTicker === EVENT ? knownGame() : undefined),
      health: () => health,
    });
  });
  afterEach(async () => {
    await stage?.runtime.stop();
    stage = undefined;
  });

  async function start(choice: object): Promise<Stage> {
    const lots: AccountView['lots'] = ({ ticker }) => (held.includes(ticker ?? '') ? [{ ticker } as never] : []);
    stage = await stageFlow({
      types: [stream],
      auth,
      clock,
      desk: new StandInDesk([standInAccount({ lots })], feed.view),
      flow: [
        { id: 't1', type: 'tab', label: 'test' },
        { id: 'acc', type: 'kalshi-auth', environment: 'practice', scope: 'one', accountName: 'main', version: 1 },
        { id: 's1', z: 't1', type: 'kalshi-market-stream', account: 'acc', version: 1, leagues: [], ...choice, wires: [['d1']] },
        { id: 'd1', z: 't1', type: 'debug', active: true, wires: [] },
      ],
    });
    return stage;
  }

  for (const { what, choice, isSent } of [
    { what: 'its league', choice: { leagues: ['NBA'] }, isSent: true },
    { what: 'its series', choice: { series: 'kxnbagame' }, isSent: true },
    { what: 'the other market of its game', choice: { tickers: CHI }, isSent: true },
    {
      what: 'another league',
      choice: { leagues: ['NFL'], series: 'KXNFLGAME', tickers: 'KXNFLGAME-26NOV19KCBUF-KC' },
      isSent: false,
    },
    { what: 'nothing', choice: {}, isSent: false },
  ]) {
    it(`that was set to ${what} ${isSent ? 'sends' : 'does not send'} what is told of a market, whoever chose it`, async () => {
      const { rest, messages } = await start(choice);
      feed.tell(UPDATE);
      await rest();
      assert.equal(messages('s1').length, isSent ? 1 : 0);
    });
  }

  it('sends what is held or ticks, too: an exit behind it must not miss that', async () => {
    const { rest, messages } = await start({ leagues: ['NFL'] });
    feed.tell({ ...UPDATE, kind: 'tick' });
    held = [MIA];
    feed.tell(UPDATE);
    held = [];
    feed.tell(UPDATE);
    await rest();
    assert.deepEqual(
      messages('s1').map(({ payload }) => (payload as { kind: string }).kind),
      ['tick', 'update'],
    );
  });

  it('shows how many of its games are followed and live, and why something does not arrive', async () => {
    const { seen, desk } = await start({ leagues: ['NBA'] });
    assert.equal(seen.looks.get('s1')?.text, 'practice: streaming 1 games, 1 live');
    for (const [kind, reason] of [
      ['degraded', 'trades are missing'],
      ['blind', 'connection refused'],
    ] as const) {
      health = { kind, heardAgeMs: undefined, reason };
      clock.advance(1_000);
      desk.change({});
      assert.equal(seen.looks.get('s1')?.text, `practice: ${kind} ${reason}`);
    }
  });
});

import {
  CHI,
  decisionOf,
  frozenAt,
  listedGame,
  MIA,
  marketOf,
  NOW_MS,
  openPosition,
  positionRow,
  START_MS,
  tradeRow,
} from './game.ts';
import { Stage } from './stage.ts';

export const LATER = 'KXNBAGAME-26NOV19PHXGSW';
export const OVER = 'KXNBAGAME-26NOV19NYKBOS';

/** An account in the middle of a night: a position, a trade, a game of each list, lines, an alert. */
export async function busyStage(): Promise<Stage> {
  const stage = new Stage();
  await stage.open();
  const { feed, account, pages } = stage;
  const other = (eventTicker: string, change: object) =>
    feed.listed.set(eventTicker, listedGame({ eventTicker, markets: [marketOf(`${eventTicker}-GSW`)], ...change }));
  other(LATER, { title: 'PHX at GSW', home: 'GSW', away: 'PHX', startMs: NOW_MS + 2_700_000 });
  const markets = [marketOf(`${OVER}-BOS`, { status: 'finalized', resultCC: 10_000 })];
  other(OVER, { title: 'NYK at BOS', home: 'BOS', away: 'NYK', startMs: START_MS - 7_200_000, markets });
  feed.baselines.set(`${OVER}-BOS`, frozenAt(5_800));
  feed.quoted(CHI, 4_700, 4_800);
  feed.quoted(MIA, 5_200, 5_300);
  const numbers = { stopLossCC: 1_000, takeProfitCC: 2_000 };
  account.said = [
    decisionOf({ gate: 'averaging_down', reason: 'this game is held, and nothing is added' }),
    decisionOf({ leg: 'exit', kind: 'hold', reason: 'P&L 2.0 between -10.0 and 20.0', numbers }),
  ];
  account.rows = [positionRow({ open: openPosition() })];
  account.purse = {
    balanceE6: 9_966_420_000,
    capitalE6: 10_016_340_000,
    exposureE6: 48_000_000,
    openPositions: 1,
    dayPnlE6: 16_340_000,
    dayBaseE6: 0,
    dayFeesE6: 3_100_000,
    wins: 1,
    losses: 0,
  };
  account.tripped = [
    {
      rule: 'consecutive_losses',
      reason: '5 losses in a row: entries pause for 60 minutes',
      reading: 5,
      limit: 5,
      until: { kind: 'time', atMs: NOW_MS + 3_600_000 },
      trippedMs: NOW_MS,
      tradingDay: '2026-11-19',
    },
  ];
  account.standing = { status: 'blocked', reason: account.tripped[0]?.reason ?? '', code: 'BREAKER_OPEN' };
  account.run = { agreed: true, cause: 'start', atMs: NOW_MS - 60_000, findings: [], repairs: [], failure: undefined };
  const entryMs = NOW_MS - 2_400_000;
  pages.closed = [tradeRow({ entryMs, exitMs: NOW_MS - 1_800_000 })];
  pages.log({ message: 'bought 96 MIA at 50c (dropped 15.5)', accountId: 'a1', atMs: NOW_MS });
  const sent = { key: 'k', accountId: 'a1', kind: 'entry', channel: 'discord', payload: { secret: 'text' } };
  pages.outbox = [
    {
      id: 1,
      ...sent,
      state: 'delivered',
      attempts: 1,
      reason: undefined,
      createdMs: stage.wall.nowMs(),
      nextMs: undefined,
      deliveredMs: stage.wall.nowMs() + 900,
    },
  ];
  await stage.pass(250);
  return stage;
}

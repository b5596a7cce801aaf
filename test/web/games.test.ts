import assert from 'node:assert/strict';
import { type GameFacts, gameView } from '../../lib/web/read/game.ts';
import { exitPrices, positionView } from '../../lib/web/read/position.ts';
import { dayView, tradeView } from '../../lib/web/read/trades.ts';
import { quoteAt } from '../trading/stage.ts';
import {
  CHI,
  decisionOf,
  frozenAt,
  knownGame,
  listedGame,
  MIA,
  MINUTE_MS,
  marketOf,
  NOW_MS,
  openPosition,
  positionRow,
  START_MS,
  tradeRow,
} from './game.ts';

function standing(bidCC: number | undefined, askCC: number | undefined, ageMs = 0) {
  return { quote: quoteAt(bidCC, askCC), source: 'socket' as const, ageMs };
}

describe('a position', () => {
  const row = { ...positionRow(), open: openPosition() };
  const base = {
    row,
    accountId: 'a1',
    listed: { game: listedGame(), market: marketOf(MIA) },
    quote: standing(5_800, 5_900, 1_400),
    known: knownGame(),
    nowMs: NOW_MS,
    decisions: [],
    underWay: [],
    points: [
      { atMs: 0, bidCC: 5_000, askCC: 5_100 },
      { atMs: NOW_MS, bidCC: 5_800, askCC: 5_900 },
    ],
  };
  const hold = decisionOf({
    leg: 'exit',
    kind: 'hold',
    reason: 'P&L 8.0 between -10.0 and 20.0',
    numbers: { stopLossCC: 1_000, takeProfitCC: 2_000 },
  });

  it('shows where it stands, after the fees that were paid', () => {
    assert.deepEqual(positionView({ ...base, decisions: [hold] }), {
      id: 'position-1',
      account: 'a1',
      event: row.eventTicker,
      ticker: MIA,
      game: 'CHI at MIA',
      team: 'MIA',
      side: 'yes',
      contracts: 96,
      entry: 50,
      now: 58,
      priceAgeSeconds: 1,
      profit: 6,
      clock: 'Q3 4:21',
      stop: 40,
      take: 70,
      openedAt: new Date(NOW_MS - 5 * MINUTE_MS).toISOString(),
      path: [
        { at: new Date(NOW_MS - 5 * MINUTE_MS).toISOString(), price: 50 },
        { at: new Date(NOW_MS).toISOString(), price: 58 },
      ],
      says: 'holding: P&L 8.0 between -10.0 and 20.0',
      pending: null,
    });
  });

  it('of NO counts in prices of NO', () => {
    const open = openPosition({ outcome: 'no', costE6: 38_400_000, feesE6: 0 });
    const view = positionView({ ...base, row: { ...row, open } });
    assert.deepEqual([view.entry, view.now, view.profit], [40, 41, 0.96]);
    assert.deepEqual(
      view.path.map(({ price }) => price),
      [49, 41],
    );
  });

  it('knows no price where nobody bids or nothing is followed', () => {
    const views = [
      positionView({ ...base, quote: standing(undefined, 5_900) }),
      positionView({ ...base, quote: undefined, listed: undefined, known: undefined, points: [] }),
    ];
    for (const view of views) assert.deepEqual([view.now, view.profit], [null, null]);
    assert.deepEqual([views[1]?.game, views[1]?.clock, views[1]?.priceAgeSeconds], [row.eventTicker, 'no game state', null]);
  });

  it('of a decided market shows what it pays, whatever was last bid', () => {
    const market = marketOf(MIA, { status: 'determined', resultCC: 10_000 });
    const view = positionView({ ...base, listed: { game: listedGame(), market } });
    assert.deepEqual([view.now, view.profit], [100, 46.32]);
  });

  it('says what is on its way', () => {
    const order = { clientOrderId: 'c', ticker: MIA, leg: 'exit' as const, state: 'sent', atMs: NOW_MS, reason: undefined };
    const pending = (underWay: (typeof order)[]) => positionView({ ...base, underWay }).pending;
    assert.equal(pending([order]), 'closing');
    assert.equal(pending([{ ...order, ticker: CHI }]), null);
    const lost = { ...order, state: 'unresolved', reason: 'no answer' as undefined | string };
    assert.equal(positionView({ ...base, underWay: [order, lost] }).pending, 'unresolved: no answer');
  });

  it('follows the exit rule that bought, else whichever looked last', () => {
    const other = { ...hold, ruleId: 'another', reason: 'other', atMs: NOW_MS + 1 };
    assert.match(positionView({ ...base, decisions: [other, hold] }).says, /P&L/);
    assert.equal(positionView({ ...base, decisions: [other] }).says, 'holding: other');
    assert.equal(positionView(base).says, 'no exit rule has looked at it yet');
  });

  it('shows no stop that no rule has told', () => {
    assert.deepEqual(exitPrices(openPosition(), undefined), { stopCC: undefined, takeCC: undefined });
  });
});

describe('a game', () => {
  const facts = (change: Partial<GameFacts>): GameFacts => ({
    game: listedGame(),
    known: knownGame(),
    nowMs: NOW_MS,
    markets: [
      { market: marketOf(CHI), quote: standing(4_700, 4_800), baseline: frozenAt(3_500) },
      { market: marketOf(MIA), quote: standing(5_200, 5_300, 2_500), baseline: frozenAt(6_500) },
    ],
    decisions: [],
    rows: [],
    state: 'armed',
    isEntered: false,
    ...change,
  });

  it('shows its markets with baseline and drop, the favourite, and why nothing is bought', () => {
    const view = gameView(
      facts({ decisions: [decisionOf({ ticker: CHI, gate: 'min_pregame_price', reason: 'r' }), decisionOf({})] }),
    );
    assert.deepEqual(view.markets[1], {
      ticker: MIA,
      team: 'MIA',
      bid: 52,
      ask: 53,
      ageSeconds: 2,
      baseline: 65,
      grade: 'A',
      baselineText: 'frozen',
      drop: 13,
    });
    assert.deepEqual([view.favourite, view.says, view.funnel], [MIA, 'MIA: drop 13.0 < 15.0', 'live']);
    assert.deepEqual([view.homeScore, view.awayScore, view.scoreAgeSeconds], [52, 44, 3]);
  });

  const funnel: [string, Partial<GameFacts>, string][] = [
    ['not begun', { known: undefined, nowMs: START_MS - 1 }, 'tracked'],
    ['in play', {}, 'live'],
    ['stopped before the price was asked', { decisions: [decisionOf({ gate: 'max_data_age' })] }, 'live'],
    ['fallen, and stopped after', { decisions: [decisionOf({ gate: 'max_spread' })] }, 'dropped'],
    ['allowed', { decisions: [decisionOf({ kind: 'enter', gate: undefined })] }, 'allowed'],
    ['held', { rows: [positionRow()] }, 'filled'],
    ['traded before', { isEntered: true }, 'filled'],
  ];
  for (const [what, change, stage] of funnel) {
    it(`that is ${what} has come to: ${stage}`, () => assert.equal(gameView(facts(change)).funnel, stage));
  }

  it('says what was done', () => {
    assert.equal(gameView(facts({ rows: [positionRow()] })).says, 'holding 96 MIA at 50.0');
    const ended = [marketOf(MIA, { status: 'finalized' })];
    const over = { game: listedGame({ markets: ended }) };
    assert.equal(gameView(facts({ ...over, isEntered: true })).says, 'traded');
    assert.equal(gameView(facts(over)).says, 'not traded');
    assert.equal(gameView(facts({})).says, 'no entry rule looks at it: is NBA among its leagues?');
  });

  it('says of what a rule wants to buy whether it can', () => {
    const decisions = [decisionOf({ kind: 'enter', gate: undefined, reason: 'drop 15.5 >= 15.0' })];
    const says = (state: GameFacts['state']) => gameView(facts({ decisions, state })).says;
    assert.equal(says('armed'), 'MIA: buying: drop 15.5 >= 15.0');
    assert.equal(says('paused'), 'MIA: would buy, but entries are paused: drop 15.5 >= 15.0');
    assert.equal(says('starting'), 'MIA: would buy, but entries are off: drop 15.5 >= 15.0');
  });

  it('tells how far its baseline is', () => {
    const collecting = {
      ...frozenAt(6_500),
      status: 'collecting' as const,
      baseline: undefined,
      provisional: frozenAt(6_400).baseline,
      samples: 12,
    };
    const markets = [{ market: marketOf(MIA), quote: standing(5_200, 5_300), baseline: collecting }];
    const view = gameView(facts({ known: undefined, nowMs: START_MS - 1, markets }));
    assert.equal(view.says, 'baseline collecting 12/30');
    assert.deepEqual([view.markets[0]?.baseline, view.markets[0]?.drop], [64, null]);
    const missed = { ...collecting, status: 'missed' as const, provisional: undefined, reason: 'nothing was seen' };
    const [market] = gameView(facts({ markets: [{ market: marketOf(MIA), quote: undefined, baseline: missed }] })).markets;
    assert.deepEqual([market?.baselineText, market?.baseline, market?.bid], ['missed: nothing was seen', null, null]);
  });
});

describe('trades', () => {
  it('are shown with their prices and what they came to', () => {
    assert.deepEqual(tradeView(tradeRow()), {
      event: tradeRow().eventTicker,
      ticker: MIA,
      side: 'yes',
      contracts: 96,
      entry: 50,
      exit: 70,
      gross: 19.2,
      fees: 3.1,
      net: 16.1,
      slippage: 1,
      reason: 'take_profit',
      openedAt: new Date(NOW_MS - 20 * MINUTE_MS).toISOString(),
      closedAt: new Date(NOW_MS - 2 * MINUTE_MS).toISOString(),
    });
    assert.deepEqual(
      [tradeRow({ exitReason: undefined }), tradeRow({ slippageE6: undefined })]
        .map(tradeView)
        .map(({ reason, slippage }) => [reason, slippage]),
      [
        ['settled', 1],
        ['take_profit', null],
      ],
    );
  });

  it('make a day, in which nothing gained is neither won nor lost', () => {
    const trades = [
      tradeRow(),
      tradeRow({ netE6: -12_000_000, grossE6: -10_000_000, feesE6: 2_000_000, exitReason: 'stop_loss' }),
      tradeRow({ netE6: 0, grossE6: 0, feesE6: 0, exitReason: 'stop_loss' }),
    ];
    assert.deepEqual(dayView('a1', '2026-11-19', trades), {
      account: 'a1',
      day: '2026-11-19',
      trades: 3,
      wins: 1,
      losses: 1,
      winRate: 0.333,
      gross: 9.2,
      fees: 5.1,
      net: 4.1,
      byReason: [
        { reason: 'stop_loss', trades: 2, net: -12 },
        { reason: 'take_profit', trades: 1, net: 16.1 },
      ],
    });
    assert.equal(dayView('a1', '2026-11-19', []).winRate, null);
  });
});

import assert from 'node:assert/strict';
import { PublicTrades } from '../../lib/exchange/rest/public-trades.ts';
import type { ScenarioEvent } from '../../lib/exchange/scenario/types.ts';
import { AWAY, EVENT, event, HOME, market, order, START_MS } from './stage.ts';
import { nightOf, openMember, SECOND, scenarioOf, walk } from './walk.ts';

const DAY_MS = 86_400_000;

describe('the tape of a night', () => {
  it('has minute candles and trades', () => {
    const night = nightOf(walk(130));
    night.step();
    const member = openMember(night);
    for (let at = 0; at < 59; at++) night.step();
    night.execute<'place'>({
      kind: 'place',
      accountId: member.id,
      order: order({ priceCC: 9_900, countE2: 100, timeInForce: 'immediate_or_cancel' }),
    });
    while (night.nowMs() < START_MS + 130 * SECOND) night.step();
    const startS = START_MS / 1_000;
    const nowS = night.nowMs() / 1_000;
    const read = (ticker: string, from: number, to: number, periodMinutes: number, at = nowS) =>
      night.tape.candles(ticker, { startS: startS + from, endS: startS + to, nowS: at, periodMinutes, isLatestIncluded: true });
    const candles = read(HOME, 0, 180, 1);
    assert.deepEqual(
      candles.map((candle) => [candle.endS - startS, candle.bid.lowCC, candle.bid.highCC, candle.bid.closeCC, candle.volumeE2]),
      [
        [60, 0, 5_900, 4_000, 100],
        [120, 4_000, 5_900, 4_000, 0],
        [180, 4_000, 5_000, 5_000, 0],
      ],
    );
    assert.equal(candles[0]?.price?.closeCC, 6_000);
    assert.equal(candles[1]?.price, undefined);
    assert.equal(candles[1]?.previousCC, 6_000);
    const ends = (found: { endS: number }[]) => found.map((candle) => candle.endS - startS);
    assert.deepEqual(ends(read(HOME, 0, 7_200, 60)), [3_600], 'the period that is under way, and none after it');
    assert.deepEqual(ends(read(HOME, 61, 600, 1, nowS + 200)), [120, 180, 240, 300, 360], 'quiet minutes are there');
    assert.equal(read(HOME, 240, 240, 1, nowS + 200)[0]?.bid.closeCC, 5_000);
    assert.deepEqual(ends(read(HOME, 400, 420, 1)), [420], 'the latest is moved to the boundary');
    assert.deepEqual(read(AWAY, 0, 60, 1), []);
    assert.equal(night.tape.trades.length, 1);
  });
});

describe('a night that goes on for weeks', () => {
  const tickersOf = (day: number) => [`${EVENT}-${day}-A`, `${EVENT}-${day}-B`] as const;
  const milestone = (day: number) => ({
    id: `M${day}`,
    type: 'basketball_game',
    title: '',
    category: '',
    startMs: START_MS,
    endMs: undefined,
    relatedEventTickers: [`${EVENT}-${day}`],
    primaryEventTickers: [`${EVENT}-${day}`],
    notificationMessage: '',
    details: {},
  });

  /** A game a day: listed, quoted and traded by the crowd, settled within the hour. */
  function* game(day: number): Iterable<ScenarioEvent> {
    const atMs = START_MS + day * DAY_MS;
    const eventTicker = `${EVENT}-${day}`;
    const [home, away] = tickersOf(day);
    const listings = [home, away].map((ticker) => market(ticker, { eventTicker, openMs: atMs, closeMs: atMs + 2 * DAY_MS }));
    const level = (priceCC: number) => [{ priceCC, countE2: 1_000 }];
    yield {
      atMs: atMs + SECOND,
      actions: [
        { kind: 'event', event: { ...event, ticker: eventTicker }, markets: listings },
        { kind: 'milestone', milestone: milestone(day) },
        { kind: 'quote', ticker: home, bids: level(4_000), asks: level(4_100) },
        { kind: 'flow', ticker: home, side: 'bid', countE2: 100, limitCC: 5_000 },
      ],
    };
    yield {
      atMs: atMs + 3_600 * SECOND,
      actions: [
        { kind: 'determine', ticker: home, result: 'yes', valueCC: 10_000 },
        { kind: 'determine', ticker: away, result: 'no', valueCC: 0 },
      ],
    };
  }

  const weeks = (days: number) => scenarioOf(Array.from({ length: days }, (_, index) => [...game(index)]).flat());

  it('lets go of the games that were settled a week ago and held by nobody', () => {
    const night = nightOf(weeks(30));
    const trades = new PublicTrades(night.tape);
    const { state } = night.exchange;
    const [held] = tickersOf(0);
    night.step();
    night.step();
    const member = openMember(night);
    night.execute<'place'>({ kind: 'place', accountId: member.id, order: order({ ticker: held }) });
    const sizes: number[][] = [];
    while (night.delivered < 61) {
      const { delivered } = night;
      night.step();
      // Found by market as the night goes on, so that there is something to forget.
      trades.of(held);
      if (night.delivered > delivered && delivered % 2 === 1)
        sizes.push([state.events.size, state.milestones.size, night.tape.trades.length]);
    }
    // The stage's own game, which has no result, and the one that the member held stay as long as the night.
    assert.deepEqual(sizes.at(-1), sizes.at(-10), 'as much after 30 days as after 21');
    assert.deepEqual(sizes.at(-1), [10, 9, 8]);
    assert.equal(state.markets.get(held)?.result, 'yes');
    assert.equal(state.markets.has(tickersOf(1)[0]), false);
    assert.equal(state.series.get('KXNBAGAME')?.events.length, state.events.size);
    assert.deepEqual(
      [...state.accounts.values()].filter((one) => one.isHouse).map((one) => one.positions.size),
      [9, 9],
    );
    assert.equal(trades.of(held).length, 0);
    assert.equal(trades.of(tickersOf(29)[0]).length, 1);
    assert.equal(trades.all.length, night.tape.trades.length);
    assert.equal(night.replica.view(member.id).settlements.length, 1, "the member's own history is whole");
    assert.ok(night.replica.view(member.id).positions.has(held));
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  DEFAULT_SEED,
  generatedScenario,
  type League,
  type Scenario,
  ScenarioError,
  type ScenarioEvent,
} from '../../../lib/exchange/scenario/index.ts';
import { type Audit, audit, eventsUntil, type GameAudit, get, type MarketAudit, midCents } from './audit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const byText = (one: string, other: string): number => (one < other ? -1 : 1);
const LEAGUES: League[] = ['NBA', 'NFL', 'MLB', 'NHL', 'EPL', 'MLS'];

function firstEvents(scenario: Scenario, hours: number): ScenarioEvent[] {
  return [...eventsUntil(scenario, scenario.startMs + hours * HOUR_MS)];
}

function night(options: Parameters<typeof generatedScenario>[0] = {}, hours = 9): Audit & { startMs: number } {
  const scenario = generatedScenario(options);
  return { ...audit(scenario, scenario.startMs + hours * HOUR_MS), startMs: scenario.startMs };
}

/** Games of the first night in the order of their scheduled starts. */
function firstNight({ games, startMs }: { games: Map<string, GameAudit>; startMs: number }): GameAudit[] {
  return [...games.values()]
    .filter(({ scheduledMs }) => scheduledMs < startMs + 12 * HOUR_MS)
    .toSorted((a, b) => a.scheduledMs - b.scheduledMs);
}

function marketsOf(found: Audit, game: GameAudit): MarketAudit[] {
  return get(found.listed, game.milestone.primaryEventTickers[0] ?? '').tickers.map((ticker) => get(found.markets, ticker));
}

/** When the live data first said that the game is on. */
function liveMs(game: GameAudit): number | undefined {
  return game.lives.find(({ details }) => details['status'] === 'live')?.atMs;
}

describe('the generated season', () => {
  it('is the same for the same seed and differs for another', () => {
    const events = firstEvents(generatedScenario({ seed: 11 }), 2);
    assert.deepEqual(firstEvents(generatedScenario({ seed: 11 }), 2), events);
    assert.notDeepEqual(firstEvents(generatedScenario({ seed: 12 }), 2), events);
    const again = generatedScenario({ seed: 11 });
    assert.deepEqual(firstEvents(again, 2), firstEvents(again, 2), 'and starts anew each time it is walked');
  });

  it('keeps time order, lists before use, stays on the grid and never crosses, for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const found = night({ seed }, 5);
        assert.ok(found.events > 5_000);
      }),
      { numRuns: 6 },
    );
  });

  it('has six games a night, staggered, basketball first and every team once', () => {
    const found = night({ seed: 3 });
    const games = firstNight(found);
    assert.deepEqual(
      games.map(({ milestone }) => String(milestone.details['league'])).toSorted(byText),
      LEAGUES.toSorted(byText),
    );
    assert.equal(games[0]?.milestone.details['league'], 'NBA');
    const starts = games.map(({ scheduledMs }) => (scheduledMs - found.startMs) / MINUTE_MS);
    assert.ok(
      starts.every((start, index) => index === 0 || start - (starts[index - 1] ?? 0) >= 10),
      `starts ${starts.join(' ')}`,
    );
    const teams = games.flatMap(({ milestone }) => [milestone.details['home_team_id'], milestone.details['away_team_id']]);
    assert.equal(new Set(teams).size, 12);
  });

  it('names games as Kalshi does', () => {
    const { listed, markets, series } = night({ seed: 3 }, 1);
    const tickers = [...listed.keys()];
    assert.ok(tickers.some((ticker) => /^KXNBAGAME-26OCT\d\d[A-Z]{6}$/.test(ticker)));
    assert.ok(
      tickers.some((ticker) => /^KXMLBGAME-26OCT\d\d\d{4}[A-Z]{4,6}$/.test(ticker)),
      'baseball with the hour',
    );
    for (const { event, tickers: outcomes } of listed.values()) {
      assert.equal(outcomes.length, event.seriesTicker === 'KXEPLGAME' || event.seriesTicker === 'KXMLSGAME' ? 3 : 2);
      assert.ok(outcomes.every((ticker) => markets.has(ticker)));
      assert.equal(
        outcomes.some((ticker) => ticker.endsWith('-TIE')),
        outcomes.length === 3,
      );
    }
    assert.equal(get(series, 'KXMLSGAME').feeType, 'quadratic');
    assert.equal(get(series, 'KXMLBGAME').feeMultiplier, 0.5);
    const four = night({ seed: 3, shards: 4 }, 1).series;
    assert.deepEqual(
      [...four.values()].filter(({ exchangeIndex }) => exchangeIndex === 3).map(({ ticker }) => ticker),
      ['KXMLBGAME'],
    );
  });

  it('lists the next night during the night before, and goes on and on', () => {
    const scenario = generatedScenario({ seed: 5, games: 2 });
    const found = audit(scenario, scenario.startMs + 50 * HOUR_MS);
    const starts = [...found.games.values()].map(({ scheduledMs }) => Math.floor((scheduledMs - scenario.startMs) / DAY_MS));
    assert.deepEqual(starts, [0, 0, 1, 1, 2, 2]);
    const second = [...found.games.values()][2];
    const listing = get(found.listed, second?.milestone.primaryEventTickers[0] ?? '');
    const aheadH = ((second?.scheduledMs ?? 0) - listing.atMs) / HOUR_MS;
    assert.ok(aheadH > 18 && aheadH < 24, `listed ${aheadH} h ahead`);
    assert.equal([...found.games.values()][4]?.milestone.details['league'], 'NBA', 'basketball every night');
  });

  it('quotes every few seconds before and during a game, rarely the day before', () => {
    const found = night({ seed: 8 });
    const [game] = firstNight(found);
    assert.ok(game);
    for (const { quotes } of marketsOf(found, game)) {
      const live = quotes.filter(({ atMs }) => atMs > game.scheduledMs - 30 * MINUTE_MS && atMs < game.scheduledMs + HOUR_MS);
      assert.ok(live.every(({ atMs }, index) => index === 0 || atMs - (live[index - 1]?.atMs ?? 0) <= 10_000));
    }
    const later = [...found.games.values()].find(({ scheduledMs }) => scheduledMs > found.startMs + 20 * HOUR_MS);
    assert.ok(later);
    const [market] = marketsOf(found, later);
    assert.ok(market && market.quotes.length > 10 && market.quotes.length < 200);
    assert.ok(found.events > 15_000 && found.events < 45_000, `${found.events} events`);
  });

  it('keeps the mids of a game near 100 together and leaves no sure profit over its markets', () => {
    const found = night({ seed: 9 });
    for (const game of firstNight(found)) {
      const markets = marketsOf(found, game);
      const [first] = markets;
      assert.ok(first);
      for (const [index, { atMs }] of first.quotes.entries()) {
        const quotes = markets.map(({ quotes }) => quotes[index]);
        assert.ok(
          quotes.every((quote) => quote?.atMs === atMs),
          'all markets of a game are quoted together',
        );
        const sum = (price: (quote: { bids: { priceCC: number }[]; asks: { priceCC: number }[] }) => number): number =>
          quotes.reduce((cents, quote) => cents + (quote === undefined ? 0 : price(quote)), 0);
        if (quotes.every((quote) => quote?.bids.length === 0 && quote.asks.length === 0)) continue;
        assert.ok(sum(({ bids }) => bids[0]?.priceCC ?? 0) <= 10_000);
        assert.ok(sum(({ asks }) => asks[0]?.priceCC ?? 10_000) >= 10_000);
        const mids = quotes.map((quote) => quote && midCents(quote));
        if (mids.every((mid) => mid !== undefined)) {
          const total = mids.reduce((cents, mid) => cents + mid, 0);
          assert.ok(Math.abs(total - 100) <= 4.5, `mids ${mids.join(' + ')}`);
        }
      }
    }
  });

  it('mostly quotes one or two cents wide, several levels deep', () => {
    const { markets } = night({ seed: 9 });
    const spreads = new Map<number, number>();
    let [levels, count] = [0, 0];
    for (const { quotes } of markets.values()) {
      for (const { bids, asks } of quotes) {
        const [bid, ask] = [bids[0], asks[0]];
        if (bid === undefined || ask === undefined) continue;
        const spread = (ask.priceCC - bid.priceCC) / 100;
        spreads.set(spread, (spreads.get(spread) ?? 0) + 1);
        levels += bids.length + asks.length;
        count += 1;
      }
    }
    assert.ok(((spreads.get(1) ?? 0) + (spreads.get(2) ?? 0)) / count > 0.85);
    assert.ok((spreads.get(1) ?? 0) / count > 0.5);
    assert.ok([...spreads.keys()].every((spread) => spread <= 8));
    assert.ok(levels / count > 8);
  });

  it('lets the crowd trade at standing prices, both ways', () => {
    const { markets } = night({ seed: 9 });
    const sides = { bid: 0, ask: 0 };
    for (const { quotes, flows } of markets.values()) {
      for (const { atMs, side, limitCC } of flows) {
        const standing = quotes.findLast((quote) => quote.atMs <= atMs);
        assert.equal(limitCC, (side === 'bid' ? standing?.asks : standing?.bids)?.[0]?.priceCC);
        sides[side] += 1;
      }
    }
    assert.ok(sides.bid > 1_000 && sides.ask > 1_000);
  });

  it('moves quotes at a score and the live data some seconds later', () => {
    for (const scoreLagMs of [0, 5_000, 20_000]) {
      const found = night({ seed: 9, scoreLagMs, leagues: ['NHL'], games: 1 });
      const [game] = firstNight(found);
      assert.ok(game);
      const goal = game.plays.find(({ play }) => play.event['event_type'] === 'score_change');
      assert.ok(goal);
      const playMs = goal.atMs - scoreLagMs;
      const moved = marketsOf(found, game).map(({ quotes }) => quotes.some(({ atMs }) => atMs === playMs));
      assert.deepEqual(moved, [true, true]);
      assert.ok(
        game.lives.some(({ atMs }) => atMs === goal.atMs),
        'play and live data come together',
      );
    }
  });

  it('settles every game by its final score, with all markets of a game adding up to a dollar', () => {
    const found = night({ seed: 21 });
    const games = firstNight(found).filter((game) => liveMs(game) !== undefined);
    assert.ok(games.length >= 4);
    for (const game of games) {
      const markets = marketsOf(found, game);
      assert.equal(
        markets.reduce((sum, { determined }) => sum + (determined?.valueCC ?? 0), 0),
        10_000,
      );
      const final = game.lives.find(({ details }) => details['status'] === 'closed');
      assert.ok(final);
      for (const { closedMs, determined, quotes } of markets) {
        assert.ok(closedMs !== undefined && closedMs > final.atMs && closedMs - final.atMs <= 3 * MINUTE_MS);
        assert.equal(determined?.atMs, closedMs + MINUTE_MS);
        const touch = quotes.at(-1);
        if (determined?.result === 'yes') assert.deepEqual([touch?.bids[0]?.priceCC, touch?.asks.length], [9_900, 0]);
        if (determined?.result === 'no') assert.deepEqual([touch?.bids.length, touch?.asks[0]?.priceCC], [0, 100]);
      }
      const { details } = final;
      const [home, away] = [
        details['home_points'] ?? details['home_same_game_score'],
        details['away_points'] ?? details['away_same_game_score'],
      ];
      assert.ok(typeof home === 'number' && typeof away === 'number');
      const targets = game.milestone.details;
      const winner = home === away ? undefined : home > away ? targets['home_team_id'] : targets['away_team_id'];
      assert.ok(winner === undefined || typeof winner === 'string');
      const winners = markets
        .filter(({ determined }) => determined?.result === 'yes')
        .map(({ ticker }) => ticker.split('-').at(-1));
      const code = winner === undefined ? 'TIE' : get(found.targets, winner).details['abbreviation'];
      if (winners.length > 0) assert.deepEqual(winners, [code]);
      assert.deepEqual(
        game.updates.map(({ change }) => change.details?.['status']),
        ['complete'],
      );
    }
  });

  it('starts games up to twelve minutes late in some seeds, never early', () => {
    const delays: number[] = [];
    for (let seed = 0; seed < 6; seed++) {
      for (const game of firstNight(night({ seed, scoreLagMs: 0 }, 5))) {
        const startMs = liveMs(game);
        if (startMs !== undefined && game.updates.every(({ change }) => change.startMs === undefined)) {
          delays.push((startMs - game.scheduledMs) / MINUTE_MS);
        }
      }
    }
    assert.ok(delays.every((delay) => delay >= 0 && delay <= 12));
    assert.ok(delays.some((delay) => delay > 5) && delays.some((delay) => delay === 0));
  });

  it('refuses options that cannot be played', () => {
    const wrong: [Parameters<typeof generatedScenario>[0], RegExp][] = [
      [{ seed: 1.5 }, /seed must be a whole number/],
      [{ games: 0 }, /games must be 1 to 48/],
      [{ games: 9, leagues: ['NBA'] }, /games must be 1 to 8/],
      [{ leagues: [] }, /leagues must name each league once/],
      [{ leagues: ['NBA', 'NBA'] }, /leagues must name each league once/],
      [{ scoreLagMs: -1 }, /scoreLagMs must be 0 to 60000/],
    ];
    for (const [options, message] of wrong) {
      assert.throws(
        () => generatedScenario(options),
        (error) => error instanceof ScenarioError && error.code === 'SCENARIO_OPTION_INVALID' && message.test(error.message),
      );
    }
    assert.equal(firstNight(night({ leagues: ['NBA'], games: 8 }, 1)).length, 8);
    assert.equal(generatedScenario({ startMs: 1_800_000_000_000 }).startMs, 1_800_000_000_000);
  });
});

describe('a postponed game', () => {
  /** The first postponed game of a kind over some seeds, with its night. */
  function postponed(kind: 'moved' | 'void'): { found: Audit; game: GameAudit; events: ScenarioEvent[] } {
    for (let seed = 0; seed < 60; seed++) {
      const short = night({ seed }, 5);
      const game = firstNight(short).find(({ lives }) => lives.some(({ details }) => details['status'] === 'postponed'));
      if (game === undefined) continue;
      if (game.updates.some(({ change }) => change.startMs !== undefined) !== (kind === 'moved')) continue;
      const found = night({ seed }, 34);
      const events = firstEvents(generatedScenario({ seed }), 34);
      return { found, game: get(found.games, game.milestone.id), events };
    }
    throw new assert.AssertionError({ message: `no seed has a game that is ${kind}` });
  }

  it('without a new date closes and settles at a fair price in whole cents', () => {
    const { found, game } = postponed('void');
    const markets = marketsOf(found, game);
    for (const { determined, quotes } of markets) {
      assert.equal(determined?.result, 'scalar');
      assert.equal((determined?.valueCC ?? 1) % 100, 0);
      assert.deepEqual([quotes.at(-1)?.bids, quotes.at(-1)?.asks], [[], []]);
      const before = quotes.at(-2);
      const mid = before && midCents(before);
      assert.ok(mid === undefined || Math.abs(mid * 100 - (determined?.valueCC ?? 0)) < 500, 'near the last price');
    }
    assert.equal(
      markets.reduce((sum, { determined }) => sum + (determined?.valueCC ?? 0), 0),
      10_000,
    );
    assert.deepEqual(
      game.lives.map(({ details }) => details['status']),
      ['not_started', 'postponed', 'cancelled'],
    );
    assert.deepEqual(
      game.updates.map(({ change }) => change.details?.['status']),
      ['postponed', 'cancelled'],
    );
  });

  it('with a new date is halted, opens again and is played the next day', () => {
    const { found, game, events } = postponed('moved');
    const moved = game.updates.find(({ change }) => change.startMs !== undefined);
    assert.equal(moved?.change.startMs, game.scheduledMs + DAY_MS);
    assert.ok((liveMs(game) ?? 0) >= game.scheduledMs + DAY_MS);
    const tickers = marketsOf(found, game).map(({ ticker }) => ticker);
    for (const ticker of tickers) {
      const halts = events.flatMap(({ atMs, actions }) =>
        actions.flatMap((action) =>
          (action.kind === 'deactivate' || action.kind === 'activate') && action.ticker === ticker
            ? [{ kind: action.kind, atMs }]
            : [],
        ),
      );
      assert.deepEqual(
        halts.map(({ kind }) => kind),
        ['deactivate', 'activate'],
      );
      const [halted, resumed] = halts.map(({ atMs }) => atMs);
      const between = get(found.markets, ticker).quotes.filter(({ atMs }) => atMs > (halted ?? 0) && atMs < (resumed ?? 0));
      assert.equal(between.length, 0, 'nobody quotes a halted market');
      assert.ok(get(found.markets, ticker).determined);
    }
  });
});

describe('the default night', () => {
  it('shows a newcomer a pre-game window of 30 minutes and a game that goes live within 90 s at 60x', () => {
    const found = night();
    const [opener] = firstNight(found);
    assert.ok(opener);
    const startMs = liveMs(opener);
    assert.ok(startMs !== undefined);
    const waitMin = (startMs - found.startMs) / MINUTE_MS;
    assert.ok(waitMin > 30 && waitMin < 40, `live after ${waitMin} min`);
    for (const { quotes } of marketsOf(found, opener)) {
      assert.equal(quotes[0]?.atMs, found.startMs);
      for (let minute = 0; minute < 30; minute++) {
        const windowMs = startMs - (minute + 1) * MINUTE_MS;
        assert.ok(
          quotes.some(({ atMs }) => atMs > windowMs && atMs <= windowMs + MINUTE_MS),
          'a quote in every minute',
        );
      }
    }
  });

  it('gives the in-play dip strategy a trade in the first quarter of its first game', () => {
    const found = night({ seed: DEFAULT_SEED });
    const [opener] = firstNight(found);
    assert.ok(opener);
    const startMs = (liveMs(opener) ?? 0) - 5_000;
    const trades = marketsOf(found, opener).flatMap(({ quotes }) => {
      const sampled = Array.from({ length: 31 }, (_, minute) =>
        quotes.findLast(({ atMs }) => atMs <= startMs - minute * MINUTE_MS),
      )
        .map((quote) => quote && midCents(quote))
        .filter((mid) => mid !== undefined)
        .toSorted((a, b) => a - b);
      const baseline = sampled[Math.floor(sampled.length / 2)] ?? 0;
      if (baseline < 55) return [];
      const entry = quotes.find(({ atMs, bids }) => atMs > startMs + 5_000 && baseline - (bids[0]?.priceCC ?? 0) / 100 >= 15);
      const paid = entry?.asks[0]?.priceCC;
      if (entry === undefined || paid === undefined) return [];
      const points = (quote: { bids: { priceCC: number }[] }): number => ((quote.bids[0]?.priceCC ?? 0) - paid) / 100;
      const exit = quotes.find((quote) => quote.atMs > entry.atMs && (points(quote) >= 20 || points(quote) <= -10));
      return [{ entry, paid, exit, points: exit && points(exit) }];
    });
    const [trade] = trades;
    assert.equal(trades.length, 1);
    assert.ok(trade);
    assert.ok(trade.entry.atMs - startMs < 26 * MINUTE_MS, 'in the first quarter');
    const quarter = opener.lives.findLast(({ atMs }) => atMs <= trade.entry.atMs)?.details['quarter'];
    assert.equal(quarter, 1);
    assert.ok(trade.paid >= 2_000 && trade.paid <= 8_000 && trade.paid - (trade.entry.bids[0]?.priceCC ?? 0) <= 400);
    assert.ok((trade.entry.asks[0]?.countE2 ?? 0) >= 1_000);
    assert.ok((trade.points ?? 0) >= 20, 'and it takes its profit');
  });

  it('is generated at more than 50,000 events a second', () => {
    const measure = (): number => {
      const scenario = generatedScenario();
      const beginMs = performance.now();
      let count = 0;
      for (const _ of eventsUntil(scenario, scenario.startMs + 5 * HOUR_MS)) count += 1;
      return (1000 * count) / (performance.now() - beginMs);
    };
    const perSecond = Math.max(measure(), measure(), measure());
    assert.ok(perSecond > 50_000, `${Math.round(perSecond)} events/s`);
  });
});

/** What trading knows, as fast-check makes it up. */
import * as fc from 'fast-check';
import type { AccountView, MarketUpdate, OrderReport } from '../../lib/account/contract.ts';
import type { Signal } from '../../lib/trading/cause.ts';
import { EXIT_REASONS } from '../../lib/trading/exit.ts';
import type { GameState } from '../../lib/trading/game.ts';
import { LEAGUES } from '../../lib/trading/game.ts';
import { intendOrder } from '../../lib/trading/order-life.ts';
import { bookSideOf, toYesPriceCC } from '../../lib/trading/sides.ts';
import { standInAccount } from '../nodes/stage.ts';

export const ACCOUNT: AccountView = standInAccount({ id: '0b1e', label: 'main' });

const atMs = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2035-01-01') });
const priceCC = fc.integer({ min: 1, max: 9_999 });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const name = fc.string({ minLength: 1, maxLength: 20 });

/** Numbers of a decision: any of them may be missing, averages have fractions, and plain JSON goes along. */
const numbers = fc.record({
  bidCC: maybe(priceCC),
  averageCC: maybe(fc.integer({ min: 0, max: 999_900 }).map((hundredths) => hundredths / 100)),
  askDepthE2: maybe(fc.integer({ min: 0, max: 100_000_000 })),
  costE6: maybe(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })),
  feedAgeMs: maybe(fc.integer({ min: 0, max: 600_000 })),
  remainingS: maybe(fc.integer({ min: 0, max: 2_880 })),
  progress: name,
  isSure: fc.boolean(),
  nothing: fc.constant(null),
  listed: fc.array(fc.integer(), { maxLength: 3 }),
});

export const signals: fc.Arbitrary<Signal> = fc
  .record({
    leg: fc.constantFrom('entry' as const, 'exit' as const),
    outcome: fc.constantFrom('yes' as const, 'no' as const),
    limitCC: priceCC,
    signalPriceCC: priceCC,
    countE2: fc.integer({ min: 1, max: 1_000_000_000 }),
    ruleId: fc.uuid(),
    ticker: name,
    eventTicker: name,
    round: fc.nat(100),
    attempt: fc.nat(100),
    exitReason: fc.constantFrom(...EXIT_REASONS),
    reason: fc.string(),
    notes: fc.array(fc.string(), { maxLength: 3 }),
    numbers,
    maxPriceMoveCC: maybe(fc.integer({ min: 0, max: 2_000 })),
    caps: maybe(fc.record({ maxEntriesPerGame: fc.nat(10), maxTotalPositions: fc.nat(100), averagingDown: fc.boolean() })),
    patienceMs: fc.integer({ min: 1, max: 600_000 }),
    actor: fc.oneof(
      fc.constant({ kind: 'local' as const }),
      fc.record({ kind: fc.constant('user' as const), id: name }),
      fc.record({ kind: fc.constant('rule' as const), id: name, name: fc.string() }),
    ),
    atMs,
  })
  .map((one): Signal => {
    const isExit = one.leg === 'exit';
    const action = isExit ? 'sell' : 'buy';
    return {
      cause: {
        accountId: ACCOUNT.id,
        ruleId: one.ruleId,
        ticker: one.ticker,
        round: one.round,
        leg: one.leg,
        attempt: one.attempt,
      },
      eventTicker: one.eventTicker,
      wish: {
        ticker: one.ticker,
        action,
        outcome: one.outcome,
        limitCC: one.limitCC,
        side: bookSideOf(action, one.outcome),
        yesLimitCC: toYesPriceCC(one.outcome, one.limitCC),
        countE2: one.countE2,
        timeInForce: 'ioc',
        reduceOnly: isExit,
        signalPriceCC: one.signalPriceCC,
      },
      exitReason: isExit ? one.exitReason : undefined,
      reason: one.reason,
      notes: one.notes,
      numbers: one.numbers,
      entryCaps: isExit ? undefined : one.caps,
      maxPriceMoveCC: isExit ? undefined : one.maxPriceMoveCC,
      patienceMs: one.patienceMs,
      actor: one.actor,
      atMs: one.atMs,
    };
  });

const states: fc.Arbitrary<GameState> = fc.record({
  league: fc.constantFrom(...LEAGUES),
  phase: fc.constantFrom('pre' as const, 'live' as const, 'break' as const, 'final' as const, 'postponed' as const),
  period: maybe(fc.integer({ min: 1, max: 4 })),
  half: fc.constantFrom('top' as const, 'bottom' as const, undefined),
  clockS: maybe(fc.integer({ min: 0, max: 720 })),
  homeScore: maybe(fc.nat(150)),
  awayScore: maybe(fc.nat(150)),
  startedMs: maybe(atMs),
  asOfMs: atMs,
});

export const updates: fc.Arbitrary<MarketUpdate> = fc
  .record({
    kind: fc.constantFrom('update' as const, 'tick' as const),
    league: fc.constantFrom(...LEAGUES),
    quote: maybe(
      fc.record({
        bidCC: maybe(priceCC),
        bidSizeE2: fc.nat(1_000_000),
        askCC: maybe(priceCC),
        askSizeE2: fc.nat(1_000_000),
        atMs,
      }),
    ),
    state: maybe(states),
    startMs: maybe(atMs),
    resultCC: maybe(fc.integer({ min: 0, max: 10_000 })),
    feedAgeMs: maybe(fc.double({ min: 0, max: 100_000, noNaN: true })),
    atMs,
  })
  .map((one): MarketUpdate => {
    const market = {
      ticker: 'KXNBAGAME-26NOV20BOSNYK-BOS',
      team: 'Boston',
      title: 'Boston at New York',
      status: 'open' as const,
      resultCC: one.resultCC,
      fees: { type: 'quadratic' as const, multiplier: 1 },
      exchangeIndex: 0,
    };
    return {
      kind: one.kind,
      environment: 'practice',
      game: {
        eventTicker: 'KXNBAGAME-26NOV20BOSNYK',
        seriesTicker: 'KXNBAGAME',
        league: one.league,
        title: 'Boston at New York',
        home: 'New York',
        away: undefined,
        startMs: one.startMs,
        hasScoreSource: true,
        markets: [market],
      },
      market,
      quote: one.quote === undefined ? undefined : { quote: one.quote, source: 'socket', ageMs: 3 },
      feedAgeMs: one.feedAgeMs,
      known:
        one.state === undefined ? undefined : { state: { ...one.state, league: one.league }, source: 'espn', readMs: one.atMs },
      atMs: one.atMs,
    };
  });

export const reports: fc.Arbitrary<OrderReport> = fc
  .record({
    signal: signals,
    outcome: fc.constantFrom(
      'filled' as const,
      'partial' as const,
      'not_filled' as const,
      'unresolved' as const,
      'refused' as const,
    ),
    averageCC: maybe(fc.double({ min: 1, max: 9_999, noNaN: true })),
    slippageCC: maybe(fc.double({ min: -9_999, max: 9_999, noNaN: true })),
    feesE6: fc.nat(10_000_000),
    code: maybe(fc.constant('ORDER_TOO_LATE')),
    atMs,
    hasTrade: fc.boolean(),
  })
  .map(
    ({ hasTrade, ...one }): OrderReport => ({
      ...one,
      clientOrderId: one.outcome === 'refused' ? undefined : 'cs1.x',
      life: one.outcome === 'refused' ? undefined : intendOrder(one.signal.wish.countE2, one.atMs),
      reason: 'why',
      trades: hasTrade
        ? [
            {
              ticker: one.signal.cause.ticker,
              round: 1,
              outcome: 'yes',
              countE2: 300,
              entryCostE6: 1_000_000,
              exitProceedsE6: 1_200_000,
              grossE6: 200_000,
              feesE6: 30_000,
              netE6: 170_000,
              slippageE6: undefined,
              exitReason: 'take_profit',
              exitOrderId: 'x',
              entryMs: one.atMs - 1,
              exitMs: one.atMs,
              accountId: ACCOUNT.id,
              ruleId: one.signal.cause.ruleId,
              eventTicker: one.signal.eventTicker,
              environment: 'practice',
            },
          ]
        : [],
      envelope: undefined,
    }),
  );

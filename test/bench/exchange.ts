import { Exchange } from '../../lib/exchange/engine/exchange.ts';
import { generatedScenario } from '../../lib/exchange/scenario/index.ts';
import { AWAY, event, HOME, market, order, START_MS, series } from '../exchange/stage.ts';
import { openPractice } from '../practice.ts';
import { median } from './measure.ts';

export interface ExchangeFigures {
  /** Orders a second that the matching engine takes, in process: half of them trade, half rest and are canceled. */
  engineOrdersPerS: number;
  /** Orders a second over HTTP, signed by eight callers of our client in the same process. */
  restOrdersPerS: number;
  /** Events a second of the generated games, made and carried out. */
  scenarioEventsPerS: number;
}

export async function benchExchange(): Promise<ExchangeFigures> {
  return {
    engineOrdersPerS: median([1, 2, 3].map(() => engineOrdersPerS(40_000))),
    restOrdersPerS: await restOrdersPerS(125),
    scenarioEventsPerS: scenarioEventsPerS(20_000),
  };
}

function engineOrdersPerS(count: number): number {
  const exchange = new Exchange({ seed: 1, startMs: START_MS, shards: [0], onEvent: () => {} });
  exchange.perform({ kind: 'series', series });
  exchange.perform({ kind: 'event', event, markets: [market(AWAY), market(HOME)] });
  const account = exchange.apply<'open_account'>({ kind: 'open_account', name: 'm', tier: 'prestige', purses: [[0, 1e15]] });
  const startedMs = performance.now();
  for (let index = 0; index < count / 4; index++) {
    const accountId = account.id;
    exchange.perform({
      kind: 'quote',
      ticker: HOME,
      bids: [{ priceCC: 4_900, countE2: 10_000 }],
      asks: [{ priceCC: 5_000, countE2: 10_000 }],
    });
    for (const side of ['bid', 'ask'] as const) {
      exchange.apply<'place'>({
        kind: 'place',
        accountId,
        order: order({ side, priceCC: side === 'bid' ? 5_000 : 4_900, timeInForce: 'immediate_or_cancel' }),
      });
      const { orderId } = exchange.apply<'place'>({
        kind: 'place',
        accountId,
        order: order({ side, priceCC: side === 'bid' ? 1_000 : 9_000 }),
      });
      exchange.apply<'cancel'>({ kind: 'cancel', accountId, orderId });
    }
  }
  return count / ((performance.now() - startedMs) / 1000);
}

/** Few enough that the rate limit of the highest tier does not bound it. */
async function restOrdersPerS(perCaller: number): Promise<number> {
  const practice = await openPractice({
    scenario: {
      startMs: START_MS,
      *events() {
        yield {
          atMs: START_MS,
          actions: [
            { kind: 'series' as const, series },
            { kind: 'event' as const, event, markets: [market(AWAY), market(HOME)] },
          ],
        };
      },
    },
  });
  practice.night.step();
  const { client } = practice.member(1_000_000);
  await client.learnLimits();
  const callers = 8;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let index = 0; index < perCaller; index++) {
        await client.orders.create(
          {
            ticker: HOME,
            side: 'bid',
            count: '1.00',
            price: '0.0100',
            time_in_force: 'immediate_or_cancel',
            self_trade_prevention_type: 'taker_at_cross',
          },
          { purpose: 'entry' },
        );
      }
    }),
  );
  const perS = (perCaller * callers) / ((performance.now() - startedMs) / 1000);
  await practice.close();
  return perS;
}

function scenarioEventsPerS(count: number): number {
  const scenario = generatedScenario({ seed: 3 });
  const exchange = new Exchange({ seed: 1, startMs: scenario.startMs, shards: [0], onEvent: () => {} });
  const startedMs = performance.now();
  let done = 0;
  for (const one of scenario.events()) {
    exchange.advanceTo(one.atMs);
    for (const action of one.actions) exchange.perform(action);
    if (++done === count) break;
  }
  return done / ((performance.now() - startedMs) / 1000);
}

/** A small night for tests: a quote a second that walks up and down, then a result. */
import { lockstepClock, type PracticeClock, runningClock } from '../../lib/exchange/clock.ts';
import type { Account } from '../../lib/exchange/engine/state.ts';
import { type NightHeader, openJournal } from '../../lib/exchange/journal.ts';
import { Night, type NightOptions } from '../../lib/exchange/night.ts';
import type { Scenario, ScenarioAction, ScenarioEvent } from '../../lib/exchange/scenario/types.ts';
import { AWAY, event, HOME, market, START_MS, series } from './stage.ts';

export const HEADER: NightHeader = { night: 'a-night', seed: 1, shards: [0], scenario: { kind: 'test' }, thursdayPause: false };
export const SECOND = 1_000;

export const LISTING: ScenarioAction[] = [
  { kind: 'series', series },
  { kind: 'event', event, markets: [market(AWAY), market(HOME)] },
];

/** The listing at the start, then `events`. */
export function scenarioOf(events: ScenarioEvent[]): Scenario {
  return { startMs: START_MS, events: () => [{ atMs: START_MS, actions: LISTING }, ...events] };
}

export function walk(count: number): Scenario {
  const quotes = Array.from({ length: count }, (_, index): ScenarioEvent => {
    const at = index + 1;
    const bidCC = (40 + (at % 20)) * 100;
    const bids = [{ priceCC: bidCC, countE2: 5_000 }];
    const asks = [{ priceCC: bidCC + 100, countE2: 5_000 }];
    return { atMs: START_MS + at * SECOND, actions: [{ kind: 'quote', ticker: HOME, bids, asks }] };
  });
  return scenarioOf([
    ...quotes,
    { atMs: START_MS + (count + 1) * SECOND, actions: [{ kind: 'determine', ticker: HOME, result: 'yes', valueCC: 10_000 }] },
  ]);
}

/** In lockstep and without a journal, unless the options say otherwise. */
export function nightOf(scenario: Scenario, options: Partial<NightOptions> = {}): Night {
  return new Night({ header: HEADER, scenario, makeClock: lockstepClock, wallMs: () => 0, readLagMs: 0, ...options });
}

/** The night in a folder, begun or resumed. */
export function openNight(dir: string, scenario: Scenario, options: Partial<NightOptions> = {}): Night {
  const { header, journal, entries } = openJournal(dir, HEADER);
  try {
    return nightOf(scenario, { header, journal, history: entries, ...options });
  } catch (cause) {
    journal.close();
    throw cause;
  }
}

/** Runs at `speed` by the given wall clock. */
export function runningAt(speed: number, wallMs: () => number): Pick<NightOptions, 'makeClock' | 'wallMs'> {
  return { wallMs, makeClock: (startMs: number): PracticeClock => runningClock(startMs, speed, wallMs) };
}

export function openMember(night: Night): Account {
  return night.execute<'open_account'>({ kind: 'open_account', name: 'm', tier: 'basic', purses: [[0, 500_000_000]] });
}

/** Everything about a night that a member could see. */
export function picture(night: Night): unknown {
  const { state } = night.exchange;
  return structuredClone({
    nowMs: night.exchange.nowMs,
    delivered: night.delivered,
    trades: night.tape.trades,
    candles: [AWAY, HOME].map((ticker) => candlesOf(night, ticker)),
    accounts: [...state.accounts.values()].map((account) => ({
      id: account.id,
      purses: [...account.purses],
      feesE6: account.feesE6,
      keys: [...account.keys.keys()],
      view: account.isHouse ? undefined : night.replica.view(account.id),
      resting: [...account.resting.keys()],
      clientOrderIds: [...account.clientOrderIds],
    })),
    books: [...state.markets.values()].map((one) =>
      [...one.bids.levels, ...one.asks.levels].map((level) => [
        level.priceCC,
        level.totalE2,
        [...level.orders].map((each) => each.id),
      ]),
    ),
  });
}

/** All minutes of a market so far. */
export function candlesOf(night: Night, ticker: string): unknown {
  const nowS = night.exchange.nowMs / 1000;
  return night.tape.candles(ticker, { startS: START_MS / 1000, endS: nowS + 60, nowS, periodMinutes: 1 });
}

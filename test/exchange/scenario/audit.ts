/** Reads a scenario as strictly as the engine would, and keeps what the tests ask about. */
import assert from 'node:assert/strict';
import type { Level, Scenario, ScenarioAction, ScenarioEvent } from '../../../lib/exchange/scenario/types.ts';

type Of<K extends ScenarioAction['kind']> = Extract<ScenarioAction, { kind: K }>;

export interface MarketAudit {
  ticker: string;
  eventTicker: string;
  quotes: { atMs: number; bids: Level[]; asks: Level[] }[];
  flows: (Of<'flow'> & { atMs: number })[];
  closedMs: number | undefined;
  determined: (Of<'determine'> & { atMs: number }) | undefined;
}

export interface GameAudit {
  milestone: Of<'milestone'>['milestone'];
  scheduledMs: number;
  lives: { atMs: number; details: Record<string, unknown> }[];
  plays: { atMs: number; play: Of<'play'>['play'] }[];
  updates: (Of<'milestone_update'> & { atMs: number })[];
}

export interface Audit {
  events: number;
  series: Map<string, Of<'series'>['series']>;
  targets: Map<string, Of<'target'>['target']>;
  listed: Map<string, { atMs: number; event: Of<'event'>['event']; tickers: string[] }>;
  markets: Map<string, MarketAudit>;
  games: Map<string, GameAudit>;
  actions: Map<ScenarioAction['kind'], number>;
}

/** Every event of the scenario before `endMs`, which may be missing for one that ends. */
export function* eventsUntil(scenario: Scenario, endMs = Number.POSITIVE_INFINITY): Generator<ScenarioEvent> {
  for (const event of scenario.events()) {
    if (event.atMs >= endMs) return;
    yield event;
  }
}

export function audit(scenario: Scenario, endMs?: number): Audit {
  const found: Audit = {
    events: 0,
    series: new Map(),
    targets: new Map(),
    listed: new Map(),
    markets: new Map(),
    games: new Map(),
    actions: new Map(),
  };
  let lastMs = scenario.startMs - 1;
  for (const event of eventsUntil(scenario, endMs)) {
    assert.ok(Number.isSafeInteger(event.atMs), `time ${event.atMs} is whole`);
    assert.ok(event.atMs > lastMs, 'each instant comes once, in time order');
    lastMs = event.atMs;
    found.events += 1;
    for (const action of event.actions) {
      found.actions.set(action.kind, (found.actions.get(action.kind) ?? 0) + 1);
      take(found, action, event.atMs);
    }
  }
  return found;
}

function take(found: Audit, action: ScenarioAction, atMs: number): void {
  switch (action.kind) {
    case 'series':
      return once(found.series, action.series.ticker, action.series);
    case 'target':
      return once(found.targets, action.target.id, action.target);
    case 'event':
      return takeListing(found, action, atMs);
    case 'milestone':
      for (const key of ['home_team_id', 'away_team_id']) {
        const id = action.milestone.details[key];
        assert.ok(typeof id === 'string' && found.targets.has(id), 'the milestone names listed teams');
      }
      for (const ticker of action.milestone.primaryEventTickers) assert.ok(found.listed.has(ticker));
      return once(found.games, action.milestone.id, {
        milestone: action.milestone,
        scheduledMs: action.milestone.startMs,
        lives: [],
        plays: [],
        updates: [],
      });
    case 'milestone_update':
      get(found.games, action.id).updates.push({ ...action, atMs });
      return;
    case 'live':
      get(found.games, action.milestoneId).lives.push({ atMs, details: action.details });
      return;
    case 'play':
      get(found.games, action.milestoneId).plays.push({ atMs, play: action.play });
      return;
    case 'quote':
      return takeQuote(get(found.markets, action.ticker), action, atMs);
    case 'flow':
      return takeFlow(get(found.markets, action.ticker), action, atMs);
    case 'close_date': {
      const market = get(found.markets, action.ticker);
      assert.equal(action.closeMs, atMs, 'a market closes at once');
      market.closedMs = atMs;
      return;
    }
    case 'determine': {
      const market = get(found.markets, action.ticker);
      assert.ok(market.closedMs !== undefined && market.closedMs < atMs, 'a market closes before it is determined');
      assert.equal(market.determined, undefined, 'a market is determined once');
      assert.equal({ yes: action.valueCC === 10_000, no: action.valueCC === 0, scalar: action.valueCC > 0 }[action.result], true);
      market.determined = { ...action, atMs };
      return;
    }
    case 'activate':
    case 'deactivate':
      get(found.markets, action.ticker);
  }
}

function takeListing(found: Audit, { event, markets }: Of<'event'>, atMs: number): void {
  const series = get(found.series, event.seriesTicker);
  assert.equal(series.exchangeIndex, event.exchangeIndex);
  assert.equal(event.collateralReturnType, 'MECNET');
  once(found.listed, event.ticker, { atMs, event, tickers: markets.map(({ ticker }) => ticker) });
  for (const market of markets) {
    assert.equal(market.eventTicker, event.ticker);
    assert.ok(market.ticker.startsWith(`${event.ticker}-`));
    assert.equal(market.settlementTimerS, 300);
    assert.ok(market.openMs <= atMs && market.closeMs > market.expectedExpirationMs);
    for (const id of Object.values(market.customStrike)) assert.ok(found.targets.has(id), 'the strike names a listed team');
    once(found.markets, market.ticker, {
      ticker: market.ticker,
      eventTicker: event.ticker,
      quotes: [],
      flows: [],
      closedMs: undefined,
      determined: undefined,
    });
  }
}

function takeQuote(market: MarketAudit, { bids, asks }: Of<'quote'>, atMs: number): void {
  assert.equal(market.closedMs, undefined, 'nobody quotes a closed market');
  for (const [levels, step] of [
    [bids, -1],
    [asks, 1],
  ] as const) {
    for (const [index, level] of levels.entries()) {
      assert.ok(
        level.priceCC >= 100 && level.priceCC <= 9_900 && level.priceCC % 100 === 0,
        `price ${level.priceCC} on the grid`,
      );
      assert.ok(Number.isSafeInteger(level.countE2) && level.countE2 > 0, `size ${level.countE2}`);
      const before = levels[index - 1];
      if (before !== undefined) assert.ok((level.priceCC - before.priceCC) * step > 0, 'best level first');
    }
  }
  const [bid, ask] = [bids[0], asks[0]];
  if (bid !== undefined && ask !== undefined) assert.ok(bid.priceCC < ask.priceCC, 'never crossed');
  market.quotes.push({ atMs, bids, asks });
}

function takeFlow(market: MarketAudit, flow: Of<'flow'>, atMs: number): void {
  assert.equal(market.closedMs, undefined, 'nobody trades a closed market');
  assert.ok(flow.countE2 > 0 && Number.isSafeInteger(flow.countE2));
  assert.ok(flow.limitCC >= 100 && flow.limitCC <= 9_900 && flow.limitCC % 100 === 0);
  market.flows.push({ ...flow, atMs });
}

function once<T>(known: Map<string, T>, key: string, value: T): void {
  assert.ok(!known.has(key), `${key} is listed once`);
  known.set(key, value);
}

export function get<T>(known: Map<string, T>, key: string): T {
  const value = known.get(key);
  assert.ok(value !== undefined, `${key} is listed before it is used`);
  return value;
}

/** The middle of a quote in cents; undefined when a side is empty. */
export function midCents({ bids, asks }: { bids: Level[]; asks: Level[] }): number | undefined {
  const [bid, ask] = [bids[0], asks[0]];
  return bid === undefined || ask === undefined ? undefined : (bid.priceCC + ask.priceCC) / 200;
}

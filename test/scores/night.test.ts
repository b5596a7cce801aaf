/** Whole nights of the practice exchange, read as the poller would read them from Kalshi. */
import assert from 'node:assert/strict';
import {
  generatedScenario,
  type MilestoneListing,
  parseGames,
  recordedScenario,
  type Scenario,
} from '../../lib/exchange/scenario/index.ts';
import {
  type FollowedGame,
  type GameRecord,
  KALSHI,
  mergeSighting,
  milestoneState,
  parseLiveData,
  parseMilestone,
} from '../../lib/scores/index.ts';
import type { GameState } from '../../lib/trading/game.ts';
import { valueOf } from './fixtures.ts';

const HOUR_MS = 3_600_000;

interface Told {
  game: FollowedGame;
  states: GameState[];
  /** Of the milestone, last of all. */
  milestone: GameState;
  record: GameRecord | undefined;
  reversals: number;
}

/** A milestone as the exchange serves it. */
function onTheWire(listing: MilestoneListing, atMs: number): unknown {
  return {
    id: listing.id,
    category: listing.category,
    type: listing.type,
    start_date: new Date(listing.startMs).toISOString(),
    related_event_tickers: listing.relatedEventTickers,
    primary_event_tickers: listing.primaryEventTickers,
    title: listing.title,
    notification_message: listing.notificationMessage,
    details: listing.details,
    last_updated_ts: new Date(atMs).toISOString(),
  };
}

/** Read a last time before the next news, as a poller does every few seconds. */
function polled(record: GameRecord | undefined, newsMs: number): GameRecord | undefined {
  const last = record?.sightings.get(KALSHI);
  const readMs = newsMs - 5_000;
  return last === undefined || last.readMs >= readMs ? record : mergeSighting(record, { ...last, readMs }).record;
}

function tell(scenario: Scenario, lengthMs = Number.POSITIVE_INFINITY): Told[] {
  const listings = new Map<string, MilestoneListing>();
  const told = new Map<string, Told>();
  for (const { atMs, actions } of scenario.events()) {
    if (atMs > scenario.startMs + lengthMs) break;
    for (const action of actions) {
      if (action.kind === 'milestone' || action.kind === 'milestone_update') {
        const { id, ...change } = action.kind === 'milestone' ? action.milestone : { id: action.id, ...action.change };
        const listing = { ...listings.get(id), ...change, id } as MilestoneListing;
        listings.set(id, listing);
        const raw = onTheWire(listing, atMs);
        const known = told.get(id) ?? { states: [], record: undefined, reversals: 0 };
        told.set(id, { ...known, game: valueOf(parseMilestone(raw)), milestone: valueOf(milestoneState(raw, atMs)) });
      } else if (action.kind === 'live') {
        const one = told.get(action.milestoneId);
        assert.ok(one !== undefined);
        const details: unknown = JSON.parse(JSON.stringify(action.details));
        const live = { type: one.game.type, milestone_id: action.milestoneId, details };
        const state = valueOf(parseLiveData(one.game, live, atMs));
        const { record, change } = mergeSighting(polled(one.record, atMs), { source: KALSHI, readMs: atMs, state });
        one.states.push(state);
        one.record = record;
        one.reversals += change?.isScoreReversed === true ? 1 : 0;
      }
    }
  }
  return [...told.values()];
}

/** How far along: later is greater, in every league. */
function progress({ league, phase, period = 0, half, clockS }: GameState): number[] {
  const order = { pre: 0, postponed: 0, live: 1, break: 1, final: 2 }[phase];
  const clock = clockS === undefined ? 0 : league === 'SOCCER' ? clockS : -clockS;
  // Soccer's clock is set back to the full half in the interval.
  return [order, phase === 'final' ? 0 : period, half === 'bottom' ? 1 : 0, phase === 'live' ? clock : 0];
}

function assertForward(one: GameState, next: GameState, name: string): void {
  if (next.phase === 'break' || one.phase === 'break') {
    assert.ok((next.period ?? 99) >= (one.period ?? 0), name);
    return;
  }
  const before = progress(one);
  const after = progress(next);
  const step = after.findIndex((value, index) => value !== before[index]);
  assert.ok(
    step === -1 || (after[step] ?? 0) > (before[step] ?? 0),
    `${name}: ${JSON.stringify(one)} -> ${JSON.stringify(next)}`,
  );
}

describe('a generated night', () => {
  let all: Told[] = [];
  let played: Told[] = [];

  before(() => {
    // Between them these have overtimes in every sport, games that are moved, and games that are not played at all.
    all = [214, 4, 13, 29, 30].flatMap((seed) => tell(generatedScenario({ seed, games: 12 }), 34 * HOUR_MS));
    played = all.filter(({ states }) => states.at(-1)?.phase === 'final');
  });

  it('is understood at every moment', () => {
    assert.ok(all.length > 60);
    assert.ok(all.reduce((sum, { states }) => sum + states.length, 0) > 15_000);
    assert.deepEqual([...new Set(played.map(({ game }) => game.league))].toSorted(), ['MLB', 'NBA', 'NFL', 'NHL', 'SOCCER']);
  });

  it('runs forwards from the start to the end of each game', () => {
    for (const { game, states } of played) {
      const phases = new Set(states.map(({ phase }) => phase));
      for (const phase of ['pre', 'live', 'break', 'final'] as const)
        assert.ok(phases.has(phase), `${game.eventTicker} has no ${phase}`);
      const begun = states.slice(states.findIndex(({ phase }) => phase === 'live'));
      for (const [index, next] of begun.entries()) {
        const before = begun[index - 1];
        if (before !== undefined) assertForward(before, next, game.eventTicker);
      }
    }
  });

  it('opens each game in the first period with a full clock', () => {
    const clocks = { NBA: 720, NFL: 900, NHL: 1200, SOCCER: 60, MLB: undefined };
    for (const { game, states } of played) {
      const opening = states.find(({ phase }) => phase === 'live');
      const { league } = game;
      assert.equal(opening?.period, 1);
      if (league in clocks) assert.equal(opening?.clockS, clocks[league as keyof typeof clocks], game.eventTicker);
      assert.deepEqual([opening?.homeScore, opening?.awayScore, opening?.half], [0, 0, league === 'MLB' ? 'top' : undefined]);
    }
  });

  it('has breaks where each league has them', () => {
    for (const { game, states } of played) {
      const breaks = new Set(states.filter(({ phase }) => phase === 'break').map(({ period }) => period));
      const expected = { NBA: [1, 2, 3], NFL: [1, 2, 3], NHL: [1, 2], SOCCER: [1], MLB: [1, 2, 3, 4, 5, 6, 7, 8] }[
        game.league as 'NBA'
      ];
      for (const period of expected) assert.ok(breaks.has(period), `${game.eventTicker} has no break after ${period}`);
    }
  });

  it('goes into overtime, extra innings and a shoot-out now and then', () => {
    const longest = (league: string) =>
      Math.max(
        ...played.filter(({ game }) => game.league === league).flatMap(({ states }) => states.map(({ period = 0 }) => period)),
      );
    assert.ok(longest('NBA') >= 5);
    assert.ok(longest('NFL') >= 5);
    assert.ok(longest('MLB') >= 10);
    assert.equal(longest('NHL'), 5);
  });

  it('tells when each game really began, and keeps its score', () => {
    for (const { game, states, record, milestone, reversals } of played) {
      const opening = states.find(({ phase }) => phase === 'live');
      assert.equal(record?.state.startedMs, opening?.asOfMs, game.eventTicker);
      const lateMs = (record?.state.startedMs ?? 0) - game.startMs;
      assert.ok(lateMs >= -1_000 && lateMs <= 12 * 60_000, `${game.eventTicker} began ${lateMs} ms late`);
      assert.equal(record?.finalBy, KALSHI);
      assert.equal(milestone.phase, 'final');
      assert.equal(reversals, 0, 'a made-up score never goes back');
    }
  });

  it('calls off what is called off', () => {
    const moved = played.filter(({ states }) => states.some(({ phase }) => phase === 'postponed'));
    const off = all.filter(({ states }) => states.at(-1)?.phase === 'postponed');
    assert.ok(moved.length > 0 && off.length > 0, `${moved.length} moved, ${off.length} called off`);
    for (const { states } of moved) {
      const phases = states.map(({ phase }) => phase).filter((phase, index, list) => phase !== list[index - 1]);
      assert.deepEqual(phases.slice(0, 4), ['pre', 'postponed', 'pre', 'live']);
    }
    for (const { milestone } of off) assert.equal(milestone.phase, 'postponed');
  });
});

describe('a recorded game without a score', () => {
  const startS = Date.UTC(2026, 0, 5, 0, 30) / 1000;
  const header = {
    league: 'NBA',
    game_id: '1',
    event_ticker: 'KXNBAGAME-26JAN04BOSNYK',
    ticker: 'KXNBAGAME-26JAN04BOSNYK-NYK',
    yes_team: 'NYK',
    home: 'NYK',
    away: 'BOS',
    date_local: '2026-01-04',
    start_ts: startS,
    result: 'yes',
  };
  const rows = Array.from({ length: 170 }, (_, minute) => [startS + (minute - 20) * 60, 60, 60, 60, 60, 10]);
  const line = JSON.stringify({ header, columns: ['ts', 'open', 'high', 'low', 'close', 'volume'], rows });

  it('is understood on its nominal clock, and its start is exact', () => {
    const [told] = tell(recordedScenario({ sides: parseGames([line], 'games'), reading: 'exact' }));
    assert.ok(told !== undefined);
    assert.deepEqual([...new Set(told.states.map(({ phase }) => phase))], ['pre', 'live', 'final']);
    assert.deepEqual([...new Set(told.states.map(({ period }) => period))], [undefined, 1, 2, 3, 4]);
    assert.ok(told.states.every(({ homeScore }) => homeScore === undefined));
    assert.equal(told.record?.state.startedMs, startS * 1000);
  });
});

import assert from 'node:assert/strict';
import {
  type FollowedGame,
  type GameChange,
  ScorePoller,
  type ScorePollerOptions,
  type ScoreReport,
  type ScoreSource,
  ScoresError,
  type SourceAnswer,
} from '../../lib/scores/index.ts';
import type { GamePhase, GameState } from '../../lib/trading/game.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { fixtureGame } from './fixtures.ts';

const START_MS = Date.UTC(2027, 0, 16, 0, 30);
const HOUR_MS = 3_600_000;
const GAME = { ...fixtureGame('GSWNYK'), startMs: START_MS };
const OTHER = { ...fixtureGame('BOSUTA'), startMs: START_MS };

function state(phase: GamePhase, atMs: number, said: Partial<GameState> = {}): GameState {
  return {
    league: 'NBA',
    phase,
    period: undefined,
    half: undefined,
    clockS: undefined,
    homeScore: 0,
    awayScore: 0,
    startedMs: undefined,
    asOfMs: atMs,
    ...said,
  };
}

/** A source that says what the test has set: a phase for each game, an error, or nothing until it is let go. */
class Told implements ScoreSource {
  readonly name: string;
  readonly asked: string[][] = [];
  readonly forgotten: string[] = [];
  phases = new Map<string, GamePhase>();
  reports: ScoreReport[] = [];
  error: Error | undefined;
  gate: Promise<void> = Promise.resolve();

  constructor(name = 'kalshi') {
    this.name = name;
  }

  plan(games: readonly FollowedGame[]) {
    return [{ key: this.name, games, read: (nowMs: () => number) => this.#read(games, nowMs) }];
  }

  forget(eventTicker: string): void {
    this.forgotten.push(eventTicker);
  }

  async #read(games: readonly FollowedGame[], nowMs: () => number): Promise<SourceAnswer> {
    this.asked.push(games.map(({ eventTicker }) => eventTicker));
    await this.gate;
    if (this.error !== undefined) throw this.error;
    const states = games.flatMap(({ eventTicker }): [string, GameState][] => {
      const phase = this.phases.get(eventTicker);
      return phase === undefined ? [] : [[eventTicker, state(phase, nowMs())]];
    });
    return { states: new Map(states), reports: this.reports };
  }
}

class Desk {
  readonly clock = new VirtualClock(START_MS - HOUR_MS);
  readonly wall = new VirtualClock();
  readonly changes: (GameChange & { game: FollowedGame })[] = [];
  readonly reports: ScoreReport[] = [];
  readonly poller: ScorePoller;

  constructor(sources: readonly ScoreSource[], options: Partial<ScorePollerOptions> = {}) {
    const { clock, wall, changes, reports } = this;
    this.poller = new ScorePoller({
      sources,
      clock,
      wall,
      onChange: (one) => changes.push(one),
      onReport: (one) => reports.push(one),
      ...options,
    });
  }

  /** Lets market time pass second by second, each read done before the next. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000);
      await this.poller.settled();
    }
  }

  get phases(): string[] {
    return this.changes.map(({ game, to }) => `${game.eventTicker.slice(-6)} ${to.phase}`);
  }
}

describe('the poller of scores', () => {
  let desk: Desk;
  let source: Told;

  beforeEach(() => {
    source = new Told();
    desk = new Desk([source]);
    source.phases.set(GAME.eventTicker, 'pre').set(OTHER.eventTicker, 'pre');
  });

  afterEach(async () => {
    desk.poller.close();
    await desk.poller.settled();
    assert.equal(desk.clock.timers + desk.wall.timers, 0);
  });

  it('reads a game at once when it is followed, and says how it stands', async () => {
    desk.poller.follow(GAME);
    await desk.pass(1);
    assert.deepEqual(desk.phases, ['GSWNYK pre']);
    assert.equal(desk.poller.record(GAME.eventTicker)?.source, 'kalshi');
    assert.equal(desk.poller.record(OTHER.eventTicker), undefined);
  });

  it('takes a state for as old as the question, however late the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    source.gate = promise;
    desk.poller.follow(GAME);
    const askedMs = desk.clock.nowMs();
    desk.clock.advance(0);
    desk.clock.advance(4_000);
    resolve();
    await desk.poller.settled();
    assert.equal(desk.poller.record(GAME.eventTicker)?.readMs, askedMs);
  });

  it('reads every minute before the game, every five seconds from a minute before the start and in play', async () => {
    desk.poller.follow(GAME);
    await desk.pass(3_540);
    assert.equal(source.asked.length, 60);
    await desk.pass(60);
    assert.equal(source.asked.length, 72);
    source.phases.set(GAME.eventTicker, 'live');
    await desk.pass(600);
    assert.equal(source.asked.length, 192);
    source.phases.set(GAME.eventTicker, 'final');
    await desk.pass(605);
    assert.equal(source.asked.length, 203);
  });

  it('goes on looking for a late start for three hours, then slower', async () => {
    desk.clock.advance(HOUR_MS + 3 * HOUR_MS - 60_000);
    desk.poller.follow(GAME);
    await desk.pass(60);
    const soon = source.asked.length;
    await desk.pass(600);
    assert.ok(soon >= 12, `${soon}`);
    assert.ok(source.asked.length - soon <= 12);
  });

  it('reads as often as it is told', async () => {
    desk.poller.close();
    desk = new Desk([source], { rates: { liveMs: 2_000, preGameMs: 30_000 } });
    desk.poller.follow(GAME);
    await desk.pass(300);
    assert.equal(source.asked.length, 10 + 1);
  });

  it('asks for games together though they were followed at different times', async () => {
    desk.poller.follow(GAME);
    await desk.pass(7);
    desk.poller.follow(OTHER);
    await desk.pass(60);
    assert.deepEqual(source.asked, [[GAME.eventTicker], [OTHER.eventTicker], [GAME.eventTicker, OTHER.eventTicker]]);
  });

  it('finds the start within five seconds and remembers it', async () => {
    desk.poller.follow(GAME);
    await desk.pass(3_601);
    source.phases.set(GAME.eventTicker, 'live');
    await desk.pass(10);
    const startedMs = desk.poller.record(GAME.eventTicker)?.state.startedMs ?? 0;
    assert.ok(startedMs > START_MS && startedMs <= START_MS + 5_000, new Date(startedMs).toISOString());
    assert.deepEqual(desk.phases, ['GSWNYK pre', 'GSWNYK live']);
  });

  it('jumps over any length of market time with one read', async () => {
    desk.poller.follow(GAME);
    await desk.pass(1);
    desk.clock.advance(2 * HOUR_MS);
    await desk.poller.settled();
    const many = source.asked.length;
    await desk.pass(5);
    assert.equal(source.asked.length, many + 1);
  });

  it('never asks twice at the same time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    source.gate = promise;
    desk.poller.follow(GAME);
    desk.clock.advance(300_000);
    assert.equal(source.asked.length, 1);
    resolve();
    await desk.poller.settled();
    await desk.pass(60);
    assert.equal(source.asked.length, 2);
  });

  it('rests after an error, in wall time and ever longer, and reports it once', async () => {
    source.error = new ScoresError('SCORES_REFUSED', 'host answered with HTTP status 503');
    desk.poller.follow(GAME);
    await desk.pass(600);
    assert.equal(source.asked.length, 1, 'market time does not end a rest');
    for (const restMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const before: number = source.asked.length;
      desk.wall.advance(restMs - 1);
      await desk.pass(1);
      assert.equal(source.asked.length, before);
      desk.wall.advance(1);
      await desk.pass(1);
      assert.equal(source.asked.length, before + 1, `after ${restMs} ms`);
    }
    assert.deepEqual(
      desk.reports.map(({ code, source: name, message }) => [code, name, message]),
      [['SCORES_REFUSED', 'kalshi', 'kalshi: host answered with HTTP status 503']],
    );
    assert.equal(desk.reports[0]?.cause, source.error);
  });

  it('is as before once the source is well, and reports the next trouble', async () => {
    source.error = new Error('connection reset');
    desk.poller.follow(GAME);
    await desk.pass(1);
    source.error = undefined;
    desk.wall.advance(1_000);
    await desk.pass(1);
    assert.deepEqual(desk.phases, ['GSWNYK pre']);
    source.error = new Error('connection reset');
    await desk.pass(60);
    desk.wall.advance(999);
    await desk.pass(1);
    assert.equal(source.asked.length, 3);
    desk.wall.advance(1);
    await desk.pass(1);
    assert.equal(source.asked.length, 4, 'the first rest again');
    assert.deepEqual(
      desk.reports.map(({ code }) => code),
      ['SCORES_SOURCE_FAILED', 'SCORES_SOURCE_FAILED'],
    );
  });

  it('lets a game wait that is followed while its source rests', async () => {
    source.error = new Error('down');
    desk.poller.follow(GAME);
    await desk.pass(1);
    desk.poller.follow(OTHER);
    await desk.poller.refresh();
    await desk.pass(30);
    assert.equal(source.asked.length, 1);
    source.error = undefined;
    desk.wall.advance(1_000);
    await desk.pass(1);
    assert.deepEqual(source.asked[1], [GAME.eventTicker, OTHER.eventTicker]);
  });

  it('goes on with the other source while one is down', async () => {
    desk.poller.close();
    const espn = new Told('espn');
    espn.phases.set(GAME.eventTicker, 'live');
    desk = new Desk([source, espn]);
    desk.poller.follow(GAME);
    await desk.pass(1);
    source.error = new Error('down');
    await desk.pass(300);
    const record = desk.poller.record(GAME.eventTicker);
    assert.equal(record?.source, 'espn');
    assert.ok(desk.clock.nowMs() - record.readMs <= 5_000);
    assert.ok((record.sightings.get('kalshi')?.readMs ?? 0) < record.readMs - 200_000);
  });

  it('says an oddity once, and again after it had been right', async () => {
    const odd: ScoreReport = {
      code: 'SCORES_STATUS_UNKNOWN',
      source: 'kalshi',
      game: GAME.eventTicker,
      seen: 'asleep',
      message: 'odd',
    };
    source.phases.delete(GAME.eventTicker);
    source.reports = [odd];
    desk.poller.follow(GAME);
    await desk.pass(300);
    assert.equal(desk.reports.length, 1);
    source.reports = [{ ...odd, seen: 'awake' }];
    await desk.pass(120);
    assert.equal(desk.reports.length, 2);
    source.reports = [];
    source.phases.set(GAME.eventTicker, 'pre');
    await desk.pass(60);
    source.phases.delete(GAME.eventTicker);
    source.reports = [{ ...odd, seen: 'awake' }];
    await desk.pass(60);
    assert.equal(desk.reports.length, 3);
  });

  it('takes in what was learned elsewhere, of games that it follows', async () => {
    desk.poller.follow(GAME);
    await desk.pass(1);
    const readMs = desk.clock.nowMs();
    const sighting = { source: 'kalshi-milestone', readMs, state: state('postponed', readMs) };
    desk.poller.accept(GAME.eventTicker, sighting);
    desk.poller.accept(OTHER.eventTicker, sighting);
    assert.deepEqual(desk.phases, ['GSWNYK pre', 'GSWNYK postponed']);
  });

  it('takes over a new schedule', async () => {
    desk.poller.follow(GAME);
    await desk.pass(1);
    desk.poller.follow({ ...GAME, startMs: desk.clock.nowMs() + 60_000 });
    await desk.pass(60);
    assert.equal(source.asked.length, 1 + 1 + 12);
  });

  it('reads now when asked to', async () => {
    desk.poller.follow(GAME);
    desk.poller.follow(OTHER);
    await desk.pass(1);
    await desk.poller.refresh([OTHER.eventTicker, 'unheard of']);
    await desk.poller.refresh();
    assert.deepEqual(source.asked.slice(1), [[OTHER.eventTicker], [GAME.eventTicker, OTHER.eventTicker]]);
  });

  it('drops a game that is no longer followed, and what is still said of it', async () => {
    desk.poller.follow(GAME);
    await desk.pass(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    source.gate = promise;
    const refreshed = desk.poller.refresh();
    await Promise.resolve();
    desk.poller.forget(GAME.eventTicker);
    source.phases.set(GAME.eventTicker, 'live');
    resolve();
    await refreshed;
    assert.deepEqual(desk.phases, ['GSWNYK pre']);
    assert.equal(desk.poller.record(GAME.eventTicker), undefined);
    assert.deepEqual(source.forgotten, [GAME.eventTicker]);
    assert.equal(desk.clock.timers, 0);
  });

  it('says nothing any more once it is closed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    source.gate = promise;
    desk.poller.follow(GAME);
    desk.clock.advance(1);
    desk.poller.close();
    resolve();
    await desk.poller.settled();
    desk.poller.follow(OTHER);
    await desk.pass(60);
    assert.deepEqual([desk.changes, source.asked.length], [[], 1]);
  });
});

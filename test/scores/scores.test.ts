import assert from 'node:assert/strict';
import { generatedScenario, parseGames, recordedScenario } from '../../lib/exchange/scenario/index.ts';
import { KALSHI_MILESTONE, type LiveScoresOptions, liveScores } from '../../lib/scores/index.ts';
import type { GamePhase } from '../../lib/trading/game.ts';
import type { KnownGame, ListedGame, ScoreProblem, Scores } from '../../lib/trading/ports/market-data.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { type Floor, openFloor, Work } from '../kalshi/venue-stage.ts';
import { fixture, listOf } from './fixtures.ts';

const START_MS = Date.UTC(2027, 0, 16, 0, 30);
const NOW_MS = START_MS + 2 * 3_600_000;
const EVENT = 'KXNBAGAME-27JAN15GSWNYK';

function listed(eventTicker = EVENT): ListedGame {
  return {
    eventTicker,
    seriesTicker: 'KXNBAGAME',
    league: 'NBA',
    title: '',
    home: undefined,
    away: undefined,
    startMs: START_MS,
    hasScoreSource: true,
    markets: [],
  };
}

/** Live scores of the fixtures, on time by hand. */
class Desk {
  readonly clock = new VirtualClock(NOW_MS);
  readonly wall = new VirtualClock();
  readonly work = new Work();
  readonly changes: [string, GamePhase][] = [];
  readonly problems: ScoreProblem[] = [];
  milestones = new Map(listOf(fixture('kalshi-milestones'), 'milestones').map((one) => [eventOf(one), one]));
  live: unknown = fixture('kalshi-live-data');
  reads = 0;
  readonly scores: Scores;

  constructor(change: Partial<LiveScoresOptions> = {}) {
    this.scores = liveScores({
      milestoneOf: (eventTicker) => this.milestones.get(eventTicker),
      readLiveData: async () => {
        this.reads++;
        if (this.live instanceof Error) throw this.live;
        return this.live;
      },
      clock: this.clock,
      wall: this.wall,
      activity: this.work,
      ...change,
    });
    this.scores.listen({
      changed: (eventTicker, { state }) => this.changes.push([eventTicker, state.phase]),
      problem: (problem) => this.problems.push(problem),
    });
  }

  /** Changes the milestone of the game. */
  say(details: object): void {
    const milestone = this.milestones.get(EVENT) ?? assert.fail();
    this.milestones.set(EVENT, { ...milestone, details: { ...(milestone['details'] as object), ...details } });
  }
}

/** Live data of the game that say only this. */
function liveWith(details: object): unknown {
  const [milestone] = listOf(fixture('kalshi-milestones'), 'milestones').filter((one) => eventOf(one) === EVENT);
  return { live_datas: [{ type: 'basketball_game', milestone_id: milestone?.['id'], details }] };
}

function eventOf(milestone: Record<string, unknown>): string {
  return String((milestone['primary_event_tickers'] as unknown[])[0]);
}

describe('live scores', () => {
  it('read a game that is followed, say what changed, and know it', async () => {
    const desk = new Desk();
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.deepEqual(desk.changes, [[EVENT, 'live']]);
    const known = desk.scores.game(EVENT);
    assert.deepEqual([known?.source, known?.readMs], ['kalshi', NOW_MS]);
    assert.deepEqual([known?.state.period, known?.state.homeScore, known?.state.awayScore], [4, 99, 101]);
    assert.deepEqual(desk.problems, []);
    await desk.work.rest();
    desk.scores.close();
  });

  it('poll by themselves as market time goes, and count that as work', async () => {
    const desk = new Desk();
    desk.scores.follow(listed());
    await desk.scores.refresh();
    await desk.work.rest();
    assert.equal(desk.reads, 1);
    desk.clock.advance(5_000);
    assert.deepEqual([desk.reads, desk.work.underWay], [2, 1]);
    await desk.work.rest();
    assert.equal(desk.scores.game(EVENT)?.readMs, NOW_MS + 5_000);
    desk.scores.forget(EVENT);
    desk.clock.advance(60_000);
    assert.deepEqual([desk.reads, desk.scores.game(EVENT)], [2, undefined]);
    desk.scores.close();
  });

  it('have nothing of a game without a milestone, and do not ask', async () => {
    const desk = new Desk();
    desk.scores.follow(listed('KXNBAGAME-27JAN15AAABBB'));
    await desk.scores.refresh();
    assert.deepEqual([desk.reads, desk.problems, desk.scores.game('KXNBAGAME-27JAN15AAABBB')], [0, [], undefined]);
    desk.scores.close();
  });

  it('say once what is wrong, and again when it was right in between', async () => {
    const desk = new Desk();
    const good = desk.live;
    desk.live = { live_datas: null };
    desk.scores.follow(listed());
    for (let time = 0; time < 3; time++) await desk.scores.refresh();
    const nothing = { code: 'SCORES_NOTHING_SAID', eventTicker: EVENT, message: `kalshi: no live data of ${EVENT}` };
    assert.deepEqual(desk.problems, [nothing]);
    desk.live = good;
    await desk.scores.refresh();
    desk.live = { live_datas: null };
    await desk.scores.refresh();
    assert.deepEqual(desk.problems, [nothing, nothing]);
    desk.scores.close();
  });

  it('say of which source they know nothing when it cannot be read', async () => {
    const desk = new Desk();
    desk.live = new Error('gone');
    desk.scores.follow(listed());
    await desk.scores.refresh();
    await desk.scores.refresh();
    assert.deepEqual(desk.problems, [{ code: 'SCORES_SOURCE_FAILED', eventTicker: undefined, message: 'kalshi: gone' }]);
    await desk.work.rest();
    desk.scores.close();
  });

  it('say once that a milestone is of a kind that is not followed', () => {
    const desk = new Desk();
    const milestone = desk.milestones.get(EVENT) ?? assert.fail();
    desk.milestones.set(EVENT, { ...milestone, type: 'golf_tournament' });
    desk.scores.follow(listed());
    desk.scores.follow(listed());
    assert.deepEqual(
      desk.problems.map(({ code, eventTicker }) => [code, eventTicker]),
      [['SCORES_TYPE_UNKNOWN', EVENT]],
    );
    desk.scores.close();
  });

  it('follow the listed event, whichever of its events the milestone names first', async () => {
    const desk = new Desk();
    const other = 'KXNBA-27';
    desk.milestones.set(other, desk.milestones.get(EVENT) ?? assert.fail());
    desk.scores.follow(listed(other));
    await desk.scores.refresh();
    assert.equal(desk.scores.game(other)?.state.phase, 'live');
    desk.scores.close();
  });

  const milestones: [status: string, phase: GamePhase | undefined, problems: string[]][] = [
    ['complete', 'final', []],
    ['postponed', 'postponed', []],
    ['scheduled', undefined, []],
    ['', undefined, []],
    ['a word that nobody knows', undefined, ['SCORES_STATUS_UNKNOWN']],
  ];
  for (const [status, phase, problems] of milestones) {
    it(`take "${status}" of a milestone ${phase === undefined ? 'for no news' : `as ${phase}`}`, () => {
      const desk = new Desk();
      desk.say({ status });
      for (let time = 0; time < 2; time++) desk.scores.follow(listed());
      const known: KnownGame | undefined = desk.scores.game(EVENT);
      assert.deepEqual(
        [known?.state.phase, known?.source],
        phase === undefined ? [undefined, undefined] : [phase, KALSHI_MILESTONE],
      );
      assert.deepEqual(
        desk.problems.map(({ code }) => code),
        problems,
      );
      desk.scores.close();
    });
  }

  it('hear of a game that is called off when the milestone is listed anew, for as long as it is listed so', async () => {
    const desk = new Desk();
    desk.live = { live_datas: [] };
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.equal(desk.scores.game(EVENT), undefined);
    desk.say({ status: 'postponed' });
    desk.live = liveWith({ status: 'not_started' });
    for (let minute = 0; minute < 10; minute++) {
      await desk.scores.refresh();
      assert.equal(desk.scores.game(EVENT)?.state.phase, 'postponed', `minute ${minute}`);
      desk.clock.advance(60_000);
      await desk.work.rest();
    }
    desk.say({ status: 'scheduled' });
    await desk.scores.refresh();
    desk.clock.advance(240_000);
    await desk.scores.refresh();
    assert.deepEqual([desk.scores.game(EVENT)?.state.phase, desk.problems.length], ['pre', 1]);
    await desk.work.rest();
    desk.scores.close();
  });

  it('believe who sees the game being played rather than a milestone that still calls it off', async () => {
    const desk = new Desk();
    desk.say({ status: 'postponed' });
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.equal(desk.scores.game(EVENT)?.state.phase, 'postponed');
    desk.clock.advance(240_000);
    await desk.scores.refresh();
    assert.equal(desk.scores.game(EVENT)?.state.phase, 'live');
    await desk.work.rest();
    desk.scores.close();
  });

  it('let a milestone take back that a game is over', async () => {
    const desk = new Desk();
    desk.say({ status: 'complete' });
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.equal(desk.scores.game(EVENT)?.state.phase, 'final');
    desk.say({ status: 'inprogress' });
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.deepEqual([desk.scores.game(EVENT)?.state.phase, desk.scores.game(EVENT)?.state.period], ['live', 4]);
    desk.scores.close();
  });

  it('do not take a game that was on when they came for one whose start they saw', async () => {
    const desk = new Desk();
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.deepEqual([desk.scores.game(EVENT)?.state.phase, desk.scores.game(EVENT)?.state.startedMs], ['live', undefined]);
    desk.scores.close();
  });

  it('ask ESPN where it is set, and hear of a game from there when Kalshi is silent', async () => {
    const asked: string[] = [];
    const readScoreboard = async (competition: string, day: string) => {
      asked.push(`${competition} ${day}`);
      return fixture('espn-nba');
    };
    const desk = new Desk({ espn: { readScoreboard } });
    desk.live = { live_datas: null };
    desk.scores.follow(listed());
    await desk.scores.refresh();
    assert.deepEqual([...new Set(asked)], ['NBA 2027-01-15']);
    const known = desk.scores.game(EVENT);
    assert.deepEqual([known?.source, known?.state.period, known?.state.awayScore], ['espn', 4, 101]);
    await desk.work.rest();
    desk.scores.close();
  });

  it('end for good', async () => {
    const desk = new Desk();
    desk.scores.follow(listed());
    await desk.scores.refresh();
    desk.scores.close();
    desk.clock.advance(60_000);
    await desk.scores.refresh();
    assert.equal(desk.reads, 1);
    assert.equal(desk.clock.timers, 0);
  });
});

describe('live scores of a practice night', function () {
  this.timeout(60_000);
  let floor: Floor;

  afterEach(async () => {
    await floor.work.rest();
    await floor.close();
  });

  /** Scores that are asked after each step of the night, as a program in lockstep does. */
  async function follow(options: Parameters<typeof openFloor>[0]) {
    floor = await openFloor(options);
    floor.step();
    const { client } = floor.practice.member();
    await client.learnLimits();
    const data = floor.marketData(floor.practice.member(), { client });
    const scores = liveScores({
      milestoneOf: (eventTicker) => data.milestoneOf(eventTicker),
      readLiveData: (ids) => client.liveData.batch({ milestone_ids: [...ids] }),
      clock: floor.clock,
      wall: new VirtualClock(),
      activity: floor.work,
    });
    const games = await data.list({ leagues: ['NBA'], series: [], tickers: [] });
    for (const game of games) scores.follow(game);
    return { scores, game: games[0] ?? assert.fail() };
  }

  it('go from before the game to its end, and know its start', async () => {
    const { scores, game } = await follow({ scenario: generatedScenario({ seed: 214, games: 1, leagues: ['NBA'] }) });
    const phases: GamePhase[] = [];
    const problems: ScoreProblem[] = [];
    scores.listen({
      changed: (eventTicker, { state }) => {
        assert.equal(eventTicker, game.eventTicker);
        if (phases.at(-1) !== state.phase) phases.push(state.phase);
      },
      problem: (problem) => problems.push(problem),
    });
    for (let step = 0; scores.game(game.eventTicker)?.state.phase !== 'final'; step++) {
      assert.ok(floor.step());
      await scores.refresh();
    }
    assert.deepEqual(problems, []);
    assert.deepEqual(phases, ['pre', 'live', 'break', 'live', 'break', 'live', 'break', 'live', 'final']);
    const startedMs = scores.game(game.eventTicker)?.state.startedMs ?? 0;
    assert.ok(startedMs >= (game.startMs ?? Number.POSITIVE_INFINITY));
    scores.close();
  });

  it('know the exact start of a recorded game', async () => {
    const startS = Date.UTC(2026, 0, 5, 0, 30) / 1000;
    const header = {
      league: 'NBA',
      event_ticker: 'KXNBAGAME-26JAN04BOSNYK',
      ticker: 'KXNBAGAME-26JAN04BOSNYK-NYK',
      yes_team: 'NYK',
      home: 'NYK',
      away: 'BOS',
      date_local: '2026-01-04',
      start_ts: startS,
      result: 'yes',
    };
    const rows = Array.from({ length: 40 }, (_, minute) => [startS + (minute - 20) * 60, 60, 60, 60, 60, 10]);
    const line = JSON.stringify({ header, columns: ['ts', 'open', 'high', 'low', 'close', 'volume'], rows });
    const { scores, game } = await follow({
      scenario: recordedScenario({ sides: parseGames([line], 'games'), reading: 'exact' }),
    });
    while (scores.game(game.eventTicker)?.state.phase !== 'final') {
      assert.ok(floor.step());
      await scores.refresh();
    }
    assert.equal(scores.game(game.eventTicker)?.state.startedMs, startS * 1000);
    scores.close();
  });
});

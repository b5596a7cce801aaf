import assert from 'node:assert/strict';
import type { AccountState } from '../../lib/account/contract.ts';
import type { Trip, Until } from '../../lib/trading/breaker.ts';
import { clockText, phaseOf } from '../../lib/web/read/clock-text.ts';
import { engineView } from '../../lib/web/read/engine.ts';
import { environmentView, steadyEnvironment } from '../../lib/web/read/environment.ts';
import { healthView } from '../../lib/web/read/health.ts';
import { knownGame, listedGame, MIA, MINUTE_MS, marketOf, NOW_MS, START_MS } from './game.ts';
import { ScriptedFeed } from './scripted.ts';

const CLOCK = { nowMs: () => NOW_MS, after: () => () => {} };
const HEALTHY = { isHealthy: true, code: undefined, reason: '' };

describe('what time it is for pages', () => {
  const view = (marketMs: number, wallMs: number, speed = 60) =>
    environmentView({ name: 'practice', practice: { night: 'night 7', speed }, marketMs, wallMs });

  it('is told once while it runs as it was told to', () => {
    const first = view(0, 0);
    assert.equal(steadyEnvironment(first, view(600_000, 10_000)), first);
    assert.equal(steadyEnvironment(first, view(600_000 + 50_000, 10_000)), first);
  });

  it('is told anew when it runs faster, jumps or stands', () => {
    const first = view(0, 0);
    const others = [view(600_000, 10_000, 30), view(700_000, 10_000), view(0, 10_000)];
    for (const now of others) assert.equal(steadyEnvironment(first, now), now);
  });

  it('has no night and no speed of practice elsewhere', () => {
    const demo = environmentView({ name: 'demo', practice: { night: 'x', speed: 60 }, marketMs: 0, wallMs: 0 });
    assert.deepEqual([demo.night, demo.speed], [null, null]);
  });
});

describe('the clock of a game', () => {
  const game = listedGame();
  const cases: [string, Parameters<typeof clockText>, string, string][] = [
    ['in play', [game, knownGame(), NOW_MS], 'live', 'Q3 4:21'],
    ['at halftime', [game, knownGame({ phase: 'break', period: 2, clockS: 0 }), NOW_MS], 'break', 'halftime'],
    ['before the start', [game, undefined, START_MS - MINUTE_MS], 'pre', 'not begun'],
    ['late to start', [game, knownGame({ phase: 'pre', period: undefined, clockS: undefined }), NOW_MS], 'pre', 'about to start'],
    ['postponed', [game, knownGame({ phase: 'postponed' }), NOW_MS], 'postponed', 'postponed'],
    ['of which nobody tells', [game, undefined, NOW_MS], 'unknown', 'no game state'],
    ['without a start time', [listedGame({ startMs: undefined }), undefined, NOW_MS], 'unknown', 'no game state'],
    [
      'that nobody scores',
      [listedGame({ hasScoreSource: false }), undefined, NOW_MS],
      'live',
      'minute 50 on the wall clock (no game state)',
    ],
    [
      'whose markets have closed',
      [listedGame({ markets: [marketOf(MIA, { status: 'closed' })] }), knownGame(), NOW_MS],
      'final',
      'over',
    ],
  ];
  for (const [what, given, phase, text] of cases) {
    it(`of a game ${what} says "${text}"`, () => {
      assert.equal(phaseOf(...given), phase);
      assert.equal(clockText(...given), text);
    });
  }
});

describe('the engine', () => {
  const armed: AccountState = { status: 'armed', reason: '', code: undefined };
  const tripUntil = (until: Until): Trip => ({
    rule: 'daily_loss',
    reason: 'the day has lost 500.00 dollars',
    reading: 1,
    limit: 1,
    until,
    trippedMs: NOW_MS,
    tradingDay: '2026-11-19',
  });
  const told = (state: AccountState, trips: Trip[] = []) => engineView({ state, trips, rules: 1, lastRun: undefined });

  it('says that nothing is wrong', () => {
    assert.deepEqual(told(armed), {
      state: 'running',
      text: 'Systems normal.',
      code: null,
      rules: 1,
      blocks: [],
      reconciled: null,
    });
  });

  const ends: [Until, string, string | null, boolean][] = [
    [
      { kind: 'time', atMs: Date.parse('2026-11-20T02:14:00Z') },
      'Resumes at 21:14 ET, or reset with a note.',
      '2026-11-20T02:14:00.000Z',
      true,
    ],
    [{ kind: 'next_trading_day' }, 'Resumes tomorrow, or reset with a note.', '2026-11-20T05:00:00.000Z', true],
    [{ kind: 'reset' }, 'Until it is reset with a note.', null, true],
    [{ kind: 'reading' }, 'Resumes by itself as soon as there is room.', null, false],
  ];
  for (const [until, end, at, canReset] of ends) {
    it(`says what ends a block: ${end}`, () => {
      const view = told({ status: 'blocked', reason: 'the day has lost 500.00 dollars', code: 'BREAKER_OPEN' }, [
        tripUntil(until),
      ]);
      assert.equal(view.text, `Entries are blocked: the day has lost 500.00 dollars. Exits go on. ${end}`);
      assert.deepEqual([view.state, view.code], ['blocked', 'BREAKER_OPEN']);
      assert.deepEqual([view.blocks[0]?.until, view.blocks[0]?.canReset], [at, canReset]);
    });
  }

  const states: [AccountState, string][] = [
    [{ ...armed, status: 'starting', reason: 'reconciling.' }, 'Starting: reconciling. Nothing is traded yet.'],
    [{ ...armed, status: 'paused' }, 'Paused. Exits go on. Resume to let rules buy again.'],
    [{ ...armed, status: 'refused', reason: 'the key is not valid' }, 'Not trading: the key is not valid.'],
    [{ ...armed, status: 'closed' }, 'The account is closed.'],
    [{ ...armed, status: 'blocked', reason: 'the memory is full' }, 'Entries are blocked: the memory is full. Exits go on.'],
  ];
  for (const [state, text] of states) it(`says "${text}"`, () => assert.equal(told(state).text, text));

  it('does not promise that a limit which ends lets entries go on while something else blocks', () => {
    const hour = tripUntil({ kind: 'time', atMs: NOW_MS });
    const day = { ...tripUntil({ kind: 'next_trading_day' }), rule: 'consecutive_losses' as const };
    const fault: AccountState = { status: 'blocked', reason: 'the memory is full', code: 'STORE_FULL' };
    assert.equal(told(fault, [hour]).text, 'Entries are blocked: the memory is full. Exits go on.');
    const both: AccountState = { status: 'blocked', reason: hour.reason, code: 'BREAKER_OPEN' };
    assert.equal(
      told(both, [hour, day]).text,
      'Entries are blocked: the day has lost 500.00 dollars. Exits go on. 2 limits block: each has to end or be reset with a note.',
    );
  });

  it('tells how the last reconciliation went', () => {
    const run = {
      agreed: false,
      cause: 'start' as const,
      atMs: NOW_MS,
      findings: ['one order too many'],
      repairs: [],
      failure: undefined,
    };
    const texts = [
      run,
      { ...run, agreed: true, findings: [], repairs: ['a fill was booked'] },
      { ...run, failure: { code: 'KALSHI_UNREACHABLE', message: 'the exchange does not answer' } },
    ].map((lastRun) => engineView({ state: armed, trips: [], rules: 0, lastRun }).reconciled?.text);
    assert.deepEqual(texts, [
      'Memory and exchange differ: one order too many.',
      'Memory and exchange agree. 1 repaired: a fill was booked.',
      'Not reconciled: the exchange does not answer',
    ]);
  });
});

describe('health', () => {
  function feedWith(change: (feed: ScriptedFeed) => void): ScriptedFeed {
    const feed = new ScriptedFeed('practice', CLOCK);
    feed.listed.set('E', listedGame({ eventTicker: 'E' }));
    change(feed);
    return feed;
  }
  const view = (feed: ScriptedFeed | undefined, account?: AccountState) =>
    healthView({ feed, account, orders: undefined, memory: HEALTHY });

  it('tells how old the score of a game in play is', () => {
    const fresh = view(feedWith((feed) => feed.states.set('E', knownGame())));
    assert.deepEqual(fresh.scores, { state: 'fresh', ageSeconds: 3, reason: '' });
    const stale = view(feedWith((feed) => feed.states.set('E', knownGame({}, NOW_MS - 47_000))));
    assert.deepEqual(stale.scores, { state: 'stale', ageSeconds: 45, reason: 'the score of CHI at MIA is 45 s old' });
  });

  it('says that scores are down when nobody tells of a game that has begun, and why', () => {
    const { scores } = view(
      feedWith((feed) => {
        feed.reported = [{ code: 'SCORES_UNREACHABLE', eventTicker: undefined, message: 'ESPN does not answer' }];
      }),
    );
    assert.deepEqual(scores, { state: 'down', ageSeconds: null, reason: 'ESPN does not answer' });
  });

  it('says that there are none where no game has a source', () => {
    const { scores } = view(feedWith((feed) => feed.listed.set('E', listedGame({ hasScoreSource: false }))));
    assert.equal(scores.state, 'none');
  });

  it('is blind without a feed, and tells a blind one by its reason', () => {
    assert.equal(view(undefined).feed.state, 'blind');
    const { feed } = view(
      feedWith((one) => {
        one.standing = { kind: 'blind', heardAgeMs: 16_200, reason: 'nothing heard for 16 s' };
      }),
    );
    assert.deepEqual(feed, { state: 'blind', ageSeconds: 15, reason: 'nothing heard for 16 s' });
  });

  it('tells of orders by the venue where it speaks, by the account where not', () => {
    const orders = { isHealthy: true, lastMs: 41.4, reason: '' };
    assert.equal(healthView({ feed: undefined, account: undefined, orders, memory: HEALTHY }).orders.lastMs, 41);
    const states: [AccountState['status'], string | undefined, string][] = [
      ['armed', undefined, 'healthy'],
      ['blocked', 'BREAKER_OPEN', 'healthy'],
      ['blocked', 'KALSHI_UNREACHABLE', 'unhealthy'],
      ['starting', undefined, 'unhealthy'],
    ];
    for (const [status, code, state] of states) {
      assert.equal(view(undefined, { status, code, reason: 'r' }).orders.state, state);
    }
  });
});

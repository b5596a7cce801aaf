import assert from 'node:assert/strict';
import { dayAfter, newDay } from '../../lib/account/day.ts';
import { dayStartMs, newYorkDay, nextDay } from '../../lib/trading/trading-day.ts';
import type { ActivityView, ChartView, DayView, StatusView, TradingHealthView } from '../../lib/web/contract.ts';
import { ROUTES } from '../../lib/web/web.ts';
import { busyStage, LATER, OVER } from './busy-stage.ts';
import { CHI, EVENT, knownGame, MIA, NOW_MS, START_MS, tradeRow } from './game.ts';
import { ScriptedAccount } from './scripted.ts';
import type { Answer, Stage } from './stage.ts';

function codeOf({ json }: Answer): string | undefined {
  return (json as { code?: string } | undefined)?.code;
}

describe('reading', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await busyStage();
  });
  afterEach(() => stage.close());

  it('tells the status of the first account, or of the named one', async () => {
    const second = new ScriptedAccount('a2', 'practice', () => stage.marketMs);
    stage.desk.openAccounts = [stage.account, second];
    stage.desk.changed();
    const first = (await stage.ask('/api/v1/status')).json as StatusView;
    assert.deepEqual([first.account, first.engine.state, first.engine.rules], ['a1', 'blocked', 1]);
    const named = (await stage.ask('/api/v1/status?account=a2')).json as StatusView;
    assert.deepEqual([named.account, named.engine.text], ['a2', 'Systems normal.']);
    assert.deepEqual(
      named.accounts.map(({ id }) => id),
      ['a1', 'a2'],
    );
  });

  it('draws the chart of the favourite, or of the named market', async () => {
    const chart = (await stage.ask(`/api/v1/games/${EVENT}/chart`)).json as ChartView;
    assert.equal(chart.ticker, MIA);
    assert.deepEqual(
      chart.marks.map(({ kind }) => kind),
      ['entry', 'exit', 'entry'],
    );
    assert.deepEqual([chart.stop, chart.take], [40, 70]);
    assert.deepEqual(
      chart.points.map(({ bid }) => bid),
      [52],
    );
    assert.ok(chart.decisions.length > 0);
    // Other markets' trades are not its own.
    const other = (await stage.ask(`/api/v1/games/${EVENT}/chart?ticker=${CHI}`)).json as ChartView;
    assert.deepEqual([other.ticker, other.marks, other.stop], [CHI, [], null]);
  });

  it('puts games into their lists', async () => {
    const lists = (await stage.ask('/api/v1/games/tracked')).json as Record<string, { event: string }[]>;
    const events = Object.fromEntries(Object.entries(lists).map(([list, games]) => [list, games.map(({ event }) => event)]));
    assert.deepEqual(events, { live: [EVENT], upcoming: [LATER], finished: [OVER] });
    assert.deepEqual(Object.keys((await stage.ask('/api/v1/games/live')).json as object), ['live']);
  });

  it('shows among the live games one that should have begun and of which nobody tells', async () => {
    stage.feed.states.delete(EVENT);
    const { live } = (await stage.ask('/api/v1/games/live')).json as { live: { phase: string }[] };
    assert.deepEqual(
      live.map(({ phase }) => phase),
      ['unknown'],
    );
    stage.feed.states.set(EVENT, knownGame({ phase: 'postponed' }));
    const lists = (await stage.ask('/api/v1/games/tracked')).json as Record<string, { phase: string }[]>;
    assert.equal(lists.upcoming?.[0]?.phase, 'postponed');
  });

  it('tells the trades of a day and of a time', async () => {
    const day = (await stage.ask('/api/v1/stats/daily')).json as { day: string; trades: number; net: number };
    assert.deepEqual([day.day, day.trades, day.net], ['2026-11-19', 1, 16.1]);
    const before = (await stage.ask('/api/v1/stats/daily?day=2026-11-18')).json as { trades: number };
    assert.equal(before.trades, 0);
    const since = encodeURIComponent(new Date(NOW_MS).toISOString());
    assert.deepEqual((await stage.ask(`/api/v1/positions/history?since=${since}`)).json, { trades: [] });
    assert.equal(((await stage.ask(`/api/v1/positions/history?until=${since}`)).json as { trades: [] }).trades.length, 1);
  });

  it('counts a day as the account does, to the millisecond of midnight', async () => {
    const day = newYorkDay(NOW_MS);
    const [beginMs, endMs] = [dayStartMs(day), dayStartMs(nextDay(day))];
    const nets = new Map([
      [beginMs - 1, 1_000_000],
      [beginMs, -2_000_000],
      [NOW_MS, 4_000_000],
      [endMs - 1, -8_000_000],
      [endMs, 16_000_000],
    ]);
    stage.pages.closed = [...nets].map(([exitMs, netE6]) => tradeRow({ exitMs, netE6, feesE6: 500_000 }));
    const told = (await stage.ask(`/api/v1/stats/daily?day=${day}`)).json as DayView;
    const untilMidnight = stage.pages.closed.filter(({ exitMs }) => exitMs < endMs);
    const { netE6, feesE6, wins, losses } = dayAfter(newDay(NOW_MS), [], untilMidnight);
    assert.deepEqual([told.net, told.fees, told.wins, told.losses], [netE6 / 1e6, feesE6 / 1e6, wins, losses]);
    assert.deepEqual([told.trades, told.net], [3, -6]);
  });

  it('pages through the log, from a level on', async () => {
    for (let i = 0; i < 5; i++) stage.pages.log({ message: `line ${i}`, level: i % 2 === 0 ? 'debug' : 'error' });
    const read = async (query: string) =>
      (await stage.ask(`/api/v1/logs?${query}`)).json as { lines: ActivityView[]; next: number | null };
    const first = await read('limit=2');
    assert.deepEqual(
      first.lines.map(({ message }) => message),
      ['line 3', 'line 1'],
    );
    const rest = await read(`limit=2&before=${first.next}`);
    assert.deepEqual([rest.lines.length, rest.next], [1, null]);
    assert.equal((await read('level=debug')).lines.length, 6);
    assert.equal((await read('category=auth')).lines.length, 0);
  });

  it('keeps the text of alerts to itself', async () => {
    assert.doesNotMatch((await stage.ask('/api/v1/alerts')).text, /secret/);
  });

  it('knows no balance of an account that has not connected', async () => {
    stage.account.standing = { status: 'starting', reason: 'connecting', code: undefined };
    assert.equal((await stage.overview()).money, null);
    assert.deepEqual([(await stage.ask('/api/v1/portfolio')).status], [503]);
  });

  it('draws today from what the memory kept and what was seen since', async () => {
    const snapshot = (atMs: number, dayPnlE6: number) => ({
      accountId: 'a1',
      atMs,
      dayPnlE6,
      balanceE6: 0,
      portfolioE6: 0,
      exposureE6: 0,
      openPositions: 0,
      totalPnlE6: 0,
      positions: [],
    });
    stage.pages.kept = [snapshot(START_MS - 86_400_000, 9_000_000), snapshot(START_MS, -5_000_000)];
    const { money } = await stage.overview();
    assert.deepEqual(
      money?.path.map(({ today }) => today),
      [-5, 16.34],
    );
  });

  it('tells that the memory cannot be read, with its code', async () => {
    stage.pages.failure = Object.assign(new Error('the disk is full: make room'), { code: 'STORE_FULL' });
    const answer = await stage.ask('/api/v1/logs');
    assert.deepEqual([answer.status, answer.json], [503, { code: 'STORE_FULL', message: 'the disk is full: make room' }]);
  });

  it('tells nothing of a defect but that there is one', async () => {
    stage.pages.failure = new Error('password is hunter2');
    const answer = await stage.ask('/api/v1/logs');
    assert.deepEqual([answer.status, codeOf(answer)], [500, 'WEB_FAILED']);
    assert.doesNotMatch(answer.text, /hunter2/);
    assert.equal(stage.reports.length, 1);
  });

  const refused: [string, number, string][] = [
    ['/api/v1/overview?account=a9', 404, 'ACCOUNT_UNKNOWN'],
    ['/api/v1/overview?acount=a1', 400, 'QUERY_INVALID'],
    ['/api/v1/overview?account=a1&account=a2', 400, 'QUERY_INVALID'],
    ['/api/v1/games/NONE/chart', 404, 'GAME_UNKNOWN'],
    [`/api/v1/games/${EVENT}/chart?ticker=${LATER}-GSW`, 404, 'MARKET_UNKNOWN'],
    ['/api/v1/stats/daily?day=2026-02-30', 400, 'QUERY_INVALID'],
    ['/api/v1/positions/history?limit=0', 400, 'QUERY_INVALID'],
    ['/api/v1/positions/history?since=yesterday', 400, 'QUERY_INVALID'],
    ['/api/v1/logs?level=loud', 400, 'QUERY_INVALID'],
    ['/api/v1/', 404, 'ROUTE_UNKNOWN'],
    ['/api/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['/api/v1/games/%ZZ/chart', 404, 'ROUTE_UNKNOWN'],
    [`/api/v1/games/${'x'.repeat(300)}/chart`, 404, 'ROUTE_UNKNOWN'],
    ['/health/other', 404, 'ROUTE_UNKNOWN'],
  ];
  for (const [path, status, code] of refused) {
    it(`refuses ${path.slice(0, 60)}`, async () => {
      const answer = await stage.ask(path);
      assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
    });
  }

  it('leaves what is not its own to others', async () => {
    for (const path of ['/', '/dashboard', '/api/v2/overview', '/api/v1x', '/healthy']) {
      assert.equal((await stage.ask(path)).status, 418);
    }
  });

  it('names the ways that a door has', async () => {
    const answer = await stage.ask('/api/v1/positions/p1');
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'DELETE']);
    assert.equal((await stage.ask('/api/v1/overview', { method: 'PUT' })).headers.allow, 'GET');
  });

  it('answers HEAD like GET without a body, and opens no stream for it', async () => {
    const head = await stage.ask('/api/v1/status', { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal((await stage.ask('/api/v1/events', { method: 'HEAD' })).status, 405);
  });

  it('is never kept by a browser nor shown in a frame', async () => {
    for (const path of ['/api/v1/status', '/api/v1/nothing', '/health']) {
      const { headers } = await stage.ask(path);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'] as string, /frame-ancestors 'none'/);
    }
  });

  it('refuses a foreign host or page everywhere', async () => {
    for (const { method, path } of ROUTES) {
      const strangers: Record<string, string>[] = [{ host: 'evil.example' }, { origin: 'http://localhost:1' }];
      for (const headers of strangers) {
        assert.equal((await stage.ask(path, { method, headers })).status, 403);
      }
    }
  });
});

describe('health', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await busyStage();
  });
  afterEach(() => stage.close());

  it('of the process follows the memory and tells of no account', async () => {
    const well = await stage.ask('/health');
    assert.equal(well.status, 200);
    assert.doesNotMatch(well.text, /a1|MIA|balance/);
    stage.health = { isHealthy: false, code: 'STORE_LOCKED', reason: 'another program has the database' };
    const ill = await stage.ask('/health');
    assert.deepEqual(
      [ill.status, (ill.json as { memory: object }).memory],
      [503, { state: 'unhealthy', reason: 'another program has the database' }],
    );
  });

  it('of trading follows feed, orders and accounts', async () => {
    assert.equal((await stage.ask('/health/trading')).status, 503);
    stage.account.standing = { status: 'paused', reason: '', code: undefined };
    const paused = await stage.ask('/health/trading');
    const [account] = (paused.json as TradingHealthView).accounts;
    assert.deepEqual([paused.status, account?.isArmed, account?.state], [200, false, 'paused']);
    assert.doesNotMatch(paused.text, /a1|MIA|balance/);
    stage.feed.standing = { kind: 'blind', heardAgeMs: 20_000, reason: 'nothing heard for 20 s' };
    assert.equal((await stage.ask('/health/trading')).status, 503);
    stage.feed.standing = { kind: 'connected', heardAgeMs: 0, reason: '' };
    stage.desk.openAccounts = [];
    stage.desk.changed();
    assert.equal((await stage.ask('/health/trading')).status, 503);
  });
});

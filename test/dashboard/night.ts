/** An invented practice night in the shapes of the contract, and what may happen in it. */
import type { ActivityView, ChartView, GameMarketView, GameView, Overview, PositionView } from '../../lib/web/contract.ts';

const TIP_OFF = Date.parse('2026-11-20T00:30:00Z');
export const NOW = Date.parse('2026-11-20T02:02:05Z');

/** Minutes after the tip-off. */
export function minute(n: number): string {
  return new Date(TIP_OFF + n * 60_000).toISOString();
}

const NAMES: Record<string, string> = {
  MIA: 'Miami',
  CHI: 'Chicago',
  DEN: 'Denver',
  PHX: 'Phoenix',
  BOS: 'Boston',
  NYK: 'New York',
  LAL: 'Los Angeles L',
  SAC: 'Sacramento',
  GSW: 'Golden State',
  MEM: 'Memphis',
  UTA: 'Utah',
  POR: 'Portland',
  ORL: 'Orlando',
  ATL: 'Atlanta',
};

function nameOf(code: string): string {
  return NAMES[code] ?? code;
}

export function marketView(team: string, event: string, change: Partial<GameMarketView> = {}): GameMarketView {
  return {
    ticker: `${event}-${team}`,
    team: nameOf(team),
    bid: 52,
    ask: 54,
    ageSeconds: 0.2,
    baseline: 65,
    grade: 'A',
    baselineText: 'frozen',
    drop: 13,
    ...change,
  };
}

export function gameView(
  away: string,
  home: string,
  change: Partial<GameView> = {},
  market: Partial<GameMarketView> = {},
): GameView {
  const event = `KXNBAGAME-26NOV19${away}${home}`;
  const bid = market.bid ?? 52;
  const other: Partial<GameMarketView> = { bid: 98 - bid, ask: 100 - bid, baseline: 35, drop: bid - 63 };
  return {
    event,
    league: 'NBA',
    title: `${nameOf(away)} at ${nameOf(home)}`,
    home: nameOf(home),
    away: nameOf(away),
    phase: 'live',
    clock: 'Q3 4:21',
    homeScore: 52,
    awayScore: 44,
    startsAt: minute(0),
    scoreAgeSeconds: 3,
    markets: [marketView(away, event, market), marketView(home, event, other)],
    favourite: `${event}-${away}`,
    funnel: 'live',
    says: 'drop 13.0 < 15.0',
    ...change,
  };
}

export function positionView(away: string, home: string, change: Partial<PositionView> = {}): PositionView {
  const event = `KXNBAGAME-26NOV19${away}${home}`;
  return {
    id: `p-${away}`,
    account: 'a-1',
    event,
    ticker: `${event}-${away}`,
    game: `${nameOf(away)} at ${nameOf(home)}`,
    team: nameOf(away),
    side: 'yes',
    contracts: 96,
    entry: 50,
    now: 58,
    priceAgeSeconds: 0.2,
    profit: 6.24,
    clock: 'Q3 4:21',
    stop: 40,
    take: 70,
    openedAt: minute(80),
    path: Array.from({ length: 40 }, (_, n) => ({ at: minute(80 + n / 3), price: Math.round(50 + n / 5 + 3 * Math.sin(n / 3)) })),
    says: 'holding: up 8.0 < 20.0',
    pending: null,
    ...change,
  };
}

export function line(id: number, message: string, change: Partial<ActivityView> = {}): ActivityView {
  return { id, at: new Date(NOW - (40 - id) * 41_000).toISOString(), level: 'info', category: 'trade', message, ...change };
}

/** Running, two positions, four live games, two upcoming. */
export function evening(change: Partial<Overview> = {}): Overview {
  return {
    accounts: [{ id: 'a-1', label: 'Night 7', environment: 'practice' }],
    account: 'a-1',
    environment: {
      name: 'practice',
      night: 'night 7',
      speed: 60,
      marketTime: new Date(NOW).toISOString(),
      wallTime: new Date(NOW).toISOString(),
    },
    health: {
      feed: { state: 'connected', ageSeconds: 0.2, reason: 'connected' },
      orders: { state: 'healthy', lastMs: 41, reason: 'orders are answered' },
      scores: { state: 'fresh', ageSeconds: 3, reason: 'from live data' },
      memory: { state: 'healthy', reason: '' },
    },
    engine: {
      state: 'running',
      text: 'Systems normal.',
      code: null,
      rules: 3,
      blocks: [],
      reconciled: { at: minute(90), agreed: true, text: 'Memory and exchange agree.' },
    },
    money: {
      balance: 10127.5,
      free: 9927.5,
      today: 127.5,
      todayFees: 14.32,
      wins: 5,
      losses: 2,
      path: Array.from({ length: 90 }, (_, n) => ({ at: minute(n), today: Math.round(n * 1.42 + 24 * Math.sin(n / 7)) })),
      atRisk: 200,
      atRiskLimit: 2000,
      worstCase: -350,
      worstCaseText: '2 open at their stops, 3 more clips of 50',
    },
    positions: [
      positionView('MIA', 'CHI'),
      positionView('DEN', 'PHX', {
        side: 'no',
        contracts: 110,
        entry: 45,
        now: 41,
        profit: -5.87,
        clock: 'Q2 0:48',
        stop: 35,
        take: 65,
        says: 'holding: down 4.0 < 10.0',
      }),
    ],
    live: [
      gameView('MIA', 'CHI', { funnel: 'filled', says: 'holding 96: one entry per game' }, { bid: 58, ask: 59, drop: 7 }),
      gameView(
        'DEN',
        'PHX',
        { funnel: 'filled', clock: 'Q2 0:48', homeScore: 61, awayScore: 49, says: 'holding 110: one entry per game' },
        { bid: 58, ask: 60 },
      ),
      gameView(
        'BOS',
        'NYK',
        { clock: 'Q1 7:02', homeScore: 12, awayScore: 15, says: 'drop 3.0 < 15.0' },
        { bid: 62, ask: 63, drop: 3 },
      ),
      gameView(
        'LAL',
        'SAC',
        { clock: 'Halftime', phase: 'break', homeScore: 58, awayScore: 40, funnel: 'dropped', says: 'spread 6.0 > 4.0' },
        { bid: 46, ask: 52, drop: 19, grade: 'B' },
      ),
    ],
    upcoming: [
      gameView(
        'GSW',
        'MEM',
        { phase: 'pre', clock: '', homeScore: null, awayScore: null, startsAt: minute(138), funnel: 'tracked', says: 'not live' },
        { baseline: 61, grade: 'B', baselineText: 'collecting 12/30', drop: null },
      ),
      gameView(
        'UTA',
        'POR',
        { phase: 'pre', clock: '', homeScore: null, awayScore: null, startsAt: minute(215), funnel: 'tracked', says: 'not live' },
        { baseline: null, grade: null, baselineText: 'opens 30 min before the start', bid: 57, ask: 59, drop: null },
      ),
    ],
    finished: [
      gameView('ORL', 'ATL', {
        phase: 'final',
        clock: 'Final',
        homeScore: 101,
        awayScore: 99,
        funnel: 'filled',
        says: 'took profit: +18.44',
      }),
    ],
    activity: [
      line(36, 'bought 96 MIA YES at 50c (dropped 15.5)'),
      line(35, 'sold 92 ORL YES at 70c: take profit, +18.44'),
      line(34, 'LAL at SAC: spread 6.0 > 4.0', { category: 'system' }),
      line(33, 'score source answered late, 4.2 s', { level: 'warning', category: 'system' }),
      line(32, 'baseline of BOS frozen at 65.0 A', { category: 'system' }),
      line(31, 'bought 110 DEN NO at 45c (dropped 16.0)'),
      line(30, 'order refused by the exchange: market is paused', { level: 'error', category: 'trade' }),
      line(29, 'reconciled: memory and exchange agree', { category: 'system' }),
    ],
    ...change,
  };
}

/** The path of a game's first market: steady before the game, then a fall and a slow return. */
export function chartView(game: GameView, ticker = game.favourite ?? ''): ChartView {
  const isHeld = ['MIA', 'DEN'].some((team) => ticker.endsWith(`-${team}`));
  const bids = Array.from({ length: 245 }, (_, n) => bidAt(n / 2 - 30));
  return {
    event: game.event,
    ticker,
    team: nameOf(ticker.slice(ticker.lastIndexOf('-') + 1)),
    startsAt: minute(0),
    startedAt: minute(0),
    baseline: { price: 65, grade: 'A' },
    points: bids.map((bid, n) => ({ at: minute(n / 2 - 30), bid, ask: bid + (n % 9 === 0 ? 3 : 1) })),
    periods: [
      { at: minute(0), label: 'Q1', isBreak: false },
      { at: minute(26), label: '', isBreak: true },
      { at: minute(28), label: 'Q2', isBreak: false },
      { at: minute(54), label: 'halftime', isBreak: true },
      { at: minute(69), label: 'Q3', isBreak: false },
    ],
    scores: Array.from({ length: 30 }, (_, n) => ({ at: minute(n * 3), home: Math.round(n * 1.8), away: Math.round(n * 1.5) })),
    marks: isHeld ? [{ at: minute(80), price: 50, contracts: 96, kind: 'entry', reason: 'dropped 15.5', profit: null }] : [],
    stop: isHeld ? 40 : null,
    take: isHeld ? 70 : null,
    decisions: Array.from({ length: 40 }, (_, n) => ({
      at: minute(n * 2),
      text: `drop ${(65 - bidAt(n * 2)).toFixed(1)} < 15.0`,
    })),
  };
}

function bidAt(minutes: number): number {
  if (minutes < 0) return 64 + (Math.round(minutes) % 3 === 0 ? 1 : 0);
  const fall = minutes < 80 ? (15 * minutes) / 80 : 15 - ((minutes - 80) * 8) / 12;
  return Math.round(64 - fall + 2.5 * Math.sin(minutes / 4));
}

/** Whether what the rules see and what they send can be trusted. */
import type { AccountState, FeedView } from '../../account/contract.ts';
import type { HealthView } from '../contract.ts';
import { phaseOf } from './clock-text.ts';
import { coarseAge } from './units.ts';

/** Whether orders and fills of an account get through, as its venue sees it. */
export interface OrderHealth {
  isHealthy: boolean;
  /** How long the last order took from sent to answered, wall time. */
  lastMs: number | undefined;
  reason: string;
}

export interface MemoryHealth {
  isHealthy: boolean;
  code: string | undefined;
  reason: string;
}

/** A score older than this is called stale: where the rules' default stops trusting it. */
const STALE_SCORE_MS = 30_000;
const VENUE_CODE = /^(KALSHI|VENUE)_/;

export function healthView(facts: {
  feed: FeedView | undefined;
  account: AccountState | undefined;
  orders: OrderHealth | undefined;
  memory: MemoryHealth;
}): HealthView {
  return {
    feed: feedHealth(facts.feed),
    orders: orderHealth(facts.account, facts.orders),
    scores: scoreHealth(facts.feed),
    memory: memoryHealth(facts.memory),
  };
}

export function feedHealth(feed: FeedView | undefined): HealthView['feed'] {
  if (feed === undefined) return { state: 'blind', ageSeconds: null, reason: 'no market data: nothing is connected' };
  const { kind, heardAgeMs, reason } = feed.health();
  const isYoung = heardAgeMs !== undefined && heardAgeMs < 10_000;
  return { state: kind, ageSeconds: isYoung ? Math.max(0, Math.floor(heardAgeMs / 500) / 2) : coarseAge(heardAgeMs), reason };
}

/** Where the venue says nothing of its own, the account's state tells: it names the exchange's error when that is what stops it. */
export function orderHealth(account: AccountState | undefined, orders: OrderHealth | undefined): HealthView['orders'] {
  if (orders !== undefined) {
    const { isHealthy, lastMs, reason } = orders;
    return { state: isHealthy ? 'healthy' : 'unhealthy', lastMs: lastMs === undefined ? null : Math.round(lastMs), reason };
  }
  if (account === undefined) return { state: 'unhealthy', lastMs: null, reason: 'no account is connected' };
  const { status, reason, code } = account;
  const isDown = status === 'starting' || status === 'refused' || status === 'closed' || VENUE_CODE.test(code ?? '');
  return { state: isDown ? 'unhealthy' : 'healthy', lastMs: null, reason: isDown ? reason : '' };
}

export function memoryHealth({ isHealthy, reason }: MemoryHealth): HealthView['memory'] {
  return { state: isHealthy ? 'healthy' : 'unhealthy', reason: isHealthy ? '' : reason };
}

/** Of games that are being played and have a source: the oldest score counts. Before that, the newest word about any game. */
export function scoreHealth(feed: FeedView | undefined): HealthView['scores'] {
  if (feed === undefined) return { state: 'none', ageSeconds: null, reason: 'nothing is connected' };
  const nowMs = feed.clock.nowMs();
  const games = feed.games().filter((game) => game.hasScoreSource);
  if (games.length === 0) return { state: 'none', ageSeconds: null, reason: 'no followed game has a score source' };
  const read = games.map((game) => {
    const known = feed.known(game.eventTicker);
    return { game, phase: phaseOf(game, known, nowMs), ageMs: known === undefined ? undefined : nowMs - known.readMs };
  });
  const playing = read.filter(({ phase }) => phase === 'live' || phase === 'break' || phase === 'unknown');
  const due = playing.filter(({ game, ageMs }) => ageMs !== undefined || (game.startMs !== undefined && game.startMs <= nowMs));
  const ages = read.map(({ ageMs }) => ageMs).filter((ageMs) => ageMs !== undefined);
  if (due.length > 0 && due.every(({ ageMs }) => ageMs === undefined)) {
    const problem = feed.problems().at(-1)?.message ?? 'no source tells the state of a game that is being played';
    return { state: 'down', ageSeconds: null, reason: problem };
  }
  const oldest = due.toSorted((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0))[0];
  if (oldest?.ageMs === undefined) {
    return { state: 'fresh', ageSeconds: ages.length === 0 ? null : coarseAge(Math.min(...ages)), reason: '' };
  }
  const isStale = oldest.ageMs > STALE_SCORE_MS;
  return {
    state: isStale ? 'stale' : 'fresh',
    ageSeconds: coarseAge(oldest.ageMs),
    reason: isStale ? `the score of ${oldest.game.title} is ${coarseAge(oldest.ageMs)} s old` : '',
  };
}

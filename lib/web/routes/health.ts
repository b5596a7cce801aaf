/** For those who keep the program running: whether it works, and whether it can trade. Neither says anything of an account's money. */
import type { ProcessHealthView, TradingHealthView } from '../contract.ts';
import { answered } from '../http/answer.ts';
import { feedHealth, memoryHealth } from '../read/health.ts';
import { iso } from '../read/units.ts';
import type { Desktop, Route } from './route.ts';

export const HEALTH_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    answer: ({ sources }) => withStatus(processHealth(sources)),
  },
  {
    method: 'GET',
    path: '/health/trading',
    answer: (desktop) => withStatus(tradingHealth(desktop)),
  },
];

function withStatus(view: ProcessHealthView | TradingHealthView) {
  return answered(view, view.status === 'healthy' ? 200 : 503);
}

function processHealth({ memory, info, wall }: Desktop['sources']): ProcessHealthView {
  const state = memoryHealth(memory.health());
  return {
    status: state.state,
    version: info.version,
    startedAt: iso(info.startedMs),
    uptimeSeconds: Math.max(0, Math.floor((wall.nowMs() - info.startedMs) / 1_000)),
    memory: state,
  };
}

function tradingHealth({ sources: { desk }, views }: Desktop): TradingHealthView {
  const feeds = desk.feeds().map((feed) => {
    const { state, reason } = feedHealth(feed);
    return { environment: feed.environment, state, reason };
  });
  const accounts = desk.accounts().map((account) => {
    const { state, code } = views.engine(account);
    const orders = views.health(account).orders.state;
    return { environment: account.environment, isArmed: account.state().status === 'armed', state, orders, code };
  });
  const canTrade = accounts.some(({ state }) => state === 'running' || state === 'paused');
  const isBlind = feeds.some(({ state }) => state === 'blind');
  return { status: canTrade && !isBlind ? 'healthy' : 'unhealthy', feeds, accounts };
}

/** What can be read. `account` names one that is open; without it the first is meant. */
import { z } from 'zod';
import { LOG_CATEGORIES } from '../../trading/ports/memory.ts';
import { dayStartMs, isDay, nextDay } from '../../trading/trading-day.ts';
import type { PortfolioView, StatusView } from '../contract.ts';
import { WebError } from '../errors.ts';
import { answered } from '../http/answer.ts';
import { queryOf } from '../http/asked.ts';
import { activityView } from '../read/activity.ts';
import { alertView } from '../read/alerts.ts';
import { dayView, tradeView } from '../read/trades.ts';
import type { Route } from './route.ts';

const ROOT = '/api/v1';
const MOST_ROWS = 500;
const MOST_DAY_TRADES = 10_000;

const account = z.string().min(1).max(100).optional();
const AccountQuery = z.strictObject({ account });
const limit = z.coerce.number().int().min(1).max(MOST_ROWS).default(100);
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const ChartQuery = z.strictObject({ account, ticker: z.string().min(1).max(100).optional() });
const HistoryQuery = z.strictObject({ account, since: instant.optional(), until: instant.optional(), limit });
const DayQuery = z.strictObject({ account, day: z.string().refine(isDay, 'is no day such as 2026-11-20').optional() });
const LogsQuery = z.strictObject({
  account,
  level: z.enum(['debug', 'info', 'warning', 'error']).default('info'),
  category: z.enum(LOG_CATEGORIES).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit,
});
const LEVELS = ['debug', 'info', 'warning', 'error'] as const;

export const READ_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${ROOT}/overview`,
    async answer({ hub }, { search }) {
      return { status: 200, json: await hub.overview(queryOf(AccountQuery, search).account) };
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/events`,
    stream: ({ hub }, { search }, response) => hub.open(response, queryOf(AccountQuery, search).account),
  },
  {
    method: 'GET',
    path: `${ROOT}/games/:event/chart`,
    async answer({ views }, { params, search }) {
      const query = queryOf(ChartQuery, search);
      return answered(await views.chart(views.account(query.account), params.event ?? '', query.ticker));
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/status`,
    answer({ views }, { search }) {
      const account = views.account(queryOf(AccountQuery, search).account);
      const status: StatusView = {
        accounts: views.accounts(),
        account: account?.id ?? null,
        environment: views.environment(account),
        health: views.health(account),
        engine: views.engine(account),
      };
      return answered(status);
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/positions`,
    answer({ views }, { search }) {
      return answered({ positions: views.positions(views.someAccount(queryOf(AccountQuery, search).account)) });
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/positions/history`,
    async answer({ views, sources }, { search }) {
      const { account, since = 0, until = Number.MAX_SAFE_INTEGER, limit: most } = queryOf(HistoryQuery, search);
      if (since > until) throw new WebError('QUERY_INVALID', 'since: is after until.');
      const { id } = views.someAccount(account);
      const trades = await sources.pages.trades(id, { sinceMs: since, untilMs: until, most });
      return answered({ trades: trades.map(tradeView) });
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/games/tracked`,
    answer({ views }, { search }) {
      return answered(views.games(views.account(queryOf(AccountQuery, search).account)));
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/games/live`,
    answer({ views }, { search }) {
      return answered(views.games(views.account(queryOf(AccountQuery, search).account), ['live']));
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/stats/daily`,
    async answer({ views, sources }, { search }) {
      const query = queryOf(DayQuery, search);
      const account = views.someAccount(query.account);
      const day = query.day ?? views.today(account);
      const range = { sinceMs: dayStartMs(day), untilMs: dayStartMs(nextDay(day)), most: MOST_DAY_TRADES };
      return answered(dayView(account.id, day, await sources.pages.trades(account.id, range)));
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/logs`,
    async answer({ views, sources }, { search }) {
      const { account, level, category, before, limit: most } = queryOf(LogsQuery, search);
      const filter = {
        accountId: views.account(account)?.id,
        levels: LEVELS.slice(LEVELS.indexOf(level)),
        categories: category === undefined ? undefined : [category],
      };
      const cursor = before === undefined ? { most } : { beforeId: before, most };
      const lines = (await sources.pages.recentActivity(filter, cursor)).map(activityView);
      return answered({ lines, next: lines.length < most ? null : (lines.at(-1)?.id ?? null) });
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/alerts`,
    async answer({ sources }, { search }) {
      const { limit: most } = queryOf(z.strictObject({ limit }), search);
      return answered({ alerts: (await sources.pages.alerts(most)).map(alertView) });
    },
  },
  {
    method: 'GET',
    path: `${ROOT}/portfolio`,
    answer({ views }, { search }) {
      const account = views.someAccount(queryOf(AccountQuery, search).account);
      const money = views.money(account, []);
      if (money === null) throw new WebError('BALANCE_UNKNOWN', 'The balance is not known yet: the account is not connected.');
      const portfolio: PortfolioView = {
        account: account.id,
        total: money.balance,
        cash: money.free,
        positions: views.positions(account),
      };
      return answered(portfolio);
    },
  },
];

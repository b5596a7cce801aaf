import assert from 'node:assert/strict';
import type { LogLine } from '../../lib/trading/ports/memory.ts';
import { onEachEngine } from './engines.ts';
import {
  closedPosition,
  committed,
  EVENT,
  NOW_MS,
  newAccount,
  OTHER_RULE,
  openPosition,
  RULE,
  TICKER,
  tradeOf,
} from './stage.ts';

onEachEngine('pages', (ground) => {
  it('show the activity of one account and of none, newest first, filtered', async () => {
    const { store } = ground;
    const [one, two] = [await newAccount(store), await newAccount(store)];
    const line = (accountId: string | undefined, message: string, change: Partial<LogLine> = {}): LogLine => ({
      accountId,
      level: 'info',
      category: 'system',
      message,
      details: { message, nothing: null },
      atMs: NOW_MS,
      ...change,
    });
    const lines = [
      line(undefined, 'started'),
      line(one.id, 'bought', { category: 'trade' }),
      line(two.id, 'bought elsewhere', { category: 'trade' }),
      line(one.id, 'slow', { level: 'warning' }),
      line(undefined, 'feed lost', { level: 'error' }),
    ];
    for (const each of lines) await store.records.log(each);
    const shown = async (filter: Partial<Parameters<typeof store.pages.recentActivity>[0]>, range = {}) => {
      const all = { accountId: one.id, levels: undefined, categories: undefined };
      const found = await store.pages.recentActivity({ ...all, ...filter }, { most: 9, ...range });
      return found.map(({ message }) => message);
    };
    assert.deepEqual(await shown({}), ['feed lost', 'slow', 'bought', 'started']);
    assert.deepEqual(await shown({ accountId: undefined }), ['feed lost', 'started']);
    assert.deepEqual(await shown({ levels: ['warning', 'error'] }), ['feed lost', 'slow']);
    assert.deepEqual(await shown({ categories: ['trade'] }), ['bought']);
    assert.deepEqual(await shown({ levels: [] }), []);
    const [last, slow, bought] = await store.pages.recentActivity(
      { accountId: one.id, levels: undefined, categories: undefined },
      { most: 3 },
    );
    assert.deepEqual(slow, { ...lines[3], id: slow?.id });
    assert.deepEqual(await shown({}, { beforeId: slow?.id }), ['bought', 'started']);
    assert.deepEqual(await shown({}, { afterId: bought?.id }), ['feed lost', 'slow']);
    assert.deepEqual(await shown({}, { afterId: bought?.id, beforeId: last?.id }), ['slow']);
    assert.deepEqual(await shown({}, { most: 1 }), ['feed lost']);
  });

  it('turn trades over piece by piece, none twice and none left out, also of one instant', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const trades = [5, 3, 3, 3, 9, 1].map((second, i) => tradeOf(id, { round: i + 1, exitMs: NOW_MS + second * 1_000 }));
    const positions = trades.map(({ round }) => closedPosition(id, { round }));
    const market = { ruleId: RULE, ticker: TICKER, eventTicker: EVENT };
    await store.books.book(id, { ...market, fills: [], settlement: undefined, positions, trades });
    const seen: number[] = [];
    for (let before: { atMs: number; id: number } | undefined; ; ) {
      const piece = await store.pages.trades(id, { most: 2, ...(before === undefined ? {} : { before }) });
      const last = piece.at(-1);
      if (last === undefined) break;
      seen.push(...piece.map(({ round }) => round));
      before = { atMs: last.exitMs, id: last.id };
    }
    assert.deepEqual(seen, [5, 1, 4, 3, 2, 6]);
    const range = await store.pages.trades(id, { sinceMs: NOW_MS + 3_000, untilMs: NOW_MS + 5_000, most: 9 });
    assert.deepEqual(
      range.map(({ round }) => round),
      [4, 3, 2],
    );
  });

  it('turn positions over by the time they were opened', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const positions = [1, 2, 3].map((round) => openPosition(id, { round, openedMs: NOW_MS + (round === 3 ? 1 : 0) }));
    const market = { ruleId: RULE, ticker: TICKER, eventTicker: EVENT };
    await store.books.book(id, { ...market, fills: [], settlement: undefined, positions, trades: [] });
    const [newest, next] = await store.pages.positions(id, { most: 2 });
    assert.deepEqual([newest?.round, next?.round], [3, 2]);
    assert.deepEqual([newest?.side, newest?.entryE2, newest?.exitE2, newest?.realizedE6], ['yes', 10_000, 0, 0]);
    assert.ok(next !== undefined);
    const rest = await store.pages.positions(id, { before: { atMs: next.openedMs, id: next.id }, most: 2 });
    assert.deepEqual(
      rest.map(({ round }) => round),
      [1],
    );
  });

  it('show orders without the messages that they came from', async () => {
    const { store } = ground;
    const { id } = await newAccount(store);
    const entry = await committed(store, id);
    const other = await committed(store, id, { ruleId: OTHER_RULE, eventTicker: 'E2', ticker: 'E2-A' });
    const [newest, oldest] = await store.pages.orders(id, { most: 9 });
    const { envelope: _, ...shown } = other;
    assert.deepEqual(newest, { ...shown, id: newest?.id });
    assert.ok(newest !== undefined);
    assert.deepEqual(await store.pages.orders(id, { beforeId: newest.id, most: 9 }), [oldest]);
    assert.deepEqual(await store.pages.ordersOf(id, TICKER), [entry]);
  });

  it('show alerts, newest first', async () => {
    const { store } = ground;
    for (const key of ['a', 'b']) {
      await store.alerts.enqueue({ key, accountId: undefined, kind: 'entry', channel: 'discord', payload: 1, atMs: NOW_MS });
    }
    assert.deepEqual(await store.pages.alerts(9), await store.alerts.recent(9));
    assert.equal((await store.pages.alerts(1))[0]?.key, 'b');
  });
});

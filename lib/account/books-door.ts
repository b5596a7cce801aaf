/** The account's books, opened to the reconciler. */
import { isOverOrder } from '../trading/order-life.ts';
import type { OrphanRow, StoredLedger } from '../trading/ports/memory.ts';
import { orphanTitle } from '../trading/reconcile-words.ts';
import type { AccountBooks } from './account-books.ts';
import type { Attribution } from './attribution.ts';
import { type Ground, postAlert, teamOf } from './ground.ts';
import type { News } from './news.ts';
import type { Settlements } from './settlements.ts';

export function openBooksTo(parts: {
  ground: Ground;
  attribution: Attribution;
  news: News;
  settlements: Settlements;
}): AccountBooks {
  const { ground, attribution, news, settlements } = parts;
  const { accountId, environment, clock, venue, books, memory } = ground;
  return {
    accountId,
    environment,
    clock,
    venue,
    orders: () => books.orders(),
    recall: async (clientOrderId) =>
      books.order(clientOrderId) ?? (await memory.orders.byClientOrderId(accountId, clientOrderId)),
    ledgers: () => books.books().map(storedLedger),
    nets: () => books.nets(),
    strays: () => attribution.strays(),
    ownerOf: (order) => attribution.ownerOf(order),
    takeOrder: (order) => attribution.takeOrder(order, 'read'),
    takeFill: (fill) => attribution.takeFill(fill),
    takeSettlement: (settlement) => settlements.take(settlement),
    closeGhost: (clientOrderId, reason) => closeGhost(ground, news, clientOrderId, reason),
    noteOrphan: (orphan) => noteOrphan(ground, orphan),
    openOrphans: () => memory.records.openOrphans(accountId),
  };
}

function storedLedger({ ruleId, ticker, eventTicker, ledger }: ReturnType<Ground['books']['books']>[number]): StoredLedger {
  return { ruleId, ticker, eventTicker, fills: ledger.fills, settlement: ledger.settlement };
}

async function closeGhost(ground: Ground, news: News, clientOrderId: string, reason: string): Promise<void> {
  const life = ground.books.order(clientOrderId)?.life;
  if (life === undefined || isOverOrder(life.state)) return;
  const atMs = ground.clock.nowMs();
  const { orderId, filledE2 } = life;
  if (orderId === undefined) {
    news.take(clientOrderId, { kind: 'placing_unknown', reason, atMs });
    news.take(clientOrderId, { kind: 'absent', reason, atMs });
  } else {
    news.take(clientOrderId, { kind: 'told', by: 'read', order: { orderId, status: 'canceled', filledE2 }, atMs });
  }
  await news.whenCommitted(clientOrderId);
}

async function noteOrphan(ground: Ground, orphan: OrphanRow): Promise<void> {
  const { memory, accountId } = ground;
  await memory.records.orphan(accountId, orphan);
  if (orphan.resolvedMs !== undefined) return;
  postAlert(ground, {
    kind: 'orphan',
    key: `orphan|${accountId}|${orphan.id}`,
    level: 'warning',
    title: orphanTitle(orphan),
    facts: [
      ['Team', teamOf(ground, orphan.ticker)],
      ['Market', orphan.ticker],
      ['Order', orphan.orderId ?? 'not known'],
    ],
  });
}

/**
 * Order groups: a fuse on the exchange. When the contracts matched by a group's orders within a rolling 15 seconds reach its
 * limit, all its orders are canceled and new ones refused until it is reset.
 */
import { announceGroup } from './announce.ts';
import { takeOffAll } from './matching.ts';
import { badRequest, notFound, Refusal } from './refusal.ts';
import type { Account, ExchangeState, OrderGroup } from './state.ts';

const WINDOW_MS = 15_000;
const MAX_LIMIT_E2 = 100_000_000;
const MAX_GROUPS = 100_000;

export function createGroup(state: ExchangeState, account: Account, limitE2: number | undefined, shard: number): OrderGroup {
  checkOpen(state);
  if (limitE2 !== undefined) checkLimit(limitE2);
  if (!state.shards.includes(shard)) throw badRequest('unknown exchange_index');
  if (account.groups.size >= MAX_GROUPS) throw badRequest('too many order groups');
  const group: OrderGroup = {
    id: state.ids.next(),
    account,
    shard,
    limitE2,
    isTriggered: false,
    matched: [],
    matchedE2: 0,
    orders: new Set(),
  };
  account.groups.set(group.id, group);
  announceGroup(state, group, 'created');
  return group;
}

/** The account's group, or a 404. */
export function groupOf(account: Account, id: string): OrderGroup {
  const group = account.groups.get(id);
  if (!group) throw notFound();
  return group;
}

/** Refuses an order for a group that is on another shard or has been triggered. */
export function checkGroup(group: OrderGroup, shard: number): void {
  if (group.shard !== shard) throw badRequest('order group belongs to another exchange_index');
  if (group.isTriggered) throw new Refusal(400, 'invalid_order', 'order group has been triggered');
}

export function setGroupLimit(state: ExchangeState, group: OrderGroup, limitE2: number): void {
  checkOpen(state);
  checkLimit(limitE2);
  group.limitE2 = limitE2;
  announceGroup(state, group, 'limit_updated');
  if (!group.isTriggered && matchedE2(state, group) >= limitE2) triggerGroup(state, group);
}

export function resetGroup(state: ExchangeState, group: OrderGroup): void {
  group.isTriggered = false;
  group.matched.length = 0;
  group.matchedE2 = 0;
  announceGroup(state, group, 'reset');
}

export function triggerGroup(state: ExchangeState, group: OrderGroup): void {
  if (group.isTriggered) return;
  group.isTriggered = true;
  cancelMembers(state, group);
  announceGroup(state, group, 'triggered');
}

export function deleteGroup(state: ExchangeState, group: OrderGroup): void {
  cancelMembers(state, group);
  group.account.groups.delete(group.id);
  announceGroup(state, group, 'deleted');
}

/** Counts a match against the group's window; says whether that has reached the limit. */
export function countMatch(state: ExchangeState, group: OrderGroup, countE2: number): boolean {
  if (group.limitE2 === undefined) return false;
  group.matched.push({ atMs: state.nowMs, countE2 });
  group.matchedE2 += countE2;
  return matchedE2(state, group) >= group.limitE2;
}

function matchedE2(state: ExchangeState, group: OrderGroup): number {
  for (let oldest = group.matched[0]; oldest && oldest.atMs <= state.nowMs - WINDOW_MS; oldest = group.matched[0]) {
    group.matchedE2 -= oldest.countE2;
    group.matched.shift();
  }
  return group.matchedE2;
}

/** Cancels the group's orders, but for those whose market takes no cancels any more: they go with its close. */
function cancelMembers(state: ExchangeState, group: OrderGroup): void {
  takeOffAll(
    state,
    [...group.orders].filter(({ market }) => market.status === 'active' || market.status === 'inactive'),
  );
}

/** While the exchange is paused as a whole, groups cannot be changed either. */
export function checkOpen(state: ExchangeState): void {
  if (!state.exchangeActive) throw new Refusal(503, 'exchange_unavailable');
}

function checkLimit(limitE2: number): void {
  if (limitE2 < 100 || limitE2 > MAX_LIMIT_E2) throw badRequest('contracts_limit must be between 1 and 1000000');
}

/** Members: their purses, keys and transfers between shards. */

import { emptyAccount } from './house.ts';
import { availableE6, purseOf } from './ledger.ts';
import { enforceMargin } from './matching.ts';
import { badRequest, notFound, Refusal } from './refusal.ts';
import type { Account, ApiKey, ExchangeState, Transfer } from './state.ts';

/** Direct members' balances are kept to a hundredth of a cent. */
export const DIRECT_PRECISION_E6 = 100;

export interface OpenAccount {
  name: string;
  tier: string;
  /** Micro-dollars by shard. */
  purses: [shard: number, amountE6: number][];
  precisionE6?: number;
}

export function openAccount(state: ExchangeState, request: OpenAccount): Account {
  for (const [shard] of request.purses) checkShard(state, shard);
  const { name, tier, precisionE6 = DIRECT_PRECISION_E6 } = request;
  const account = emptyAccount({ id: state.ids.next(), name, isHouse: false, tier, precisionE6 });
  state.accounts.set(account.id, account);
  for (const [shard, amountE6] of request.purses) deposit(state, account, shard, amountE6);
  return account;
}

/** Adds (or, negative, takes) money. A purse never goes below what it has available. */
export function deposit(state: ExchangeState, account: Account, shard: number, amountE6: number): void {
  checkShard(state, shard);
  if (amountE6 < 0 && availableE6(account, shard) + amountE6 < 0) throw new Refusal(400, 'insufficient_balance');
  purseOf(account, shard).cashE6 += amountE6;
  state.touched.add(account);
}

function checkShard(state: ExchangeState, shard: number): void {
  if (!state.shards.includes(shard)) throw badRequest(`unknown exchange_index ${shard}`);
}

export function addKey(state: ExchangeState, account: Account, key: Omit<ApiKey, 'id'>): ApiKey {
  const added = { ...key, id: state.ids.next() };
  account.keys.set(added.id, added);
  state.accountByKey.set(added.id, account);
  return added;
}

export function deleteKey(state: ExchangeState, account: Account, keyId: string): void {
  if (!account.keys.delete(keyId)) throw notFound();
  state.accountByKey.delete(keyId);
}

/** Moves cash between an account's shards at once. */
export function transfer(state: ExchangeState, account: Account, fromShard: number, toShard: number, amountE6: number): Transfer {
  checkShard(state, fromShard);
  checkShard(state, toShard);
  if (amountE6 <= 0) throw badRequest('amount must be positive');
  if (availableE6(account, fromShard) < amountE6) throw new Refusal(400, 'insufficient_balance');
  purseOf(account, fromShard).cashE6 -= amountE6;
  purseOf(account, toShard).cashE6 += amountE6;
  const done = { id: state.ids.next(), fromShard, toShard, amountE6, atMs: state.nowMs };
  account.transfers.push(done);
  state.touched.add(account);
  enforceMargin(state, account, fromShard);
  return done;
}

/** Spreads what is available over the shards by percent (of whole cents), which must add up to at most 100. */
export function allocate(
  state: ExchangeState,
  account: Account,
  allocation: { exchangeIndex: number; percent: number }[],
  reservation: string,
): void {
  const sum = allocation.reduce((total, part) => total + part.percent, 0);
  const isKnown = allocation.every((part) => state.shards.includes(part.exchangeIndex) && part.percent >= 0);
  if (!isKnown || sum > 100) throw badRequest('allocations must name known shards and add up to at most 100 percent');
  account.allocation = allocation;
  account.reservation = reservation;
  const total = state.shards.reduce((amount, shard) => amount + Math.max(0, availableE6(account, shard)), 0);
  for (const part of allocation) {
    const targetE6 = Math.floor((total * part.percent) / 100 / 10_000) * 10_000;
    const missing = targetE6 - availableE6(account, part.exchangeIndex);
    if (missing <= 0) continue;
    pull(state, account, part.exchangeIndex, missing, allocation, total);
  }
}

function pull(
  state: ExchangeState,
  account: Account,
  toShard: number,
  missingE6: number,
  allocation: { exchangeIndex: number; percent: number }[],
  totalE6: number,
): void {
  let missing = missingE6;
  for (const shard of state.shards) {
    const percent = allocation.find((part) => part.exchangeIndex === shard)?.percent ?? 0;
    const spare = availableE6(account, shard) - Math.floor((totalE6 * percent) / 100);
    const amount = Math.min(missing, Math.floor(spare / 10_000) * 10_000);
    if (shard === toShard || amount <= 0) continue;
    transfer(state, account, shard, toShard, amount);
    missing -= amount;
  }
}

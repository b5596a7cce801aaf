/** Everything a member, or the person running the night, can ask of the exchange: plain data, so that it can be journaled. */
import type { ScenarioAction } from '../scenario/types.ts';
import { addKey, allocate, deleteKey, deposit, type OpenAccount, openAccount, transfer } from './accounts.ts';
import { checkOpen, createGroup, deleteGroup, groupOf, resetGroup, setGroupLimit, triggerGroup } from './groups.ts';
import { setActivity } from './lifecycle.ts';
import {
  type AmendOrder,
  amendOrder,
  cancelAll,
  cancelOrder,
  type DecreaseOrder,
  decreaseOrder,
  type OrderAnswer,
  type PlaceOrder,
  placeOrder,
} from './orders.ts';
import { notFound, Refusal } from './refusal.ts';
import { performAction } from './stage.ts';
import type { Account, ApiKey, ExchangeState, Transfer } from './state.ts';

/** What remains of an order after a decrease, or was taken off by a cancel. */
export interface OrderChange {
  orderId: string;
  clientOrderId: string;
  countE2: number;
  atMs: number;
}

/** One item of a batch: its answer, or why it was refused. */
export type BatchItem<T> = { ok: true; answer: T } | { ok: false; refusal: Refusal };

interface Commands {
  open_account: { asks: OpenAccount; answers: Account };
  deposit: { asks: { accountId: string; shard: number; amountE6: number }; answers: void };
  set_tier: { asks: { accountId: string; tier: string }; answers: void };
  add_key: { asks: { accountId: string } & Omit<ApiKey, 'id'>; answers: ApiKey };
  delete_key: { asks: { accountId: string; keyId: string }; answers: void };
  transfer: { asks: { accountId: string; fromShard: number; toShard: number; amountE6: number }; answers: Transfer };
  allocate: {
    asks: { accountId: string; allocation: { exchangeIndex: number; percent: number }[]; reservation: string };
    answers: void;
  };
  place: { asks: { accountId: string; order: PlaceOrder }; answers: OrderAnswer };
  place_batch: { asks: { accountId: string; orders: PlaceOrder[] }; answers: BatchItem<OrderAnswer>[] };
  amend: { asks: { accountId: string; orderId: string; amend: AmendOrder }; answers: OrderAnswer };
  decrease: { asks: { accountId: string; orderId: string; decrease: DecreaseOrder }; answers: OrderChange };
  cancel: { asks: { accountId: string; orderId: string }; answers: OrderChange };
  cancel_batch: { asks: { accountId: string; orderIds: string[] }; answers: BatchItem<OrderChange>[] };
  cancel_all: { asks: { accountId: string }; answers: number };
  create_group: { asks: { accountId: string; limitE2: number | undefined; shard: number }; answers: string };
  set_group_limit: { asks: { accountId: string; groupId: string; limitE2: number }; answers: void };
  reset_group: { asks: { accountId: string; groupId: string }; answers: void };
  trigger_group: { asks: { accountId: string; groupId: string }; answers: void };
  delete_group: { asks: { accountId: string; groupId: string }; answers: void };
  set_activity: { asks: { exchangeActive: boolean; tradingActive: boolean }; answers: void };
  /** Something a scenario would do, asked for from outside (a test voids a game, pauses a market). */
  perform: { asks: { action: ScenarioAction }; answers: void };
}

export type CommandKind = keyof Commands;
export type CommandOf<K extends CommandKind> = { kind: K } & Commands[K]['asks'];
export type AnswerOf<K extends CommandKind> = Commands[K]['answers'];
export type Command = { [K in CommandKind]: CommandOf<K> }[CommandKind];

type Handlers = { [K in CommandKind]: (state: ExchangeState, asks: Commands[K]['asks']) => AnswerOf<K> };

const HANDLERS: Handlers = {
  open_account: (state, asks) => openAccount(state, asks),
  deposit: (state, asks) => deposit(state, accountOf(state, asks), asks.shard, asks.amountE6),
  set_tier: (state, asks) => {
    accountOf(state, asks).tier = asks.tier;
  },
  add_key: (state, { accountId, ...key }) => addKey(state, accountOf(state, { accountId }), key),
  delete_key: (state, asks) => deleteKey(state, accountOf(state, asks), asks.keyId),
  transfer: (state, asks) => transfer(state, accountOf(state, asks), asks.fromShard, asks.toShard, asks.amountE6),
  allocate: (state, asks) => allocate(state, accountOf(state, asks), asks.allocation, asks.reservation),
  place: (state, asks) => placeOrder(state, accountOf(state, asks), asks.order),
  place_batch: (state, asks) => {
    const account = accountOf(state, asks);
    return asks.orders.map((order) => attempt(() => placeOrder(state, account, order)));
  },
  amend: (state, asks) => amendOrder(state, accountOf(state, asks), asks.orderId, asks.amend),
  decrease: (state, asks) => {
    const order = decreaseOrder(state, accountOf(state, asks), asks.orderId, asks.decrease);
    return { orderId: order.id, clientOrderId: order.clientOrderId, countE2: order.remainingE2, atMs: state.nowMs };
  },
  cancel: (state, asks) => cancel(state, accountOf(state, asks), asks.orderId),
  cancel_batch: (state, asks) => {
    const account = accountOf(state, asks);
    return asks.orderIds.map((orderId) => attempt(() => cancel(state, account, orderId)));
  },
  cancel_all: (state, asks) => cancelAll(state, accountOf(state, asks)),
  create_group: (state, asks) => createGroup(state, accountOf(state, asks), asks.limitE2, asks.shard).id,
  set_group_limit: (state, asks) => setGroupLimit(state, groupOf(accountOf(state, asks), asks.groupId), asks.limitE2),
  reset_group: (state, asks) => resetGroup(state, groupOf(accountOf(state, asks), asks.groupId)),
  trigger_group: (state, asks) => {
    checkOpen(state);
    triggerGroup(state, groupOf(accountOf(state, asks), asks.groupId));
  },
  delete_group: (state, asks) => {
    checkOpen(state);
    deleteGroup(state, groupOf(accountOf(state, asks), asks.groupId));
  },
  set_activity: (state, asks) => setActivity(state, asks),
  perform: (state, asks) => performAction(state, asks.action),
};

/** Carries a command out, or throws the Refusal that says why not; a refused command has changed nothing. */
export function handle<K extends CommandKind>(state: ExchangeState, command: CommandOf<K>): AnswerOf<K> {
  const { kind, ...asks } = command;
  // The table's type ties each kind to its own request, which the compiler cannot follow through an index.
  return HANDLERS[kind](state, asks as unknown as Commands[K]['asks']);
}

function accountOf(state: ExchangeState, asks: { accountId: string }): Account {
  const account = state.accounts.get(asks.accountId);
  if (!account) throw notFound();
  return account;
}

function cancel(state: ExchangeState, account: Account, orderId: string): OrderChange {
  const { order, reducedE2 } = cancelOrder(state, account, orderId);
  return { orderId, clientOrderId: order.clientOrderId, countE2: reducedE2, atMs: state.nowMs };
}

function attempt<T>(act: () => T): BatchItem<T> {
  try {
    return { ok: true, answer: act() };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { ok: false, refusal };
    throw refusal;
  }
}

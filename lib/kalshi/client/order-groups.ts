import {
  CreateOrderGroupRequest,
  CreateOrderGroupResponse,
  GetOrderGroupResponse,
  GetOrderGroupsResponse,
  UpdateOrderGroupLimitRequest,
} from '../schema/order-group.ts';
import { NoFields, Nothing } from '../schema/wire.ts';
import type { Caller } from './call.ts';
import { read, write } from './operation.ts';
import { count, shard } from './query.ts';

const ALL = read({
  path: '/portfolio/order_groups',
  query: { subaccount: count },
  answer: GetOrderGroupsResponse,
  auth: true,
});
const ONE = read({
  path: '/portfolio/order_groups/:order_group_id',
  query: { subaccount: count },
  answer: GetOrderGroupResponse,
  auth: true,
});
const CREATE = write(
  {
    method: 'POST',
    path: '/portfolio/order_groups/create',
    body: CreateOrderGroupRequest,
    answer: CreateOrderGroupResponse,
  },
  'entry',
);
const DELETE = write(
  { method: 'DELETE', path: '/portfolio/order_groups/:order_group_id', query: shard, answer: Nothing },
  'cancel',
);
const RESET = write(
  { method: 'PUT', path: '/portfolio/order_groups/:order_group_id/reset', query: shard, body: NoFields, answer: Nothing },
  'entry',
);
const TRIGGER = write(
  { method: 'PUT', path: '/portfolio/order_groups/:order_group_id/trigger', query: shard, body: NoFields, answer: Nothing },
  'cancel',
);
const LIMIT = write(
  {
    method: 'PUT',
    path: '/portfolio/order_groups/:order_group_id/limit',
    query: shard,
    body: UpdateOrderGroupLimitRequest,
    answer: Nothing,
  },
  'entry',
);

/** The exchange's own fuse: a group that matches more than its limit in 15 s loses its orders and takes no new ones. */
export function orderGroupsCalls(caller: Caller) {
  return {
    all: caller.read(ALL),
    get: caller.read(ONE),
    create: caller.write(CREATE),
    /** Cancels its orders. */
    delete: caller.write(DELETE),
    /** Takes orders again after it was triggered. */
    reset: caller.write(RESET),
    /** Cancels its orders and refuses new ones until it is reset. */
    trigger: caller.write(TRIGGER),
    /** A limit below what was matched within 15 s triggers. */
    setLimit: caller.write(LIMIT),
  };
}

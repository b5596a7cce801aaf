import type {
  CreateOrderGroupResponse,
  GetOrderGroupResponse,
  GetOrderGroupsResponse,
  OrderGroup as WireGroup,
} from '../../../kalshi/schema/order-group.ts';
import type { CommandKind } from '../../engine/commands.ts';
import { groupOf } from '../../engine/groups.ts';
import type { OrderGroup } from '../../engine/state.ts';
import { int, string, struct } from '../json-body.ts';
import { count } from '../present/text.ts';
import { integer } from '../query.ts';
import { flat } from '../rejection.ts';
import { own, type Route, write } from '../route.ts';
import { countFrom } from './amounts.ts';
import { onlyPrimary } from './subaccount.ts';

const trading = { scope: 'write::trade', bucket: 'write' } as const;
const address = { subaccount: integer(), exchange_index: integer() };
const limitFields = { contracts_limit: int, contracts_limit_fp: string };

export const orderGroupRoutes: Route[] = [
  own({
    path: '/portfolio/order_groups',
    operation: 'GetOrderGroups',
    query: { subaccount: integer() },
    answer: ({ account, query }): GetOrderGroupsResponse => {
      onlyPrimary(query.subaccount);
      return { order_groups: [...account.groups.values()].map((group) => ({ id: group.id, ...presentGroup(group) })) };
    },
  }),
  write({
    ...trading,
    method: 'POST',
    path: '/portfolio/order_groups/create',
    operation: 'CreateOrderGroup',
    body: struct('CreateOrderGroupRequest', { ...limitFields, subaccount: int, exchange_index: int }),
    status: 201,
    answer: ({ night, account, body }): CreateOrderGroupResponse => {
      onlyPrimary(body.subaccount);
      const shard = Math.max(0, body.exchange_index ?? 0);
      const id = night.execute<'create_group'>({ kind: 'create_group', accountId: account.id, limitE2: limitFrom(body), shard });
      return { order_group_id: id, subaccount: 0, exchange_index: shard };
    },
  }),
  own({
    path: '/portfolio/order_groups/:order_group_id',
    operation: 'GetOrderGroup',
    query: { subaccount: integer() },
    answer: ({ account, param, query }): GetOrderGroupResponse => {
      onlyPrimary(query.subaccount);
      const group = groupOf(account, param('order_group_id'));
      return { ...presentGroup(group), orders: [...group.orders].map((order) => order.id) };
    },
  }),
  change('DELETE', '', 'DeleteOrderGroup', 'delete_group'),
  change('PUT', '/reset', 'ResetOrderGroup', 'reset_group'),
  change('PUT', '/trigger', 'TriggerOrderGroup', 'trigger_group'),
  write({
    ...trading,
    method: 'PUT',
    path: '/portfolio/order_groups/:order_group_id/limit',
    operation: 'UpdateOrderGroupLimit',
    query: address,
    body: struct('UpdateOrderGroupLimitRequest', limitFields),
    answer: ({ night, account, param, query, body }) => {
      onlyPrimary(query.subaccount);
      const limitE2 = limitFrom(body);
      if (limitE2 === undefined) throw flat('contracts_limit or contracts_limit_fp is needed');
      night.execute({ kind: 'set_group_limit', accountId: account.id, groupId: param('order_group_id'), limitE2 });
      return {};
    },
  }),
];

/** A change of a group that needs nothing but its name; the SDK sends `{}` along. */
function change(
  method: 'PUT' | 'DELETE',
  suffix: string,
  operation: string,
  kind: Extract<CommandKind, 'delete_group' | 'reset_group' | 'trigger_group'>,
): Route {
  return write({
    ...trading,
    method,
    path: `/portfolio/order_groups/:order_group_id${suffix}`,
    operation,
    query: address,
    answer: ({ night, account, param, query }) => {
      onlyPrimary(query.subaccount);
      night.execute({ kind, accountId: account.id, groupId: param('order_group_id') });
      return {};
    },
  });
}

function presentGroup(group: OrderGroup): Omit<WireGroup, 'id'> {
  return {
    ...(group.limitE2 !== undefined && { contracts_limit_fp: count(group.limitE2) }),
    is_auto_cancel_enabled: group.limitE2 !== undefined,
    exchange_index: group.shard,
  };
}

function limitFrom(body: { contracts_limit: number | undefined; contracts_limit_fp: string | undefined }): number | undefined {
  const { contracts_limit: whole, contracts_limit_fp: fp } = body;
  const wholeE2 = whole === undefined ? undefined : whole * 100;
  const fpE2 = fp === undefined || fp === '' ? undefined : countFrom('contracts_limit_fp', fp);
  if (wholeE2 !== undefined && fpE2 !== undefined && wholeE2 !== fpE2) {
    throw flat('contracts_limit and contracts_limit_fp must match');
  }
  return wholeE2 ?? fpE2;
}

import { z } from 'zod';
import { decimal, integer, maybe, requestObject, wireObject } from './wire.ts';

/** Contracts that the group may match in 15 seconds; one of the two limits. */
export const CreateOrderGroupRequest = requestObject({
  contracts_limit: integer.min(1).max(1_000_000).optional(),
  contracts_limit_fp: decimal.optional(),
  subaccount: integer.min(0).optional(),
  exchange_index: integer.min(-1).optional(),
});
export type CreateOrderGroupRequest = z.infer<typeof CreateOrderGroupRequest>;

export const CreateOrderGroupResponse = wireObject({
  order_group_id: z.string(),
  subaccount: integer,
  exchange_index: maybe(integer),
});
export type CreateOrderGroupResponse = z.infer<typeof CreateOrderGroupResponse>;

export const OrderGroup = wireObject({
  id: z.string(),
  contracts_limit_fp: maybe(decimal),
  is_auto_cancel_enabled: z.boolean(),
  exchange_index: maybe(integer),
});
export type OrderGroup = z.infer<typeof OrderGroup>;

export const GetOrderGroupsResponse = wireObject({ order_groups: maybe(z.array(OrderGroup)) });
export type GetOrderGroupsResponse = z.infer<typeof GetOrderGroupsResponse>;

export const GetOrderGroupResponse = wireObject({
  is_auto_cancel_enabled: z.boolean(),
  contracts_limit_fp: maybe(decimal),
  /** Ids of its orders; an empty group may send null. */
  orders: z.array(z.string()).nullable(),
  exchange_index: maybe(integer),
});
export type GetOrderGroupResponse = z.infer<typeof GetOrderGroupResponse>;

export const UpdateOrderGroupLimitRequest = requestObject({
  contracts_limit: integer.min(1).max(1_000_000).optional(),
  contracts_limit_fp: decimal.optional(),
});
export type UpdateOrderGroupLimitRequest = z.infer<typeof UpdateOrderGroupLimitRequest>;

import { z } from 'zod';
import { cursor, decimal, integer, label, requestObject, wireObject } from './wire.ts';

export const ExchangeInstance = z.enum(['event_contract', 'margined']);
export type ExchangeInstance = z.infer<typeof ExchangeInstance>;

/** Moves cash between shards; `amount` counts centi-cents. */
export const IntraExchangeInstanceTransferRequest = requestObject({
  source: ExchangeInstance,
  destination: ExchangeInstance,
  amount: integer.positive(),
  source_exchange_shard: integer.min(0).optional(),
  destination_exchange_shard: integer.min(0).optional(),
  source_subaccount: integer.min(0).optional(),
  destination_subaccount: integer.min(0).optional(),
});
export type IntraExchangeInstanceTransferRequest = z.infer<typeof IntraExchangeInstanceTransferRequest>;

export const IntraExchangeInstanceTransferResponse = wireObject({ transfer_id: z.string() });
export type IntraExchangeInstanceTransferResponse = z.infer<typeof IntraExchangeInstanceTransferResponse>;

export const IntraExchangeInstanceTransfer = wireObject({
  transfer_id: z.string(),
  source: label(ExchangeInstance.options),
  destination: label(ExchangeInstance.options),
  source_exchange_shard: integer,
  destination_exchange_shard: integer,
  /** Dollars, other than in the request. */
  amount: decimal,
  status: label(['pending', 'complete']),
  created_ts: integer,
});
export type IntraExchangeInstanceTransfer = z.infer<typeof IntraExchangeInstanceTransfer>;

export const GetIntraExchangeInstanceTransferResponse = wireObject({ transfer: IntraExchangeInstanceTransfer });
export type GetIntraExchangeInstanceTransferResponse = z.infer<typeof GetIntraExchangeInstanceTransferResponse>;

export const GetIntraExchangeInstanceTransfersResponse = wireObject({
  transfers: z.array(IntraExchangeInstanceTransfer),
  cursor,
});
export type GetIntraExchangeInstanceTransfersResponse = z.infer<typeof GetIntraExchangeInstanceTransfersResponse>;

export const RestingMarginReservation = z.enum(['max', 'sum', 'none']);
export type RestingMarginReservation = z.infer<typeof RestingMarginReservation>;

export const TargetBalanceAllocation = wireObject({ exchange_index: integer.min(0), percent: integer.min(0).max(100) });
export type TargetBalanceAllocation = z.infer<typeof TargetBalanceAllocation>;

export const GetTargetBalanceAllocationResponse = wireObject({
  allocations: z.array(TargetBalanceAllocation),
  resting_margin_reservation: label(RestingMarginReservation.options),
});
export type GetTargetBalanceAllocationResponse = z.infer<typeof GetTargetBalanceAllocationResponse>;

export const SetTargetBalanceAllocationRequest = requestObject({
  allocations: z.array(TargetBalanceAllocation.strict()).max(101),
  resting_margin_reservation: RestingMarginReservation.optional(),
});
export type SetTargetBalanceAllocationRequest = z.infer<typeof SetTargetBalanceAllocationRequest>;

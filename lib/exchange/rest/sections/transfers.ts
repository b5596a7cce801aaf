import type {
  GetIntraExchangeInstanceTransfersResponse,
  IntraExchangeInstanceTransfer,
} from '../../../kalshi/schema/transfer.ts';
import type { Transfer } from '../../engine/state.ts';
import { enumeration, int, list, required as needed, object, struct } from '../json-body.ts';
import { newestFirst } from '../page.ts';
import { balance, seconds } from '../present/text.ts';
import { limit, text } from '../query.ts';
import { flat, nested } from '../rejection.ts';
import { own, type Route, write } from '../route.ts';
import { onlyPrimary } from './subaccount.ts';

const INSTANCES = ['event_contract', 'margined'] as const;
/** A centi-cent in micro-dollars. */
const CENTI_CENT_E6 = 100;

export const transferRoutes: Route[] = [
  write({
    method: 'POST',
    path: '/portfolio/intra_exchange_instance_transfer',
    operation: 'IntraExchangeInstanceTransfer',
    body: struct('IntraExchangeInstanceTransferRequest', {
      source: needed(enumeration(...INSTANCES)),
      destination: needed(enumeration(...INSTANCES)),
      amount: needed(int),
      source_exchange_shard: int,
      destination_exchange_shard: int,
      source_subaccount: int,
      destination_subaccount: int,
    }),
    scope: 'write::transfer',
    answer: ({ night, account, body }) => {
      onlyPrimary(body.source_subaccount, body.destination_subaccount);
      if (body.source === 'margined' || body.destination === 'margined') throw nested(403, 'forbidden', 'no margin account');
      const moved = night.execute<'transfer'>({
        kind: 'transfer',
        accountId: account.id,
        fromShard: body.source_exchange_shard ?? 0,
        toShard: body.destination_exchange_shard ?? 0,
        amountE6: body.amount * CENTI_CENT_E6,
      });
      return { transfer_id: moved.id };
    },
  }),
  own({
    path: '/portfolio/intra_exchange_instance_transfers',
    operation: 'GetIntraExchangeInstanceTransfers',
    query: { limit: limit(100, 500), cursor: text },
    answer: ({ account, query }): GetIntraExchangeInstanceTransfersResponse => {
      const page = newestFirst(account.transfers, query);
      return { transfers: page.items.map(presentTransfer), cursor: page.cursor };
    },
  }),
  own({
    path: '/portfolio/intra_exchange_instance_transfers/:transfer_id',
    operation: 'GetIntraExchangeInstanceTransfer',
    answer: ({ account, param }) => {
      const transfer = account.transfers.find(({ id }) => id === param('transfer_id'));
      if (!transfer) throw nested(404, 'not_found');
      return { transfer: presentTransfer(transfer) };
    },
  }),
  own({
    path: '/portfolio/target_balance_allocation',
    operation: 'GetTargetBalanceAllocation',
    answer: ({ account }) => ({
      allocations: account.allocation.map(({ exchangeIndex, percent }) => ({ exchange_index: exchangeIndex, percent })),
      resting_margin_reservation: account.reservation,
    }),
  }),
  write({
    method: 'POST',
    path: '/portfolio/target_balance_allocation',
    operation: 'SetTargetBalanceAllocation',
    body: struct('SetTargetBalanceAllocationRequest', {
      allocations: needed(list(object(struct('TargetBalanceAllocation', { exchange_index: needed(int), percent: needed(int) })))),
      resting_margin_reservation: enumeration('max', 'sum', 'none'),
    }),
    scope: 'write::transfer',
    answer: ({ night, account, body }) => {
      const shards = new Set(body.allocations.map((part) => part.exchange_index));
      if (shards.size < body.allocations.length) throw flat('allocations must name each exchange_index once');
      night.execute({
        kind: 'allocate',
        accountId: account.id,
        allocation: body.allocations.map(({ exchange_index, percent }) => ({ exchangeIndex: exchange_index, percent })),
        reservation: body.resting_margin_reservation ?? account.reservation,
      });
      return {};
    },
  }),
];

function presentTransfer(transfer: Transfer): IntraExchangeInstanceTransfer {
  return {
    transfer_id: transfer.id,
    source: 'event_contract',
    destination: 'event_contract',
    source_exchange_shard: transfer.fromShard,
    destination_exchange_shard: transfer.toShard,
    amount: balance(transfer.amountE6),
    status: 'complete',
    created_ts: seconds(transfer.atMs),
  };
}

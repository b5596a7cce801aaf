import {
  GetIntraExchangeInstanceTransferResponse,
  GetIntraExchangeInstanceTransfersResponse,
  GetTargetBalanceAllocationResponse,
  IntraExchangeInstanceTransferRequest,
  IntraExchangeInstanceTransferResponse,
  SetTargetBalanceAllocationRequest,
} from '../schema/transfer.ts';
import { Nothing } from '../schema/wire.ts';
import type { Caller } from './call.ts';
import { read, write } from './operation.ts';
import { paging } from './query.ts';

const CREATE = write(
  {
    method: 'POST',
    path: '/portfolio/intra_exchange_instance_transfer',
    body: IntraExchangeInstanceTransferRequest,
    answer: IntraExchangeInstanceTransferResponse,
    bucket: 'read',
  },
  'entry',
);
const PAGE = read({
  path: '/portfolio/intra_exchange_instance_transfers',
  query: paging,
  answer: GetIntraExchangeInstanceTransfersResponse,
  auth: true,
});
const ONE = read({
  path: '/portfolio/intra_exchange_instance_transfers/:transfer_id',
  answer: GetIntraExchangeInstanceTransferResponse,
  auth: true,
});
const ALLOCATION = read({
  path: '/portfolio/target_balance_allocation',
  answer: GetTargetBalanceAllocationResponse,
  auth: true,
});
const SET_ALLOCATION = write(
  {
    method: 'POST',
    path: '/portfolio/target_balance_allocation',
    body: SetTargetBalanceAllocationRequest,
    answer: Nothing,
    bucket: 'read',
  },
  'entry',
);

/** Cash is held per shard; these move it. */
export function transfersCalls(caller: Caller) {
  return {
    /** `amount` in centi-cents. */
    create: caller.write(CREATE),
    page: caller.read(PAGE),
    list: caller.list(PAGE, ({ transfers }) => transfers, { limit: 500 }),
    get: caller.read(ONE),
    /** How the exchange spreads the balance over the shards by itself. */
    targetAllocation: caller.read(ALLOCATION),
    setTargetAllocation: caller.write(SET_ALLOCATION),
  };
}

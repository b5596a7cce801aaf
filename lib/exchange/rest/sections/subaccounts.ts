/** Numbered subaccounts, of which the practice exchange has none: reads show the primary one, writes are refused. */
import { boolean, int, required as needed, string, struct } from '../json-body.ts';
import { balance, seconds } from '../present/text.ts';
import { limit, text } from '../query.ts';
import { flat, nested } from '../rejection.ts';
import { own, type Route, write } from '../route.ts';
import { onlyPrimary } from './subaccount.ts';

export const subaccountRoutes: Route[] = [
  write({
    method: 'POST',
    path: '/portfolio/subaccounts',
    operation: 'CreateSubaccount',
    body: struct('CreateSubaccountRequest', { exchange_index: int }),
    isBodyOptional: true,
    scope: 'write',
    answer: () => {
      throw nested(403, 'forbidden', 'the practice exchange has no numbered subaccounts');
    },
  }),
  write({
    method: 'POST',
    path: '/portfolio/subaccounts/transfer',
    operation: 'ApplySubaccountTransfer',
    body: struct('ApplySubaccountTransferRequest', {
      client_transfer_id: needed(string),
      from_subaccount: needed(int),
      to_subaccount: needed(int),
      amount_cents: needed(int),
      exchange_index: int,
    }),
    scope: 'write::transfer',
    answer: ({ body }) => {
      onlyPrimary(body.from_subaccount, body.to_subaccount);
      throw flat('from_subaccount and to_subaccount must differ');
    },
  }),
  own({
    path: '/portfolio/subaccounts/balances',
    operation: 'GetSubaccountBalances',
    scope: 'read::portfolio_balance',
    answer: ({ night, account }) => {
      const view = night.replica.view(account.id);
      return {
        subaccount_balances: night.exchange.state.shards.map((shard) => ({
          subaccount_number: 0,
          exchange_index: shard,
          balance: balance(view.balances.get(shard)?.availableE6 ?? 0),
          updated_ts: seconds(view.balanceMs),
        })),
      };
    },
  }),
  own({
    path: '/portfolio/subaccounts/transfers',
    operation: 'GetSubaccountTransfers',
    query: { limit: limit(100, 1000), cursor: text },
    answer: () => ({ transfers: [], cursor: '' }),
  }),
  own({
    path: '/portfolio/subaccounts/netting',
    operation: 'GetSubaccountNetting',
    answer: ({ night }) => ({
      netting_configs: night.exchange.state.shards.map((shard) => ({
        subaccount_number: 0,
        exchange_index: shard,
        enabled: true,
      })),
    }),
  }),
  write({
    method: 'PUT',
    path: '/portfolio/subaccounts/netting',
    operation: 'UpdateSubaccountNetting',
    body: struct('UpdateSubaccountNettingRequest', { subaccount_number: needed(int), enabled: needed(boolean) }),
    scope: 'write',
    answer: ({ body }) => {
      onlyPrimary(body.subaccount_number);
      if (!body.enabled) throw flat('positions on the practice exchange are always netted');
      return undefined;
    },
  }),
];

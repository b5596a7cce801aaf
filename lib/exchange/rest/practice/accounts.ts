import { z } from 'zod';
import { availableE6 } from '../../engine/ledger.ts';
import type { Account } from '../../engine/state.ts';
import type { Night } from '../../night.ts';
import { TIERS } from '../../rate-limits.ts';
import { balance } from '../present/text.ts';
import { flat, nested } from '../rejection.ts';
import { troubleWithKey } from '../sections/api-keys.ts';
import { answering, ok, type PracticeRoute, posting } from './route.ts';

const USUAL_DOLLARS = '10000.00';

/** Dollars as text or number, to a hundredth of a cent; comes out in micro-dollars. */
const dollars = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().regex(/^-?\d{1,9}(\.\d{1,4})?$/, 'is not an amount of dollars with at most 4 decimal places'))
  .transform((text) => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.');
    const amountE6 = Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'));
    return text.startsWith('-') ? -amountE6 : amountE6;
  });
const purse = dollars.refine((amountE6) => amountE6 >= 0, 'must not be negative');
const tier = z.enum(TIERS);

const NewAccount = z
  .strictObject({
    name: z.string().min(1).max(100).default('practice'),
    public_key: z.string(),
    tier: tier.default('basic'),
    balance_dollars: purse.optional(),
    balances: z.array(z.strictObject({ exchange_index: z.int(), dollars: purse })).optional(),
  })
  .refine((body) => body.balance_dollars === undefined || body.balances === undefined, 'balance_dollars or balances, not both');

export function accountRoutes(night: Night): PracticeRoute[] {
  return [
    posting('/accounts', NewAccount, (body) => {
      const trouble = troubleWithKey(body.public_key);
      if (trouble) throw flat(trouble);
      const purses = pursesFrom(body);
      const account = night.execute<'open_account'>({ kind: 'open_account', name: body.name, tier: body.tier, purses });
      const key = night.execute<'add_key'>({
        kind: 'add_key',
        accountId: account.id,
        name: body.name,
        publicKeyPem: body.public_key,
        scopes: ['read', 'write'],
      });
      night.replica.showAll(account.id);
      return ok({ account_id: account.id, api_key_id: key.id }, 201);
    }),
    answering('GET', '/accounts/:id', (param) => ok(presentAccount(night, memberOf(night, param('id'))))),
    posting('/accounts/:id/deposit', z.strictObject({ exchange_index: z.int().default(0), dollars }), (body, param) => {
      const account = memberOf(night, param('id'));
      night.execute({ kind: 'deposit', accountId: account.id, shard: body.exchange_index, amountE6: body.dollars });
      night.replica.showAll(account.id);
      return ok(presentAccount(night, account));
    }),
    posting('/accounts/:id/tier', z.strictObject({ tier }), (body, param) => {
      const account = memberOf(night, param('id'));
      night.execute({ kind: 'set_tier', accountId: account.id, tier: body.tier });
      return ok(presentAccount(night, account));
    }),
  ];
}

/** A lone balance goes to shard 0; the other shards stay unfunded, as on Kalshi until cash is moved. */
function pursesFrom(body: z.output<typeof NewAccount>): [shard: number, amountE6: number][] {
  if (body.balances) return body.balances.map((one) => [one.exchange_index, one.dollars]);
  return [[0, body.balance_dollars ?? dollars.parse(USUAL_DOLLARS)]];
}

function memberOf(night: Night, id: string): Account {
  const account = night.exchange.state.accounts.get(id);
  if (!account || account.isHouse) throw nested(404, 'not_found');
  return account;
}

function presentAccount(night: Night, account: Account): object {
  return {
    account_id: account.id,
    name: account.name,
    tier: account.tier,
    api_key_ids: [...account.keys.keys()],
    balances: night.exchange.state.shards.map((shard) => ({
      exchange_index: shard,
      available_dollars: balance(availableE6(account, shard)),
      locked_dollars: balance(account.purses.get(shard)?.lockedE6 ?? 0),
    })),
  };
}

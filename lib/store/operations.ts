/** Everything that the memory can be asked for, by name. */
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { accountOperations } from './accounts.ts';
import { alertOperations } from './alerts.ts';
import { bookOperations } from './books.ts';
import { feedOperations } from './feeds.ts';
import type { Operation } from './operation.ts';
import { records } from './operation.ts';
import { orderOperations } from './orders.ts';
import { pageOperations } from './pages.ts';
import { pruneOperations } from './prune.ts';
import { recordOperations } from './records.ts';
import { ruleOperations } from './rules.ts';

/** As much as an order's row takes, and nothing that PostgreSQL could compress: where this finds room, an intent does. */
const FILLER = randomBytes(24_576).toString('base64');

const upkeepOperations = {
  'store.makeRoom': records((db: Knex) => db('probes').insert({ id: 1, filler: FILLER }).onConflict('id').merge().then(noted)),
  'store.giveRoomBack': records((db: Knex) => db('probes').delete().then(noted)),
};

function noted(): void {}

export const OPERATIONS = {
  ...accountOperations,
  ...orderOperations,
  ...bookOperations,
  ...ruleOperations,
  ...feedOperations,
  ...recordOperations,
  ...alertOperations,
  ...pageOperations,
  ...pruneOperations,
  ...upkeepOperations,
};

export type OperationName = keyof typeof OPERATIONS;
export type ArgsOf<Name extends OperationName> = (typeof OPERATIONS)[Name] extends Operation<infer Args, infer _> ? Args : never;
export type AnswerOf<Name extends OperationName> =
  (typeof OPERATIONS)[Name] extends Operation<infer _, infer Answer> ? Answer : never;

/** A database that operations run on. Failures are StoreErrors. */
export interface Engine {
  /** Resolves once it is open, migrated where it may write. */
  open(): Promise<void>;
  run<Name extends OperationName>(name: Name, args: ArgsOf<Name>): Promise<AnswerOf<Name>>;
  /** Ends when everything that was asked for has been answered. */
  close(): Promise<void>;
}

/** The operation behind a name, for whoever passes arguments through without looking at them. */
export function operationOf(name: OperationName): Operation<unknown, unknown> {
  return OPERATIONS[name] as Operation<unknown, unknown>;
}

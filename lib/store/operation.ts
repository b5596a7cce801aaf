/**
 * What the memory can be asked for, each as one named piece of work with plain arguments: it runs as a whole where its database is, in
 * the worker thread of an SQLite file or over a connection to PostgreSQL.
 */
import type { Knex } from 'knex';

export type Run<Args, Answer> = (db: Knex, args: Args) => Promise<Answer>;

export interface Operation<Args, Answer> {
  /** `read`: outside a transaction. Everything else is one transaction. */
  isRead: boolean;
  /** The same again comes to the same: it may be repeated where nobody knows whether it was committed. */
  isRepeatable: boolean;
  /** May stand behind what the order path waits for. */
  isPatient: boolean;
  /** What stands in the same queue runs in the order in which it was asked for, one at a time. */
  queueOf?: (args: Args) => string;
  run: Run<Args, Answer>;
}

export function reads<Args, Answer>(run: Run<Args, Answer>): Operation<Args, Answer> {
  return { isRead: true, isRepeatable: true, isPatient: false, run };
}

export function writes<Args, Answer>(run: Run<Args, Answer>): Operation<Args, Answer> {
  return { isRead: false, isRepeatable: true, isPatient: false, run };
}

/** Writes that begin by holding an account, whose id is their queue. */
export function writesFor<Args, Answer>(accountOf: (args: Args) => string, run: Run<Args, Answer>): Operation<Args, Answer> {
  return { ...writes(run), queueOf: accountOf };
}

/** Writes that nobody waits for with money at stake. */
export function records<Args, Answer>(run: Run<Args, Answer>): Operation<Args, Answer> {
  return { isRead: false, isRepeatable: true, isPatient: true, run };
}

/** Records of which a repetition would make two. */
export function recordsOnce<Args, Answer>(run: Run<Args, Answer>): Operation<Args, Answer> {
  return { isRead: false, isRepeatable: false, isPatient: true, run };
}

/** knex prints what it also throws, and connections that end by themselves; both are told in our own words. */
export const SILENT: Knex.Logger = { warn: noted, error: noted, debug: noted, deprecate: noted };

function noted(): void {}

/** A client whose database lies in this thread: it can answer at once. knex takes longer over a query than SQLite. */
export interface AtOnce {
  rowsAtOnce(sql: string, bindings: readonly Bound[]): unknown[];
}

export type Bound = string | number | null;

/** Rows of a statement as it is; none where it only writes. What the order path asks for goes this way. */
export async function rowsOf<Row>(db: Knex, sql: string, bindings: readonly Bound[]): Promise<Row[]> {
  const client: Knex.Client & Partial<AtOnce> = db.client;
  if (client.rowsAtOnce !== undefined) return client.rowsAtOnce(sql, bindings) as Row[];
  const { rows } = await db.raw<{ rows: Row[] }>(sql, bindings);
  return rows;
}

/** Ends a query for rows that nobody else may change before the transaction ends. SQLite has one writer at a time anyway. */
export function holding(db: Knex): string {
  return isPostgres(db) ? 'FOR NO KEY UPDATE' : '';
}

export function isPostgres(db: Knex): boolean {
  return db.client.config.client === 'pg';
}

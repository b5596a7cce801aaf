/**
 * knex on node:sqlite. Queries are written by knex's own SQLite dialect; only the connection is ours. Statements stay prepared, for
 * knex would prepare each anew.
 */
import { createRequire } from 'node:module';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import knexPackage, { type Knex } from 'knex';
import { type AtOnce, type Bound, SILENT } from '../operation.ts';

interface Query {
  sql: string;
  bindings: readonly (SQLInputValue | Date | boolean)[] | undefined;
  response?: unknown;
  context?: { lastID: number; changes: number };
}

// knex has no types for its dialects.
const BetterSqlite: typeof Knex.Client = createRequire(import.meta.url)('knex/lib/dialects/better-sqlite3');

/** More different statements than the program has. */
const MOST_STATEMENTS = 500;

export interface Connected {
  knex: Knex;
  /** Its connection, for transactions around several queries. */
  database: DatabaseSync;
}

/** Opens the file, makes it where it may be written. Throws what node:sqlite throws. */
export function connect(file: string, options: { readOnly: boolean; busyMs: number; pragmas: readonly string[] }): Connected {
  const database = new DatabaseSync(file, { readOnly: options.readOnly, timeout: options.busyMs });
  try {
    for (const pragma of options.pragmas) database.exec(`PRAGMA ${pragma}`);
  } catch (error) {
    database.close();
    throw error;
  }
  const knex = knexPackage.knex({
    client: dialectOn(database),
    connection: { filename: file },
    useNullAsDefault: true,
    // A statement may be kept in an error's message, what was bound to it may not.
    compileSqlOnError: false,
    log: SILENT,
    pool: { min: 1, max: 1 },
  });
  return { knex, database };
}

function dialectOn(database: DatabaseSync) {
  const statements = new Map<string, { statement: StatementSync; isReading: boolean }>();

  function prepared(sql: string) {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const made = { statement, isReading: statement.columns().length > 0 };
    if (statements.size < MOST_STATEMENTS) statements.set(sql, made);
    return made;
  }

  return class NodeSqlite extends BetterSqlite implements AtOnce {
    override driverName = 'node-sqlite';

    rowsAtOnce(sql: string, bindings: readonly Bound[]): unknown[] {
      const { statement, isReading } = prepared(sql);
      const bound = bindings.map(bindable);
      if (isReading) return statement.all(...bound);
      statement.run(...bound);
      return [];
    }

    _driver() {
      return DatabaseSync;
    }

    override acquireRawConnection(): Promise<DatabaseSync> {
      return Promise.resolve(database);
    }

    override async destroyRawConnection(): Promise<void> {
      statements.clear();
      if (database.isOpen) database.close();
    }

    async _query(_: DatabaseSync, query: Query): Promise<Query> {
      // A transaction that reads first could not write any more once another process has written.
      const { statement, isReading } = prepared(query.sql === 'BEGIN;' ? 'BEGIN IMMEDIATE' : query.sql);
      const bindings = (query.bindings ?? []).map(bindable);
      if (isReading) {
        query.response = statement.all(...bindings);
        return query;
      }
      const done = statement.run(...bindings);
      query.response = done;
      query.context = { lastID: Number(done.lastInsertRowid), changes: Number(done.changes) };
      return query;
    }
  };
}

/** Every number in the memory is an integer; PostgreSQL would refuse another one. knex keeps the time of a migration as a date. */
function bindable(value: SQLInputValue | Date | boolean): SQLInputValue {
  if (value instanceof Date || typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer`);
  return value;
}

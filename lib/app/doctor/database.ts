/** The memory, looked at without changing anything: a migration is made by the program, not by whoever looks. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { MIGRATIONS } from '../../../migrations/index.ts';
import { type StoreCode, StoreError } from '../../store/errors.ts';
import { postgresTrouble } from '../../store/postgres/trouble.ts';
import { sqliteTrouble } from '../../store/sqlite/trouble.ts';
import { type Check, type Found, fault, note, ok } from './finding.ts';

export interface DatabaseAt {
  url: string | undefined;
  file: string;
  /** How long to wait for another process that writes; 2 s if not said. */
  busyMs?: number;
}

const TOPIC = 'Database';
const BUSY_MS = 2_000;
const CONNECT_MS = 5_000;
/** What makes a commit survive a power cut. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

export function databaseCheck({ url, file, busyMs = BUSY_MS }: DatabaseAt): Check {
  return { topic: TOPIC, examine: url === undefined ? () => examineFile(file, busyMs) : () => examineServer(url) };
}

function* examineFile(file: string, busyMs: number): Generator<Found> {
  if (!existsSync(file)) {
    yield ok(`${file} is made at the first start`);
    return;
  }
  try {
    const database = new DatabaseSync(file, { timeout: busyMs });
    try {
      const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'knex_migrations'").all();
      const rows = tables.length === 0 ? [] : database.prepare('SELECT name FROM knex_migrations').all();
      yield* versionOf(
        file,
        rows.map(({ name }) => String(name)),
      );
      // Whether it can be written shows in the attempt: nothing is changed by a transaction that is taken back.
      database.exec('BEGIN IMMEDIATE');
      database.exec('CREATE TABLE doctor_was_here (id INTEGER)');
      database.exec('ROLLBACK');
      yield* damageIn(database, file);
      const [mode] = database.prepare('PRAGMA journal_mode').all();
      if (mode?.journal_mode === 'wal') yield ok('every commit reaches the disk before an order is sent (WAL, synchronous FULL)');
      else if (rows.length > 0) {
        yield note(
          'the database is not in WAL mode yet',
          'Courtside sets it at its next start; other programs should not change it.',
        );
      }
    } finally {
      database.close();
    }
  } catch (error) {
    const { code, message } = sqliteTrouble(error, file);
    yield trouble(code, message);
  }
}

/** Pages that do not fit together. Quick: it does not compare indexes with their tables. */
function* damageIn(database: DatabaseSync, file: string): Generator<Found> {
  const [first] = database.prepare('PRAGMA quick_check(1)').all();
  const said = first?.quick_check;
  if (said !== 'ok') yield fault(`${file} is damaged: ${String(said)}`, 'End Courtside and put a backup in its place.');
}

async function* examineServer(url: string): AsyncGenerator<Found> {
  const where = nameOf(url);
  const client = new Client({
    connectionString: url,
    application_name: 'courtside doctor',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  // What breaks after the connection was made is told by the query that was under way.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows: tables } = await client.query("SELECT to_regclass('knex_migrations') AS name");
    const rows = tables[0]?.name == null ? [] : (await client.query('SELECT name FROM knex_migrations')).rows;
    yield* versionOf(
      where,
      rows.map(({ name }) => String(name)),
    );
    await client.query('BEGIN');
    await client.query('CREATE TABLE doctor_was_here (id INTEGER)');
    await client.query('ROLLBACK');
    yield* durability(await settingsOf(client), where);
  } catch (error) {
    const { code, message } = postgresTrouble(error, where);
    yield trouble(code, message);
  } finally {
    await client.end().catch(() => {});
  }
}

async function settingsOf(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query('SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [[...DURABLE]]);
  return new Map(rows.map(({ name, setting }) => [String(name), String(setting)]));
}

function* durability(settings: ReadonlyMap<string, string>, where: string): Generator<Found> {
  // Connections of ours set synchronous_commit for themselves.
  const off = DURABLE.filter((name) => name !== 'synchronous_commit' && settings.get(name) === 'off');
  if (off.length === 0) yield ok('every commit reaches the disk before an order is sent');
  else {
    const todo = 'Switch them on in postgresql.conf: after a power cut an order could be unknown to Courtside.';
    yield fault(`${where} runs with ${off.map((name) => `${name} = off`).join(' and ')}`, todo);
  }
}

function* versionOf(where: string, done: readonly string[]): Generator<Found> {
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const foreign = done.find((name) => !known.has(name));
  if (foreign !== undefined) {
    yield fault(`${where} was made by a newer Courtside (it has ${foreign})`, 'Start that version, or name another database.');
    return;
  }
  const missing = MIGRATIONS.length - done.length;
  if (missing === 0) yield ok(`${where} is up to date (${MIGRATIONS.length} steps)`);
  else if (done.length === 0) yield ok(`${where} is empty: its tables are made at the first start`);
  else
    yield note(
      `${where} is ${missing} ${missing === 1 ? 'step' : 'steps'} behind this version`,
      'The next start brings it up to date; make a backup first.',
    );
}

const TODO: Record<StoreCode, string> = {
  STORE_UNAVAILABLE: 'Until it can be opened no entry is made.',
  STORE_NEWER: 'Start the version that made it, or name another database.',
  STORE_LOCKED: 'While somebody else writes, nothing can be remembered, and so nothing is bought.',
  STORE_FULL: 'Until there is room no entry is made.',
  STORE_READ_ONLY: 'Until it can be written no entry is made.',
  STORE_FAILED: 'It stands as it is: please report this.',
};

function trouble(code: StoreCode, message: string): Found {
  return fault(message, TODO[code]);
}

/** The database by server and name: the address itself holds a password. */
function nameOf(text: string): string {
  const url = URL.parse(text);
  if (url === null)
    throw new StoreError('STORE_UNAVAILABLE', 'DATABASE_URL must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE');
  return `the database ${decodeURIComponent(url.pathname.slice(1))} on ${url.host === '' ? 'this machine' : url.host}`;
}

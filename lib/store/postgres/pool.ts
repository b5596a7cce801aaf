/** Connections to a PostgreSQL server. */
import knexPackage, { type Knex } from 'knex';
import { type Client, types } from 'pg';
import type { WallTimer } from '../../trading/ports/clock.ts';
import { StoreError, storeError } from '../errors.ts';
import { migrate } from '../migrate.ts';
import { SILENT } from '../operation.ts';
import { type AnswerOf, type ArgsOf, type Engine, type OperationName, operationOf } from '../operations.ts';
import { isWorthAnother, postgresTrouble } from './trouble.ts';

export interface PoolOptions {
  url: string;
  /** Pages and reports only read. */
  readOnly: boolean;
  connections: number;
  /** How long to wait for another process that writes. */
  busyMs: number;
  wall: WallTimer;
}

const INT8 = 20;
const CONNECT_MS = 5_000;
/** A server that has not answered for so long is as good as gone. */
const SILENT_MS = 15_000;
/** Rests before further attempts. */
const RESTS_MS = [0, 250];

export class Pool implements Engine {
  readonly #where: string;
  readonly #knex: Knex;
  readonly #options: PoolOptions;
  readonly #running = new Set<Promise<unknown>>();
  /** By queue: what was asked for last. */
  readonly #lastOf = new Map<string, Promise<unknown>>();

  /** Throws `STORE_UNAVAILABLE` where the address is none. */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.#where = nameOf(options.url);
    this.#knex = knexPackage.knex({
      client: 'pg',
      connection: {
        connectionString: options.url,
        application_name: 'courtside',
        keepAlive: true,
        connectionTimeoutMillis: CONNECT_MS,
        query_timeout: SILENT_MS,
        // Set for these connections only: others in this process may want int8 as text.
        types: { getTypeParser: parserOf },
      },
      compileSqlOnError: false,
      log: SILENT,
      acquireConnectionTimeout: CONNECT_MS,
      pool: {
        min: 0,
        max: options.connections,
        afterCreate: (connection: Client, done: Done) => this.#prepare(connection, done),
      },
    });
  }

  async open(): Promise<void> {
    if (this.#options.readOnly) return;
    try {
      await migrate(this.#knex, this.#where);
    } catch (error) {
      await this.#knex.destroy();
      throw storeError(postgresTrouble(error, this.#where));
    }
  }

  async run<Name extends OperationName>(name: Name, args: ArgsOf<Name>): Promise<AnswerOf<Name>> {
    const running = this.#inOrder(name, args);
    const settled = running.then(noted, noted);
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return (await running) as AnswerOf<Name>;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
    await this.#knex.destroy();
  }

  /** An account's transactions would wait for each other at the server, each with a connection in its hands. */
  #inOrder(name: OperationName, args: unknown): Promise<unknown> {
    const queue = operationOf(name).queueOf?.(args);
    if (queue === undefined) return this.#persistently(name, args);
    const before = this.#lastOf.get(queue) ?? Promise.resolve();
    const running = before.then(() => this.#persistently(name, args));
    const settled = running.then(noted, noted);
    this.#lastOf.set(queue, settled);
    void settled.then(() => {
      if (this.#lastOf.get(queue) === settled) this.#lastOf.delete(queue);
    });
    return running;
  }

  /** A lost connection is no reason to fail while a new one can be had and a repetition cannot do harm. */
  async #persistently(name: OperationName, args: unknown): Promise<unknown> {
    for (const restMs of [...RESTS_MS, undefined]) {
      const attempt = await this.#attempt(name, args);
      if ('answer' in attempt) return attempt.answer;
      const { error, mayBeCommitted } = attempt;
      const isHarmless = operationOf(name).isRepeatable || !mayBeCommitted;
      if (restMs === undefined || !isHarmless || !isWorthAnother(error)) throw storeError(postgresTrouble(error, this.#where));
      await new Promise<void>((resolve) => {
        this.#options.wall.after(restMs, resolve);
      });
    }
    throw new TypeError('the last attempt has neither answered nor failed');
  }

  async #attempt(name: OperationName, args: unknown): Promise<{ answer: unknown } | { error: unknown; mayBeCommitted: boolean }> {
    const { isRead, run } = operationOf(name);
    let isDone = false;
    try {
      if (isRead) return { answer: await run(this.#knex, args) };
      const answer = await this.#knex.transaction(async (db) => {
        const given = await run(db, args);
        isDone = true;
        return given;
      });
      return { answer };
    } catch (error) {
      return { error, mayBeCommitted: isDone };
    }
  }

  #prepare(connection: Client, done: Done): void {
    const settings = [
      `SET lock_timeout = ${this.#options.busyMs}`,
      // Whoever has waited for an account must see what was committed meanwhile, whatever the server's default is.
      `SET default_transaction_isolation = 'read committed'`,
      `SET idle_in_transaction_session_timeout = ${SILENT_MS}`,
      this.#options.readOnly ? 'SET default_transaction_read_only = on' : 'SET synchronous_commit = on',
    ];
    connection.query(settings.join('; ')).then(
      () => done(null, connection),
      (error: Error) => done(error, connection),
    );
  }
}

type Done = (error: Error | null, connection: Client) => void;

function noted(): void {}

/** The database by server and name: the address itself holds a password. */
function nameOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw new StoreError('STORE_UNAVAILABLE', 'DATABASE_URL must read postgres://USER:PASSWORD@HOST:PORT/DATABASE');
  }
  const { host, pathname } = parsed;
  return `the database ${decoded(pathname.slice(1))} on ${host === '' ? 'this machine' : host}`;
}

/** The driver takes a single % as it is, too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parserOf(oid: number, format: string) {
  return oid === INT8 ? readInt8 : types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');
}

function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be counted exactly`);
  return value;
}

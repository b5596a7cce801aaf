/**
 * One process at a time has a folder, as a night's or a program's. The lock is SQLite's on an empty file: the operating system lets go of
 * it when the process dies, however it dies, so there is no stale lock to recognise.
 */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ExchangeError } from './errors.ts';

const SQLITE_BUSY = 5;
/** A lock that nobody can reach any more would be let go of with the next garbage collection. */
const held = new Set<DatabaseSync>();

/** Takes the night in `dir`, which must exist. Returns how to let go of it. Throws `EXCHANGE_NIGHT_IN_USE`. */
export function lockNight(dir: string): () => void {
  return lockFolder(dir, 'night', (holder, cause) => {
    const text = `the night in ${dir} is running already, as process ${holder}: end that one, or give another --dir`;
    return new ExchangeError('EXCHANGE_NIGHT_IN_USE', text, { cause });
  });
}

/**
 * Takes a folder, which must exist, by `name.lock`; beside it `name.pid` says to people who has it, and says nothing once the lock is free.
 * Returns how to let go of it, which may be called twice. Throws what `inUse` makes of the other's process id; what the operating system
 * or SQLite say of a folder that cannot be written goes through.
 */
export function lockFolder(dir: string, name: string, inUse: (holder: string, cause: unknown) => Error): () => void {
  // SQLite says less about a folder that cannot be written than the operating system does.
  accessSync(dir, constants.W_OK);
  const lockFile = join(dir, `${name}.lock`);
  const pidFile = join(dir, `${name}.pid`);
  writeFileSync(lockFile, '', { flag: 'a', mode: 0o600 });
  const database = new DatabaseSync(lockFile);
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    database.close();
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    throw isBusy ? inUse(holderIn(pidFile), cause) : cause;
  }
  held.add(database);
  return () => {
    if (held.delete(database)) database.close();
  };
}

function holderIn(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || '(unknown)';
  } catch {
    // It has taken the lock a moment ago and not yet said so.
    return '(unknown)';
  }
}

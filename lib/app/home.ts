/** The home folder: one program's at a time, and files in it that are never half written. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from './errors.ts';

const LOCK_FILE = 'courtside.lock';
/** Who holds the lock, for people; it says nothing once the lock is free. */
const PID_FILE = 'courtside.pid';
const SQLITE_BUSY = 5;
/** A lock that nobody can reach any more would be let go of with the next garbage collection. */
const held = new Set<DatabaseSync>();

/**
 * Makes the folder where it is not there, and keeps every other Courtside out of it until the answer is called: two that share memory
 * and account would each take the other's orders for a stranger's. The lock is SQLite's on an empty file, which the operating system
 * lets go of however the process dies. Throws `APP_HOME_IN_USE`, `APP_HOME_UNUSABLE`.
 */
export function takeHome(home: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(join(home, LOCK_FILE), '', { flag: 'a', mode: 0o600 });
    database = new DatabaseSync(join(home, LOCK_FILE));
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(join(home, PID_FILE), `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    database?.close();
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    throw isBusy ? inUse(home, cause) : unusable(home, 'cannot be used as home folder: name another with COURTSIDE_HOME', cause);
  }
  const lock = database;
  held.add(lock);
  return () => {
    if (held.delete(lock)) lock.close();
  };
}

/** Beside it first, then in its place: a crash or a power cut leaves the old one or the new one. Throws `APP_HOME_UNUSABLE`. */
export function replaceFile(path: string, text: string): void {
  try {
    writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw unusable(path, 'cannot be written', cause);
  }
}

/** Undefined where there is no such file. Throws `APP_HOME_UNUSABLE`. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw unusable(path, 'cannot be read', cause);
  }
}

/** `what` ends a sentence that begins with the path; the operating system's own word goes with it. */
export function unusable(path: string, what: string, cause?: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new AppError('APP_HOME_UNUSABLE', `${path} ${what}${code}`, { cause });
}

function inUse(home: string, cause: unknown): AppError {
  const holder = readIfThere(join(home, PID_FILE))?.trim() || '(unknown)';
  const words = `Courtside runs in ${home} already, as process ${holder}: end that one, or give this one a folder and a port of its own with COURTSIDE_HOME and PORT`;
  return new AppError('APP_HOME_IN_USE', words, { cause });
}

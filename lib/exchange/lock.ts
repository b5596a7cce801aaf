/**
 * One process at a time lives a night. The lock is SQLite's on an empty file: the operating system lets go of it when the
 * process dies, however it dies, so there is no stale lock to recognise.
 */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ExchangeError } from './errors.ts';

const LOCK_FILE = 'night.lock';
/** Who holds the lock, for people; it says nothing once the lock is free. */
const PID_FILE = 'night.pid';
const SQLITE_BUSY = 5;

/** Takes the night in `dir`, which must exist. Returns how to let go of it. Throws `EXCHANGE_NIGHT_IN_USE`. */
export function lockNight(dir: string): () => void {
  // SQLite says less about a folder that cannot be written than the operating system does.
  accessSync(dir, constants.W_OK);
  const database = new DatabaseSync(join(dir, LOCK_FILE));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!(cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY)) throw cause;
    const text = `the night in ${dir} is running already, as process ${holder(dir)}: end that one, or give another --dir`;
    throw new ExchangeError('EXCHANGE_NIGHT_IN_USE', text, { cause });
  }
  writeFileSync(join(dir, PID_FILE), `${process.pid}\n`, { mode: 0o600 });
  return () => database.close();
}

function holder(dir: string): string {
  try {
    return readFileSync(join(dir, PID_FILE), 'utf8').trim();
  } catch {
    // It has taken the lock a moment ago and not yet said so.
    return '(unknown)';
  }
}

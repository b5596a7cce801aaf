/** The home folder: one program's at a time, and files in it that are never half written. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { lockFolder } from '../exchange/lock.ts';
import { codeOf } from '../trading/errors.ts';
import { AppError } from './errors.ts';

/**
 * Makes the folder where it is not there, and keeps every other Courtside out of it until the answer is called: two that share memory
 * and account would each take the other's orders for a stranger's. Throws `APP_HOME_IN_USE`, `APP_HOME_UNUSABLE`.
 */
export function takeHome(home: string): () => void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return lockFolder(home, 'courtside', (holder, cause) => inUse(home, holder, cause));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unusable(home, 'cannot be used as home folder: name another with COURTSIDE_HOME', cause);
  }
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
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw unusable(path, 'cannot be read', cause);
  }
}

/** `what` ends a sentence that begins with the path; the operating system's own word goes with it. */
export function unusable(path: string, what: string, cause?: unknown): AppError {
  const code = codeOf(cause);
  return new AppError('APP_HOME_UNUSABLE', `${path} ${what}${code === undefined ? '' : ` (${code})`}`, { cause });
}

function inUse(home: string, holder: string, cause: unknown): AppError {
  const words = `Courtside runs in ${home} already, as process ${holder}: end that one, or give this one a folder and a port of its own with COURTSIDE_HOME and PORT`;
  return new AppError('APP_HOME_IN_USE', words, { cause });
}

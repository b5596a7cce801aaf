/** Settings that are kept in a file of the folder that the program is started in. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { codeOf } from '../trading/errors.ts';
import { AppError } from './errors.ts';

const FILE = '.env';

/** Adds what the file sets to the environment, which comes first. The answer is its path; undefined: there is none. Throws `CONFIGURATION_INVALID`. */
export function loadSettingsFile(env: NodeJS.ProcessEnv = process.env, folder = '.'): string | undefined {
  const path = resolve(folder, FILE);
  if (!existsSync(path)) return undefined;
  for (const [name, value] of Object.entries(read(path))) env[name] ??= value;
  return path;
}

function read(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('CONFIGURATION_INVALID', `${path} cannot be read (${codeOf(cause) ?? String(cause)})`, { cause });
  }
}

/** What the program was started with: environment variables, checked at the door. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { isLiveAddress } from '../kalshi/hosts.ts';
import { AppError } from './errors.ts';
import { readIfThere, replaceFile } from './home.ts';
import { courtsideHome } from './practice-options.ts';
import { VARIABLES, type Variable } from './variables.ts';

type Table = typeof VARIABLES;
type ValueOf<V extends Variable> = z.output<V['schema']> | (V['default'] extends string ? never : undefined);
type Values = { readonly [N in keyof Table]: ValueOf<Table[N]> };

export interface Configuration extends Omit<Values, 'home' | 'privateKey' | 'privateKeyPath' | 'apiKeyId'> {
  /** An absolute or relative path; exists. */
  readonly home: string;
  /** Of KALSHI_ENV; undefined where none are given. */
  readonly credentials: { keyId: string; privateKeyPem: string } | undefined;
}

export interface ExaminedConfiguration {
  configuration: Configuration | undefined;
  problems: AppError[];
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Throws `CONFIGURATION_INVALID` with the variable's name, for the first one that cannot be used. */
export function readConfiguration(env: NodeJS.ProcessEnv, userHome: string): Configuration {
  const { configuration, problems } = examineConfiguration(env, userHome);
  if (configuration === undefined) throw problems[0];
  return configuration;
}

/** As `readConfiguration`, with every problem instead of the first: one for each variable, and none where there is a configuration. */
export function examineConfiguration(env: NodeJS.ProcessEnv, userHome: string): ExaminedConfiguration {
  const problems: AppError[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const read = Object.fromEntries(
    Object.entries<Variable>(VARIABLES).map(([key, variable]) => [key, attempt(() => readVariable(variable, env))]),
  ) as Values;
  const { home: _, privateKey, privateKeyPath, apiKeyId, ...rest } = read;
  attempt(() => checkHost(rest.host));
  attempt(() => checkPlayMoney('KALSHI_API_BASE', rest.apiBase, rest.environment));
  attempt(() => checkPlayMoney('KALSHI_WS_URL', rest.wsUrl, rest.environment));
  // A variable that cannot be read says nothing of whether the others go together.
  const isWhole = !problems.some(({ message }) => message.startsWith('KALSHI_'));
  const credentials = isWhole ? attempt(() => credentialsFrom(apiKeyId, privateKey, privateKeyPath)) : undefined;
  const configuration = { ...rest, home: courtsideHome(env, userHome), credentials };
  return { configuration: problems.length === 0 ? configuration : undefined, problems };
}

/**
 * The key that Node-RED encrypts credentials with: as given, else made once and kept in the home folder, readable by its owner only. The
 * folder must be there. Throws `APP_HOME_UNUSABLE`.
 */
export function credentialSecret(configuration: Pick<Configuration, 'secretKey' | 'home'>): string {
  if (configuration.secretKey !== undefined) return configuration.secretKey;
  const path = join(configuration.home, 'secret.key');
  const known = readIfThere(path)?.trim();
  // Nothing can have been encrypted with an empty one.
  if (known !== undefined && known !== '') return known;
  const made = randomBytes(32).toString('base64url');
  replaceFile(path, `${made}\n`);
  return made;
}

/** The environment says what an account trades with: its address must not say otherwise. */
function checkPlayMoney(variable: string, address: string | undefined, environment: Configuration['environment']): void {
  if (address === undefined || environment === 'live' || !isLiveAddress(address)) return;
  throw invalid(variable, `is Kalshi's live exchange, where orders cost real money, and KALSHI_ENV is ${environment}`);
}

function checkHost(host: string): void {
  if (LOOPBACK.has(host)) return;
  throw invalid('HOST', `is ${host}, and without sign-in Courtside listens on this machine only: 127.0.0.1 or ::1`);
}

function readVariable(variable: Variable, env: NodeJS.ProcessEnv): unknown {
  const written = env[variable.name];
  const given = written === undefined || written === '' ? variable.default : written;
  if (given === undefined) return undefined;
  const read = variable.schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(variable.name, issue?.message ?? 'cannot be used');
}

function credentialsFrom(
  keyId: string | undefined,
  privateKey: string | undefined,
  path: string | undefined,
): Configuration['credentials'] {
  if (privateKey !== undefined && path !== undefined) {
    throw invalid('KALSHI_PRIVATE_KEY', 'and KALSHI_PRIVATE_KEY_PATH are both set: give one of them');
  }
  if (keyId === undefined) {
    const lonely = privateKey === undefined ? 'KALSHI_PRIVATE_KEY_PATH' : 'KALSHI_PRIVATE_KEY';
    if (privateKey !== undefined || path !== undefined) throw invalid(lonely, 'is set and KALSHI_API_KEY_ID is not');
    return undefined;
  }
  if (privateKey !== undefined) return { keyId, privateKeyPem: privateKey };
  if (path === undefined)
    throw invalid('KALSHI_API_KEY_ID', 'is set, and neither KALSHI_PRIVATE_KEY nor KALSHI_PRIVATE_KEY_PATH is');
  try {
    return { keyId, privateKeyPem: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw invalid('KALSHI_PRIVATE_KEY_PATH', `names a file that cannot be read: ${path}`, cause);
  }
}

function invalid(variable: string, message: string, cause?: unknown): AppError {
  return new AppError('CONFIGURATION_INVALID', `${variable} ${message}`, { cause });
}

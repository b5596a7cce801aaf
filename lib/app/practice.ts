/** Puts a practice exchange together: scenario, journal, clock, first account, server. */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { lockstepClock, runningClock } from '../exchange/clock.ts';
import type { Account } from '../exchange/engine/state.ts';
import { ExchangeError } from '../exchange/errors.ts';
import { Faults } from '../exchange/faults.ts';
import { createJournal, type Entry, hasJournal, type Journal, type NightHeader, reopenJournal } from '../exchange/journal.ts';
import { Night } from '../exchange/night.ts';
import { DEFAULT_SEED, generatedScenario, readGamesFile, recordedScenario, type Scenario } from '../exchange/scenario/index.ts';
import { type ExchangeServer, startExchangeServer } from '../exchange/server.ts';
import { attachSocketServer } from '../exchange/ws/server.ts';
import { courtsideHome, type PracticeOptions } from './practice-options.ts';

export interface PracticeExchange {
  readonly night: Night;
  readonly server: ExchangeServer;
  /** The first account's key, and where its private half lies. */
  readonly keyId: string;
  readonly privateKeyPath: string;
  /** Whether this night had begun before and goes on. */
  readonly isResumed: boolean;
  close(): Promise<void>;
}

const FIRST_ACCOUNT = 'practice';
const FIRST_DEPOSIT_E6 = 10_000_000_000;
/** How far reads lag behind writes; on Kalshi 360 ms have been seen. */
const READ_LAG_MS = 100;
const KEY_FILE = 'practice.key';

/**
 * Starts a practice exchange and begins its night, or goes on with the one in `options.dir`. Throws ScenarioError for games
 * that cannot be read, ExchangeError for a night or port that cannot be had.
 */
export async function openPracticeExchange(
  options: PracticeOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<PracticeExchange> {
  const dir = resolve(options.dir ?? join(courtsideHome(env, homedir()), 'practice', randomUUID()));
  const wanted = headerFor(options);
  // The scenario is made before anything is written: a games file that cannot be read leaves nothing behind.
  const scenario = scenarioFor(options, wanted.seed);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { header, journal, history, isResumed } = openJournal(dir, wanted);
  const wallMs = () => performance.timeOrigin + performance.now();
  const night = new Night({
    header,
    scenario,
    makeClock: (startMs) => (options.isLockstep ? lockstepClock(startMs) : runningClock(startMs, options.speed, wallMs)),
    wallMs,
    readLagMs: 0,
    journal,
    history,
  });
  const privateKeyPath = join(dir, KEY_FILE);
  const keyId = firstKey(night, options.tier, privateKeyPath);
  // From here on: the first account is there from the first read.
  night.replica.lagMs = options.isLockstep ? 0 : READ_LAG_MS;
  const server = await startExchangeServer({
    night,
    port: options.port,
    // Signatures are dated by the machine's clock, which may be set while this runs.
    wallMs: Date.now,
    ...(options.hasFaults ? { faults: new Faults() } : {}),
    attach: attachSocketServer,
  }).catch((cause: unknown) => {
    night.stop();
    throw cause;
  });
  night.start();
  return {
    night,
    server,
    keyId,
    privateKeyPath,
    isResumed,
    async close() {
      await server.close();
      night.stop();
    },
  };
}

function headerFor(options: PracticeOptions): NightHeader {
  return {
    night: randomUUID(),
    seed: options.seed ?? DEFAULT_SEED,
    shards: options.shards === 4 ? [0, 1, 2, 3] : [0],
    thursdayPause: options.hasThursdayPause,
    scenario:
      options.games === undefined ? { kind: 'generated' } : { kind: 'recorded', ...recordedChoice(options, options.games) },
  };
}

function recordedChoice(options: PracticeOptions, path: string): Record<string, unknown> {
  // By content: a file that has changed would be another night under the same name.
  const sha256 = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
  return { sha256, from: options.from ?? null, to: options.to ?? null, reading: options.reading };
}

function scenarioFor(options: PracticeOptions, seed: number): Scenario {
  const { shards, from, to, reading } = options;
  if (options.games === undefined) return generatedScenario({ seed, shards });
  return recordedScenario({
    sides: readGamesFile(options.games),
    reading,
    shards,
    seed,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
}

function openJournal(
  dir: string,
  wanted: NightHeader,
): { header: NightHeader; journal: Journal; history: Entry[]; isResumed: boolean } {
  if (!hasJournal(dir)) return { header: wanted, journal: createJournal(dir, wanted), history: [], isResumed: false };
  const { header, entries, journal } = reopenJournal(dir);
  if (!isDeepStrictEqual({ ...header, night: wanted.night }, wanted)) {
    journal.close();
    throw new ExchangeError(
      'EXCHANGE_NIGHT_DIFFERS',
      `${dir} holds a night that was started with other games, seed or shards: start it the same way, or give another --dir`,
    );
  }
  return { header, journal, history: entries, isResumed: true };
}

/** The first account and its key: made at the night's start, found again when it resumes. */
function firstKey(night: Night, tier: string, privateKeyPath: string): string {
  const found = [...night.exchange.state.accounts.values()].find((account) => account.name === FIRST_ACCOUNT);
  const known = found?.keys.keys().next().value;
  if (known !== undefined && existsSync(privateKeyPath)) return known;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  // The key file comes first: a journaled key whose private half nobody has would be of no use after a crash in between.
  writeFileSync(privateKeyPath, privateKey, { mode: 0o600 });
  const account = found ?? openFirstAccount(night, tier);
  return night.execute<'add_key'>({
    kind: 'add_key',
    accountId: account.id,
    name: FIRST_ACCOUNT,
    publicKeyPem: publicKey,
    scopes: ['read', 'write'],
  }).id;
}

function openFirstAccount(night: Night, tier: string): Account {
  return night.execute<'open_account'>({ kind: 'open_account', name: FIRST_ACCOUNT, tier, purses: [[0, FIRST_DEPOSIT_E6]] });
}

/** Puts a practice exchange together: scenario, journal, clock, first account, server. */
import { createHash, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { lockstepClock, runningClock } from '../exchange/clock.ts';
import type { Account } from '../exchange/engine/state.ts';
import { Faults } from '../exchange/faults.ts';
import { type NightHeader, type OpenedJournal, openJournal } from '../exchange/journal.ts';
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
  /** The night's account of that name with a key of ours: found again, or opened with the usual money. */
  member(name: string): { keyId: string; privateKeyPem: string };
  /** Comes only if the night has to end by itself, with the reason (`EXCHANGE_JOURNAL_FAILED`). The server is closed then. */
  readonly failure: Promise<Error>;
  close(): Promise<void>;
}

const FIRST_ACCOUNT = 'practice';
const FIRST_TIER = 'basic';
const FIRST_DEPOSIT_E6 = 10_000_000_000;
/** How far reads lag behind writes; on Kalshi 360 ms have been seen. */
const READ_LAG_MS = 100;

/**
 * Starts a practice exchange and begins its night, or goes on with the one in `options.dir`. Throws ScenarioError for games that cannot
 * be read, ExchangeError for a night or port that cannot be had.
 */
export async function openPracticeExchange(
  options: PracticeOptions,
  env: NodeJS.ProcessEnv = process.env,
): Promise<PracticeExchange> {
  const wanted = headerFor(options);
  // The scenario is made before anything is written: a games file that cannot be read leaves nothing behind.
  const scenario = scenarioFor(options, wanted.seed);
  const dir = resolve(options.dir ?? join(courtsideHome(env, homedir()), 'practice', randomUUID()));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    const opened = openJournal(dir, wanted);
    return await beginNight(options, scenario, opened, dir).catch((cause: unknown) => {
      opened.journal.close();
      throw cause;
    });
  } catch (cause) {
    // A night that did not begin and that nobody could ask for by name.
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    throw cause;
  }
}

async function beginNight(
  options: PracticeOptions,
  scenario: Scenario,
  { header, journal, entries, isResumed }: OpenedJournal,
  dir: string,
): Promise<PracticeExchange> {
  const wallMs = () => performance.timeOrigin + performance.now();
  const { promise: failure, resolve: endWith } = Promise.withResolvers<Error>();
  const night = new Night({
    header,
    scenario,
    makeClock: (startMs) => (options.isLockstep ? lockstepClock(startMs) : runningClock(startMs, options.speed, wallMs)),
    wallMs,
    readLagMs: 0,
    journal,
    history: entries,
    onFailure: endWith,
  });
  const privateKeyPath = keyPath(dir, FIRST_ACCOUNT);
  const keyId = keyOf(night, FIRST_ACCOUNT, options.tier, privateKeyPath);
  // From here on: the first account is there from the first read.
  night.replica.lagMs = options.isLockstep ? 0 : READ_LAG_MS;
  const server = await startExchangeServer({
    night,
    port: options.port,
    // Signatures are dated by the machine's clock, which may be set while this runs.
    wallMs: Date.now,
    ...(options.hasFaults ? { faults: new Faults() } : {}),
    attach: attachSocketServer,
  });
  night.start();
  return {
    night,
    server,
    keyId,
    privateKeyPath,
    isResumed,
    member: (name) => {
      const path = keyPath(dir, name);
      return { keyId: keyOf(night, name, undefined, path), privateKeyPem: readFileSync(path, 'utf8') };
    },
    failure: failure.then(async (reason) => {
      await server.close();
      return reason;
    }),
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
  return { sha256: sha256Of(path), from: options.from ?? null, to: options.to ?? null, reading: options.reading };
}

/** Null where the file cannot be read: reading its games says what is wrong with it. */
function sha256Of(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return null;
  }
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

/** Where an account's private key lies. Names are told apart by more than case and blanks, so they are not file names. */
function keyPath(dir: string, name: string): string {
  return join(dir, name === FIRST_ACCOUNT ? 'practice.key' : `practice-${Buffer.from(name).toString('hex')}.key`);
}

/** An account by its name, with the tier that was asked for, and its key: made once, found again when the night resumes. */
function keyOf(night: Night, name: string, tier: PracticeOptions['tier'], privateKeyPath: string): string {
  const found = [...night.exchange.state.accounts.values()].find((account) => account.name === name);
  if (found && tier !== undefined && found.tier !== tier) night.execute({ kind: 'set_tier', accountId: found.id, tier });
  const publicKeyPem = publicHalf(privateKeyPath);
  const known = found && [...found.keys.values()].find((key) => key.publicKeyPem === publicKeyPem);
  if (known) return known.id;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  // The key file comes first: a journaled key whose private half nobody has would be of no use after a crash in between.
  writeFileSync(privateKeyPath, privateKey, { mode: 0o600 });
  const account = found ?? openAccount(night, name, tier ?? FIRST_TIER);
  return night.execute<'add_key'>({
    kind: 'add_key',
    accountId: account.id,
    name,
    publicKeyPem: publicKey,
    scopes: ['read', 'write'],
  }).id;
}

/** The public half of the private key in a file; undefined where there is none to be read. */
function publicHalf(path: string): string | undefined {
  try {
    return createPublicKey(readFileSync(path)).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return undefined;
  }
}

function openAccount(night: Night, name: string, tier: string): Account {
  return night.execute<'open_account'>({ kind: 'open_account', name, tier, purses: [[0, FIRST_DEPOSIT_E6]] });
}

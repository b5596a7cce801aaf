/** What the practice exchange is started with on the command line. */
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const TIERS = ['basic', 'advanced', 'expert', 'premier', 'paragon', 'prime', 'prestige'] as const;
/** Market time over real time where nothing else is asked for: a game takes two to three minutes. */
export const DEFAULT_SPEED = 60;
export const DEFAULT_PORT = 8791;

export interface PracticeOptions {
  port: number;
  /** Path of a file of recorded games; generated games where there is none. */
  games: string | undefined;
  from: string | undefined;
  to: string | undefined;
  reading: 'exact' | 'path';
  seed: number | undefined;
  /** Infinity: as fast as it can be computed. */
  speed: number;
  isLockstep: boolean;
  /** Undefined: the lowest, or the one that a night which goes on had. */
  tier: (typeof TIERS)[number] | undefined;
  shards: 1 | 4;
  hasFaults: boolean;
  hasThursdayPause: boolean;
  /** Where the night's journal and key lie; a new night under the home folder where not given. */
  dir: string | undefined;
}

/** What a door takes where its command line says nothing. */
export type OptionDefaults = Partial<Pick<PracticeOptions, 'dir' | 'port'>>;

/** A command line that cannot be understood; `message` is one line for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `--port N           port on 127.0.0.1 (default ${DEFAULT_PORT}; 0 takes a free one)
--games FILE       recorded games instead of generated ones; with --from and --to YYYY-MM-DD, and --reading exact|path
--seed N           seed of the generated games
--speed N|max      market time over real time (default ${DEFAULT_SPEED}); --lockstep delivers an event per POST /practice/step
--tier NAME        rate limits of the first account: ${TIERS.join(', ')}
--shards 1|4       one balance, or one for each of four shards
--thursday-pause   trading pauses on Thursdays 03:00-05:00 Eastern
--faults           allows troubles to be ordered through /practice/faults
--dir DIR          keeps the night there, and resumes the one that is there`;

/** Reads the command line. Throws `UsageError`. */
export function readOptions(args: string[], defaults: OptionDefaults = {}): PracticeOptions {
  const values = parse(args);
  const speed = values.speed === 'max' ? Number.POSITIVE_INFINITY : (positive('speed', values.speed) ?? DEFAULT_SPEED);
  if (values.lockstep && values.speed !== undefined) throw new UsageError('--lockstep and --speed exclude each other');
  if (speed === Number.POSITIVE_INFINITY && values.games === undefined) {
    throw new UsageError('--speed max goes with --games: generated games have no end');
  }
  if (values.games === undefined && (values.from ?? values.to ?? values.reading) !== undefined) {
    throw new UsageError('--from, --to and --reading go with --games');
  }
  const from = date('from', values.from);
  const to = date('to', values.to);
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
  return {
    port: whole('port', values.port, 0, 65_535) ?? defaults.port ?? DEFAULT_PORT,
    games: path('games', values.games),
    from,
    to,
    reading: oneOf('reading', values.reading, ['exact', 'path'] as const) ?? 'exact',
    seed: whole('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    speed,
    isLockstep: values.lockstep ?? false,
    tier: oneOf('tier', values.tier, TIERS),
    shards: oneOf('shards', values.shards, ['1', '4'] as const) === '4' ? 4 : 1,
    hasFaults: values.faults ?? false,
    hasThursdayPause: values['thursday-pause'] ?? false,
    dir: path('dir', values.dir) ?? defaults.dir,
  };
}

/** Where a program keeps its night: as asked for, else in the home folder. */
export function nightDir(options: PracticeOptions, home: string): string {
  return options.dir ?? join(home, 'practice', nightFolder(options));
}

/**
 * The name of the folder that a night without `--dir` is kept in: one for each choice of games, so that another choice neither ends nor
 * meets the night that is there. How fast it runs is no part of the choice.
 */
export function nightFolder(options: PracticeOptions): string {
  const { games, from, to, reading, seed, shards, hasThursdayPause } = options;
  if (games === undefined && seed === undefined && shards === 1 && !hasThursdayPause) return 'tonight';
  const choice = [
    games === undefined ? null : resolve(games),
    from ?? null,
    to ?? null,
    reading,
    seed ?? null,
    shards,
    hasThursdayPause,
  ];
  const digest = createHash('sha256').update(JSON.stringify(choice)).digest('hex').slice(0, 8);
  const name =
    games === undefined
      ? `seed-${seed ?? 'usual'}`
      : basename(games)
          .replaceAll(/[^\w.-]/g, '_')
          .slice(0, 40);
  return `${name}-${digest}`;
}

/** The folder that everything of Courtside lives in: COURTSIDE_HOME, else .courtside in the user's home. */
export function courtsideHome(env: NodeJS.ProcessEnv, userHome: string): string {
  return env.COURTSIDE_HOME ? env.COURTSIDE_HOME : join(userHome, '.courtside');
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        games: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        reading: { type: 'string' },
        seed: { type: 'string' },
        speed: { type: 'string' },
        lockstep: { type: 'boolean' },
        tier: { type: 'string' },
        shards: { type: 'string' },
        faults: { type: 'boolean' },
        'thursday-pause': { type: 'boolean' },
        dir: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(text.split('\n')[0] ?? text, { cause });
  }
}

function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
  return value;
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0)) throw new UsageError(`--${name} takes a number above 0, or "max", not "${text}"`);
  return value;
}

function date(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // There and back again: the 31st of February is read as a day in March.
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  const isDate = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!isDate) throw new UsageError(`--${name} takes a date as YYYY-MM-DD, not "${text}"`);
  return text;
}

/** An empty one would silently stand for the folder that this was started in. */
function path(name: string, text: string | undefined): string | undefined {
  if (text === '') throw new UsageError(`--${name} takes a path`);
  return text;
}

function oneOf<T extends string>(name: string, text: string | undefined, choices: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new UsageError(`--${name} takes one of ${choices.join(', ')}, not "${text}"`);
  return found;
}

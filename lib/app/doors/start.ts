/** `npm start`: the whole of Courtside for a person, in the practice environment unless something else is said. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../configuration.ts';
import { openCourtside } from '../courtside.ts';
import { endOnSignal } from '../end-on-signal.ts';
import { AppError } from '../errors.ts';
import { terminalLog } from '../log.ts';
import { packageRoot } from '../package-root.ts';
import { openPracticeExchange } from '../practice.ts';
import { nightDir, readOptions, UsageError } from '../practice-options.ts';
import { loadSettingsFile } from '../settings-file.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const USAGE = `Courtside: dashboard, flow editor and engine on this machine.

--games FILE   trades recorded games instead of made-up ones; with --from and --to YYYY-MM-DD, and --reading exact|path
--seed N       seed of the made-up games
--speed N|max  market time over real time on practice (default 60)
--lockstep     the night goes on event by event, each when everything has come to rest
--dir DIR      keeps the practice night there, and resumes the one that is there; without it each choice of games has its own night
--faults       allows troubles to be ordered on the practice exchange

Settings are environment variables, or lines of a file .env: see .env.example.`;

/** What a person should know of the environment first. */
const WORDS: Readonly<Record<string, string>> = {
  practice: 'Practice: no account, no money, everything stays on this machine.',
  demo: "Kalshi's demo exchange. Entries wait until you switch them on in the dashboard.",
};

try {
  await start(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof AppError || error instanceof UsageError;
  console.error(isOurs ? `courtside: ${error.message}` : error);
  const isUsage = error instanceof UsageError || (error instanceof AppError && error.code === 'CONFIGURATION_INVALID');
  process.exit(isUsage ? EXIT_USAGE : EXIT_FAILED);
}

async function start(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return;
  }
  loadSettingsFile();
  const configuration = readConfiguration(process.env, homedir());
  const asked = readOptions(args.includes('--port') ? refusePort() : args, { port: 0 });
  const options = { ...asked, dir: nightDir(asked, configuration.home) };
  const root = packageRoot();
  const log = terminalLog(configuration.logLevel, (line) => console.log(line));
  const opening = openCourtside({
    configuration,
    openPractice: () => openPracticeExchange(options),
    log,
    root,
    version: versionOf(root),
  });
  let night: Promise<unknown> = Promise.resolve();
  // What is half open cannot be closed in order, and a night that is stepped must not meet an exchange that has gone.
  const ending = endOnSignal(async () => {
    const opened = await opening.catch(() => undefined);
    await night.catch(() => {});
    await opened?.close();
  });
  const courtside = await opening;
  if (ending.aborted) return;
  console.log(greeting(courtside.url, configuration.environment));
  if (!options.isLockstep || configuration.environment !== 'practice') return;
  await courtside.untilArmed();
  if (ending.aborted) return;
  const stepping = courtside.runNight({ signal: ending });
  night = stepping;
  const events = await stepping;
  if (!ending.aborted) log.say('info', `the night is over: ${events} events`);
}

function greeting(url: string, environment: string): string {
  const words = WORDS[environment] ?? `${environment} cannot be used in this version; the dashboard says why.`;
  return [
    '',
    'Courtside is running.',
    '',
    `  dashboard   ${url}/dashboard`,
    `  flows       ${url}/editor`,
    '',
    words,
    'Ctrl-C ends it; the next start goes on where it stopped.',
    '',
  ].join('\n');
}

/** The program's own port is a setting, so that it is the same at every start. */
function refusePort(): never {
  throw new UsageError('the port is a setting: PORT=1880 npm start');
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

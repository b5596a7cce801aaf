/** `npm run doctor`: looks at everything that trading stands on, and says what to do about each fault. Code 1 where there is one. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../kalshi/wall-clock.ts';
import { examine } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { findingsJson, findingText, isHealthy, summaryText } from '../doctor/report.ts';
import { AppError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { openPracticeExchange } from '../practice.ts';
import { readOptions } from '../practice-options.ts';
import { loadSettingsFile } from '../settings-file.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const USAGE = `Looks at everything that trading stands on: settings, home folder, database, exchange, key, clock, scores, Discord.
Changes and posts nothing. Ends with code 1 where there is a fault.

--json   one JSON document instead of lines

It reads the same environment variables and the same .env as npm start.`;

try {
  await see(process.argv.slice(2));
} catch (error) {
  const isArgument = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const isUsage = isArgument || error instanceof AppError;
  console.error(isUsage ? `courtside: ${error.message}` : error);
  process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAULT;
}

async function see(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const file = loadSettingsFile();
  const findings: Finding[] = [];
  for await (const finding of examine({
    env: process.env,
    userHome: homedir(),
    source: file === undefined ? 'environment; there is no .env here' : `environment and ${file}`,
    node: { version: process.version, needed: neededNode() },
    wall: systemClock,
    openPractice: (options) => openPracticeExchange(options),
    practice: readOptions([]),
  })) {
    findings.push(finding);
    if (!values.json) console.log(findingText(finding));
  }
  console.log(values.json ? findingsJson(findings) : `\n${summaryText(findings)}`);
  if (!isHealthy(findings)) process.exitCode = EXIT_FAULT;
}

function neededNode(): string {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { engines: { node: string } };
  return engines.node;
}

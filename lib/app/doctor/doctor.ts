/** What is looked at, in which order, for the environment that is set. */
import { join } from 'node:path';
import { KALSHI_HOSTS } from '../../kalshi/hosts.ts';
import type { WallClock } from '../../kalshi/wall-clock.ts';
import { newYorkDay } from '../../trading/trading-day.ts';
import { type Configuration, examineConfiguration } from '../configuration.ts';
import { refusalOf } from '../place.ts';
import { courtsideHome, type PracticeOptions } from '../practice-options.ts';
import { discordCheck, runningCheck, scoresCheck } from './around.ts';
import { databaseCheck } from './database.ts';
import { exchangeChecks } from './exchange.ts';
import { type Check, type Finding, fault, note, runChecks } from './finding.ts';
import { flowsCheck, homeCheck, nodeCheck, settingsCheck } from './machine.ts';
import { type OpenPractice, practiceCheck } from './practice.ts';
import { hideSecrets } from './secrets.ts';

export interface DoctorParts {
  env: NodeJS.ProcessEnv;
  userHome: string;
  /** Where the settings come from, in words. */
  source: string;
  /** Of this process, and what package.json asks for. */
  node: { version: string; needed: string };
  wall: WallClock;
  openPractice: OpenPractice;
  practice: PracticeOptions;
  /** Instead of Discord, for tests. */
  discordStandIn?: string | undefined;
}

/** Looks at everything, and tells each finding as soon as there is one. Changes nothing. */
export async function* examine(parts: DoctorParts): AsyncGenerator<Finding> {
  const { env, userHome, source, node, wall } = parts;
  const hide = hideSecrets(env);
  const { configuration, problems } = examineConfiguration(env, userHome);
  const home = courtsideHome(env, userHome);
  yield* runChecks([nodeCheck(node.version, node.needed), settingsCheck(problems, source), homeCheck(home)], hide);
  if (configuration === undefined) {
    yield* runChecks([unseen()], hide);
    return;
  }
  const file = join(home, 'courtside.db');
  yield* runChecks([flowsCheck(home), databaseCheck({ url: configuration.databaseUrl, file })], hide);
  yield* examineEnvironment(configuration, parts, hide);
  yield* runChecks(
    [discordCheck(configuration.discordWebhookUrl, parts.discordStandIn), runningCheck(configuration.host, configuration.port)],
    hide,
  );

  async function* examineEnvironment(
    { environment, apiBase, wsUrl, credentials, espnBase }: Configuration,
    { openPractice, practice }: DoctorParts,
    hideIn: (text: string) => string,
  ): AsyncGenerator<Finding> {
    const refused = refusalOf(environment);
    if (refused !== undefined) {
      yield* runChecks([saying('Environment', fault(refused.message, 'Set KALSHI_ENV to practice or demo.'))], hideIn);
      return;
    }
    if (environment === 'practice') {
      if (credentials !== undefined || apiBase !== undefined || wsUrl !== undefined) yield* runChecks([unused()], hideIn);
      yield* runChecks([practiceCheck(openPractice, practice, wall)], hideIn);
      return;
    }
    const exchange = exchangeChecks({
      name: apiBase === undefined ? "Kalshi's demo exchange" : 'the exchange of KALSHI_API_BASE',
      rest: apiBase ?? KALSHI_HOSTS.demo.rest,
      ws: wsUrl ?? KALSHI_HOSTS.demo.ws,
      credentials,
      wall,
    });
    try {
      yield* runChecks(exchange.checks, hideIn);
    } finally {
      await exchange.close();
    }
    yield* runChecks([scoresCheck(espnBase === 'off' ? undefined : espnBase, wall, newYorkDay(wall.nowMs()))], hideIn);
  }
}

/** Whoever has set a key believes that it is traded with. */
function unused(): Check {
  const todo = "Set KALSHI_ENV=demo to trade on Kalshi's demo exchange.";
  return saying('Environment', note('a Kalshi key or address is set and not used, since KALSHI_ENV is practice', todo));
}

function unseen(): Check {
  return saying('The rest', note('not looked at, since it depends on the settings', 'Correct them and run the doctor again.'));
}

function saying(topic: string, found: ReturnType<typeof note>): Check {
  return { topic, examine: () => [found] };
}

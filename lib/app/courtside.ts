/** The whole program: engine, pages, flows, and the door to all of them. */

import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import express from 'express';
import { provideDesk } from '../account/desk.ts';
import { systemClock } from '../kalshi/wall-clock.ts';
import { countHops } from '../node-red/flow-activity.ts';
import { isStoreTrouble } from '../store/errors.ts';
import { knockOf, refusedAtDoor } from '../web/guard.ts';
import { securityHeaders } from '../web/security-headers.ts';
import { openWeb, type Web, type WebSources } from '../web/web.ts';
import { type Configuration, credentialSecret } from './configuration.ts';
import { createEngine, type Engine, wordsOf } from './engine.ts';
import { type FlowNode, prepareFlows, readShippedFlows } from './flows-file.ts';
import { openFrontDoor } from './front-door.ts';
import { takeHome } from './home.ts';
import { runLockstep } from './lockstep.ts';
import { type Log, levelOfRuntime } from './log.ts';
import { pagesOf } from './pages.ts';
import type { PracticeExchange } from './practice.ts';
import { loadRuntime, type Runtime, type RuntimeLine } from './runtime.ts';

export interface CourtsideOptions {
  configuration: Configuration;
  openPractice: () => Promise<PracticeExchange>;
  log: Log;
  /** Where the package lies: settings.js, flows/, dist/. */
  root: string;
  version: string;
}

export interface Courtside {
  readonly url: string;
  readonly engine: Engine;
  readonly runtime: Runtime;
  readonly web: Web;
  /** In lockstep: delivers the night's events one by one, each when everything has come to rest; resolves with their number. */
  runNight(options?: { untilMs?: number; signal?: AbortSignal }): Promise<number>;
  /** Resolves when an account is there and none is still starting. */
  untilArmed(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts everything. Folder and port come first, and nothing trades before both are ours: a second start must not touch what the first
 * one trades. Throws an AppError for what a person has to change first; nothing is left running then.
 */
export async function openCourtside(options: CourtsideOptions): Promise<Courtside> {
  const { configuration, log } = options;
  const ends = [takeHome(configuration.home)] as (() => unknown)[];
  const close = () => inTurn(ends.splice(0).toReversed());
  try {
    const secret = credentialSecret(configuration);
    const engine = createEngine(options);
    ends.push(() => engine.close());
    ends.push(provideDesk(engine.desk));
    const web = openWeb(sourcesOf(options, engine));
    ends.push(() => web.close());
    const app = express();
    const door = openFrontDoor(
      {
        host: configuration.host,
        port: configuration.port,
        guard: (request) => refusedAtDoor(knockOf(request)),
        own: (request, response) => web.handle(request, response),
      },
      app,
    );
    const { url } = await door.listen();
    ends.push(() => door.close());
    await engine.begin();
    const runtime = await startRuntime(options, engine, app, door.inner, secret);
    // The door closes before the flows stop: what is asked for meanwhile would come to nothing.
    ends.splice(-1, 0, () => runtime.stop());
    door.letIn();
    return {
      url,
      engine,
      runtime,
      web,
      runNight: ({ untilMs, signal } = {}) => runNight(engine, untilMs, signal),
      untilArmed: () => untilArmed(engine),
      close,
    };
  } catch (cause) {
    await close().catch((trouble: unknown) => log.say('error', stackOf(trouble)));
    throw cause;
  }
}

/** Takes every step, also after one that has failed; throws the first failure. */
async function inTurn(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (cause) {
      failures.push(cause);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function sourcesOf({ log, version }: CourtsideOptions, engine: Engine): WebSources {
  return {
    desk: engine.desk,
    pages: pagesOf(engine.database),
    memory: engine.database,
    wall: systemClock,
    practice: () => nightOf(engine.practice()),
    info: { version, startedMs: systemClock.nowMs() },
    problem: () => engine.problem(),
    orders: (accountId) => orderHealth(engine, accountId),
    report: (error) => log.say('error', isStoreTrouble(error) ? wordsOf(error) : stackOf(error)),
  };
}

async function startRuntime(
  options: CourtsideOptions,
  engine: Engine,
  app: ReturnType<typeof express>,
  server: ReturnType<typeof openFrontDoor>['inner'],
  secret: string,
): Promise<Runtime> {
  const { configuration, root, log } = options;
  const userDir = join(configuration.home, 'node-red');
  const { settings } = (await import(join(root, 'settings.js'))) as { settings: Record<string, unknown> };
  const shipped = prepareFlows(userDir, readShippedFlows(join(root, 'flows')), dashboardFlow(root));
  for (const name of shipped.offered) {
    log.say('info', `a newer version of the flow "${name}" is in the editor's menu: Import, Examples. Yours was left as it is.`);
  }
  const runtime = loadRuntime(server, {
    settings,
    userDir,
    credentialSecret: secret,
    level: configuration.logLevel,
    log: (line) => forward(log, line),
  });
  app.disable('x-powered-by');
  app.get('/', (_, response) => response.redirect('/dashboard'));
  app.use('/editor', headersFor('editor'), runtime.httpAdmin);
  app.use('/', headersFor('dashboard'), runtime.httpNode);
  app.use(answerFailure(log));
  countHops(runtime.hooks, engine.activity);
  const obstacle = await runtime.start();
  if (obstacle !== undefined) log.say('error', `the flows do not run, and so nothing trades: ${obstacle}`);
  return runtime;
}

/** The dashboard's pages, as the build has put them together. */
function dashboardFlow(root: string): FlowNode[] {
  return JSON.parse(readFileSync(join(root, 'dist/dashboard.json'), 'utf8')) as FlowNode[];
}

function headersFor(area: Parameters<typeof securityHeaders>[0]): RequestHandler {
  const headers = Object.entries(securityHeaders(area));
  return (_, response, next) => {
    for (const [name, value] of headers) if (value !== undefined) response.setHeader(name, value);
    next();
  };
}

/** Express would show the stack to whoever asked, and print it. */
function answerFailure(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const said = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
    const status = typeof said === 'number' && said >= 400 ? said : 500;
    if (status >= 500) log.say('error', stackOf(error));
    if (response.headersSent) next(error);
    else response.status(status).type('text').send(STATUS_CODES[status]);
  };
}

/** A defect is told with where it came from. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function forward(log: Log, { level, name, type, text }: RuntimeLine): void {
  const from = type === undefined ? '' : `[${name ?? type}] `;
  log.say(levelOfRuntime(level, text), `${from}${text}`);
}

function nightOf(exchange: PracticeExchange | undefined): { night: string; speed: number } | undefined {
  if (exchange === undefined) return undefined;
  const { header, clock } = exchange.night;
  return { night: header.night.slice(0, 8), speed: clock.isLockstep ? 0 : clock.speed };
}

function orderHealth(engine: Engine, accountId: string) {
  const timed = engine.venue(accountId);
  if (timed === undefined) return undefined;
  const { isHealthy, reason } = timed.venue.health();
  return { isHealthy, lastMs: timed.lastMs, reason };
}

/** Resolves when an account is there and none is still starting. */
function untilArmed({ desk }: Engine): Promise<void> {
  return new Promise((resolve) => {
    const stops = new Map<unknown, () => void>();
    const look = () => {
      const accounts = desk.accounts();
      for (const account of accounts) if (!stops.has(account)) stops.set(account, account.listen({ state: look }));
      if (accounts.length === 0 || accounts.some((account) => account.state().status === 'starting')) return;
      for (const stop of stops.values()) stop();
      stopWatching();
      resolve();
    };
    const stopWatching = desk.onChange(look);
    look();
  });
}

async function runNight(engine: Engine, untilMs: number | undefined, signal: AbortSignal | undefined): Promise<number> {
  const place = engine.place('practice');
  const exchange = engine.practice();
  if (place === undefined || exchange === undefined) throw new TypeError('no practice night is open');
  return runLockstep(
    {
      night: exchange.night,
      clock: place.clock,
      rest: () => engine.rest(),
      readScores: () => engine.readScores('practice'),
      takeIn: () => engine.takeIn('practice'),
      untilMs,
    },
    signal,
  );
}

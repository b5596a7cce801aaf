/** The embedded Node-RED: started with our settings on a server of ours, with its log handed to us. */

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { AppError } from './errors.ts';

/** What we use of Node-RED. */
interface NodeRed {
  init(server: Server, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  httpAdmin: RequestHandler;
  httpNode: RequestHandler;
  events: RuntimeEvents;
  hooks: RuntimeHooks;
  runtime: {
    flows: {
      getFlows(options: object): Promise<{ rev: string; flows: unknown[] }>;
      setFlows(options: object): Promise<{ rev: string }>;
    };
  };
}

interface RuntimeEvents {
  on(name: string, listener: (event: unknown) => void): void;
  off(name: string, listener: (event: unknown) => void): void;
}

export interface RuntimeHooks {
  add(name: string, hook: (event: never) => void): void;
  remove(name: string): void;
}

export type DeployKind = 'full' | 'flows' | 'nodes';

export interface Runtime {
  readonly httpAdmin: RequestHandler;
  readonly httpNode: RequestHandler;
  readonly hooks: RuntimeHooks;
  /** Resolves when every flow has been started, or when it is known that none will be: with the reason then, for the user. */
  start(): Promise<string | undefined>;
  stop(): Promise<void>;
  /** The flows as they are deployed. */
  flows(): Promise<unknown[]>;
  deploy(flows: readonly unknown[], kind: DeployKind): Promise<void>;
}

/** One line of Node-RED's log. */
export interface RuntimeLine {
  level: number;
  type: string | undefined;
  name: string | undefined;
  text: string;
}

export interface RuntimeOptions {
  /** As in settings.js. */
  settings: Record<string, unknown>;
  userDir: string;
  credentialSecret: string;
  log: (line: RuntimeLine) => void;
  level: string;
}

/** Loads Node-RED and gives it our server. Throws `APP_RUNTIME_FAILED` where it is not installed. One per process: so is Node-RED. */
export function loadRuntime(server: Server, options: RuntimeOptions): Runtime {
  const red = load();
  red.init(server, {
    ...options.settings,
    userDir: options.userDir,
    credentialSecret: options.credentialSecret,
    logging: {
      courtside: {
        level: options.level,
        metrics: false,
        audit: false,
        handler: () => (line: LogMessage) => options.log(lineOf(line)),
      },
    },
  });
  return {
    httpAdmin: red.httpAdmin,
    httpNode: red.httpNode,
    hooks: red.hooks,
    async start() {
      const outcome = startOf(red.events, options.userDir);
      try {
        await red.start();
      } catch (cause) {
        throw new AppError(
          'APP_RUNTIME_FAILED',
          `Node-RED did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }
      return outcome;
    },
    stop: () => red.stop(),
    flows: async () => (await red.runtime.flows.getFlows({})).flows,
    deploy: async (flows, kind) => {
      await red.runtime.flows.setFlows({ flows: { flows }, deploymentType: kind, user: undefined });
    },
  };
}

/** Resolves when the flows have been started, or with the reason why they are not. */
function startOf(events: RuntimeEvents, userDir: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (reason: string | undefined) => {
      events.off('flows:started', onStarted);
      events.off('runtime-event', onEvent);
      resolve(reason);
    };
    const onStarted = () => end(undefined);
    const onEvent = (event: unknown) => {
      const reason = obstacleIn(event, userDir);
      if (reason !== undefined) end(reason);
    };
    events.on('flows:started', onStarted);
    events.on('runtime-event', onEvent);
  });
}

/** Node-RED tells of flows that it does not start in its notifications to the editor only. */
const Halt = z.object({
  id: z.literal('runtime-state'),
  payload: z.object({
    state: z.enum(['stop', 'safe']),
    error: z.string().optional(),
    types: z.array(z.string()).optional(),
    modules: z.array(z.object({ module: z.string() })).optional(),
  }),
});

function obstacleIn(event: unknown, userDir: string): string | undefined {
  const halt = Halt.safeParse(event);
  if (!halt.success) return undefined;
  const { error, types, modules } = halt.data.payload;
  const advice = `install it with npm in ${userDir} and start again, or take these nodes out in the editor and deploy`;
  if (types !== undefined) return `no node of type ${types.join(', ')} is installed here: ${advice}`;
  if (modules !== undefined)
    return `they need ${modules.map(({ module }) => module).join(', ')}, which is not installed: ${advice}`;
  return `Node-RED says ${error ?? 'that they were stopped'}: look at them in the editor and deploy`;
}

interface LogMessage {
  level: number;
  type?: string;
  name?: string;
  msg?: unknown;
}

function lineOf({ level, type, name, msg }: LogMessage): RuntimeLine {
  const text = typeof msg === 'string' ? msg : msg instanceof Error ? msg.message : JSON.stringify(msg);
  return { level, type, name, text: text ?? '' };
}

function load(): NodeRed {
  // Found from the package's own root: node-red is the app's, not the pack's.
  const require = createRequire(join(import.meta.dirname, 'runtime.js'));
  try {
    return require('node-red') as NodeRed;
  } catch (cause) {
    throw new AppError('APP_RUNTIME_FAILED', 'Node-RED is not installed beside Courtside: npm install node-red', { cause });
  }
}

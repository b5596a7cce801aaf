/** The embedded Node-RED: started with our settings on a server of ours, with its log handed to us. */

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { AppError } from './errors.ts';

/** What we use of Node-RED. */
interface NodeRed {
  init(server: Server, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  httpAdmin: RequestHandler;
  httpNode: RequestHandler;
  events: { on(name: string, listener: () => void): void; off(name: string, listener: () => void): void };
  hooks: RuntimeHooks;
  runtime: {
    flows: {
      getFlows(options: object): Promise<{ rev: string; flows: unknown[] }>;
      setFlows(options: object): Promise<{ rev: string }>;
    };
  };
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
  /** Resolves when every flow has been started. */
  start(): Promise<void>;
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
      const started = new Promise<void>((resolve) => {
        const onStarted = () => {
          red.events.off('flows:started', onStarted);
          resolve();
        };
        red.events.on('flows:started', onStarted);
      });
      try {
        await red.start();
      } catch (cause) {
        throw new AppError(
          'APP_RUNTIME_FAILED',
          `Node-RED did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }
      await started;
    },
    stop: () => red.stop(),
    flows: async () => (await red.runtime.flows.getFlows({})).flows,
    deploy: async (flows, kind) => {
      await red.runtime.flows.setFlows({ flows: { flows }, deploymentType: kind, user: undefined });
    },
  };
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

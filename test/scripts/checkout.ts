/** A small checkout of its own for tests of the scripts: the real scripts and doors, with stand-ins for npm ci and tsc. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
/** The real program behind `npm run exchange`. */
export const EXCHANGE = new URL('../../lib/app/doors/exchange.ts', import.meta.url).href;
/** Says where it runs and with what. */
export const ECHO = 'console.log(JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), node: process.execPath }));';

/** Notes what was done, and puts the program where the real compiler would. */
const TSC = `const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');
appendFileSync('steps.log', 'build\\n');
console.log('compiling');
mkdirSync('dist/lib/app/doors', { recursive: true });
for (const door of ['start', 'exchange']) copyFileSync('program.js', 'dist/lib/app/doors/' + door + '.js');
`;
/** Wants what the compiler has left, as the real one does. */
const BUILD_NODES = `import { readdirSync, writeFileSync } from 'node:fs';
writeFileSync('dist/nodes.txt', readdirSync('dist').join());
`;
/** Installs nothing: node_modules is there already. */
const NPM = `#!/bin/sh
echo "install" >> steps.log
echo "added 149 packages"
`;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Checkout {
  readonly root: string;
  write(path: string, text: string, mode?: number): void;
  /** What set-up has done so far, one word per step. */
  steps(): string[];
  /** Opens a door directly, as `node scripts/door.mjs ARGS`. */
  door(args: string[], options?: { cwd?: string; env?: NodeJS.ProcessEnv }): Running;
  remove(): void;
}

/** `program` is what the doors `start` and `exchange` run, as JavaScript. */
export function makeCheckout(program: string, { node = '>=22.19' } = {}): Checkout {
  // A folder with a space in its name, as people have them.
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'courtside-scripts-'));
  const root = join(home, 'a checkout');
  const checkout: Checkout = {
    root,
    write(path, content, mode = 0o644) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode);
    },
    steps: () => readFileSync(join(root, 'steps.log'), 'utf8').split('\n').filter(Boolean),
    door: (args, options) =>
      launch(process.execPath, [join(root, 'scripts/door.mjs'), ...args], { tools: join(root, 'tools'), ...options }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
  mkdirSync(join(root, 'scripts'), { recursive: true });
  const files = readdirSync(join(ROOT, 'scripts'), { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) copyFileSync(join(ROOT, 'scripts', name), join(root, 'scripts', name));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  checkout.write('package.json', JSON.stringify({ name: 'checkout', type: 'module', engines: { node }, scripts }));
  for (const file of ['package-lock.json', 'runtime/package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    checkout.write(file, '{}');
  for (const file of ['lib/source.ts', 'nodes/source.ts', 'migrations/source.ts', 'scripts/nodes/source.ts'])
    checkout.write(file, 'export {};\n');
  for (const file of ['flows/flow.json', 'docs/nodes/page.md', 'dashboard/part.js']) checkout.write(file, '');
  checkout.write('scripts/build-nodes.ts', BUILD_NODES);
  checkout.write('program.js', program);
  checkout.write('steps.log', '');
  checkout.write('node_modules/typescript/bin/tsc', TSC);
  checkout.write('tools/npm', NPM, 0o755);
  return checkout;
}

/** A child process and what it says. */
export class Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ended>;
  private stdout = '';
  private stderr = '';
  private isClosed = false;
  private readonly words = new EventEmitter();

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout += chunk;
      this.words.emit('more');
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
      this.words.emit('more');
    });
    this.done = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(([code, signal]) => {
      this.isClosed = true;
      this.words.emit('more');
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  /** Resolves with what it has said when that matches; fails where it ends without. */
  async until(wanted: RegExp): Promise<string> {
    for (;;) {
      const said = this.stdout + this.stderr;
      if (wanted.test(said)) return said;
      if (this.isClosed) throw new Error(`it ended without ${wanted}, saying "${said}"`);
      await once(this.words, 'more');
    }
  }

  /** Kills it and all that it has started, and waits until they have ended. */
  async kill(): Promise<void> {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
    await this.done;
  }
}

/** Starts a command without what an npm around these tests has put into the environment. */
export function launch(
  command: string,
  args: string[],
  { cwd, env = {}, tools }: { cwd?: string; env?: NodeJS.ProcessEnv; tools?: string } = {},
): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name));
  const path = tools === undefined ? process.env.PATH : `${tools}${delimiter}${process.env.PATH}`;
  return new Running(
    spawn(command, args, {
      // A process group of its own.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...Object.fromEntries(inherited), PATH: path, npm_config_update_notifier: 'false', ...env },
    }),
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

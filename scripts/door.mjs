// Every `npm run` door comes through here. It sets the checkout up when that is missing or out of date (install, build),
// then runs the door's command on a Node that is recent enough. It runs on Node 20 and imports nothing that is not built in.
// All that set-up has to say goes to stderr, so that a door's stdout is its own.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules/.bin');

/** What each door runs, as argument lists for Node; `built` doors need dist/. */
const DOORS = {
  start: { built: true, steps: [['dist/lib/app/doors/start.js']] },
  exchange: { built: true, steps: [['dist/lib/app/doors/exchange.js']] },
  build: { built: true, steps: [] },
  check: {
    steps: [
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
      ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '.'],
      ['node_modules/@biomejs/biome/bin/biome', 'check', '.'],
      ['node_modules/mocha/bin/mocha.js', 'test/imports.test.ts'],
    ],
  },
  format: { steps: [['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']] },
  test: { built: true, steps: [['node_modules/c8/bin/c8.js', 'node_modules/mocha/bin/mocha.js', 'test/**/*.test.ts']] },
  'test:demo': { steps: [['node_modules/mocha/bin/mocha.js', '--config', 'test/demo/.mocharc.json']] },
  bench: { built: true, steps: [['--expose-gc', 'test/bench/run.ts']] },
};

const [name, ...args] = process.argv.slice(2);
const door = DOORS[name];
if (!door) fail(`unknown door "${name}"; there are: ${Object.keys(DOORS).join(', ')}`, 2);
process.chdir(root);
withLock(() => {
  install();
  if (door.built) build();
});
await run(door.steps);

function install() {
  const done = join(root, 'node_modules/.courtside-installed');
  const wanted = digest(
    ['package.json', 'package-lock.json', 'runtime/package-lock.json'].map((file) => readFileSync(join(root, file))),
  );
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  say('installing dependencies (npm ci) …');
  setUp('npm', ['ci', '--include=dev']);
  writeFileSync(done, wanted);
}

function build() {
  const done = join(root, 'dist/.built');
  const sources = ['lib', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].flatMap(filesUnder);
  const wanted = digest(sources.map((file) => `${file} ${statSync(file).mtimeMs} ${statSync(file).size}\n`));
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return;
  say('building …');
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  setUp(nodePath(), ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  writeFileSync(done, wanted);
}

/** Two doors opened at once must not install or build into each other; the second waits for the first. */
function withLock(work) {
  const lock = join(root, '.setup.lock');
  const until = Date.now() + 600_000;
  for (;;) {
    try {
      const handle = openSync(lock, 'wx');
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isHolderAlive(lock)) rmSync(lock, { force: true });
      else if (Date.now() > until) fail('another set-up has been running for ten minutes; end it, or delete .setup.lock');
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  work();
  release();
  process.removeListener('exit', release);
}

function isHolderAlive(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // An empty file is a holder between creating and writing it.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function run(steps) {
  const rest = name === 'check' || name === 'format' || name === 'build' ? [] : args;
  for (const step of steps) {
    const code = await attend(spawn(nodePath(), [...step, ...rest], { stdio: 'inherit', env: environment() }));
    if (code !== 0) process.exit(code);
  }
}

/** Waits for a child and hands signals on, so that Ctrl-C or a supervisor's TERM reaches the program itself. */
function attend(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function setUp(command, argv) {
  const done = spawnSync(command, argv, { cwd: root, stdio: ['ignore', 2, 2], env: environment() });
  if (done.error || done.status !== 0) fail(`set-up failed: ${command} ${argv.join(' ')} ${done.error?.message ?? ''}`.trimEnd());
}

function nodePath() {
  const linked = join(bin, 'node');
  return existsSync(linked) ? linked : process.execPath;
}

function environment() {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function say(text) {
  process.stderr.write(`courtside: ${text}\n`);
}

function fail(text, code = 1) {
  say(text);
  process.exit(code);
}

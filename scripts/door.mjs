// Every `npm run` door comes through here. It sets the checkout up when that is missing or out of date (install, build),
// then runs the door's command on a Node that is recent enough. It runs on Node 20 and imports nothing that is not built in.
// All that set-up has to say goes to stderr, so that a door's stdout is its own.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecentNode, neededNode } from './node-version.mjs';
import { withLock } from './setup-lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules/.bin');
const installed = join(root, 'node_modules/.courtside-installed');
const built = join(root, 'dist/.built');
const [name, ...args] = process.argv.slice(2);

/** What dist/ and examples/ are made of. */
const SOURCES = [
  'lib',
  'nodes',
  'migrations',
  'flows',
  'docs/nodes',
  'dashboard',
  'scripts/build-dashboard.mjs',
  'scripts/nodes',
  'scripts/build-nodes.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

/** Files that are named take the place of all. */
const files = args.some((one) => one.endsWith('.ts')) ? [] : ['test/**/*.test.ts'];
const TESTS = ['node_modules/c8/bin/c8.js', 'node_modules/mocha/bin/mocha.js', ...files, ...args];
/** What each door runs, as argument lists for Node; `built` doors need dist/, `fromCaller` ones run where they were called. */
const DOORS = {
  start: { built: true, fromCaller: true, steps: [['dist/lib/app/doors/start.js', ...args]] },
  doctor: { built: true, fromCaller: true, steps: [['dist/lib/app/doors/doctor.js', ...args]] },
  exchange: { built: true, fromCaller: true, steps: [['dist/lib/app/doors/exchange.js', ...args]] },
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
  // A selection of the tests cannot be held to the coverage of all of them.
  test: {
    built: true,
    steps: args.length > 0 ? [TESTS] : [TESTS, ['--disable-warning=ExperimentalWarning', 'scripts/coverage-floor.mjs']],
  },
  'test:demo': { steps: [['node_modules/mocha/bin/mocha.js', '--config', 'test/demo/.mocharc.json', ...args]] },
  bench: { built: true, steps: [['--expose-gc', 'test/bench/run.ts', ...args]] },
};

const door = DOORS[name];
if (!door) fail(`unknown door "${name}"; there are: ${Object.keys(DOORS).join(', ')}`, 2);

/** What runs at the moment, and the first signal that asked for the end. */
let child;
let ending;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));

if (!isSetUp()) {
  const onWait = (pid) => say(`waiting for another set-up${pid ? ` (process ${pid})` : ''} …`);
  await withLock(join(root, '.setup.lock'), setUp, { onWait }).catch((error) => fail(error.message));
}
for (const step of door.steps) {
  const code = await (door.fromCaller
    ? attend(nodePath(), [join(root, step[0]), ...step.slice(1)], calledFrom())
    : attend(nodePath(), step));
  if (code !== 0 || ending) process.exit(code);
}

function isSetUp() {
  return isCurrent(installed, installDigest) && nodePath() !== undefined && (!door.built || isCurrent(built, buildDigest));
}

async function setUp() {
  if (!isCurrent(installed, installDigest)) await install();
  // The install brings a Node along where scripts may run and this one was too old at that time.
  if (nodePath() === undefined) await prepare(process.execPath, ['scripts/ensure-node.mjs']);
  if (nodePath() === undefined) fail(`this project needs Node >= ${neededNode()}, this is ${process.version}`);
  if (door.built && !isCurrent(built, buildDigest)) await build();
}

async function install() {
  say('installing dependencies (npm ci) …');
  const wanted = installDigest();
  rmSync(installed, { force: true });
  await prepare('npm', ['ci', '--include=dev']);
  writeFileSync(installed, wanted);
}

async function build() {
  say('building …');
  const wanted = buildDigest();
  rmSync(dirname(built), { recursive: true, force: true });
  await prepare(nodePath(), ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  // Node's own warning about stripping types would be the only line that a successful build prints.
  await prepare(nodePath(), ['--disable-warning=ExperimentalWarning', 'scripts/build-nodes.ts']);
  writeFileSync(built, wanted);
}

function isCurrent(stamp, digestNow) {
  try {
    return readFileSync(stamp, 'utf8') === digestNow();
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function installDigest() {
  return digest(['package.json', 'package-lock.json', 'runtime/package-lock.json'].map((file) => readFileSync(join(root, file))));
}

function buildDigest() {
  const sources = SOURCES.flatMap(filesUnder);
  return digest(sources.map((file) => `${file} ${statSync(join(root, file)).mtimeMs} ${statSync(join(root, file)).size}\n`));
}

/** Paths from the root of all files there. */
function filesUnder(path) {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) return [path];
  return readdirSync(whole, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .flatMap((entry) => filesUnder(join(path, entry.name)))
    .toSorted();
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Runs a step of the set-up, and ends everything when that fails. */
async function prepare(command, argv) {
  const code = await attend(command, argv, root, ['ignore', 2, 2]);
  if (ending) process.exit(128 + constants.signals[ending]);
  if (code !== 0) fail(`set-up failed: ${command} ${argv.join(' ')} ended with code ${code}`);
}

/** Runs a command to its end and answers with its exit code, as a shell would tell it. */
function attend(command, argv, cwd = root, stdio = 'inherit') {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  child = spawn(command, argv, { cwd, stdio, env });
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`${command}: ${error.message}`));
    child.on('exit', (code, signal) => {
      child = undefined;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Ctrl-C or a supervisor's TERM is for the program itself; it may come twice, from the terminal and from npm. */
function end(signal) {
  ending ??= signal;
  if (child) child.kill(signal);
  else process.exit(128 + constants.signals[signal]);
}

/** The folder that relative paths among the arguments are meant from: npm itself runs scripts in the root. */
function calledFrom() {
  const { npm_package_json: ours, INIT_CWD: caller } = process.env;
  const isByNpm = caller && ours && existsSync(ours) && realpathSync(dirname(ours)) === root;
  return isByNpm ? caller : process.cwd();
}

/** A Node that is recent enough: the one that was brought along, else this one; undefined where neither is. */
function nodePath() {
  const linked = join(bin, 'node');
  if (existsSync(linked) && isRecentNode(versionOf(linked))) return linked;
  return isRecentNode(process.version) ? process.execPath : undefined;
}

function versionOf(node) {
  if (realpathSync(node) === process.execPath) return process.version;
  return spawnSync(node, ['-v'], { encoding: 'utf8' }).stdout ?? '0';
}

function say(text) {
  process.stderr.write(`courtside: ${text}\n`);
}

function fail(text, code = 1) {
  say(text);
  process.exit(code);
}

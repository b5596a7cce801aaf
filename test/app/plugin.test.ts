import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { readShippedFlows } from '../../lib/app/flows-file.ts';
import { freePort } from '../free-port.ts';

const ROOT = join(import.meta.dirname, '../..');
const RED = join(ROOT, 'node_modules/node-red/red.js');

/** Node-RED as anybody starts it, with this pack in its palette and nothing else of ours. */
class PlainNodeRed {
  said = '';
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.said += chunk;
      });
    }
  }

  static async start(userDir: string, env: NodeJS.ProcessEnv): Promise<PlainNodeRed> {
    const port = await freePort();
    const settings = {
      uiPort: port,
      uiHost: '127.0.0.1',
      flowFile: 'flows.json',
      nodesDir: [ROOT],
      credentialSecret: 'of the test',
      telemetry: { enabled: false },
    };
    const file = join(userDir, 'settings.js');
    writeFileSync(file, `module.exports = ${JSON.stringify(settings)};\n`);
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, [RED, '-u', userDir, '-s', file], {
      cwd: userDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME, TMPDIR, ...env },
    });
    const red = new PlainNodeRed(child, `http://127.0.0.1:${port}`);
    const { promise, resolve, reject } = Promise.withResolvers<PlainNodeRed>();
    child.once('exit', () => reject(new Error(red.said)));
    child.stdout?.on('data', () => {
      if (red.said.includes('Started flows')) resolve(red);
    });
    return promise;
  }

  async read(path: string): Promise<unknown> {
    const response = await fetch(this.#url + path, { headers: { accept: 'application/json' } });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  }

  async deploy(flows: readonly unknown[]): Promise<void> {
    const headers = { 'content-type': 'application/json', 'node-red-deployment-type': 'full' };
    const { status } = await fetch(`${this.#url}/flows`, { method: 'POST', headers, body: JSON.stringify(flows) });
    assert.equal(status, 204);
  }

  /** Resolves when the text under each of these nodes is as wanted. */
  shows(wanted: Readonly<Record<string, RegExp>>): Promise<void> {
    const left = new Map(Object.entries(wanted));
    const comms = new WebSocket(`${this.#url.replace('http', 'ws')}/comms`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    comms.on('open', () => comms.send(JSON.stringify({ subscribe: 'status/#' })));
    comms.on('error', reject);
    this.#child.once('exit', () => reject(new Error(this.said)));
    comms.on('message', (data: Buffer) => {
      for (const { topic = '', data: look } of JSON.parse(data.toString()) as { topic?: string; data?: { text?: string } }[]) {
        const id = topic.slice('status/'.length);
        if (left.get(id)?.test(look?.text ?? '')) left.delete(id);
      }
      if (left.size === 0) resolve();
    });
    return promise.finally(() => comms.terminate());
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

describe("the pack in somebody else's Node-RED", function () {
  this.timeout(60_000);
  let userDir: string;
  let red: PlainNodeRed | undefined;

  before(() => assert.ok(existsSync(join(ROOT, 'dist/lib/app/plugin.js')), 'build first: npm run build'));
  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), 'courtside-plain-'));
  });
  afterEach(async () => {
    await red?.stop();
    red = undefined;
    rmSync(userDir, { recursive: true, force: true });
  });

  it('brings the desk along: imported flows connect, reconcile and watch, wherever that Node-RED listens', async () => {
    red = await PlainNodeRed.start(userDir, { HOST: '0.0.0.0', PORT: 'none' });
    const sets = (await red.read('/nodes')) as { module: string; name: string; err?: unknown }[];
    const ours = sets.filter(({ module }) => module === '@courtside/node-red-kalshi');
    assert.equal(ours.length, 10);
    assert.deepEqual(
      ours.filter(({ err }) => err !== undefined),
      [],
    );
    const examples = (await red.read('/library/examples/flows/@courtside/node-red-kalshi')) as { fn: string }[];
    const shipped = readShippedFlows(join(ROOT, 'flows'));
    assert.deepEqual(
      examples.map(({ fn }) => fn),
      shipped.map(({ name }) => name),
    );
    await red.deploy([...new Map(shipped.flatMap(({ nodes }) => nodes).map((node) => [node.id, node])).values()]);
    await red.shows({
      'cs01-stream': /^practice: streaming [1-9]\d* games/,
      'cs02-entry': /^practice: watching /,
      'cs02-exit': /^practice: nothing held$/,
      'cs02-order': /^practice: ready$/,
      'cs03-reconciler': /^practice: agreed/,
    });
    assert.ok(existsSync(join(userDir, 'courtside/courtside.db')));
    assert.doesNotMatch(red.said, /\[error\]/);
  });

  it('says in the log, as an error, what keeps it from starting', async () => {
    red = await PlainNodeRed.start(userDir, { KALSHI_ENV: 'nowhere' });
    assert.match(red.said, /\[error\] \[Courtside\] cannot start: CONFIGURATION_INVALID KALSHI_ENV takes one of practice/);
  });
});

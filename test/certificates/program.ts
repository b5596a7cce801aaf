/** The built program in a folder of its own, as `npm start` runs it: started, watched, asked, killed. Everything ends with `close`. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { CommandView, Overview, StatusView, TradingHealthView } from '../../lib/web/contract.ts';
import type { TestKey } from '../signing.ts';
import type { FlowNode } from './flow.ts';
import type { KillPlan, Observed, Told } from './observed.ts';

const ROOT = join(import.meta.dirname, '../..');
const START = join(ROOT, 'dist/lib/app/doors/start.js');
const OBSERVER = join(import.meta.dirname, 'observer.ts');
const JSON_BODY = { 'content-type': 'application/json' };
/** Long enough for a slow machine; what is waited for comes within a fraction of it. */
const PATIENCE_MS = 30_000;
const POLL_MS = 10;
/** What takes longer to be answered counts as not answered. */
const ANSWER_MS = 20_000;

export interface LifeOptions {
  speed: number;
  seed?: number;
  /** Of dashboard and API; a free one unless given. */
  port?: number;
  emitters?: readonly string[];
}

/** One run of the program, from its start to its end. */
export interface Life {
  readonly child: ChildProcess;
  readonly told: readonly Told[];
  /** What it printed, warnings and errors included. */
  readonly lines: readonly string[];
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<unknown>;
  url(): string;
  exchange(): string;
}

export class Program {
  readonly home = mkdtempSync(join(tmpdir(), 'courtside-certificate-'));
  readonly agent = new Agent({ connections: 8, headersTimeout: ANSWER_MS });
  readonly #children = new Set<ChildProcess>();
  #life: Life | undefined;

  /** The flows that the first start finds. */
  lay(flows: readonly FlowNode[]): void {
    mkdirSync(join(this.home, 'node-red'), { recursive: true });
    writeFileSync(join(this.home, 'node-red/flows.json'), JSON.stringify(flows));
  }

  get database(): string {
    return join(this.home, 'courtside.db');
  }

  get life(): Life {
    assert.ok(this.#life, 'the program runs');
    return this.#life;
  }

  /** Starts it; resolves at once. */
  begin({ speed, seed = 1, port = 0, emitters = [] }: LifeOptions): Life {
    rmSync(this.#killFile, { force: true });
    const observed: Observed = { root: ROOT, killFile: this.#killFile, emitters };
    const args = ['--speed', String(speed), '--seed', String(seed), '--tier', 'prestige', '--faults', '--dir', this.#night];
    const child = spawn(process.execPath, ['--import', OBSERVER, START, ...args], {
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        COURTSIDE_HOME: this.home,
        PORT: String(port),
        SCORE_POLL_LIVE_SECONDS: '15',
        // Its start and its deploys are told by lines that are of no use to a person.
        LOG_LEVEL: 'debug',
        COURTSIDE_OBSERVED: JSON.stringify(observed),
      },
    });
    this.#children.add(child);
    const told: Told[] = [];
    const lines: string[] = [];
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      try {
        told.push(JSON.parse(line) as Told);
      } catch {
        lines.push(line);
      }
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as Readable }).on('line', (line) => lines.push(line));
    }
    const ended = once(child, 'close').then(() => this.#children.delete(child));
    const url = () => lines.map((line) => /^ {2}dashboard +(http:\S+)\/dashboard$/.exec(line)?.[1]).find((found) => found);
    const life: Life = {
      child,
      told,
      lines,
      ended,
      url: () => url() ?? assert.fail('it answers'),
      exchange() {
        const own = Number(new URL(this.url()).port);
        const ports = told.flatMap((one) => (one.kind === 'listening' && one.port !== own ? [one.port] : []));
        return ports[0] === undefined ? assert.fail('its exchange answers') : `http://127.0.0.1:${ports[0]}`;
      },
    };
    this.#life = life;
    return life;
  }

  /** Starts it, and waits until every account of `labels` is armed. */
  async start(options: LifeOptions, labels = ['main']): Promise<Life> {
    const life = this.begin(options);
    await this.until('the program answers', () => life.lines.some((line) => line.startsWith('  dashboard')));
    await this.until('every account is armed', () => this.isArmed(labels.length));
    return life;
  }

  async isArmed(accounts: number): Promise<boolean> {
    const health = (await this.get('/health/trading')) as TradingHealthView;
    return health.accounts.length === accounts && health.accounts.every(({ state }) => state === 'running' || state === 'paused');
  }

  /** From now on it waits for this moment to be killed at. */
  killAt(plan: KillPlan): void {
    writeFileSync(`${this.#killFile}.new`, JSON.stringify(plan));
    renameSync(`${this.#killFile}.new`, this.#killFile);
  }

  get #night(): string {
    return join(this.home, 'night');
  }

  get #killFile(): string {
    return join(this.home, 'kill.json');
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child, ended } = this.life;
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await this.agent.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Asks again and again until it is so; what the program cannot answer yet counts as no. Fails with `what` and the last lines. */
  async until(
    what: string,
    isSo: () => boolean | Promise<boolean>,
    { patienceMs = PATIENCE_MS, everyMs = POLL_MS } = {},
  ): Promise<void> {
    const endMs = performance.now() + patienceMs;
    let last: unknown;
    for (;;) {
      try {
        if (await isSo()) return;
        last = undefined;
      } catch (error) {
        last = error;
      }
      const { child, lines } = this.life;
      const hasEnded = child.exitCode !== null;
      if (hasEnded || performance.now() > endMs) {
        const why = hasEnded ? `it ended with code ${child.exitCode}` : `${patienceMs} ms went by`;
        throw new Error(`waiting until ${what}: ${why}\n${lines.slice(-12).join('\n')}`, { cause: last });
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** What the program answers to a GET: JSON, for the caller to say of what kind. */
  async get(path: string): Promise<unknown> {
    const answer = await request(`${this.life.url()}${path}`, { dispatcher: this.agent });
    return answer.body.json();
  }

  async command(path: string, body: object = {}): Promise<CommandView> {
    const answer = await request(`${this.life.url()}/api/v1${path}`, {
      method: 'POST',
      dispatcher: this.agent,
      headers: { ...JSON_BODY, 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify(body),
    });
    return (await answer.body.json()) as CommandView;
  }

  async status(account?: string): Promise<StatusView> {
    return (await this.get(`/api/v1/status${account === undefined ? '' : `?account=${account}`}`)) as StatusView;
  }

  async overview(): Promise<Overview> {
    return (await this.get('/api/v1/overview')) as Overview;
  }

  /** The event stream of the pages: calls `hear` with each section that is told, until `stop`. */
  async stream(hear: (sections: Partial<Overview>) => void): Promise<{ stop(): Promise<void> }> {
    const stop = new AbortController();
    const answer = await request(`${this.life.url()}/api/v1/events`, { dispatcher: this.agent, signal: stop.signal });
    const read = (async () => {
      for await (const line of createInterface({ input: answer.body })) {
        if (line.startsWith('data: {')) hear(JSON.parse(line.slice('data: '.length)) as Partial<Overview>);
      }
    })();
    const over = read.catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    return {
      stop() {
        stop.abort();
        return over;
      },
    };
  }

  /** The flows as the editor reads them. */
  async flows(): Promise<FlowNode[]> {
    return (await this.get('/editor/flows')) as FlowNode[];
  }

  async deploy(flows: readonly FlowNode[], kind: 'full' | 'flows' | 'nodes'): Promise<void> {
    const answer = await request(`${this.life.url()}/editor/flows`, {
      method: 'POST',
      dispatcher: this.agent,
      headers: { ...JSON_BODY, 'Node-RED-Deployment-Type': kind },
      body: JSON.stringify(flows),
    });
    assert.equal(answer.statusCode, 204, await answer.body.text());
  }

  /** A call of the practice API. */
  async practice(path: string, body?: object): Promise<unknown> {
    const options = body === undefined ? {} : { method: 'POST' as const, headers: JSON_BODY, body: JSON.stringify(body) };
    const answer = await request(`${this.life.exchange()}/practice${path}`, { dispatcher: this.agent, ...options });
    return answer.body.json();
  }

  /** The keys of an account of the night: its private half from the night's folder, its id from what the exchange was asked with. */
  keys(label = 'main'): TestKey[] {
    const file = label === 'main' ? 'practice.key' : `practice-${Buffer.from(label).toString('hex')}.key`;
    assert.ok(readdirSync(this.#night).includes(file), `${label} has a key`);
    const privateKey = readFileSync(join(this.#night, file), 'utf8');
    return this.life.told.flatMap((one) => (one.kind === 'key' ? [{ keyId: one.id, privateKey }] : []));
  }
}

/** The whole program as `npm start` runs it, in a process of its own, seen from outside: its lines, its page, and the statuses under its nodes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { get, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { Overview } from '../../lib/web/contract.ts';

const ROOT = join(import.meta.dirname, '../..');
const START = join(ROOT, 'dist/lib/app/doors/start.js');
const URL_LINE = /^ {2}dashboard {3}(http:\/\/\S+)\/dashboard$/;

export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

export interface Answer {
  status: number;
  body: string;
}

export interface StartOptions {
  home: string;
  env?: NodeJS.ProcessEnv;
  args?: string[];
  script?: string;
}

/** A home folder for a test's programs, without anything of this process's environment that they would read. */
export function newHome(): { home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'courtside-program-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Runs the start door to its end, for starts that are refused. */
export async function refusedStart(options: StartOptions): Promise<{ said: string; code: number }> {
  const child = launch(options);
  let said = '';
  child.stdout?.on('data', (chunk) => (said += chunk));
  child.stderr?.on('data', (chunk) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { said, code };
}

function launch({ home, env = {}, args = [], script = START }: StartOptions): ChildProcess {
  assert.ok(existsSync(START), 'build first: npm run build');
  const { PATH, HOME, TMPDIR } = process.env;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Node-RED's own lines, which tell when flows run, are for whoever looks for a fault.
    env: { PATH, HOME, TMPDIR, COURTSIDE_HOME: home, PORT: '0', LOG_LEVEL: 'debug', ...env },
  });
}

export class Program {
  /** Everything it printed, on either stream. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #news = new EventEmitter();
  readonly #statuses = new Map<string, string>();
  #comms: WebSocket | undefined;
  #url = '';
  #exit: { code: number | null } | undefined;
  /** As the page's own stream has told it last. */
  #page: Partial<Overview> = {};

  /** Starts it and waits until it listens. */
  static async start(options: StartOptions): Promise<Program> {
    const program = new Program(launch(options));
    await program.until(() => program.#url !== '', 'it listens');
    program.#watchPage();
    await program.#watchNodes();
    return program;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#news.setMaxListeners(0);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.#url ||= URL_LINE.exec(line)?.[1] ?? '';
        this.#news.emit('news');
      });
    }
    child.once('exit', (code) => {
      this.#exit = { code };
      this.#news.emit('news');
    });
  }

  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  get log(): string {
    return this.lines.join('\n');
  }

  get page(): Partial<Overview> {
    return this.#page;
  }

  /** What stands under a node. */
  statusOf(id: string): string {
    return this.#statuses.get(id) ?? '';
  }

  /** Resolves when it is so: looked at whenever the program has said, shown or told something. Throws when it ends before. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    while (!isSo()) {
      if (this.#exit !== undefined) throw new Error(`it ended with code ${this.#exit.code} before: ${what}\n${this.log}`);
      await once(this.#news, 'news');
    }
  }

  says(pattern: RegExp): Promise<void> {
    return this.until(() => pattern.test(this.log), `the log says ${pattern}`);
  }

  pageSays(pattern: RegExp): Promise<void> {
    return this.until(() => pattern.test(this.#page.engine?.text ?? ''), `the page says ${pattern}`);
  }

  nodeShows(id: string, pattern: RegExp): Promise<void> {
    return this.until(() => pattern.test(this.statusOf(id)), `node ${id} shows ${pattern}`);
  }

  ask(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, { method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async flows(): Promise<FlowNode[]> {
    return JSON.parse((await this.ask('/editor/flows')).body) as FlowNode[];
  }

  /** As the editor's Deploy button; resolves when the new flows run. */
  async deploy(flows: readonly FlowNode[]): Promise<void> {
    const starts = () => this.lines.filter((line) => line.endsWith('Started flows')).length;
    const before = starts();
    const headers = { 'content-type': 'application/json', 'node-red-deployment-type': 'full' };
    const answer = await this.ask('/editor/flows', headers, 'POST', JSON.stringify(flows));
    assert.equal(answer.status, 204, answer.body);
    await this.until(() => starts() > before, 'the flows run');
  }

  /** Deploys the flows with these properties of some nodes changed. */
  async change(changes: Record<string, Record<string, unknown>>): Promise<void> {
    const flows = await this.flows();
    await this.deploy(flows.map((node) => ({ ...node, ...changes[node.id] })));
  }

  /** Ends it as a supervisor would, while the editor's connection and the page's stream are open; the code is 0 unless it has crashed. */
  async stop(): Promise<number | null> {
    if (this.#exit !== undefined) return this.#exit.code;
    this.#child.kill('SIGTERM');
    const [code] = (await once(this.#child, 'exit')) as [number | null];
    this.#comms?.terminate();
    return code;
  }

  #watchPage(): void {
    const stream = get(`${this.#url}/api/v1/events`, { agent: false }, (response) => {
      let event = '';
      // The stream ends with the program, in whichever way that ends.
      const lines = createInterface({ input: response }).on('error', () => {});
      lines.on('line', (line) => {
        if (line.startsWith('event: ')) event = line.slice('event: '.length);
        if (!line.startsWith('data: ')) return;
        const data = JSON.parse(line.slice('data: '.length)) as Partial<Overview>;
        if (event === 'snapshot') this.#page = data;
        else if (event === 'patch') this.#page = { ...this.#page, ...data };
        this.#news.emit('news');
      });
      response.on('error', () => {});
    });
    stream.on('error', () => {});
  }

  /** The editor's own connection, which carries what stands under nodes. */
  async #watchNodes(): Promise<void> {
    const comms = new WebSocket(`${this.#url.replace('http', 'ws')}/editor/comms`);
    this.#comms = comms;
    comms.on('message', (data: Buffer) => {
      const told: unknown = JSON.parse(data.toString());
      for (const { topic = '', data: status } of Array.isArray(told)
        ? (told as { topic?: string; data?: { text?: string } }[])
        : []) {
        if (topic.startsWith('status/')) this.#statuses.set(topic.slice('status/'.length), status?.text ?? '');
      }
      this.#news.emit('news');
    });
    comms.on('error', () => {});
    await once(comms, 'open');
    comms.send(JSON.stringify({ subscribe: 'status/#' }));
  }
}

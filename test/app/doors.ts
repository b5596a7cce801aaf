/** The exchange's door as a program of its own, and calls to it, for tests that begin and end processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { signedHeaders, type TestKey } from '../signing.ts';

export const DOOR = fileURLToPath(new URL('../../lib/app/doors/exchange.ts', import.meta.url));

interface Ready {
  ready: true;
  rest: string;
  ws: string;
  keyId: string;
  privateKeyPath: string;
  night: string;
  resumed: boolean;
}

/** What these tests read of answers. */
export interface Body {
  balance_dollars: string;
  cursor: string;
  order_id: string;
  fill_count: string;
  ts_ms: number;
  now_ms: number;
  usage_tier: string;
  markets: { ticker: string }[];
  orders: { order_id: string; client_order_id: string; status: string }[];
  fills: { order_id: string; ticker: string; count_fp: string; yes_price_dollars: string; fee_cost: string }[];
  market_positions: { ticker: string; position_fp: string }[];
}

export interface Running {
  child: ChildProcess;
  ready: Ready;
  key: TestKey;
  origin: string;
}

/** A folder and the processes that a test starts in it. Everything ends with `close`. */
export class Doors {
  readonly dir = mkdtempSync(join(tmpdir(), 'courtside-door-'));
  private readonly children = new Set<ChildProcess>();
  private readonly agent = new Agent({ connections: 8 });

  async close(): Promise<void> {
    for (const child of this.children) await this.kill(child, 'SIGKILL');
    await this.agent.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Runs Node with these arguments; COURTSIDE_HOME is the folder. */
  launch(args: string[], command = [process.execPath]): ChildProcess {
    const [file = process.execPath, ...first] = command;
    const child = spawn(file, [...first, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, COURTSIDE_HOME: this.dir },
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  /** Starts the door on a free port and waits until it is ready. */
  start(args: string[] = []): Promise<Running> {
    return readied(this.launch([DOOR, '--port', '0', ...args]));
  }

  /** Runs the door to its end: what it said on stderr, and its code. */
  async failing(args: string[]): Promise<Ended> {
    return ended(this.launch([DOOR, ...args]));
  }

  async kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  /** A signed call. */
  async call(running: Running, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answered> {
    const full = `/trade-api/v2${path}`;
    const answer = await request(`${running.origin}${full}`, {
      method,
      dispatcher: this.agent,
      headers: { ...signedHeaders(running.key, method, full), ...(body !== undefined && JSON_BODY) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: JSON.parse(text || '{}') as Body };
  }

  /** A call of the practice API. */
  async practice(running: Running, path: string, body?: unknown): Promise<Body> {
    const options = body === undefined ? {} : { method: 'POST' as const, headers: JSON_BODY, body: JSON.stringify(body) };
    const answer = await request(`${running.origin}/practice${path}`, { dispatcher: this.agent, ...options });
    return (await answer.body.json()) as Body;
  }
}

const JSON_BODY = { 'content-type': 'application/json' };

export interface Answered {
  status: number;
  body: Body;
}

export interface Ended {
  said: string;
  code: number;
}

export async function readied(child: ChildProcess): Promise<Running> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, 'line')) as [string];
  const ready = JSON.parse(line) as Ready;
  return {
    child,
    ready,
    key: { keyId: ready.keyId, privateKey: readFileSync(ready.privateKeyPath, 'utf8') },
    origin: new URL(ready.rest).origin,
  };
}

/** What a process said on stderr until it ended, and its code. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let said = '';
  child.stderr?.on('data', (chunk) => (said += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { said, code };
}

/** An order that rests far below the market. */
export function bid(ticker: string, id: string): object {
  return {
    ticker,
    client_order_id: id,
    side: 'bid',
    count: '1.00',
    price: '0.0100',
    time_in_force: 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
  };
}

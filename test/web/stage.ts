/** The web part behind a real server on loopback, over scripted accounts and a clock that stands until told. */
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Overview } from '../../lib/web/contract.ts';
import type { WebSources } from '../../lib/web/views.ts';
import { openWeb, type Web } from '../../lib/web/web.ts';
import { VirtualClock } from '../kalshi/clock.ts';
import { CHI, EVENT, frozenAt, knownGame, listedGame, MIA, NOW_MS } from './game.ts';
import { ScriptedAccount, ScriptedDesk, ScriptedFeed, ScriptedPages } from './scripted.ts';

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  json: unknown;
}

export interface Ask {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

export class Stage {
  readonly wall = new VirtualClock(Date.UTC(2026, 10, 20, 12));
  /** How fast market time runs, as told and in fact; a test may let it jump besides. */
  speed = 60;
  jumpMs = 0;
  readonly #beganMs = this.wall.nowMs();
  readonly feed = new ScriptedFeed('practice', { nowMs: () => this.marketMs, after: () => () => {} });
  readonly account = new ScriptedAccount('a1', 'practice', () => this.marketMs);
  readonly desk = new ScriptedDesk();
  readonly pages = new ScriptedPages();
  readonly reports: unknown[] = [];
  health = { isHealthy: true, code: undefined as string | undefined, reason: '' };
  readonly #server = createServer((asked, response) => {
    if (!this.web.handle(asked, response)) response.writeHead(418).end('not ours');
  });
  readonly #streams: EventReader[] = [];
  web!: Web;
  port = 0;

  /** The account and its feed with one live game are there. */
  async open(change: Partial<WebSources> = {}): Promise<void> {
    this.desk.openAccounts = [this.account];
    this.desk.openFeeds = [this.feed];
    this.feed.listed.set(EVENT, listedGame());
    this.feed.states.set(EVENT, knownGame());
    this.feed.baselines.set(MIA, frozenAt(6_500));
    this.feed.baselines.set(CHI, frozenAt(3_500));
    this.web = openWeb({
      desk: this.desk,
      pages: this.pages,
      memory: { health: () => this.health, onHealth: () => () => {} },
      wall: this.wall,
      practice: () => ({ night: 'night 7', speed: this.speed }),
      info: { version: '1.2.3', startedMs: this.wall.nowMs() },
      report: (error) => this.reports.push(error),
      ...change,
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  get marketMs(): number {
    return NOW_MS + this.jumpMs + (this.wall.nowMs() - this.#beganMs) * this.speed;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.close();
    this.web.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async ask(path: string, { method = 'GET', body, headers = {} }: Ask = {}): Promise<Answer> {
    const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
    const all = body === undefined ? headers : { ...length, ...headers };
    const sent = request({ host: '127.0.0.1', port: this.port, path, method, headers: all, agent: false });
    const [response] = (await responseTo(sent, body)) as [IncomingMessage];
    const text = await textOf(response);
    const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  /** A command with a key of its own unless given. */
  command(path: string, { method = 'POST', body = {}, key = newKey() } = {}): Promise<Answer> {
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    return this.ask(path, { method, body: JSON.stringify(body), headers });
  }

  async overview(query = ''): Promise<Overview> {
    return (await this.ask(`/api/v1/overview${query}`)).json as Overview;
  }

  /** An event stream, once its answer has begun. */
  async events(query = ''): Promise<EventReader> {
    const sent = request({ host: '127.0.0.1', port: this.port, path: `/api/v1/events${query}`, agent: false });
    const [response] = (await responseTo(sent)) as [IncomingMessage];
    const reader = new EventReader(sent, response);
    this.#streams.push(reader);
    return reader;
  }

  /** Lets wall time pass in small steps, and what it sets going happen. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 25) {
      this.wall.advance(25);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function newKey(): string {
  return crypto.randomUUID();
}

async function responseTo(sent: ClientRequest, body?: string): Promise<unknown[]> {
  const response = once(sent, 'response');
  sent.end(body);
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

export interface StreamEvent {
  name: string;
  data: unknown;
}

/** Reads server-sent events from a plain connection. */
export class EventReader {
  readonly #sent: ClientRequest;
  readonly response: IncomingMessage;
  readonly #events: StreamEvent[] = [];
  #wake: (() => void) | undefined;
  #buffer = '';
  isEnded = false;

  constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#sent = sent;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    const end = () => {
      this.isEnded = true;
      this.#wake?.();
    };
    response.on('close', end);
    response.on('error', end);
  }

  /** Events that have arrived and nobody took. */
  get waiting(): readonly StreamEvent[] {
    return this.#events;
  }

  /** The next event that is no ping, or undefined once the stream has ended. */
  async next(): Promise<StreamEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event === undefined && this.isEnded) return undefined;
      if (event !== undefined && event.name !== 'ping') return event;
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** The next patch that tells this; what comes before it is passed over. */
  async patchWith(isIt: (patch: Partial<Overview>) => boolean): Promise<Partial<Overview>> {
    for (;;) {
      const event = this.#events.shift();
      if (event?.name === 'patch' && isIt(event.data as Partial<Overview>)) return event.data as Partial<Overview>;
      if (event !== undefined) continue;
      if (this.isEnded) throw new Error('the stream has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#sent.destroy();
  }

  #take(text: string): void {
    this.#buffer += text;
    for (let at = this.#buffer.indexOf('\n\n'); at >= 0; at = this.#buffer.indexOf('\n\n')) {
      const block = this.#buffer.slice(0, at);
      this.#buffer = this.#buffer.slice(at + 2);
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (name !== undefined && data !== undefined) this.#events.push({ name, data: JSON.parse(data) });
    }
    this.#wake?.();
  }
}

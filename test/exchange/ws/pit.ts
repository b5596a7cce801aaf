/** A practice exchange in lockstep with its socket server, on a real port, and members who connect to it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket } from 'ws';
import { createAuth } from '../../../lib/exchange/auth.ts';
import { lockstepClock } from '../../../lib/exchange/clock.ts';
import type { PlaceOrder } from '../../../lib/exchange/engine/orders.ts';
import type { Account, ApiKey } from '../../../lib/exchange/engine/state.ts';
import { Faults } from '../../../lib/exchange/faults.ts';
import { Night } from '../../../lib/exchange/night.ts';
import type { Level, ScenarioAction, ScenarioEvent } from '../../../lib/exchange/scenario/types.ts';
import type { SocketLimits } from '../../../lib/exchange/ws/limits.ts';
import { attachSocketServer, type SocketServer } from '../../../lib/exchange/ws/server.ts';
import type { WallTimers } from '../../../lib/exchange/ws/timers.ts';
import { AWAY, event, HOME, market, order, START_MS, series } from '../stage.ts';

export const PATH = '/trade-api/ws/v2';

export interface Heard {
  type: string;
  id?: number;
  sid?: number;
  seq?: number;
  msg?: Record<string, unknown> & { channel?: string; sid?: number; code?: number; msg?: string };
}

export interface Member {
  account: Account;
  key: ApiKey;
  privateKey: KeyObject;
}

/** Real time's timers, turned by hand. */
export class HandTimers implements WallTimers {
  private readonly repeating = new Set<() => void>();
  private readonly once: { ms: number; run: () => void }[] = [];

  every(_ms: number, run: () => void): () => void {
    this.repeating.add(run);
    return () => this.repeating.delete(run);
  }

  after(ms: number, run: () => void): () => void {
    this.once.push({ ms, run });
    return () => undefined;
  }

  beat(): void {
    for (const run of this.repeating) run();
  }

  /** Runs what waits, and says how long it was to wait. */
  ring(): number[] {
    const due = this.once.splice(0);
    for (const { run } of due) run();
    return due.map(({ ms }) => ms);
  }

  get beating(): number {
    return this.repeating.size;
  }
}

export interface PitOptions {
  faults?: Faults;
  limits?: Partial<SocketLimits>;
  events?: ScenarioEvent[];
  actions?: ScenarioAction[];
}

export const LISTED: ScenarioAction[] = [
  { kind: 'series', series },
  { kind: 'event', event, markets: [market(AWAY), market(HOME)] },
];

export class Pit {
  readonly night: Night;
  readonly timers = new HandTimers();
  readonly sockets: SocketServer;
  readonly streams = new Set<Socket>();
  wallMs = Date.UTC(2026, 10, 20, 9);
  private readonly server = createServer((_request, response) => response.writeHead(404).end());
  private readonly clients: Client[] = [];

  constructor(options: PitOptions = {}) {
    const events = [{ atMs: START_MS, actions: [...LISTED, ...(options.actions ?? [])] }, ...(options.events ?? [])];
    this.night = new Night({
      header: { night: 'ws', seed: 3, shards: [0], scenario: {}, thursdayPause: false },
      scenario: { startMs: START_MS, events: () => events },
      makeClock: lockstepClock,
      wallMs: () => this.wallMs,
      readLagMs: 0,
    });
    const wallMs = () => this.wallMs;
    const auth = createAuth({ night: this.night, wallMs });
    this.sockets = attachSocketServer(
      this.server,
      { night: this.night, auth, faults: options.faults, wallMs },
      { timers: this.timers, ...(options.limits ? { limits: options.limits } : {}) },
    );
    this.server.on('connection', (stream: Socket) => this.streams.add(stream));
    this.night.step();
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}${PATH}`;
  }

  member(scopes = ['read', 'write'], keys = generateKeyPairSync('ed25519')): Member {
    const account = this.night.execute<'open_account'>({
      kind: 'open_account',
      name: 'member',
      tier: 'basic',
      purses: [[0, 10_000_000_000]],
    });
    const publicKeyPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const key = this.night.execute<'add_key'>({ kind: 'add_key', accountId: account.id, name: 'key', publicKeyPem, scopes });
    return { account, key, privateKey: keys.privateKey };
  }

  headers(member: Member, path = PATH, atMs = this.wallMs): Record<string, string> {
    const text = Buffer.from(`${atMs}GET${path}`);
    const isRsa = member.privateKey.asymmetricKeyType === 'rsa';
    const signature = isRsa
      ? sign('sha256', text, { key: member.privateKey, padding: 6, saltLength: 32 })
      : sign(null, text, member.privateKey);
    return {
      'KALSHI-ACCESS-KEY': member.key.id,
      'KALSHI-ACCESS-TIMESTAMP': String(atMs),
      'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
    };
  }

  async connect(member = this.member(), options: { autoPong?: boolean } = {}): Promise<Client> {
    const headers = this.headers(member);
    const client = new Client(new WebSocket(this.url, { headers, perMessageDeflate: false, ...options }));
    this.clients.push(client);
    await client.opened;
    return client;
  }

  perform(action: ScenarioAction): void {
    this.night.execute<'perform'>({ kind: 'perform', action });
  }

  quote(ticker: string, bids: Level[], asks: Level[]): void {
    this.perform({ kind: 'quote', ticker, bids, asks });
  }

  place(member: Member, change: Partial<PlaceOrder>): string {
    return this.night.execute<'place'>({ kind: 'place', accountId: member.account.id, order: order(change) }).orderId;
  }

  cancel(member: Member, orderId: string): void {
    this.night.execute<'cancel'>({ kind: 'cancel', accountId: member.account.id, orderId });
  }

  async close(): Promise<void> {
    this.sockets.close();
    this.night.stop();
    for (const client of this.clients) client.ws.terminate();
    for (const stream of this.streams) stream.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A member's end of the socket. It keeps what it hears until it is asked for. */
export class Client {
  readonly ws: WebSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  readonly texts: string[] = [];
  readonly pings: string[] = [];
  private heard: Heard[] = [];
  private waiting: { isIt: (frame: Heard) => boolean; found: (frame: Heard) => void }[] = [];
  private lastId = 1000;

  constructor(ws: WebSocket) {
    this.ws = ws;
    this.opened = new Promise((resolve, reject) => {
      ws.once('open', resolve);
      ws.once('error', reject);
    });
    this.closed = new Promise((resolve) => {
      ws.once('close', resolve);
    });
    ws.on('ping', (data) => this.pings.push(data.toString()));
    ws.on('message', (data) => {
      assert.ok(Buffer.isBuffer(data));
      this.take(data.toString());
    });
  }

  /** Sends a command without waiting. */
  send(command: unknown): void {
    this.ws.send(typeof command === 'string' ? command : JSON.stringify(command));
  }

  /** Sends a command and returns everything that was heard up to now, its answers included. */
  async ask(command: unknown): Promise<Heard[]> {
    this.send(command);
    return this.hear();
  }

  subscribe(channels: string | string[], params: Record<string, unknown> = {}, id = 1): Promise<Heard[]> {
    return this.ask({ id, cmd: 'subscribe', params: { channels: [channels].flat(), ...params } });
  }

  update(sid: number, action: string, params: Record<string, unknown> = {}, id = 2): Promise<Heard[]> {
    return this.ask({ id, cmd: 'update_subscription', params: { sid, action, ...params } });
  }

  /** Everything heard since the last time: complete, because the answer to a last command comes after it. */
  async hear(): Promise<Heard[]> {
    const id = ++this.lastId;
    const answered = this.next((frame) => frame.id === id);
    this.send({ id, cmd: 'list_subscriptions' });
    await answered;
    const heard = this.heard.filter((frame) => frame.id !== id);
    this.heard = [];
    return heard;
  }

  /** The next frame of its kind. */
  next(isIt: (frame: Heard) => boolean): Promise<Heard> {
    return new Promise((found) => {
      this.waiting.push({ isIt, found });
    });
  }

  private take(text: string): void {
    this.texts.push(text);
    const frame = JSON.parse(text) as Heard;
    this.heard.push(frame);
    const met = this.waiting.filter(({ isIt }) => isIt(frame));
    this.waiting = this.waiting.filter((one) => !met.includes(one));
    for (const { found } of met) found(frame);
  }
}

export function ofType(frames: Heard[], type: string): Heard[] {
  return frames.filter((frame) => frame.type === type);
}

/** An error as "code text", with the sid and seq that it is bound to. */
export function errorText({ msg, sid, seq }: Heard): string {
  const bound = sid === undefined ? '' : ` (sid ${sid}${seq === undefined ? '' : ` seq ${seq}`})`;
  return `${msg?.code} ${msg?.msg}${bound}`;
}

/** The exchange's real server on a real socket, with a small hand-made night and members who sign by themselves. */
import { generateKeyPairSync } from 'node:crypto';
import { Agent, request } from 'undici';
import { lockstepClock } from '../../../lib/exchange/clock.ts';
import type { Account } from '../../../lib/exchange/engine/state.ts';
import { Faults } from '../../../lib/exchange/faults.ts';
import { Night } from '../../../lib/exchange/night.ts';
import type { Scenario, ScenarioEvent } from '../../../lib/exchange/scenario/types.ts';
import { type ExchangeServer, startExchangeServer } from '../../../lib/exchange/server.ts';
import { signedHeaders } from '../../signing.ts';
import { opening, START_MS } from './scenario.ts';

export const RSA = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The parsed body; undefined where it is no JSON. */
  body: ReturnType<typeof JSON.parse>;
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Member {
  account: Account;
  keyId: string;
  /** Signed; `path` is relative to /trade-api/v2. */
  get(path: string): Promise<Reply>;
  send(method: string, path: string, body?: unknown): Promise<Reply>;
  /** An order with the fields of a resting bid, changed. */
  order(change?: Record<string, unknown>): Promise<Reply>;
}

export interface Stage {
  night: Night;
  server: ExchangeServer;
  faults: Faults;
  /** The server's real time; starts at the real one and stands still. */
  wall: { ms: number };
  /** Unsigned; `path` from the root. */
  ask(method: string, path: string, ask?: Ask): Promise<Reply>;
  get(path: string): Promise<Reply>;
  member(options?: { dollars?: number; tier?: string; scopes?: string[]; purses?: [number, number][] }): Member;
  close(): Promise<void>;
}

export interface StageOptions {
  /** What happens; the usual opening unless given. */
  events?: ScenarioEvent[];
  shards?: number[];
  withFaults?: boolean;
  thursdayPause?: boolean;
  readLagMs?: number;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const wall = { ms: Date.now() };
  const events = options.events ?? [{ atMs: START_MS, actions: opening() }];
  const scenario: Scenario = { startMs: START_MS, events: () => events };
  const night = new Night({
    header: {
      night: 'stage',
      seed: 3,
      shards: options.shards ?? [0],
      scenario: {},
      thursdayPause: options.thursdayPause ?? false,
    },
    scenario,
    makeClock: lockstepClock,
    wallMs: () => wall.ms,
    readLagMs: options.readLagMs ?? 0,
  });
  night.step();
  const faults = new Faults();
  const server = await startExchangeServer({
    night,
    port: 0,
    wallMs: () => wall.ms,
    ...((options.withFaults ?? true) && { faults }),
  });
  const agent = new Agent({ pipelining: 1 });

  const ask: Stage['ask'] = async (method, path, { body, headers = {} } = {}) => {
    const isText = typeof body === 'string';
    const sent = await request(`${server.url}${path}`, {
      method: method as 'GET',
      dispatcher: agent,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await sent.body.text();
    const isJson = String(sent.headers['content-type']).startsWith('application/json');
    return { status: sent.statusCode, headers: sent.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };

  return {
    night,
    server,
    faults,
    wall,
    ask,
    get: (path) => ask('GET', `/trade-api/v2${path}`),
    member({ dollars = 10_000, tier = 'prestige', scopes = ['read', 'write'], purses } = {}) {
      const account = night.execute<'open_account'>({
        kind: 'open_account',
        name: 'member',
        tier,
        purses: purses ?? [[0, dollars * 1_000_000]],
      });
      const key = { kind: 'add_key' as const, accountId: account.id, name: 'test', publicKeyPem: RSA.publicKey, scopes };
      const { id: keyId } = night.execute<'add_key'>(key);
      const send: Member['send'] = (method, path, body) => {
        const full = `/trade-api/v2${path}`;
        const headers = signedHeaders({ keyId, privateKey: RSA.privateKey }, method, full, wall.ms);
        return ask(method, full, { body, headers });
      };
      return {
        account,
        keyId,
        send,
        get: (path) => send('GET', path),
        order: (change = {}) => send('POST', '/portfolio/events/orders', { ...RESTING, ...change }),
      };
    },
    async close() {
      await agent.close();
      await server.close();
      night.stop();
    },
  };
}

export const RESTING = {
  ticker: 'KXNBAGAME-26NOV20NYKCLE-NYK',
  side: 'bid',
  count: '10.00',
  price: '0.5000',
  time_in_force: 'good_till_canceled',
  self_trade_prevention_type: 'taker_at_cross',
};

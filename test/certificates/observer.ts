/**
 * Loaded into the program before it starts (`node --import`): tells on file descriptor 3, one JSON line each, what cannot be seen from
 * outside, and ends the process by signal 9 at an exact moment where one is asked for. It changes nothing of the program.
 */
import { subscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync, writeSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import type { KillPlan, Moment, Observed, Told } from './observed.ts';

interface SendEvent {
  msg: { order?: { clientOrderId?: string | null; outcome?: string } };
  source: { id: string; port: number };
}

const ORDERS = '/trade-api/v2/portfolio/events/orders';

const { root, killFile, emitters } = JSON.parse(process.env.COURTSIDE_OBSERVED ?? '{}') as Observed;

function tell(told: Told): void {
  writeSync(3, `${JSON.stringify(told)}\n`);
}

let plan: KillPlan | undefined;
let passed = 0;

function pass(moment: Moment): void {
  tell({ kind: 'order', moment });
  if (plan === undefined && existsSync(killFile)) plan = JSON.parse(readFileSync(killFile, 'utf8')) as KillPlan;
  if (plan?.moment !== moment) return;
  passed += 1;
  if (passed === plan.order) process.kill(process.pid, 'SIGKILL');
}

subscribe('tracing:net.server.listen:asyncEnd', (event) => {
  const { server } = event as { server: Server };
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
});

const keys = new Set<string>();
subscribe('http.server.request.start', (event) => {
  const { request } = event as { request: IncomingMessage };
  const id = request.headers['kalshi-access-key'];
  if (typeof id === 'string' && !keys.has(id)) {
    keys.add(id);
    tell({ kind: 'key', id });
  }
  if (request.method === 'POST' && request.url === ORDERS) pass('arrived');
});
subscribe('http.server.response.finish', (event) => {
  const { request } = event as { request: IncomingMessage };
  if (request.method === 'POST' && request.url === ORDERS) pass('answered');
});

subscribe('http.client.request.start', (event) => {
  const { request } = event as { request: ClientRequest };
  if (request.getHeader('upgrade') !== 'websocket') return;
  request.once('upgrade', (_: IncomingMessage, socket: Socket) => {
    tell({ kind: 'socket', isOpen: true });
    socket.once('close', () => tell({ kind: 'socket', isOpen: false }));
  });
});

interface Fetched {
  request: { method: string; path: string };
}
for (const [channel, moment] of [
  ['undici:client:sendHeaders', 'written'],
  ['undici:request:headers', 'back'],
] as const) {
  subscribe(channel, (event) => {
    const { request } = event as Fetched;
    if (request.method === 'POST' && request.path === ORDERS) pass(moment);
  });
}

if (emitters.length > 0) {
  const require = createRequire(join(root, 'package.json'));
  const { hooks } = require('node-red') as { hooks: { add(name: string, hook: (event: never) => void): void } };
  hooks.add('onSend.courtside-observer', (events: SendEvent[]) => {
    for (const { msg, source } of events) {
      if (!emitters.includes(source.id) || msg.order === undefined) continue;
      const { clientOrderId = null, outcome = '' } = msg.order;
      tell({ kind: 'emitted', port: source.port, clientOrderId, outcome });
    }
  });
}

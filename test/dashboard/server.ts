/** A process of its own: the real Node-RED with the dashboard's flow, and on the same origin an API that a test scripts. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import express, { type Express, type Response } from 'express';
import type { ChartView, Overview } from '../../lib/web/contract.ts';
import { securityHeaders } from '../../lib/web/security-headers.ts';
import type { Answer, FromServer, ToServer } from './messages.ts';

interface NodeRed {
  init(server: unknown, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  httpNode: Express;
  runtime: { events: { once(event: string, listener: () => void): void } };
}

const [userDir = ''] = process.argv.slice(2);

let overview: Overview;
let charts: Record<string, ChartView> = {};
let answer: Answer | null = { status: 200, body: { done: true, code: null, message: 'done' } };
let failure: Answer | null = null;
let areStreamsRefused = false;
let lostPort = 0;
let bornMs = Date.now();
const streams = new Set<Response>();

const app = express();
const server = createServer(app);
const sockets = new Set<Socket>();
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

app.use('/dashboard', (_request, response, next) => {
  for (const [name, value] of Object.entries(securityHeaders('dashboard'))) response.setHeader(name, value ?? '');
  next();
});
app.use('/api/v1', express.json());
app.get('/api/v1/overview', (request, response) => {
  const account = request.query['account'];
  if (account !== undefined && !overview.accounts.some(({ id }) => id === account)) {
    response.status(404).json({ code: 'ACCOUNT_UNKNOWN', message: 'That account is not open.' });
    return;
  }
  overview = { ...overview, account: typeof account === 'string' ? account : overview.account };
  if (failure) response.status(failure.status).json(failure.body);
  else response.json(now());
});
app.get('/api/v1/events', (_request, response) => {
  if (areStreamsRefused) {
    response.status(503).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  streams.add(response);
  response.on('close', () => streams.delete(response));
  write(response, 'snapshot', now());
});
app.get('/api/v1/games/:event/chart', (request, response) => {
  const { ticker } = request.query;
  const chart = typeof ticker === 'string' ? charts[ticker] : undefined;
  if (chart) response.json(chart);
  else response.status(404).json({ code: 'MARKET_UNKNOWN', message: 'No such market is followed.' });
});
app.use('/api/v1', (request, response) => {
  tell({
    kind: 'command',
    command: { method: request.method, path: request.path, key: request.get('idempotency-key'), body: request.body },
  });
  if (answer) response.status(answer.status).json(answer.body);
  else request.socket.destroy();
});

const RED = createRequire(import.meta.url)('node-red') as NodeRed;
RED.init(server, {
  userDir,
  flowFile: 'flows.json',
  httpAdminRoot: false,
  httpNodeRoot: '/',
  credentialSecret: 'a test',
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'error', metrics: false, audit: false } },
});
app.use(RED.httpNode);

process.on('message', (message: ToServer) => {
  obey(message).then(
    () => tell({ kind: 'done', streams: streams.size }),
    (error: Error) => tell({ kind: 'failed', message: error.message }),
  );
});
process.on('disconnect', () => process.exit(0));

const started = new Promise<void>((resolve) => RED.runtime.events.once('flows:started', resolve));
await RED.start();
await started;
await listen(0);
tell({ kind: 'ready', port: (server.address() as AddressInfo).port });

async function obey(message: ToServer): Promise<void> {
  switch (message.kind) {
    case 'show':
      overview = message.overview;
      charts = message.charts;
      failure = null;
      areStreamsRefused = false;
      answer = { status: 200, body: { done: true, code: null, message: 'done' } };
      bornMs = Date.now();
      for (const stream of streams) write(stream, 'snapshot', now());
      return;
    case 'patch':
      for (const patch of message.patches) {
        overview = { ...overview, ...patch, activity: [...(patch.activity ?? []), ...overview.activity].slice(0, 200) };
        for (const stream of streams) write(stream, 'patch', patch);
      }
      return;
    case 'look':
      return;
    case 'answer':
      answer = message.answer;
      return;
    case 'fail':
      failure = message.failure;
      return;
    case 'streams':
      areStreamsRefused = message.areRefused;
      return;
    case 'lose': {
      lostPort = (server.address() as AddressInfo).port;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      return;
    }
    case 'back':
      await listen(lostPort);
  }
}

/** The overview with its clocks as of now: the night began when it was first shown. */
function now(): Overview {
  const { environment } = overview;
  const passedMs = (Date.now() - bornMs) * (environment.speed ?? 1);
  const marketTime = new Date(Date.parse(environment.marketTime) + passedMs).toISOString();
  return { ...overview, environment: { ...environment, marketTime, wallTime: new Date().toISOString() } };
}

function write(stream: Response, event: string, data: unknown): void {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function listen(port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
}

function tell(message: FromServer): void {
  process.send?.(message);
}

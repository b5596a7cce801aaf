import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { knockOf, refusedAtDoor } from '../../lib/web/guard.ts';
import { securityHeaders } from '../../lib/web/security-headers.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Runs in the page; defines `everything`. */
const ATTEMPTS = join(import.meta.dirname, 'attempts.js');

const ALL = [
  'DELETE /remove',
  'GET /events',
  'GET /frame',
  'GET /image',
  'GET /opaque-read',
  'GET /read',
  'GET /script',
  'POST /act',
  'POST /form',
  'POST /opaque-act',
  'upgrade /socket',
];

describe('the guard and a real browser', () => {
  let browser: Browser;
  let page: Page;
  const servers: Server[] = [];
  /** What the guard let in. */
  const passed: string[] = [];
  let own = 0;
  let other = 0;

  async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<[Server, number]> {
    const server = createServer(answer);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return [server, (server.address() as AddressInfo).port];
  }

  function answerPage(request: IncomingMessage, response: ServerResponse): void {
    const type = request.url === '/events' ? 'text/event-stream' : request.url === '/script' ? 'text/javascript' : 'text/html';
    response.setHeader('content-type', type);
    response.end(type === 'text/html' ? '<!doctype html><link rel="icon" href="data:,"><body>' : '\n');
  }

  before(async function () {
    if (!existsSync(CHROMIUM)) {
      console.log(`skipped: no Chromium at ${CHROMIUM}; CHROMIUM_PATH names another`);
      this.skip();
    }
    const [guarded, ownPort] = await listen((request, response) => {
      if (refusedAtDoor(knockOf(request)) !== undefined) {
        response.writeHead(403).end();
        return;
      }
      passed.push(`${request.method} ${request.url}`);
      // Embedding is the one thing that the browser itself is asked to refuse: here it must be seen to have come through.
      const { 'referrer-policy': referrerPolicy = '' } = securityHeaders('dashboard');
      response.setHeader('referrer-policy', referrerPolicy);
      answerPage(request, response);
    });
    const sockets = new WebSocketServer({ noServer: true });
    guarded.on('upgrade', (request, socket, head) => {
      if (refusedAtDoor(knockOf(request)) !== undefined) {
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      passed.push(`upgrade ${request.url}`);
      sockets.handleUpgrade(request, socket, head, (client) => client.close());
    });
    own = ownPort;
    [, other] = await listen(answerPage);
    const args = [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--host-resolver-rules=MAP evil.example 127.0.0.1',
    ];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  after(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  beforeEach(async () => {
    page = await browser.newPage();
    passed.length = 0;
  });
  afterEach(() => page.close());

  /** Everything that a page can send to this address. */
  async function send(target: string): Promise<void> {
    await page.addScriptTag({ path: ATTEMPTS });
    await page.evaluate(`everything(${JSON.stringify(target)})`);
  }

  for (const name of ['localhost', '127.0.0.1']) {
    it(`lets in everything that our own page under ${name} sends`, async () => {
      await page.goto(`http://${name}:${own}/`);
      passed.length = 0;
      await send(`http://${name}:${own}`);
      assert.deepEqual(passed.toSorted(), ALL);
    });
  }

  const strangers: [string, () => string, () => string][] = [
    ['a page on another port', () => `http://localhost:${other}`, () => `http://localhost:${own}`],
    ['a page of another site', () => `http://evil.example:${other}`, () => `http://localhost:${own}`],
    ['a page under another name of this machine', () => `http://127.0.0.1:${own}`, () => `http://localhost:${own}`],
    ['a page that has rebound its name', () => `http://evil.example:${other}`, () => `http://evil.example:${own}`],
  ];
  for (const [who, from, to] of strangers) {
    it(`lets in nothing that ${who} sends`, async () => {
      await page.goto(`${from()}/`);
      passed.length = 0;
      await send(to());
      assert.deepEqual(passed, []);
    });
  }

  it('lets people follow a link to us from anywhere', async () => {
    await page.goto(`http://evil.example:${other}/`);
    await page.evaluate(`location.href = 'http://localhost:${own}/dashboard'`);
    await page.waitForURL(/dashboard/);
    assert.deepEqual(passed, ['GET /dashboard']);
  });
});

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type Member, PATH, Pit } from './pit.ts';

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Asks for an upgrade by hand; rejects where it is granted. */
function ask(port: number, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, headers: { ...UPGRADE, ...headers } });
    asking.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('the upgrade was granted'));
    });
    asking.on('error', reject);
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asking.end();
  });
}

describe('The socket handshake', () => {
  let pit: Pit;
  let member: Member;
  beforeEach(async () => {
    pit = await new Pit().open();
    member = pit.member();
  });
  afterEach(() => pit.close());

  it('lets a member in who signs timestamp, GET and path with an RSA or an Ed25519 key', async () => {
    const rsa = pit.member(['read'], generateKeyPairSync('rsa', { modulusLength: 2048 }));
    for (const each of [rsa, member]) {
      const client = await pit.connect(each);
      assert.deepEqual(await client.ask({ id: 4, cmd: 'list_subscriptions' }), [{ type: 'ok', id: 4, msg: [] }]);
    }
    assert.equal(pit.sockets.connections, 2);
  });

  it('takes a query, which is not signed, and negotiates no compression', async () => {
    const ws = new WebSocket(`${pit.url}?x=1`, { headers: pit.headers(member), perMessageDeflate: true });
    await once(ws, 'open');
    assert.equal(ws.extensions, '');
    ws.terminate();
  });

  const refusals: [string, (headers: Record<string, string>) => Record<string, string>, object][] = [
    [
      'a missing signature',
      (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'KALSHI-ACCESS-SIGNATURE')),
      { code: 'signature_is_missing_from_headers', message: 'signature is missing from headers' },
    ],
    [
      'an unknown key',
      (headers) => ({ ...headers, 'KALSHI-ACCESS-KEY': 'nobody' }),
      { code: 'authentication_error', message: 'authentication_error', details: 'NOT_FOUND' },
    ],
    [
      'a signature of something else',
      (headers) => ({
        ...headers,
        'KALSHI-ACCESS-SIGNATURE': pit.headers(member, '/trade-api/v2')['KALSHI-ACCESS-SIGNATURE'] ?? '',
      }),
      { code: 'authentication_error', message: 'authentication_error', details: 'INCORRECT_API_KEY_SIGNATURE' },
    ],
    [
      'a timestamp of half a minute ago',
      () => pit.headers(member, PATH, pit.wallMs - 30_000),
      { code: 'header_timestamp_expired', message: 'header timestamp expired' },
    ],
  ];
  for (const [what, change, error] of refusals) {
    it(`refuses ${what} with 401 and the nested error body`, async () => {
      const answer = await ask(pit.port, PATH, change(pit.headers(member)));
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['content-type'], 'application/json');
      assert.equal(answer.headers.date, new Date(pit.wallMs).toUTCString());
      assert.deepEqual(JSON.parse(answer.text), { error });
      assert.equal(pit.sockets.connections, 0);
    });
  }

  it('tells the ws client the status of a refusal', async () => {
    const ws = new WebSocket(pit.url);
    const [, response] = (await once(ws, 'unexpected-response')) as [unknown, { statusCode: number; destroy(): void }];
    assert.equal(response.statusCode, 401);
    response.destroy();
  });

  for (const [what, headers] of [
    ['Host', { host: 'evil.example' }],
    ['Origin', { origin: 'https://evil.example' }],
  ] as const) {
    it(`refuses a foreign ${what} header, however well signed`, async () => {
      const answer = await ask(pit.port, PATH, { ...pit.headers(member), ...headers });
      assert.equal(answer.status, 403);
      assert.equal((JSON.parse(answer.text) as { error: { code: string } }).error.code, 'forbidden');
    });
  }

  it('answers an upgrade on any other path with 404', async () => {
    const answer = await ask(pit.port, '/trade-api/ws/v1', pit.headers(member));
    assert.deepEqual([answer.status, answer.text], [404, '404 page not found']);
  });

  it('survives a client that hangs up before it has its refusal', async () => {
    const raw = connect(pit.port, '127.0.0.1');
    await once(raw, 'connect');
    raw.write(`GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1:${pit.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    raw.resetAndDestroy();
    const client = await pit.connect(member);
    assert.deepEqual(await client.hear(), []);
  });

  it('cuts every connection when it closes, and is let in no more', async () => {
    const client = await pit.connect(member);
    pit.sockets.close();
    assert.equal(await client.closed, 1006);
    assert.equal(pit.timers.beating, 0);
    await assert.rejects(pit.connect(member));
  });
});

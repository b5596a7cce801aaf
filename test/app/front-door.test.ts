import assert from 'node:assert/strict';
import { request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { AppError } from '../../lib/app/errors.ts';
import { type FrontDoor, openFrontDoor } from '../../lib/app/front-door.ts';

const REFUSAL = { code: 'DOOR_FOREIGN_HOST', message: 'not from here' };

interface Answer {
  status: number;
  body: string;
}

function ask(port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The first bytes that come back on a connection that asks for an upgrade. */
function upgrade(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET /comms HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    });
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
  });
}

function isHealth(url: string | undefined, response: ServerResponse): boolean {
  if (url !== '/health') return false;
  response.end('own');
  return true;
}

describe('the front door', () => {
  let door: FrontDoor;
  let port = 0;
  beforeEach(async () => {
    door = openFrontDoor(
      {
        host: '127.0.0.1',
        port: 0,
        guard: ({ headers }) => (headers.host === 'evil.example' ? REFUSAL : undefined),
        own: (incoming, response) => isHealth(incoming.url, response),
      },
      (_, response) => response.end('rest'),
    );
    ({ port } = await door.listen());
    door.letIn();
  });
  afterEach(() => door.close());

  it('lets what comes early wait for whoever is attached late, except for what is its own', async () => {
    const early = openFrontDoor(
      { host: '127.0.0.1', port: 0, guard: () => undefined, own: (incoming, response) => isHealth(incoming.url, response) },
      (_, response) => response.end('rest'),
    );
    const { port: at } = await early.listen();
    const answers = [ask(at, '/dashboard/socket.io/'), upgrade(at, '127.0.0.1')] as const;
    assert.equal((await ask(at, '/health')).body, 'own');
    // As the dashboard's socket does: it steps in front of whoever answers.
    early.inner.removeAllListeners('request').on('request', (_, response) => response.end('late'));
    early.inner.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    early.letIn();
    assert.deepEqual(await Promise.all(answers), [{ status: 200, body: 'late' }, 'HTTP/1.1 101 Switching Protocols']);
    await early.close();
  });

  it('answers what is its own, and hands on the rest', async () => {
    assert.deepEqual(await ask(port, '/health'), { status: 200, body: 'own' });
    assert.deepEqual(await ask(port, '/editor'), { status: 200, body: 'rest' });
  });

  it('lets nothing through that the guard refuses, whoever it is for', async () => {
    for (const path of ['/health', '/editor', '/dashboard']) {
      const answer = await ask(port, path, { host: 'evil.example' });
      assert.equal(answer.status, 403);
      assert.deepEqual(JSON.parse(answer.body), REFUSAL);
    }
  });

  it('hands on upgrades that pass, and refuses the others', async () => {
    door.inner.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    assert.equal(await upgrade(port, '127.0.0.1'), 'HTTP/1.1 101 Switching Protocols');
    assert.equal(await upgrade(port, 'evil.example'), 'HTTP/1.1 403 Forbidden');
  });

  it('outlives an upgrade that whoever takes it cannot read', async () => {
    door.inner.on('upgrade', () => {
      throw new TypeError('Invalid URL');
    });
    assert.equal(await upgrade(port, '127.0.0.1'), 'HTTP/1.1 400 Bad Request');
    assert.equal((await ask(port, '/health')).status, 200);
  });

  it('refuses an upgrade that nobody takes', async () => {
    assert.equal(await upgrade(port, '127.0.0.1'), 'HTTP/1.1 403 Forbidden');
  });

  it('closes while a socket that was handed on is still open', async () => {
    door.inner.on('upgrade', (_, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /comms HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    const cut = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    await new Promise((resolve) => socket.once('data', resolve));
    await door.close();
    await cut;
  });

  it('says which port is taken and what to do', async () => {
    const second = openFrontDoor({ host: '127.0.0.1', port, guard: () => undefined, own: () => false }, () => {});
    await assert.rejects(
      second.listen(),
      (error) =>
        error instanceof AppError && error.code === 'APP_PORT_TAKEN' && error.message.includes('choose another with PORT'),
    );
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { startExchangeServer } from '../../../lib/exchange/server.ts';
import { openStage, type Stage } from '../rest/stage.ts';

describe('exchange server', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  it('says where it is', () => {
    const { url, rest, ws, port } = stage.server;
    assert.equal(url, `http://127.0.0.1:${port}`);
    assert.equal(rest, `${url}/trade-api/v2`);
    assert.equal(ws, `ws://127.0.0.1:${port}/trade-api/ws/v2`);
  });

  it('says so when its port is taken, and lets what was attached go', async () => {
    let closed = 0;
    await assert.rejects(
      startExchangeServer({
        night: stage.night,
        port: stage.server.port,
        wallMs: Date.now,
        attach: () => ({ close: () => void closed++ }),
      }),
      { code: 'EXCHANGE_PORT_TAKEN', message: new RegExp(`port ${stage.server.port} is taken`) },
    );
    assert.equal(closed, 1);
  });

  it('passes on other reasons why it cannot listen', async () => {
    await assert.rejects(startExchangeServer({ night: stage.night, port: 0, host: '192.0.2.1', wallMs: Date.now }), {
      code: 'EADDRNOTAVAIL',
    });
  });

  it('gives what is attached the server and what it needs, before it listens', async () => {
    let seen: { server: Server; isListening: boolean } | undefined;
    let closed = 0;
    const server = await startExchangeServer({
      night: stage.night,
      port: 0,
      wallMs: Date.now,
      attach: (attachedTo, context) => {
        seen = { server: attachedTo, isListening: attachedTo.listening };
        assert.equal(context.night, stage.night);
        assert.equal(context.faults, undefined);
        return { close: () => void closed++ };
      },
    });
    assert.equal(seen?.isListening, false);
    await server.close();
    assert.equal(closed, 1);
  });

  it('ends connections at once when it closes, idle and half-open ones too', async () => {
    const server = await startExchangeServer({ night: stage.night, port: 0, wallMs: Date.now });
    const idle = connect(server.port, '127.0.0.1');
    const asking = connect(server.port, '127.0.0.1');
    await Promise.all([once(idle, 'connect'), once(asking, 'connect')]);
    const ended = Promise.all(
      [idle, asking].map((socket) => new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))),
    );
    asking.write(
      `POST /trade-api/v2/portfolio/events/orders HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: 9\r\n\r\n`,
    );
    await server.close();
    await ended;
  }).timeout(5_000);

  it('dates answers with real time and keeps connections open', async () => {
    stage.wall.ms = Date.UTC(2030, 0, 1);
    const reply = await stage.get('/exchange/status');
    assert.equal(reply.headers.date, 'Tue, 01 Jan 2030 00:00:00 GMT');
    assert.equal(reply.headers.connection, 'keep-alive');
    assert.equal((await stage.get('/nothing')).headers.connection, 'keep-alive');
  });

  it('knows no other routes', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/trade-api/v2'],
      ['GET', '/trade-api/v2/nothing'],
      ['PATCH', '/trade-api/v2/markets'],
      ['POST', '/trade-api/v2/markets'],
      ['GET', '/practice'],
      ['GET', '/trade-api/v2/markets/%zz'],
    ] as const) {
      const reply = await stage.ask(method, path);
      assert.equal(`${reply.status} ${reply.text} ${String(reply.headers['content-type'])}`, '404 404 page not found text/plain');
    }
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { DateObservation } from '../../lib/kalshi/clock-offset.ts';
import { KalshiError } from '../../lib/kalshi/errors.ts';
import { createTransport, type HttpAnswer, type HttpRequest, type Lane, type Transport } from '../../lib/kalshi/transport.ts';
import { RestClock } from './rest-clock.ts';
import { hangUp, RestServer, sendText, silence } from './rest-server.ts';

describe('transport', () => {
  let clock: RestClock;
  let server: RestServer;
  let transport: Transport;
  let dates: DateObservation[];
  const opened: Transport[] = [];

  beforeEach(async () => {
    clock = new RestClock();
    dates = [];
    server = await new RestServer(sendText(200, 'hello')).start();
    transport = open(server.origin);
  });

  afterEach(async () => {
    await server.stop();
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  function open(origin: string, connections: Record<Lane, number> = { read: 2, entry: 1, exit: 1 }): Transport {
    const one = createTransport({
      origin,
      clock,
      connections,
      maxAnswerBytes: 1000,
      observeDate: (observation) => dates.push(observation),
    });
    opened.push(one);
    return one;
  }

  function send(change: Partial<HttpRequest> = {}, over: Transport = transport): Promise<HttpAnswer> {
    return over.send({ ...READ, ...change });
  }

  const READ: HttpRequest = {
    attempt: { operation: 'GET /thing', isWrite: false },
    lane: 'read',
    method: 'GET',
    path: '/thing?a=1',
    headers: { accept: 'application/json' },
    timeoutMs: 5000,
  };
  const WRITE: Partial<HttpRequest> = {
    attempt: { operation: 'POST /thing', isWrite: true },
    lane: 'exit',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  };

  /** What went wrong, once it has. */
  async function failure(promise: Promise<unknown>): Promise<KalshiError> {
    const [result] = await Promise.allSettled([promise]);
    assert.ok(result?.status === 'rejected' && result.reason instanceof KalshiError, 'it did not fail with a KalshiError');
    return result.reason;
  }

  it('sends and answers with status and body', async () => {
    server.answer = sendText(418, 'grüße');
    assert.deepEqual(await send(WRITE), { status: 418, body: 'grüße' });
    assert.equal(server.last.method, 'POST');
    assert.equal(server.last.query.get('a'), '1');
    assert.equal(server.last.body, '{"a":1}');
    assert.equal(clock.waiting, 0);
  });

  it('keeps its connections and uses them again', async () => {
    const narrow = open(server.origin, { read: 1, entry: 1, exit: 1 });
    for (let n = 0; n < 5; n++) await send({}, narrow);
    assert.equal(server.connections, 1);
  });

  it('never lets an exit wait behind reads or entries', async () => {
    server.answer = (request, response) => {
      if (request.path === '/exit') response.end('done');
    };
    const stuck = Promise.allSettled([
      send(),
      send(),
      send(),
      send({ ...WRITE, lane: 'entry' }),
      send({ ...WRITE, lane: 'entry' }),
    ]);
    await server.arrived(3);
    assert.deepEqual(await send({ ...WRITE, path: '/exit' }), { status: 200, body: 'done' });
    clock.advance(5000);
    await stuck;
  });

  it('does not follow redirects', async () => {
    server.answer = sendText(302, '', { location: '/elsewhere' });
    assert.equal((await send()).status, 302);
    assert.equal(server.seen.length, 1);
  });

  it('hands on the Date of an answer with the times around it', async () => {
    server.answer = (_request, response) => {
      clock.advance(30);
      response.writeHead(200, { date: 'Fri, 20 Nov 2026 12:00:07 GMT' });
      response.end('x');
    };
    const sentMs = clock.nowMs();
    await send();
    assert.deepEqual(dates, [{ dateMs: Date.UTC(2026, 10, 20, 12, 0, 7), sentMs, receivedMs: sentMs + 30 }]);
  });

  it('does not believe the Date of an answer from a cache', async () => {
    server.answer = sendText(200, 'x', { age: '12' });
    await send();
    assert.deepEqual(dates, []);
  });

  for (const [kind, request, outcome] of [
    ['read', {}, 'retriable'],
    ['write', WRITE, 'unknown'],
  ] as const) {
    it(`gives up a ${kind} that is not answered in time: ${outcome}`, async () => {
      server.answer = silence;
      const failed = failure(send(request));
      await server.arrived(1);
      clock.advance(4999);
      clock.advance(1);
      const error = await failed;
      assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', outcome]);
      assert.match(error.message, /within 5 s/);
    });

    it(`gives up a ${kind} whose answer does not end: ${outcome}`, async () => {
      server.answer = (_request, response) => {
        response.write('a');
        clock.advance(5000);
      };
      const error = await failure(send(request));
      assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', outcome]);
    });

    it(`reports a connection that breaks during a ${kind}: ${outcome}`, async () => {
      server.answer = hangUp;
      const error = await failure(send(request));
      assert.deepEqual([error.code, error.outcome], ['KALSHI_UNREACHABLE', outcome]);
      assert.ok(error.cause instanceof Error);
    });

    it(`refuses to read an endless answer to a ${kind}: ${outcome}`, async () => {
      server.answer = sendText(200, 'x'.repeat(1001));
      const error = await failure(send(request));
      assert.deepEqual([error.code, error.outcome], ['KALSHI_ANSWER_UNREADABLE', outcome]);
      assert.match(error.message, /more than 1000 bytes/);
    });

    it(`knows that a ${kind} never left when nobody listens`, async () => {
      const listener = createTcpServer().listen(0, '127.0.0.1');
      await once(listener, 'listening');
      const { port } = listener.address() as AddressInfo;
      listener.close();
      await once(listener, 'close');
      const error = await failure(send(request, open(`http://127.0.0.1:${port}`)));
      assert.deepEqual([error.code, error.outcome], ['KALSHI_UNREACHABLE', 'retriable']);
      assert.match(error.message, /ECONNREFUSED/);
    });
  }

  it('knows that a write never left while it stood behind others, and never sends it later', async () => {
    const narrow = open(server.origin, { read: 1, entry: 1, exit: 1 });
    server.answer = silence;
    const first = failure(send({ ...WRITE, timeoutMs: 9000 }, narrow));
    await server.arrived(1);
    const second = failure(send(WRITE, narrow));
    clock.advance(5000);
    const error = await second;
    assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', 'retriable']);

    clock.advance(4000);
    assert.equal((await first).outcome, 'unknown');
    server.answer = sendText(200, 'third');
    assert.equal((await send(WRITE, narrow)).body, 'third');
    assert.equal(server.seen.length, 2);
  });

  it('sends nothing whose signature has grown old while it stood behind others', async () => {
    let finish = () => {};
    server.answer = (_request, response) => {
      finish = () => response.end('first');
    };
    const first = send(WRITE);
    await server.arrived(1);
    const second = failure(send(WRITE));
    clock.advance(3001);
    finish();
    assert.equal((await first).body, 'first');
    const error = await second;
    assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', 'retriable']);
    assert.match(error.message, /nothing was sent/);
    assert.equal(server.seen.length, 1);
  });

  it('lets requests under way end before it closes', async () => {
    let finish = () => {};
    server.answer = (_request, response) => {
      finish = () => response.end('late');
    };
    const answer = send();
    await server.arrived(1);
    const closed = transport.close();
    finish();
    assert.equal((await answer).body, 'late');
    await closed;
    opened.splice(opened.indexOf(transport), 1);
  });
});

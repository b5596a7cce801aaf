import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { DateObservation } from '../../lib/kalshi/clock-offset.ts';
import { createTransport, type HttpAnswer, type HttpRequest, type Lane, type Transport } from '../../lib/kalshi/transport.ts';
import { VirtualClock } from './clock.ts';
import { failure } from './failure.ts';
import { hangUp, RestServer, sendText, silence } from './rest-server.ts';

/** Its timers can be late, as they are when something keeps the event loop. */
class StallingClock extends VirtualClock {
  #stalledMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.#stalledMs;
  }

  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}

describe('transport', () => {
  let clock: StallingClock;
  let server: RestServer;
  let transport: Transport;
  let dates: DateObservation[];
  const opened: Transport[] = [];

  beforeEach(async () => {
    clock = new StallingClock();
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
    queueMs: 3000,
    timeoutMs: () => 5000,
  };
  const WRITE: Partial<HttpRequest> = {
    attempt: { operation: 'POST /thing', isWrite: true },
    lane: 'exit',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  };

  it('sends and answers with status and body', async () => {
    server.answer = sendText(418, 'grüße');
    assert.deepEqual(await send(WRITE), { status: 418, body: 'grüße' });
    assert.equal(server.last.method, 'POST');
    assert.equal(server.last.query.get('a'), '1');
    assert.equal(server.last.body, '{"a":1}');
    assert.equal(clock.timers, 0);
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

  /** One write that is under way over the only connection. The answer to each request is sent when the test asks for it. */
  async function occupy(): Promise<{ first: Promise<HttpAnswer>; finish: () => void }> {
    const held: ServerResponse[] = [];
    server.answer = (_request, response) => held.push(response);
    const first = send(WRITE);
    await server.arrived(1);
    return { first, finish: () => held.shift()?.end('done') };
  }

  it('knows that writes never left while they stood behind another, never sends them later, and keeps the connection', async () => {
    const { first, finish } = await occupy();
    const queued = Array.from({ length: 30 }, () => failure(send({ ...WRITE, queueMs: 1000 })));
    clock.advance(1000);
    for (const error of await Promise.all(queued)) {
      assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', 'retriable']);
      assert.match(error.message, /nothing was sent/);
    }
    finish();
    await first;
    server.answer = sendText(200, 'last');
    assert.equal((await send(WRITE)).body, 'last');
    assert.deepEqual([server.seen.length, server.connections, clock.timers], [2, 1, 0]);
  });

  it('sends nothing that has stood too long behind others when all timers are late', async () => {
    const { first, finish } = await occupy();
    const second = failure(send(WRITE));
    clock.stall(3001);
    finish();
    await first;
    const error = await second;
    assert.deepEqual([error.code, error.outcome], ['KALSHI_TIMEOUT', 'retriable']);
    assert.deepEqual([server.seen.length, server.connections], [1, 1]);
  });

  it('gives a request its full time from when it leaves, however long it stood behind others', async () => {
    const { first, finish } = await occupy();
    const second = send(WRITE);
    clock.advance(2900);
    finish();
    await first;
    await server.arrived(2);
    clock.advance(4999);
    finish();
    assert.equal((await second).body, 'done');
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

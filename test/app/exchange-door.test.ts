import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { signedHeaders, type TestKey } from '../signing.ts';

const DOOR = fileURLToPath(new URL('../../lib/app/doors/exchange.ts', import.meta.url));
const START_DOOR = fileURLToPath(new URL('../../lib/app/doors/start.ts', import.meta.url));

interface Ready {
  ready: true;
  rest: string;
  ws: string;
  keyId: string;
  privateKeyPath: string;
  night: string;
  resumed: boolean;
}

/** What this test reads of answers. */
interface Body {
  balance_dollars: string;
  cursor: string;
  order_id: string;
  markets: { ticker: string }[];
  orders: { order_id: string; client_order_id: string; status: string }[];
}

interface Running {
  child: ChildProcess;
  ready: Ready;
  key: TestKey;
  origin: string;
}

describe('the exchange door', function () {
  this.timeout(120_000);
  let dir: string;
  const children = new Set<ChildProcess>();
  const agent = new Agent({ connections: 8 });
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-door-'));
  });
  afterEach(async () => {
    for (const child of children) await kill(child, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });
  after(() => agent.close());

  function launch(args: string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, [DOOR, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }

  async function start(args: string[] = [], env: Record<string, string> = {}): Promise<Running> {
    const child = launch(['--port', '0', ...args], env);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const [line] = (await once(lines, 'line')) as [string];
    const ready = JSON.parse(line) as Ready;
    return {
      child,
      ready,
      key: { keyId: ready.keyId, privateKey: readFileSync(ready.privateKeyPath, 'utf8') },
      origin: new URL(ready.rest).origin,
    };
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  async function call(running: Running, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) {
    const full = `/trade-api/v2${path}`;
    const answer = await request(`${running.origin}${full}`, {
      method,
      dispatcher: agent,
      headers: {
        ...signedHeaders(running.key, method, full),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: JSON.parse(text) as Body };
  }

  it('prints one JSON line when it is ready, and ends in order', async () => {
    const running = await start(['--dir', dir, '--seed', '5']);
    assert.match(running.ready.rest, /^http:\/\/127\.0\.0\.1:\d+\/trade-api\/v2$/);
    assert.match(running.ready.ws, /^ws:\/\/127\.0\.0\.1:\d+\/trade-api\/ws\/v2$/);
    assert.equal(running.ready.ready, true);
    assert.equal(statSync(running.ready.privateKeyPath).mode & 0o777, 0o600);
    const balance = await call(running, 'GET', '/portfolio/balance');
    assert.equal(balance.body.balance_dollars, '10000.0000');
    assert.equal(await kill(running.child, 'SIGTERM'), 0);
  });

  it('keeps a night without --dir under COURTSIDE_HOME, a new one each time', async () => {
    const [one, two] = await Promise.all([start([], { COURTSIDE_HOME: dir }), start([], { COURTSIDE_HOME: dir })]);
    assert.ok(one.ready.privateKeyPath.startsWith(join(dir, 'practice')));
    assert.notEqual(one.ready.privateKeyPath, two.ready.privateKeyPath);
    assert.notEqual(one.ready.keyId, two.ready.keyId);
  });

  const wrong: [name: string, args: string[], text: RegExp][] = [
    ['a bad argument', ['--speed', 'warp'], /--speed takes a number above 0/],
    ['a games file that is not there', ['--games', 'nowhere.jsonl'], /nowhere\.jsonl: cannot be read/],
  ];
  for (const [name, args, text] of wrong) {
    it(`ends with one clear line and code 2 for ${name}`, async () => {
      const child = launch(args, { COURTSIDE_HOME: dir });
      let said = '';
      child.stderr?.on('data', (chunk) => (said += chunk));
      const [code] = (await once(child, 'close')) as [number];
      assert.equal(code, 2);
      assert.match(said, text);
      assert.equal(said.trimEnd().split('\n').length, 1);
    });
  }

  it('says in one line that a games file is not one', async () => {
    const file = join(dir, 'bad.jsonl');
    writeFileSync(file, '{"header":{}}\n');
    const child = launch(['--games', file], { COURTSIDE_HOME: dir });
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 2);
    assert.match(said, /^practice exchange: .*bad\.jsonl.*\n$/);
  });

  it('refuses a port that is taken, and a folder that holds another night', async () => {
    const running = await start(['--dir', dir]);
    const port = new URL(running.ready.rest).port;
    const other = launch(['--port', port], { COURTSIDE_HOME: dir });
    let said = '';
    other.stderr?.on('data', (chunk) => (said += chunk));
    const [code] = (await once(other, 'close')) as [number];
    assert.equal(code, 1);
    assert.match(said, new RegExp(`^practice exchange: port ${port} is taken`));
    await kill(running.child, 'SIGTERM');
    const differing = launch(['--port', '0', '--dir', dir, '--seed', '99']);
    said = '';
    differing.stderr?.on('data', (chunk) => (said += chunk));
    const [second] = (await once(differing, 'close')) as [number];
    assert.equal(second, 2);
    assert.match(said, /another --dir/);
  });

  it('prints its options', async () => {
    const child = launch(['--help']);
    let said = '';
    child.stdout?.on('data', (chunk) => (said += chunk));
    await once(child, 'close');
    for (const option of ['--port', '--games', '--seed', '--speed', '--lockstep', '--tier', '--shards', '--faults', '--dir']) {
      assert.ok(said.includes(option));
    }
  });

  it('greets a person in words, and goes on with the same night at the next start', async () => {
    const greet = async () => {
      const child = spawn(process.execPath, [START_DOOR, '--port', '0'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, COURTSIDE_HOME: dir },
      });
      children.add(child);
      let said = '';
      for await (const chunk of child.stdout) {
        said += String(chunk);
        if (said.includes('Ctrl-C')) break;
      }
      await kill(child, 'SIGTERM');
      return said;
    };
    assert.match(await greet(), /The practice exchange is open/);
    assert.match(await greet(), /going on where it stopped/);
  });

  it('loses nothing acknowledged when it is killed under load, twenty times', async () => {
    const args = ['--dir', dir, '--seed', '5', '--tier', 'prestige', '--speed', '30'];
    /** Client order id -> order id, of every order whose 201 has arrived; and the ids of those whose cancel was answered 200. */
    const acknowledged = new Map<string, string>();
    const canceled = new Set<string>();
    let sent = 0;
    let lastNowMs = 0;
    for (let round = 0; round < 20; round++) {
      const running = await start(args);
      assert.equal(running.ready.resumed, round > 0);
      const clock = (await (await request(`${running.origin}/practice/clock`, { dispatcher: agent })).body.json()) as {
        now_ms: number;
      };
      assert.ok(clock.now_ms >= lastNowMs, 'market time does not run backwards');
      await checkOrders(running);
      const markets = (await call(running, 'GET', '/markets?status=open')).body.markets;
      assert.ok(markets.length > 0);
      const life = { isOver: false };
      const worker = async (seat: number) => {
        while (!life.isOver) {
          const id = `r${round}-s${seat}-${sent++}`;
          const market = markets[sent % markets.length] as { ticker: string };
          try {
            const placed = await call(running, 'POST', '/portfolio/events/orders', {
              ticker: market.ticker,
              client_order_id: id,
              side: 'bid',
              count: '1.00',
              price: '0.0100',
              time_in_force: 'good_till_canceled',
              self_trade_prevention_type: 'taker_at_cross',
            });
            assert.equal(placed.status, 201, JSON.stringify(placed.body));
            acknowledged.set(id, placed.body.order_id);
            if (sent % 3 === 0) {
              const gone = await call(running, 'DELETE', `/portfolio/events/orders/${placed.body.order_id}`);
              if (gone.status === 200) canceled.add(id);
            }
          } catch (error) {
            if (!life.isOver && !(error instanceof Error && 'code' in error)) throw error;
          }
        }
      };
      const workers = [1, 2, 3, 4].map(worker);
      const enough = acknowledged.size + 25;
      while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
      lastNowMs = clock.now_ms;
      running.child.kill('SIGKILL');
      life.isOver = true;
      await Promise.all([once(running.child, 'exit'), ...workers]);
    }
    const last = await start(args);
    await checkOrders(last);
    assert.ok(acknowledged.size >= 500);
    assert.ok(canceled.size > 50);

    async function checkOrders(running: Running): Promise<void> {
      const found = new Map<string, { order_id: string; status: string }>();
      let cursor = '';
      do {
        const page = await call(running, 'GET', `/portfolio/orders?limit=1000&cursor=${encodeURIComponent(cursor)}`);
        assert.equal(page.status, 200);
        for (const order of page.body.orders) found.set(order.client_order_id, order);
        cursor = page.body.cursor;
      } while (cursor !== '');
      for (const [id, orderId] of acknowledged)
        assert.equal(found.get(id)?.order_id, orderId, `order ${id} is there under its id`);
      for (const id of canceled) assert.equal(found.get(id)?.status, 'canceled');
    }
  });
});

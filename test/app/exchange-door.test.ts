import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bid, DOOR, Doors, ended, readied } from './doors.ts';

describe('the exchange door', function () {
  this.timeout(120_000);
  let doors: Doors;
  beforeEach(() => {
    doors = new Doors();
  });
  afterEach(() => doors.close());

  it('prints one JSON line when it is ready, and ends in order', async () => {
    const running = await doors.start(['--dir', doors.dir, '--seed', '5']);
    assert.match(running.ready.rest, /^http:\/\/127\.0\.0\.1:\d+\/trade-api\/v2$/);
    assert.match(running.ready.ws, /^ws:\/\/127\.0\.0\.1:\d+\/trade-api\/ws\/v2$/);
    assert.equal(running.ready.ready, true);
    assert.equal(statSync(running.ready.privateKeyPath).mode & 0o777, 0o600);
    const balance = await doors.call(running, 'GET', '/portfolio/balance');
    assert.equal(balance.body.balance_dollars, '10000.0000');
    assert.equal(await doors.kill(running.child, 'SIGTERM'), 0);
  });

  it('keeps a night without --dir under COURTSIDE_HOME, a new one each time', async () => {
    const [one, two] = await Promise.all([doors.start(), doors.start()]);
    assert.ok(one.ready.privateKeyPath.startsWith(join(doors.dir, 'practice')));
    assert.notEqual(one.ready.privateKeyPath, two.ready.privateKeyPath);
    assert.notEqual(one.ready.keyId, two.ready.keyId);
  });

  const wrong: [name: string, args: string[], text: RegExp][] = [
    ['a bad argument', ['--speed', 'warp'], /--speed takes a number above 0/],
    ['a games file that is not there', ['--games', 'nowhere.jsonl'], /nowhere\.jsonl: cannot be read/],
    ['a night without an end as fast as it goes', ['--speed', 'max'], /--speed max goes with --games/],
  ];
  for (const [name, args, text] of wrong) {
    it(`ends with one clear line and code 2 for ${name}`, async () => {
      const { said, code } = await doors.failing(args);
      assert.equal(code, 2);
      assert.match(said, text);
      assert.equal(said.trimEnd().split('\n').length, 1);
      assert.deepEqual(readdirSync(doors.dir), [], 'nothing is left behind');
    });
  }

  it('says in one line that a games file is not one', async () => {
    const file = join(doors.dir, 'bad.jsonl');
    writeFileSync(file, '{"header":{}}\n');
    const { said, code } = await doors.failing(['--games', file]);
    assert.equal(code, 2);
    assert.match(said, /^practice exchange: .*bad\.jsonl.*\n$/);
  });

  it('refuses a port that is taken, and leaves nothing behind', async () => {
    const running = await doors.start(['--dir', join(doors.dir, 'one')]);
    const port = new URL(running.ready.rest).port;
    const { said, code } = await doors.failing(['--port', port]);
    assert.equal(code, 1);
    assert.match(said, new RegExp(`^practice exchange: port ${port} is taken`));
    assert.deepEqual(readdirSync(join(doors.dir, 'practice')), []);
  });

  it('refuses a folder that holds another night', async () => {
    await doors.kill((await doors.start(['--dir', doors.dir])).child, 'SIGTERM');
    const { said, code } = await doors.failing(['--port', '0', '--dir', doors.dir, '--seed', '99']);
    assert.equal(code, 2);
    assert.match(said, /^practice exchange: .* give another --dir\n$/);
  });

  it('refuses a night that another process runs, and does not touch it', async () => {
    const running = await doors.start(['--dir', doors.dir]);
    const { said, code } = await doors.failing(['--port', '0', '--dir', doors.dir]);
    assert.equal(code, 2);
    assert.match(said, new RegExp(`^practice exchange: .*running already, as process ${running.child.pid}.*\n$`));
    assert.equal((await doors.call(running, 'GET', '/portfolio/balance')).status, 200);
    await doors.kill(running.child, 'SIGKILL');
    assert.equal((await doors.start(['--dir', doors.dir])).ready.resumed, true);
  });

  it('ends with one clear line when its journal cannot be written, and goes on with what was acknowledged', async function () {
    if (process.platform === 'win32') {
      console.log('      skipped: there is no ulimit on Windows');
      this.skip();
    }
    const args = ['--port', '0', '--dir', doors.dir, '--tier', 'prestige'];
    const child = doors.launch([DOOR, ...args], ['sh', '-c', 'ulimit -f 20 && exec "$0" "$@"', process.execPath]);
    const end = ended(child);
    const running = await readied(child);
    const { markets } = (await doors.call(running, 'GET', '/markets?status=open')).body;
    const ticker = markets[0]?.ticker ?? '';
    const acknowledged: string[] = [];
    for (let isOver = false; !isOver; ) {
      try {
        const placed = await doors.call(running, 'POST', '/portfolio/events/orders', bid(ticker, `c-${acknowledged.length}`));
        isOver = placed.status !== 201;
        if (!isOver) acknowledged.push(placed.body.order_id);
      } catch {
        isOver = true;
      }
    }
    const { said, code } = await end;
    assert.equal(code, 2);
    assert.match(said, /^practice exchange: the night ends here, its journal cannot be written: .*\n$/);
    assert.ok(acknowledged.length > 10);
    const resumed = await doors.start(['--dir', doors.dir]);
    const { orders } = (await doors.call(resumed, 'GET', '/portfolio/orders?limit=1000')).body;
    assert.deepEqual(
      orders.map((order) => order.order_id),
      acknowledged.toReversed(),
    );
  });

  it('takes the tier that is asked for on a night that goes on, and keeps it where none is', async () => {
    const tierAfter = async (...args: string[]) => {
      const running = await doors.start(['--dir', doors.dir, ...args]);
      const { usage_tier: tier } = (await doors.call(running, 'GET', '/account/limits')).body;
      await doors.kill(running.child, 'SIGTERM');
      return tier;
    };
    assert.equal(await tierAfter(), 'basic');
    assert.equal(await tierAfter('--tier', 'premier'), 'premier');
    assert.equal(await tierAfter(), 'premier');
    assert.equal(await tierAfter('--tier', 'basic'), 'basic');
  });

  it('makes a new key where the key file is lost, and finds it again ever after', async () => {
    const first = await doors.start(['--dir', doors.dir]);
    await doors.kill(first.child, 'SIGTERM');
    rmSync(first.ready.privateKeyPath);
    const keyIds: string[] = [];
    for (let at = 0; at < 3; at++) {
      const running = await doors.start(['--dir', doors.dir]);
      keyIds.push(running.ready.keyId);
      assert.equal((await doors.call(running, 'GET', '/portfolio/balance')).status, 200);
      await doors.kill(running.child, 'SIGTERM');
    }
    assert.notEqual(keyIds[0], first.ready.keyId);
    assert.equal(new Set(keyIds).size, 1);
  });

  it('prints its options', async () => {
    const child = doors.launch([DOOR, '--help']);
    let said = '';
    child.stdout?.on('data', (chunk) => (said += chunk));
    await once(child, 'close');
    for (const option of ['--port', '--games', '--seed', '--speed', '--lockstep', '--tier', '--shards', '--faults', '--dir']) {
      assert.ok(said.includes(option));
    }
  });
});

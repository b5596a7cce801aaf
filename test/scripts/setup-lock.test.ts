import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, type Running } from './checkout.ts';

const LOCK = new URL('../../scripts/setup-lock.mjs', import.meta.url).href;
/**
 * Takes the lock, notes its coming and going in `log`, and does `inside` in between; does so `rounds` times. PID in `left` is
 * its own.
 */
const CONTENDER = `
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { withLock } from '${LOCK}';
const { inside, left, rounds, options } = JSON.parse(process.env.CONTENDER);
if (left && inside !== 'dies') writeFileSync('lock', left.replace('"PID"', process.pid));
const work = {
  leaves: async () => { for (let n = 0; n < 20; n++) await turn(); },
  stays: () => new Promise(() => setInterval(() => {}, 1000)),
  waits: async () => { while (!existsSync('go')) await turn(); },
  exits: () => process.exit(7),
  dies: async () => {
    await turn();
    writeFileSync('dead' + process.pid, left);
  },
  throws: () => { throw new Error('no disk'); },
}[inside];
const onWait = (pid) => console.log('waiting for ' + pid);
for (let round = 0; round < rounds; round++) {
  await withLock('lock', async () => {
    appendFileSync('log', 'in\\n');
    console.log('inside');
    await work();
    appendFileSync('log', 'out\\n');
    if (inside === 'dies') renameSync('dead' + process.pid, 'lock');
  }, { onWait, ...options });
}
`;

interface Contention {
  /** `dies`: leaves the lock behind as `left`, the one of a dead process. */
  inside?: 'leaves' | 'stays' | 'waits' | 'exits' | 'throws' | 'dies';
  rounds?: number;
  /** What lies there when it comes. */
  left?: string;
  options?: { stillMs?: number; patienceMs?: number };
}

interface Lock {
  machine: string;
  pid: number | 'PID';
  start?: string;
}

describe('the lock of the set-up', function () {
  this.timeout(60_000);
  let dir: string;
  let lock: string;
  const running: Running[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-lock-'));
    lock = join(dir, 'lock');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
    rmSync(dir, { recursive: true, force: true });
  });

  function contend({ inside = 'leaves', left = '', rounds = 1, options = { stillMs: 1e9 } }: Contention = {}): Running {
    const env = { CONTENDER: JSON.stringify({ inside, left, rounds, options }) };
    const one = launch(process.execPath, ['--input-type=module', '-e', CONTENDER], { cwd: dir, env });
    running.push(one);
    return one;
  }

  /** The lock of a process that was killed while it held it. */
  async function leftBehind(): Promise<Lock> {
    const holder = contend({ inside: 'stays' });
    await holder.until(/inside/);
    holder.child.kill('SIGKILL');
    await holder.done;
    return JSON.parse(readFileSync(lock, 'utf8')) as Lock;
  }

  async function isTaken(contention: Contention): Promise<void> {
    const { code, stdout, stderr } = await contend(contention).done;
    assert.deepEqual([code, stdout, stderr], [0, 'inside\n', '']);
    assert.deepEqual(readdirSync(dir), ['log']);
  }

  it('makes others wait, tells them for whom, and lets them in when it is given back', async () => {
    const holder = contend({ inside: 'waits' });
    await holder.until(/inside/);
    const next = contend();
    assert.equal(await next.until(/waiting/), `waiting for ${holder.child.pid}\n`);
    writeFileSync(join(dir, 'go'), '');
    assert.equal((await next.done).code, 0);
    assert.equal(readFileSync(join(dir, 'log'), 'utf8'), 'in\nout\nin\nout\n');
    assert.ok(!existsSync(lock));
  });

  it('is given up on only after patience, with one line that says what to do', async () => {
    const holder = contend({ inside: 'stays' });
    await holder.until(/inside/);
    const { code, stderr } = await contend({ options: { patienceMs: 300 } }).done;
    assert.equal(code, 1);
    assert.match(stderr, /another set-up has been running for too long; end it, or delete lock/);
    assert.ok(existsSync(lock));
  });

  for (const inside of ['exits', 'throws'] as const) {
    it(`is given back when the work ${inside}`, async () => {
      const { code } = await contend({ inside }).done;
      assert.equal(code, inside === 'exits' ? 7 : 1);
      assert.deepEqual(readdirSync(dir), ['log']);
    });
  }

  describe('does not hold up anybody when it was left behind', () => {
    it('by a process that is dead', async () => {
      await leftBehind();
      await contend().done;
      assert.deepEqual(readdirSync(dir), ['log']);
      assert.equal(readFileSync(join(dir, 'log'), 'utf8'), 'in\nin\nout\n');
    });

    it('by a former process with the same number as who comes now', async () => {
      const { machine } = await leftBehind();
      await isTaken({ left: JSON.stringify({ machine, pid: 'PID' } satisfies Lock) });
    });

    it('by a process whose number another one has now', async function () {
      const { machine, start } = await leftBehind();
      if (start === undefined) {
        this.test!.title += ' (skipped: this system does not tell when a process began)';
        this.skip();
      }
      await isTaken({ left: JSON.stringify({ machine, pid: process.pid, start } satisfies Lock) });
    });

    for (const [what, left] of [
      ['on another machine, or in a container that is gone', JSON.stringify({ machine: 'elsewhere', pid: process.pid })],
      ['half written', '{"machine":'],
      ['in another format', '1234'],
    ] as const) {
      it(`${what}, once it has shown no sign of life for a while`, async () => {
        const { code, stdout } = await contend({ left, options: { stillMs: 300 } }).done;
        assert.equal(code, 0);
        assert.match(stdout, /^waiting for .*\ninside\n$/);
        assert.deepEqual(readdirSync(dir), ['log']);
      });
    }

    it('empty, likewise', async () => {
      writeFileSync(lock, '');
      const { code, stdout } = await contend({ options: { stillMs: 300 } }).done;
      assert.equal(code, 0);
      assert.match(stdout, /inside\n$/);
    });
  });

  it('shows signs of life while it is held, which those who cannot look its holder up respect', async () => {
    const holder = contend({ inside: 'stays' });
    await holder.until(/inside/);
    const held = JSON.parse(readFileSync(lock, 'utf8')) as Lock;
    writeFileSync(lock, JSON.stringify({ ...held, machine: 'elsewhere' }));
    const { code, stdout } = await contend({ options: { stillMs: 5_000, patienceMs: 6_500 } }).done;
    assert.equal(code, 1);
    assert.equal(stdout, `waiting for ${holder.child.pid}\n`);
  });

  it('lets one in at a time, however often and by however many it is found left behind', async () => {
    const left = JSON.stringify(await leftBehind());
    rmSync(join(dir, 'log'));
    const rounds = 100;
    const ends = await Promise.all(Array.from({ length: 6 }, () => contend({ inside: 'dies', left, rounds }).done));
    assert.deepEqual(
      ends.map(({ code, stderr }) => [code, stderr]),
      ends.map(() => [0, '']),
    );
    assert.equal(readFileSync(join(dir, 'log'), 'utf8'), 'in\nout\n'.repeat(ends.length * rounds));
    assert.deepEqual(readdirSync(dir).toSorted(), ['lock', 'log']);
  });
});

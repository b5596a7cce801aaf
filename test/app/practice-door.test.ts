import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { farewellTo } from '../../lib/app/practice-door.ts';
import { launch } from '../scripts/checkout.ts';

const EXCHANGE_DOOR = fileURLToPath(new URL('../../lib/app/doors/exchange.ts', import.meta.url));

describe('the doors to the practice exchange', function () {
  this.timeout(60_000);
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-practice-'));
    writeFileSync(join(dir, 'file'), '');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const open = (door: string, args: string[]) =>
    launch(process.execPath, [door, '--port', '0', ...args], { cwd: dir, env: { COURTSIDE_HOME: join(dir, 'home') } });

  const wrong: [what: string, args: string[], text: RegExp][] = [
    ['a games file that is a folder', ['--games', '.'], /\.: cannot be read \(EISDIR/],
    ['a folder that is a file', ['--dir', 'file'], /the folder of the night cannot be used \(EEXIST/],
    ['a folder in a file', ['--dir', 'file/night'], /the folder of the night cannot be used \(ENOTDIR/],
    ['a day that does not exist', ['--games', 'file', '--from', '2026-02-31'], /--from takes a date/],
    ['an end before the beginning', ['--games', 'file', '--from', '2026-02-03', '--to', '2026-02-01'], /is after --to/],
  ];
  for (const [what, args, text] of wrong) {
    it(`answers ${what} with one line and code 2, and leaves nothing behind`, async () => {
      const { code, stdout, stderr } = await open(EXCHANGE_DOOR, args).done;
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^practice exchange: [^\n]+\n$/);
      assert.match(stderr, text);
      assert.deepEqual(readdirSync(dir), ['file']);
    });
  }

  it('answer a port that cannot be had with one line and code 1', () => {
    const cause = Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:80'), {
      code: 'EACCES',
      syscall: 'listen',
    });
    assert.deepEqual(farewellTo(cause), {
      text: 'practice exchange: the port cannot be had (listen EACCES: permission denied 127.0.0.1:80)',
      exitCode: 1,
    });
  });

  it('show the stack of a defect', () => {
    const { text, exitCode } = farewellTo(new TypeError('night is not a function'));
    assert.match(text, /night is not a function\n\s+at /);
    assert.equal(exitCode, 1);
  });

  for (const args of [['--dir', 'mine'], ['--dir=mine']]) {
    it(`keep the night in the folder of ${args.join(' ')}, from where they were opened`, async () => {
      const door = open(EXCHANGE_DOOR, args);
      await door.until(/"ready":true/);
      door.child.kill('SIGINT');
      assert.equal((await door.done).code, 0);
      assert.deepEqual(readdirSync(dir).toSorted(), ['file', 'mine']);
    });
  }

  it('end in order when they are asked again while they do', async () => {
    const again = "process.once('SIGINT', () => process.nextTick(() => process.kill(process.pid, 'SIGINT')));";
    const args = [
      '--import',
      `data:text/javascript,${encodeURIComponent(again)}`,
      EXCHANGE_DOOR,
      '--port',
      '0',
      '--dir',
      'night',
    ];
    const door = launch(process.execPath, args, { cwd: dir });
    await door.until(/"ready":true/);
    door.child.kill('SIGINT');
    assert.deepEqual({ ...(await door.done), stdout: '' }, { code: 0, signal: null, stdout: '', stderr: '' });
  });
});

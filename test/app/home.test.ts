import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIfThere, replaceFile, takeHome } from '../../lib/app/home.ts';

const HOME_MODULE = new URL('../../lib/app/home.ts', import.meta.url).href;

describe('the home folder', function () {
  this.timeout(30_000);
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'courtside-home-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("is made where it is not there, readable by its owner only, and is one program's at a time", () => {
    const home = join(dir, 'a/home');
    const release = takeHome(home);
    assert.equal(statSync(home).mode & 0o777, 0o700);
    assert.throws(() => takeHome(home), {
      code: 'APP_HOME_IN_USE',
      message: `Courtside runs in ${home} already, as process ${process.pid}: end that one, or give this one a folder and a port of its own with COURTSIDE_HOME and PORT`,
    });
    release();
    release();
    takeHome(home)();
  });

  it('is free again when the program that had it was killed', async () => {
    const script = `const { takeHome } = await import(${JSON.stringify(HOME_MODULE)}); takeHome(process.argv[1]); gc(); console.log('mine'); setInterval(() => gc(), 1);`;
    const args = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, dir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    assert.throws(() => takeHome(dir), { code: 'APP_HOME_IN_USE', message: new RegExp(`as process ${child.pid}:`) });
    child.kill('SIGKILL');
    await once(child, 'exit');
    takeHome(dir)();
  });

  it('is refused where it is no folder', () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    for (const [home, code] of [
      [file, 'EEXIST'],
      [join(file, 'below'), 'ENOTDIR'],
    ] as const) {
      assert.throws(() => takeHome(home), {
        code: 'APP_HOME_UNUSABLE',
        message: `${home} cannot be used as home folder: name another with COURTSIDE_HOME (${code})`,
      });
    }
  });

  it('has files that are replaced whole, or not at all', () => {
    const path = join(dir, 'file');
    assert.equal(readIfThere(path), undefined);
    replaceFile(path, 'one');
    replaceFile(path, 'two');
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(existsSync(`${path}.new`), false);
    assert.throws(() => replaceFile(join(path, 'below'), ''), {
      code: 'APP_HOME_UNUSABLE',
      message: /cannot be written \(ENOTDIR\)$/,
    });
    assert.throws(() => readIfThere(dir), { code: 'APP_HOME_UNUSABLE', message: `${dir} cannot be read (EISDIR)` });
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Checkout, ECHO, type Ended, EXCHANGE, isAlive, launch, makeCheckout, type Running } from './checkout.ts';

/** Runs a command in a terminal, presses Ctrl-C twice once it is ready, and tells its exit code (negative: by a signal). */
const IN_A_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
said, is_pressed = b'', False
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break
    if not chunk:
        break
    said += chunk
    if b'"ready":true' in said and not is_pressed:
        is_pressed = True
        os.write(terminal, b'\\x03')
        os.write(terminal, b'\\x03')
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
/** A compiler that never ends; says which process it is. */
const ENDLESS_TSC = `require('node:fs').writeFileSync('tsc.pid', String(process.pid));
console.log('compiling for ever');
setInterval(() => {}, 1000);
`;

describe('a door of npm run', function () {
  this.timeout(60_000);
  const checkouts: Checkout[] = [];
  const running: Running[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.kill()));
    for (const checkout of checkouts.splice(0)) checkout.remove();
  });

  function make(program: string, options?: { node?: string }): Checkout {
    const checkout = makeCheckout(program, options);
    checkouts.push(checkout);
    return checkout;
  }

  function follow(one: Running): Running {
    running.push(one);
    return one;
  }

  /** A checkout that is set up, with the real practice exchange behind its door. */
  async function withExchange(): Promise<{ checkout: Checkout; args: string[] }> {
    const checkout = make(`import '${EXCHANGE}';`);
    assert.equal((await checkout.door(['build']).done).code, 0);
    return { checkout, args: ['--port', '0', '--dir', join(checkout.root, 'night')] };
  }

  function heard({ stdout }: Ended): { cwd: string; args: string[]; node: string } {
    return JSON.parse(stdout) as { cwd: string; args: string[]; node: string };
  }

  for (const { args, run } of [
    { args: [], run: ['test/**/*.test.ts'] },
    { args: ['--grep', 'a door'], run: ['test/**/*.test.ts', '--grep', 'a door'] },
    { args: ['test/one.test.ts', 'test/two.test.ts'], run: ['test/one.test.ts', 'test/two.test.ts'] },
  ]) {
    it(`runs the tests that are asked for with "${args.join(' ')}"`, async () => {
      const checkout = make('');
      checkout.write('node_modules/c8/bin/c8.js', ECHO);
      checkout.write('scripts/coverage-floor.mjs', '');
      assert.deepEqual(heard(await checkout.door(['test', ...args]).done).args, ['node_modules/mocha/bin/mocha.js', ...run]);
    });
  }

  describe('sets up', () => {
    it('what is missing, once, and leaves stdout to the program', async () => {
      const checkout = make(ECHO);
      const first = await checkout.door(['exchange', '--seed', '7']).done;
      assert.deepEqual(heard(first).args, ['--seed', '7']);
      assert.match(first.stderr, /installing[\s\S]*added 149 packages[\s\S]*building[\s\S]*compiling/);
      assert.deepEqual(checkout.steps(), ['install', 'build']);
      const second = await checkout.door(['start']).done;
      assert.deepEqual(heard(second).args, []);
      assert.equal(second.stderr, '');
      assert.deepEqual(checkout.steps(), ['install', 'build']);
    });

    it('again what is out of date', async () => {
      const checkout = make(ECHO);
      await checkout.door(['build']).done;
      checkout.write('lib/deeper/source.ts', 'export {};\n');
      await checkout.door(['build']).done;
      assert.deepEqual(checkout.steps(), ['install', 'build', 'build']);
      checkout.write('runtime/package-lock.json', '{ }');
      await checkout.door(['build']).done;
      assert.deepEqual(checkout.steps(), ['install', 'build', 'build', 'install']);
    });

    it('once for doors that are opened at the same time', async () => {
      const checkout = make(ECHO);
      const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => checkout.door(['exchange', name]).done));
      assert.deepEqual(
        all.map((one) => heard(one).args),
        [['a'], ['b'], ['c'], ['d']],
      );
      assert.deepEqual(checkout.steps(), ['install', 'build']);
      assert.deepEqual(leftLocks(checkout), []);
    });

    it('and does not go on when that fails', async () => {
      const checkout = make(ECHO);
      checkout.write('node_modules/typescript/bin/tsc', 'process.exitCode = 2;');
      const { code, stdout, stderr } = await checkout.door(['exchange']).done;
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /set-up failed: .*tsc -p tsconfig\.build\.json ended with code 2\n$/);
      assert.deepEqual(leftLocks(checkout), []);
    });

    it('where a set-up was killed before', async () => {
      const checkout = make(ECHO);
      checkout.write('node_modules/typescript/bin/tsc', ENDLESS_TSC);
      const killed = follow(checkout.door(['build']));
      await killed.until(/compiling for ever/);
      killed.child.kill('SIGKILL');
      process.kill(compilerOf(checkout), 'SIGKILL');
      await killed.done;
      assert.deepEqual(leftLocks(checkout), ['.setup.lock']);
      checkout.write('node_modules/typescript/bin/tsc', "require('node:fs').mkdirSync('dist');");
      assert.equal((await checkout.door(['build']).done).code, 0);
      assert.deepEqual(leftLocks(checkout), []);
    });

    it('not beyond a SIGTERM: the step ends too', async () => {
      const checkout = make(ECHO);
      checkout.write('node_modules/typescript/bin/tsc', ENDLESS_TSC);
      const door = follow(checkout.door(['exchange']));
      await door.until(/compiling for ever/);
      door.child.kill('SIGTERM');
      const { code, stdout } = await door.done;
      assert.equal(code, 128 + 15);
      assert.equal(stdout, '');
      assert.ok(!isAlive(compilerOf(checkout)));
      assert.deepEqual(leftLocks(checkout), []);
    });

    it('nothing for a door that does not exist', async () => {
      const checkout = make(ECHO);
      const { code, stderr } = await checkout.door(['windo']).done;
      assert.equal(code, 2);
      assert.match(stderr, /unknown door "windo"; there are: start, doctor, exchange, /);
      assert.deepEqual(checkout.steps(), []);
    });
  });

  describe('brings a Node along', () => {
    /** A Node that says it is newer than all others. */
    const NEWER = `#!/bin/sh\n[ "$1" = -v ] && echo v99.1.0 && exit\nNEWER=yes exec '${process.execPath}' "$@"\n`;
    const SAYS_NODE = "console.log(process.env.NEWER ?? 'no');";

    it('where this one is too old and the install has not done it', async () => {
      const checkout = make(SAYS_NODE, { node: '>=99.1' });
      checkout.write(`runtime/node_modules/node-${process.platform}-${process.arch}/bin/node`, NEWER, 0o755);
      const { code, stdout, stderr } = await checkout.door(['exchange']).done;
      assert.deepEqual([code, stdout], [0, 'yes\n']);
      assert.match(stderr, /npm scripts will use Node v99\.1\.0/);
      assert.deepEqual(await checkout.door(['exchange']).done, { code: 0, signal: null, stdout: 'yes\n', stderr: '' });
    });

    it('and says so where none is to be had', async () => {
      const checkout = make(SAYS_NODE, { node: '>=99.1' });
      const { code, stdout, stderr } = await checkout.door(['exchange']).done;
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /This project needs Node >= 99\.1 \(found v/);
    });

    it('but not one that is too old itself', async () => {
      const checkout = make(SAYS_NODE);
      checkout.write('node_modules/.bin/node', NEWER.replace('v99.1.0', 'v20.1.0'), 0o755);
      const { code, stdout } = await checkout.door(['exchange']).done;
      assert.deepEqual([code, stdout], [0, 'no\n']);
    });
  });

  describe('runs a program where it was called', () => {
    it('by hand', async () => {
      const checkout = make(ECHO);
      const elsewhere = folder(checkout, 'elsewhere');
      assert.equal(heard(await checkout.door(['exchange'], { cwd: elsewhere }).done).cwd, elsewhere);
    });

    it('by npm, which runs it in the root', async () => {
      const checkout = make(ECHO);
      await checkout.door(['build']).done;
      const elsewhere = folder(checkout, 'elsewhere');
      const args = ['--silent', '--prefix', checkout.root, 'run', 'exchange', '--', '--games', 'a file'];
      const said = heard(await launch('npm', args, { cwd: elsewhere }).done);
      assert.deepEqual([said.cwd, said.args], [elsewhere, ['--games', 'a file']]);
    });

    it("and not where another project's npm was called", async () => {
      const checkout = make(ECHO);
      const [elsewhere, other] = [folder(checkout, 'elsewhere'), folder(checkout, 'other')];
      writeFileSync(join(other, 'package.json'), '{}');
      const env = { INIT_CWD: other, npm_package_json: join(other, 'package.json') };
      assert.equal(heard(await checkout.door(['exchange'], { cwd: elsewhere, env }).done).cwd, elsewhere);
    });
  });

  describe('ends in order', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`on ${signal}`, async () => {
        const { checkout, args } = await withExchange();
        const door = follow(checkout.door(['exchange', ...args]));
        await door.until(/"ready":true/);
        door.child.kill(signal);
        const { code, stderr } = await door.done;
        assert.deepEqual([code, stderr], [0, '']);
      });
    }

    it('the program as well, when npm is told to end', async () => {
      const { checkout, args } = await withExchange();
      const npm = follow(launch('npm', ['--silent', 'run', 'exchange', '--', ...args], { cwd: checkout.root }));
      const port = Number(/"rest":"http:\/\/127\.0\.0\.1:(\d+)/.exec(await npm.until(/"ready":true/))?.[1]);
      npm.child.kill('SIGTERM');
      const [code] = await once(npm.child, 'exit');
      assert.equal(code, 0);
      const refusal = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
        connect(port, '127.0.0.1', () => reject(new Error('the exchange is still there'))).once('error', resolve);
      });
      assert.equal(refusal.code, 'ECONNREFUSED');
    });

    it('when Ctrl-C is pressed in a terminal, even twice', async function () {
      const hasPython = spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status === 0;
      if (!hasPython) {
        this.test!.title += ' (skipped: no python3 that has a terminal)';
        this.skip();
      }
      const { checkout, args } = await withExchange();
      const command = ['npm', '--silent', 'run', 'exchange', '--', ...args];
      const { stdout } = await follow(launch('python3', ['-c', IN_A_TERMINAL, ...command], { cwd: checkout.root })).done;
      assert.equal(stdout, '0\n');
    });

    it('with the code of a program that fails', async () => {
      const checkout = make('process.exitCode = 3;');
      assert.equal((await checkout.door(['exchange']).done).code, 3);
    });
  });

  function folder(checkout: Checkout, name: string): string {
    const path = join(checkout.root, '..', name);
    mkdirSync(path);
    return path;
  }

  function leftLocks(checkout: Checkout): string[] {
    return readdirSync(checkout.root).filter((name) => name.startsWith('.setup.lock'));
  }

  function compilerOf(checkout: Checkout): number {
    return Number(readFileSync(join(checkout.root, 'tsc.pid'), 'utf8'));
  }
});

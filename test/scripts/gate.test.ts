import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkout, launch, makeCheckout, ROOT } from './checkout.ts';

describe('the gate', () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = makeCheckout('');
    checkout.write('.ci/run', readFileSync(join(ROOT, '.ci/run'), 'utf8'), 0o755);
  });
  afterEach(() => checkout.remove());

  const cases: [what: string, check: number, said: string, code: number, ending: string, isGood: boolean][] = [
    ['is open when all is well', 0, '2 passed, 0 failed', 0, 'skipped: nothing\n2 passed, 0 failed', true],
    ['names what was skipped', 0, 'skipped: a demo\n2 passed, 0 failed', 0, 'skipped: a demo\n2 passed, 0 failed', true],
    ['is closed when a check fails', 1, '2 passed, 0 failed', 0, 'npm run check failed\n0 passed, 1 failed', false],
    ['is closed when tests fail', 0, '2 passed, 3 failed', 3, '2 passed, 3 failed', false],
    ['is closed when failed tests go unnoticed', 0, '2 passed, 3 failed', 0, '2 passed, 3 failed', false],
    ['is closed when tests end without a count', 0, 'SyntaxError', 0, 'skipped: nothing\n0 passed, 1 failed', false],
    [
      'counts what else fails as one',
      0,
      '9 passed, 0 failed\ncoverage: low',
      1,
      'although no test failed\n9 passed, 1 failed',
      false,
    ],
  ];
  for (const [what, check, said, code, ending, isGood] of cases) {
    it(what, async () => {
      const npm = `#!/bin/sh\n[ "$1" = run ] && exit ${check}\ncat <<'END'\n${said}\nEND\nexit ${code}\n`;
      checkout.write('tools/npm', npm, 0o755);
      const ended = await launch('bash', [join(checkout.root, '.ci/run')], { tools: join(checkout.root, 'tools') }).done;
      assert.equal(ended.code === 0, isGood);
      assert.ok(ended.stdout.endsWith(`${ending}\n`), ended.stdout);
    });
  }
});

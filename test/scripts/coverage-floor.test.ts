import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Checkout, type Ended, launch, makeCheckout } from './checkout.ts';

describe('the floor under the coverage', () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = makeCheckout('');
  });
  afterEach(() => checkout.remove());

  /** Files with how many of their 100 lines are covered, and what is in them. */
  function judge(files: Record<string, { covered: number; source?: string }>): Promise<Ended> {
    const summary: Record<string, unknown> = { total: { lines: { total: 0, covered: 0 } } };
    for (const [file, { covered, source = 'export const one = 1;\n' }] of Object.entries(files)) {
      checkout.write(file, source);
      summary[join(checkout.root, file)] = { lines: { total: 100, covered } };
    }
    checkout.write('coverage/coverage-summary.json', JSON.stringify(summary));
    return launch(process.execPath, ['--no-warnings', join(checkout.root, 'scripts/coverage-floor.mjs')]).done;
  }

  const enough = {
    'lib/kalshi/a.ts': { covered: 95 },
    'lib/exchange/rest/a.ts': { covered: 100 },
    'lib/trading/a.ts': { covered: 96 },
  };

  it('holds where each part has 95 % of its lines covered', async () => {
    const { code, stdout } = await judge(enough);
    assert.equal(code, 0);
    assert.match(stdout, /^coverage of lib\/kalshi: 95\.00 % of 100 lines$/m);
  });

  it('is by part: one cannot make up for another, nor a file without tests hide', async () => {
    const { code, stdout } = await judge({ ...enough, 'lib/trading/b.ts': { covered: 0 }, 'lib/kalshi/b.ts': { covered: 100 } });
    assert.equal(code, 1);
    assert.match(stdout, /^coverage of lib\/kalshi: 97\.50 % of 200 lines$/m);
    assert.match(stdout, /^coverage of lib\/trading: 48\.00 % of 200 lines: not covered enough, 95 % are needed$/m);
  });

  it('leaves out files of nothing but types, which cannot be run', async () => {
    const source =
      "/** What // it says. */\nimport type { A } from './a.ts';\n\nexport interface B {\n  a: A; // one\n}\nexport type { A };\n";
    assert.equal((await judge({ ...enough, 'lib/trading/types.ts': { covered: 0, source } })).code, 0);
  });

  it('does not hold over a part of which nothing was seen', async () => {
    const { code, stdout } = await judge({ 'lib/kalshi/a.ts': { covered: 100 }, 'lib/exchange/a.ts': { covered: 100 } });
    assert.equal(code, 1);
    assert.match(stdout, /coverage of lib\/trading: NaN % of 0 lines: not covered enough/);
  });
});

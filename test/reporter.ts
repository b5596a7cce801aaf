import { createRequire } from 'node:module';
import type { Runner, Test } from 'mocha';

// mocha's reporters are CommonJS without named ESM exports.
const { reporters } = createRequire(import.meta.url)('mocha') as typeof import('mocha');

/** mocha's spec reporter, which then names what was skipped and closes with `N passed, N failed`. */
export default class Reporter extends reporters.Spec {
  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: Test[] = [];
    let passed = 0;
    let failed = 0;
    runner.on('pass', () => passed++);
    runner.on('fail', () => failed++);
    runner.on('pending', (test) => skipped.push(test));
    runner.once('end', () => {
      for (const test of skipped) console.log(`skipped: ${test.fullTitle()}`);
      console.log(`${passed} passed, ${failed} failed`);
    });
  }
}

import assert from 'node:assert/strict';
import { KalshiError, type Outcome } from '../../lib/kalshi/errors.ts';
import { retryRead } from '../../lib/kalshi/retry.ts';
import { BriskClock } from './clock.ts';

function failure(outcome: Outcome): KalshiError {
  return new KalshiError('KALSHI_EXCHANGE_FAILED', 'failed', { outcome });
}

interface Failing {
  deadlineMs?: number;
  costMs?: number;
  random?: () => number;
}

describe('retry of reads', () => {
  let clock: BriskClock;

  beforeEach(() => {
    clock = new BriskClock(Number.POSITIVE_INFINITY);
  });

  async function failTimes(times: number, outcome: Outcome, { deadlineMs = 60_000, costMs = 0, random = () => 1 }: Failing = {}) {
    let attempts = 0;
    const result = await retryRead(
      deadlineMs,
      async () => {
        attempts++;
        clock.advance(costMs);
        if (attempts <= times) throw failure(outcome);
        return 'read';
      },
      { clock, random },
    ).catch((error: unknown) => error);
    return { attempts, result };
  }

  it('answers at once where nothing fails', async () => {
    assert.deepEqual(await failTimes(0, 'retriable'), { attempts: 1, result: 'read' });
    assert.deepEqual(clock.pauses, []);
  });

  it('pauses twice as long before each further attempt, and gives up after four', async () => {
    assert.deepEqual(await failTimes(3, 'retriable'), { attempts: 4, result: 'read' });
    assert.deepEqual(clock.pauses, [200, 400, 800]);
    const { attempts, result } = await failTimes(9, 'retriable');
    assert.equal(attempts, 4);
    assert.ok(result instanceof KalshiError);
  });

  it('spreads its pauses', async () => {
    await failTimes(2, 'retriable', { random: () => 0.25 });
    assert.deepEqual(clock.pauses, [50, 100]);
  });

  for (const outcome of ['refused', 'unknown'] as const) {
    it(`does not repeat what ended as ${outcome}`, async () => {
      assert.equal((await failTimes(1, outcome)).attempts, 1);
    });
  }

  it('does not repeat what failed for another reason', async () => {
    const bug = new TypeError('bug');
    await assert.rejects(
      retryRead(1000, () => Promise.reject(bug), { clock, random: () => 0 }),
      bug,
    );
  });

  it('begins no attempt after the deadline, and tells each how much time is left', async () => {
    assert.equal((await failTimes(9, 'retriable', { deadlineMs: 1000, costMs: 500 })).attempts, 2);
    const left: number[] = [];
    await assert.rejects(
      retryRead(
        1000,
        (remainingMs) => {
          left.push(remainingMs);
          clock.advance(300);
          return Promise.reject(failure('retriable'));
        },
        { clock, random: () => 1 },
      ),
    );
    assert.deepEqual(left, [1000, 500]);
  });
});

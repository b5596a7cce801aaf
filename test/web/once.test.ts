import assert from 'node:assert/strict';
import { WebError } from '../../lib/web/errors.ts';
import { type Answer, answered } from '../../lib/web/http/answer.ts';
import { Once } from '../../lib/web/http/once.ts';

const MOST_KEPT = 10_000;
const done = async (): Promise<Answer> => answered({ done: true });

describe('commands that are remembered', () => {
  it('are so many at most: those that are over go first, the oldest before', async () => {
    const once = new Once({ monotonicMs: () => 0 }, () => {});
    let isStarted = 0;
    const stuck = (): Promise<Answer> => {
      isStarted++;
      return new Promise(() => {});
    };
    void once.run('stuck-key', 'close', stuck);
    for (let i = 0; i < MOST_KEPT; i++) await once.run(`key-${i}-long`, 'pause', done);
    let isDoneAgain = false;
    await once.run('key-0-long', 'pause', () => {
      isDoneAgain = true;
      return done();
    });
    assert.ok(isDoneAgain, 'the oldest was not forgotten');
    void once.run('stuck-key', 'close', stuck);
    assert.equal(isStarted, 1);
  });

  it('refuse another one while as many are under way', async () => {
    const once = new Once({ monotonicMs: () => 0 }, () => {});
    for (let i = 0; i < MOST_KEPT; i++) void once.run(`key-${i}-long`, 'pause', () => new Promise(() => {}));
    await assert.rejects(
      once.run('one-more-key', 'pause', done),
      (error) => error instanceof WebError && error.code === 'COMMANDS_FULL',
    );
  });
});

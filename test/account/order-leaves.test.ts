import assert from 'node:assert/strict';
import { Stage } from './stage.ts';
import { OpenGate } from './stage-gate.ts';

/** Notes when the bytes of an order would be out: two turns of the event loop after it was handed to the venue. */
class SlowToLeave extends OpenGate {
  override pass<T>(call: string, effect: () => T): Promise<T> {
    if (call === 'venue.place') setImmediate(() => setImmediate(() => this.calls.push('bytes out')));
    return super.pass(call, effect);
  }
}

describe('an order that leaves', () => {
  it('is not held up by what is remembered next', async () => {
    const stage = new Stage();
    const gate = new SlowToLeave();
    await stage.armed({ gate });
    const { report } = await stage.submit(stage.entry());
    assert.equal(report?.outcome, 'filled');
    const since = gate.calls.slice(gate.calls.indexOf('memory.intend'));
    const [, placed, out] = since.filter((call) => call !== 'memory.log');
    assert.deepEqual([placed, out], ['venue.place', 'bytes out'], since.join(', '));
  });
});

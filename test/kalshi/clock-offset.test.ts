import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type ClockOffset, createClockOffset } from '../../lib/kalshi/clock-offset.ts';

const START = Date.UTC(2026, 10, 20, 12, 0, 0);

/** One request at `atMs` of our clock, answered in the middle of its round trip by an exchange that is `aheadMs` ahead. */
function ask(offset: ClockOffset, atMs: number, aheadMs: number, roundTripMs: number): void {
  const answeredMs = atMs + roundTripMs / 2 + aheadMs;
  offset.observe({ dateMs: Math.floor(answeredMs / 1000) * 1000, sentMs: atMs, receivedMs: atMs + roundTripMs });
}

describe('clock offset', () => {
  it('is zero and unknown before anything was observed', () => {
    const offset = createClockOffset();
    assert.equal(offset.offsetMs, 0);
    assert.equal(offset.uncertaintyMs, Number.POSITIVE_INFINITY);
  });

  it('is bounded by one answer to a second and a round trip', () => {
    const offset = createClockOffset();
    ask(offset, START + 300, 12_345, 40);
    assert.ok(Math.abs(offset.offsetMs - 12_345) <= offset.uncertaintyMs);
    assert.ok(offset.uncertaintyMs <= 540);
  });

  it('narrows with every answer that falls elsewhere in the second', () => {
    const offset = createClockOffset();
    for (let n = 0; n < 200; n++) ask(offset, START + n * 137, -4_321, 40);
    assert.ok(offset.uncertaintyMs < 60, `still ${offset.uncertaintyMs} ms`);
    assert.ok(Math.abs(offset.offsetMs + 4_321) < 60);
  });

  it('follows a clock that is set', () => {
    const offset = createClockOffset();
    for (let n = 0; n < 50; n++) ask(offset, START + n * 137, 0, 20);
    for (let n = 50; n < 100; n++) ask(offset, START + n * 137, 5_000, 20);
    assert.ok(Math.abs(offset.offsetMs - 5_000) < 60);
  });

  it('follows a slow drift', () => {
    const offset = createClockOffset();
    let aheadMs = 0;
    for (let n = 0; n < 2000; n++) {
      aheadMs = n * 10_137 * 0.00005;
      ask(offset, START + n * 10_137, aheadMs, 20);
    }
    assert.ok(aheadMs > 1000);
    assert.ok(Math.abs(offset.offsetMs - aheadMs) < 120, `${offset.offsetMs} for ${aheadMs}`);
  });

  it('ignores what cannot be', () => {
    const offset = createClockOffset();
    offset.observe({ dateMs: Number.NaN, sentMs: START, receivedMs: START });
    offset.observe({ dateMs: START, sentMs: START + 1, receivedMs: START });
    assert.equal(offset.uncertaintyMs, Number.POSITIVE_INFINITY);
  });

  it('never errs by more than it says, whatever the round trips', () => {
    const trips = fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: 60_000 }), tripMs: fc.integer({ min: 0, max: 900 }) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(trips, fc.integer({ min: -100_000, max: 100_000 }), (list, aheadMs) => {
        const offset = createClockOffset();
        let atMs = START;
        for (const { gapMs, tripMs } of list) {
          atMs += gapMs;
          ask(offset, atMs, aheadMs, tripMs);
          assert.ok(Math.abs(offset.offsetMs - aheadMs) <= offset.uncertaintyMs + 0.5);
        }
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { endOnSignal } from '../../lib/app/end-on-signal.ts';

describe('the end of a program', () => {
  let signals: EventEmitter;
  let nowMs: number;
  let exits: number[];
  let complaints: unknown[];
  let ends: PromiseWithResolvers<void>[];
  let ending: AbortSignal;

  beforeEach(() => {
    signals = new EventEmitter();
    nowMs = 5_000;
    exits = [];
    complaints = [];
    ends = [];
    const end = () => {
      const under = Promise.withResolvers<void>();
      ends.push(under);
      return under.promise;
    };
    ending = endOnSignal(end, {
      on: (signal, listener) => signals.on(signal, listener),
      exit: (code) => void exits.push(code),
      monotonicMs: () => nowMs,
      complain: (error) => void complaints.push(error),
    });
  });

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    it(`comes in order with ${signal}, once, however many of one request arrive`, async () => {
      assert.equal(ending.aborted, false);
      signals.emit(signal);
      assert.equal(ending.aborted, true);
      nowMs += 500;
      signals.emit('SIGINT');
      signals.emit('SIGTERM');
      await turn();
      assert.deepEqual([ends.length, exits], [1, []]);
      ends[0]?.resolve();
      await turn();
      assert.deepEqual([exits, complaints], [[0], []]);
    });
  }

  it('comes at once for whoever asks again and does not want to wait', () => {
    signals.emit('SIGINT');
    nowMs += 3_000;
    signals.emit('SIGINT');
    assert.deepEqual([ends.length, exits], [1, [130]]);
  });

  it('tells what went wrong on the way, with code 1', async () => {
    signals.emit('SIGTERM');
    const wrong = new Error('the disk is full');
    ends[0]?.reject(wrong);
    await turn();
    assert.deepEqual([exits, complaints], [[1], [wrong]]);
  });
});

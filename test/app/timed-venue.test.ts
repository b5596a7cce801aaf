import assert from 'node:assert/strict';
import { timedVenue } from '../../lib/app/timed-venue.ts';
import type { NewOrder, Placed, Venue } from '../../lib/trading/ports/venue.ts';

const ORDER: NewOrder = {
  clientOrderId: 'cs1',
  ticker: 'KXNBAGAME-26NOV20BOSNYK-BOS',
  side: 'bid',
  yesLimitCC: 5_000,
  countE2: 100,
  timeInForce: 'ioc',
  reduceOnly: false,
  cancelOnPause: true,
  orderGroupId: undefined,
  purpose: 'entry',
};
const TOLD: Placed = { kind: 'told', orderId: 'o1', status: 'executed', filledE2: 100, remainingE2: 0 };

describe('the time that orders take', () => {
  it('is that of the last order which the exchange has told about', async () => {
    let nowMs = 1_000;
    const answers: [placed: Placed, tookMs: number, shownMs: number][] = [
      [TOLD, 41, 41],
      [{ kind: 'refused', code: 'KALSHI_RATE_LIMITED', reason: 'never left' }, 2_000, 41],
      [{ kind: 'unknown', code: 'KALSHI_TIMEOUT', reason: 'no answer' }, 10_000, 41],
      [TOLD, 9, 9],
    ];
    const seen: NewOrder[] = [];
    const answer = async (order: NewOrder): Promise<Placed> => {
      seen.push(order);
      const [placed, tookMs] = answers[seen.length - 1] ?? [TOLD, 0];
      nowMs += tookMs;
      return placed;
    };
    const stub = { environment: 'practice', place: answer, health: () => ({ isHealthy: true, heardAgeMs: 0, reason: '' }) };
    const timed = timedVenue(stub as unknown as Venue, () => nowMs);
    assert.equal(timed.lastMs, undefined);
    for (const [placed, , shownMs] of answers) {
      assert.deepEqual(await timed.venue.place(ORDER), placed);
      assert.equal(timed.lastMs, shownMs);
    }
    assert.deepEqual(seen, [ORDER, ORDER, ORDER, ORDER]);
    assert.equal(timed.venue.health().isHealthy, true);
  });
});

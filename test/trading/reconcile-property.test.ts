import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { VenueSettlement } from '../../lib/trading/ports/venue.ts';
import { holdingsOf } from '../../lib/trading/position.ts';
import { reconcile } from '../../lib/trading/reconcile.ts';
import { type ExchangeReading, FOREIGN_RULE, type ReconcileStep } from '../../lib/trading/reconcile-steps.ts';
import {
  type Deal,
  type Kept,
  PaperMemory,
  positionsOf,
  RULES,
  settlementOf,
  venueFillsOf,
  venueOrderOf,
} from './reconcile-stage.ts';
import { NOW_MS } from './stage.ts';

const TICKERS = ['GAME-A', 'GAME-B'];

interface History {
  deals: Deal[];
  settlements: VenueSettlement[];
  /** When the last thing before a settlement happened. */
  endMs: number;
}

/** Orders one after the other, some at the same instant, filled at once, in parts or not at all. */
const histories = (owners: (string | undefined)[]): fc.Arbitrary<History> =>
  fc
    .record({
      rows: fc.array(
        fc.record({
          ruleId: fc.constantFrom(...owners),
          leg: fc.constantFrom('entry' as const, 'exit' as const),
          ticker: fc.constantFrom(...TICKERS),
          side: fc.constantFrom('bid' as const, 'ask' as const),
          afterMs: fc.nat(3),
          restE2: fc.constantFrom(0, 0, 100),
          rests: fc.boolean(),
          parts: fc.array(
            fc.record({
              yesPriceCC: fc.integer({ min: 1, max: 9_999 }),
              countE2: fc.integer({ min: 1, max: 3_000 }),
              feeE6: fc.nat(50_000),
              afterMs: fc.nat(2),
            }),
            { maxLength: 3 },
          ),
        }),
        { maxLength: 14 },
      ),
      results: fc.array(fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }), { minLength: 2, maxLength: 2 }),
    })
    .map(({ rows, results }) => {
      let atMs = NOW_MS;
      const deals = rows.map((row): Deal => {
        const { ruleId, leg, ticker, side, restE2, rests, parts } = row;
        atMs += row.afterMs;
        const createdMs = atMs;
        const fills = parts.map(({ afterMs, ...part }) => {
          atMs += afterMs;
          return { ...part, atMs };
        });
        const filledE2 = fills.reduce((sum, { countE2 }) => sum + countE2, 0);
        const countE2 = filledE2 + restE2 || 100;
        const status = countE2 === filledE2 ? 'executed' : rests ? 'resting' : 'canceled';
        return { ruleId, leg, ticker, side, countE2, fills, status, createdMs };
      });
      const isTraded = (ticker: string) => deals.some((deal) => deal.ticker === ticker && deal.fills.length > 0);
      const settlements = TICKERS.flatMap((ticker, index) => {
        const valueCC = results[index];
        return valueCC === undefined || !isTraded(ticker) ? [] : [settlementOf(valueCC, { ticker })];
      });
      // What is settled rests no more.
      const over = new Set(settlements.map(({ ticker }) => ticker));
      const ended = deals.map(
        (deal): Deal => (deal.status === 'resting' && over.has(deal.ticker) ? { ...deal, status: 'canceled' } : deal),
      );
      return { deals: ended, settlements, endMs: atMs };
    });

const losses = fc.array(
  fc.record({
    order: fc.constantFrom('whole', 'whole', 'acknowledged', 'sent', undefined),
    lostParts: fc.uniqueArray(fc.nat(2)),
  }),
  { minLength: 14, maxLength: 14 },
);

/** The exchange's answers: lists complete until `shownMs`, positions as of `heldMs`, said to be complete until `asOfMs`. */
function answersOf({ deals, settlements }: History, asOfMs: number, heldMs: number, shownMs: number): ExchangeReading {
  const until = (ms: number) =>
    deals.map((deal): Deal | undefined => {
      if (deal.createdMs > ms) return undefined;
      const fills = deal.fills.filter(({ atMs }) => atMs <= ms);
      return { ...deal, fills, status: fills.length < deal.fills.length ? 'resting' : deal.status };
    });
  const fillsUntil = (ms: number) => until(ms).flatMap((deal, index) => (deal === undefined ? [] : venueFillsOf(deal, index)));
  const orders = until(shownMs).flatMap((deal, index) => (deal === undefined ? [] : [venueOrderOf(deal, index)]));
  const settled = (ms: number) => settlements.filter(({ atMs }) => atMs <= ms);
  return {
    asOfMs,
    sinceMs: 0,
    resting: orders.filter(({ status }) => status === 'resting'),
    orders,
    fills: fillsUntil(shownMs),
    positions: positionsOf(fillsUntil(heldMs), settled(heldMs)),
    settlements: settled(shownMs),
  };
}

function memoryOf({ deals, settlements }: History, lost: readonly { order: Kept['order']; lostParts: number[] }[]): PaperMemory {
  const memory = new PaperMemory();
  deals.forEach((deal, index) => {
    const { order, lostParts = [] } = lost[index] ?? { order: 'whole' as const };
    memory.keep(deal, index, { order, fills: (part) => !lostParts.includes(part) });
  });
  for (const ledger of memory.ledgers) {
    const known = settlements.find(({ ticker }) => ticker === ledger.ticker);
    if (known !== undefined && lost[0]?.lostParts.length === 0) {
      memory.settle(ledger.ruleId, known);
    }
  }
  return memory;
}

const LATE_MS = NOW_MS + 2_000_000;
const whole = (history: History) => answersOf(history, LATE_MS, LATE_MS, LATE_MS);

function doAll(memory: PaperMemory, steps: readonly ReconcileStep[]): void {
  for (const step of steps) memory.apply(step);
}

const BAD = ['difference', 'average', 'contradiction', 'unreadable'];

/** Contracts of all ledgers of a market; nothing once it is settled. */
function heldE2(memory: PaperMemory, ticker: string): number {
  const own = memory.ledgers.filter((ledger) => ledger.ticker === ticker);
  if (own.some(({ settlement }) => settlement !== undefined)) return 0;
  return own.flatMap(({ fills }) => fills).reduce((sum, { side, countE2 }) => sum + (side === 'bid' ? countE2 : -countE2), 0);
}

describe('reconciliation, whatever was lost', () => {
  it('ends with what the exchange has, fill by fill and cent by cent', () => {
    fc.assert(
      fc.property(histories(RULES), losses, (history, lost) => {
        const memory = memoryOf(history, lost);
        const reading = whole(history);
        const result = reconcile(memory, reading);
        assert.deepEqual(
          result.findings.filter(({ kind }) => kind !== 'orphan'),
          [],
        );
        // Only an order that rests and is forgotten needs a person.
        assert.equal(result.agreed, !history.deals.some((deal, index) => deal.status === 'resting' && !lost[index]?.order));
        doAll(memory, result.steps);
        for (const { ticker, netE2 } of reading.positions) assert.equal(heldE2(memory, ticker), netE2);
        for (const ruleId of RULES) {
          for (const ticker of TICKERS) {
            const theirs = history.deals.flatMap((deal, index) =>
              deal.ruleId === ruleId && deal.ticker === ticker ? venueFillsOf(deal, index) : [],
            );
            const ledger = memory.ledger(ruleId, ticker);
            assert.deepEqual(
              ledger.fills.map(({ orderId, tradeId }) => `${orderId} ${tradeId}`).toSorted(),
              theirs.map(({ orderId, fillId }) => `${orderId} ${fillId}`).toSorted(),
            );
            const valueCC = reading.settlements.find((one) => one.ticker === ticker)?.valueCC;
            if (valueCC === undefined) continue;
            // A contract bought at p and paid v brings v - p, on either side and however it was netted on the way.
            const cashE6 = theirs.reduce(
              (sum, fill) =>
                sum + (valueCC - fill.yesPriceCC) * (fill.side === 'bid' ? fill.countE2 : -fill.countE2) - fill.feeE6,
              0,
            );
            assert.equal(holdingsOf(ledger).cashE6, cashE6);
          }
        }
        for (const order of memory.orders) {
          assert.equal(order.life.contradictions.length, 0);
          assert.notEqual(order.life.state, 'unresolved');
        }
      }),
    );
  });

  it('converges in one pass, strangers and all', () => {
    fc.assert(
      fc.property(histories([...RULES, undefined]), losses, (history, lost) => {
        const memory = memoryOf(history, lost);
        const reading = whole(history);
        const result = reconcile(memory, reading);
        doAll(memory, result.steps);
        const again = reconcile(memory, reading);
        assert.deepEqual(again, { ...result, steps: [] });
        assert.deepEqual(
          result.findings.filter(({ kind }) => BAD.includes(kind)),
          [],
        );
        for (const { ticker, netE2 } of reading.positions) assert.equal(heldE2(memory, ticker), netE2);
        const isOwed = memory.ledgers.some(({ ruleId, fills }) => ruleId === FOREIGN_RULE && fills.length > 0);
        const rests = reading.resting.some(
          (order) => !memory.orders.some(({ clientOrderId }) => clientOrderId === order.clientOrderId),
        );
        if (!isOwed && !rests) assert.equal(result.agreed, true);
      }),
    );
  });

  it('gives the same steps in whatever order the lists are', () => {
    fc.assert(
      fc.property(histories([...RULES, undefined]), losses, fc.infiniteStream(fc.nat(1_000)), (history, lost, dice) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((one) => [one, dice.next().value] as const)
            .toSorted(([, a], [, b]) => a - b)
            .map(([one]) => one);
        const memory = memoryOf(history, lost);
        const reading = whole(history);
        const expected = reconcile(memory, reading);
        memory.orders = shuffled(memory.orders);
        memory.ledgers = shuffled(memory.ledgers);
        const mixed: ExchangeReading = {
          ...reading,
          resting: shuffled(reading.resting),
          orders: shuffled([...reading.orders, ...reading.orders]),
          fills: shuffled([...reading.fills, ...reading.fills]),
          positions: shuffled(reading.positions),
          settlements: shuffled(reading.settlements),
        };
        const result = reconcile(memory, mixed);
        assert.deepEqual(result.steps, expected.steps);
        assert.deepEqual(new Set(result.findings.map(({ text }) => text)), new Set(expected.findings.map(({ text }) => text)));
      }),
    );
  });

  it('calls nothing a difference that is younger than the answers, and repairs what is older', () => {
    const cuts = fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)).map((cut) => cut.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(histories(RULES), losses, cuts, (history, lost, [asOf = 0, held = 0, shown = 0]) => {
        const at = (percent: number) => NOW_MS + Math.floor(((history.endMs - NOW_MS) * percent) / 100);
        const memory = memoryOf(history, lost);
        const reading = answersOf(history, at(asOf), at(held), at(shown));
        const result = reconcile(memory, reading);
        assert.deepEqual(
          result.findings.filter(({ kind }) => BAD.includes(kind)),
          [],
        );
        doAll(memory, result.steps);
        assert.deepEqual(reconcile(memory, reading).steps, []);
        const later = reconcile(memory, whole(history));
        assert.deepEqual(
          later.findings.filter(({ kind }) => BAD.includes(kind)),
          [],
        );
        doAll(memory, later.steps);
        for (const { ticker, netE2 } of whole(history).positions) assert.equal(heldE2(memory, ticker), netE2);
      }),
    );
  });

  it('lets no entry pass while contracts are there, or gone, that no fill explains', () => {
    fc.assert(
      fc.property(
        histories(RULES).filter(
          ({ deals, settlements }) => deals.some(({ fills }) => fills.length > 0) && settlements.length === 0,
        ),
        fc.integer({ min: -5_000, max: 5_000 }).filter((by) => by !== 0),
        fc.nat(1),
        (history, by, which) => {
          const memory = memoryOf(history, []);
          const reading = whole(history);
          const index = which % reading.positions.length;
          const positions = reading.positions.map((one, i) => (i === index ? { ...one, netE2: one.netE2 + by } : one));
          const result = reconcile(memory, { ...reading, positions });
          assert.equal(result.agreed, false);
          assert.deepEqual(
            result.steps.map((step) => step.kind === 'hold' && [step.orphan.ticker, step.orphan.countE2]),
            [[positions[index]?.ticker, Math.abs(by)]],
          );
        },
      ),
    );
  });

  it('does a thousand orphans among ten thousand orders within seconds', function () {
    this.timeout(10_000);
    const deals = Array.from({ length: 10_000 }, (_, index): Deal => {
      const fills = [{ yesPriceCC: 4_500, countE2: 100, feeE6: 2_000, atMs: NOW_MS + index }];
      const ruleId = RULES[index % 2] ?? '';
      const side = index % 4 < 2 ? 'bid' : 'ask';
      const ticker = `GAME-${index % 100}`;
      return { ruleId, leg: 'entry', ticker, side, countE2: 100, fills, status: 'executed', createdMs: NOW_MS + index };
    });
    const history: History = { deals, settlements: [], endMs: NOW_MS };
    const memory = new PaperMemory();
    const ledgers = Map.groupBy(deals.entries(), ([, deal]) => `${deal.ruleId}|${deal.ticker}`);
    for (const own of ledgers.values()) {
      const part = new PaperMemory();
      for (const [index, deal] of own)
        part.keep(deal, index, { order: index % 10 === 0 ? undefined : 'whole', fills: () => index % 10 !== 0 });
      memory.orders.push(...part.orders);
      memory.ledgers.push(...part.ledgers);
    }
    const { agreed, steps } = reconcile(memory, whole(history));
    assert.equal(agreed, true);
    assert.equal(steps.filter(({ kind }) => kind === 'adopt').length, 1_000);
    assert.equal(steps.filter(({ kind }) => kind === 'fill').length, 1_000);
  });
});

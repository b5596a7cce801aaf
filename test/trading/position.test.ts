import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { addFill, addSettlement, type Fill, type Ledger, openLedger } from '../../lib/trading/fills.ts';
import { averagePriceCC, type Holdings, holdingsOf, netE2, slippageCC, unrealizedE6 } from '../../lib/trading/position.ts';
import { NOW_MS, quoteAt } from './stage.ts';

let lastId = 0;
function fillOf(side: 'bid' | 'ask', cents: number, contracts: number, change: Partial<Fill> = {}): Fill {
  lastId += 1;
  return {
    ticker: 'GAME-A',
    orderId: `order-${lastId}`,
    tradeId: `trade-${lastId}`,
    side,
    yesPriceCC: cents * 100,
    countE2: contracts * 100,
    feeE6: 10_000,
    atMs: NOW_MS + lastId,
    leg: undefined,
    exitReason: undefined,
    signalYesPriceCC: undefined,
    ...change,
  };
}

function ledgerOf(fills: readonly Fill[], valueCC?: number): Ledger {
  const ledger = fills.reduce(addFill, openLedger('GAME-A'));
  return valueCC === undefined ? ledger : addSettlement(ledger, { ticker: 'GAME-A', valueCC, feeE6: 0, atMs: NOW_MS + 1e9 });
}

const holdings = (fills: readonly Fill[], valueCC?: number): Holdings => holdingsOf(ledgerOf(fills, valueCC));

/** What the open contracts would bring at this YES price. */
function markE6(one: Holdings, yesPriceCC: number): number {
  if (one.open === undefined) return 0;
  return one.open.countE2 * (one.open.outcome === 'yes' ? yesPriceCC : 10_000 - yesPriceCC);
}

/** Cash by itself: each fill costs or brings its YES price, each contract of NO that is opened a dollar, given back when it closes. */
function plainCashE6(fills: readonly Fill[], valueCC?: number): { cashE6: number; netE2: number } {
  let cashE6 = 0;
  let net = 0;
  for (const fill of fills) {
    const signed = fill.side === 'bid' ? fill.countE2 : -fill.countE2;
    const shortBefore = Math.max(0, -net);
    net += signed;
    cashE6 += -signed * fill.yesPriceCC - fill.feeE6 - (Math.max(0, -net) - shortBefore) * 10_000;
  }
  if (valueCC !== undefined) {
    cashE6 += net >= 0 ? net * valueCC : -net * (10_000 - valueCC);
    net = 0;
  }
  return { cashE6, netE2: net };
}

const arbitraryFills = fc.array(
  fc.record({
    side: fc.constantFrom('bid' as const, 'ask' as const),
    yesPriceCC: fc.integer({ min: 1, max: 9_999 }),
    countE2: fc.integer({ min: 1, max: 500_000 }),
    feeE6: fc.integer({ min: 0, max: 2_000_000 }),
    order: fc.nat(4),
    afterMs: fc.nat(2),
    leg: fc.constantFrom('entry' as const, 'exit' as const, undefined),
    signalYesPriceCC: fc.option(fc.integer({ min: 1, max: 9_999 }), { nil: undefined }),
  }),
  { maxLength: 25 },
);

function asFills(rows: typeof arbitraryFills extends fc.Arbitrary<infer T> ? T : never): Fill[] {
  let atMs = NOW_MS;
  return rows.map(({ order, afterMs, ...row }, i) => {
    atMs += afterMs;
    return { ...row, ticker: 'GAME-A', orderId: `order-${order}`, tradeId: `trade-${i}`, atMs, exitReason: undefined };
  });
}

describe('positions', () => {
  it('average what is open exactly', () => {
    const { open } = holdings([fillOf('bid', 45, 10), fillOf('bid', 44, 20)]);
    assert.deepEqual([open?.outcome, open?.countE2, open?.costE6], ['yes', 3_000, 13_300_000]);
    assert.ok(open !== undefined);
    assert.equal(averagePriceCC(open), 13_300_000 / 3_000);
    assert.equal(unrealizedE6(open, quoteAt(5_000, 5_100)), 1_700_000);
    assert.equal(unrealizedE6(open, quoteAt(undefined, 5_100)), undefined);
  });

  it('hold NO on NO prices', () => {
    const one = holdings([fillOf('ask', 60, 10)]);
    assert.ok(one.open !== undefined);
    assert.deepEqual([one.open.outcome, one.open.costE6, netE2(one), one.cashE6], ['no', 4_000_000, -1_000, -4_010_000]);
    // YES at 55/56 is NO at 44/45.
    assert.equal(unrealizedE6(one.open, quoteAt(5_500, 5_600)), 400_000);
  });

  it('net one outcome against the other, and open the other with what goes beyond', () => {
    const one = holdings([fillOf('bid', 45, 10), fillOf('ask', 65, 25, { feeE6: 25_000 })]);
    const [trade] = one.trades;
    assert.deepEqual([trade?.countE2, trade?.grossE6, trade?.feesE6, trade?.netE6], [1_000, 2_000_000, 20_000, 1_980_000]);
    assert.deepEqual(
      [one.open?.outcome, one.open?.countE2, one.open?.costE6, one.open?.feesE6, one.open?.round],
      ['no', 1_500, 5_250_000, 15_000, 2],
    );
  });

  it('tell a round trip with its prices, fees, slippage and reason', () => {
    const entry = { leg: 'entry', signalYesPriceCC: 4_500 } as const;
    const exit = { leg: 'exit', signalYesPriceCC: 6_500, exitReason: 'take_profit', orderId: 'exit-1' } as const;
    const one = holdings([
      fillOf('bid', 46, 100, { ...entry, feeE6: 1_738_800 }),
      fillOf('ask', 65, 60, { ...exit, feeE6: 955_500 }),
      fillOf('ask', 64, 40, { ...exit, feeE6: 645_120 }),
    ]);
    assert.equal(one.open, undefined);
    assert.equal(one.trades.length, 1);
    const [trade] = one.trades;
    assert.ok(trade !== undefined);
    assert.deepEqual(
      [
        trade.countE2,
        trade.entryCostE6,
        trade.exitProceedsE6,
        trade.grossE6,
        trade.feesE6,
        trade.netE6,
        trade.exitReason,
        trade.exitOrderId,
      ],
      [10_000, 46_000_000, 64_600_000, 18_600_000, 3_339_420, 15_260_580, 'take_profit', 'exit-1'],
    );
    // A cent on each of 100 contracts bought, and a cent on 40 of those sold.
    assert.equal(trade.slippageE6, 1_400_000);
    assert.equal(slippageCC(trade), 140);
    assert.equal(one.cashE6, trade.netE6);
  });

  it('tell one trade of each closing order, however the fills of two fall between each other', () => {
    const by = (orderId: string) => ({ orderId, leg: 'exit', feeE6: 0 }) as const;
    const one = holdings([
      fillOf('bid', 50, 10, { feeE6: 0 }),
      fillOf('ask', 60, 2, by('first')),
      fillOf('ask', 59, 3, by('second')),
      fillOf('ask', 58, 5, by('first')),
    ]);
    assert.deepEqual(
      one.trades.map(({ exitOrderId, countE2, grossE6 }) => [exitOrderId, countE2, grossE6]),
      [
        ['first', 700, 600_000],
        ['second', 300, 270_000],
      ],
    );
    assert.deepEqual([one.realizedE6, one.open], [870_000, undefined]);
  });

  it('tell each closing order of a round as a trade of its own', () => {
    const one = holdings([
      fillOf('bid', 50, 10),
      fillOf('ask', 60, 4, { exitReason: 'take_profit' }),
      fillOf('ask', 40, 6, { exitReason: 'manual' }),
      fillOf('bid', 30, 1),
    ]);
    assert.deepEqual(
      one.trades.map((trade) => [trade.round, trade.countE2, trade.grossE6, trade.exitReason]),
      [
        [1, 400, 400_000, 'take_profit'],
        [1, 600, -600_000, 'manual'],
      ],
    );
    assert.equal(one.open?.round, 2);
  });

  const settled: [valueCC: number, side: 'bid' | 'ask', grossE6: number][] = [
    [10_000, 'bid', 5_500_000],
    [0, 'bid', -4_500_000],
    [5_000, 'bid', 500_000],
    [3_333, 'bid', -1_167_000],
    [10_000, 'ask', -5_500_000],
    [0, 'ask', 4_500_000],
    [3_333, 'ask', 1_167_000],
  ];
  for (const [valueCC, side, grossE6] of settled) {
    it(`are settled at ${valueCC} when opened by ${side === 'bid' ? 'YES' : 'NO'}`, () => {
      const one = holdings([fillOf(side, 45, 10)], valueCC);
      assert.equal(one.open, undefined);
      const [trade] = one.trades;
      assert.deepEqual([trade?.grossE6, trade?.exitReason, trade?.exitOrderId], [grossE6, 'game_finished', undefined]);
      assert.equal(one.cashE6, grossE6 - 10_000);
    });
  }

  it('count a trade once, and once per order that it met', () => {
    const fill = fillOf('bid', 45, 10);
    const ledger = ledgerOf([fill]);
    assert.equal(addFill(ledger, { ...fill }), ledger);
    assert.equal(netE2(holdingsOf(addFill(ledger, { ...fill, orderId: 'another' }))), 2_000);
    const settlement = { ticker: 'GAME-A', valueCC: 0, feeE6: 0, atMs: NOW_MS };
    const once = addSettlement(ledger, settlement);
    assert.equal(addSettlement(once, settlement), once);
  });

  it('open before they close within one instant, whatever the ids', () => {
    const exit = fillOf('ask', 60, 10, { leg: 'exit', orderId: 'a', tradeId: 'a', atMs: NOW_MS });
    const entry = fillOf('bid', 50, 10, { leg: 'entry', orderId: 'b', tradeId: 'b', atMs: NOW_MS });
    assert.deepEqual(
      holdings([exit, entry]).trades.map((trade) => [trade.outcome, trade.grossE6]),
      [['yes', 1_000_000]],
    );
  });

  it('refuse what contradicts itself', () => {
    const fill = fillOf('bid', 45, 10);
    const ledger = ledgerOf([fill]);
    const wrong: Partial<Fill>[] = [{ countE2: 900 }, { side: 'ask' }, { yesPriceCC: 4_600 }];
    for (const change of wrong) assert.throws(() => addFill(ledger, { ...fill, ...change }), { code: 'FILL_CONTRADICTS' });
    const impossible: Partial<Fill>[] = [
      { ticker: 'GAME-B' },
      { countE2: 0 },
      { countE2: 1.5 },
      { yesPriceCC: 10_001 },
      { feeE6: Number.NaN },
    ];
    for (const change of impossible)
      assert.throws(() => addFill(ledger, fillOf('bid', 45, 10, change)), { code: 'FILL_CONTRADICTS' });
    assert.throws(() => addSettlement(ledgerOf([fill], 0), { ticker: 'GAME-A', valueCC: 1, feeE6: 0, atMs: 0 }), {
      code: 'SETTLEMENT_CONTRADICTS',
    });
    assert.throws(() => addSettlement(ledger, { ticker: 'GAME-A', valueCC: 10_001, feeE6: 0, atMs: 0 }), {
      code: 'SETTLEMENT_CONTRADICTS',
    });
  });

  it('come to the same in whatever order fills arrive, once or twice', () => {
    fc.assert(
      fc.property(
        arbitraryFills.chain((rows) => {
          const fills = asFills(rows);
          return fc.tuple(
            fc.constant(fills),
            fc.shuffledSubarray([...fills, ...fills], { minLength: fills.length * 2, maxLength: fills.length * 2 }),
          );
        }),
        ([fills, shuffled]) => assert.deepEqual(holdings(shuffled), holdings(fills)),
      ),
    );
  });

  it('keep totals whatever the ids make of the order within an instant', () => {
    fc.assert(
      fc.property(arbitraryFills, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 9_999 }), (rows, ids, markCC) => {
        const fills = asFills(rows);
        const renamed = fills.map((fill, i) => ({ ...fill, orderId: `order-${ids.next().value}`, tradeId: `trade-${i}` }));
        const [one, other] = [holdings(fills), holdings(renamed)];
        const totals = (of: Holdings) => [netE2(of), of.feesE6, of.cashE6 + markE6(of, markCC)];
        // Netting pays pairs out whenever they meet, so cash and mark together are what cannot differ.
        assert.deepEqual(totals(other), totals(one));
      }),
    );
  });

  it('lose nothing: realized + unrealized - fees is the cash flow and what is open', () => {
    fc.assert(
      fc.property(arbitraryFills, fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }), (rows, valueCC) => {
        const ledger = ledgerOf(asFills(rows), valueCC);
        const one = holdingsOf(ledger);
        const plain = plainCashE6(ledger.fills, valueCC);
        assert.equal(one.cashE6, plain.cashE6);
        assert.equal(netE2(one), plain.netE2);
        const openCostE6 = one.open?.costE6 ?? 0;
        assert.equal(one.realizedE6 - one.feesE6 - openCostE6, one.cashE6);
        const unrealized = one.open === undefined ? 0 : (unrealizedE6(one.open, quoteAt(5_000, 5_000)) ?? 0);
        assert.equal(one.realizedE6 + unrealized - one.feesE6, one.cashE6 + markE6(one, 5_000));
        const told = one.trades.reduce((sum, trade) => sum + trade.netE6, 0);
        assert.equal(told + (one.open === undefined ? 0 : -openCostE6 - one.open.feesE6), one.cashE6);
        assert.ok((one.open?.countE2 ?? 1) > 0 && openCostE6 >= 0);
        assert.ok([one.cashE6, one.realizedE6, ...one.trades.map((trade) => trade.netE6)].every(Number.isSafeInteger));
      }),
    );
  });
});

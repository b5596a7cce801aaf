import assert from 'node:assert/strict';
import { holdingsOf, netE2 } from '../../lib/trading/position.ts';
import { reconcile } from '../../lib/trading/reconcile.ts';
import { type ExchangeReading, FOREIGN_RULE, type Reconciliation } from '../../lib/trading/reconcile-steps.ts';
import { orphanTitle } from '../../lib/trading/reconcile-words.ts';
import {
  ALL,
  type Deal,
  dealOf,
  idOf,
  type Kept,
  PaperMemory,
  RULE_A,
  RULE_B,
  readingOf,
  settlementOf,
  venueOrderOf,
} from './reconcile-stage.ts';
import { NOW_MS } from './stage.ts';

const LATER = NOW_MS + 60_000;
const exit = (change: Partial<Deal> = {}) => dealOf({ leg: 'exit', side: 'ask', createdMs: LATER, ...change });
const byHand = (change: Partial<Deal> = {}) => dealOf({ ruleId: undefined, createdMs: LATER, ...change });

function memoryOf(deals: readonly Deal[], kept: readonly (Kept | undefined)[] = []): PaperMemory {
  return deals.reduce((memory, deal, index) => memory.keep(deal, index, kept[index] ?? ALL), new PaperMemory());
}

/** Reconciles, does the steps, and makes sure that nothing is left to do. */
function settled(memory: PaperMemory, reading: ExchangeReading): Reconciliation {
  const result = reconcile(memory, reading);
  for (const step of result.steps) memory.apply(step);
  const again = reconcile(memory, reading);
  assert.deepEqual(again.steps, []);
  assert.deepEqual(again.findings, result.findings);
  return result;
}

const kinds = ({ steps }: Reconciliation) => steps.map(({ kind }) => kind);
const found = ({ findings }: Reconciliation) => findings.map(({ kind }) => kind);
const held = (memory: PaperMemory, ruleId: string) => netE2(holdingsOf(memory.ledger(ruleId)));

describe('reconciliation', () => {
  it('finds nothing where memory and exchange are one', () => {
    const deals = [dealOf(), exit({ countE2: 400 }), dealOf({ ruleId: RULE_B, ticker: 'GAME-B', status: 'canceled', fills: [] })];
    assert.deepEqual(settled(memoryOf(deals), readingOf(deals)), { agreed: true, findings: [], steps: [] });
  });

  describe('of orders', () => {
    it('tells a remembered order how it stands, and books its fill', () => {
      const deals = [dealOf(), exit()];
      const nothing: Kept = { order: 'sent', fills: () => false };
      const memory = memoryOf(deals, [ALL, nothing]);
      const result = settled(memory, readingOf(deals));
      assert.deepEqual([result.agreed, kinds(result)], [true, ['order', 'fill']]);
      assert.equal(memory.orders[1]?.life.state, 'filled');
      assert.deepEqual(memory.orders[1]?.life.trades, { 't-1-0': 1_000 });
      assert.equal(holdingsOf(memory.ledger(RULE_A)).trades[0]?.netE6, -40_000);
    });

    it('believes the exchange over a proof of absence', () => {
      const deals = [dealOf({ status: 'resting', fills: [] })];
      const memory = memoryOf(deals, [{ order: 'sent', fills: () => false }]);
      const clientOrderId = idOf(RULE_A, 'entry', 0);
      memory.witness(clientOrderId, { kind: 'placing_unknown', reason: 'no answer', atMs: NOW_MS });
      memory.witness(clientOrderId, { kind: 'absent', reason: 'in no list', atMs: NOW_MS });
      const result = settled(memory, readingOf(deals));
      assert.equal(memory.orders[0]?.life.state, 'acknowledged');
      assert.equal(result.agreed, true);
    });

    it('lets no entry pass while an order rests that was over here', () => {
      const deals = [dealOf({ status: 'canceled', fills: [] })];
      const reading = readingOf([dealOf({ status: 'resting', fills: [] })]);
      const result = settled(memoryOf(deals), reading);
      assert.deepEqual([result.agreed, found(result)], [false, ['contradiction']]);
      const younger = settled(memoryOf(deals), { ...reading, asOfMs: NOW_MS - 1 });
      assert.deepEqual([younger.agreed, found(younger)], [true, []]);
    });

    it('leaves an order in flight alone, whatever the lists do not show', () => {
      const memory = memoryOf([dealOf()], [{ order: 'sent', fills: () => false }]);
      assert.deepEqual(settled(memory, { ...readingOf([]), asOfMs: NOW_MS }), { agreed: true, findings: [], steps: [] });
    });

    it('ends no order for being gone without a trace, and says so', () => {
      const memory = memoryOf([dealOf()], [{ order: 'acknowledged', fills: () => false }]);
      const result = settled(memory, readingOf([]));
      assert.deepEqual([result.agreed, kinds(result), found(result)], [true, [], ['unresolved']]);
      assert.match(result.findings[0]?.text ?? '', /in GAME-A is not on the list of the exchange any more\.$/);
    });

    it('waits with an order that was seen after what the answers are complete for', () => {
      const memory = memoryOf([dealOf()], [{ order: 'acknowledged', fills: () => false }]);
      assert.deepEqual(settled(memory, { ...readingOf([]), asOfMs: NOW_MS - 1 }).findings, []);
    });

    it('closes an order that is on no list by its fills', () => {
      const deals = [dealOf()];
      const memory = memoryOf(deals, [{ order: 'acknowledged', fills: () => false }]);
      const result = settled(memory, { ...readingOf(deals), orders: [] });
      assert.deepEqual([result.agreed, kinds(result)], [true, ['fill']]);
      assert.equal(memory.orders[0]?.life.state, 'filled');
      assert.equal(held(memory, RULE_A), 1_000);
    });

    it('closes an order that is on no list by the settlement of its market, with what had been filled', () => {
      const part = [{ yesPriceCC: 4_500, countE2: 300, feeE6: 6_000, atMs: NOW_MS + 10 }];
      const deals = [dealOf({ status: 'resting', fills: part })];
      const memory = memoryOf(deals, [{ order: 'acknowledged', fills: () => false }]);
      const result = settled(memory, { ...readingOf(deals, [settlementOf(10_000)]), orders: [], resting: [] });
      assert.deepEqual(kinds(result), ['fill', 'settle', 'end']);
      const life = memory.orders[0]?.life;
      assert.deepEqual([life?.state, life?.filledE2, held(memory, RULE_A)], ['canceled', 300, 0]);
      assert.equal(holdingsOf(memory.ledger(RULE_A)).cashE6, 300 * 5_500 - 6_000);
    });

    it('ends no order by a settlement that is younger than what the answers are complete for', () => {
      const memory = memoryOf([dealOf({ status: 'resting', fills: [] })], [{ order: 'acknowledged', fills: () => false }]);
      memory.settle(RULE_A, settlementOf(10_000));
      const result = settled(memory, { ...readingOf([]), asOfMs: LATER });
      assert.deepEqual([kinds(result), found(result)], [[], ['unresolved']]);
    });

    it('says which orders are over with fills that nobody knows', () => {
      const deals = [dealOf()];
      const memory = memoryOf(deals, [{ order: 'whole', fills: () => false }]);
      const result = settled(memory, { ...readingOf(deals), fills: [] });
      assert.deepEqual(found(result), ['unresolved', 'difference']);
    });
  });

  describe('of orders that are not remembered', () => {
    it('adopts by its id what a rule sent, with its fills', () => {
      const deals = [dealOf(), exit({ countE2: 400 })];
      const memory = memoryOf(deals, [ALL, { order: undefined, fills: () => false }]);
      const result = settled(memory, readingOf(deals));
      assert.deepEqual([result.agreed, kinds(result)], [true, ['adopt', 'fill']]);
      assert.equal(memory.orphans[0]?.action, 'ADOPTED');
      assert.equal(held(memory, RULE_A), 600);
    });

    it('leaves alone what is over and filled nothing', () => {
      const deals = [dealOf({ status: 'canceled', fills: [] }), byHand({ status: 'canceled', fills: [] })];
      assert.deepEqual(settled(new PaperMemory(), readingOf(deals)), { agreed: true, findings: [], steps: [] });
    });

    it('holds for a person what rests though a rule has sent it: nobody watches it', () => {
      const result = settled(new PaperMemory(), readingOf([dealOf({ status: 'resting', fills: [] })]));
      assert.deepEqual([result.agreed, kinds(result)], [false, ['hold']]);
      assert.match(result.findings[0]?.text ?? '', /was sent from here and is not remembered/);
    });

    it('adopts none whose rule it does not know', () => {
      const stranger = dealOf({ ruleId: 'cccccccc-3333-4333-8333-333333333333', status: 'resting', fills: [] });
      const result = settled(new PaperMemory(), readingOf([stranger]));
      assert.deepEqual([result.agreed, kinds(result), found(result)], [false, ['hold'], ['orphan']]);
    });

    it('holds for a person what rests, until it rests no more', () => {
      const deals = [byHand({ status: 'resting', fills: [] })];
      const memory = new PaperMemory();
      const result = settled(memory, readingOf(deals));
      assert.deepEqual([result.agreed, kinds(result)], [false, ['hold']]);
      assert.match(
        result.findings[0]?.text ?? '',
        /^The resting order in GAME-A to buy 10 YES at 50\.0c \(o-0\) was not sent from here/,
      );
      const gone = settled(memory, readingOf([byHand({ status: 'canceled', fills: [] })]));
      assert.deepEqual([gone.agreed, kinds(gone), gone.findings], [true, ['release'], []]);
      assert.deepEqual(kinds(settled(memory, readingOf(deals))), ['hold']);
    });

    it('asks no second time about what a person has decided', () => {
      const memory = new PaperMemory();
      const reading = readingOf([byHand({ status: 'resting', fills: [] })]);
      settled(memory, reading);
      memory.orphans = memory.orphans.map((one) => ({ ...one, action: 'FALSE_POSITIVE', resolvedMs: LATER }));
      assert.deepEqual(settled(memory, reading), { agreed: true, findings: [], steps: [] });
      memory.orphans = memory.orphans.map((one) => ({ ...one, action: 'MANUAL_CLOSE', resolvedMs: reading.asOfMs + 1 }));
      assert.deepEqual(settled(memory, reading).steps, []);
      memory.orphans = memory.orphans.map((one) => ({ ...one, resolvedMs: LATER }));
      assert.deepEqual(kinds(settled(memory, reading)), ['hold']);
    });

    it('books what strangers bought to nobody, and holds it until it is sold or decided', () => {
      const memory = new PaperMemory();
      const bought = [byHand()];
      const result = settled(memory, readingOf(bought));
      assert.deepEqual([result.agreed, kinds(result), found(result)], [false, ['fill', 'hold'], ['orphan']]);
      assert.equal(held(memory, FOREIGN_RULE), 1_000);
      assert.equal(memory.orphans[0]?.priceCC, 4_500);
      const sold = settled(memory, readingOf([...bought, byHand({ side: 'ask', createdMs: LATER + 1_000 })]));
      assert.deepEqual([sold.agreed, kinds(sold)], [true, ['fill', 'release']]);
    });

    it('tells the price of NO that strangers hold as a YES price', () => {
      const memory = new PaperMemory();
      settled(memory, readingOf([byHand({ side: 'ask' })]));
      assert.deepEqual([memory.orphans[0]?.side, memory.orphans[0]?.priceCC], ['ask', 4_500]);
    });

    it('never sells for strangers what a rule holds: both wait for a person', () => {
      const deals = [dealOf(), byHand({ side: 'ask' })];
      const memory = memoryOf(deals);
      const result = settled(memory, readingOf(deals));
      assert.deepEqual([result.agreed, kinds(result), found(result)], [false, ['fill', 'hold'], ['orphan']]);
      assert.deepEqual([held(memory, RULE_A), held(memory, FOREIGN_RULE)], [1_000, -1_000]);
    });

    it('takes no notice of strangers in a market that is settled, unless somebody here has traded in it', () => {
      const reading = readingOf([byHand()], [settlementOf(10_000)]);
      assert.deepEqual(settled(new PaperMemory(), reading), { agreed: true, findings: [], steps: [] });
      const deals = [dealOf(), byHand()];
      assert.deepEqual(kinds(settled(memoryOf(deals), readingOf(deals, [settlementOf(10_000)]))), ['fill', 'settle']);
    });

    it('takes the word of a remembered order that a fill is booked where its ledger was not read', () => {
      const deals = [dealOf()];
      const memory = memoryOf(deals);
      memory.ledgers = [];
      const result = reconcile(memory, readingOf(deals, [settlementOf(10_000)]));
      assert.deepEqual([result.agreed, result.steps], [true, []]);
    });
  });

  describe('of fills', () => {
    it('tells an order of the fill that only its ledger has', () => {
      const deals = [dealOf()];
      const memory = memoryOf(deals, [{ order: 'acknowledged', fills: () => true }]);
      const result = settled(memory, readingOf(deals));
      assert.deepEqual(kinds(result), ['order', 'fill']);
      assert.deepEqual(memory.orders[0]?.life.trades, { 't-0-0': 1_000 });
      assert.equal(held(memory, RULE_A), 1_000);
    });

    it('waits for a person where a fill is told differently, and says so of another fee', () => {
      const deals = [dealOf()];
      const reading = readingOf(deals);
      const dearer = { ...reading, fills: reading.fills.map((fill) => ({ ...fill, yesPriceCC: 4_600 })) };
      assert.deepEqual(
        [settled(memoryOf(deals), dearer).agreed, found(settled(memoryOf(deals), dearer))],
        [false, ['contradiction']],
      );
      const cheaper = { ...reading, fills: reading.fills.map((fill) => ({ ...fill, feeE6: 0 })) };
      assert.deepEqual(
        [settled(memoryOf(deals), cheaper).agreed, found(settled(memoryOf(deals), cheaper))],
        [true, ['contradiction']],
      );
    });

    it('books no fill without a time', () => {
      const deals = [dealOf()];
      const reading = readingOf(deals);
      const timeless = { ...reading, fills: reading.fills.map((fill) => ({ ...fill, atMs: undefined })) };
      const result = settled(memoryOf(deals, [{ order: 'whole', fills: () => false }]), timeless);
      assert.deepEqual(found(result), ['unreadable', 'unresolved', 'difference']);
    });

    it('books no fill whose order the exchange does not tell of', () => {
      const reading = { ...readingOf([dealOf()]), orders: [] };
      assert.deepEqual(found(settled(new PaperMemory(), reading)), ['unreadable', 'difference']);
    });

    it('says which fills the exchange does not know, of those that it should', () => {
      const deals = [dealOf()];
      const reading = { ...readingOf(deals), fills: [] };
      assert.deepEqual(found(settled(memoryOf(deals), reading)), ['contradiction']);
      assert.deepEqual(found(settled(memoryOf(deals), { ...reading, sinceMs: LATER })), []);
      assert.deepEqual(found(settled(memoryOf(deals), { ...reading, asOfMs: NOW_MS })), []);
    });

    it('refuses a fill that is impossible', () => {
      const reading = readingOf([dealOf()]);
      const fills = reading.fills.map((fill) => ({ ...fill, countE2: 0 }));
      assert.throws(() => reconcile(new PaperMemory(), { ...reading, fills }), { code: 'FILL_CONTRADICTS' });
    });
  });

  describe('of settlements', () => {
    it('books one to every rule that traded, void and scalar too', () => {
      for (const valueCC of [10_000, 0, 5_000, 3_333]) {
        const deals = [dealOf(), dealOf({ ruleId: RULE_B, side: 'ask', countE2: 400 })];
        const memory = memoryOf(deals);
        const result = settled(memory, readingOf(deals, [settlementOf(valueCC)]));
        assert.deepEqual([result.agreed, kinds(result)], [true, ['settle']]);
        assert.equal(holdingsOf(memory.ledger(RULE_A)).cashE6, 1_000 * (valueCC - 4_500) - 20_000);
        assert.equal(holdingsOf(memory.ledger(RULE_B)).cashE6, 400 * (4_500 - valueCC) - 20_000);
      }
    });

    it('waits for a person where a result has changed', () => {
      const deals = [dealOf()];
      const memory = memoryOf(deals);
      settled(memory, readingOf(deals, [settlementOf(10_000)]));
      const result = settled(memory, readingOf(deals, [settlementOf(0)]));
      assert.deepEqual([result.agreed, found(result)], [false, ['contradiction']]);
    });
  });

  describe('of positions', () => {
    const off = (by: number): ExchangeReading => {
      const reading = readingOf([dealOf()]);
      return { ...reading, positions: reading.positions.map((one) => ({ ...one, netE2: one.netE2 + by })) };
    };

    it('lets no entry pass while one differs that no fill explains', () => {
      const memory = memoryOf([dealOf()]);
      const result = settled(memory, off(-300));
      assert.deepEqual([result.agreed, kinds(result)], [false, ['hold']]);
      assert.equal(result.findings[0]?.text, 'GAME-A: the exchange holds 7 YES, all known fills come to 10 YES.');
      const { id, side, countE2 } = memory.orphans[0] ?? {};
      assert.deepEqual([id, side, countE2], ['difference|GAME-A|-300', 'ask', 300]);
    });

    it('sees one in a market that the exchange does not tell of at all', () => {
      const result = settled(memoryOf([dealOf()]), { ...readingOf([dealOf()]), positions: [] });
      assert.match(result.findings[0]?.text ?? '', /the exchange holds nothing, all known fills come to 10 YES/);
    });

    it('forgets a difference that is gone, and remembers another in its place', () => {
      const memory = memoryOf([dealOf()]);
      settled(memory, off(-300));
      assert.deepEqual(kinds(settled(memory, off(-200))), ['release', 'hold']);
      assert.deepEqual(settled(memory, off(0)).agreed, true);
      assert.deepEqual(
        memory.orphans.map(({ action }) => action),
        ['AUTO_CLOSE', 'AUTO_CLOSE'],
      );
      assert.deepEqual(kinds(settled(memory, off(-200))), ['hold']);
    });

    it('takes as right what a person has accepted, and nothing further', () => {
      const memory = memoryOf([dealOf()]);
      settled(memory, off(500));
      memory.orphans = memory.orphans.map((one) => ({ ...one, action: 'ADOPTED', resolvedMs: LATER }));
      assert.deepEqual(settled(memory, off(500)), { agreed: true, findings: [], steps: [] });
      assert.deepEqual(found(settled(memory, off(700))), ['difference']);
    });

    it('takes it as right while the account goes on trading', () => {
      const deals = [dealOf(), exit({ countE2: 400 })];
      const memory = memoryOf([dealOf()]);
      settled(memory, off(500));
      memory.orphans = memory.orphans.map((one) => ({ ...one, action: 'ADOPTED', resolvedMs: LATER }));
      memory.keep(exit({ countE2: 400 }), 1);
      const before = { ...off(500), asOfMs: LATER };
      assert.deepEqual(settled(memory, before), { agreed: true, findings: [], steps: [] });
      const reading = readingOf(deals);
      const after = { ...reading, positions: reading.positions.map((one) => ({ ...one, netE2: one.netE2 + 500 })) };
      assert.deepEqual(settled(memory, after), { agreed: true, findings: [], steps: [] });
    });

    it('looks again at what has changed during the reading', () => {
      const reading = off(-300);
      const positions = reading.positions.map((one) => ({ ...one, updatedMs: reading.asOfMs + 1 }));
      const result = settled(memoryOf([dealOf()]), { ...reading, positions });
      assert.deepEqual([result.agreed, found(result), result.steps], [true, ['young'], []]);
    });

    it('takes the word of the exchange of any moment since its answers were complete', () => {
      const deals = [dealOf(), exit({ countE2: 400 }), exit({ countE2: 600, createdMs: LATER + 1_000 })];
      const moments = [NOW_MS + 10, LATER + 10, LATER + 1_010];
      moments.forEach((untilMs, shown) => {
        const reading = readingOf(deals.slice(0, shown + 1));
        for (const asOfMs of moments.slice(0, shown + 1)) {
          const result = settled(memoryOf(deals), { ...reading, asOfMs });
          assert.deepEqual([result.agreed, result.steps], [true, []], `shown until ${untilMs}, complete until ${asOfMs}`);
        }
      });
      const stale = settled(memoryOf(deals), { ...readingOf(deals.slice(0, 1)), fills: readingOf(deals).fills });
      assert.deepEqual(found(stale), ['difference']);
    });

    it('allows an average price within a hundredth of a percent', () => {
      const reading = readingOf([dealOf()]);
      for (const [exposureE6, agreed] of [
        [4_500_000, true],
        [4_500_450, true],
        [4_500_452, false],
        [4_499_548, false],
      ] as const) {
        const positions = reading.positions.map((one) => ({ ...one, exposureE6 }));
        const result = settled(memoryOf([dealOf()]), { ...reading, positions });
        assert.equal(result.agreed, agreed, String(exposureE6));
      }
    });
  });

  it('puts in words what waits for a person', () => {
    const memory = new PaperMemory();
    const reading = readingOf([byHand(), byHand({ side: 'ask', status: 'resting', fills: [] })]);
    const positions = ['GAME-A', 'GAME-B'].flatMap((ticker) => reading.positions.map((one) => ({ ...one, ticker })));
    settled(memory, { ...reading, positions });
    assert.deepEqual(memory.orphans.map(orphanTitle).toSorted(), [
      'Not from here: 10 YES bought in GAME-A at 45.0c',
      'Not known here: a resting order to sell 10 YES in GAME-A at 50.0c',
      'Unexplained: the exchange holds 10 YES more in GAME-B',
    ]);
  });

  it('knows an order that is told twice by the later telling', () => {
    const [later, earlier] = [dealOf(), dealOf({ status: 'resting', fills: [] })].map((deal) => venueOrderOf(deal, 0));
    assert.ok(later !== undefined && earlier !== undefined);
    for (const orders of [
      [later, earlier],
      [earlier, later],
    ]) {
      const memory = memoryOf([dealOf()], [{ order: 'sent', fills: () => true }]);
      settled(memory, { ...readingOf([dealOf()]), resting: [], orders });
      assert.equal(memory.orders[0]?.life.state, 'filled');
      assert.equal(settled(memory, { ...readingOf([dealOf()]), resting: [earlier], orders }).findings.length, 0);
    }
  });
});

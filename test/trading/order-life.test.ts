import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  FINDINGS,
  type Finding,
  intendOrder,
  isOverOrder,
  isSettledOrder,
  missingFillsE2,
  ORDER_STATES,
  type OrderLife,
  type OrderState,
  outcomeOfOrder,
  TRANSITIONS,
  type Witness,
  witness,
} from '../../lib/trading/order-life.ts';
import { NOW_MS } from './stage.ts';

const SIZE = 1_000;
const told = (
  status: 'resting' | 'executed' | 'canceled',
  filledE2: number,
  by: 'answer' | 'user_order' | 'read' = 'answer',
): Witness => ({
  kind: 'told',
  by,
  order: { orderId: 'o-1', status, filledE2 },
  atMs: NOW_MS,
});
const fill = (tradeId: string, countE2: number): Witness => ({ kind: 'fill', orderId: 'o-1', tradeId, countE2, atMs: NOW_MS });
const SENT: Witness = { kind: 'sent', atMs: NOW_MS };
const BOOK: Witness = { kind: 'book', atMs: NOW_MS };
const REFUSED: Witness = { kind: 'refused', reason: 'market closed', atMs: NOW_MS };
const LOST: Witness = { kind: 'placing_unknown', reason: 'no answer', atMs: NOW_MS };
const GONE: Witness = { kind: 'fate_unknown', reason: 'cancel: not found', atMs: NOW_MS };
const ABSENT: Witness = { kind: 'absent', reason: 'in no list', atMs: NOW_MS };

function live(...seen: Witness[]): OrderLife {
  return seen.reduce((life, one) => witness(JSON.parse(JSON.stringify(life)) as OrderLife, one), intendOrder(SIZE, NOW_MS));
}

/** Ways into each state. */
const INTO: Record<OrderState, Witness[]> = {
  intended: [],
  sent: [SENT],
  acknowledged: [SENT, told('resting', 0)],
  partly_filled: [SENT, told('resting', 400)],
  filled: [SENT, told('executed', SIZE)],
  canceled: [SENT, told('canceled', 0)],
  refused: [SENT, REFUSED],
  absent: [SENT, LOST, ABSENT],
  unresolved: [SENT, LOST],
};

/** A witness for each finding. Contracts already filled stay filled, so some findings become stronger ones. */
const SEEN: Record<Finding, Witness> = {
  sent: SENT,
  standing: told('resting', 0),
  part_filled: told('resting', 500),
  all_filled: told('executed', SIZE),
  ended: told('canceled', 0),
  refused: REFUSED,
  absent: ABSENT,
  placing_unknown: LOST,
  fate_unknown: GONE,
};

describe('the life of an order', () => {
  it('has a row for every state, and every row leads to states that there are', () => {
    assert.deepEqual(Object.keys(TRANSITIONS), [...ORDER_STATES]);
    for (const row of Object.values(TRANSITIONS)) {
      for (const [finding, next] of Object.entries(row)) {
        assert.ok((FINDINGS as readonly string[]).includes(finding));
        assert.ok(ORDER_STATES.includes(next));
      }
    }
  });

  for (const state of ORDER_STATES) {
    it(`goes from ${state} where the table says, for every finding`, () => {
      for (const finding of FINDINGS) {
        const before = live(...INTO[state]);
        assert.equal(before.state, state);
        const after = witness(before, SEEN[finding]);
        // A filled order cannot be told less filled: the finding is then that it is filled.
        const found = state === 'filled' && ['standing', 'part_filled', 'ended'].includes(finding) ? 'all_filled' : finding;
        const partly = state === 'partly_filled' && found === 'standing' ? 'part_filled' : found;
        assert.equal(after.state, TRANSITIONS[state][partly] ?? state, `${state} + ${finding}`);
        assert.ok(after.filledE2 >= before.filledE2);
        assert.ok(after.enteredMs[after.state] !== undefined);
      }
    });
  }

  it('reaches every state from the first, and an end from every state', () => {
    const next = (state: OrderState) => Object.values(TRANSITIONS[state]);
    const reach = (from: OrderState): Set<OrderState> => {
      const seen = new Set<OrderState>([from]);
      for (const state of seen) for (const one of next(state)) seen.add(one);
      return seen;
    };
    assert.deepEqual([...reach('intended')].toSorted(), [...ORDER_STATES].toSorted());
    for (const state of ORDER_STATES) assert.ok([...reach(state)].some(isOverOrder), state);
  });

  it('becomes unresolved from every state that has not ended, when what became of the order is not known', () => {
    for (const state of ORDER_STATES) {
      const after = witness(live(...INTO[state]), GONE);
      assert.equal(after.state, isOverOrder(state) ? state : 'unresolved');
    }
    for (const state of ['intended', 'sent'] as const) {
      const after = witness(live(...INTO[state]), LOST);
      assert.deepEqual([after.state, after.reason], ['unresolved', 'no answer']);
    }
    // Another witness had told that it exists: then a lost answer takes nothing away.
    assert.equal(live(SENT, told('resting', 0, 'user_order'), LOST).state, 'acknowledged');
  });

  it('is resolved by any one witness that tells of it', () => {
    const ways: [seen: Witness, state: OrderState][] = [
      [fill('t-1', 400), 'partly_filled'],
      [fill('t-1', SIZE), 'filled'],
      [BOOK, 'acknowledged'],
      [told('executed', SIZE, 'user_order'), 'filled'],
      [told('canceled', 300, 'read'), 'canceled'],
      [told('resting', 0, 'read'), 'acknowledged'],
      [ABSENT, 'absent'],
      [REFUSED, 'unresolved'],
      [SENT, 'unresolved'],
      [LOST, 'unresolved'],
    ];
    for (const [seen, state] of ways) {
      const after = live(SENT, LOST, seen);
      assert.equal(after.state, state, JSON.stringify(seen));
      assert.equal(after.reason, state === 'unresolved' ? 'no answer' : state === 'absent' ? 'in no list' : undefined);
    }
  });

  it('reopens when an order that was held not to exist shows itself, and notes the contradiction', () => {
    for (const end of [[REFUSED], [LOST, ABSENT]]) {
      const after = live(SENT, ...end, fill('t-1', 400));
      assert.deepEqual([after.state, after.filledE2, after.reason], ['partly_filled', 400, undefined]);
      assert.deepEqual(after.contradictions, [`part_filled while ${end.length === 1 ? 'refused' : 'absent'}`]);
      assert.equal(witness(after, told('canceled', 400, 'read')).state, 'canceled');
    }
  });

  it('notes what cannot be: too many filled, another id, a refusal of what stands', () => {
    assert.deepEqual(live(SENT, fill('t-1', SIZE + 1)).contradictions, ['filled 1001 of 1000']);
    const other: Witness = { kind: 'fill', orderId: 'o-2', tradeId: 't-9', countE2: 1, atMs: NOW_MS };
    assert.deepEqual(live(SENT, told('resting', 0), other).contradictions, ['order id o-2, and o-1 before']);
    assert.deepEqual(live(SENT, told('resting', 0), REFUSED).contradictions, ['refused while acknowledged']);
    assert.deepEqual(live(SENT, told('resting', 0), REFUSED, REFUSED).contradictions.length, 1);
  });

  it('notes nothing of an order that went well', () => {
    const life = live(SENT, fill('t-1', 400), told('executed', SIZE), fill('t-2', 600));
    assert.deepEqual([life.state, life.contradictions, isSettledOrder(life)], ['filled', [], true]);
    assert.deepEqual(live(SENT, REFUSED, ABSENT).contradictions, []);
  });

  it('counts a fill that comes after the cancel, and knows which fills are missing', () => {
    const canceled = live(SENT, told('resting', 0), told('canceled', 600, 'user_order'));
    assert.deepEqual(
      [canceled.state, canceled.filledE2, missingFillsE2(canceled), isSettledOrder(canceled)],
      ['canceled', 600, 600, false],
    );
    const complete = witness(canceled, fill('t-1', 600));
    assert.deepEqual([complete.state, missingFillsE2(complete), isSettledOrder(complete)], ['canceled', 0, true]);
    assert.equal(witness(complete, fill('t-1', 600)), complete);
    assert.equal(live(SENT, told('canceled', 0), fill('t-1', SIZE)).state, 'filled');
  });

  it('counts as done from four fifths on', () => {
    const outcome = (filledE2: number) => outcomeOfOrder(live(SENT, told('canceled', filledE2)));
    assert.deepEqual([outcome(0), outcome(1), outcome(799), outcome(800)], ['not_filled', 'partial', 'partial', 'filled']);
    assert.equal(outcomeOfOrder(live(SENT)), undefined);
    assert.equal(outcomeOfOrder(live(SENT, LOST)), 'unresolved');
    assert.equal(outcomeOfOrder(live(SENT, REFUSED)), 'not_filled');
  });

  it('keeps who saw the order first, and when', () => {
    const life = live(
      SENT,
      { ...BOOK, atMs: NOW_MS + 1 },
      { ...told('resting', 0), atMs: NOW_MS + 2 },
      { ...BOOK, atMs: NOW_MS + 3 },
    );
    assert.deepEqual(life.seenBy, { book: NOW_MS + 1, answer: NOW_MS + 2 });
    assert.equal(life.enteredMs.acknowledged, NOW_MS + 1);
  });

  it('ends as the exchange had it, whatever order its honest witnesses come in, doubled or dropped', () => {
    // The exchange filled `parts` and then canceled the rest, if any; each witness tells what was true at some moment.
    const history = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 4 }).chain((parts) => {
      const kept = parts.filter((_, i) => parts.slice(0, i + 1).reduce((a, b) => a + b, 0) <= SIZE);
      const totals = kept.map((_, i) => kept.slice(0, i + 1).reduce((a, b) => a + b, 0));
      const filledE2 = totals.at(-1) ?? 0;
      const end = told(filledE2 === SIZE ? 'executed' : 'canceled', filledE2, 'read');
      const honest: Witness[] = [
        SENT,
        LOST,
        BOOK,
        told('resting', 0),
        ...totals.filter((total) => total < SIZE).map((total) => told('resting', total, 'user_order')),
        ...kept.map((countE2, i) => fill(`t-${i}`, countE2)),
      ];
      const doubled = [...honest, ...honest];
      return fc.record({
        seen: fc.shuffledSubarray(doubled),
        before: fc.nat(doubled.length),
        end: fc.constant(end),
        filledE2: fc.constant(filledE2),
      });
    });
    fc.assert(
      fc.property(history, ({ seen, before, end, filledE2 }) => {
        const life = live(...seen.slice(0, before), end, ...seen.slice(before));
        assert.equal(life.state, filledE2 === SIZE ? 'filled' : 'canceled');
        assert.equal(life.filledE2, filledE2);
        assert.deepEqual(life.contradictions, []);
        assert.ok(missingFillsE2(life) >= 0);
      }),
    );
  });

  it('never counts down, never forgets, and never leaves an end for less than a contradiction or a late fill', () => {
    const any = fc.constantFrom<Witness>(
      SENT,
      BOOK,
      REFUSED,
      LOST,
      GONE,
      ABSENT,
      told('resting', 0),
      told('resting', 500, 'user_order'),
      told('canceled', 200, 'read'),
      told('executed', SIZE),
      fill('a', 300),
      fill('b', 700),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 15 }), (seen) => {
        let life = intendOrder(SIZE, NOW_MS);
        for (const one of seen) {
          const next = witness(life, one);
          assert.ok(next.filledE2 >= life.filledE2);
          if (isOverOrder(life.state) && next.state !== life.state) {
            assert.ok((life.state === 'canceled' && next.state === 'filled') || next.contradictions.length > 0);
          }
          assert.equal(witness(next, one), next);
          life = next;
        }
      }),
    );
  });
});

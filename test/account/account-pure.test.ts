import assert from 'node:assert/strict';
import { constantFrom, assert as hold, nat, property, string, uuid } from 'fast-check';
import { changeBook, newBook } from '../../lib/account/ledger-change.ts';
import { fuseE2 } from '../../lib/account/order-groups.ts';
import { clientOrderIdOf, ownerOfOrder, readOrderId } from '../../lib/account/order-id.ts';
import { closedFor, isRefusal, type Standing, statusOf } from '../../lib/account/status.ts';
import { setAsideE6 } from '../../lib/account/valuation.ts';
import { type Cause, LEGS } from '../../lib/trading/cause.ts';
import type { Fill } from '../../lib/trading/fills.ts';
import { defaultLimits } from '../../lib/trading/limits.ts';

const CAUSE: Cause = { accountId: 'a', ruleId: '12345678-9abc', ticker: 'E-LAL', round: 3, leg: 'exit', attempt: 2 };

describe('an order id', () => {
  it('is made of its cause, and tells it again', () => {
    const id = clientOrderIdOf(CAUSE);
    assert.match(id, /^cs1\.12345678\.3\.exit\.2\.[0-9a-f]{10}$/);
    assert.deepEqual(readOrderId(id), { rule8: '12345678', round: 3, leg: 'exit', attempt: 2, hash10: id.slice(-10) });
    assert.equal(clientOrderIdOf({ ...CAUSE }), id);
  });

  it('proves its owner among the rules that are known, and nobody else', () => {
    hold(
      property(
        uuid(),
        uuid(),
        string(),
        nat(99),
        constantFrom(...LEGS),
        nat(99),
        (accountId, ruleId, ticker, round, leg, attempt) => {
          const cause = { accountId, ruleId, ticker, round, leg, attempt };
          const order = { clientOrderId: clientOrderIdOf(cause), ticker };
          const other = uuidLike(ruleId);
          assert.deepEqual(ownerOfOrder(order, { accountId, ruleIds: [other, ruleId] }), { kind: 'rule', cause });
          assert.equal(ownerOfOrder(order, { accountId, ruleIds: [other] }).kind, 'unproven');
          assert.equal(ownerOfOrder(order, { accountId: 'another', ruleIds: [ruleId] }).kind, 'unproven');
          assert.equal(ownerOfOrder({ ...order, ticker: `${ticker}x` }, { accountId, ruleIds: [ruleId] }).kind, 'unproven');
        },
      ),
    );
  });

  it('is read only where it is written as ours', () => {
    for (const text of [
      '',
      'hand-1',
      'cs1.x.1.entry.0',
      'cs2.12345678.0.entry.0.0123456789',
      'cs1.12345678.0.other.0.0123456789',
    ]) {
      assert.equal(readOrderId(text), undefined, text);
      assert.equal(ownerOfOrder({ clientOrderId: text, ticker: 'T' }, { accountId: 'a', ruleIds: ['r'] }).kind, 'foreign');
    }
  });
});

describe('a change of a ledger', () => {
  const owner = { accountId: 'a', environment: 'practice' } as const;
  const fill = (tradeId: string, side: Fill['side'], countE2: number, atMs: number): Fill => ({
    ticker: 'E-LAL',
    orderId: `o-${tradeId}`,
    tradeId,
    side,
    yesPriceCC: 5_000,
    countE2,
    feeE6: 0,
    atMs,
    leg: side === 'bid' ? 'entry' : 'exit',
    exitReason: undefined,
    signalYesPriceCC: undefined,
  });
  const change = (book: Parameters<typeof changeBook>[0], ...fills: Fill[]) =>
    changeBook(book, { fills, settlement: undefined }, owner);

  it('gives the rounds that are not as they were, with all their trades', () => {
    const first = change(newBook('r', 'E-LAL', 'E'), fill('1', 'bid', 300, 1), fill('2', 'ask', 300, 2));
    assert.deepEqual(
      first.positions.map((row) => [row.round, row.status, row.openedMs, row.closedMs]),
      [[1, 'closed', 1, 2]],
    );
    const second = change(first.book, fill('3', 'bid', 200, 3));
    assert.deepEqual(
      second.positions.map((row) => [row.round, row.status]),
      [[2, 'open']],
    );
    assert.equal(second.trades.length, 0);
    assert.notEqual(first.positions[0]?.id, second.positions[0]?.id);
    assert.equal(change(second.book, fill('3', 'bid', 200, 3)).book, second.book, 'the same again changes nothing');
  });

  it('closes the row of a round that a late fill has joined to the one before', () => {
    const two = change(newBook('r', 'E-LAL', 'E'), fill('1', 'bid', 300, 1), fill('2', 'ask', 300, 2), fill('3', 'bid', 200, 3));
    const late = change(two.book, fill('0', 'bid', 100, 0));
    assert.deepEqual(
      late.positions.map((row) => [row.round, row.status, row.open?.countE2]),
      [
        [1, 'open', 300],
        [2, 'closed', undefined],
      ],
    );
  });

  it('books nothing that contradicts what is known, and says so', () => {
    const { book } = change(newBook('r', 'E-LAL', 'E'), fill('1', 'bid', 300, 1));
    const told = change(book, { ...fill('1', 'bid', 300, 1), countE2: 400 });
    assert.equal(told.book, book);
    assert.match(told.contradictions[0] ?? '', /told differently/);
  });
});

describe('what an account may do', () => {
  const GOOD: Standing = {
    isClosed: false,
    refusal: undefined,
    failure: undefined,
    isConnected: true,
    isArmed: true,
    blocks: [],
    trips: [],
    entriesEnabled: true,
  };
  const why = { code: 'X', reason: 'because' };
  const cases: [change: Partial<Standing>, status: string, entry: string | undefined, exit: string | undefined][] = [
    [{}, 'armed', undefined, undefined],
    [{ entriesEnabled: false }, 'paused', undefined, undefined],
    [{ blocks: [why] }, 'blocked', 'X', undefined],
    [{ failure: why, isArmed: false }, 'blocked', 'X', undefined],
    [{ isArmed: false }, 'starting', 'ACCOUNT_STARTING', undefined],
    [{ isArmed: false, isConnected: false }, 'starting', 'ACCOUNT_STARTING', 'ACCOUNT_STARTING'],
    [{ refusal: why, isConnected: false, isArmed: false }, 'refused', 'ACCOUNT_STARTING', 'ACCOUNT_STARTING'],
    [{ isClosed: true }, 'closed', 'ACCOUNT_CLOSED', 'ACCOUNT_CLOSED'],
  ];
  for (const [change, status, entry, exit] of cases) {
    it(`is ${status} with ${JSON.stringify(change)}`, () => {
      const standing = { ...GOOD, ...change };
      assert.equal(statusOf(standing).status, status);
      assert.equal(closedFor('entry', standing)?.code, entry);
      assert.equal(closedFor('exit', standing)?.code, exit);
    });
  }

  it('is refused for what only a person can mend', () => {
    assert.deepEqual(
      ['KALSHI_AUTH_REJECTED', 'KALSHI_KEY_UNREADABLE', 'KALSHI_TIMEOUT', 'STORE_LOCKED', 'KALSHI_UNREACHABLE'].map(isRefusal),
      [true, true, false, false, false],
    );
  });
});

describe('amounts', () => {
  it('set aside what an entry can cost at most', () => {
    // 100 x 0.47 dollars, and 7 % x 100 x 0.47 x 0.53 = 1.7437, brought up to a hundredth of a cent and one more.
    assert.equal(setAsideE6({ limitCC: 4_700, countE2: 10_000 }, { type: 'quadratic', multiplier: 1 }), 47_000_000 + 1_743_800);
  });

  it('blow the fuse of a game at twice what its largest entry buys at ten cents', () => {
    assert.equal(fuseE2(defaultLimits()), 200_000);
    assert.equal(fuseE2({ ...defaultLimits(), largestSizeE6: 10_000_000 }), 20_000);
  });
});

function uuidLike(ruleId: string): string {
  return `${ruleId.slice(0, 8)}-0000-4000-8000-000000000000`;
}

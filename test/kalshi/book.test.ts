import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { Book, type WireLevel } from '../../lib/kalshi/book.ts';
import type { OrderbookDeltaFrame, OrderbookSnapshotFrame } from '../../lib/kalshi/schema/socket.ts';
import { isOrderbookDelta } from '../../lib/kalshi/socket/delta.ts';
import { formatCountE2, formatPriceCC, parseCountE2 } from '../../lib/trading/money.ts';

const RECORDED = new URL('../../../shared/data/wire/ws_orderbook_stream.json.gz', import.meta.url);

function bookOf(yes: readonly WireLevel[], no: readonly WireLevel[], pricing: 'yes' | 'no' = 'yes'): Book {
  const book = new Book('T', pricing);
  book.replace(yes, no, 1000);
  return book;
}

describe('a book', () => {
  it('serves nothing before its first snapshot', () => {
    const book = new Book('T', 'yes');
    assert.equal(book.flaw, 'waiting');
    assert.equal(book.change('yes', 4000, 100, 1), false);
    assert.equal(book.quote(), undefined);
    assert.equal(book.bidCC, undefined);
    assert.equal(book.askCC, undefined);
    assert.deepEqual(book.ladder('bid'), []);
    assert.equal(book.depthE2('bid', 1), 0);
    assert.equal(book.fingerprint(), 'waiting');
  });

  it('reads the no side by YES prices or by NO prices', () => {
    const byYes = bookOf([['0.4700', '3.00']], [['0.4800', '1.00']], 'yes');
    const byNo = bookOf([['0.4700', '3.00']], [['0.5200', '1.00']], 'no');
    assert.deepEqual(byYes.quote(), { bidCC: 4700, bidSizeE2: 300, askCC: 4800, askSizeE2: 100, atMs: 1000 });
    assert.deepEqual(byNo.quote(), byYes.quote());
    byYes.change('no', 4750, 50, 2000);
    byNo.change('no', 5250, 50, 2000);
    assert.equal(byYes.fingerprint(), '4700x300 | 4750x50 4800x100');
    assert.equal(byNo.fingerprint(), byYes.fingerprint());
    assert.equal(byNo.askCC, 4750);
  });

  it('gives the depth at a price or better, and the ladder best first', () => {
    const book = bookOf(
      [
        ['0.0100', '5.00'],
        ['0.3000', '2.50'],
        ['0.4000', '1.00'],
      ],
      [
        ['0.9900', '4.00'],
        ['0.4500', '2.00'],
        ['0.4100', '1.00'],
      ],
    );
    const bids: [number, number][] = [
      [4001, 0],
      [4000, 100],
      [3000, 350],
      [2999, 350],
      [1, 850],
    ];
    for (const [limit, depth] of bids) assert.equal(book.depthE2('bid', limit), depth, `bids at ${limit}`);
    const asks: [number, number][] = [
      [4099, 0],
      [4100, 100],
      [4500, 300],
      [9999, 700],
    ];
    for (const [limit, depth] of asks) assert.equal(book.depthE2('ask', limit), depth, `asks at ${limit}`);
    assert.deepEqual(book.ladder('ask', 2), [
      { priceCC: 4100, sizeE2: 100 },
      { priceCC: 4500, sizeE2: 200 },
    ]);
    assert.equal(book.ladder('bid').length, 3);
  });

  it('serves an empty side as none, and an empty book as good', () => {
    const book = bookOf([], []);
    assert.deepEqual(book.quote(), { bidCC: undefined, bidSizeE2: 0, askCC: undefined, askSizeE2: 0, atMs: 1000 });
    assert.equal(book.change('no', 9999, 100, 5), true);
    assert.deepEqual(book.quote(), { bidCC: undefined, bidSizeE2: 0, askCC: 9999, askSizeE2: 100, atMs: 5 });
    assert.equal(book.change('no', 9999, -100, 6), true);
    assert.equal(book.fingerprint(), ' | ');
  });

  it('gives the same quote until it changes', () => {
    const book = bookOf([['0.4000', '1.00']], []);
    assert.equal(book.quote(), book.quote());
    const before = book.quote();
    book.change('yes', 3000, 100, 7);
    assert.notEqual(book.quote(), before);
    assert.equal(before?.atMs, 1000);
  });

  const level = (price: string, count = '1.00'): WireLevel => [price, count];
  const flawedSnapshots: [string, WireLevel[], WireLevel[], string][] = [
    ['crossed', [level('0.5000')], [level('0.4900')], 'crossed'],
    ['locked', [level('0.5000')], [level('0.5000')], 'crossed'],
    ['of negative size', [level('0.5000', '-1.00')], [], 'negative'],
    ['with a level twice', [level('0.5000'), level('0.50')], [], 'unreadable'],
    ['with a price of zero', [level('0.0000')], [], 'unreadable'],
    ['with a price of a dollar', [], [level('1.0000')], 'unreadable'],
    ['with a price finer than the unit', [level('0.50001')], [], 'unreadable'],
    ['with a size that is no number', [], [level('0.5000', 'many')], 'unreadable'],
  ];
  for (const [what, yes, no, flaw] of flawedSnapshots) {
    it(`does not serve a snapshot that is ${what}, and is healed by the next`, () => {
      const book = bookOf(yes, no);
      assert.equal(book.flaw, flaw);
      assert.equal(book.quote(), undefined);
      assert.equal(book.replace([level('0.4000')], [level('0.6000', '0.00')], 2), true);
      assert.equal(book.fingerprint(), '4000x100 | ');
    });
  }

  const flawedDeltas: ['yes' | 'no', number, number, string][] = [
    ['yes', 5000, 1, 'crossed'],
    ['yes', 9999, 1, 'crossed'],
    ['no', 4000, 1, 'crossed'],
    ['yes', 4000, -101, 'negative'],
    ['yes', 3999, -1, 'negative'],
    ['no', 10_000, 1, 'unreadable'],
    ['yes', 0, 1, 'unreadable'],
  ];
  for (const [side, price, delta, flaw] of flawedDeltas) {
    it(`is ${flaw} after ${delta} at ${price} on the ${side} side, and takes no more deltas`, () => {
      const book = bookOf([level('0.4000')], [level('0.5000')]);
      assert.equal(book.change(side, price, delta, 2000), false);
      assert.equal(book.flaw, flaw);
      assert.equal(book.change('yes', 1000, 100, 3000), false);
      assert.equal(book.quote(), undefined);
      assert.equal(book.replace([level('0.4000')], [level('0.5000')], 4000), true);
      assert.equal(book.fingerprint(), '4000x100 | 5000x100');
    });
  }

  it('holds what a plain map holds, after any snapshot and any deltas', () => {
    const prices = fc.oneof(
      fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100),
      fc.integer({ min: 1, max: 9999 }),
    );
    const change = fc.record({
      side: fc.constantFrom<'yes' | 'no'>('yes', 'no'),
      price: prices,
      // Past 32 bits too: there are levels of tens of millions of contracts.
      size: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 2 ** 31, max: 2 ** 40 })),
    });
    fc.assert(
      fc.property(fc.array(change), fc.array(change), fc.constantFrom<'yes' | 'no'>('yes', 'no'), (first, then, pricing) => {
        const model = { yes: new Map<number, number>(), no: new Map<number, number>() };
        // Keeps bids below and asks above the middle, so that the book is never crossed.
        const place = ({ side, price }: { side: 'yes' | 'no'; price: number }) =>
          side === 'yes' ? Math.ceil(price / 2) : 5000 + Math.ceil(price / 2) - (price === 9999 ? 1 : 0);
        const wire = (side: 'yes' | 'no', price: number) => (side === 'no' && pricing === 'no' ? 10_000 - price : price);
        for (const each of first) model[each.side].set(place(each), each.size);
        const text = (side: 'yes' | 'no') =>
          [...model[side]].map(([price, size]): WireLevel => [formatPriceCC(wire(side, price)), formatCountE2(size)]);
        const book = new Book('T', pricing);
        assert.equal(book.replace(text('yes'), text('no'), 1), true, book.flaw);
        for (const each of then) {
          const price = place(each);
          const old = model[each.side].get(price) ?? 0;
          model[each.side].set(price, each.size);
          assert.equal(book.change(each.side, wire(each.side, price), each.size - old, 2), true, book.flaw);
        }
        const ladder = (side: 'yes' | 'no', order: 1 | -1) =>
          [...model[side]]
            .filter(([, size]) => size > 0)
            .toSorted(([a], [b]) => order * (a - b))
            .map(([priceCC, sizeE2]) => ({ priceCC, sizeE2 }));
        const bids = ladder('yes', -1);
        const asks = ladder('no', 1);
        assert.deepEqual(book.ladder('bid'), bids);
        assert.deepEqual(book.ladder('ask'), asks);
        assert.equal(book.bidCC, bids[0]?.priceCC);
        assert.equal(book.askCC, asks[0]?.priceCC);
        assert.equal(book.quote()?.bidSizeE2, bids[0]?.sizeE2 ?? 0);
        assert.equal(
          book.depthE2('ask', 7000),
          asks.reduce((sum, { priceCC, sizeE2 }) => sum + (priceCC <= 7000 ? sizeE2 : 0), 0),
        );
      }),
    );
  });
});

describe('the hand-written check of deltas', () => {
  const frame = {
    type: 'orderbook_delta',
    sid: 1,
    seq: 2,
    msg: { market_ticker: 'T', market_id: 'id', price_dollars: '0.4000', delta_fp: '-1.00', side: 'yes', ts_ms: 5 },
  };

  it('passes what the schema passes', () => {
    assert.equal(isOrderbookDelta(frame), true);
    assert.equal(
      isOrderbookDelta({
        ...frame,
        extra: 1,
        msg: { ...frame.msg, market_id: undefined, ts_ms: undefined, client_order_id: 'c', subaccount: 0 },
      }),
      true,
    );
  });

  const wrong: [string, unknown][] = [
    ['null', null],
    ['a text', 'orderbook_delta'],
    ['another type', { ...frame, type: 'orderbook_snapshot' }],
    ['no message', { ...frame, msg: undefined }],
    ['a null message', { ...frame, msg: null }],
    ...['sid', 'seq'].flatMap((key): [string, unknown][] => [
      [`no ${key}`, { ...frame, [key]: undefined }],
      [`a ${key} of 0`, { ...frame, [key]: 0 }],
      [`a ${key} of 1.5`, { ...frame, [key]: 1.5 }],
    ]),
    ...['market_ticker', 'price_dollars', 'delta_fp', 'side'].flatMap((key): [string, unknown][] => [
      [`no ${key}`, { ...frame, msg: { ...frame.msg, [key]: undefined } }],
      [`a number for ${key}`, { ...frame, msg: { ...frame.msg, [key]: 4 } }],
    ]),
    ['a number for market_id', { ...frame, msg: { ...frame.msg, market_id: 4 } }],
    ['a time that is text', { ...frame, msg: { ...frame.msg, ts_ms: '5' } }],
    ['an order id that is a number', { ...frame, msg: { ...frame.msg, client_order_id: 5 } }],
    ['a subaccount that is text', { ...frame, msg: { ...frame.msg, subaccount: '5' } }],
  ];
  for (const [what, value] of wrong) {
    it(`refuses ${what}`, () => assert.equal(isOrderbookDelta(value), false));
  }
});

describe('the recorded order book stream', () => {
  it('builds books whose end state a plain computation confirms', function () {
    if (!existsSync(RECORDED)) {
      console.log('skipped: ../shared/data/wire/ws_orderbook_stream.json.gz is not there');
      this.skip();
    }
    const recording = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as {
      tickers: string[];
      frames: { frame: { type: string; seq?: number } }[];
    };
    const books = new Map(recording.tickers.map((ticker) => [ticker, new Book(ticker, 'no')]));
    const plain = new Map<string, Map<string, bigint>>();
    let deltas = 0;
    for (const { frame } of recording.frames) {
      if (frame.type === 'orderbook_snapshot') {
        const { msg } = frame as OrderbookSnapshotFrame;
        const levels = new Map<string, bigint>();
        for (const [price, count] of msg.yes_dollars_fp ?? []) levels.set(`yes ${price}`, hundredths(count));
        for (const [price, count] of msg.no_dollars_fp ?? []) levels.set(`no ${price}`, hundredths(count));
        plain.set(msg.market_ticker, levels);
        assert.equal(books.get(msg.market_ticker)?.replace(msg.yes_dollars_fp ?? [], msg.no_dollars_fp ?? [], 0), true);
      } else if (frame.type === 'orderbook_delta') {
        assert.equal(isOrderbookDelta(frame), true);
        const { msg } = frame as OrderbookDeltaFrame;
        const key = `${msg.side} ${msg.price_dollars}`;
        const levels = plain.get(msg.market_ticker);
        levels?.set(key, (levels.get(key) ?? 0n) + hundredths(msg.delta_fp));
        const priceCC = Number(msg.price_dollars.replace('.', ''));
        const book = books.get(msg.market_ticker);
        assert.equal(book?.change(msg.side, priceCC, parseCountE2(msg.delta_fp), msg.ts_ms ?? 0), true, book?.flaw);
        deltas++;
      }
    }
    assert.equal(plain.size, 12);
    assert.equal(deltas, 245);
    for (const [ticker, levels] of plain) assert.deepEqual(described(books.get(ticker)), expected(levels), ticker);
  });
});

/** "-54.00" -> -5400n, by moving the point in the text. */
function hundredths(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
}

function expected(levels: Map<string, bigint>): string[] {
  return [...levels]
    .filter(([, size]) => size !== 0n)
    .map(([key, size]) => {
      const [side, price = ''] = key.split(' ');
      const cc = BigInt(price.replace('.', ''));
      return `${side === 'yes' ? 'bid' : 'ask'} ${side === 'yes' ? cc : 10_000n - cc} ${size}`;
    })
    .toSorted();
}

function described(book: Book | undefined): string[] {
  const sides = ['bid', 'ask'] as const;
  return sides
    .flatMap((side) => (book?.ladder(side) ?? []).map(({ priceCC, sizeE2 }) => `${side} ${priceCC} ${sizeE2}`))
    .toSorted();
}

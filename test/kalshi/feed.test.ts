import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { MarketFeed, type RestOrderbook } from '../../lib/kalshi/feed.ts';
import { formatCountE2, formatPriceCC } from '../../lib/trading/money.ts';
import { type Client, connect, SocketExchange, until } from './socket-exchange.ts';

interface Read {
  tickers: readonly string[];
  answer: (books: readonly RestOrderbook[]) => void;
  fail: (cause: Error) => void;
}

describe('the market feed', () => {
  let exchange: SocketExchange;
  let client: Client;
  let feed: MarketFeed;
  let reads: Read[];
  let changes: string[];
  let failures: unknown[];
  /** Markets whose change makes the listener throw, and what it threw. */
  let fails: string[];
  let thrown: unknown[];
  let isBroken: boolean;
  let marketMs: number;

  beforeEach(async () => {
    exchange = await SocketExchange.listen();
    for (const ticker of ['A', 'B', 'C']) exchange.change(ticker, 'yes', 4000, 1000);
    reads = [];
    changes = [];
    failures = [];
    fails = [];
    thrown = [];
    isBroken = false;
    marketMs = 1_795_000_000_000;
  });

  afterEach(async () => {
    feed.close();
    client.socket.close();
    await exchange.close();
  });

  function open(options: { readsPerS?: number } = {}): void {
    client = connect(exchange);
    feed = new MarketFeed({
      socket: client.socket,
      clock: client.clock,
      marketNow: () => marketMs,
      readsPerS: options.readsPerS ?? 5,
      onChange: (ticker) => {
        changes.push(ticker);
        if (fails.includes(ticker)) throw new Error(ticker);
      },
      onChangeFailed: (cause) => thrown.push(cause),
      onReadFailed: (cause) => failures.push(cause),
      fetchOrderbooks: (tickers) => {
        if (isBroken) throw new Error('broken');
        return new Promise((answer, fail) => {
          reads.push({ tickers, answer, fail });
        });
      },
    });
  }
  const connected = () => until(() => client.socket.state().kind === 'connected', 'connected');
  const start = async (tickers: readonly string[]) => {
    open();
    feed.follow(tickers);
    client.socket.start();
    await connected();
    changes.length = 0;
  };
  const hangUp = async () => {
    exchange.hangUp();
    await until(() => client.socket.isBlind, 'blind');
  };
  /** What REST has to say of a market: NO prices on the no side. */
  const restBook = (ticker: string): RestOrderbook => {
    const { yes, no } = exchange.market(ticker);
    return {
      ticker,
      orderbook_fp: {
        yes_dollars: [...yes].map(([price, size]) => [formatPriceCC(price), formatCountE2(size)]),
        no_dollars: no.size === 0 ? null : [...no].map(([price, size]) => [formatPriceCC(10_000 - price), formatCountE2(size)]),
      },
    };
  };
  const answered = async (read: Read | undefined, tickers: readonly string[]) => {
    assert.ok(read, 'a read is under way');
    read.answer(tickers.map(restBook));
    await new Promise((resolve) => setImmediate(resolve));
  };

  it('serves the socket’s quote, as old as the connection’s silence and not as the last change', async () => {
    await start(['A']);
    client.clock.advance(3_000);
    assert.equal(feed.quote('A')?.ageMs, 3_000);
    exchange.ping();
    await exchange.barrier();
    assert.deepEqual(feed.quote('A'), {
      quote: { bidCC: 4000, bidSizeE2: 1000, askCC: undefined, askSizeE2: 0, atMs: 1_790_000_000_000 },
      source: 'socket',
      ageMs: 0,
    });
    assert.equal(feed.book('A'), client.socket.book('A'));
    assert.equal(feed.quote('B'), undefined);
    assert.equal(feed.book('B'), undefined);
    assert.equal(reads.length, 0);
    assert.equal(client.clock.timers, 1, 'no reading is scheduled, only the socket’s own check');
  });

  it('announces every change at once, with the market it is about', async () => {
    await start(['A', 'B']);
    exchange.change('A', 'no', 4500, 100);
    exchange.change('B', 'yes', 3900, 100);
    exchange.change('A', 'no', 4500, 100);
    await exchange.barrier();
    assert.deepEqual(changes, ['A', 'B', 'A']);
  });

  it('reads by REST from the first turn while it is blind, and marks what it read with its age', async () => {
    open();
    exchange.change('A', 'no', 4500, 250);
    feed.follow(['A', 'B']);
    assert.equal(feed.quote('A'), undefined);
    client.clock.advance(0);
    assert.deepEqual(reads[0]?.tickers, ['A', 'B']);
    client.clock.advance(120);
    marketMs += 7_200;
    await answered(reads[0], ['A', 'B']);
    assert.deepEqual(changes, ['A', 'B']);
    assert.deepEqual(feed.quote('A'), {
      quote: { bidCC: 4000, bidSizeE2: 1000, askCC: 4500, askSizeE2: 250, atMs: 1_795_000_000_000 },
      source: 'rest',
      ageMs: 120,
    });
    assert.equal(feed.book('A')?.depthE2('ask', 4500), 250);
  });

  it('keeps within its budget, a hundred markets at a time, the longest unread first', async () => {
    const many = Array.from({ length: 250 }, (_, index) => `M${index}`);
    for (const ticker of many) exchange.change(ticker, 'yes', 100, 100);
    open({ readsPerS: 4 });
    feed.follow(many);
    const sizes: number[] = [];
    for (const waitMs of [0, 250, 250, 250, 250, 250, 250]) {
      const before = reads.length;
      client.clock.advance(waitMs);
      const read = reads[before];
      sizes.push(read?.tickers.length ?? 0);
      if (read !== undefined) await answered(read, read.tickers);
    }
    assert.deepEqual(sizes, [100, 100, 50, 0, 100, 100, 50]);
    assert.deepEqual(reads[3]?.tickers, reads[0]?.tickers);
    assert.equal(new Set(reads.slice(0, 3).flatMap(({ tickers }) => tickers)).size, 250);
  });

  it('has one read under way at a time', () => {
    open();
    feed.follow(['A']);
    client.clock.advance(5_000);
    assert.equal(reads.length, 1);
  });

  it('stops reading when the socket’s book is good, and serves that', async () => {
    await start(['A']);
    await hangUp();
    assert.deepEqual(changes, ['A']);
    assert.equal(feed.quote('A'), undefined, 'a book of the lost connection is not served');
    client.clock.advance(0);
    await answered(reads[0], ['A']);
    assert.equal(feed.quote('A')?.source, 'rest');
    client.clock.advance(500);
    await connected();
    assert.equal(feed.quote('A')?.source, 'socket');
    client.clock.advance(1_000);
    exchange.ping();
    await exchange.barrier();
    client.clock.advance(1_000);
    assert.equal(reads.length, 1);
    assert.equal(client.clock.timers, 1);
  });

  it('throws away an answer that the socket has overtaken, even when it is blind again', async () => {
    await start(['A']);
    await hangUp();
    client.clock.advance(0);
    const stale = restBook('A');
    exchange.change('A', 'yes', 4100, 500);
    client.clock.advance(500);
    await connected();
    assert.equal(feed.quote('A')?.quote.bidCC, 4100);
    await hangUp();
    changes.length = 0;
    reads[0]?.answer([stale]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(feed.quote('A'), undefined);
    assert.deepEqual(changes, []);
    client.clock.advance(200);
    await answered(reads[1], ['A']);
    assert.deepEqual([feed.quote('A')?.source, feed.quote('A')?.quote.bidCC], ['rest', 4100]);
  });

  it('has patience with a flawed book on an open connection', async () => {
    await start(['A', 'B']);
    exchange.ignore = () => true;
    exchange.faults = ['drop'];
    exchange.change('A', 'yes', 3900, 100);
    exchange.change('A', 'yes', 3800, 100);
    await exchange.barrier();
    assert.equal(feed.quote('B'), undefined);
    client.clock.advance(1_800);
    assert.equal(reads.length, 0);
    client.clock.advance(200);
    assert.deepEqual(reads[0]?.tickers, ['A', 'B']);
    await answered(reads[0], ['A', 'B']);
    assert.equal(feed.quote('A')?.source, 'rest');
    assert.equal(feed.book('A')?.fingerprint(), exchange.market('A').fingerprint());
  });

  it('asks for the same market only after the poll interval', async () => {
    open({ readsPerS: 10 });
    feed.follow(['A']);
    client.clock.advance(0);
    await answered(reads[0], ['A']);
    client.clock.advance(900);
    assert.equal(reads.length, 1);
    client.clock.advance(100);
    assert.equal(reads.length, 2);
    assert.equal(feed.quote('A')?.ageMs, 1_000, 'what was read last ages until the next answer');
  });

  it('goes on after a read that failed, and serves no crossed answer', async () => {
    open();
    feed.follow(['A']);
    client.clock.advance(0);
    reads[0]?.fail(new Error('down'));
    await until(() => failures.length === 1, 'failure');
    exchange.market('A').no.set(3900, 100);
    client.clock.advance(1_000);
    await answered(reads[1], ['A']);
    assert.equal(feed.quote('A'), undefined);
    assert.equal(feed.book('A'), undefined);
    exchange.market('A').no.clear();
    client.clock.advance(1_000);
    await answered(reads[2], ['A', 'NOT-ASKED']);
    assert.equal(feed.quote('A')?.quote.bidCC, 4000);
  });

  it('forgets a dropped market, also when its answer is still to come', async () => {
    open();
    feed.follow(['A', 'B']);
    client.clock.advance(0);
    feed.drop(['A']);
    await answered(reads[0], ['A', 'B']);
    assert.deepEqual(changes, ['B']);
    assert.equal(feed.quote('A'), undefined);
    feed.follow(['A', 'B']);
    client.clock.advance(200);
    assert.deepEqual(reads[1]?.tickers, ['A']);
  });

  it('reads a market by REST that the socket follows for somebody else, and leaves it there when it drops it', async () => {
    open();
    client.socket.follow(['A', 'B']);
    feed.follow(['A']);
    client.clock.advance(0);
    assert.deepEqual(reads[0]?.tickers, ['A']);
    await answered(reads[0], ['A']);
    assert.equal(feed.quote('A')?.source, 'rest');
    client.socket.start();
    await connected();
    changes.length = 0;
    exchange.change('A', 'yes', 3900, 100);
    exchange.change('B', 'yes', 3900, 100);
    await exchange.barrier();
    assert.deepEqual(changes, ['A'], 'only what is followed here is announced');
    feed.drop(['A']);
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.isValid, true);
    assert.equal(feed.quote('A'), undefined);
    assert.equal(feed.book('A'), undefined);
    feed.follow(['A']);
    assert.equal(feed.quote('A')?.source, 'socket');
    feed.close();
    assert.equal(client.socket.book('A')?.isValid, true);
  });

  it('takes its markets with it when it closes', async () => {
    await start(['A', 'B']);
    client.socket.follow(['B']);
    feed.close();
    assert.equal(client.socket.book('A'), undefined);
    assert.equal(client.socket.book('B')?.isValid, true);
  });

  for (const readsPerS of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-9]) {
    it(`refuses a budget of ${readsPerS} requests a second`, () => {
      open();
      assert.throws(() => open({ readsPerS }), { code: 'KALSHI_REQUEST_INVALID' });
    });
  }

  it('takes the whole of an answer though a change of it makes the listener throw', async () => {
    open();
    fails = ['A'];
    feed.follow(['A', 'B']);
    client.clock.advance(0);
    await answered(reads[0], ['A', 'B']);
    assert.deepEqual([feed.quote('A')?.source, feed.quote('B')?.source], ['rest', 'rest']);
    assert.deepEqual(changes, ['A', 'B']);
    assert.deepEqual(thrown, [new Error('A')]);
    assert.deepEqual(failures, []);
  });

  it('goes on when asking for a read throws at once', () => {
    open();
    isBroken = true;
    feed.follow(['A']);
    client.clock.advance(0);
    isBroken = false;
    assert.deepEqual(failures, [new Error('broken')]);
    client.clock.advance(1_000);
    assert.deepEqual(reads[0]?.tickers, ['A']);
  });

  it('reads nothing and hears nothing after it was closed', async () => {
    await start(['A']);
    feed.close();
    exchange.change('A', 'yes', 3000, 100);
    await hangUp();
    client.clock.advance(400);
    assert.deepEqual(changes, []);
    assert.equal(reads.length, 0);
    open();
    feed.follow(['A']);
    feed.close();
    client.clock.advance(10);
    assert.equal(reads.length, 0);
  });

  it('never goes back behind what the socket said, whatever comes when', async () => {
    // Each change raises the bid, so that an older quote shows by its price.
    const step = fc.constantFrom('change', 'hang up', 'wait', 'answer', 'answer late', 'settle');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        exchange.markets.clear();
        exchange.change('A', 'yes', 100, 100);
        reads = [];
        await start(['A']);
        const pending: { read: Read; books: RestOrderbook[] }[] = [];
        let bid = 100;
        let bestSeen = 0;
        for (const each of steps) {
          if (each === 'change') exchange.change('A', 'yes', ++bid, 100);
          else if (each === 'hang up') await hangUp();
          else if (each === 'settle') await exchange.barrier();
          else if (each === 'wait') {
            client.clock.advance(250);
            const read = reads[pending.length];
            // The exchange reads its books some time after it was asked.
            if (read !== undefined) pending.push({ read, books: [restBook('A')] });
          } else {
            const late = each === 'answer late' ? pending[0] : pending.at(-1);
            late?.read.answer(late.books);
            await new Promise((resolve) => setImmediate(resolve));
          }
          const quote = feed.quote('A');
          if (quote === undefined) continue;
          const seen = quote.quote.bidCC ?? 0;
          assert.ok(seen >= bestSeen, `${quote.source} went back from ${bestSeen} to ${seen}`);
          bestSeen = seen;
        }
        feed.close();
        client.socket.close();
        await until(() => !exchange.isConnected, 'gone');
      }),
      { numRuns: 100 },
    );
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import type { Scenario } from '../../lib/exchange/scenario/types.ts';
import type { Book } from '../../lib/kalshi/book.ts';
import type { KalshiSocket } from '../../lib/kalshi/socket/socket.ts';
import { type Member, openPractice, type Practice } from '../practice.ts';
import { AWAY, event, HOME, market, order, START_MS, series } from './stage.ts';

const TICKERS = [HOME, AWAY];

const stage: Scenario = {
  startMs: START_MS,
  *events() {
    yield {
      atMs: START_MS,
      actions: [
        { kind: 'series', series },
        { kind: 'event', event, markets: [market(AWAY), market(HOME)] },
      ],
    };
  },
};

const ticker = fc.constantFrom(...TICKERS);
const side = fc.constantFrom('bid' as const, 'ask' as const);
const priceCC = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
const countE2 = fc.integer({ min: 1, max: 5_000 });
const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('place' as const), ticker, side, priceCC, countE2, isImmediate: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(50) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('quote' as const), ticker, bidCents: fc.integer({ min: 2, max: 96 }), countE2 }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'frame_dropped' as const,
        'frame_doubled' as const,
        'frame_reordered' as const,
        'sequence_gap' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'subscription_overflow' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'disconnect' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), ticker }) },
);

type Sizes = Record<'bid' | 'ask', Map<number, number>>;

/** The exchange's own book of a market. */
function sizesOf(practice: Practice, name: string): Sizes {
  const one = practice.night.exchange.state.markets.get(name);
  const sizes = (levels: { priceCC: number; totalE2: number }[] = []) =>
    new Map(levels.map(({ priceCC, totalE2 }) => [priceCC, totalE2]));
  return { bid: sizes(one?.bids.levels), ask: sizes(one?.asks.levels) };
}

/** A book written as the client writes its. */
function written({ bid, ask }: Sizes): string {
  const text = (sizes: Map<number, number>, sign: number) =>
    [...sizes].toSorted(([a], [b]) => sign * (a - b)).map(([priceCC, sizeE2]) => `${priceCC}x${sizeE2}`);
  return `${text(bid, -1).join(' ')} | ${text(ask, 1).join(' ')}`;
}

function truth(practice: Practice, name: string): string {
  return written(sizesOf(practice, name));
}

/**
 * Every book that a market has had, in order: the exchange's news, replayed change by change into a plain book. What the client
 * serves has to be among them, and never older than what it served before.
 */
class History {
  readonly states: string[];
  /** The first book served that should not have been. */
  wrong: string | undefined;
  #sizes: Sizes;
  #servedAt = 0;

  constructor(sizes: Sizes) {
    this.#sizes = sizes;
    this.states = [written(sizes)];
  }

  take(side: 'bid' | 'ask', priceCC: number, deltaE2: number): void {
    const sizes = this.#sizes[side];
    const sizeE2 = (sizes.get(priceCC) ?? 0) + deltaE2;
    if (sizeE2 === 0) sizes.delete(priceCC);
    else sizes.set(priceCC, sizeE2);
    this.states.push(written(this.#sizes));
  }

  serve(book: Book): void {
    const text = book.fingerprint();
    const at = this.states.indexOf(text, this.#servedAt);
    if (at >= 0) this.#servedAt = at;
    else
      this.wrong ??= `${book.ticker} was served as ${text}, which the exchange ${this.states.includes(text) ? 'no longer' : 'never'} had`;
  }
}

/** Resolves when every book is good and equal to the exchange's, or when one was wrong; wakes with each frame and state. */
function agreed(practice: Practice, socket: KalshiSocket, wrong: () => string | undefined): Promise<void> {
  const isSame = () =>
    wrong() !== undefined ||
    TICKERS.every((name) => socket.book(name)?.isValid && socket.book(name)?.fingerprint() === truth(practice, name));
  return new Promise((resolve) => {
    const look = () => {
      if (!isSame()) return;
      stop();
      resolve();
    };
    const stop = socket.listen({ book: look, state: look });
    look();
  });
}

describe('the client on the practice exchange', function () {
  this.timeout(60_000);
  let practice: Practice;
  let maker: Member;
  let watcher: Member;
  before(async () => {
    practice = await openPractice({ scenario: stage });
    practice.night.step();
    maker = practice.member(1_000_000);
    watcher = practice.member();
  });
  after(() => practice.close());

  it('has the same books as the exchange after any orders, cancels, gaps and reconnects, and never serves another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40, size: 'max' }), async (acts) => {
        const socket = watcher.socket({ limits: { backoffMinMs: 1, backoffMaxMs: 5, pauseMs: 1 } });
        const histories = new Map(TICKERS.map((name) => [name, new History(sizesOf(practice, name))]));
        const wrong = () => [...histories.values()].find((history) => history.wrong !== undefined)?.wrong;
        const stop = socket.listen({ book: (book) => book.isValid && histories.get(book.ticker)?.serve(book) });
        const unlisten = practice.night.listen((events) => {
          for (const event of events) {
            if (event.kind === 'book') histories.get(event.market.ticker)?.take(event.side, event.priceCC, event.deltaE2);
          }
        });
        socket.follow(TICKERS);
        socket.start();
        try {
          await agreed(practice, socket, wrong);
          for (const one of acts) {
            perform(one, socket);
            // Lets frames flow between acts now and then, so that acts meet every state of the socket.
            await new Promise((resolve) => setImmediate(resolve));
          }
          practice.faults.clear();
          // A dropped last frame shows with the next one.
          quote(HOME, 50, 777);
          quote(AWAY, 50, 777);
          quote(HOME, 40, 778);
          quote(AWAY, 40, 778);
          socket.follow(TICKERS);
          await agreed(practice, socket, wrong);
        } finally {
          stop();
          unlisten();
          socket.close();
          practice.faults.clear();
        }
        for (const [name, history] of histories) {
          assert.equal(history.states.at(-1), truth(practice, name), 'the replay is right');
        }
        assert.equal(wrong(), undefined);
      }),
      { numRuns: 40 },
    );
  });

  function quote(name: string, bidCents: number, sizeE2: number): void {
    practice.night.execute<'perform'>({
      kind: 'perform',
      action: {
        kind: 'quote',
        ticker: name,
        bids: [{ priceCC: bidCents * 100, countE2: sizeE2 }],
        asks: [{ priceCC: (bidCents + 2) * 100, countE2: sizeE2 }],
      },
    });
  }

  type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

  function perform(one: Act, socket: KalshiSocket): void {
    const accountId = maker.account.id;
    try {
      switch (one.kind) {
        case 'place':
          practice.night.execute<'place'>({
            kind: 'place',
            accountId,
            order: order({ ...one, timeInForce: one.isImmediate ? 'immediate_or_cancel' : 'good_till_canceled' }),
          });
          break;
        case 'cancel': {
          const ids = [...maker.account.resting.keys()];
          practice.night.execute<'cancel'>({ kind: 'cancel', accountId, orderId: ids[one.pick % Math.max(1, ids.length)] ?? '' });
          break;
        }
        case 'quote':
          quote(one.ticker, one.bidCents, one.countE2);
          break;
        case 'drop':
          socket.drop([one.ticker]);
          socket.follow([one.ticker]);
          break;
        case 'frame_dropped':
        case 'frame_doubled':
        case 'frame_reordered':
        case 'sequence_gap':
        case 'subscription_overflow':
        case 'disconnect':
          practice.faults.add(
            { kind: one.kind },
            { accountId: watcher.account.id, ...(one.kind === 'disconnect' ? {} : { frame: 'orderbook_delta' }) },
          );
      }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
    }
  }
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import type { Scenario } from '../../lib/exchange/scenario/types.ts';
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

/** The exchange's own book of a market, written as the client writes its. */
function truth(practice: Practice, name: string): string {
  const one = practice.night.exchange.state.markets.get(name);
  const text = (levels: { priceCC: number; totalE2: number }[]) =>
    levels.map((level) => `${level.priceCC}x${level.totalE2}`).join(' ');
  return `${text(one?.bids.levels ?? [])} | ${text(one?.asks.levels ?? [])}`;
}

/** Resolves when every book is good and equal to the exchange's; wakes with each frame and state. */
function agreed(practice: Practice, socket: KalshiSocket): Promise<void> {
  const isSame = () =>
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
        const served = new Map<string, Set<string>>(TICKERS.map((name) => [name, new Set([truth(practice, name)])]));
        const wrong: string[] = [];
        const stop = socket.listen({
          book(book) {
            if (book.isValid && !served.get(book.ticker)?.has(book.fingerprint()))
              wrong.push(`${book.ticker} ${book.fingerprint()}`);
          },
        });
        const unlisten = practice.night.listen(() => {
          for (const name of TICKERS) served.get(name)?.add(truth(practice, name));
        });
        socket.follow(TICKERS);
        socket.start();
        try {
          await agreed(practice, socket);
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
          await agreed(practice, socket);
        } finally {
          stop();
          unlisten();
          socket.close();
          practice.faults.clear();
        }
        for (const text of wrong) assert.ok(isBetween(text), `served ${text}, which the exchange never had`);
      }),
      { numRuns: 40 },
    );
  });

  /**
   * Frames of one batch come one by one, so between them a book may stand for a moment as the exchange had it within the batch.
   * Such a book is good (not crossed); the exchange only never told it as a whole.
   */
  function isBetween(text: string): boolean {
    const [, bids = '', asks = ''] = /^\S+ (.*) ?\| ?(.*)$/.exec(text) ?? [];
    const best = (side: string) => Number(side.split('x')[0] ?? 0);
    return best(bids) === 0 || best(asks) === 0 || best(bids) < best(asks);
  }

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

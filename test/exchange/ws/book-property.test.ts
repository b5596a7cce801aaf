import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Refusal } from '../../../lib/exchange/engine/refusal.ts';
import { AWAY, event, HOME, market } from '../stage.ts';
import { levelsOf, Mirror } from './mirror.ts';
import { type Client, type Heard, type Member, Pit } from './pit.ts';

const THIRD = 'KXNBAGAME-26NOV20AAABBB-TIE';
const MARKETS = [HOME, AWAY, THIRD];

const ticker = fc.constantFrom(...MARKETS);
const tickers = fc.uniqueArray(ticker, { minLength: 1 });
const price = fc.integer({ min: 30, max: 70 }).map((cents) => cents * 100);
const size = fc.integer({ min: 1, max: 5_000 });
const ladder = fc.uniqueArray(fc.record({ offset: fc.integer({ min: 1, max: 8 }), countE2: size }), {
  selector: ({ offset }) => offset,
  maxLength: 4,
});

const COMMANDS = ['subscribe', 'add_markets', 'delete_markets', 'get_snapshot'] as const;

const act = fc.oneof(
  fc.record({
    do: fc.constant('place' as const),
    who: fc.nat(1),
    ticker,
    side: fc.constantFrom('bid' as const, 'ask' as const),
    priceCC: price,
    countE2: size,
  }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('quote' as const), ticker, middleCC: price, bids: ladder, asks: ladder }),
  fc.record({ do: fc.constant('flow' as const), ticker, side: fc.constantFrom('bid' as const, 'ask' as const), countE2: size }),
  fc.record({ do: fc.constant('halt' as const), ticker }),
  fc.record({ do: fc.constantFrom(...COMMANDS), tickers }),
  fc.record({ do: fc.constant('unsubscribe' as const) }),
  fc.record({ do: fc.constant('look' as const) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** One run: members act on the exchange while one of them follows books, and never waits for an answer before going on. */
class Run {
  readonly mirror = new Mirror();
  readonly wanted = new Set<string>();
  private readonly pit: Pit;
  private readonly members: Member[];
  private readonly client: Client;
  private readonly useYesPrice: boolean;
  private readonly orders: { who: Member; id: string }[] = [];
  private sid: number | undefined;
  private sids = 0;
  private count = 0;

  constructor(pit: Pit, members: Member[], client: Client, useYesPrice: boolean) {
    this.pit = pit;
    this.members = members;
    this.client = client;
    this.useYesPrice = useYesPrice;
  }

  async play(one: Act): Promise<void> {
    switch (one.do) {
      case 'place': {
        const who = this.members[one.who] ?? assert.fail();
        const clientOrderId = `${one.who}-${++this.count}`;
        this.attempt(() => this.orders.push({ who, id: this.pit.place(who, { ...one, clientOrderId }) }));
        break;
      }
      case 'cancel': {
        const found = this.orders[one.which];
        if (found) this.attempt(() => this.pit.cancel(found.who, found.id));
        break;
      }
      case 'quote': {
        const at = (sign: number, { offset, countE2 }: { offset: number; countE2: number }) => ({
          priceCC: one.middleCC + sign * offset * 100,
          countE2,
        });
        this.pit.quote(
          one.ticker,
          one.bids.map((level) => at(-1, level)),
          one.asks.map((level) => at(1, level)),
        );
        break;
      }
      case 'flow':
        this.pit.perform({
          kind: 'flow',
          ticker: one.ticker,
          side: one.side,
          countE2: one.countE2,
          limitCC: one.side === 'bid' ? 9_900 : 100,
        });
        break;
      case 'halt':
        for (const kind of ['deactivate', 'activate'] as const) this.pit.perform({ kind, ticker: one.ticker });
        break;
      case 'look':
        await this.look();
        break;
      case 'unsubscribe':
        if (this.sid !== undefined) this.client.send({ id: 1, cmd: 'unsubscribe', params: { sids: [this.sid] } });
        this.sid = undefined;
        this.wanted.clear();
        break;
      case 'subscribe':
      case 'add_markets':
      case 'delete_markets':
      case 'get_snapshot':
        this.command(one.do, one.tickers);
        // Some commands reach the exchange at once, others after whatever comes next.
        if (this.count % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Everything that was heard fits the exchange's own books as they are now. */
  async look(): Promise<void> {
    for (const frame of await this.client.hear()) this.mirror.take(checkOwner(frame, '0-'));
    assert.deepEqual([...this.mirror.books.keys()].toSorted(), [...this.wanted].toSorted());
    for (const each of this.wanted) {
      const state = this.pit.night.exchange.state.markets.get(each) ?? assert.fail();
      assert.deepEqual(this.mirror.shown(each), levelsOf(state, this.useYesPrice));
    }
  }

  private command(action: string, market_tickers: string[]): void {
    if (action === 'subscribe') {
      this.sid ??= ++this.sids;
      const params = { channels: ['orderbook_delta'], market_tickers, use_yes_price: this.useYesPrice };
      this.client.send({ id: 1, cmd: 'subscribe', params });
    } else if (this.sid !== undefined) {
      // A snapshot of a market that is not followed would not be kept up to date.
      const named = action === 'get_snapshot' ? market_tickers.filter((each) => this.wanted.has(each)) : market_tickers;
      if (named.length === 0) return;
      this.client.send({ id: 1, cmd: 'update_subscription', params: { sid: this.sid, action, market_tickers: named } });
    } else {
      return;
    }
    for (const each of market_tickers) {
      if (action === 'delete_markets') this.wanted.delete(each);
      else if (action !== 'get_snapshot') this.wanted.add(each);
    }
  }

  private attempt(act: () => unknown): void {
    try {
      act();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
    }
  }
}

/** Fails where a frame names an order of anybody else. */
function checkOwner(frame: Heard, prefix: string): Heard {
  const name = frame.msg?.['client_order_id'] ?? prefix;
  assert.ok(typeof name === 'string' && name.startsWith(prefix), `${frame.type} is for ${prefix}: ${JSON.stringify(frame)}`);
  return frame;
}

describe('Socket books', () => {
  it('equal the exchange after any sequence of orders, quotes, halts and commands, without a gap in seq', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), fc.boolean(), async (acts, useYesPrice) => {
        const pit = new Pit({
          actions: [
            {
              kind: 'event',
              event: { ...event, ticker: 'KXNBAGAME-THIRD' },
              markets: [market(THIRD, { eventTicker: 'KXNBAGAME-THIRD' })],
            },
          ],
        });
        await pit.open();
        try {
          const members = [pit.member(), pit.member()];
          const [first, second] = await Promise.all(members.map((member) => pit.connect(member)));
          assert.ok(first && second);
          for (const each of [first, second]) await each.subscribe(['fill', 'user_orders', 'market_positions']);
          const run = new Run(pit, members, await pit.connect(members[0]), useYesPrice);
          await run.play({ do: 'subscribe', tickers: [HOME, THIRD] });
          for (const one of acts) await run.play(one);
          await run.look();
          const privates = await Promise.all([first, second].map((each) => each.hear()));
          for (const [index, frames] of privates.entries()) {
            for (const frame of frames) {
              checkOwner(frame, `${index}-`);
              const userId = frame.msg?.['user_id'];
              if (userId !== undefined) assert.equal(userId, members[index]?.account.id);
            }
          }
        } finally {
          await pit.close();
        }
      }),
      { numRuns: 300 },
    );
  });
});

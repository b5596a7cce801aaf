import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Client, connect, type Fault, SocketExchange, until } from './socket-exchange.ts';

const TICKERS = ['A', 'B', 'C'];

type Step =
  | { kind: 'change'; ticker: string; side: 'yes' | 'no'; level: number; size: number }
  | { kind: 'fault'; fault: Fault }
  | { kind: 'die'; notice: object }
  | { kind: 'slow'; toWork: boolean; toDeliver: boolean }
  | { kind: 'hang up' | 'settle' | 'garbage' | 'throw' | 'flow' | 'work' | 'deliver' | 'hurry' }
  | { kind: 'follow' | 'drop' | 'snapshot'; ticker: string };

/** How the exchange may say that a subscription is dead, more or less as it has promised to. */
const NOTICES: object[] = [
  { type: 'error', msg: { code: 25, msg: 'Subscription buffer overflow' } },
  { type: 'error', msg: { code: 25, msg: 'Subscription buffer overflow', market_ticker: '' } },
  { type: 'error', id: null, seq: '7', msg: { code: 10, market_tickers: null } },
  { type: 'error', sid: null, msg: { code: 10, msg: 'Channel error' } },
  { type: 'error', seq: 1, msg: { code: 25, msg: 'Subscription buffer overflow' } },
  { type: 'error', msg: { code: '25' } },
  { type: 'unsubscribed' },
  { type: 'unsubscribed', seq: undefined },
  { type: 'unsubscribed', seq: 1 },
  { type: 'unsubscribed', sid: 'one' },
];

const ticker = fc.constantFrom(...TICKERS);
const change: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('change' as const),
  ticker,
  side: fc.constantFrom('yes' as const, 'no' as const),
  level: fc.integer({ min: 0, max: 5 }),
  size: fc.integer({ min: 0, max: 3 }).map((contracts) => contracts * 100),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: change },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom<Fault[]>('drop', 'double', 'swap'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('hang up' as const, 'garbage' as const, 'throw' as const, 'hurry' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('flow' as const, 'flow' as const, 'settle' as const, 'work' as const, 'deliver' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), notice: fc.constantFrom(...NOTICES) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('slow' as const), toWork: fc.boolean(), toDeliver: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('follow' as const, 'drop' as const, 'snapshot' as const), ticker }),
  },
);
/** One market that comes and goes on an exchange that takes its time: all that can overtake here does. */
const slowStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: change.map((each) => ({ ...each, ticker: 'A' })) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('follow' as const, 'drop' as const), ticker: fc.constant('A') }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('flow' as const, 'settle' as const, 'work' as const, 'deliver' as const),
    }),
  },
);
const slowSteps = fc
  .array(slowStep, { maxLength: 60, size: 'max' })
  .map((steps): Step[] => [{ kind: 'slow', toWork: true, toDeliver: true }, ...steps]);

describe('books of the client', () => {
  let exchange: SocketExchange;
  let client: Client | undefined;
  /** How many more calls of the listener throw. */
  let throwing: number;

  beforeEach(async () => {
    exchange = await SocketExchange.listen();
    throwing = 0;
  });

  afterEach(async () => {
    client?.socket.close();
    await exchange.close();
  });

  async function take(each: Step): Promise<void> {
    switch (each.kind) {
      case 'change': {
        // Bids at 40 to 45 cents, asks at 46 to 51: whatever the sizes, never crossed.
        const priceCC = each.side === 'yes' ? 4500 - each.level * 100 : 4600 + each.level * 100;
        const old = exchange.market(each.ticker)[each.side].get(priceCC) ?? 0;
        if (each.size !== old) exchange.change(each.ticker, each.side, priceCC, each.size - old);
        break;
      }
      case 'fault':
        exchange.faults.push(each.fault);
        break;
      case 'hang up':
        exchange.hangUp();
        await until(() => client?.socket.isBlind === true, 'blind');
        break;
      // No client can know of an end whose notice is lost, so that is not among the faults.
      case 'die': {
        const subscription = exchange.subscriptions.get('orderbook_delta');
        if (subscription === undefined) break;
        const { sid, seq } = subscription;
        exchange.send({ sid, seq: seq + 1, ...each.notice });
        exchange.subscriptions.clear();
        break;
      }
      case 'throw':
        throwing = 3;
        break;
      case 'slow':
        exchange.isSlow = { toWork: each.toWork, toDeliver: each.toDeliver };
        break;
      case 'work':
        exchange.work();
        break;
      case 'deliver':
        exchange.deliver();
        break;
      case 'hurry':
        exchange.hurry();
        break;
      case 'garbage':
        exchange.sendText('{"type":"orderbook_delta","sid":1');
        break;
      case 'follow':
        client?.socket.follow([each.ticker]);
        break;
      case 'drop':
        client?.socket.drop([each.ticker]);
        break;
      case 'snapshot':
        exchange.snapshot(each.ticker);
        break;
      case 'flow':
        await exchange.barrier();
        break;
      case 'settle':
        break;
    }
  }

  /** A lost frame shows by the next one only: one that is not lost, so that a gap at the end is seen. */
  function pushOn(): void {
    exchange.faults = [];
    exchange.sequenced('orderbook_delta', { type: 'ok', id: 9_999 });
  }

  /** Lets time pass, with an exchange that is well, until the client is connected and every book is good, and stays so. */
  async function recover({ socket, clock }: Client): Promise<void> {
    exchange.hurry();
    const isWell = () => socket.state().kind === 'connected' && socket.state().flawedMarkets.length === 0;
    let wellFor = 0;
    for (let i = 0; wellFor < 3 && i < 300; i++) {
      await exchange.barrier();
      if (!isWell()) clock.advance(500);
      exchange.ping();
      await new Promise((resolve) => setImmediate(resolve));
      wellFor = isWell() ? wellFor + 1 : 0;
    }
    assert.equal(isWell(), true, socket.state().reason);
  }

  const fail = () => {
    if (throwing-- > 0) throw new Error('a listener fails');
  };

  const compare = (where: string) => {
    for (const each of TICKERS) {
      const book = client?.socket.book(each);
      if (book?.isValid) assert.equal(book.fingerprint(), exchange.market(each).fingerprint(), `${each} ${where}`);
    }
  };

  it('are those of the exchange whenever they are served, after any deltas, faults, deaths and delays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(step, { minLength: 1, maxLength: 60 }), slowSteps), async (steps) => {
        client?.socket.close();
        await until(() => !exchange.isConnected, 'the last client gone');
        exchange.markets.clear();
        for (const each of TICKERS) exchange.change(each, 'yes', 4000, 500);
        throwing = 0;
        exchange.hurry();
        client = connect(exchange, {}, { book: fail, state: fail });
        client.socket.follow(TICKERS);
        client.socket.start();
        await until(() => client?.socket.state().kind === 'connected', 'connected');
        for (const [index, each] of steps.entries()) {
          await take(each);
          if (each.kind !== 'settle') continue;
          pushOn();
          await exchange.barrier();
          compare(`after step ${index}`);
          client.clock.advance(1_000);
        }
        // And when nothing goes wrong any more, every followed book becomes good again.
        pushOn();
        client.socket.follow(TICKERS);
        await exchange.barrier();
        await recover(client);
        await exchange.barrier();
        for (const each of TICKERS) {
          assert.equal(client.socket.book(each)?.fingerprint(), exchange.market(each).fingerprint(), `${each} at the end`);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('survive any text that the exchange can send', async () => {
    exchange.change('A', 'yes', 4000, 500);
    client = connect(exchange);
    client.socket.follow(['A']);
    client.socket.start();
    const types = ['orderbook_delta', 'orderbook_snapshot', 'ok', 'error', 'subscribed', 'unsubscribed', 'fill', 'x'];
    const frame = fc.record(
      {
        type: fc.constantFrom(...types),
        id: fc.integer({ min: -1, max: 3 }),
        sid: fc.constantFrom<unknown>(0, 1, 2, '1', null),
        seq: fc.constantFrom<unknown>(0, 1, 2, 3, 4, 5, 1e20, '2', null),
        msg: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              market_ticker: fc.constantFrom<unknown>('A', 'B', 3),
              market_id: fc.constant('m'),
              price_dollars: fc.constantFrom<unknown>('0.4100', '9', '', 4),
              delta_fp: fc.constantFrom<unknown>('1.00', '-9.00', '--1', 4),
              side: fc.constantFrom('yes', 'no', 'maybe'),
              code: fc.constantFrom<unknown>(7, 10, 11, 25, 99),
              msg: fc.constant('what'),
              yes_dollars_fp: fc.constantFrom<unknown>([['0.9000', '1.00']], [[]], 'x', null),
            },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: ['type'] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      frame.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (texts) => {
        if (client !== undefined) await recover(client);
        for (const each of texts) exchange.sendText(each);
        await exchange.barrier();
      }),
      { numRuns: 100 },
    );
  });
});

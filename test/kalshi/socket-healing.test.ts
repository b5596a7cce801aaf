import assert from 'node:assert/strict';
import type { SocketCommand } from '../../lib/kalshi/schema/socket.ts';
import { SOCKET_LIMITS } from '../../lib/kalshi/socket/limits.ts';
import {
  brief,
  type Client,
  type ConnectOptions,
  connect,
  follow,
  listenWithMarkets,
  type SocketExchange,
  until,
} from './socket-exchange.ts';

describe('trouble on the socket', () => {
  let exchange: SocketExchange;
  let client: Client;

  beforeEach(async () => {
    exchange = await listenWithMarkets();
  });

  afterEach(async () => {
    client?.socket.close();
    await exchange.close();
  });

  const isGood = (ticker: string) => () => client.socket.book(ticker)?.isValid === true;
  const said = () => exchange.commands.map(brief);
  const start = async (tickers: readonly string[], ...rest: ConnectOptions) => {
    client = connect(exchange, ...rest);
    await follow(exchange, client, tickers);
  };
  const same = (ticker: string) => assert.equal(client.socket.book(ticker)?.fingerprint(), exchange.market(ticker).fingerprint());

  it('marks every book of the subscription after a gap, serves none, and heals them by snapshots', async () => {
    const flaws: string[] = [];
    await start(['A', 'B'], {}, { book: (book) => flaws.push(`${book.ticker} ${book.flaw ?? 'good'}`) });
    exchange.ignore = () => true;
    exchange.faults = ['drop'];
    exchange.change('A', 'yes', 3900, 100);
    exchange.change('B', 'yes', 3900, 100);
    await exchange.barrier();
    assert.deepEqual(flaws.slice(-2), ['A gap', 'B gap']);
    assert.equal(client.socket.book('B')?.quote(), undefined);
    assert.equal(client.socket.state().kind, 'degraded');
    const [ask] = exchange.commands;
    assert.ok(ask);
    exchange.answer(ask);
    await until(() => client.socket.state().kind === 'connected', 'healed');
    assert.deepEqual(said(), ['get_snapshot A,B']);
    same('A');
    same('B');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_GAP']);
  });

  it('asks again when the gap has swallowed the snapshots themselves', async () => {
    await start(['A', 'B']);
    exchange.faults = ['drop'];
    exchange.change('A', 'yes', 3900, 100);
    exchange.ignore = ({ id }) => {
      exchange.ignore = () => false;
      exchange.faults = ['drop'];
      exchange.snapshot('A', id);
      exchange.snapshot('B', id);
      return true;
    };
    exchange.change('A', 'yes', 3800, 100);
    await until(() => !isGood('B')(), 'gap');
    await until(isGood('B'), 'half of the answer');
    assert.equal(isGood('A')(), false);
    client.clock.advance(SOCKET_LIMITS.pauseMs);
    await until(() => client.socket.state().kind === 'connected', 'healed');
    same('A');
    assert.equal(exchange.handshakes.length, 1);
  });

  it('goes from snapshots to a new subscription to a new connection when the gaps do not end', async () => {
    await start(['A']);
    let gaps = 0;
    const gap = async () => {
      exchange.faults = ['drop'];
      exchange.change('A', 'yes', 3000 - gaps++, 100);
      exchange.change('A', 'yes', 2000 - gaps++, 100);
      await exchange.barrier();
    };
    for (let i = 0; i < 3; i++) {
      await gap();
      client.clock.advance(SOCKET_LIMITS.pauseMs);
      await until(isGood('A'), 'healed by a snapshot');
    }
    assert.deepEqual(said(), ['get_snapshot A', 'get_snapshot A', 'get_snapshot A']);
    for (let i = 0; i < 2; i++) {
      await gap();
      await until(isGood('A'), 'healed by a new subscription');
    }
    assert.deepEqual(said().slice(3), ['unsubscribe', 'subscribe A', 'unsubscribe', 'subscribe A']);
    exchange.faults = ['drop'];
    exchange.change('A', 'yes', 1000, 100);
    exchange.snapshot('A');
    await exchange.barrier();
    assert.equal(client.socket.isBlind, true);
    assert.equal(isGood('A')(), false, 'not even by the snapshot that showed the last gap');
    client.clock.advance(1000);
    await until(isGood('A'), 'healed by a new connection');
    same('A');
  });

  it('counts replies and errors that are bound to the sid in its sequence', async () => {
    await start(['A']);
    exchange.sequenced('orderbook_delta', { type: 'ok', id: 999, msg: { market_tickers: ['A'] } });
    exchange.sequenced('orderbook_delta', { type: 'error', id: 999, msg: { code: 18, msg: 'Command timeout' } });
    exchange.sequenced('orderbook_delta', { type: 'something_new', msg: {} });
    exchange.change('A', 'yes', 3900, 100);
    await exchange.barrier();
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_COMMAND_REFUSED', 'KALSHI_SOCKET_FRAME_UNKNOWN']);
    assert.equal(exchange.commands.length, 0);
    same('A');
  });

  it('drops a frame that comes twice', async () => {
    await start(['A']);
    exchange.faults = ['double', 'double'];
    exchange.change('A', 'yes', 3900, 100);
    exchange.sequenced('orderbook_delta', { type: 'ok', id: 999 });
    await exchange.barrier();
    same('A');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_OUT_OF_ORDER', 'KALSHI_SOCKET_OUT_OF_ORDER']);
  });

  for (const code of [10, 25]) {
    it(`subscribes anew after the terminal error ${code}`, async () => {
      await start(['A', 'B']);
      exchange.sequenced('orderbook_delta', { type: 'error', msg: { code, msg: 'over' } });
      const old = exchange.subscriptions.get('orderbook_delta');
      exchange.subscriptions.delete('orderbook_delta');
      const msg = { market_ticker: 'A', market_id: 'a', price_dollars: '0.3000', delta_fp: '2.00', side: 'yes' };
      exchange.send({ type: 'orderbook_delta', sid: old?.sid, seq: (old?.seq ?? 0) + 1, msg });
      await until(() => exchange.subscriptions.get('orderbook_delta')?.sid === 2, 'subscribed anew');
      await until(isGood('A'), 'book');
      assert.deepEqual(said(), ['subscribe A,B']);
      assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_SUBSCRIPTION_LOST');
      assert.equal(client.problems[0]?.kalshiCode, code);
      assert.equal(client.problems.length, 1, 'frames of the old sid are no problem');
      same('A');
      assert.equal(exchange.handshakes.length, 1);
    });
  }

  const notices: [string, object][] = [
    ['an error that names its market badly', { type: 'error', msg: { code: 25, market_ticker: '' } }],
    ['an error without words', { type: 'error', msg: { code: 10, msg: null, market_tickers: null } }],
    ['an error out of sequence', { type: 'error', seq: 1, msg: { code: 25 } }],
    ['an error whose code cannot be read', { type: 'error', msg: { code: '25' } }],
    ['an error without anything', { type: 'error', sid: null }],
    ['an unsubscribed without a seq', { type: 'unsubscribed', seq: undefined }],
    ['an unsubscribed out of sequence', { type: 'unsubscribed', seq: 1 }],
    ['an unsubscribed without a sid', { type: 'unsubscribed', sid: undefined }],
    ['a subscribed that cannot be read', { type: 'subscribed', msg: { channel: 'orderbook_delta', sid: '2' } }],
  ];
  for (const [what, frame] of notices) {
    it(`is not deaf to ${what}, and serves nothing that may be dead`, async () => {
      await start(['A']);
      const { sid, seq } = exchange.subscriptions.get('orderbook_delta') ?? { sid: 0, seq: 0 };
      exchange.send({ sid, seq: seq + 1, ...frame });
      exchange.subscriptions.delete('orderbook_delta');
      exchange.change('A', 'yes', 3900, 100);
      await exchange.barrier();
      if (client.socket.isBlind) client.clock.advance(SOCKET_LIMITS.backoffMinMs);
      else assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_SUBSCRIPTION_LOST');
      await until(isGood('A'), 'a book of a new subscription');
      same('A');
      assert.equal(client.problems.length, 1);
    });
  }

  it('asks for every book when an error that nobody knows is about their subscription', async () => {
    await start(['A', 'B']);
    exchange.sequenced('orderbook_delta', { type: 'error', msg: { code: 99, msg: 'whatever' } });
    await until(() => exchange.commands.length > 0, 'asked');
    assert.deepEqual(said(), ['get_snapshot A,B']);
    assert.deepEqual(
      client.problems.map(({ code, kalshiCode, channel }) => [code, kalshiCode, channel]),
      [['KALSHI_SOCKET_COMMAND_REFUSED', 99, 'orderbook_delta']],
    );
  });

  it('notices that the exchange has started its count anew', async () => {
    await start(['A', 'B']);
    for (let i = 0; i < 8; i++) exchange.change('A', 'yes', 3000 + i, 100);
    await exchange.barrier();
    const subscription = exchange.subscriptions.get('orderbook_delta');
    assert.ok(subscription);
    subscription.seq = 0;
    exchange.isSlow.toWork = true;
    for (let i = 0; i < 3; i++) exchange.change('A', 'yes', 3100 + i, 100);
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.flaw, 'gap');
    assert.equal(client.socket.book('B')?.flaw, 'gap');
    exchange.hurry();
    await until(isGood('A'), 'healed');
    same('A');
    exchange.change('A', 'yes', 3200, 100);
    await exchange.barrier();
    same('A');
    assert.deepEqual(client.codes().slice(-3), ['KALSHI_SOCKET_OUT_OF_ORDER', 'KALSHI_SOCKET_OUT_OF_ORDER', 'KALSHI_SOCKET_GAP']);
    assert.equal(exchange.handshakes.length, 1);
  });

  it('waits longer each time that a subscription dies, and in the end dials anew', async () => {
    await start(['A']);
    const die = async () => {
      exchange.sequenced('orderbook_delta', { type: 'error', msg: { code: 25, msg: 'overflow' } });
      exchange.subscriptions.delete('orderbook_delta');
      await exchange.barrier();
    };
    await die();
    await until(isGood('A'), 'at once');
    for (const seconds of [1, 2, 4, 8]) {
      await die();
      client.clock.advance(seconds * 1000 - 1000);
      await exchange.barrier();
      assert.equal(isGood('A')(), false, `not before ${seconds} s`);
      client.clock.advance(1000);
      await until(isGood('A'), `after ${seconds} s`);
    }
    assert.deepEqual(new Set(said()), new Set(['subscribe A']), 'what has died needs no ending');
    await die();
    assert.equal(client.socket.isBlind, true);
  });

  it('dials anew when a terminal error does not say what it ends', async () => {
    await start(['A']);
    exchange.send({ type: 'error', msg: { code: 10, msg: 'Channel error' } });
    await exchange.barrier();
    assert.equal(client.socket.isBlind, true);
    exchange.send({ type: 'error', msg: { code: 5, msg: 'Unknown command' } });
  });

  it('subscribes anew when the exchange unsubscribes by itself', async () => {
    await start(['A']);
    exchange.sequenced('orderbook_delta', { type: 'unsubscribed' });
    exchange.subscriptions.delete('orderbook_delta');
    await until(() => exchange.subscriptions.has('orderbook_delta') && isGood('A')(), 'subscribed anew');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_SUBSCRIPTION_LOST']);
    same('A');
  });

  const flaws: [string, () => void, string][] = [
    ['crossed', () => exchange.sequenced('orderbook_delta', delta({ price_dollars: '0.6000' })), 'crossed'],
    ['below zero', () => exchange.sequenced('orderbook_delta', delta({ delta_fp: '-10.01' })), 'negative'],
    ['at a price that is none', () => exchange.sequenced('orderbook_delta', delta({ price_dollars: '1.0000' })), 'unreadable'],
    ['by a size that is none', () => exchange.sequenced('orderbook_delta', delta({ delta_fp: '--1.00' })), 'unreadable'],
    [
      'by a frame without a price',
      () => exchange.sequenced('orderbook_delta', delta({ price_dollars: undefined })),
      'unreadable',
    ],
  ];
  const delta = (fields: object) => ({
    type: 'orderbook_delta',
    msg: { market_ticker: 'A', market_id: 'a', price_dollars: '0.4000', delta_fp: '1.00', side: 'yes', ...fields },
  });
  for (const [how, spoil, flaw] of flaws) {
    it(`never serves a book that a delta brings ${how}, and heals that one book`, async () => {
      await start(['A', 'B']);
      exchange.ignore = () => true;
      spoil();
      await exchange.barrier();
      assert.equal(client.socket.book('A')?.flaw, flaw);
      assert.equal(client.socket.book('A')?.quote(), undefined);
      assert.equal(isGood('B')(), true);
      assert.deepEqual(said(), ['get_snapshot A']);
      exchange.change('A', 'yes', 3900, 100);
      exchange.answer(exchange.commands[0] as SocketCommand);
      await until(isGood('A'), 'healed');
      same('A');
      assert.equal(client.problems.length, 1);
    });
  }

  it('marks every book when a frame of their sid cannot be told to be about any market', async () => {
    await start(['A', 'B']);
    exchange.ignore = () => true;
    exchange.sequenced('orderbook_delta', { msg: {} });
    await exchange.barrier();
    assert.deepEqual(said(), ['get_snapshot A,B']);
    assert.equal(client.socket.book('B')?.flaw, 'unreadable');
  });

  it('asks for a crossed snapshot again at a measured pace', async () => {
    await start(['B']);
    exchange.change('A', 'yes', 6100, 100);
    client.socket.follow(['A']);
    await until(() => client.socket.book('A')?.flaw === 'crossed', 'crossed');
    for (let i = 0; i < 4; i++) {
      client.clock.advance(1000);
      await exchange.barrier();
    }
    assert.ok(exchange.commands.length <= 6, `${exchange.commands.length} commands`);
    exchange.change('A', 'yes', 6100, -100);
    client.clock.advance(1000);
    await until(isGood('A'), 'healed');
    same('A');
  });
});

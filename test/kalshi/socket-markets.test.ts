import assert from 'node:assert/strict';
import type { SocketCommand } from '../../lib/kalshi/schema/socket.ts';
import type { OwnDelta } from '../../lib/kalshi/socket/books.ts';
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

describe('followed markets on the socket', () => {
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

  it('serves the quote in YES prices', async () => {
    await start(['A']);
    exchange.change('A', 'no', 5500, 250);
    await exchange.barrier();
    assert.deepEqual(client.socket.book('A')?.quote(), {
      bidCC: 4000,
      bidSizeE2: 1000,
      askCC: 5500,
      askSizeE2: 250,
      atMs: 1_795_000_000_000,
    });
  });

  it('sends the changes of one turn as one command, without reconnecting', async () => {
    await start(['A']);
    client.socket.follow(['B']);
    client.socket.follow(['C', 'B']);
    client.socket.drop(['A', 'NEVER-FOLLOWED']);
    await until(() => isGood('B')() && isGood('C')(), 'books');
    await exchange.barrier();
    assert.deepEqual(said(), ['add_markets B,C', 'delete_markets A']);
    assert.equal(exchange.handshakes.length, 1);
    assert.equal(client.socket.book('A'), undefined);
    assert.equal(client.socket.state().followedMarkets, 2);
  });

  it('cuts many markets into commands of limited size', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `M${index}`);
    for (const ticker of many) exchange.market(ticker);
    await start([], { limits: { marketsPerCommand: 5 } });
    client.socket.follow(many);
    await until(() => many.every((ticker) => isGood(ticker)()), 'books');
    client.socket.drop(many.slice(0, 7));
    await until(() => exchange.subscriptions.get('orderbook_delta')?.markets.size === 5, 'dropped');
    assert.deepEqual(
      said().map((text) => text.split(/[ ,]/).length - 1),
      [5, 5, 2, 5, 2],
    );
  });

  it('unsubscribes when the last market goes, and subscribes again when one comes', async () => {
    await start(['A'], { channels: ['orderbook_delta', 'trade'] });
    client.socket.drop(['A']);
    await until(() => exchange.subscriptions.size === 0, 'unsubscribed');
    await exchange.barrier();
    client.socket.follow(['B']);
    await until(isGood('B'), 'book');
    assert.deepEqual(said(), ['unsubscribe', 'unsubscribe', 'subscribe B', 'subscribe B']);
    same('B');
  });

  it('gives a market that was dropped and followed in one turn a fresh snapshot', async () => {
    await start(['A', 'B']);
    client.socket.drop(['A']);
    client.socket.follow(['A']);
    assert.equal(client.socket.book('A')?.flaw, 'waiting');
    await until(isGood('A'), 'book');
    assert.deepEqual(said(), ['get_snapshot A']);
    same('A');
  });

  it('settles markets that are dropped while their subscription is under way', async () => {
    const held: SocketCommand[] = [];
    exchange.script = (command) => held.push(command) > 0;
    client = connect(exchange);
    client.socket.follow(['A', 'B']);
    client.socket.start();
    await until(() => held.length === 1, 'subscribe');
    client.socket.drop(['A']);
    client.socket.follow(['C']);
    await exchange.barrier();
    assert.equal(held.length, 1, 'one command at a time');
    exchange.script = () => false;
    exchange.answer(held[0] as SocketCommand);
    await until(() => isGood('B')() && isGood('C')(), 'books');
    await until(() => exchange.commands.length === 3, 'deleted');
    assert.deepEqual(said(), ['subscribe A,B', 'add_markets C', 'delete_markets A']);
    assert.equal(client.socket.book('A'), undefined);
  });

  it('takes the snapshot of a market that was dropped and followed while it was being added', async () => {
    await start(['B']);
    const held: SocketCommand[] = [];
    exchange.script = (command) => held.push(command) === 1;
    client.socket.follow(['A']);
    await until(() => held.length === 1, 'add');
    client.socket.drop(['A']);
    await exchange.barrier();
    client.socket.follow(['A']);
    exchange.answer(held[0] as SocketCommand);
    await until(isGood('A'), 'book');
    await exchange.barrier();
    assert.deepEqual(said(), ['add_markets A']);
    same('A');
  });

  it('follows again a market whose deletion is under way', async () => {
    await start(['A', 'B']);
    const held: SocketCommand[] = [];
    exchange.script = (command) => held.push(command) === 1;
    client.socket.drop(['A']);
    await until(() => held.length === 1, 'delete');
    client.socket.follow(['A']);
    exchange.change('A', 'yes', 4000, 500);
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.flaw, 'waiting');
    exchange.answer(held[0] as SocketCommand);
    await until(isGood('A'), 'book');
    assert.deepEqual(said(), ['delete_markets A', 'add_markets A']);
    same('A');
  });

  it('does not serve a book whose deletion has come true, though it is wanted again and its snapshot came late', async () => {
    await start(['B']);
    exchange.isSlow = { toWork: false, toDeliver: true };
    client.socket.follow(['A']);
    await until(() => client.socket.state().channels[0]?.markets === 2, 'added');
    exchange.isSlow.toWork = true;
    client.socket.drop(['A']);
    await until(() => exchange.commands.length === 2, 'delete');
    client.socket.follow(['A']);
    exchange.deliver();
    await until(isGood('A'), 'the late snapshot');
    exchange.work();
    exchange.change('A', 'yes', 4000, 500);
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.flaw, 'disconnected');
    assert.equal(isGood('B')(), true);
    exchange.hurry();
    await until(isGood('A'), 'book');
    assert.deepEqual(said(), ['add_markets A', 'delete_markets A', 'add_markets A']);
    same('A');
  });

  it('does not serve a snapshot that no deltas will follow', async () => {
    await start(['B']);
    exchange.script = ({ id }) => {
      exchange.sequenced('orderbook_delta', { type: 'ok', id, msg: { market_tickers: ['B'] } });
      return true;
    };
    client.socket.follow(['A']);
    await until(() => client.problems.length === 1, 'left out');
    exchange.sequenced('orderbook_delta', { type: 'orderbook_snapshot', msg: { market_ticker: 'A' } });
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.flaw, 'waiting');
  });

  it('goes on at once when the snapshot comes that a dropped market was asked for', async () => {
    await start(['A', 'B']);
    exchange.isSlow.toWork = true;
    exchange.sequenced('orderbook_delta', { type: 'orderbook_delta', msg: { market_ticker: 'A' } });
    await until(() => exchange.commands.length === 1, 'snapshot of A');
    client.socket.drop(['A']);
    client.socket.follow(['C']);
    await exchange.barrier();
    assert.deepEqual(said(), ['get_snapshot A'], 'one command at a time');
    exchange.hurry();
    await until(isGood('C'), 'book');
    await exchange.barrier();
    assert.deepEqual(said(), ['get_snapshot A', 'add_markets C', 'delete_markets A']);
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_FRAME_UNREADABLE']);
  });

  it('goes on without a word when the snapshot of a dropped market never comes', async () => {
    await start(['A', 'B']);
    exchange.ignore = (command) => command.cmd === 'update_subscription' && command.params.action === 'get_snapshot';
    exchange.sequenced('orderbook_delta', { type: 'orderbook_delta', msg: { market_ticker: 'A' } });
    await until(() => exchange.commands.length === 1, 'snapshot of A');
    client.socket.drop(['A']);
    client.socket.follow(['C']);
    client.clock.advance(SOCKET_LIMITS.answerMs);
    await until(isGood('C'), 'book');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_FRAME_UNREADABLE']);
    assert.equal(exchange.handshakes.length, 1);
  });

  it('keeps a market until the last who follows it has dropped it', async () => {
    await start(['A']);
    const [one, other] = [{}, {}];
    client.socket.follow(['A', 'B'], one);
    client.socket.follow(['B'], other);
    await until(isGood('B'), 'book');
    client.socket.drop(['A', 'B'], one);
    client.socket.drop(['B'], one);
    await exchange.barrier();
    assert.equal(isGood('A')() && isGood('B')(), true);
    client.socket.drop(['B'], other);
    await until(() => exchange.commands.length === 2, 'deleted');
    assert.deepEqual(said(), ['add_markets B', 'delete_markets B']);
    assert.equal(client.socket.book('B'), undefined);
  });

  it('resubscribes everything after a reconnect in the middle of a change', async () => {
    await start(['A', 'B']);
    exchange.ignore = () => exchange.handshakes.length === 1;
    client.socket.follow(['C']);
    client.socket.drop(['B']);
    await until(() => exchange.commands.length === 1, 'add');
    exchange.hangUp();
    await until(() => client.socket.isBlind, 'blind');
    client.socket.follow(['D']);
    client.clock.advance(500);
    await until(() => client.socket.state().kind === 'connected', 'connected');
    assert.deepEqual(said(), ['add_markets C', 'subscribe A,C,D']);
    for (const ticker of ['A', 'C', 'D']) same(ticker);
  });

  it('takes frames of a sid that come before its subscribed', async () => {
    exchange.script = ({ id }) => {
      exchange.send({ type: 'orderbook_snapshot', sid: 7, seq: 1, msg: { market_ticker: 'A', market_id: 'a' } });
      const delta = { market_ticker: 'A', market_id: 'a', price_dollars: '0.3000', delta_fp: '2.00', side: 'yes' };
      exchange.send({ type: 'orderbook_delta', sid: 7, seq: 2, msg: delta });
      exchange.send({ type: 'subscribed', id, msg: { channel: 'orderbook_delta', sid: 7 } });
      exchange.send({ type: 'orderbook_delta', sid: 7, seq: 3, msg: { ...delta, side: 'no', price_dollars: '0.3300' } });
      return true;
    };
    await start(['A']);
    await exchange.barrier();
    assert.equal(client.socket.book('A')?.fingerprint(), '3000x200 | 3300x200');
    assert.equal(client.socket.book('A')?.atMs, 1_790_000_000_000, 'a message without a time is stamped with market time');
    assert.deepEqual(client.problems, []);
  });

  it('trusts nothing that came under a sid that turned out to be another', async () => {
    exchange.script = ({ id }) => {
      exchange.send({ type: 'orderbook_snapshot', sid: 6, seq: 1, msg: { market_ticker: 'A', market_id: 'a' } });
      exchange.send({ type: 'subscribed', id, msg: { channel: 'orderbook_delta', sid: 7 } });
      return true;
    };
    client = connect(exchange);
    client.socket.follow(['A']);
    client.socket.start();
    await until(() => client.socket.state().channels[0]?.isConfirmed === true, 'subscribed');
    assert.equal(client.socket.book('A')?.flaw, 'disconnected');
  });

  it('accepts that a second subscribe is merged into the first', async () => {
    exchange.script = (command) => {
      if (command.cmd !== 'subscribe') return false;
      exchange.subscriptions.set('orderbook_delta', {
        sid: 3,
        channel: 'orderbook_delta',
        seq: 41,
        markets: new Set(['X']),
        usesYesPrice: true,
      });
      return false;
    };
    await start(['A', 'B']);
    same('A');
    client.socket.drop(['A']);
    await until(() => exchange.commands.length === 1, 'delete');
    assert.equal(exchange.commands[0]?.cmd === 'update_subscription' && exchange.commands[0].params.sid, 3);
    assert.deepEqual(client.problems, []);
  });

  it('shows the deltas that an order of this account caused, followed or not', async () => {
    const own: OwnDelta[] = [];
    await start(['A'], {}, { ownDelta: (seen) => own.push(seen) });
    exchange.change('A', 'no', 6500, 300, { client_order_id: 'mine', subaccount: 2 });
    exchange.change('A', 'yes', 1000, 300);
    await exchange.barrier();
    const atMs = 1_795_000_000_000;
    assert.deepEqual(own, [
      { ticker: 'A', clientOrderId: 'mine', subaccount: 2, side: 'no', yesPriceCC: 6500, deltaE2: 300, atMs },
    ]);
  });

  it('ignores the book channel when it is not among the channels', async () => {
    client = connect(exchange, { channels: ['fill'] });
    client.socket.follow(['A']);
    client.socket.start();
    await until(() => exchange.commands.length === 1, 'subscribed');
    const msg = { market_ticker: 'A', market_id: 'a', price_dollars: '0.4000', delta_fp: '1.00', side: 'yes' };
    exchange.send({ type: 'orderbook_delta', sid: 9, seq: 1, msg });
    exchange.send({ type: 'orderbook_snapshot', sid: 9, seq: 1, msg: { market_ticker: 'A', market_id: 'a' } });
    await exchange.barrier();
    assert.deepEqual(client.problems, []);
    assert.equal(client.socket.book('A')?.flaw, 'waiting');
  });
});

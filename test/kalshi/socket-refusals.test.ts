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

describe('what the exchange refuses or leaves out', () => {
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

  const refuse = (code: number, extra: (command: SocketCommand) => object = () => ({})) => {
    exchange.script = (command) => {
      const isRefused = command.cmd === 'update_subscription' && command.params.market_tickers?.includes('BAD') === true;
      if (isRefused) exchange.send({ type: 'error', id: command.id, msg: { code, msg: 'no', ...extra(command) } });
      return isRefused;
    };
  };

  it('leaves out a market that the exchange refuses by name, and asks for it again later', async () => {
    await start(['A']);
    refuse(11, () => ({ market_ticker: 'BAD' }));
    client.socket.follow(['B', 'BAD', 'C']);
    await until(() => isGood('B')() && isGood('C')(), 'the others');
    assert.deepEqual(said(), ['add_markets B,BAD,C', 'add_markets B,C']);
    assert.deepEqual(client.problems[0]?.tickers, ['BAD']);
    exchange.script = () => false;
    exchange.market('BAD');
    for (let i = 0; i < SOCKET_LIMITS.refusalMs; i += 20_000) {
      client.clock.advance(20_000);
      exchange.ping();
      await exchange.barrier();
    }
    await until(isGood('BAD'), 'the refused one');
  });

  it('finds a refused market that the exchange does not name by halving', async () => {
    await start(['A']);
    refuse(26);
    const many = Array.from({ length: 15 }, (_, index) => `M${index}`);
    for (const ticker of many) exchange.market(ticker);
    client.socket.follow([...many.slice(0, 6), 'BAD', ...many.slice(6)]);
    await until(() => many.every((ticker) => isGood(ticker)()), 'all but one');
    assert.deepEqual(
      client.problems.flatMap(({ tickers }) => tickers),
      ['BAD'],
    );
    assert.ok(exchange.commands.length < 16, `${exchange.commands.length} commands`);
  });

  it('notices markets that the exchange leaves out without a word', async () => {
    await start(['A']);
    exchange.script = (command) => {
      if (command.cmd === 'update_subscription')
        exchange.sequenced('orderbook_delta', { type: 'ok', id: command.id, msg: { market_tickers: ['A'] } });
      return true;
    };
    client.socket.follow(['E', 'F', 'G', 'H']);
    await until(() => client.problems.length === 1, 'refused');
    assert.deepEqual(client.problems[0]?.tickers, ['E', 'F', 'G', 'H']);
    assert.match(client.problems[0]?.message ?? '', /E, F, G and 1 more/);
    await exchange.barrier();
    assert.equal(exchange.commands.length, 1);
  });

  it('asks once more for a market that never got a snapshot, and then leaves it for a while', async () => {
    await start(['A', 'B']);
    client.socket.follow(['UNKNOWN']);
    await until(() => exchange.commands.length === 1, 'added');
    await exchange.barrier();
    for (const seconds of [10, 5, 5]) {
      client.clock.advance(seconds * 1000);
      exchange.ping();
      await exchange.barrier();
    }
    assert.deepEqual(said(), ['add_markets UNKNOWN', 'get_snapshot UNKNOWN']);
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_MARKET_REFUSED');
    client.clock.advance(20_000);
    await exchange.barrier();
    assert.equal(exchange.commands.length, 2);
    assert.equal(exchange.handshakes.length, 1);
    exchange.market('UNKNOWN');
    exchange.snapshot('UNKNOWN');
    await until(isGood('UNKNOWN'), 'late snapshot');
  });

  it('dials anew when a snapshot of a known market does not come', async () => {
    await start(['A']);
    exchange.ignore = () => true;
    exchange.faults = ['drop'];
    exchange.change('A', 'yes', 3900, 100);
    exchange.change('A', 'yes', 3800, 100);
    await exchange.barrier();
    client.clock.advance(SOCKET_LIMITS.answerMs);
    assert.equal(client.problems.at(-1)?.code, 'KALSHI_SOCKET_UNANSWERED');
    assert.equal(client.socket.isBlind, true);
  });

  it('tries a command again that the exchange could not work on', async () => {
    await start(['A']);
    let refusals = 2;
    exchange.script = ({ id }) => {
      if (refusals-- <= 0) return false;
      exchange.sequenced('orderbook_delta', { type: 'error', id, msg: { code: 27, msg: 'Too many requests' } });
      return true;
    };
    client.socket.follow(['B']);
    await until(() => client.problems.length === 1, 'refused');
    client.clock.advance(1000);
    await until(() => client.problems.length === 2, 'refused again');
    client.clock.advance(1000);
    await until(isGood('B'), 'book');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_COMMAND_REFUSED', 'KALSHI_SOCKET_COMMAND_REFUSED']);
    same('A');
  });

  it('counts a refusal in no sequence that does not say in which', async () => {
    let isRefused = false;
    exchange.script = ({ id }) => {
      if (isRefused) return false;
      isRefused = true;
      exchange.send({ type: 'error', id, seq: 5, msg: { code: 27, msg: 'Too many requests' } });
      return true;
    };
    client = connect(exchange);
    client.socket.follow(['A']);
    client.socket.start();
    await until(() => client.problems.length === 1, 'refused');
    client.clock.advance(1000);
    await until(isGood('A'), 'book');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_COMMAND_REFUSED']);
  });

  it('subscribes anew when the exchange no longer knows the sid', async () => {
    await start(['A']);
    exchange.subscriptions.clear();
    client.socket.follow(['B']);
    await until(() => client.problems.length === 1, 'refused');
    assert.equal(client.problems[0]?.kalshiCode, 7);
    assert.equal(client.socket.book('A')?.flaw, 'disconnected');
    client.clock.advance(1000);
    await until(() => isGood('A')() && isGood('B')(), 'books');
  });

  it('does not insist on a channel that the exchange does not have', async () => {
    exchange.script = ({ id }) => {
      exchange.send({ type: 'error', id, msg: { code: 8, msg: 'Unknown channel name' } });
      return true;
    };
    client = connect(exchange, { channels: ['market_positions'] });
    client.socket.start();
    await until(() => client.problems.length === 1, 'refused');
    client.clock.advance(5_000);
    await exchange.barrier();
    assert.equal(exchange.commands.length, 1);
    assert.equal(client.socket.state().kind, 'degraded');
    assert.equal(client.socket.state().isPrivateHealthy, false);
  });

  it('dials anew when the connection is not authenticated', async () => {
    exchange.script = ({ id }) => {
      exchange.send({ type: 'error', id, msg: { code: 9, msg: 'Authentication required' } });
      return true;
    };
    client = connect(exchange, { channels: ['fill'] });
    client.socket.start();
    await until(() => client.problems.length === 1, 'refused');
    assert.equal(client.socket.isBlind, true);
    exchange.script = () => false;
    client.clock.advance(500);
    await until(() => client.socket.state().kind === 'connected', 'connected');
  });
});

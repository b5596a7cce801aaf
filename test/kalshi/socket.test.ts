import assert from 'node:assert/strict';
import { backoffMs, SOCKET_LIMITS } from '../../lib/kalshi/socket/limits.ts';
import { DEFAULT_CHANNELS, PRIVATE_CHANNELS } from '../../lib/kalshi/socket/socket.ts';
import { type Client, type ConnectOptions, connect, HEADERS, SocketExchange, until } from './socket-exchange.ts';

describe('the socket', () => {
  let exchange: SocketExchange;
  let client: Client;

  beforeEach(async () => {
    exchange = await SocketExchange.listen();
  });

  afterEach(async () => {
    client?.socket.close();
    await exchange.close();
  });

  const isKind = (kind: string) => () => client.socket.state().kind === kind;
  const start = async (...args: ConnectOptions) => {
    client = connect(exchange, ...args);
    client.socket.start();
    await until(isKind('connected'), 'connected');
  };

  it('signs every handshake anew and asks for no compression', async () => {
    let signatures = 0;
    await start({ headers: () => Promise.resolve({ ...HEADERS, 'KALSHI-ACCESS-SIGNATURE': `signature-${++signatures}` }) });
    exchange.hangUp();
    await until(isKind('blind'), 'blind');
    client.clock.advance(500);
    await until(isKind('connected'), 'connected again');
    assert.deepEqual(
      exchange.handshakes.map(({ headers }) => headers['kalshi-access-signature']),
      ['signature-1', 'signature-2'],
    );
    assert.equal(exchange.handshakes[0]?.headers['sec-websocket-extensions'], undefined);
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_CLOSED');
  });

  it('subscribes each account channel once, and the books with use_yes_price', async () => {
    exchange.market('A');
    client = connect(exchange, { channels: DEFAULT_CHANNELS });
    client.socket.follow(['A']);
    client.socket.start();
    client.socket.start();
    await until(isKind('connected'), 'connected');
    const subscribed = exchange.commands.map((command) => (command.cmd === 'subscribe' ? command.params : undefined));
    assert.deepEqual(subscribed.flatMap((params) => params?.channels ?? []).toSorted(), [...DEFAULT_CHANNELS].toSorted());
    assert.deepEqual(subscribed[0], { channels: ['orderbook_delta'], market_tickers: ['A'], use_yes_price: true });
    const state = client.socket.state();
    assert.equal(state.isPrivateHealthy, true);
    assert.equal(state.reason, '');
    assert.deepEqual(
      state.channels.filter(({ isConfirmed }) => !isConfirmed),
      [],
    );
    assert.equal(state.channels.find(({ channel }) => channel === 'orderbook_delta')?.markets, 1);
  });

  it('goes from blind over degraded to connected and back, and says since when and why', async () => {
    exchange.market('A');
    exchange.ignore = (command) => command.cmd === 'subscribe' && command.params.channels.includes('fill');
    client = connect(exchange, { channels: ['orderbook_delta', ...PRIVATE_CHANNELS] });
    client.socket.follow(['A']);
    assert.equal(client.socket.state().kind, 'blind');
    assert.equal(client.socket.state().reason, 'not connected yet');
    client.socket.start();
    await until(() => exchange.commands.length === 5, 'all commands');
    await exchange.barrier();
    const degraded = client.socket.state();
    assert.equal(degraded.kind, 'degraded');
    assert.equal(degraded.reason, 'fill is not subscribed');
    assert.equal(degraded.isPrivateHealthy, false);
    const late = exchange.commands.find((command) => command.cmd === 'subscribe' && command.params.channels.includes('fill'));
    assert.ok(late);
    client.clock.advance(700);
    exchange.answer(late);
    await until(isKind('connected'), 'connected');
    assert.equal(client.socket.state().forMs, 0);
    client.clock.advance(40);
    assert.equal(client.socket.state().forMs, 40);
    exchange.hangUp();
    await until(isKind('blind'), 'blind');
    assert.deepEqual(
      client.states.map(({ kind, isPrivateHealthy }) => [kind, isPrivateHealthy]),
      [
        ['degraded', false],
        ['connected', true],
        ['blind', false],
      ],
    );
    assert.match(client.socket.state().reason, /was closed/);
    assert.deepEqual(client.socket.state().flawedMarkets, ['A']);
    assert.equal(client.socket.book('A')?.flaw, 'disconnected');
  });

  it('is degraded while a book is flawed, but gives a market added to a running connection its time', async () => {
    exchange.market('A');
    client = connect(exchange);
    client.socket.follow(['A']);
    client.socket.start();
    await until(isKind('connected'), 'connected');
    client.clock.advance(1);
    client.socket.follow(['NOBODY-KNOWS']);
    await until(() => exchange.commands.length === 2, 'subscribed to both');
    await exchange.barrier();
    assert.equal(client.socket.state().kind, 'connected');
    client.clock.advance(SOCKET_LIMITS.answerMs + 1000);
    assert.equal(client.socket.state().kind, 'degraded');
    assert.equal(client.socket.state().reason, 'no good order book of NOBODY-KNOWS: waiting');
    assert.deepEqual(
      client.states.map(({ kind }) => kind),
      ['degraded', 'connected', 'degraded'],
    );
  });

  it('waits half a second, then twice as long each time up to thirty seconds, half of it at random', () => {
    const at = (attempt: number, random: number) => backoffMs(attempt, () => random, SOCKET_LIMITS);
    assert.deepEqual(
      [0, 1, 2, 5, 6, 7, 1000].map((attempt) => at(attempt, 1)),
      [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000],
    );
    assert.deepEqual([at(0, 0), at(3, 0.5), at(50, 0)], [250, 3000, 15_000]);
  });

  it('starts the backoff afresh only after a connection has proven healthy', async () => {
    await start();
    const reconnectAfter = async (ms: number) => {
      const before = exchange.handshakes.length;
      exchange.hangUp();
      await until(isKind('blind'), 'blind');
      client.clock.advance(ms - 1);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(exchange.handshakes.length, before, `dialled before ${ms} ms`);
      client.clock.advance(1);
      await until(isKind('connected'), 'connected');
    };
    await reconnectAfter(500);
    await reconnectAfter(1000);
    await reconnectAfter(2000);
    // Open for long enough, but heard only at its start.
    client.clock.advance(SOCKET_LIMITS.provenMs + 1000);
    await reconnectAfter(4000);
    client.clock.advance(SOCKET_LIMITS.provenMs);
    exchange.ping();
    await exchange.barrier();
    client.clock.advance(1000);
    await reconnectAfter(500);
  });

  it('redials when nothing is heard beyond the limit, and a ping is enough to be heard', async () => {
    await start();
    client.clock.advance(20_000);
    exchange.ping();
    await exchange.barrier();
    assert.equal(client.socket.state().heartbeatAgeMs, 0);
    client.clock.advance(24_000);
    assert.equal(client.socket.state().kind, 'connected');
    client.clock.advance(1_000);
    assert.equal(client.socket.state().kind, 'blind');
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_SILENT');
    assert.equal(client.socket.heardAgeMs, 25_000);
    assert.equal(client.socket.state().heardAgeMs, 25_000);
    client.clock.advance(1_000);
    await until(isKind('connected'), 'connected');
  });

  it('redials when a command is not answered in time', async () => {
    exchange.ignore = (command) => command.cmd === 'subscribe' && exchange.handshakes.length === 1;
    client = connect(exchange, { channels: ['fill'] });
    client.socket.start();
    await until(() => exchange.commands.length === 1, 'subscribe');
    client.clock.advance(SOCKET_LIMITS.answerMs);
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_UNANSWERED');
    assert.equal(client.problems[0]?.channel, 'fill');
    client.clock.advance(500);
    await until(isKind('connected'), 'connected');
  });

  it('keeps trying while the exchange refuses, and names the status', async () => {
    exchange.refuseWith = 401;
    client = connect(exchange);
    client.socket.start();
    for (const [index, waitMs] of [500, 1000, 2000].entries()) {
      await until(() => client.problems.length > index, 'refusal');
      client.clock.advance(waitMs);
    }
    await until(() => client.problems.length === 4, 'fourth refusal');
    assert.deepEqual(client.problems[0]?.status, 401);
    assert.deepEqual(new Set(client.codes()), new Set(['KALSHI_SOCKET_REFUSED']));
    exchange.refuseWith = undefined;
    client.clock.advance(4000);
    await until(isKind('connected'), 'connected');
  });

  it('keeps trying while the handshake cannot be signed, and never shows more than that', async () => {
    let isSigning = false;
    client = connect(exchange, {
      headers: () => (isSigning ? Promise.resolve(HEADERS) : Promise.reject(new Error('no key'))),
    });
    client.socket.start();
    await until(() => client.problems.length === 1, 'problem');
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_UNSIGNED');
    assert.deepEqual(client.problems[0]?.cause, new Error('no key'));
    isSigning = true;
    client.clock.advance(500);
    await until(isKind('connected'), 'connected');
  });

  it('gives up an attempt that takes too long', async () => {
    let calls = 0;
    client = connect(exchange, { headers: () => (++calls === 1 ? new Promise(() => {}) : Promise.resolve(HEADERS)) });
    client.socket.start();
    client.clock.advance(SOCKET_LIMITS.dialMs);
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_UNREACHABLE']);
    client.clock.advance(500);
    await until(isKind('connected'), 'connected');
  });

  it('reports an exchange that is not there, and an address that is none', async () => {
    const { url } = exchange;
    await exchange.close();
    client = connect({ url });
    client.socket.start();
    await until(() => client.problems.length === 1, 'problem');
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_UNREACHABLE');
    client.socket.close();
    client = connect({ url: 'nonsense' });
    client.socket.start();
    await until(() => client.problems.length === 1, 'problem');
    assert.equal(client.problems[0]?.code, 'KALSHI_SOCKET_UNREACHABLE');
    exchange = await SocketExchange.listen();
  });

  it('leaves no timer and no connection when closed, even in the middle of a handshake', async () => {
    let sign: (headers: typeof HEADERS) => void = () => {};
    client = connect(exchange, { headers: () => new Promise((resolve) => (sign = resolve)) });
    client.socket.start();
    client.socket.close();
    client.socket.close();
    sign(HEADERS);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(client.clock.timers, 0);
    assert.equal(exchange.handshakes.length, 0);
    await start();
    client.socket.close();
    assert.equal(client.clock.timers, 0);
    await until(() => !exchange.isConnected, 'disconnected');
    assert.equal(client.socket.state().reason, 'closed');
    client.socket.start();
    await until(isKind('connected'), 'connected again');
  });

  it('redials within a second when the exchange says goodbye and leaves the line open', async () => {
    exchange.market('A');
    await start();
    client.socket.follow(['A']);
    await until(() => client.socket.book('A')?.isValid === true, 'book');
    exchange.sayGoodbye();
    // Nothing shows when the client has read it.
    await until(() => {
      client.clock.advance(1_000);
      return client.socket.isBlind;
    }, 'blind');
    assert.equal(client.socket.book('A')?.flaw, 'disconnected');
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_CLOSED']);
    assert.ok(client.socket.heardAgeMs < SOCKET_LIMITS.silenceMs, 'long before it would have been silent for too long');
  });
});

import assert from 'node:assert/strict';
import { type Client, type ConnectOptions, connect, SocketExchange, until } from './socket-exchange.ts';

describe('listeners of the socket', () => {
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

  it('hands every message of the other channels to the listeners, once and in order', async () => {
    const seen: string[] = [];
    await start({ channels: ['trade', 'fill', 'market_lifecycle_v2'] }, { frame: (frame) => seen.push(frame.type) });
    client.socket.follow(['A']);
    await until(() => exchange.subscriptions.has('trade'), 'trade subscribed');
    const trade = {
      type: 'trade',
      msg: {
        trade_id: 't',
        market_ticker: 'A',
        yes_price_dollars: '0.3600',
        no_price_dollars: '0.6400',
        count_fp: '1.00',
        taker_side: 'no',
        taker_outcome_side: 'no',
        taker_book_side: 'ask',
        is_block_trade: false,
        ts: 1,
        ts_ms: 1000,
      },
    };
    exchange.faults = ['double', 'drop'];
    exchange.sequenced('trade', trade);
    exchange.sequenced('trade', trade);
    exchange.sequenced('trade', trade);
    exchange.sequenced('market_lifecycle_v2', {
      type: 'event_fee_update',
      msg: { event_ticker: 'E', fee_type_override: null, fee_multiplier_override: null },
    });
    await exchange.barrier();
    assert.deepEqual(seen, ['trade', 'trade', 'event_fee_update']);
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_OUT_OF_ORDER', 'KALSHI_SOCKET_GAP']);
  });

  it('reports unknown and unreadable frames and goes on', async () => {
    await start({ channels: ['fill'] });
    for (let i = 0; i < 3; i++) exchange.send({ type: 'weather', msg: { is: 'fine' } });
    exchange.sendText('{"type":');
    exchange.send({ msg: {} });
    exchange.send({ type: 'fill', sid: 1, msg: { trade_id: 't' } });
    exchange.send({ type: 'ok', id: 'none' });
    exchange.sendText('[]');
    exchange.sendText('null');
    exchange.sendText('7');
    await exchange.barrier();
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_FRAME_UNKNOWN', ...Array(7).fill('KALSHI_SOCKET_FRAME_UNREADABLE')]);
    assert.match(client.problems[3]?.message ?? '', /msg\.order_id/);
    await until(isKind('connected'), 'still connected');
    assert.equal(exchange.handshakes.length, 1);
  });

  for (const [what, spoil] of [
    ['a private frame that cannot be read', () => exchange.send({ type: 'fill', sid: 1, msg: { trade_id: 't' } })],
    ['a private frame without its sid', () => exchange.send({ type: 'fill', msg: { trade_id: 't' } })],
    ['text that cannot be read at all', () => exchange.sendText('{"type":"fill"')],
    ['an error of a private channel that nobody knows', () => exchange.send({ type: 'error', sid: 1, msg: { code: 99 } })],
  ] satisfies [string, () => void][]) {
    it(`is not healthy after ${what}, until it has subscribed anew`, async () => {
      await start({ channels: ['fill', 'market_lifecycle_v2'] });
      exchange.isSlow.toWork = true;
      spoil();
      await exchange.barrier();
      assert.equal(client.socket.state().isPrivateHealthy, false);
      exchange.hurry();
      await until(() => client.socket.state().isPrivateHealthy, 'healthy');
      const said = exchange.commands.slice(2).map(({ cmd }) => cmd);
      assert.deepEqual(said, ['unsubscribe', 'subscribe']);
      const health = client.states.map(({ isPrivateHealthy }) => isPrivateHealthy);
      assert.deepEqual(
        health.filter((is, index) => is !== health[index - 1]),
        [false, true, false, true],
      );
      // The next ones wait, so that a frame that can never be read does not end the subscription over and over.
      exchange.send({ type: 'fill', msg: {} });
      await exchange.barrier();
      client.clock.advance(5_000);
      await exchange.barrier();
      assert.equal(client.socket.state().isPrivateHealthy, false);
      assert.equal(exchange.commands.length, 4);
    });
  }

  it('is as healthy as before after a public frame that cannot be read', async () => {
    await start({ channels: ['fill', 'market_lifecycle_v2'] });
    exchange.sequenced('market_lifecycle_v2', { type: 'market_lifecycle_v2', msg: {} });
    await exchange.barrier();
    assert.deepEqual(client.codes(), ['KALSHI_SOCKET_FRAME_UNREADABLE']);
    assert.equal(client.socket.state().isPrivateHealthy, true);
  });

  it('goes on when a listener throws, tells the others, and reports it', async () => {
    exchange.market('A');
    const seen: string[] = [];
    const fail = (what: string) => () => {
      throw new Error(what);
    };
    client = connect(exchange, { channels: ['orderbook_delta', 'order_group_updates'] });
    client.socket.listen({ book: fail('book'), frame: fail('frame'), ownDelta: fail('own'), state: fail('state') });
    client.socket.listen({
      book: (book) => seen.push(`book ${book.flaw ?? 'good'}`),
      frame: () => seen.push('frame'),
      ownDelta: () => seen.push('own'),
      state: ({ kind }) => seen.push(kind),
    });
    client.socket.follow(['A']);
    client.socket.start();
    await until(isKind('connected'), 'connected');
    exchange.change('A', 'yes', 4000, 100, { client_order_id: 'mine' });
    exchange.sequenced('order_group_updates', {
      type: 'order_group_updates',
      msg: { event_type: 'reset', order_group_id: 'g', ts_ms: 1 },
    });
    await exchange.barrier();
    exchange.hangUp();
    await until(isKind('blind'), 'blind');
    assert.deepEqual(seen.slice(-5), ['own', 'book good', 'frame', 'book disconnected', 'blind']);
    const failed = client.problems.filter(({ code }) => code === 'KALSHI_SOCKET_LISTENER_FAILED');
    assert.deepEqual(new Set(failed.map(({ cause }) => (cause as Error).message)), new Set(['state', 'book', 'own', 'frame']));
    client.clock.advance(500);
    await until(isKind('connected'), 'connected again');
  });

  it('has no good book left when it announces the first that is lost', async () => {
    const good: number[] = [];
    const markets = ['A', 'B', 'C'];
    for (const ticker of markets) exchange.market(ticker);
    const count = () => markets.filter((ticker) => client.socket.book(ticker)?.isValid).length;
    client = connect(exchange, {}, { book: (book) => !book.isValid && good.push(count()) });
    client.socket.follow(markets);
    client.socket.start();
    await until(isKind('connected'), 'connected');
    exchange.hangUp();
    await until(isKind('blind'), 'blind');
    assert.deepEqual(good, [0, 0, 0]);
  });

  it('takes several frames in one message one by one', async () => {
    const seen: string[] = [];
    await start({ channels: ['order_group_updates'] }, { frame: (frame) => seen.push(frame.type) });
    const update = (seq: number) =>
      JSON.stringify({ type: 'order_group_updates', sid: 1, seq, msg: { event_type: 'reset', order_group_id: 'g', ts_ms: 1 } });
    exchange.sendText(`${update(1)}\n${update(2)}\n`);
    await exchange.barrier();
    assert.equal(seen.length, 2);
  });

  it('tells a listener nothing any more after it has left', async () => {
    await start({ channels: ['fill'] });
    const seen: string[] = [];
    const stop = client.socket.listen({ problem: ({ code }) => seen.push(code) });
    exchange.send({ type: 'first' });
    await exchange.barrier();
    stop();
    exchange.send({ type: 'second' });
    await exchange.barrier();
    assert.equal(seen.length, 1);
    assert.equal(client.problems.length, 2);
  });
});

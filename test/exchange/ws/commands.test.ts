import assert from 'node:assert/strict';
import { AWAY, EVENT, HOME, market } from '../stage.ts';
import { type Client, errorText, type Heard, ofType, Pit } from './pit.ts';

const UNKNOWN = 'KXNBAGAME-26NOV20AAABBB-ZZZ';

describe('Socket commands', () => {
  let pit: Pit;
  let client: Client;
  beforeEach(async () => {
    pit = await new Pit({ limits: { marketsPerConnection: 6 } }).open();
    client = await pit.connect();
  });
  afterEach(() => pit.close());

  const idOf = (ticker: string): string => {
    const { id } = pit.night.exchange.state.markets.get(ticker) ?? assert.fail(ticker);
    return id;
  };
  const bookHeads = (frames: Heard[]): unknown[] =>
    ofType(frames, 'orderbook_snapshot').map(({ sid, seq, id, msg }) => [sid, seq, id, msg?.['market_ticker']]);

  describe('subscribe', () => {
    it('answers once per channel with the same id and sids from 1, and only then sends snapshots', async () => {
      const heard = await client.subscribe(['orderbook_delta', 'ticker', 'trade'], { market_tickers: [HOME, AWAY] }, 7);
      assert.deepEqual(heard.slice(0, 3), [
        { type: 'subscribed', id: 7, msg: { channel: 'orderbook_delta', sid: 1 } },
        { type: 'subscribed', id: 7, msg: { channel: 'ticker', sid: 2 } },
        { type: 'subscribed', id: 7, msg: { channel: 'trade', sid: 3 } },
      ]);
      assert.deepEqual(bookHeads(heard.slice(3)), [
        [1, 1, undefined, HOME],
        [1, 2, undefined, AWAY],
      ]);
      assert.equal(heard.length, 5);
    });

    it('counts sids per connection and never gives one twice', async () => {
      await client.subscribe('fill');
      await client.ask({ id: 2, cmd: 'unsubscribe', params: { sids: [1] } });
      const [again] = await client.subscribe('fill');
      assert.equal(again?.msg?.sid, 2);
      const other = await pit.connect();
      assert.equal((await other.subscribe('fill'))[0]?.msg?.sid, 1);
    });

    it('gives no id back where the client gave 0 or none', async () => {
      const params = { channels: ['trade'] };
      assert.deepEqual(await client.ask({ id: 0, cmd: 'subscribe', params }), [
        { type: 'subscribed', msg: { channel: 'trade', sid: 1 } },
      ]);
      assert.deepEqual(await client.ask({ cmd: 'list_subscriptions' }), [{ type: 'ok', msg: [{ channel: 'trade', sid: 1 }] }]);
    });

    it('takes one market, a list, or a channel named twice', async () => {
      const heard = await client.subscribe(['orderbook_delta', 'orderbook_delta'], { market_ticker: HOME });
      assert.deepEqual(
        heard.map(({ type }) => type),
        ['subscribed', 'orderbook_snapshot'],
      );
    });

    it('says nothing of a market that is not listed, and follows the others', async () => {
      const heard = await client.subscribe('orderbook_delta', { market_tickers: [UNKNOWN, HOME] });
      assert.deepEqual(bookHeads(heard), [[1, 1, undefined, HOME]]);
      const [ok] = await client.update(1, 'add_markets', { market_ticker: AWAY });
      assert.deepEqual(ok?.msg, { market_tickers: [AWAY, HOME] });
    });

    it('merges a second subscribe into the subscription that is there', async () => {
      await client.subscribe('orderbook_delta', { market_ticker: HOME });
      const heard = await client.subscribe('orderbook_delta', { market_tickers: [AWAY, HOME] }, 2);
      assert.deepEqual(heard[0], { type: 'subscribed', id: 2, msg: { channel: 'orderbook_delta', sid: 1 } });
      assert.deepEqual(bookHeads(heard), [
        [1, 2, undefined, AWAY],
        [1, 3, undefined, HOME],
      ]);
      const [ok] = await client.update(1, 'delete_markets', { market_ticker: UNKNOWN });
      assert.deepEqual(ok, { type: 'ok', id: 2, sid: 1, seq: 4, msg: { market_tickers: [AWAY, HOME] } });
    });

    it('widens a subscription to all markets, and no later list narrows it', async () => {
      await client.subscribe('trade', { market_ticker: HOME });
      await client.subscribe('trade');
      const [ok] = await client.update(1, 'delete_markets', { market_ticker: AWAY });
      assert.deepEqual(ok?.msg, { market_tickers: [] });
      pit.quote(AWAY, [], [{ priceCC: 5_000, countE2: 100 }]);
      pit.perform({ kind: 'flow', ticker: AWAY, side: 'bid', countE2: 100, limitCC: 5_000 });
      assert.equal(ofType(await client.hear(), 'trade').length, 1);
    });

    it('will not change use_yes_price of a book that is already followed', async () => {
      await client.subscribe('orderbook_delta', { market_ticker: HOME, use_yes_price: true });
      const [refused] = await client.subscribe('orderbook_delta', { market_ticker: AWAY, use_yes_price: false });
      assert.equal(errorText(refused ?? assert.fail()), '11 Invalid parameter');
      const heard = await client.subscribe('orderbook_delta', { market_ticker: AWAY });
      assert.equal(heard[0]?.type, 'subscribed');
    });

    it('changes nothing when one of its channels is refused', async () => {
      await client.subscribe(['trade', 'nonsense']);
      await client.subscribe(['trade', 'orderbook_delta']);
      assert.deepEqual(await client.ask({ id: 9, cmd: 'list_subscriptions' }), [{ type: 'ok', id: 9, msg: [] }]);
    });

    it('sends the ticker at once where that is asked for, also by UUID', async () => {
      const named = await client.subscribe('ticker', { market_ticker: HOME, send_initial_snapshot: true });
      assert.deepEqual(
        named.map(({ type, msg }) => [type, msg?.['market_ticker']]),
        [
          ['subscribed', undefined],
          ['ticker', HOME],
        ],
      );
      const [ok, ticker] = await client.update(1, 'add_markets', { market_id: idOf(AWAY), send_initial_snapshot: true });
      assert.deepEqual(ok, {
        type: 'ok',
        id: 2,
        sid: 1,
        msg: { market_tickers: [AWAY, HOME], market_ids: [idOf(AWAY), idOf(HOME)] },
      });
      assert.equal(ticker?.msg?.['market_id'], idOf(AWAY));
      assert.deepEqual(await client.subscribe('ticker', { market_ids: ['6c1a1f0e-0000-4000-8000-000000000000'] }), [
        { type: 'subscribed', id: 1, msg: { channel: 'ticker', sid: 1 } },
      ]);
    });

    it('takes and keeps quiet about channels of what a night does not have', async () => {
      const channels = [
        'multivariate_market_lifecycle',
        'communications',
        'cfbenchmarks_value',
        'cfbenchmarks_value_5hz',
        'pyth_value',
      ];
      const heard = await client.subscribe(channels, {
        shard_factor: 4,
        shard_key: 3,
        index_ids: ['BRTI'],
        underlying_tickers: ['all'],
      });
      assert.deepEqual(
        heard.map(({ msg }) => msg?.channel),
        channels,
      );
      assert.deepEqual(await client.update(3, 'indexlist'), [
        { type: 'cfbenchmarks_value_indexlist', id: 2, sid: 3, seq: 1, msg: { index_ids: [] } },
      ]);
      assert.deepEqual(await client.update(3, 'subscribe_indices', { index_ids: ['BRTI'] }), [
        { type: 'ok', id: 2, sid: 3, seq: 2 },
      ]);
      assert.deepEqual(await client.update(5, 'underlying_list'), [
        { type: 'pyth_value_underlying_list', id: 2, sid: 5, seq: 1, msg: { underlying_tickers: [] } },
      ]);
      assert.deepEqual(await client.update(5, 'unsubscribe_underlyings', { underlying_tickers: ['all'] }), [
        { type: 'ok', id: 2, sid: 5, seq: 2 },
      ]);
    });
  });

  describe('unsubscribe', () => {
    it('answers once per sid with its next seq, and nothing more comes', async () => {
      await client.subscribe(['orderbook_delta', 'ticker'], { market_ticker: HOME });
      assert.deepEqual(await client.ask({ id: 3, cmd: 'unsubscribe', params: { sids: [1, 2, 2] } }), [
        { type: 'unsubscribed', id: 3, sid: 1, seq: 2 },
        { type: 'unsubscribed', id: 3, sid: 2, seq: 1 },
      ]);
      pit.quote(HOME, [{ priceCC: 4_000, countE2: 100 }], []);
      assert.deepEqual(await client.hear(), []);
      assert.deepEqual(await client.ask({ id: 4, cmd: 'list_subscriptions' }), [{ type: 'ok', id: 4, msg: [] }]);
    });

    it('ends what is known and names no error for it, and refuses the rest', async () => {
      await client.subscribe('market_lifecycle_v2');
      const [ended, refused] = await client.ask({ id: 3, cmd: 'unsubscribe', params: { sids: [1, 8] } });
      assert.deepEqual(ended, { type: 'unsubscribed', id: 3, sid: 1, seq: 1 });
      assert.deepEqual(refused, { type: 'error', id: 3, msg: { code: 7, msg: 'Unknown subscription ID' } });
      pit.perform({ kind: 'deactivate', ticker: HOME });
      assert.deepEqual(await client.hear(), []);
    });
  });

  describe('update_subscription', () => {
    it('adds markets: ok with the whole sorted list takes a seq, then their snapshots', async () => {
      await client.subscribe('orderbook_delta', { market_ticker: HOME });
      const heard = await client.ask({
        id: 5,
        cmd: 'update_subscription',
        params: { sids: [1], action: 'add_markets', market_tickers: [AWAY] },
      });
      assert.deepEqual(heard[0], { type: 'ok', id: 5, sid: 1, seq: 2, msg: { market_tickers: [AWAY, HOME] } });
      assert.deepEqual(bookHeads(heard), [[1, 3, undefined, AWAY]]);
    });

    it('deletes markets, of which nothing is heard any more', async () => {
      await client.subscribe('orderbook_delta', { market_tickers: [HOME, AWAY] });
      const [ok] = await client.update(1, 'delete_markets', { market_tickers: [HOME] });
      assert.deepEqual(ok, { type: 'ok', id: 2, sid: 1, seq: 3, msg: { market_tickers: [AWAY] } });
      for (const ticker of [HOME, AWAY]) pit.quote(ticker, [{ priceCC: 4_000, countE2: 100 }], []);
      assert.deepEqual(
        (await client.hear()).map(({ seq, msg }) => [seq, msg?.['market_ticker']]),
        [[4, AWAY]],
      );
    });

    it('sends snapshots on request with the id of the request, and changes nothing by it', async () => {
      await client.subscribe('orderbook_delta', { market_ticker: HOME });
      assert.deepEqual(bookHeads(await client.update(1, 'get_snapshot', { market_tickers: [AWAY, HOME, UNKNOWN] }, 6)), [
        [1, 2, 6, AWAY],
        [1, 3, 6, HOME],
      ]);
      const [ok] = await client.update(1, 'delete_markets', { market_ticker: UNKNOWN });
      assert.deepEqual(ok?.msg, { market_tickers: [HOME] });
    });

    it('leaves the list out where skip_ticker_ack was asked for', async () => {
      await client.subscribe('orderbook_delta', { market_ticker: HOME, skip_ticker_ack: true });
      const [ok] = await client.update(1, 'add_markets', { market_ticker: AWAY });
      assert.deepEqual(ok, { type: 'ok', id: 2, sid: 1, seq: 2, msg: {} });
    });

    it('takes no seq on channels that have none', async () => {
      await client.subscribe('fill', { market_ticker: HOME });
      assert.deepEqual(await client.update(1, 'add_markets', { market_ticker: AWAY }), [
        { type: 'ok', id: 2, sid: 1, msg: { market_tickers: [AWAY, HOME] } },
      ]);
    });
  });

  it('every frame ends with a newline', async () => {
    await client.subscribe(['orderbook_delta', 'ticker'], { market_ticker: HOME, send_initial_snapshot: true });
    await client.ask('nonsense');
    assert.equal(client.texts.length > 5, true);
    for (const text of client.texts) assert.match(text, /^\{.*\}\n$/);
  });

  describe('refuses', () => {
    const sub = (params: unknown): unknown => ({ id: 2, cmd: 'subscribe', params });
    const update = (params: unknown): unknown => ({ id: 2, cmd: 'update_subscription', params });
    const book = (params: object): unknown => sub({ channels: ['orderbook_delta'], ...params });
    const add = (params: object): unknown => update({ sid: 1, action: 'add_markets', ...params });
    /** The connection follows HOME's book as sid 1, the life cycle as 2, everyone's trades as 3, pyth as 4 and benchmarks as 5. */
    const cases: [string, unknown, string][] = [
      ['what is no JSON', '{"id":2', '1 Unable to process message'],
      ['what is no object', [1], '1 Unable to process message'],
      ['an id that is no natural number', { id: -1, cmd: 'list_subscriptions' }, '1 Unable to process message'],
      ['an id that is text', { id: '1', cmd: 'list_subscriptions' }, '1 Unable to process message'],
      ['a subscribe without params', { id: 2, cmd: 'subscribe' }, '2 Params required'],
      ['an update whose params are a list', update([]), '2 Params required'],
      ['an unsubscribe without params', { id: 2, cmd: 'unsubscribe', params: null }, '2 Params required'],
      ['a subscribe without channels', sub({}), '3 Channels required'],
      ['an empty list of channels', sub({ channels: [] }), '3 Channels required'],
      ['channels that are no list', sub({ channels: 'trade' }), '3 Channels required'],
      ['an unsubscribe without sids', { id: 2, cmd: 'unsubscribe', params: {} }, '4 Subscription IDs required'],
      ['an unsubscribe with an empty list', { id: 2, cmd: 'unsubscribe', params: { sids: [] } }, '4 Subscription IDs required'],
      ['sids that are text', { id: 2, cmd: 'unsubscribe', params: { sids: ['1'] } }, '11 Invalid parameter'],
      ['an unknown command', { id: 2, cmd: 'shout', params: {} }, '5 Unknown command'],
      ['no command at all', { id: 2 }, '5 Unknown command'],
      [
        'an update of an unknown sid',
        update({ sid: 99, action: 'add_markets', market_ticker: HOME }),
        '7 Unknown subscription ID',
      ],
      ['a channel that does not exist', sub({ channels: ['ticker_v2'] }), '8 Unknown channel name'],
      ['a channel that is a number', sub({ channels: [3] }), '8 Unknown channel name'],
      ['a book without markets', book({}), '14 Market Ticker required'],
      ['a book by UUID', book({ market_id: 'x' }), '14 Market Ticker required'],
      ['an empty list of markets', sub({ channels: ['trade'], market_tickers: [] }), '14 Market Ticker required'],
      ['a market that is a number', book({ market_ticker: 3 }), '11 Invalid parameter'],
      ['a market without a name', book({ market_tickers: [''] }), '11 Invalid parameter'],
      ['markets that are no list', book({ market_tickers: HOME }), '11 Invalid parameter'],
      ['a market and a list of them', book({ market_ticker: HOME, market_tickers: [HOME] }), '11 Invalid parameter'],
      ['tickers and UUIDs', sub({ channels: ['ticker'], market_ticker: HOME, market_id: 'x' }), '11 Invalid parameter'],
      ['UUIDs where only tickers will do', sub({ channels: ['fill'], market_ids: ['x'] }), '11 Invalid parameter'],
      ['a flag that is text', book({ market_ticker: AWAY, use_yes_price: 'yes' }), '11 Invalid parameter'],
      ['no sid', update({ action: 'add_markets' }), '12 Exactly one subscription ID is required'],
      ['two sids', update({ sids: [1, 2], action: 'add_markets' }), '12 Exactly one subscription ID is required'],
      ['a sid and sids', update({ sid: 1, sids: [1], action: 'add_markets' }), '12 Exactly one subscription ID is required'],
      ['a sid that is text', update({ sid: '1', action: 'add_markets' }), '11 Invalid parameter'],
      ['an update without an action', update({ sid: 1 }), '15 Action required (sid 1 seq 2)'],
      ['an unknown action', update({ sid: 1, action: 'dance' }), '13 Unsupported action (sid 1 seq 2)'],
      ['an action that is a number', update({ sid: 1, action: 1 }), '13 Unsupported action (sid 1 seq 2)'],
      [
        'a snapshot of trades',
        update({ sid: 3, action: 'get_snapshot', market_ticker: HOME }),
        '13 Unsupported action (sid 3 seq 1)',
      ],
      [
        'markets for the life cycle',
        update({ sid: 2, action: 'add_markets', market_ticker: HOME }),
        '13 Unsupported action (sid 2 seq 1)',
      ],
      ['an update without markets', add({}), '14 Market Ticker required (sid 1 seq 2)'],
      [
        'an update of trades without markets',
        update({ sid: 3, action: 'add_markets' }),
        '14 Market Ticker required (sid 3 seq 1)',
      ],
      ['an update with a market that is a number', add({ market_tickers: [4] }), '11 Invalid parameter (sid 1 seq 2)'],
      ['shards without end', sub({ channels: ['communications'], shard_factor: 0 }), '19 shard_factor must be > 0'],
      ['half a shard', sub({ channels: ['communications'], shard_factor: 0.5 }), '11 Invalid parameter'],
      [
        'a shard of nothing',
        sub({ channels: ['communications'], shard_key: 0 }),
        '20 shard_factor is required when shard_key is set',
      ],
      [
        'a shard beyond the last',
        sub({ channels: ['communications'], shard_factor: 2, shard_key: 2 }),
        '21 shard_key must be >= 0 and < shard_factor',
      ],
      ['a shard that is text', sub({ channels: ['communications'], shard_factor: 2, shard_key: 'a' }), '11 Invalid parameter'],
      ['too many shards', sub({ channels: ['communications'], shard_factor: 101 }), '22 shard_factor must be <= 100'],
      ['indices without names', update({ sid: 5, action: 'subscribe_indices' }), '24 Index IDs required (sid 5 seq 1)'],
      [
        'underlyings without names',
        update({ sid: 4, action: 'subscribe_underlyings', underlying_tickers: [] }),
        '28 Underlying tickers required (sid 4 seq 1)',
      ],
      ['an index that is a number', sub({ channels: ['cfbenchmarks_value'], index_ids: [1] }), '11 Invalid parameter'],
    ];
    for (const [what, command, expected] of cases) {
      it(`${what}: ${expected}`, async () => {
        await client.subscribe('orderbook_delta', { market_ticker: HOME });
        await client.subscribe(['market_lifecycle_v2', 'trade', 'pyth_value', 'cfbenchmarks_value']);
        const heard = await client.ask(command);
        assert.deepEqual(heard.map(errorText), [expected]);
        assert.equal(heard[0]?.id, expected.startsWith('1 ') ? undefined : 2);
        const listed = await client.ask({ id: 3, cmd: 'list_subscriptions' });
        assert.equal(Object.keys(listed[0]?.msg ?? {}).length, 5);
      });
    }

    it('a message that is not text: 1', async () => {
      client.ws.send(Buffer.from('{"id":2,"cmd":"list_subscriptions"}'), { binary: true });
      assert.deepEqual((await client.hear()).map(errorText), ['1 Unable to process message']);
    });

    it('private channels to a key that may not read: 9', async () => {
      const writer = await pit.connect(pit.member(['write']));
      for (const channel of ['fill', 'user_orders', 'market_positions', 'order_group_updates']) {
        assert.deepEqual((await writer.subscribe(channel)).map(errorText), ['9 Authentication required']);
      }
      assert.equal((await writer.subscribe('trade'))[0]?.type, 'subscribed');
    });

    it('more markets than a connection may follow: 26', async () => {
      pit.perform({
        kind: 'event',
        event: { ...(pit.night.exchange.state.events.get(EVENT) ?? assert.fail()).listing, ticker: 'KXNBAGAME-X' },
        markets: ['A', 'B', 'C'].map((name) => market(`KXNBAGAME-X-${name}`, { eventTicker: 'KXNBAGAME-X' })),
      });
      const three = { market_tickers: ['KXNBAGAME-X-A', 'KXNBAGAME-X-B', 'KXNBAGAME-X-C'] };
      await client.subscribe(['orderbook_delta', 'trade'], { market_tickers: [HOME, AWAY] });
      assert.deepEqual((await client.update(1, 'add_markets', three)).map(errorText), [
        '26 Subscription market limit exceeded (sid 1 seq 3)',
      ]);
      assert.deepEqual((await client.subscribe('ticker', three)).map(errorText), ['26 Subscription market limit exceeded']);
      assert.equal((await client.subscribe('ticker', { market_tickers: [HOME, AWAY] }))[0]?.type, 'subscribed');
      assert.equal((await client.update(1, 'add_markets', { market_ticker: HOME }))[0]?.type, 'ok');
    });
  });
});

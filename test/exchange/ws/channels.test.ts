import assert from 'node:assert/strict';
import { AWAY, event, HOME, market, START_MS } from '../stage.ts';
import { type Client, type Heard, type Member, ofType, Pit } from './pit.ts';

const SECOND_MS = 1_000;

describe('Socket channels', () => {
  let pit: Pit;
  let alice: Member;
  let bob: Member;
  let client: Client;
  beforeEach(async () => {
    pit = await new Pit().open();
    alice = pit.member();
    bob = pit.member();
    client = await pit.connect(alice);
  });
  afterEach(() => pit.close());

  const idOf = (ticker: string): string => (pit.night.exchange.state.markets.get(ticker) ?? assert.fail(ticker)).id;
  const messages = (frames: Heard[], type: string): unknown[] => ofType(frames, type).map(({ msg }) => msg);

  describe('orderbook_delta', () => {
    const quote = (): void =>
      pit.quote(
        HOME,
        [
          { priceCC: 4_700, countE2: 300 },
          { priceCC: 4_500, countE2: 1_250 },
        ],
        [
          { priceCC: 4_800, countE2: 100 },
          { priceCC: 5_100, countE2: 50 },
        ],
      );

    it('shows the book with the best price last, NO prices for offers, and no key for an empty side', async () => {
      quote();
      pit.quote(AWAY, [{ priceCC: 5_000, countE2: 100 }], []);
      const heard = await client.subscribe('orderbook_delta', { market_tickers: [HOME, AWAY] });
      assert.deepEqual(messages(heard, 'orderbook_snapshot'), [
        {
          market_ticker: HOME,
          market_id: idOf(HOME),
          yes_dollars_fp: [
            ['0.4500', '12.50'],
            ['0.4700', '3.00'],
          ],
          no_dollars_fp: [
            ['0.4900', '0.50'],
            ['0.5200', '1.00'],
          ],
        },
        { market_ticker: AWAY, market_id: idOf(AWAY), yes_dollars_fp: [['0.5000', '1.00']] },
      ]);
    });

    it('speaks YES prices on both sides where use_yes_price was asked for', async () => {
      quote();
      const heard = await client.subscribe('orderbook_delta', { market_ticker: HOME, use_yes_price: true });
      assert.deepEqual(heard[1]?.msg?.['no_dollars_fp'], [
        ['0.5100', '0.50'],
        ['0.4800', '1.00'],
      ]);
      pit.quote(HOME, [{ priceCC: 4_700, countE2: 300 }], [{ priceCC: 4_800, countE2: 275 }]);
      const deltas = ofType(await client.hear(), 'orderbook_delta').map(({ seq, msg }) => [
        seq,
        msg?.['side'],
        msg?.['price_dollars'],
        msg?.['delta_fp'],
      ]);
      assert.deepEqual(deltas, [
        [2, 'yes', '0.4500', '-12.50'],
        [3, 'no', '0.5100', '-0.50'],
        [4, 'no', '0.4800', '1.75'],
      ]);
    });

    it('dates a change in market time and names its order to nobody but its owner', async () => {
      const other = await pit.connect(bob);
      for (const each of [client, other]) await each.subscribe('orderbook_delta', { market_ticker: HOME });
      pit.place(alice, { side: 'ask', priceCC: 6_000, countE2: 1_000, clientOrderId: 'mine' });
      const expected = {
        market_ticker: HOME,
        market_id: idOf(HOME),
        price_dollars: '0.4000',
        delta_fp: '10.00',
        side: 'no',
        ts: '2026-11-20T18:00:00.000000Z',
        ts_ms: START_MS,
      };
      assert.deepEqual(messages(await client.hear(), 'orderbook_delta'), [{ ...expected, client_order_id: 'mine' }]);
      assert.deepEqual(messages(await other.hear(), 'orderbook_delta'), [expected]);
    });

    it('numbers frames per subscription over all its markets', async () => {
      await client.subscribe('orderbook_delta', { market_tickers: [HOME, AWAY] });
      for (const ticker of [HOME, AWAY, HOME]) pit.place(alice, { ticker, priceCC: 1_000 });
      assert.deepEqual(
        ofType(await client.hear(), 'orderbook_delta').map(({ sid, seq, msg }) => [sid, seq, msg?.['market_ticker']]),
        [
          [1, 3, HOME],
          [1, 4, AWAY],
          [1, 5, HOME],
        ],
      );
    });
  });

  describe('ticker', () => {
    it('tells once per batch what a market has come to, and nothing when nothing has changed', async () => {
      await client.subscribe('ticker', { market_ticker: HOME });
      pit.quote(HOME, [{ priceCC: 4_500, countE2: 5_000 }], [{ priceCC: 5_300, countE2: 7_000 }]);
      pit.place(alice, { side: 'bid', priceCC: 5_300, countE2: 2_500, timeInForce: 'immediate_or_cancel' });
      pit.place(alice, { side: 'bid', priceCC: 1_000, countE2: 100 });
      pit.place(bob, { ticker: AWAY, priceCC: 1_000, countE2: 100 });
      const [quoted, traded, ...rest] = messages(await client.hear(), 'ticker');
      const common = { market_ticker: HOME, market_id: idOf(HOME), yes_bid_dollars: '0.4500', yes_ask_dollars: '0.5300' };
      const time = { ts: START_MS / 1000, ts_ms: START_MS, time: '2026-11-20T18:00:00.000000Z' };
      assert.deepEqual(quoted, {
        ...common,
        ...time,
        price_dollars: '0.0000',
        volume_fp: '0.00',
        open_interest_fp: '0.00',
        dollar_volume: 0,
        dollar_open_interest: 0,
        yes_bid_size_fp: '50.00',
        yes_ask_size_fp: '70.00',
        last_trade_size_fp: '0.00',
      });
      assert.deepEqual(traded, {
        ...common,
        ...time,
        price_dollars: '0.5300',
        volume_fp: '25.00',
        open_interest_fp: '25.00',
        dollar_volume: 13,
        dollar_open_interest: 25,
        yes_bid_size_fp: '50.00',
        yes_ask_size_fp: '45.00',
        last_trade_size_fp: '25.00',
      });
      assert.deepEqual(rest, []);
    });

    it('shows an empty side as 0 or 1 dollar', async () => {
      const [, ticker] = await client.subscribe('ticker', { market_ticker: HOME, send_initial_snapshot: true });
      const { yes_bid_dollars, yes_ask_dollars, yes_bid_size_fp, yes_ask_size_fp } = ticker?.msg ?? assert.fail();
      assert.deepEqual(
        [yes_bid_dollars, yes_ask_dollars, yes_bid_size_fp, yes_ask_size_fp],
        ['0.0000', '1.0000', '0.00', '0.00'],
      );
    });

    it('follows every market where none is named, those listed later too', async () => {
      await client.subscribe('ticker');
      const later = 'KXNBAGAME-LATER-A';
      pit.perform({
        kind: 'event',
        event: { ...event, ticker: 'KXNBAGAME-LATER' },
        markets: [market(later, { eventTicker: 'KXNBAGAME-LATER' })],
      });
      assert.equal((await client.hear()).length, 1);
      for (const ticker of [AWAY, later]) pit.place(alice, { ticker, priceCC: 1_000 });
      assert.deepEqual(
        ofType(await client.hear(), 'ticker').map(({ msg }) => msg?.['market_ticker']),
        [AWAY, later],
      );
    });

    it('notices a change back to what it told before, if somebody began to follow in between', async () => {
      await client.subscribe('ticker', { market_ticker: HOME });
      const resting = pit.place(alice, { priceCC: 1_000 });
      await client.ask({ id: 2, cmd: 'unsubscribe', params: { sids: [1] } });
      pit.cancel(alice, resting);
      await client.subscribe('ticker', { market_ticker: HOME });
      pit.place(alice, { priceCC: 1_000 });
      assert.equal(ofType(await client.hear(), 'ticker').length, 1);
    });
  });

  it('trade tells every print to everyone with the direction of who took it', async () => {
    const other = await pit.connect(bob);
    await client.subscribe('trade', { market_ticker: HOME });
    await other.subscribe('trade');
    pit.quote(HOME, [{ priceCC: 3_600, countE2: 500 }], []);
    pit.quote(AWAY, [{ priceCC: 3_600, countE2: 500 }], []);
    pit.place(alice, { side: 'ask', priceCC: 3_600, countE2: 136 });
    pit.perform({ kind: 'flow', ticker: AWAY, side: 'ask', countE2: 100, limitCC: 3_600 });
    const heard = await client.hear();
    const [trade] = pit.night.tape.trades;
    assert.deepEqual(heard, [
      {
        type: 'trade',
        sid: 1,
        seq: 1,
        msg: {
          trade_id: trade?.tradeId,
          market_ticker: HOME,
          yes_price_dollars: '0.3600',
          no_price_dollars: '0.6400',
          count_fp: '1.36',
          taker_side: 'no',
          taker_outcome_side: 'no',
          taker_book_side: 'ask',
          is_block_trade: false,
          ts: START_MS / 1000,
          ts_ms: START_MS,
        },
      },
    ]);
    assert.deepEqual(
      (await other.hear()).map(({ seq, msg }) => [seq, msg?.['market_ticker']]),
      [
        [1, HOME],
        [2, AWAY],
      ],
    );
  });

  it('market_lifecycle_v2 tells of every event and market from listing to pay-out', async () => {
    await client.subscribe('market_lifecycle_v2', { market_ticker: HOME });
    const ticker = 'KXNBAGAME-NEW-A';
    const closeMs = START_MS + 3_600 * SECOND_MS;
    pit.perform({
      kind: 'event',
      event: { ...event, ticker: 'KXNBAGAME-NEW' },
      markets: [market(ticker, { eventTicker: 'KXNBAGAME-NEW', customStrike: { basketball_team: 'b' } })],
    });
    pit.perform({ kind: 'deactivate', ticker });
    pit.perform({ kind: 'activate', ticker });
    pit.perform({ kind: 'close_date', ticker, closeMs });
    pit.perform({ kind: 'determine', ticker, result: 'scalar', valueCC: 4_200 });
    pit.night.step();
    const heard = await client.hear();
    assert.deepEqual(
      heard.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(messages(heard, 'event_lifecycle'), [
      {
        event_ticker: 'KXNBAGAME-NEW',
        exchange_index: 0,
        title: event.title,
        subtitle: event.subTitle,
        collateral_return_type: 'MECNET',
        series_ticker: 'KXNBAGAME',
      },
    ]);
    const [created, ...later] = messages(heard, 'market_lifecycle_v2') as Record<string, Record<string, unknown>>[];
    assert.deepEqual(created, {
      event_type: 'created',
      market_ticker: ticker,
      exchange_index: 0,
      open_ts: START_MS / 1000,
      close_ts: START_MS / 1000 + 14 * 86_400,
      price_level_structure: 'linear_cent',
      price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
      additional_metadata: {
        name: ticker,
        title: `Will ${ticker} win?`,
        yes_sub_title: ticker,
        no_sub_title: ticker,
        rules_primary: 'The winner pays.',
        rules_secondary: '',
        can_close_early: true,
        event_ticker: 'KXNBAGAME-NEW',
        expected_expiration_ts: START_MS / 1000 + 3 * 3_600,
        strike_type: 'structured',
        custom_strike: { basketball_team: 'b' },
      },
    });
    assert.deepEqual(later, [
      { event_type: 'deactivated', market_ticker: ticker, is_deactivated: true },
      { event_type: 'activated', market_ticker: ticker, is_deactivated: false },
      { event_type: 'close_date_updated', market_ticker: ticker, close_ts: closeMs / 1000 },
      {
        event_type: 'determined',
        market_ticker: ticker,
        result: 'scalar',
        determination_ts: START_MS / 1000,
        settlement_value: '0.4200',
      },
      { event_type: 'settled', market_ticker: ticker, settled_ts: START_MS / 1000 + 300 },
    ]);
  });
});

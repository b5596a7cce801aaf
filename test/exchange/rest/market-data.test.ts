import assert from 'node:assert/strict';
import type { ScenarioAction } from '../../../lib/exchange/scenario/types.ts';
import {
  AZ,
  CLE,
  DAY_MS,
  event,
  HOUR_MS,
  MIA,
  MILESTONE,
  MLB,
  market,
  milestone,
  NBA,
  NYK,
  opening,
  START_MS,
  series,
  TARGET,
} from './scenario.ts';
import { openStage, type Stage } from './stage.ts';

const START_S = START_MS / 1000;
const HOUR_S = HOUR_MS / 1000;

describe('exchange market data', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({
      events: [
        { atMs: START_MS, actions: opening() },
        { atMs: START_MS + 90_000, actions: [{ kind: 'flow', ticker: NYK, side: 'ask', countE2: 500, limitCC: 5_200 }] },
        { atMs: START_MS + 2 * DAY_MS, actions: [{ kind: 'flow', ticker: NYK, side: 'bid', countE2: 100, limitCC: 5_500 }] },
      ],
    });
  });
  afterEach(() => stage.close());

  const body = async (path: string) => (await stage.get(path)).body;
  const tickers = async (query: string): Promise<string[]> => {
    const reply = await stage.get(`/markets?${query}`);
    assert.equal(reply.status, 200, reply.text);
    return reply.body.markets.map((one: { ticker: string }) => one.ticker).toSorted();
  };
  const perform = (action: ScenarioAction) => stage.night.execute({ kind: 'perform', action });

  it('shows a market with both outcomes, its sizes and what was traded', async () => {
    const { market: shown } = await body(`/markets/${NYK}`);
    assert.deepEqual(
      [shown.status, shown.yes_bid_dollars, shown.yes_ask_dollars, shown.no_bid_dollars, shown.no_ask_dollars],
      ['active', '0.5200', '0.5500', '0.4500', '0.4800'],
    );
    assert.deepEqual([shown.yes_bid_size_fp, shown.yes_ask_size_fp], ['100.00', '92.23']);
    assert.deepEqual([shown.last_price_dollars, shown.volume_fp, shown.volume_24h_fp], ['0.5500', '7.77', '7.77']);
    assert.deepEqual(shown.custom_strike, { basketball_team: TARGET });
    assert.equal(shown.strike_type, 'structured');
    assert.equal(shown.created_time, '2026-11-20T18:00:00.000000Z');
    assert.equal(shown.close_time, '2026-12-04T18:00:00Z');
    assert.equal('settlement_ts' in shown, false);
    assert.equal('series_ticker' in shown, false);
  });

  it('says with sentinels that a side is empty', async () => {
    const { market: shown } = await body(`/markets/${AZ}`);
    assert.deepEqual(
      [shown.yes_ask_dollars, shown.yes_ask_size_fp, shown.no_bid_dollars, shown.yes_bid_dollars, shown.no_ask_dollars],
      ['1.0000', '0.00', '0.0000', '0.3000', '0.7000'],
    );
    const { market: nothing } = await body(`/markets/${MIA}`);
    assert.deepEqual([nothing.yes_bid_dollars, nothing.yes_ask_dollars, nothing.strike_type], ['0.0000', '1.0000', 'structured']);
    assert.equal('custom_strike' in (await body(`/markets/${CLE}`)).market, false);
  });

  it('forgets after a day what counts as the last 24 hours', async () => {
    stage.night.step();
    assert.equal((await body(`/markets/${NYK}`)).market.volume_24h_fp, '12.77');
    while (stage.night.nowMs() < START_MS + 2 * DAY_MS) stage.night.step();
    const { market: shown } = await body(`/markets/${NYK}`);
    assert.deepEqual([shown.volume_fp, shown.volume_24h_fp], ['13.77', '1.00']);
  });

  it('maps statuses to the words of the filter, one at a time', async () => {
    assert.deepEqual(await tickers('status=open'), [AZ, CLE, NYK].toSorted());
    assert.deepEqual(await tickers('status=unopened'), [MIA]);
    perform({ kind: 'deactivate', ticker: CLE });
    assert.deepEqual(await tickers('status=paused'), [CLE]);
    perform({ kind: 'close_date', ticker: AZ, closeMs: START_MS });
    assert.equal((await body(`/markets/${AZ}`)).market.status, 'closed');
    perform({ kind: 'determine', ticker: CLE, result: 'scalar', valueCC: 4_650 });
    assert.deepEqual(await tickers('status=closed'), [AZ, CLE].toSorted());
    const { market: voided } = await body(`/markets/${CLE}`);
    assert.deepEqual([voided.status, voided.result, voided.settlement_value_dollars], ['determined', 'scalar', '0.4650']);
    while ((await body(`/markets/${CLE}`)).market.status !== 'finalized') stage.night.step();
    assert.deepEqual(await tickers('status=settled'), [CLE]);
    assert.match((await body(`/markets/${CLE}`)).market.settlement_ts, /^2026-11-20T18:05:00\.000000Z$/);
    assert.deepEqual(await tickers(`status=settled&min_settled_ts=${START_S + 300}&max_settled_ts=${START_S + 300}`), [CLE]);
    assert.deepEqual(await tickers(`min_settled_ts=${START_S + 301}`), []);
  });

  it('filters markets by what they belong to', async () => {
    assert.deepEqual(await tickers('series_ticker=KXMLBGAME'), [AZ, MIA].toSorted());
    assert.deepEqual(await tickers(`event_ticker=${NBA}`), [CLE, NYK].toSorted());
    assert.deepEqual(await tickers(`event_ticker=${NBA},${MLB}`), [AZ, CLE, MIA, NYK].toSorted());
    assert.deepEqual(await tickers(`tickers=${NYK},${AZ},NONE`), [AZ, NYK].toSorted());
    assert.deepEqual(await tickers('mve_filter=only'), []);
    assert.deepEqual(
      await tickers(`mve_filter=exclude&min_updated_ts=${START_S}&series_ticker=KXNBAGAME`),
      [CLE, NYK].toSorted(),
    );
    assert.deepEqual(await tickers(`min_updated_ts=${START_S + 1}`), []);
    assert.deepEqual(await tickers(`min_created_ts=${START_S}&max_created_ts=${START_S}&status=unopened`), [MIA]);
    assert.deepEqual(await tickers(`max_created_ts=${START_S - 1}`), []);
    assert.deepEqual(await tickers(`min_close_ts=${START_S + 15 * 86_400}`), []);
    assert.equal((await tickers('limit=0')).length, 4);
  });

  for (const query of [
    'status=closed&min_created_ts=1',
    'status=open&min_close_ts=1',
    'status=open&max_settled_ts=1',
    'min_updated_ts=1&status=open',
    'min_updated_ts=1&min_close_ts=1',
    'min_updated_ts=1&mve_filter=only',
    'min_updated_ts=1&series_ticker=KXNBAGAME',
  ]) {
    it(`refuses the combination ${query}`, async () => {
      const reply = await stage.get(`/markets?${query}`);
      assert.equal(reply.status, 400);
      assert.equal(reply.body.code, 'bad_request');
      assert.ok(reply.body.details.includes('only') || reply.body.details.includes('needs'));
    });
  }

  it('answers 404 for markets, events and series that are not there', async () => {
    for (const path of [
      '/markets/NONE',
      '/markets/NONE/orderbook',
      '/events/NONE',
      '/events/NONE/metadata',
      '/series/NONE',
      '/milestones/NONE',
      '/live_data/milestone/NONE',
      `/live_data/football_game/milestone/${MILESTONE}`,
      '/live_data/milestone/NONE/game_stats',
      '/structured_targets/NONE',
      `/series/KXMLBGAME/markets/${NYK}/candlesticks?start_ts=0&end_ts=1&period_interval=1`,
      `/series/KXMLBGAME/events/${NBA}/candlesticks?start_ts=0&end_ts=1&period_interval=1`,
    ]) {
      const reply = await stage.get(path);
      assert.equal(reply.status, 404, path);
      assert.deepEqual(reply.body, { error: { code: 'not_found', message: 'not found' } });
    }
  });

  it('shows books as bids of both outcomes, ascending, as deep as asked', async () => {
    assert.deepEqual((await body(`/markets/${NYK}/orderbook`)).orderbook_fp, {
      yes_dollars: [
        ['0.5100', '200.00'],
        ['0.5200', '100.00'],
      ],
      no_dollars: [
        ['0.4400', '200.00'],
        ['0.4500', '92.23'],
      ],
    });
    assert.deepEqual((await body(`/markets/${NYK}/orderbook?depth=1`)).orderbook_fp, {
      yes_dollars: [['0.5200', '100.00']],
      no_dollars: [['0.4500', '92.23']],
    });
    assert.equal((await body(`/markets/${NYK}/orderbook?depth=0`)).orderbook_fp.yes_dollars.length, 2);
    assert.deepEqual((await body(`/markets/${AZ}/orderbook`)).orderbook_fp.no_dollars, []);
    const { orderbooks } = await body(`/markets/orderbooks?tickers=${NYK}&tickers=NONE&tickers=${CLE}`);
    assert.deepEqual(
      orderbooks.map((book: { ticker: string }) => book.ticker),
      [NYK, CLE],
    );
  });

  it('lists trades newest first, by market and time', async () => {
    stage.night.step();
    const { trades, cursor } = await body('/markets/trades');
    assert.equal(cursor, '');
    assert.deepEqual(
      trades.map((one: Record<string, unknown>) => [one.count_fp, one.yes_price_dollars, one.no_price_dollars, one.taker_side]),
      [
        ['5.00', '0.5200', '0.4800', 'no'],
        ['7.77', '0.5500', '0.4500', 'yes'],
      ],
    );
    assert.equal(trades[0].taker_book_side, 'ask');
    const counts = async (query: string) =>
      (await body(`/markets/trades?${query}`)).trades.map((one: { count_fp: string }) => one.count_fp);
    assert.deepEqual(await counts(`ticker=${CLE}`), []);
    assert.deepEqual(await counts(`ticker=${NYK}&max_ts=${START_S}`), ['7.77']);
    assert.deepEqual(await counts(`min_ts=${START_S + 90}`), ['5.00']);
    assert.deepEqual(await counts('is_block_trade=true'), []);
    assert.deepEqual(await counts('is_block_trade=false&limit=1'), ['5.00']);
  });

  it('draws candlesticks of quotes and prices', async () => {
    stage.night.step();
    const path = `/series/KXNBAGAME/markets/${NYK}/candlesticks`;
    const { ticker, candlesticks } = await body(`${path}?start_ts=${START_S}&end_ts=${START_S + 600}&period_interval=1`);
    assert.equal(ticker, NYK);
    assert.deepEqual(
      candlesticks.map((one: Record<string, unknown>) => [one.end_period_ts, one.volume_fp]),
      [
        [START_S, '7.77'],
        [START_S + 60, '0.00'],
        [START_S + 120, '5.00'],
      ],
    );
    assert.deepEqual(candlesticks[2].price, {
      open_dollars: '0.5200',
      low_dollars: '0.5200',
      high_dollars: '0.5200',
      close_dollars: '0.5200',
      mean_dollars: '0.5200',
      previous_dollars: '0.5500',
    });
    assert.deepEqual(candlesticks[1].price, { previous_dollars: '0.5500' });
    assert.equal(candlesticks[0].yes_bid.close_dollars, '0.5200');
    assert.equal(candlesticks[0].yes_ask.close_dollars, '0.5500');

    const later = `start_ts=${START_S + 180}&end_ts=${START_S + 600}&period_interval=1&include_latest_before_start=true`;
    const latest = await body(`/markets/candlesticks?market_tickers=${NYK},NONE,${AZ}&${later}`);
    assert.deepEqual(
      latest.markets.map((one: { market_ticker: string; candlesticks: unknown[] }) => [
        one.market_ticker,
        one.candlesticks.length,
      ]),
      [
        [NYK, 1],
        [AZ, 1],
      ],
    );
    assert.deepEqual(latest.markets[0].candlesticks[0].price, { previous_dollars: '0.5200' });
  });

  it('cuts candlesticks off at 5000 without a word', async () => {
    while (stage.night.nowMs() < START_MS + 2 * DAY_MS) stage.night.step();
    stage.night.execute({ kind: 'perform', action: { kind: 'quote', ticker: NYK, bids: [], asks: [] } });
    const span = `start_ts=${START_S}&end_ts=${START_S + 30 * 24 * HOUR_S}&period_interval=1`;
    assert.equal((await body(`/series/KXNBAGAME/markets/${NYK}/candlesticks?${span}`)).candlesticks.length, 2 * 24 * 60 + 1);
    const both = await body(`/series/KXNBAGAME/events/${NBA}/candlesticks?${span}`);
    assert.deepEqual(both.market_tickers, [NYK, CLE]);
    assert.equal(both.adjusted_end_ts, START_S + 2_500 * 60);
    const ends = both.market_candlesticks.flat().map((one: { end_period_ts: number }) => one.end_period_ts);
    assert.ok(Math.max(...ends) <= both.adjusted_end_ts);
    perform({ kind: 'close_date', ticker: NYK, closeMs: START_MS + 30 * DAY_MS });
    while (stage.night.nowMs() < START_MS + 14 * DAY_MS && stage.night.step());
    perform({ kind: 'quote', ticker: NYK, bids: [{ priceCC: 5_000, countE2: 100 }], asks: [] });
    const { candlesticks } = await body(`/series/KXNBAGAME/markets/${NYK}/candlesticks?${span}`);
    assert.equal(candlesticks.length, 5_000);
    assert.equal(candlesticks[0].end_period_ts, START_S);
  });

  it('shows events with their markets beside or inside them', async () => {
    const beside = await body(`/events/${NBA}`);
    assert.equal(beside.markets.length, 2);
    assert.equal('markets' in beside.event, false);
    const inside = await body(`/events/${NBA}?with_nested_markets=true`);
    assert.equal(inside.event.markets.length, 2);
    assert.equal(inside.event.category, 'Sports');
    assert.deepEqual(inside.event.product_metadata, { competition: 'Pro Basketball', competition_scope: 'Game' });
    const metadata = await body(`/events/${NBA}/metadata`);
    assert.deepEqual(
      [metadata.competition, metadata.competition_scope, metadata.market_details.length],
      ['Pro Basketball', 'Game', 2],
    );
    assert.equal('competition_scope' in (await body(`/events/${MLB}/metadata`)), false);
  });

  it('filters events by what their markets are', async () => {
    const events = async (query: string) =>
      (await body(`/events?${query}`)).events.map((one: { event_ticker: string }) => one.event_ticker);
    assert.deepEqual(await events(''), [MLB, NBA]);
    assert.deepEqual(await events('status=unopened'), [MLB]);
    assert.deepEqual(await events('status=open&series_ticker=KXNBAGAME'), [NBA]);
    assert.deepEqual(await events('status=settled'), []);
    assert.deepEqual(await events(`tickers=${NBA},NONE`), [NBA]);
    assert.deepEqual(await events(`min_close_ts=${START_S + 15 * 86_400}`), []);
    assert.deepEqual(await events(`min_updated_ts=${START_S + 1}`), []);
    const first = await body('/events?limit=1&with_milestones=true');
    assert.deepEqual(first.milestones, []);
    const second = await body(`/events?limit=1&with_milestones=true&cursor=${first.cursor}`);
    assert.equal(second.cursor, '');
    assert.equal(second.milestones[0].id, MILESTONE);
    assert.equal('milestones' in (await body('/events')), false);
  });

  it('filters series by category and any of the tags', async () => {
    const list = async (query: string) => (await body(`/series?${query}`)).series.map((one: { ticker: string }) => one.ticker);
    assert.deepEqual(await list('tags=Baseball,Tennis'), ['KXMLBGAME']);
    assert.deepEqual(await list('category=Politics'), []);
    assert.deepEqual(await list(`min_updated_ts=${START_S + 1}`), []);
    const { series: shown } = await body('/series/KXNBAGAME?include_volume=true');
    assert.deepEqual([shown.volume_fp, shown.fee_type, shown.categories], ['7.77', 'quadratic_with_maker_fees', ['Sports']]);
    assert.equal('volume_fp' in (await body('/series')).series[0], false);
  });

  it('finds milestones by event, kind, competition and start', async () => {
    const found = async (query: string) => (await body(`/milestones?limit=10&${query}`)).milestones.length;
    assert.equal(await found(`related_event_ticker=${NBA}`), 1);
    assert.equal(await found(`related_event_ticker=${MLB}`), 0);
    assert.equal(await found('type=basketball_game&category=Sports&competition=Pro%20Basketball'), 1);
    assert.equal(await found('type=football_game'), 0);
    assert.equal(await found('competition=Pro%20Football'), 0);
    assert.equal(await found('category=Politics'), 0);
    assert.equal(await found('source_id=sr:1'), 0);
    assert.equal(await found('minimum_start_date=2026-11-20T19:00:00Z'), 1);
    assert.equal(await found('minimum_start_date=2026-11-20T19:00:01Z'), 0);
    perform({ kind: 'milestone_update', id: MILESTONE, change: { endMs: START_MS + 4 * HOUR_MS } });
    const { milestone: shown } = await body(`/milestones/${MILESTONE}`);
    assert.deepEqual([shown.start_date, shown.end_date], ['2026-11-20T19:00:00Z', '2026-11-20T22:00:00Z']);
    assert.equal(await found(`min_updated_ts=${START_S + 1}`), 0);
  });

  it('shows live data by milestone, by type and in batches', async () => {
    const live = {
      type: 'basketball_game',
      milestone_id: MILESTONE,
      details: { status: 'not_started', home_points: 0, away_points: 0 },
    };
    assert.deepEqual(await body(`/live_data/milestone/${MILESTONE}`), { live_data: live });
    assert.deepEqual(await body(`/live_data/basketball_game/milestone/${MILESTONE}?include_player_stats=true`), {
      live_data: live,
    });
    perform({ kind: 'milestone', milestone: milestone({ id: 'second' }) });
    const { live_datas: batch } = await body(
      `/live_data/batch?milestone_ids=${MILESTONE}&milestone_ids=second&milestone_ids=none`,
    );
    assert.deepEqual(batch, [live, { type: 'basketball_game', milestone_id: 'second', details: {} }]);
    assert.deepEqual(await body(`/live_data/batch?milestone_ids=${MILESTONE},second`), { live_datas: null });
  });

  it('tells plays by period', async () => {
    assert.deepEqual(await body(`/live_data/milestone/${MILESTONE}/game_stats`), {});
    for (const [period, description] of [
      [1, 'tip-off'],
      [2, 'three'],
      [1, 'late correction'],
    ] as const) {
      perform({ kind: 'play', milestoneId: MILESTONE, play: { period, event: { description } } });
    }
    assert.deepEqual(await body(`/live_data/milestone/${MILESTONE}/game_stats`), {
      pbp: {
        periods: [
          { events: [{ description: 'tip-off' }, { description: 'late correction' }] },
          { events: [{ description: 'three' }] },
        ],
      },
    });
  });

  it('finds structured targets by id, kind and competition', async () => {
    const found = async (query: string) => (await body(`/structured_targets?${query}`)).structured_targets.length;
    assert.equal(await found(''), 1);
    assert.equal(await found(`ids=${TARGET}&ids=none`), 1);
    assert.equal(await found('ids=none'), 0);
    assert.equal(await found('type=basketball_team&competition=Pro%20Basketball&page_size=1'), 1);
    assert.equal(await found('type=soccer_team'), 0);
    assert.equal(await found('competition=NHL'), 0);
  });

  it('knows the sports, competitions and tags of what is listed', async () => {
    perform({ kind: 'series', series: { ...series('KXELECTION', 'Elections', 'None'), category: 'Politics' } });
    perform({ kind: 'series', series: { ...series('KXODD', 'x', 'None'), tags: [] } });
    assert.deepEqual(await body('/search/filters_by_sport'), {
      filters_by_sports: {
        Basketball: { scopes: ['Game'], competitions: { 'Pro Basketball': { scopes: ['Game'] } } },
        Baseball: { scopes: [], competitions: { 'Pro Baseball': { scopes: [] } } },
      },
      sport_ordering: ['Basketball', 'Baseball'],
    });
    assert.deepEqual(await body('/search/tags_by_categories'), {
      tags_by_categories: { Sports: ['Basketball', 'Baseball'], Politics: ['Elections'] },
    });
  });

  it('shows newly listed events at once, on every list', async () => {
    const ticker = 'KXNBAGAME-26NOV21LALBOS';
    perform({ kind: 'event', event: event(ticker), markets: [market(`${ticker}-BOS`)] });
    assert.equal((await body('/events?limit=1')).events[0].event_ticker, ticker);
    assert.equal((await body('/markets?limit=1')).markets[0].ticker, `${ticker}-BOS`);
  });

  it('says how the exchange is, and when it trades', async () => {
    assert.deepEqual((await body('/exchange/status')).exchange_index_statuses.length, 1);
    stage.night.execute({ kind: 'set_activity', exchangeActive: true, tradingActive: false });
    const paused = await body('/exchange/status');
    assert.deepEqual([paused.exchange_active, paused.trading_active], [true, false]);
    stage.night.execute({ kind: 'set_activity', exchangeActive: false, tradingActive: true });
    const down = await body('/exchange/status');
    assert.deepEqual([down.exchange_active, down.trading_active], [false, false]);
    assert.deepEqual((await body('/exchange/schedule')).schedule.standard_hours[0].thursday, [
      { open_time: '00:00', close_time: '00:00' },
    ]);
    const pausing = await openStage({ thursdayPause: true });
    assert.deepEqual((await pausing.get('/exchange/schedule')).body.schedule.standard_hours[0].thursday, [
      { open_time: '00:00', close_time: '03:00' },
      { open_time: '05:00', close_time: '00:00' },
    ]);
    await pausing.close();
    assert.equal((await body('/historical/cutoff')).market_settled_ts, '2026-08-22T18:00:00Z');
  });
});

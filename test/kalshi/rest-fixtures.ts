/** Made-up answers in the shape of the specification, with every required field and no other. */

export const MARKET = {
  ticker: 'KXTESTGAME-26NOV20AAABBB-AAA',
  event_ticker: 'KXTESTGAME-26NOV20AAABBB',
  market_type: 'binary',
  yes_sub_title: 'Alpha',
  no_sub_title: 'Alpha',
  created_time: '2026-11-18T08:00:00.123456Z',
  updated_time: '2026-11-18T08:00:00Z',
  open_time: '2026-11-18T09:00:00Z',
  close_time: '2026-12-04T09:00:00Z',
  latest_expiration_time: '2026-12-04T09:00:00Z',
  settlement_timer_seconds: 60,
  status: 'active',
  yes_bid_dollars: '0.5600',
  yes_bid_size_fp: '120.00',
  yes_ask_dollars: '0.5700',
  yes_ask_size_fp: '80.50',
  no_bid_dollars: '0.4300',
  no_ask_dollars: '0.4400',
  last_price_dollars: '0.5600',
  volume_fp: '1000.00',
  volume_24h_fp: '10.00',
  result: '',
  can_close_early: true,
  open_interest_fp: '500.00',
  notional_value_dollars: '1.0000',
  previous_yes_bid_dollars: '0.5500',
  previous_yes_ask_dollars: '0.5800',
  previous_price_dollars: '0.5500',
  expiration_value: '',
  rules_primary: 'If Alpha wins, then Yes.',
  rules_secondary: '',
  price_level_structure: 'linear_cent',
  price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
};

export const EVENT = {
  event_ticker: 'KXTESTGAME-26NOV20AAABBB',
  series_ticker: 'KXTESTGAME',
  sub_title: 'AAA at BBB',
  title: 'Alpha at Beta',
  collateral_return_type: 'MECNET',
  mutually_exclusive: true,
  settlement_sources: null,
};

export const SERIES = {
  ticker: 'KXTESTGAME',
  frequency: 'custom',
  title: 'Test game',
  category: 'Sports',
  categories: ['Sports'],
  tags: null,
  settlement_sources: null,
  contract_url: 'https://example.com/contract',
  contract_terms_url: 'https://example.com/terms',
  fee_type: 'quadratic_with_maker_fees',
  fee_multiplier: 1,
  additional_prohibitions: null,
};

export const ORDER = {
  order_id: 'order-1',
  user_id: 'user-1',
  client_order_id: 'cs1.rule0001.1.e.1.0123456789',
  ticker: MARKET.ticker,
  outcome_side: 'yes',
  book_side: 'bid',
  type: 'limit',
  status: 'resting',
  yes_price_dollars: '0.5600',
  no_price_dollars: '0.4400',
  fill_count_fp: '4.00',
  remaining_count_fp: '6.00',
  initial_count_fp: '10.00',
  taker_fill_cost_dollars: '1.120000',
  maker_fill_cost_dollars: '1.120000',
  taker_fees_dollars: '0.034500',
  maker_fees_dollars: '0.008700',
};

export const FILL = {
  fill_id: 'fill-1',
  exchange_index: 0,
  trade_id: 'fill-1',
  order_id: 'order-1',
  ticker: MARKET.ticker,
  market_ticker: MARKET.ticker,
  outcome_side: 'no',
  book_side: 'ask',
  count_fp: '2.50',
  yes_price_dollars: '0.5600',
  no_price_dollars: '0.4400',
  is_taker: true,
  fee_cost: '0.017500',
};

export const MARKET_POSITION = {
  ticker: MARKET.ticker,
  exchange_index: 0,
  total_traded_dollars: '2.500000',
  position_fp: '-3.00',
  market_exposure_dollars: '1.320000',
  realized_pnl_dollars: '-0.100000',
  fees_paid_dollars: '0.018900',
  last_updated_ts: '2026-11-20T06:29:30.165032Z',
};

export const EVENT_POSITION = {
  event_ticker: EVENT.event_ticker,
  total_cost_dollars: '2.500000',
  total_cost_shares_fp: '3.00',
  event_exposure_dollars: '1.320000',
  realized_pnl_dollars: '-0.100000',
  fees_paid_dollars: '0.018900',
};

export const SETTLEMENT = {
  ticker: MARKET.ticker,
  exchange_index: 0,
  event_ticker: EVENT.event_ticker,
  market_result: 'yes',
  yes_count_fp: '10.00',
  yes_total_cost_dollars: '5.600000',
  no_count_fp: '0.00',
  no_total_cost_dollars: '0.000000',
  revenue: 1000,
  settled_time: '2026-11-21T04:10:11.123456Z',
  fee_cost: '0.172500',
};

export const TRADE = {
  trade_id: 'trade-1',
  ticker: MARKET.ticker,
  count_fp: '7.77',
  yes_price_dollars: '0.5600',
  no_price_dollars: '0.4400',
  taker_outcome_side: 'yes',
  taker_book_side: 'bid',
  created_time: '2026-11-20T06:29:30.165032Z',
  is_block_trade: false,
};

export const MILESTONE = {
  id: 'milestone-1',
  category: 'Sports',
  type: 'basketball_game',
  start_date: '2026-11-21T00:30:00Z',
  related_event_tickers: [EVENT.event_ticker],
  primary_event_tickers: [EVENT.event_ticker],
  title: 'Alpha at Beta',
  notification_message: '',
  details: { home_team_id: 'target-b' },
  last_updated_ts: '2026-11-20T12:00:00Z',
};

export const LIVE_DATA = { type: 'basketball_game', milestone_id: 'milestone-1', details: { home_points: 12 } };

const yesSide = { open_dollars: '0.5500', low_dollars: '0.5400', high_dollars: '0.5700', close_dollars: '0.5600' };
export const CANDLESTICK = {
  end_period_ts: 1795168800,
  yes_bid: yesSide,
  yes_ask: yesSide,
  price: {},
  volume_fp: '0.00',
  open_interest_fp: '500.00',
};

const side = { open: '0.5500', low: '0.5400', high: '0.5700', close: '0.5600' };
export const CANDLESTICK_HISTORICAL = {
  end_period_ts: 1795168800,
  yes_bid: side,
  yes_ask: side,
  price: { open: null, low: null, high: null, close: null, mean: null, previous: '0.5500' },
  volume: '0.00',
  open_interest: '500.00',
};

export const ORDERBOOK = {
  yes_dollars: [
    ['0.5500', '10.00'],
    ['0.5600', '120.00'],
  ],
  no_dollars: [
    ['0.4200', '5.00'],
    ['0.4300', '80.50'],
  ],
};

export const BALANCE = {
  balance: 9801,
  balance_dollars: '98.0186',
  portfolio_value: 198,
  updated_ts: 1795168800,
  balance_breakdown: [
    { exchange_index: 0, balance: '90.0186' },
    { exchange_index: 3, balance: '8.0000' },
  ],
};

export const TRANSFER = {
  transfer_id: 'transfer-1',
  source: 'event_contract',
  destination: 'event_contract',
  source_exchange_shard: 0,
  destination_exchange_shard: 3,
  amount: '5.0000',
  status: 'complete',
  created_ts: 1795168800,
};

export const LIMITS = {
  usage_tier: 'advanced',
  read: { refill_rate: 300, bucket_capacity: 600 },
  write: { refill_rate: 300, bucket_capacity: 600 },
  grants: [],
};

export const ENDPOINT_COSTS = {
  default_cost: 10,
  endpoint_costs: [
    { method: 'GET', path: '/trade-api/v2/cfbenchmarks/*endpoint', cost: 50 },
    { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/:order_id', cost: 2 },
    { method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders/batched', cost: 3 },
    { method: 'GET', path: '/trade-api/v2/portfolio/orders/:order_id', cost: 2 },
  ],
};

export const NEW_ORDER = {
  ticker: MARKET.ticker,
  client_order_id: 'cs1.rule0001.1.e.1.0123456789',
  side: 'bid',
  count: '10.00',
  price: '0.5600',
  time_in_force: 'immediate_or_cancel',
  self_trade_prevention_type: 'taker_at_cross',
} as const;

export const PLACED = {
  order_id: 'order-1',
  client_order_id: NEW_ORDER.client_order_id,
  fill_count: '4.00',
  remaining_count: '6.00',
  average_fill_price: '0.5600',
  average_fee_paid: '0.0173',
  ts_ms: 1795168800123,
};

export const SCHEDULE = {
  standard_hours: [
    {
      start_time: '2026-01-01T00:00:00Z',
      end_time: '2027-01-01T00:00:00Z',
      monday: [{ open_time: '00:00', close_time: '00:00' }],
      tuesday: [],
      wednesday: [],
      thursday: [{ open_time: '05:00', close_time: '03:00' }],
      friday: [],
      saturday: [],
      sunday: [],
    },
  ],
  maintenance_windows: [],
};

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  channelOfFrame,
  isTerminalSocketError,
  parseServerFrame,
  SERVER_FRAMES,
  SOCKET_ERRORS,
  socketCommand,
} from '../../lib/kalshi/schema/socket.ts';

const EXAMPLES = new URL('../../../shared/kalshi/examples/', import.meta.url);
const RECORDED = new URL('../../../shared/data/wire/ws_orderbook_stream.json.gz', import.meta.url);
/** Examples of channels that this client does not subscribe to. */
const ELSEWHERE = /cfbenchmarks|pyth|rfq|quote-|communications|multivariate/;

const names = existsSync(EXAMPLES) ? readdirSync(EXAMPLES).filter((name) => name.startsWith('ws-') && !ELSEWHERE.test(name)) : [];
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, EXAMPLES), 'utf8'));

/** One complete frame of every kind, as small as it may be. */
const LEAST: Record<string, Record<string, unknown>> = {
  subscribed: { msg: { channel: 'fill', sid: 1 } },
  ok: {},
  unsubscribed: { sid: 1 },
  error: { msg: { code: 8 } },
  orderbook_snapshot: { sid: 1, seq: 1, msg: { market_ticker: 'T' } },
  orderbook_delta: {
    sid: 1,
    seq: 1,
    msg: { market_ticker: 'T', price_dollars: '0.1000', delta_fp: '-1.00', side: 'no' },
  },
  ticker: {
    sid: 1,
    msg: {
      market_ticker: 'T',
      price_dollars: '0.4800',
      yes_bid_dollars: '0.4500',
      yes_ask_dollars: '0.5300',
      yes_bid_size_fp: '1.00',
      yes_ask_size_fp: '1.00',
      last_trade_size_fp: '1.00',
      volume_fp: '1.00',
      open_interest_fp: '1.00',
      dollar_volume: 1,
      dollar_open_interest: -1,
      ts: 1,
      ts_ms: 1000,
      time: '2026-11-20T00:00:00Z',
    },
  },
  trade: {
    sid: 1,
    seq: 1,
    msg: {
      trade_id: 't',
      market_ticker: 'T',
      yes_price_dollars: '0.3600',
      no_price_dollars: '0.6400',
      count_fp: '1.00',
      taker_outcome_side: 'no',
      taker_book_side: 'ask',
      is_block_trade: false,
      ts: 1,
      ts_ms: 1000,
    },
  },
  market_lifecycle_v2: { sid: 1, seq: 1, msg: { event_type: 'settled', market_ticker: 'T' } },
  event_lifecycle: {
    sid: 1,
    seq: 1,
    msg: { event_ticker: 'E', exchange_index: 0, title: '', subtitle: '', collateral_return_type: '', series_ticker: 'S' },
  },
  event_fee_update: { sid: 1, seq: 1, msg: { event_ticker: 'E', fee_type_override: null, fee_multiplier_override: null } },
  fill: {
    sid: 1,
    msg: {
      trade_id: 't',
      order_id: 'o',
      market_ticker: 'T',
      exchange_index: 0,
      is_taker: true,
      yes_price_dollars: '0.7500',
      count_fp: '1.00',
      fee_cost: '0.010000',
      outcome_side: 'yes',
      book_side: 'bid',
      ts: 1,
      ts_ms: 1000,
      post_position_fp: '1.00',
    },
  },
  user_order: {
    sid: 1,
    msg: {
      order_id: 'o',
      user_id: 'u',
      ticker: 'T',
      status: 'resting',
      exchange_index: 0,
      outcome_side: 'yes',
      book_side: 'bid',
      yes_price_dollars: '0.3500',
      fill_count_fp: '0.00',
      remaining_count_fp: '1.00',
      initial_count_fp: '1.00',
      taker_fill_cost_dollars: '0.000000',
      maker_fill_cost_dollars: '0.000000',
      taker_fees_dollars: '0.000000',
      maker_fees_dollars: '0.000000',
      client_order_id: 'c',
      created_time: null,
      created_ts_ms: null,
    },
  },
  market_position: {
    sid: 1,
    msg: {
      user_id: 'u',
      market_ticker: 'T',
      position_fp: '-1.00',
      position_cost_dollars: '0.5000',
      realized_pnl_dollars: '-1.0000',
      fees_paid_dollars: '0.0000',
      position_fee_cost_dollars: '0.0000',
      volume_fp: '1.00',
    },
  },
  order_group_updates: { sid: 1, seq: 1, msg: { event_type: 'triggered', order_group_id: 'g', ts_ms: 1000 } },
};

const WORDLESS = { type: 'error', msg: { code: 8, msg: 'no reason given' } };

/** What nothing here reads, or reads only when it makes sense. */
const TRIFLES: Record<string, string[]> = {
  unsubscribed: ['id', 'seq'],
  error: ['id', 'sid', 'seq', 'msg.msg', 'msg.market_ticker', 'msg.market_tickers'],
  orderbook_snapshot: ['msg.market_id'],
  orderbook_delta: ['msg.market_id'],
  ticker: ['msg.market_id'],
  trade: ['msg.taker_side'],
  fill: ['msg.side', 'msg.action', 'msg.purchased_side'],
  user_order: ['msg.side', 'msg.is_yes'],
};

describe('frames of the socket', () => {
  it('are all known by type, with the channel that they belong to', () => {
    assert.deepEqual(Object.keys(LEAST).toSorted(), Object.keys(SERVER_FRAMES).toSorted());
    assert.equal(channelOfFrame('user_order'), 'user_orders');
    assert.equal(channelOfFrame('event_fee_update'), 'market_lifecycle_v2');
    assert.equal(channelOfFrame('ok'), undefined);
    assert.equal(channelOfFrame('toString'), undefined);
  });

  for (const [type, least] of Object.entries(LEAST)) {
    it(`${type} passes with a field that nobody knows, and names each required one that is missing`, () => {
      const frame = { ...least, type };
      const parsed = parseServerFrame({ ...frame, novelty: { a: 1 } });
      assert.deepEqual(parsed, { kind: 'frame', frame: type === 'error' ? WORDLESS : frame });
      for (const [path, without] of everyOmission(frame)) {
        const odd = parseServerFrame(without);
        assert.equal(odd.kind, 'invalid', path);
        assert.ok(odd.kind === 'invalid' && odd.reason.startsWith(`${path}: `), `${path} is not named`);
      }
    });
  }

  for (const [type, paths] of Object.entries(TRIFLES)) {
    it(`${type} passes whatever ${paths.join(', ')} may be`, () => {
      const least = LEAST[type] as { msg?: object };
      for (const path of paths) {
        for (const odd of [null, '', -1, {}]) {
          const [inner, outer] = [path.replace('msg.', ''), path.startsWith('msg.')];
          const frame = outer ? { ...least, msg: { ...least.msg, [inner]: odd } } : { ...least, [inner]: odd };
          assert.equal(kindOf({ ...frame, type }), 'frame', `${path} ${JSON.stringify(odd)}`);
        }
      }
    });
  }

  it('of an unknown type, or of none, are told apart', () => {
    assert.deepEqual(parseServerFrame({ type: 'weather' }), { kind: 'unknown', type: 'weather' });
    for (const raw of [{}, null, 7, [], 'ok', { type: 5 }]) {
      assert.deepEqual(parseServerFrame(raw), { kind: 'invalid', type: undefined, reason: 'the frame has no type' });
    }
  });

  it('do not pass with a price that is a number or a side that is neither', () => {
    const { msg } = LEAST['fill'] as { msg: object };
    for (const wrong of [{ yes_price_dollars: 0.75 }, { yes_price_dollars: '75c' }, { book_side: 'buy' }, { count_fp: '' }]) {
      assert.equal(parseServerFrame({ type: 'fill', sid: 1, msg: { ...msg, ...wrong } }).kind, 'invalid', JSON.stringify(wrong));
    }
  });
});

describe('error codes of the socket', () => {
  it('are those of the documents, of which 10 and 25 end a subscription', () => {
    assert.deepEqual(
      [...SOCKET_ERRORS.keys()],
      Array.from({ length: 28 }, (_, index) => index + 1),
    );
    assert.deepEqual(
      [...SOCKET_ERRORS.keys(), 29].filter((code) => isTerminalSocketError(code)),
      [10, 25],
    );
    assert.deepEqual(
      [...SOCKET_ERRORS].filter(([, { retired }]) => retired).map(([code]) => code),
      [6, 16, 17],
    );
  });
});

describe('published and recorded examples of the socket', () => {
  before(function () {
    if (names.length > 0) return;
    console.log('skipped: the examples of ../shared/kalshi are not there');
    this.skip();
  });

  for (const name of names) {
    it(`${name} parses`, () => {
      const content = read(name);
      for (const each of Array.isArray(content) ? content : [content]) {
        if (name.includes('-command')) socketCommand.parse(each);
        else assert.deepEqual(kindOf(each), 'frame', JSON.stringify(parseServerFrame(each)));
      }
    });
  }
});

describe('the recorded order book stream', () => {
  it('parses frame by frame', function () {
    if (!existsSync(RECORDED)) {
      console.log('skipped: ../shared/data/wire/ws_orderbook_stream.json.gz is not there');
      this.skip();
    }
    const { frames } = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as { frames: { frame: unknown }[] };
    assert.equal(frames.length, 269);
    for (const { frame } of frames) assert.deepEqual(kindOf(frame), 'frame', JSON.stringify(frame));
  });
});

function kindOf(raw: unknown): string {
  return parseServerFrame(raw).kind;
}

/** The frame without one of its fields, for every field but the type. */
function everyOmission(frame: Record<string, unknown>): [string, Record<string, unknown>][] {
  const omit = (from: object, key: string) => Object.fromEntries(Object.entries(from).filter(([name]) => name !== key));
  const outer = Object.keys(frame).filter((key) => key !== 'type');
  const msg = frame['msg'];
  const inner = typeof msg === 'object' && msg !== null ? Object.keys(msg) : [];
  return [
    ...outer.map((key): [string, Record<string, unknown>] => [key, omit(frame, key)]),
    ...inner.map((key): [string, Record<string, unknown>] => [`msg.${key}`, { ...frame, msg: omit(msg as object, key) }]),
  ];
}

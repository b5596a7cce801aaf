import assert from 'node:assert/strict';
import type { KalshiErrorCode, Outcome } from '../../lib/kalshi/errors.ts';
import { type Attempt, errorFromAnswer, errorFromBatchItem } from '../../lib/kalshi/errors-answer.ts';

const READ: Attempt = { operation: 'GET /markets', isWrite: false };
const CREATE: Attempt = { operation: 'POST /portfolio/events/orders', isWrite: true };
const CANCEL: Attempt = { operation: 'DELETE /portfolio/events/orders/:order_id', isWrite: true, addressesOrder: true };

const nested = (code: string, details?: string) =>
  JSON.stringify({ error: { code, message: code.replaceAll('_', ' '), details } });

describe('an answer that is no success', () => {
  const cases: [string, Attempt, number, string, KalshiErrorCode, Outcome][] = [
    [
      'wrong signature',
      READ,
      401,
      nested('authentication_error', 'INCORRECT_API_KEY_SIGNATURE'),
      'KALSHI_AUTH_REJECTED',
      'refused',
    ],
    ['late timestamp', CREATE, 401, nested('header_timestamp_expired'), 'KALSHI_AUTH_REJECTED', 'retriable'],
    ['locked key', READ, 403, nested('forbidden'), 'KALSHI_FORBIDDEN', 'refused'],
    ['no such market', READ, 404, nested('not_found'), 'KALSHI_NOT_FOUND', 'refused'],
    ['new order for no such market', CREATE, 404, nested('not_found'), 'KALSHI_NOT_FOUND', 'refused'],
    ['cancel of an order that does not rest', CANCEL, 404, nested('not_found'), 'KALSHI_NOT_FOUND', 'unknown'],
    ['unknown route', READ, 404, '404 page not found', 'KALSHI_NOT_FOUND', 'refused'],
    ['double client_order_id', CREATE, 409, nested('order_already_exists'), 'KALSHI_ORDER_EXISTS', 'unknown'],
    ['killed FOK', CREATE, 409, nested('fill_or_kill_insufficient_resting_volume'), 'KALSHI_FILL_OR_KILL_KILLED', 'refused'],
    ['closed market', CREATE, 409, nested('market_closed'), 'KALSHI_MARKET_CLOSED', 'refused'],
    ['closed market, as documented', CREATE, 409, nested('MARKET_INACTIVE'), 'KALSHI_MARKET_CLOSED', 'refused'],
    ['post-only that crosses', CREATE, 400, nested('invalid_order', 'post only cross'), 'KALSHI_POST_ONLY_CROSS', 'refused'],
    ['no money', CREATE, 400, nested('insufficient_balance'), 'KALSHI_INSUFFICIENT_BALANCE', 'refused'],
    ['no money, in other words', CREATE, 400, nested('available_balance_too_low'), 'KALSHI_INSUFFICIENT_BALANCE', 'refused'],
    ['off the grid', CREATE, 400, nested('invalid_price'), 'KALSHI_REFUSED', 'refused'],
    ['flat body', CREATE, 400, '{"code":"bad_request","message":"bad request","details":"json"}', 'KALSHI_REFUSED', 'refused'],
    ['bare msg', READ, 400, '{"msg":"Parameter validation failed"}', 'KALSHI_REFUSED', 'refused'],
    ['paused trading', CREATE, 409, nested('trading_paused'), 'KALSHI_MARKET_CLOSED', 'refused'],
    ['double in a text', CREATE, 409, '{"error":"order already exists"}', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['double under another code', CREATE, 409, nested('conflict'), 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['conflict that is not named', CREATE, 409, nested('invalid_order'), 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['refusal under a new code', CREATE, 400, nested('moon_in_the_seventh_house'), 'KALSHI_REFUSED', 'refused'],
    ['bare msg to a write', CREATE, 400, '{"msg":"Parameter validation failed"}', 'KALSHI_REFUSED', 'refused'],
    ['page of a gateway', CREATE, 400, '<html>Bad Request</html>', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['page of a gateway', CREATE, 404, '<html>Not Found</html>', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['page of a gateway', CREATE, 499, '<html></html>', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['gateway that gave up', CREATE, 499, nested('canceled'), 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['answer that is cut off', CREATE, 400, '{"error":{"code":"inval', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['answer without words', CREATE, 400, '{}', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
    ['page of a firewall', CREATE, 403, '<html>Forbidden</html>', 'KALSHI_FORBIDDEN', 'refused'],
    ['page of a gateway to a read', READ, 400, '<html>Bad Request</html>', 'KALSHI_REFUSED', 'refused'],
    ['retired route', CREATE, 410, nested('deprecated_v1_order_endpoint', 'https://docs'), 'KALSHI_ENDPOINT_GONE', 'refused'],
    ['rate limit on a read', READ, 429, '{"error":"too many requests"}', 'KALSHI_RATE_LIMITED', 'retriable'],
    ['rate limit on a write', CREATE, 429, '{"error":"too many requests"}', 'KALSHI_RATE_LIMITED', 'retriable'],
    ['failure on a read', READ, 500, '', 'KALSHI_EXCHANGE_FAILED', 'retriable'],
    ['failure on a write', CREATE, 503, '<html><body>Service Unavailable</body></html>', 'KALSHI_EXCHANGE_FAILED', 'unknown'],
    ['timeout behind the gateway on a read', READ, 408, '', 'KALSHI_TIMEOUT', 'retriable'],
    ['timeout behind the gateway on a write', CANCEL, 408, '', 'KALSHI_TIMEOUT', 'unknown'],
    ['redirect of a read', READ, 301, '', 'KALSHI_ANSWER_UNREADABLE', 'refused'],
    ['redirect of a write', CREATE, 307, '', 'KALSHI_ANSWER_UNREADABLE', 'unknown'],
  ];
  for (const [what, attempt, status, body, code, outcome] of cases) {
    it(`${what} (${status}) is ${code}, ${outcome}`, () => {
      const error = errorFromAnswer(attempt, status, body);
      assert.deepEqual([error.code, error.outcome, error.status, error.operation], [code, outcome, status, attempt.operation]);
      assert.ok(error.message.startsWith(attempt.operation), error.message);
      assert.equal(/looked up/.test(error.message), outcome === 'unknown');
    });
  }

  const shapes: [string, string, { code?: string; message?: string; details?: string }][] = [
    [
      'nested',
      '{"error":{"code":"a","message":"b","details":"c","service":"exchange"}}',
      { code: 'a', message: 'b', details: 'c' },
    ],
    ['flat', '{"code":"a","message":"b","details":"c"}', { code: 'a', message: 'b', details: 'c' }],
    ['bare msg', '{"msg":"limit too high"}', { message: 'limit too high' }],
    ['error as text', '{"error":"too many requests"}', { message: 'too many requests' }],
    ['plain text', '404 page not found\n', { message: '404 page not found' }],
    ['JSON text', '"nope"', { message: 'nope' }],
    ['HTML', '<!doctype html><title>502</title>', {}],
    ['empty', '', {}],
    ['other JSON', '[1]', { message: '[1]' }],
    ['fields of other types', '{"error":{"code":7,"message":null,"details":{"a":1}}}', {}],
  ];
  for (const [shape, body, words] of shapes) {
    it(`keeps the exchange's words from a ${shape} body`, () => {
      const { exchange } = errorFromAnswer(READ, 400, body);
      assert.deepEqual(JSON.parse(JSON.stringify(exchange)), words);
    });
  }

  it('quotes long bodies in part', () => {
    const error = errorFromAnswer(READ, 400, 'x'.repeat(10_000));
    assert.ok(error.message.length < 500);
    assert.ok(error.message.includes('…'));
  });
});

describe('an item of a batch', () => {
  // What Kalshi documents, and what the practice exchange states in items.
  for (const code of [
    'available_balance_too_low',
    'bad_request',
    'conflicting_leg_outcomes',
    'deprecated_v1_order_endpoint',
    'duplicated_legs',
    'fill_or_kill_insufficient_resting_volume',
    'insufficient_balance',
    'invalid_content_type',
    'invalid_market_combination',
    'invalid_order',
    'invalid_order_size',
    'invalid_price',
    'MARKET_INACTIVE',
    'market_closed',
    'not_found',
    'order_id_and_client_order_id_mismatch',
    'order_side_mismatch',
    'order_ticker_mismatch',
    'trading_paused',
  ]) {
    it(`that was not created because of ${code} is refused`, () => {
      assert.equal(errorFromBatchItem(CREATE, { code }).outcome, 'refused');
    });
  }

  for (const [item, code] of [
    [{}, 'KALSHI_ANSWER_UNREADABLE'],
    [{ message: 'refused' }, 'KALSHI_ANSWER_UNREADABLE'],
    [{ code: 'internal_error', message: 'internal error' }, 'KALSHI_ANSWER_UNREADABLE'],
    [{ code: 'exchange_unavailable' }, 'KALSHI_EXCHANGE_FAILED'],
  ] as const) {
    for (const attempt of [CREATE, CANCEL]) {
      it(`of ${attempt.operation} has to be looked up where all that is said is ${JSON.stringify(item)}`, () => {
        const error = errorFromBatchItem(attempt, item);
        assert.deepEqual([error.code, error.outcome], [code, 'unknown']);
        assert.match(error.message, /looked up/);
        assert.ok(!error.message.includes('()'));
      });
    }
  }

  it('that came too soon may be sent again', () => {
    const error = errorFromBatchItem(CREATE, { code: 'too_many_requests' });
    assert.deepEqual([error.code, error.outcome], ['KALSHI_RATE_LIMITED', 'retriable']);
  });

  it('that crosses although it is post-only is refused as such', () => {
    const error = errorFromBatchItem(CREATE, { code: 'invalid_order', details: 'post only cross' });
    assert.deepEqual([error.code, error.outcome], ['KALSHI_POST_ONLY_CROSS', 'refused']);
  });

  it('that is refused has an error of its own', () => {
    const error = errorFromBatchItem(CREATE, { code: 'insufficient_balance', message: 'insufficient balance' });
    assert.deepEqual([error.code, error.outcome, error.status], ['KALSHI_INSUFFICIENT_BALANCE', 'refused', undefined]);
  });

  it('that exists already has to be looked up', () => {
    assert.equal(errorFromBatchItem(CREATE, { code: 'order_already_exists' }).outcome, 'unknown');
  });

  it('that is not found for a cancel has to be looked up', () => {
    const error = errorFromBatchItem(CANCEL, { code: 'not_found' });
    assert.deepEqual([error.code, error.outcome], ['KALSHI_NOT_FOUND', 'unknown']);
  });
});

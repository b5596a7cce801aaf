/**
 * What an answer that is no success means. Kalshi words its errors in five ways: nested under `error`, flat, a bare `msg`, `error` as
 * text, and plain text; gateways in front of it add HTML and nothing at all.
 */
import { type ExchangeWords, KalshiError, type KalshiErrorCode, type Outcome } from './errors.ts';
import type { ErrorResponse } from './schema/wire.ts';

/** What a request was, as far as its failure has to be judged. */
export interface Attempt {
  /** Method and route, without ids. */
  operation: string;
  isWrite: boolean;
  /** It addresses one order; not finding it may mean that it was filled or canceled before. */
  addressesOrder?: boolean | undefined;
}

const LONGEST_QUOTE = 300;

const CODES = new Map<string, KalshiErrorCode>([
  ['insufficient_balance', 'KALSHI_INSUFFICIENT_BALANCE'],
  ['available_balance_too_low', 'KALSHI_INSUFFICIENT_BALANCE'],
  ['order_already_exists', 'KALSHI_ORDER_EXISTS'],
  ['fill_or_kill_insufficient_resting_volume', 'KALSHI_FILL_OR_KILL_KILLED'],
  ['market_closed', 'KALSHI_MARKET_CLOSED'],
  ['market_inactive', 'KALSHI_MARKET_CLOSED'],
  ['deprecated_v1_order_endpoint', 'KALSHI_ENDPOINT_GONE'],
]);

const STATUS_CODES = new Map<number, KalshiErrorCode>([
  [401, 'KALSHI_AUTH_REJECTED'],
  [403, 'KALSHI_FORBIDDEN'],
  [404, 'KALSHI_NOT_FOUND'],
  [408, 'KALSHI_TIMEOUT'],
  [410, 'KALSHI_ENDPOINT_GONE'],
  [429, 'KALSHI_RATE_LIMITED'],
]);

/** The error that an answer with this status (not 2xx) stands for. */
export function errorFromAnswer(attempt: Attempt, status: number, body: string): KalshiError {
  const exchange = readWords(body);
  const code = codeOf(status, exchange);
  const outcome = outcomeOf(attempt, status, code, exchange);
  return new KalshiError(code, describe(attempt, status, code, outcome, exchange), {
    outcome,
    status,
    exchange,
    operation: attempt.operation,
  });
}

/** The error of one item of a batch: the batch was answered, this item was not done. */
export function errorFromBatchItem(attempt: Attempt, item: ErrorResponse): KalshiError {
  const exchange = item;
  const status = item.code === 'not_found' ? 404 : item.code === 'order_already_exists' ? 409 : 400;
  const code = codeOf(status, exchange);
  const outcome = outcomeOf(attempt, status, code, exchange);
  const message = describe(attempt, undefined, code, outcome, exchange);
  return new KalshiError(code, message, { outcome, exchange, operation: attempt.operation });
}

/** Finds code, message and details in any of the shapes. */
export function readWords(body: string): ExchangeWords {
  const text = body.trim();
  if (text === '') return {};
  const parsed = readJson(text);
  if (typeof parsed === 'string') return { message: quote(parsed) };
  if (!isRecord(parsed)) return text.startsWith('<') ? {} : { message: quote(text) };
  const nested = parsed['error'];
  if (typeof nested === 'string') return { message: quote(nested) };
  const source = isRecord(nested) ? nested : parsed;
  return {
    code: textOf(source['code']),
    message: textOf(source['message']) ?? textOf(source['msg']),
    details: textOf(source['details']),
  };
}

function codeOf(status: number, exchange: ExchangeWords): KalshiErrorCode {
  if (status >= 500) return 'KALSHI_EXCHANGE_FAILED';
  if (status < 400) return 'KALSHI_ANSWER_UNREADABLE';
  if (exchange.details?.toLowerCase() === 'post only cross') return 'KALSHI_POST_ONLY_CROSS';
  return CODES.get(exchange.code?.toLowerCase() ?? '') ?? STATUS_CODES.get(status) ?? 'KALSHI_REFUSED';
}

function outcomeOf(attempt: Attempt, status: number, code: KalshiErrorCode, exchange: ExchangeWords): Outcome {
  if (status === 429) return 'retriable';
  if (status >= 500 || status === 408) return attempt.isWrite ? 'unknown' : 'retriable';
  // A redirect comes from something in front of the exchange, which has therefore stated nothing.
  if (status < 400) return attempt.isWrite ? 'unknown' : 'refused';
  // The refusal's own Date header has just corrected the clock offset, so the next signature will be in time.
  if (status === 401 && exchange.code === 'header_timestamp_expired') return 'retriable';
  if (code === 'KALSHI_ORDER_EXISTS') return 'unknown';
  if (status === 404 && attempt.isWrite && attempt.addressesOrder === true) return 'unknown';
  return 'refused';
}

function describe(
  attempt: Attempt,
  status: number | undefined,
  code: KalshiErrorCode,
  outcome: Outcome,
  exchange: ExchangeWords,
): string {
  const said = [exchange.message ?? exchange.code, exchange.details].filter((part) => part !== undefined).join(': ');
  const answer = [status === undefined ? undefined : `HTTP ${status}`, said === '' ? undefined : `"${said}"`]
    .filter((part) => part !== undefined)
    .join(' ');
  const meaning = MEANINGS[code] ?? 'was refused by Kalshi';
  return `${attempt.operation} ${meaning}${answer === '' ? '' : ` (${answer})`}${outcome === 'unknown' ? LOOK_UP : ''}`;
}

const LOOK_UP = '; whether it took effect has to be looked up';

const MEANINGS: Partial<Record<KalshiErrorCode, string>> = {
  KALSHI_ANSWER_UNREADABLE: 'was answered with a redirect, which Kalshi does not use: check the base URL',
  KALSHI_AUTH_REJECTED: 'was refused because Kalshi did not accept the API key or its signature',
  KALSHI_ENDPOINT_GONE: 'was refused because Kalshi has retired this route',
  KALSHI_EXCHANGE_FAILED: 'failed on the side of Kalshi',
  KALSHI_FILL_OR_KILL_KILLED: 'was refused because it could not be filled as a whole',
  KALSHI_FORBIDDEN: 'is not allowed for this API key or account',
  KALSHI_INSUFFICIENT_BALANCE: 'was refused because the balance on its shard does not cover it',
  KALSHI_MARKET_CLOSED: 'was refused because the market is closed',
  KALSHI_NOT_FOUND: 'was refused because Kalshi did not find what it names',
  KALSHI_ORDER_EXISTS: 'was refused because an order with this client_order_id exists already',
  KALSHI_POST_ONLY_CROSS: 'was refused because a post-only order would have traded at once',
  KALSHI_RATE_LIMITED: 'was not taken because the rate limit is used up',
  KALSHI_TIMEOUT: 'was not answered in time behind the gateway',
};

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? quote(value) : undefined;
}

function quote(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

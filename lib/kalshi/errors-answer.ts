/**
 * What an answer that is no success means. A write was refused only where the exchange has said so about this very request; what is
 * less than that (a gateway's page, half a body, a code that nobody knows) leaves open whether it was done.
 */
import { type ExchangeWords, KalshiError, type KalshiErrorCode, type Outcome } from './errors.ts';
import { readWords } from './errors-words.ts';
import type { ErrorResponse } from './schema/wire.ts';

/** What a request was, as far as its failure has to be judged. */
export interface Attempt {
  /** Method and route, without ids. */
  operation: string;
  isWrite: boolean;
  /** It addresses one order; not finding it may mean that it was filled or canceled before. */
  addressesOrder?: boolean | undefined;
}

interface Verdict {
  code: KalshiErrorCode;
  outcome: Outcome;
}

/** By the exchange's own codes, wherever they stand: in an answer or in an item of a batch. */
const STATED = new Map<string, Verdict>([
  ...refusals('KALSHI_REFUSED', [
    'bad_request',
    'conflicting_leg_outcomes',
    'duplicated_legs',
    'invalid_content_type',
    'invalid_market_combination',
    'invalid_order',
    'invalid_order_size',
    'invalid_price',
    'order_id_and_client_order_id_mismatch',
    'order_side_mismatch',
    'order_ticker_mismatch',
  ]),
  ...refusals('KALSHI_ENDPOINT_GONE', ['deprecated_v1_order_endpoint']),
  ...refusals('KALSHI_FILL_OR_KILL_KILLED', ['fill_or_kill_insufficient_resting_volume']),
  ...refusals('KALSHI_INSUFFICIENT_BALANCE', ['available_balance_too_low', 'insufficient_balance']),
  ...refusals('KALSHI_MARKET_CLOSED', ['market_closed', 'market_inactive', 'trading_paused']),
  ...refusals('KALSHI_NOT_FOUND', ['not_found']),
  ['exchange_unavailable', { code: 'KALSHI_EXCHANGE_FAILED', outcome: 'unknown' }],
  // The refusal's own Date header has just corrected the clock offset, so the next signature will be in time.
  ['header_timestamp_expired', { code: 'KALSHI_AUTH_REJECTED', outcome: 'retriable' }],
  ['order_already_exists', { code: 'KALSHI_ORDER_EXISTS', outcome: 'unknown' }],
  ['too_many_requests', { code: 'KALSHI_RATE_LIMITED', outcome: 'retriable' }],
]);

/** Statuses that say enough without a word: whoever answers them, gateways too, has let nothing pass. */
const TURNED_AWAY = new Map<number, Verdict>([
  [401, { code: 'KALSHI_AUTH_REJECTED', outcome: 'refused' }],
  [403, { code: 'KALSHI_FORBIDDEN', outcome: 'refused' }],
  [410, { code: 'KALSHI_ENDPOINT_GONE', outcome: 'refused' }],
  [429, { code: 'KALSHI_RATE_LIMITED', outcome: 'retriable' }],
]);

/** Statuses that refuse a write together with any words of Kalshi. Not 409: its own double conflicts, too. */
const REFUSING = new Set([400, 404, 405, 413, 415, 422]);

/** The error that an answer with this status (not 2xx) stands for. */
export function errorFromAnswer(attempt: Attempt, status: number, body: string): KalshiError {
  const { words, isStatement } = readWords(body);
  const verdict = judgeStatus(attempt, status) ?? judgeWords(words, status) ?? judgeRest(attempt, status, isStatement);
  return errorOf(attempt, verdict, words, status);
}

/** The error of one item of a batch: the batch was answered, but this item was not confirmed. */
export function errorFromBatchItem(attempt: Attempt, { code, message, details }: ErrorResponse): KalshiError {
  const words = { code, message, details };
  return errorOf(attempt, judgeWords(words) ?? { code: 'KALSHI_ANSWER_UNREADABLE', outcome: 'unknown' }, words);
}

/** Of answers whose words do not count, because the request may have got past whoever gave them. */
function judgeStatus({ isWrite }: Attempt, status: number): Verdict | undefined {
  if (status >= 500) return { code: 'KALSHI_EXCHANGE_FAILED', outcome: 'unknown' };
  if (status === 408) return { code: 'KALSHI_TIMEOUT', outcome: 'unknown' };
  if (status < 400) return { code: 'KALSHI_ANSWER_UNREADABLE', outcome: isWrite ? 'unknown' : 'refused' };
  return undefined;
}

function judgeWords({ code, details }: ExchangeWords, status?: number): Verdict | undefined {
  if (details?.toLowerCase() === 'post only cross') return { code: 'KALSHI_POST_ONLY_CROSS', outcome: 'refused' };
  const verdict = STATED.get(code?.toLowerCase() ?? '');
  return status === 409 && verdict?.code === 'KALSHI_REFUSED' ? undefined : verdict;
}

function judgeRest({ isWrite }: Attempt, status: number, isStatement: boolean): Verdict {
  const turnedAway = TURNED_AWAY.get(status);
  if (turnedAway !== undefined) return turnedAway;
  if (isWrite && !(isStatement && REFUSING.has(status))) return { code: 'KALSHI_ANSWER_UNREADABLE', outcome: 'unknown' };
  return { code: status === 404 ? 'KALSHI_NOT_FOUND' : 'KALSHI_REFUSED', outcome: 'refused' };
}

function errorOf(attempt: Attempt, verdict: Verdict, exchange: ExchangeWords, status?: number): KalshiError {
  const { code } = verdict;
  const isLost = verdict.outcome === 'unknown' || (code === 'KALSHI_NOT_FOUND' && attempt.addressesOrder === true);
  const outcome = !isLost ? verdict.outcome : attempt.isWrite ? 'unknown' : 'retriable';
  const message = describe(attempt, { code, outcome }, exchange, status);
  return new KalshiError(code, message, { outcome, status, exchange, operation: attempt.operation });
}

function describe(attempt: Attempt, { code, outcome }: Verdict, exchange: ExchangeWords, status?: number): string {
  const said = [exchange.message ?? exchange.code, exchange.details].filter((part) => part !== undefined).join(': ');
  const answer = [status === undefined ? undefined : `HTTP ${status}`, said === '' ? undefined : `"${said}"`]
    .filter((part) => part !== undefined)
    .join(' ');
  const meaning = status !== undefined && status < 400 ? REDIRECTED : (MEANINGS[code] ?? 'was refused by Kalshi');
  return `${attempt.operation} ${meaning}${answer === '' ? '' : ` (${answer})`}${outcome === 'unknown' ? LOOK_UP : ''}`;
}

const LOOK_UP = '; whether it took effect has to be looked up';
const REDIRECTED = 'was answered with a redirect, which Kalshi does not use: check the base URL';

const MEANINGS: Partial<Record<KalshiErrorCode, string>> = {
  KALSHI_ANSWER_UNREADABLE: 'was answered without saying what became of it',
  KALSHI_AUTH_REJECTED: 'was refused because Kalshi did not accept the API key or its signature',
  KALSHI_ENDPOINT_GONE: 'was refused because Kalshi has retired this route',
  KALSHI_EXCHANGE_FAILED: 'failed on the side of Kalshi',
  KALSHI_FILL_OR_KILL_KILLED: 'was refused because it could not be filled as a whole',
  KALSHI_FORBIDDEN: 'is not allowed for this API key or account',
  KALSHI_INSUFFICIENT_BALANCE: 'was refused because the balance on its shard does not cover it',
  KALSHI_MARKET_CLOSED: 'was refused because the market is closed or paused',
  KALSHI_NOT_FOUND: 'was refused because Kalshi did not find what it names',
  KALSHI_ORDER_EXISTS: 'was refused because an order with this client_order_id exists already',
  KALSHI_POST_ONLY_CROSS: 'was refused because a post-only order would have traded at once',
  KALSHI_RATE_LIMITED: 'was not taken because the rate limit is used up',
  KALSHI_TIMEOUT: 'was not answered in time behind the gateway',
};

function refusals(code: KalshiErrorCode, stated: readonly string[]): [string, Verdict][] {
  return stated.map((word) => [word, { code, outcome: 'refused' }]);
}

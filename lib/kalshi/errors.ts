/** The one error that leaves `lib/kalshi`. Callers decide by `code` and `outcome`, people read `message`. */

/**
 * - `refused`: it was not done, and the same request would be refused again
 * - `retriable`: it was not done (or was only a read); the same request may succeed later
 * - `unknown`: it may have been done; ask the exchange before anything else is sent
 */
export type Outcome = 'refused' | 'retriable' | 'unknown';

export type KalshiErrorCode =
  | 'KALSHI_ANSWER_UNREADABLE'
  | 'KALSHI_AUTH_REJECTED'
  | 'KALSHI_CLOSED'
  | 'KALSHI_CREDENTIALS_MISSING'
  | 'KALSHI_ENDPOINT_GONE'
  | 'KALSHI_EXCHANGE_FAILED'
  | 'KALSHI_FILL_OR_KILL_KILLED'
  | 'KALSHI_FORBIDDEN'
  | 'KALSHI_INSUFFICIENT_BALANCE'
  | 'KALSHI_KEY_ENCRYPTED'
  | 'KALSHI_KEY_PUBLIC'
  | 'KALSHI_KEY_TOO_SHORT'
  | 'KALSHI_KEY_TYPE'
  | 'KALSHI_KEY_UNREADABLE'
  | 'KALSHI_MARKET_CLOSED'
  | 'KALSHI_NOT_FOUND'
  | 'KALSHI_ORDER_EXISTS'
  | 'KALSHI_POST_ONLY_CROSS'
  | 'KALSHI_RATE_LIMITED'
  | 'KALSHI_REFUSED'
  | 'KALSHI_REQUEST_INVALID'
  | 'KALSHI_TIMEOUT'
  | 'KALSHI_UNREACHABLE';

/** What the exchange itself said, in its own words. */
export interface ExchangeWords {
  code?: string | undefined;
  message?: string | undefined;
  details?: string | undefined;
}

export interface KalshiErrorFacts {
  outcome: Outcome;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  exchange?: ExchangeWords | undefined;
  /** Method and route, without ids: "DELETE /portfolio/events/orders/:order_id". */
  operation?: string | undefined;
  cause?: unknown;
}

export class KalshiError extends Error {
  override readonly name = 'KalshiError';
  readonly code: KalshiErrorCode;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  readonly exchange: ExchangeWords;
  readonly operation: string | undefined;

  constructor(code: KalshiErrorCode, message: string, facts: KalshiErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.outcome = facts.outcome;
    this.status = facts.status;
    this.exchange = facts.exchange ?? {};
    this.operation = facts.operation;
  }
}

/** A request that was stopped before it left, because of what it asks. */
export function requestInvalid(message: string, operation?: string, cause?: unknown): KalshiError {
  return new KalshiError('KALSHI_REQUEST_INVALID', message, { outcome: 'refused', operation, cause });
}

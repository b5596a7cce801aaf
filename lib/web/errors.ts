/** What the doors answer when something cannot be done: a stable code, an HTTP status, and words for the user. */

export const WEB_STATUS = {
  /** The Host header names another machine: a page that was rebound to this one, or a host that is not configured. */
  DOOR_FOREIGN_HOST: 403,
  /** Another site's page sent it. */
  DOOR_FOREIGN_ORIGIN: 403,
  ROUTE_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  QUERY_INVALID: 400,
  BODY_UNREADABLE: 400,
  BODY_INVALID: 400,
  BODY_TOO_LARGE: 413,
  BODY_TYPE: 415,
  IDEMPOTENCY_KEY_NEEDED: 400,
  /** The same key came with another request before. */
  IDEMPOTENCY_KEY_REUSED: 409,
  /** More commands under way than can be remembered. */
  COMMANDS_FULL: 503,
  /** Several accounts are open and the command names none. */
  ACCOUNT_NEEDED: 400,
  ACCOUNT_UNKNOWN: 404,
  POSITION_UNKNOWN: 404,
  GAME_UNKNOWN: 404,
  MARKET_UNKNOWN: 404,
  EVENTS_FULL: 503,
  WEB_CLOSING: 503,
  BALANCE_UNKNOWN: 503,
  /** A defect. */
  WEB_FAILED: 500,
} as const;
export type WebErrorCode = keyof typeof WEB_STATUS;

export class WebError extends Error {
  override readonly name = 'WebError';
  readonly code: WebErrorCode;
  /** Headers that the answer needs besides, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: WebErrorCode, message: string, more: { headers?: Record<string, string>; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.headers = more.headers ?? {};
  }
}

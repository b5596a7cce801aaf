/** Stable codes of the errors that starting, resuming or running the practice exchange can end with. */
export type ExchangeErrorCode =
  | 'EXCHANGE_JOURNAL_FAILED'
  | 'EXCHANGE_JOURNAL_UNREADABLE'
  | 'EXCHANGE_NIGHT_DIFFERS'
  | 'EXCHANGE_NIGHT_IN_USE'
  | 'EXCHANGE_PORT_TAKEN';

/** Why the practice exchange cannot run; `message` is written for the user. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly code: ExchangeErrorCode;

  constructor(code: ExchangeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Stable codes of the errors that `lib/trading` throws. */
export type TradingErrorCode =
  | 'MONEY_UNREADABLE'
  | 'FEE_TYPE_UNKNOWN'
  | 'SEGMENT_UNREADABLE'
  | 'PARAMETER_INVALID'
  | 'FILL_CONTRADICTS'
  | 'SETTLEMENT_CONTRADICTS';

/** The stable code that an error carries, one of ours or the operating system's; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A value that trading refuses to work with; `message` is written for the user. */
export class TradingError extends Error {
  override readonly name = 'TradingError';
  readonly code: TradingErrorCode;

  constructor(code: TradingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
